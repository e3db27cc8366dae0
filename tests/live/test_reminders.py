"""Late clients are reminded by e-mail: on time, once, in their language, and not when it would be wrong."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from telehealth import packs
from telehealth.core import records as rec
from telehealth.core import sendings as rule
from telehealth.core.corrections import Excuse
from telehealth.core.ids import Millis, PersonId, SeriesId
from telehealth.core.sendings import Channel, Fault, Sending, State
from telehealth.live import reminders as module
from telehealth.live.reminders import Parts, Reminders, Rules, reminding
from telehealth.notify.log import Log
from telehealth.notify.smtp import Security, Server, Smtp
from telehealth.store.redis_store import Store
from tests.edge.clinic import (
    ALICE,
    BOB,
    CAROL,
    DAN,
    GROUP,
    MAIN,
    MINUTE,
    Evening,
    WoundClock,
    nothing_private_is_logged,
)
from tests.support.mail import Mailbox, receiving
from tests.support.wait import until

pytestmark = pytest.mark.asyncio

ADDRESSES = {BOB: "bob@example.org", CAROL: "carol@example.org", DAN: "dan@example.org"}
STARTS: Millis = 1_795_561_200_000
"""2026-11-24T23:00Z, five in the afternoon in Chicago."""
SESSION = rec.Session(
    GROUP,
    MAIN,
    SeriesId("evenings"),
    "group_therapy",
    "Evening group",
    STARTS,
    STARTS + 180 * MINUTE,
    "America/Chicago",
    8,
    (ALICE,),
    (BOB, CAROL, DAN),
)


@dataclass
class House:
    """A store with a session that has begun, in which Bob is, and a mail server."""

    store: Store
    clock: WoundClock
    mailbox: Mailbox
    evening: Evening

    def at(self, minute: float) -> None:
        """It is now so many minutes after the start."""
        self.clock.ahead += STARTS + round(minute * MINUTE) - self.clock.now()

    def node(self) -> Reminders:
        """A server's part that sends."""
        server = Server("127.0.0.1", self.mailbox.port, Security.PLAIN, "office@example.net")
        return Reminders(*self._parts(), {Channel.EMAIL: Smtp(server), Channel.SMS: Log()}, self._texts())

    def trial(self) -> Reminders:
        """One without a mail server."""
        return Reminders(*self._parts(), {Channel.EMAIL: Log()}, self._texts())

    def _parts(self) -> tuple[Parts, WoundClock]:
        s = self.store
        parts = Parts(s.logs, s.people, s.sessions, s.corrections, s.sendings, s.programmes, s.opt_outs)
        return parts, self.clock

    def _texts(self) -> Rules:
        found = packs.load()
        return Rules(
            found.timetables["iop-nudges/2"],
            found.aheads["iop-reminders/1"],
            found.messages["neutral/2"],
            "Front office",
            "https://sessions.example.org",
        )

    async def person(self, who: PersonId, **more: str | bool) -> None:
        known = rec.Person(who, False, "Robert Quillfeather", "Bob", ADDRESSES[who])
        await self.store.people.put(MAIN, replace(known, **more))  # type: ignore[arg-type]

    async def outcomes(self) -> list[tuple[PersonId, int, State]]:
        kept = await self.store.sendings.of(MAIN, GROUP)
        return sorted((one.sending.client, one.sending.step, one.progress.state) for one in kept)

    @property
    def reached(self) -> list[str]:
        return sorted(str(mail["To"]) for mail in self.mailbox.got)


@pytest_asyncio.fixture
async def house(one_store: Store) -> AsyncIterator[House]:
    with nothing_private_is_logged("@example.org"):
        async with receiving() as mailbox:
            found = House(one_store, WoundClock(), mailbox, Evening(one_store, SESSION))
            await one_store.sessions.put(SESSION)
            await one_store.people.put(MAIN, rec.Person(ALICE, True, "Alicia Thornbury", "Alice"))
            for who in ADDRESSES:
                await found.person(who)
            await found.evening.opens()
            await found.evening.seats(BOB)
            yield found


async def turn(*nodes: Reminders) -> None:
    """One round of planning and sending on each node, at once."""
    await asyncio.gather(*(node.plan() for node in nodes))
    await asyncio.gather(*(node.send() for node in nodes))
    await asyncio.gather(*(node.idle() for node in nodes))


async def test_the_timetable_is_kept(house: House) -> None:
    """At 5, 10 and 15 minutes, each client in their language, until they come; two nodes send as one would."""
    await house.person(CAROL, language="es")
    nodes = house.node(), house.node()
    house.at(4.9)
    await turn(*nodes)
    assert house.mailbox.got == []
    house.at(5)
    await turn(*nodes)
    await turn(*nodes)
    assert house.reached == ["carol@example.org", "dan@example.org"]
    texts = {str(mail["To"]): mail for mail in house.mailbox.got}
    assert texts["carol@example.org"]["Subject"] == "Su cita ya comenzó"
    assert "5:00 PM (CST)" in texts["dan@example.org"].get_content()
    await house.evening.seats(CAROL, minute=8)
    house.at(10)
    await turn(*nodes)
    house.at(15)
    await turn(*nodes)
    house.at(16)
    await turn(*nodes)
    assert house.reached == ["carol@example.org"] + ["dan@example.org"] * 3
    sent = [(CAROL, 5), (DAN, 5), (DAN, 10), (DAN, 15)]
    assert await house.outcomes() == sorted((who, step, State.SENT) for who, step in sent)
    assert {one.progress.via for one in await house.store.sendings.of(MAIN, GROUP)} == {"smtp"}


async def test_whoever_does_not_want_it_is_left_alone(house: House) -> None:
    """Opted out, and without an address: nothing is planned, and nothing is kept of it."""
    await house.person(CAROL, reminders=False)
    await house.person(DAN, email="")
    house.at(5)
    await turn(house.node())
    assert await house.outcomes() == []


async def test_it_is_tried_again_after_a_restart(house: House) -> None:
    """What a server put off goes out later, from another node, after the pause and once; what it refuses does not."""
    house.mailbox.at_rcpt = ["450 later", "550 nobody here"]
    house.at(5)
    await turn(house.node())
    states = {state for _, _, state in await house.outcomes()}
    assert states == {State.QUEUED, State.FAILED}
    after = house.node()
    await turn(after)
    assert house.mailbox.got == []
    house.at(5.5)
    await turn(after)
    await turn(after)
    assert len(house.mailbox.got) == 1
    kept = {one.progress.state: one.progress for one in await house.store.sendings.of(MAIN, GROUP)}
    assert (kept[State.SENT].tries, kept[State.SENT].fault) == (2, None)
    assert (kept[State.FAILED].tries, kept[State.FAILED].fault) == (1, Fault.REFUSED)


async def test_what_would_come_too_late_is_given_up(house: House) -> None:
    """A mail server that is away for a quarter of an hour; the record says what was wrong."""
    house.mailbox.at_rcpt = ["421 away"] * 1000
    node = house.node()
    for half in range(10, 52):
        house.at(half / 2)
        await turn(node)
    assert house.mailbox.got == []
    kept = await house.store.sendings.of(MAIN, GROUP)
    assert {(one.progress.state, one.progress.fault) for one in kept} == {(State.GAVE_UP, Fault.BUSY)}
    assert len(kept) == 6
    assert await house.store.sendings.due(house.clock.now() + 10**9, 10) == []


async def test_a_message_whose_node_died_is_not_sent_twice(house: House) -> None:
    """The server has the text and has not answered when the node dies: nobody knows, and nobody tries again."""
    house.mailbox.holding = asyncio.Event()
    await house.person(DAN, email="")
    house.at(5)
    dying, other = house.node(), house.node()
    await dying.plan()
    await dying.send()

    async def named() -> bool:
        return house.mailbox.asked == 1

    await until(named, "the message is under way")
    for task in list(dying._under_way.values()):
        task.cancel()
    await asyncio.gather(*dying._under_way.values(), return_exceptions=True)
    house.mailbox.holding.set()
    await turn(other)
    assert await house.outcomes() == [(CAROL, 5, State.SENDING)]
    house.at(6.1)
    await turn(other)
    assert await house.outcomes() == [(CAROL, 5, State.UNKNOWN)]
    house.at(8)
    await turn(other)
    assert house.mailbox.asked == 1


async def test_a_slow_node_may_say_what_it_knows(house: House) -> None:
    """Another node took it for dead; its answer puts the record right."""
    house.mailbox.holding = asyncio.Event()
    await house.person(DAN, email="")
    house.at(5)
    slow = house.node()
    await slow.plan()
    await slow.send()

    async def named() -> bool:
        return house.mailbox.asked == 1

    await until(named, "the message is under way")
    house.at(6.1)
    await turn(house.node())
    assert await house.outcomes() == [(CAROL, 5, State.UNKNOWN)]
    house.mailbox.holding.set()
    await slow.idle()
    assert await house.outcomes() == [(CAROL, 5, State.SENT)]


async def _queue(house: House, client: PersonId) -> Sending:
    at = house.clock.now()
    name = rule.name_of(GROUP, client, rule.Why.ASKED, 1, rule.Channel.EMAIL)
    sending = Sending(
        name, MAIN, GROUP, client, rule.Why.ASKED, 1, rule.Channel.EMAIL, at, at + 10 * MINUTE, str(ALICE)
    )
    assert await house.store.sendings.queue(sending)
    return sending


async def test_what_is_not_needed_any_more_is_withdrawn(house: House) -> None:
    """They came, opted out, lost their address or their place, or the session ended, after it was queued."""
    house.at(3)
    await _queue(house, CAROL)
    await _queue(house, DAN)
    await house.evening.seats(CAROL, minute=3)
    await house.person(DAN, reminders=False)
    await turn(house.node())
    kept = {one.sending.client: one.progress for one in await house.store.sendings.of(MAIN, GROUP)}
    assert {who: (p.state, p.reason) for who, p in kept.items()} == {
        CAROL: (State.WITHDRAWN, "came"),
        DAN: (State.WITHDRAWN, "opted_out"),
    }
    assert house.mailbox.asked == 0


async def test_nothing_goes_out_of_a_session_that_is_over(house: House) -> None:
    """Ended, or with somebody excused whom nobody expects any more."""
    house.at(3)
    await _queue(house, DAN)
    await house.evening.ends(3)
    at = house.clock.now()
    heard = module.ports.Heard()
    await house.store.corrections.say(MAIN, Excuse(GROUP, DAN, True, "called in", ALICE, at), heard)
    assert await module.excused(house.store.corrections, SESSION) == {DAN}
    await turn(house.node())
    (one,) = await house.store.sendings.of(MAIN, GROUP)
    assert (one.progress.state, one.progress.reason) == (State.WITHDRAWN, "ended")
    assert house.mailbox.asked == 0


async def test_a_queue_that_nobody_served_is_given_up(house: House) -> None:
    """All servers were away until it was too late."""
    house.at(3)
    await _queue(house, DAN)
    house.at(14)
    await house.node().send()
    node = house.node()
    await node.send()
    await node.idle()

    async def over() -> bool:
        return [state for _, _, state in await house.outcomes()] == [State.GAVE_UP]

    await until(over, "it is given up")
    assert house.mailbox.asked == 0


async def test_without_a_mail_server_the_record_says_so(house: House) -> None:
    """The log notifier tells nobody, and the record names it."""
    house.at(5)
    await turn(house.trial())
    kept = await house.store.sendings.of(MAIN, GROUP)
    assert {(one.progress.state, one.progress.via) for one in kept} == {(State.SENT, "log")}
    assert len(kept) == 2
    assert house.mailbox.asked == 0


async def test_in_the_background(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What staff ask for goes out by itself, and a stop lets what is under way come to its end."""
    monkeypatch.setattr(module, "SEND_EVERY", 0.02)
    house.at(1)
    house.mailbox.holding = asyncio.Event()
    async with reminding(house.node()):
        await _queue(house, DAN)

        async def named() -> bool:
            return house.mailbox.asked == 1

        await until(named, "the message is under way")
        house.mailbox.holding.set()
    assert await house.outcomes() == [(DAN, 1, State.SENT)]
