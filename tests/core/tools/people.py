"""People for the tests of tools: a host and clients, seated in the order of their numbers."""

from collections.abc import Sequence

from telehealth.core.ids import MemberNumber, Millis, PersonId
from telehealth.core.roles import Action, Role, may
from telehealth.core.tools.tool import Acted, Actor, Moment, Move, Tool


def actor(number: int, role: Role = Role.CLIENT, circle: int = 0) -> Actor:
    leads, ends = may(role, Action.TOOLS), may(role, Action.END)
    return Actor(MemberNumber(number), PersonId(f"person{number}"), role, circle, leads, ends)


HOST = actor(1, Role.FACILITATOR)
OLIVE, IDA, PETE = actor(21, Role.OBSERVER), actor(22, Role.INTERPRETER), actor(23, Role.PEER_HOST)
CLIENTS = tuple(actor(number) for number in range(2, 6))


def moment(at: Millis = 1_000, here: Sequence[Actor] = (HOST, *CLIENTS)) -> Moment:
    return Moment(at, tuple(here))


def acted(tool: Tool, state: object, me: Actor, move: Move, now: Moment | None = None) -> Acted:
    """What came of a move that has to be allowed."""
    found = tool.act(state, me, move, now or moment())
    assert isinstance(found, Acted), found
    return found
