"""Sessions and corrections for machines: what a row says, who may have it, pages, the feed, one ledger row a run."""

import csv
import io
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from telehealth.core.corrections import Correction, Excuse
from telehealth.core.disclosure import Ground, GroundKind, Purpose
from telehealth.core.ids import PersonId, SessionId
from telehealth.edge.api_keys import READ_ATTENDANCE, mint
from telehealth.edge.session_columns import CORRECTIONS, SESSIONS
from telehealth.store.ports import Heard

from .clinic import ALICE, BEN, BENS, BOB, CAROL, DAN, GROUP, MAIN, MINUTE, SERIES, Answer, Clinic, Evening

pytestmark = pytest.mark.asyncio
BEFORE = SessionId("session-before")


async def _ended(clinic: Clinic, name: SessionId = BEFORE, minute: int = 0, **change: Any) -> None:
    starts = clinic.starts - (1000 - minute) * MINUTE
    session = replace(clinic.session(), id=name, starts=starts, ends=starts + 180 * MINUTE, **change)
    await clinic.store.sessions.put(session)
    evening = Evening(clinic.store, session)
    await evening.opens()
    await evening.seats(BOB, CAROL)
    await evening.ends(180)


async def _key(clinic: Clinic, profile: str = "attendance", recipient: str = "acme", **more: Any) -> str:
    text, key = mint(MAIN, (READ_ATTENDANCE,), "x", 1, profile=profile, recipient=recipient, **more)
    await clinic.store.access.put_api_key(key)
    return text


async def _ask(clinic: Clinic, key: str, what: str, query: str = "") -> Answer:
    span = "" if "changed_since" in query else f"from={clinic.starts - 10**9}&to={clinic.starts + 10**9}&"
    return await clinic.browser().get(f"/api/v1/{what}?{span}{query}", Authorization=f"Bearer {key}")


async def _revoke(clinic: Clinic, *clients: PersonId) -> None:
    for client in clients:
        await clinic.store.consents.revoke(MAIN, client, f"tpo-{client}", clinic.clock.now(), actor=ALICE)


async def _say(clinic: Clinic) -> None:
    """Bob's minutes are corrected, then taken back, then corrected again; Dan's absence is excused."""
    at = clinic.clock.now()
    for number, said in enumerate(
        (
            Correction(BEFORE, BOB, 100, "canary-reason one", ALICE, at),
            Correction(BEFORE, BOB, None, "canary-reason two", ALICE, at + 1),
            Excuse(BEFORE, DAN, True, "canary-reason three", ALICE, at + 2),
            Correction(BEFORE, BOB, 170, "canary-reason four", ALICE, at + 3),
        )
    ):
        heard = (await clinic.store.corrections.of(MAIN, [BEFORE])).get(BEFORE)
        assert await clinic.store.corrections.say(MAIN, said, heard or Heard()), number


async def test_sessions_of_every_state(clinic: Clinic) -> None:
    """Ended, under way, to come and never held, by scheduled start; each with what is known of it then."""
    await _ended(clinic)
    live = Evening(clinic.store, clinic.session())
    await live.opens()
    await live.seats(BOB)
    later = clinic.clock.now() + 24 * 60 * MINUTE
    for name, starts in (("session-missed", clinic.starts - 2000 * MINUTE), ("session-later", later)):
        await clinic.store.sessions.put(
            replace(clinic.session(), id=SessionId(name), starts=starts, ends=starts + 60 * MINUTE)
        )
    name = await clinic.store.pseudonyms.of(MAIN, "acme")
    answer = await _ask(clinic, await _key(clinic), "sessions", f"series={SERIES}&kind=group_therapy")
    states = [(row["session"], row["status"], row["final"]) for row in answer.json["rows"]]
    assert states == [
        (name(SessionId("session-missed")), "not_held", True),
        (name(BEFORE), "ended", True),
        (name(GROUP), "open", False),
        (name(SessionId("session-later")), "scheduled", False),
    ]
    ended = answer.json["rows"][1]
    assert (ended["group_size_clients"], ended["attendance_rows"], ended["facilitators"]) == (2, 3, [ALICE])
    assert ended["session_end"] - ended["session_start"] == 180 * MINUTE
    assert SERIES not in answer.raw.decode()
    assert "Evening group" not in answer.raw.decode()
    group = ended["series"]
    key = await _key(clinic)
    assert len((await _ask(clinic, key, "sessions", f"series={group}&status=ended")).json["rows"]) == 1
    assert len((await _ask(clinic, key, "attendance", f"series={group}")).json["rows"]) == 6
    only = (await _ask(clinic, key, "sessions", f"facilitator={BEN}")).json["rows"]
    assert [row["session"] for row in only] == [name(BENS)]


async def test_a_session_is_shown_if_one_of_its_clients_may_be(clinic: Clinic) -> None:
    """With one basis left it is there and in that client's ledger; with none it is not there, nor by its id."""
    await _ended(clinic)
    key = await _key(clinic, "billing")
    name = (await clinic.store.pseudonyms.of(MAIN, "acme"))(BEFORE)
    await _revoke(clinic, BOB, DAN)
    answer = await _ask(clinic, key, "sessions", "status=ended")
    assert [(row["session_id"], row["attendance_rows"]) for row in answer.json["rows"]] == [(name, 1)]
    assert answer.json["omitted_clients"] == 2
    ((row,), nobody) = (await clinic.store.ledger.of(MAIN, CAROL), await clinic.store.ledger.of(MAIN, BOB))
    assert (row.disclosure.export, nobody) == (answer.json["export"], [])
    assert set(row.disclosure.columns) == {f"sessions:{column.name}" for column in SESSIONS["billing"]}
    one = await _ask(clinic, key, f"sessions/{name}", "columns=session_id")
    assert one.status == 400  # a single session has no range
    path = f"/api/v1/sessions/{name}"
    found = await clinic.browser().get(f"{path}?columns=session_id,part2_notice", Authorization=f"Bearer {key}")
    assert found.json["row"]["session_id"] == name
    assert found.headers["ETag"]
    await _revoke(clinic, CAROL)
    assert (await _ask(clinic, key, "sessions", "status=ended")).json["rows"] == []
    for wanted in (path, f"/api/v1/sessions/{BEFORE}", "/api/v1/sessions/x"):
        assert (await clinic.browser().get(wanted, Authorization=f"Bearer {key}")).status == 404


async def test_staff_see_the_sessions_that_they_lead(clinic: Clinic) -> None:
    """By their own ids, in a list and one by one; another's session is not there."""
    alice = await clinic.staff()
    path = f"/api/v1/sessions?from={clinic.starts - 10**9}&to={clinic.starts + 10**9}"
    assert [row["session"] for row in (await alice.get(path)).json["rows"]] == [GROUP]
    assert (await alice.get(f"/api/v1/sessions/{GROUP}")).json["row"]["series"] == SERIES
    assert (await alice.get(f"/api/v1/sessions/{BENS}")).status == 404
    assert (await clinic.browser().get(path)).status == 401


async def test_corrections_as_each_profile_may_have_them(clinic: Clinic) -> None:
    """Value, author and time beside the raw value, the one that counts marked; the reason only for an audit."""
    await _ended(clinic)
    await _say(clinic)
    rows = (await _ask(clinic, await _key(clinic, "billing"), "corrections")).json["rows"]
    told = [(r["client_id"], r["row_version"], r["what"], r["minutes_corrected"], r["counts"]) for r in rows]
    assert told == [
        (BOB, 2, "correction", 100, False),
        (BOB, 3, "correction", None, False),
        (DAN, 2, "excuse", None, True),
        (BOB, 4, "correction", 170, True),
    ]
    assert {row["said_by"] for row in rows} == {ALICE}
    assert {(row["client_id"], row["minutes_raw"]) for row in rows} == {(BOB, 179), (DAN, 0)}
    only = (await _ask(clinic, await _key(clinic), "corrections", f"client={DAN}")).json["rows"]
    assert [(row["client"], row["excused"]) for row in only] == [(DAN, True)]
    auditor = await _key(clinic, "audit", "state-audit", purpose=Purpose.AUDIT)
    assert (await _ask(clinic, auditor, "corrections")).json["rows"] == []
    ground = Ground("g", MAIN, GroundKind.AUDIT, "state-audit", (Purpose.AUDIT,), "letter 7", 1, None)
    await clinic.store.consents.put_ground(ground, actor="system")
    found = await _ask(clinic, auditor, "corrections", "format=csv&bom=1")
    table = list(csv.DictReader(io.StringIO(found.raw.decode("utf-8-sig"), newline="")))
    assert [row["reason"].rsplit(" ", 1)[1] for row in table] == ["one", "two", "three", "four"]
    for profile in ("attendance", "billing"):
        assert b"canary-reason" not in (await _ask(clinic, await _key(clinic, profile), "corrections")).raw
    assert (await _ask(clinic, await _key(clinic, "deidentified"), "corrections")).status == 403


async def test_pages_lead_through_everything_once(clinic: Clinic) -> None:
    """Whatever the size of a page: nothing is missing or doubled, also within one session's corrections."""
    for minute in range(7):
        starts = clinic.starts - (3000 - minute // 3) * MINUTE  # some start at the same time
        await clinic.store.sessions.put(
            replace(clinic.session(), id=SessionId(f"session-{minute}"), starts=starts, ends=starts + 60 * MINUTE)
        )
    await _ended(clinic)
    await _say(clinic)
    key = await _key(clinic)
    for what, names in (("sessions", ("session",)), ("corrections", ("client", "row_version"))):
        whole = (await _ask(clinic, key, what)).json["rows"]
        for limit in (1, 2, 3):
            seen, cursor = list[Any](), ""
            while cursor is not None:
                page = (await _ask(clinic, key, what, f"limit={limit}" + (cursor and f"&cursor={cursor}"))).json
                assert len(page["rows"]) <= limit
                seen += page["rows"]
                cursor = page["next"]
            assert [[row[n] for n in names] for row in seen] == [[row[n] for n in names] for row in whole]


async def test_a_cursor_is_sealed_and_for_its_own_question(clinic: Clinic) -> None:
    """It shows no id, and opens neither another question, nor another recipient's, nor another resource's."""
    await _ended(clinic)
    key, other = await _key(clinic), await _key(clinic, recipient="other")
    cursor = (await _ask(clinic, key, "attendance", "limit=1")).json["next"]
    assert (await _ask(clinic, key, "attendance", f"limit=2&format=csv&cursor={cursor}")).status == 200
    for who, what, query in (
        (other, "attendance", ""),
        (key, "sessions", ""),
        (key, "attendance", f"client={BOB}&"),
        (key, "attendance", "columns=client&"),
    ):
        refused = await _ask(clinic, who, what, f"{query}cursor={cursor}")
        assert (refused.status, refused.json["parameter"]) == (400, "cursor")


async def test_the_feed_has_sessions_and_corrections(clinic: Clinic) -> None:
    """Planned, opened, ended, corrected: each change brings the row as it is now; an unchanged plan brings nothing."""
    key = await _key(clinic)
    place = (await _ask(clinic, key, "sessions", "changed_since=0-0")).json["next"]
    await clinic.store.sessions.put(clinic.session())
    assert (await _ask(clinic, key, "sessions", f"changed_since={place}")).json["rows"] == []
    for happen, status in ((_plan, "not_held"), (_open, "open"), (_end, "ended")):
        await happen(clinic)
        page = (await _ask(clinic, key, "sessions", f"changed_since={place}")).json
        assert [row["status"] for row in page["rows"]] == [status]
        place = page["next"]
    await _say(clinic)
    assert len((await _ask(clinic, key, "corrections", f"changed_since={place}")).json["rows"]) == 4


def _evening(clinic: Clinic) -> Evening:
    starts = clinic.starts - 1000 * MINUTE
    return Evening(clinic.store, replace(clinic.session(), id=BEFORE, starts=starts, ends=starts + 180 * MINUTE))


async def _plan(clinic: Clinic) -> None:
    await clinic.store.sessions.put(_evening(clinic).session)


_open_ones: dict[int, Evening] = {}


async def _open(clinic: Clinic) -> None:
    _open_ones[id(clinic)] = evening = _evening(clinic)
    await evening.opens()
    await evening.seats(BOB, CAROL)


async def _end(clinic: Clinic) -> None:
    await _open_ones.pop(id(clinic)).ends(180)


async def test_an_export_in_pages_is_one_disclosure(clinic: Clinic) -> None:
    """One ledger row a client with its columns, whatever page is fetched how often; counts are of the whole export."""
    for number in range(3):
        await _ended(clinic, SessionId(f"session-{number}"), number)
    await _revoke(clinic, DAN)
    key = await _key(clinic, "billing")
    columns, cursor, pages = "columns=session_id,client_id,minutes_attended", "", list[dict[str, Any]]()
    while cursor is not None:
        page = (await _ask(clinic, key, "attendance", f"{columns}&limit=2" + (cursor and f"&cursor={cursor}"))).json
        again = (await _ask(clinic, key, "attendance", f"{columns}&limit=2" + (cursor and f"&cursor={cursor}"))).json
        pages.append(page)
        assert page["rows"] == again["rows"]
        cursor = page["next"]
    assert [len(page["rows"]) for page in pages] == [
        2,
        2,
        2,
        0,
    ]  # of the last one, whose rows were left out, nobody knew
    export = pages[0]["export"]
    assert {page["export"] for page in pages} == {export}
    for client in (BOB, CAROL):
        mine = [row for row in await clinic.store.ledger.of(MAIN, client) if row.disclosure.export == export]
        assert [row.disclosure.columns for row in mine] == [("session_id", "client_id", "minutes_attended")]
    end = await clinic.browser().get(f"/api/v1/exports/{export}", Authorization=f"Bearer {key}")
    assert (end.json["state"], end.json["rows"], end.json["clients"], end.json["omitted_clients"]) == ("done", 6, 2, 1)
    alice = await clinic.staff()
    (first, *_) = (await alice.get(f"/api/v1/clients/{BOB}/disclosures")).json["disclosures"]
    assert first["columns"] == ["session_id", "client_id", "minutes_attended"]
    # Whoever's basis changes on the way is told of under the new one, and that is another row.
    await _revoke(clinic, BOB)
    grounds = Ground("g", MAIN, GroundKind.SERVICE_ORGANISATION, "acme", (Purpose.PAYMENT,), "contract", 1, None)
    await clinic.store.consents.put_ground(grounds, actor="system")
    await _ask(clinic, key, "attendance", f"{columns}&limit=2&cursor={pages[0]['next']}")
    bases = [row.basis for row in await clinic.store.ledger.of(MAIN, BOB) if row.disclosure.export == export]
    assert [basis.split(":")[0] for basis in bases] == ["consent_tpo", "qualified_service_organization"]


async def test_rows_fit_their_description(clinic: Clinic) -> None:
    """Each profile's sessions and corrections are valid against the published schemas."""
    await _ended(clinic)
    await _say(clinic)
    document = (await clinic.browser().get("/api/v1/openapi.json")).json
    for what, tables in (("sessions", SESSIONS), ("corrections", CORRECTIONS)):
        for profile, columns in tables.items():
            purpose = {"court": Purpose.COURT, "audit": Purpose.AUDIT}.get(profile, Purpose.PAYMENT)
            ground = Ground(f"g-{profile}", MAIN, GroundKind.AUDIT, profile, (purpose,), "x", 1, None)
            await clinic.store.consents.put_ground(ground, actor="system")
            key = await _key(clinic, profile, profile, purpose=purpose)
            page = (await _ask(clinic, key, what)).json
            assert page["rows"], (what, profile)
            name = f"{profile.capitalize()}{what.capitalize()}Row"
            schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
            for row in page["rows"]:
                jsonschema.validate(row, schema, cls=jsonschema.Draft202012Validator)
                assert list(row) == [column.name for column in columns]
