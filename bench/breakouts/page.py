"""One page of the measurement: the doors that a browser uses, real DTLS, and a witness of every packet that comes.

It shows a picture by the rule of web/src/core/session.ts: under the name that the slots say, not before a packet has
named that person after a switch, and only of whoever is in the room that the server last described. Each packet carries
whose it is and when it was sent, so what is shown under which name can be held against the truth.
"""

import asyncio
import re
import secrets
import struct
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pylibsrtp
import socketio

from bench.media.person import Person, Probe, Source, Tally
from telehealth.media import rtp
from telehealth.simulate import sdp

VIEW_AFTER = 0.15
"""A page says what it shows once it is drawn (session.ts waits 120 ms for more)."""
HOLD_NS = 300_000_000
"""As HOLD_MS of session.ts."""
WIDTH = 320
SLOT_EXTENSIONS = {kind: sdp.EXTENSIONS[kind] for kind in (rtp.MID, rtp.TRANSPORT_CC)}
_BODY = struct.Struct("!QII")
VIDEO_HEAD = 16
BIG = 400
"""Bytes: a packet of video is bigger, one of audio smaller."""

BEAT = 1.0
"""Seconds between two proofs of life, as a page sends them."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How many a page can hear and see, as in web/src/core/peer.ts."""

    audio: int
    video: int


LAPTOP, STAFF = Shape(6, 9), Shape(6, 16)


@dataclass(slots=True)
class Slot:
    """One receive slot, as the page knows it."""

    kind: str
    member: int | None = None
    last: int | None = None
    """Who was in it last."""
    since: int = 0
    """When somebody else came into it, in ns."""
    named: int | None = None
    """Whom a packet has named since the slot was switched."""
    brought: dict[int, int] = field(default_factory=dict)
    """By member number: when the last packet of theirs was sent that came here, in ns."""


class Witness(Probe):
    """Decrypts everything, and knows whose it is."""

    def __init__(self, page: "Page", sources: dict[int, Source], tally: Tally) -> None:
        super().__init__(sources, tally, video=True)
        self._page = page

    def look(self, unprotect: Callable[[bytes], bytes], data: bytes, arrived: int) -> None:
        try:
            clear = unprotect(data)
        except pylibsrtp.Error:
            self._tally.differing += 1
            return
        sources = clear[0] & 0x0F
        at = 12 + 4 * sources
        if clear[0] & 0x10:
            at += 4 + 4 * (clear[at + 2] << 8 | clear[at + 3])
        at += VIDEO_HEAD if len(clear) > BIG else 0
        if len(clear) < at + _BODY.size:
            return
        sent, _, tag = _BODY.unpack_from(clear, at)
        named = int.from_bytes(clear[12:16], "big") if sources else None
        self._page.came(clear[8:12], tag >> 1, sent, arrived, named)


class Page:
    """Somebody's page. `origin` is the number that their packets carry."""

    def __init__(
        self, origin: int, shape: Shape, tally: Tally, sources: dict[int, Source], everybody: "list[Page]"
    ) -> None:
        self.origin = origin
        self.shape = shape
        self.room: dict[str, Any] = {}
        self.slots: dict[str, Slot] = {}
        self.wrong_faces = 0
        self.foreign: dict[int, int] = {}
        """By member number of whom this page should not perceive: when the last packet of theirs that came was sent."""
        self.allowed: frozenset[int] | None = None
        """Whom this page should perceive now; None while nothing is measured."""
        self.person = Person(origin, tally, sources, probe=False, probe_video=False, packets_per_frame=1)
        self.person.probe = Witness(self, sources, tally)
        self._everybody = everybody
        self._by_ssrc: dict[bytes, str] = {}
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._socket = socketio.AsyncClient(reconnection=False, http_session=self._http)
        self._session = ""
        self._epoch = self._version = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._viewing: asyncio.TimerHandle | None = None

    @property
    def member(self) -> int:
        return int(self.room["you"]["member"])

    @property
    def near(self) -> set[int]:
        """Whom the page shows a tile of."""
        here = self.room["you"]["breakout"]
        return {
            one["member"]
            for one in self.room["members"]
            if one["near"] and not one["you"] and one["breakout"] in (None, here)
        }

    # --- coming and going

    async def staff(self, base: str, name: str, password: str, session: str) -> None:
        async with self._http.post(f"{base}/api/staff/sign-in", json={"name": name, "password": password}) as answer:
            known = await answer.json()
        await self._join(base, known["csrf"], session)

    async def client(self, link: str) -> None:
        base, _, token = link.partition("/j#")
        async with self._http.post(f"{base}/api/link", json={"token": token}) as answer:
            known = await answer.json()
        said = {
            "location": "1 Example Street",
            "state": "US-IL",
            "contact_name": "Pat Example",
            "contact_phone": "+1 202 555 0150",
            "callback_phone": "+1 202 555 0151",
            "alone": True,
            "agreement": known["agreement"]["version"],
        }
        headers = {"X-CSRF": known["csrf"]}
        async with self._http.put(f"{base}/api/check-in", json=said, headers=headers) as answer:
            assert answer.status == 204, await answer.text()
        await self._join(base, known["csrf"], known["session"])

    async def _join(self, base: str, csrf: str, session: str) -> None:
        self._socket.on("room", lambda told: self._see(told["room"]))
        self._socket.on("slots", self._told)
        await self._socket.connect(base, auth={"csrf": csrf}, transports=["websocket"], socketio_path="signal")
        body = {"session": session, "tab": secrets.token_urlsafe(12), "microphone": True, "camera": True}
        answer = await self.ask("join", **body)
        assert answer["ok"], answer
        self._see(answer["room"])
        self._tasks.append(asyncio.create_task(self._beat()))

    async def media(self) -> None:
        """Offer as a page does, and begin to send."""
        self.person.connections(one=True)
        up = self.person.up
        lines = [
            sdp.Line("audio", "0", "sendonly", self.person.audio.ssrc),
            sdp.Line("video", "1", "sendonly", self.person.video.ssrc),
            sdp.Line("video", "2", "sendonly"),
            *(sdp.Line("audio", f"a{at}", "recvonly", extensions=SLOT_EXTENSIONS) for at in range(self.shape.audio)),
            *(sdp.Line("video", f"v{at}", "recvonly", extensions=SLOT_EXTENSIONS) for at in range(self.shape.video)),
        ]
        answer = await self._socket.call("offer", {"sdp": sdp.describe(up, lines), "epoch": self._epoch}, timeout=8)
        assert answer["ok"], answer
        self._epoch = answer["epoch"]
        sections = sdp.sections(answer["sdp"])
        for section in sections:
            mid, ssrc = re.search(r"a=mid:(\S+)", section), re.search(r"a=ssrc:(\d+)", section)
            if mid and ssrc and mid[1][0] in "av":
                self._by_ssrc[int(ssrc[1]).to_bytes(4, "big")] = mid[1]
                self.slots.setdefault(mid[1], Slot("audio" if mid[1][0] == "a" else "video"))
        up.feedback_id = sdp.extension(sections[-1], rtp.TRANSPORT_CC)
        await up.connect(sdp.remote(answer["sdp"]))
        self.person.begin(0.02 * (self.origin % 16) / 16)

    async def close(self) -> None:
        self.person.end()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._viewing is not None:
            self._viewing.cancel()
        await self._socket.disconnect()
        await self.person.up.close()
        await self._http.close()

    async def _beat(self) -> None:
        while self._socket.connected:
            await self._socket.call("beat", {}, timeout=8)
            await asyncio.sleep(BEAT)

    async def ask(self, name: str, **body: Any) -> dict[str, Any]:
        answer: dict[str, Any] = await self._socket.call(name, {**body, "op": secrets.token_urlsafe(9)}, timeout=8)
        return answer

    # --- what it is told

    def _see(self, room: dict[str, Any]) -> None:
        if room["version"] < self.room.get("version", 0):
            return
        self.room = room
        if self._viewing is None:
            self._viewing = asyncio.get_running_loop().call_later(VIEW_AFTER, self._view)

    def _view(self) -> None:
        self._viewing = None
        tiles = [{"member": member, "width": WIDTH} for member in sorted(self.near)]
        if tiles and self._socket.connected:
            self._tasks.append(asyncio.create_task(self._say("view", {"tiles": tiles})))
            self._tasks = [task for task in self._tasks if not task.done()]

    async def _say(self, name: str, body: dict[str, Any]) -> None:
        await self._socket.call(name, body, timeout=8)

    def _told(self, told: dict[str, Any]) -> None:
        if told["epoch"] < self._epoch or (told["epoch"] == self._epoch and told["version"] < self._version):
            return
        self._version = told["version"]
        for one in told["slots"]:
            slot = self.slots.setdefault(one["mid"], Slot("audio" if one["mid"][0] == "a" else "video"))
            if one["member"] not in (None, slot.last):
                # What is under way still shows whoever was in it last, also where it was empty for a moment.
                slot.since = time.time_ns() if slot.last is not None and slot.kind == "video" else 0
                slot.last, slot.named = one["member"], None
            slot.member = one["member"]

    # --- what comes

    def came(self, ssrc: bytes, origin: int, sent: int, arrived: int, named: int | None) -> None:
        mid = self._by_ssrc.get(ssrc)
        if mid is None or origin >= len(self._everybody):
            return
        slot, whose = self.slots[mid], self._everybody[origin].member
        slot.brought[whose] = sent
        if named is not None:
            slot.named = named
        if self.allowed is not None and whose not in self.allowed:
            self.foreign[whose] = max(sent, self.foreign.get(whose, 0))
        if slot.kind != "video" or slot.member is None or slot.member not in self.near:
            return
        held = slot.since and slot.named != slot.member and arrived - slot.since < HOLD_NS
        if whose != slot.member and not held:
            self.wrong_faces += 1

    def complete(self, since: int) -> bool:
        """The page shows the tiles of whom it should, its slots are theirs alone, and all of them have brought packets
        that were sent after `since`."""
        assert self.allowed is not None
        if self.near != self.allowed:
            return False
        for kind, most in (("audio", self.shape.audio), ("video", self.shape.video)):
            slots = [slot for slot in self.slots.values() if slot.kind == kind and slot.member is not None]
            members = [slot.member for slot in slots]
            if len(members) != min(most, len(self.allowed)) or not set(members) <= self.allowed:
                return False
            if any(slot.brought.get(slot.member or 0, 0) <= since for slot in slots):
                return False
        return True


def circles(pages: Iterable[Page], rooms: dict[int, int]) -> None:
    """Say whom each page should perceive: `rooms` has a room for each member."""
    together: dict[int, set[int]] = defaultdict(set)
    for member, room in rooms.items():
        together[room].add(member)
    for page in pages:
        page.allowed = frozenset(together[rooms[page.member]] - {page.member})
        page.foreign.clear()
