"""The HTTP wire of groups and the schedule: what comes in, with its limits, and what goes out. (Doors: series.py.)

Times of the clock are `HH:MM` where the group is; days are ISO dates there; moments are UTC milliseconds.
"""

from datetime import date, time
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from telehealth.core.ids import PersonId
from telehealth.core.series import REASONS, Plan
from telehealth.core.series_edits import LARGEST, LONGEST_MINUTES, Change, Scope

from .bodies import ID, In, Line, Out

Name = Annotated[str, Meta(pattern=ID)]
Hour = Annotated[str, Meta(pattern=r"\A(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z")]
Minutes = Annotated[int, Meta(ge=1, le=LONGEST_MINUTES)]
Capacity = Annotated[int, Meta(ge=1, le=LARGEST)]
Rule = Annotated[str, Meta(max_length=200, pattern=r"\A[A-Z0-9=;,+-]*\Z")]
People = Annotated[tuple[Name, ...], Meta(max_length=LARGEST)]
Code = Annotated[str, Meta(max_length=40, pattern=r"\A[a-z0-9_]*\Z")]


class Saving(In, frozen=True, kw_only=True):
    """Of every change: `preview` says what it would do and does nothing; `revision` is the one that was looked at."""

    preview: bool = False
    revision: int = 0


class NewGroup(Saving, frozen=True, kw_only=True):
    title: Line
    kind: Annotated[str, Meta(min_length=1, max_length=40, pattern=r"\A[a-z0-9_]+\Z")]
    first: date
    at: Hour
    minutes: Minutes
    rrule: Rule
    until: date | None = None
    capacity: Capacity | UnsetType = UNSET
    """Without one, as many as the kind has places."""
    cohort: Code = "open"
    track: Code = ""
    facilitators: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=8)]
    cofacilitators: Annotated[tuple[Name, ...], Meta(max_length=8)] = ()
    members: People = ()
    holidays: bool = True


class GroupChange(Saving, frozen=True, kw_only=True):
    """What belongs to the group as a whole."""

    title: Line | UnsetType = UNSET
    capacity: Capacity | UnsetType = UNSET
    cohort: Code | UnsetType = UNSET
    track: Code | UnsetType = UNSET
    holidays: bool | UnsetType = UNSET
    until: date | UnsetType | None = UNSET


class MeetingChange(Saving, frozen=True, kw_only=True):
    """Of the meeting of a recurrence day, and of others as far as the scope goes."""

    day: date
    scope: Scope
    to: date | None = None
    at: Hour | None = None
    minutes: Minutes | None = None
    facilitators: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=8)] | None = None
    cofacilitators: Annotated[tuple[Name, ...], Meta(max_length=8)] | None = None
    rrule: Rule | None = None

    def change(self) -> Change:
        return Change(
            self.to,
            None if self.at is None else hour(self.at),
            self.minutes,
            None if self.facilitators is None else people(self.facilitators),
            None if self.cofacilitators is None else people(self.cofacilitators),
            self.rrule,
        )


class Cancel(Saving, frozen=True, kw_only=True):
    day: date
    reason: Annotated[str, Meta(pattern=rf"\A(?:{'|'.join(REASONS)})\Z")]
    following: bool = False
    """Whether the group ends with the meeting before it."""


class CancelOne(In, frozen=True):
    """A session that follows no group."""

    reason: Annotated[str, Meta(pattern=rf"\A(?:{'|'.join(REASONS)})\Z")]


class Hold(Saving, frozen=True, kw_only=True):
    day: date


class Join(Saving, frozen=True, kw_only=True):
    client: Name
    joins: date


class Leave(Saving, frozen=True, kw_only=True):
    client: Name
    leaves: date
    """The first day on which they are not expected."""


class NewMakeUp(In, frozen=True, kw_only=True):
    """Either a session that there is, or one of its own."""

    client: Name
    session: Name | None = None
    day: date | None = None
    at: Hour | None = None
    minutes: Minutes = 60
    facilitators: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=8)] | None = None


class Choosing(In, frozen=True, kw_only=True):
    """Whom to put into a group. What is typed is part of a name, so it travels in a body."""

    who: Annotated[str, Meta(pattern=r"\A(?:staff|clients)\Z")]
    text: Annotated[str, Meta(max_length=80)] = ""


class OwnDayIn(In, frozen=True, kw_only=True):
    day: date
    name: Line


class ClosedDaysIn(In, frozen=True, kw_only=True):
    closed: Annotated[tuple[OwnDayIn, ...], Meta(max_length=400)]
    open: Annotated[tuple[Code, ...], Meta(max_length=40)] = ()


# --- what goes out


class Person(Out, frozen=True):
    alias: str
    legal_name: str
    """Empty where the asker may not know it."""


class PlannedSession(Out, frozen=True):
    id: str
    series: str | None
    title: str
    kind: str
    day: date | None
    starts: int
    ends: int
    zone: str
    expected: int
    capacity: int
    facilitators: tuple[str, ...]
    cofacilitators: tuple[str, ...]
    cancelled: str
    state: str
    """planned | open | over | cancelled"""
    make_up_for: str | None
    may_change: bool


class Cancelling(Out, frozen=True):
    """A session that may be cancelled."""

    session: PlannedSession
    told: list[PersonId]
    """Who of the roster would get a message."""


class ClosedDay(Out, frozen=True):
    day: date
    code: str
    name: str


class Week(Out, frozen=True):
    start: int
    end: int
    zone: str
    now: int
    sessions: list[PlannedSession]
    closed: list[ClosedDay]
    staff: dict[str, str]
    """Names of those who lead."""


class PlanOut(Out, frozen=True):
    start: date
    at: str
    minutes: int
    rrule: str
    facilitators: tuple[str, ...]
    cofacilitators: tuple[str, ...]


class GroupLine(Out, frozen=True):
    id: str
    title: str
    kind: str
    track: str
    cohort: str
    capacity: int
    members: int
    first: date
    until: date | None
    plan: PlanOut
    """As it meets now, or first will."""
    over: bool
    """It does not meet any more."""
    may_change: bool


class Groups(Out, frozen=True):
    groups: list[GroupLine]
    next: str | None
    staff: dict[str, str]


class MemberOut(Out, frozen=True):
    client: str
    alias: str
    legal_name: str
    joins: date
    leaves: date | None


class GroupOut(GroupLine, frozen=True):
    zone: str
    holidays: bool
    later: list[PlanOut]
    revision: int
    today: date
    roster: list[MemberOut]
    sessions: list[PlannedSession]
    """What comes next."""
    staff: dict[str, str]
    told_days: int
    """From how many days before a meeting clients are told by a message that it is cancelled; 0: nobody is."""


class ConflictOut(Out, frozen=True):
    kind: str
    session: str
    starts: int
    count: int
    who: str
    """A name, of a client or of a member of staff."""
    other: str
    """The title of the session with which it collides, if the asker may know of it."""
    rule: str


class Moved(Out, frozen=True):
    id: str
    day: date
    starts: int
    ends: int
    was: int | None
    """When it was to start; null of a new one."""
    cancelled: str
    expected: int


class Preview(Out, frozen=True):
    """What a change would do."""

    sessions: list[Moved]
    """The first of them."""
    count: int
    conflicts: list[ConflictOut]


class MakeUpOut(Out, frozen=True):
    client: str
    missed: str
    session: str
    starts: int | None
    planned: int
    by: str


class MakeUps(Out, frozen=True):
    make_ups: list[MakeUpOut]


class ClosedDaysOut(Out, frozen=True):
    closed: list[ClosedDay]
    """The clinic's own."""
    open: tuple[str, ...]
    public: list[ClosedDay]
    """Public holidays of a year from today, whether the clinic works on them or not."""


class Choice(Out, frozen=True):
    id: str
    name: str
    alias: str


class Choices(Out, frozen=True):
    people: list[Choice]


def hour(text: str) -> time:
    return time(int(text[:2]), int(text[3:]))


def people(names: tuple[str, ...]) -> tuple[PersonId, ...]:
    return tuple(dict.fromkeys(PersonId(name) for name in names))


def plan_out(plan: Plan) -> PlanOut:
    return PlanOut(
        start=plan.start,
        at=f"{plan.at:%H:%M}",
        minutes=plan.minutes,
        rrule=plan.rrule,
        facilitators=plan.facilitators,
        cofacilitators=plan.cofacilitators,
    )
