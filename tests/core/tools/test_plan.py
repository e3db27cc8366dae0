"""Plans that are worked on in a session: each client is told of their own, leaders of all, nobody of unshown words."""

import pytest

from telehealth.core.ids import MemberNumber
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import Role
from telehealth.core.tools.plan import (
    TOOL,
    PlanClose,
    PlanHere,
    PlanHide,
    PlanMark,
    PlanOpen,
    Plans,
    PlanSeen,
    PlanShow,
    PlanShown,
)
from telehealth.core.tools.tool import Actor, Move

from .people import CLIENTS, HOST, PETE, acted, actor, moment

BOB, CAROL = CLIENTS[0], CLIENTS[1]
AUNT = actor(9, Role.COLLATERAL)
HERE = moment(here=(HOST, *CLIENTS, AUNT))


def play(*moves: tuple[Actor, Move]) -> Plans:
    state = Plans()
    for who, move in moves:
        after = acted(TOOL, state, who, move, HERE).state
        assert isinstance(after, Plans)
        state = after
    return state


def seen(state: Plans, who: Actor) -> PlanSeen | None:
    found = TOOL.seen(state, who)
    assert found is None or isinstance(found, PlanSeen)
    return found


def here(of: Actor, revision: int, place: str = "") -> PlanHere:
    return PlanHere(of=of.member, revision=revision, place=place)


def show(of: Actor) -> PlanShow:
    return PlanShow(of=of.member, title="My reasons", lines=("children",))


def test_everybody_gets_out_their_own() -> None:
    """Only who leads opens and closes it for all; before that there is nothing to see."""
    assert seen(Plans(), BOB) is None
    assert TOOL.act(Plans(), BOB, PlanOpen(), HERE) == Refusal(Code.NOT_ALLOWED)
    assert seen(play((HOST, PlanOpen())), BOB) == PlanSeen(open=True)
    assert seen(play((HOST, PlanOpen()), (HOST, PlanClose())), BOB) is None


def test_nobody_is_told_of_anothers_plan() -> None:
    """Revisions and who types where go to the plan's client and to those who lead, and to nobody else."""
    state = play((BOB, here(BOB, 3, "line1")), (CAROL, here(CAROL, 7)), (HOST, here(BOB, 2, "line2")))
    mine, hers, all_of_it = seen(state, BOB), seen(state, CAROL), seen(state, HOST)
    assert mine is not None
    assert hers is not None
    assert all_of_it is not None
    assert mine.plans == (PlanMark(BOB.member, 3),), "a revision never goes back"
    assert [(one.member, one.place) for one in mine.typing] == [(BOB.member, "line1"), (HOST.member, "line2")]
    assert (hers.plans, hers.typing) == ((PlanMark(CAROL.member, 7),), ())
    assert [one.of for one in all_of_it.plans] == [BOB.member, CAROL.member]
    assert seen(state, AUNT) is None
    stopped = acted(TOOL, state, HOST, here(BOB, 4), HERE).state
    assert [one.member for one in seen(stopped, BOB).typing] == [BOB.member]  # type: ignore[arg-type, union-attr]


@pytest.mark.parametrize("move", [here(CAROL, 1), show(CAROL)])
def test_a_client_touches_no_plan_but_their_own(move: Move) -> None:
    """Neither to write in it nor to show it."""
    assert TOOL.act(Plans(), BOB, move, HERE) == Refusal(Code.NOT_ALLOWED)


def test_plans_are_of_clients_who_are_here() -> None:
    """A host, a family member, somebody who is gone: none of them has one here."""
    for of in (HOST, AUNT, actor(77)):
        assert TOOL.act(Plans(), HOST, here(of, 1), HERE) == Refusal(Code.NO_SUCH_MEMBER)


def test_a_section_is_shown_for_a_moment() -> None:
    """Those who are together with whoever shows it see it, until its client, who showed it, or a leader hides it."""
    state = play((BOB, show(BOB)))
    shown = PlanShown(BOB.member, BOB.member, "My reasons", ("children",))
    assert seen(state, CAROL) == PlanSeen(open=True, shown=shown)
    assert seen(state, actor(3, circle=1)) is None
    assert TOOL.act(state, CAROL, PlanHide(), HERE) == Refusal(Code.NOT_ALLOWED)
    for who in (BOB, HOST):
        assert acted(TOOL, state, who, PlanHide(), HERE).state == Plans()
    assert TOOL.act(Plans(), HOST, PlanHide(), HERE) == Refusal(Code.NO_SUCH_THING)
    by_host = play((HOST, show(BOB)))
    assert acted(TOOL, by_host, BOB, PlanHide(), HERE).state == Plans()


def test_whoever_leaves_types_and_shows_no_longer() -> None:
    """With the next move of anybody."""
    state = play((BOB, here(BOB, 1, "a")), (BOB, show(BOB)))
    after = acted(TOOL, state, HOST, PlanOpen(), moment(here=(HOST, CAROL))).state
    assert after == Plans(open=True, plans=(PlanMark(MemberNumber(BOB.member), 1),))


@pytest.mark.parametrize("move", [PlanOpen(), PlanClose(), here(BOB, 1), show(BOB), PlanHide()])
def test_a_peer_who_hosts_has_no_part_in_it(move: Move) -> None:
    """They open no plans, learn of nobody's that it is written in, and show and hide nothing of others'."""
    state = play((HOST, PlanOpen()), (BOB, here(BOB, 3, "reasons")), (BOB, show(BOB)))
    assert TOOL.act(state, PETE, move, HERE) == Refusal(Code.NOT_ALLOWED)
    found = seen(state, PETE)
    assert found is not None
    assert (found.plans, found.typing) == ((), ())
