"""The disclosure ledger: for each client, to whom what was handed out, when, why and on which basis. Add-only.

`write` is one script with the export's audit entry (scripts/disclose.lua): there is no disclosure without its row and
no row of a client whose basis was revoked while it was judged. What 42 CFR 2.25 and 45 CFR 164.528 ask an accounting to
tell is read back by `of`.
"""

from collections.abc import Mapping

from telehealth.core.disclosure import Disclosed, Disclosure, Purpose
from telehealth.core.ids import Millis, PersonId, ProgrammeId

from . import keys
from .client import Arg, Client
from .programmes import Programmes

_KEPT = 7 * 24 * 60 * 60
"""Seconds for which the end of an export can be asked for. The ledger and the audit log stay for ever."""


class Ledger:
    """ports.Ledger on Redis."""

    def __init__(self, client: Client, programmes: Programmes) -> None:
        self._client = client
        self._programmes = programmes

    async def write(
        self,
        programme: ProgrammeId,
        disclosure: Disclosure,
        bases: Mapping[PersonId, str],
        *,
        version: int,
        op: str,
        action: str,
        subject: str,
        at: Millis,
    ) -> bool:
        await self._programmes.register(programme)
        d = disclosure
        names = [keys.basis_version(programme), keys.op(programme, op), keys.audit(programme), keys.latest(programme)]
        names += [keys.ledger(programme, client) for client in bases]
        args: list[Arg] = [version, d.actor, action, subject, at]
        args += [d.export, d.recipient, d.purpose, d.profile, d.start, d.end, *bases.values()]
        return bool(await self._client.script("disclose", names, args))

    async def note(self, programme: ProgrammeId, export: str, **what: str | int) -> None:
        name = keys.export(programme, export)
        fields: list[Arg] = [part for pair in what.items() for part in pair]
        await self._client.calls([("HSET", name, *fields), ("EXPIRE", name, _KEPT)])

    async def export(self, programme: ProgrammeId, export: str) -> dict[str, str]:
        flat = await self._client.call("HGETALL", keys.export(programme, export))
        return {name.decode(): value.decode() for name, value in zip(flat[::2], flat[1::2], strict=True)}

    async def of(self, programme: ProgrammeId, client: PersonId, since: Millis = 0) -> list[Disclosed]:
        found = await self._client.call("XRANGE", keys.ledger(programme, client), "-", "+")
        entries = [_entry(dict(zip(flat[::2], flat[1::2], strict=True))) for _, flat in found]
        return [entry for entry in entries if entry.at >= since]


def _entry(fields: Mapping[bytes, bytes]) -> Disclosed:
    text = {name.decode(): value.decode() for name, value in fields.items()}
    disclosure = Disclosure(
        text["export"],
        text["actor"],
        text["recipient"],
        Purpose(text["purpose"]),
        text["profile"],
        int(text["from"]),
        int(text["to"]),
    )
    return Disclosed(int(text["at"]), disclosure, text["basis"])
