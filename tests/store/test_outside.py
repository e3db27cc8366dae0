"""An outside Redis that may lose the record is refused, and the sentence names the setting."""

from pathlib import Path

import pytest

from telehealth.core.ids import MemberNumber
from telehealth.store.engines import Engine
from telehealth.store.keys import hashed
from telehealth.store.outside import UnsafeRedis, check
from telehealth.store.ports import Appended, Unavailable
from tests.store.records import EIGHT, P, S, ended, link, note, noted, opened, row, session
from tests.support.redis import connected, looking_into, outside
from tests.support.server import free_port
from tests.support.wait import until

pytestmark = pytest.mark.asyncio
SAFE = {"appendonly": "yes", "appendfsync": "always"}


async def test_a_safe_one_is_used(engine: Engine, tmp_path: Path) -> None:
    """With its append-only file always synced and nothing evicted, a store works on it."""
    async with outside(engine, tmp_path, **SAFE) as (url, _):
        assert await check(url) == []
        async with connected(url) as store:
            asked = store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
            assert await asked == Appended(1)


async def test_each_unsafe_setting_is_named(engine: Engine, tmp_path: Path) -> None:
    """Wrong settings are refused one by one by name, all together as well, and only tolerated on request."""
    async with outside(engine, tmp_path, **SAFE) as (url, _), looking_into(url) as raw:
        for setting, wrong, right in (
            ("appendonly", "no", "yes"),
            ("appendfsync", "everysec", "always"),
            ("maxmemory-policy", "allkeys-lru", "noeviction"),
            ("maxmemory-policy", "volatile-ttl", "noeviction"),
        ):
            await raw.config_set(setting, wrong)
            with pytest.raises(UnsafeRedis, match=rf"^{setting} is"):
                await check(url)
            (fault,) = await check(url, allow_unsafe=True)
            assert fault.startswith(f"{setting} is")
            await raw.config_set(setting, right)
        assert await check(url) == []


async def test_the_defaults_of_redis_are_refused(engine: Engine, tmp_path: Path) -> None:
    """A Redis as it comes keeps no append-only file: the sentence says both things that are wrong."""
    async with outside(engine, tmp_path) as (url, _):
        with pytest.raises(UnsafeRedis, match=r"appendonly is not yes.*appendfsync is everysec"):
            await check(url)


async def test_replication_without_a_minimum_is_refused(engine: Engine, tmp_path: Path) -> None:
    """A primary with replicas must wait for one of them; a replica is not a place to write."""
    async with outside(engine, tmp_path, **SAFE) as (primary, _):
        port = primary.rpartition(":")[2]
        (tmp_path / "two").mkdir()
        async with (
            outside(engine, tmp_path / "two", replicaof=f"127.0.0.1 {port}", **SAFE) as (replica, _),
            looking_into(primary) as raw,
        ):

            async def replicated() -> bool:
                return bool((await raw.info("replication"))["connected_slaves"])

            await until(replicated, "the replica has come")
            with pytest.raises(UnsafeRedis, match=r"^min-replicas-to-write is 0"):
                await check(primary)
            with pytest.raises(UnsafeRedis, match="is a replica"):
                await check(replica)
            await raw.config_set("min-replicas-to-write", "1")
            assert await check(primary) == []


async def test_a_cluster_is_refused_though_every_script_fits_it(engine: Engine, tmp_path: Path) -> None:
    """Redis Cluster is not supported yet; but every script keeps to one slot, or cluster mode would refuse it."""
    # By default the cluster's bus takes the server's port plus 10,000: above 55,535 it would not start.
    alone = {"cluster_enabled": "yes", "cluster_port": str(free_port())}
    async with outside(engine, tmp_path, **alone, **SAFE) as (url, _), looking_into(url) as raw:
        with pytest.raises(UnsafeRedis, match="cluster-enabled"):
            await check(url)
        await raw.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)

        async def serves() -> bool:
            return "ok" in str(await raw.execute_command("CLUSTER", "INFO")).partition("cluster_state:")[2][:2]

        await until(serves, "the one shard serves every slot")
        async with connected(url) as store:
            await store.sessions.put(session(series="tuesdays"))
            await store.logs.append(P, S, 0, [opened()], op="op-1", actor="system")
            await store.logs.seen(P, S, {MemberNumber(1): EIGHT})
            await store.logs.pass_on(P, S, {"text": "hi"}, op="chat-1")
            await store.logs.follow(P, S, 0, "", 0.01)
            await store.notes.write(P, [note()], noted())
            await store.access.put_link("token", link())
            await store.access.revoke_link(P, hashed("token"), EIGHT)
            await store.audit.write(P, "system", "test", "test")
            assert await store.access.allow("name", 1, 60)
            asked = store.logs.append(P, S, 1, [ended()], op="op-2", actor="system", rows=[row("b"), row("c")])
            assert await asked == Appended(2)
            assert await store.logs.open_rooms() == []


async def test_one_that_cannot_be_asked_is_refused(engine: Engine, tmp_path: Path) -> None:
    """Where CONFIG GET is forbidden nothing is known, so nothing is assumed."""
    async with outside(engine, tmp_path, **SAFE) as (url, _), looking_into(url) as raw:
        await raw.acl_setuser(
            "limited", enabled=True, passwords=["+secret"], categories=["+@all"], commands=["-config"]
        )
        limited = url.replace("redis://", "redis://limited:secret@")
        with pytest.raises(UnsafeRedis, match="CONFIG GET is not allowed"):
            await check(limited)


async def test_none_at_all_is_unavailable(tmp_path: Path) -> None:
    """Where nobody listens, that is said, and not that it is unsafe."""
    with pytest.raises(Unavailable):
        await check(f"unix://{tmp_path}/none.sock")
