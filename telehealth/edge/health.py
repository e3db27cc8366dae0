"""Whether the process answers, whether it can do its work, and what it has counted."""

import asyncio

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from telehealth.core.refusals import Code
from telehealth.store.ports import Unavailable

from .address import is_loopback
from .answers import Refused, answer
from .site import SITE

WITHIN = 3.0
"""Seconds in which readiness has to be proven; whoever asks gives up soon after."""


async def healthz(request: web.Request) -> web.StreamResponse:
    """GET /healthz"""
    return answer({"ok": True})


async def readyz(request: web.Request) -> web.StreamResponse:
    """GET /readyz: a durable write was made just now, and a media worker's lease is alive."""
    store = request.app[SITE].store
    missing: list[str] = []
    try:
        async with asyncio.timeout(WITHIN):
            await store.ping_write()
    except (Unavailable, TimeoutError):
        missing.append("redis")
    try:
        async with asyncio.timeout(WITHIN):
            if not any(not lease.draining for lease in await store.workers.alive()):
                missing.append("media_worker")
    except (Unavailable, TimeoutError):
        missing.append("media_worker")
    return answer({"ready": not missing, "missing": missing}, status=503 if missing else 200)


async def metrics(request: web.Request) -> web.StreamResponse:
    """GET /metrics: for this machine only; elsewhere there is no such page."""
    if not is_loopback(request):
        raise Refused(Code.NO_SUCH_THING)
    return web.Response(
        body=generate_latest(request.app[SITE].counts.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )
