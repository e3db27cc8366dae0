"""The HTTP wire of the pages: every JSON body that comes in or goes out, with its limits. (Notes:
note_bodies.py; exports: export.py.)

What comes in refuses unknown fields and control characters; names and places are one line, notes may have many.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from telehealth.core.notes import MAX_TEXT

from .rows import AttendanceRow

LINE = r"\A[^\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]*\Z"
"""One line without control characters and without marks that reorder text (a name must not rewrite its neighbours)."""
PHONE = r"\A[0-9+(][0-9+()./ x-]{5,31}\Z"
STATE = r"\A[A-Z]{2}(-[A-Z0-9]{1,3})?\Z"
ID = r"\A[A-Za-z0-9_-]{1,64}\Z"

Line = Annotated[str, Meta(min_length=1, max_length=120, pattern=LINE)]
Place = Annotated[str, Meta(min_length=3, max_length=300, pattern=LINE)]
Phone = Annotated[str, Meta(pattern=PHONE)]
PersonName = Annotated[str, Meta(pattern=ID)]


class In(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A body from outside."""


class Out(msgspec.Struct, frozen=True, kw_only=True):
    """A body that is sent."""


class Nothing(In, frozen=True):
    """`{}`"""


class SignIn(In, frozen=True):
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]


class LinkToken(In, frozen=True):
    token: Annotated[str, Meta(max_length=256)]
    """Any text: what could never be a token is answered as a made-up one is."""


class CheckInBody(In, frozen=True):
    location: Place
    """Where the client is right now."""
    state: Annotated[str, Meta(pattern=STATE)]
    contact_name: Line
    contact_phone: Phone
    callback_phone: Phone
    alone: bool
    agreement: Annotated[str, Meta(max_length=32)]
    """The version that was read and accepted."""


class NewLink(In, frozen=True):
    person: PersonName


class NoteText(In, frozen=True):
    text: Annotated[str, Meta(max_length=MAX_TEXT)]


class AgreementText(Out, frozen=True):
    version: str
    text: str


class ClientSession(Out, frozen=True, kw_only=True):
    """What a client's page knows before it joins. Nothing of the programme and nobody else."""

    kind: str = "client"
    csrf: str
    session: str
    starts: int
    ends: int
    zone: str
    alias: str
    agreement: AgreementText
    check_in: CheckInBody | None
    """What to fill in: this session's answers, or those of the last time, not yet affirmed."""
    checked_in: bool
    to_sign: list[str]
    """Kinds of agreement that are asked for first (core/agreements.py)."""
    clinic_phone: str
    """Where clients reach the clinic; empty: it was not said."""


class NextAppointment(Out, frozen=True, kw_only=True):
    """What a client's standing link tells while nothing of theirs is on. Nothing of what it is."""

    kind: str = "next"
    starts: int | None
    """None: nothing is planned."""
    ends: int | None
    opens: int | None
    """From when on the link leads in."""
    zone: str
    """By whose clock to tell it; empty is the device's."""


class StaffSession(Out, frozen=True, kw_only=True):
    kind: str = "staff"
    csrf: str
    person: str
    alias: str
    legal_name: str
    role: str
    staff_role: str
    """counsellor | facilitator | intern | ... (docs/access.md)"""
    may: list[str]
    """What this role may do at all, under some relation: what a page shows. Each route asks anew."""
    demo: bool
    """An invented clinic: there are simulated participants."""


class SessionSummary(Out, frozen=True):
    id: str
    title: str
    kind: str
    starts: int
    ends: int
    zone: str
    expected: int
    """Clients on the roster."""
    state: str
    """scheduled | open | ended | cancelled"""
    present: int
    """Clients who are seated now."""
    waiting: int


class Lacking(Out, frozen=True):
    """What keeps rows of a session from being billed, so far."""

    reason: str
    """One of core/billable.py."""
    clients: int


class ListedSession(SessionSummary, frozen=True):
    """A session in the list of a day."""

    not_billable: list[Lacking] | None
    """Nothing before it has opened; null where more is asked for than a page looks at."""


class Sessions(Out, frozen=True):
    sessions: list[ListedSession]


class CheckedIn(Out, frozen=True):
    at: int
    location: str
    state: str
    contact_name: str
    contact_phone: str
    callback_phone: str
    alone: bool
    agreement: str


class RosterEntry(Out, frozen=True):
    person: str
    alias: str
    legal_name: str
    check_in: CheckedIn | None
    attendance: AttendanceRow | None
    made_up: int | None
    """When the session starts that makes up for this one, which stays missed."""


class GuestEntry(Out, frozen=True):
    """Somebody who may come to this session by a link of their own and stands on no roster."""

    person: str
    name: str
    relationship: str
    part: str
    """collateral | interpreter | peer_host"""
    client: str
    """For whose benefit; of a peer host, themself."""


class SessionDetail(SessionSummary, frozen=True):
    roster: list[RosterEntry]
    guests: list[GuestEntry]
    """For those who may see identities."""


class LinkUrl(Out, frozen=True):
    url: str


class LinkEntry(Out, frozen=True):
    name: str
    person: str
    expires: int
    revoked: int | None


class Links(Out, frozen=True):
    links: list[LinkEntry]
