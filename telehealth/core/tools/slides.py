"""Slides (`slides`): pages of a material that everybody follows, and what the session was about.

A leader opens a material of the library and turns its pages; each page of the web client follows, or goes at its own
pace and comes back: that is nobody else's affair, so it is no move. What was shown stays with the session's record, and
so does the topic: both are facts of it (DOMAIN 2.1), the topic the clinic's own words or that of the first material.

A material's id is random and told only to whoever is seated. Pages and handouts are asked for by it, over HTTP, and are
given out only for materials that stand in `shown` (edge/handouts.py).
"""

from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from telehealth.core.ids import Millis
from telehealth.core.materials import MAX_PAGES, MAX_TITLE, MAX_TOPIC
from telehealth.core.refusals import Code, Refusal

from .tool import Acted, Actor, Moment, Move, Seen, Tool

MOST_SHOWN = 20
"""Materials in one session."""
LINE = r"^[^\x00-\x1f\x7f]*$"
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class SlidesOpen(Move, frozen=True, kw_only=True, tag="slides.open"):
    """Show a material to everybody, from the page where it was left, if it was shown before."""

    material: Id
    title: Annotated[str, Meta(max_length=MAX_TITLE, pattern=LINE)]
    topic: Annotated[str, Meta(max_length=MAX_TOPIC, pattern=LINE)] = ""
    pages: Annotated[int, Meta(ge=1, le=MAX_PAGES)]
    handout: bool = True
    """Whether those who are here may keep it."""


class SlidesTurn(Move, frozen=True, tag="slides.turn"):
    page: Annotated[int, Meta(ge=0, le=MAX_PAGES - 1)]
    """Counted from 0."""


class SlidesClose(Move, frozen=True, tag="slides.close"):
    """Put the slides away."""


class SlidesTopic(Move, frozen=True, tag="slides.topic"):
    """What the session is about, for its record."""

    topic: Annotated[str, Meta(max_length=MAX_TOPIC, pattern=LINE)]


class SlidesHandout(Move, frozen=True, tag="slides.handout"):
    """Whether a material that was shown may be kept by those who were here."""

    material: Id
    handout: bool


class Shown(msgspec.Struct, frozen=True):
    """A material that was shown in this session."""

    material: str
    title: str
    topic: str
    pages: int
    handout: bool
    page: int
    at: Millis
    """First."""


class Handout(msgspec.Struct, frozen=True, kw_only=True):
    """A material that may be kept."""

    material: str
    title: str


class SlidesSeen(Seen, frozen=True, tag="slides"):
    open: bool
    material: str
    title: str
    pages: int
    page: int
    """The presenter's."""
    topic: str
    """What the record will say the session was about."""
    handouts: list[Handout]
    shown: list[str]
    """Materials that were shown, for leaders."""


class Slides(msgspec.Struct, frozen=True):
    open: bool = False
    material: str = ""
    said: str | None = None
    """The topic, where a leader said it."""
    shown: tuple[Shown, ...] = ()

    @property
    def now(self) -> Shown | None:
        return next((one for one in self.shown if one.material == self.material), None)

    @property
    def topic(self) -> str:
        if self.said is not None:
            return self.said
        return next((one.topic for one in self.shown if one.topic), "")


SlidesMove = SlidesOpen | SlidesTurn | SlidesClose | SlidesTopic | SlidesHandout


def _act(state: Slides, me: Actor, move: SlidesMove, now: Moment) -> Acted | Refusal:
    if not me.leads:
        return Refusal(Code.NOT_ALLOWED)
    if isinstance(move, SlidesOpen):
        return _opened(state, move, now.at)
    if isinstance(move, SlidesTurn):
        if not state.open or state.now is None or move.page >= state.now.pages:
            return Refusal(Code.NO_SUCH_THING)
        return Acted(_with(state, replace(state.now, page=move.page)))
    if isinstance(move, SlidesTopic):
        return Acted(replace(state, said=" ".join(move.topic.split())))
    if isinstance(move, SlidesHandout):
        found = next((one for one in state.shown if one.material == move.material), None)
        if found is None:
            return Refusal(Code.NO_SUCH_THING)
        return Acted(_with(state, replace(found, handout=move.handout)))
    return Acted(replace(state, open=False))


def _opened(state: Slides, move: SlidesOpen, at: Millis) -> Acted | Refusal:
    if any(one.material == move.material for one in state.shown):
        return Acted(replace(state, open=True, material=move.material))
    if len(state.shown) >= MOST_SHOWN:
        return Refusal(Code.TOO_LARGE)
    fresh = Shown(move.material, move.title, move.topic, move.pages, move.handout, 0, at)
    return Acted(replace(state, open=True, material=move.material, shown=(*state.shown, fresh)))


def _with(state: Slides, changed: Shown) -> Slides:
    shown = tuple(changed if one.material == changed.material else one for one in state.shown)
    return replace(state, shown=shown)


def _seen(state: Slides, me: Actor) -> SlidesSeen:
    now = state.now
    return SlidesSeen(
        open=state.open,
        material=now.material if now else "",
        title=now.title if now else "",
        pages=now.pages if now else 0,
        page=now.page if now else 0,
        topic=state.topic,
        handouts=[Handout(material=one.material, title=one.title) for one in state.shown if one.handout],
        shown=[one.material for one in state.shown] if me.leads else [],
    )


TOOL = Tool(
    "slides",
    Slides(),
    (SlidesOpen, SlidesTurn, SlidesClose, SlidesTopic, SlidesHandout),
    SlidesSeen,
    _act,
    _seen,
    lasting=True,
)
