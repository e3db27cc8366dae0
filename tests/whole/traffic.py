"""What a page's peer connections negotiate, send and receive, as its browser counts it."""

from dataclasses import dataclass

from tests.support.browser import Person

COUNTING = """(() => {
  window.__offers = 0;
  const set = RTCPeerConnection.prototype.setLocalDescription;
  RTCPeerConnection.prototype.setLocalDescription = function (...given) {
    window.__offers += 1;
    return set.apply(this, given);
  };
})();"""
"""Runs before the page; every offer goes through `setLocalDescription`."""

LOOK = """async () => {
  const pc = window.__connections.at(-1);
  const found = {audio_sent: 0, video_sent: 0, audio_received: 0, video_received: 0, frames: 0};
  for (const stat of (await pc.getStats()).values()) {
    if (stat.type === "outbound-rtp") found[`${stat.kind}_sent`] += stat.packetsSent;
    if (stat.type === "inbound-rtp") {
      found[`${stat.kind}_received`] += stat.packetsReceived;
      found.frames += stat.framesDecoded ?? 0;
    }
  }
  return found;
}"""


@dataclass(frozen=True)
class Traffic:
    """Packets of all streams of the page's present connection together, and decoded pictures."""

    audio_sent: int
    video_sent: int
    audio_received: int
    video_received: int
    frames: int


async def count_offers(person: Person) -> None:
    """Count the offers of every page that is loaded from now on."""
    await person.page.add_init_script(COUNTING)


async def offers(person: Person) -> int:
    return int(await person.page.evaluate("window.__offers"))


async def connections(person: Person) -> int:
    """How many peer connections the page has made."""
    return int(await person.page.evaluate("window.__connections.length"))


async def traffic(person: Person) -> Traffic:
    return Traffic(**await person.page.evaluate(LOOK))
