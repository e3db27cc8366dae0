"""Links that open nothing: whatever is wrong with one, people get the same calm page and learn nothing."""

import json
import secrets
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import aiohttp
import pytest

from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.records import JoinLink
from telehealth.core.roles import Role
from tests.support.browser import People, Person, people
from tests.support.log import open_log
from tests.support.server import Server, running
from tests.support.wait import until
from tests.whole.clinic import Clinic, clinic_of, enter_as_staff
from tests.whole.evening import count_is, open_link, sign_in

pytestmark = pytest.mark.whole

DAY: Millis = 86_400_000
AT_ONCE = 3000
"""Milliseconds for a click and what follows from it; the server looks for lost sign-ins every 5 s in any case."""


@pytest.mark.asyncio
async def test_a_link_that_opens_nothing_tells_nothing(tmp_path: Path) -> None:
    """Made-up, expired, revoked and other sessions' links look alike; a revoked one signs its client out at once."""
    async with running(tmp_path / "data") as server, people() as crowd:
        clinic = clinic_of(server)
        expired, elsewhere = await _put_bad_links(clinic)
        therapist = await crowd.person(0, "Therapist", phone=False)
        sky = await crowd.person(1, "Sky")
        revoked = await _revoke_in_the_waiting_room(server, crowd, clinic, therapist, sky)
        bad = {"made-up": secrets.token_urlsafe(24), "expired": expired, "elsewhere": elsewhere, "revoked": revoked}

        # The server answers all of them alike, and so does the page.
        answers = {name: await _asked(server, token) for name, token in bad.items()}
        assert answers["made-up"][0] == 404
        assert json.loads(answers["made-up"][2])["code"] == "link_not_valid"
        assert len(set(answers.values())) == 1, answers
        pages = {}
        for name, token in bad.items():
            await sky.page.goto(f"{server.base}/j#{token}")
            await sky.at("join-begin").click()
            await sky.at("bad-link").wait_for()
            assert "#" not in sky.page.url
            pages[name] = (await sky.page.title(), await sky.page.inner_text("body"), sky.page.url)
        assert len(set(pages.values())) == 1, pages
        title, text, _ = pages["made-up"]
        assert title == "Session"
        assert "ask the person who sent it" in text
        for word in ("Evening", "group", "Group", "Robin", "expired", "revoked", *_names(clinic)):
            assert word not in text, f"the page says {word!r}"
        # Whoever comes without a link at all sees it, too.
        other = await crowd.person(2, "Max")
        await other.page.goto(f"{server.base}/j")
        await other.at("bad-link").wait_for()
        assert await other.page.inner_text("body") == text

        # No token in any address, and none in the server's log.
        links = [*server.demo.client_urls, *(f"#{token}" for token in bad.values())]
        tokens = [link.partition("#")[2] for link in links]
        for person in (therapist, sky):
            assert person.urls
            assert not [token for token in tokens for address in person.urls if token in address]
        assert server.log
        assert not [token for token in tokens for line in server.log if token in line]


async def _put_bad_links(clinic: Clinic) -> tuple[str, str]:
    """Links that were good once: an expired one, and one to a session that does not go on now."""
    programme, now = ProgrammeId(clinic.programme), int(time.time() * 1000)
    sky = PersonId(clinic.clients[1]["person"])
    tokens = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    async with open_log(clinic.server.folder) as store:
        group = await store.sessions.get(programme, SessionId(clinic.group))
        assert group is not None
        last_week = SessionId(secrets.token_urlsafe(12))
        await store.sessions.put(replace(group, id=last_week, starts=group.starts - 7 * DAY, ends=group.ends - 7 * DAY))
        of_group = JoinLink(programme, sky, Role.CLIENT, SessionId(clinic.group), None, now - 1000)
        of_last_week = JoinLink(programme, sky, Role.CLIENT, last_week, None, now + DAY)
        await store.access.put_link(tokens[0], of_group)
        await store.access.put_link(tokens[1], of_last_week)
    return tokens


async def _revoke_in_the_waiting_room(
    server: Server, crowd: People, clinic: Clinic, therapist: Person, sky: Person
) -> str:
    """A new link from the session's page, used, and revoked while its client waits."""
    await sign_in(therapist, server)
    await therapist.at(f"open-room-{clinic.group}").wait_for()
    room = await crowd.another_tab(therapist)
    await enter_as_staff(room, clinic, clinic.group)
    person = clinic.clients[1]["person"]
    await therapist.page.goto(f"{server.base}/#/session/{clinic.group}")
    await therapist.at(f"more-{person}").locator("summary").click()
    await therapist.at(f"new-link-{person}").click()
    url = await therapist.at("new-link-url").input_value()
    assert url.startswith(f"{server.base}/j#")
    await therapist.page.keyboard.press("Escape")
    await open_link(sky, url)
    waiting = room.page.locator("[data-testid^=waiting-]")
    await until(lambda: count_is(waiting, 1), "Sky waits")
    token = str(url).partition("#")[2]
    await therapist.at(f"revoke-{sha256(token.encode()).hexdigest()}").click()
    await therapist.at("revoke-confirm").click()
    await sky.at("signed-out").wait_for(timeout=AT_ONCE)
    await until(lambda: count_is(waiting, 0), "nobody waits any more")
    return token


async def _asked(server: Server, token: str) -> tuple[int, tuple[tuple[str, str], ...], str]:
    """What the server answers to a token: status, headers (but for the time) and body."""
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{server.base}/api/link", json={"token": token}) as answer,
    ):
        headers = tuple(sorted((k, v) for k, v in answer.headers.items() if k != "Date"))
        return answer.status, headers, await answer.text()


def _names(clinic: Clinic) -> list[str]:
    return [word for client in clinic.clients for word in (client["alias"], *client["legal_name"].split())]
