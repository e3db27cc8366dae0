"""An evening whose notes are signed: Bob's with an addendum and a correction, Carol's as it was; Dan never came.

Each text has a word of its own, so that one in the wrong place is easily found. `OF_OTHERS` may stand in nothing that
is about Bob.
"""

from dataclasses import replace

from telehealth.core.disclosure import Ground, GroundKind, Matter, Purpose
from telehealth.core.ids import PersonId, SessionId
from telehealth.edge.api_keys import mint, scopes_of

from .clinic import BOB, CAROL, DAN, MAIN, MINUTE, Answer, Browser, Clinic, Evening, consent

NAME = SessionId("session-signed")
NOTES = f"/api/staff/sessions/{NAME}/notes"
SHARED = "canary-note about the group: refusing a drink, <b>said & done</b>"
TEXTS = {BOB: "canary-note of the quill: practised saying no", CAROL: "canary-note of the tonger: spoke of her sister"}
ALIKE = "canary-note of both: took part in every exercise of the evening, and named two of the coming week's risks"
ADDED, CORRECTED = "canary-note added: he called his sponsor", "canary-note mended: practised twice"
OF_OTHERS = (CAROL, DAN, "Vantongeren", "Marchetti", "Carol", "tonger")


async def evening(
    clinic: Clinic, name: SessionId = NAME, before: int = 400, *, lapse: bool = True, alike: bool = False
) -> Browser:
    """Held, attested, written, signed; with `lapse` Bob's text gets an addendum and a correction, with `alike` what is
    said of Bob is said of Carol, and Alice says why. Alice's browser."""
    starts = clinic.starts - before * MINUTE
    session = replace(clinic.session(), id=name, starts=starts, ends=starts + 180 * MINUTE)
    await clinic.store.sessions.put(session)
    held = Evening(clinic.store, session)
    await held.opens()
    await held.seats(BOB, CAROL)
    await held.leaves(CAROL, 60.5)
    await held.seats(CAROL, minute=90)
    await held.ends(180)
    alice = await clinic.staff()
    path = f"/api/staff/sessions/{name}"
    texts = dict.fromkeys(TEXTS, ALIKE) if alike else TEXTS
    for about, text in (("group", SHARED), *texts.items()):
        done = await alice.ask("PUT", f"{path}/notes/{about}", {"text": text}, If_Match='"0"')
        assert done.status == 200, done.raw
    assert (await alice.ask("POST", f"{path}/attest", {})).status == 201
    check = (await alice.get(f"{path}/notes/check")).json
    findings = [lack["finding"]["id"] for lack in check["unready"] if lack["what"] == "finding"]
    signed = await alice.signs(name, answers=[{"finding": one, "reason": "it was so"} for one in findings])
    assert signed.status == 200, signed.raw
    if lapse:
        added = await alice.ask("POST", f"{path}/notes/{BOB}/addenda", {"text": ADDED}, If_Match='"2"')
        assert added.status == 200, added.raw
        body = {"text": CORRECTED, "reason": "it was twice"}
        mended = await alice.ask("POST", f"{path}/notes/{BOB}/corrections", body, If_Match='"3"')
        assert mended.status == 200, mended.raw
    return alice


async def opened(clinic: Clinic, *clients: PersonId) -> None:
    """These clients consent to their notes being handed out, too."""
    for client in clients:
        more = replace(consent(client, clinic.starts - 60 * 24 * 60 * MINUTE), id=f"notes-{client}")
        await clinic.store.consents.put(replace(more, covers=(Matter.ATTENDANCE, Matter.NOTES)), actor="system")


async def audited_by(clinic: Clinic, recipient: str) -> None:
    """An auditor who may see everybody's notes (42 CFR 2.53)."""
    ground = Ground(f"g-{recipient}", MAIN, GroundKind.AUDIT, recipient, (Purpose.AUDIT,), "letter 7", 1, None)
    await clinic.store.consents.put_ground(replace(ground, covers=tuple(Matter)), actor="system")


async def key(clinic: Clinic, profile: str = "notes", recipient: str = "ehr", aim: Purpose = Purpose.TREATMENT) -> str:
    text, made = mint(MAIN, scopes_of(profile), "x", 1, profile=profile, recipient=recipient, purpose=aim)
    await clinic.store.access.put_api_key(made)
    return text


async def ask(clinic: Clinic, key: str, path: str, **headers: str) -> Answer:
    return await clinic.browser().ask("GET", path, Authorization=f"Bearer {key}", **headers)
