"""Whether a client stays: misses in a row, rates, the first session, retention, and who is shown first."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telehealth.core.attendance import Status
from telehealth.core.certification import Certification, Due, DueState, due
from telehealth.core.engagement import (
    EngagementRule,
    Kept,
    Step,
    first_session,
    misses_in_a_row,
    rate,
    retention,
)
from telehealth.core.hours import Outlook
from telehealth.core.ids import PersonId
from telehealth.core.outreach import HOUR, How, Outcome, Outreach, owed
from telehealth.core.slipping import Noticed, Sign, place, signs

from .programme import MONDAY, at, mark
from .story import FIXED

STEPS = (Step(1, 24, "reach-out"), Step(2, 24, "another-way"), Step(3, 48, "reassess"))
RULE = EngagementRule("rule/1", 2, 3, 28, 0.7, 4, 7, (30, 60), 14, 60, 10, False, STEPS)
BOB, COUNSELLOR = PersonId("bob"), PersonId("counsellor")


def test_misses_in_a_row() -> None:
    """Since the client last came; an excuse neither ends them nor adds; a make-up session leaves the miss as it is."""
    missed = [mark(day, Status.NO_SHOW) for day in (1, 2)]
    assert misses_in_a_row([mark(0), *missed]) == tuple(missed)
    assert misses_in_a_row([missed[1], mark(3, Status.EXCUSED), missed[0]]) == tuple(missed)
    assert misses_in_a_row([*missed, mark(3, Status.PARTIAL)]) == ()
    made_up = [*missed, mark(4, make_up_for=missed[0].session)]
    assert misses_in_a_row(made_up) == ()
    assert rate(made_up).missed == tuple(missed)


STATUS = st.sampled_from([s for s in Status if s is not Status.IN_SESSION])


@FIXED
@given(st.lists(STATUS, max_size=12))
def test_misses_are_those_of_an_obvious_model(statuses: list[Status]) -> None:
    """Walk forward: coming begins anew, a miss is one more, an excuse nothing."""
    count = 0
    for status in statuses:
        if status in (Status.NO_SHOW, Status.ABSENT):
            count += 1
        elif status is not Status.EXCUSED:
            count = 0
    marks = [mark(day, status) for day, status in enumerate(statuses)]
    assert len(misses_in_a_row(reversed(marks))) == count
    shared = rate(marks)
    assert len(shared.came) + len(shared.missed) + len(shared.excused) == len(marks)


def test_a_rate_is_of_what_could_be_missed() -> None:
    """Excused sessions stand beside it; of none there is none."""
    found = rate([mark(0), mark(1, Status.ABSENT), mark(2, Status.EXCUSED), mark(3)])
    assert found.share == 2 / 3
    assert rate([mark(0, Status.EXCUSED)]).share is None


def test_days_to_the_first_session() -> None:
    """From admission to the first that was attended; earlier episodes and misses do not count."""
    marks = [mark(-5), mark(1, Status.NO_SHOW), mark(4)]
    found = first_session(MONDAY, None, marks, MONDAY + timedelta(days=9))
    assert (found.days, found.waiting, found.mark) == (4, 0, marks[2])
    none = first_session(MONDAY, None, marks[:2], MONDAY + timedelta(days=9))
    assert (none.days, none.waiting, none.mark) == (None, 9, None)
    gone = first_session(MONDAY, MONDAY + timedelta(days=2), marks, MONDAY + timedelta(days=9))
    assert (gone.days, gone.waiting) == (None, 2)
    assert first_session(MONDAY, None, (), MONDAY - timedelta(days=3)).waiting == 0


def test_retention_at_each_day() -> None:
    """Retained is attended in the fortnight up to the day, in an episode that has not ended; a pause is neither."""
    today = MONDAY + timedelta(days=70)
    at_30, at_60 = (MONDAY + timedelta(days=day) for day in (30, 60))
    marks = [mark(17), mark(16), mark(30), mark(31), mark(47, Status.NO_SHOW)]
    first, second = retention(RULE, MONDAY, None, (), marks, today)
    assert (first.day, first.on, first.kept) == (30, at_30, Kept.RETAINED)
    assert first.marks == (marks[0], marks[2])
    assert (second.kept, second.marks) == (Kept.LOST, ())
    paused = retention(RULE, MONDAY, None, [(at_60, None)], marks, today)
    assert [one.kept for one in paused] == [Kept.RETAINED, Kept.PAUSED]
    over = [(MONDAY, MONDAY + timedelta(days=2)), (at_60 + timedelta(days=1), None)]
    assert retention(RULE, MONDAY, None, over, marks, today)[1].kept is Kept.LOST
    assert retention(RULE, MONDAY, None, (), marks, at_30)[1].kept is Kept.TOO_EARLY
    left = MONDAY + timedelta(days=29)
    assert [one.kept for one in retention(RULE, MONDAY, left, (), marks, today)] == [Kept.LOST, Kept.LOST]
    assert retention(RULE, MONDAY, at_30, (), marks, at_30)[0].kept is Kept.RETAINED


def _tried(hour: float, day: int, **change: object) -> Outreach:
    one = Outreach("o", BOB, at(day, hour), COUNSELLOR, How.CALL, Outcome.NO_ANSWER, at(day, hour))
    return replace(one, **change)  # type: ignore[arg-type]


def test_what_is_owed_after_a_no_show() -> None:
    """One step for each miss that calls for one; attempts since the first answer them in order, withdrawn ones none."""
    misses = [mark(0, Status.NO_SHOW), mark(2, Status.NO_SHOW)]
    assert owed(STEPS, (), [_tried(9, 1)], at(5)) == ()
    both = owed(STEPS, misses, [_tried(9, -1)], at(2, 22))
    assert [(one.step.what, one.mark.session, one.overdue) for one in both] == [
        ("reach-out", misses[0].session, True),
        ("another-way", misses[1].session, False),
    ]
    assert both[1].due == misses[1].ends + 24 * HOUR
    (second,) = owed(STEPS, misses, [_tried(9, 1)], at(2, 22))
    assert second.step.what == "another-way"
    assert len(owed(STEPS, misses, [_tried(9, 1, withdrawn=at(1, 10))], at(2, 22))) == 2
    assert owed(STEPS, misses, [_tried(9, 1), _tried(9, 3)], at(3, 10)) == ()


def _certified(on: date, **change: object) -> Certification:
    return replace(Certification("c", BOB, on, 0, COUNSELLOR), **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "state"),
    [(0, DueState.GOOD), (49, DueState.GOOD), (50, DueState.SOON), (60, DueState.SOON), (61, DueState.OVERDUE)],
)
def test_a_certification_is_due_after_sixty_days(days: int, state: DueState) -> None:
    """The sixtieth day is in time; ten days before it somebody is told."""
    found = due(RULE, MONDAY, None, [_certified(MONDAY)], MONDAY + timedelta(days=days))
    assert (found.state, found.on) == (state, MONDAY + timedelta(days=60))


def test_which_certification_counts() -> None:
    """The latest of this episode that nobody withdrew; none after discharge, nor where nobody must have one."""
    today = MONDAY + timedelta(days=5)
    old, late = _certified(MONDAY - timedelta(days=1)), _certified(MONDAY + timedelta(days=3))
    assert due(RULE, MONDAY, None, [old], today) == Due(DueState.NOT_NEEDED, None, None)
    assert due(RULE, None, None, [old, late], today).latest == late
    assert due(RULE, MONDAY, None, [late, _certified(MONDAY + timedelta(days=4), withdrawn=1)], today).latest == late
    assert due(RULE, MONDAY, today - timedelta(days=1), [late], today) == Due(DueState.NOT_NEEDED, None, late)
    must = replace(RULE, certification_required=True)
    assert due(must, MONDAY, None, [], today) == Due(DueState.OVERDUE, MONDAY, None)
    assert due(must, None, None, [], today).state is DueState.NOT_NEEDED


QUIET = Due(DueState.NOT_NEEDED, None, None)


def test_signs_say_by_what_they_are_seen() -> None:
    """Each with its sessions, the gravest first."""
    misses = tuple(mark(day, Status.NO_SHOW) for day in (0, 1, 2))
    sessions = tuple(one.session for one in misses)
    late = owed(STEPS, misses, [], at(9))
    first = first_session(MONDAY, None, misses, MONDAY + timedelta(days=9))
    overdue = Due(DueState.OVERDUE, MONDAY, None)
    found = signs(RULE, misses, late, first, Outlook.OUT_OF_REACH, rate([*misses, mark(-1)]), overdue)
    assert found == (
        Noticed(Sign.MISSES_ALARM, sessions),
        Noticed(Sign.OUTREACH_OVERDUE, sessions),
        Noticed(Sign.NEVER_CAME, ()),
        Noticed(Sign.HOURS_LOST, ()),
        Noticed(Sign.CERTIFICATION_OVERDUE, ()),
        Noticed(Sign.RATE_LOW, sessions),
    )
    soon = Due(DueState.SOON, MONDAY, None)
    some = signs(RULE, misses[:2], owed(STEPS, misses[:1], [], misses[0].ends), None, None, rate(misses), soon)
    assert [one.sign for one in some] == [Sign.MISSES_WATCH, Sign.OUTREACH_DUE, Sign.CERTIFICATION_SOON]
    fine = first_session(MONDAY, None, [mark(0)], MONDAY)
    good = Due(DueState.GOOD, MONDAY, None)
    assert signs(RULE, misses[:1], (), fine, Outlook.MET, rate([mark(d) for d in range(9)]), good) == ()


def test_whoever_needs_somebody_comes_first() -> None:
    """By the gravest sign, then by how many, then by who was away longest."""
    alarm, watch, low = (Noticed(sign, ()) for sign in (Sign.MISSES_ALARM, Sign.MISSES_WATCH, Sign.RATE_LOW))
    places = [
        place((alarm,), None, PersonId("a")),
        place((watch, low), 5, PersonId("b")),
        place((watch,), 3, PersonId("c")),
        place((watch,), 4, PersonId("d")),
        place((), 1, PersonId("e")),
    ]
    assert sorted(places[i] for i in (3, 0, 4, 2, 1)) == places
