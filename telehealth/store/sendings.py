"""Messages to clients: what was meant to be sent and how far it has got, kept before anything goes out.

A session's sendings are one hash: under a sending's id what it is, under `id:now` how far it has got. Every step is
decided by `core/sendings.py` and written by one script (scripts/sending.lua) only if the progress is still, byte by
byte, the one that was decided on; the claim that comes before a message is sent is such a step. A sorted set of each
programme holds what is due when, claims that may run out among it. There are no addresses and no texts here.
"""

from collections.abc import Sequence

import msgspec

from telehealth.core.ids import Millis, ProgrammeId, SessionId
from telehealth.core.sendings import Progress, Sending, State, Tracked

from . import keys
from .client import Arg, Client
from .programmes import Programmes

_NOW = ":now"
_WAITS = (State.QUEUED, State.SENDING)


class Sendings:
    """ports.Sendings on Redis."""

    def __init__(self, client: Client, programmes: Programmes) -> None:
        self._client = client
        self._programmes = programmes

    async def queue(self, sending: Sending) -> bool:
        await self._programmes.register(sending.programme)
        first = Progress(State.QUEUED, sending.queued, sending.queued)
        return await self._write(sending, b"", first, msgspec.json.encode(sending))

    async def move(self, sending: Sending, before: Progress, after: Progress) -> bool:
        return await self._write(sending, msgspec.json.encode(before), after)

    async def of(self, programme: ProgrammeId, session: SessionId) -> list[Tracked]:
        return await self.of_sessions(programme, [session])

    async def of_sessions(self, programme: ProgrammeId, sessions: Sequence[SessionId]) -> list[Tracked]:
        answers = await self._client.calls([("HGETALL", keys.sendings(programme, session)) for session in sessions])
        found: list[Tracked] = []
        for flat in answers:
            kept = {name.decode(): raw for name, raw in zip(flat[::2], flat[1::2], strict=True)}
            found += (_tracked(kept[name], kept[name + _NOW]) for name in kept if not name.endswith(_NOW))
        return sorted(found, key=lambda one: (one.sending.queued, one.sending.id))

    async def due(self, now: Millis, limit: int) -> list[Tracked]:
        programmes = await self._programmes.all()
        found = await self._client.calls(
            [("ZRANGEBYSCORE", keys.sendings_due(p), "-inf", now, "LIMIT", 0, limit) for p in programmes]
        )
        places = [
            (programme, *place.decode().split(" "))
            for programme, names in zip(programmes, found, strict=True)
            for place in names
        ]
        asked = [("HMGET", keys.sendings(p, SessionId(session)), name, name + _NOW) for p, session, name in places]
        return [_tracked(record, now) for record, now in await self._client.calls(asked)]

    async def _write(self, sending: Sending, before: bytes, after: Progress, *record: bytes) -> bool:
        programme = sending.programme
        names = [
            keys.sendings(programme, sending.session),
            keys.sendings_due(programme),
            keys.audit(programme),
            keys.latest(programme),
        ]
        due: Arg = after.next if after.state in _WAITS else ""
        actor = "system" if before else sending.by
        args: list[Arg] = [sending.id, before, msgspec.json.encode(after), due, sending.session, actor]
        return bool(await self._client.script("sending", names, [*args, _action(after), after.at, *record]))


def _action(after: Progress) -> str:
    """What the audit log is told. A claim is no outcome; what comes of it is."""
    if after.state is State.SENDING:
        return ""
    return "sending.put_off" if after.state is State.QUEUED and after.tries else f"sending.{after.state}"


def _tracked(record: bytes, now: bytes) -> Tracked:
    return Tracked(msgspec.json.decode(record, type=Sending), msgspec.json.decode(now, type=Progress))
