"""Legal holds: sealed whole, since a reason is a text. Added and released, once; never changed."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from telehealth.core.ids import Millis, ProgrammeId
from telehealth.core.retention import Hold

from . import keys
from .client import Arg, Client
from .programmes import Programmes
from .sealed import Keyring

_RELEASED = ":released"


class Holds:
    """retention_ports.Holds on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._keyring = keyring
        self._programmes = programmes

    async def add(self, hold: Hold) -> None:
        await self._programmes.register(hold.programme)
        text = msgspec.json.encode(hold).decode()
        sealed = self._keyring.seal(hold.programme, "hold", hold.id, "record", 0, text)
        subject = f"{hold.id} {hold.client or 'all'}"
        await self._write(hold.programme, [hold.id, "record", sealed, hold.by, "hold.added", subject, hold.at])

    async def release(self, programme: ProgrammeId, hold: str, at: Millis, *, actor: str) -> bool:
        return await self._write(programme, [hold, "released", at, actor, "hold.released", hold, at])

    async def all(self, programme: ProgrammeId) -> tuple[int, Sequence[Hold]]:
        flat = await self._client.call("HGETALL", keys.holds(programme))
        pairs = {name.decode(): value for name, value in zip(flat[::2], flat[1::2], strict=True)}
        found: list[Hold] = []
        for name, sealed in pairs.items():
            if not name.endswith(_RELEASED):
                text = self._keyring.unseal(programme, "hold", name, "record", 0, sealed)
                released = pairs.get(name + _RELEASED)
                hold = msgspec.json.decode(text, type=Hold)
                found.append(replace(hold, released=int(released)) if released else hold)
        return len(pairs), sorted(found, key=lambda one: (one.at, one.id))

    async def _write(self, programme: ProgrammeId, args: list[Arg]) -> bool:
        names = [keys.holds(programme), keys.audit(programme), keys.latest(programme)]
        return bool(await self._client.script("hold", names, args))
