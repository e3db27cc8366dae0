"""How people go through an evening: the steps that the browser stories share, and the diary that checks the record.

A step does what a person does at a page and waits until the page shows it. Nothing here knows how the server works.
"""

import asyncio
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.support.browser import Person, sees_and_hears
from tests.support.server import Server
from tests.support.wait import holds, until

PROOF = 1.2
"""Seconds: pages and media prove their person once a second, so what ends without a word ends up to this much early."""
BEAT = 4.0
"""Seconds: proofs are written every 2 s; a crash costs what was not written yet."""
TEARDOWN = 1.0
"""Seconds: a page goes on sending for a moment after Chromium has said that its tab is closed."""
SLACK = 0.3
"""Seconds between a thing and the clock of the test."""


@dataclass
class Moment:
    """When something really happened: not before `earliest` and not after `latest` (epoch seconds)."""

    earliest: float
    latest: float

    def covers(self, at_ms: int) -> bool:
        return self.earliest - SLACK <= at_ms / 1000 <= self.latest + SLACK


class Diary:
    """When each client was in the room, as the test saw and did it: the other account of the evening."""

    def __init__(self) -> None:
        self.stays: dict[str, list[list[Moment]]] = {}

    def comes(self, since: float, *names: str) -> None:
        """They are in the room now, and were not before `since`."""
        for name in names:
            self.stays.setdefault(name, []).append([Moment(since, time.time())])

    def goes(self, since: float, *names: str, early: float = 0.0, late: float = 0.0) -> None:
        """They were there until `since`, and are gone now. The record may end so much `early` or `late`."""
        for name in names:
            self.stays[name][-1].append(Moment(since - early, time.time() + late))

    def agrees(self, name: str, intervals: list[dict[str, Any]]) -> bool:
        """Whether recorded intervals tell the same story."""
        stays = self.stays[name]
        return len(stays) == len(intervals) and all(
            came.covers(interval["start"]) and went.covers(interval["end"])
            for (came, went), interval in zip(stays, intervals, strict=True)
        )

    def tell(self, name: str) -> list[list[tuple[float, float]]]:
        return [[(moment.earliest, moment.latest) for moment in stay] for stay in self.stays[name]]


async def sign_in(therapist: Person, server: Server) -> None:
    await therapist.page.goto(server.demo.staff_url)
    await therapist.at("staff-name").fill(server.demo.name)
    await therapist.at("staff-password").fill(server.demo.password)
    await therapist.at("staff-sign-in").click()


async def open_link(client: Person, url: str, expect: str = "waiting") -> None:
    """Screens 1 to 3 of the join page, as a person goes through them, until `expect` is there."""
    await client.page.goto(url)
    assert "#" not in client.page.url, "the token must leave the address bar at once"
    await client.at("join-begin").click()
    # Whoever was here before with the same devices is not asked for a look into the mirror.
    await until(
        lambda: click_if_there(client, "check-continue", "about-form"), f"{client.name} comes to the questions", 30
    )
    form = client.at("about-form")
    for field, value in (
        ("location", f"{client.number} Example Street, Springfield"),
        ("state", "IL"),
        ("contact_name", f"Contact of {client.name}"),
        ("contact_phone", "217-555-0100"),
        ("callback_phone", "217-555-0101"),
    ):
        entry = form.locator(f"[name={field}]")
        if await entry.evaluate("e => e.tagName") == "SELECT":
            await entry.select_option(value)
        else:
            await entry.fill(value)
    for tick in await form.locator("input[type=checkbox]").all():
        await tick.check()
    await client.at("about-submit").click()
    await client.at(expect).wait_for()


async def rows(server: Server, key: str, **query: str) -> list[dict[str, Any]]:
    """The export as JSON."""
    async with aiohttp.ClientSession() as http:
        now = int(time.time() * 1000)
        params = {"from": str(now - 86_400_000), "to": str(now + 86_400_000), **query}
        async with http.get(
            f"{server.base}/api/v1/attendance", params=params, headers={"Authorization": f"Bearer {key}"}
        ) as answer:
            assert answer.status == 200, await answer.text()
            return list((await answer.json())["rows"])


async def members_of(crowd: Iterable[Person]) -> dict[str, int]:
    return {person.name: await person.member() for person in crowd}


def others(numbers: dict[str, int], me: Person, crowd: Iterable[Person]) -> dict[int, int]:
    return {numbers[p.name]: p.number for p in crowd if p is not me}


async def everybody_sees_everybody(crowd: list[Person], within: float = 15.0) -> dict[str, int]:
    numbers = await members_of(crowd)
    await asyncio.gather(*(sees_and_hears(p, others(numbers, p, crowd), within) for p in crowd))
    return numbers


async def silent(listener: Person, member: int) -> None:
    """`listener` no longer hears `member`, and goes on not hearing them."""

    async def quiet() -> bool:
        return (await listener.perceives()).voices.get(str(member)) is None

    await until(quiet, f"{listener.name} no longer hears member {member}")
    await holds(quiet, f"{listener.name} hears muted member {member}")


async def open_again(client: Person, expect: str = "call") -> None:
    """Whatever screens of the join page are still asked for, until `expect` is there."""
    await until(
        lambda: click_if_there(client, "join-begin", expect, "check-continue", "about-submit"),
        f"{client.name} comes to {expect}",
        20,
    )


async def click_if_there(person: Person, button: str, goal: str, *more: str) -> bool:
    if await person.at(goal).count():
        return True
    for name in (button, *more):
        found = person.at(name)
        if await found.count() and await found.is_visible() and await found.is_enabled():
            await found.click()
    return False


async def count_is(locator: Any, count: int) -> bool:
    return bool(await locator.count() == count)


async def is_reconnecting(person: Person, member: int) -> bool:
    return bool(await person.at(f"tile-{member}").locator("[data-reconnecting]").count())


async def is_back(person: Person, member: int) -> bool:
    return not await is_reconnecting(person, member)


async def tile_gone(person: Person, member: int) -> bool:
    return bool(await person.at(f"tile-{member}").count() == 0)


async def fetch(person: Person, path: str, how: dict[str, Any] | None = None) -> dict[str, Any]:
    """A request with the browser's own cookie."""
    return dict(
        await person.page.evaluate(
            """async ([path, how]) => {
                const me = await (await fetch("/api/session")).json();
                const answer = await fetch(path, {...how, headers: {
                    "X-CSRF": me.csrf, "Content-Type": "application/json", ...(how.headers ?? {})}});
                return {status: answer.status, etag: answer.headers.get("ETag"), body: await answer.json()};
            }""",
            [path, how or {}],
        )
    )


async def sessions_of(person: Person, path: str) -> list[dict[str, Any]]:
    body = (await fetch(person, path))["body"]
    return list(body["sessions"])


async def sections(person: Person, session: str) -> list[str | None]:
    answer = await fetch(person, f"/api/staff/sessions/{session}/notes")
    return [section["about"] for section in answer["body"]["sections"]]


async def signs(person: Person, session: str) -> dict[str, Any]:
    """The roster, then the note as it stands."""
    await fetch(person, f"/api/staff/sessions/{session}/attest", {"method": "POST", "body": "{}"})
    tag = (await fetch(person, f"/api/staff/sessions/{session}/notes"))["etag"]
    how = {"method": "POST", "body": "{}", "headers": {"If-Match": tag}}
    answer = await fetch(person, f"/api/staff/sessions/{session}/notes/sign", how)
    assert answer["status"] == 200, answer
    return dict(answer["body"])


async def write(person: Person, session: str, about: str | None, text: str) -> None:
    path = f"/api/staff/sessions/{session}/notes/{about or 'group'}"
    now = await fetch(person, path)
    how = {"method": "PUT", "body": json.dumps({"text": text}), "headers": {"If-Match": now["etag"]}}
    saved = await fetch(person, path, how)
    assert saved["status"] == 200, saved
    stale = await fetch(person, path, how)
    assert stale["status"] == 412, "a second editor must not overwrite silently"


async def person_of(therapist: Person, session: str, alias: str, numbers: dict[str, int]) -> str:
    """The person id under which a client's note is written, by what the staff's own signalling was told."""
    for frame in reversed(therapist.frames):
        start = frame.find("{")
        if start < 0 and "[" not in frame:
            continue
        for member in _participants(frame):
            if member.get("member") == numbers[alias] and member.get("person"):
                return str(member["person"])
    raise AssertionError(f"the staff's view never named the person of member {numbers[alias]}")


def _participants(frame: str) -> list[dict[str, Any]]:
    body = frame.lstrip("0123456789")
    try:
        told = json.loads(body)
    except ValueError:
        return []
    view = told[1] if isinstance(told, list) and len(told) > 1 else told[0] if isinstance(told, list) and told else told
    room = view.get("room") if isinstance(view, dict) else None
    return list(room.get("members", [])) if isinstance(room, dict) else []
