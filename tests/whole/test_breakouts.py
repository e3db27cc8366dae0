"""Breakout rooms by colour and tone: nobody of another room is seen or heard, and a voice to all is only a voice."""

import asyncio
from collections.abc import Collection
from pathlib import Path

import pytest

from telehealth import packs
from telehealth.core import attendance
from telehealth.core.events import BreakoutsClosed, BreakoutsOpened, MovedTo
from tests.support.browser import Person, sees_and_hears
from tests.support.wait import holds, until
from tests.whole.axe import Looks
from tests.whole.evening import everybody_sees_everybody, others
from tests.whole.kinds import KindRoom, kind_room

pytestmark = pytest.mark.whole


async def exactly(person: Person, pictures: Collection[Person], voices: Collection[Person]) -> bool:
    """These people's pictures and voices, and of the others nothing; their own picture is a mirror."""
    now = await person.perceives()
    own = {person.number, None}
    seen = set(now.pictures.values()) - own
    heard = set(now.voices.values()) - own
    return seen == {p.number for p in pictures} and heard == {p.number for p in voices}


async def only(person: Person, *others: Person, voices: Collection[Person] = ()) -> None:
    """`person` comes to perceive just these (and these voices besides), and goes on doing so."""

    async def now() -> bool:
        return await exactly(person, others, (*others, *voices))

    await until(now, f"{person.name} sees and hears {[p.name for p in others]} and nobody else")
    await holds(now, f"{person.name} perceives somebody else")


async def opens(it: KindRoom, where: list[int], rooms: int = 2) -> None:
    """The therapist places each client by hand and starts, for as long as it takes."""
    await it.therapist.at("host-more").click()
    await it.therapist.at("breakouts-open").click()
    await it.therapist.at("breakouts-rooms").select_option(str(rooms))
    await it.therapist.at("breakouts-minutes").select_option("0")
    await it.therapist.at("breakouts-nobody").click()
    for client, room in zip(it.clients, where, strict=True):
        await it.therapist.at(f"breakout-of-{it.numbers[client.name]}").select_option(str(room))
    await it.therapist.at("breakouts-start").click()
    await it.therapist.at("breakouts").wait_for()


async def play(it: KindRoom) -> None:
    """The group is in two rooms, and one of them asks for a host."""
    clients = it.clients
    half = (len(clients) + 1) // 2
    await opens(it, [1 if place < half else 2 for place in range(len(clients))])
    await asyncio.gather(*(client.at("breakout").wait_for() for client in clients))
    await clients[0].at("want-host").click()
    await it.therapist.page.locator("[data-testid=breakout-1][data-wants]").wait_for()


@pytest.mark.asyncio
async def test_nobody_of_another_room_is_seen_or_heard(tmp_path: Path) -> None:
    """Two rooms, a host who looks in, a voice to all rooms, a call for a host, and everybody back with one click."""
    async with kind_room(tmp_path, "group_therapy", clients=3) as it:
        host, (ann, ben, cat) = it.therapist, it.clients
        everybody = [host, ann, ben, cat]
        await everybody_sees_everybody(everybody)
        await opens(it, [1, 1, 2])
        await asyncio.gather(only(ann, ben), only(ben, ann), only(cat), only(host))
        assert f"room 1 with {ben.name}" in await ann.at("breakout-where").inner_text()
        cat.frames.clear()
        await ann.at("hand").click()
        await ben.page.locator(f"[data-testid=tile-{it.numbers[ann.name]}] [data-hand]").wait_for()
        await ann.at("hand").click()
        assert not await it.frames_tell(cat, f'"{ann.name}"', f'"{ben.name}"')

        await host.at("look-2").click()
        await asyncio.gather(only(cat, host), only(host, cat), only(ann, ben), only(ben, ann))

        await host.at("look-0").click()
        await host.at("announce").click()
        await ann.at("announcing").wait_for()
        await asyncio.gather(
            only(ann, ben, voices=[host]), only(ben, ann, voices=[host]), only(cat, voices=[host]), only(host)
        )
        await host.at("announce").click()
        await asyncio.gather(only(ann, ben), only(cat))

        await cat.at("want-host").click()
        await host.page.locator("[data-testid=breakout-2][data-wants]").wait_for()
        assert not await it.frames_tell(ann, '"wants_host":true')
        await host.at("look-2").click()
        await cat.at("want-host").wait_for(state="detached")
        await only(cat, host)

        looks = Looks()
        await looks.look(host, "the rooms, as a host has them")
        await looks.look(ann, "a breakout room")
        await host.at("breakouts-move").click()
        await looks.look(host, "who is in which room")
        await host.page.keyboard.press("Escape")
        assert not looks.faults, "\n".join(looks.faults)

        await host.at("recall").click()
        for person in everybody:
            await sees_and_hears(person, others(it.numbers, person, everybody))
        await ann.at("breakout-over").wait_for()

        rows = await it.end()
        log = await it.clinic.log(it.session)
        assert len([e for e in log if isinstance(e, BreakoutsOpened | BreakoutsClosed)]) == 2
        assert len([e for e in log if isinstance(e, MovedTo)]) == 6
        assert len(rows) == 3
        assert all(row["minutes_attended"] == row["minutes"] for row in rows)
        counted = attendance.rows(log, packs.load().policies["iop-default/1"], until=None)
        assert all(row.attended_ms == row.milliseconds for row in counted)
