"""One simulated participant: opens a join link and does what a person's page does, until it is told to go.

Link, check-in, signalling socket, offer, media, beats, and coming back after a lost connection: all of it on the doors
that the pages use (docs/protocol.md). It knows nothing that a page does not know. Whoever was removed, or whose link
was opened elsewhere, stays away, as a page would.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import aiohttp
import socketio

from telehealth.media import rtcp, rtp

from . import sdp
from .sender import Looks, Sender
from .transport import NotConnected, Transport

AUDIO_SLOTS, VIDEO_SLOTS = 4, 6
"""As a phone's page."""
BEAT_EVERY = 1.0
ANSWER_WITHIN = 6.0
AGAIN_AFTER, AGAIN_AT_MOST = 0.5, 5.0
"""Seconds before the next try; doubled each time."""
SLOT_EXTENSIONS = {rtp.MID: sdp.EXTENSIONS[rtp.MID]}

log = logging.getLogger(__name__)


class NotAdmitted(Exception):
    """The server does not take this participant: its answer's code."""


class Participant:
    """`changed()` is called when `state` is another: connecting, waiting, seated or gone."""

    def __init__(self, link: str, looks: Looks, changed: Callable[[], None]) -> None:
        self.state = "connecting"
        self.why = ""
        """Why it is gone."""
        self._base, _, self._token = link.partition("/j#")
        self._changed = changed
        self._tab = secrets.token_urlsafe(12)
        self._sender = Sender(looks)
        self._transport: Transport | None = None
        self._epoch = 0
        self._room: dict[str, Any] = {}
        self._socket: socketio.AsyncClient | None = None
        self._csrf = self._session = ""

    async def run(self) -> None:
        """Take part until cancelled, or until the server says that this is over."""
        pause = AGAIN_AFTER
        self._sender.start()
        try:
            while True:
                try:
                    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
                        await self._sign_in(http)
                        await self._take_part(http)
                    pause = AGAIN_AFTER
                except (aiohttp.ClientError, socketio.exceptions.SocketIOError, TimeoutError) as error:
                    log.info("a simulated participant lost its connection (%s)", type(error).__name__)
                if self.why:
                    return
                self._become("connecting")
                await asyncio.sleep(pause)
                pause = min(2 * pause, AGAIN_AT_MOST)
        except NotAdmitted as refused:
            self.why = str(refused)
        finally:
            self._sender.stop()
            await self._hang_up()
            self._become("gone")

    async def _sign_in(self, http: aiohttp.ClientSession) -> None:
        async with http.post(f"{self._base}/api/link", json={"token": self._token}) as answer:
            if answer.status != 200:
                raise NotAdmitted(await _code(answer))
            known = await answer.json()
        self._csrf, self._session = known["csrf"], known["session"]
        if known["checked_in"]:
            return
        said = {
            "location": "At home, 1 Example Street, Springfield",
            "state": "US-IL",
            "contact_name": "Pat Example",
            "contact_phone": "+1 202 555 0150",
            "callback_phone": "+1 202 555 0151",
            "alone": True,
            "agreement": known["agreement"]["version"],
        }
        async with http.put(f"{self._base}/api/check-in", json=said, headers={"X-CSRF": self._csrf}) as answer:
            if answer.status != 204:
                raise NotAdmitted(await _code(answer))

    async def _take_part(self, http: aiohttp.ClientSession) -> None:
        """One socket's life."""
        client = self._socket = socketio.AsyncClient(reconnection=False, http_session=http)
        client.on("room", lambda told: self._see(told["room"]))
        client.on("bye", self._bye)
        try:
            await client.connect(
                self._base, auth={"csrf": self._csrf}, transports=["websocket"], socketio_path="signal"
            )
            answer = await self._ask(
                "join", session=self._session, tab=self._tab, op=_op(), microphone=True, camera=True
            )
            if not answer["ok"]:
                raise NotAdmitted(answer["code"])
            self._see(answer["room"])
            while client.connected:
                await self._mend()
                await self._ask("beat")
                await asyncio.sleep(BEAT_EVERY)
        finally:
            if client.connected:
                with suppress(Exception):  # it is goodbye: nothing that goes wrong matters any more
                    await client.call("leave", {"op": _op()}, timeout=1)
            await client.disconnect()
            self._socket = None

    async def _ask(self, name: str, **body: Any) -> dict[str, Any]:
        if self._socket is None:
            raise socketio.exceptions.ConnectionError
        answer: dict[str, Any] = await self._socket.call(name, body, timeout=ANSWER_WITHIN)
        return answer

    def _see(self, room: dict[str, Any]) -> None:
        if room["version"] < self._room.get("version", 0) and room["session"] == self._room.get("session"):
            return
        self._room = room
        you = room["you"]
        seated = you["standing"] == "seated"
        self._sender.microphone = seated and you["microphone"]
        self._sender.camera = seated and you["camera"]
        self._become("seated" if seated else "waiting")

    def _bye(self, told: dict[str, Any]) -> None:
        if told["why"] != "restart":
            self.why = told["why"]

    async def _mend(self) -> None:
        """A connection to the room's media worker, new where there is none or the room has another worker."""
        up = self._transport is not None and self._transport.connected
        if up and self._epoch == self._room["media_epoch"]:
            return
        await self._hang_up()
        transport = Transport(self._media)
        microphone, camera = self._sender.ssrcs
        lines = [
            sdp.Line("audio", "0", "sendonly", microphone),
            sdp.Line("video", "1", "sendonly", camera),
            sdp.Line("video", "2", "sendonly"),
            *(sdp.Line("audio", str(3 + slot), "recvonly", extensions=SLOT_EXTENSIONS) for slot in range(AUDIO_SLOTS)),
            *(
                sdp.Line("video", str(3 + AUDIO_SLOTS + slot), "recvonly", extensions=SLOT_EXTENSIONS)
                for slot in range(VIDEO_SLOTS)
            ),
        ]
        answer = await self._ask("offer", sdp=sdp.describe(transport, lines), epoch=self._epoch)
        if not answer["ok"]:
            await transport.close()
            return
        self._epoch = answer["epoch"]
        try:
            await transport.connect(sdp.remote(answer["sdp"]))
        except NotConnected:
            await transport.close()
            return
        self._transport = self._sender.transport = transport

    def _media(self, data: bytes) -> None:
        """Pictures and voices of others are nothing to us; a request for a key frame is."""
        if 191 < data[1] < 224 and self._transport is not None:
            packet = self._transport.unprotect_rtcp(data)
            if any(isinstance(message, rtcp.KeyFrameWanted) for message in rtcp.parse(packet)):
                self._sender.key_frame()

    async def _hang_up(self) -> None:
        transport, self._transport, self._sender.transport = self._transport, None, None
        if transport is not None:
            await transport.close()

    def _become(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self._changed()


def _op() -> str:
    return secrets.token_urlsafe(9)


async def _code(answer: aiohttp.ClientResponse) -> str:
    try:
        return str((await answer.json())["code"])
    except (ValueError, KeyError, aiohttp.ClientError):
        return f"status {answer.status}"
