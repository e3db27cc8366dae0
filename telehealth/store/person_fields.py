"""How a person's record lies in its hash: which fields, each sealed at its own place, and what older releases lack.

Names stand apart, so that a list can be made without opening anything else; what came later than the first releases
lies together in `details`, as JSON. `staff` and `revision` are not sealed: no more than that there is a record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from telehealth.core import records as rec
from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.core.people import EmergencyContact

from .client import Arg
from .person_keys import Ring
from .sealed import Erased

_TEXTS = ("legal_name", "alias", "email", "phone")
_CONTACT = ("language", "reminders", "supervisor", "npi")
"""Records of the first releases lack them, and `details`."""
PLAIN = ("staff", "revision")
SEALED = (*_TEXTS, *_CONTACT, "details")
FIELDS = (*PLAIN, *SEALED)
"""As HMGET is asked for them."""
NAMES = ("staff", "legal_name", "alias", "details")


class _Details(msgspec.Struct, frozen=True, omit_defaults=True):
    birth_date: date | None = None
    zone: str = ""
    pronouns: str = ""
    needs: tuple[str, ...] = ()
    emergency: tuple[EmergencyContact, ...] = ()
    collateral_of: PersonId | None = None
    relationship: str = ""
    mrn: str = ""
    credential: str = ""
    licensed_states: tuple[str, ...] = ()
    active: bool = True
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """What finding a person needs of their record."""

    id: PersonId
    staff: bool
    legal_name: str
    alias: str
    mrn: str
    collateral_of: PersonId | None
    active: bool


def named(person: rec.Person) -> Named:
    return Named(
        person.id, person.staff, person.legal_name, person.alias, person.mrn, person.collateral_of, person.active
    )


def flat(ring: Ring, programme: ProgrammeId, person: rec.Person) -> list[Arg]:
    """Names and values of all fields but `revision`."""
    texts: dict[str, str] = {name: getattr(person, name) for name in _TEXTS}
    texts["language"] = person.language
    texts["reminders"] = "yes" if person.reminders else "no"
    texts["supervisor"] = person.supervisor or ""
    texts["npi"] = person.npi
    details = _Details(**{name: getattr(person, name) for name in _Details.__struct_fields__})
    texts["details"] = msgspec.json.encode(details).decode()
    fields: list[Arg] = ["staff", int(person.staff)]
    for name, text in texts.items():
        fields += [name, ring.seal(programme, "person", person.id, name, 0, text)]
    return fields


def person_from(ring: Ring, programme: ProgrammeId, who: PersonId, values: Sequence[bytes | None]) -> rec.Person:
    """From the values of `FIELDS`, of a record that exists."""
    held = dict(zip(FIELDS, values, strict=True))
    try:
        texts = _opened(ring, programme, who, held)
    except Erased:
        texts = {"legal_name": rec.ERASED, "alias": rec.ERASED, "email": "", "phone": "", "details": '{"active":false}'}
    details = _details(texts.pop("details", "{}"))
    return rec.Person(
        id=who,
        staff=held["staff"] == b"1",
        legal_name=texts["legal_name"],
        alias=texts["alias"],
        email=texts["email"],
        phone=texts["phone"],
        npi=texts.get("npi", ""),
        language=texts.get("language", ""),
        reminders=texts.get("reminders", "yes") == "yes",
        supervisor=PersonId(texts.get("supervisor", "")) or None,
        revision=int(held["revision"] or b"0"),
        **msgspec.structs.asdict(details),
    )


def named_from(ring: Ring, programme: ProgrammeId, who: PersonId, values: Sequence[bytes | None]) -> Named:
    """From the values of `NAMES`, of a record that exists."""
    held = dict(zip(NAMES, values, strict=True))
    try:
        texts = _opened(ring, programme, who, held)
    except Erased:
        texts = {"legal_name": rec.ERASED, "alias": rec.ERASED}
    details = _details(texts.get("details", "{}"))
    staff = held["staff"] == b"1"
    return Named(who, staff, texts["legal_name"], texts["alias"], details.mrn, details.collateral_of, details.active)


def _details(text: str) -> _Details:
    return msgspec.json.decode(text, type=_Details)


def _opened(ring: Ring, programme: ProgrammeId, who: PersonId, held: Mapping[str, bytes | None]) -> dict[str, str]:
    return {
        name: ring.unseal(programme, "person", who, name, 0, value or b"")
        for name, value in held.items()
        if name not in PLAIN and (value is not None or name == "legal_name")
    }
