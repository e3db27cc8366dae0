"""The staff's list of what clients were written, and "Send a reminder now": who may, when, and what is kept."""

from dataclasses import replace

import pytest

from telehealth.core import records as rec
from telehealth.core.sendings import Fault, claimed, settled

from .clinic import ALICE, BEN, BOB, CAROL, DAN, GROUP, MAIN, NAMES, Clinic, Evening

pytestmark = pytest.mark.asyncio

PATH = f"/api/staff/sessions/{GROUP}/sendings"


async def _evening(clinic: Clinic) -> Evening:
    """Bob came; Carol can be written to; Dan has no address."""
    await clinic.store.people.put(MAIN, rec.Person(CAROL, False, NAMES[CAROL][1], "Carol", "carol@example.org"))
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.seats(BOB)
    return evening


async def test_one_click_is_one_reminder(clinic: Clinic) -> None:
    """It is kept before it is answered, by whom, and the list shows what came of it; a second click is too soon."""
    await _evening(clinic)
    alice = await clinic.staff()
    before = (await alice.get(PATH)).json
    assert (before["via"], before["minutes"], before["sendings"]) == ("log", [], [])
    assert before["clients"] == [
        {"client": BOB, "reach": "no_address", "may_remind": False},
        {"client": CAROL, "reach": "yes", "may_remind": True},
        {"client": DAN, "reach": "no_address", "may_remind": False},
    ]
    done = await alice.ask("POST", PATH, {"client": CAROL})
    assert done.status == 201
    assert done.json.items() >= {"client": CAROL, "why": "asked", "by": NAMES[ALICE][1], "state": "queued"}.items()
    assert (await alice.ask("POST", PATH, {"client": CAROL})).code == "too_many"
    (kept,) = await clinic.store.sendings.of(MAIN, GROUP)
    assert (ALICE, "sending.queued", f"{GROUP} {kept.sending.id}") in await clinic.audited()

    claim = claimed(kept.progress, "node.1", "smtp", clinic.clock.now())
    assert claim is not None
    await clinic.store.sendings.move(kept.sending, kept.progress, claim)
    failed = settled(kept.sending, claim, Fault.REFUSED, clinic.clock.now())
    await clinic.store.sendings.move(kept.sending, claim, failed)
    after = (await alice.get(PATH)).json
    (shown,) = after["sendings"]
    assert shown.items() >= {"state": "failed", "fault": "refused", "tries": 1, "via": "smtp", "next": None}.items()
    assert after["clients"][1]["may_remind"]
    assert "example.org" not in str(after)


async def test_who_cannot_be_reminded(clinic: Clinic) -> None:
    """Somebody who came, has no address, opted out, or is not expected; and nobody before or after the session."""
    alice = await clinic.staff()
    assert (await alice.ask("POST", PATH, {"client": CAROL})).status == 409
    evening = await _evening(clinic)
    for client in (BOB, DAN):
        answer = await alice.ask("POST", PATH, {"client": client})
        assert (answer.status, answer.code) == (409, "not_now")
    assert (await alice.ask("POST", PATH, {"client": ALICE})).code == "no_such_member"
    assert (await alice.ask("POST", PATH, {"client": "no\nbody"})).code == "malformed"
    assert (await alice.ask("POST", PATH, {"client": CAROL, "to": "eve@example.org"})).code == "malformed"
    carol = (await clinic.store.people.get(MAIN, [CAROL]))[CAROL]
    await clinic.store.people.put(MAIN, replace(carol, reminders=False))
    assert (await alice.ask("POST", PATH, {"client": CAROL})).status == 409
    assert (await alice.get(PATH)).json["clients"][1] == {"client": CAROL, "reach": "opted_out", "may_remind": False}
    await clinic.store.people.put(MAIN, carol)
    await evening.ends(5)
    assert (await alice.ask("POST", PATH, {"client": CAROL})).status == 409
    assert await clinic.store.sendings.of(MAIN, GROUP) == []


async def test_whose_business_it_is(clinic: Clinic) -> None:
    """Only who leads the session sees the list or reminds anybody; a client's browser does not know it."""
    await _evening(clinic)
    for browser in (await clinic.staff(BEN), await clinic.client(BOB), clinic.browser()):
        for method, body in (("GET", None), ("POST", {"client": CAROL})):
            assert (await browser.ask(method, PATH, body)).status in (401, 403, 404)
    assert await clinic.store.sendings.of(MAIN, GROUP) == []
    alice = await clinic.staff()
    alice.csrf = ""
    assert (await alice.ask("POST", PATH, {"client": CAROL})).status == 403
