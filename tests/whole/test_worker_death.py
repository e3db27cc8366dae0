"""A media worker dies in mid-session: its room goes on elsewhere by itself, and no other room notices."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from telehealth.core.events import ConnectionLost, ConnectionReplaced, Left, MediaAssigned
from tests.support.browser import Person, people, sees_and_hears
from tests.support.processes import ended, media_workers, udp_ports
from tests.support.server import Server, running
from tests.support.wait import until
from tests.whole.clinic import Clinic, clinic_of, come_in, enter_as_staff
from tests.whole.evening import everybody_sees_everybody, others, sign_in
from tests.whole.traffic import connections, count_offers, offers, traffic

pytestmark = pytest.mark.whole

BACK_WITHIN = 8.0
"""Seconds until everybody in the room sees and hears again. Alone on the machine it takes one."""


@pytest.mark.asyncio
async def test_a_killed_workers_room_moves_and_the_other_does_not_notice(tmp_path: Path) -> None:
    """Pages of a killed worker's room offer again by themselves, with no gap in attendance; the other room goes on."""
    async with running(tmp_path / "data") as server, people() as crowd:
        clinic = clinic_of(server)
        leader = await crowd.person(0, "Therapist", phone=False)
        sky = await crowd.person(1, "Sky")
        await sign_in(leader, server)
        await leader.at(f"open-room-{clinic.group}").wait_for()
        counsellor = await crowd.another_tab(leader)
        june = await crowd.person(2, "June")
        for person in (leader, sky, counsellor, june):
            await count_offers(person)
        await enter_as_staff(leader, clinic, clinic.group)
        await come_in(leader, (sky, clinic.group_link(1)))
        await enter_as_staff(counsellor, clinic, clinic.individual)
        await come_in(counsellor, (june, clinic.individual_link))
        group, individual = [leader, sky], [counsellor, june]
        numbers = await everybody_sees_everybody(group)
        await everybody_sees_everybody(individual)

        # Rooms are spread over the workers.
        (first,) = await _assigned(clinic, clinic.group)
        (second,) = await _assigned(clinic, clinic.individual)
        assert first.worker != second.worker
        assert (first.epoch, second.epoch) == (1, 1)

        before = [(await offers(p), await connections(p)) for p in individual]
        watched = [(await traffic(p)).frames for p in individual]
        doomed = _process_of(server, first.worker)
        killed = time.monotonic()
        os.kill(doomed, signal.SIGKILL)
        await until(lambda: _ended(doomed), "the worker is gone")

        async def moved() -> bool:
            return len(await _assigned(clinic, clinic.group)) == 2

        await until(moved, "the room is given to another worker", BACK_WITHIN)
        await until(lambda: _afresh(leader, sky), "pictures come over a new connection", BACK_WITHIN)
        await asyncio.gather(*(sees_and_hears(p, others(numbers, p, group), BACK_WITHIN) for p in group))
        took = time.monotonic() - killed
        print(f"worker killed: everybody sees and hears again after {took:.1f} s")
        assert took < BACK_WITHIN, f"it took {took:.1f} s"

        # The other room has not noticed.
        assert [(await offers(p), await connections(p)) for p in individual] == before
        for person, frames in zip(individual, watched, strict=True):
            assert (await traffic(person)).frames > frames
        await everybody_sees_everybody(individual)

        # The record: one more assignment there, none here, and nobody was ever away.
        again = (await _assigned(clinic, clinic.group))[1]
        assert again.epoch == 2
        assert again.worker != first.worker
        assert len(await _assigned(clinic, clinic.individual)) == 1
        for session in (clinic.group, clinic.individual):
            log = await clinic.log(session)
            assert not [e for e in log if isinstance(e, ConnectionLost | ConnectionReplaced | Left)]
            (row,) = await clinic.attended(session)
            assert len(row["intervals"]) == 1
            assert row["final"] is False


async def _assigned(clinic: Clinic, session: str) -> list[MediaAssigned]:
    return [event for event in await clinic.log(session) if isinstance(event, MediaAssigned)]


def _process_of(server: Server, worker: str) -> int:
    """The process of a worker, by the UDP port that it said it serves."""
    (line,) = [line for line in server.log if f"media worker {worker} serves UDP port" in line]
    port = int(line.rpartition(" ")[2])
    (pid,) = [pid for pid in media_workers(server.pid) if port in udp_ports(pid)]
    return pid


async def _ended(pid: int) -> bool:
    return ended(pid)


async def _afresh(*persons: Person) -> bool:
    return all([await connections(p) == 2 and (await traffic(p)).frames > 0 for p in persons])
