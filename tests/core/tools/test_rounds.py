"""The go-around: generated histories in which people come, go, pass and press at once."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from telehealth.core.ids import MemberNumber, PersonId
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import Role
from telehealth.core.tools.rounds import (
    TOOL,
    Place,
    Rounds,
    RoundsBack,
    RoundsNext,
    RoundsPass,
    RoundsPut,
    RoundsSeen,
    RoundsSkip,
    RoundsStart,
    RoundsStop,
    Turn,
)
from telehealth.core.tools.tool import Acted, Actor, Moment, Move

HOST, OBSERVER = 1, 2


def actor(number: int, circle: int = 0) -> Actor:
    role = {HOST: Role.FACILITATOR, OBSERVER: Role.OBSERVER}.get(number, Role.CLIENT)
    return Actor(MemberNumber(number), PersonId(f"p{number}"), role, circle, number == HOST)


@dataclass
class Circle:
    """A group with a go-around; who is here, in the order of their seats."""

    here: list[int] = field(default_factory=lambda: [HOST, OBSERVER, 3, 4, 5])
    apart: dict[int, int] = field(default_factory=dict)
    state: Rounds = field(default_factory=Rounds)
    at: int = 0

    def moment(self) -> Moment:
        self.at += 1000
        here = tuple(actor(one, self.apart.get(one, 0)) for one in self.here)
        return Moment(self.at, here)

    def ask(self, who: int, move: Move) -> Code | None:
        acted = TOOL.act(self.state, actor(who, self.apart.get(who, 0)), move, self.moment())
        if isinstance(acted, Refusal):
            return acted.code
        assert isinstance(acted, Acted)
        assert isinstance(acted.state, Rounds)
        assert acted.kept == ()
        self.state = acted.state
        return None

    def onward(self) -> int:
        """A host goes on; whose turn it is then."""
        assert self.ask(HOST, RoundsNext(after=self.state.now)) is None
        return self.state.now

    def seen(self, who: int) -> RoundsSeen | None:
        seen = TOOL.seen(self.state, actor(who, self.apart.get(who, 0)))
        assert seen is None or isinstance(seen, RoundsSeen)
        return seen


def begun(**how: int) -> Circle:
    circle = Circle()
    assert circle.ask(HOST, RoundsStart(topic="  One good thing ", **how)) is None  # type: ignore[arg-type]
    return circle


def test_everybody_has_a_turn_in_the_order_of_their_seats() -> None:
    """Clients speak from the first seat on, each may end their own turn, and then it is over."""
    circle = begun(seconds=120)
    seen = circle.seen(4)
    assert seen
    assert (seen.open, seen.topic, seen.seconds, seen.began) == (True, "One good thing", 120, 1000)
    assert [one.member for one in seen.people] == [3, 4, 5]
    assert circle.state.now == 3
    assert circle.ask(3, RoundsNext(after=3)) is None
    assert circle.state.now == 4
    assert circle.onward() == 5
    assert circle.onward() == 0
    assert {one.turn for one in circle.state.people} == {Turn.DONE}


def test_two_who_press_at_once_leave_nobody_out() -> None:
    """The second ask names a turn that is over, and changes nothing."""
    circle = begun()
    assert circle.ask(3, RoundsNext(after=3)) is None
    assert circle.ask(HOST, RoundsNext(after=3)) is None
    assert circle.state.now == 4


def test_who_passes_is_not_asked_again_unless_they_wish() -> None:
    """A turn is passed before it comes or in the middle of it; it is taken back by oneself alone, at the end."""
    circle = begun()
    assert circle.ask(4, RoundsPass()) is None
    assert circle.ask(3, RoundsPass()) is None
    assert circle.state.now == 5
    before = circle.state
    for who, move in ((HOST, RoundsPut(member=4, place=Place.NEXT)), (5, RoundsBack()), (4, RoundsPass())):
        assert circle.ask(who, move) is None
    assert circle.state == before
    assert circle.ask(4, RoundsBack()) is None
    assert circle.onward() == 4
    assert circle.onward() == 0
    assert circle.state.turn(MemberNumber(3)) is Turn.PASSED


def test_a_host_changes_the_order_and_leaves_somebody_out_without_a_word() -> None:
    """Sooner, later, not in this round; for clients the one who was left out looks like everybody who has spoken."""
    circle = begun()
    assert circle.ask(HOST, RoundsPut(member=5, place=Place.NEXT)) is None
    assert [one.member for one in circle.state.people] == [3, 5, 4]
    assert circle.ask(HOST, RoundsPut(member=5, place=Place.LAST)) is None
    assert [one.member for one in circle.state.people] == [3, 4, 5]
    assert circle.ask(HOST, RoundsSkip(member=4)) is None
    assert circle.ask(HOST, RoundsSkip(member=4)) is None
    assert circle.ask(HOST, RoundsSkip(member=99)) is Code.NO_SUCH_MEMBER
    assert circle.ask(HOST, RoundsSkip(member=3)) is None
    assert circle.state.now == 5
    client, host = circle.seen(5), circle.seen(HOST)
    assert client
    assert host
    assert [one.turn for one in client.people] == [Turn.DONE, Turn.DONE, Turn.NOW]
    assert [one.turn for one in host.people] == [Turn.SKIPPED, Turn.SKIPPED, Turn.NOW]


def test_who_comes_late_is_last_and_who_is_away_is_not_lost() -> None:
    """A late comer is last; who was away, or lost their connection in their turn, has it once they are back."""
    circle = begun()
    circle.here += [6]
    circle.here.remove(3)
    assert circle.onward() == 4
    circle.apart[5] = -1
    assert circle.onward() == 6
    circle.here.insert(2, 3)
    assert circle.onward() == 3
    assert circle.onward() == 0
    del circle.apart[5]
    assert circle.onward() == 5


def test_it_is_led_by_hosts_and_by_nobody_else() -> None:
    """Others may begin, order, skip and end nothing; before it is begun there is nothing to do; ended, it is gone."""
    circle = Circle()
    assert circle.ask(3, RoundsStart()) is Code.NOT_ALLOWED
    assert circle.ask(3, RoundsPass()) is Code.NO_SUCH_THING
    circle = begun()
    for move in (RoundsSkip(member=4), RoundsPut(member=4, place=Place.LAST), RoundsNext(after=4), RoundsStop()):
        assert circle.ask(3, move) is Code.NOT_ALLOWED
    assert circle.ask(HOST, RoundsStop()) is None
    assert circle.seen(3) == RoundsSeen(open=False)


def test_hosts_take_part_if_they_wish_and_observers_never() -> None:
    """With `hosts` whoever leads has a turn, too."""
    assert [one.member for one in begun().state.people] == [3, 4, 5]
    assert [one.member for one in begun(hosts=True).state.people] == [HOST, 3, 4, 5]


def test_nobody_of_another_circle_sees_it() -> None:
    """Who is aside, or held apart, sees nothing of the group's go-around."""
    circle = begun()
    circle.apart = {4: -1, 5: 5}
    assert circle.seen(4) is None
    assert circle.seen(5) is None
    assert circle.seen(3) is not None


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["next", "next", "done", "pass", "back", "skip", "first", "last", "come", "go", "aside", "late"]
        ),
        st.integers(3, 9),
    ),
    max_size=40,
)


@given(STEPS)
def test_whatever_happens_everybody_speaks_once(steps: list[tuple[str, int]]) -> None:
    """Nobody is asked twice; a pass is kept; when all are back, going on reaches everybody who is here, and it ends."""
    circle = begun()
    spoke: list[int] = []
    passed: set[int] = set()
    skipped: set[int] = set()

    def play(move: Move, who: int) -> None:
        now, was_here = circle.state.now, circle.state.now in circle.here and not circle.apart.get(circle.state.now)
        if circle.ask(who, move) is not None:
            return
        if isinstance(move, RoundsNext) and now and circle.state.turn(now) is Turn.DONE:
            assert was_here
            spoke.append(now)

    for what, whom in steps:
        if what in ("next", "done"):
            play(RoundsNext(after=circle.state.now), HOST if what == "next" else whom)
        elif what in ("pass", "back") and whom in circle.here:
            play(RoundsPass() if what == "pass" else RoundsBack(), whom)
            if circle.state.turn(MemberNumber(whom)) is Turn.PASSED and what == "pass":
                passed.add(whom)
            elif what == "back":
                passed.discard(whom)
        elif what == "skip":
            play(RoundsSkip(member=whom), HOST)
            if circle.state.turn(MemberNumber(whom)) is Turn.SKIPPED:
                skipped.add(whom)
        elif what in ("first", "last"):
            play(RoundsPut(member=whom, place=Place.NEXT if what == "first" else Place.LAST), HOST)
        elif what in ("come", "late") and whom not in circle.here:
            circle.here.append(whom)
        elif what == "go" and whom in circle.here:
            circle.here.remove(whom)
        elif what == "aside":
            circle.apart[whom] = 0 if circle.apart.get(whom) else -1
        turns = [one.turn for one in circle.state.people]
        assert turns.count(Turn.NOW) <= 1
        assert len({one.member for one in circle.state.people}) == len(turns)
        assert {one.member for one in circle.state.people if one.turn is Turn.PASSED} == passed
    circle.apart.clear()
    for _ in range(20):
        play(RoundsNext(after=circle.state.now), HOST)
    assert not circle.state.now
    assert len(spoke) == len(set(spoke))
    clients = {one for one in circle.here if one >= 3}
    assert clients <= set(spoke) | passed | skipped
