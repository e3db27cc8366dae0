"""Bases of disclosure: consents of clients, sealed whole, and grounds that need none. Added and revoked, never changed.

Every addition and revocation moves the programme's version on in the same step. An export names the version that it
judged by when it writes its ledger (`ledger.py`), so a consent that was revoked a moment ago stops it.
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from telehealth.core.disclosure import Consent, Ground, missing
from telehealth.core.ids import Millis, PersonId, ProgrammeId

from . import keys
from .client import Client
from .person_keys import PersonKeys, Ring
from .programmes import Programmes
from .sealed import Erased, Keyring


class Consents:
    """ports.Consents on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._persons = PersonKeys(client, keyring)
        self._programmes = programmes

    async def put(self, consent: Consent, *, actor: str) -> None:
        if lacks := missing(consent):
            raise ValueError(f"a consent needs all elements of 42 CFR 2.31; this one lacks {', '.join(lacks)}")
        text = msgspec.json.encode(consent).decode()
        ring = (await self._persons.to_seal(consent.programme, [consent.client]))[consent.client]
        sealed = ring.seal(consent.programme, "consent", f"{consent.client}/{consent.id}", "record", 0, text)
        name = keys.consents(consent.programme, consent.client)
        await self._write(consent.programme, name, consent.id, "record", sealed, actor, "consent.added", consent.signed)

    async def put_ground(self, ground: Ground, *, actor: str) -> None:
        name, record = keys.grounds(ground.programme), msgspec.json.encode(ground)
        await self._write(ground.programme, name, ground.id, "record", record, actor, "ground.added", ground.begins)

    async def revoke(self, programme: ProgrammeId, client: PersonId, consent: str, at: Millis, *, actor: str) -> bool:
        name = keys.consents(programme, client)
        return await self._write(programme, name, consent, "revoked", at, actor, "consent.revoked", at)

    async def revoke_ground(self, programme: ProgrammeId, ground: str, at: Millis, *, actor: str) -> bool:
        return await self._write(programme, keys.grounds(programme), ground, "revoked", at, actor, "ground.revoked", at)

    async def version(self, programme: ProgrammeId) -> int:
        return int(await self._client.call("GET", keys.basis_version(programme)) or 0)

    async def of(
        self, programme: ProgrammeId, clients: Sequence[PersonId]
    ) -> tuple[int, dict[PersonId, list[Consent]], list[Ground]]:
        asked: list[tuple[str, ...]] = [("GET", keys.basis_version(programme)), ("HGETALL", keys.grounds(programme))]
        asked += [("HGETALL", keys.consents(programme, who)) for who in clients]
        version, grounds, *consents = await self._client.calls(asked)
        rings = await self._persons.to_open(programme, clients)
        return (
            int(version or 0),
            {who: _consents(rings[who], programme, who, flat) for who, flat in zip(clients, consents, strict=True)},
            _grounds(grounds),
        )

    async def _write(
        self,
        programme: ProgrammeId,
        records: str,
        name: str,
        field: str,
        value: bytes | int,
        actor: str,
        action: str,
        at: Millis,
    ) -> bool:
        await self._programmes.register(programme)
        names = [records, keys.basis_version(programme), keys.audit(programme)]
        return bool(await self._client.script("basis", names, [name, field, value, actor, action, name, at]))


def _consents(ring: Ring, programme: ProgrammeId, who: PersonId, flat: list[bytes]) -> list[Consent]:
    records, revoked = _split(flat)
    found: list[Consent] = []
    for name, sealed in records.items():
        try:
            text = ring.unseal(programme, "consent", f"{who}/{name}", "record", 0, sealed)
        except Erased:
            continue
        found.append(replace(msgspec.json.decode(text, type=Consent), revoked=revoked.get(name)))
    return sorted(found, key=lambda consent: (consent.signed, consent.id))


def _grounds(flat: list[bytes]) -> list[Ground]:
    records, revoked = _split(flat)
    found = [replace(msgspec.json.decode(raw, type=Ground), revoked=revoked.get(name)) for name, raw in records.items()]
    return sorted(found, key=lambda ground: (ground.begins, ground.id))


def _split(flat: list[bytes]) -> tuple[dict[str, bytes], dict[str, Millis]]:
    """Records by id, and when those that were revoked were."""
    pairs = {name.decode(): value for name, value in zip(flat[::2], flat[1::2], strict=True)}
    revoked = {name.removesuffix(":revoked"): int(at) for name, at in pairs.items() if name.endswith(":revoked")}
    return {name: value for name, value in pairs.items() if not name.endswith(":revoked")}, revoked
