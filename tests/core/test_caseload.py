"""A client's figures on a caseload: by the stay they are in, and quiet while they are not expected."""

from dataclasses import replace
from datetime import timedelta

from telehealth.core.attendance import Status
from telehealth.core.caseload import Known, figures, order_on
from telehealth.core.certification import Certification
from telehealth.core.forecast import Order
from telehealth.core.hours import LevelOfCare, Outlook
from telehealth.core.ids import PersonId
from telehealth.core.slipping import Sign
from telehealth.core.stays import Stay

from .programme import MONDAY, at, coming, mark
from .test_engagement import RULE

IOP = LevelOfCare("iop/1", "asam:3:2.1", 540, ("group_therapy",), 0)
BOB = PersonId("bob")
STAY = Stay(BOB, "day", MONDAY - timedelta(days=20), None)
MARKS = [mark(-25, Status.NO_SHOW), mark(-6), *(mark(day, Status.NO_SHOW) for day in (-4, 0, 1))]
KNOWN = Known(BOB, MARKS, [coming(3), coming(4)], STAY)
TODAY, NOW = MONDAY + timedelta(days=2), at(2, 12)


def test_a_client_who_slips_away() -> None:
    """Misses of this stay in a row, the week that is lost, what is owed; each sign with its sessions."""
    found = figures(RULE, IOP, KNOWN, NOW, TODAY)
    assert found.misses == tuple(MARKS[2:])
    assert found.recent.missed == found.misses
    assert found.last_came == MARKS[1]
    assert found.strip == tuple(MARKS)
    assert found.week.stands.outlook is Outlook.OUT_OF_REACH
    assert found.first is not None
    assert found.first.mark == MARKS[1]
    assert [one.step.what for one in found.owing] == ["reach-out", "another-way", "reassess"]
    assert [one.sign for one in found.signs] == [
        Sign.MISSES_ALARM,
        Sign.OUTREACH_OVERDUE,
        Sign.HOURS_LOST,
        Sign.RATE_LOW,
        Sign.OUTREACH_DUE,
    ]


def test_whoever_is_not_expected_loses_nothing() -> None:
    """In a pause and after the last day: what is owed stays, and the certification of a stay that is over does not."""
    paused = replace(STAY, pauses=((TODAY, None),))
    certified = Certification("c", BOB, STAY.admitted, 0, BOB)
    found = figures(RULE, IOP, replace(KNOWN, stay=paused, certifications=[certified]), NOW, TODAY)
    assert found.paused
    assert [one.sign for one in found.signs] == [Sign.OUTREACH_OVERDUE, Sign.OUTREACH_DUE]
    over = replace(STAY, discharged=TODAY - timedelta(days=1))
    gone = figures(RULE, IOP, replace(KNOWN, stay=over), NOW, TODAY)
    assert not gone.paused
    assert gone.certification.on is None
    assert [one.sign for one in gone.signs] == [Sign.OUTREACH_OVERDUE, Sign.OUTREACH_DUE]


def test_a_client_without_an_episode() -> None:
    """A clinic that keeps none still sees hours and misses; a week without sessions is not lost."""
    found = figures(RULE, IOP, replace(KNOWN, stay=None, marks=[mark(-40)], coming=()), NOW, TODAY)
    assert (found.first, found.paused, found.signs) == (None, False, ())
    assert found.week.stands.outlook is Outlook.OUT_OF_REACH
    new = figures(RULE, IOP, Known(BOB, (), (), None), NOW, TODAY)
    assert (new.last_came, new.strip) == (None, ())


def test_the_order_of_a_day() -> None:
    """The latest that nobody withdrew."""
    old = Order("a", BOB, MONDAY, None, {"group_therapy": 480}, 1, "x")
    new = replace(old, id="b", recorded=2)
    assert order_on([old, new], TODAY) == new
    assert order_on([old, replace(new, withdrawn=3)], TODAY) == old
    assert order_on([], TODAY) is None
