"""Logs of rooms: version-checked append, reading, following, and the ring of what passes.

The id of a log entry is its version (`<version>-0`), so the version check, the reading position and the number of
events are one thing. Everything that one append changes, changes in scripts/append.lua or not at all.

Each entry carries the hash that links it to the one before (core/chain.py). The script cannot compute it, so it only
checks that what was linked to is still what stands last in the log; the last hash of each log is kept here, since the
one who appended it is nearly always the next to append.
"""

import logging
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from telehealth.core import chain
from telehealth.core.attendance import Row
from telehealth.core.events import Ended, Event, Opened
from telehealth.core.ids import MemberNumber, Millis, ProgrammeId, SessionId

from . import keys
from .client import Arg, Client
from .codec import event_fields, event_from, row_fields
from .ports import Appended, Conflict, Passing, Unavailable
from .programmes import Programmes
from .sealed import Keyring
from .tool_ports import News, ToolState

log = logging.getLogger(__name__)

PAGE = 500
HEADS = 4096
"""Logs whose last hash is kept in memory."""
_WRITTEN, _BROKEN, _REPEATED, _CANCELLED = 1, 2, 3, 4
"""What append.lua answers, besides 0: the log has grown."""
_RING_ID = re.compile(r"[0-9]{1,19}-[0-9]{1,19}")


def month_of(at: Millis) -> str:
    """The UTC month of a time, such as 2026-11: the name of an attendance stream."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m")


class RoomLogs:
    """ports.RoomLogs on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._keyring = keyring
        self._programmes = programmes
        self._heads: OrderedDict[tuple[ProgrammeId, SessionId], tuple[int, str]] = OrderedDict()

    async def append(
        self,
        programme: ProgrammeId,
        session: SessionId,
        version: int,
        events: Sequence[Event],
        *,
        op: str,
        actor: str,
        rows: Sequence[Row] = (),
    ) -> Appended | Conflict:
        if not events:
            raise ValueError("nothing to append")
        await self._programmes.register(programme)
        ended = any(isinstance(event, Ended) for event in events)
        opened = not ended and any(isinstance(event, Opened) for event in events)
        months = {month_of(row.scheduled_start) for row in rows}
        if len(months) > 1:
            raise ValueError("rows of one session have one scheduled start")
        month = "".join(months)
        names = [keys.room(programme, session, part) for part in ("log", "ops", "ring")]
        names += [keys.open_rooms(programme), keys.audit(programme), keys.latest(programme), keys.changes(programme)]
        names += [keys.room(programme, session, part) for part in ("tools", "tool-news")]
        if rows:
            names += [keys.attendance(programme, month), keys.rows(programme)]
            names += [keys.months(programme)]
            names += [keys.months_of_client(programme, row.client) for row in rows]
        before = head = await self._head(programme, session, version)
        entries: list[Arg] = []
        for event in events:
            fields = event_fields(event)
            head = chain.link(head, {name.encode(): value.encode() for name, value in fields.items()})
            entries += _entry({**fields, "hash": head})
        args: list[Arg] = [op, version, session, actor, ",".join(type(event).__name__ for event in events)]
        args += [max(event.at for event in events), int(opened), int(ended), month, len(events), len(rows)]
        args += [before, head, *entries]
        for row in rows:
            args += _entry(row_fields(replace(row, head=head)))
        outcome, now = await self._client.script("append", names, args)
        if outcome == _BROKEN:
            log.critical("the log of room %s was changed behind this server's back at version %d", session, now)
            self._heads.pop((programme, session), None)
        elif outcome == _CANCELLED:  # in this moment: whoever asks again reads it in the session's record
            raise Unavailable("The session was cancelled.")
        elif outcome == _WRITTEN:
            self._keep(programme, session, now, head)
        return Appended(now) if outcome in (_WRITTEN, _REPEATED) else Conflict(now)

    async def _head(self, programme: ProgrammeId, session: SessionId, version: int) -> str:
        """The hash of the entry `version`, or nothing if that is not the last one (the append will be refused)."""
        kept = self._heads.get((programme, session))
        if kept is not None and kept[0] == version:
            return kept[1]
        if version == 0:
            return chain.GENESIS
        name = keys.room(programme, session, "log")
        last = await self._client.call("XREVRANGE", name, "+", "-", "COUNT", 1)
        if not last or last[0][0] != b"%d-0" % version:
            return ""
        stored = _pairs(last[0][1]).get(chain.FIELD)
        if stored is not None:
            return stored.decode()
        return chain.walk([entry async for entry in self.entries(programme, session)]).head

    def _keep(self, programme: ProgrammeId, session: SessionId, version: int, head: str) -> None:
        self._heads[programme, session] = version, head
        self._heads.move_to_end((programme, session))
        if len(self._heads) > HEADS:
            self._heads.popitem(last=False)

    async def entries(
        self, programme: ProgrammeId, session: SessionId
    ) -> AsyncIterator[tuple[int, Mapping[bytes, bytes]]]:
        """The whole log as it is stored, for whoever follows its chain: (version, fields)."""
        name, after = keys.room(programme, session, "log"), "-"
        while page := await self._client.call("XRANGE", name, after, "+", "COUNT", PAGE):
            for entry, fields in page:
                version, _, part = entry.decode().partition("-")
                # An entry whose id is not `<version>-0` was put there by somebody else.
                yield int(version) if part == "0" else -1, _pairs(fields)
            after = f"({page[-1][0].decode()}"

    async def read(self, programme: ProgrammeId, session: SessionId, after: int = 0) -> list[Event]:
        log = keys.room(programme, session, "log")
        events: list[Event] = []
        while True:
            page = await self._client.call("XRANGE", log, f"({after}-0", "+", "COUNT", PAGE)
            events += [event_from(_pairs(fields)) for _, fields in page]
            if len(page) < PAGE:
                return events
            after += len(page)

    async def follow(
        self,
        programme: ProgrammeId,
        session: SessionId,
        after: int,
        passing_after: str,
        wait: float,
        news_after: str = "",
    ) -> tuple[list[Event], list[Passing], list[News]]:
        log, ring, news = (keys.room(programme, session, part) for part in ("log", "ring", "tool-news"))
        positions = f"{after}-0", _position(passing_after), _position(news_after)
        block: list[Arg] = ["BLOCK", max(1, int(wait * 1000))] if wait > 0 else []  # BLOCK 0 would wait for ever
        found = await self._client.wait(
            "XREAD", "COUNT", PAGE, *block, "STREAMS", log, ring, news, *positions, seconds=wait
        )
        entries: dict[bytes, list[Any]] = dict(found or ())
        events = [event_from(_pairs(fields)) for _, fields in entries.get(log.encode(), ())]
        passing = [self._passing(programme, session, *entry) for entry in entries.get(ring.encode(), ())]
        told = [self._news(programme, session, *entry) for entry in entries.get(news.encode(), ())]
        return events, passing, told

    def _news(self, programme: ProgrammeId, session: SessionId, entry_id: bytes, flat: list[bytes]) -> News:
        fields = _pairs(flat)
        tool = fields[b"tool"].decode()
        state = self._keyring.unseal(programme, "tool", session, tool, 0, fields[b"body"])
        return News(entry_id.decode(), ToolState(tool, int(fields[b"version"]), state.encode()))

    async def open_rooms(self) -> list[tuple[ProgrammeId, SessionId]]:
        programmes = await self._programmes.all()
        found = await self._client.calls([("SMEMBERS", keys.open_rooms(p)) for p in programmes])
        return [
            (p, SessionId(name.decode())) for p, names in zip(programmes, found, strict=True) for name in sorted(names)
        ]

    async def seen(self, programme: ProgrammeId, session: SessionId, proofs: Mapping[MemberNumber, Millis]) -> None:
        if not proofs:
            return
        args = [number for proof in proofs.items() for number in proof]
        names = [keys.room(programme, session, "seen"), keys.latest(programme)]
        await self._client.script("seen", names, args)

    async def last_seen(self, programme: ProgrammeId, session: SessionId) -> dict[MemberNumber, Millis]:
        found = await self._client.call("HGETALL", keys.room(programme, session, "seen"))
        return {MemberNumber(int(member)): int(at) for member, at in _pairs(found).items()}

    async def pass_on(self, programme: ProgrammeId, session: SessionId, body: Mapping[str, object], *, op: str) -> str:
        sealed = self._keyring.seal(programme, "ring", session, op, 0, msgspec.json.encode(body).decode())
        names = [keys.open_rooms(programme), *(keys.room(programme, session, part) for part in ("ring", "ops"))]
        position: bytes = await self._client.script("pass", names, [session, op, sealed])
        return position.decode()

    async def recent(self, programme: ProgrammeId, session: SessionId, after: str = "") -> list[Passing]:
        ring = keys.room(programme, session, "ring")
        found = await self._client.call("XRANGE", ring, f"({_position(after)}", "+")
        return [self._passing(programme, session, *entry) for entry in found]

    def _passing(self, programme: ProgrammeId, session: SessionId, entry_id: bytes, flat: list[bytes]) -> Passing:
        fields = _pairs(flat)
        body = self._keyring.unseal(programme, "ring", session, fields[b"op"].decode(), 0, fields[b"body"])
        return Passing(entry_id.decode(), msgspec.json.decode(body))


def _entry(fields: Mapping[str, str]) -> list[Arg]:
    """An entry as the scripts read it: how many strings, then names and values."""
    return [2 * len(fields), *(part for pair in fields.items() for part in pair)]


def _pairs(flat: Sequence[bytes]) -> dict[bytes, bytes]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _position(text: str) -> str:
    """A ring position as Redis takes it. Pages send them, so what is not one means "from the beginning"."""
    return text if _RING_ID.fullmatch(text) else "0-0"
