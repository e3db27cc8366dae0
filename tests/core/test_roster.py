"""The roster against the room, and reminders by the timetable."""

from telehealth.core.ids import PersonId
from telehealth.core.room import EMPTY
from telehealth.core.roster import Expected, Nudge, Timetable, expected, nudges
from telehealth.core.sendings import Quiet
from telehealth.packs import load

from .story import ALICE, BOB, CAROL, DAN, FAY, OLIVE, Story, clock

TIMES = Timetable("t/1", (2, 5, 15))


def test_everybody_stands_in_one_place() -> None:
    """Present, waiting, gone and missing; staff and family are nobody's roster; who was not expected is named."""
    story = Story(expected=(BOB, CAROL, PersonId("id-erin"))).begin(BOB, FAY)
    story.enter(CAROL, OLIVE, DAN)
    story.admit(DAN)
    story.at("18:30").leave(DAN)
    assert expected(story.room) == Expected((BOB,), (CAROL,), (DAN,), (PersonId("id-erin"),), (DAN,))
    story.remove(CAROL)
    assert expected(story.room).gone == (CAROL, DAN)
    assert expected(EMPTY) == Expected((), (), (), (), ())


def due(story: Story, time: str, sent: dict[PersonId, list[int]] | None = None) -> list[tuple[PersonId, int]]:
    return [(nudge.client, nudge.minutes) for nudge in nudges(TIMES, story.room, clock(time), sent or {})]


def test_reminders_follow_the_timetable() -> None:
    """Each minute of it once, to whom nobody has seen; the latest only, if several are due."""
    story = Story().begin(BOB)
    story.enter(CAROL)
    assert due(story, "18:01:59.999") == []
    assert due(story, "18:02") == [(DAN, 2)]
    assert due(story, "18:03", {DAN: [2]}) == []
    assert due(story, "18:05", {DAN: [2]}) == [(DAN, 5)]
    assert due(story, "18:20") == [(DAN, 15)]
    assert due(story, "20:00", {DAN: [15]}) == []
    story.at("18:25").enter(DAN)
    assert due(story, "20:00") == []


def test_nobody_is_reminded_of_what_is_not_held() -> None:
    """Before a host is there, after the end, and without a room; a late host moves the timetable."""
    story = Story().at("18:00")
    assert due(story, "18:30") == []
    story.at("18:10").enter(ALICE)
    assert due(story, "18:11") == []
    assert {minutes for _, minutes in due(story, "18:12")} == {2}
    story.at("18:30").end()
    assert due(story, "18:40") == []
    assert nudges(TIMES, EMPTY, clock("18:40"), {}) == []


def test_the_shipped_timetable() -> None:
    """Two, five and fifteen minutes once; five, ten and fifteen now, with hours in which nobody is written to."""
    timetables = load().timetables
    assert timetables["iop-nudges/1"].minutes == (2, 5, 15)
    assert timetables["iop-nudges/2"] == Timetable("iop-nudges/2", (5, 10, 15), 10, 5, Quiet(21 * 60 + 30, 7 * 60 + 30))
    assert Nudge(BOB, 2).minutes == 2
