"""Who broke the glass, and what was said of it: sealed whole, since reasons are texts. Added, never changed.

There are few of them, so one hash of the programme holds them all.
"""

import msgspec

from telehealth.core.break_glass import Glass, Opening, Review
from telehealth.core.ids import ProgrammeId

from . import keys
from .client import Arg, Client
from .programmes import Programmes
from .sealed import Keyring

_REVIEW = ":review"


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

    async def all(self, programme: ProgrammeId) -> list[Glass]:
        flat = await self._client.call("HGETALL", keys.broken_glass(programme))
        kept = {name.decode(): sealed for name, sealed in zip(flat[::2], flat[1::2], strict=True)}
        found: list[Glass] = []
        for name in kept:
            if not name.endswith(_REVIEW):
                review = kept.get(name + _REVIEW)
                opening = msgspec.json.decode(self._text(programme, name, kept[name]), type=Opening)
                said = self._text(programme, name + _REVIEW, review) if review else ""
                found.append(Glass(opening, msgspec.json.decode(said, type=Review) if said else None))
        return sorted(found, key=lambda glass: (glass.opening.at, glass.opening.id))

    def _sealed(self, programme: ProgrammeId, name: str, text: bytes) -> bytes:
        return self._keyring.seal(programme, "break-glass", name, "record", 0, text.decode())

    def _text(self, programme: ProgrammeId, name: str, sealed: bytes) -> str:
        return self._keyring.unseal(programme, "break-glass", name, "record", 0, sealed)

    async def _write(self, programme: ProgrammeId, args: list[Arg]) -> bool:
        names = [keys.broken_glass(programme), keys.audit(programme), keys.latest(programme)]
        return bool(await self._client.script("glass", names, args))
