"""The attendance export: who may read what, three equal forms, exact resuming, and questions that are refused."""

import csv
import io
import json
import os
import signal
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from telehealth.core import events as did
from telehealth.core.attendance import Interval, Row, Status
from telehealth.core.disclosure import Ground, GroundKind, Purpose
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.records import ApiKey
from telehealth.edge.api_keys import READ_ATTENDANCE, mint
from telehealth.edge.formats import CLIENT, Writer
from telehealth.edge.profiles import ATTENDANCE
from telehealth.store.codec import row_fields

from .clinic import (
    ALICE,
    BEN,
    BENS,
    BOB,
    CAROL,
    DAN,
    GROUP,
    MAIN,
    MINUTE,
    OTHER,
    SERIES,
    Answer,
    Browser,
    Clinic,
    Evening,
)

pytestmark = pytest.mark.asyncio
COLUMNS = tuple(column.name for column in ATTENDANCE)


async def _key(clinic: Clinic, **change: Any) -> str:
    programme = change.pop("programme", MAIN)
    text, key = mint(programme, change.pop("scopes", (READ_ATTENDANCE,)), "billing", clinic.clock.now())
    await clinic.store.access.put_api_key(replace(key, **change))
    return text


async def _names(clinic: Clinic, key: str, *sessions: str) -> dict[str, str]:
    """What the key's recipient calls these sessions, and back."""
    name = await clinic.store.pseudonyms.of(MAIN, key.split("_")[1])
    return {name(SessionId(session)): session for session in sessions}


def _range(clinic: Clinic) -> str:
    return f"from={clinic.starts - 10**9}&to={clinic.starts + 10**9}"


async def _read(clinic: Clinic, key: str, query: str = "", browser: Browser | None = None) -> Answer:
    path = f"/api/v1/attendance?{_range(clinic)}&{query}"
    return await (browser or clinic.browser()).get(path, Authorization=f"Bearer {key}")


async def _ended(clinic: Clinic, name: str, minute: int = 0) -> None:
    """One more session that has taken place: Bob stayed, Carol left early, Dan never came."""
    session = replace(
        clinic.session(),
        id=SessionId(name),
        starts=clinic.starts - (1000 - minute) * MINUTE,
        ends=clinic.starts - (820 - minute) * MINUTE,
    )
    await clinic.store.sessions.put(session)
    evening = Evening(clinic.store, session)
    await evening.opens()
    await evening.seats(BOB, CAROL)
    await evening.leaves(CAROL, 60.5)
    await evening.ends(180)


async def test_a_row_for_each_client_and_session(clinic: Clinic) -> None:
    """Ended sessions with their status under a policy, live ones as they stand; ids and times only."""
    await _ended(clinic, "session-before")
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.seats(BOB)
    key = await _key(clinic)
    answer = await _read(clinic, key)
    names = await _names(clinic, key, "session-before", GROUP)
    rows = {(names[row["session"]], row["client"]): row for row in answer.json["rows"]}
    assert answer.json["next"] is None
    assert set(rows) == {(s, c) for s in ("session-before", GROUP) for c in (BOB, CAROL, DAN)}
    bob, carol, dan = (rows["session-before", client] for client in (BOB, CAROL, DAN))
    assert (bob["status"], bob["minutes"], bob["final"]) == ("present", 179, True)
    assert (carol["status"], carol["milliseconds"], carol["minutes"]) == ("partial", 59.5 * MINUTE, 59)
    assert (dan["status"], dan["minutes"], dan["intervals"]) == ("no_show", 0, [])
    assert carol["intervals"] == [
        {"start": carol["first_join"], "end": carol["last_leave"], "ended_by": "left", "inferred": False},
    ]
    assert bob["policy"] == "iop-default/1"
    assert (bob["group_size_clients"], bob["zone"], bob["kind"]) == (2, "America/Chicago", "group_therapy")
    live = rows[GROUP, BOB]
    assert (live["status"], live["final"], live["last_leave"]) == ("in_session", False, None)
    assert abs(live["milliseconds"] - 9 * MINUTE) < 5_000


async def test_names_and_texts_are_never_exported(clinic: Clinic) -> None:
    """No name, alias, note or address stands in any of the three forms."""
    await _ended(clinic, "session-before")
    key = await _key(clinic)
    for form in ("json", "csv", "ndjson"):
        raw = (await _read(clinic, key, f"format={form}")).raw
        for word in ("Quillfeather", "Vantongeren", "Evening group", "Canary"):
            assert word.encode() not in raw


def _plain(row: dict[str, Any]) -> dict[str, str]:
    """A JSON row as the CSV should have written it."""
    out = {}
    for name, value in row.items():
        if name == "intervals":
            value = ";".join(f"{i['start']}/{'' if i['end'] is None else i['end']}/{i['ended_by']}" for i in value)
        if name == "facilitators":
            value = " ".join(value)
        out[name] = "" if value is None else json.dumps(value) if isinstance(value, bool) else str(value)
    return out


async def test_the_three_forms_are_equal(clinic: Clinic) -> None:
    """JSON, CSV and NDJSON hold the same rows, values and order; CSV is as RFC 4180 says."""
    for number in range(3):
        await _ended(clinic, f"session-{number}", number)
    key = await _key(clinic)
    as_json = await _read(clinic, key)
    as_csv = await _read(clinic, key, "format=csv")
    as_ndjson = await _read(clinic, key, "format=ndjson")
    assert as_json.headers["Content-Type"].startswith("application/json")
    assert as_csv.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert as_ndjson.headers["Content-Type"] == "application/x-ndjson"
    rows = as_json.json["rows"]
    assert len(rows) == 9
    assert [json.loads(line) for line in as_ndjson.raw.splitlines()] == rows
    text = as_csv.raw.decode()
    assert text.endswith("\r\n")
    assert text.count("\r\n") == text.count("\n") == 10
    table = list(csv.reader(io.StringIO(text, newline="")))
    assert table[0] == list(COLUMNS) == list(rows[0])
    assert [dict(zip(COLUMNS, line, strict=True)) for line in table[1:]] == [_plain(row) for row in rows]


def _row(session: SessionId, client: PersonId, start: int) -> Row:
    return Row(
        programme=MAIN,
        session=session,
        client=client,
        kind="group_therapy",
        scheduled_start=start,
        scheduled_end=start + 1,
        session_start=start,
        session_end=start + 1,
        first_join=start,
        last_leave=start + 1,
        intervals=(Interval(start, start + 1, "ended"),),
        milliseconds=1,
        minutes=0,
        status=Status.PRESENT,
        policy="p/1",
        group_size_clients=1,
        final=True,
    )


async def test_no_cell_is_a_formula() -> None:
    """A cell that a spreadsheet would run is text, and what needs quotes has them."""
    hostile = ("=1+1", "+1", "-1", "@A1", "\tx", "\rx", 'a"b,c', "plain")
    stored = [row_fields(_row(SessionId("s"), PersonId(text), 0)) for text in hostile]
    rows = [
        (
            [name.encode() for name in one],
            [*(part.encode() for pair in one.items() for part in pair), *([b""] * len(CLIENT))],
            {"session": b"s"},
        )
        for one in stored
    ]
    written = b"".join(Writer(ATTENDANCE, json=False).lines(rows))
    lines = list(csv.reader(io.StringIO(written.decode(), newline="")))
    clients = [line[COLUMNS.index("client")] for line in lines]
    assert clients == [*(f"'{text}" for text in hostile[:6]), 'a"b,c', "plain"]


async def _pages(clinic: Clinic, key: str, query: str, between: Any) -> list[dict[str, Any]]:
    """Every page of an export, with something happening between each two."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = (await _read(clinic, key, query + (f"&cursor={cursor}" if cursor else ""))).json
        found += page["rows"]
        if page["next"] is None:
            return found
        cursor = page["next"]
        await between()


async def test_pages_have_no_gap_and_no_double_while_sessions_end(clinic: Clinic) -> None:
    """Page by page, with sessions ending between any two, each row that was due is there exactly once."""
    for number in range(3):
        await _ended(clinic, f"session-{number}", number)
    open_one = Evening(clinic.store, clinic.session())
    await open_one.opens()
    await open_one.seats(BOB, DAN)
    key = await _key(clinic)
    more = iter(range(100, 200))

    async def happens() -> None:
        number = next(more)
        if number == 103:
            await open_one.ends(9)
        elif number < 106:
            await _ended(clinic, f"session-{number}", number)

    rows = await _pages(clinic, key, "limit=2", happens)
    sessions = {"session-0", "session-1", "session-2", *(f"session-{n}" for n in (100, 101, 102, 104, 105)), GROUP}
    names = await _names(clinic, key, *sessions)
    final = [(names[row["session"]], row["client"]) for row in rows if row["final"]]
    assert len(final) == len(set(final))
    assert set(final) == {(session, client) for session in sessions for client in (BOB, CAROL, DAN)}
    assert all(row["final"] for row in rows)


async def test_a_session_that_ends_while_its_live_rows_are_read_is_given_as_final(clinic: Clinic) -> None:
    """Live rows are resumed, too; a session that ended between two pages comes once more, as final, and whole."""
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.seats(BOB)
    key = await _key(clinic)
    first = (await _read(clinic, key, "limit=1")).json
    assert [(row["client"], row["final"]) for row in first["rows"]] == [(BOB, False)]
    second = (await _read(clinic, key, f"limit=1&cursor={first['next']}")).json
    assert [(row["client"], row["final"]) for row in second["rows"]] == [(CAROL, False)]
    await evening.ends(9)
    rest = (await _read(clinic, key, f"cursor={second['next']}")).json
    assert [(row["client"], row["final"]) for row in rest["rows"]] == [(BOB, True), (CAROL, True), (DAN, True)]
    assert rest["next"] is None


async def test_csv_pages_name_their_successor(clinic: Clinic) -> None:
    """With a limit, CSV and NDJSON are pages, too, and the header says where to go on."""
    await _ended(clinic, "session-before")
    key = await _key(clinic)
    first = await _read(clinic, key, "format=ndjson&limit=2")
    rest = await _read(clinic, key, f"format=csv&limit=2&cursor={first.headers['X-Next-Cursor']}")
    assert len(first.raw.splitlines()) == 2
    assert len(rest.raw.splitlines()) == 2
    assert "X-Next-Cursor" not in rest.headers


async def test_filters(clinic: Clinic) -> None:
    """By session, client and status, and by the scheduled start."""
    for number in range(2):
        await _ended(clinic, f"session-{number}", number)
    key = await _key(clinic)
    names = await _names(clinic, key, "session-0", "session-1")
    theirs = {session: name for name, session in names.items()}

    async def found(query: str) -> set[tuple[str, str]]:
        return {(names[row["session"]], row["client"]) for row in (await _read(clinic, key, query)).json["rows"]}

    assert await found(f"client={BOB}") == {("session-0", BOB), ("session-1", BOB)}
    assert await found("session=session-1") == {("session-1", c) for c in (BOB, CAROL, DAN)}
    assert await found(f"session={theirs['session-1']}&client={BOB}&status=present") == {("session-1", BOB)}
    assert len(await found(f"series={SERIES}&facilitator={ALICE}&programme={MAIN}")) == 6
    assert await found(f"facilitator={BEN}") == await found("series=another") == set()
    assert (await _read(clinic, key, f"programme={OTHER}")).status == 404
    assert await found("status=no_show") == {("session-0", DAN), ("session-1", DAN)}
    assert await found("client=id-of-nobody") == set()
    starts = clinic.starts - 1000 * MINUTE
    http = clinic.browser()
    path = f"/api/v1/attendance?from={starts}&to={starts + 1}"
    rows = (await http.get(path, Authorization=f"Bearer {key}")).json["rows"]
    assert {names[row["session"]] for row in rows} == {"session-0"}


async def test_keys(clinic: Clinic) -> None:
    """A wrong secret, an unknown, expired, revoked or malformed key is 401 alike; one without the scope is 403."""
    now = clinic.clock.now()
    good = await _key(clinic)
    assert (await _read(clinic, good)).status == 200
    revoked = await _key(clinic)
    assert await clinic.store.access.revoke_api_key(revoked.split("_")[1], now)
    bad = [
        good[:-1] + ("a" if good[-1] != "a" else "b"),
        "thk_0123456789abcdef_" + "a" * 43,
        await _key(clinic, expires=now - 1),
        revoked,
        "thk_",
        "",
    ]
    answers = [await _read(clinic, key) for key in bad]
    assert {(a.status, a.raw, a.headers["WWW-Authenticate"]) for a in answers} == {(401, answers[0].raw, "Bearer")}
    assert (await _read(clinic, await _key(clinic, scopes=("notes:read",)))).code == "not_allowed"
    kept = await clinic.store.access.api_key(good.split("_")[1])
    assert isinstance(kept, ApiKey)
    assert kept.last_used is not None
    assert good.split("_", 2)[2] not in kept.secret_hash


async def test_wrong_keys_cannot_be_tried_without_end(clinic: Clinic) -> None:
    """An address that sends many wrong keys gets 429; a good key still works."""
    browser = clinic.browser()
    codes = [(await _read(clinic, "thk_0123456789abcdef_" + "a" * 43, browser=browser)).code for _ in range(22)]
    assert codes == ["not_signed_in"] * 20 + ["too_many"] * 2
    assert (await _read(clinic, await _key(clinic), browser=browser)).status == 200


async def test_a_key_opens_one_programme(clinic: Clinic) -> None:
    """Another programme's key sees nothing of this one."""
    await _ended(clinic, "session-before")
    assert (await _read(clinic, await _key(clinic, programme=OTHER))).json["rows"] == []


async def test_staff_export_their_own_sessions(clinic: Clinic) -> None:
    """A signed-in counsellor gets rows of sessions that they lead, live or ended, and no hint of others."""
    await _ended(clinic, "session-before")
    bens = replace(clinic.session(), id=BENS, series=None, facilitators=(BEN,), roster=(CAROL,))
    live = Evening(clinic.store, bens)
    await live.opens(BEN)
    await live.seats(CAROL)
    path = f"/api/v1/attendance?{_range(clinic)}"
    alice, ben = await clinic.staff(ALICE), await clinic.staff(BEN)
    assert {row["session"] for row in (await alice.get(path)).json["rows"]} == {"session-before"}
    assert {row["session"] for row in (await ben.get(path)).json["rows"]} == {BENS}
    assert (await alice.get(f"{path}&session={BENS}")).json["rows"] == []


async def test_every_export_is_in_the_audit_log(clinic: Clinic) -> None:
    """Who, in which form and for which range; before the first row is handed out."""
    key = await _key(clinic)
    await _read(clinic, key, "format=csv")
    start, end = clinic.starts - 10**9, clinic.starts + 10**9
    (entry,) = [one for one in await clinic.audited() if one[1] == "attendance.export"]
    assert entry[0] == f"api-key:{key.split('_')[1]}"
    assert entry[2].split(" ", 1)[1] == f"attendance csv {start} {end}"


async def test_questions_that_mean_nothing_are_refused(clinic: Clinic) -> None:
    """The answer is 400 and names the parameter; an unknown one is never ignored."""
    key = await _key(clinic)
    http = clinic.browser()
    good = "from=2026-11-01&to=2026-11-30"
    for query, parameter in {
        "": "from",
        "from=2026-11-01": "to",
        "from=2026-11-30&to=2026-11-01": "to",
        "from=5&to=5": "to",
        "from=never&to=2026-11-01": "from",
        "from=2026-11-01&to=2026-11-31": "to",
        f"{good}&colour=red": "colour",
        f"{good}&format=xml": "format",
        f"{good}&status=drunk": "status",
        f"{good}&limit=0": "limit",
        f"{good}&limit=5001": "limit",
        f"{good}&limit=%D9%A3": "limit",
        f"{good}&session=a:b": "session",
        f"{good}&client=": "client",
        f"{good}&cursor=zzz": "cursor",
        f"{good}&cursor=WyJ4IixbXSwiIl0": "cursor",
        f"{good}&from=2026-11-02": "from",
    }.items():
        answer = await http.get(f"/api/v1/attendance?{query}", Authorization=f"Bearer {key}")
        assert (answer.status, answer.code, answer.json["parameter"]) == (400, "malformed", parameter), query


async def test_a_stream_that_redis_fails_is_visibly_cut(clinic: Clinic) -> None:
    """A long CSV whose second half cannot be read ends in a broken connection, never as a file that looks whole."""
    for number in range(12):
        session = SessionId(f"session-{number}")
        rows = [_row(session, PersonId(f"client-{n:05}"), clinic.starts) for n in range(2000)]
        opened = did.Opened(clinic.starts, MAIN, session, "x", clinic.starts, clinic.starts + 1, 8, (), MINUTE, "p/1")
        events = [opened, did.Ended(clinic.starts + 1, None)]
        await clinic.store.logs.append(MAIN, session, 0, events, op=f"op-{number}", actor="system", rows=rows)
    key = await _key(clinic, recipient="biller")
    kind = GroundKind.SERVICE_ORGANISATION
    await clinic.store.consents.put_ground(
        Ground("g", MAIN, kind, "biller", (Purpose.PAYMENT,), "agreement 1", 1, None), actor="system"
    )
    http = clinic.browser().http
    path = f"/api/v1/attendance?{_range(clinic)}&format=csv"
    async with http.get(path, headers={"Authorization": f"Bearer {key}"}) as answer:
        assert answer.status == 200
        await answer.content.readexactly(1000)
        assert clinic.redis.pid is not None
        os.kill(clinic.redis.pid, signal.SIGSTOP)
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.content.read()
