"""Who broke the glass, and what was said of it: sealed whole, since reasons are texts. Added, never changed.

There are few of them, so one hash of the programme holds them all.
"""

import msgspec

from telehealth.core.break_glass import Closed, Glass, Opening, Review
from telehealth.core.ids import ProgrammeId

from . import keys
from .client import Arg, Client
from .programmes import Programmes
from .sealed import Keyring

_REVIEW, _CLOSED = ":review", ":closed"


class BreakGlass:
    """access_ports.BreakGlass on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._keyring = keyring
        self._programmes = programmes

    async def open(self, opening: Opening) -> None:
        await self._programmes.register(opening.programme)
        sealed = self._sealed(opening.programme, opening.id, msgspec.json.encode(opening))
        args: list[Arg] = [opening.id, "record", sealed, opening.by, "break_glass.opened"]
        await self._write(opening.programme, [*args, f"{opening.client} {opening.id}", opening.at])

    async def review(self, glass: Glass, review: Review) -> bool:
        opening = glass.opening
        sealed = self._sealed(opening.programme, opening.id + _REVIEW, msgspec.json.encode(review))
        args: list[Arg] = [opening.id, "review", sealed, review.by, "break_glass.reviewed"]
        return await self._write(opening.programme, [*args, f"{opening.client} {opening.id}", review.at])

    async def close(self, glass: Glass, closed: Closed) -> bool:
        opening = glass.opening
        sealed = self._sealed(opening.programme, opening.id + _CLOSED, msgspec.json.encode(closed))
        args: list[Arg] = [opening.id, "closed", sealed, opening.by, "break_glass.closed"]
        return await self._write(opening.programme, [*args, f"{opening.client} {opening.id}", closed.at])

    async def all(self, programme: ProgrammeId) -> list[Glass]:
        flat = await self._client.call("HGETALL", keys.broken_glass(programme))
        kept = {name.decode(): sealed for name, sealed in zip(flat[::2], flat[1::2], strict=True)}
        found: list[Glass] = []
        for name in kept:
            if not name.endswith((_REVIEW, _CLOSED)):
                opening = msgspec.json.decode(self._text(programme, name, kept[name]), type=Opening)
                review, closed = (
                    self._text(programme, name + part, kept[name + part]) if name + part in kept else ""
                    for part in (_REVIEW, _CLOSED)
                )
                found.append(
                    Glass(
                        opening,
                        msgspec.json.decode(review, type=Review) if review else None,
                        msgspec.json.decode(closed, type=Closed) if closed else None,
                    )
                )
        return sorted(found, key=lambda glass: (glass.opening.at, glass.opening.id))

    def _sealed(self, programme: ProgrammeId, name: str, text: bytes) -> bytes:
        return self._keyring.seal(programme, "break-glass", name, "record", 0, text.decode())

    def _text(self, programme: ProgrammeId, name: str, sealed: bytes) -> str:
        return self._keyring.unseal(programme, "break-glass", name, "record", 0, sealed)

    async def _write(self, programme: ProgrammeId, args: list[Arg]) -> bool:
        names = [keys.broken_glass(programme), keys.audit(programme), keys.latest(programme)]
        return bool(await self._client.script("glass", names, args))
