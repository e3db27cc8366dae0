"""/healthz, /readyz and /metrics tell the truth; without Redis everything answers "not now" and recovers."""

import asyncio
import os
import signal

import pytest

from telehealth.core.records import WorkerLease
from tests.support.wait import until

from .clinic import BOB, CHECK_IN, GROUP, TOKENS, Clinic

pytestmark = pytest.mark.asyncio


async def _lease(clinic: Clinic, seconds: float, *, draining: bool = False, full: bool = False) -> None:
    lease = WorkerLease("worker-1", "unix:/nowhere", 0, 0, 0.0, draining, full)
    await clinic.store.workers.renew(lease, seconds=seconds)


async def test_ready_means_redis_and_a_media_worker(clinic: Clinic) -> None:
    """Not without a worker's lease, not with one that drains, not after it has run out."""
    browser = clinic.browser()
    assert (await browser.get("/healthz")).status == 200
    answer = await browser.get("/readyz")
    assert (answer.status, answer.json) == (
        503,
        {"ready": False, "missing": ["media_worker"], "media_full": False},
    )
    await _lease(clinic, 30, draining=True)
    assert (await browser.get("/readyz")).status == 503
    await _lease(clinic, 30, full=True)
    answer = await browser.get("/readyz")
    assert (answer.status, answer.json["media_full"]) == (200, True), "what is there goes on"
    await _lease(clinic, 0.5)
    answer = await browser.get("/readyz")
    assert (answer.status, answer.json) == (200, {"ready": True, "missing": [], "media_full": False})

    async def ran_out() -> bool:
        return (await browser.get("/readyz")).status == 503

    await until(ran_out, "the lease has run out")


async def test_metrics_are_for_this_machine_only(clinic: Clinic) -> None:
    """Whoever comes through a proxy is somewhere else, even if the proxy is here."""
    browser = clinic.browser()
    assert (await browser.get("/metrics")).headers["Content-Type"].startswith("text/plain")
    assert (await browser.get("/metrics", X_Forwarded_For="203.0.113.9")).status == 404
    assert (await browser.get("/metrics", Forwarded="for=203.0.113.9")).status == 404


async def test_without_redis_everything_answers_not_now_and_recovers(clinic: Clinic) -> None:
    """While Redis is stopped each route is 503 "not_now" within seconds; when it goes on, so does everything."""
    alice, bob = await clinic.staff(), await clinic.client()
    await _lease(clinic, 60)
    assert clinic.redis.pid is not None
    os.kill(clinic.redis.pid, signal.SIGSTOP)
    try:
        answers = await asyncio.gather(
            alice.get("/api/session"),
            alice.get("/api/staff/sessions"),
            alice.get(f"/api/staff/sessions/{GROUP}/notes"),
            alice.ask("PUT", f"/api/staff/sessions/{GROUP}/notes/{BOB}", {"text": "x"}, If_Match='"0"'),
            alice.get("/api/v1/attendance?from=2026-01-01&to=2026-12-31&format=csv"),
            bob.ask("PUT", "/api/check-in", CHECK_IN),
            clinic.browser().ask("POST", "/api/link", {"token": TOKENS[BOB]}),
            clinic.browser().ask("POST", "/api/staff/sign-in", {"name": "alice", "password": "x"}),
        )
        ready = await clinic.browser().get("/readyz")
        healthy = await clinic.browser().get("/healthz")
    finally:
        os.kill(clinic.redis.pid, signal.SIGCONT)
    assert [(a.status, a.code) for a in answers] == [(503, "not_now")] * len(answers)
    assert (ready.status, ready.json["missing"]) == (503, ["redis", "media_worker"])
    assert healthy.status == 200
    assert (await bob.ask("PUT", "/api/check-in", CHECK_IN)).status == 204

    async def is_ready() -> bool:
        return (await clinic.browser().get("/readyz")).status == 200

    await until(is_ready, "ready again")
