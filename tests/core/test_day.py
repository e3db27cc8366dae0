"""Days of service: what counts for one, over midnight and both changes of the clocks."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from telehealth.core.day import PerDiem, Served, date_of_service, days
from telehealth.core.ids import Millis, PersonId, SessionId

NEW_YORK = ZoneInfo("America/New_York")
RULE = PerDiem("test/1", ("group_therapy", "individual"), 180)
BOB = PersonId("bob")


def local(text: str, fold: int = 0) -> Millis:
    return round(datetime.fromisoformat(text).replace(tzinfo=NEW_YORK, fold=fold).timestamp() * 1000)


def served(start: str, ms: Millis, kind: str = "group_therapy", session: str = "", client: str = "bob") -> Served:
    return Served(PersonId(client), SessionId(session or start), kind, local(start), ms)


@pytest.mark.parametrize(("ms", "met", "short"), [(179 * 60_000 + 59_999, False, 1), (180 * 60_000, True, 0)])
def test_the_threshold_is_met_at_the_full_minute(ms: Millis, met: bool, short: int) -> None:
    """179 minutes and 59.999 seconds are not three hours."""
    (day,) = days([served("2026-11-24T18:00", ms)], RULE, NEW_YORK)
    assert (day.met, day.minutes_short) == (met, short)


def test_part_minutes_of_several_sessions_are_summed_before_they_are_cut() -> None:
    """Three times 59:59.999 and 3 ms elsewhere make three hours."""
    parts = [served(f"2026-11-24T{hour}:00", 3_599_999) for hour in (10, 13, 18)]
    assert days(parts, RULE, NEW_YORK)[0].eligible_minutes == 179
    (day,) = days([*parts, served("2026-11-24T20:00", 3)], RULE, NEW_YORK)
    assert (day.eligible_minutes, day.met, day.services) == (180, True, 4)


def test_only_eligible_kinds_and_attended_sessions_count() -> None:
    """Alumni evenings count nothing; a session of which nothing was attended is no service, but the day is shown."""
    found = days(
        [
            served("2026-11-24T18:00", 7_200_000, "alumni"),
            served("2026-11-24T16:00", 0),
            served("2026-11-24T15:00", 3_600_000, "individual"),
            served("2026-11-24T15:00", 3_600_000, client="carol"),
            served("2026-11-25T15:00", 60_000, "alumni"),
        ],
        RULE,
        NEW_YORK,
    )
    assert [(d.client, d.eligible_minutes, d.services, d.sessions) for d in found] == [
        ("bob", 60, 1, ("2026-11-24T15:00",)),
        ("carol", 60, 1, ("2026-11-24T15:00",)),
    ]
    assert days([], RULE, NEW_YORK) == []


def test_a_session_over_midnight_belongs_to_the_day_on_which_it_began() -> None:
    """Whole: three hours from 23:00 are three hours of that day, and one that begins at midnight is the next day's."""
    late, early = served("2026-11-24T23:00", 10_800_000), served("2026-11-25T00:00", 10_800_000)
    assert [(d.day, d.met) for d in days([late, early], RULE, NEW_YORK)] == [
        (date(2026, 11, 24), True),
        (date(2026, 11, 25), True),
    ]
    before = Served(BOB, SessionId("s"), "individual", local("2026-11-25T00:00") - 1, 60_000)
    assert days([before], RULE, NEW_YORK)[0].day == date(2026, 11, 24)


def test_the_facility_decides_the_day() -> None:
    """18:00 in New York is the next day in UTC, and 01:00 UTC is the day before in New York."""
    at = local("2026-11-24T20:00")
    assert date_of_service(at, NEW_YORK) == date(2026, 11, 24)
    assert date_of_service(at, UTC) == date(2026, 11, 25)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 11, 24), 24)])
def test_days_of_23_and_25_hours_are_one_day(day: date, hours: int) -> None:
    """On both changes of the clocks every hour of the facility's day, none of its neighbours', counts for it."""
    midnight = local(f"{day.isoformat()}T00:00")
    every = [Served(BOB, SessionId(str(h)), "individual", midnight + h * 3_600_000, 60_000) for h in range(-1, 26)]
    found = {d.day: d for d in days(every, RULE, NEW_YORK)}
    assert found[day].services == hours
    assert sorted(found)[1] == day


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    """A session from 00:30 to 02:30 on the day when the clocks go back lasts three hours, and is all of that day."""
    start, end = local("2026-11-01T00:30"), local("2026-11-01T02:30")
    assert end - start == 3 * 3_600_000
    (day,) = days([Served(BOB, SessionId("s"), "group_therapy", start, end - start)], RULE, NEW_YORK)
    assert (day.day, day.eligible_minutes, day.met) == (date(2026, 11, 1), 180, True)
    once, again = local("2026-11-01T01:30", fold=0), local("2026-11-01T01:30", fold=1)
    assert again - once == 3_600_000
    assert local("2026-03-08T03:30") - local("2026-03-08T01:30") == 3_600_000
