"""Simulated participants: what they send can be decoded, and to a therapist's browser they are people."""

import asyncio
import sys
from pathlib import Path

import av
import pytest

from telehealth.simulate import face, voice
from telehealth.simulate.crowd import links_in
from tests.support.browser import people
from tests.support.processes import tree_of
from tests.support.server import Server, running
from tests.support.wait import until
from tests.whole.clinic import clinic_of, enter_as_staff
from tests.whole.evening import count_is, sign_in

FRAMES_DECODED = """() => [...document.querySelectorAll("video")].map(
    video => [video.videoWidth, video.getVideoPlaybackQuality().totalVideoFrames])"""


def test_a_face_is_video_that_begins_with_its_only_key_frame() -> None:
    """A decoder that starts at the loop's beginning shows every picture of it, over and over."""
    loops = face.loops(3)
    for loop in (loops.quiet, loops.talking):
        decoder = av.CodecContext.create("libvpx", "r")
        frames = [b"".join(pieces) for pieces in loop]
        shown = [picture for frame in frames * 2 for picture in decoder.decode(av.Packet(frame))]
        assert len(shown) == 2 * face.FRAMES
        assert {(picture.width, picture.height) for picture in shown} == {(face.WIDTH, face.HEIGHT)}
        assert [frame[0] & 1 for frame in frames] == [0] + [1] * (face.FRAMES - 1)
        assert all(len(piece) <= face.PACKET for pieces in loop for piece in pieces)
    assert face.loops(4).quiet != loops.quiet


def test_a_voice_is_heard_and_silence_is_not() -> None:
    """The words decode to something audible, the silence to nothing."""

    def loudest(packets: list[bytes]) -> float:
        decoder = av.CodecContext.create("libopus", "r")
        heard = [frame for packet in packets for frame in decoder.decode(av.Packet(packet))]
        return max(abs(sample) for frame in heard for sample in memoryview(bytes(frame.planes[0])).cast("h"))

    made = voice.voice(2)
    assert loudest(list(made.words)) > 500
    assert loudest([made.silence] * 20) < 50


def test_links_are_found_in_what_make_run_prints() -> None:
    """Each once, whatever stands around them."""
    printed = "staff  http://127.0.0.1:1/  robin  secret\nclient http://127.0.0.1:1/j#a_b-c\nclient http://x.org/j#d\n"
    assert links_in(printed + printed) == ["http://127.0.0.1:1/j#a_b-c", "http://x.org/j#d"]


class Simulate:
    """`telehealth simulate` with links on its standard input."""

    def __init__(self, *words: str) -> None:
        self._words = words
        self.said: list[str] = []

    async def start(self, links: list[str]) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "telehealth", "simulate", "--link", "-", *self._words),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdin is not None
        self._process.stdin.write("\n".join(links).encode())
        self._process.stdin.close()
        self._reading = asyncio.create_task(self._read())

    async def says(self, text: str) -> None:
        async def said() -> bool:
            return text in self.said

        await until(said, f"it says {text!r}; it said {self.said}", 30)

    async def ends(self) -> int:
        code = await asyncio.wait_for(self._process.wait(), 10)
        await self._reading
        return code

    def interrupt(self) -> None:
        self._process.terminate()

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            self.said.append(line.decode().strip())


@pytest.mark.asyncio
async def test_they_come_by_links_and_leave_when_told(tmp_path: Path) -> None:
    """As many as are asked for wait; a link that opens nothing is said; at the end they leave of themselves."""
    async with running(tmp_path / "data") as server:
        two = Simulate("--count", "2")
        await two.start(server.demo.client_urls[:3])
        await two.says("2 in the waiting room, 0 in the room")
        two.interrupt()
        assert await two.ends() == 0
        nobody = Simulate()
        await nobody.start([f"{server.base}/j#made-up-token"])
        assert await nobody.ends() == 0
        assert nobody.said == ["0 in the waiting room, 0 in the room, 1 gone (link_not_valid)"]


@pytest.mark.whole
@pytest.mark.asyncio
async def test_a_newcomer_fills_the_demo_room(tmp_path: Path) -> None:
    """One line of a menu: whoever of the group is missing waits, is let in, and is seen moving; then they go."""
    async with running(tmp_path / "data") as server, people() as crowd:
        clinic = clinic_of(server)
        therapist = await crowd.person(0, "Therapist", phone=False)
        page = therapist.page
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)
        await therapist.at("host-more").click()
        await therapist.at("fill").click()
        waiting = page.locator("[data-testid^=waiting-]")
        await until(lambda: count_is(waiting, 8), "eight wait", 40)
        await therapist.at("admit-all").click()

        async def moving() -> int:
            before = await page.evaluate(FRAMES_DECODED)
            await asyncio.sleep(0.5)
            after = await page.evaluate(FRAMES_DECODED)
            return sum(
                width == face.WIDTH and now > then for (width, now), (_, then) in zip(after, before, strict=False)
            )

        async def all_move() -> bool:
            return await moving() >= 8

        await until(all_move, "eight faces move", 30)
        await therapist.at("host-more").click()
        await therapist.at("fill").click()
        await until(lambda: count_is(page.locator("[data-testid^=tile-]"), 1), "the therapist is alone again", 20)

        async def ended() -> bool:
            return not _simulating(server)

        await until(ended, "the process that simulated them has ended")


def _simulating(server: Server) -> list[int]:
    return [pid for pid in tree_of(server.pid) if b"simulate" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]
