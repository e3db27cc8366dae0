"""Who was in two places at once."""

from dataclasses import replace

from telehealth.core.attendance import Interval, Row
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.overlaps import as_of, overlaps

from .story import ALICE, BEN, BOB, CAROL, Story

_STORY = Story(expected=(BOB,)).begin(BOB)
_STORY.at("21:00").end()
ROW = _STORY.rows()[BOB]
BILLABLE = frozenset({"group_therapy"})


def row(session: str, start: int, end: int, client: PersonId = BOB, host: PersonId = ALICE, kind: str = "") -> Row:
    """A session from `start` to `end`, attended whole by one client."""
    return replace(
        ROW,
        session=SessionId(session),
        client=client,
        kind=kind or ROW.kind,
        session_start=start,
        session_end=end,
        intervals=(Interval(start, end, "left"),),
        facilitators=(host,),
    )


def test_a_client_in_two_sessions_marks_both_rows() -> None:
    """By proven presence: touching is no overlap; a third session is named where it overlaps."""
    one, two, three = row("s1", 0, 100), row("s2", 100, 200, host=BEN), row("s3", 150, 300, host=CAROL)
    found = overlaps([one, two, three], BILLABLE)
    assert found.clients == {("s2", BOB): ("s3",), ("s3", BOB): ("s2",)}
    assert [found.of(r) for r in (one, two, three)] == [False, True, True]


def test_a_host_of_two_billable_sessions_marks_every_row_of_both() -> None:
    """By the sessions' times, for whoever led; what is not billable or never began is left out."""
    rows = [
        row("s1", 0, 100, BOB),
        row("s1", 0, 100, CAROL),
        row("s2", 50, 150, PersonId("id-erin")),
        row("s3", 50, 150, PersonId("id-finn"), kind="alumni"),
        replace(row("s4", 50, 150, PersonId("id-gus")), session_start=None),
        row("s5", 50, 150, PersonId("id-hal"), host=BEN),
    ]
    found = overlaps(rows, BILLABLE)
    assert found.clients == {}
    assert found.facilitators == {("s1", ALICE): ("s2",), ("s2", ALICE): ("s1",)}
    assert [found.of(r) for r in rows] == [True, True, True, False, False, False]


def test_presence_that_lasts_is_left_out() -> None:
    """Rows of sessions that go on are nobody's overlap yet."""
    lasting = replace(row("s1", 0, 100, host=BEN), intervals=(Interval(0, None),))
    assert overlaps([lasting, row("s2", 50, 150)], BILLABLE).clients == {}


def test_what_goes_on_is_compared_as_it_is_now() -> None:
    """A row that lasts ends now; one that has ended stays as it is."""
    lasting = replace(
        row("s1", 0, 100, host=BEN),
        final=False,
        session_end=None,
        intervals=(Interval(0, 10, "gap"), Interval(20, None)),
    )
    ended = row("s2", 50, 150)
    assert as_of(ended, 60) is ended
    assert as_of(lasting, 60).intervals == (Interval(0, 10, "gap"), Interval(20, 60))
    found = overlaps([as_of(lasting, 60), ended], BILLABLE)
    assert (found.of_client(ended), found.of_facilitator(ended)) == (True, False)
    assert overlaps([as_of(lasting, 50), ended], BILLABLE).clients == {}
