"""How far a message may get: claims, outcomes, retries, and what is never sent again."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.records import Person
from telehealth.core.sendings import (
    CLAIM,
    OVER,
    PAUSES,
    Channel,
    Fault,
    Progress,
    Quiet,
    Reach,
    Sending,
    State,
    Why,
    Wish,
    address,
    channels,
    claimed,
    expired,
    lapsed,
    name_of,
    put_off,
    reach,
    settled,
    wish,
    wishing,
    withdrawn,
    without,
)

from .story import BOB, CAROL, clock

NOW = clock("18:05")
S = SessionId("s1")
SENDING = Sending(
    name_of(S, BOB, Why.LATE, 5, Channel.EMAIL),
    ProgrammeId("p1"),
    S,
    BOB,
    Why.LATE,
    5,
    Channel.EMAIL,
    NOW,
    NOW + 600_000,
    "system",
)
QUEUED = Progress(State.QUEUED, NOW, NOW)


def claim(progress: Progress = QUEUED, at: int = NOW) -> Progress:
    found = claimed(progress, "node.1", "smtp", at)
    assert found is not None
    return found


def test_a_name_means_one_message() -> None:
    """Client, session, reason, step and channel make it; any other one is another message."""
    names = {
        name_of(session, client, why, step, Channel.EMAIL)
        for session in (S, SessionId("s2"))
        for client in (BOB, CAROL)
        for why in Why
        for step in (5, 10)
    }
    assert len(names) == 8 * len(Why)
    assert SENDING.id == name_of(S, BOB, Why.LATE, 5, Channel.EMAIL)
    assert BOB not in SENDING.id
    beforehand = {name_of(S, BOB, Why.BEFORE, 60, channel, at) for channel in Channel for at in (0, 1, 2)}
    assert len(beforehand) == 6, "a moved session has other messages"


def test_only_what_is_queued_and_due_is_claimed() -> None:
    """Not before its time, not while somebody sends it, not after it is over; a claim counts as a try."""
    assert claimed(replace(QUEUED, next=NOW + 1), "n", "log", NOW) is None
    assert claim() == Progress(State.SENDING, NOW, NOW + CLAIM, 1, None, "smtp", "node.1")
    for state in (State.SENDING, *OVER):
        assert claimed(replace(QUEUED, state=state), "n", "log", NOW) is None


def test_a_claim_that_ran_out_is_unknown_for_ever() -> None:
    """Its node died: it may have gone out, so it is neither sent again nor called sent."""
    held = claim()
    assert lapsed(held, NOW + CLAIM - 1) is None
    gone = lapsed(held, NOW + CLAIM)
    assert gone is not None
    assert (gone.state, gone.fault) == (State.UNKNOWN, Fault.INTERRUPTED)
    assert lapsed(QUEUED, NOW + CLAIM) is None
    assert claimed(gone, "n", "smtp", NOW + 2 * CLAIM) is None


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (None, State.SENT),
        (Fault.UNREACHABLE, State.QUEUED),
        (Fault.NOT_SECURE, State.QUEUED),
        (Fault.SIGN_IN, State.QUEUED),
        (Fault.BUSY, State.QUEUED),
        (Fault.REFUSED, State.FAILED),
        (Fault.BAD_ADDRESS, State.FAILED),
        (Fault.UNANSWERED, State.UNKNOWN),
    ],
)
def test_what_a_try_comes_to(fault: Fault | None, state: State) -> None:
    """Only a try that certainly sent nothing is followed by another; the class of the fault is kept."""
    after = settled(SENDING, claim(), fault, NOW + 1_000)
    assert (after.state, after.fault, after.tries, after.holder) == (state, fault, 1, "")
    assert after.next == (NOW + 1_000 + PAUSES[0] if state is State.QUEUED else 0)


def test_pauses_grow_until_it_would_be_too_late() -> None:
    """Ten seconds, half a minute and so on; the first pause that would end too late gives up."""
    progress, at, waits = QUEUED, NOW, []
    while progress.state is State.QUEUED:
        at = max(at, progress.next)
        progress = settled(SENDING, claim(progress, at), Fault.BUSY, at)
        waits.append(progress.next - at)
    assert progress.state is State.GAVE_UP
    assert tuple(waits[:-1]) == PAUSES[: len(waits) - 1]
    assert progress.fault is Fault.BUSY
    late = settled(replace(SENDING, expires=NOW * 2), replace(claim(), tries=99), Fault.BUSY, NOW)
    assert late.next == NOW + PAUSES[-1]


def test_what_is_not_sent_says_why() -> None:
    """One that is not needed any more, and one that waited too long."""
    assert withdrawn(QUEUED, "came", NOW) == Progress(State.WITHDRAWN, NOW, reason="came")
    assert expired(QUEUED, NOW) == Progress(State.GAVE_UP, NOW)
    assert put_off(QUEUED, NOW + 5, NOW) == Progress(State.QUEUED, NOW, NOW + 5)


def test_who_may_be_written_to() -> None:
    """Whoever has an address and did not ask to be left alone; both are the default."""
    somebody = Person(PersonId("id-x"), False, "X Y", "X", "x@example.org")
    assert reach(somebody) is Reach.YES
    assert reach(replace(somebody, reminders=False)) is Reach.OPTED_OUT
    assert reach(replace(somebody, email=" ")) is Reach.NO_ADDRESS
    assert reach(None) is Reach.NO_ADDRESS


def test_on_which_channels() -> None:
    """Those that they wish, have an address for, and that there are; an e-mail if they wished for nothing."""
    both = Person(PersonId("id-x"), False, "X Y", "X", " x@example.org", "217-555-0100", channel="both")
    everything = frozenset(Channel)
    assert channels(both, everything) == (Channel.EMAIL, Channel.SMS)
    assert channels(both) == (Channel.EMAIL,)
    assert channels(replace(both, email=""), everything) == (Channel.SMS,)
    assert channels(replace(both, channel=""), everything) == (Channel.EMAIL,)
    assert channels(replace(both, channel="sms")) == ()
    assert reach(replace(both, channel="sms")) is Reach.NO_ADDRESS
    assert channels(None, everything) == ()
    assert (address(both, Channel.EMAIL), address(both, Channel.SMS)) == ("x@example.org", "217-555-0100")


def test_what_is_wished_can_be_taken_back() -> None:
    """One channel by itself, then the other; whoever wanted none and is asked again may choose."""
    both = Person(PersonId("id-x"), False, "X Y", "X", channel="both")
    assert wish(both) is Wish.BOTH
    assert wish(without(both, Channel.EMAIL)) is Wish.SMS
    assert wish(without(both, Channel.SMS)) is Wish.EMAIL
    nothing = without(without(both, Channel.SMS), Channel.EMAIL)
    assert (wish(nothing), nothing.channel) == (Wish.NONE, "email")
    assert without(nothing, Channel.SMS) == nothing
    assert wish(wishing(nothing, Wish.SMS)) is Wish.SMS
    assert wish(Person(PersonId("id-x"), False, "X Y", "X")) is Wish.EMAIL


@pytest.mark.parametrize(
    ("begins", "ends", "quiet", "loud"),
    [
        (22 * 60, 7 * 60, ("22:00", "23:59", "00:00", "06:59"), ("07:00", "12:00", "21:59")),
        (12 * 60, 13 * 60, ("12:00", "12:59"), ("11:59", "13:00", "00:00")),
    ],
)
def test_quiet_hours_go_by_the_local_clock(
    begins: int, ends: int, quiet: tuple[str, ...], loud: tuple[str, ...]
) -> None:
    """They may span midnight, begin on their minute, and end before theirs."""
    zone = ZoneInfo("America/New_York")
    midnight = 1_795_582_800_000  # 2026-11-25T05:00Z is midnight in New York
    hours = Quiet(begins, ends)

    def at(text: str) -> int:
        hour, minute = text.split(":")
        return midnight + (int(hour) * 60 + int(minute)) * 60_000

    assert all(hours.holds(at(text), zone) for text in quiet)
    assert not any(hours.holds(at(text), zone) for text in loud)
