"""What leaves is lawful: a basis for each client, the notice with it, the ledger before it; and no files to join."""

import asyncio
import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest

from telehealth.core.disclosure import ConsentKind, Ground, GroundKind, Purpose
from telehealth.core.ids import PersonId, SessionId
from telehealth.edge.api_keys import READ_ATTENDANCE, READ_DISCLOSURES, mint
from telehealth.edge.profiles import PROFILES

from .clinic import ALICE, BEN, BOB, CAROL, DAN, MAIN, MINUTE, Answer, Clinic, Evening, consent

pytestmark = pytest.mark.asyncio


async def _ended(clinic: Clinic, name: str = "session-before", minute: int = 0) -> None:
    """A session that has taken place: Bob and Carol came, Dan did not."""
    starts = clinic.starts - (1000 - minute) * MINUTE
    session = replace(clinic.session(), id=SessionId(name), starts=starts, ends=starts + 180 * MINUTE)
    await clinic.store.sessions.put(session)
    evening = Evening(clinic.store, session)
    await evening.opens()
    await evening.seats(BOB, CAROL)
    await evening.ends(180)


async def _key(clinic: Clinic, profile: str = "attendance", recipient: str = "acme", **more: Any) -> str:
    purpose = more.pop("purpose", min(PROFILES[profile].purposes & {Purpose.PAYMENT, Purpose.COURT, Purpose.AUDIT}))
    text, key = mint(
        MAIN, more.pop("scopes", (READ_ATTENDANCE,)), "x", 1, profile=profile, recipient=recipient, purpose=purpose
    )
    await clinic.store.access.put_api_key(key)
    return text


async def _read(clinic: Clinic, key: str, query: str = "", **headers: str) -> Answer:
    path = f"/api/v1/attendance?from={clinic.starts - 10**9}&to={clinic.starts + 10**9}&{query}"
    return await clinic.browser().get(path, Authorization=f"Bearer {key}", **headers)


async def _revoke(clinic: Clinic, client: PersonId) -> None:
    now = clinic.clock.now()
    assert await clinic.store.consents.revoke(MAIN, client, f"tpo-{client}", now, actor=ALICE)


async def test_without_a_basis_nobody_is_exported_and_everybody_is_counted(clinic: Clinic) -> None:
    """A client without a consent, or with a revoked one, is in no form of the answer; the count is."""
    await _ended(clinic)
    await _revoke(clinic, BOB)
    key = await _key(clinic)
    answer = await _read(clinic, key)
    assert {row["client"] for row in answer.json["rows"]} == {CAROL, DAN}
    assert answer.json["omitted_clients"] == 1
    for form in ("csv", "ndjson"):
        streamed = await _read(clinic, key, f"format={form}")
        assert BOB.encode() not in streamed.raw
        assert CAROL.encode() in streamed.raw
        end = await clinic.browser().get(
            f"/api/v1/exports/{streamed.headers['X-Export-Id']}", Authorization=f"Bearer {key}"
        )
        assert end.json == {
            "export": streamed.headers["X-Export-Id"],
            "state": "done",
            "rows": 2,
            "clients": 2,
            "omitted_clients": 1,
        }
    other = await _key(clinic, recipient="other")
    path = f"/api/v1/exports/{answer.json['export']}"
    assert (await clinic.browser().get(path, Authorization=f"Bearer {other}")).status == 404


async def test_a_revocation_stops_an_export_under_way(clinic: Clinic) -> None:
    """Page by page: from the moment of revocation on, no row of the client leaves."""
    await _ended(clinic, "session-0", 0)
    await _ended(clinic, "session-1", 1)
    key = await _key(clinic)
    first = await _read(clinic, key, "limit=3")
    assert [row["client"] for row in first.json["rows"]] == [BOB, CAROL, DAN]
    await _revoke(clinic, CAROL)
    rest = await _read(clinic, key, f"limit=3&cursor={first.json['next']}")
    assert [row["client"] for row in rest.json["rows"]] == [BOB, DAN]
    assert rest.json["next"] is None


async def test_the_ledger_has_each_client_of_each_export(clinic: Clinic) -> None:
    """One row a client and export, with recipient, purpose, profile, range and basis; none of whoever was left out."""
    await _ended(clinic, "session-0", 0)
    await _ended(clinic, "session-1", 1)
    await _revoke(clinic, DAN)
    key = await _key(clinic, "billing", "acme-health")
    csv_answer = await _read(clinic, key, "format=csv")
    json_answer = await _read(clinic, key)
    for client in (BOB, CAROL):
        rows = await clinic.store.ledger.of(MAIN, client)
        assert [row.disclosure.export for row in rows] == [
            csv_answer.headers["X-Export-Id"],
            json_answer.json["export"],
        ]
        assert {row.basis for row in rows} == {f"consent_tpo:tpo-{client}"}
        given = rows[0].disclosure
        assert (given.recipient, given.purpose, given.profile) == ("acme-health", Purpose.PAYMENT, "billing")
        assert given.actor == f"api-key:{key.split('_')[1]}"
    assert await clinic.store.ledger.of(MAIN, DAN) == []


async def test_the_accounting_of_a_client(clinic: Clinic) -> None:
    """Staff who lead the client's sessions and a compliance key read it; others learn nothing; reading is audited."""
    await _ended(clinic)
    await _read(clinic, await _key(clinic))
    path = f"/api/v1/clients/{BOB}/disclosures"
    alice, ben = await clinic.staff(ALICE), await clinic.staff(BEN)
    found = (await alice.get(path)).json
    assert found["client"] == BOB
    (row,) = found["disclosures"]
    assert (row["recipient"], row["purpose"], row["profile"]) == ("acme", "payment", "attendance")
    assert row["basis"] == f"consent_tpo:tpo-{BOB}"
    assert (await ben.get(path)).status == 404
    assert (await clinic.browser().get(path)).status == 401
    officer = await _key(clinic, scopes=(READ_DISCLOSURES,))
    assert (await clinic.browser().get(path, Authorization=f"Bearer {officer}")).json == found
    biller = await _key(clinic)
    assert (await clinic.browser().get(path, Authorization=f"Bearer {biller}")).status == 403
    assert (ALICE, "disclosures.read", BOB) in await clinic.audited()


async def test_the_notice_goes_with_every_form(clinic: Clinic) -> None:
    """42 CFR 2.32: the short text on each row and in a header, the long one in JSON; the basis and its scope beside."""
    await _ended(clinic)
    short = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
    for profile in ("attendance", "billing"):
        key = await _key(clinic, profile)
        answer = await _read(clinic, key)
        assert answer.json["notice"]["text"].startswith("This record which has been disclosed to you is protected")
        assert answer.headers["X-Part2-Notice"] == short
        table = list(csv.DictReader(io.StringIO((await _read(clinic, key, "format=csv")).raw.decode(), newline="")))
        lines = (await _read(clinic, key, "format=ndjson")).raw.splitlines()
        for row in [*answer.json["rows"], *table, *map(json.loads, lines)]:
            assert row["part2_notice"] == short
            assert row["part2_basis"].startswith("42 CFR 2.33(a)(1), consent tpo-id-")


async def test_two_recipients_cannot_join_their_files(clinic: Clinic) -> None:
    """A session has another id for each recipient, the same each time for one, and never its own."""
    await _ended(clinic)
    first, again, other = [await _key(clinic, recipient=name) for name in ("acme", "acme", "other")]
    ids = [{row["session"] for row in (await _read(clinic, key)).json["rows"]} for key in (first, again, other)]
    assert ids[0] == ids[1]
    assert len(ids[0] | ids[2] | {"session-before"}) == 3
    assert (await _read(clinic, first, f"session={min(ids[0])}")).json["rows"]
    assert not (await _read(clinic, other, f"session={min(ids[0])}")).json["rows"]


async def test_a_court_needs_a_consent_of_its_own(clinic: Clinic) -> None:
    """A consent to treatment and payment opens no court report; one for this court does: dates and hours only."""
    await _ended(clinic)
    key = await _key(clinic, "court", "county-court")
    assert (await _read(clinic, key)).json["omitted_clients"] == 3
    given = replace(
        consent(BOB, clinic.starts - 10**9),
        id="court-1",
        kind=ConsentKind.COURT,
        recipient="county-court",
        purposes=(Purpose.COURT,),
    )
    await clinic.store.consents.put(given, actor=ALICE)
    answer = await _read(clinic, key)
    (row,) = answer.json["rows"]
    assert (row["client_id"], row["minutes_attended"], row["attendance_status"]) == (BOB, 179, "present")
    assert set(row) == {column.name for column in PROFILES["court"].columns}
    assert not {"program_id", "service_kind", "intervals", "modality"} & set(row)


async def test_an_audit_has_the_raw_evidence_under_its_ground(clinic: Clinic) -> None:
    """42 CFR 2.53: no consent, but a recorded ground for this recipient; raw intervals and the log's head."""
    await _ended(clinic)
    key = await _key(clinic, "audit", "state-audit", purpose=Purpose.AUDIT)
    assert (await _read(clinic, key)).json["omitted_clients"] == 3
    ground = Ground("g", MAIN, GroundKind.AUDIT, "state-audit", (Purpose.AUDIT,), "letter 7", 1, None)
    await clinic.store.consents.put_ground(ground, actor="system")
    rows = (await _read(clinic, key)).json["rows"]
    assert len(rows) == 3
    (kept,) = {row.head for row in await clinic.store.attendance.rows_of(MAIN, SessionId("session-before"))}
    assert kept
    assert {row["log_head"] for row in rows} == {kept}
    assert rows[0]["intervals"][0]["ended_by"] == "ended"
    assert rows[0]["part2_basis"].startswith("42 CFR 2.53")


async def test_deidentified_rows_name_nobody(clinic: Clinic) -> None:
    """No id, no date finer than a year, no basis, no ledger row; and nobody can be asked for."""
    await _ended(clinic)
    await _revoke(clinic, BOB)
    key = await _key(clinic, "deidentified")
    answer = await _read(clinic, key)
    assert len(answer.json["rows"]) == 3
    assert set(answer.json["rows"][0]) == {
        "year",
        "service_kind",
        "minutes_attended",
        "attendance_status",
        "attendance_policy_id",
        "modality",
    }
    for client in (BOB, CAROL, DAN):
        assert client.encode() not in answer.raw
        assert await clinic.store.ledger.of(MAIN, client) == []
    assert (await _read(clinic, key, f"client={BOB}")).json["parameter"] == "client"


async def test_columns_are_an_allow_list(clinic: Clinic) -> None:
    """Only columns of the key's own profile; what is unknown is a problem that names it; another profile is refused."""
    await _ended(clinic)
    key = await _key(clinic, "billing")
    answer = await _read(clinic, key, "columns=client_id,minutes_attended&format=csv")
    assert answer.raw.splitlines()[0] == b"client_id,minutes_attended"
    assert answer.raw.splitlines()[1] == f"{BOB},179".encode()
    for column in ("intervals", "legal_name", "client_id,client_id", ""):
        refused = await _read(clinic, key, f"columns={column}")
        assert (refused.status, refused.json["parameter"]) == (400, "columns")
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.json["field"] == column.split(",")[0]
        assert {"type", "title", "status"} <= set(refused.json)
    assert (await _read(clinic, key, "profile=court")).status == 403
    assert (await _read(clinic, key, "profile=billing")).status == 200


async def test_a_profile_is_for_its_purposes(clinic: Clinic) -> None:
    """A key whose purpose does not go with its profile opens nothing; nobody can make one for a legal proceeding."""
    await _ended(clinic)
    assert (await _read(clinic, await _key(clinic, "billing", purpose=Purpose.COURT))).status == 403
    assert all(Purpose.LEGAL not in profile.purposes for profile in PROFILES.values())


async def test_pages_have_tags_and_are_compressed(clinic: Clinic) -> None:
    """Unchanged rows are answered by 304; gzip where it is taken; a byte order mark where it is asked for."""
    await _ended(clinic)
    key = await _key(clinic)
    first = await _read(clinic, key)
    assert (await _read(clinic, key, If_None_Match=first.headers["ETag"])).status == 304
    await _ended(clinic, "session-1", 1)
    assert (await _read(clinic, key, If_None_Match=first.headers["ETag"])).status == 200
    zipped = await _read(clinic, key, "format=csv", Accept_Encoding="gzip")
    assert zipped.headers["Content-Encoding"] == "gzip"
    plain = await _read(clinic, key, "format=csv&bom=1", Accept_Encoding="identity")
    assert plain.raw.startswith(b"\xef\xbb\xbfprogramme,")
    # The identity of the export is not a column of this profile, so the two files are the same but for the mark.
    assert zipped.raw == plain.raw[3:]


async def test_a_key_cannot_ask_without_end(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond its rate a key gets 429 and is told when to come back; another key is not held up."""
    monkeypatch.setattr("telehealth.edge.machines.REQUESTS", 3)
    key = await _key(clinic)
    statuses = [(await _read(clinic, key)).status for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert (await _read(clinic, await _key(clinic))).status == 200


async def test_the_feed_of_changes_has_no_gap_while_many_write(clinic: Clinic) -> None:
    """A reader that follows `next` while sessions of three months end at once gets every row, at least once."""
    key = await _key(clinic)
    names = [f"session-{number}" for number in range(36)]
    seen: set[tuple[str, str]] = set()
    finished = asyncio.Event()

    async def write(mine: list[str]) -> None:
        for name in mine:
            number = int(name.split("-")[1])
            await _ended(clinic, name, minute=-number * 3000)

    async def read_on() -> None:
        place, http = "0-0", clinic.browser()
        while True:
            last = finished.is_set()
            path = f"/api/v1/attendance?changed_since={place}&limit=2"
            page = (await http.get(path, Authorization=f"Bearer {key}")).json
            seen.update((row["session"], row["client"]) for row in page["rows"])
            place = page["next"]
            if last and not page["more"] and not page["rows"]:
                return

    reader = asyncio.create_task(read_on())
    await asyncio.gather(*(write(names[start::6]) for start in range(6)))
    finished.set()
    await asyncio.wait_for(reader, 30)
    name = await clinic.store.pseudonyms.of(MAIN, "acme")
    assert seen == {(name(SessionId(session)), client) for session in names for client in (BOB, CAROL, DAN)}
