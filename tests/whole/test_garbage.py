"""Somebody with a valid cookie sends rubbish by every door, and the session beside it does not notice."""

import asyncio
import os
import random
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import socketio

from telehealth.core.events import Entered, MediaFlowed
from tests.support.browser import Person, people, sees_and_hears
from tests.support.processes import media_workers, udp_ports
from tests.support.server import Server, running
from tests.support.wait import until
from tests.whole.clinic import Clinic, clinic_of, come_in, enter_as_staff
from tests.whole.evening import everybody_sees_everybody, others, sign_in
from tests.whole.traffic import connections, count_offers, offers, traffic

pytestmark = pytest.mark.whole

BIG = "x" * (300 * 1024)
DATAGRAMS = 5000


@pytest.mark.asyncio
async def test_rubbish_from_a_client_disturbs_nobody(tmp_path: Path) -> None:
    """Whoever sends what is no message gets codes and is sent away; those in the session see and hear on."""
    async with running(tmp_path / "data") as server, people() as crowd:
        clinic = clinic_of(server)
        therapist = await crowd.person(0, "Therapist", phone=False)
        sky = await crowd.person(1, "Sky")
        present = [therapist, sky]
        for person in present:
            await count_offers(person)
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)
        await come_in(therapist, (sky, clinic.group_link(1)))
        numbers = await everybody_sees_everybody(present)
        before = [(await offers(p), await connections(p)) for p in present]
        log = await clinic.log(clinic.group)

        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            me = await _signed_in(browser, clinic)
            await _improper_messages(clinic, browser, me)
            await _raw_frames(browser, server)
        await _datagrams(server)

        # Nobody in the session has noticed.
        watched = [await traffic(p) for p in present]
        for person in present:
            await sees_and_hears(person, others(numbers, person, present))

        async def goes_on() -> bool:
            now = [await traffic(p) for p in present]
            return all(
                n.frames > w.frames and n.audio_received > w.audio_received for n, w in zip(now, watched, strict=True)
            )

        await until(goes_on, "pictures and voices go on", 3)
        assert [(await offers(p), await connections(p)) for p in present] == before
        for person in present:
            _nothing_on_the_console(person)
            assert await person.at("call").is_visible()
        since = (await clinic.log(clinic.group))[len(log) :]
        assert isinstance(since[0], Entered)
        offender = since[0].member
        of_others = [event for event in since if getattr(event, "member", None) != offender]
        assert all(isinstance(event, MediaFlowed) for event in of_others), "the record says nothing else of the others"
        assert not [line for line in server.log if BIG[:100] in line or "Traceback" in line]


async def _signed_in(browser: aiohttp.ClientSession, clinic: Clinic) -> dict[str, Any]:
    """The third client, signed in by the link but not checked in yet."""
    token = clinic.group_link(2).partition("#")[2]
    async with browser.post(f"{clinic.server.base}/api/link", json={"token": token}) as answer:
        assert answer.status == 200
        return dict(await answer.json())


async def _improper_messages(clinic: Clinic, browser: aiohttp.ClientSession, me: dict[str, Any]) -> None:
    """Each gets a code, before the check-in and in the waiting room, and the socket is closed for good in the end."""
    server = clinic.server

    async def check_in() -> None:
        answers = {
            "location": "3 Example Street, Springfield",
            "state": "IL",
            "contact_name": "A Friend",
            "contact_phone": "217-555-0100",
            "callback_phone": "217-555-0101",
            "alone": True,
            "agreement": me["agreement"]["version"],
        }
        url = f"{server.base}/api/check-in"
        async with browser.put(url, json=answers, headers={"X-CSRF": me["csrf"]}) as answer:
            assert answer.status == 204, await answer.text()

    byes: list[str] = []
    client = socketio.AsyncClient(reconnection=False)
    client.on("bye", lambda body: byes.append(body["why"]))
    try:
        await client.connect(
            server.base,
            headers={"Cookie": "; ".join(f"{c.key}={c.value}" for c in browser.cookie_jar)},
            auth={"csrf": me["csrf"]},
            transports=["websocket"],
            socketio_path="signal",
        )
        join = {"session": clinic.group, "tab": "t" * 20, "op": "o" * 20}
        asked: list[tuple[str, object, str]] = [
            ("no_such_message", {}, "unknown_message"),
            ("join", {**join, "session": ["a", "list"]}, "malformed"),
            ("join", {**join, "role": "facilitator"}, "malformed"),
            ("join", join, "check_in_missing"),
            ("join", {**join, "session": clinic.individual}, "not_allowed"),
            ("end", {"op": "p" * 20}, "not_in_room"),
            ("chat", {"op": "q" * 20, "to": "all", "text": BIG}, "too_large"),
        ]
        await _refused(client, asked)
        await check_in()
        assert (await client.call("join", join, timeout=8))["ok"]
        asked = [
            ("admit", {"op": "a" * 20}, "not_allowed"),
            ("remove", {"op": "r" * 20, "member": 1}, "not_allowed"),
            ("mute", {"op": "m" * 20}, "not_allowed"),
            ("lock", {"op": "l" * 20, "locked": True}, "not_allowed"),
            ("end", {"op": "e" * 20}, "not_allowed"),
            ("chat", {"op": "c" * 20, "to": "all", "text": "Hello"}, "not_allowed"),
            ("offer", {"sdp": "no SDP at all", "epoch": 0}, "malformed"),
        ]
        await _refused(client, asked)

        async def told() -> list[str]:
            # One more each time, and none once it is told: a socket that is closed while something lies in it unread
            # is reset by the system, and the good-bye before that may be lost with it (RFC 1122, 4.2.2.13).
            if client.connected and not byes:
                await client.emit("no_such_message", {})
            return byes

        assert await until(told, "the good-bye") == ["too_many"]
        await client.wait()
    finally:
        await client.disconnect()


async def _refused(client: socketio.AsyncClient, asked: list[tuple[str, object, str]]) -> None:
    for name, body, code in asked:
        answer = await client.call(name, body, timeout=8)
        assert answer == {"ok": False, "code": code}, name


async def _raw_frames(browser: aiohttp.ClientSession, server: Server) -> None:
    """WebSocket frames that are no Engine.io, or larger than anything: the server closes the socket, and stands."""
    odd = ["\0\0\0", "4", "42", '42["', "9" * 1000, "451-[]", "4{}", "2probe"]
    await asyncio.gather(*(_raw_socket(browser, server, frames) for frames in (odd, [BIG * 8])))


async def _raw_socket(browser: aiohttp.ClientSession, server: Server, frames: list[str]) -> None:
    async with browser.ws_connect(f"{server.base}/signal/?EIO=4&transport=websocket") as raw:
        await raw.send_bytes(os.urandom(2000))
        for frame in frames:
            await raw.send_str(frame)
        async with asyncio.timeout(15):
            async for _ in raw:  # ends when the server has closed it
                pass


async def _datagrams(server: Server) -> None:
    """Random datagrams, and such as begin like STUN, DTLS and RTP, to every worker's port."""
    ports = [port for pid in media_workers(server.pid) for port in udp_ports(pid)]
    assert len(ports) >= 2
    dice = random.Random(7)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gun:
        for shot in range(DATAGRAMS):
            first = dice.choice((0, 1, 20, 22, 128, 144, dice.randrange(256)))
            gun.sendto(bytes([first]) + dice.randbytes(dice.randrange(1400)), ("127.0.0.1", ports[shot % len(ports)]))
            if shot % 100 == 0:
                await asyncio.sleep(0)


def _nothing_on_the_console(person: Person) -> None:
    expected = "Failed to load resource"  # 401 before signing in
    assert not [line for line in person.console if line.startswith(("error", "pageerror")) and expected not in line]
