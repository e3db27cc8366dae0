"""The bell, the calm picture and the word of music: who may, when things sound, and who is told."""

import pytest

from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import Role
from telehealth.core.tools import bell, calm, music
from telehealth.core.tools.bell import AHEAD, Bell, BellBegin, BellEnd, BellPause, BellResume, BellRing, Sitting
from telehealth.core.tools.calm import CalmHide, CalmShow
from telehealth.core.tools.music import MusicBegin, MusicEnd, MusicSeen
from telehealth.core.tools.tool import Move, Tool

from .people import CLIENTS, HOST, acted, actor, moment

ASIDE = actor(9, circle=-1)


def test_a_sitting_begins_a_little_ahead_and_can_be_held() -> None:
    """It runs from a moment that every page will know of; what has passed is kept while it is held."""
    begun = acted(bell.TOOL, Bell(), HOST, BellBegin(length=600, every=60, preparation=5), moment(1_000)).state
    assert isinstance(begun, Bell)
    assert begun.sitting == Sitting("bowl", 600, 60, 5, True, True, 0, 1_000 + AHEAD)
    held = acted(bell.TOOL, begun, HOST, BellPause(), moment(61_000 + AHEAD)).state
    assert isinstance(held, Bell)
    assert (held.sitting and held.sitting.passed, held.sitting and held.sitting.since) == (60_000, None)
    assert bell.TOOL.act(held, HOST, BellPause(), moment()) == Refusal(Code.NO_SUCH_THING)
    again = acted(bell.TOOL, held, HOST, BellResume(), moment(90_000)).state
    assert isinstance(again, Bell)
    assert (again.sitting and again.sitting.passed, again.sitting and again.sitting.since) == (60_000, 90_000 + AHEAD)
    assert bell.TOOL.act(again, HOST, BellResume(), moment()) == Refusal(Code.NO_SUCH_THING)
    # Held before it has begun to run: nothing has passed.
    early = acted(bell.TOOL, begun, HOST, BellPause(), moment(1_001)).state
    assert isinstance(early, Bell)
    assert early.sitting is not None
    assert early.sitting.passed == 0


def test_a_bell_by_hand_sounds_also_without_a_sitting() -> None:
    """One stroke is told to all; it opens nothing, and a sitting goes on."""
    rung = acted(bell.TOOL, Bell(), HOST, BellRing(sound="chime"), moment(5_000)).state
    seen = bell.TOOL.seen(rung, CLIENTS[0])
    assert seen == bell.BellSeen(open=False, sitting=None, rung=5_000 + AHEAD, rung_sound="chime")
    begun = acted(bell.TOOL, rung, HOST, BellBegin(length=60)).state
    during = acted(bell.TOOL, begun, HOST, BellRing(), moment(9_000)).state
    assert isinstance(during, Bell)
    assert (during.rung, during.sitting is not None) == (9_000 + AHEAD, True)
    over = acted(bell.TOOL, during, HOST, BellEnd()).state
    assert isinstance(over, Bell)
    assert over.sitting is None
    assert bell.TOOL.seen(Bell(), HOST) is None


def test_the_picture_breathes_from_the_moment_it_is_shown() -> None:
    """Its rhythm and its beginning are told; put away, there is nothing to see."""
    shown = acted(calm.TOOL, calm.Calm(), HOST, CalmShow(inhale=4, exhale=8), moment(7_000)).state
    seen = calm.TOOL.seen(shown, CLIENTS[1])
    assert isinstance(seen, calm.CalmSeen)
    assert (seen.open, seen.shape, seen.inhale, seen.exhale, seen.since) == (True, "circle", 4, 8, 7_000)
    assert calm.TOOL.seen(acted(calm.TOOL, shown, HOST, CalmHide()).state, HOST) is None


def test_everybody_is_told_whose_page_plays() -> None:
    """Who plays is told until it is over."""
    playing = acted(music.TOOL, music.Music(), HOST, MusicBegin()).state
    assert music.TOOL.seen(playing, CLIENTS[0]) == MusicSeen(open=True, by=HOST.member)
    assert music.TOOL.seen(acted(music.TOOL, playing, HOST, MusicEnd()).state, HOST) == MusicSeen(open=False, by=None)


@pytest.mark.parametrize(
    ("tool", "move"),
    [(bell.TOOL, BellBegin(length=60)), (calm.TOOL, CalmShow()), (music.TOOL, MusicBegin())],
    ids=["bell", "calm", "music"],
)
def test_those_who_lead_begin_it_for_those_who_are_with_them(tool: Tool, move: Move) -> None:
    """A client begins nothing; whoever is aside is told nothing of the group, and hears nothing of it."""
    assert tool.act(tool.first, CLIENTS[0], move, moment()) == Refusal(Code.NOT_ALLOWED)
    assert tool.act(tool.first, actor(7, Role.OBSERVER), move, moment()) == Refusal(Code.NOT_ALLOWED)
    begun = acted(tool, tool.first, HOST, move).state
    assert tool.seen(begun, ASIDE) is None
    assert tool.seen(begun, CLIENTS[0]) is not None
