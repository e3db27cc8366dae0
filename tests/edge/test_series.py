"""Groups over HTTP: made, moved, cancelled, joined and left, with conflicts shown before, and sessions that follow."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import pytest_asyncio

from telehealth import holidays
from telehealth.core import records as rec
from telehealth.core.closed_days import ClosedDays
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.materialise import session_id
from telehealth.core.roles import Role, StaffRole
from telehealth.core.series import instant
from telehealth.edge.api_keys import READ_ATTENDANCE, mint
from telehealth.edge.profiles import PROFILES
from telehealth.live.schedule import Schedule
from telehealth.store.ports import Unavailable

from .clinic import ALICE, BEN, BOB, CAROL, DAN, MAIN, MINUTE, Browser, Clinic, Evening, running

pytestmark = pytest.mark.asyncio(loop_scope="module")
ZONE = "America/Chicago"
CANCELLED = b"session.cancelled"
ALL = tuple(one.code for one in holidays.load())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    """One clinic for all of them."""
    async with running(tmp_path_factory.mktemp("series")) as clinic:
        open_on_all = ClosedDays(open=ALL)  # or the tests would differ from day to day
        await clinic.store.series.put_closed_days(MAIN, open_on_all, actor=BEN, at=clinic.clock.now())
        yield clinic


async def signed_in(clinic: Clinic, role: StaffRole, person: PersonId = BEN) -> Browser:
    """A browser in which `person` is signed in with this role."""
    browser, longest = clinic.browser(), clinic.clock.now() + 10_000 * MINUTE
    kind = rec.SignedInAs.STAFF
    me = rec.WebSession(kind, MAIN, person, Role.FACILITATOR, "csrf", longest, longest=longest, staff_role=role)
    token = f"token-{person}-{role}-0123456789abcdef"
    await clinic.store.access.put_web_session(token, me)
    browser.http.cookie_jar.update_cookies({"session": token})
    browser.csrf = me.csrf
    return browser


def here(clinic: Clinic) -> date:
    return datetime.fromtimestamp(clinic.clock.now() / 1000, UTC).date()


async def made(clinic: Clinic, browser: Browser, **more: Any) -> Any:
    """A new group that meets every day from tomorrow on at ten."""
    body = {
        "title": "Morning",
        "kind": "group_therapy",
        "first": str(here(clinic) + timedelta(1)),
        "at": "10:00",
        "minutes": 60,
        "rrule": "FREQ=DAILY",
        "capacity": 8,
        "facilitators": [ALICE],
        "members": [],
        **more,
    }
    answer = await browser.ask("POST", "/api/staff/series", body)
    assert answer.status == (200 if more.get("preview") else 201), answer.raw
    return answer.json


async def ask(browser: Browser, group: Any, what: str, **body: Any) -> Any:
    answer = await browser.ask(
        "POST", f"/api/staff/series/{group['id']}/{what}", {"revision": group["revision"], **body}
    )
    assert answer.status == 200, answer.raw
    return answer.json


async def refused(browser: Browser, group: Any, what: str, **body: Any) -> str:
    answer = await browser.ask(
        "POST", f"/api/staff/series/{group['id']}/{what}", {"revision": group["revision"], **body}
    )
    assert answer.status in (404, 409, 412), answer.raw
    return str(answer.json.get("why", answer.code))


def day(clinic: Clinic, after: int) -> date:
    return here(clinic) + timedelta(after)


async def test_a_new_group_has_its_sessions_at_once_and_no_node_writes_them_again(clinic: Clinic) -> None:
    """Eight weeks of days, each with its roster; the loop that every node runs finds nothing left to do."""
    admin = await signed_in(clinic, StaffRole.ADMIN)
    group = await made(clinic, admin, members=[BOB])
    assert [m["legal_name"] for m in group["roster"]] == ["Robert Quillfeather"]
    first = await clinic.store.sessions.get(MAIN, session_id(group["id"], day(clinic, 1)))
    assert first is not None
    assert (first.roster, first.starts) == ((BOB,), instant(day(clinic, 1), time(10), ZONE))
    assert await Schedule(clinic.store, clinic.clock).write() == 0
    clinic.clock.ahead += 24 * 60 * MINUTE
    assert await Schedule(clinic.store, clinic.clock).write() == 1
    assert [g["members"] for g in (await admin.get("/api/staff/series")).json["groups"]] == [1]
    await ask(admin, group, "cancel", day=str(day(clinic, 1)), reason="other", following=True)


async def test_what_speaks_against_a_group_is_shown_before_it_is_saved(clinic: Clinic) -> None:
    """The same hour twice: the facilitator and a client are named, with how often; nothing was written by asking."""
    admin = await signed_in(clinic, StaffRole.ADMIN)
    group = await made(clinic, admin, members=[BOB], title="First", until=str(day(clinic, 9)))
    found = await made(
        clinic,
        admin,
        members=[BOB, CAROL],
        capacity=1,
        until=str(day(clinic, 7)),
        holidays=False,
        preview=True,
    )
    told = {(one["kind"], one["who"], one["other"], one["count"]) for one in found["conflicts"]}
    assert ("staff", "Alicia Thornbury", "First", 7) in told
    assert ("client", "Robert Quillfeather", "First", 7) in told
    assert ("capacity", "", "", 7) in told
    assert (found["count"], found["sessions"][0]["was"]) == (7, None)
    listed = (await admin.get("/api/staff/series")).json["groups"]
    assert [one["title"] for one in listed] == ["First", "Morning"]
    crowd = [PersonId(f"crowd-{n}") for n in range(13)]
    for who in crowd:
        await clinic.store.people.put(MAIN, rec.Person(who, False, f"Crowd {who}", "C"))
    found = await made(clinic, admin, members=crowd, capacity=99, at="20:00", preview=True)
    assert {one["rule"] for one in found["conflicts"] if one["kind"] == "cap"} == {"ngs-90853/1"}
    await ask(admin, group, "cancel", day=str(day(clinic, 1)), reason="other", following=True)


async def test_a_meeting_moves_alone_then_with_what_follows_and_sessions_go_along(clinic: Clinic) -> None:
    """One to the evening; from the fourth day on at noon; the first stays; the week shows what is, nothing twice."""
    admin = await signed_in(clinic, StaffRole.ADMIN)
    group = await made(clinic, admin, title="Moving", until=str(day(clinic, 6)))
    group = await ask(admin, group, "change", day=str(day(clinic, 2)), scope="one", at="18:00")
    group = await ask(admin, group, "change", day=str(day(clinic, 4)), scope="following", at="12:00")
    assert group["later"][0]["at"] == "12:00"
    week = (await admin.get(f"/api/staff/schedule?from={day(clinic, 1)}&to={day(clinic, 8)}")).json
    starts = [one["starts"] for one in week["sessions"] if one["series"] == group["id"]]
    hours = [(1, 10), (2, 18), (3, 10), (4, 12), (5, 12), (6, 12)]
    assert starts == [instant(day(clinic, n), time(hour), ZONE) for n, hour in hours]
    assert week["staff"] == {ALICE: "Alicia Thornbury"}
    assert await refused(admin, {**group, "revision": 1}, "hold", day=str(day(clinic, 4))) == "stale"
    assert await refused(admin, group, "change", day=str(day(clinic, 20)), scope="one") == "no_meeting"
    past = {"day": str(day(clinic, 1)), "scope": "one", "to": str(day(clinic, -3))}
    assert await refused(admin, group, "change", **past) == "past"
    assert await refused(admin, group, "change", day=str(day(clinic, 1)), scope="all", to=str(day(clinic, 2))) == (
        "cannot_shift"
    )
    moved = await ask(admin, group, "change", day=str(day(clinic, 5)), scope="all", at="09:00", preview=True)
    assert {one["was"] != one["starts"] for one in moved["sessions"]} == {True}


async def test_joining_and_leaving_change_rosters_from_a_day_on(clinic: Clinic) -> None:
    """The client is expected from the third day until the fifth, by name to the page, and never before."""
    admin = await signed_in(clinic, StaffRole.ADMIN)
    group = await made(clinic, admin, title="Rolling", at="15:00", until=str(day(clinic, 6)))
    group = await ask(admin, group, "join", client=CAROL, joins=str(day(clinic, 3)))
    group = await ask(admin, group, "leave", client=CAROL, leaves=str(day(clinic, 5)))
    found = [await clinic.store.sessions.get(MAIN, session_id(group["id"], day(clinic, n))) for n in range(1, 7)]
    assert [len(one.roster) for one in found if one] == [0, 0, 1, 1, 0, 0]
    assert await refused(admin, group, "join", client=CAROL, joins=str(day(clinic, -1))) == "past"
    assert await refused(admin, group, "join", client="nobody", joins=str(day(clinic, 1))) == "no_such_member"
    assert await refused(admin, group, "leave", client=DAN, leaves=str(day(clinic, 1))) == "not_a_member"
    assert [g.series.title for g in await clinic.store.series.of_client(MAIN, CAROL)] == ["Rolling"]
    closed = await made(clinic, admin, title="Closed", cohort="closed", at="07:00", until=str(day(clinic, 4)))
    late = await ask(admin, closed, "join", client=DAN, joins=str(day(clinic, 3)), preview=True)
    assert [one["kind"] for one in late["conflicts"]] == ["cohort"]


async def test_a_cancelled_meeting_is_shown_cannot_be_joined_and_is_exported_as_what_it_is(clinic: Clinic) -> None:
    """Its link opens nothing, the list and the export say so, and it can be held after all; a link works again."""
    admin = await signed_in(clinic, StaffRole.ADMIN)
    tomorrow = day(clinic, 1)
    group = await made(clinic, admin, title="Off", at="11:00", members=[DAN], until=str(tomorrow))
    session = session_id(group["id"], tomorrow)
    link = rec.JoinLink(MAIN, DAN, Role.CLIENT, session, None, clinic.clock.now() + 10_000 * MINUTE)
    await clinic.store.access.put_link("token-off-0123456789abcdef", link)
    group = await ask(admin, group, "cancel", day=str(tomorrow), reason="staff_ill")
    assert group["sessions"][0]["cancelled"] == "staff_ill"
    stored = await clinic.store.sessions.get(MAIN, session)
    assert stored is not None
    clinic.clock.ahead += stored.starts - 30 * MINUTE - clinic.clock.now()
    try:
        opened = await clinic.browser().ask("POST", "/api/link", {"token": "token-off-0123456789abcdef"})
        assert opened.code == "link_not_valid"
        alice = await clinic.staff()
        listed = (await alice.get(f"/api/staff/sessions?from={tomorrow}&to={tomorrow}")).json["sessions"]
        assert {one["state"] for one in listed if one["id"] == session} == {"cancelled"}
        rows = (await alice.get(f"/api/v1/sessions?from={tomorrow}&to={tomorrow}&programme={MAIN}")).json["rows"]
        assert [(r["status"], r["attendance_rows"], r["final"]) for r in rows if r["session"] == session] == [
            ("cancelled", 0, True)
        ]
        with pytest.raises(Exception, match="cancelled"):
            await Evening(clinic.store, stored).opens()
        await ask(admin, group, "hold", day=str(tomorrow))
        opened = await clinic.browser().ask("POST", "/api/link", {"token": "token-off-0123456789abcdef"})
        assert opened.status == 200
    finally:
        clinic.clock.ahead = 0


async def test_what_was_opened_follows_nothing(clinic: Clinic) -> None:
    """A room that has begun keeps its hour and its roster; the meeting cannot be cancelled or moved any more."""
    admin = await signed_in(clinic, StaffRole.ADMIN)
    group = await made(clinic, admin, title="Begun", at="13:00", members=[BOB], until=str(day(clinic, 2)))
    session = await clinic.store.sessions.get(MAIN, session_id(group["id"], day(clinic, 1)))
    assert session is not None
    await Evening(clinic.store, session).opens()
    assert await refused(admin, group, "cancel", day=str(day(clinic, 1)), reason="weather") == "opened"
    group = await ask(admin, group, "join", client=CAROL, joins=str(here(clinic)))
    kept = await clinic.store.sessions.get(MAIN, session.id)
    after = await clinic.store.sessions.get(MAIN, session_id(group["id"], day(clinic, 2)))
    assert kept == session
    assert after is not None
    assert set(after.roster) == {BOB, CAROL}


async def test_a_make_up_is_a_session_of_its_own_and_the_miss_stays_a_miss(clinic: Clinic) -> None:
    """A client who missed one may come to another group's meeting, or to one held for them; the missed row is what it
    was, and whoever was there has nothing to make up for."""
    admin = await signed_in(clinic, StaffRole.ADMIN)
    starts = clinic.clock.now() - 3 * 60 * MINUTE
    missed = replace(clinic.session(), id=SessionId("missed-1"), series=None, starts=starts, ends=starts + 60 * MINUTE)
    await clinic.store.sessions.put(missed)
    evening = Evening(clinic.store, missed)
    await evening.opens()
    await evening.seats(BOB)
    await evening.ends(55)
    other = await made(clinic, admin, title="Other", at="16:00", until=str(day(clinic, 3)))
    path = "/api/staff/sessions/missed-1/make-ups"
    into = session_id(other["id"], day(clinic, 2))
    answer = await admin.ask("POST", path, {"client": CAROL, "session": into})
    assert (answer.status, answer.json["make_ups"][0]["session"]) == (201, into)
    there = await clinic.store.sessions.get(MAIN, into)
    assert there is not None
    assert there.roster == (CAROL,)
    rows = {row.client: row.status for row in await clinic.store.attendance.rows_of(MAIN, missed.id)}
    assert rows[CAROL] == "no_show"
    shown = (await (await clinic.staff()).get("/api/staff/sessions/missed-1")).json["roster"]
    made_up = {one["person"]: one["made_up"] for one in shown}
    assert made_up == {BOB: None, CAROL: there.starts, DAN: None}
    assert (await admin.ask("POST", path, {"client": BOB, "session": into})).json["why"] == "was_there"
    assert (await admin.ask("POST", path, {"client": CAROL, "session": into})).json["why"] == "made_up_already"
    held = await admin.ask("POST", path, {"client": DAN, "day": str(day(clinic, 2)), "at": "08:00", "minutes": 45})
    assert held.status == 201
    one = await clinic.store.sessions.get(MAIN, {m["client"]: m["session"] for m in held.json["make_ups"]}[DAN])
    assert one is not None
    assert (one.roster, one.make_up_for, one.day, one.capacity) == ((DAN,), missed.id, None, 1)
    assert (await admin.get(path)).json == held.json
    assert await Schedule(clinic.store, clinic.clock).write() == 0


async def test_closed_days_cancel_and_a_group_may_be_held_all_the_same(clinic: Clinic) -> None:
    """The clinic's own day cancels the meeting of a group that minds it, as a preview said; held, it takes place."""
    admin = await signed_in(clinic, StaffRole.ADMIN)
    off = day(clinic, 3)
    days = await admin.ask(
        "PUT", "/api/staff/closed-days", {"closed": [{"day": str(off), "name": "Move"}], "open": ALL}
    )
    assert (days.status, days.json["closed"][0]["name"]) == (200, "Move")
    found = await made(clinic, admin, at="06:00", until=str(day(clinic, 4)), preview=True)
    assert [(c["kind"], c["count"]) for c in found["conflicts"] if c["kind"] == "holiday"] == [("holiday", 1)]
    group = await made(clinic, admin, title="Minding", at="06:00", until=str(day(clinic, 4)))
    assert {s["day"]: s["cancelled"] for s in group["sessions"]}[str(off)] == "holiday"
    group = await ask(admin, group, "hold", day=str(off))
    assert {s["day"]: s["cancelled"] for s in group["sessions"]}[str(off)] == ""
    week = (await admin.get(f"/api/staff/schedule?from={off}&to={off}")).json
    assert week["closed"] == [{"day": str(off), "code": "", "name": "Move"}]
    assert (await admin.get("/api/staff/closed-days")).json["closed"] == days.json["closed"]
    # The clinic of the tests sends no messages: a page must not promise that clients are told.
    assert group["told_days"] == 0
    await admin.ask("PUT", "/api/staff/closed-days", {"closed": [], "open": ALL})


async def test_whoever_leads_changes_their_own_groups_and_no_place_in_one_opens_a_stranger(clinic: Clinic) -> None:
    """A facilitator makes groups that they lead, with clients whom they know; not others', and finds nobody else."""
    admin, ben = await signed_in(clinic, StaffRole.ADMIN), await signed_in(clinic, StaffRole.FACILITATOR)
    theirs = await made(clinic, admin, title="Alice's", at="05:00", until=str(day(clinic, 2)))
    assert (await ben.get(f"/api/staff/series/{theirs['id']}")).status == 404
    own = await made(clinic, ben, title="Ben's", at="05:30", until=str(day(clinic, 2)), facilitators=[BEN])
    assert [g["title"] for g in (await ben.get("/api/staff/series")).json["groups"]] == ["Ben's"]
    assert await refused(ben, own, "join", client=BOB, joins=str(day(clinic, 1))) == "no_such_member"
    assert (await ben.ask("POST", "/api/staff/series/choices", {"who": "clients", "text": "Quill"})).json[
        "people"
    ] == []
    await clinic.store.care.assign(MAIN, BEN, BOB, now=True, actor="system")
    found = (await ben.ask("POST", "/api/staff/series/choices", {"who": "clients", "text": "Quill"})).json["people"]
    assert [one["id"] for one in found] == [BOB]
    await ask(ben, own, "join", client=BOB, joins=str(day(clinic, 1)))
    assert {
        one["id"] for one in (await ben.ask("POST", "/api/staff/series/choices", {"who": "staff"})).json["people"]
    } == {ALICE, BEN}
    body = {"title": "x", "kind": "workshop", "first": str(day(clinic, 1)), "at": "10:00", "minutes": 60}
    stolen = {**body, "rrule": "FREQ=DAILY", "facilitators": [ALICE]}
    assert (await ben.ask("POST", "/api/staff/series", stolen)).status == 403
    unknown = {**body, "rrule": "FREQ=DAILY", "facilitators": [BEN, "nobody"]}
    assert (await ben.ask("POST", "/api/staff/series", unknown)).code == "no_such_member"
    assert (await ben.ask("POST", "/api/staff/series", {**stolen, "rrule": "FREQ=HOURLY"})).json["why"] == "rule"
    assert (await ben.get("/api/staff/closed-days")).status == 403
    observer = await signed_in(clinic, StaffRole.OBSERVER)
    assert (await observer.ask("POST", "/api/staff/series/choices", {"who": "staff"})).status == 403
    week = (await observer.get(f"/api/staff/schedule?from={day(clinic, 1)}&to={day(clinic, 2)}")).json["sessions"]
    assert {one["may_change"] for one in week} == {False}


async def test_a_week_that_is_far_away_is_read_from_the_plans(clinic: Clinic) -> None:
    """Twenty weeks from now nothing is written, and the week is there; a question without a week is malformed."""
    admin = await signed_in(clinic, StaffRole.ADMIN)
    group = await made(clinic, admin, title="Far", at="04:00")
    week = (await admin.get(f"/api/staff/schedule?from={day(clinic, 140)}&to={day(clinic, 146)}")).json["sessions"]
    assert len([one for one in week if one["series"] == group["id"]]) == 7
    assert (await admin.get("/api/staff/schedule")).status == 400
    assert (await admin.get(f"/api/staff/schedule?from={day(clinic, 1)}&to={day(clinic, 99)}")).status == 400
    adjusted = await admin.ask(
        "PUT", f"/api/staff/series/{group['id']}", {"revision": 1, "title": "Farther", "until": str(day(clinic, 2))}
    )
    assert (adjusted.json["title"], len(adjusted.json["sessions"])) == ("Farther", 2)
    back = await admin.ask("PUT", f"/api/staff/series/{group['id']}", {"revision": 2, "until": str(day(clinic, -2))})
    assert back.json["why"] == "past"


async def exported(clinic: Clinic, recipient: str, path: str, profile: str = "billing") -> Any:
    """What this recipient is told."""
    text, key = mint(MAIN, (READ_ATTENDANCE,), "x", 1, profile=profile, recipient=recipient)
    await clinic.store.access.put_api_key(key)
    found = await clinic.browser().get(path, Authorization=f"Bearer {text}")
    assert found.status == 200, found.raw
    return found.json


async def changed(clinic: Clinic, place: str) -> tuple[list[Any], str]:
    """The rows of everything that changed since, and where it goes on."""
    rows: list[Any] = []
    while True:
        found = await exported(clinic, "acme", f"/api/v1/attendance?changed_since={place}", "attendance")
        if found["next"] == place:
            return rows, place
        rows, place = rows + found["rows"], found["next"]


async def encounters(clinic: Clinic) -> list[Any]:
    """All that a record system reads."""
    found = await exported(clinic, "ehr", "/fhir/Encounter?date=ge2020-01-01", "attendance")
    return [one["resource"] for one in found["entry"] if one["search"]["mode"] == "match"]


async def test_a_missed_row_says_what_makes_up_for_it_and_a_cancelled_one_makes_up_for_nothing(clinic: Clinic) -> None:
    """By the id that this recipient knows, in each profile with session ids; the rest of the row and its Encounters
    are what they were; a make-up of its own is cancelled once, with a reason, and another one may take its place."""
    admin = await signed_in(clinic, StaffRole.ADMIN)
    starts = clinic.clock.now() - 9 * 60 * MINUTE
    missed = replace(clinic.session(), id=SessionId("missed-2"), series=None, starts=starts, ends=starts + 60 * MINUTE)
    await clinic.store.sessions.put(missed)
    evening = Evening(clinic.store, missed)
    await evening.opens()
    await evening.seats(BOB)
    await evening.ends(55)
    here = f"/api/v1/attendance?from={starts - MINUTE}&to={starts + MINUTE}"
    seen = (await exported(clinic, "acme", f"{here}&client={CAROL}"))["rows"]
    told = await encounters(clinic)
    assert told
    _, place = await changed(clinic, "0-0")
    path = "/api/staff/sessions/missed-2/make-ups"
    own = {"client": CAROL, "day": str(day(clinic, 2)), "at": "08:00", "minutes": 45}
    first = (await admin.ask("POST", path, own)).json["make_ups"][0]["session"]
    ids = []
    for recipient in ("acme", "county"):
        (row,) = (await exported(clinic, recipient, f"{here}&client={CAROL}"))["rows"]
        session = await exported(clinic, recipient, f"/api/v1/sessions/{row['made_up_by']}")
        assert session["row"]["session_id"] == row["made_up_by"]
        ids.append(row.pop("made_up_by"))
        if recipient == "acme":
            known = seen[0] | {"export_id": row["export_id"]}
            assert known.pop("made_up_by") is None
            assert row == known
    assert len({*ids, first}) == 3
    for profile in ("attendance", "notes"):
        found = await exported(clinic, "acme", here, profile)
        assert {row["client"]: row["made_up_by"] for row in found["rows"]} == {BOB: None, CAROL: ids[0], DAN: None}
    naming = {name for name, one in PROFILES.items() if any(column.name == "made_up_by" for column in one.columns)}
    assert naming == {name for name, one in PROFILES.items() if any(c.source == "session" for c in one.columns)}
    assert await encounters(clinic) == told
    rows, place = await changed(clinic, place)
    assert [(row["client"], row["made_up_by"]) for row in rows] == [(CAROL, ids[0])]

    cancel = f"/api/staff/sessions/{first}/cancel"
    assert (await admin.ask("POST", cancel, {"reason": "boredom"})).status == 400
    ben = await signed_in(clinic, StaffRole.BILLER)
    assert (await ben.ask("POST", cancel, {"reason": "staff_ill"})).status in (403, 404)
    for _ in range(2):  # the second is a repeat
        done = await admin.ask("POST", cancel, {"reason": "staff_ill"})
        assert (done.status, done.json["cancelled"], done.json["state"]) == (200, "staff_ill", "cancelled")
    assert (await admin.ask("POST", cancel, {"reason": "weather"})).json["why"] == "cancelled_already"
    said = [
        fields[b"subject"] async for _, fields in clinic.store.audit.entries(MAIN) if fields[b"action"] == CANCELLED
    ]
    assert said == [f"{first} staff_ill".encode()]
    rows, _ = await changed(clinic, place)
    assert [(row["client"], row["made_up_by"]) for row in rows] == [(CAROL, None)]
    assert (await admin.get(path)).json == {"make_ups": []}
    second = (await admin.ask("POST", path, own)).json["make_ups"][0]["session"]
    assert second != first
    kept = await clinic.store.sessions.get(MAIN, SessionId(first))
    assert kept is not None
    assert kept.cancelled == "staff_ill"


async def test_what_was_opened_or_is_planned_by_a_group_is_not_cancelled_by_itself(clinic: Clinic) -> None:
    """A single session that was opened stays; one that was cancelled cannot be opened; groups have their own way."""
    admin = await signed_in(clinic, StaffRole.ADMIN)
    starts = clinic.clock.now() + 30 * MINUTE
    for name in ("single-1", "single-2"):
        one = replace(clinic.session(), id=SessionId(name), series=None, starts=starts, ends=starts + 60 * MINUTE)
        await clinic.store.sessions.put(one)
    evening = Evening(clinic.store, replace(one, id=SessionId("single-1")))
    await evening.opens()
    asked = "/api/staff/sessions/single-2/cancel"
    before = (await admin.get(asked)).json
    assert (before["session"]["id"], before["session"]["may_change"], before["told"]) == ("single-2", True, [])
    assert (await admin.get("/api/staff/sessions/single-1/cancel")).json["why"] == "opened"
    billing = await signed_in(clinic, StaffRole.BILLER)
    assert (await billing.get(asked)).status in (403, 404)
    opened = await admin.ask("POST", "/api/staff/sessions/single-1/cancel", {"reason": "other"})
    assert (opened.status, opened.json["why"]) == (409, "opened")
    assert (await admin.ask("POST", asked, {"reason": "other"})).status == 200
    assert (await admin.get(asked)).json["why"] == "cancelled_already"
    with pytest.raises(Unavailable):
        await Evening(clinic.store, replace(one, id=SessionId("single-2"))).opens()
    group = await made(clinic, admin, title="Planned", at="21:00", until=str(day(clinic, 2)))
    path = f"/api/staff/sessions/{session_id(group['id'], day(clinic, 2))}/cancel"
    assert (await admin.ask("POST", path, {"reason": "other"})).json["why"] == "of_group"


async def test_a_new_group_has_the_places_of_its_kind(clinic: Clinic) -> None:
    """Where nobody says another number; every kind and what it is held like can be read by staff."""
    browser = await signed_in(clinic, StaffRole.DIRECTOR)
    told = (await browser.get("/api/staff/kinds")).json
    rules = {one["kind"]: one for one in told["kinds"]}
    assert told["rules"].startswith("kinds-default/")
    assert (rules["workshop"]["sees"], rules["alumni"]["waiting"]) == ("hosts", False)
    asked = {"title": "Skills", "kind": "workshop", "first": str(here(clinic) + timedelta(1)), "at": "10:00"}
    more = {"minutes": 60, "rrule": "FREQ=DAILY", "facilitators": [ALICE]}
    group = (await browser.ask("POST", "/api/staff/series", {**asked, **more})).json
    assert group["capacity"] == rules["workshop"]["capacity"] == 35
