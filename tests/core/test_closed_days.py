"""Days on which the clinic is closed."""

from datetime import date

from telehealth import holidays
from telehealth.core.closed_days import ClosedDays, OwnDay, closures


def test_public_holidays_of_a_year_are_what_the_calendar_of_the_government_says() -> None:
    """2026 and the turn to 2027 by hand: the Fourth of July is a Saturday, kept on the Friday, too."""
    found = closures(holidays.load(), ClosedDays(), date(2026, 7, 1), date(2027, 1, 18))
    assert [(one.day.isoformat(), one.code) for one in found] == [
        ("2026-07-03", "independence"),
        ("2026-07-04", "independence"),
        ("2026-09-07", "labor"),
        ("2026-10-12", "columbus"),
        ("2026-11-11", "veterans"),
        ("2026-11-26", "thanksgiving"),
        ("2026-12-25", "christmas"),
        ("2027-01-01", "new_year"),
        ("2027-01-18", "mlk"),
    ]


def test_a_holiday_on_a_sunday_is_kept_on_the_monday_also_across_the_edge_of_what_is_asked() -> None:
    """Juneteenth 2022 was a Sunday: asked of that Monday alone, it is closed."""
    (one,) = closures(holidays.load(), ClosedDays(), date(2022, 6, 20), date(2022, 6, 20))
    assert one.code == "juneteenth"


def test_a_clinic_closes_on_days_of_its_own_and_opens_on_others() -> None:
    """Its own name of a day goes before the public one; Columbus Day is a day like any other."""
    own = ClosedDays((OwnDay(date(2026, 12, 25), "Retreat"), OwnDay(date(2030, 1, 2), "x")), ("columbus",))
    found = closures(holidays.load(), own, date(2026, 10, 1), date(2026, 12, 31))
    assert [(one.day.month, one.code, one.name) for one in found] == [
        (11, "veterans", ""),
        (11, "thanksgiving", ""),
        (12, "", "Retreat"),
    ]
