"""`python -m bench.join`: from a click until somebody is seen, in real Chromium, with four people in the room.

Two ways in are measured. *Join*: a member of staff, in front of the mirror with camera and microphone on, clicks on
"Enter"; three clients are there. *Admit*: a client waits, connected; the host clicks on "Admit"; three people are
there. Each ends when the first frame of somebody else has been decoded and stands on the page (`loadeddata` of its
video), which is a little later than the decoder alone. Everybody's pictures are of Chromium's own test camera, encoded
and decoded for real. Join is measured once more with 100 ms of round trip added to everybody's signalling and media.
ROUNDS=20 of each; ONLY=join, admit or far measures one of the three and writes nothing.
"""

import asyncio
import json
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.support.browser import People, Person, people
from tests.support.server import Server, running
from tests.support.wait import until
from tests.whole.clinic import Clinic, clinic_of, come_in, enter_as_staff
from tests.whole.evening import open_again, open_link, sign_in

from .way import longer

RESULTS = Path(__file__).parent.parent / "results"
PROBE = (Path(__file__).parent / "probe.js").read_text()
ROUND_TRIP = 0.1
Marks = list[tuple[str, float]]

STEPS = (
    ("the join is asked", "asks 42"),
    ("the join is answered", "told 43"),
    ("the offer is set", "offer set"),
    ("the answer is set", "answer set"),
    ("ICE is connected", "iceConnectionState connected"),
    ("DTLS is connected", "connectionState connected"),
    ("somebody is seen", "picture"),
)
"""What is printed of each join, and how its mark begins (probe.js)."""


@dataclass(frozen=True, slots=True)
class Round:
    """Milliseconds since the click."""

    first: float
    everybody: float
    marks: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Evening:
    """A room with people in it."""

    server: Server
    clinic: Clinic
    crowd: People
    therapist: Person
    clients: list[Person]


@asynccontextmanager
async def evening(clients: int, delay: float) -> AsyncIterator[Evening]:
    """The therapist and so many clients in the demo's group, `delay` seconds away each way."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        server = await stack.enter_async_context(running(folder / "data"))
        flags = []
        if delay:
            port = await stack.enter_async_context(longer(server.port, delay))
            flags.append(f"--host-resolver-rules=MAP 127.0.0.1:{server.port} 127.0.0.1:{port}")
        crowd = await stack.enter_async_context(people(script=PROBE, flags=flags))
        everybody = [
            await crowd.person(number, name, phone=number > 0, relayed=bool(delay))
            for number, name in list(enumerate(("Therapist", "Sky", "Max", "Ash")))[: clients + 1]
        ]
        for person in everybody:
            person.relay.up.delay = person.relay.down.delay = delay
        therapist = everybody[0]
        clinic = clinic_of(server)
        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        yield Evening(server, clinic, crowd, therapist, everybody[1:])


async def marks_of(person: Person) -> Marks:
    return [(what, float(at)) for what, at in await person.page.evaluate("window.__marks")]


async def seen(person: Person, count: int) -> Marks:
    """The page's marks once so many people are seen."""

    async def all_seen() -> Marks | None:
        marks = await marks_of(person)
        return marks if sum(what == "picture" for what, _ in marks) >= count else None

    found = await until(all_seen, f"{person.name} sees {count}", 20)
    assert found is not None
    return found


async def ready(person: Person, *wanted: str) -> None:
    """Wait for marks, and then for a moment that nobody chose."""

    async def there() -> bool:
        marks = {what for what, _ in await marks_of(person)}
        return all(one in marks for one in wanted)

    await until(there, f"{person.name} is ready ({', '.join(wanted)})", 20)
    await asyncio.sleep(random.uniform(0.3, 0.9))


def round_of(clicked: float, marks: Marks) -> Round:
    after = [(what, at - clicked) for what, at in marks if at >= clicked]
    pictures = [at for what, at in after if what == "picture"]
    return Round(pictures[0], pictures[-1], tuple(after))


def last(marks: Marks, what: str) -> float:
    return [at for said, at in marks if said == what][-1]


async def joins(rounds: int, delay: float) -> list[Round]:
    """The therapist goes out and comes in again, to three clients."""
    found = []
    async with evening(3, delay) as it:
        therapist = it.therapist
        await enter_as_staff(therapist, it.clinic, it.clinic.group)
        places = enumerate(it.clients, 1)
        await come_in(therapist, *((client, it.clinic.group_link(place)) for place, client in places))
        for client in it.clients:
            await seen(client, 3)
        for number in range(rounds):
            await therapist.at("leave").click()
            await therapist.at("leave-confirm").click()
            await therapist.at("left").wait_for()
            await therapist.page.evaluate("sessionStorage.removeItem('entered')")
            await therapist.page.goto("about:blank")
            await therapist.page.goto(f"{it.server.base}/room#{it.clinic.group}")
            await therapist.at("check-continue").wait_for()
            await until(lambda: mirror(therapist), "the mirror shows something")
            await ready(therapist)
            await therapist.at("check-continue").click()
            marks = await seen(therapist, 3)
            found.append(round_of(last(marks, "click check-continue"), marks))
            say(f"join {number + 1}, {'100 ms added' if delay else 'loopback'}: {found[-1].first:.0f} ms")
    return found


async def mirror(person: Person) -> bool:
    return bool(await person.page.evaluate("(document.querySelector('.mirror video')?.readyState ?? 0) >= 2"))


async def admissions(rounds: int) -> list[Round]:
    """A client waits, is admitted to three people, leaves, and comes again."""
    found = []
    async with evening(3, 0) as it:
        therapist, newcomer = it.therapist, it.clients[-1]
        await enter_as_staff(therapist, it.clinic, it.clinic.group)
        places = enumerate(it.clients[:-1], 1)
        await come_in(therapist, *((client, it.clinic.group_link(place)) for place, client in places))
        await open_link(newcomer, it.clinic.group_link(len(it.clients)))
        waiting = therapist.page.locator("[data-testid^=waiting-]")
        for number in range(rounds):
            await ready(newcomer, "connectionState connected")
            await waiting.first.wait_for()
            await therapist.at("admit-all").click()
            marks = await seen(newcomer, 3)
            clicked = last(await marks_of(therapist), "click admit-all")
            found.append(round_of(clicked, marks))
            say(f"admission {number + 1}: {found[-1].first:.0f} ms")
            await newcomer.at("leave").click()
            await newcomer.at("leave-confirm").click()
            await newcomer.at("left").wait_for()
            await newcomer.page.goto("about:blank")
            await newcomer.page.goto(it.clinic.group_link(len(it.clients)))
            await open_again(newcomer, "waiting")
    return found


def table(measured: dict[str, Sequence[Round]]) -> str:
    rows = ["| | median | worst | all three seen, median | wanted |", "| --- | --- | --- | --- | --- |"]
    wanted = {
        "join_loopback": "median 250, worst 600",
        "join_100ms": "median 800",
        "admit_loopback": "median 200",
    }
    for name, rounds in measured.items():
        first, everybody = [one.first for one in rounds], [one.everybody for one in rounds]
        cells = (name, f"{median(first):.0f}", f"{max(first):.0f}", f"{median(everybody):.0f}", wanted[name])
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def where(rounds: Sequence[Round]) -> str:
    """When each step is reached."""
    lines = []
    for step, begins in STEPS:
        reached = [next((at for what, at in one.marks if what.startswith(begins)), None) for one in rounds]
        times = [at for at in reached if at is not None]
        if times:
            lines.append(f"  {median(times):7.0f} ms  {step}")
    return "\n".join(lines)


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


async def run() -> None:
    rounds = int(os.environ.get("ROUNDS") or 20)
    only = os.environ.get("ONLY", "")
    busy = os.getloadavg()[0]
    if busy > 0.5 * len(os.sched_getaffinity(0)):
        say(f"the machine is busy (load {busy:.1f}): everything will look slower than it is")
    measured: dict[str, Sequence[Round]] = {}
    if only in ("", "join"):
        measured["join_loopback"] = await joins(rounds, 0.0)
    if only in ("", "admit"):
        measured["admit_loopback"] = await admissions(rounds)
    if only in ("", "far"):
        measured["join_100ms"] = await joins(rounds, ROUND_TRIP / 2)
    figures: dict[str, float] = {}
    for name, found in measured.items():
        figures[f"{name}_median_ms"] = round(median(one.first for one in found), 1)
        figures[f"{name}_worst_ms"] = round(max(one.first for one in found), 1)
        figures[f"{name}_everybody_median_ms"] = round(median(one.everybody for one in found), 1)
    print(table(measured))
    for name, found in measured.items():
        if name.startswith("join"):
            print(f"\n{name}, medians:\n{where(found)}")
    result = {
        "what": "From a click until somebody else is seen, four in the room; see docs/bench.md",
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "load_before": round(busy, 2),
        "machine": {"cores": len(os.sched_getaffinity(0)), "kernel": platform.release()},
        "rounds": rounds,
        "figures": figures,
        "each": {name: [round(one.first, 1) for one in found] for name, found in measured.items()},
    }
    if not only:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "join.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
