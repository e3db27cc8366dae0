"""What a person's record may say. Every rule names the field that breaks it, so that a form can point at it.

A record is allowed to be thin: a name is enough, because a clinic takes in somebody in need before it has their papers.
Must not touch: clocks and lists; the day, the zones and the codes of needs are handed in.
"""

import re
from collections.abc import Callable, Collection
from datetime import date

from .coverage import is_npi
from .people import EmergencyContact
from .records import Person

MAX_NAME = 120
MAX_ADDRESS = 300
MAX_SHORT = 60
MAX_EMAIL = 254
"""RFC 5321 4.5.3.1.3, less the brackets."""
MAX_CONTACTS = 10
MAX_NEEDS = 20
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Also marks that reorder text: a name must not rewrite its neighbours."""
_EMAIL = re.compile(r"[^@\s\"<>(),:;\\\[\]]+@[^@\s.\"<>(),:;\\\[\]]+(\.[^@\s.\"<>(),:;\\\[\]]+)+")
_PHONE = re.compile(r"[0-9+(][0-9+()./ x-]{1,31}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_STATES = """
AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI
SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI
"""
STATES = frozenset(_STATES.split())
"""Where somebody can be licensed: the codes of the Postal Service, with the territories."""
FIRST_BIRTH = date(1900, 1, 1)


def wrong(person: Person, *, today: date, zones: Collection[str], needs: Collection[str]) -> tuple[str, ...]:
    """The fields that cannot be so, in the order of a form; empty if the record may be written."""
    rules: dict[str, Callable[[], bool]] = {
        "legal_name": lambda: _line(person.legal_name, MAX_NAME, must=True),
        "alias": lambda: _line(person.alias, MAX_NAME, must=True),
        "pronouns": lambda: _line(person.pronouns, MAX_SHORT),
        "birth_date": lambda: person.birth_date is None or FIRST_BIRTH <= person.birth_date <= today,
        "mrn": lambda: _line(person.mrn, MAX_SHORT),
        "email": lambda: not person.email or (len(person.email) <= MAX_EMAIL and _fits(_EMAIL, person.email)),
        "phone": lambda: not person.phone or _fits(_PHONE, person.phone),
        "language": lambda: not person.language or _fits(_LANGUAGE, person.language),
        "zone": lambda: not person.zone or person.zone in zones,
        "needs": lambda: len(person.needs) <= MAX_NEEDS and all(_is_need(one, needs) for one in person.needs),
        "emergency": lambda: len(person.emergency) <= MAX_CONTACTS and all(map(_can_be_called, person.emergency)),
        "relationship": lambda: _line(person.relationship, MAX_SHORT),
        "credential": lambda: _line(person.credential, MAX_SHORT),
        "npi": lambda: not person.npi or is_npi(person.npi),
        "licensed_states": lambda: all(state in STATES for state in person.licensed_states),
        "supervisor": lambda: person.supervisor != person.id,
    }
    return tuple(name for name, holds in rules.items() if not holds())


def _line(text: str, most: int, *, must: bool = False) -> bool:
    return len(text) <= most and not _CONTROL.search(text) and (bool(text.strip()) or not must)


def _fits(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.fullmatch(text) is not None and not _CONTROL.search(text)


def _is_need(text: str, needs: Collection[str]) -> bool:
    """`captions`, or with a language `interpreter:es`; `needs` has `interpreter:` for those that ask for one."""
    code, colon, language = text.partition(":")
    return code + colon in needs and (not colon or _fits(_LANGUAGE, language))


def _can_be_called(contact: EmergencyContact) -> bool:
    """A contact without a name or a number helps nobody at three in the morning."""
    lines = (contact.place, contact.relation)
    return (
        _line(contact.name, MAX_NAME, must=True)
        and _fits(_PHONE, contact.phone)
        and all(_line(one, MAX_SHORT) for one in lines)
        and _line(contact.address, MAX_ADDRESS)
        and (not contact.local_emergency or _fits(_PHONE, contact.local_emergency))
    )
