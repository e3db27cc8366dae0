"""A client's network loses packets and then narrows, through the whole server: what real Chromium hears and sees."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.browser import Person, people
from tests.support.server import running
from tests.support.wait import holds, until
from tests.whole.clinic import clinic_of, come_in, enter_as_staff
from tests.whole.evening import everybody_sees_everybody, sign_in

pytestmark = pytest.mark.whole

CONCEALED_AT_MOST = 0.12
"""Share of the sound that may be made up at 20 % loss."""
MEASURED = 6 * 48_000
"""Samples of one voice."""
NARROW = 100_000
"""Bits a second: one voice fits, and not the smallest picture beside it."""

LOOK = """async () => {
  const found = {samples: 0, concealed: 0, sounds: 0, frames: 0};
  for (const stat of (await window.__connections.at(-1).getStats()).values()) {
    if (stat.type !== "inbound-rtp") continue;
    if (stat.kind === "audio") {
      found.samples += stat.totalSamplesReceived ?? 0;
      found.concealed += stat.concealedSamples ?? 0;
      found.sounds += stat.packetsReceived;
    } else {
      found.frames += stat.framesDecoded ?? 0;
    }
  }
  return found;
}"""


KINDS = """async () => {
  const {sdp} = window.__connections.at(-1).remoteDescription;
  return ["red/48000", "VP8/90000"].map((codec) => Number(new RegExp(`a=rtpmap:(\\\\d+) ${codec}`).exec(sdp)[1]));
}"""
"""The payload types of sound in RED, of which statistics name the codec inside, and of pictures."""


class Came(NamedTuple):
    """What a page counts of its only voice and picture, so far."""

    samples: int
    concealed: int
    sounds: int
    """Packets."""
    frames: int


async def came(person: Person) -> Came:
    return Came(**await person.page.evaluate(LOOK))


async def made_up(person: Person) -> float:
    """The share of what is heard in the next seconds that the page makes up."""
    before = await came(person)

    async def heard() -> bool:
        return (await came(person)).samples - before.samples >= MEASURED

    await until(heard, f"{person.name} hears for some seconds", 20)
    after = await came(person)
    assert after.frames > before.frames, f"{person.name} sees nothing"
    return (after.concealed - before.concealed) / (after.samples - before.samples)


@pytest.mark.asyncio
async def test_sound_survives_loss_and_pictures_rest_on_a_narrow_path(tmp_path: Path) -> None:
    """At 20 % loss both ways sound goes in RED both ways and is heard; on 100 kbit/s the picture rests, which the page
    says, with no video packet and whole sound; and it comes back by itself."""
    async with running(tmp_path / "data") as server, people() as crowd:
        clinic = clinic_of(server)
        therapist = await crowd.person(0, "Therapist", phone=False)
        sky = await crowd.person(1, "Sky", relayed=True)
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)
        await come_in(therapist, (sky, clinic.group_link(1)))
        await everybody_sees_everybody([therapist, sky])
        red, vp8 = await sky.page.evaluate(KINDS)
        up, down = sky.relay.up, sky.relay.down
        assert up.kinds[red] > 0
        assert down.kinds[red] == 0, "copies are for paths that lose packets"

        up.loss = down.loss = 0.2

        async def copies() -> bool:
            return down.kinds[red] > 0

        await until(copies, "Sky is sent copies of the sound", 20)
        for person in (sky, therapist):
            kinds = Counter(up.kinds if person is therapist else down.kinds)
            share = await made_up(person)
            gone = (up.kinds if person is therapist else down.kinds) - kinds
            assert gone[red] > 200, f"what {person.name} hears is not sent in RED"
            print(f"20 % loss: {share:.1%} of what {person.name} hears is made up")
            assert share < CONCEALED_AT_MOST
        up.loss = down.loss = 0.0

        down.rate = NARROW
        await sky.at("paused").wait_for(timeout=20_000)
        before, pictures = await came(sky), down.kinds[vp8]

        async def rests() -> bool:
            return down.kinds[vp8] == pictures

        await holds(rests, "a picture that rests was sent")
        assert (await came(sky)).sounds > before.sounds + 50
        assert list((await sky.perceives()).pictures.values()).count(therapist.number) == 0
        assert await therapist.at("paused").count() == 0

        down.rate = None
        await sky.at("paused").wait_for(state="detached", timeout=20_000)
        await everybody_sees_everybody([therapist, sky])
