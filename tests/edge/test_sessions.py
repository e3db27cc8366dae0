"""The staff's sessions: today's list in the facility's zone, one session's roster, and who may not see them."""

from dataclasses import replace

import pytest

from telehealth.core.ids import SessionId

from .clinic import ALICE, BEN, BENS, BOB, CAROL, CHECK_IN, DAN, GROUP, MINUTE, NAMES, Clinic, Evening

pytestmark = pytest.mark.asyncio

SENSELESS = [
    "from=2026-11-01",
    "from=2026-11-02&to=2026-11-01",
    "from=2026-11-01&to=2027-11-01",
    "from=yesterday&to=2026-11-01",
    "from=2026-11-01T00:00:00&to=2026-11-02",
    "from=2026-02-30&to=2026-03-01",
    "from=9999-12-31&to=9999-12-31",
    "from=1&to=999999999999999",
    "day=2026-11-01",
    "from=2026-11-01&to=2026-11-01&to=2026-11-02",
]


async def test_the_list_shows_what_goes_on(clinic: Clinic) -> None:
    """Scheduled, open and ended sessions, with who is present and who waits, read from the room's log."""
    alice = await clinic.staff()

    async def summary() -> dict[str, object]:
        (one,) = (await alice.get("/api/staff/sessions")).json["sessions"]
        return dict(one)

    before = await summary()
    assert before["id"] == GROUP
    assert (before["state"], before["expected"], before["present"], before["waiting"]) == ("scheduled", 3, 0, 0)
    assert (before["title"], before["kind"], before["zone"]) == ("Evening group", "group_therapy", "America/Chicago")
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.seats(BOB)
    await evening._enter(CAROL, "client", evening._at(2))
    now = await summary()
    assert (now["state"], now["present"], now["waiting"]) == ("open", 1, 1)
    await evening.ends(9)
    after = await summary()
    assert (after["state"], after["present"], after["waiting"]) == ("ended", 0, 0)


async def test_days_are_the_facilitys(clinic: Clinic) -> None:
    """A day and an instant mean what they say in the facility's zone, also where a clock change makes 25 hours."""
    alice = await clinic.staff()
    # 2026-11-01 in Chicago: clocks go back, the day ends at 06:00Z of the 2nd.
    starts = {"first": 1793509200000, "last": 1793599199000, "next": 1793599200000}
    for name, start in starts.items():
        await clinic.store.sessions.put(
            replace(clinic.session(), id=SessionId(f"session-{name}"), starts=start, ends=start + 500)
        )
    for query in ("from=2026-11-01&to=2026-11-01", "from=2026-11-01T00:00:00-05:00&to=1793599200000"):
        answer = await alice.get(f"/api/staff/sessions?{query}")
        assert [s["id"] for s in answer.json["sessions"]] == ["session-first", "session-last"]


async def test_ranges_that_mean_nothing_are_refused(clinic: Clinic) -> None:
    """Half a range, a backward or too long one, no date, a time without offset, an unknown or repeated parameter."""
    alice = await clinic.staff()
    for query in SENSELESS:
        answer = await alice.get(f"/api/staff/sessions?{query}")
        assert (answer.status, answer.code) == (400, "malformed"), query


async def test_one_session_with_its_roster(clinic: Clinic) -> None:
    """Legal names, check-ins and attendance so far, for staff who lead it; the reading is in the audit log."""
    bob = await clinic.client()
    await bob.ask("PUT", "/api/check-in", CHECK_IN)
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.seats(BOB)
    detail = (await (await clinic.staff()).get(f"/api/staff/sessions/{GROUP}")).json
    roster = {entry["person"]: entry for entry in detail["roster"]}
    assert list(roster) == [BOB, CAROL, DAN]
    assert roster[BOB]["legal_name"] == NAMES[BOB][1]
    assert {k: v for k, v in roster[BOB]["check_in"].items() if k != "at"} == CHECK_IN
    assert roster[CAROL]["check_in"] is None
    row = roster[BOB]["attendance"]
    assert (row["status"], row["final"], len(row["intervals"])) == ("in_session", False, 1)
    assert abs(row["milliseconds"] - 9 * MINUTE) < 5_000
    assert roster[CAROL]["attendance"]["milliseconds"] == 0
    assert (ALICE, "roster.read", GROUP) in await clinic.audited()


async def test_sessions_of_others_are_not_there(clinic: Clinic) -> None:
    """Ben sees his own group only; Alice's is answered exactly as one that does not exist."""
    ben = await clinic.staff(BEN)
    assert [s["id"] for s in (await ben.get("/api/staff/sessions")).json["sessions"]] == [BENS]
    others = await ben.get(f"/api/staff/sessions/{GROUP}")
    nothing = await ben.get("/api/staff/sessions/session-nowhere")
    assert (others.status, others.code) == (404, "no_such_thing")
    assert others.raw == nothing.raw


async def test_what_is_no_id_is_no_session(clinic: Clinic) -> None:
    """Nothing of a path becomes a part of a key's name unless it looks like an id."""
    alice = await clinic.staff()
    for name in ("..", "a:b", "{p-main}:x", "%00", "a" * 65, "a%2Fb"):
        assert (await alice.get(f"/api/staff/sessions/{name}")).status == 404, name


async def test_a_clients_cookie_opens_no_staff_route(clinic: Clinic) -> None:
    """Every staff route and the export refuse a client, and refuse a stranger."""
    bob, stranger = await clinic.client(), clinic.browser()
    for method, path in (
        ("GET", "/api/staff/sessions"),
        ("GET", f"/api/staff/sessions/{GROUP}"),
        ("GET", f"/api/staff/sessions/{GROUP}/links"),
        ("POST", f"/api/staff/sessions/{GROUP}/links"),
        ("DELETE", "/api/staff/links/0123456789abcdef"),
        ("GET", f"/api/staff/sessions/{GROUP}/notes"),
        ("GET", f"/api/staff/sessions/{GROUP}/notes/group"),
        ("PUT", f"/api/staff/sessions/{GROUP}/notes/{BOB}"),
        ("POST", f"/api/staff/sessions/{GROUP}/notes/sign"),
        ("GET", "/api/v1/attendance?from=2026-01-01&to=2026-12-31"),
    ):
        body = None if method == "GET" else {}
        assert (await bob.ask(method, path, body)).code == "not_allowed"
        assert (await stranger.ask(method, path, body)).code == "not_signed_in"
