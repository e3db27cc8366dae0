"""The audit log: who did what to which record. Ids and codes only; entries are only ever added.

Entries that belong to a change are written by the script that makes the change; these are for everything else, such
as reading. The time is that of the entry's id. Whoever adds one, adds its link of the chain (scripts/chained.lua).
"""

import secrets
from collections.abc import AsyncIterator, Mapping

from telehealth.core.audit_chain import NUMBER
from telehealth.core.audit_search import Entry
from telehealth.core.ids import Millis, ProgrammeId

from . import keys
from .client import Client
from .programmes import Programmes

PAGE = 500


class Audit:
    """ports.Audit on Redis."""

    def __init__(self, client: Client, programmes: Programmes) -> None:
        self._client = client
        self._programmes = programmes

    async def write(self, programme: ProgrammeId, actor: str, action: str, subject: str) -> None:
        await self._programmes.register(programme)
        names = [keys.audit(programme), keys.op(programme, secrets.token_urlsafe(12))]
        await self._client.script("audit", names, [actor, action, subject])

    async def entries(self, programme: ProgrammeId) -> AsyncIterator[tuple[bytes, Mapping[bytes, bytes]]]:
        after = "-"
        while page := await self._client.call("XRANGE", keys.audit(programme), after, "+", "COUNT", PAGE):
            for place, flat in page:
                yield place, dict(zip(flat[::2], flat[1::2], strict=True))
            after = f"({page[-1][0].decode()}"

    async def latest(self, programme: ProgrammeId, start: Millis, end: Millis, before: str = "") -> list[Entry]:
        last = f"({before}" if before else f"({max(1, end)}-0"
        page = await self._client.call("XREVRANGE", keys.audit(programme), last, f"{start}-0", "COUNT", PAGE)
        return [_entry(place.decode(), dict(zip(flat[::2], flat[1::2], strict=True))) for place, flat in page]


def _entry(place: str, fields: Mapping[bytes, bytes]) -> Entry:
    actor, action, subject = (fields.get(name, b"").decode() for name in (b"actor", b"action", b"subject"))
    number = int(fields[NUMBER]) if NUMBER in fields else None
    return Entry(place, int(place.split("-")[0]), actor, action, subject, number)
