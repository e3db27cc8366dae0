"""Caseload, one client's staying, what is recorded of it, and reports: over real logs, and only for whoever may."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from telehealth.core import records as rec
from telehealth.core.episodes import Episode
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.records import Session
from telehealth.core.roles import Role, StaffRole
from telehealth.edge import slipping_order
from telehealth.edge.days import day_at, start_of

from .clinic import ALICE, BEN, BENS, BOB, CAROL, DAN, MAIN, MINUTE, Browser, Clinic, Evening, running

pytestmark = pytest.mark.asyncio(loop_scope="module")
ZONE = ZoneInfo("America/Chicago")
C = f"/api/staff/clients/{BOB}"


def _monday(clinic: Clinic) -> date:
    today = day_at(clinic.clock.now(), ZONE)
    return today - timedelta(days=today.weekday() + 21)


async def _session(clinic: Clinic, name: str, day: int, *, came: tuple[PersonId, ...], **change: object) -> Session:
    """A session at ten on a day after the Monday three weeks ago, held for these clients."""
    starts = start_of(_monday(clinic) + timedelta(days=day), ZONE) + 10 * 60 * MINUTE
    session = replace(clinic.session(), id=SessionId(name), starts=starts, ends=starts + 180 * MINUTE, **change)  # type: ignore[arg-type]
    await clinic.store.sessions.put(session)
    evening = Evening(clinic.store, session)
    await evening.opens(session.facilitators[0])
    await evening.seats(*came)
    await evening.ends(181)
    return session


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    """Three weeks ago Bob came on Monday and Tuesday and missed the rest; Carol came to all; both are enrolled."""
    async with running(tmp_path_factory.mktemp("staying")) as clinic:
        first = _monday(clinic)
        for client, track in ((BOB, "day"), (CAROL, "day"), (DAN, "evening")):
            admitted = first - timedelta(days=1 if client is not DAN else 40)
            episode = Episode(f"e-{client}", client, track, admitted, None, "", ALICE, 1, "x")
            assert await clinic.store.episodes.put(MAIN, [episode], what="admitted", actor="system", at=1)
        for day in range(5):
            await _session(
                clinic, f"day-{day}", day, came=(BOB, CAROL) if day < 2 else (CAROL,), roster=(BOB, CAROL), series=None
            )
        yield clinic


async def _as(clinic: Clinic, role: StaffRole, person: PersonId = ALICE) -> Browser:
    browser = clinic.browser()
    ends = clinic.clock.now() + 60_000_000
    me = rec.WebSession(
        rec.SignedInAs.STAFF, MAIN, person, Role.FACILITATOR, "csrf", ends, longest=ends, staff_role=role
    )
    token = f"token-{person}-{role}-0123456789abcdef"
    await clinic.store.access.put_web_session(token, me)
    browser.http.cookie_jar.update_cookies({"session": token})
    browser.csrf = me.csrf
    return browser


async def test_whoever_slips_away_comes_first(clinic: Clinic) -> None:
    """Bob missed three in a row: first, with those sessions; Carol is fine; Dan never came. Names only of the page."""
    counsellor = await _as(clinic, StaffRole.COUNSELLOR)
    answer = await counsellor.get("/api/staff/caseload")
    assert answer.status == 200, answer.raw
    found = answer.json
    assert (found["scope"], found["scopes"], found["total"], found["slipping"]) == (
        "caseload",
        ["caseload", "groups"],
        3,
        2,
    )
    assert found["complete"]
    bob, dan, carol = found["clients"]
    assert [one["person"] for one in (bob, dan, carol)] == [BOB, DAN, CAROL]
    assert bob["legal_name"] == "Robert Quillfeather"
    assert bob["signs"][0] == {"sign": "misses_alarm", "sessions": ["day-2", "day-3", "day-4"]}
    assert bob["misses"] == ["day-2", "day-3", "day-4"]
    assert (bob["strip"], bob["last_came"]) == ([f"day-{n}" for n in range(5)], "day-1")
    assert bob["sessions"]["day-0"]["day"] == _monday(clinic).isoformat()
    assert (bob["sessions"]["day-0"]["minutes"], bob["sessions"]["day-2"]["status"]) == (180, "no_show")
    assert [one["what"] for one in bob["owed"]] == ["reach-out", "another-way", "reassess"]
    assert dan["signs"][0]["sign"] == "never_came"
    assert carol["rate"]["share"] == 1.0
    assert not {one["sign"] for one in carol["signs"]} & {"misses_alarm", "misses_watch", "rate_low"}
    paged = (await counsellor.get("/api/staff/caseload?limit=1&after=1")).json
    assert ([one["person"] for one in paged["clients"]], paged["total"]) == ([DAN], 3)
    assert paged["next"].startswith("2-")
    assert ("id-alice-9f1", "caseload.read", "caseload") in await clinic.audited()


async def test_nobody_moves_between_two_pages(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who goes on goes on in the order of the first page, with figures of now, and still sees nobody who is not theirs;
    of many an order is good for seconds, then answered with once more while the next is made."""
    counsellor, director = await _as(clinic, StaffRole.COUNSELLOR), await _as(clinic, StaffRole.DIRECTOR, BEN)
    first = (await counsellor.get("/api/staff/caseload?limit=1")).json
    rest = (await counsellor.get(f"/api/staff/caseload?limit=2&after={first['next']}")).json
    assert [one["person"] for one in (*first["clients"], *rest["clients"])] == [BOB, DAN, CAROL]
    assert rest["next"] is None
    theirs = (await director.get(f"/api/staff/caseload?scope=programme&after={first['next']}")).json
    assert {one["person"] for one in theirs["clients"]} <= {BOB, CAROL, DAN}
    ben = await _as(clinic, StaffRole.FACILITATOR, BEN)
    others = (await ben.get(f"/api/staff/caseload?after={first['next']}")).json
    assert {one["person"] for one in others["clients"]} <= {CAROL}
    monkeypatch.setattr(slipping_order, "MANY", 1)
    names = []
    before = clinic.clock.ahead
    for seconds in (0, 1, 7, 127):
        monkeypatch.setattr(clinic.clock, "ahead", before + 1_000 * seconds)
        names.append((await director.get("/api/staff/caseload?limit=1")).json["next"])
    assert names[0] == names[1] == names[2]
    assert names[3] != names[2]


async def test_whose_caseload(clinic: Clinic) -> None:
    """A facilitator has those of the groups that they lead, a director everybody; nobody what is not theirs."""
    ben = await _as(clinic, StaffRole.FACILITATOR, BEN)
    found = (await ben.get("/api/staff/caseload")).json
    if found["total"]:  # unless the session began last week and midnight has passed since
        assert (found["scope"], [one["person"] for one in found["clients"]]) == ("groups", [CAROL])
    assert (await ben.get("/api/staff/caseload?scope=programme")).status == 403
    director = await _as(clinic, StaffRole.DIRECTOR, BEN)
    assert {one["person"] for one in (await director.get("/api/staff/caseload")).json["clients"]} == {BOB, CAROL, DAN}
    for query in ("scope=all", "limit=0", "limit=101", "after=-1", "x=1", "limit=1&limit=2"):
        assert (await director.get(f"/api/staff/caseload?{query}")).status == 400, query
    assert (await (await _as(clinic, StaffRole.BILLER, BEN)).get("/api/staff/caseload")).status == 403
    assert (await clinic.browser().get("/api/staff/caseload")).status == 401


async def test_one_clients_staying(clinic: Clinic) -> None:
    """Twelve weeks, each with its sessions; the stay with its first session; and no title of anything."""
    counsellor = await _as(clinic, StaffRole.COUNSELLOR)
    answer = await counsellor.get(f"{C}/engagement")
    assert answer.status == 200, answer.raw
    assert b"Evening group" not in answer.raw
    found = answer.json
    assert len(found["weeks"]) == 12
    week = next(one for one in found["weeks"] if one["first"] == _monday(clinic).isoformat())
    assert (week["minutes"], week["needed"], week["outlook"]) == (360, 540, "short")
    assert (week["counted"], week["kinds"][0]["sessions"]) == (["day-0", "day-1"], ["day-0", "day-1"])
    assert week["lost_after"] == (_monday(clinic) + timedelta(days=4)).isoformat()
    (stay,) = found["stays"]
    assert (stay["days_to_first"], stay["first_session"]) == (1, "day-0")
    assert stay["initiation"]["initiated"] == "yes"
    assert [one["kept"] for one in stay["retention"]] == ["too_early"] * 3
    assert (found["may_reach_out"], found["may_certify"], found["misses"]) == (True, True, ["day-2", "day-3", "day-4"])
    said = {"session": "day-4", "client": BOB, "excused": True, "reason": "in hospital"}
    assert (await counsellor.ask("POST", "/api/v1/corrections", said)).status == 201
    after = (await counsellor.get(f"{C}/engagement")).json
    assert (after["misses"], after["sessions"]["day-4"]["status"]) == (["day-2", "day-3"], "excused")
    back = {**said, "excused": False}
    assert (await counsellor.ask("POST", "/api/v1/corrections", back)).status == 201
    assert (await counsellor.get("/api/staff/clients/nobody/engagement")).status == 404
    assert (await counsellor.get(f"/api/staff/clients/{BEN}/engagement")).status == 404


async def test_an_attempt_is_recorded_and_taken_back(clinic: Clinic) -> None:
    """It answers a step that was owed; withdrawn it counts for nothing and stays readable. A repeat is none."""
    counsellor = await _as(clinic, StaffRole.COUNSELLOR)
    tried = {"how": "call", "outcome": "left_message", "note": "canary-note", "id": "attempt-0123456789"}
    for _ in range(2):
        answer = await counsellor.ask("POST", f"{C}/outreach", tried)
        assert (answer.status, answer.json["id"]) == (201, "attempt-0123456789")
    found = (await counsellor.get(f"{C}/engagement")).json
    assert [one["what"] for one in found["owed"]] == ["another-way", "reassess"]
    (one,) = found["outreach"]
    assert (one["how"], one["outcome"], one["note"], one["by"], one["mine"]) == (
        "call",
        "left_message",
        "canary-note",
        "Alicia Thornbury",
        True,
    )
    assert (await counsellor.ask("POST", f"{C}/outreach/attempt-0123456789/withdraw", {})).status == 200
    after = (await counsellor.get(f"{C}/engagement")).json
    assert (len(after["owed"]), after["outreach"][0]["withdrawn"] is not None) == (3, True)
    assert (await counsellor.ask("POST", f"{C}/outreach/never-was/withdraw", {})).status == 404
    later = clinic.clock.now() + 60 * MINUTE
    for wrong in ({"how": "pigeon"}, {"at": later}, {"at": -1}, {"note": "x" * 1001}, {"id": "short"}, {"more": 1}):
        assert (await counsellor.ask("POST", f"{C}/outreach", {**tried, **wrong})).status == 400, wrong
    actions = [action for _, action, subject in await clinic.audited() if subject == BOB]
    assert (actions.count("outreach.recorded"), actions.count("outreach.withdrawn")) == (1, 1)


async def test_certifications_orders_and_courts(clinic: Clinic) -> None:
    """Each shows in the figures, and is withdrawn; nonsense is refused; a facilitator records none."""
    counsellor, monday = await _as(clinic, StaffRole.COUNSELLOR), _monday(clinic)
    body = {"on": monday.isoformat(), "certifier": "Dr. Example"}
    assert (await counsellor.ask("POST", f"{C}/certifications", body)).status == 201
    wanted = {"minutes": {"group_therapy": 480, "individual": 60}, "effective_from": monday.isoformat()}
    assert (await counsellor.ask("POST", f"{C}/orders", wanted)).status == 201
    counted = {"rule": "washington-246-341-0740/1", "first": monday.isoformat()}
    assert (await counsellor.ask("POST", f"{C}/courts", counted)).status == 201
    found = (await counsellor.get(f"{C}/engagement")).json
    due = (monday + timedelta(days=60)).isoformat()
    assert found["certification"] == {"state": "good", "due": due, "latest": monday.isoformat()}
    assert found["certifications"][0]["certifier"] == "Dr. Example"
    week = next(one for one in found["weeks"] if one["first"] == monday.isoformat())
    kinds = {one["kind"]: one["ordered"] for one in week["kinds"]}
    assert (week["ordered"], kinds) == (540, {"group_therapy": 480, "individual": 60})
    (court,) = found["courts"]
    assert (court["minutes"], court["needed"], court["weeks"][0]["days"]) == (360, 4320, 2)
    assert (court["standing"], court["weeks"][0]["standing"], court["sessions"]) == (
        "open",
        "short",
        ["day-0", "day-1"],
    )
    for kind in ("certifications", "orders", "courts"):
        entry = found[kind][0]["id"]
        assert (await counsellor.ask("POST", f"{C}/{kind}/{entry}/withdraw", {})).status == 200
    after = (await counsellor.get(f"{C}/engagement")).json
    assert (after["certification"]["state"], after["weeks"][-1]["ordered"]) == ("not_needed", None)
    tomorrow = (day_at(clinic.clock.now(), ZONE) + timedelta(days=2)).isoformat()
    for path, wrong in (
        ("certifications", {"on": tomorrow}),
        ("orders", {**wanted, "minutes": {"Group!": 1}}),
        ("orders", {**wanted, "effective_to": "2001-01-01"}),
        ("courts", {**counted, "rule": "none/1"}),
        ("courts", {**counted, "first": "1970-01-01"}),
    ):
        assert (await counsellor.ask("POST", f"{C}/{path}", wrong)).status == 400, (path, wrong)
    facilitator = await _as(clinic, StaffRole.FACILITATOR)
    assert (await facilitator.ask("POST", f"{C}/certifications", body)).status == 404


async def test_reports_with_what_they_count(clinic: Clinic) -> None:
    """Census by track, attendance by week, sizes against caps, retention by month; each with its evidence."""
    director, monday = await _as(clinic, StaffRole.DIRECTOR), _monday(clinic)
    span = f"from={monday}&to={monday + timedelta(days=6)}"
    census = (await director.get(f"/api/staff/reports/census?{span}")).json
    assert [one["clients"] for one in census["days"]] == [3] * 7
    assert (census["tracks"], census["days"][0]["tracks"]) == (["day", "evening"], {"day": 2, "evening": 1})
    assert census["titles"] == {"day": "Day", "evening": "Evening"}
    (week,) = (await director.get(f"/api/staff/reports/attendance?{span}")).json["lines"]
    assert (week["name"], week["sessions"], week["came"], week["missed"], week["share"]) == (
        monday.isoformat(),
        5,
        7,
        3,
        0.7,
    )
    assert [one["session"] for one in week["evidence"]] == [f"day-{n}" for n in range(5)]
    for by in ("month", "kind", "group"):
        assert (await director.get(f"/api/staff/reports/attendance?{span}&by={by}")).json["lines"]
    sizes = (await director.get(f"/api/staff/reports/sizes?{span}&caps=texas-564-901/1")).json
    assert (sizes["lines"][0]["largest"], sizes["lines"][0]["cap"], sizes["lines"][0]["over"]) == (2, 16, [])
    cohorts = (await director.get("/api/staff/reports/retention")).json["cohorts"]
    assert sum(one["admitted"] for one in cohorts) == 3
    assert sum(one["never_came"] for one in cohorts) == 1
    assert any(DAN in cell["lost"] for one in cohorts for cell in one["retention"])


async def test_reports_as_files_and_for_whom(clinic: Clinic) -> None:
    """The same as CSV; ranges with sense; nobody without the action; every reading is audited."""
    director = await _as(clinic, StaffRole.DIRECTOR)
    for report in ("census", "attendance", "sizes", "retention"):
        path = f"/api/staff/reports/{report}"
        file = await director.get(f"{path}?format=csv")
        assert (file.status, file.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
        head, *lines = file.raw.decode().splitlines()
        assert lines
        assert report != "census" or head.endswith(",Day,Evening")
        assert {len(line.split(",")) for line in lines} == {len(head.split(","))}
        for query in ("from=x", "from=2026-02-01&to=2026-01-01", "from=1999-01-01", "other=1", "format=xls"):
            assert (await director.get(f"{path}?{query}")).status == 400, query
        assert (await (await _as(clinic, StaffRole.COUNSELLOR)).get(path)).status == 403
    assert (await director.get("/api/staff/reports/attendance?by=star")).status == 400
    weekly = (await director.get("/api/staff/reports/census?every=month")).json["days"]
    assert len(weekly) <= 5
    assert {"report.census", "report.retention"} <= {action for _, action, _ in await clinic.audited()}


async def test_a_session_that_goes_on(clinic: Clinic) -> None:
    """Up to now it counts as attended by whom the log shows, and on the caseload by whoever is expected."""
    where = await clinic.store.sessions.get(MAIN, BENS)
    assert where is not None
    evening = Evening(clinic.store, where)
    await evening.opens(BEN)
    await evening.seats(CAROL, minute=4)
    counsellor = await _as(clinic, StaffRole.COUNSELLOR)
    week = (await counsellor.get(f"/api/staff/clients/{CAROL}/engagement")).json["weeks"][-1]
    loose = next(
        one["week"] for one in (await counsellor.get("/api/staff/caseload")).json["clients"] if one["person"] == CAROL
    )
    if week["coming"]:  # unless the session began last week and midnight has passed since
        assert week["minutes"] in (5, 6)
        assert week["minutes_to_come"] in (169, 170)
        assert loose["minutes"] in (9, 10, 11)
