"""Letters and sheets: only under a consent, signed, whole in any script, and confirmed to whoever holds the code."""

import io
import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from telehealth.core import records as rec
from telehealth.core.disclosure import Consent, ConsentKind, Purpose
from telehealth.core.ids import PersonId, SessionId
from telehealth.edge.days import day_at
from telehealth.store import keys

from .clinic import ALICE, BEN, BOB, CAROL, DAN, GROUP, MAIN, MINUTE, Answer, Browser, Clinic, Evening

pytestmark = pytest.mark.asyncio
NAME = "Zoë Łukasz"


def _consent(clinic: Clinic, client: PersonId = BOB, **change: object) -> Consent:
    made = Consent(
        id=f"court-{client}",
        programme=MAIN,
        client=client,
        kind=ConsentKind.COURT,
        discloser="the programme",
        description="days and hours",
        recipient="county-court",
        purposes=(Purpose.COURT,),
        expires=clinic.clock.now() + 10**9,
        expires_event="",
        signed_by="the client",
        signed=clinic.clock.now() - 1000,
        revocation_told=True,
    )
    return replace(made, **change)  # type: ignore[arg-type]


async def _held(clinic: Clinic) -> str:
    """Yesterday's session: Bob (with a name that not every font has) stayed, Carol left, Dan never came. Its day."""
    await clinic.store.people.put(MAIN, rec.Person(BOB, False, NAME, "Bob"))
    session = replace(
        clinic.session(),
        id=SessionId("held"),
        starts=clinic.starts - 24 * 60 * MINUTE,
        ends=clinic.starts - 21 * 60 * MINUTE,
    )
    await clinic.store.sessions.put(session)
    evening = Evening(clinic.store, session)
    await evening.opens()
    await evening.seats(BOB, CAROL)
    await evening.leaves(CAROL, 61)
    await evening.ends(181)
    return day_at(session.starts, ZoneInfo("America/Chicago")).isoformat()


async def _letter(browser: Browser, day: str, client: PersonId = BOB, **change: object) -> Answer:
    asked = {"from": day, "to": day, "recipient": "county-court", "purpose": "court", **change}
    return await browser.ask("POST", f"/api/staff/clients/{client}/letters", asked)


def _text(answer: Answer) -> str:
    assert answer.status == 200, answer.raw
    assert answer.headers["Content-Type"] == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.raw)).pages)


def _code(text: str) -> str:
    found = re.search(r"Code: ([0-9A-Z-]{23})", text)
    assert found, text
    return found[1]


async def test_a_letter_says_days_and_hours_and_can_be_confirmed_without_signing_in(clinic: Clinic) -> None:
    """The minimum of fields and the notice on paper; at the link the same days, and whether a name is the one on it."""
    day = await _held(clinic)
    await clinic.store.consents.put(_consent(clinic), actor=ALICE)
    alice = await clinic.staff(ALICE)
    choices = await alice.get(f"/api/staff/clients/{BOB}/letters")
    assert choices.json == {"choices": [{"recipient": "county-court", "purpose": "court"}]}
    text = _text(await _letter(alice, day))
    for word in (NAME, "3 h 00 min", "county-court", "42 CFR part 2 prohibits", "42 CFR 2.35", "/verify"):
        assert word in text
    for word in ("Evening group", "group_therapy", MAIN, BOB, "Alicia", "therapy"):
        assert word not in text.replace(_consent(clinic).id, "")
    anybody = clinic.browser()
    answer = (await anybody.ask("POST", "/api/verify", {"code": _code(text).lower(), "name": "zoë  łukasz"})).json
    assert answer["valid"] is True
    assert (answer["kind"], answer["days"], answer["minutes"]) == ("letter", [{"day": day, "minutes": 180}], 180)
    assert answer["name_fits"] is True
    wrong = await anybody.ask("POST", "/api/verify", {"code": _code(text), "name": "Anna"})
    assert wrong.json["name_fits"] is False
    assert NAME.encode() not in wrong.raw
    ledger = await clinic.store.ledger.of(MAIN, BOB)
    assert [(one.disclosure.recipient, one.disclosure.profile) for one in ledger] == [("county-court", "letter")] * 3
    actions = [action for _, action, _ in await clinic.audited()]
    assert actions.count("paper.issued") == 1
    assert actions.count("paper.verified") == 2


async def test_no_letter_without_the_clients_consent(clinic: Clinic) -> None:
    """None, expired, to another recipient, for another purpose: refused, and nothing is in the ledger."""
    day = await _held(clinic)
    alice = await clinic.staff(ALICE)
    assert (await alice.get(f"/api/staff/clients/{BOB}/letters")).json == {"choices": []}
    refused = await _letter(alice, day)
    assert (refused.status, refused.code, refused.json["why"]) == (403, "not_allowed", "no_basis")
    await clinic.store.consents.put(_consent(clinic), actor=ALICE)
    expired = _consent(clinic, CAROL, expires=clinic.clock.now() - 1)
    await clinic.store.consents.put(expired, actor=ALICE)
    for client, change, why in (
        (CAROL, {}, "expired"),
        (BOB, {"recipient": "employer"}, "other_recipient"),
        (BOB, {"purpose": "payment"}, "other_purpose"),
        (BOB, {"purpose": "legal"}, "legal_needs_an_order"),
    ):
        refused = await _letter(alice, day, client, **change)
        assert (refused.status, refused.json["why"]) == (403, why)
    assert await clinic.store.ledger.of(MAIN, BOB) == []
    assert (await _letter(await clinic.staff(BEN), day)).status == 404
    for change in ({"from": "2026-02-30"}, {"from": "2020-01-01"}, {"to": "2020-01-01"}, {"purpose": "fun"}):
        assert (await _letter(alice, day, **change)).status == 400


async def test_a_revoked_consent_ends_what_is_told_about_a_letter(clinic: Clinic) -> None:
    """The answer is then the one for a code that never was."""
    day = await _held(clinic)
    await clinic.store.consents.put(_consent(clinic), actor=ALICE)
    code = _code(_text(await _letter(await clinic.staff(ALICE), day)))
    anybody = clinic.browser()
    assert (await anybody.ask("POST", "/api/verify", {"code": code})).json["valid"] is True
    await clinic.store.consents.revoke(MAIN, BOB, _consent(clinic).id, clinic.clock.now(), actor=ALICE)
    revoked = await anybody.ask("POST", "/api/verify", {"code": code, "name": NAME})
    unknown = await anybody.ask("POST", "/api/verify", {"code": "0" * 20, "name": NAME})
    assert revoked.raw == unknown.raw
    assert unknown.json["valid"] is False


async def test_a_sheet_is_signed_says_who_confirmed_it_and_tells_sums_only(clinic: Clinic) -> None:
    """Names, times and minutes on paper, with corrections marked; at the link no name and no time of anybody."""
    day = await _held(clinic)
    alice = await clinic.staff(ALICE)
    assert "NOT CONFIRMED" in _text(await alice.ask("POST", "/api/staff/sessions/held/sheet", {}))
    said = {"session": "held", "client": CAROL, "minutes": 55, "reason": "clock was wrong"}
    assert (await alice.ask("POST", "/api/v1/corrections", said)).status == 201
    assert (await alice.ask("POST", "/api/staff/sessions/held/attest", {})).status == 201
    text = _text(await alice.ask("POST", "/api/staff/sessions/held/sheet", {}))
    for word in (NAME, "Caroline Vantongeren", "Daniel Marchetti", "55* (60)", "no show", "Alicia Thornbury", "180"):
        assert word in text
    assert "NOT CONFIRMED" not in text
    assert "clock was wrong" not in text
    answer = (await clinic.browser().ask("POST", "/api/verify", {"code": _code(text), "name": NAME})).json
    assert answer == {
        "valid": True,
        "kind": "sheet",
        "issued": answer["issued"],
        "zone": "America/Chicago",
        "days": [{"day": day, "minutes": 235}],
        "minutes": 235,
        "clients": 3,
        "name_fits": None,
    }
    assert (await alice.ask("POST", f"/api/staff/sessions/{GROUP}/sheet", {})).status == 409
    assert (await (await clinic.staff(BEN)).ask("POST", "/api/staff/sessions/held/sheet", {})).status == 404


async def test_a_paper_that_was_tampered_with_is_none(clinic: Clinic) -> None:
    """A record under another code, or with another byte, is answered as one that never was; guesses are slowed down."""
    await _held(clinic)
    alice = await clinic.staff(ALICE)
    code = _code(_text(await alice.ask("POST", "/api/staff/sessions/held/sheet", {}))).replace("-", "")
    redis = clinic.store._client  # type: ignore[attr-defined]
    kept = await redis.call("GET", keys.paper(code))
    await redis.call("SET", keys.paper("1" * 20), kept)
    await redis.call("SET", keys.paper("2" * 20), kept[:-1] + bytes([kept[-1] ^ 1]))
    assert NAME.encode() not in kept
    anybody = clinic.browser()
    asked = [await anybody.ask("POST", "/api/verify", {"code": text}) for text in (code, "1" * 20, "2" * 20, "x")]
    assert [answer.json["valid"] for answer in asked] == [True, False, False, False]
    guesses = [(await anybody.ask("POST", "/api/verify", {"code": "3" * 20})).status for _ in range(20)]
    assert guesses[-1] == 429
    assert DAN not in str(asked[0].raw)
