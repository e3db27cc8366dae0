"""What staff record of a client's staying: kept once, withdrawn and never changed, texts sealed, audited."""

from dataclasses import replace
from datetime import date

import pytest

from telehealth.core.certification import Certification
from telehealth.core.court import CourtOrder
from telehealth.core.forecast import Order
from telehealth.core.ids import PersonId
from telehealth.core.outreach import How, Outcome, Outreach
from telehealth.store import keys
from telehealth.store.redis_store import Store
from telehealth.store.tally_ports import Engaged
from tests.store.records import BOB, P

pytestmark = pytest.mark.asyncio
AMY = PersonId("person-amy")
CALL = Outreach("o1", BOB, 5, AMY, How.CALL, Outcome.LEFT_MESSAGE, 10, "canary craving and a canary plan")
CERTIFIED = Certification("c1", BOB, date(2026, 11, 2), 11, AMY, "Carla Canarycontact")
ORDER = Order("w1", BOB, date(2026, 11, 2), None, {"group_therapy": 480}, 12, AMY)
COURT = CourtOrder("k1", BOB, "washington-246-341-0740/1", date(2026, 11, 2), 13, AMY)
BARE = replace(CALL, id="o2", note="", recorded=14)


async def test_what_is_recorded_is_there(store: Store) -> None:
    """Each kind, in the order in which it was recorded; texts only for whoever asks for them, and never plain."""
    for one in (BARE, COURT, ORDER, CERTIFIED, CALL, replace(CALL, outcome=Outcome.REACHED, note="another")):
        await store.engagement.put(P, one, actor=AMY)
    found = await store.engagement.of(P, [BOB, AMY], texts=True)
    assert found == {BOB: Engaged((CALL, BARE), (CERTIFIED,), (ORDER,), (COURT,)), AMY: Engaged()}
    (plain,) = (await store.engagement.of(P, [BOB])).values()
    assert (plain.outreach[0].note, plain.certifications[0].certifier) == ("", "")
    raw = await store._client.call("HGETALL", keys.engagement(P, BOB))
    assert not any(b"anary" in part for part in raw)
    assert (await store.rotation.count()).unlisted == []


async def test_a_mistake_is_withdrawn_and_stays(store: Store) -> None:
    """With its time, once; what is not there cannot be. Each act is in the audit log once."""
    for one in (CALL, CERTIFIED, ORDER, COURT):
        await store.engagement.put(P, one, actor=AMY)
    for kind, entry in (("outreach", "o1"), ("certification", "c1"), ("order", "w1"), ("court", "k1")):
        assert await store.engagement.withdraw(P, BOB, kind, entry, 20, actor=AMY)
        assert await store.engagement.withdraw(P, BOB, kind, entry, 30, actor=AMY)
    assert not await store.engagement.withdraw(P, BOB, "outreach", "o9", 20, actor=AMY)
    (found,) = (await store.engagement.of(P, [BOB], texts=True)).values()
    assert found.outreach == (replace(CALL, withdrawn=20),)
    assert found.orders == (replace(ORDER, withdrawn=20),)
    entries = await store._client.call("XRANGE", keys.audit(P), "-", "+")
    actions = [dict(zip(flat[::2], flat[1::2], strict=True))[b"action"] for _, flat in entries]
    assert actions.count(b"outreach.recorded") == actions.count(b"outreach.withdrawn") == 1
    assert len(actions) == 8
