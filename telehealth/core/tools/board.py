"""The drawing board: a sheet that everybody draws on, and those that people made for themselves and then showed.

What somebody draws for themself stays on their device until they show it. Who drew what is told to those who lead, and
to everybody only if they say so. A mark is a line, a shape or a word. Its place is on a grid of 4096 by 4096 over a
sheet that is 16 wide and 10 high, four letters a point, so that a drawing fits the state. After a move a page is told
only what is new (`_news`), unless something else than marks has changed.
"""

from collections.abc import Callable, Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from telehealth.core.ids import MemberNumber
from telehealth.core.refusals import Code, Refusal

from .tool import Acted, Actor, Moment, Move, News, Seen, Tool

POINTS = 240
"""Of one line; a longer one goes on as another."""
SHARE = 20_000
"""Letters that one person may have on the shared sheet: a third of what there is room for."""
SHEET = 6_000
"""Letters of a sheet that somebody shows."""
Colour = Literal["ink", "sea", "leaf", "sun", "clay", "rose", "plum", "stone"]
Form = Literal["line", "circle", "square", "triangle", "heart", "star", "text"]
Places = Annotated[str, Meta(pattern=r"^([A-Za-z0-9_-]{4})+$", max_length=4 * POINTS)]
"""Points: two letters each for how far right and how far down, in base 64 for URLs."""
Words = Annotated[str, Meta(max_length=300)]


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that somebody put on a sheet."""

    form: Form
    colour: Colour
    width: Annotated[int, Meta(ge=1, le=3)]
    at: Places
    """Of a line its points; of a shape two opposite corners; of a text where it begins."""
    text: Annotated[str, Meta(max_length=80)] = ""

    @property
    def size(self) -> int:
        return 40 + len(self.at) + len(self.text)


class BoardOpen(Move, frozen=True, tag="board.open"):
    """Hand out paper: a shared sheet, or first one for each, with what it is about."""

    prompt: Annotated[str, Meta(max_length=200)] = ""
    own: bool = False
    """Everybody begins on a sheet of their own, which nobody sees until they show it."""


class BoardClose(Move, frozen=True, tag="board.close"):
    """Put the board away. What is on it stays until the session ends or somebody clears it."""


class BoardRules(Move, frozen=True, tag="board.rules"):
    """Whether only those who lead may draw, and whether everybody is told who drew what."""

    locked: bool
    names: bool


class BoardClear(Move, frozen=True, tag="board.clear"):
    """Take everything off the shared sheet."""


class BoardDraw(Move, frozen=True, tag="board.draw"):
    """Put marks on the shared sheet."""

    marks: Annotated[list[Mark], Meta(min_length=1, max_length=20)]


class BoardUndo(Move, frozen=True, tag="board.undo"):
    """Take my last mark off the shared sheet."""


class BoardShow(Move, frozen=True, tag="board.show"):
    """Show everybody the sheet that I made for myself, in place of the one that I showed before."""

    marks: Annotated[list[Mark], Meta(min_length=1, max_length=150)]
    words: Words = ""
    """What is to be seen on it, for whoever does not see."""


class BoardTakeBack(Move, frozen=True, tag="board.take_back"):
    """Show a sheet no longer."""

    sheet: Annotated[int, Meta(ge=1)]


class BoardDescribe(Move, frozen=True, tag="board.describe"):
    """Say what is to be seen on the shared sheet."""

    words: Words


class Put(msgspec.Struct, frozen=True, array_like=True):
    """A mark as it is kept: without names of its fields, which would be a third of it."""

    id: int
    by: MemberNumber
    form: Form
    colour: Colour
    width: int
    at: str
    text: str = ""

    @property
    def size(self) -> int:
        return 40 + len(self.at) + len(self.text)


class Sheet(msgspec.Struct, frozen=True):
    """What somebody made for themself and then showed."""

    id: int
    by: MemberNumber
    words: str
    marks: tuple[Put, ...]


class Board(msgspec.Struct, frozen=True):
    """The board of a room."""

    circle: int = 0
    open: bool = False
    prompt: str = ""
    own: bool = False
    locked: bool = False
    names: bool = False
    words: str = ""
    last: int = 0
    """The number that was given last."""
    marks: tuple[Put, ...] = ()
    sheets: tuple[Sheet, ...] = ()


class MarkSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A mark as one page sees it."""

    id: int
    form: Form
    colour: Colour
    width: int
    at: str
    text: str
    by: int | None
    """Who made it, for those who may know."""


class SheetSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet that somebody shows."""

    id: int
    mine: bool
    by: int | None
    words: str
    marks: list[MarkSeen]


class BoardSeen(Seen, frozen=True, tag="board"):
    """The board as one page sees it."""

    open: bool
    prompt: str
    own: bool
    locked: bool
    names: bool
    words: str
    mine: int
    """How many of the marks are the viewer's: whether there is one to take back."""
    marks: list[MarkSeen]
    sheets: list[SheetSeen]


class BoardNews(News, frozen=True, tag="board"):
    """What has changed of the shared sheet."""

    mine: int
    marks: list[MarkSeen]
    """New ones, to go on top."""
    gone: list[int]


def _act(state: Board, actor: Actor, move: Move, moment: Moment) -> Acted | Refusal:
    handler = _MOVES[type(move)]
    if actor.watches or (isinstance(move, _LEADERS) and not actor.leads):
        return Refusal(Code.NOT_ALLOWED)
    if not isinstance(move, BoardOpen) and (not state.open or actor.circle != state.circle):
        return Refusal(Code.NO_SUCH_THING)
    after = handler(state, actor, move)
    return after if isinstance(after, Refusal) else Acted(after)


def _open(state: Board, actor: Actor, move: BoardOpen) -> Board:
    if actor.circle != state.circle:
        state = Board()  # what others made elsewhere is not carried to people who were not there
    return msgspec.structs.replace(state, circle=actor.circle, open=True, prompt=move.prompt, own=move.own)


def _close(state: Board, actor: Actor, move: BoardClose) -> Board:
    return msgspec.structs.replace(state, open=False)


def _rules(state: Board, actor: Actor, move: BoardRules) -> Board:
    return msgspec.structs.replace(state, locked=move.locked, names=move.names)


def _clear(state: Board, actor: Actor, move: BoardClear) -> Board:
    return msgspec.structs.replace(state, marks=(), words="")


def _describe(state: Board, actor: Actor, move: BoardDescribe) -> Board:
    return msgspec.structs.replace(state, words=move.words)


def _draw(state: Board, actor: Actor, move: BoardDraw) -> Board | Refusal:
    if state.locked and not actor.leads:
        return Refusal(Code.NOT_NOW)
    has = sum(mark.size for mark in state.marks if mark.by == actor.member)
    if has + sum(mark.size for mark in move.marks) > SHARE:
        return Refusal(Code.FULL)
    put = _put(move.marks, actor, state.last)
    return msgspec.structs.replace(state, last=state.last + len(put), marks=state.marks + put)


def _undo(state: Board, actor: Actor, move: BoardUndo) -> Board | Refusal:
    own = [mark for mark in state.marks if mark.by == actor.member]
    if not own:
        return Refusal(Code.NO_SUCH_THING)
    return msgspec.structs.replace(state, marks=tuple(mark for mark in state.marks if mark is not own[-1]))


def _show(state: Board, actor: Actor, move: BoardShow) -> Board | Refusal:
    if sum(mark.size for mark in move.marks) > SHEET:
        return Refusal(Code.TOO_LARGE)
    others = tuple(sheet for sheet in state.sheets if sheet.by != actor.member)
    put = _put(move.marks, actor, state.last)
    last = state.last + len(put) + 1
    shown = Sheet(last, actor.member, move.words, put)
    return msgspec.structs.replace(state, last=last, sheets=(*others, shown))


def _take_back(state: Board, actor: Actor, move: BoardTakeBack) -> Board | Refusal:
    found = [sheet for sheet in state.sheets if sheet.id == move.sheet]
    if not found:
        return Refusal(Code.NO_SUCH_THING)
    if found[0].by != actor.member and not actor.leads:
        return Refusal(Code.NOT_ALLOWED)
    return msgspec.structs.replace(state, sheets=tuple(sheet for sheet in state.sheets if sheet is not found[0]))


_LEADERS = (BoardOpen, BoardClose, BoardRules, BoardClear, BoardDescribe)
_MOVES: dict[type[Move], Callable[..., Board | Refusal]] = {
    BoardOpen: _open,
    BoardClose: _close,
    BoardRules: _rules,
    BoardClear: _clear,
    BoardDraw: _draw,
    BoardUndo: _undo,
    BoardShow: _show,
    BoardTakeBack: _take_back,
    BoardDescribe: _describe,
}


def _put(marks: Iterable[Mark], actor: Actor, last: int) -> tuple[Put, ...]:
    return tuple(
        Put(number, actor.member, mark.form, mark.colour, mark.width, mark.at, mark.text)
        for number, mark in enumerate(marks, last + 1)
    )


def _seen(state: Board, actor: Actor) -> BoardSeen | None:
    if actor.circle != state.circle:
        return None
    named = actor.leads or state.names
    return BoardSeen(
        open=state.open,
        prompt=state.prompt,
        own=state.own,
        locked=state.locked,
        names=state.names,
        words=state.words,
        mine=_mine(state, actor),
        marks=_marks(state.marks, actor, named),
        sheets=[
            SheetSeen(
                id=sheet.id,
                mine=sheet.by == actor.member,
                by=_who(sheet.by, actor, named),
                words=sheet.words,
                marks=_marks(sheet.marks, actor, named),
            )
            for sheet in state.sheets
        ],
    )


def _news(before: Board, after: Board, actor: Actor) -> BoardNews | None:
    if actor.circle != after.circle or _frame(before) != _frame(after):
        return None
    known = {mark.id for mark in before.marks}
    left = {mark.id for mark in after.marks}
    fresh = [mark for mark in after.marks if mark.id not in known]
    return BoardNews(
        mine=_mine(after, actor),
        marks=_marks(fresh, actor, actor.leads or after.names),
        gone=sorted(known - left),
    )


def _frame(state: Board) -> Board:
    """Everything but the shared marks."""
    return msgspec.structs.replace(state, marks=(), last=0)


def _mine(state: Board, actor: Actor) -> int:
    return sum(mark.by == actor.member for mark in state.marks)


def _marks(marks: Iterable[Put], actor: Actor, named: bool) -> list[MarkSeen]:
    return [
        MarkSeen(
            id=mark.id,
            form=mark.form,
            colour=mark.colour,
            width=mark.width,
            at=mark.at,
            text=mark.text,
            by=_who(mark.by, actor, named),
        )
        for mark in marks
    ]


def _who(by: MemberNumber, actor: Actor, named: bool) -> int | None:
    return by if named or by == actor.member else None


TOOL = Tool(
    "board",
    Board(),
    tuple(_MOVES),
    BoardSeen,
    _act,
    _seen,
    news=_news,
)
