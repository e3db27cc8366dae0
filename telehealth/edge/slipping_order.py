"""The order of a caseload, made now and then and remembered: the next page goes on where the last one ended.

To know who comes first, everybody's figures are needed: a third of a second for 1,800 clients. So of many the order is
good for `FRESH`; one that is older, but no older than `STALE`, is still answered with while the next is made behind it.
Of few it is made each time. Only ids are kept, and only which of them the asker may see is shown: the figures and
names of a page are read when it is asked for.
"""

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

from aiohttp import web

from telehealth.core.caseload import figures
from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.slipping import SLIPPING, place
from telehealth.live.stopping import stop
from telehealth.store.ports import Unavailable

from . import engagement
from .engagement import Week
from .site import Site

log = logging.getLogger(__name__)

MANY = 200
"""Clients, from which on an order is not made anew for each answer."""
FRESH: Millis = 5_000
STALE: Millis = 60_000
KEPT: Millis = 600_000
"""For how long somebody may go on with the next page of an order."""
ORDERS, NAMED = 64, 500
"""That are remembered: the latest ones by whose they are, and those by which somebody may go on."""
_AT_ONCE = 100
"""Clients between two moments in which others are served."""


@dataclass(frozen=True, slots=True)
class Order:
    """Whoever needs somebody first comes first."""

    name: str
    made: Millis
    clients: tuple[PersonId, ...]
    slipping: frozenset[PersonId]


_Whose = tuple[ProgrammeId, frozenset[PersonId]]


class Orders:
    """Of one node."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._latest: OrderedDict[_Whose, Order] = OrderedDict()
        self._named: OrderedDict[str, Order] = OrderedDict()
        self._making: dict[_Whose, asyncio.Task[Order]] = {}

    async def of(self, programme: ProgrammeId, clients: Collection[PersonId], week: Week, name: str = "") -> Order:
        """The order of that name, if it is remembered, else the latest of these clients."""
        known = self._named.get(name)
        if known is not None and 0 <= week.now - known.made < KEPT:
            return known
        whose = programme, frozenset(clients)
        latest = self._latest.get(whose)
        age = week.now - latest.made if latest is not None else STALE
        if latest is not None and len(clients) >= MANY and 0 <= age < FRESH:
            return latest
        task = self._making.get(whose)
        if task is None:
            task = self._making[whose] = asyncio.create_task(self._make(whose, week), name="caseload order")
            task.add_done_callback(lambda task: self._done(whose, task))
        if latest is not None and len(clients) >= MANY and 0 <= age < STALE:
            return latest
        return await asyncio.shield(task)

    def _done(self, whose: _Whose, task: asyncio.Task[Order]) -> None:
        self._making.pop(whose, None)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            if not isinstance(error, Unavailable):
                log.error("the order of a caseload met a bug: %s", type(error).__name__)
            return
        order = task.result()
        self._latest[whose] = self._named[order.name] = order
        self._latest.move_to_end(whose)
        while len(self._latest) > ORDERS:
            self._latest.popitem(last=False)
        while len(self._named) > NAMED:
            self._named.popitem(last=False)

    async def _make(self, whose: _Whose, week: Week) -> Order:
        site, (programme, clients) = self._site, whose
        rule, first = site.packs.engagement, site.level.week_of(week.today)
        places: list[tuple[int, int, Millis, PersonId]] = []
        slipping: set[PersonId] = set()
        everybody = sorted(clients)
        for start in range(0, len(everybody), _AT_ONCE):
            some = everybody[start : start + _AT_ONCE]
            found = await engagement.everything(site, programme, some, week)
            for who in some:
                level = engagement.level_of(site, found.histories.get(who), first)
                one = figures(rule, level, found.known[who], week.now, week.today)
                places.append(place(one.signs, one.last_came and one.last_came.starts, who))
                if any(sign.sign in SLIPPING for sign in one.signs):
                    slipping.add(who)
            await asyncio.sleep(0)
        ordered = tuple(who for *_, who in sorted(places))
        return Order(secrets.token_hex(8), week.now, ordered, frozenset(slipping))

    async def ending(self, _: web.Application) -> AsyncIterator[None]:
        """For `cleanup_ctx`."""
        yield
        await stop(*self._making.values())


ORDERS_OF: web.AppKey[Orders] = web.AppKey("orders", Orders)
