"""Relapse-prevention plans: one hash for each client, the draft and every version and signature sealed whole.

The draft is replaced, from the revision that was read, and that revision is part of what it is sealed to: an older
draft cannot be put in the place of a newer one. Versions and signatures are only ever added (scripts/plan_keep.lua).
Writing in a draft is in the audit log once for each writer and `AGAIN`, not with every word.
"""

import msgspec

from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.plans import EMPTY, Draft, Kept, Plan, Signed, Version

from . import keys
from .client import Arg, Client
from .person_keys import PersonKeys, Ring
from .programmes import Programmes
from .sealed import Erased, Keyring

AGAIN: Millis = 10 * 60_000
_DRAFT = "draft"
_SIGNED, _BESIDE = "signed", "countersigned"


class Plans:
    """plan_ports.Plans on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._persons = PersonKeys(client, keyring)
        self._programmes = programmes

    async def draft(self, programme: ProgrammeId, client: PersonId) -> tuple[int, Draft]:
        revision, sealed = await self._client.call("HMGET", keys.plans(programme, client), "revision", _DRAFT)
        if sealed is None:
            return 0, EMPTY
        ring = (await self._persons.to_open(programme, [client]))[client]
        return int(revision), _draft(ring, programme, client, int(revision), sealed)

    async def of(self, programme: ProgrammeId, client: PersonId) -> Plan:
        flat = await self._client.call("HGETALL", keys.plans(programme, client))
        ring = (await self._persons.to_open(programme, [client]))[client]
        return _plan(ring, programme, client, flat)

    async def save(
        self, programme: ProgrammeId, client: PersonId, draft: Draft, seen: int, at: Millis, *, actor: PersonId
    ) -> bool:
        await self._programmes.register(programme)
        ring = (await self._persons.to_seal(programme, [client]))[client]
        text = msgspec.json.encode(draft).decode()
        sealed = ring.seal(programme, "plan", f"{client}/{_DRAFT}", "record", seen + 1, text)
        names = [keys.plans(programme, client), keys.audit(programme), keys.latest(programme)]
        return bool(await self._client.script("plan_draft", names, [seen, sealed, actor, client, at, AGAIN]))

    async def keep(self, programme: ProgrammeId, client: PersonId, kept: Kept, *, actor: PersonId) -> bool:
        await self._programmes.register(programme)
        ring = (await self._persons.to_seal(programme, [client]))[client]
        parts: list[tuple[str, str, Version | Signed]] = []
        if kept.version is not None:
            parts.append(("plan.version", f"version:{kept.version.number}", kept.version))
        if kept.signed is not None:
            how = _SIGNED if kept.signed.by == client else _BESIDE
            parts.append((f"plan.{how}", f"{how}:{kept.signed.number}", kept.signed))
        at = max(part.at for _, _, part in parts)
        args: list[Arg] = [actor, at]
        for action, name, part in parts:
            text = msgspec.json.encode(part).decode()
            sealed = ring.seal(programme, "plan", f"{client}/{name}", "record", 0, text)
            args += [action, f"{client} {part.number}", name, sealed]
        names = [keys.plans(programme, client), keys.audit(programme), keys.latest(programme)]
        return bool(await self._client.script("plan_keep", names, args))


def _draft(ring: Ring, programme: ProgrammeId, client: PersonId, revision: int, sealed: bytes) -> Draft:
    try:
        text = ring.unseal(programme, "plan", f"{client}/{_DRAFT}", "record", revision, sealed)
    except Erased:
        return EMPTY
    return msgspec.json.decode(text, type=Draft)


def _plan(ring: Ring, programme: ProgrammeId, client: PersonId, flat: list[bytes]) -> Plan:
    pairs = {name.decode(): value for name, value in zip(flat[::2], flat[1::2], strict=True)}
    revision = int(pairs.get("revision", b"0"))
    draft = _draft(ring, programme, client, revision, pairs[_DRAFT]) if _DRAFT in pairs else EMPTY
    versions: list[Version] = []
    signed: dict[str, list[Signed]] = {_SIGNED: [], _BESIDE: []}
    for name, sealed in pairs.items():
        what, colon, _ = name.partition(":")
        if not colon:
            continue
        try:
            text = ring.unseal(programme, "plan", f"{client}/{name}", "record", 0, sealed)
        except Erased:
            continue
        if what == "version":
            versions.append(msgspec.json.decode(text, type=Version))
        else:
            signed[what].append(msgspec.json.decode(text, type=Signed))
    return Plan(
        revision,
        draft,
        tuple(sorted(versions, key=lambda one: one.number)),
        *(tuple(sorted(signed[what], key=lambda one: one.number)) for what in (_SIGNED, _BESIDE)),
    )
