"""Hours against the level of care, and who was there when: over real logs, and only for whoever leads."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from telehealth.core import commands as ask
from telehealth.core.ids import SessionId
from telehealth.core.records import CheckIn, Session
from telehealth.edge.days import day_at, start_of

from .clinic import ALICE, BEN, BENS, BOB, CAROL, DAN, GROUP, MINUTE, Clinic, Evening

pytestmark = pytest.mark.asyncio
ZONE = ZoneInfo("America/Chicago")


async def _session(clinic: Clinic, name: str, day: int, **change: object) -> Session:
    """A session of three hours at ten on a day of the week three weeks ago (0 is its Monday)."""
    today = day_at(clinic.clock.now(), ZONE)
    monday = today - timedelta(days=today.weekday() + 21)
    starts = start_of(monday + timedelta(days=day), ZONE) + 10 * 60 * MINUTE
    session = replace(clinic.session(), id=SessionId(name), starts=starts, ends=starts + 180 * MINUTE, **change)  # type: ignore[arg-type]
    await clinic.store.sessions.put(session)
    return session


async def _held(clinic: Clinic, session: Session, ends: float = 181) -> None:
    evening = Evening(clinic.store, session)
    await evening.opens(session.facilitators[0])
    await evening.seats(*session.roster)
    await evening.ends(ends)


async def test_a_past_week_is_the_sum_of_all_its_sessions(clinic: Clinic) -> None:
    """Eligible kinds of the whole programme count; what others lead is told as a sum, and aftercare not at all."""
    for day in range(2):
        await _held(clinic, await _session(clinic, f"mine-{day}", day))
    await _held(clinic, await _session(clinic, "bens", 2, facilitators=(BEN,), roster=(BOB,), title="Secret title"))
    await _held(clinic, await _session(clinic, "after", 3, kind="aftercare", roster=(BOB,)))
    answer = await (await clinic.staff(ALICE)).get("/api/staff/hours")
    assert answer.status == 200
    assert b"Secret title" not in answer.raw
    report = answer.json
    assert report["level"] == {"id": "asam-2-1-adult/1", "code": "asam:3:2.1", "week_minutes": 540}
    assert len(report["weeks"]) == 6
    assert report["this_week"] == report["weeks"][-1]
    clients = {client["person"]: client for client in report["clients"]}
    assert clients[BOB]["legal_name"] == "Robert Quillfeather"
    bob, carol = (clients[client]["weeks"][2] for client in (BOB, CAROL))
    assert (bob["minutes"], bob["minutes_elsewhere"], bob["minutes_short"], bob["outlook"]) == (540, 180, 0, "met")
    assert (carol["minutes"], carol["minutes_short"], carol["outlook"]) == (360, 180, "short")
    assert [part["session"] for part in bob["sessions"]] == ["mine-0", "mine-1", "after"]
    assert bob["sessions"][0] == {"session": "mine-0", "minutes": 180, "status": "present"}
    assert clients[DAN]["weeks"][0] is None
    counting = {session["id"]: session["counts"] for session in report["sessions"]}
    assert counting == {GROUP: True, "mine-0": True, "mine-1": True, "after": False}


async def test_this_week_says_what_can_still_be_met(clinic: Clinic) -> None:
    """The session that goes on counts up to now, and from now on as time that is left."""
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.seats(BOB)
    report = (await (await clinic.staff(ALICE)).get("/api/staff/hours?weeks=1")).json
    if report["sessions"]:  # unless the session began last week and midnight has passed since
        week = next(client["weeks"][0] for client in report["clients"] if client["person"] == BOB)
        assert week["outlook"] == "out_of_reach"
        assert week["minutes"] in (8, 9)
        assert week["minutes_to_come"] in (169, 170)


async def test_only_ones_own_clients_and_a_range_with_sense(clinic: Clinic) -> None:
    """Ben sees Carol, whom he leads, and not Alice's other clients; a client sees nothing; nonsense is refused."""
    ben = await clinic.staff(BEN)
    report = (await ben.get("/api/staff/hours?weeks=2")).json
    assert [client["person"] for client in report["clients"]] == [CAROL]
    assert [session["id"] for session in report["sessions"]] == [BENS]
    assert (await (await clinic.client(BOB)).get("/api/staff/hours")).status == 403
    assert (await clinic.browser().get("/api/staff/hours")).status == 401
    for query in ("weeks=0", "weeks=15", "weeks=x", "from=2026-02-30", "from=9999-12-31", "other=1", "weeks=1&weeks=2"):
        assert (await ben.get(f"/api/staff/hours?{query}")).status == 400, query
    assert "hours.read" in {action for _, action, _ in await clinic.audited()}


async def test_who_was_there_when_and_what_lacks(clinic: Clinic) -> None:
    """Stays, break and absence by client, expected against present, and what would keep a row from being billed."""
    session = clinic.session()
    evening = Evening(clinic.store, session)
    await evening.opens()
    await evening.seats(BOB, CAROL)
    await evening.step(ask.StartBreak(evening._at(3), evening._socket(ALICE)))
    await evening.step(ask.EndBreak(evening._at(5), evening._socket(ALICE)))
    await evening.leaves(CAROL, 6)
    await clinic.store.sessions.put_check_in(
        session.programme, CheckIn(GROUP, BOB, session.starts, "14 Canary Lane", "IL", "x", "1", "1", True, "group/1")
    )
    answer = await (await clinic.staff(ALICE)).get(f"/api/staff/sessions/{GROUP}/presence")
    assert answer.status == 200
    shown = answer.json
    clients = {client["person"]: client for client in shown["clients"]}
    assert (shown["state"], shown["began"], shown["ended"]) == ("open", session.starts, None)
    assert shown["breaks"] == [{"start": session.starts + 3 * MINUTE, "end": session.starts + 5 * MINUTE}]
    assert [clients[c]["where"] for c in (BOB, CAROL, DAN)] == ["present", "gone", "missing"]
    assert clients[BOB]["stays"][0]["end"] is None
    assert clients[CAROL]["stays"] == [
        {"start": session.starts + MINUTE, "end": session.starts + 6 * MINUTE, "ended_by": "left", "inferred": False}
    ]
    assert (clients[CAROL]["minutes_attended"], clients[CAROL]["minutes_break"]) == (3, 2)
    assert clients[BOB]["not_billable"] == ["unsigned_note", "no_rule"]
    assert clients[CAROL]["not_billable"] == ["location_missing", "unsigned_note", "no_rule"]
    assert clients[DAN]["not_billable"] == []
    assert b"Canary Lane" not in answer.raw
    assert (await (await clinic.staff(BEN)).get(f"/api/staff/sessions/{GROUP}/presence")).status == 404


async def test_corrections_count_and_the_signature_is_shown(clinic: Clinic) -> None:
    """Corrected minutes are those that count, and presence tells who signed, and that something changed since."""
    session = await _session(clinic, "mine-0", 0)
    evening = Evening(clinic.store, session)
    await evening.opens()
    await evening.seats(BOB, CAROL)
    await evening.ends(181)
    alice = await clinic.staff(ALICE)

    async def shown() -> dict[str, object]:
        found = (await alice.get("/api/staff/sessions/mine-0/presence")).json
        found["by"] = {client["person"]: client for client in found["clients"]}
        return dict(found)

    before = await shown()
    assert (before["attested"], before["attested_by"], before["may_attest"], before["may_correct"]) == (
        False,
        None,
        True,
        True,
    )
    assert "not_attested" in before["by"][BOB]["not_billable"]  # type: ignore[index]
    assert (await alice.ask("POST", "/api/staff/sessions/mine-0/attest", {})).status == 201
    signed = await shown()
    assert (signed["attested"], signed["attested_by"]) == (True, "Alicia Thornbury")
    assert signed["by"][BOB]["not_billable"] == ["location_missing", "unsigned_note", "no_rule"]  # type: ignore[index]
    said = {"session": "mine-0", "client": BOB, "minutes": 120, "reason": "by telephone"}
    assert (await alice.ask("POST", "/api/v1/corrections", said)).status == 201
    excused = {"session": "mine-0", "client": DAN, "excused": True, "reason": "in hospital"}
    assert (await alice.ask("POST", "/api/v1/corrections", excused)).status == 201
    after = await shown()
    bob, dan = (after["by"][client] for client in (BOB, DAN))  # type: ignore[index]
    assert after["attested"] is False
    assert (bob["minutes_attended"], bob["minutes_counts"], bob["correction"]["by"]) == (180, 120, "Alicia Thornbury")
    assert (dan["status"], dan["status_counts"], dan["excuse"]["reason"]) == ("no_show", "excused", "in hospital")
    report = (await alice.get("/api/staff/hours")).json
    weeks = {client["person"]: client["weeks"][2] for client in report["clients"]}
    assert (weeks[BOB]["minutes"], weeks[CAROL]["minutes"]) == (120, 180)
    assert weeks[DAN]["sessions"][0]["status"] == "excused"
