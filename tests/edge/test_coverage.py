"""Who pays, which level, and what becomes of it: over a real store, from the entry to the billing row."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from telehealth import packs
from telehealth.core import records as rec
from telehealth.core.coverage import Care, Coverage, ProgrammeFacts
from telehealth.core.disclosure import Purpose
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.records import CheckIn, Session
from telehealth.core.roles import StaffRole
from telehealth.edge.api_keys import READ_ATTENDANCE, mint
from telehealth.edge.days import day_at, start_of

from .clinic import ALICE, BEN, BOB, CAROL, DAN, GROUP, HASHES, MAIN, MINUTE, NAMES, Clinic, Evening, running

pytestmark = pytest.mark.asyncio
ZONE = ZoneInfo("America/Chicago")
MEMBER = "canary-pass-member-77"  # of the words that may stand in no log
PAYERS = """
pack = "payers"
name = "ours"
version = 4
source = "Contracts"
[[rule]]
payer = "county"
kinds = ["individual"]
unit_rule = "full-unit-floor-15/1"
procedure_code = "H0004"
modifiers = ["HF"]
modifiers_audio_video = ["95"]
[[rule]]
payer = "county"
kinds = ["group_therapy", "workshop"]
unit_rule = "per-diem-180/1"
procedure_code = "H0015"
revenue_code = "0906"
modifiers = ["HQ"]
caps = "ngs-90853/1"
[[test]]
payer = "county"
kind = "workshop"
day = 2026-01-01
unit_rule = "per-diem-180/1"
"""


@pytest_asyncio.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "ours.toml").write_text(PAYERS)
    async with running(tmp_path, rules=packs.load(folder)) as clinic:
        yield clinic


def monday(clinic: Clinic) -> date:
    """Three weeks ago."""
    today = day_at(clinic.clock.now(), ZONE)
    return today - timedelta(days=today.weekday() + 21)


def coverage(first: date, **change: Any) -> Coverage:
    made = Coverage("cov-1", BOB, first, None, "county", 1, ALICE, "County Health", MEMBER, "A-9", 12)
    return replace(made, place_of_service="10", **change)


async def held(
    clinic: Clinic, name: str, hour: int, minutes: int, kind: str = "group_therapy", host: PersonId = ALICE
) -> Session:
    """A session on that Monday in which Bob was for so long."""
    starts = start_of(monday(clinic), ZONE) + hour * 60 * MINUTE
    session = replace(
        clinic.session(),
        id=SessionId(name),
        kind=kind,
        starts=starts,
        ends=starts + (minutes + 1) * MINUTE,
        facilitators=(host,),
        roster=(BOB, DAN),
    )
    await clinic.store.sessions.put(session)
    evening = Evening(clinic.store, session)
    await evening.opens(host)
    await evening.seats(BOB, minute=1)
    await evening.ends(minutes + 1)
    return session


async def mended(clinic: Clinic, session: Session) -> None:
    """Everything that a person has to do for a row: check-in, note, signature under the roster."""
    at = session.starts
    given = CheckIn(session.id, BOB, at, "14 Canary Lane", "IL", "x", "1", "1", True, "group/1")
    await clinic.store.sessions.put_check_in(MAIN, given)
    host = await clinic.staff(session.facilitators[0])
    for about in ("group", BOB):
        path = f"/api/staff/sessions/{session.id}/notes/{about}"
        assert (await host.ask("PUT", path, {"text": f"canary-note {about}"}, If_Match='"0"')).status == 200
    assert (await host.ask("POST", f"/api/staff/sessions/{session.id}/attest", {})).status == 201
    assert (await host.signs(session.id)).status == 200


async def key_to(clinic: Clinic, profile: str = "billing") -> str:
    text, key = mint(MAIN, (READ_ATTENDANCE,), "x", 1, profile=profile, recipient="acme", purpose=Purpose.PAYMENT)
    await clinic.store.access.put_api_key(key)
    return text


async def rows(clinic: Clinic, key: str, query: str = "") -> list[dict[str, Any]]:
    path = f"/api/v1/attendance?from=2020-01-01&to=2040-01-01&client={BOB}&{query}"
    answer = await clinic.browser().get(path, Authorization=f"Bearer {key}")
    assert answer.status == 200, answer.raw
    return sorted(answer.json["rows"], key=lambda row: str(row["session_start_utc"]))


async def test_a_billing_row_has_what_a_claim_needs(clinic: Clinic) -> None:
    """Payer, authorisation, level, codes, modifiers, numbers, units with their rule and pack, and that it may go."""
    day = monday(clinic)
    people = await clinic.store.people.get(MAIN, [ALICE])
    await clinic.store.people.put(MAIN, replace(people[ALICE], npi="1234567893"))
    await clinic.store.programmes.put_facts(MAIN, ProgrammeFacts("1932102001", "texas-564-901/1"))
    await clinic.store.coverages.put(MAIN, coverage(day), actor=ALICE)
    await clinic.store.coverages.put(MAIN, Care("care-1", BOB, day, None, "asam-2-1-adult/1", 1, ALICE), actor=ALICE)
    session = await held(clinic, "mine", 10, 180)
    key = await key_to(clinic)
    (before,) = await rows(clinic, key)
    assert (before["units"], before["billable"]) == (1, False)
    assert before["not_billable_reasons"] == ["location_missing", "unsigned_note", "not_attested"]
    await mended(clinic, session)
    (row,) = await rows(clinic, key)
    wanted = {
        "payer_id": "county",
        "payer_name": "County Health",
        "member_id": MEMBER,
        "authorization_no": "A-9",
        "authorized_units": 12,
        "authorized_from": None,
        "level_of_care": "2.1",
        "level_of_care_edition": "asam:3",
        "cap_rule_id": "ngs-90853/1",
        "cap_exceeded": False,
        "pos": "10",
        "modifiers": ["HQ"],
        "procedure_code": "H0015",
        "revenue_code": "0906",
        "units": 1,
        "unit_rule_id": "per-diem-180/1",
        "payer_pack_id": "ours/4",
        "service_count_day": 1,
        "eligible_minutes_day": 180,
        "per_diem_met": True,
        "facility_npi": "1932102001",
        "facilitator_npi": "1234567893",
        "location_verified": True,
        "billable": True,
        "not_billable_reasons": [],
    }
    assert {name: row[name] for name in wanted} == wanted
    path = f"/api/v1/attendance?from=2020-01-01&to=2040-01-01&client={BOB}&format=csv"
    answers = [await clinic.browser().get(path, Authorization=f"Bearer {key}") for _ in range(2)]
    (line,) = csv.DictReader(io.StringIO(answers[0].raw.decode()))
    assert (line["modifiers"], line["cap_exceeded"], line["billable"], line["authorized_from"]) == (
        "HQ",
        "false",
        "true",
        "",
    )
    assert b"Canary Lane" not in answers[0].raw
    texts = [answer.raw.replace(answer.headers["X-Export-Id"].encode(), b"") for answer in answers]
    assert texts[0] == texts[1]


async def test_a_closed_session_is_judged_by_the_coverage_of_its_day(clinic: Clinic) -> None:
    """A row that was stored before anybody said who pays gets its units by rule, and the feed tells of it."""
    await held(clinic, "mine", 10, 180)
    key, day = await key_to(clinic), monday(clinic)
    (row,) = await rows(clinic, key)
    assert (row["payer_id"], row["units"], row["unit_rule_id"], row["modifiers"]) == (None, None, None, [])
    assert "no_rule" in row["not_billable_reasons"]
    place = await clinic.store.attendance.last_change(MAIN)
    await clinic.store.coverages.put(MAIN, coverage(day + timedelta(days=1)), actor=ALICE)
    assert (await rows(clinic, key))[0]["units"] is None
    await clinic.store.coverages.put(MAIN, coverage(day, id="cov-0", effective_to=day), actor=ALICE)
    assert (await rows(clinic, key))[0]["units"] == 1
    feed = await clinic.browser().get(f"/api/v1/attendance?changed_since={place}", Authorization=f"Bearer {key}")
    assert [(row["client_id"], row["units"]) for row in feed.json["rows"]] == [(BOB, 1)]


async def test_a_day_is_counted_once_and_follows_in_the_feed(clinic: Clinic) -> None:
    """Two sessions make the day; a correction of one moves what the other has, and whoever copies hears of both."""
    await clinic.store.coverages.put(MAIN, coverage(monday(clinic)), actor=ALICE)
    first, second = await held(clinic, "one", 9, 100), await held(clinic, "two", 12, 80, "workshop")
    key = await key_to(clinic)
    assert [(row["units"], row["service_count_day"]) for row in await rows(clinic, key)] == [(0, 2), (1, 2)]
    place = await clinic.store.attendance.last_change(MAIN)
    said = {"session": first.id, "client": BOB, "minutes": 90, "reason": "was away"}
    assert (await (await clinic.staff()).ask("POST", "/api/v1/corrections", said)).status == 201
    feed = await clinic.browser().get(f"/api/v1/attendance?changed_since={place}", Authorization=f"Bearer {key}")
    told = {(row["service_kind"], row["units"], row["eligible_minutes_day"]) for row in feed.json["rows"]}
    assert told == {("group_therapy", 0, 170), ("workshop", 0, 170)}
    assert all("below_threshold" in row["not_billable_reasons"] for row in feed.json["rows"])
    assert second.kind == "workshop"


async def test_two_at_once_and_a_day_outside_the_authorisation(clinic: Clinic) -> None:
    """Client and facilitator in two sessions at the same time mark both; so does an authorisation that had ended."""
    day = monday(clinic)
    await clinic.store.coverages.put(MAIN, coverage(day, authorized_to=day - timedelta(days=1)), actor=ALICE)
    await held(clinic, "one", 9, 100)
    await held(clinic, "two", 10, 45, "individual", BEN)
    await held(clinic, "three", 10, 45, "workshop")
    reasons = {row["service_kind"]: row["not_billable_reasons"] for row in await rows(clinic, await key_to(clinic))}
    assert "overlap" in reasons["individual"]
    assert "facilitator_overlap" not in reasons["individual"]
    assert {"overlap", "facilitator_overlap", "not_authorized"} <= set(reasons["group_therapy"])
    assert reasons["workshop"] == reasons["group_therapy"]


async def test_the_list_while_it_can_still_be_mended(clinic: Clinic) -> None:
    """On the session's page by client, on the list of the day by reason; minutes that can still come are not short."""
    session = clinic.session()
    today = day_at(session.starts, ZONE)
    for client in (BOB, CAROL):
        await clinic.store.coverages.put(MAIN, coverage(today, client=client, id=f"cov-{client}"), actor=ALICE)
    assert await clinic.store.consents.revoke(MAIN, CAROL, f"tpo-{CAROL}", session.starts, actor=ALICE)
    evening = Evening(clinic.store, session)
    await evening.opens()
    await evening.seats(BOB, CAROL, DAN)
    alice = await clinic.staff()

    async def shown() -> dict[str, Any]:
        found = (await alice.get(f"/api/staff/sessions/{GROUP}/presence")).json
        return {client["person"]: client for client in found["clients"]}

    clients = await shown()
    # Ten minutes have passed: 179 of 180 can still be had at most, and that is too few for the day.
    assert clients[BOB]["not_billable"] == ["location_missing", "unsigned_note", "below_threshold"]
    assert (clients[BOB]["minutes_short"], clients[BOB]["units"]) in ((171, None), (172, None))
    assert clients[CAROL]["not_billable"][:2] == ["location_missing", "no_consent"]
    assert clients[DAN]["not_billable"] == ["location_missing", "unsigned_note", "no_rule"]
    listed = (await alice.get(f"/api/staff/sessions?from={session.starts}&to={session.ends}")).json["sessions"]
    (one,) = [found for found in listed if found["id"] == GROUP]
    assert one["not_billable"] == [
        {"reason": "location_missing", "clients": 3},
        {"reason": "no_consent", "clients": 1},
        {"reason": "unsigned_note", "clients": 3},
        {"reason": "below_threshold", "clients": 2},
        {"reason": "no_rule", "clients": 1},
    ]
    longer = replace(session, ends=session.ends + 5 * MINUTE)
    await clinic.store.sessions.put(longer)
    assert "below_threshold" not in (await shown())[BOB]["not_billable"]
    far = (await alice.get(f"/api/staff/sessions?from=2026-01-01&to={session.ends}")).json.get("sessions", [])
    assert all(found["not_billable"] is None for found in far)


async def test_entries_are_recorded_read_and_ended(clinic: Clinic) -> None:
    """By whoever leads the client; each look and each entry is in the audit log, and nothing private in any of it."""
    alice, path = await clinic.staff(), f"/api/v1/clients/{BOB}/coverage"
    empty = (await alice.get(path)).json
    assert (empty["coverage"], empty["levels"], empty["payers"]) == ([], [], ["county"])
    assert empty["clinic_level"] == "asam-2-1-adult/1"
    asked = {"payer": "acme", "member": MEMBER, "effective_from": "2026-01-01", "authorized_units": 5}
    made = await alice.ask("POST", path, asked)
    assert made.status == 201
    (entry,) = made.json["coverage"]
    assert (entry["member"], entry["in_force"], entry["has_rules"], entry["recorded_by"]) == (
        MEMBER,
        True,
        False,
        NAMES[ALICE][1],
    )
    leveled = await alice.ask(
        "POST", f"/api/v1/clients/{BOB}/levels", {"level": "asam-2-1-adult/1", "effective_from": "2026-01-01"}
    )
    assert leveled.json["levels"][0]["code"] == "asam:3:2.1"
    ended = await alice.ask("POST", f"{path}/{entry['id']}/end", {"last_day": "2026-01-31"})
    assert (ended.status, ended.json["coverage"][0]["effective_to"]) == (200, "2026-01-31")
    assert ended.json["coverage"][0]["in_force"] is False
    done = [(action, subject) for actor, action, subject in await clinic.audited() if actor == ALICE]
    for action in ("coverage.read", "coverage.set", "care.set", "coverage.ended"):
        assert (action, BOB) in done
    assert MEMBER not in str(await clinic.audited())


async def test_what_cannot_be_recorded_is_named(clinic: Clinic) -> None:
    """Each refusal names the field; a client whom one does not lead is not there."""
    alice, path = await clinic.staff(), f"/api/v1/clients/{BOB}/coverage"
    good = {"payer": "county", "effective_from": "2026-01-01"}
    for change, field in (
        ({"place_of_service": "1"}, "place_of_service"),
        ({"authorized_from": "2026-02-01", "authorized_to": "2026-01-01"}, "authorized_to"),
        ({"payer": " "}, "payer"),
        ({"effective_from": "1200-01-01"}, "effective_from"),
        ({"effective_to": "2025-01-01"}, "effective_to"),
    ):
        answer = await alice.ask("POST", path, good | change)
        assert (answer.status, answer.json.get("field")) == (400, field)
    assert (await alice.ask("POST", path, good | {"name": "x"})).status == 400
    level = {"level": "made-up/1", "effective_from": "2026-01-01"}
    assert (await alice.ask("POST", f"/api/v1/clients/{BOB}/levels", level)).json["field"] == "level"
    assert (await alice.ask("POST", f"{path}/nothing/end", {"last_day": "2026-01-31"})).status == 404
    ben = await clinic.staff(BEN)
    assert (await ben.get(path)).status == 404
    assert (await ben.ask("POST", path, good)).status == 404
    assert (await ben.get(f"/api/v1/clients/{CAROL}/coverage")).status == 200
    assert (await alice.get(f"/api/v1/clients/{ALICE}/coverage")).status == 404
    assert (await clinic.browser().get(path)).status == 401


@pytest.mark.parametrize(
    ("role", "status"), [(StaffRole.BILLER, 200), (StaffRole.OBSERVER, 404), (StaffRole.INTERN, 404)]
)
async def test_the_access_table_decides(clinic: Clinic, role: StaffRole, status: int) -> None:
    """A biller reads and records for every client of the programme; who only learns or looks on does not."""
    login = rec.StaffLogin(BEN, MAIN, NAMES[BEN][0], HASHES[BEN], staff_role=role)
    await clinic.store.people.put_login(login)
    ben = await clinic.staff(BEN)
    assert (await ben.get(f"/api/v1/clients/{BOB}/coverage")).status == status
    assert (await ben.get(f"/api/v1/clients/{ALICE}/coverage")).status == 404
    assert (await ben.get("/api/v1/clients/nobody/coverage")).status == 404


async def test_hours_go_by_the_client_s_own_level(clinic: Clinic) -> None:
    """Recorded levels by week, from the week in which they began; everybody else by the clinic's."""
    day = monday(clinic)
    await held(clinic, "mine", 10, 180)
    care = Care("care-1", BOB, day + timedelta(days=3), None, "asam-2-1-adolescent/1", 1, ALICE)
    await clinic.store.coverages.put(MAIN, care, actor=ALICE)
    report = (await (await clinic.staff()).get("/api/staff/hours?weeks=5")).json
    weeks = {client["person"]: client["weeks"] for client in report["clients"]}
    assert report["level"]["week_minutes"] == 540
    bob, dan = weeks[BOB][1], weeks[DAN][1]
    assert (bob["level"], bob["code"], bob["week_minutes"], bob["minutes_short"]) == (
        "asam-2-1-adolescent/1",
        "asam:3:2.1",
        360,
        180,
    )
    assert (dan["level"], dan["week_minutes"], dan["minutes_short"]) == ("asam-2-1-adult/1", 540, 540)
