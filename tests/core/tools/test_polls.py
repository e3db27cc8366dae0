"""Polls: who learns what of whose answer, and what is left of it."""

import msgspec
import pytest

from telehealth.core.refusals import Code, Refusal
from telehealth.core.tools.polls import (
    MOST,
    TOOL,
    PollAnswer,
    PollCounts,
    Polls,
    PollsAnswer,
    PollsClose,
    PollSeen,
    PollsEnd,
    PollsMade,
    PollsSeen,
    PollsShow,
    PollsStart,
    PollVote,
)
from telehealth.core.tools.tool import LARGEST, Actor, Kept, Move

from .people import CLIENTS, HOST, IDA, OLIVE, PETE, acted, actor, moment

BOB, CAROL, DAN, _ = CLIENTS
HARD = PollsStart(question="What was hardest?", choices=("Evenings", "Weekends", "Pay day"))


def after(*moves: tuple[Actor, Move]) -> Polls:
    state: Polls = TOOL.first  # type: ignore[assignment]
    for who, move in moves:
        state = acted(TOOL, state, who, move).state  # type: ignore[assignment]
    return state


def answer(*choices: int, poll: str = "poll1") -> PollsAnswer:
    return PollsAnswer(poll=poll, choices=choices)


def of(state: Polls, who: Actor) -> list[PollSeen]:
    seen = TOOL.seen(state, who)
    assert isinstance(seen, PollsSeen)
    return seen.polls


def test_nobody_can_tell_who_chose_what_in_an_anonymous_poll() -> None:
    """Whoever answers does so once; the state holds counts and who has answered, in an order that says nothing; and
    two histories in which people chose the other way round end in equal states."""
    one = after((HOST, HARD), (CAROL, answer(0)), (BOB, answer(2)))
    other = after((HOST, HARD), (BOB, answer(0)), (CAROL, answer(2)))
    assert one == other
    assert (one.polls[0].counts, one.polls[0].answered) == ((1, 0, 1), (BOB.member, CAROL.member))
    assert TOOL.act(one, BOB, answer(1), moment()) == Refusal(Code.NOT_ALLOWED)
    assert acted(TOOL, after((HOST, HARD)), BOB, answer(1)).kept == ()


def test_results_are_the_leaders_until_they_are_shown() -> None:
    """A leader sees counts as they come; others only that they have answered, until the results are shown."""
    state = after((HOST, HARD), (BOB, answer(0)))
    assert (of(state, HOST)[0].counts, of(state, HOST)[0].total) == ([1, 0, 0], 1)
    (mine,), (other,) = of(state, BOB), of(state, CAROL)
    assert (mine.answered, mine.counts, mine.total, other.answered) == (True, None, None, False)
    shown = after((HOST, HARD), (BOB, answer(0)), (HOST, PollsShow(poll="poll1", shown=True)))
    assert of(shown, CAROL)[0].counts == [1, 0, 0]
    hidden = acted(TOOL, shown, HOST, PollsShow(poll="poll1", shown=False)).state
    assert of(hidden, CAROL)[0].counts is None  # type: ignore[arg-type]


def test_an_answer_by_name_can_be_changed_and_goes_into_ones_own_record() -> None:
    """Leaders see it, the group does not, and the last one is kept of that person."""
    named = msgspec.structs.replace(HARD, anonymous=False, several=True)
    begun = after((HOST, named))
    first = acted(TOOL, begun, BOB, answer(2, 0, 2))
    assert first.kept == (Kept(BOB.person, "poll.poll1", PollAnswer("What was hardest?", ("Evenings", "Pay day"))),)
    changed = acted(TOOL, first.state, BOB, answer(1)).state
    both = acted(TOOL, changed, CAROL, answer(1)).state
    assert isinstance(both, Polls)
    assert both.polls[0].counts == (0, 2, 0)
    assert of(both, HOST)[0].answers == [PollVote(BOB.member, (1,)), PollVote(CAROL.member, (1,))]
    assert (of(both, BOB)[0].mine, of(both, BOB)[0].answers) == ([1], [])


def test_a_peer_who_hosts_leads_a_poll_and_learns_no_names() -> None:
    """Whoever answers by name was told that staff see it: another client does not, and sees counts alone."""
    state = after((PETE, msgspec.structs.replace(HARD, anonymous=False)), (BOB, answer(1)), (PETE, answer(1)))
    assert (of(state, PETE)[0].counts, of(state, PETE)[0].answers) == ([0, 2, 0], [])
    assert len(of(state, HOST)[0].answers) == 2


def test_one_poll_runs_at_a_time() -> None:
    """A new one ends the one before and takes its results away; put away, nothing is seen but by leaders."""
    state = after((HOST, HARD), (HOST, PollsShow(poll="poll1", shown=True)), (HOST, HARD))
    assert [(one.running, one.shown) for one in of(state, HOST)] == [(False, False), (True, False)]
    assert [one.id for one in of(state, BOB)] == ["poll2"]
    away = acted(TOOL, state, HOST, PollsClose()).state
    assert isinstance(away, Polls)
    assert (of(away, BOB), len(of(away, HOST)), away.open) == ([], 2, False)
    assert not any(one.running for one in away.polls)


@pytest.mark.parametrize(
    ("who", "move", "code"),
    [
        (BOB, HARD, Code.NOT_ALLOWED),
        (BOB, PollsClose(), Code.NOT_ALLOWED),
        (HOST, PollsEnd(poll="none"), Code.NO_SUCH_THING),
        (BOB, answer(0, poll="none"), Code.NO_SUCH_THING),
        (BOB, answer(3), Code.MALFORMED),
        (BOB, answer(0, 1), Code.MALFORMED),
        (HOST, answer(0), Code.NOT_ALLOWED),
        (OLIVE, answer(0), Code.NOT_ALLOWED),
        (IDA, answer(0), Code.NOT_ALLOWED),
        (HOST, msgspec.structs.replace(HARD, choices=("a", " a")), Code.MALFORMED),
        (HOST, msgspec.structs.replace(HARD, choices=("a", " ")), Code.MALFORMED),
        (HOST, msgspec.structs.replace(HARD, question=" "), Code.MALFORMED),
    ],
)
def test_what_cannot_be_done_in_a_poll(who: Actor, move: Move, code: Code) -> None:
    """Staff do not answer, clients do not lead, and nobody chooses what is not there."""
    assert TOOL.act(after((HOST, HARD)), who, move, moment()) == Refusal(code)


def test_a_poll_that_has_ended_takes_no_answers() -> None:
    """Its counts stay."""
    state = after((HOST, HARD), (BOB, answer(1)), (HOST, PollsEnd(poll="poll1")))
    assert TOOL.act(state, CAROL, answer(0), moment()) == Refusal(Code.NO_SUCH_THING)
    assert of(state, HOST)[0].counts == [0, 1, 0]


def test_counts_stay_with_the_session_and_nothing_of_who() -> None:
    """Of a poll by name, too."""
    named = msgspec.structs.replace(HARD, anonymous=False)
    state = after((HOST, named), (BOB, answer(1)))
    assert TOOL.record is not None
    made = TOOL.record(state)
    assert made == PollsMade((PollCounts("What was hardest?", named.choices, (0, 1, 0), 1),))


def test_a_session_of_polls_fits() -> None:
    """As many polls as may be, as long as may be, with 35 answers each, and not one more."""
    long = PollsStart(question="q" * 300, choices=tuple(f"{n}{'c' * 150}" for n in range(6)), anonymous=False)
    state = after(*[(HOST, long)] * MOST)
    for number in range(2, 37):
        state = acted(TOOL, state, actor(number), answer(0, poll=f"poll{MOST}")).state  # type: ignore[assignment]
    assert len(msgspec.json.encode(state)) < LARGEST
    assert TOOL.act(state, HOST, long, moment()) == Refusal(Code.TOO_LARGE)
