"""Whether the process answers, whether it can do its work, and what it has counted."""

import asyncio

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from telehealth.core.refusals import Code
from telehealth.store.ports import Unavailable

from . import media_figures
from .address import is_loopback
from .answers import Refused, answer
from .site import SITE

WITHIN = 3.0
"""Seconds in which readiness has to be proven; whoever asks gives up soon after."""


async def healthz(request: web.Request) -> web.StreamResponse:
    """GET /healthz"""
    return answer({"ok": True})


async def readyz(request: web.Request) -> web.StreamResponse:
    """GET /readyz: a durable write was made just now, and a media worker's lease is alive.

    Workers that are all full are no reason to send people elsewhere: the rooms that are there go on. It is only said.
    """
    store = request.app[SITE].store
    missing: list[str] = []
    full = False
    try:
        async with asyncio.timeout(WITHIN):
            await store.ping_write()
    except (Unavailable, TimeoutError):
        missing.append("redis")
    try:
        async with asyncio.timeout(WITHIN):
            going = [lease for lease in await store.workers.alive() if not lease.draining]
            if not going:
                missing.append("media_worker")
            full = bool(going) and all(lease.full for lease in going)
    except (Unavailable, TimeoutError):
        missing.append("media_worker")
    return answer({"ready": not missing, "missing": missing, "media_full": full}, status=503 if missing else 200)


async def metrics(request: web.Request) -> web.StreamResponse:
    """GET /metrics: for this machine only; elsewhere there is no such page."""
    if not is_loopback(request):
        raise Refused(Code.NO_SUCH_THING)
    site = request.app[SITE]
    body = generate_latest(site.counts.registry)
    if site.media_figures is not None:
        body += media_figures.render(await site.media_figures())
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})
