"""How each kind of session is held, for the staff's pages: what a form begins with, and what *Settings* shows."""

from aiohttp import web

from telehealth.core.kind_rules import KindRule

from . import browser
from .answers import answer
from .bodies import Out
from .site import SITE


class KindRuleOut(Out, frozen=True):
    """As core/kind_rules.py has it; `template` is a name without its version, or empty."""

    kind: str
    capacity: int
    waiting: bool
    drop_in: bool
    sees: str
    camera: str
    media: str
    layout: str
    tools: tuple[str, ...]
    template: str
    notes: bool
    billing: bool


class KindRulesOut(Out, frozen=True):
    rules: str
    """Name and version of the pack."""
    kinds: list[KindRuleOut]


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/kinds"""
    await browser.staff(request)
    known = request.app[SITE].packs.kinds
    return answer(KindRulesOut(rules=known.id, kinds=[_kind(one) for one in known.kinds.values()]))


def _kind(one: KindRule) -> KindRuleOut:
    return KindRuleOut(
        kind=one.code,
        capacity=one.capacity,
        waiting=one.waiting,
        drop_in=one.drop_in,
        sees=one.sees,
        camera=one.camera,
        media=one.media,
        layout=one.layout,
        tools=one.tools,
        template=one.template,
        notes=one.notes,
        billing=one.billing,
    )
