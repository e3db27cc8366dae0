"""Agreements: published texts, which name nobody and are kept as they are; offers and signatures, sealed whole.

A signature and the consent that it makes are one write (scripts/sign.lua), and so are the ends of both, because a
consent that counts without a signature, or the other way round, would be a lie. A consent may also be revoked by itself
(`telehealth` on the command line, older releases): its signature then reads as revoked, too.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import msgspec

from telehealth.core.agreements import AgreementText, Kind, Offer, Signature
from telehealth.core.disclosure import Consent, missing
from telehealth.core.ids import Millis, PersonId, ProgrammeId

from . import keys
from .client import Arg, Client
from .person_keys import PersonKeys, Ring
from .programmes import Programmes
from .sealed import Erased, Keyring

_Texts = tuple[AgreementText, ...]
_REVOKED, _DONE = ":revoked", ":done"


class Agreements:
    """agreement_ports.Agreements on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._persons = PersonKeys(client, keyring)
        self._programmes = programmes

    async def publish(self, programme: ProgrammeId, texts: Sequence[AgreementText], *, actor: PersonId) -> bool:
        await self._programmes.register(programme)
        names = [keys.agreements(programme), keys.audit(programme), keys.latest(programme)]
        one = texts[0]
        record = msgspec.json.encode(list(texts))
        return bool(await self._client.script("publish", names, [one.kind, one.version, record, actor, one.published]))

    async def texts(self, programme: ProgrammeId, kind: Kind, version: int | None = None) -> _Texts:
        name = kind if version is None else f"{kind}/{version}"
        raw = await self._client.call("HGET", keys.agreements(programme), name)
        return msgspec.json.decode(raw, type=_Texts) if raw else ()

    async def current(self, programme: ProgrammeId) -> dict[Kind, _Texts]:
        found = await self._client.call("HMGET", keys.agreements(programme), *Kind)
        return _current(found)

    async def standing(
        self, programme: ProgrammeId, clients: Sequence[PersonId]
    ) -> tuple[Mapping[Kind, AgreementText], dict[PersonId, list[Signature]]]:
        asked: list[tuple[str, ...]] = [("HMGET", keys.agreements(programme), *Kind)]
        asked += [("HGETALL", keys.signed(programme, who)) for who in clients]
        asked += [("HGETALL", keys.consents(programme, who)) for who in clients]
        texts, *rest = await self._client.calls(asked)
        rings = await self._persons.to_open(programme, clients)
        signed, consents = rest[: len(clients)], rest[len(clients) :]
        return (
            {kind: languages[0] for kind, languages in _current(texts).items()},
            {
                who: _signatures(rings[who], programme, who, mine, _revoked(given))
                for who, mine, given in zip(clients, signed, consents, strict=True)
            },
        )

    async def sign(self, programme: ProgrammeId, signature: Signature, consent: Consent | None, *, actor: str) -> bool:
        if consent is not None and (lacks := missing(consent)):
            raise ValueError(f"a consent needs all elements of 42 CFR 2.31; this one lacks {', '.join(lacks)}")
        await self._programmes.register(programme)
        who = signature.client
        ring = (await self._persons.to_seal(programme, [who]))[who]
        sealed = _sealed(ring, programme, "signature", f"{who}/{signature.id}", signature)
        given = b"" if consent is None else _sealed(ring, programme, "consent", f"{who}/{consent.id}", consent)
        names = [keys.signed(programme, who), keys.offered(programme, who), keys.consents(programme, who)]
        names += [keys.basis_version(programme), keys.audit(programme), keys.latest(programme)]
        subject = f"{who} {signature.kind}/{signature.version}"
        args: list[Arg] = [signature.id, sealed, signature.offer, given, actor, subject, signature.at]
        return bool(await self._client.script("sign", names, args))

    async def revoke(self, programme: ProgrammeId, client: PersonId, signature: str, at: Millis, *, actor: str) -> bool:
        names = [keys.signed(programme, client), keys.consents(programme, client), keys.basis_version(programme)]
        names += [keys.audit(programme), keys.latest(programme)]
        return bool(await self._client.script("unsign", names, [signature, actor, f"{client} {signature}", at]))

    async def offer(self, programme: ProgrammeId, offer: Offer) -> None:
        await self._programmes.register(programme)
        ring = (await self._persons.to_seal(programme, [offer.client]))[offer.client]
        sealed = _sealed(ring, programme, "offer", f"{offer.client}/{offer.id}", offer)
        subject = f"{offer.client} {offer.kind}"
        await self._offer(
            programme, offer.client, [offer.id, "record", sealed, offer.by, "agreement.offered", subject, offer.at]
        )

    async def withdraw(
        self, programme: ProgrammeId, client: PersonId, offer: str, at: Millis, *, actor: PersonId
    ) -> bool:
        subject = f"{client} {offer}"
        return await self._offer(programme, client, [offer, "done", at, actor, "agreement.withdrawn", subject, at])

    async def offers(self, programme: ProgrammeId, client: PersonId) -> list[Offer]:
        pairs = _pairs(await self._client.call("HGETALL", keys.offered(programme, client)))
        ring = (await self._persons.to_open(programme, [client]))[client]
        found: list[Offer] = []
        for name, sealed in pairs.items():
            if not name.endswith(_DONE) and name + _DONE not in pairs:
                with suppress(Erased):
                    text = ring.unseal(programme, "offer", f"{client}/{name}", "record", 0, sealed)
                    found.append(msgspec.json.decode(text, type=Offer))
        return sorted(found, key=lambda offer: (offer.at, offer.id))

    async def _offer(self, programme: ProgrammeId, client: PersonId, args: list[Arg]) -> bool:
        names = [keys.offered(programme, client), keys.audit(programme), keys.latest(programme)]
        return bool(await self._client.script("offer", names, args))


def _signatures(
    ring: Ring, programme: ProgrammeId, who: PersonId, flat: list[bytes], ended: Mapping[str, Millis]
) -> list[Signature]:
    own = _revoked(flat)
    found: list[Signature] = []
    for name, sealed in _pairs(flat).items():
        if not name.endswith(_REVOKED):
            with suppress(Erased):
                text = ring.unseal(programme, "signature", f"{who}/{name}", "record", 0, sealed)
                signature = msgspec.json.decode(text, type=Signature)
                found.append(replace(signature, revoked=own.get(name, ended.get(name))))
    return sorted(found, key=lambda one: (one.at, one.id))


def _sealed(ring: Ring, programme: ProgrammeId, kind: str, record: str, value: object) -> bytes:
    return ring.seal(programme, kind, record, "record", 0, msgspec.json.encode(value).decode())


def _current(found: list[bytes | None]) -> dict[Kind, _Texts]:
    return {
        kind: msgspec.json.decode(raw, type=_Texts) for kind, raw in zip(Kind, found, strict=True) if raw is not None
    }


def _pairs(flat: list[bytes]) -> dict[str, bytes]:
    return {name.decode(): value for name, value in zip(flat[::2], flat[1::2], strict=True)}


def _revoked(flat: list[bytes]) -> dict[str, Millis]:
    """When those records of a hash were revoked that were."""
    return {name.removesuffix(_REVOKED): int(at) for name, at in _pairs(flat).items() if name.endswith(_REVOKED)}
