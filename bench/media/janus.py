"""How people join a room of Janus: its WebSocket API and the VideoRoom plugin, one publisher and one subscriber each.

A subscriber takes all streams of all others over one peer connection ("multistream"), which is the plugin's best case.
Rooms are made with the plugin's defaults, except for the number of publishers.
"""

import asyncio
import itertools
import re
import secrets
from collections.abc import Sequence
from typing import Any

import aiohttp

from telehealth.media import rtp
from telehealth.simulate import sdp

from .person import Person

PLUGIN = "janus.plugin.videoroom"
WITHIN = 20.0
ALIVE_EVERY = 20.0
MANY = 100


class JanusRefused(Exception):
    """What the plugin answered."""


class Janus:
    """One session of the API."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._numbers = itertools.count(1)
        self._asked: dict[str, asyncio.Future[dict[str, Any]]] = {}

    async def open(self) -> None:
        self._http = aiohttp.ClientSession()
        self._socket = await self._http.ws_connect(self._url, protocols=["janus-protocol"], max_msg_size=0)
        self._reading = asyncio.create_task(self._read())
        self._session = (await self._ask(janus="create"))["data"]["id"]
        self._living = asyncio.create_task(self._live())

    async def room(self, people: Sequence[Person]) -> None:
        """Everybody in one new room."""
        room = secrets.randbits(40)
        await self._tell(await self._attach(), {"request": "create", "room": room, "publishers": MANY})
        await asyncio.gather(*(self._publish(room, person) for person in people))
        await asyncio.gather(*(self._subscribe(room, person, people) for person in people))

    async def close(self) -> None:
        await self._ask(janus="destroy", session_id=self._session)
        self._living.cancel()
        self._reading.cancel()
        await self._socket.close()
        await self._http.close()

    async def _publish(self, room: int, person: Person) -> None:
        person.connections(one=False)
        handle = await self._attach()
        await self._tell(handle, {"request": "join", "ptype": "publisher", "room": room, "id": person.who + 1})
        lines = [
            sdp.Line("audio", "0", "sendonly", person.audio.ssrc),
            sdp.Line("video", "1", "sendonly", person.video.ssrc),
        ]
        offer = {"type": "offer", "sdp": sdp.describe(person.up, lines)}
        answer = (await self._tell(handle, {"request": "publish"}, offer))["jsep"]["sdp"]
        await person.up.connect(sdp.remote(answer))

    async def _subscribe(self, room: int, person: Person, people: Sequence[Person]) -> None:
        handle = await self._attach()
        feeds = [{"feed": other.who + 1} for other in people if other is not person]
        asked = {"request": "join", "ptype": "subscriber", "room": room, "streams": feeds}
        offer = await self._offered(handle, asked)
        answer = {"type": "answer", "sdp": sdp.describe(person.down, _mirrored(offer), setup="active")}
        person.down.feedback_id = sdp.extension(sdp.sections(offer)[-1], rtp.TRANSPORT_CC)
        connecting = asyncio.create_task(person.down.connect(sdp.remote(offer)))
        await self._tell(handle, {"request": "start"}, answer)
        await connecting

    async def _offered(self, handle: int, asked: dict[str, Any]) -> str:
        """The subscriber's offer. A publisher that has just connected is "no such feed" for a moment."""
        async with asyncio.timeout(WITHIN):
            while True:
                try:
                    offer: str = (await self._tell(handle, asked))["jsep"]["sdp"]
                    return offer
                except JanusRefused:
                    await asyncio.sleep(0.05)

    async def _attach(self) -> int:
        handle: int = (await self._ask(janus="attach", session_id=self._session, plugin=PLUGIN))["data"]["id"]
        return handle

    async def _tell(self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None) -> dict[str, Any]:
        more = {} if jsep is None else {"jsep": jsep}
        answer = await self._ask(janus="message", session_id=self._session, handle_id=handle, body=body, **more)
        if "error" in (data := answer.get("plugindata", {}).get("data", {})):
            raise JanusRefused(data["error"])
        return answer

    async def _ask(self, **message: Any) -> dict[str, Any]:
        transaction = str(next(self._numbers))
        answered = self._asked[transaction] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({**message, "transaction": transaction})
        async with asyncio.timeout(WITHIN):
            answer: dict[str, Any] = await answered
        if answer["janus"] == "error":
            raise JanusRefused(answer["error"]["reason"])
        return answer

    async def _read(self) -> None:
        async for message in self._socket:
            answer = message.json()
            asked = self._asked.get(answer.get("transaction", ""))
            if asked is not None and not asked.done() and answer["janus"] != "ack":
                asked.set_result(answer)

    async def _live(self) -> None:
        while True:
            await asyncio.sleep(ALIVE_EVERY)
            await self._ask(janus="keepalive", session_id=self._session)


def _mirrored(offer: str) -> list[sdp.Line]:
    """What a page answers: the same m-lines, received, with the extensions that both know."""
    lines = []
    for section in sdp.sections(offer):
        kind, _, _, number, *_ = section.split()
        mid = re.search(r"a=mid:(\S+)", section)
        assert mid is not None
        known = {uri: given for uri in sdp.EXTENSIONS if (given := sdp.extension(section, uri))}
        lines.append(sdp.Line(kind, mid[1], "recvonly", payload_type=int(number), extensions=known))
    return lines
