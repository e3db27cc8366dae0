"""Cards of a meeting's format (`cards`): opening, reading, sharing, closing; everybody sees the one that is read.

Any leader turns them. Which cards a format has is data of the clinic; the state knows the card by its number only.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from telehealth.core.refusals import Code, Refusal

from .tool import Acted, Actor, Moment, Move, Seen, Tool


class CardsShow(Move, frozen=True, tag="cards.show"):
    """Show this card of this format to everybody."""

    format: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}$")]
    card: Annotated[int, Meta(ge=0, le=50)]


class CardsClose(Move, frozen=True, tag="cards.close"):
    """Put the cards away."""


class CardsSeen(Seen, frozen=True, tag="cards"):
    open: bool
    format: str
    card: int
    """Counted from 0."""


class Cards(msgspec.Struct, frozen=True):
    open: bool = False
    format: str = ""
    card: int = 0


def _act(state: Cards, me: Actor, move: CardsShow | CardsClose, now: Moment) -> Acted | Refusal:
    if not me.leads:
        return Refusal(Code.NOT_ALLOWED)
    if isinstance(move, CardsShow):
        return Acted(Cards(True, move.format, move.card))
    return Acted(msgspec.structs.replace(state, open=False))


def _seen(state: Cards, me: Actor) -> CardsSeen:
    return CardsSeen(open=state.open, format=state.format, card=state.card)


TOOL = Tool("cards", Cards(), (CardsShow, CardsClose), CardsSeen, _act, _seen)
