"""What people say of attendance stands beside the raw value, in every export, with author and time, and stays."""

from dataclasses import replace
from typing import Any

import pytest

from telehealth.core.ids import SessionId
from telehealth.edge.api_keys import READ_ATTENDANCE, mint
from telehealth.store import keys

from .clinic import ALICE, BEN, BOB, CAROL, DAN, GROUP, MAIN, MINUTE, Browser, Clinic, Evening

pytestmark = pytest.mark.asyncio
BEFORE = SessionId("session-before")


async def _ended(clinic: Clinic) -> None:
    starts = clinic.starts - 1000 * MINUTE
    session = replace(clinic.session(), id=BEFORE, starts=starts, ends=starts + 180 * MINUTE)
    await clinic.store.sessions.put(session)
    evening = Evening(clinic.store, session)
    await evening.opens()
    await evening.seats(BOB, CAROL)
    await evening.ends(180)


async def _say(staff: Browser, client: str = BOB, session: str = BEFORE, **what: Any) -> Any:
    body = {"session": session, "client": client, "reason": "canary-note: phoned in", **what}
    return await staff.ask("POST", "/api/v1/corrections", body)


async def _rows(clinic: Clinic, query: str = "", profile: str = "billing") -> dict[str, dict[str, Any]]:
    text, key = mint(MAIN, (READ_ATTENDANCE,), "x", 1, profile=profile, recipient="acme")
    await clinic.store.access.put_api_key(key)
    path = f"/api/v1/attendance?from={clinic.starts - 10**9}&to={clinic.starts + 10**9}&{query}"
    rows = (await clinic.browser().get(path, Authorization=f"Bearer {text}")).json["rows"]
    return {row["client_id"]: row for row in rows}


async def test_a_correction_stands_beside_the_raw_minutes(clinic: Clinic) -> None:
    """Both values are exported, with author and time; taking it back leaves the raw one and a higher version."""
    await _ended(clinic)
    alice = await clinic.staff(ALICE)
    assert (await _say(alice, minutes=120)).status == 201
    row = (await _rows(clinic))[BOB]
    assert (row["minutes_attended"], row["minutes_corrected"], row["row_version"]) == (179, 120, 2)
    assert row["corrected_by"] == ALICE
    assert row["corrected_at_utc"].endswith("Z")
    assert (await _rows(clinic))[CAROL]["minutes_corrected"] is None
    assert (await _say(alice, minutes=None)).status == 201
    row = (await _rows(clinic))[BOB]
    assert (row["minutes_attended"], row["minutes_corrected"], row["row_version"]) == (179, None, 3)


async def test_an_absence_is_excused(clinic: Clinic) -> None:
    """The status that counts is `excused`, the judged one stays; the filter goes by the one that counts."""
    await _ended(clinic)
    alice = await clinic.staff(ALICE)
    assert (await _say(alice, DAN, excused=True)).json["excused"] is True
    row = (await _rows(clinic))[DAN]
    assert (row["attendance_status"], row["attendance_status_raw"]) == ("excused", "no_show")
    assert set(await _rows(clinic, "status=excused")) == {DAN}
    assert set(await _rows(clinic, "status=no_show")) == set()
    refused = await _say(alice, BOB, excused=True)
    assert (refused.status, refused.code) == (403, "not_allowed")


async def test_only_who_leads_an_ended_session_may_say_anything(clinic: Clinic) -> None:
    """Others' sessions are not there; a live one is not yet to be corrected; senseless bodies are refused."""
    await _ended(clinic)
    live = Evening(clinic.store, clinic.session())
    await live.opens()
    await live.seats(BOB)
    alice, ben = await clinic.staff(ALICE), await clinic.staff(BEN)
    assert (await _say(ben, minutes=1)).status == 404
    assert (await _say(await clinic.client(BOB), minutes=1)).status in (401, 403)
    assert (await _say(alice, session=GROUP, minutes=1)).status == 409
    assert (await _say(alice, "id-nobody", minutes=1)).status == 404
    for body in ({}, {"minutes": 1, "excused": True}, {"minutes": 181}, {"minutes": -1}, {"minutes": 1, "reason": " "}):
        assert (await _say(alice, **body)).status == 400, body
    assert await clinic.store.corrections.of(MAIN, [BEFORE]) == {}


async def test_an_attestation_signs_what_counts_now(clinic: Clinic) -> None:
    """The facilitator's signature is on the rows; a correction after it shows that nobody has signed that."""
    await _ended(clinic)
    alice = await clinic.staff(ALICE)
    assert (await _rows(clinic))[BOB]["attested"] is False
    path = f"/api/staff/sessions/{BEFORE}/attest"
    signed = (await alice.ask("POST", path, {})).json
    assert (signed["attested"], signed["attested_by"], signed["chain_whole"]) == (True, ALICE, True)
    assert (await _rows(clinic))[BOB]["attested"] is True
    await _say(alice, minutes=100)
    assert (await _rows(clinic))[BOB]["attested"] is False
    listed = (await alice.get(f"/api/v1/corrections?session={BEFORE}")).json
    assert (listed["attested"], listed["said"][0]["reason"]) == (False, "canary-note: phoned in")
    assert (await (await clinic.staff(BEN)).ask("POST", path, {})).status == 404
    assert (await alice.ask("POST", f"/api/staff/sessions/{GROUP}/attest", {})).status == 409


async def test_what_was_said_is_sealed_chained_and_in_the_feed(clinic: Clinic) -> None:
    """The reason is not readable in Redis or in an export; a changed entry shows; followers hear of it."""
    await _ended(clinic)
    alice = await clinic.staff(ALICE)
    place = await clinic.store.attendance.last_change(MAIN)
    await _say(alice, minutes=100)
    await _say(alice, minutes=110)
    (heard,) = (await clinic.store.corrections.of(MAIN, [BEFORE])).values()
    assert heard.whole
    changes = await clinic.store.attendance.changes(MAIN, place, 10)
    assert [(c.session, c.client, c.why) for c in changes] == [(BEFORE, BOB, "attendance.changed")] * 2
    assert (ALICE, "attendance.corrected", BEFORE) in await clinic.audited()
    raw = await clinic.store._client.call("XRANGE", keys.said(MAIN, BEFORE), "-", "+")  # type: ignore[attr-defined]
    assert b"canary" not in b"".join(part for _, flat in raw for part in flat)
    fields = raw[0][1]
    await clinic.store._client.call("DEL", keys.said(MAIN, BEFORE))  # type: ignore[attr-defined]
    forged = [*fields[:-1], b"0" * 64]
    await clinic.store._client.call("XADD", keys.said(MAIN, BEFORE), "1-0", *forged)  # type: ignore[attr-defined]
    (heard,) = (await clinic.store.corrections.of(MAIN, [BEFORE])).values()
    assert not heard.whole


async def test_a_signed_note_is_on_the_billing_row(clinic: Clinic) -> None:
    """none, draft, then signed with its time, once the client's part and the group's are."""
    await _ended(clinic)
    alice = await clinic.staff(ALICE)
    assert (await _rows(clinic))[BOB]["note_status"] == "none"
    for about in ("group", BOB, CAROL):
        path = f"/api/staff/sessions/{BEFORE}/notes/{about}"
        assert (await alice.ask("PUT", path, {"text": f"canary-note {len(about)}"}, If_Match='"0"')).status == 200
    assert (await _rows(clinic))[BOB]["note_status"] == "draft"
    assert (await alice.ask("POST", f"/api/staff/sessions/{BEFORE}/attest", {})).status == 201
    place = await clinic.store.attendance.last_change(MAIN)
    assert (await alice.signs(BEFORE)).status == 200
    row = (await _rows(clinic))[BOB]
    assert row["note_status"] == "signed"
    assert row["note_signed_at_utc"].endswith("Z")
    assert (await _rows(clinic))[DAN]["note_status"] == "none"
    assert {c.why for c in await clinic.store.attendance.changes(MAIN, place, 10)} == {"note.signed"}
