"""How many sizes of a picture a browser really sends, for captures of four sizes: those too many it drops silently."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import Person, people
from tests.support.server import running
from tests.support.wait import holds, until
from tests.whole.clinic import clinic_of, come_in, enter_as_staff
from tests.whole.evening import sign_in

pytestmark = pytest.mark.whole

PLUGS = (Path(__file__).parents[1] / "support/plugs.js").read_text()
SIZES = {"1280x720": 3, "960x540": 3, "640x360": 2, "320x180": 1}
"""Capture -> layers of VP8 that Chromium sends."""
CAPTURE = """size => {
  const [width, height] = size.split("x").map(Number);
  const get = (window.__get ??= navigator.mediaDevices.getUserMedia);
  navigator.mediaDevices.getUserMedia = (wanted) =>
    get({ ...wanted, ...(wanted.video && { video: { width: { exact: width }, height: { exact: height } } }) });
}"""
LAYERS = """async () => {
  const sender = window.__connections.at(-1).getSenders()[1];
  const asked = sender.getParameters().encodings.filter((one) => one.active).length;
  const stats = [...(await sender.getStats()).values()].filter((one) => one.type === "outbound-rtp");
  const { width, height } = sender.track?.getSettings() ?? {};
  const frames = Object.fromEntries(stats.map((one) => [one.rid, one.framesSent]));
  return {asked, frames, capture: `${width}x${height}`};
}"""


@pytest.mark.asyncio
async def test_as_many_layers_are_sent_as_a_capture_is_large_enough_for(tmp_path: Path) -> None:
    """A camera that changes its size in the middle of a session is sent in as many sizes as Chromium really sends of
    it: no more are asked for, and none that is asked for is missing."""
    async with running(tmp_path / "data") as server, people(script=PLUGS) as crowd:
        clinic = clinic_of(server)
        therapist, sky = await crowd.person(0, "Therapist", phone=False), await crowd.person(1, "Sky", phone=False)
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)
        await come_in(therapist, (sky, clinic.group_link(1)))
        # Both pages share the one device, which is as large as whoever opened it first has asked for.
        await therapist.at("camera").click()
        await therapist.page.locator("[data-testid=camera][aria-pressed=false]").wait_for()
        await sky.page.locator("[data-testid=camera][aria-pressed=true]").wait_for()
        for size, layers in SIZES.items():
            await sky.page.evaluate(CAPTURE, size)
            for on in ("false", "true"):
                await sky.at("camera").click()
                await sky.page.locator(f"[data-testid=camera][aria-pressed={on}]").wait_for()
            try:
                await until(partial(_sends, sky, size, layers), f"a capture of {size} is sent in {layers} sizes", 25)
            except AssertionError as error:
                raise AssertionError(f"{error}: {await sky.page.evaluate(LAYERS)}") from None
            await holds(partial(_asks, sky, layers), f"more than {layers} sizes of {size}")


async def _sends(person: Person, size: str, layers: int) -> bool:
    """Frames of this capture go out in so many sizes: every one that is asked for has more than a moment ago."""
    now: dict[str, Any] = await person.page.evaluate(LAYERS)
    if now["capture"] != size or now["asked"] != layers:
        return False
    before = {rid: count or 0 for rid, count in now["frames"].items()}

    async def more() -> bool:
        later = (await person.page.evaluate(LAYERS))["frames"]
        return bool(sum((later.get(rid) or 0) > count for rid, count in before.items()) == layers)

    try:
        await until(more, "every size has new frames", 3)
    except AssertionError:
        return False
    return True


async def _asks(person: Person, layers: int) -> bool:
    return bool((await person.page.evaluate(LAYERS))["asked"] == layers)
