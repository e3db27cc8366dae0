"""Logs of rooms: version-checked append, reading, following, and the ring of what passes.

The id of a log entry is its version (`<version>-0`), so the version check, the reading position and the number of
events are one thing. Everything that one append changes, changes in scripts/append.lua or not at all.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from telehealth.core.attendance import Row
from telehealth.core.events import Ended, Event, Opened
from telehealth.core.ids import MemberNumber, Millis, ProgrammeId, SessionId

from . import keys
from .client import Arg, Client
from .codec import event_fields, event_from, row_fields
from .ports import Appended, Conflict, Passing
from .programmes import Programmes
from .sealed import Keyring

PAGE = 500
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
        names += [keys.open_rooms(programme), keys.audit(programme), keys.latest(programme)]
        if rows:
            names += [keys.attendance(programme, month), keys.months(programme)]
            names += [keys.months_of_session(programme, session)]
            names += [keys.months_of_client(programme, row.client) for row in rows]
        args: list[Arg] = [op, version, session, actor, ",".join(type(event).__name__ for event in events)]
        args += [max(event.at for event in events), int(opened), int(ended), month, len(events), len(rows)]
        for event in events:
            args += _entry(event_fields(event))
        for row in rows:
            args += _entry(row_fields(row))
        written, now = await self._client.script("append", names, args)
        return Appended(now) if written else Conflict(now)

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
        self, programme: ProgrammeId, session: SessionId, after: int, passing_after: str, wait: float
    ) -> tuple[list[Event], list[Passing]]:
        log, ring = (keys.room(programme, session, part) for part in ("log", "ring"))
        block: list[Arg] = ["BLOCK", max(1, int(wait * 1000))] if wait > 0 else []  # BLOCK 0 would wait for ever
        found = await self._client.wait(
            "XREAD", "COUNT", PAGE, *block, "STREAMS", log, ring, f"{after}-0", _position(passing_after), seconds=wait
        )
        entries: dict[bytes, list[Any]] = dict(found or ())
        events = [event_from(_pairs(fields)) for _, fields in entries.get(log.encode(), ())]
        passing = [self._passing(programme, session, *entry) for entry in entries.get(ring.encode(), ())]
        return events, passing

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
