"""One client's attendance of one session as an Encounter (FHIR R4), labelled as 42 CFR part 2 asks for.

An Encounter has one subject. It never names the group, and its id and identifier are the recipient's own, so that two
recipients' copies cannot be joined. Who never came has no Encounter (that is an Appointment, DOMAIN 7.6). Raw intervals
become `statusHistory`; `length` is the corrected minutes where there are some, as the billing export has them.

Codes: class and labels from HL7's v3-ActCode and v3-Confidentiality, participants from v3-ParticipationType, services
from service-type. References are logical (by identifier): this server has no Patient or Practitioner to read.
"""

import re
from collections.abc import Mapping
from typing import Any

from telehealth.core.attendance import Row
from telehealth.core.ids import Millis, PersonId

from ..days import iso
from .answers import narrative

_TERMS = "http://terminology.hl7.org/CodeSystem/"
ACT = f"{_TERMS}v3-ActCode"
LABELS: list[dict[str, str]] = [
    {"system": f"{_TERMS}v3-Confidentiality", "code": "R", "display": "restricted"},
    {"system": ACT, "code": "42CFRPart2", "display": "42 CFR Part2"},
    {"system": ACT, "code": "SUD", "display": "substance use disorder information sensitivity"},
    {"system": ACT, "code": "ETH", "display": "substance abuse information sensitivity"},
    {"system": ACT, "code": "NORDSCLCD", "display": "no redisclosure without consent directive"},
]
"""Both sensitivity codes: ETH is the older and more widely read one (DOMAIN 7.3)."""
_SERVICE = {
    "group_therapy": ("108", "Non-resid. Alcohol/Drug Treatment"),
    "individual": ("105", "Drug and/or Alcohol Counselling"),
    "family": ("71", "Family Counselling/Therapy"),
    "multi_family": ("71", "Family Counselling/Therapy"),
    "aftercare": ("552", "Drug and/or Alcohol Support Groups"),
    "alumni": ("552", "Drug and/or Alcohol Support Groups"),
    "mutual_help": ("224", "Support Groups"),
}
_OTHER_SERVICE = ("108", "Non-resid. Alcohol/Drug Treatment")
SESSION, PERSON, EXTENSION = "urn:telehealth:session", "urn:telehealth:person", "urn:telehealth:attendance"
_ID = re.compile(r"([0-9a-f]{24})-([A-Za-z0-9.-]{1,39})")


def name(session: str, client: PersonId) -> str:
    """The resource's id: the recipient's id of the session, and the client's. FHIR has no underscore in ids."""
    return f"{session}-{client.replace('_', '.')}"


def named(text: str) -> tuple[str, PersonId] | None:
    """The session (as the recipient knows it) and the client of an id."""
    match = _ID.fullmatch(text)
    return (match[1], PersonId(match[2].replace(".", "_"))) if match else None


def encounter(row: Row, about: Mapping[str, bytes], known: Mapping[str, bytes], notice: str) -> dict[str, Any]:
    """The resource. `about` is what is known of the session, `known` of the client in it (edge/formats.py)."""
    session = about["session"].decode()
    corrected = known["minutes_corrected"].decode()
    minutes = int(corrected) if corrected else row.minutes_attended
    changed: Millis = max(filter(None, (row.session_end, row.last_leave, int(known["corrected_at"] or 0))), default=0)
    basis = known["basis"].decode()
    made: dict[str, Any] = {
        "resourceType": "Encounter",
        "id": name(session, row.client),
        "meta": {"versionId": (known["version"] or b"1").decode(), "security": LABELS},
        "text": narrative(f"{notice} ({basis})", "additional"),
        "extension": [
            {"url": f"{EXTENSION}:status", "valueCode": known["status_counts"].decode() or row.status},
            {"url": f"{EXTENSION}:policy", "valueString": row.policy},
            *([{"url": f"{EXTENSION}:modality", "valueCode": row.modality}] if row.modality else []),
        ],
        "identifier": [{"system": SESSION, "value": session}],
        "status": "finished" if row.final else "in-progress",
        "statusHistory": _history(row),
        "class": {"system": ACT, "code": "VR", "display": "virtual"},
        "type": [{"text": row.kind}],
        "serviceType": service(row.kind),
        "subject": person("Patient", row.client),
        "participant": [_participant(host, first=number == 0) for number, host in enumerate(row.facilitators)],
        "period": _period(row.first_join, row.last_leave),
        "length": {"value": minutes, "unit": "min", "system": "http://unitsofmeasure.org", "code": "min"},
    }
    if changed:
        made["meta"]["lastUpdated"] = iso(changed)
    return {key: value for key, value in made.items() if value != []}


def service(kind: str) -> dict[str, Any]:
    """A kind of session in HL7's own codes."""
    code, display = _SERVICE.get(kind, _OTHER_SERVICE)
    return {"coding": [{"system": f"{_TERMS}service-type", "code": code, "display": display}]}


def _history(row: Row) -> list[dict[str, Any]]:
    """Present is `in-progress`, a gap between two presences `onleave`, and the end `finished`."""
    history: list[dict[str, Any]] = []
    before: Millis | None = None
    for span in row.intervals:
        if before is not None and span.start > before:
            history.append({"status": "onleave", "period": _period(before, span.start)})
        history.append({"status": "in-progress", "period": _period(span.start, span.end)})
        before = span.end
    if row.final and before is not None:
        history.append({"status": "finished", "period": _period(before, None)})
    return history


def _period(start: Millis | None, end: Millis | None) -> dict[str, str]:
    return {name: iso(at) for name, at in (("start", start), ("end", end)) if at is not None}


def person(kind: str, who: PersonId) -> dict[str, Any]:
    """A logical reference to somebody."""
    return {"type": kind, "identifier": {"system": PERSON, "value": who}}


def _participant(host: PersonId, *, first: bool) -> dict[str, Any]:
    code, display = ("PPRF", "primary performer") if first else ("SPRF", "secondary performer")
    coding = {"system": f"{_TERMS}v3-ParticipationType", "code": code, "display": display}
    return {"type": [{"coding": [coding]}], "individual": person("Practitioner", host)}
