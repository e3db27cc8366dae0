""" "Still with us?": whoever is asked sees it and answers by one tap, and staff alone learn who has."""

import msgspec

from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import Role
from telehealth.core.tools.presence import (
    TOOL,
    Presence,
    PresenceAsk,
    PresenceClear,
    PresenceHere,
    PresenceRow,
    PresenceSeen,
)
from telehealth.core.tools.tool import Acted, Actor, Moment, Move

from .people import actor

HOST, BOB, FAY, IDA = actor(1, Role.FACILITATOR), actor(2), actor(3, Role.COLLATERAL), actor(4, Role.INTERPRETER)
OLIVE, PETE = actor(5, Role.OBSERVER), actor(6, Role.PEER_HOST)
HERE = (HOST, BOB, FAY, IDA, OLIVE, PETE)


def after(state: Presence, who: Actor, move: Move, at: int = 1_000) -> Presence:
    acted = TOOL.act(state, who, move, Moment(at, HERE))
    assert isinstance(acted, Acted)
    assert isinstance(acted.state, Presence)
    return acted.state


def test_only_whoever_is_asked_sees_the_question() -> None:
    """One tap answers it; the host sees when, and nobody else sees anything."""
    asked = after(Presence(), HOST, PresenceAsk(members=[2]))
    assert TOOL.seen(asked, BOB) == PresenceSeen(open=True)
    assert all(TOOL.seen(asked, other) is None for other in (FAY, IDA, OLIVE, PETE))
    assert TOOL.seen(asked, HOST) == PresenceSeen(open=False, asked=(PresenceRow(2, 1_000),))
    answered = after(asked, BOB, PresenceHere(), 4_000)
    assert TOOL.seen(answered, BOB) is None
    assert TOOL.seen(answered, HOST) == PresenceSeen(open=False, asked=(PresenceRow(2, 1_000, 4_000),))
    assert after(answered, BOB, PresenceHere(), 9_000) == answered


def test_all_who_take_part_are_asked_at_once() -> None:
    """Clients and their families; neither staff, an interpreter, nor whoever is apart. Asked again: a new answer."""
    alone = actor(7, circle=7)
    acted = TOOL.act(Presence(), HOST, PresenceAsk(), Moment(1, (*HERE, alone)))
    assert acted == Acted(Presence((PresenceRow(2, 1), PresenceRow(3, 1))))
    once = after(after(Presence(), HOST, PresenceAsk(members=[2])), BOB, PresenceHere(), 2_000)
    assert after(once, HOST, PresenceAsk(), 5_000).asked == (PresenceRow(2, 5_000), PresenceRow(3, 5_000))
    again = after(once, HOST, PresenceAsk(members=[3]), 5_000)
    assert again.asked == (PresenceRow(2, 1_000, 2_000), PresenceRow(3, 5_000))
    assert after(again, HOST, PresenceClear()) == Presence()


def test_who_may_not_ask() -> None:
    """No client, no observer, no peer who hosts; and nobody who is not there is asked."""
    for nobody in (BOB, FAY, IDA, OLIVE, PETE):
        for move in (PresenceAsk(), PresenceClear()):
            assert TOOL.act(Presence(), nobody, move, Moment(1, HERE)) == Refusal(Code.NOT_ALLOWED)
    for members in ([99], [1]):
        asked = TOOL.act(Presence(), HOST, PresenceAsk(members=members), Moment(1, HERE))
        assert asked == Refusal(Code.NO_SUCH_MEMBER)
    assert msgspec.json.decode(msgspec.json.encode(Presence((PresenceRow(2, 1, None),))), type=Presence).asked
