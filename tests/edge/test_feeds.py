"""Calendar feeds: what a calendar program gets, what it can never learn, and how one ends."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest

from telehealth.core import records as rec
from telehealth.core.feeds import MOST
from telehealth.edge.feeds import MISSES, PER_HOUR

from .clinic import ALICE, BEN, BOB, CANARIES, CAROL, GROUP, MAIN, MINUTE, NAMES, Browser, Clinic

pytestmark = pytest.mark.asyncio


async def _feed(browser: Browser, path: str = f"/api/staff/clients/{BOB}/feeds") -> str:
    answer = await browser.ask("POST", path, {})
    assert answer.status == 201, answer.raw
    return "/calendar/" + str(answer.json["url"]).rpartition("/calendar/")[2]


async def test_a_client_s_calendar(clinic: Clinic) -> None:
    """Appointments in UTC, in the client's language, and not a word of what they are or who else is there."""
    at = datetime(2027, 11, 7, 6, 30, tzinfo=UTC)  # half past one in Chicago, which that night has twice
    night = replace(clinic.session(), id="night", starts=round(at.timestamp() * 1000), title="Canary relapse group")
    night = replace(night, ends=night.starts + 90 * MINUTE)
    clinic.clock.ahead += night.starts - clinic.clock.now() - 60 * MINUTE
    await clinic.store.sessions.put(night)
    await clinic.store.sessions.put(replace(night, id="off", starts=night.starts + MINUTE, cancelled="weather"))
    await clinic.store.sessions.put(replace(night, id="others", roster=(CAROL,)))
    await clinic.store.people.put(MAIN, rec.Person(BOB, False, NAMES[BOB][1], "Bob", language="es"))
    path = await _feed(await clinic.staff())
    answer = await clinic.browser().get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    calendar = icalendar.Calendar.from_ical(answer.raw)
    first, second = calendar.walk("VEVENT")
    assert [str(e["SUMMARY"]) for e in (first, second)] == ["Cita", "Cita"]
    assert [str(e["STATUS"]) for e in (first, second)] == ["CONFIRMED", "CANCELLED"]
    assert b"DTSTART:20271107T063000Z" in answer.raw
    assert first.decoded("DTSTART") == at
    assert first.decoded("DTEND") == second.decoded("DTEND") == at + timedelta(minutes=90)
    assert str(calendar["NAME"]) == str(calendar["X-WR-CALNAME"]) == "Citas"
    assert first["UID"] != second["UID"]
    told = answer.raw.decode().lower()
    for word in (*CANARIES, MAIN, GROUP, BOB, "night", "carol", "alice", "group", "therapy", "weather", "http"):
        assert word.lower() not in told, word
    assert all(line.endswith("\r") for line in answer.raw.decode().split("\n")[:-1])


async def test_two_calendars_cannot_be_joined(clinic: Clinic) -> None:
    """The same session has another id in each; a second feed of one person has the same."""
    staff = await clinic.staff()
    paths = [await _feed(staff), await _feed(staff), await _feed(staff, f"/api/staff/clients/{CAROL}/feeds")]
    raws = [(await clinic.browser().get(path)).raw for path in paths]
    uids = [set(re.findall(rb"UID:(\S+)", raw)) for raw in raws]
    assert uids[0] == uids[1]
    assert uids[0].isdisjoint(uids[2])


async def test_staff_have_a_link_to_the_page(clinic: Clinic) -> None:
    """What they lead, under the same neutral title, and where to go on; nobody's name, and nothing of the others."""
    path = await _feed(await clinic.staff(BEN), "/api/staff/feeds")
    told = (await clinic.browser().get(path)).raw.decode().replace("\r\n ", "")
    assert told.count("BEGIN:VEVENT") == 1
    assert "SUMMARY:Appointment" in told
    assert "URL:http://127.0.0.1:1/#/session/session-bens-1" in told
    assert not any(name in told for names in NAMES.values() for name in names if len(name) > 3)


async def test_an_unchanged_calendar_is_not_sent_again(clinic: Clinic) -> None:
    """By its tag, whenever it is asked for; a moved session changes the tag."""
    path = await _feed(await clinic.staff())
    browser = clinic.browser()
    tag = (await browser.get(path)).headers["ETag"]
    clinic.clock.ahead += 5 * MINUTE
    again = await browser.get(path, If_None_Match=tag)
    assert (again.status, again.raw, again.headers["ETag"]) == (304, b"", tag)
    assert (await browser.get(path, If_None_Match=f"W/{tag}")).status == 304
    await clinic.store.sessions.put(replace(clinic.session(), starts=clinic.starts + MINUTE))
    moved = await browser.get(path, If_None_Match=tag)
    assert (moved.status, moved.headers["ETag"] != tag) == (200, True)


async def test_a_feed_ends(clinic: Clinic) -> None:
    """Revoked, made up, of somebody who left: the same bytes. Only whoever may make a feed may end it."""
    staff, ben = await clinic.staff(), await clinic.staff(BEN)
    clients, own = await _feed(staff), await _feed(staff, "/api/staff/feeds")
    carols = await _feed(staff, f"/api/staff/clients/{CAROL}/feeds")
    (one,) = (await staff.get(f"/api/staff/clients/{BOB}/links")).json["feeds"]
    (mine,) = (await staff.get("/api/staff/feeds")).json["feeds"]
    for name in (one["name"], mine["name"], "f" * 64, "x"):
        assert (await ben.ask("DELETE", f"/api/staff/feeds/{name}")).status == 404
    for name in (one["name"], mine["name"]):
        assert (await staff.ask("DELETE", f"/api/staff/feeds/{name}")).status == 204
    assert (await staff.get("/api/staff/feeds")).json == {"feeds": []}
    carol = (await clinic.store.people.get(MAIN, [CAROL]))[CAROL]
    await clinic.store.people.put(MAIN, replace(carol, active=False))
    answers = [await clinic.browser().get(path) for path in (clients, own, carols, "/calendar/made-up.ics")]
    assert {(a.status, a.raw) for a in answers} == {(404, answers[-1].raw)}
    told = await clinic.audited()
    assert {(ALICE, "feed.made", BOB), (ALICE, "feed.revoked", BOB), (ALICE, "feed.made", ALICE)} <= set(told)
    for _ in range(MOST):
        await _feed(staff)
    assert (await staff.ask("POST", f"/api/staff/clients/{BOB}/feeds", {})).status == 429


async def test_clients_make_and_end_their_own(clinic: Clinic) -> None:
    """Behind their own page's door, their own feeds alone; the cookie of a session is not enough."""
    bob = (await clinic.store.people.get(MAIN, [BOB]))[BOB]
    await clinic.store.people.put(MAIN, replace(bob, birth_date=date(1990, 1, 31)))
    link = rec.JoinLink(MAIN, BOB, rec.Role.CLIENT, None, None, clinic.starts * 2)
    await clinic.store.access.put_link("personal-of-bob-0123456789", link)
    assert (await (await clinic.client()).get("/api/me/feeds")).status == 401
    browser = clinic.browser()
    said = {"token": "personal-of-bob-0123456789", "answer": "1990-01-31", "pin": "804157"}
    browser.csrf = (await browser.ask("POST", "/api/me/first", said)).json["csrf"]
    path = await _feed(browser, "/api/me/feeds")
    assert b"BEGIN:VEVENT" in (await clinic.browser().get(path)).raw
    (one,) = (await browser.get("/api/me/feeds")).json["feeds"]
    await _feed(await clinic.staff(), f"/api/staff/clients/{CAROL}/feeds")
    (carols,) = await clinic.store.feeds.of(MAIN, CAROL)
    for name, status in ((carols, 404), ("x", 404), (one["name"], 204)):
        assert (await browser.ask("DELETE", f"/api/me/feeds/{name}")).status == status
    assert (await clinic.browser().get(path)).status == 404


async def test_fetching_has_a_limit(clinic: Clinic) -> None:
    """By feed, so that a service that asks for many people is not shut out; by address for what opens nothing."""
    staff = await clinic.staff()
    path, other = await _feed(staff), await _feed(staff, f"/api/staff/clients/{CAROL}/feeds")
    browser = clinic.browser()
    statuses = {(await browser.get(path)).status for _ in range(PER_HOUR)}
    assert statuses == {200}
    limited = await browser.get(path)
    assert (limited.status, limited.headers["Retry-After"]) == (429, "3600")
    misses = [(await browser.get("/calendar/made-up.ics")).status for _ in range(MISSES + 1)]
    assert misses == [404] * MISSES + [429]
    assert (await browser.get(other)).status == 200
