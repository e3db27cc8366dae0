"""Several simulated participants in one process: one for each join link, for a newcomer who is alone with the demo.

Everybody comes as soon as their face and voice are drawn, one after the other, as people do; takes part until the time
is over or a signal comes; and leaves in good order. On each change it says how many wait and how many are seated.
"""

import asyncio
import re
import signal
from collections import Counter
from collections.abc import Callable, Sequence

from .face import loops
from .participant import Participant
from .sender import Looks
from .voice import voice

LEAVE_WITHIN = 3.0
"""Seconds to say goodbye and to close the connection, before a participant is told again to leave."""
_LINK = re.compile(r"https?://\S+?/j#[A-Za-z0-9_-]+")


def links_in(text: str) -> list[str]:
    """The join links in a text, such as what `make run` prints; each once."""
    return list(dict.fromkeys(_LINK.findall(text)))


async def run(links: Sequence[str], seconds: float | None, say: Callable[[str], None]) -> None:
    """Let one participant for each link take part, for some seconds or until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    crowd: list[Participant] = []
    before = ""
    leaving = False

    def changed() -> None:
        nonlocal before
        counted = Counter(one.state for one in crowd)
        now = f"{counted['waiting']} in the waiting room, {counted['seated']} in the room"
        reasons = sorted({one.why for one in crowd if one.state == "gone" and one.why})
        if reasons:
            now += f", {counted['gone']} gone ({', '.join(reasons)})"
        if now != before and not leaving:
            before = now
            say(now)
        if counted["gone"] == len(links):
            stop.set()

    tasks: list[asyncio.Task[None]] = []
    try:
        async with asyncio.timeout(seconds):
            for at, link in enumerate(links):
                face, words = await asyncio.to_thread(loops, at), await asyncio.to_thread(voice, at)
                crowd.append(Participant(link, Looks(face, words, at, len(links)), changed))
                tasks.append(asyncio.create_task(crowd[-1].run()))
            await stop.wait()
    except TimeoutError:
        pass
    finally:
        leaving = True
        # asyncio.wait_for, by which the library waits for answers, loses a cancellation that comes together with one
        # (Python 3.11), and the participant would go on for ever.
        while going_on := [task for task in tasks if not task.done()]:
            for task in going_on:
                task.cancel()
            await asyncio.wait(going_on, timeout=LEAVE_WITHIN)
        await asyncio.gather(*tasks, return_exceptions=True)
