"""The disclosure ledger: for each client, to whom what was handed out, when, why and on which basis. Add-only.

`write` is one script with the export's audit entry (scripts/disclose.lua): there is no disclosure without its row and
no row of a client whose basis was revoked while it was judged. What 42 CFR 2.25 and 45 CFR 164.528 ask an accounting to
tell is read back by `of`.

An export in pages is one disclosure: a client's row stands there before the first page that tells of them, and the
script writes no second one for the pages that follow (docs/decisions/0008). Of each page only its count is kept, under
the page's own name, so that a page that is fetched twice is counted once.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence

from telehealth.core.disclosure import Disclosed, Disclosure, Purpose
from telehealth.core.ids import Millis, PersonId, ProgrammeId

from . import keys
from .client import Arg, Client
from .programmes import Programmes

_KEPT = 7 * 24 * 60 * 60
"""Seconds for which the end of an export can be asked for. The ledger and the audit log stay for ever."""
RUN = 24 * 60 * 60
"""Seconds from its first page in which an export in pages is one disclosure."""
_PAGE = "rows:"


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
        paged: bool = False,
    ) -> bool:
        await self._programmes.register(programme)
        d = disclosure
        name, columns = named(d.columns)
        names = [keys.basis_version(programme), keys.op(programme, op), keys.audit(programme), keys.latest(programme)]
        names += [keys.disclosed_columns(programme), keys.export(programme, d.export, "told")]
        names += [keys.ledger(programme, client) for client in bases]
        args: list[Arg] = [version, d.actor, action, subject, at, RUN if paged else 0]
        args += [d.export, d.recipient, d.purpose, d.profile, d.start, d.end, name, columns, *bases.values()]
        return bool(await self._client.script("disclose", names, args))

    async def note(
        self, programme: ProgrammeId, export: str, *, left_out: Collection[PersonId] = (), **what: str | int
    ) -> None:
        name, omitted = keys.export(programme, export), keys.export(programme, export, "omitted")
        fields: list[Arg] = [part for pair in what.items() for part in pair]
        commands: list[list[Arg]] = [["HSET", name, *fields], ["EXPIRE", name, _KEPT]]
        if left_out:
            commands += [["SADD", omitted, *left_out], ["EXPIRE", omitted, _KEPT]]
        await self._client.calls(commands)

    async def page(
        self, programme: ProgrammeId, export: str, page: str, rows: int, *, left_out: Collection[PersonId], last: bool
    ) -> None:
        await self.note(
            programme, export, left_out=left_out, **{f"{_PAGE}{page}": rows, "state": "done" if last else "running"}
        )

    async def export(self, programme: ProgrammeId, export: str) -> dict[str, str]:
        name, told, omitted = (keys.export(programme, export, part) for part in ("", "told", "omitted"))
        flat, clients, left_out = await self._client.calls([("HGETALL", name), ("SCARD", told), ("SCARD", omitted)])
        known = {name.decode(): value.decode() for name, value in zip(flat[::2], flat[1::2], strict=True)}
        pages = [int(known.pop(field)) for field in list(known) if field.startswith(_PAGE)]
        if pages:
            known |= {"rows": str(sum(pages)), "clients": str(clients), "omitted": str(left_out)}
        return known

    async def of(self, programme: ProgrammeId, client: PersonId, since: Millis = 0) -> list[Disclosed]:
        found, lists = await self._client.calls(
            [("XRANGE", keys.ledger(programme, client), "-", "+"), ("HGETALL", keys.disclosed_columns(programme))]
        )
        columns = {name.decode(): text.decode() for name, text in zip(lists[::2], lists[1::2], strict=True)}
        entries = [_entry(dict(zip(flat[::2], flat[1::2], strict=True)), columns) for _, flat in found]
        return sorted((entry for entry in entries if entry.at >= since), key=lambda entry: entry.at)


def named(columns: Sequence[str]) -> tuple[str, str]:
    """The name under which a list of columns is kept once for all rows that have it, and the list."""
    text = ",".join(columns)
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else "", text


def _entry(fields: Mapping[bytes, bytes], columns: Mapping[str, str]) -> Disclosed:
    text = {name.decode(): value.decode() for name, value in fields.items()}
    told = columns.get(text.get("columns", ""), "")
    disclosure = Disclosure(
        text["export"],
        text["actor"],
        text["recipient"],
        Purpose(text["purpose"]),
        text["profile"],
        int(text["from"]),
        int(text["to"]),
        tuple(told.split(",")) if told else (),
    )
    return Disclosed(int(text["at"]), disclosure, text["basis"])
