"""GET /api/v1/notes: signed progress notes leave under a basis that opens notes, and never with anybody else's."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import pytest_asyncio

from telehealth.core.disclosure import Purpose
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.roles import StaffRole

from .clinic import ALICE, BEN, BOB, CAROL, DAN, GROUP, MAIN, Clinic, running
from .signed import ADDED, CORRECTED, NAME, OF_OTHERS, SHARED, TEXTS, ask, audited_by, evening, key, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    folder: Path = tmp_path_factory.mktemp("notes")
    async with running(folder) as clinic:
        await evening(clinic)
        await evening(clinic, SessionId("session-signed-2"), 800, lapse=False)
        await opened(clinic, BOB)
        yield clinic


async def test_a_client_s_note_has_the_shared_part_and_their_own(clinic: Clinic) -> None:
    """With facts, addendum and correction labelled, the notice and the basis; nothing of anybody else."""
    answer = await ask(clinic, await key(clinic), f"/api/v1/notes?client={BOB}&from=2020-01-01")
    assert answer.status == 200, answer.raw
    page = answer.json
    note = page["rows"][-1]
    assert (note["client"], note["status"], len(page["rows"])) == (BOB, "amended", 2)
    shared, own = note["parts"]
    assert (shared["about"], shared["written"]["fields"]) == ("group", [{"title": "", "text": SHARED}])
    assert (own["about"], own["written"]["fields"][0]["text"]) == ("client", TEXTS[BOB])
    assert [(one["kind"], one["author"], one["written"]["fields"][0]["text"]) for one in own["later"]] == [
        ("addendum", ALICE, ADDED),
        ("correction", ALICE, CORRECTED),
    ]
    assert own["later"][1]["reason"] == "it was twice"
    assert len(own["digest"]) == 64
    assert (own["facts"]["minutes"], own["facts"]["status"]) == (179, "present")
    assert "42 CFR part 2 prohibits" in note["part2_notice"]
    assert f"consent notes-{BOB}: attendance, notes, for" in note["part2_basis"]
    assert page["notice"]["text"].startswith("This record which has been disclosed to you")
    for word in (*OF_OTHERS, NAME, "Evening group", "Quillfeather"):
        assert word not in answer.raw.decode(), word
    document = (await clinic.browser().get("/api/v1/openapi.json")).json
    schema = {"$ref": "#/components/schemas/NotesPage", "components": document["components"]}
    jsonschema.validate(page, schema, cls=jsonschema.Draft202012Validator)


async def test_what_leaves_is_in_the_ledger_and_a_consent_to_attendance_opens_no_note(clinic: Clinic) -> None:
    """Carol agreed to attendance only: left out and counted. The ledger has Bob's, once, and nobody else's."""
    before = [len(await clinic.store.ledger.of(MAIN, who)) for who in (BOB, CAROL, DAN)]
    answer = await ask(clinic, await key(clinic, recipient="other-ehr"), "/api/v1/notes")
    assert [row["client"] for row in answer.json["rows"]] == [BOB, BOB]
    assert answer.json["omitted_clients"] == 1
    after = [len(await clinic.store.ledger.of(MAIN, who)) for who in (BOB, CAROL, DAN)]
    assert after == [before[0] + 1, *before[1:]]
    written = (await clinic.store.ledger.of(MAIN, BOB))[-1]
    assert (written.disclosure.columns, written.disclosure.recipient) == (("notes:note",), "other-ehr")
    assert written.disclosure.export == answer.json["export"]
    assert "notes.export" in [action for _, action, _ in await clinic.audited()]


async def test_an_auditor_sees_everybody_s_a_page_at_a_time(clinic: Clinic) -> None:
    """Two sessions, two notes each, in order, each once; a session by the name that this recipient has for it."""
    await audited_by(clinic, "state-audit")
    auditor = await key(clinic, recipient="state-audit", aim=Purpose.AUDIT)
    path, seen = "/api/v1/notes?limit=1", list[dict[str, str]]()
    while path:
        page = (await ask(clinic, auditor, path)).json
        seen += page["rows"]
        path = f"/api/v1/notes?limit=1&cursor={page['next']}" if page["next"] else ""
    assert [row["client"] for row in seen] == [BOB, CAROL, BOB, CAROL]
    assert seen[0]["session"] == seen[1]["session"] != seen[2]["session"]
    of_one = await ask(clinic, auditor, f"/api/v1/notes?session={seen[2]['session']}&format=ndjson")
    assert [json.loads(line)["client"] for line in of_one.raw.splitlines()] == [BOB, CAROL]
    assert len({await _name(clinic, recipient) for recipient in ("state-audit", "ehr")}) == 2


async def _name(clinic: Clinic, recipient: str) -> str:
    return (await clinic.store.pseudonyms.of(MAIN, recipient))(NAME)


async def test_the_feed_has_what_was_signed_since(clinic: Clinic) -> None:
    """From the beginning all of them, and after the last place nothing, with a place to go on."""
    some = await key(clinic)
    first = (await ask(clinic, some, "/api/v1/notes?changed_since=0-0&limit=1000")).json
    assert [row["client"] for row in first["rows"]] == [BOB, BOB]
    later = (await ask(clinic, some, f"/api/v1/notes?changed_since={first['next']}")).json
    assert (later["rows"], bool(later["next"])) == ([], True)


async def test_who_may_not_ask(clinic: Clinic) -> None:
    """A key of another profile, none, and questions that are none."""
    notes, billing = await key(clinic), await key(clinic, "billing", aim=Purpose.PAYMENT)
    for asked, path, status in (
        (billing, "/api/v1/notes", 403),
        ("thk_", "/api/v1/notes", 401),
        (notes, "/api/v1/notes?format=csv", 400),
        (notes, "/api/v1/notes?colour=red", 400),
        (notes, "/api/v1/notes?columns=text", 400),
        (notes, "/api/v1/notes?cursor=abc", 400),
    ):
        assert (await ask(clinic, asked, path)).status == status, path
    empty = await ask(clinic, await key(clinic, recipient="nobody", aim=Purpose.AUDIT), "/api/v1/notes")
    assert (empty.json["rows"], empty.json["omitted_clients"]) == ([], 2)


async def test_staff_read_what_they_may(clinic: Clinic) -> None:
    """Alice led: both notes of a session, with an audit entry; Ben has no business with them until Bob is on his
    caseload, and then with Bob's only. A question without client or session is none."""
    alice, ben = await clinic.staff(), await clinic.staff(BEN)
    seen = (await alice.get(f"/api/v1/notes?session={NAME}")).json["rows"]
    assert [row["client"] for row in seen] == [BOB, CAROL]
    assert (await alice.get("/api/v1/notes")).status == 400
    assert any(who == ALICE and what == "notes.export" and NAME in on for who, what, on in await clinic.audited())
    assert (await ben.get(f"/api/v1/notes?session={NAME}")).json["rows"] == []
    login = await clinic.store.people.login("ben")
    assert login is not None
    await clinic.store.people.put_login(replace(login, staff_role=StaffRole.COUNSELLOR))
    await clinic.store.care.assign(MAIN, BEN, BOB, now=True, actor="system")
    told = len(await clinic.store.ledger.of(MAIN, BOB))
    rows = (await (await clinic.staff(BEN)).get(f"/api/v1/notes?session={NAME}")).json["rows"]
    assert [row["client"] for row in rows] == [BOB]
    assert len(await clinic.store.ledger.of(MAIN, BOB)) == told  # within the programme: 42 CFR 2.12(c)(3)


async def test_drafts_and_counselling_notes_never_leave(clinic: Clinic) -> None:
    """A note that waits for its signature, and what is kept apart under 42 CFR 2.11, are in no answer."""
    await clinic.store.sessions.put(clinic.session())
    alice = await clinic.staff()
    path = f"/api/staff/sessions/{GROUP}"
    kept = await alice.ask("PUT", f"{path}/notes/{BOB}", {"text": "canary-note still a draft"}, If_Match='"0"')
    assert kept.status == 200, kept.raw
    private = f"/api/staff/sessions/{NAME}/counselling"
    wrote = await alice.ask("PUT", f"{private}/{BOB}", {"text": "canary-note of my own analysis"}, If_Match='"0"')
    assert wrote.status == 200, wrote.raw
    assert (await alice.ask("POST", f"{private}/sign", {})).status == 200
    some = await key(clinic)
    for asked in ("/api/v1/notes", f"/api/v1/notes?client={BOB}", "/fhir/DocumentReference", "/fhir/Composition"):
        answer = await ask(clinic, some, asked)
        assert answer.status == 200, answer.raw
        assert "still a draft" not in answer.raw.decode()
        assert "analysis" not in answer.raw.decode()
    own = (await alice.get(f"/api/v1/notes?client={BOB}")).raw.decode()
    assert TEXTS[PersonId(BOB)] in own
    assert "still a draft" not in own
    assert "analysis" not in own
