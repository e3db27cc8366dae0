"""A group's schedule a second time, as plainly as it can be said: a calendar with a card for each meeting.

No rule is kept: every change rewrites the cards, day by day. A client's membership is the set of days on which they
are expected. What o'clock it is in UTC is found by trying the offsets of the days around. Sessions that were opened or
have ended are cards that nobody touches any more.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from telehealth.core.ids import Millis

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 9, 21), date(2027, 4, 30)
"""The days of the calendar: both changes of the clock lie in them."""
DAYS = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]


@dataclass(frozen=True)
class Card:
    """A meeting as the plan has it."""

    at: time
    minutes: int
    staff: str
    weekdays: frozenset[int]
    """The days of the week on which its fellows are."""


@dataclass
class Special:
    """What was said of one meeting alone."""

    cancelled: str = ""
    to: date | None = None
    at: time | None = None
    minutes: int | None = None
    staff: str | None = None
    guests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Meeting:
    """A session as it stands."""

    starts: Millis
    ends: Millis
    staff: str
    roster: frozenset[str]
    cancelled: str


@dataclass
class Calendar:
    zone: str
    every: int
    cards: dict[date, Card] = field(default_factory=dict)
    special: dict[date, Special] = field(default_factory=dict)
    closed: frozenset[date] = frozenset()
    expected: dict[str, set[date]] = field(default_factory=dict)
    written: dict[date, Meeting] = field(default_factory=dict)
    opened: set[date] = field(default_factory=set)
    ended: date = LAST

    def fill(self, start: date, week_of: date, card: Card) -> None:
        """New cards from a day on, in each `every`-th week counted from that of a day."""
        monday = week_of - week_of.weekday() * DAY
        for day in [day for day in self.cards if day >= start]:
            del self.cards[day]
        for day in DAYS:
            weeks = (day - day.weekday() * DAY - monday).days // 7
            if start <= day <= self.ended and day.weekday() in card.weekdays and weeks % self.every == 0:
                self.cards[day] = card

    def said_of(self, day: date) -> Special:
        return self.special.setdefault(day, Special())

    def meeting(self, day: date) -> tuple[date, Meeting]:
        """The meeting of a card, and the local day on which it begins."""
        card, one = self.cards[day], self.special.get(day, Special())
        starts = utc(one.to or day, one.at or card.at, self.zone)
        ends = starts + (one.minutes or card.minutes) * 60_000
        why = one.cancelled or ("holiday" if day in self.closed and one.to is None else "")
        on = datetime.fromtimestamp(starts / 1000, ZoneInfo(self.zone)).date()
        roster = {client for client, days in self.expected.items() if on in days} | set(one.guests)
        return on, Meeting(starts, ends, card.staff if one.staff is None else one.staff, frozenset(roster), why)

    def all(self) -> dict[date, tuple[date, Meeting]]:
        return {day: self.meeting(day) for day in sorted(self.cards)}

    def write(self, now: Millis) -> None:
        """What every node does now and then: write what is ahead, and let what is written follow."""
        here = datetime.fromtimestamp(now / 1000, ZoneInfo(self.zone)).date()
        for day, old in list(self.written.items()):
            if day not in self.opened and old.ends > now:
                found = self.meeting(day)[1] if day in self.cards else None
                alive = found is not None and found.ends > now
                self.written[day] = found if alive and found else replace(old, cancelled="superseded")
        for day in self.cards:
            on, found = self.meeting(day)
            if day not in self.written and found.ends > now and here - 2 * DAY <= on <= here + 56 * DAY:
                self.written[day] = found


def utc(day: date, at: time, zone: str) -> Millis:
    """The first moment at which the clock on the wall shows this; if it never does, by the offset of the day before."""
    naive = datetime.combine(day, at)
    around = (naive.replace(tzinfo=UTC) + timedelta(hours=hours) for hours in range(-36, 37, 6))
    offsets = {moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta() for moment in around}
    moments = sorted((naive - offset).replace(tzinfo=UTC) for offset in offsets)
    shown = [m for m in moments if m.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == naive]
    before = (naive - DAY).replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return round((shown[0] if shown else (naive - before).replace(tzinfo=UTC)).timestamp() * 1000)
