"""Messages before a session: when each is due for whom, and what stops one."""

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telehealth.core.ahead import (
    BEFORE_QUIET,
    MINUTE,
    NOTHING_AHEAD,
    Ahead,
    Plan,
    moments,
    plan,
    quiet_until,
    told_of_cancelling,
    unwanted,
)
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.records import Person, Session
from telehealth.core.sendings import Channel, Quiet, Sending, Why
from telehealth.core.series import SUPERSEDED
from telehealth.packs import load

BOB, CAROL = PersonId("id-bob"), PersonId("id-carol")
CHICAGO, PHOENIX = ZoneInfo("America/Chicago"), ZoneInfo("America/Phoenix")
RULES = load().aheads["iop-reminders/1"]
WAYS = frozenset(Channel)


def at(day: int, clock: str, zone: tzinfo = CHICAGO) -> Millis:
    """A moment of March 2026 by a local clock; summer time begins there on the 8th."""
    hour, minute = clock.split(":")
    return round(datetime(2026, 3, day, int(hour), int(minute), tzinfo=zone).timestamp() * 1000)


USUAL = at(18, "18:00")


def session(starts: Millis = USUAL, **more: object) -> Session:
    made = Session(
        SessionId("s1"), ProgrammeId("p1"), None, "group_therapy", "", starts, starts + 180 * MINUTE,
        "America/Chicago", 8, (PersonId("id-alice"),), (BOB, CAROL),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


USUAL_ONE = session()
PEOPLE = {
    BOB: Person(BOB, False, "X Y", "X", "bob@example.org", "+12175550100"),
    CAROL: Person(CAROL, False, "X Y", "X", "carol@example.org", "+12175550101", channel="both"),
}
ZONES: dict[PersonId, tzinfo] = {BOB: CHICAGO, CAROL: CHICAGO}


def due(one: Session, now: Millis, rules: Ahead = RULES) -> Plan:
    return plan(rules, one, now, people=PEOPLE, zones=ZONES, ways=WAYS)


def times(one: Session, zone: tzinfo = CHICAGO, rules: Ahead = RULES) -> list[tuple[int, Millis]]:
    return [(moment.step, moment.at) for moment in moments(rules, one, zone)]


def test_a_day_and_an_hour_before() -> None:
    """Each client on each channel that they wish, once a step, and nothing outside of its time."""
    one = session()
    assert due(one, at(17, "17:59")) == Plan((), at(17, "18:00"))
    first = due(one, at(17, "18:00"))
    assert [(s.client, s.step, s.channel) for s in first.sendings] == [
        (BOB, 1440, Channel.EMAIL), (CAROL, 1440, Channel.EMAIL), (CAROL, 1440, Channel.SMS),
    ]  # fmt: skip
    assert {(s.why, s.about, s.expires, s.by) for s in first.sendings} == {
        (Why.BEFORE, one.starts, at(18, "17:00"), "system")
    }
    assert first.again == at(18, "17:00")
    again = due(one, at(17, "20:00"))
    assert {s.id for s in again.sendings} == {s.id for s in first.sendings}, "another node plans the same"
    assert len({s.id for s in first.sendings}) == 3
    assert {s.step for s in due(one, at(18, "17:44")).sendings} == {60}
    assert due(one, at(18, "17:45")) == Plan((), None)


def test_quiet_hours_go_by_the_client_s_clock() -> None:
    """What falls into them waits for their end; where that is too late it goes out shortly before they begin."""
    early = session(at(18, "07:30"))
    assert times(early) == [(1440, at(17, "08:00")), (60, at(17, "21:00") - BEFORE_QUIET)]
    assert times(early, PHOENIX) == [(1440, at(17, "08:00", PHOENIX)), (60, at(17, "21:00", PHOENIX) - BEFORE_QUIET)]
    assert times(session(at(18, "12:00"))) == [(1440, at(17, "12:00")), (60, at(18, "11:00"))]


def test_over_the_change_to_summer_time() -> None:
    """A day before is 24 hours before, and quiet hours end by the local clock of that day."""
    assert times(session(at(8, "18:00"))) == [(1440, at(7, "17:00")), (60, at(8, "17:00"))]
    assert times(session(at(9, "07:30"))) == [(1440, at(8, "08:00")), (60, at(8, "21:00") - BEFORE_QUIET)]


def test_a_server_that_was_away_sends_the_latest_only() -> None:
    """So does a session that was made late; in quiet hours nobody hears of it before they end."""
    one = session(at(18, "10:00"))
    assert {s.step for s in due(one, at(18, "09:10")).sendings} == {60}
    assert {s.step for s in due(one, at(17, "20:59")).sendings} == {1440}
    assert due(one, at(17, "23:00")) == Plan((), at(18, "08:00"))
    assert {s.step for s in due(one, at(18, "08:00")).sendings} == {1440}


def test_a_moment_that_the_next_one_overtakes_is_none() -> None:
    """Quiet hours may leave no time between two reminders: the later one stands for both."""
    close = Ahead("a/1", (90, 60), 15, 0, RULES.quiet)
    assert times(session(at(18, "09:00")), rules=close) == [(60, at(18, "08:00"))]
    assert times(session(at(18, "07:00")), rules=close) == [(60, at(17, "21:00") - BEFORE_QUIET)]


def test_a_moved_session_is_reminded_of_anew() -> None:
    """The new time makes new names, and what was planned for the old one is not sent."""
    before = due(session(), at(17, "18:00")).sendings
    moved = session(at(19, "18:00"))
    after = due(moved, at(18, "18:00")).sendings
    assert {s.id for s in before}.isdisjoint(s.id for s in after)
    assert unwanted(before[0], moved, PEOPLE[BOB]) == "moved"
    assert unwanted(after[0], moved, PEOPLE[BOB]) == ""


def test_who_would_be_told_is_known_before_it_is_cancelled() -> None:
    """Whoever has an address for what they wish, as long as daylight comes before the session, as `plan` then does it;
    nobody where the timetable tells nobody."""

    def told(now: Millis, one: Session = USUAL_ONE, rules: Ahead = RULES, people: object = PEOPLE) -> set[PersonId]:
        return set(told_of_cancelling(rules, one, now, people=people, zones=ZONES, ways=WAYS))  # type: ignore[arg-type]

    assert told(at(1, "12:00")) == told(at(18, "17:59")) == {BOB, CAROL}
    assert told(USUAL) == set()
    assert told(at(17, "12:00"), people={BOB: PEOPLE[BOB]}) == {BOB}
    assert told(at(17, "12:00"), rules=NOTHING_AHEAD) == set()
    early = session(at(18, "07:30"))
    assert told(at(17, "20:00"), early) == {BOB, CAROL}
    assert told(at(17, "22:00"), early) == set(), "it is over before the quiet hours are"
    off = replace(early, cancelled="other")
    assert due(off, at(17, "22:00")).sendings == due(off, at(18, "07:29")).sendings == ()


def test_whoever_is_expected_is_told_of_a_cancellation() -> None:
    """Once, from a week before, in daylight; not of a session that only moved to another day."""
    off = session(cancelled="staff_ill")
    assert due(off, at(11, "17:00")) == Plan((), at(11, "18:00"))
    told = due(off, at(16, "12:00"))
    assert {(s.why, s.step, s.expires) for s in told.sendings} == {(Why.CANCELLED, 0, off.starts)}
    assert due(off, at(16, "23:00")) == Plan((), at(17, "08:00"))
    assert due(off, off.starts) == Plan((), None)
    assert due(session(cancelled=SUPERSEDED), at(16, "12:00")) == Plan((), None)
    assert due(off, at(16, "12:00"), replace(RULES, cancelled=0)) == Plan((), None)
    assert due(off, at(16, "12:00"), NOTHING_AHEAD) == Plan((), None)


def test_what_stops_a_message() -> None:
    """A place in the session that was lost, a cancellation or its end, a wish, a missing address; each has a code."""
    (reminder, *_) = due(session(), at(17, "18:00")).sendings
    (notice, *_) = due(session(cancelled="weather"), at(17, "18:00")).sendings
    bob = PEOPLE[BOB]
    assert unwanted(reminder, None, bob) == "not_expected"
    assert unwanted(reminder, session(roster=(CAROL,)), bob) == "not_expected"
    assert unwanted(reminder, session(cancelled="weather"), bob) == "cancelled"
    assert unwanted(notice, session(), bob) == "takes_place"
    assert unwanted(notice, session(cancelled="weather"), bob) == ""
    assert unwanted(reminder, session(), replace(bob, reminders=False)) == "opted_out"
    assert unwanted(reminder, session(), replace(bob, email="")) == "no_address"
    assert unwanted(reminder, session(), None) == "no_address"


def test_without_quiet_hours() -> None:
    """A timetable may have none; `quiet_until` tells the end of those that hold."""
    loud = replace(RULES, quiet=None)
    assert times(session(at(18, "07:30")), rules=loud) == [(1440, at(17, "07:30")), (60, at(18, "06:30"))]
    assert quiet_until(loud, at(18, "03:00"), CHICAGO) is None
    assert quiet_until(RULES, at(18, "12:00"), CHICAGO) is None
    assert quiet_until(RULES, at(18, "03:00"), CHICAGO) == at(18, "08:00")
    assert NOTHING_AHEAD.reaches == 24 * 60 * MINUTE
    assert RULES.reaches == 8 * 24 * 60 * MINUTE


@given(
    starts=st.integers(at(1, "00:00", UTC), at(30, "00:00", UTC)),
    zone=st.sampled_from(["America/Chicago", "Pacific/Honolulu", "Europe/Madrid", "Asia/Kathmandu"]),
    begins=st.integers(0, 1439),
    ends=st.integers(0, 1439),
    steps=st.lists(st.integers(16, 3000), min_size=1, max_size=4, unique=True),
)
def test_no_reminder_is_ever_due_in_quiet_hours(
    starts: Millis, zone: str, begins: int, ends: int, steps: list[int]
) -> None:
    """Whatever the hours and the zone: each step has one moment at most, in order, before the start, within reach."""
    if begins == ends:
        return
    rules = Ahead("a/1", tuple(sorted(steps, reverse=True)), 15, 0, Quiet(begins, ends))
    here = ZoneInfo(zone)
    found = list(moments(rules, session(starts), here))
    for moment in found:
        brought_forward = Quiet((begins - 15) % 1440, begins)
        assert not rules.quiet.holds(moment.at, here) or brought_forward.holds(moment.at, here)  # type: ignore[union-attr]
        assert starts - rules.reaches - BEFORE_QUIET <= moment.at < moment.until <= starts - 15 * MINUTE
    assert [m.step for m in found] == sorted({m.step for m in found}, reverse=True)


def sending(channel: Channel) -> Sending:
    return Sending(
        "n", ProgrammeId("p1"), SessionId("s1"), BOB, Why.BEFORE, 60, channel, 0, 1, "system", session().starts
    )


@pytest.mark.parametrize(("channel", "says"), [(Channel.EMAIL, ""), (Channel.SMS, "no_address")])
def test_a_message_goes_on_the_channel_that_is_wished(channel: Channel, says: str) -> None:
    """One that was planned for a channel which the client gave up meanwhile is not sent."""
    assert unwanted(sending(channel), session(), PEOPLE[BOB]) == says


def test_quiet_hours_that_begin_in_an_hour_that_does_not_exist_begin_with_the_next_one() -> None:
    """On the night on which clocks are put forward 02:15 is never shown: it is quiet from 03:00 on, not from 03:15."""
    madrid = ZoneInfo("Europe/Madrid")
    quiet = Quiet(2 * 60 + 15, 0)
    put_forward = round(datetime(2026, 3, 29, 1, tzinfo=UTC).timestamp() * 1000)
    assert quiet.holds(put_forward, madrid)
    assert quiet.began(put_forward + MINUTE, madrid) == put_forward
    assert not quiet.holds(put_forward - 1, madrid)
