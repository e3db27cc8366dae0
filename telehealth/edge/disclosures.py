"""Looking back: a client's accounting of disclosures (42 CFR 2.25, 45 CFR 164.528), and how one export ended.

An accounting is read by a member of staff who leads a session that the client is expected in, or by a machine whose key
has the scope for it (a compliance officer's program). A recipient may ask how its own export ended: how many rows left,
and how many clients were left out for want of a basis, without names.
"""

import re
from collections.abc import Mapping

import msgspec
from aiohttp import web

from telehealth.core.access_table import RecordAction
from telehealth.core.emergencies import Emergency, basis
from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.core.refusals import Code

from . import api_keys, browser
from .answers import Refused, answer
from .days import iso
from .machines import machine
from .site import SITE
from .staff import HALF_A_YEAR as HALF_A_YEAR
from .staff import ID, client_for

_EXPORT = re.compile(r"[0-9a-f]{24}")


class EmergencyRow(msgspec.Struct, frozen=True, kw_only=True):
    """What 42 CFR 2.51(c) wants documented of a disclosure to medical personnel."""

    recipient: str
    affiliation: str
    discloser: str
    discloser_name: str
    """2.51(c)(2) asks for the individual, so it is told to whoever reads the accounting."""
    nature: str
    recorded_utc: str


class DisclosureRow(msgspec.Struct, frozen=True, kw_only=True):
    """One disclosure of one client's record: when, to whom, what, why and on which basis."""

    at_utc: str
    export: str
    recipient: str
    purpose: str
    profile: str
    from_utc: str
    """The range of sessions that was asked for."""
    to_utc: str
    basis: str
    actor: str
    columns: list[str]
    """What was told: attendance columns by their names, other things as `what:column`."""
    emergency: EmergencyRow | None
    """Of a medical emergency (2.51); null where it was none, or the client's record was erased."""


class Accounting(msgspec.Struct, frozen=True):
    """A client's disclosures, oldest first."""

    client: str
    disclosures: list[DisclosureRow]


class ExportEnd(msgspec.Struct, frozen=True, kw_only=True):
    """What left by one export. `running` is also what stays of one that was cut."""

    export: str
    state: str
    """running | done"""
    rows: int = 0
    clients: int = 0
    omitted_clients: int = 0


async def of_client(request: web.Request) -> web.StreamResponse:
    """GET /api/v1/clients/{client}/disclosures"""
    site = request.app[SITE]
    name = request.match_info["client"]
    if not ID.fullmatch(name):
        raise Refused(Code.NO_SUCH_THING)
    client = PersonId(name)
    programme, actor = await _reader(request, client)
    await site.store.audit.write(programme, actor, "disclosures.read", client)
    emergencies = {basis(one): one for one in await site.store.emergencies.of(programme, client)}
    people = await site.store.people.names(programme, sorted({one.discloser for one in emergencies.values()}))
    named = {who: legal for who, (legal, _) in people.items()}
    rows = [
        DisclosureRow(
            at_utc=iso(one.at),
            export=one.disclosure.export,
            recipient=one.disclosure.recipient,
            purpose=one.disclosure.purpose,
            profile=one.disclosure.profile,
            from_utc=iso(one.disclosure.start),
            to_utc=iso(one.disclosure.end),
            basis=one.basis,
            actor=one.disclosure.actor,
            columns=list(one.disclosure.columns),
            emergency=_emergency(emergencies.get(one.basis), named),
        )
        for one in await site.store.ledger.of(programme, client)
    ]
    return answer(Accounting(client, rows))


def _emergency(one: Emergency | None, named: Mapping[PersonId, str]) -> EmergencyRow | None:
    if one is None:
        return None
    return EmergencyRow(
        recipient=one.recipient,
        affiliation=one.affiliation,
        discloser=one.discloser,
        discloser_name=named.get(one.discloser, ""),
        nature=one.nature,
        recorded_utc=iso(one.recorded),
    )


async def _reader(request: web.Request, client: PersonId) -> tuple[ProgrammeId, str]:
    if api_keys.is_sent(request):
        key = await api_keys.key_of(request, api_keys.READ_DISCLOSURES)
        return key.programme, f"api-key:{key.id}"
    site = request.app[SITE]
    me = await browser.staff(request)
    await client_for(site, me, RecordAction.DISCLOSURES_READ, client)
    return me.programme, me.person


async def of_export(request: web.Request) -> web.StreamResponse:
    """GET /api/v1/exports/{export}"""
    site = request.app[SITE]
    asker = await machine(request, api_keys.READ_ATTENDANCE)
    name = request.match_info["export"]
    known = await site.store.ledger.export(asker.programme, name) if _EXPORT.fullmatch(name) else {}
    if known.get("actor") != asker.actor:
        raise Refused(Code.NO_SUCH_THING)
    return answer(
        ExportEnd(
            export=name,
            state=known["state"],
            rows=int(known.get("rows", 0)),
            clients=int(known.get("clients", 0)),
            omitted_clients=int(known.get("omitted", 0)),
        )
    )
