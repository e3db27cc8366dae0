"""The clock that everybody sees."""

from telehealth.core.ids import MemberNumber, PersonId
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import Role
from telehealth.core.tools.timer import LONGEST, TOOL, For, Timer, TimerMore, TimerSeen, TimerStart, TimerStop
from telehealth.core.tools.tool import Acted, Actor, Moment, Move

HOST = Actor(MemberNumber(1), PersonId("p1"), Role.FACILITATOR, 0, True)
SKY = Actor(MemberNumber(2), PersonId("p2"), Role.CLIENT, 0, False)


def asked(state: Timer, me: Actor, move: Move, at: int) -> Timer:
    acted = TOOL.act(state, me, move, Moment(at, ()))
    assert isinstance(acted, Acted)
    assert isinstance(acted.state, Timer)
    return acted.state


def test_it_counts_to_an_end_by_the_servers_clock() -> None:
    """It begins when it is asked for, is made longer from its end or, once that is over, from now, and is put away."""
    timer = asked(Timer(), HOST, TimerStart(what=For.BREAK, seconds=600, bell=True), 5_000)
    assert TOOL.seen(timer, SKY) == TimerSeen(open=True, what=For.BREAK, began=5_000, ends=605_000, bell=True)
    timer = asked(timer, HOST, TimerMore(seconds=60), 10_000)
    assert timer.ends == 665_000
    timer = asked(timer, HOST, TimerMore(seconds=60), 700_000)
    assert timer.ends == 760_000
    timer = asked(timer, HOST, TimerMore(seconds=LONGEST), 700_000)
    assert timer.ends == 700_000 + LONGEST * 1000
    assert asked(timer, HOST, TimerStop(), 710_000) == Timer()


def test_only_those_who_lead_set_it() -> None:
    """A client sets nothing; without a clock there is nothing to make longer."""
    for move, me, code in (
        (TimerStart(what=For.SESSION, seconds=60), SKY, Code.NOT_ALLOWED),
        (TimerMore(seconds=60), HOST, Code.NO_SUCH_THING),
        (TimerStop(), HOST, Code.NO_SUCH_THING),
    ):
        assert TOOL.act(Timer(), me, move, Moment(1, ())) == Refusal(code)
