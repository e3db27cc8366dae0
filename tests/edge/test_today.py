"""The board of a day over HTTP: who is where, for whom it is, and how little an unchanged one costs."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from telehealth.core.ids import SessionId
from telehealth.core.roles import StaffRole

from .clinic import ALICE, BEN, BENS, BOB, CAROL, DAN, GROUP, MINUTE, NAMES, Browser, Clinic, Evening

pytestmark = pytest.mark.asyncio

TODAY = "/api/staff/today"


async def _sessions(browser: Browser, query: str = "") -> dict[str, Any]:
    answer = await browser.get(TODAY + query)
    assert answer.status == 200, answer.raw
    return {one["id"]: one for one in answer.json["sessions"]}


async def _as(clinic: Clinic, role: StaffRole) -> Browser:
    """Ben, employed as somebody else."""
    login = await clinic.store.people.login("ben")
    assert login is not None
    await clinic.store.people.put_login(replace(login, staff_role=role))
    return await clinic.staff(BEN)


async def test_a_host_sees_where_everybody_is(clinic: Clinic) -> None:
    """Expected until it begins; then here, waiting or late by name, and that one look at the names is on record."""
    alice = await clinic.staff()
    before = (await _sessions(alice))[GROUP]
    assert (before["state"], before["leads"], before["hosts"]) == ("scheduled", True, [NAMES[ALICE][1]])
    assert before["counts"] == {"expected": 3}
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.seats(BOB)
    clinic.clock.ahead += 4_000
    now = (await _sessions(alice))[GROUP]
    assert (now["state"], now["counts"]) == ("open", {"here": 1, "late": 2})
    assert now["clients"][0] == {
        "person": BOB,
        "alias": "Bob",
        "legal_name": NAMES[BOB][1],
        "where": "here",
    }
    clinic.clock.ahead += 10 * MINUTE
    assert (await _sessions(alice))[GROUP]["counts"] == {"here": 1, "missing": 2}
    looks = [one for one in await clinic.audited() if one == (ALICE, "roster.read", GROUP)]
    assert len(looks) == 2, "once, and again after some minutes"


async def test_afterwards_it_says_who_came_and_what_lacks(clinic: Clinic) -> None:
    """Also what was excused since: the board of a day that is over stays true."""
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.seats(BOB)
    await evening.ends(9)
    alice = await clinic.staff()
    now = (await _sessions(alice))[GROUP]
    assert (now["state"], now["counts"]) == ("ended", {"came": 1, "missing": 2})
    assert {"unsigned_note", "not_attested"} <= {one["reason"] for one in now["not_billable"]}
    excuse = {"session": GROUP, "client": DAN, "excused": True, "reason": "Was at the dentist"}
    assert (await alice.ask("POST", "/api/v1/corrections", excuse)).status == 201
    clinic.clock.ahead += 4_000
    assert (await _sessions(alice))[GROUP]["counts"] == {"came": 1, "missing": 1, "excused": 1}


async def test_names_are_for_those_who_lead(clinic: Clinic) -> None:
    """A director sees every group and nobody's name; a counsellor does not see a colleague's group at all; a biller has
    no day."""
    ben = await clinic.staff(BEN)
    assert list(await _sessions(ben)) == [BENS]
    director = await _as(clinic, StaffRole.DIRECTOR)
    every = await _sessions(director)
    assert set(every) == {GROUP, BENS}
    assert [one["clients"] for one in every.values()] == [None, None]
    assert {name for _, name in NAMES.values() if name.encode() in (await director.get(TODAY)).raw} == {
        NAMES[ALICE][1],
        NAMES[BEN][1],
    }
    assert await _sessions(await _as(clinic, StaffRole.BILLER)) == {}
    assert (await (await clinic.client()).get(TODAY)).status == 403
    assert (await clinic.browser().get(TODAY)).status == 401


async def test_a_cancelled_session_says_so_and_counts_nobody(clinic: Clinic) -> None:
    """And one that nobody ever opened did not take place."""
    await clinic.store.sessions.put(replace(clinic.session(), cancelled="staff_ill"))
    gone = replace(clinic.session(), id=SessionId("gone-1"), starts=clinic.starts - 300 * MINUTE)
    gone = replace(gone, ends=gone.starts + 60 * MINUTE)
    await clinic.store.sessions.put(gone)
    alice = await clinic.staff()
    answer = await alice.get(f"{TODAY}?day={_day(gone.starts)}")
    assert [(one["id"], one["state"]) for one in answer.json["sessions"] if one["id"] == gone.id] == [
        (gone.id, "not_held")
    ]
    one = (await _sessions(alice, f"?day={_day(clinic.starts)}"))[GROUP]
    assert (one["state"], one["cancelled"], one["counts"], one["clients"]) == ("cancelled", "staff_ill", {}, None)


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, ZoneInfo("America/Chicago")).date().isoformat()


async def test_an_unchanged_day_costs_a_few_bytes(clinic: Clinic) -> None:
    """With the tag of the last answer: 304, and a new answer as soon as somebody comes."""
    alice = await clinic.staff()
    first = await alice.get(TODAY)
    again = await alice.get(TODAY, If_None_Match=first.headers["ETag"])
    assert (again.status, again.raw) == (304, b"")
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.seats(CAROL)
    clinic.clock.ahead += 4_000
    changed = await alice.get(TODAY, If_None_Match=first.headers["ETag"])
    assert changed.status == 200
    for odd in ("?day=2026-13-01", "?day=today", "?from=2026-01-01"):
        assert (await alice.get(TODAY + odd)).status == 400, odd


async def test_many_pages_read_the_record_once(clinic: Clinic) -> None:
    """Sixty looks within a moment make one reading of each log."""
    reads: list[SessionId] = []
    logs = clinic.store.logs
    read = type(logs).read

    async def counted(programme: Any, session: SessionId, after: int = 0) -> Any:
        reads.append(session)
        return await read(logs, programme, session, after)

    clinic.store.logs.read = counted  # type: ignore[method-assign]
    alice, ben = await clinic.staff(), await clinic.staff(BEN)
    await asyncio.gather(*(browser.get(TODAY) for browser in (alice, ben) for _ in range(30)))
    assert sorted(reads) == sorted([GROUP, BENS])
