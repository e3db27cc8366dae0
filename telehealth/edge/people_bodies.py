"""The wire of people and enrolment: what the pages of clients and staff send and are sent.

Lengths are bounded here and everything else by the rules (core/person_rules.py, core/episodes.py), which name the field
that is wrong: the answer `malformed` carries it as `field`, so that a form can point at it.
"""

from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from telehealth.core import episodes as rule
from telehealth.core import person_rules as limits
from telehealth.core.ids import PersonId
from telehealth.core.people import EmergencyContact
from telehealth.core.records import Person
from telehealth.core.roles import StaffRole
from telehealth.core.tracks import MAX_TITLE, Track, TrackKind

from .bodies import ID, In, Out

_Name = Annotated[str, Meta(max_length=limits.MAX_NAME)]
_Short = Annotated[str, Meta(max_length=limits.MAX_SHORT)]
_Address = Annotated[str, Meta(max_length=limits.MAX_ADDRESS)]
_Id = Annotated[str, Meta(pattern=ID)]
_Code = Annotated[str, Meta(max_length=64)]
_Reason = Annotated[str, Meta(max_length=rule.MAX_REASON)]
MOST = 200
"""Rows of one page."""


class Contact(In, frozen=True):
    """Whom to call, by place."""

    name: _Name
    phone: _Short
    place: _Short = ""
    address: _Address = ""
    relation: _Short = ""
    local_emergency: _Short = ""


class Facts(In, frozen=True):
    """What may be said of anybody. A form sends all of it."""

    legal_name: _Name
    alias: _Name
    pronouns: _Short = ""
    email: Annotated[str, Meta(max_length=limits.MAX_EMAIL)] = ""
    phone: _Short = ""
    language: _Short = ""
    zone: _Short = ""
    reminders: bool = True


class ClientFacts(Facts, frozen=True):
    birth_date: date | None = None
    mrn: _Short = ""
    needs: Annotated[tuple[_Code, ...], Meta(max_length=limits.MAX_NEEDS)] | None = None
    """Not given: as they are."""
    emergency: Annotated[tuple[Contact, ...], Meta(max_length=limits.MAX_CONTACTS)] | None = None


class SupporterFacts(Facts, frozen=True):
    relationship: _Short = ""
    active: bool = True


class SignInFacts(In, frozen=True):
    """How a member of staff signs in. A password only to set one."""

    name: Annotated[str, Meta(max_length=200)]
    role: StaffRole
    password: Annotated[str, Meta(max_length=256)] = ""


class StaffFacts(Facts, frozen=True):
    credential: _Short = ""
    npi: _Short = ""
    licensed_states: Annotated[tuple[_Code, ...], Meta(max_length=60)] = ()
    supervisor: _Id | None = None
    active: bool = True
    sign_in: SignInFacts | None = None


class Find(In, frozen=True):
    """Which clients. All that is given has to fit. What somebody typed travels in a body and in no address."""

    text: Annotated[str, Meta(max_length=limits.MAX_NAME)] = ""
    status: Annotated[str, Meta(pattern=r"\A(all|enrolled|admitted|planned|paused|discharged|none)\Z")] = "all"
    track: _Code = ""
    counsellor: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{0,64}\Z")] = ""
    """A member of staff, or `none`."""
    start: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Meta(ge=1, le=MOST)] = 50


class EpisodeAct(In, frozen=True, kw_only=True):
    """Something done to a client's enrolment. Days are the facility's; without one it is today."""

    act: Annotated[str, Meta(pattern=r"\A[a-z]{1,20}\Z")]
    """admit | discharge | reopen | pause | resume | counsellor | move | correct"""
    seen: Annotated[int, Meta(ge=0)]
    """How long the history was that the page had read: `changes` of the answer."""
    episode: _Id | None = None
    """Not for `admit`."""
    day: date | None = None
    last: date | None = None
    """Of a pause, or of a correction: the day of discharge."""
    track: _Code = ""
    counsellor: _Id | None = None
    reason: _Reason = ""
    """Of a discharge, a code; of a pause, words."""
    after: _Id | None = None
    because: _Code = ""
    level: Annotated[str, Meta(max_length=120)] = ""
    """Of an admission or a move: the level of care from that day on."""


class TrackFacts(In, frozen=True):
    title: Annotated[str, Meta(max_length=MAX_TITLE)]
    kind: TrackKind = TrackKind.TREATMENT
    open: bool = True
    hours: Annotated[str, Meta(max_length=MAX_TITLE)] = ""


# --- what goes out


class Row(Out, frozen=True, kw_only=True):
    """A client in the list."""

    id: str
    legal_name: str
    alias: str
    status: str
    """Of today; empty for whoever may not know."""
    track: str
    counsellor: str
    """Their id."""
    level: str
    """The code of the level of care, such as asam:3:2.1."""
    since: date | None
    """Of that status: admission or discharge."""


class Listed(Out, frozen=True):
    clients: list[Row]
    names: dict[str, str]
    """Of the counsellors in it."""
    total: int
    next: int | None
    """Where the next page starts; null at the end."""


class SupporterOut(Out, frozen=True, kw_only=True):
    id: str
    revision: int
    legal_name: str
    alias: str
    pronouns: str
    email: str
    phone: str
    language: str
    zone: str
    reminders: bool
    relationship: str
    active: bool


class ClientOut(Out, frozen=True, kw_only=True):
    id: str
    revision: int
    legal_name: str
    alias: str
    pronouns: str
    email: str
    phone: str
    language: str
    zone: str
    reminders: bool
    birth_date: date | None
    mrn: str
    needs: list[str] | None
    """null, and so are `emergency`, for whoever may not know."""
    emergency: list[EmergencyContact] | None
    supporters: list[SupporterOut]
    today: Row
    counsellor_name: str
    may: list[str]
    """What the asker may do about this client, of the server's table."""


class ChangeOut(Out, frozen=True):
    """One event of a person's log."""

    revision: int
    at: int
    by: str
    """A name; `system` for the command line."""
    what: str
    fields: list[str]
    before: dict[str, Any]
    """What those fields said."""


class History(Out, frozen=True):
    changes: list[ChangeOut]


class PauseOut(Out, frozen=True):
    first: date
    last: date | None
    reason: str


class EpisodeOut(Out, frozen=True, kw_only=True):
    id: str
    track: str
    admitted: date
    discharged: date | None
    reason: str
    counsellor: str
    after: str | None
    because: str
    pauses: list[PauseOut]
    status: str
    recorded: int
    recorded_by: str


class EpisodeChangeOut(Out, frozen=True):
    at: int
    by: str
    what: str
    episode: str


class LevelOut(Out, frozen=True):
    """One entry of the history of levels of care."""

    id: str
    level: str
    code: str
    effective_from: date
    effective_to: date | None
    recorded: int
    recorded_by: str


class Enrolment(Out, frozen=True):
    episodes: list[EpisodeOut]
    """Latest first."""
    levels: list[LevelOut]
    changes: int
    """How long the history is: to be sent back as `seen`."""
    history: list[EpisodeChangeOut]
    """Latest first."""
    names: dict[str, str]
    """Of everybody who is named here by id."""
    today: date


class StaffOut(Out, frozen=True, kw_only=True):
    id: str
    revision: int
    legal_name: str
    alias: str
    pronouns: str
    credential: str
    npi: str
    licensed_states: list[str]
    supervisor: str
    active: bool
    role: str
    """Empty for whoever does not sign in."""
    clients: int
    """On their caseload."""
    contact: "StaffContact | None"
    """For whoever may change it."""


class StaffContact(Out, frozen=True, kw_only=True):
    email: str
    phone: str
    language: str
    zone: str
    reminders: bool
    sign_in: str


class StaffList(Out, frozen=True):
    staff: list[StaffOut]
    total: int
    next: int | None


class Choice(Out, frozen=True):
    code: str
    label: dict[str, str]
    """By language."""
    language: bool = False


class LevelChoice(Out, frozen=True):
    id: str
    code: str
    week_minutes: int


class Colleague(Out, frozen=True):
    id: str
    name: str
    role: str
    leads: bool
    """Whether they may have a caseload."""


class Choices(Out, frozen=True):
    """What the forms offer."""

    needs: list[Choice]
    reasons: list[Choice]
    tracks: list[Track]
    levels: list[LevelChoice]
    staff: list[Colleague]
    zones: list[str]
    states: list[str]
    zone: str
    """The facility's."""
    today: date


def contacts(asked: tuple[Contact, ...]) -> tuple[EmergencyContact, ...]:
    return tuple(EmergencyContact(**msgspec.structs.asdict(one)) for one in asked)


def supporter_out(person: Person) -> SupporterOut:
    return SupporterOut(**{name: getattr(person, name) for name in SupporterOut.__struct_fields__})


def plain(value: object) -> Any:
    """A field of a record as JSON has it."""
    return msgspec.to_builtins(value)


def someone(name: str | None) -> PersonId | None:
    return PersonId(name) if name else None
