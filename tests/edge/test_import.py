"""POST /api/staff/import: the same judgement as the command, for those who may, in a body that may be large."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from telehealth.core.roles import StaffRole
from tests.edge.clinic import ALICE, BEN, MAIN, Clinic, running

pytestmark = pytest.mark.asyncio
CLIENTS = "mrn,legal_name\n1,June Fernwhistle\n2,Kit Cloverhithe\n"
ENROLMENTS = "mrn,track,admitted\n1,day,2026-11-02\n"


@pytest_asyncio.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    """Alice directs it; Ben does not."""
    async with running(tmp_path) as clinic:
        login = await clinic.store.people.login("alice")
        assert login is not None
        await clinic.store.people.put_login(replace(login, staff_role=StaffRole.DIRECTOR))
        yield clinic


async def test_tried_and_brought_in(clinic: Clinic) -> None:
    """A dry run is the usual and writes nothing; faults are named; then all is there; Ben may not; neither is text of
    a table in the log (the fixture listens)."""
    browser = await clinic.staff(ALICE)
    before = await clinic.store.people.clients(MAIN)
    tables = {"clients": CLIENTS, "enrolments": ENROLMENTS}
    answer = await browser.ask("POST", "/api/staff/import", {"tables": tables})
    assert answer.json == {"imported": False, "counts": {"clients": 2, "enrolments": 1}, "faults": [], "all_faults": 0}
    wrong = {"clients": CLIENTS, "enrolments": ENROLMENTS.replace("day", "night")}
    answer = await browser.ask("POST", "/api/staff/import", {"tables": wrong, "dry": False})
    assert answer.json["faults"] == [{"file": "enrolments", "line": 2, "column": "track", "why": "malformed"}]
    assert await clinic.store.people.clients(MAIN) == before
    answer = await browser.ask("POST", "/api/staff/import", {"tables": tables, "dry": False})
    assert answer.json["imported"]
    assert len(await clinic.store.people.clients(MAIN)) == len(before) + 2
    entry = next(one for one in await clinic.audited() if one[1] == "import.done")
    assert entry == (ALICE, "import.done", "2 clients 1 enrolments")
    ben = await clinic.staff(BEN)
    assert (await ben.ask("POST", "/api/staff/import", {"tables": tables})).status == 403


async def test_a_large_body(clinic: Clinic) -> None:
    """More than other routes take; not without end; and an empty one is none."""
    browser = await clinic.staff(ALICE)
    lines = "".join(f"{number},Person {'x' * 60}\n" for number in range(6_000))
    answer = await browser.ask("POST", "/api/staff/import", {"tables": {"clients": "mrn,legal_name\n" + lines}})
    assert (answer.status, answer.json["counts"]) == (200, {"clients": 6_000})
    assert (await browser.ask("POST", "/api/staff/import", {"tables": {}})).status == 400
    assert (await browser.ask("POST", "/api/staff/import", {"tables": {"cats": "x"}})).status == 400
