"""Materials: a sealed record each, and beside it its PDF and its pages in pieces, sealed, never changed.

A piece is a key of its own and not large, because whoever copies or reseals the store takes hundreds of keys at a time.
Pieces are written first and run out within the hour; the script that writes the record keeps them. So a material that
is listed is whole, and one whose upload broke off leaves nothing.
"""

from collections.abc import Sequence

import msgspec

from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.materials import Material

from . import keys
from .client import Arg, Client
from .programmes import Programmes
from .sealed import Keyring

PIECE = 128 << 10
"""Bytes of a PDF in one piece."""
_AT_ONCE = 16
"""Pieces that are written or read together: 2 MiB, which Redis has on the disk well within a call's time."""
_UNTIL_KEPT = 3_600
"""Seconds."""
_REVISION = b":revision"


class Materials:
    """material_ports.Materials on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._keyring = keyring
        self._programmes = programmes

    async def all(self, programme: ProgrammeId) -> list[Material]:
        flat = await self._client.call("HGETALL", keys.materials(programme))
        pairs = zip(flat[::2], flat[1::2], strict=True)
        found = [self._opened(programme, name.decode(), value) for name, value in pairs if not name.endswith(_REVISION)]
        return sorted(found, key=lambda one: (one.title.casefold(), one.id))

    async def get(self, programme: ProgrammeId, name: str) -> Material | None:
        sealed = await self._client.call("HGET", keys.materials(programme), name)
        return None if sealed is None else self._opened(programme, name, sealed)

    async def add(
        self, programme: ProgrammeId, material: Material, pdf: bytes, images: Sequence[bytes], texts: Sequence[str]
    ) -> bool:
        if await self._client.call("HEXISTS", keys.materials(programme), material.id):
            return False  # whatever is there already must not run out
        await self._programmes.register(programme)
        parts = {f"pdf:{number}": pdf[at : at + PIECE] for number, at in enumerate(range(0, len(pdf), PIECE))}
        parts |= {f"page:{number}": image for number, image in enumerate(images)}
        parts |= {"texts": msgspec.json.encode(list(texts))}
        writes: list[tuple[Arg, ...]] = []
        for part, what in parts.items():
            sealed = self._keyring.seal_bytes(programme, "material", material.id, part, 0, what)
            writes.append(("SET", keys.material(programme, material.id, part), sealed, "EX", _UNTIL_KEPT))
        for begin in range(0, len(writes), _AT_ONCE):
            await self._client.calls(writes[begin : begin + _AT_ONCE])
        pieces = [keys.material(programme, material.id, part) for part in parts]
        return await self._put(programme, material, pieces, 0, "material.added", material.by, material.added)

    async def change(
        self, programme: ProgrammeId, material: Material, *, what: str, actor: PersonId, at: Millis
    ) -> bool:
        return await self._put(programme, material, (), material.revision - 1, f"material.{what}", actor, at)

    async def page(self, programme: ProgrammeId, name: str, number: int) -> bytes | None:
        (found,) = await self._parts(programme, name, [f"page:{number}"])
        return found

    async def texts(self, programme: ProgrammeId, name: str) -> tuple[str, ...]:
        (found,) = await self._parts(programme, name, ["texts"])
        return () if found is None else tuple(msgspec.json.decode(found, type=list[str]))

    async def pdf(self, programme: ProgrammeId, material: Material) -> bytes | None:
        whole = bytearray()
        count = -(-material.pdf_bytes // PIECE)
        for begin in range(0, count, _AT_ONCE):
            names = [f"pdf:{number}" for number in range(begin, min(begin + _AT_ONCE, count))]
            for piece in await self._parts(programme, material.id, names):
                if piece is None:
                    return None
                whole += piece
        return bytes(whole)

    async def _parts(self, programme: ProgrammeId, name: str, parts: Sequence[str]) -> list[bytes | None]:
        held = await self._client.calls([("GET", keys.material(programme, name, part)) for part in parts])
        return [
            None if sealed is None else self._keyring.unseal_bytes(programme, "material", name, part, 0, sealed)
            for part, sealed in zip(parts, held, strict=True)
        ]

    async def _put(
        self,
        programme: ProgrammeId,
        material: Material,
        pieces: Sequence[str],
        if_revision: int,
        action: str,
        actor: PersonId,
        at: Millis,
    ) -> bool:
        text = msgspec.json.encode(material).decode()
        sealed = self._keyring.seal(programme, "material", material.id, "record", 0, text)
        names = [keys.materials(programme), keys.audit(programme), keys.latest(programme), *pieces]
        values: list[Arg] = [material.id, sealed, if_revision, action, actor, at]
        return bool(await self._client.script("material", names, values))

    def _opened(self, programme: ProgrammeId, name: str, sealed: bytes) -> Material:
        text = self._keyring.unseal(programme, "material", name, "record", 0, sealed)
        return msgspec.json.decode(text, type=Material)
