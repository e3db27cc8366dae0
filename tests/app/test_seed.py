"""`telehealth seed`: an invented clinic that the product's own readers find whole, the same for the same number."""

from datetime import date
from pathlib import Path

import pytest

from telehealth import settings
from telehealth.admin import Admin
from telehealth.clock import Clock
from telehealth.core.ids import ProgrammeId
from telehealth.disclosing import Impossible
from telehealth.seeding import Size, invent
from tests.support.redis import KEY, connected, running

pytestmark = pytest.mark.asyncio
P = ProgrammeId("main")


async def test_a_seeded_clinic_is_whole(tmp_path: Path) -> None:
    """Every log, row and audit entry holds, people are found and enrolled, groups have sessions ahead; never twice."""
    read = settings.read({"TELEHEALTH_DATA": str(tmp_path), "TELEHEALTH_KEY": KEY})
    async with running(tmp_path / "redis") as redis, connected(redis.url) as store:
        office = Admin(read, store, Clock())
        seeded = await office.seed(Size(20, 6, 6, 1), 7, "a long password", lambda step, done, of: None)
        assert min(seeded.sessions, seeded.rows, seeded.notes) > 20
        verified = await office.verify(None)
        assert (verified.faults, verified.rows) == ([], seeded.rows)
        assert len(await store.people.clients(P)) == 20
        (found,) = await store.people.search(P, "10003")
        assert len(await store.people.history(P, found)) == 1
        assert (await store.episodes.of(P, [found]))[found]
        assert (await store.consents.of(P, [found]))[1][found]
        now = Clock().now()
        assert await store.sessions.between(P, now, now + 14 * 24 * 3_600_000)
        assert (await store.rotation.count()).unlisted == []
        assert (await store.people.login("STAFF-0000")) is not None
        with pytest.raises(Impossible, match="never goes beside"):
            await office.seed(Size(), 7, "a long password", lambda step, done, of: None)


async def test_the_same_number_makes_the_same_clinic() -> None:
    """And another number another one."""
    made = [invent(P, Size(30, 5, 8, 2), seed, date(2026, 11, 24), "America/New_York", 5) for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]
