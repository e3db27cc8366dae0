"""What speaks against a schedule."""

from dataclasses import replace
from datetime import timedelta

from telehealth.core.caps import Cap, CapRule, Counts
from telehealth.core.conflicts import Clash, Conflict, conflicts
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.materialise import planned
from telehealth.core.series import Group

from .test_series import ANN, BOB, GROUP, MON

TWO = CapRule("two/1", {"group_therapy": Cap(2, Counts.CLIENTS)})
(SESSION,) = planned(Group(GROUP), MON, MON, ())
ONE = replace(SESSION, roster=(BOB,))


def test_people_cannot_be_in_two_places() -> None:
    """A client and a member of staff are told of who are expected in another session at that time, not in the next."""
    other = replace(ONE, id=SessionId("other"), starts=ONE.starts + 1, ends=ONE.ends + 1)
    found = conflicts([ONE], [other], ())
    assert found == (
        Conflict(Clash.STAFF, ONE.id, ONE.starts, 1, ANN, other.id),
        Conflict(Clash.CLIENT, ONE.id, ONE.starts, 1, BOB, other.id),
    )
    after = replace(other, starts=ONE.ends, ends=ONE.ends + 1)
    before = replace(other, id=SessionId("before"), starts=ONE.starts - 9, ends=ONE.starts)
    gone = replace(other, cancelled="weather")
    assert conflicts([ONE], [after, before, gone, ONE], ()) == ()
    assert conflicts([replace(ONE, cancelled="weather")], [other], [TWO]) == ()


def test_a_group_that_is_too_large_is_told_by_rule_set_once_for_all_its_weeks() -> None:
    """Three are more than a cap of two; four weeks of it are one line with the first of them."""
    people = tuple(PersonId(f"c{n}") for n in range(3))
    weeks = [replace(s, roster=people, capacity=2) for s in planned(Group(GROUP), MON, MON + timedelta(27), ())]
    found = conflicts(weeks, (), [TWO, CapRule("none/1", {})])
    assert [(one.kind, one.count, one.rule, one.first) for one in found] == [
        (Clash.CAPACITY, 12, "", weeks[0].id),
        (Clash.CAP, 12, "two/1", weeks[0].id),
    ]
