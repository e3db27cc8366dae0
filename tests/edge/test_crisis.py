"""Crisis cards on a screen and on paper, and alerts on the page of the day: what, for whom, and that it is recorded."""

import io
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

from telehealth.core import commands as ask
from telehealth.core.coverage import ProgrammeFacts
from telehealth.core.people import EmergencyContact

from .clinic import ALICE, BEN, BOB, CHECK_IN, GROUP, MAIN, NAMES, Clinic, Evening

pytestmark = pytest.mark.asyncio
SISTER = EmergencyContact("sister", "9 Canary Row", "Ann Otherbird", "sister", "217-555-0190", "217-555-0911")


async def _furnished(clinic: Clinic) -> None:
    """Bob has a contact on file and has checked in today; Carol and Dan have not."""
    known = (await clinic.store.people.get(MAIN, [BOB]))[BOB]
    await clinic.store.people.put(MAIN, replace(known, phone="217-555-0133", emergency=(SISTER,)))
    bob = await clinic.client(BOB)
    assert (await bob.ask("PUT", "/api/check-in", CHECK_IN)).status == 204


def _words(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


async def test_a_card_says_where_somebody_is_today_and_whom_to_call(clinic: Clinic) -> None:
    """Check-in, contacts on file with their local emergency number, and the plan; one look is one audit entry."""
    await _furnished(clinic)
    alice = await clinic.staff()
    told = (await alice.get(f"/api/staff/sessions/{GROUP}/crisis")).json
    bob, carol, _ = told["cards"]
    assert (bob["legal_name"], bob["phone"]) == (NAMES[BOB][1], "217-555-0133")
    assert {name: bob["today"][name] for name in CHECK_IN} == CHECK_IN
    assert bob["contacts"][0]["local_emergency"] == "217-555-0911"
    assert (carol["today"], carol["contacts"]) == (None, [])
    assert told["plan"].startswith("crisis-default/")
    assert told["steps"][0] | {"text": {}} == {
        "code": "call-client",
        "after": 0,
        "whom": "client",
        "contact": True,
        "number": "",
        "text": {},
    }
    assert told["supervisors"] == []
    await alice.get(f"/api/staff/sessions/{GROUP}/crisis")
    assert [entry for entry in await clinic.audited() if entry[1] == "crisis.read"] == [(ALICE, "crisis.read", GROUP)]


async def test_the_supervisors_step_has_a_number(clinic: Clinic) -> None:
    """Who is on call for the programme first, then whoever supervises those who lead, by either way of saying so."""
    people = clinic.store.people
    ben, alice = [(await people.get(MAIN, [who]))[who] for who in (BEN, ALICE)]
    await people.put(MAIN, replace(ben, phone="217-555-0144"))
    await clinic.store.care.supervise(MAIN, BEN, ALICE, now=True, actor="system")
    path = f"/api/staff/sessions/{GROUP}/crisis"
    browser = await clinic.staff()
    assert (await browser.get(path)).json["supervisors"] == [{"name": NAMES[BEN][1], "phone": "217-555-0144"}]
    await clinic.store.care.supervise(MAIN, BEN, ALICE, now=False, actor="system")
    assert (await browser.get(path)).json["supervisors"] == []
    await people.put(MAIN, replace(alice, supervisor=BEN))
    await clinic.store.programmes.put_facts(MAIN, ProgrammeFacts(crisis_phone="217-555-0999"))
    assert [one["phone"] for one in (await browser.get(path)).json["supervisors"]] == ["217-555-0999", "217-555-0144"]


async def test_tonight_is_a_sheet_for_the_staff_of_the_session(clinic: Clinic) -> None:
    """Everybody on the roster with their numbers, each print in the audit log; other staff and clients get nothing."""
    await _furnished(clinic)
    path = f"/api/staff/sessions/{GROUP}/tonight"
    sheet = await (await clinic.staff()).ask("POST", path, {})
    assert sheet.headers["Content-Type"] == "application/pdf"
    assert sheet.headers["Cache-Control"] == "no-store"
    text = _words(sheet.raw)
    for words in (*(NAMES[one][1] for one in clinic.session().roster), CHECK_IN["location"], "217-555-0911", "988"):
        assert str(words) in text
    assert "has not checked in yet" in text
    spanish = _words((await (await clinic.staff()).ask("POST", path, {"language": "es"})).raw)
    for words in ("a quién llamar", "todavía no ha hecho el registro", "Llame al cliente", "Página 1 de"):
        assert words in spanish
    alice = (await clinic.store.people.get(MAIN, [ALICE]))[ALICE]
    await clinic.store.people.put(MAIN, replace(alice, language="es"))
    assert "a quién llamar" in _words((await (await clinic.staff()).ask("POST", path, {})).raw)
    assert (await (await clinic.staff()).ask("POST", path, {"language": "fr"})).status == 400
    assert [entry[1:] for entry in await clinic.audited() if entry[1] == "crisis.printed"] == [
        ("crisis.printed", GROUP)
    ] * 3
    assert (await (await clinic.staff(BEN)).ask("POST", path, {})).status == 404
    assert (await (await clinic.client(BOB)).ask("POST", path, {})).status in (401, 403)


async def test_the_page_of_the_day_counts_who_needs_staff(clinic: Clinic) -> None:
    """A call for help shows with its session, to those who lead it, until a host has answered."""
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.seats(BOB)
    bob = evening.room.by_person(BOB)
    assert bob is not None
    assert bob.connection is not None
    await evening.step(ask.CallHelp(evening.room.last_at, bob.connection))
    alice, ben = await clinic.staff(), await clinic.staff(BEN)

    async def counted(browser: object) -> list[int]:
        told = (await browser.get("/api/staff/today")).json  # type: ignore[attr-defined]
        return [one["alerts"] for one in told["sessions"] if one["id"] == GROUP]

    assert await counted(alice) == [1]
    assert await counted(ben) in ([], [0])
    host = evening.room.by_person(ALICE)
    assert host is not None
    assert host.connection is not None
    await evening.step(ask.AnswerHelp(evening.room.last_at, host.connection, bob.number))
    clinic.clock.ahead += 3_000
    assert await counted(alice) == [0]
