"""One evening: a therapist and four clients, from signing in to the attendance export, and a power cut on the way.

Everything is real: Chromium, the server's process tree, its embedded Redis, DTLS and SRTP through its media workers.
The test keeps its own diary of who was in the room from when to when, and each recorded interval has to agree with it.
"""

import asyncio
import csv
import io
import json
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from telehealth.core.ids import ProgrammeId, SessionId
from telehealth.core.room import GAP
from tests.support.browser import People, Person, people, sees_and_hears
from tests.support.log import open_log
from tests.support.server import Server, running
from tests.support.wait import until
from tests.whole.evening import (
    BEAT,
    PROOF,
    SLACK,
    TEARDOWN,
    Diary,
    click_if_there,
    count_is,
    everybody_sees_everybody,
    fetch,
    is_back,
    is_reconnecting,
    open_again,
    open_link,
    others,
    person_of,
    rows,
    sections,
    sessions_of,
    sign_in,
    signs,
    silent,
    tile_gone,
    write,
)

pytestmark = pytest.mark.whole


@pytest.mark.asyncio
async def test_a_whole_group_session(tmp_path: Path) -> None:
    """Everybody sees, hears and is counted as the walk-through says, across losses, a removal and a power cut."""
    async with running(tmp_path / "data", {"TELEHEALTH_GRACE": "30"}) as server, people() as crowd:
        await _evening(server, crowd)


async def _evening(server: Server, crowd: People) -> None:
    diary = Diary()
    therapist = await crowd.person(0, "Therapist", phone=False)
    names = ("Bob", "Carol", "Dan", "Eve")
    clients = [await crowd.person(i + 1, name, relayed=name == "Bob") for i, name in enumerate(names)]
    bob, carol, dan, eve = clients

    # 1. The therapist signs in and sees today's sessions.
    await sign_in(therapist, server)
    sessions = therapist.page.locator("[data-testid^=open-room-]")
    await sessions.first.wait_for()
    assert await sessions.count() == 2
    kinds = {s["kind"]: s for s in await sessions_of(therapist, "/api/staff/sessions")}
    assert set(kinds) == {"group_therapy", "individual"}
    group = kinds["group_therapy"]["id"]
    await therapist.at(f"open-room-{group}").click()
    if await therapist.at("check-continue").count() or not await therapist.at("call").count():
        await until(lambda: click_if_there(therapist, "check-continue", "call"), "the therapist is in the room")
    await therapist.at("call").wait_for()

    # 2, 3. Each client comes by their own link, is checked in and waits, seeing and hearing nobody.
    await asyncio.gather(*(open_link(c, server.demo.client_urls[i]) for i, c in enumerate(clients)))
    for client in clients:
        assert await client.page.title() == "Session"
        seen = await client.perceives()
        assert not [p for p in seen.pictures.values() if p not in (None, client.number)], (
            f"{client.name} perceives {seen}"
        )
        assert not [v for v in seen.voices.values() if v is not None]

    # 4. The therapist sees who waits, admits one, then all.
    waiting = therapist.page.locator("[data-testid^=waiting-]")
    await until(lambda: count_is(waiting, 4), "four wait in the list")
    assert "Bob" not in await therapist.page.title()
    since = time.time()
    await therapist.page.locator("[data-testid^=admit-]:not([data-testid=admit-all])").first.click()
    await until(lambda: count_is(waiting, 3), "one was admitted")
    await therapist.at("admit-all").click()
    await asyncio.gather(*(c.at("call").wait_for() for c in clients))
    diary.comes(since, *names)

    # 5. Everybody sees and hears everybody, in the same order on all screens.
    everybody = [therapist, *clients]
    numbers = await everybody_sees_everybody(everybody)
    seatings = [await p.seating() for p in everybody]
    assert all(s == seatings[0] for s in seatings), seatings
    await _host_and_talk(therapist, clients, numbers)

    # 6. Bob's network drops and returns: same seat, no waiting room, a gap in the record.
    seat = await bob.seating()
    await bob.network(up=False)
    diary.goes(time.time(), "Bob", early=PROOF)
    await until(lambda: is_reconnecting(therapist, numbers["Bob"]), "the others see that Bob is reconnecting", 30)
    since = time.time()
    await bob.network(up=True)
    await until(lambda: is_back(therapist, numbers["Bob"]), "Bob is back", 30)
    diary.comes(since, "Bob")
    assert await bob.seating() == seat
    await sees_and_hears(bob, others(numbers, bob, everybody), 20)
    await sees_and_hears(carol, others(numbers, carol, everybody), 20)

    # A second tab of Carol takes over the seat.
    second = await crowd.another_tab(carol)
    await second.page.goto(server.base + "/j")
    await open_again(second)
    await carol.at("taken-over").wait_for()
    everybody = [therapist, bob, second, dan, eve]
    await sees_and_hears(second, others(numbers, second, [p for p in everybody if p.name != "Carol"]), 20)
    await sees_and_hears(therapist, others(numbers, therapist, everybody), 20)

    # Eve closes the tab: gone after the grace time, dated when last seen.
    since = time.time()
    await eve.page.close()
    diary.goes(since, "Eve", early=PROOF, late=TEARDOWN)
    await until(lambda: tile_gone(therapist, numbers["Eve"]), "Eve's seat is given up after the grace time", 50)

    # Dan is removed and cannot come back with the same link until the therapist allows it.
    await therapist.at(f"person-more-{numbers['Dan']}").click()
    await therapist.at(f"person-remove-{numbers['Dan']}").click()
    since = time.time()
    await therapist.at("remove-confirm").click()
    await dan.at("removed").wait_for()
    diary.goes(since, "Dan")
    await dan.page.goto(server.demo.client_urls[2])
    await open_again(dan, expect="removed")
    await therapist.at(f"allow-back-{numbers['Dan']}").click()
    await dan.page.goto(server.demo.client_urls[2])
    await open_again(dan, expect="waiting")
    since = time.time()
    await therapist.at(f"admit-{numbers['Dan']}").click()
    await dan.at("call").wait_for()
    diary.comes(since, "Dan")

    # 7. Notes beside the video, saved as typed.
    await therapist.at("notes-open").click()
    await therapist.at("note-group").fill("Shared: coping with cravings; role play.")
    person = await person_of(therapist, group, "Bob", numbers)
    await therapist.at(f"note-{person}").fill("Took part, named two triggers.")
    await until(lambda: _note_saved(therapist, group, person), "the note is saved as typed")

    # 9. A power cut of the whole server in mid-session: everybody is back by themselves.
    since = time.time()
    await server.kill()
    diary.goes(since, "Bob", "Carol", "Dan", early=BEAT)
    await until(lambda: _long_enough(since), "the outage is longer than what counts as none")
    since = time.time()
    await server.start()

    async def returns(client: Person) -> None:
        await client.at("reconnecting").wait_for(state="hidden")
        diary.comes(since, client.name)

    await asyncio.gather(*(returns(client) for client in (bob, second, dan)))
    here = [therapist, bob, second, dan]
    await asyncio.gather(*(sees_and_hears(p, others(numbers, p, here), 40) for p in here))

    # The therapist ends the session for all, and signs.
    people_ids = {name: await person_of(therapist, group, name, numbers) for name in names}
    await therapist.at("end").click()
    since = time.time()
    await therapist.at("end-confirm").click()
    await asyncio.gather(*(p.at("ended").wait_for() for p in (bob, second, dan)))
    diary.goes(since, "Bob", "Carol", "Dan")
    for number, about in enumerate(await sections(therapist, group)):
        text = f"Present and engaged, spoke {number} times." if about else "Coping with cravings."
        await write(therapist, group, about, text)
    signed = await signs(therapist, group)
    assert {s["state"] for s in signed["sections"]} == {"signed"}

    # 8. The export answers with what happened, in three forms.
    key = (await server.run("apikey", "create", "--label", "billing")).split()[-1]
    table = await rows(server, key, session=group)
    await _record_agrees(server, table, diary, people_ids, group)
    await _formats_agree(server, key, table)
    await _nobody_learnt_what_they_should_not(server, therapist, [*clients, second])


async def _host_and_talk(therapist: Person, clients: list[Person], numbers: dict[str, int]) -> None:
    """Mute, camera, hand, chat, screen share; and the host's mute."""
    bob, carol, dan, eve = clients
    await bob.at("mic").click()
    await silent(carol, numbers["Bob"])
    await bob.at("mic").click()
    await sees_and_hears(carol, others(numbers, carol, [therapist, *clients]))

    await dan.at("camera").click()

    async def no_picture() -> bool:
        return (await eve.perceives()).pictures.get(f"{numbers['Dan']}/camera") is None

    await until(no_picture, "Dan's camera is off on Eve's screen")
    await dan.at("camera").click()
    await sees_and_hears(eve, others(numbers, eve, [therapist, *clients]))

    await eve.at("hand").click()
    await therapist.at(f"tile-{numbers['Eve']}").locator("[data-hand]").wait_for()

    await _say(bob, "Hello, everybody.")
    await carol.at("chat-open").click()
    await carol.page.get_by_text("Hello, everybody.").wait_for()
    await _say(carol, "Only for you, counsellor.", to="staff")
    await therapist.at("chat-open").click()
    await therapist.page.get_by_text("Only for you, counsellor.").wait_for()
    assert not any("Only for you" in frame for person in (bob, dan, eve) for frame in person.frames)

    # On a phone the chat lies over the pictures; what cannot be seen is not sent.
    for phone in (bob, carol):
        await phone.at("chat-open").click()
    await carol.at("screen").click()

    async def shared() -> bool:
        return (await bob.perceives()).pictures.get(f"{numbers['Carol']}/screen") == carol.number + 100

    await until(shared, "Bob sees Carol's screen")
    await carol.at("screen").click()

    await therapist.at(f"person-mute-{numbers['Dan']}").click()
    await silent(bob, numbers["Dan"])
    await dan.at("mic").click()
    await sees_and_hears(bob, others(numbers, bob, [therapist, *clients]))


async def _say(person: Person, text: str, to: str | None = None) -> None:
    if not await person.at("chat-input").is_visible():
        await person.at("chat-open").click()
    if to is not None:
        await person.at("chat-to").select_option(to)
    await person.at("chat-input").fill(text)
    await person.at("chat-send").click()


async def _long_enough(since: float) -> bool:
    """Whether a return now is a gap for certain (room.GAP)."""
    return time.time() - since > GAP / 1000 + SLACK


async def _note_saved(therapist: Person, session: str, person: str) -> bool:
    answer = await fetch(therapist, f"/api/staff/sessions/{session}/notes/{person}")
    return bool(answer["body"].get("text") == "Took part, named two triggers.")


async def _record_agrees(
    server: Server, table: list[dict[str, Any]], diary: Diary, ids: dict[str, str], session: str
) -> None:
    """The export, the event log in Redis and the diary tell the same story."""
    attended = [row for row in table if row["intervals"]]
    assert len(table) == 8, "one row per expected client"
    assert len(attended) == 4
    assert {row["status"] for row in table if not row["intervals"]} == {"no_show"}
    assert all(row["policy"] == "iop-default/1" for row in table)
    by_client = {row["client"]: row for row in table}
    for name, client in ids.items():
        row = by_client[client]
        spans = row["intervals"]
        assert diary.agrees(name, spans), f"{name}: recorded {spans}, lived {diary.tell(name)}"
        assert row["milliseconds"] == sum(span["end"] - span["start"] for span in spans)
        assert row["minutes"] == row["milliseconds"] // 60_000
    async with open_log(server.folder) as store:
        programme = ProgrammeId(attended[0]["programme"])
        events = await store.logs.read(programme, SessionId(session))
        assert (
            await store.logs.open_rooms() == [] or (programme, SessionId(session)) not in await store.logs.open_rooms()
        )
    kinds = [type(event).__name__ for event in events]
    assert kinds[0] == "Opened"
    assert kinds[-1] == "Ended"
    assert kinds.count("Removed") == 1
    assert [e.at for e in events] == sorted(e.at for e in events)


async def _formats_agree(server: Server, key: str, table: list[dict[str, Any]]) -> None:
    now = int(time.time() * 1000)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as http:
        params = {"from": str(now - 86_400_000), "to": str(now + 86_400_000), "session": table[0]["session"]}
        async with http.get(f"{server.base}/api/v1/attendance", params={**params, "format": "csv"}) as answer:
            as_csv = list(csv.DictReader(io.StringIO(await answer.text())))
        async with http.get(f"{server.base}/api/v1/attendance", params={**params, "format": "ndjson"}) as answer:
            as_ndjson = [json.loads(line) for line in (await answer.text()).splitlines()]
        async with http.get(f"{server.base}/api/v1/openapi.json") as answer:
            assert (await answer.json())["openapi"].startswith("3.1")
    assert as_ndjson == table
    assert [row["client"] for row in as_csv] == [row["client"] for row in table]
    assert [row["minutes"] for row in as_csv] == [str(row["minutes"]) for row in table]


async def _nobody_learnt_what_they_should_not(server: Server, therapist: Person, clients: list[Person]) -> None:
    """Every frame sent to a client is searched for other people's names, ids and mail addresses, and for addresses."""
    secrets = json.loads((server.folder / "demo.json").read_text())
    async with open_log(server.folder) as store:
        session = secrets["group"]
        programme = ProgrammeId(secrets["programme"])
        known = await store.sessions.get(programme, SessionId(session))
        assert known is not None
        everybody = await store.people.get(programme, [*known.roster, *known.facilitators])
    for client in clients:
        everything = "\n".join(client.frames)
        assert everything
        for person in everybody.values():
            for word in (person.legal_name, person.id, person.email, person.phone):
                assert not word or word not in everything, f"{client.name} was sent {word!r}"
        assert not any("#" in url for url in client.urls)
        tokens = [url.partition("#")[2] for url in server.demo.client_urls]
        assert not any(token in url for token in tokens for url in client.urls)
        assert all(url.startswith((server.base, server.base.replace("http", "ws"))) for url in client.urls), client.urls
        assert not [line for line in client.console if "Content Security Policy" in line or "pageerror" in line]
    for line in server.log:
        for person in everybody.values():
            assert person.legal_name not in line
            assert not person.email or person.email not in line
