"""Patient and Practitioner (FHIR R4), read by id: who it is that the other resources refer to.

A Patient has a name, so it is for keys of the profile `notes` only, whose recipient gets the record itself; each under
a basis that opens notes, in the ledger, labelled. Keys of the other profiles know a client by id and learn no more. A
Practitioner is staff: name, credential and NPI, for every key that reads FHIR. Who is erased, unknown, or without a
basis is not there: one answer for all. No search: a list of all patients is what nobody needs for one client's care.
"""

from typing import Any

from aiohttp import web

from telehealth.core import records as rec
from telehealth.core.disclosure import Matter
from telehealth.core.ids import PersonId
from telehealth.core.refusals import Code

from ..answers import Refused
from ..days import LATEST
from ..lawful import Gate
from ..site import SITE
from . import answers
from .encounter import LABELS, PERSON
from .read import asker_of

NAMED = ("notes",)
_NPI = "http://hl7.org/fhir/sid/us-npi"
TOLD = ("fhir:Patient",)


async def patient(request: web.Request) -> web.StreamResponse:
    """GET /fhir/Patient/{id}"""
    site, asker = request.app[SITE], await asker_of(request)
    if asker.profile.name not in NAMED:
        raise Refused(Code.NOT_ALLOWED)
    who = _who(request)
    person = (await site.store.people.get(asker.programme, [who])).get(who)
    gate = Gate(site, asker, "fhir-Patient", 0, LATEST, columns=TOLD, matter=Matter.NOTES)
    basis: bytes | None = None
    if person is not None and not person.staff and person.legal_name != rec.ERASED:
        await gate.admit([who.encode()])
        (basis,) = gate.bases([who.encode()])
    await gate.done()
    if person is None or basis is None:
        raise Refused(Code.NO_SUCH_THING)
    notice = f"{site.notice.short} ({basis.decode()})"
    made: dict[str, Any] = {
        **_named(person, "Patient", notice, "additional"),
        "meta": {"security": LABELS},
        "name": [{"use": "official", "text": person.legal_name}],
    }
    if person.birth_date is not None:
        made["birthDate"] = person.birth_date.isoformat()
    if person.language:
        made["communication"] = [{"language": {"text": person.language}, "preferred": True}]
    return answers.answer(made)


async def practitioner(request: web.Request) -> web.StreamResponse:
    """GET /fhir/Practitioner/{id}"""
    site, asker = request.app[SITE], await asker_of(request)
    who = _who(request)
    person = (await site.store.people.get(asker.programme, [who])).get(who)
    await site.store.audit.write(asker.programme, asker.actor, "practitioner.read", who)
    if person is None or not person.staff:
        raise Refused(Code.NO_SUCH_THING)
    made = {**_named(person, "Practitioner", person.legal_name, "generated"), "name": [{"text": person.legal_name}]}
    if person.npi:
        made["identifier"].append({"system": _NPI, "value": person.npi})
    if person.credential:
        made["qualification"] = [{"code": {"text": person.credential}}]
    return answers.answer(made)


def _named(person: rec.Person, kind: str, said: str, status: str) -> dict[str, Any]:
    return {
        "resourceType": kind,
        "id": person.id.replace("_", "."),
        "text": answers.narrative(said, status),
        "identifier": [{"system": PERSON, "value": person.id}],
        "active": person.active,
    }


def _who(request: web.Request) -> PersonId:
    """FHIR has no underscore in ids."""
    return PersonId(request.match_info["id"].replace(".", "_"))
