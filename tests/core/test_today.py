"""The board of a day: where each client of a session is, from before it begins until after it has ended."""

from telehealth.core.ids import PersonId
from telehealth.core.room import EMPTY
from telehealth.core.roster import Timetable
from telehealth.core.today import MINUTE, UNREMINDED, Patience, Where, board, patience

from .story import ALICE, BOB, CAROL, DAN, OLIVE, Story, clock

WAIT = Patience(7 * MINUTE, 15 * MINUTE)
ROSTER = (BOB, CAROL, DAN)


def now(story: Story, time: str, *excused: PersonId) -> dict[PersonId, str]:
    return {who: str(where) for who, where in board(story.room, ROSTER, excused, WAIT, clock(time)).items()}


def test_nobody_is_late_before_it_begins() -> None:
    """Not without a room, not while no host is there; the grace is counted from when the host came."""
    everybody = dict.fromkeys(ROSTER, Where.EXPECTED)
    assert board(EMPTY, ROSTER, (), WAIT, clock("19:00")) == everybody
    story = Story().at("18:00")
    assert now(story, "18:30") == everybody
    story.at("18:20").enter(ALICE)
    assert now(story, "18:26:59.999") == everybody
    assert now(story, "18:27") == dict.fromkeys(ROSTER, "late")
    assert now(story, "18:35") == dict.fromkeys(ROSTER, "missing")


def test_everybody_stands_in_one_place() -> None:
    """Here, waiting, away; whoever is late or excused; and whoever stands on no roster comes last."""
    story = Story().begin(BOB)
    story.enter(CAROL, OLIVE)
    assert now(story, "18:08") == {BOB: "here", CAROL: "waiting", DAN: "late"}
    story.at("18:30").leave(BOB)
    assert now(story, "18:31", DAN) == {BOB: "away", CAROL: "waiting", DAN: "excused"}
    assert list(board(story.room, (DAN, CAROL), (), WAIT, clock("18:31"))) == [DAN, CAROL, BOB]
    story.leave(CAROL)
    assert now(story, "18:32")[CAROL] == "missing", "they left the waiting room again"


def test_afterwards_it_says_who_came() -> None:
    """Whoever was seated once; waiting until the end was not coming."""
    story = Story().begin(BOB)
    story.enter(CAROL)
    story.at("20:00").leave(BOB)
    story.at("21:00").end()
    assert now(story, "22:00") == {BOB: "came", CAROL: "missing", DAN: "missing"}
    assert now(story, "22:00", DAN)[DAN] == "excused"


def test_patience_is_that_of_the_rules() -> None:
    """Late by the attendance policy; missing when the last reminder is due, or after a time of ours."""
    assert patience(7 * MINUTE, Timetable("t/1", (5, 10, 20))) == Patience(7 * MINUTE, 20 * MINUTE)
    assert patience(7 * MINUTE, Timetable("none", ())) == Patience(7 * MINUTE, UNREMINDED)
    assert patience(30 * MINUTE, Timetable("t/1", (5,))) == Patience(30 * MINUTE, 30 * MINUTE)
