"""What rule packs of engagement may say: kinds `engagement`, `court` and `initiation`, each with its test cases.

`packs.py` lists them among the others. Must not touch: files.
"""

from datetime import UTC, date, datetime, timedelta

from .attendance import Status
from .certification import Certification, due
from .court import CourtRule, count
from .engagement import EngagementRule, Step, misses_in_a_row
from .ids import Millis, PersonId, SessionId
from .initiation import InitiationRule, initiation
from .marks import Mark
from .pack_cases import identity, prove
from .toml import Table

MINUTE = 60_000
_FIRST = date(2026, 1, 5)
"""A Monday on which the tests of packs begin."""
Named = tuple[str, int, EngagementRule | CourtRule | InitiationRule]


def engagement(table: Table, tests: list[Table]) -> Named:
    name, version, rule_id = identity(table)
    rule = EngagementRule(
        id=rule_id,
        misses_watch=table.whole("misses_watch", 1, 100),
        misses_alarm=table.whole("misses_alarm", 1, 100),
        rate_days=table.whole("rate_days", 7, 366),
        rate_low=table.whole("rate_low_percent", 0, 100) / 100,
        rate_least=table.whole("rate_least_sessions", 1, 100),
        first_session_days=table.whole("first_session_days", 0, 366),
        retention_days=table.wholes("retention_days", 1, 3660),
        retention_window=table.whole("retention_window_days", 1, 366),
        certification_days=table.whole("certification_days", 1, 3660),
        certification_warn=table.whole("certification_warn_days", 0, 366),
        certification_required=table.yes("certification_required"),
        steps=tuple(_step(step) for step in table.tables("step")),
    )
    table.done()
    if rule.misses_alarm <= rule.misses_watch:
        raise table.wrong("misses_alarm must be more than misses_watch")

    def run(test: Table) -> tuple[object, object]:
        if test.has("certified"):
            wanted, on, today = test.text("certification"), test.day("certified"), test.day("today")
            if on is None or today is None:
                raise test.wrong("certified and today must be dates")
            given = Certification("test", PersonId("test"), on, 0, PersonId("test"))
            return wanted, str(due(rule, None, None, [given], today).state)
        wanted_misses = test.whole("misses", 0, 100)
        words = test.text("sessions", " ").split()
        if any(word not in set(Status) for word in words):
            raise test.wrong("sessions must be words of attendance, such as present no_show excused")
        marks = [Mark(SessionId(str(at)), _FIRST, at, at, "test", Status(word), 0) for at, word in enumerate(words)]
        return wanted_misses, len(misses_in_a_row(marks))

    prove(tests, run)
    return name, version, rule


def _step(table: Table) -> Step:
    step = Step(table.whole("misses", 1, 100), table.whole("within_hours", 0, 8784), table.name("do"))
    table.done()
    return step


def court(table: Table, tests: list[Table]) -> Named:
    name, version, rule_id = identity(table)
    rule = CourtRule(
        id=rule_id,
        total_minutes=table.whole("total_minutes", 1, 1_000_000),
        within_weeks=table.whole("within_weeks", 1, 520),
        first_weeks=table.whole("first_weeks", 0, 520),
        days_per_week=table.whole("days_per_week", 0, 7),
        least_minutes=table.whole("least_minutes", 0, 1440),
        kinds=table.kinds("kinds"),
    )
    table.done()
    if rule.first_weeks > rule.within_weeks:
        raise table.wrong("first_weeks must not be more than within_weeks")

    def run(test: Table) -> tuple[object, object]:
        days, minutes = test.wholes("days", 0, 3650), test.wholes("minutes", 0, 1440)
        if len(days) != len(minutes):
            raise test.wrong("days and minutes must be of one length")
        marks = [_mark(rule.kinds[0], day, length) for day, length in zip(days, minutes, strict=True)]
        today = _FIRST + timedelta(days=test.whole("today", 0, 3650))
        counted = count(rule, _FIRST, marks, (), today)
        wanted = test.text("standing"), tuple(test.wholes("week_days", 0, 7))
        return wanted, (str(counted.standing), tuple(week.days for week in counted.weeks))

    prove(tests, run)
    return name, version, rule


def initiating(table: Table, tests: list[Table]) -> Named:
    name, version, rule_id = identity(table)
    rule = InitiationRule(
        rule_id,
        table.whole("initiation_days", 0, 366),
        table.whole("further_services", 1, 100),
        table.whole("engagement_days", 1, 366),
    )
    table.done()

    def run(test: Table) -> tuple[object, object]:
        marks = [_mark("test", day, 60) for day in test.wholes("days", 0, 3650)]
        today = _FIRST + timedelta(days=test.whole("today", 0, 3650))
        found = initiation(rule, _FIRST, marks, today)
        return (test.text("initiated"), test.text("engaged")), (str(found.initiated), str(found.engaged))

    prove(tests, run)
    return name, version, rule


def _mark(kind: str, day: int, minutes: int) -> Mark:
    on = _FIRST + timedelta(days=day)
    starts = _at(on)
    status = Status.PRESENT if minutes else Status.NO_SHOW
    return Mark(SessionId(str(day)), on, starts, starts + minutes * MINUTE, kind, status, minutes * MINUTE)


def _at(day: date) -> Millis:
    return round(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp() * 1000)
