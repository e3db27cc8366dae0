"""Takes the pictures of every kind of session with a full room: `python -m tests.whole.tour_kinds [KIND ...]`.

Not a test; part of `make tour`. Each kind is really held: the host's page on a laptop and a client's on a phone are
Chromium, the others of the room are simulated participants, and what is shown is what the kind's own story brings the
room to (`play` of tests/whole/test_kind_*.py). In the light and in the dark.
"""

import asyncio
import io
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from PIL import Image

from tests.support.browser import Person, people
from tests.support.server import running
from tests.support.wait import until
from tests.whole.clinic import clinic_of, enter_as_staff
from tests.whole.crowd import attending, invite
from tests.whole.evening import count_is, members_of, open_link, sign_in
from tests.whole.kinds import KindRoom

DOCS = Path(__file__).parents[2] / "docs"
IMAGES = DOCS / "images" / "tour"
PORTRAIT = (Path(__file__).parents[1] / "support/portrait.js").read_text()
LAPTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
COLOURS = 160
SETTLED = 4.0
"""Seconds for pictures to reach their full size."""


@dataclass(frozen=True)
class Held:
    """One kind of session of the tour."""

    kind: str
    title: str
    words: str
    clients: int
    story: str = ""
    """Whose `play` brings the room there; empty is that of the kind itself."""


HELD = (
    Held("group_therapy", "Group therapy", "The same circle on every screen; a go-around with a gentle clock.", 12),
    Held("individual", "Individual counselling", "Two large pictures, and the goals of the plan at hand.", 1),
    Held("family", "Family session", "Who is expected is listed before; a moment alone is one click away.", 1),
    Held("workshop", "Education and skills", "Slides, polls and questions; up to thirty-five people.", 16),
    Held("relapse_prevention", "Relapse-prevention planning", "A plan that is written together, and stays theirs.", 8),
    Held("holistic", "Mindfulness and creative work", "One voice, a bell, a calm picture, a board to draw on.", 10),
    Held("aftercare", "Aftercare", "Drop in by one's own link; cards of the meeting's format.", 12),
    Held("alumni", "Alumni and peer support", "A room that stands open, hosted by a peer.", 12),
)


async def main(only: Sequence[str]) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    for held in HELD:
        if not only or held.kind in only:
            with tempfile.TemporaryDirectory(prefix="tour-") as folder:
                await show(held, Path(folder))


async def show(held: Held, folder: Path) -> None:
    """Hold it, and take its pictures."""
    play: Callable[[KindRoom], Awaitable[None]] = import_module(f"tests.whole.test_kind_{held.story or held.kind}").play
    real = min(2, held.clients)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running(folder / "data"))
        crowd = await stack.enter_async_context(people(script=PORTRAIT.replace("SPEAKS", "false")))
        clinic = clinic_of(server)
        full = await invite(server, clinic, held.clients, held.kind)
        named = [{"alias": a, "person": p} for a, p in zip(full.aliases, full.people, strict=True)]
        clinic = replace(clinic, clients=named)
        therapist = await crowd.person(0, "Therapist", phone=False)
        clients = [await crowd.person(place + 1, full.aliases[place]) for place in range(real)]
        await therapist.page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
        for client in clients:
            await client.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)
        if held.clients > real:
            await stack.enter_async_context(attending(server, full.links[real:]))
        coming = [open_link(client, link, "call") for client, link in zip(clients, full.links[:real], strict=True)]
        await asyncio.gather(*coming, all_in(therapist, held.clients))
        it = KindRoom(held.kind, server, clinic, crowd, therapist, clients, {})
        it.numbers = await members_of([therapist, *clients])
        await play(it)
        await asyncio.sleep(SETTLED)
        for who, size in ((therapist, "laptop"), (clients[0], "phone")):
            for scheme in ("light", "dark"):
                await take(who, held, f"{size}-{scheme}", scheme)


async def all_in(therapist: Person, clients: int) -> None:
    """Whoever waits is let in, until everybody is there."""
    tiles = therapist.page.locator("[data-testid^=tile-]")

    async def there() -> bool:
        button = therapist.at("admit-all")
        if await button.count() and await button.is_visible() and await button.is_enabled():
            await button.click()
        return await count_is(tiles, clients + 1)

    await until(there, f"{clients} clients are in the room", 60)


async def take(who: Person, held: Held, name: str, scheme: str) -> None:
    await who.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    await who.page.mouse.move(0, 0)
    taken = Image.open(io.BytesIO(await who.page.screenshot())).convert("RGB")
    taken.quantize(COLOURS).save(IMAGES / f"kind-{held.kind}-{name}.png", optimize=True)
    print(f"{held.kind}, {name}", file=sys.stderr)


def chapter() -> str:
    """Its part of docs/tour.md."""
    lines = [
        "## Every kind of session\n",
        "Each with a full room, held by `make tour`: the host's page on a laptop, a client's on a phone. Others in the",
        "room are simulated participants with drawn faces. What each kind has is in [kinds](kinds.md).\n",
    ]
    for held in HELD:
        lines.append(f"**{held.title}.** {held.words}\n")
        for scheme in ("light", "dark"):
            lines.append(
                f'<img src="images/tour/kind-{held.kind}-laptop-{scheme}.png" '
                f'alt="{held.title}, the host on a laptop, {scheme}" width="620"> '
                f'<img src="images/tour/kind-{held.kind}-phone-{scheme}.png" '
                f'alt="{held.title}, a client on a phone, {scheme}" width="190">\n'
            )
    return "\n".join(lines)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
