"""The wire of caseload, engagement and reports. Every figure carries the ids of the sessions that it is made of; what a
session is stands once in `sessions`, by id: its day and kind, never a title, which may be another client's name."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from telehealth.core.outreach import MAX_NOTE, How, Outcome

from .bodies import LINE, In, Out


class OneSession(Out, frozen=True):
    """One session of one client."""

    day: str
    starts: int
    ends: int
    kind: str
    status: str
    """present | late | left_early | partial | absent | no_show | excused, or `coming`."""
    came: bool
    minutes: int
    corrected: bool
    made_up_by: str = ""
    """The session that makes up for a missed one, which stays missed."""


class KindLine(Out, frozen=True):
    kind: str
    minutes: int
    minutes_to_come: int
    ordered: int | None
    counts: bool
    sessions: list[str]


class WeekFigure(Out, frozen=True):
    first: str
    level: str
    """The id of the level's pack."""
    code: str
    needed: int
    minutes: int
    minutes_to_come: int
    minutes_short: int
    outlook: str
    """met | reachable | out_of_reach | short"""
    ordered: int | None
    lost_after: str | None
    """The day after which the hours cannot be met any more."""
    enough_scheduled: bool
    kinds: list[KindLine]
    counted: list[str]
    coming: list[str]


class RateFigure(Out, frozen=True):
    days: int
    share: float | None
    came: list[str]
    missed: list[str]
    excused: list[str]


class OwedStep(Out, frozen=True):
    what: str
    due: int
    overdue: bool
    session: str


class SignFigure(Out, frozen=True):
    sign: str
    sessions: list[str]


class CertificationFigure(Out, frozen=True):
    state: str
    """not_needed | good | soon | overdue"""
    due: str | None
    latest: str | None


class CaseloadClient(Out, frozen=True):
    person: str
    alias: str
    legal_name: str
    track: str
    track_title: str
    admitted: str | None
    paused: bool
    signs: list[SignFigure]
    """Gravest first; empty: nothing to see to."""
    week: WeekFigure
    rate: RateFigure
    misses: list[str]
    owed: list[OwedStep]
    certification: CertificationFigure
    strip: list[str]
    """The latest sessions, oldest first."""
    last_came: str | None
    waiting_days: int
    """Since admission without a session; 0 once there was one."""
    last_outreach: int | None
    sessions: dict[str, OneSession]


class CaseloadAnswer(Out, frozen=True):
    now: int
    today: str
    scope: str
    scopes: list[str]
    total: int
    slipping: int
    """How many of them show a sign that they slip away."""
    complete: bool
    """False while the tally is behind: some sessions are not counted yet."""
    rule: str
    clients: list[CaseloadClient]
    next: str | None
    """The cursor of the next page."""


class OutreachEntry(Out, frozen=True):
    id: str
    at: int
    by: str
    how: str
    outcome: str
    note: str
    withdrawn: int | None
    mine: bool


class CertificationEntry(Out, frozen=True):
    id: str
    on: str
    certifier: str
    recorded: int
    by: str
    withdrawn: int | None


class OrderEntry(Out, frozen=True):
    id: str
    effective_from: str
    effective_to: str | None
    minutes: dict[str, int]
    recorded: int
    by: str
    withdrawn: int | None


class CourtWeekFigure(Out, frozen=True):
    first: str
    days: int
    needed: int
    standing: str
    sessions: list[str]


class CourtFigure(Out, frozen=True):
    id: str
    rule: str
    source: str
    unverified: str
    first: str
    last: str
    minutes: int
    needed: int
    minutes_short: int
    minutes_scheduled: int
    a_week: int
    standing: str
    weeks: list[CourtWeekFigure]
    sessions: list[str]
    withdrawn: int | None


class RetentionFigure(Out, frozen=True):
    day: int
    on: str
    kept: str
    """retained | lost | paused | too_early"""
    sessions: list[str]


class InitiationFigure(Out, frozen=True):
    rule: str
    initiated: str
    engaged: str
    sessions: list[str]


class StayFigure(Out, frozen=True):
    track: str
    track_title: str
    admitted: str
    discharged: str | None
    reason: str
    days_to_first: int | None
    waiting_days: int
    first_session: str | None
    retention: list[RetentionFigure]
    initiation: InitiationFigure


class EngagementAnswer(Out, frozen=True):
    client: str
    now: int
    today: str
    complete: bool
    may_reach_out: bool
    may_certify: bool
    signs: list[SignFigure]
    weeks: list[WeekFigure]
    """Oldest first; the last is this week's."""
    rate: RateFigure
    misses: list[str]
    owed: list[OwedStep]
    stays: list[StayFigure]
    certification: CertificationFigure
    certifications: list[CertificationEntry]
    outreach: list[OutreachEntry]
    orders: list[OrderEntry]
    courts: list[CourtFigure]
    court_rules: list[str]
    kinds: list[str]
    """For which hours can be ordered."""
    sessions: dict[str, OneSession]


class NewOutreach(In, frozen=True):
    how: How
    outcome: Outcome
    at: int | None = None
    """When it was tried; now, if it is not said."""
    note: Annotated[str, Meta(max_length=MAX_NOTE)] = ""
    id: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{16,64}\Z")] | None = None
    """Of whoever asks, so that a repeat is none."""


class NewCertification(In, frozen=True):
    on: date
    certifier: Annotated[str, Meta(max_length=120, pattern=LINE)] = ""


class NewOrder(In, frozen=True):
    minutes: Annotated[dict[str, Annotated[int, Meta(ge=0, le=10_080)]], Meta(min_length=1, max_length=20)]
    effective_from: date
    effective_to: date | None = None


class NewCourt(In, frozen=True):
    rule: Annotated[str, Meta(max_length=120)]
    first: date


class Recorded(Out, frozen=True):
    id: str
