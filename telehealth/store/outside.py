"""May an outside Redis keep the record? Asked once, at the start; the answer names the setting that is wrong.

The defaults of Redis lose acknowledged writes at a crash, those of a cache throw records away, and a replicated one
without `min-replicas-to-write` lost 85 % of the writes that a cut-off primary had acknowledged (STATE 5).
"""

from .client import Client
from .engines import OLDEST
from .ports import Unavailable

_ASKED = ("appendonly", "appendfsync", "maxmemory-policy", "min-replicas-to-write")


class UnsafeRedis(Exception):
    """This Redis may lose acknowledged records. The message says which settings, one sentence each."""


async def check(url: str, *, allow_unsafe: bool = False) -> list[str]:
    """What is unsafe about the server at `url`: refused with `UnsafeRedis`, or returned if that is allowed."""
    client = Client(url)
    try:
        found = await _faults(client)
    finally:
        await client.close()
    if found and not allow_unsafe:
        raise UnsafeRedis(" ".join(found))
    return found


async def _faults(client: Client) -> list[str]:
    info = _parsed(await client.call("INFO"))
    version = info.get("redis_version", "0.0")
    major, minor, *_ = version.split(".")
    faults: list[str] = []
    if (int(major), int(minor)) < OLDEST:
        faults.append(f"Redis is {version}: 7.0 or newer is needed.")
    if info.get("cluster_enabled") == "1":
        faults.append("cluster-enabled is yes: Redis Cluster is not supported yet.")
    if info.get("role") == "slave":
        faults.append("This Redis is a replica: give the address of its primary.")
    try:
        flat = await client.call("CONFIG", "GET", *_ASKED)
    except Unavailable:
        return [*faults, "CONFIG GET is not allowed, so nothing can be known of appendonly and appendfsync."]
    settings = {k.decode(): v.decode() for k, v in zip(flat[::2], flat[1::2], strict=True)}
    if settings.get("appendonly") != "yes":
        faults.append("appendonly is not yes: a restart would lose the record.")
    if settings.get("appendfsync") != "always":
        faults.append(f"appendfsync is {settings.get('appendfsync')}, not always: a crash would lose written records.")
    policy = settings.get("maxmemory-policy")
    if policy != "noeviction":
        faults.append(
            f"maxmemory-policy is {policy}, not noeviction: records would be thrown away when memory is full."
        )
    if info.get("connected_slaves", "0") != "0" and settings.get("min-replicas-to-write", "0") == "0":
        faults.append("min-replicas-to-write is 0 though there are replicas: a failover would lose written records.")
    return faults


def _parsed(info: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in info.decode("utf-8", "replace").splitlines())
    return {name: value for name, colon, value in lines if colon}
