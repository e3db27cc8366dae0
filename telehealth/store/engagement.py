"""What staff record of a client's staying: outreach, certifications, ordered hours, counters of a court.

One hash for each client. A record's codes, days and times stand in it as they are, so that a caseload of two thousand
is read without opening anything; the note of an outreach and the name of who certified are sealed beside it. Nothing
is changed: what was a mistake is withdrawn, and stays.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import msgspec

from telehealth.core.certification import Certification
from telehealth.core.court import CourtOrder
from telehealth.core.forecast import Order
from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.outreach import Outreach

from . import keys
from .client import Client
from .person_keys import PersonKeys, Ring
from .programmes import Programmes
from .sealed import Erased, Keyring
from .tally_ports import Engaged, Recorded

_KINDS: dict[str, tuple[type[Recorded], str]] = {
    "outreach": (Outreach, "note"),
    "certification": (Certification, "certifier"),
    "order": (Order, ""),
    "court": (CourtOrder, ""),
}
"""Each kind of record, and which of its fields is sealed."""
_WITHDRAWN = "withdrawn"


class Engagement:
    """tally_ports.Engagement on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._persons = PersonKeys(client, keyring)
        self._programmes = programmes

    async def put(self, programme: ProgrammeId, what: Recorded, *, actor: PersonId) -> None:
        kind, sealed = next((kind, part) for kind, (cls, part) in _KINDS.items() if isinstance(what, cls))
        text = str(getattr(what, sealed)) if sealed else ""
        plain = _with(what, sealed, "") if sealed else what
        value = b""
        if text:
            ring = (await self._persons.to_seal(programme, [what.client]))[what.client]
            value = ring.seal(programme, kind, f"{what.client}/{what.id}", sealed, 0, text)
        await self._write(
            programme,
            what.client,
            [f"{kind}:{what.id}", msgspec.json.encode(plain), sealed if text else "", value],
            actor,
            f"{kind}.recorded",
            what.recorded,
        )

    async def withdraw(
        self, programme: ProgrammeId, client: PersonId, kind: str, entry: str, at: Millis, *, actor: PersonId
    ) -> bool:
        return await self._write(
            programme, client, [f"{kind}:{entry}", "", _WITHDRAWN, ""], actor, f"{kind}.withdrawn", at
        )

    async def of(
        self, programme: ProgrammeId, clients: Sequence[PersonId], *, texts: bool = False
    ) -> dict[PersonId, Engaged]:
        found = await self._client.calls([("HGETALL", keys.engagement(programme, who)) for who in clients])
        rings = await self._persons.to_open(programme, clients if texts else ())
        return {who: _engaged(rings.get(who), programme, who, flat) for who, flat in zip(clients, found, strict=True)}

    async def _write(
        self,
        programme: ProgrammeId,
        client: PersonId,
        what: Sequence[str | bytes],
        actor: PersonId,
        action: str,
        at: Millis,
    ) -> bool:
        await self._programmes.register(programme)
        names = [keys.engagement(programme, client), keys.audit(programme), keys.latest(programme)]
        return bool(await self._client.script("engage", names, [*what, actor, action, client, at]))


def _engaged(ring: Ring | None, programme: ProgrammeId, who: PersonId, flat: list[bytes]) -> Engaged:
    """What stands in a client's hash; without a ring, without its texts."""
    pairs = {name.decode(): value for name, value in zip(flat[::2], flat[1::2], strict=True)}
    found: dict[str, list[Recorded]] = {kind: [] for kind in _KINDS}
    for name, value in pairs.items():
        kind, entry, *part = name.split(":")
        if part:
            continue
        cls, sealed = _KINDS[kind]
        one = msgspec.json.decode(value, type=cls)
        text = pairs.get(f"{name}:{sealed}")
        if ring is not None and text is not None:
            with suppress(Erased):
                one = _with(one, sealed, ring.unseal(programme, kind, f"{who}/{entry}", sealed, 0, text))
        withdrawn = pairs.get(f"{name}:{_WITHDRAWN}")
        found[kind].append(one if withdrawn is None else replace(one, withdrawn=int(withdrawn)))
    for ones in found.values():
        ones.sort(key=lambda one: (one.recorded, one.id))
    return Engaged(
        tuple(one for one in found["outreach"] if isinstance(one, Outreach)),
        tuple(one for one in found["certification"] if isinstance(one, Certification)),
        tuple(one for one in found["order"] if isinstance(one, Order)),
        tuple(one for one in found["court"] if isinstance(one, CourtOrder)),
    )


def _with(one: Recorded, field: str, text: str) -> Recorded:
    change: dict[str, Any] = {field: text}
    return replace(one, **change)
