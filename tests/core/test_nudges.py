"""Whom a timetable or a member of staff may remind, and what stops it."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC

from telehealth.core import nudges
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.records import Person, Session
from telehealth.core.refusals import Code, Refusal
from telehealth.core.room import EMPTY
from telehealth.core.roster import Timetable
from telehealth.core.sendings import Channel, Progress, Quiet, Sending, State, Tracked, Why

from .story import ALICE, BOB, CAROL, DAN, Story, clock

TIMES = Timetable("t/1", (5, 10, 15))
PEOPLE = {who: Person(who, False, "X Y", "X", "x@example.org") for who in (BOB, CAROL, DAN)}
SESSION = Session(
    SessionId("s1"),
    ProgrammeId("p1"),
    None,
    "group_therapy",
    "",
    clock("18:00"),
    clock("21:00"),
    "UTC",
    8,
    (ALICE,),
    (BOB, CAROL, DAN),
)


def evening() -> Story:
    """Bob came; Carol and Dan are late."""
    return Story().begin(BOB)


def due(
    story: Story,
    time: str,
    *,
    timetable: Timetable = TIMES,
    session: Session = SESSION,
    people: dict[PersonId, Person] = PEOPLE,
    excused: Collection[PersonId] = (),
    before: Iterable[Tracked] = (),
) -> list[Sending]:
    return nudges.due(
        timetable, session, story.room, clock(time), zone=UTC, people=people, excused=excused, before=before
    )


def ask(
    story: Story, time: str, client: PersonId, *, person: Person | None = None, before: Iterable[Tracked] = ()
) -> Sending | Refusal:
    """Of a client who is written to by e-mail: one message."""
    decided = nudges.ask(
        TIMES,
        SESSION,
        story.room,
        clock(time),
        client=client,
        author=ALICE,
        person=person or PEOPLE.get(client),
        excused=(),
        before=before,
    )
    if isinstance(decided, Refusal):
        return decided
    (one,) = decided
    return one


def tracked(*sendings: Sending, state: State = State.SENT) -> list[Tracked]:
    return [Tracked(one, Progress(state)) for one in sendings]


def steps(sendings: list[Sending]) -> list[tuple[PersonId, int]]:
    return [(one.client, one.step) for one in sendings]


def test_the_timetable_sends_each_step_once() -> None:
    """At five, ten and fifteen minutes, to whoever is missing, with what is needed to send it."""
    story = evening()
    assert due(story, "18:04:59") == []
    first = due(story, "18:05")
    assert steps(first) == [(CAROL, 5), (DAN, 5)]
    assert first[0].expires == clock("18:15")
    assert (first[0].why, first[0].channel, first[0].by) == (Why.LATE, Channel.EMAIL, "system")
    assert due(story, "18:06", before=tracked(*first)) == []
    assert steps(due(story, "18:10", before=tracked(*first))) == [(CAROL, 10), (DAN, 10)]
    story.at("18:11").enter(CAROL)
    assert steps(due(story, "18:15", before=tracked(*first))) == [(DAN, 15)]


def test_a_reminder_that_comes_too_late_is_not_sent() -> None:
    """A server that was away for a while does not write an hour later."""
    assert steps(due(evening(), "18:24:59")) == [(CAROL, 15), (DAN, 15)]
    assert due(evening(), "18:25") == []


def test_nobody_is_written_to_against_their_will_or_need() -> None:
    """Opted out, without an address, excused, not on the roster any more, or in quiet hours."""
    story = evening()
    people = PEOPLE | {CAROL: replace(PEOPLE[CAROL], reminders=False)}
    assert steps(due(story, "18:05", people=people)) == [(DAN, 5)]
    assert steps(due(story, "18:05", people={DAN: PEOPLE[DAN]})) == [(DAN, 5)]
    assert steps(due(story, "18:05", excused={DAN})) == [(CAROL, 5)]
    assert steps(due(story, "18:05", session=replace(SESSION, roster=(BOB, DAN)))) == [(DAN, 5)]
    moment = clock("18:05") // 60_000 % 1440
    assert due(story, "18:05", timetable=replace(TIMES, quiet=Quiet(moment, moment + 5))) == []


def test_nothing_is_sent_of_what_is_not_held() -> None:
    """Without a host, without a room, after the end."""
    assert due(Story().at("18:00"), "18:30") == []
    story = evening()
    story.at("18:06").end()
    assert due(story, "18:10") == []
    assert nudges.due(TIMES, SESSION, EMPTY, clock("18:05"), zone=UTC, people=PEOPLE, excused=(), before=()) == []


def test_staff_may_remind_whoever_is_late() -> None:
    """At any time once the session goes on; each is a message of its own."""
    story = evening()
    first = ask(story, "18:01", CAROL)
    assert isinstance(first, Sending)
    assert (first.why, first.step, first.by, first.expires) == (Why.ASKED, 1, ALICE, clock("18:11"))
    again = ask(story, "18:06", CAROL, before=tracked(first))
    assert isinstance(again, Sending)
    assert again.step == 2
    assert again.id != first.id


def test_staff_and_timetable_do_not_write_at_once() -> None:
    """Five minutes lie between two messages of which a person asked for one, unless the first certainly failed."""
    story = evening()
    asked = ask(story, "18:03", CAROL)
    assert isinstance(asked, Sending)
    assert ask(story, "18:07:59", CAROL, before=tracked(asked)) == Refusal(Code.TOO_MANY)
    assert isinstance(ask(story, "18:04", CAROL, before=tracked(asked, state=State.FAILED)), Sending)
    assert isinstance(ask(story, "18:04", DAN, before=tracked(asked)), Sending)
    assert steps(due(story, "18:05", before=tracked(asked))) == [(DAN, 5)]
    assert steps(due(story, "18:08", before=tracked(asked))) == [(CAROL, 5), (DAN, 5)]
    by_timetable = due(story, "18:08")
    assert ask(story, "18:09", CAROL, before=tracked(*by_timetable)) == Refusal(Code.TOO_MANY)


def test_staff_cannot_remind_whom_it_would_be_wrong_to() -> None:
    """Somebody who came, who is not expected, or who asked to be left alone."""
    story = evening()
    assert ask(story, "18:05", BOB) == Refusal(Code.NOT_NOW)
    assert ask(story, "18:05", PersonId("id-erin")) == Refusal(Code.NO_SUCH_MEMBER)
    assert ask(story, "18:05", DAN, person=replace(PEOPLE[DAN], reminders=False)) == Refusal(Code.NOT_NOW)


def test_what_has_changed_since_stops_a_message() -> None:
    """Each reason has its code, and whoever is still missing has none."""
    story = evening()

    def why(client: PersonId = CAROL, session: Session | None = SESSION, excused: Collection[PersonId] = ()) -> str:
        return nudges.unwanted(session, story.room, client, PEOPLE.get(client), excused)

    assert why() == ""
    assert why(BOB) == "came"
    assert why(session=None) == "not_expected"
    assert why(PersonId("id-erin")) == "not_expected"
    assert why(excused={CAROL}) == "excused"
    assert nudges.unwanted(SESSION, EMPTY, CAROL, PEOPLE[CAROL], ()) == "not_begun"
    assert nudges.unwanted(SESSION, story.room, CAROL, None, ()) == "no_address"
    story.at("18:30").end()
    assert why() == "ended"


def test_each_channel_that_is_wished() -> None:
    """Both, by timetable and at a click, as far as there are such ways; a message on both is one step."""
    story, ways = evening(), frozenset(Channel)
    people = PEOPLE | {CAROL: replace(PEOPLE[CAROL], phone="217-555-0100", channel="both")}
    planned = nudges.due(
        TIMES, SESSION, story.room, clock("18:05"), zone=UTC, people=people, excused=(), before=(), ways=ways
    )
    assert [(one.client, one.channel) for one in planned] == [
        (CAROL, Channel.EMAIL), (CAROL, Channel.SMS), (DAN, Channel.EMAIL),
    ]  # fmt: skip

    def click(time: str, before: list[Tracked]) -> list[Sending]:
        asked = nudges.ask(
            TIMES, SESSION, story.room, clock(time), client=CAROL, author=ALICE, person=people[CAROL], excused=(),
            before=before, ways=ways,
        )  # fmt: skip
        assert isinstance(asked, list)
        return asked

    first = click("18:01", [])
    assert [(one.step, one.channel) for one in first] == [(1, Channel.EMAIL), (1, Channel.SMS)]
    assert [one.step for one in click("18:06", tracked(*first))] == [2, 2]
    texting = replace(people[CAROL], channel="sms")
    assert nudges.unwanted(SESSION, story.room, CAROL, texting, (), {Channel.EMAIL}) == "no_address"
