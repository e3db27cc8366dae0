"""The demo clinic: the same way in at every start, and always a session that can be joined now."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from telehealth import demo, demo_past, demo_teaching, packs
from telehealth.core.events import Ended
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.links import now_or_next
from telehealth.core.materials import well_made
from telehealth.core.plans import EMPTY
from telehealth.store.redis_store import Store

NOW = 1_800_000_000_000 + 7 * demo.MINUTE
DAY = 24 * 60 * demo.MINUTE
ZONE = "America/New_York"
P = ProgrammeId("main")


async def prepare(store: Store, folder: Path, now: int = NOW) -> demo.Demo:
    """The demo as the server makes it at start."""
    return await demo.prepare(store, folder, P, now, ZONE)


@pytest.mark.asyncio
async def test_everything_printed_opens_something(one_store: Store, tmp_path: Path) -> None:
    """Each client's link opens the group of now, the last one the individual session; the login and the key exist."""
    made = await prepare(one_store, tmp_path)
    lines = made.lines("http://127.0.0.1:1")
    assert lines[0] == f"staff  http://127.0.0.1:1/  {made.name}  {made.password}"
    assert lines[-1].startswith("api    http://")
    assert lines[1] == f"office http://127.0.0.1:1/  {demo.DIRECTOR_NAME}  {made.director_password}"
    tokens = [line.partition("#")[2] for line in lines[2:-1]]
    assert all(line.startswith("client http://127.0.0.1:1/j#") for line in lines[2:-1])
    assert len(tokens) == 9
    opened = []
    for token in tokens:
        found = await one_store.access.link(token)
        assert found is not None
        session = now_or_next(found[1], await one_store.sessions.between(P, NOW - DAY, NOW + DAY), NOW)
        assert session is not None
        assert session.starts <= NOW < session.ends
        opened.append(session.id)
    assert opened == [made.group] * 8 + [made.individual]
    for name in (made.name, demo.DIRECTOR_NAME):
        assert await one_store.people.login(name) is not None
    assert await one_store.access.api_key(made.api_key.split("_")[1]) is not None


@pytest.mark.asyncio
async def test_a_second_start_changes_nothing(one_store: Store, tmp_path: Path) -> None:
    """The same lines, the same sessions, in a file that only its owner may read."""
    first = await prepare(one_store, tmp_path)
    again = await prepare(one_store, tmp_path, NOW + 10 * demo.MINUTE)
    assert again == first
    assert (tmp_path / "demo.json").stat().st_mode & 0o777 == 0o600
    assert json.loads((tmp_path / "demo.json").read_text())["group"] == first.group


@pytest.mark.asyncio
async def test_the_next_day_has_new_sessions_and_keeps_the_old(one_store: Store, tmp_path: Path) -> None:
    """A start when no session goes on makes new ones for the same links."""
    first = await prepare(one_store, tmp_path)
    later = await prepare(one_store, tmp_path, NOW + DAY)
    assert later.lines("") == first.lines("")
    assert later.group != first.group
    kept = await one_store.sessions.get(P, SessionId(first.group))
    assert kept is not None
    found = await one_store.access.link(later.clients[0].token)
    assert found is not None
    session = now_or_next(found[1], await one_store.sessions.between(P, NOW, NOW + 2 * DAY), NOW + DAY)
    assert session is not None
    assert session.id == later.group


@pytest.mark.asyncio
async def test_a_session_that_was_ended_gives_way_to_a_new_one(one_store: Store, tmp_path: Path) -> None:
    """Whoever ended the demo's session and starts the demo again finds an open one behind the same link."""
    first = await prepare(one_store, tmp_path)
    await one_store.logs.append(
        P, SessionId(first.group), 0, [Ended(NOW + demo.MINUTE, None)], op="e" * 8, actor="system"
    )
    now = NOW + 2 * demo.MINUTE
    again = await prepare(one_store, tmp_path, now)
    assert again.group != first.group
    assert again.individual == first.individual
    found = await one_store.access.link(again.clients[0].token)
    assert found is not None
    session = now_or_next(found[1], await one_store.sessions.between(P, NOW - DAY, NOW + DAY), now)
    assert session is not None
    assert session.id == again.group


@pytest.mark.asyncio
async def test_a_start_that_was_cut_off_is_finished(one_store: Store, tmp_path: Path) -> None:
    """Where the file was written but nothing stored, the next start stores it."""
    drawn = demo._draw(P)
    demo._write(tmp_path / "demo.json", drawn)
    made = await prepare(one_store, tmp_path)
    assert made.password == drawn.password
    people = await one_store.people.get(P, [PersonId(client.person) for client in drawn.clients])
    assert [person.alias for person in people.values()] == [client.alias for client in drawn.clients]


def test_no_alias_is_part_of_a_legal_name() -> None:
    """So that a leaked legal name can be told from an alias that may be seen."""
    for alias, _ in demo._CAST:
        assert not any(alias.lower() in legal.lower() for _, legal in demo._CAST)


@pytest.mark.asyncio
async def test_the_weeks_before(one_store: Store, tmp_path: Path) -> None:
    """Everybody is enrolled, three groups have met and been written down, and a second start adds nothing."""
    made = await prepare(one_store, tmp_path)
    policy = packs.load().policies[packs.DEFAULT]
    await demo_past.furnish(one_store, made, policy, 4, NOW, ZONE)
    clients = [PersonId(client.person) for client in made.clients]
    assert await one_store.episodes.enrolled(P) == frozenset(clients)
    groups = await one_store.series.all(P)
    assert sorted(group.series.kind for group in groups) == ["aftercare", "group_therapy", "workshop"]
    rows = [row async for _, row in one_store.attendance.closed(P, NOW - 28 * DAY, NOW)]
    assert {row.client for row in rows} == set(clients)
    missing = [row for row in rows if row.client == clients[demo_past.MISSING]]
    assert max(missing, key=lambda row: row.scheduled_start).attended_ms == 0
    await demo_past.furnish(one_store, made, policy, 4, NOW, ZONE)
    assert len([row async for _, row in one_store.attendance.closed(P, NOW - 28 * DAY, NOW)]) == len(rows)


@pytest.mark.asyncio
async def test_something_to_teach_with(one_store: Store, tmp_path: Path) -> None:
    """Slides that can be shown and a plan that can be opened; what people change of them, later starts leave alone."""
    made = await prepare(one_store, tmp_path)
    form, client = packs.load().plan_form, PersonId(made.clients[demo_teaching.WRITER].person)
    await demo_teaching.furnish(one_store, made, form, NOW)
    (material,) = await one_store.materials.all(P)
    assert all(map(well_made, material.quiz))
    assert "A wave, not an order." in (await one_store.materials.texts(P, material.id))[1]
    assert await one_store.materials.page(P, material.id, len(material.pages) - 1) is not None
    plan = await one_store.plans.of(P, client)
    assert plan.latest is not None
    assert {line.section for line in plan.latest.lines} <= form.codes
    await one_store.materials.change(
        P, replace(material, revision=2, archived=NOW), what="archived", actor=client, at=NOW
    )
    await one_store.plans.save(P, client, EMPTY, plan.revision, NOW, actor=client)
    await demo_teaching.furnish(one_store, made, form, NOW + DAY)
    assert [one.archived for one in await one_store.materials.all(P)] == [NOW]
    assert (await one_store.plans.of(P, client)).draft == EMPTY
