"""What a path is spent on: made-up wishes and histories of estimates."""

from hypothesis import given, settings
from hypothesis import strategies as st

from telehealth.media.allocation import NOTHING, PAUSED_FOR, UP_EVERY, Granted, Step, Wish, allocate, wanted
from telehealth.media.slots import Flow


def camera(member: int, *bits: float, speaks: bool = False) -> Wish:
    return Wish(Flow(member, "camera"), 300, speaks, tuple(Step(level, cost) for level, cost in enumerate(bits)))


def screen(member: int, *bits: float) -> Wish:
    return camera(member, *bits)._replace(flow=Flow(member, "screen"))


@st.composite
def rooms(draw: st.DrawFn) -> list[Wish]:
    """Up to nine cameras of which at most one speaks, up to two screens, each with its own rates."""
    wishes = []
    speaker = draw(st.integers(0, 9))
    for member in range(draw(st.integers(1, 9))):
        steps = draw(st.lists(st.floats(10e3, 500e3), min_size=1, max_size=4))
        rising = [sum(steps[: at + 1]) for at in range(len(steps))]
        wishes.append(camera(member, *rising, speaks=member == speaker))
    wishes += [screen(member, draw(st.floats(50e3, 1.2e6))) for member in range(draw(st.integers(0, 2)))]
    return wishes


def cost(wishes: list[Wish], granted: Granted) -> float:
    bits = {(wish.flow, step.level): step.bits for wish in wishes for step in wish.steps}
    return sum(bits[flow, level] for flow, level in granted.levels.items() if level is not None)


def rank(level: int | None) -> int:
    return -1 if level is None else level


budgets = st.floats(0, 6e6)


@settings(deadline=None)
@given(rooms(), st.lists(st.tuples(budgets, st.floats(0, 5)), min_size=1, max_size=30))
def test_whatever_the_estimates_do_no_budget_is_exceeded(
    wishes: list[Wish], history: list[tuple[float, float]]
) -> None:
    """After any history, what flows fits into the budget of that moment, and nothing rises by more than a step."""
    granted, now = NOTHING, 0.0
    for budget, elapsed in history:
        now += elapsed
        before = granted
        granted = allocate(wishes, budget, before, now)
        assert cost(wishes, granted) <= budget + 1e-6
        assert granted.levels.keys() == {wish.flow for wish in wishes}
        for wish in wishes:
            if wish.flow in before.levels:
                old, new = rank(before.levels[wish.flow]), rank(granted.levels[wish.flow])
                assert new <= old + 1
                assert new <= old or now - before.risen >= UP_EVERY


def settled(wishes: list[Wish], budget: float) -> Granted:
    granted = NOTHING
    for second in range(12):
        granted = allocate(wishes, budget, granted, 6.0 * second)
    return granted


@settings(deadline=None)
@given(rooms(), budgets, budgets)
def test_more_room_takes_nothing_from_anybody(wishes: list[Wish], one: float, other: float) -> None:
    """Of two budgets that carry the same screens, the larger gives each camera at least as much."""
    less, more = (settled(wishes, budget).levels for budget in sorted((one, other)))
    screens = [wish.flow for wish in wishes if wish.flow.source == "screen"]
    assert all(rank(less[flow]) <= rank(more[flow]) for flow in screens[:1])
    if all((less[flow] is None) == (more[flow] is None) for flow in screens):
        assert all(rank(less[flow]) <= rank(more[flow]) for flow in less)


@settings(deadline=None)
@given(rooms(), st.floats(100e3, 6e6), st.lists(st.floats(0.93, 1.07), min_size=5, max_size=40))
def test_a_trembling_estimate_changes_nothing(wishes: list[Wish], budget: float, noise: list[float]) -> None:
    """Once settled, swings of seven percent in either direction leave every picture as it is."""
    granted = settled(wishes, budget * 1.07)
    for at, factor in enumerate(noise):
        before = granted
        granted = allocate(wishes, budget * factor, before, 100.0 + at)
        assert granted.levels == before.levels


@settings(deadline=None)
@given(rooms())
def test_with_room_for_everything_everybody_gets_their_best(wishes: list[Wish]) -> None:
    """A path that carries all, and what hysteresis asks on top, ends with every picture at its largest."""
    granted = settled(wishes, wanted(wishes) / 0.85 + 1)
    assert [granted.levels[wish.flow] for wish in wishes] == [wish.steps[-1].level for wish in wishes]


def test_whoever_speaks_is_seen_last_of_all_to_go() -> None:
    """As the budget shrinks pictures go in the order of their tiles, from the end; the speaker's goes last."""
    wishes = [camera(1, 100e3), camera(2, 100e3), camera(3, 100e3, speaks=True)]
    shown = []
    for budget in (360e3, 240e3, 120e3, 90e3):
        levels = allocate(wishes, budget, NOTHING, 0.0).levels
        shown.append([flow.member for flow, level in levels.items() if level is not None])
    assert shown == [[1, 2, 3], [1, 3], [3], []]


def test_a_shared_screen_comes_before_cameras_and_one_that_never_fits_costs_them_nothing() -> None:
    """With room for the screen or two faces: the screen. With too little for the screen: the faces."""
    wishes = [camera(1, 100e3), camera(2, 100e3), screen(3, 200e3)]
    assert allocate(wishes, 240e3, NOTHING, 0.0).levels == {
        Flow(1, "camera"): None,
        Flow(2, "camera"): None,
        Flow(3, "screen"): 0,
    }
    assert allocate(wishes, 190e3, NOTHING, 0.0).levels == {
        Flow(1, "camera"): 0,
        Flow(2, "camera"): None,
        Flow(3, "screen"): None,
    }


def test_down_at_once_and_up_a_step_a_second() -> None:
    """One call gives up what does not fit; afterwards each second brings each picture back by one step."""
    wishes = [camera(1, 50e3, 100e3, 400e3), camera(2, 50e3, 100e3, 400e3)]
    granted = settled(wishes, 2e6)
    assert set(granted.levels.values()) == {2}
    granted = allocate(wishes, 60e3, granted, 100.0)
    assert list(granted.levels.values()) == [0, None]
    granted = allocate(wishes, 2e6, granted._replace(risen=100.0, paused=0.0), 100.4)
    seen = []
    for step in range(6):
        granted = allocate(wishes, 2e6, granted, 100.9 + 0.5 * step)
        seen.append(list(granted.levels.values()))
    assert seen == [[0, None], [1, 0], [1, 0], [2, 1], [2, 1], [2, 2]]


def test_a_paused_picture_stays_paused_for_a_while() -> None:
    """Room that comes back a second after a pause is not believed; after five seconds it is."""
    wishes = [camera(1, 50e3, 100e3)]
    granted = allocate(wishes, 40e3, settled(wishes, 1e6), 100.0)
    assert granted.levels == {Flow(1, "camera"): None}
    assert allocate(wishes, 1e6, granted, 100.0 + PAUSED_FOR - 0.1).levels == {Flow(1, "camera"): None}
    assert allocate(wishes, 1e6, granted, 100.0 + PAUSED_FOR).levels == {Flow(1, "camera"): 0}


def test_an_encoding_that_ends_is_replaced_by_the_next_smaller_one() -> None:
    """A page stops its largest encoding: the receiver falls to what there is, without a pause."""
    granted = settled([camera(1, 50e3, 100e3, 400e3)], 2e6)
    assert granted.levels == {Flow(1, "camera"): 2}
    assert allocate([camera(1, 50e3, 100e3)], 2e6, granted, 90.0).levels == {Flow(1, "camera"): 1}


def test_a_tile_that_is_made_larger_is_sharp_at_once() -> None:
    """A person who enlarges a picture does not watch it climb, where there is room."""
    small, large = camera(1, 50e3), camera(1, 50e3, 100e3, 400e3)._replace(width=900)
    granted = allocate([small], 1e6, settled([small], 1e6), 90.0)
    assert allocate([large], 1e6, granted, 90.1).levels == {Flow(1, "camera"): 2}
    assert allocate([large], 130e3, granted, 90.1).levels == {Flow(1, "camera"): 1}


def test_a_picture_that_appears_is_shown_at_once_as_well_as_it_fits() -> None:
    """Nobody waits for a newcomer to climb step by step where there is room."""
    granted = settled([camera(1, 50e3, 100e3)], 1e6)
    both = [camera(1, 50e3, 100e3), camera(2, 50e3, 100e3, 400e3)]
    assert allocate(both, 1e6, granted, 90.0).levels[Flow(2, "camera")] == 2
    assert allocate(both, 160e3, granted, 90.0).levels[Flow(2, "camera")] == 0
