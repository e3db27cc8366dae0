"""A sitting with a bell, music in stereo, a guided exercise and a drawing board, in a whole session of the kind."""

import io
import math
import struct
import wave
from pathlib import Path

import pytest

from telehealth.core.events import MediaChanged
from tests.support.browser import Person
from tests.support.wait import until
from tests.whole.axe import Looks
from tests.whole.evening import silent
from tests.whole.kinds import KindRoom, kind_room

pytestmark = pytest.mark.whole

LEFT, RIGHT = 440, 1000
RATE = 16_000

# The loudest tone in each ear of somebody's sound, in hertz; 0 where nothing is heard.
EARS = """member => {
  const { srcObject } = document.querySelector(`audio[data-member="${member}"]`);
  window.__ears ??= new Map();
  if (!window.__ears.has(srcObject)) {
    const context = new AudioContext();
    const split = context.createChannelSplitter(2);
    context.createMediaStreamSource(srcObject).connect(split);
    const ears = [0, 1].map((ear) => {
      const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
      split.connect(analyser, ear);
      return analyser;
    });
    window.__ears.set(srcObject, ears);
  }
  return window.__ears.get(srcObject).map((ear) => {
    const bins = new Float32Array(ear.frequencyBinCount);
    ear.getFloatFrequencyData(bins);
    const loudest = bins.indexOf(Math.max(...bins));
    return bins[loudest] > -70 ? (loudest * ear.context.sampleRate) / ear.fftSize : 0;
  });
}"""

# Writes down when each bell sounds, by the clock of the machine that all pages share.
LISTEN = """() => {
  window.__struck = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when = 0) {
    const { currentTime, outputLatency } = this.context;
    const sounds = Date.now() + (Math.max(when, currentTime) - currentTime + (outputLatency || 0)) * 1000;
    window.__struck.push(sounds);
    return start.call(this, when);
  };
}"""

# Writes down how the microphone is asked for from now on.
ASKED = """() => {
  window.__asked = [];
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wanted) => {
    if (wanted.audio) window.__asked.push(wanted.audio);
    return ask(wanted);
  };
}"""

# What this page's own sound is sent as.
SENT = """async () => {
  for (const stat of (await window.__connections.at(-1).getStats()).values()) {
    if (stat.type !== "outbound-rtp" || stat.kind !== "audio") continue;
    return (await window.__connections.at(-1).getStats()).get(stat.codecId)?.sdpFmtpLine ?? "";
  }
  return "";
}"""


def two_tones(seconds: int = 8) -> bytes:
    """A WAV file with one tone in each ear."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(
            b"".join(
                struct.pack(
                    "<hh", *(round(9_000 * math.sin(2 * math.pi * hertz * n / RATE)) for hertz in (LEFT, RIGHT))
                )
                for n in range(RATE * seconds)
            )
        )
    return out.getvalue()


async def ears(listener: Person, member: int) -> tuple[float, float]:
    left, right = await listener.page.evaluate(EARS, member)
    return left, right


async def the_bell_rings_at_once_everywhere(it: KindRoom) -> None:
    """Begun by the therapist; each page strikes for itself, within 200 ms of the others, and counts down."""
    pages = [it.therapist, *it.clients]
    for person in pages:
        await person.page.evaluate(LISTEN)
    await it.tool("bell")
    await it.therapist.at("bell-length").select_option("1")
    await it.therapist.at("bell-silent").select_option("0")
    await it.therapist.at("bell-begin").click()
    for client in it.clients:
        await client.at("bell-left").wait_for()

    async def struck() -> list[float] | None:
        times = [await person.page.evaluate("window.__struck") for person in pages]
        return [min(time) for time in times] if all(times) else None

    first = await until(struck, "the first bell is struck everywhere")
    assert first is not None
    print(f"the bell sounded within {max(first) - min(first):.0f} ms on {len(first)} pages")
    assert max(first) - min(first) < 200
    await it.therapist.at("bell-pause").click()
    held = await it.clients[0].at("bell-left").inner_text()
    await it.therapist.at("bell-ring").click()
    await it.therapist.at("bell-end").click()
    await it.clients[0].at("bell-strip").wait_for(state="detached")
    assert held in ("0:59", "1:00")


async def music_is_heard_in_stereo(it: KindRoom) -> None:
    """A file of the therapist's device: one tone in each ear of every client, and a voice in one channel before it."""
    member = it.numbers["Therapist"]
    assert "stereo=1" not in await it.therapist.page.evaluate(SENT)
    offers = [client.negotiations for client in it.clients]
    await it.tool("music")
    file = {"name": "My own song.wav", "mimeType": "audio/wav", "buffer": two_tones()}
    await it.therapist.at("music-file").set_input_files(file)
    await it.therapist.at("music-voice").fill("0")
    await it.therapist.at("music-play").click()
    for client in it.clients:
        await client.at("music-strip").wait_for()

        async def apart(client: Person = client) -> bool:
            left, right = await ears(client, member)
            return abs(left - LEFT) < 15 and abs(right - RIGHT) < 15

        await until(apart, f"{client.name} hears each tone in its own ear", 15)
    assert "stereo=1" in await it.therapist.page.evaluate(SENT)
    assert [client.negotiations for client in it.clients] == offers
    for client in it.clients:
        assert not await it.frames_tell(client, "My own song")
    await it.therapist.at("music-stop").click()
    for client in it.clients:
        await client.at("music-strip").wait_for(state="detached")

        async def as_before(client: Person = client) -> bool:
            left, right = await ears(client, member)
            return left == right > 0 and abs(left - 500) < 15

        await until(as_before, f"{client.name} hears the voice in one channel again", 15)


async def draw(person: Person, *places: tuple[float, float]) -> None:
    """A line on the sheet, by hand; places are parts of its width and height."""
    box = await person.at("board-sheet").bounding_box()
    assert box is not None
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    mouse = person.page.mouse
    await mouse.move(*points[0])
    await mouse.down()
    for point in points[1:]:
        await mouse.move(*point, steps=8)
    await mouse.up()


async def on_the_sheet(person: Person, count: int) -> None:
    sheet = person.at("board-sheet")

    async def counted() -> bool:
        # What is on its way is drawn as well, and for a moment beside what came back of it.
        titles = await sheet.locator("title").count()
        return titles == count == int(str(await sheet.get_attribute("data-marks")))

    await until(counted, f"{person.name} sees {count} marks", 10)


async def two_draw_on_one_board(it: KindRoom) -> None:
    """By hand and by keyboard, undone by their maker, named for staff alone; an own sheet is private until shown."""
    ann, ben = it.clients
    await it.tool("board")
    await it.therapist.at("board-prompt").fill("A place where I feel safe")
    await it.therapist.at("board-open").click()
    for client in it.clients:
        await client.at("board").get_by_text("A place where I feel safe").wait_for()
    await draw(ann, (0.1, 0.2), (0.4, 0.6), (0.7, 0.2))
    for person in (it.therapist, ann, ben):
        await on_the_sheet(person, 1)
    await ben.at("board-form-heart").check()
    await ben.at("board-keys").focus()
    await ben.page.keyboard.press("ArrowRight")
    await ben.page.keyboard.press("Enter")
    for person in (it.therapist, ann, ben):
        await on_the_sheet(person, 2)
    drew = await it.therapist.at("board-drew").inner_text()
    assert all(client.name in drew for client in it.clients)
    assert not await ann.page.get_by_text(f"Heart, Sea, by {ben.name}").count()
    await ann.at("board-undo").click()
    for person in (it.therapist, ann, ben):
        await on_the_sheet(person, 1)
    # Ben draws for himself: nobody learns of it until he shows it.
    it.therapist.frames.clear()
    await ben.at("board-view-own").click()
    await ben.at("board-form-line").check()
    await draw(ben, (0.2, 0.2), (0.8, 0.8))
    await ben.at("board-own-words").fill("A path through a wood")
    assert not await it.frames_tell(it.therapist, "path through")
    await ben.at("board-show").click()
    shown = ann.page.locator("[data-testid^=board-view-]").nth(2)
    await shown.click()
    await ann.at("board").get_by_text("A path through a wood").wait_for()
    assert ben.name not in await ann.at("board").inner_text()
    assert ben.name in await it.therapist.at("board").inner_text()
    async with ann.page.expect_download() as saved:
        await ann.at("board-save").click()
    picture = (await (await saved.value).path()).read_bytes()
    assert picture.startswith(b"\x89PNG")
    # Locked, nobody but those who lead draws on the shared sheet.
    await it.therapist.at("board-lock").check()
    await ann.at("board-view-shared").click()
    await ann.page.locator("[data-testid=board-sheet][data-draws=false]").wait_for()
    await it.therapist.at("board-close").click()
    for client in it.clients:
        await client.at("board").wait_for(state="detached")


async def looked_at(it: KindRoom) -> None:
    """What is on the screens in the middle of it, for whoever needs contrast, names, order and room."""
    looks = Looks()
    ann = it.clients[0]
    await it.tool("bell")
    await it.therapist.at("bell-begin").click()
    await ann.at("bell-strip").wait_for()
    for tool, begin, there in (("calm", "calm-show", "calm"), ("board", "board-open", "board")):
        await it.tool(tool)
        await it.therapist.at(begin).click()
        await ann.at(there).wait_for()
        await looks.look(ann, f"{tool}, client")
        await looks.look(it.therapist, f"{tool}, therapist", narrow=False)
    await it.tool("music")
    await looks.look(it.therapist, "music, therapist", narrow=False)
    assert looks.faults == []
    for tool, end in (("board", "board-close"), ("calm", "calm-hide"), ("bell", "bell-end")):
        await it.tool(tool)
        await it.therapist.at(end).click()
    await ann.at("bell-strip").wait_for(state="detached")


async def one_voice_leads(it: KindRoom) -> None:
    """Guided, the therapist alone is heard, as they sound and in stereo; clients read so."""
    ann, ben = it.clients
    await it.therapist.page.evaluate(ASKED)
    await it.tool("calm")
    await it.therapist.at("guide").click()
    for client in it.clients:
        await client.page.locator("[data-testid=call][data-quiet=guided]").wait_for()
        await client.at("quiet-on").get_by_text("only the guide can be heard").wait_for()
    await silent(ben, it.numbers[ann.name])

    async def hears_the_guide() -> bool:
        return (await ben.perceives()).voices.get(str(it.numbers["Therapist"])) == 0

    await until(hears_the_guide, "Ben hears the guide")

    async def as_it_sounds() -> bool:
        return "stereo=1" in await it.therapist.page.evaluate(SENT)

    await until(as_it_sounds, "the guide is sent in stereo")
    asked = await it.therapist.page.evaluate("window.__asked")
    assert [one["echoCancellation"] for one in asked] == [False]
    await it.therapist.at("guide").click()
    await ben.page.locator("[data-testid=call]:not([data-quiet])").wait_for()
    log = await it.clinic.log(it.session)
    assert not [e for e in log if isinstance(e, MediaChanged) and e.member == it.numbers["Therapist"]]


async def play(it: KindRoom) -> None:
    """A room in the middle of a guided sitting."""
    await it.tool("bell")
    await it.therapist.at("bell-length").select_option("20")
    await it.therapist.at("bell-begin").click()
    await it.therapist.at("bell-strip").wait_for()
    await it.tool("calm")
    await it.therapist.at("calm-show").click()
    await it.therapist.at("guide").click()
    for person in (it.therapist, *it.clients):
        await person.at("calm").wait_for()


@pytest.mark.asyncio
async def test_a_mindfulness_session(tmp_path: Path) -> None:
    """Bell, music, calm picture and drawing board with two clients; the rows are those of any session."""
    async with kind_room(tmp_path, "holistic", clients=2) as it:
        await the_bell_rings_at_once_everywhere(it)
        await music_is_heard_in_stereo(it)
        await two_draw_on_one_board(it)
        await looked_at(it)
        await one_voice_leads(it)
        await play(it)
        rows = await it.end()
        assert {row["client"] for row in rows} == {it.person(client.name) for client in it.clients}
