"""The drawing board: who may draw, who learns who drew what, and that a page is told only what is new."""

from typing import Any

import msgspec
import pytest

from telehealth.core.refusals import Code, Refusal
from telehealth.core.tools.board import (
    SHARE,
    TOOL,
    Board,
    BoardClear,
    BoardClose,
    BoardDescribe,
    BoardDraw,
    BoardNews,
    BoardOpen,
    BoardRules,
    BoardSeen,
    BoardShow,
    BoardTakeBack,
    BoardUndo,
    Mark,
)
from telehealth.core.tools.tool import Actor, Move

from .people import CLIENTS, HOST, OLIVE, acted, actor, moment

ANN, BEN = CLIENTS[:2]


def line(at: str = "AAAABBBB", colour: Any = "sea") -> Mark:
    return Mark(form="line", colour=colour, width=2, at=at)


def after(state: Board, *moves: tuple[Actor, Move]) -> Board:
    for me, move in moves:
        found = acted(TOOL, state, me, move).state
        assert isinstance(found, Board)
        state = found
    return state


def seen(state: Board, me: Actor) -> BoardSeen:
    found = TOOL.seen(state, me)
    assert isinstance(found, BoardSeen)
    return found


def refused(state: Board, me: Actor, move: Move) -> Code | None:
    found = TOOL.act(state, me, move, moment())
    return found.code if isinstance(found, Refusal) else None


OPENED = after(Board(), (HOST, BoardOpen(prompt="A safe place")))


def test_everybody_draws_and_takes_back_their_own() -> None:
    """Marks lie in the order in which they came; undo takes one's own last one and nobody else's."""
    drawn = after(
        OPENED,
        (ANN, BoardDraw(marks=[line(), line(colour="leaf")])),
        (BEN, BoardDraw(marks=[line(colour="sun")])),
        (ANN, BoardUndo()),
    )
    assert [mark.colour for mark in drawn.marks] == ["sea", "sun"]
    assert [seen(drawn, who).mine for who in (ANN, BEN, HOST)] == [1, 1, 0]
    assert refused(drawn, HOST, BoardUndo()) is Code.NO_SUCH_THING
    assert len({mark.id for mark in after(drawn, (ANN, BoardDraw(marks=[line()]))).marks}) == 3


def test_who_drew_what_is_told_to_those_who_lead() -> None:
    """A client knows their own marks; everybody is told names only once a leader says so."""
    drawn = after(OPENED, (ANN, BoardDraw(marks=[line()])), (BEN, BoardDraw(marks=[line()])))
    assert [mark.by for mark in seen(drawn, HOST).marks] == [ANN.member, BEN.member]
    assert [mark.by for mark in seen(drawn, BEN).marks] == [None, BEN.member]
    named = after(drawn, (HOST, BoardRules(locked=False, names=True)))
    assert [mark.by for mark in seen(named, BEN).marks] == [ANN.member, BEN.member]


def test_leaders_open_lock_clear_describe_and_close() -> None:
    """Locked, only leaders draw; closed or never opened, nobody does; a client runs nothing for all."""
    locked = after(OPENED, (HOST, BoardRules(locked=True, names=False)))
    assert refused(locked, ANN, BoardDraw(marks=[line()])) is Code.NOT_NOW
    described = after(locked, (HOST, BoardDraw(marks=[line()])), (HOST, BoardDescribe(words="A lake")))
    assert (len(described.marks), seen(described, ANN).words, described.prompt) == (1, "A lake", "A safe place")
    cleared = after(described, (HOST, BoardClear()), (HOST, BoardClose()))
    assert (cleared.marks, cleared.words, cleared.open) == ((), "", False)
    for move in (BoardOpen(), BoardClose(), BoardRules(locked=True, names=True), BoardClear(), BoardDescribe(words="")):
        assert refused(OPENED, ANN, move) is Code.NOT_ALLOWED
    for state in (Board(), cleared):
        assert refused(state, ANN, BoardDraw(marks=[line()])) is Code.NO_SUCH_THING


def test_a_sheet_of_ones_own_is_there_once_it_is_shown() -> None:
    """A later one replaces it; its maker and leaders take it back, others do not; what is too large stays away."""
    shown = after(OPENED, (ANN, BoardShow(marks=[line()], words="A tree")), (BEN, BoardShow(marks=[line(), line()])))
    mine, others = seen(shown, ANN).sheets
    assert (mine.mine, mine.by, mine.words, others.mine, others.by) == (True, ANN.member, "A tree", False, None)
    assert [len(sheet.marks) for sheet in seen(shown, HOST).sheets] == [1, 2]
    again = after(shown, (ANN, BoardShow(marks=[line()] * 3)))
    assert [(len(sheet.marks), sheet.by) for sheet in again.sheets] == [(2, BEN.member), (3, ANN.member)]
    bens = again.sheets[0].id
    assert refused(again, ANN, BoardTakeBack(sheet=bens)) is Code.NOT_ALLOWED
    assert refused(again, ANN, BoardTakeBack(sheet=9_999)) is Code.NO_SUCH_THING
    assert [sheet.by for sheet in after(again, (HOST, BoardTakeBack(sheet=bens))).sheets] == [ANN.member]
    assert refused(OPENED, ANN, BoardShow(marks=[line("AAAA" * 240)] * 8)) is Code.TOO_LARGE


def test_nobody_fills_the_board_alone() -> None:
    """One person has a share of what there is room for, and the others still draw."""
    state = OPENED
    while (more := TOOL.act(state, ANN, BoardDraw(marks=[line("AAAA" * 240)]), moment())) != Refusal(Code.FULL):
        state = more.state  # type: ignore[union-attr, assignment]  # else the comparison has ended the loop
    assert SHARE * 0.9 < len(msgspec.json.encode(state)) < SHARE * 1.1
    assert refused(state, BEN, BoardDraw(marks=[line()])) is None


def test_pages_are_told_only_what_is_new() -> None:
    """News are the marks that came and went, with names for leaders; any other change is told whole."""
    assert TOOL.news is not None
    one = after(OPENED, (ANN, BoardDraw(marks=[line()])))
    two = after(one, (BEN, BoardDraw(marks=[line(colour="plum")])))
    news = TOOL.news(one, two, ANN)
    assert isinstance(news, BoardNews)
    assert ([(mark.colour, mark.by) for mark in news.marks], news.gone, news.mine) == ([("plum", None)], [], 1)
    led = TOOL.news(one, two, HOST)
    assert isinstance(led, BoardNews)
    assert [mark.by for mark in led.marks] == [BEN.member]
    undone = TOOL.news(two, after(two, (ANN, BoardUndo())), ANN)
    assert undone == BoardNews(mine=0, marks=[], gone=[1])
    assert TOOL.news(two, after(two, (HOST, BoardRules(locked=True, names=False))), ANN) is None
    assert TOOL.news(one, two, actor(9, circle=-1)) is None


def test_whoever_is_elsewhere_neither_sees_nor_draws() -> None:
    """Another circle has nothing of it; opened there, it begins empty."""
    drawn = after(OPENED, (ANN, BoardDraw(marks=[line()])))
    aside = actor(9, circle=-1)
    assert TOOL.seen(drawn, aside) is None
    assert refused(drawn, aside, BoardDraw(marks=[line()])) is Code.NO_SUCH_THING
    elsewhere = after(drawn, (actor(1, HOST.role, circle=-1), BoardOpen()))
    assert (elsewhere.marks, elsewhere.circle) == ((), -1)


@pytest.mark.parametrize("at", ["", "AAA", "AAAA!AAA", "AAAA" * 241])
def test_places_are_whole_points(at: str) -> None:
    """Anything else is no mark."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"form": "line", "colour": "ink", "width": 1, "at": at}, Mark)


def test_an_observer_draws_nothing() -> None:
    """Neither on the shared sheet nor on one that is shown."""
    for move in (BoardDraw(marks=[line()]), BoardShow(marks=[line()]), BoardUndo()):
        assert refused(OPENED, OLIVE, move) is Code.NOT_ALLOWED
