"""What the HTTP routes work with: one frozen `Site` under one typed key, and the part of the store that they may ask.

Built once by `web.build`; a handler reaches everything through `request.app[SITE]`. No module-level state, so two
sites can live in one process (the tests do that).
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from aiohttp import web

from telehealth import packs, words
from telehealth.clock import Clock
from telehealth.core.ahead import NOTHING_AHEAD, Ahead
from telehealth.core.attendance import Policy
from telehealth.core.hours import LevelOfCare
from telehealth.core.ids import ProgrammeId
from telehealth.core.roster import Timetable
from telehealth.core.sendings import BY_MAIL, Channel
from telehealth.store import (
    access_ports,
    agreement_ports,
    feed_ports,
    material_ports,
    people_ports,
    plan_ports,
    ports,
    series_ports,
    tally_ports,
    tool_ports,
)
from telehealth.store.bulk import Bulk

from . import media_figures
from .agreement import Agreement
from .agreement_book import Book
from .counts import Counts
from .notice import Notice
from .passwords import Passwords
from .readings import Readings


class Store(Protocol):
    """The store as the edge sees it; `telehealth/store/redis_store.py` is one."""

    @property
    def logs(self) -> ports.RoomLogs: ...
    @property
    def people(self) -> people_ports.People: ...
    @property
    def episodes(self) -> people_ports.Episodes: ...
    @property
    def tracks(self) -> people_ports.Tracks: ...
    @property
    def sessions(self) -> ports.Sessions: ...
    @property
    def series(self) -> series_ports.Groups: ...
    @property
    def arrivals(self) -> ports.Arrivals: ...
    @property
    def access(self) -> ports.Access: ...
    @property
    def notes(self) -> ports.Notes: ...
    @property
    def goals(self) -> ports.Goals: ...
    @property
    def plans(self) -> plan_ports.Plans: ...
    @property
    def tools(self) -> tool_ports.Tools: ...
    @property
    def materials(self) -> material_ports.Materials: ...
    @property
    def attendance(self) -> ports.Attendance: ...
    @property
    def workers(self) -> ports.Workers: ...
    @property
    def audit(self) -> ports.Audit: ...
    @property
    def papers(self) -> ports.Papers: ...
    @property
    def corrections(self) -> ports.Corrections: ...
    @property
    def consents(self) -> ports.Consents: ...
    @property
    def coverages(self) -> ports.Coverages: ...
    @property
    def programmes(self) -> ports.ProgrammeRecords: ...
    @property
    def ledger(self) -> ports.Ledger: ...
    @property
    def emergencies(self) -> ports.Emergencies: ...
    @property
    def cursors(self) -> ports.Cursors: ...
    @property
    def pseudonyms(self) -> ports.Pseudonyms: ...
    @property
    def sendings(self) -> ports.Sendings: ...
    @property
    def agreements(self) -> agreement_ports.Agreements: ...
    @property
    def own_doors(self) -> agreement_ports.OwnDoors: ...
    @property
    def feeds(self) -> feed_ports.Feeds: ...
    @property
    def opt_outs(self) -> feed_ports.OptOuts: ...
    @property
    def rotation(self) -> access_ports.SealedCount: ...
    @property
    def care(self) -> access_ports.Care: ...
    @property
    def break_glass(self) -> access_ports.BreakGlass: ...
    @property
    def phrases(self) -> access_ports.Phrases: ...
    @property
    def engagement(self) -> tally_ports.Engagement: ...
    @property
    def tally(self) -> tally_ports.Tally: ...
    @property
    def bulk(self) -> Bulk: ...
    @property
    def counselling(self) -> access_ports.Counselling: ...

    async def ping_write(self) -> None:
        """Raises `Unavailable` unless a write is durable now."""
        ...


class SignedOut(Protocol):
    """Told after a link was revoked or a browser signed out, so that its sockets can be closed at once."""

    async def __call__(self, *, link: str = "", csrf: str = "") -> None: ...


@dataclass(frozen=True, slots=True)
class Site:
    store: Store
    clock: Clock
    public_url: str
    """Where browsers reach the server, without a slash at the end."""
    behind_proxy: bool
    """Whether the last entry of `X-Forwarded-For` was written by our own proxy."""
    zone: ZoneInfo
    """The facility's zone: decides what "today" is."""
    programme: ProgrammeId
    """Where the audit entries of sign-ins go that name nobody."""
    agreement: Agreement
    book: Book
    """Rules and proposals of what clients sign."""
    policies: Mapping[str, Policy]
    level: LevelOfCare
    """Whose hours the staff pages show for a client of whom no other level is recorded."""
    packs: packs.Packs
    """What claims and levels of care go by."""
    words: words.Words
    """What a client may need, and why an episode ends."""
    static: Path
    """The built web client."""
    counts: Counts
    passwords: Passwords
    readings: Readings
    signed_out: SignedOut | None
    media_figures: media_figures.Ask | None
    notice: Notice
    """What accompanies every disclosure."""
    timetable: Timetable
    """When clients who are late are reminded."""
    via: str
    """How messages to clients go out: `smtp`, or `log`, which tells nobody."""
    ahead: Ahead = NOTHING_AHEAD
    """When clients are reminded before a session."""
    ways: frozenset[Channel] = BY_MAIL
    """The channels on which messages can go out here."""
    sms_secret: str = field(default="", repr=False)
    """By which the SMS gateway tells that it is itself; empty: it has nothing to tell us."""
    office: str = "Attendance office"
    """The neutral name under which letters are issued."""
    clinic_phone: str = ""
    """Where clients reach the clinic; empty: neither their plans nor the waiting room say."""
    demo: bool = False
    """The clinic is invented."""
    break_glass_minutes: int = 60
    """For how long a client's notes may be opened in an emergency."""

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")


SITE: web.AppKey[Site] = web.AppKey("site", Site)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
