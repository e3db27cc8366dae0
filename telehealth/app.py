"""The composition root: builds every part of a node once, in one visible order, and takes them down in reverse.

It owns order, and what happens at start and at the end; it decides nothing. What can be refused is refused first (the
port, the data folder, the key, an unsafe Redis), each with one sentence. The end begins with SIGTERM or Ctrl-C: no new
connections, "restart" to every page, proofs written, media workers, Redis. It takes under 5 s. While Redis is away at
run time nothing here stops: live media goes on, and the parts answer "not now" until it is back.
"""

import asyncio
import errno
import gc
import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp.web import SockSite
from prometheus_client import CollectorRegistry

from telehealth import demo, demo_past, demo_teaching, outgoing, packs, words
from telehealth.clock import Clock
from telehealth.core.ids import Millis
from telehealth.demo_room import DemoRoom
from telehealth.edge import agreement, agreement_book, web
from telehealth.edge.address import origins
from telehealth.edge.browser import Browsers
from telehealth.edge.signalling import Signalling
from telehealth.edge.turn import ice_servers
from telehealth.live.consents import by_agreements
from telehealth.live.rooms import Rooms, Rules
from telehealth.live.schedule import Schedule, scheduling
from telehealth.live.tallying import tallying
from telehealth.settings import Settings
from telehealth.store import embedded, outside
from telehealth.store.ports import Unavailable
from telehealth.store.redis_store import Store
from telehealth.store.sealed import BadKey, Keyring
from telehealth.supervisor import Children

log = logging.getLogger(__name__)

CLOCK_CHECK_EVERY = 60.0
CLOCK_OFF: Millis = 2_000
"""How far the wall clock may have stepped away before the log says so."""
_NOT_FOR_WORKERS = ("TELEHEALTH_KEY", "TELEHEALTH_NOTIFIER", "TELEHEALTH_SMTP", "TELEHEALTH_SMS")
READY_WITHIN = 20.0
"""Seconds for the media workers to register."""


class CannotStart(Exception):
    """One sentence for the operator."""


async def serve(
    settings: Settings,
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    with_demo: bool,
    ready: Callable[[Sequence[str]], None],
) -> None:
    """Run a node until SIGTERM or SIGINT.

    `command` is how this program is started again for its workers; `ready` is told the demo's lines.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    secret = settings.media_secret or secrets.token_urlsafe(32)
    rules = _packs(settings)
    async with AsyncExitStack() as house:
        listener = house.enter_context(_listen(settings))
        _make_folder(settings)
        redis_url = await house.enter_async_context(_redis(settings))
        store = await house.enter_async_context(_store(settings, redis_url))
        clock = Clock(await store.latest_time())
        house.enter_context(_watching(clock))
        lines: list[str] = []
        demo_room: DemoRoom | None = None
        if with_demo:
            now, policy = clock.now(), rules.policies[settings.policy]
            made = await demo.prepare(store, settings.data, settings.programme, now, settings.zone)
            await demo_past.furnish(store, made, policy, settings.demo_weeks, now, settings.zone)
            if settings.demo_weeks:
                await demo_teaching.furnish(store, made, rules.plan_form, now)
            lines = made.lines(settings.base_url)
            demo_room = DemoRoom(made, settings.base_url, command, environment)
        await house.enter_async_context(_media_workers(settings, command, environment, redis_url, secret))
        rooms = await house.enter_async_context(_rooms(settings, store, clock, secret, rules))
        await house.enter_async_context(_web(settings, store, clock, rooms, rules, listener, demo_room))
        await house.enter_async_context(outgoing.going_out(settings, store, clock, rules))
        await house.enter_async_context(scheduling(Schedule(store, clock)))
        await house.enter_async_context(tallying(store.programmes, store.tally, ZoneInfo(settings.zone)))
        # What there is now stays: a full collection in the middle of an export would walk over it for 20 to 75 ms.
        gc.collect()
        gc.freeze()
        if await _until_ready(settings, store, stop):
            log.info("ready at %s", settings.base_url)
            ready(lines)
        await stop.wait()
        log.info("stopping")
    log.info("stopped")


def _lists(settings: Settings) -> words.Words:
    try:
        return words.load(settings.policies)
    except (OSError, ValueError) as error:
        raise CannotStart(f"A list of the clinic's own cannot be used: {error}.") from None


def _packs(settings: Settings) -> packs.Packs:
    try:
        found = packs.load(settings.policies)
    except OSError:
        raise CannotStart("The folder that TELEHEALTH_POLICIES names cannot be read.") from None
    except ValueError as error:
        raise CannotStart(f"{error}.") from None
    if settings.policy not in found.policies:
        raise CannotStart(f"TELEHEALTH_POLICY names no known policy; there are {', '.join(sorted(found.policies))}.")
    if settings.level_of_care not in found.levels_of_care:
        known = ", ".join(sorted(found.levels_of_care))
        raise CannotStart(f"TELEHEALTH_LEVEL_OF_CARE names no known level; there are {known}.")
    if wrong := outgoing.wrong(settings, found):
        raise CannotStart(wrong)
    return found


def _listen(settings: Settings) -> socket.socket:
    """Take the port first: whoever starts a second server hears of it before anything else is touched."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=512)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"Port {settings.port} is taken by another program; choose another (--port, or make run PORT=...)."
            ) from None
        raise CannotStart(f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}.") from None


def _make_folder(settings: Settings) -> None:
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"The data folder {settings.data} cannot be made: {error.strerror}.") from None


@asynccontextmanager
async def _redis(settings: Settings) -> AsyncIterator[str]:
    """The address of a Redis that keeps what it acknowledges: our own child, or an outside one that was asked."""
    if settings.redis_url:
        try:
            for fault in await outside.check(settings.redis_url, allow_unsafe=settings.redis_unsafe):
                log.warning("the outside Redis may lose the record: %s", fault)
        except outside.UnsafeRedis as error:
            raise CannotStart(
                f"This Redis may lose the record, so it is not used. {error} (TELEHEALTH_REDIS_UNSAFE=yes, for trials.)"
            ) from None
        except Unavailable:
            raise CannotStart("The Redis that REDIS_URL names does not answer.") from None
        yield settings.redis_url
        return
    try:
        own = embedded.EmbeddedRedis(settings.redis_folder)
        url = await own.start()
    except OSError as error:
        raise CannotStart(f"The data folder {settings.data} cannot be used: {error.strerror}.") from None
    except embedded.CannotStart as error:
        raise CannotStart(str(error)) from None
    try:
        yield url
    finally:
        await own.stop()


@asynccontextmanager
async def _store(settings: Settings, redis_url: str) -> AsyncIterator[Store]:
    try:
        store = await Store.connect(redis_url, Keyring.load(settings.key, settings.key_file))
    except BadKey as error:
        raise CannotStart(str(error)) from None
    except Unavailable:
        raise CannotStart("Redis does not answer.") from None
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def _media_workers(
    settings: Settings, command: Sequence[str], environment: Mapping[str, str], redis_url: str, secret: str
) -> AsyncIterator[Children]:
    """The media workers of this node. They get no key: what they carry is sealed for somebody else, or media."""
    theirs = {name: value for name, value in environment.items() if not name.startswith(_NOT_FOR_WORKERS)}
    theirs |= {"REDIS_URL": redis_url, "TELEHEALTH_MEDIA_SECRET": secret, "TELEHEALTH_DATA": str(settings.data)}
    theirs.pop("TELEHEALTH_MEDIA_CONTROL", None)
    _sweep(settings.data)
    words = [*command, "media", "--index", "{index}", "--parent", str(os.getpid())]
    children = Children(settings.media_workers, words, theirs)
    await children.start()
    try:
        yield children
    finally:
        await children.stop()


def _sweep(data: Path) -> None:
    """Remove the control sockets of workers that were killed: those where nobody listens."""
    for path in data.glob("media-*.sock"):
        with socket.socket(socket.AF_UNIX) as asking:
            try:
                asking.connect(str(path))
            except ConnectionRefusedError:
                path.unlink(missing_ok=True)


@asynccontextmanager
async def _rooms(
    settings: Settings, store: Store, clock: Clock, secret: str, rules: packs.Packs
) -> AsyncIterator[Rooms]:
    held = by_agreements(store.agreements, tuple(agreement_book.load().rules.values()), store.people)
    opened_with = Rules(settings.grace * 1000, settings.policy)
    rooms = Rooms(
        store,
        clock,
        secret,
        rules.policies,
        opened_with,
        held=held,
        crisis=rules.crisis,
        kinds=rules.kinds,
        scales=rules.scales,
    )
    await rooms.start()
    try:
        yield rooms
    finally:
        await rooms.close()


@asynccontextmanager
async def _web(
    settings: Settings,
    store: Store,
    clock: Clock,
    rooms: Rooms,
    rules: packs.Packs,
    listener: socket.socket,
    demo_room: DemoRoom | None,
) -> AsyncIterator[None]:
    """Pages, API and signalling on one port."""
    counts = CollectorRegistry()
    signalling = Signalling(
        rooms,
        store.sessions,
        Browsers(store.access, clock),
        clock,
        allowed_origins=sorted(origins(settings.base_url)),
        secure=settings.base_url.startswith("https://"),
        ice_servers=lambda: ice_servers(settings.turn_urls, settings.turn_secret, clock.now()),
        registry=counts,
    )
    app = web.build(
        store,
        clock,
        public_url=settings.base_url,
        zone=settings.zone,
        agreement=agreement.latest(),
        policies=rules.policies,
        level=rules.levels_of_care[settings.level_of_care],
        rules=rules,
        lists=_lists(settings),
        timetable=outgoing.timetable(settings, rules),
        via=settings.notifier,
        ahead=outgoing.ahead(settings, rules),
        ways=outgoing.ways(settings),
        sms_secret=settings.sms_secret,
        office=settings.office,
        clinic_phone=settings.clinic_phone,
        break_glass_minutes=settings.break_glass,
        programme=settings.programme,
        behind_proxy=settings.behind_proxy,
        registry=counts,
        signed_out=signalling.signed_out,
        media_figures=rooms.media.figures,
        demo=demo_room is not None,
    )
    if demo_room is not None:
        demo_room.attach(app)
    signalling.attach(app)
    runner = web.runner(app)
    await runner.setup()
    try:
        await SockSite(runner, listener).start()
        yield
    finally:
        await runner.cleanup()


@contextmanager
def _watching(clock: Clock) -> Iterator[None]:
    """Say so in the log when somebody has set the wall clock: until the next start times go by the old one."""

    async def watch() -> None:
        told = 0
        while True:
            await asyncio.sleep(CLOCK_CHECK_EVERY)
            offset = clock.offset()
            if abs(offset - told) > CLOCK_OFF:
                log.warning("the wall clock is %d ms away from the server's; a restart adopts it", offset)
                told = offset

    task = asyncio.create_task(watch(), name="watch the wall clock")
    try:
        yield
    finally:
        task.cancel()


async def _until_ready(settings: Settings, store: Store, stop: asyncio.Event) -> bool:
    """Wait until every media worker of this node has registered. False if the end came first."""
    deadline = time.monotonic() + READY_WITHIN
    while len(await store.workers.alive()) < max(1, settings.media_workers) and not stop.is_set():
        if time.monotonic() > deadline:
            raise CannotStart("The media workers did not start; the log above says why.")
        await asyncio.sleep(0.02)
    return not stop.is_set()
