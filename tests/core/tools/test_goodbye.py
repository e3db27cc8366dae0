"""The good-bye: who may begin it, what everybody sees of it, and that it can be taken back."""

from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import Role
from telehealth.core.tools import goodbye
from telehealth.core.tools.goodbye import Goodbye, GoodbyeBegin, GoodbyeCancel, GoodbyeSeen

from .people import CLIENTS, HOST, acted, actor, moment

TOOL = goodbye.TOOL


def test_everybody_sees_when_the_session_ends() -> None:
    """It can be made shorter, and taken back; the state says whose page will end it."""
    begun = acted(TOOL, TOOL.first, HOST, GoodbyeBegin(seconds=60), moment(1_000)).state
    assert TOOL.seen(begun, CLIENTS[0]) == GoodbyeSeen(open=True, at=61_000, by=1)
    shorter = acted(TOOL, begun, HOST, GoodbyeBegin(seconds=10), moment(2_000)).state
    assert TOOL.seen(shorter, CLIENTS[0]) == GoodbyeSeen(open=True, at=12_000, by=1)
    assert acted(TOOL, shorter, HOST, GoodbyeCancel()).state == Goodbye()


def test_only_who_may_end_the_session() -> None:
    """Neither a client nor somebody who only helps to lead."""
    for one in (CLIENTS[0], actor(9, Role.COFACILITATOR)):
        assert TOOL.act(TOOL.first, one, GoodbyeBegin(seconds=60), moment()) == Refusal(Code.NOT_ALLOWED)
