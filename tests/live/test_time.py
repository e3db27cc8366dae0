"""Seats that wait for somebody, and minutes that end with the last proof."""

import pytest

from telehealth.core import events as did
from telehealth.core.attendance import intervals
from telehealth.core.ids import PersonId
from telehealth.core.room import GAP, STALE
from telehealth.live.room_task import Timing
from tests.support.signal import Clinic, P, node_of, seated
from tests.support.wait import until

BOB = PersonId("person-bob")


@pytest.mark.asyncio
async def test_a_closed_tab_is_gone_after_the_grace_time_and_dated_when_last_seen(clinic: Clinic) -> None:
    """Whoever closes the tab counts until that moment, not until somebody noticed."""
    async with node_of(clinic, grace=800) as node:
        alice, bob = await seated(clinic, node, "bob")
        before = clinic.clock.now()
        await bob.close()

        async def noticed() -> bool:
            return any(isinstance(e, did.ConnectionLost) for e in await clinic.log())

        await until(noticed, "the server has read the end of his connection")
        after = clinic.clock.now()
        await alice.sees(lambda a: a.seats == [(1, "Alice")], "sees him gone")
        left = [e for e in await clinic.log() if isinstance(e, did.Left)]
        assert [(e.why, e.member) for e in left] == [(did.Why.LOST, 2)]
        assert left[0].at - left[0].last_seen >= 800
        (stay,) = intervals(await clinic.log())[BOB]
        assert before <= (stay.end or 0) <= after


@pytest.mark.asyncio
async def test_a_cut_connection_counts_until_its_last_beat(clinic: Clinic) -> None:
    """A connection that ends without a word proves nothing at its end: only beats do."""
    async with node_of(clinic, grace=800) as node:
        alice, bob = await seated(clinic, node, "bob")
        await bob.beat_once()
        proven = clinic.clock.now()
        await bob.drop()
        await alice.sees(lambda a: a.seats == [(1, "Alice")], "sees him gone")
        (stay,) = intervals(await clinic.log())[BOB]
        assert abs((stay.end or 0) - proven) <= 250


@pytest.mark.asyncio
async def test_a_room_whose_node_died_is_dated_by_the_next(clinic: Clinic) -> None:
    """A node that starts opens every open room and ends whoever did not come back, at their last written proof."""
    async with node_of(clinic, grace=800) as first:
        await seated(clinic, first, "bob")

        async def written() -> bool:
            return 2 in await clinic.store.logs.last_seen(P, clinic.session)

        await until(written, "Bob's proofs are written")
        await first.die()
    died = clinic.clock.now()
    async with node_of(clinic, grace=800, later=STALE) as second:

        async def dated() -> bool:
            return any(isinstance(e, did.Left) and e.member == 2 for e in await clinic.log())

        await until(dated, "Bob is found lost")
        (stay,) = intervals(await clinic.log())[BOB]
        assert (stay.end or 0) <= died
        assert second.rooms.live(clinic.session) is not None


@pytest.mark.asyncio
@pytest.mark.parametrize("later", [0, GAP + 500], ids=["at once", "soon"])
async def test_whoever_went_with_a_node_is_not_there_until_a_hasty_end(clinic: Clinic, later: int) -> None:
    """A host who is back soon after a crash seats nobody who did not come back, and ends nobody's minutes too late:
    also where the last proof is so fresh that it would pass for presence."""
    async with node_of(clinic, timing=Timing()) as first:
        alice, _ = await seated(clinic, first, "bob")
        await clinic.person("dora").join(first)
        await first.die()  # before any proof was written
    died = clinic.clock.now()
    async with node_of(clinic, timing=Timing(), later=later) as second:
        await alice.again().join(second)
        await alice.do("admit", members=None)
        await alice.do("end")
        stays = intervals(await clinic.log())
        assert list(stays) == [BOB]
        (stay,) = stays[BOB]
        assert (stay.end or 0) <= died
        assert stay.inferred
