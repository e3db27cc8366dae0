"""What staff are told beside the video: who is on their way in, who is late and what is due, and whom to call."""

from dataclasses import replace

import pytest

from telehealth.core import commands as ask
from telehealth.core import records as rec
from telehealth.core.arriving import QUIET

from .clinic import ALICE, BEN, BOB, CAROL, CHECK_IN, DAN, GROUP, MAIN, MINUTE, NAMES, Clinic, Evening

pytestmark = pytest.mark.asyncio
PATH = f"/api/staff/sessions/{GROUP}/cockpit"


async def _evening(clinic: Clinic, minute: float) -> Evening:
    """Bob came; it is so many minutes after the beginning."""
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.seats(BOB)
    clinic.clock.ahead += clinic.session().starts + int(minute * MINUTE) - clinic.clock.now()
    return evening


async def test_who_is_on_their_way(clinic: Clinic) -> None:
    """A link that was opened, then the screen that is open; no more than the link once the page is silent; nobody
    who is in."""
    alice, carol = await clinic.staff(), await clinic.client(CAROL)
    (opened,) = (await alice.get(PATH)).json["arriving"]
    assert (opened["client"], opened["doing"]) == (CAROL, "opened")
    assert (await carol.ask("POST", "/api/arriving", {"doing": "devices"})).status == 204
    assert [one["doing"] for one in (await alice.get(PATH)).json["arriving"]] == ["devices"]
    assert (await carol.ask("POST", "/api/arriving", {"doing": "sleeping"})).code == "malformed"
    assert (await alice.ask("POST", "/api/arriving", {"doing": "devices"})).status == 403
    clinic.clock.ahead += QUIET
    assert [one["doing"] for one in (await alice.get(PATH)).json["arriving"]] == ["opened"]
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.seats(CAROL)
    assert (await alice.get(PATH)).json["arriving"] == []


async def test_who_is_late_and_what_was_done(clinic: Clinic) -> None:
    """The step that is due, the numbers to call; a call that is recorded counts until it is withdrawn, and so does a
    no-show."""
    person = (await clinic.store.people.get(MAIN, [CAROL]))[CAROL]
    await clinic.store.people.put(MAIN, replace(person, phone="217-555-0133"))
    carol = await clinic.client(CAROL)
    assert (await carol.ask("PUT", "/api/check-in", CHECK_IN)).status == 204
    evening = await _evening(clinic, 5.5)
    alice = await clinic.staff()

    async def told() -> list[tuple[str, str | None, list[str]]]:
        shown = (await alice.get(PATH)).json["late"]
        return [(one["client"], one["now"], [taken["step"] for taken in one["taken"]]) for one in shown]

    assert await told() == [(CAROL, "call", []), (DAN, "call", [])]
    found = (await alice.get(PATH)).json
    assert found["minutes"] == {"message": 2, "call": 5, "no_show": 15}
    assert found["late"][0]["phones"] == [CHECK_IN["callback_phone"], "217-555-0133"]
    assert found["late"][1]["phones"] == []
    tried = {"id": "call-0123456789ab", "how": "call", "outcome": "no_answer", "note": "", "at": None}
    assert (await alice.ask("POST", f"/api/staff/clients/{CAROL}/outreach", tried)).status == 201
    assert await told() == [(CAROL, None, ["call"]), (DAN, "call", [])]
    entry = (await alice.get(PATH)).json["late"][0]["taken"][0]["entry"]
    assert (await alice.ask("POST", f"/api/staff/clients/{CAROL}/outreach/{entry}/withdraw", {})).status == 200
    host = evening.room.by_person(ALICE)
    assert host is not None
    assert host.connection is not None
    await evening.step(ask.MarkNoShow(clinic.clock.now(), host.connection, DAN, True))
    assert await told() == [(CAROL, "call", []), (DAN, None, ["no_show"])]
    assert {entry[1:] for entry in await clinic.audited() if entry[1] == "crisis.read"} == {("crisis.read", GROUP)}


async def test_whose_cockpit_it_is(clinic: Clinic) -> None:
    """Only who may see the session's presence; a client's browser does not know it."""
    await clinic.store.people.put(MAIN, rec.Person(CAROL, False, NAMES[CAROL][1], "Carol", "carol@example.org"))
    for browser in (await clinic.staff(BEN), await clinic.client(BOB), clinic.browser()):
        assert (await browser.ask("GET", PATH)).status in (401, 403, 404)
