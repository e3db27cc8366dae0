"""States of a room's tools: version-checked, sealed, passed on to the other nodes; and what is kept of each person.

Passing states stand in one hash for each room, which ends with the session (append.lua). The last states of lasting
tools stand in another, which stays. What is kept of a person is sealed with their own secret, one hash for each person.
"""

from collections.abc import Sequence
from contextlib import suppress

import msgspec

from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId

from . import keys
from .client import Arg, Client
from .person_keys import PersonKeys, Ring
from .ports import Unavailable
from .sealed import Erased, Keyring
from .tool_ports import ToBeKept, ToolState, WasKept

_VERSION = ".version"
_NOT_OPEN = -1


class _Value(msgspec.Struct, frozen=True):
    at: Millis
    body: msgspec.Raw


class Tools:
    """tool_ports.Tools on Redis."""

    def __init__(self, client: Client, keyring: Keyring) -> None:
        self._client = client
        self._keyring = keyring
        self._persons = PersonKeys(client, keyring)

    async def read(self, programme: ProgrammeId, session: SessionId) -> dict[str, ToolState]:
        fields = _pairs(await self._client.call("HGETALL", keys.room(programme, session, "tools")))
        return {
            tool: ToolState(tool, int(fields[tool + _VERSION]), self._opened(programme, session, tool, sealed))
            for tool, sealed in fields.items()
            if not tool.endswith(_VERSION)
        }

    async def write(
        self,
        programme: ProgrammeId,
        session: SessionId,
        new: ToolState,
        at: Millis,
        kept: Sequence[ToBeKept] = (),
        *,
        op: str,
        lasting: bytes | None = None,
    ) -> bool:
        rings = await self._persons.to_seal(programme, [one.person for one in kept]) if kept else {}
        names = [keys.open_rooms(programme), *(keys.room(programme, session, p) for p in ("tools", "tool-news", "ops"))]
        names.append(keys.latest(programme))
        if lasting is not None:
            names.append(keys.room(programme, session, "made"))
        sealed = self._state(programme, session, new.tool, new.state)
        record = b"" if lasting is None else self._state(programme, session, new.tool, lasting)
        args: list[Arg] = [session, new.tool, op, new.version - 1, sealed, at, record]
        for one in kept:
            names.append(keys.kept(programme, one.person))
            args += [_place(session, one.what), _sealed(rings[one.person], programme, session, one, at)]
        written = await self._client.script("tool", names, args)
        if written == _NOT_OPEN:
            raise Unavailable("The room is not open.")
        return bool(written)

    async def done(self, programme: ProgrammeId, session: SessionId, op: str) -> bool:
        return bool(await self._client.call("HEXISTS", keys.room(programme, session, "ops"), f"tool:{op}"))

    async def made(self, programme: ProgrammeId, session: SessionId) -> dict[str, bytes]:
        fields = _pairs(await self._client.call("HGETALL", keys.room(programme, session, "made")))
        return {tool: self._opened(programme, session, tool, sealed) for tool, sealed in fields.items()}

    async def kept(self, programme: ProgrammeId, people: Sequence[PersonId]) -> dict[PersonId, list[WasKept]]:
        found = await self._client.calls([("HGETALL", keys.kept(programme, who)) for who in people])
        rings = await self._persons.to_open(programme, people)
        out: dict[PersonId, list[WasKept]] = {}
        for who, flat in zip(people, found, strict=True):
            mine = out[who] = []
            for place, sealed in _pairs(flat).items():
                with suppress(Erased):
                    text = rings[who].unseal(programme, "kept", f"{who}/{place}", "record", 0, sealed)
                    value = msgspec.json.decode(text, type=_Value)
                    session, _, what = place.partition(" ")
                    mine.append(WasKept(SessionId(session), what, value.at, bytes(value.body)))
            mine.sort(key=lambda one: (one.at, one.session, one.what))
        return out

    def _state(self, programme: ProgrammeId, session: SessionId, tool: str, what: bytes) -> bytes:
        return self._keyring.seal(programme, "tool", session, tool, 0, what.decode())

    def _opened(self, programme: ProgrammeId, session: SessionId, tool: str, sealed: bytes) -> bytes:
        return self._keyring.unseal(programme, "tool", session, tool, 0, sealed).encode()


def _place(session: SessionId, what: str) -> str:
    return f"{session} {what}"


def _sealed(ring: Ring, programme: ProgrammeId, session: SessionId, one: ToBeKept, at: Millis) -> bytes:
    text = msgspec.json.encode(_Value(at, msgspec.Raw(one.body))).decode()
    return ring.seal(programme, "kept", f"{one.person}/{_place(session, one.what)}", "record", 0, text)


def _pairs(flat: Sequence[bytes]) -> dict[str, bytes]:
    return {name.decode(): value for name, value in zip(flat[::2], flat[1::2], strict=True)}
