"""What is kept beside the event logs: people, sessions, links, check-ins, keys. Plain values, no behaviour.

Fields marked *sealed* are encrypted by `store` before they leave the process; every other field holds ids, times and
codes only.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from .ids import Millis, PersonId, ProgrammeId, SeriesId, SessionId
from .people import EmergencyContact
from .roles import Role, StaffRole

ERASED = "(erased)"
"""Instead of every name and text of somebody whose record was erased."""


@dataclass(frozen=True, slots=True)
class Person:
    """A client, a collateral or a member of staff. Everything but the id and `staff` is sealed."""

    id: PersonId
    staff: bool
    legal_name: str
    alias: str
    """The name shown to others: a first name or one of the person's choice."""
    email: str = ""
    phone: str = ""
    npi: str = ""
    """Of a member of staff who renders services: their National Provider Identifier."""
    language: str = ""
    """Of messages to them: `en`, `es`; empty is the one that texts fall back to."""
    reminders: bool = True
    """Whether they may be reminded of appointments; False is what they asked for."""
    supervisor: PersonId | None = None
    """Of a member of staff who does not sign alone: whoever signs their notes, too."""
    birth_date: date | None = None
    zone: str = ""
    """IANA zone where they live; empty is the facility's."""
    pronouns: str = ""
    needs: tuple[str, ...] = ()
    """Codes of data/needs.toml: captions, interpreter:es, ..."""
    emergency: tuple[EmergencyContact, ...] = ()
    """Whom to call, by the place where they may be."""
    collateral_of: PersonId | None = None
    """Of a family member or other supporter: the client for whose benefit they are seen."""
    relationship: str = ""
    """Of a supporter: what they are to the client."""
    mrn: str = ""
    """Of a client: the number by which the clinic's own records know them."""
    credential: str = ""
    """Of a member of staff, such as LCDC."""
    licensed_states: tuple[str, ...] = ()
    """Of a member of staff, as two-letter codes."""
    active: bool = True
    """False: no longer to be chosen for anything new. Nobody is ever deleted by it."""
    channel: str = ""
    """By what messages go to them: `email`, `sms`, `both`; empty is by e-mail (core/sendings.py)."""
    revision: int = field(default=0, compare=False)
    """How often the record was written; 0 before it was. Which one a change was made from."""


@dataclass(frozen=True, slots=True)
class StaffLogin:
    """How a member of staff signs in."""

    person: PersonId
    programme: ProgrammeId
    name: str
    """The sign-in name (sealed; found by blind index)."""
    password_hash: str
    """argon2id, in PHC form."""
    role: Role = Role.FACILITATOR
    """Their usual part in a room; a session's record decides."""
    staff_role: StaffRole | None = None
    """What they are employed as; None in logins of releases that knew no such roles (core/access_table.py)."""


@dataclass(frozen=True, slots=True)
class Session:
    """One scheduled meeting, with its own roster."""

    id: SessionId
    programme: ProgrammeId
    series: SeriesId | None
    kind: str
    """A service kind of DOMAIN 1.5: group_therapy, individual, ..."""
    title: str
    """For staff (sealed). Clients never see it."""
    starts: Millis
    ends: Millis
    zone: str
    """IANA zone of the facility: decides the date of service."""
    capacity: int
    facilitators: tuple[PersonId, ...]
    roster: tuple[PersonId, ...]
    """Clients who are expected."""
    cofacilitators: tuple[PersonId, ...] = ()
    day: date | None = None
    """Of a session that follows its series: the recurrence day (core/series.py). None of one that stands for itself."""
    cancelled: str = ""
    """Why it does not take place, as a code; empty if it does."""
    make_up_for: SessionId | None = None
    """Of a session that is held to make up for a missed one: that one."""


@dataclass(frozen=True, slots=True)
class JoinLink:
    """A client's way in. Only the SHA-256 of the token is stored, as the record's name."""

    programme: ProgrammeId
    person: PersonId
    role: Role
    session: SessionId | None
    """Bound to this session, or to `series`; with neither it is the client's standing link, for whatever is theirs."""
    series: SeriesId | None
    expires: Millis
    revoked: Millis | None = None


class SignedInAs(StrEnum):
    CLIENT = "client"
    OWN = "own"
    """A client in their own page, behind their PIN or a passkey: it opens no session (edge/own.py)."""
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class WebSession:
    """One signed-in browser. The cookie holds a random token; its SHA-256 is the record's name."""

    kind: SignedInAs
    programme: ProgrammeId
    person: PersonId
    role: Role
    csrf: str
    """Sent back in the `X-CSRF` header of every unsafe request and in the signalling `auth`."""
    expires: Millis
    """Each use of a member of staff's browser moves this on, but never beyond `longest`."""
    session: SessionId | None = None
    """A client's browser may enter this session only."""
    link: str = ""
    """The name (hash) of the link it came by: revoking the link ends it."""
    longest: Millis = 0
    """No use prolongs it beyond this."""
    staff_role: StaffRole | None = None
    """As in the login by which staff signed in."""


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What a client confirmed before media (DOMAIN 10, 5). All texts sealed."""

    session: SessionId
    person: PersonId
    at: Millis
    location: str
    """Where the client is right now: street address."""
    state: str
    """State or region, as a code."""
    contact_name: str
    contact_phone: str
    callback_phone: str
    alone: bool
    agreement: str
    """Version of the group agreement that was accepted."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A machine's key to the export API. Only the SHA-256 of its secret is stored."""

    id: str
    programme: ProgrammeId
    secret_hash: str
    scopes: tuple[str, ...]
    """attendance:read, ..."""
    label: str
    created: Millis
    expires: Millis | None = None
    revoked: Millis | None = None
    last_used: Millis | None = None
    profile: str = "attendance"
    """Which columns it opens (edge/profiles.py)."""
    recipient: str = ""
    """To whom the record goes, as a code; empty in keys of releases that knew none: then the key's id."""
    purpose: str = "payment"
    """What it goes there for (core/disclosure.py)."""
    jwks: str = ""
    """Public keys of a client that signs assertions instead of sending a secret (edge/smart.py)."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An endpoint that is told that something changed. Sealed whole."""

    id: str
    programme: ProgrammeId
    url: str
    secret: str
    """`whsec_` and 32 bytes in base64."""
    events: tuple[str, ...]
    recipient: str
    """Whose session ids it is told."""
    created: Millis


@dataclass(frozen=True, slots=True)
class WorkerLease:
    """A media worker that is alive: its lease is renewed every second and read by every node."""

    worker: str
    control: str
    """Where its control socket is: `unix:/path` or `tcp:host:port`."""
    rooms: int
    peers: int
    load: float
    """Share of one core, 0 to 1, over the last seconds."""
    draining: bool
    full: bool = False
    """It takes no new room, so that those it has stay well."""
    leaving: bool = False
    """It drained for as long as it may: its rooms have to move now."""
