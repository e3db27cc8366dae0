"""States of tools: one after another, sealed, and what is kept of a person under that person's own secret."""

import msgspec
import pytest

from telehealth.core.ids import PersonId
from telehealth.store.ports import Unavailable
from telehealth.store.redis_store import Store
from telehealth.store.sealed import Erased
from telehealth.store.tool_ports import ToBeKept, ToolState

from .records import P, S, opened

pytestmark = pytest.mark.asyncio

WHO = PersonId("person1")


def state(version: int, text: str) -> ToolState:
    return ToolState("poll", version, msgspec.json.encode({"text": text}))


async def test_states_follow_one_another(store: Store) -> None:
    """A state is written over the very one that it was made from; a repeat is answered as the first time."""
    with pytest.raises(Unavailable):
        await store.tools.write(P, S, state(1, "early"), 1, op="op-0")
    await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    assert await store.tools.write(P, S, state(1, "one"), 1, op="op-a")
    assert not await store.tools.write(P, S, state(1, "another"), 1, op="op-b")
    assert await store.tools.write(P, S, state(1, "one"), 1, op="op-a")
    assert [await store.tools.done(P, S, op) for op in ("op-a", "op-b")] == [True, False]
    assert await store.tools.write(P, S, state(2, "two"), 2, op="op-c", lasting=b'{"n":2}')
    assert (await store.tools.read(P, S))["poll"] == state(2, "two")
    assert await store.tools.made(P, S) == {"poll": b'{"n":2}'}
    _, _, news = await store.logs.follow(P, S, 1, "", 0.1)
    assert [one.now for one in news] == [state(1, "one"), state(2, "two")]


async def test_what_is_kept_of_a_person_goes_with_them(store: Store) -> None:
    """It comes back with its session and time, a later one replaces it, and an erasure takes it for good."""
    await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
    for version, words in ((1, "first"), (2, "second")):
        kept = [ToBeKept(WHO, "check_in", msgspec.json.encode({"words": words}))]
        assert await store.tools.write(P, S, state(version, "x"), version, kept, op=f"op-k{version}")
    (found,) = (await store.tools.kept(P, [WHO]))[WHO]
    assert (found.session, found.what, found.at) == (S, "check_in", 2)
    assert msgspec.json.decode(found.body) == {"words": "second"}
    assert await store.erasure.destroy(P, WHO, 3, actor="compliance", why="asked", holds=0)
    assert await store.tools.kept(P, [WHO]) == {WHO: []}
    with pytest.raises(Erased):
        await store.tools.write(P, S, state(3, "x"), 3, [ToBeKept(WHO, "check_in", b"{}")], op="op-k3")
