"""What the rest of the server may ask of the store. `Store` (redis_store.py) keeps these promises on real Redis.

Every write is durable when its coroutine returns (appendfsync always). A write that could not be made raises
`Unavailable`, and its caller tells nobody; it is safe to ask again with the same `op`. Reads raise `Unavailable`, too.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from telehealth.core import chain
from telehealth.core import records as rec
from telehealth.core.arriving import Arrival
from telehealth.core.attendance import Row
from telehealth.core.audit_search import Entry
from telehealth.core.corrections import Attestation, Said
from telehealth.core.coverage import Care, Coverage, History, ProgrammeFacts
from telehealth.core.disclosure import Consent, Disclosed, Disclosure, Ground
from telehealth.core.emergencies import Emergency
from telehealth.core.events import Event
from telehealth.core.goals import Goal
from telehealth.core.ids import MemberNumber, Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.note_records import NoteSection
from telehealth.core.papers import Paper
from telehealth.core.sendings import Progress, Sending, Tracked

from .people_ports import People as People
from .tool_ports import News


class Unavailable(Exception):
    """Redis did not answer in time or refused to write. Nothing may be assumed; "not now" to whoever asked."""


@dataclass(frozen=True, slots=True)
class Appended:
    """The events are durable and their last one made this version. A repeated `op` gets the first answer again."""

    version: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """The log has grown since the version that the decision was based on: read on, apply, decide again."""

    version: int


@dataclass(frozen=True, slots=True)
class Passing:
    """Something that passes and is not record (a chat message): sealed, in a trimmed ring, gone when the room ends."""

    id: str
    """Position in the ring: increasing, opaque."""
    body: Mapping[str, object]


Stored = tuple[bytes, list[bytes]]
"""An attendance row as Redis holds it: its place in the month's stream, then names and values in turn."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of one month, in the order in which they were written."""

    month: str
    entries: list[Stored]

    def cursor(self, entry: Stored) -> str:
        """Resumes exactly after this row."""
        return f"{self.month}:{entry[0].decode()}"


@dataclass(frozen=True, slots=True)
class Change:
    """Rows of a session have come or changed: those of one client, or all of them."""

    place: str
    """In the feed: only ever grows."""
    session: SessionId
    client: PersonId | None
    why: str
    """session.scheduled | session.opened | session.closed | attendance.changed | note.signed"""


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """A paper with its signature."""

    paper: Paper
    key: str
    """The public key, in hexadecimal."""
    signature: str
    """Ed25519, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Heard:
    """All that was said of one session, in order."""

    said: tuple[Said, ...] = ()
    attestation: Attestation | None = None
    """The latest."""
    count: int = 0
    head: str = chain.GENESIS
    whole: bool = True
    """Whether every link of the chain holds."""
    last: str = ""
    """The link of the last entry, as it is stored."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a webhook's endpoint has got."""

    place: str
    """In the feed: all up to here was answered, given up, or not for it."""
    tries: int = 0
    """Of the next one, without an answer."""
    since: Millis = 0
    """When the first of them was."""
    next: Millis = 0
    """Not before."""


@dataclass(frozen=True, slots=True)
class NoteAct:
    """What is done to sections of a note, for the audit log."""

    action: str
    """note.saved | note.signed | note.cosigned | note.addendum | note.corrected | note.entered_in_error"""
    actor: PersonId
    at: Millis


class RoomLogs(Protocol):
    """The event logs of rooms. The version of a log is the number of its events; a new room has version 0."""

    async def append(
        self,
        programme: ProgrammeId,
        session: SessionId,
        version: int,
        events: Sequence[Event],
        *,
        op: str,
        actor: str,
        rows: Sequence[Row] = (),
    ) -> Appended | Conflict:
        """Append all or nothing, if the log is still at `version`, each entry linked to the one before by its hash. One
        script also keeps the set of open rooms, writes an audit entry (`actor` is a person id or "system") and, when
        the events end the session, stores its final attendance `rows`, with the hash of the log's last entry, in the
        month's stream with the month indexes."""
        ...

    async def read(self, programme: ProgrammeId, session: SessionId, after: int = 0) -> list[Event]:
        """The events after version `after`, in order."""
        ...

    async def follow(
        self,
        programme: ProgrammeId,
        session: SessionId,
        after: int,
        passing_after: str,
        wait: float,
        news_after: str = "",
    ) -> tuple[list[Event], list[Passing], list[News]]:
        """As `read`, for the log, the ring and the news of tools at once, waiting up to `wait` seconds for something
        new. Of news only the latest are kept, since each holds a whole state."""
        ...

    def entries(self, programme: ProgrammeId, session: SessionId) -> AsyncIterator[tuple[int, Mapping[bytes, bytes]]]:
        """The whole log as it is stored, for whoever follows its hash chain: (version, fields)."""
        ...

    async def open_rooms(self) -> list[tuple[ProgrammeId, SessionId]]:
        """Every room that has been opened and has not ended."""
        ...

    async def seen(self, programme: ProgrammeId, session: SessionId, proofs: Mapping[MemberNumber, Millis]) -> None:
        """Write the last proof of life of members (never backwards). Called every 2 s for everybody connected."""
        ...

    async def last_seen(self, programme: ProgrammeId, session: SessionId) -> dict[MemberNumber, Millis]:
        """What `seen` wrote."""
        ...

    async def pass_on(self, programme: ProgrammeId, session: SessionId, body: Mapping[str, object], *, op: str) -> str:
        """Put something passing into the room's ring (the last 200 are kept); its position."""
        ...

    async def recent(self, programme: ProgrammeId, session: SessionId, after: str = "") -> list[Passing]:
        """What the ring still holds after a position."""
        ...


class Sessions(Protocol):
    async def put(self, session: rec.Session) -> None: ...
    async def plan(self, programme: ProgrammeId, sessions: Sequence[rec.Session]) -> list[bool]:
        """Write each of them whose room was never opened, if it is not written like that already: which were."""
        ...

    async def cancel(self, session: rec.Session, reason: str, *, actor: str, at: Millis) -> bool:
        """Cancel one that no group plans, with its audit entry; False if it was opened or changed meanwhile."""
        ...

    async def get(self, programme: ProgrammeId, session: SessionId) -> rec.Session | None: ...
    async def schedules(self, programme: ProgrammeId, sessions: Sequence[SessionId]) -> dict[SessionId, rec.Session]:
        """Those that there are, without their titles: nothing has to be unsealed for them."""
        ...

    async def between(self, programme: ProgrammeId, start: Millis, end: Millis) -> list[rec.Session]:
        """Sessions that overlap [start, end), by start time."""
        ...

    async def starting(
        self, programme: ProgrammeId, start: Millis, end: Millis, after: tuple[Millis, str], limit: int
    ) -> list[tuple[Millis, SessionId]]:
        """Up to `limit` sessions whose scheduled start is in [start, end), by start and id, after such a pair."""
        ...

    async def of_series(self, programme: ProgrammeId, series: str, start: Millis, end: Millis) -> list[rec.Session]: ...
    async def of_person(
        self, programme: ProgrammeId, person: PersonId, start: Millis, end: Millis
    ) -> list[rec.Session]:
        """Sessions that overlap [start, end) and in which this person is expected, or which they lead, by start time.
        What lies elsewhere is not read: it costs as much as there is."""
        ...

    async def put_check_in(self, programme: ProgrammeId, check_in: rec.CheckIn) -> None: ...
    async def check_ins(self, programme: ProgrammeId, session: SessionId) -> dict[PersonId, rec.CheckIn]: ...


class Arrivals(Protocol):
    """Who is on their way into a session: marks that pass."""

    async def put(self, programme: ProgrammeId, session: SessionId, person: PersonId, arrival: Arrival) -> None: ...
    async def of(self, programme: ProgrammeId, session: SessionId) -> dict[PersonId, Arrival]: ...


class Access(Protocol):
    """Links, signed-in browsers and API keys. Tokens come in plain and are hashed here; they are never stored."""

    async def put_link(self, token: str, link: rec.JoinLink) -> None: ...
    async def link(self, token: str) -> tuple[str, rec.JoinLink] | None:
        """The link's name (hash) and record."""
        ...

    async def link_by_name(self, name: str) -> rec.JoinLink | None: ...
    async def links_of(self, programme: ProgrammeId, person: PersonId) -> dict[str, rec.JoinLink]: ...
    async def revoke_link(self, programme: ProgrammeId, name: str, at: Millis) -> None: ...
    async def put_web_session(self, token: str, session: rec.WebSession) -> None: ...
    async def web_session(self, token: str) -> rec.WebSession | None: ...
    async def renew_web_session(self, token: str, session: rec.WebSession) -> bool:
        """Replace the record; False if it was dropped meanwhile (whoever signed out must not be signed in again)."""
        ...

    async def drop_web_session(self, token: str) -> None: ...
    async def put_api_key(self, key: rec.ApiKey) -> None: ...
    async def api_key(self, key_id: str) -> rec.ApiKey | None: ...
    async def api_keys(self, programme: ProgrammeId) -> list[rec.ApiKey]: ...
    async def revoke_api_key(self, key_id: str, at: Millis) -> bool: ...
    async def touch_api_key(self, key_id: str, at: Millis) -> None: ...
    async def put_token(self, token: str, key_id: str, seconds: int) -> None:
        """A token that stands for an API key, for so long."""
        ...

    async def token(self, token: str) -> str | None:
        """The API key that it stands for."""
        ...

    async def once(self, name: str, seconds: int) -> bool:
        """True for the first who says this name within the time."""
        ...

    async def allow(self, name: str, limit: int, per_seconds: int) -> bool:
        """Count one attempt under a (hashed) name; False once `limit` within the period is exceeded."""
        ...


class Notes(Protocol):
    async def get(self, programme: ProgrammeId, session: SessionId, about: PersonId | None) -> NoteSection | None: ...
    async def of_session(self, programme: ProgrammeId, session: SessionId) -> list[NoteSection]: ...
    async def signed(
        self, programme: ProgrammeId, sessions: Sequence[SessionId]
    ) -> dict[SessionId, dict[PersonId | None, Millis | None]]:
        """Of each session that has a note: when each of its sections had every signature that it needs, None where it
        has not."""
        ...

    async def waiting(self, programme: ProgrammeId) -> list[NoteSection]:
        """Every section that waits for a co-signature, in the order in which they began to."""
        ...

    async def last(
        self, programme: ProgrammeId, clients: Sequence[PersonId], besides: SessionId
    ) -> dict[PersonId, NoteSection]:
        """Of each client who has one: the section about them that was begun last, in another session."""
        ...

    async def sessions_of(self, programme: ProgrammeId, client: PersonId) -> list[SessionId]:
        """Sessions that have a section about this client, in the order in which those were begun."""
        ...

    async def revisions(self, programme: ProgrammeId, session: SessionId, about: PersonId | None) -> list[NoteSection]:
        """Every revision that was ever saved, oldest first."""
        ...

    async def written(
        self, programme: ProgrammeId, session: SessionId, about: PersonId | None, revision: int, op: str
    ) -> NoteSection | None:
        """What this operation wrote as this revision, if it did."""
        ...

    async def write(
        self, programme: ProgrammeId, sections: Sequence[NoteSection], act: NoteAct, *, op: str = ""
    ) -> list[NoteSection] | None:
        """Write new revisions of sections of one session, all or none, with their audit entries, if each is still at
        the revision before; None if one is not. Every revision stays readable. A repeat of `op` that says the same gets
        what was written the first time."""
        ...


class Goals(Protocol):
    """Treatment-plan goals. What is added stays; it can be closed, once."""

    async def add(self, programme: ProgrammeId, goal: Goal) -> None: ...
    async def close(
        self, programme: ProgrammeId, client: PersonId, goal: str, last: date, at: Millis, *, actor: PersonId
    ) -> bool:
        """`last` is the last day on which it is one. False if there is no such goal; the first end stands."""
        ...

    async def of(self, programme: ProgrammeId, clients: Sequence[PersonId]) -> dict[PersonId, tuple[Goal, ...]]:
        """Of each of these clients, closed ones among them, oldest first."""
        ...


class Attendance(Protocol):
    def closed(
        self, programme: ProgrammeId, start: Millis, end: Millis, *, after: str = "", client: PersonId | None = None
    ) -> AsyncIterator[tuple[str, Row]]:
        """Rows of ended sessions whose scheduled start is in [start, end), with a cursor that resumes exactly
        after each; pages of 400 inside. Of a client: only theirs, and only their months are read."""
        ...

    def pages(
        self,
        programme: ProgrammeId,
        start: Millis,
        end: Millis,
        *,
        after: str = "",
        client: PersonId | None = None,
        session: SessionId | None = None,
        ahead: bool = False,
    ) -> AsyncGenerator[Page, None]:
        """The same as it is stored, for exports. `ahead`: all will be read, so read a page ahead. The months are those
        of the range, of the client and of the session; the rows in them are all of the month's, so whoever asks still
        has to look at each."""
        ...

    async def of_sessions(self, programme: ProgrammeId, sessions: Sequence[SessionId]) -> dict[SessionId, list[Stored]]:
        """The stored rows of each session that has ended."""
        ...

    async def last_months(self, programme: ProgrammeId, clients: Sequence[PersonId]) -> dict[PersonId, date]:
        """The last day (UTC) of the last month in which each of these has a row, if they have one."""
        ...

    async def rows_of(self, programme: ProgrammeId, session: SessionId) -> list[Row]: ...
    async def changes(self, programme: ProgrammeId, after: str, limit: int) -> list[Change]:
        """What changed after a place of the feed (`0-0` is its beginning), in order. Whoever reads the rows then reads
        them as they are now; nothing that changed is left out, whatever is written meanwhile."""
        ...

    async def last_change(self, programme: ProgrammeId) -> str:
        """The place of the last change."""
        ...


class Cursors(Protocol):
    """Where an export goes on, in a form that says nothing and that nobody else can make."""

    def seal(self, programme: ProgrammeId, question: str, text: str) -> str: ...
    def unseal(self, programme: ProgrammeId, question: str, cursor: str) -> str:
        """Raises `BadCursor`, also for a cursor of another question."""
        ...


class Pseudonyms(Protocol):
    async def of(self, programme: ProgrammeId, recipient: str) -> Callable[[SessionId], str]:
        """What makes a recipient's name of a session's id."""
        ...


class Workers(Protocol):
    async def renew(self, lease: rec.WorkerLease, *, seconds: float) -> str:
        """What an administrator asks of the worker: "drain" (take no new room), "move" (and let the others go), or
        nothing."""
        ...

    async def ask(self, worker: str, what: str) -> None:
        """Ask that of a worker, until it is asked for something else or ends."""
        ...

    async def release(self, worker: str) -> None: ...
    async def alive(self) -> list[rec.WorkerLease]:
        """Workers whose lease has not run out."""
        ...


class Audit(Protocol):
    async def write(self, programme: ProgrammeId, actor: str, action: str, subject: str) -> None:
        """Ids and codes only."""
        ...

    def entries(self, programme: ProgrammeId) -> AsyncIterator[tuple[bytes, Mapping[bytes, bytes]]]:
        """The whole log as it is stored, for whoever follows its chain: (id, fields), oldest first."""
        ...

    async def latest(self, programme: ProgrammeId, start: Millis, end: Millis, before: str = "") -> list[Entry]:
        """A page of what was kept in [start, end), newest first, older than the entry at `before`."""
        ...


class Consents(Protocol):
    """Bases of disclosure. What is added stays; it can be revoked, once."""

    async def put(self, consent: Consent, *, actor: str) -> None:
        """Raises `ValueError` naming the elements of 42 CFR 2.31 that it lacks."""
        ...

    async def put_ground(self, ground: Ground, *, actor: str) -> None: ...
    async def revoke(self, programme: ProgrammeId, client: PersonId, consent: str, at: Millis, *, actor: str) -> bool:
        """False if there is no such consent."""
        ...

    async def revoke_ground(self, programme: ProgrammeId, ground: str, at: Millis, *, actor: str) -> bool: ...
    async def version(self, programme: ProgrammeId) -> int:
        """How often a basis was added or revoked."""
        ...

    async def of(
        self, programme: ProgrammeId, clients: Sequence[PersonId]
    ) -> tuple[int, dict[PersonId, list[Consent]], list[Ground]]:
        """The version, the consents of each client, and the programme's grounds. The version may be older than what
        was read, never newer."""
        ...


class Coverages(Protocol):
    """Who pays for clients, and their levels of care. What is recorded stays; it can be ended, once."""

    async def put(self, programme: ProgrammeId, what: Coverage | Care, *, actor: str) -> None:
        """With a change in the feed for each stored row that it may concern. Raises `ValueError` naming the fields
        that cannot be so."""
        ...

    async def end(
        self, programme: ProgrammeId, client: PersonId, entry: str, last: date, at: Millis, *, actor: str
    ) -> bool:
        """`last` is the last day on which it counts. False if there is no such entry; the first end stands."""
        ...

    async def of(self, programme: ProgrammeId, clients: Sequence[PersonId]) -> dict[PersonId, History]:
        """Of each of these clients, whether anything was recorded or not."""
        ...


class ProgrammeRecords(Protocol):
    async def all(self) -> list[ProgrammeId]: ...
    async def put_facts(self, programme: ProgrammeId, facts: ProgrammeFacts) -> None: ...
    async def facts(self, programme: ProgrammeId) -> ProgrammeFacts: ...


class Ledger(Protocol):
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
        """In one step: an audit entry, and a ledger row for each client in `bases`. False, and nothing written, if a
        basis has changed since `version`: judge again. Of an export in pages (`paged`), whoever has a row already under
        this basis gets no other one within a day."""
        ...

    async def note(
        self, programme: ProgrammeId, export: str, *, left_out: Collection[PersonId] = (), **what: str | int
    ) -> None:
        """How an export goes on: counts and codes, kept for a week."""
        ...

    async def page(
        self, programme: ProgrammeId, export: str, page: str, rows: int, *, left_out: Collection[PersonId], last: bool
    ) -> None:
        """How many rows one page had; a page that is fetched again counts once."""
        ...

    async def export(self, programme: ProgrammeId, export: str) -> dict[str, str]:
        """What was noted; nothing of an unknown export."""
        ...

    async def of(self, programme: ProgrammeId, client: PersonId, since: Millis = 0) -> list[Disclosed]:
        """The client's disclosures, oldest first."""
        ...


class Emergencies(Protocol):
    """What medical personnel were told in emergencies (42 CFR 2.51(c)). Added, never changed."""

    async def put(self, programme: ProgrammeId, one: Emergency, session: rec.Session) -> bool:
        """In one step with its row in the client's disclosure ledger and an audit entry. False, and nothing written, if
        there is one of this id: the first one stands."""
        ...

    async def of(self, programme: ProgrammeId, client: PersonId) -> list[Emergency]:
        """Oldest first."""
        ...


class Corrections(Protocol):
    """What people said of attendance, beside the rows: add-only."""

    async def say(self, programme: ProgrammeId, what: Said | Attestation, after: Heard) -> bool:
        """Keep it, with its audit entry and a change in the feed; False if something was said since `after`."""
        ...

    async def of(self, programme: ProgrammeId, sessions: Sequence[SessionId]) -> dict[SessionId, Heard]:
        """Of each of these sessions of which something was said."""
        ...


class Papers(Protocol):
    """Letters and sheets that were handed out. A code has 100 random bits and is hashed here."""

    async def put(self, code: str, paper: Paper) -> SignedPaper:
        """Sign it and keep it."""
        ...

    async def of(self, code: str) -> SignedPaper | None:
        """The genuine paper with this code, if there is one."""
        ...

    def sign(self, programme: ProgrammeId, message: bytes) -> tuple[str, str]:
        """The public key of the programme's audit packets, and the Ed25519 signature under it, in hexadecimal."""
        ...


class Webhooks(Protocol):
    async def put(self, hook: rec.Webhook) -> None:
        """A new endpoint is told what changes from now on; a known one is replaced and goes on where it was."""
        ...

    async def remove(self, programme: ProgrammeId, name: str) -> bool: ...
    async def all(self) -> list[rec.Webhook]:
        """Of all programmes."""
        ...

    async def delivery(self, hook: rec.Webhook) -> Delivery: ...
    async def moved(self, hook: rec.Webhook, delivery: Delivery) -> None: ...
    async def lease(self, hook: rec.Webhook, node: str, length: Millis) -> bool:
        """Take or prolong the right to send to this endpoint; False while another node has it."""
        ...


class Sendings(Protocol):
    """Messages to clients. What is queued stays, with its outcome."""

    async def queue(self, sending: Sending) -> bool:
        """Keep it, to be sent at once, with an audit entry by whoever asked. False if there is one for this step."""
        ...

    async def move(self, sending: Sending, before: Progress, after: Progress) -> bool:
        """Put `after` in the place of `before`; False if it does not stand there any more: somebody was faster."""
        ...

    async def of(self, programme: ProgrammeId, session: SessionId) -> list[Tracked]:
        """All of a session, oldest first."""
        ...

    async def of_sessions(self, programme: ProgrammeId, sessions: Sequence[SessionId]) -> list[Tracked]:
        """All of these sessions, oldest first."""
        ...

    async def due(self, now: Millis, limit: int) -> list[Tracked]:
        """Those of all programmes about which something is to be done at `now`, so many of each programme at most."""
        ...
