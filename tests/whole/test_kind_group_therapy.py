"""A group in a circle: a go-around, check-in and check-out, a break; what each page learns, and what is recorded."""

from pathlib import Path

import pytest

from telehealth import packs
from telehealth.core import attendance
from tests.support.browser import Person
from tests.support.wait import until
from tests.whole.axe import Looks
from tests.whole.kinds import KindRoom, kind_room

pytestmark = pytest.mark.whole
TIRED, SAD = "so very tired today", "hard to be alone"


async def play(it: KindRoom) -> None:
    """A go-around is under way; it is the turn of the client who sits first. The clients are in that order then."""
    order = await it.therapist.seating()
    it.clients.sort(key=lambda one: order.index(it.numbers[one.name]))
    await it.tool("rounds")
    await it.therapist.page.fill("[name=topic]", "One thing that helped this week")
    await it.therapist.at("rounds-start").click()
    await it.clients[0].at("rounds-done").wait_for()


async def _goes_around(it: KindRoom) -> None:
    """The first speaks until they say so, the next passes: nobody is left, and the host ends it."""
    first, second = it.clients
    me, other = it.numbers[first.name], it.numbers[second.name]
    for person in (it.therapist, second):
        await person.at(f"tile-{me}").get_by_test_id("turn").wait_for()
        assert f"{first.name} speaks" in await person.at("rounds-bar").inner_text()
    await first.at("rounds-done").click()
    await second.at(f"tile-{other}").get_by_test_id("turn").wait_for()
    await second.at("rounds-pass").click()
    await second.at("rounds-back").wait_for()
    await it.therapist.at("rounds-bar").get_by_text("Everybody had a turn.").wait_for()
    assert await it.therapist.at(f"turn-{me}").get_attribute("data-turn") == "done"
    assert await it.therapist.at(f"turn-{other}").get_attribute("data-turn") == "passed"
    await it.therapist.at("rounds-stop").click()
    await first.at("rounds-bar").wait_for(state="detached")


async def _answers(client: Person, words: str, craving: int, mood: int) -> None:
    await client.at(f"craving-{craving}").check(force=True)
    await client.at(f"mood-{mood}").check(force=True)
    await client.at("share-mood").check()
    await client.page.fill("[name=own-words]", words)
    await client.at("scales-send").click()
    await client.at("scales-sent").wait_for()


async def _checks_in(it: KindRoom) -> None:
    """The first answers and shows their mood: the second sees that and nothing else, the host all of it."""
    first, second = it.clients
    await it.tool("scales")
    await it.therapist.at("scales-in").click()
    await _answers(first, TIRED, craving=9, mood=3)
    await second.at("scales-shown").get_by_text(first.name).wait_for()
    shown = await second.at("scales-shown").inner_text()
    assert "mood" in shown
    assert "craving" not in shown
    told = it.therapist.at(f"answers-{it.numbers[first.name]}")
    await told.get_by_text(TIRED).wait_for()
    await it.therapist.at("scales-close").click()
    await second.at("tool-scales").wait_for(state="detached")


async def _checks_out(it: KindRoom, looks: Looks) -> None:
    """The first does not feel safe: staff are called in silence, and the second's page is not told a word of it."""
    first, second = it.clients
    await it.tool("scales")
    await it.therapist.at("scales-out").click()
    await first.at("safe-tonight-false").wait_for()
    second.frames.clear()
    await first.at("safe-tonight-false").check(force=True)
    await _answers(first, SAD, craving=5, mood=4)
    await it.therapist.at(f"alert-{it.numbers[first.name]}-help").wait_for()
    await second.at("scales-shown").get_by_text(first.name).wait_for()
    await looks.look(first, "a check-out that was sent")
    assert await it.frames_tell(second, "safe-tonight", SAD, '"help"', '"called"') == ["safe-tonight"]
    answers = [frame for frame in second.frames if '"item":"safe-tonight"' in frame or '"item":"craving"' in frame]
    assert answers == []
    await it.therapist.at(f"answer-{it.numbers[first.name]}").click()
    await it.therapist.at(f"alert-{it.numbers[first.name]}-help").wait_for(state="detached")
    await looks.look(it.therapist, "answers, to the host")
    await it.therapist.at("scales-close").click()


async def _rests(it: KindRoom) -> None:
    """A break with a time of return: every page counts, and the host ends both."""
    await it.tool("timer")
    await it.therapist.page.select_option("[name=what]", "break")
    await it.therapist.at("timer-start").click()
    for person in it.clients:
        await person.at("timer-left").get_by_text("Break: back at").wait_for()
        await person.at("on-break").wait_for()
    before = await it.clients[0].at("timer-left").inner_text()

    async def counts() -> bool:
        return bool(await it.clients[0].at("timer-left").inner_text() != before)

    await until(counts, "the clock counts")
    await it.therapist.at("timer-stop").click()
    for person in it.clients:
        await person.at("timer-bar").wait_for(state="detached")
        await person.at("on-break").wait_for(state="detached")


@pytest.mark.asyncio
async def test_a_whole_group(tmp_path: Path) -> None:
    """Each speaks once, answers reach whom they are for, the break counts for nobody; each client has their row."""
    async with kind_room(tmp_path, "group_therapy", clients=2) as it:
        await play(it)
        second = it.clients[1]
        looks = Looks()
        await looks.look(it.therapist, "a go-around, to the host")
        await looks.look(it.clients[0], "one's own turn")
        await _goes_around(it)
        await _checks_in(it)
        assert await it.frames_tell(second, TIRED) == []
        await _checks_out(it, looks)
        await _rests(it)
        assert not looks.faults, "\n".join(looks.faults)
        exported = await it.end()
        assert {row["client"] for row in exported} == {it.person(one.name) for one in it.clients}
        log = await it.clinic.log(it.session)
        rows = [
            row for row in attendance.rows(log, packs.load().policies["iop-default/1"], until=None) if row.intervals
        ]
        assert len(rows) == 2
        for row in rows:
            (stay,) = row.intervals
            assert stay.end is not None
            assert 0 < row.break_ms < stay.end - stay.start
            assert row.attended_ms == stay.end - stay.start - row.break_ms
        assert TIRED not in str(log) + str(exported)
        assert await it.frames_tell(second, TIRED, SAD, "Fernwhistle") == []
