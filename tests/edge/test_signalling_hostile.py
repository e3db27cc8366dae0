"""Pages that misbehave are answered with a code, counted, and sent away if they persist; nobody else notices."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import WSMsgType

from telehealth.edge.messages import MAX_MESSAGE
from tests.support.signal import Clinic, Node, Person, clinic_in, node_of, seated
from tests.support.wait import until


@pytest_asyncio.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    """One session on a Redis of its own."""
    async with clinic_in(tmp_path) as made:
        yield made


@pytest_asyncio.fixture
async def node(clinic: Clinic) -> AsyncIterator[Node]:
    """A node that serves it."""
    async with node_of(clinic) as made:
        yield made


class Raw:
    """A socket.io connection by hand."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self.answers: dict[int, dict[str, Any]] = {}
        self.byes: list[str] = []
        self.closed = False

    async def send(self, text: str) -> None:
        await self.ws.send_str(text)

    async def read(self) -> None:
        """Read until the end, answering pings."""
        async for message in self.ws:
            text = str(message.data) if message.type is WSMsgType.TEXT else ""
            if text == "2":
                await self.send("3")
            elif text.startswith("43"):
                number, _, rest = text[2:].partition("[")
                self.answers[int(number)] = json.loads("[" + rest)[0]
            elif text.startswith('42["bye"'):
                self.byes.append(json.loads(text[2:])[1]["why"])
        self.closed = True

    async def answer(self, number: int) -> dict[str, Any]:
        async def came() -> dict[str, Any] | None:
            return self.answers.get(number)

        return await until(came, f"answer {number}") or {}


@asynccontextmanager
async def raw(clinic: Clinic, node: Node, who: str, *, reading: bool = True) -> AsyncIterator[Raw]:
    """A signed-in connection of `who`."""
    cookie, csrf = await clinic.sign_in(who)
    url = f"{node.url.replace('http', 'ws')}/signal/?EIO=4&transport=websocket"
    async with (
        aiohttp.ClientSession(headers={"Cookie": f"session={cookie}"}) as http,
        http.ws_connect(url, max_msg_size=0) as ws,
    ):
        assert (await ws.receive_str()).startswith("0{")
        await ws.send_str("40" + json.dumps({"csrf": csrf}))
        assert (await ws.receive_str()).startswith("40{")
        connection = Raw(ws)
        task = asyncio.create_task(connection.read()) if reading else None
        try:
            yield connection
        finally:
            if task:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            if not ws.closed:
                response = ws._response
                assert response.connection is not None
                assert response.connection.transport is not None
                response.connection.transport.abort()


async def unharmed(alice: Person, bob: Person) -> None:
    """The room goes on for the others."""
    await bob.do("hand", raised=True)
    await alice.sees(lambda a: any(m["hand"] for m in a.room["members"]), "sees Bob's hand")
    await bob.do("hand", raised=False)
    await alice.sees(lambda a: not any(m["hand"] for m in a.room["members"]), "sees it lowered")


BROKEN = [
    "",
    "x",
    "²",
    "b!!!!",
    "4",
    "4{",
    "4[[[",
    "2",
    "5",
    "6",
    "7hello",
    "42",
    "42{}",
    "42[]",
    "42[1]",
    "42[{}]",
    '42["join"',
    '42["hand",{},{}]',
    '42/admin,["join",{}]',
    '40/admin,{"csrf":"x"}',
    '451-["x",{"_placeholder":true,"num":0}]',
    "43999[]",
    "43[]",
    '42["connect",{}]',
    '42["disconnect"]',
    "42" + "[" * 50_000,
    "42" + "9" * 200 + '["beat"]',
]


@pytest.mark.asyncio
async def test_broken_frames_are_counted_and_end_in_goodbye(clinic: Clinic, node: Node) -> None:
    """Frames that are no messages never end the server's handler; who goes on sending them is sent away."""
    alice, bob = await seated(clinic, node, "bob")
    for frame in BROKEN:
        async with raw(clinic, node, "dora") as hostile:
            await hostile.send(frame)
            await hostile.send('427["beat",{}]')
            assert await hostile.answer(7) == {"ok": False, "code": "not_in_room"}, frame
            await hostile.ws.send_bytes(b"\x04binary")
            await hostile.send('428["beat",{}]')
            assert (await hostile.answer(8))["code"] == "not_in_room"
    async with raw(clinic, node, "dora") as hostile:
        for _ in range(20):
            await hostile.send("42[1]")

        async def gone() -> bool:
            return hostile.closed

        await until(gone, "the hostile page is disconnected")
        assert hostile.byes == ["too_many"]
    await unharmed(alice, bob)


@pytest.mark.asyncio
async def test_wrong_messages_get_codes(clinic: Clinic, node: Node) -> None:
    """Unknown names, bodies that do not fit, and what is too large are refused with their own codes."""
    alice, bob = await seated(clinic, node, "bob")
    async with raw(clinic, node, "dora") as hostile:
        wrong = {
            1: ('["no_such_message",{}]', "unknown_message"),
            2: ('["hand",{"op":"12345678","raised":"yes"}]', "malformed"),
            3: ('["hand",{"op":"12345678","raised":true,"more":1}]', "malformed"),
            4: ('["hand",[]]', "malformed"),
            5: ('["hand",null]', "malformed"),
            6: ('["join",{"session":"../x","tab":"%s","op":"12345678"}]' % ("t" * 20), "malformed"),
            7: ('["admit",{"op":"12345678","members":[0]}]', "malformed"),
            8: ('["offer",{"sdp":"%s","epoch":0}]' % ("x" * MAX_MESSAGE), "too_large"),
            9: ('["offer",{"sdp":"%s","epoch":0}]' % ("x" * 130_000), "malformed"),
            10: ('["hand"', "malformed"),
        }
        for number, (body, code) in wrong.items():
            await hostile.send(f"42{number}{body}")
            assert await hostile.answer(number) == {"ok": False, "code": code}
        metrics = {
            (sample.labels["message"], sample.labels["outcome"]): sample.value
            for family in node.signalling.registry.collect()
            for sample in family.samples
            if sample.name == "telehealth_signalling_messages_total"
        }
        assert metrics["other", "unknown_message"] == 1
        assert metrics["offer", "malformed"] == 1
        assert metrics["other", "too_large"] == 1
    await unharmed(alice, bob)


@pytest.mark.asyncio
async def test_a_client_cannot_do_what_staff_may(clinic: Clinic, node: Node) -> None:
    """Every command of the hosts is refused to a client, and a waiting client writes to the hosts alone."""
    _, bob = await seated(clinic, node, "bob")
    dora = clinic.person("dora")
    await dora.join(node)
    for person in (bob, dora):
        for name, body in {
            "admit": {},
            "remove": {"member": 1},
            "allow_back": {"member": 1},
            "mute": {},
            "lock": {"locked": True},
            "end": {},
        }.items():
            assert await person.refused(name, **body) == "not_allowed"
    for to in ("all", "member:1", "member:2"):
        assert await dora.refused("chat", to=to, text="hello?") == "not_allowed"


@pytest.mark.asyncio
async def test_a_flood_is_refused_and_ended(clinic: Clinic, node: Node) -> None:
    """Too many messages are refused, the third refusal ends the connection, and others are not held up."""
    alice, bob = await seated(clinic, node, "bob")
    async with raw(clinic, node, "dora") as hostile:
        for number in range(200):
            await hostile.send(f'42{number}["beat",{{}}]')

        async def gone() -> bool:
            return hostile.closed

        await until(gone, "the flooding page is disconnected")
        assert hostile.byes == ["too_many"]
        codes = [hostile.answers[number]["code"] for number in sorted(hostile.answers)]
        assert codes.count("too_many") == 3
        assert codes.index("too_many") >= 60
    await unharmed(alice, bob)


@pytest.mark.asyncio
async def test_a_page_that_does_not_read_is_dropped(clinic: Clinic, node: Node) -> None:
    """A page whose socket is never read is dropped when too much waits for it; the others get everything."""
    alice, bob = await seated(clinic, node, "bob")
    async with raw(clinic, node, "dora", reading=False) as slow:
        slow.ws._response.connection.transport.pause_reading()  # type: ignore[union-attr]
        body = {"session": clinic.session, "tab": "tab-of-a-slow-page-00", "op": "op-of-the-slow-page"}
        await slow.send(f'420["join",{json.dumps(body)}]')
        await alice.sees(lambda a: a.room["waiting"], "sees her wait")
        await alice.do("admit")
        await bob.sees(lambda b: len(b.seats) == 3, "sees her")
        room = node.rooms.live(clinic.session)
        assert room is not None
        (page,) = [here.line for here in room.pages if here.line.tab == "tab-of-a-slow-page-00"]

        async def dropped() -> bool:
            for here in room.pages:
                if here.line is page:
                    for _ in range(50):
                        page.speaking([1] * 500)
                    return False
            return True

        await until(dropped, "the slow page is dropped")
        await alice.sees(lambda a: any(m["reconnecting"] for m in a.room["members"]), "sees her lost")
    await unharmed(alice, bob)


@pytest.mark.asyncio
async def test_a_socket_that_says_nothing_is_closed(clinic: Clinic, node: Node) -> None:
    """Whoever does not say who they are within 5 seconds is disconnected."""
    url = f"{node.url.replace('http', 'ws')}/signal/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as http, http.ws_connect(url) as ws:
        await ws.receive_str()
        message = await asyncio.wait_for(ws.receive(), 8)
        assert message.type in (WSMsgType.CLOSED, WSMsgType.CLOSE, WSMsgType.ERROR)


@pytest.mark.asyncio
async def test_a_foreign_page_gets_no_socket(clinic: Clinic, node: Node) -> None:
    """A page of another origin cannot open signalling, whatever its cookie; ours can."""
    url = f"{node.url.replace('http', 'ws')}/signal/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as http:
        for origin in ("http://evil.example", node.url, "null"):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await http.ws_connect(url, origin=origin)
        ws = await http.ws_connect(url, origin="http://pages.example")
        await ws.close()
        async with http.get(f"{node.url}/signal/?EIO=4&transport=polling") as answer:
            assert answer.status == 400
