"""Slides: what everybody sees, what stays with the session."""

import msgspec
import pytest

from telehealth.core.refusals import Code, Refusal
from telehealth.core.tools.slides import (
    MOST_SHOWN,
    TOOL,
    Handout,
    Slides,
    SlidesClose,
    SlidesHandout,
    SlidesOpen,
    SlidesSeen,
    SlidesTopic,
    SlidesTurn,
)

from .people import CLIENTS, HOST, acted, moment

URGES = SlidesOpen(material="m1", title="Urge surfing", topic="Coping skills", pages=3)
SLEEP = SlidesOpen(material="m2", title="Sleep", topic="Sleep hygiene", pages=2, handout=False)
BOB = CLIENTS[0]


def after(*moves: object) -> Slides:
    state = TOOL.first
    for move in moves:
        state = acted(TOOL, state, HOST, move).state  # type: ignore[arg-type]
    assert isinstance(state, Slides)
    return state


def seen(state: Slides) -> SlidesSeen:
    found = TOOL.seen(state, BOB)
    assert isinstance(found, SlidesSeen)
    return found


def test_everybody_sees_the_page_that_a_leader_turns_to() -> None:
    """Page by page, to the last and no further; put away, they are gone."""
    state = after(URGES, SlidesTurn(page=2))
    now = seen(state)
    assert (now.open, now.material, now.title, now.pages, now.page) == (True, "m1", "Urge surfing", 3, 2)
    assert TOOL.act(state, HOST, SlidesTurn(page=3), moment()) == Refusal(Code.NO_SUCH_THING)
    away = after(URGES, SlidesClose())
    assert not seen(away).open
    assert TOOL.act(away, HOST, SlidesTurn(page=1), moment()) == Refusal(Code.NO_SUCH_THING)
    assert TOOL.act(after(), HOST, SlidesTurn(page=0), moment()) == Refusal(Code.NO_SUCH_THING)


@pytest.mark.parametrize("move", [URGES, SlidesTurn(page=1), SlidesClose(), SlidesTopic(topic="x")])
def test_clients_turn_no_pages(move: object) -> None:
    """What a client does with the slides is on their own page alone."""
    assert TOOL.act(after(URGES), BOB, move, moment()) == Refusal(Code.NOT_ALLOWED)


def test_a_material_that_comes_again_is_where_it_was() -> None:
    """Its page stays, and it stands once in the record."""
    state = after(URGES, SlidesTurn(page=1), SLEEP, SlidesTurn(page=1), URGES)
    assert (seen(state).material, seen(state).page) == ("m1", 1)
    assert [one.material for one in state.shown] == ["m1", "m2"]
    leader = TOOL.seen(state, HOST)
    assert isinstance(leader, SlidesSeen)
    assert leader.shown == ["m1", "m2"]
    assert seen(state).shown == []


def test_the_topic_is_that_of_the_first_material_unless_somebody_says() -> None:
    """Nothing shown and nothing said: none; said, it is that, even if it is nothing."""
    assert seen(after()).topic == ""
    assert seen(after(SlidesOpen(material="m0", title="x", pages=1), URGES, SLEEP)).topic == "Coping skills"
    assert seen(after(URGES, SlidesTopic(topic="  Coping,   week 2 "))).topic == "Coping, week 2"
    assert seen(after(URGES, SlidesTopic(topic=""))).topic == ""


def test_who_is_here_may_keep_what_is_offered() -> None:
    """Offered when it is opened or later, and taken back; what was never shown is nothing to offer."""
    state = after(URGES, SLEEP)
    assert seen(state).handouts == [Handout(material="m1", title="Urge surfing")]
    both = acted(TOOL, state, HOST, SlidesHandout(material="m2", handout=True)).state
    assert isinstance(both, Slides)
    assert len(seen(both).handouts) == 2
    assert TOOL.act(state, HOST, SlidesHandout(material="m9", handout=True), moment()) == Refusal(Code.NO_SUCH_THING)


def test_a_session_shows_so_many_materials_and_no_more() -> None:
    """So that its state stays small."""
    every = [msgspec.structs.replace(URGES, material=f"m{number}") for number in range(MOST_SHOWN)]
    state = after(*every)
    one_more = msgspec.structs.replace(URGES, material="another")
    assert TOOL.act(state, HOST, one_more, moment()) == Refusal(Code.TOO_LARGE)
