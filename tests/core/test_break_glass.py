"""Break-glass: with a reason, for a limited time, reviewed by somebody else."""

from dataclasses import replace

import pytest

from telehealth.core.break_glass import (
    MAX_TEXT,
    MINUTE,
    Closed,
    Glass,
    Opening,
    Review,
    decide_close,
    decide_open,
    decide_review,
    is_open,
    opens,
    queue,
)
from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.core.refusals import Code, Refusal

P, ALICE, BEN, BOB = ProgrammeId("p"), PersonId("alice"), PersonId("ben"), PersonId("bob")
OPENING = Opening("g1", P, BOB, ALICE, "collapsed during group", 1000, 1000 + 60 * MINUTE)
REVIEW = Review(BEN, 5000, "Right.", True)


def _open(reason: str, minutes: int | None) -> Opening | Refusal:
    return decide_open("g1", programme=P, client=BOB, by=ALICE, reason=reason, minutes=minutes, usual=60, at=1000)


def test_opening() -> None:
    """For the usual time, or a shorter one."""
    assert _open(" collapsed during group ", None) == OPENING
    assert _open("collapsed during group", 5) == replace(OPENING, until=1000 + 5 * MINUTE)


@pytest.mark.parametrize(
    ("reason", "minutes"),
    [
        ("", None),
        ("   short   ", None),
        ("x" * (MAX_TEXT + 1), None),
        ("long enough a reason", 61),
        ("long enough a reason", 0),
    ],
)
def test_what_opens_nothing(reason: str, minutes: int | None) -> None:
    """No reason, hardly one, too long a one, and a time that is longer than the clinic's."""
    assert _open(reason, minutes) == Refusal(Code.MALFORMED)


def test_it_ends_by_itself() -> None:
    """Open from its beginning to its end, and only for whoever opened it."""
    glass = Glass(OPENING)
    assert [is_open(glass, at) for at in (999, 1000, OPENING.until - 1, OPENING.until)] == [False, True, True, False]
    later = Glass(replace(OPENING, id="g2", until=OPENING.until + 1))
    assert opens([later, glass], ALICE, 2000) == [glass, later]
    assert opens([glass], BEN, 2000) == []


def test_it_is_closed_by_whoever_opened_it() -> None:
    """From then on it opens nothing; nobody else closes it, and nothing that is over is closed."""
    glass = Glass(OPENING)
    assert decide_close(glass, by=ALICE, at=2000) == Closed(2000)
    assert decide_close(glass, by=BEN, at=2000) == Refusal(Code.NO_SUCH_THING)
    assert decide_close(glass, by=ALICE, at=OPENING.until) == Refusal(Code.NO_SUCH_THING)
    closed = replace(glass, closed=Closed(2000))
    assert [is_open(closed, at) for at in (1999, 2000)] == [True, False]
    assert decide_close(closed, by=ALICE, at=2000) == Refusal(Code.NO_SUCH_THING)
    assert replace(glass, closed=Closed(OPENING.until + 9)).until == OPENING.until


def test_the_queue() -> None:
    """What nobody has reviewed, oldest first, and never one's own."""
    first, second = Glass(replace(OPENING, id="g0", at=1)), Glass(OPENING)
    assert queue([second, first, Glass(replace(OPENING, id="g3"), REVIEW)], BEN) == [first, second]
    assert queue([first], ALICE) == []


def test_reviewing() -> None:
    """Somebody else, once, in words."""

    def look(glass: Glass, by: PersonId = BEN, comment: str = " Right. ") -> Review | Refusal:
        return decide_review(glass, by=by, comment=comment, justified=True, at=5000)

    assert look(Glass(OPENING)) == REVIEW
    assert look(Glass(OPENING), by=ALICE) == Refusal(Code.NOT_ALLOWED)
    assert look(Glass(OPENING, REVIEW)) == Refusal(Code.ALREADY_SIGNED)
    assert look(Glass(OPENING), comment=" ") == Refusal(Code.MALFORMED)
    assert look(Glass(OPENING), comment="x" * (MAX_TEXT + 1)) == Refusal(Code.MALFORMED)
