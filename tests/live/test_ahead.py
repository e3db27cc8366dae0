"""Clients are reminded before a session: once, by their own clock and channel, and not of what has changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from telehealth import packs
from telehealth.core import records as rec
from telehealth.core.ids import Millis, PersonId
from telehealth.core.sendings import Channel, State, Why
from telehealth.live import ahead as module
from telehealth.live.reminders import Parts, Reminders, Rules
from telehealth.notify.sms import Sms, gateway
from telehealth.notify.smtp import Security, Server, Smtp
from telehealth.store.feed_ports import OptOut
from telehealth.store.redis_store import Store
from tests.edge.clinic import ALICE, BOB, CAROL, DAN, GROUP, MAIN, MINUTE, WoundClock, nothing_private_is_logged
from tests.support.gateway import Inbox, answering
from tests.support.mail import Mailbox, receiving

pytestmark = pytest.mark.asyncio

HOUR = 60 * MINUTE
STARTS: Millis = 1_795_561_200_000
"""2026-11-24T23:00Z, five in the afternoon in Chicago."""
SESSION = rec.Session(
    GROUP, MAIN, None, "group_therapy", "Evening group", STARTS, STARTS + 3 * HOUR, "America/Chicago", 8, (ALICE,),
    (BOB, CAROL, DAN),
)  # fmt: skip
PEOPLE = {
    BOB: rec.Person(BOB, False, "Robert Quillfeather", "Bob", "bob@example.org"),
    CAROL: rec.Person(
        CAROL, False, "Caroline Vantongeren", "Carol", "carol@example.org", "(217) 555-0101", language="es",
        channel="both",
    ),
    DAN: rec.Person(
        DAN, False, "Daniel Marchetti", "Dan", "", "217-555-0102", channel="sms", zone="Pacific/Honolulu"
    ),
}  # fmt: skip


@dataclass
class House:
    store: Store
    clock: WoundClock
    mailbox: Mailbox
    inbox: Inbox

    def at(self, hours: float) -> None:
        """It is now so many hours before the start."""
        self.clock.ahead += STARTS - round(hours * HOUR) - self.clock.now()

    def node(self) -> Reminders:
        s, found = self.store, packs.load()
        parts = Parts(s.logs, s.people, s.sessions, s.corrections, s.sendings, s.programmes, s.opt_outs)
        mail = Smtp(Server("127.0.0.1", self.mailbox.port, Security.PLAIN, "office@example.net"))
        sms = Sms(gateway(self.inbox.url, "X-Key: k", '{"to": "{to}", "text": "{text}"}'))
        rules = Rules(
            found.timetables["iop-nudges/2"],
            found.aheads["iop-reminders/1"],
            found.messages["neutral/2"],
            "Front office",
            "https://sessions.example.org",
        )
        return Reminders(parts, self.clock, {Channel.EMAIL: mail, Channel.SMS: sms}, rules)

    async def sent(self) -> list[tuple[PersonId, Channel, int, State]]:
        kept = await self.store.sendings.of(MAIN, GROUP)
        return sorted((o.sending.client, o.sending.channel, o.sending.step, o.progress.state) for o in kept)


@pytest_asyncio.fixture
async def house(one_store: Store) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        stack.enter_context(nothing_private_is_logged("@example.org", "555"))
        mailbox = await stack.enter_async_context(receiving())
        inbox = await stack.enter_async_context(answering())
        await one_store.sessions.put(SESSION)
        for person in PEOPLE.values():
            await one_store.people.put(MAIN, person)
        yield House(one_store, WoundClock(), mailbox, inbox)


async def turn(*nodes: Reminders) -> None:
    for node in nodes:
        await node.plan_ahead()
    await asyncio.gather(*(node.send() for node in nodes))
    await asyncio.gather(*(node.idle() for node in nodes))


async def test_a_day_and_an_hour_before(house: House) -> None:
    """Each in their language, by their clock, on their channel; two nodes send as one would."""
    nodes = house.node(), house.node()
    house.at(24.1)
    await turn(*nodes)
    assert await house.sent() == []
    house.at(24)
    for _ in range(3):
        await turn(*nodes)
    day_before = [
        (BOB, Channel.EMAIL, 1440, State.SENT),
        (CAROL, Channel.EMAIL, 1440, State.SENT),
        (CAROL, Channel.SMS, 1440, State.SENT),
        (DAN, Channel.SMS, 1440, State.SENT),
    ]
    assert await house.sent() == day_before
    texts = {str(mail["To"]): mail for mail in house.mailbox.got}
    assert "on Tuesday, November 24 at 5:00 PM (CST)" in texts["bob@example.org"].get_content()
    assert "el martes 24 de noviembre a las 5:00 p. m. (CST)" in texts["carol@example.org"].get_content()
    short = {one["to"]: one["text"] for one in house.inbox.got}
    assert "November 24 at 1:00 PM (HST)" in short["+12175550102"]
    assert short["+12175550101"].startswith("Tiene una cita")
    house.at(1)
    await turn(*nodes)
    house.at(0.2)
    await turn(*nodes)
    assert len(house.mailbox.got) == 4
    assert len(house.inbox.got) == 4
    house.at(-0.5)
    await turn(*nodes)
    assert {state for *_, state in await house.sent()} == {State.SENT}


async def test_a_mail_can_be_ended_with_one_click(house: House) -> None:
    """Its header and its text hold an address that ends these mails of this client, and no way in."""
    house.at(24)
    await turn(house.node())
    (mail,) = [mail for mail in house.mailbox.got if mail["To"] == "bob@example.org"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = str(mail["List-Unsubscribe"]).removeprefix("<https://sessions.example.org/api/stop/").removesuffix(">")
    assert f"https://sessions.example.org/stop#{address}" in mail.get_content()
    assert await house.store.opt_outs.of(address) == OptOut(MAIN, BOB, Channel.EMAIL)
    assert await house.store.opt_outs.of("0" * 32) is None
    assert "/j#" not in mail.as_string()


async def test_what_changed_meanwhile_is_not_sent(house: House) -> None:
    """Queued, and then moved, cancelled, or not wished any more; the new time is reminded of anew."""
    house.at(24)
    node = house.node()
    await node.plan_ahead()
    await house.store.people.put(MAIN, replace(PEOPLE[BOB], reminders=False))
    moved = replace(SESSION, starts=STARTS + HOUR, ends=STARTS + 4 * HOUR)
    await house.store.sessions.put(moved)
    await turn(node)
    kept = {one.sending.client: one.progress for one in await house.store.sendings.of(MAIN, GROUP)}
    assert {(p.state, p.reason) for p in kept.values()} == {(State.WITHDRAWN, "moved")}
    assert (house.mailbox.got, house.inbox.got) == ([], [])
    house.at(23)
    await turn(node)
    assert [str(mail["To"]) for mail in house.mailbox.got] == ["carol@example.org"]
    await house.store.sessions.put(replace(moved, cancelled="weather"))
    house.at(22)
    await turn(node)
    await turn(node)
    assert [str(mail["Subject"]) for mail in house.mailbox.got] == ["Su cita", "Su cita no tendrá lugar"]
    told = [one for one in await house.store.sendings.of(MAIN, GROUP) if one.sending.why is Why.CANCELLED]
    assert len(told) == 3
    assert len(house.inbox.got) == 4


async def test_a_retry_does_not_ring_at_night(house: House) -> None:
    """What a gateway put off in the evening waits for the morning, and is then sent if it is still of use."""
    late = replace(SESSION, starts=STARTS + 16 * HOUR, ends=STARTS + 18 * HOUR, roster=(CAROL,))
    await house.store.people.put(MAIN, replace(PEOPLE[CAROL], channel="sms"))
    await house.store.sessions.put(late)
    house.at(-3.98)  # a minute before nine in the evening, and the session is at nine in the morning
    node = house.node()
    house.inbox.answers = [503]
    await turn(node)
    assert [(state, step) for _, _, step, state in await house.sent()] == [(State.QUEUED, 1440)]
    house.at(-4.01)
    await turn(node)
    assert len(house.inbox.got) == 1
    house.at(-14.9)
    await turn(node)
    assert len(house.inbox.got) == 1
    house.at(-15)
    await turn(node)
    assert len(house.inbox.got) == 2


async def test_a_look_reads_only_what_may_be_due(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions that were looked at are passed by until something is due, they change, or an hour has gone by."""
    node, read = house.node(), list[PersonId]()
    get = house.store.people.get

    async def counted(programme, ids):  # type: ignore[no-untyped-def]
        read.extend(ids)
        return await get(programme, ids)

    monkeypatch.setattr(house.store.people, "get", counted)
    house.at(26)
    await node.plan_ahead()
    await node.plan_ahead()
    assert len(read) == 3
    await house.store.sessions.put(replace(SESSION, roster=(BOB,)))
    await node.plan_ahead()
    assert len(read) == 4
    house.at(24.9)
    await node.plan_ahead()
    assert len(read) == 5
    house.at(24)
    await node.plan_ahead()
    assert len(await house.sent()) == 1


async def test_a_zone_that_is_not_known_here() -> None:
    """It is read as the facility's; one that is known counts."""
    assert str(module.zone_of(replace(PEOPLE[DAN], zone="Mars/Olympus"), SESSION)) == "America/Chicago"
    assert str(module.zone_of(None, SESSION)) == "America/Chicago"
    assert str(module.zone_of(PEOPLE[DAN], SESSION)) == "Pacific/Honolulu"
