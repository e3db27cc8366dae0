"""The check-in gate: what has to be said, how it is remembered, and who may say it."""

from dataclasses import replace
from typing import Any

import pytest

from .clinic import BOB, CHECK_IN, GROUP, MAIN, MINUTE, Clinic

pytestmark = pytest.mark.asyncio

REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"alone": False}, 409, "check_in_missing"),
    ({"agreement": "group/0"}, 409, "check_in_missing"),
    ({"agreement": ""}, 409, "check_in_missing"),
    ({"location": ""}, 400, "malformed"),
    ({"location": "x" * 301}, 400, "malformed"),
    ({"location": "14 Lane\nSecond line"}, 400, "malformed"),
    ({"contact_name": "Mother\u202e"}, 400, "malformed"),
    ({"state": "Illinois"}, 400, "malformed"),
    ({"contact_phone": "call me"}, 400, "malformed"),
    ({"callback_phone": "=1+1"}, 400, "malformed"),
    ({"alone": "yes"}, 400, "malformed"),
    ({"mood": 3}, 400, "malformed"),
    ({"state": None}, 400, "malformed"),
]


async def test_a_client_checks_in(clinic: Clinic) -> None:
    """What was said is kept sealed for the session and shown again to the same client."""
    bob = await clinic.client()
    answer = await bob.ask("PUT", "/api/check-in", CHECK_IN)
    assert (answer.status, answer.raw) == (204, b"")
    me = (await bob.get("/api/session")).json
    assert me["checked_in"] is True
    assert me["check_in"] == CHECK_IN
    kept = (await clinic.store.sessions.check_ins(MAIN, GROUP))[BOB]
    assert (kept.location, kept.alone, kept.agreement) == (CHECK_IN["location"], True, "group/1")
    assert (BOB, "check-in", GROUP) in await clinic.audited()


async def test_the_gate_stays_shut(clinic: Clinic) -> None:
    """Not alone, another agreement, or something that does not fit: nothing is kept."""
    bob = await clinic.client()
    for change, status, code in REFUSED:
        answer = await bob.ask("PUT", "/api/check-in", {**CHECK_IN, **change})
        assert (answer.status, answer.code) == (status, code), change
    assert await clinic.store.sessions.check_ins(MAIN, GROUP) == {}
    assert (await bob.get("/api/session")).json["checked_in"] is False


async def test_the_answers_of_last_time_are_proposed(clinic: Clinic) -> None:
    """Next time the place and the contacts are filled in, but being alone and the agreement are asked anew."""
    earlier = replace(
        clinic.session(), id="session-earlier", starts=clinic.starts - 2880 * MINUTE, ends=clinic.starts - 2700 * MINUTE
    )
    await clinic.store.sessions.put(earlier)
    bob = await clinic.client()
    await bob.ask("PUT", "/api/check-in", CHECK_IN)
    said = (await clinic.store.sessions.check_ins(MAIN, GROUP))[BOB]
    await clinic.store._client.call("DEL", f"{{{MAIN}}}:check-in:{GROUP}")
    await clinic.store.sessions.put_check_in(MAIN, replace(said, session=earlier.id))
    me = (await bob.get("/api/session")).json
    assert me["checked_in"] is False
    assert me["check_in"] == {**CHECK_IN, "alone": False, "agreement": ""}


async def test_only_clients_check_in(clinic: Clinic) -> None:
    """Staff and strangers cannot, and a request from elsewhere without the CSRF token cannot."""
    assert (await (await clinic.staff()).ask("PUT", "/api/check-in", CHECK_IN)).code == "not_allowed"
    assert (await clinic.browser().ask("PUT", "/api/check-in", CHECK_IN)).code == "not_signed_in"
    bob = await clinic.client()
    assert (await bob.ask("PUT", "/api/check-in", CHECK_IN, X_CSRF="")).code == "not_allowed"
    assert await clinic.store.sessions.check_ins(MAIN, GROUP) == {}
