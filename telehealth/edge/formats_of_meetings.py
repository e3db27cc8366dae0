"""GET /api/formats: the formats of meetings in force, for whoever is in a session that shows their cards."""

from aiohttp import web

from . import browser
from .answers import answer
from .bodies import Out
from .site import SITE


class CardOut(Out, frozen=True):
    title: dict[str, str]
    """By language."""
    text: dict[str, str]


class FormatOut(Out, frozen=True):
    format: str
    """Its name, as `cards.show` says it."""
    title: dict[str, str]
    cards: list[CardOut]


class FormatsOut(Out, frozen=True):
    formats: list[FormatOut]


async def listing(request: web.Request) -> web.StreamResponse:
    await browser.anybody(request)
    return answer(
        FormatsOut(
            formats=[
                FormatOut(
                    format=one.name,
                    title=dict(one.title),
                    cards=[CardOut(title=dict(card.title), text=dict(card.text)) for card in one.cards],
                )
                for one in request.app[SITE].packs.formats
            ]
        )
    )
