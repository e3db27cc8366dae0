"""Evidence in the log of a live session: breaks, what flows from a real page over a real worker, a clock that steps."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from telehealth.clock import Clock
from telehealth.core import events as did
from telehealth.core.attendance import Modality
from telehealth.core.events import Flow
from telehealth.core.ids import Millis
from tests.live.test_failover import Page, registered
from tests.live.test_media import worker_process
from tests.support.signal import Clinic, Node, P, node_of, seated
from tests.support.wait import until


class PageWithPicture(Page):
    """Sends pictures, too, while its camera is on."""

    camera = True

    async def start(self) -> None:
        await super().start()
        self._pictures = asyncio.create_task(self._send_pictures(), name=f"pictures of {self.person.who}")

    async def close(self) -> None:
        self._pictures.cancel()
        await asyncio.wait([self._pictures])
        await super().close()

    async def _send_pictures(self) -> None:
        while True:
            if self.rtc is not None and self.camera:
                self.rtc.send_video()
            await asyncio.sleep(0.1)


async def recorded(clinic: Clinic, flow: Flow) -> did.MediaFlowed:
    """The event that says so, once it is in the log."""

    async def found() -> did.MediaFlowed | None:
        flows = [e for e in await clinic.log() if isinstance(e, did.MediaFlowed) and e.member == 2]
        return flows[-1] if flows and flows[-1].flow is flow else None

    event = await until(found, f"{flow} is recorded", 20)
    assert event is not None
    return event


@pytest.mark.asyncio
async def test_what_flows_is_recorded(clinic: Clinic, node: Node, tmp_path: Path) -> None:
    """A camera that sends is audio-video, one that stops is audio-only since it stopped, and the row has both."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(worker_process(clinic, tmp_path, 0))
        await registered(clinic, 1)
        alice, bob = clinic.person("alice"), clinic.person("bob")
        await alice.join(node)
        await bob.join(node, microphone=True, camera=True)
        await alice.sees(lambda a: a.room["waiting"], "sees who waits")
        await alice.do("admit")
        page = PageWithPicture(bob)
        await page.start()
        stack.push_async_callback(page.close)
        first = await recorded(clinic, Flow.AUDIO_VIDEO)
        assert first.at - first.since >= 3_000
        page.camera = False
        stopped = clinic.clock.now()
        second = await recorded(clinic, Flow.AUDIO_ONLY)
        assert abs(second.since - stopped) < 2_000
        await alice.do("end")
    (row,) = [row async for _, row in clinic.store.attendance.closed(P, 0, 2**45) if row.client == "person-bob"]
    assert row.modality is Modality.MIXED
    assert row.audio_video_ms >= second.since - first.since - 1
    assert row.audio_only_ms > 0
    assert row.audio_video_ms + row.audio_only_ms <= row.attended_ms == row.milliseconds
    assert row.facilitators == ("person-alice",)


@pytest.mark.asyncio
async def test_a_break_is_seen_by_all_and_counted_apart(clinic: Clinic, node: Node) -> None:
    """A host begins and ends it, a client may not; beginning twice is once; its time is not attended time."""
    alice, bob = await seated(clinic, node, "bob")
    assert await bob.refused("break", on=True) == "not_allowed"
    await alice.do("break", on=True)
    await alice.do("break", on=True)
    since = await bob.sees(lambda b: b.room["break_since"], "sees the break")
    await alice.do("break", on=False)
    await bob.sees(lambda b: b.room["break_since"] is None, "sees it end")
    await alice.do("break", on=True)
    await alice.do("end")
    log = await clinic.log()
    began = [e for e in log if isinstance(e, did.BreakBegan)]
    over = [e for e in log if isinstance(e, did.BreakEnded)]
    assert [e.by for e in (*began, *over)] == [1, 1, 1, 1]
    assert began[0].at == since
    (row,) = [row async for _, row in clinic.store.attendance.closed(P, 0, 2**45) if row.client == "person-bob"]
    assert row.break_ms == sum(end.at - start.at for start, end in zip(began, over, strict=True))
    assert row.attended_ms == row.milliseconds - row.break_ms


class Stepped(Clock):
    """A clock of a machine whose wall clock somebody sets."""

    ahead: Millis = 0

    def offset(self) -> Millis:
        return self.ahead


@pytest.mark.asyncio
async def test_a_step_of_the_wall_clock_is_an_event_and_no_minute(clinic: Clinic) -> None:
    """An hour's step is recorded once in every open room, and nobody's time changes by it."""
    clock = Stepped()
    async with node_of(clinic, clock=clock) as node:
        alice, _ = await seated(clinic, node, "bob")
        clock.ahead = 3_600_000

        async def steps() -> list[did.ClockStepped]:
            return [e for e in await clinic.log() if isinstance(e, did.ClockStepped)]

        (step,) = await until(steps, "the step is recorded")
        assert step.offset == 3_600_000
        clock.ahead += 900  # what NTP does all day
        await alice.do("end")
        assert len(await steps()) == 1
    (row,) = [row async for _, row in clinic.store.attendance.closed(P, 0, 2**45) if row.client == "person-bob"]
    assert 0 < row.milliseconds < 60_000
