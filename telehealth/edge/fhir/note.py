"""A signed progress note as DocumentReference and as Composition (FHIR R4), labelled as 42 CFR part 2 asks for.

Each has one client. The note as it was signed is one document; an addendum appends to it, a correction replaces it, and
a co-signature attests it (DOMAIN 7.2). The original stays readable. LOINC 11506-3 is the progress note of US Core.
References are logical (by identifier) but for the Encounter, which can be read here where the client ever came.
"""

import base64
import html
from collections.abc import Mapping
from typing import Any

from telehealth.core.ids import Millis, PersonId
from telehealth.core.note_records import LaterKind
from telehealth.core.note_render import Document, Standing, documents
from telehealth.core.note_templates import Template

from ..days import iso
from ..note_rows import Given
from ..note_text import Passage, Speaker, fact_lines, passages, signature_lines, title
from . import encounter
from .answers import narrative
from .encounter import LABELS, PERSON, SESSION
from .ids import name

KINDS = ("DocumentReference", "Composition")
NOTE, PROGRAMME = "urn:telehealth:note", "urn:telehealth:programme"
_TYPE = {"coding": [{"system": "http://loinc.org", "code": "11506-3", "display": "Progress note"}]}
_CATEGORY = {
    "coding": [
        {
            "system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category",
            "code": "clinical-note",
            "display": "Clinical Note",
        }
    ]
}
_RELATION = {LaterKind.ADDENDUM: "appends", LaterKind.CORRECTION: "replaces"}


class Writer:
    """Makes the resources of one kind."""

    def __init__(self, kind: str, templates: Mapping[str, Template], notice: str, base: str) -> None:
        """`base`: where this server's FHIR resources are."""
        self._make = _document_reference if kind == "DocumentReference" else _composition
        self._notice, self._base = notice, base
        self._say = Speaker(str, iso, templates)

    def of(self, given: Given) -> list[dict[str, Any]]:
        """The note, and what was written later."""
        return [self._make(given, one, self._say, self._notice, self._base) for one in documents(given.note)]


def _common(kind: str, given: Given, one: Document, notice: str) -> dict[str, Any]:
    changed: Millis = max(one.at, given.note.changed if one.number == 0 else one.at)
    return {
        "resourceType": kind,
        "id": _name(given, one.shared, one.number),
        "meta": {"lastUpdated": iso(changed), "security": LABELS},
        "text": narrative(f"{notice} ({given.basis})", "additional"),
    }


def _document_reference(given: Given, one: Document, say: Speaker, notice: str, base: str) -> dict[str, Any]:
    made = _common("DocumentReference", given, one, notice)
    passed = {"contentType": "application/fhir+json", "url": f"{base}/Composition/{made['id']}"}
    text = _plain(given, one, say)
    plain = {"contentType": "text/plain; charset=utf-8", "data": base64.b64encode(text.encode()).decode()}
    context: dict[str, Any] = {"encounter": [_encounter(given)]}
    own = given.note.own.facts
    if own is not None and own.first_join is not None and own.last_leave is not None:
        context["period"] = {"start": iso(own.first_join), "end": iso(own.last_leave)}
    signed = (*one.signatures, *one.cosignatures)
    made |= {
        "identifier": [
            {"system": NOTE, "value": made["id"]},
            {"system": SESSION, "value": given.name},
        ],
        "status": _status(given, one, "current", "superseded"),
        "docStatus": _status(given, one, "preliminary" if one.waits else _standing(given, one), None),
        "type": _TYPE,
        "category": [_CATEGORY],
        "subject": _person("Patient", given.note.client),
        "date": iso(one.at),
        "author": [_person("Practitioner", author) for author in one.authors],
        "authenticator": _person("Practitioner", signed[-1][0]),
        "custodian": _programme(given),
        "description": _title(one),
        "securityLabel": [{"coding": LABELS}],
        "content": [{"attachment": plain | {"title": _title(one)}}, {"attachment": passed}],
        "context": context,
    }
    if one.relates is not None and one.kind is not None:
        target = {"reference": f"DocumentReference/{_name(given, *one.relates)}"}
        made["relatesTo"] = [{"code": _RELATION[one.kind], "target": target}]
    return made


def _composition(given: Given, one: Document, say: Speaker, notice: str, _: str) -> dict[str, Any]:
    made = _common("Composition", given, one, notice)
    sections = [_section(passage) for passage in passages(one, say)]
    if one.number == 0:
        sections = [*_facts(given, say), *sections, _section(_signatures(given, say))]
    made |= {
        "identifier": {"system": NOTE, "value": made["id"]},
        "status": _status(given, one, "preliminary" if one.waits else _standing(given, one), None),
        "type": _TYPE,
        "category": [_CATEGORY],
        "subject": _person("Patient", given.note.client),
        "encounter": _encounter(given),
        "date": iso(one.at),
        "author": [_person("Practitioner", author) for author in one.authors],
        "title": _title(one),
        "confidentiality": "R",
        "attester": [
            {"mode": mode, "time": iso(at), "party": _person("Practitioner", who)}
            for mode, signed in (("professional", one.signatures), ("legal", one.cosignatures))
            for who, at in signed
        ],
        "custodian": _programme(given),
        "section": sections,
    }
    if one.relates is not None and one.kind is not None:
        target = {"reference": f"Composition/{_name(given, *one.relates)}"}
        made["relatesTo"] = [{"code": _RELATION[one.kind], "targetReference": target}]
    return made


def _status(given: Given, one: Document, usual: str, superseded: str | None) -> str:
    if given.note.standing is Standing.ERROR:
        return "entered-in-error"
    return superseded if superseded is not None and one.superseded else usual


def _standing(given: Given, one: Document) -> str:
    return "amended" if one.number == 0 and given.note.standing is Standing.AMENDED else "final"


def _title(one: Document) -> str:
    what = {None: "Progress note", LaterKind.ADDENDUM: "Addendum to a progress note"}
    return what.get(one.kind, "Corrected progress note")


def _name(given: Given, shared: bool, number: int) -> str:
    return name(given.name, given.note.client, shared=shared, later=number)


def _encounter(given: Given) -> dict[str, Any]:
    """Whoever never came has no Encounter to read; the session's identifier is there for both."""
    found: dict[str, Any] = {"identifier": {"system": SESSION, "value": given.name}}
    own = given.note.own.facts
    if own is not None and own.first_join is not None:
        found = {"reference": f"Encounter/{encounter.name(given.name, given.note.client)}", **found}
    return found


def _person(kind: str, person: PersonId) -> dict[str, Any]:
    return {"type": kind, "identifier": {"system": PERSON, "value": person}}


def _programme(given: Given) -> dict[str, Any]:
    return {"type": "Organization", "identifier": {"system": PROGRAMME, "value": given.session.programme}}


def _facts(given: Given, say: Speaker) -> list[dict[str, Any]]:
    facts = given.note.own.facts
    return [] if facts is None else [_section(Passage("Session and attendance", tuple(fact_lines(facts, say))))]


def _signatures(given: Given, say: Speaker) -> Passage:
    return Passage(
        "Signatures", tuple((title(part), "\n".join(signature_lines(part, say))) for part in given.note.parts)
    )


def _section(passage: Passage) -> dict[str, Any]:
    paragraphs = (
        f"<p>{f'<b>{html.escape(name)}</b><br/>' if name else ''}{_lines(text)}</p>" for name, text in passage.fields
    )
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{"".join(paragraphs)}</div>'
    return {"title": passage.title, "text": {"status": "generated", "div": div}}


def _lines(text: str) -> str:
    return "<br/>".join(map(html.escape, text.splitlines()))


def _plain(given: Given, one: Document, say: Speaker) -> str:
    found = passages(one, say)
    own = given.note.own.facts
    if one.number == 0:
        if own is not None:
            found.insert(0, Passage("Session and attendance", tuple(fact_lines(own, say))))
        found.append(_signatures(given, say))
    parts = [_title(one)]
    for passage in found:
        fields = (
            f"{name}:\n{text}" if "\n" in text else f"{name}: {text}" if name else text for name, text in passage.fields
        )
        parts.append("\n".join((passage.title.upper(), *fields)))
    return "\n\n".join(parts) + "\n"
