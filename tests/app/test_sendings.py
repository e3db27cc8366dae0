"""What an administrator is told of messages to clients."""

import pytest

from telehealth.admin import Admin
from telehealth.clock import Clock
from telehealth.core import sendings as rule
from telehealth.core.ids import ProgrammeId
from telehealth.core.sendings import Channel, Fault, Progress, Sending, State, Why
from telehealth.disclosing import Impossible
from telehealth.settings import read
from telehealth.store.redis_store import Store
from tests.store.records import BOB, EIGHT, P, S, session

pytestmark = pytest.mark.asyncio


async def test_each_message_is_a_line(one_store: Store) -> None:
    """When in the facility's zone, to whom by id, why, and what became of it; an unknown session is a sentence."""
    await one_store.sessions.put(session())
    at = EIGHT + 300_000
    name = rule.name_of(S, BOB, Why.LATE, 5, Channel.EMAIL)
    sending = Sending(name, ProgrammeId(P), S, BOB, Why.LATE, 5, Channel.EMAIL, at, at + 600_000, "system")
    await one_store.sendings.queue(sending)
    admin = Admin(read({"TELEHEALTH_PROGRAMME": P}), one_store, Clock())
    assert await admin.sendings(S) == [f"2026-11-24 19:05:00  {BOB}  late 5  queued  0 tries"]
    first = Progress(State.QUEUED, at, at)
    claim = rule.claimed(first, "n", "smtp", at)
    assert claim is not None
    await one_store.sendings.move(sending, first, claim)
    await one_store.sendings.move(sending, claim, rule.settled(sending, claim, Fault.REFUSED, at))
    assert await admin.sendings(S) == [f"2026-11-24 19:05:00  {BOB}  late 5  failed  refused  1 tries  via smtp"]
    with pytest.raises(Impossible):
        await admin.sendings("none")
