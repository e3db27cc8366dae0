"""Consents and the ledger: sealed, add-only, and never a disclosure under a basis that has just been revoked."""

from dataclasses import replace
from typing import Any

import pytest

from telehealth.core.disclosure import Consent, ConsentKind, Disclosed, Disclosure, Ground, GroundKind, Purpose
from telehealth.core.ids import PersonId
from telehealth.store import keys
from telehealth.store.redis_store import Store
from tests.store.records import BOB, EIGHT, HOUR, P

pytestmark = pytest.mark.asyncio
CAROL = PersonId("person-carol")
CONSENT = Consent(
    id="consent-1",
    programme=P,
    client=BOB,
    kind=ConsentKind.NAMED,
    discloser="the programme",
    description="attendance",
    recipient="acme",
    purposes=(Purpose.PAYMENT,),
    expires=EIGHT + HOUR,
    expires_event="",
    signed_by="Robert Canarybird",
    signed=EIGHT,
    revocation_told=True,
)
GROUND = Ground("ground-1", P, GroundKind.AUDIT, "state-audit", (Purpose.AUDIT,), "agreement 7", EIGHT, None)
GIVEN = Disclosure("export-1", "api-key:k1", "acme", Purpose.PAYMENT, "billing", EIGHT, EIGHT + HOUR)


async def _write(store: Store, version: int, op: str = "op-1", **change: Any) -> bool:
    bases = {BOB: "consent_named:consent-1", CAROL: "consent_named:consent-2"}
    return await store.ledger.write(
        P, GIVEN, bases, version=version, op=op, action="attendance.export", subject="export-1 json", at=EIGHT
    )


async def test_consents_are_kept_and_revoked_once(store: Store) -> None:
    """What is added stays; the first revocation counts; each change moves the version on."""
    assert await store.consents.of(P, [BOB]) == (0, {BOB: []}, [])
    await store.consents.put(CONSENT, actor="alice")
    await store.consents.put(replace(CONSENT, description="everything"), actor="mallory")
    await store.consents.put_ground(GROUND, actor="alice")
    assert await store.consents.of(P, [BOB, CAROL]) == (2, {BOB: [CONSENT], CAROL: []}, [GROUND])
    assert await store.consents.revoke(P, BOB, CONSENT.id, EIGHT + 5, actor="alice")
    assert await store.consents.revoke(P, BOB, CONSENT.id, EIGHT + 9, actor="alice")
    assert await store.consents.revoke_ground(P, GROUND.id, EIGHT + 6, actor="alice")
    version, consents, grounds = await store.consents.of(P, [BOB])
    assert version == await store.consents.version(P) == 4
    assert consents[BOB] == [replace(CONSENT, revoked=EIGHT + 5)]
    assert grounds == [replace(GROUND, revoked=EIGHT + 6)]
    assert not await store.consents.revoke(P, BOB, "no-such-consent", EIGHT, actor="alice")


async def test_a_consent_without_its_elements_is_not_stored(store: Store) -> None:
    """42 CFR 2.31(a): the store names what is lacking and keeps nothing."""
    with pytest.raises(ValueError, match="signed_by"):
        await store.consents.put(replace(CONSENT, signed_by=""), actor="alice")
    assert await store.consents.of(P, [BOB]) == (0, {BOB: []}, [])


async def test_one_row_a_client_with_the_audit_entry(store: Store) -> None:
    """The ledger and the audit log are written in one step, and a repeat writes nothing more."""
    assert await _write(store, 0)
    assert await _write(store, 0)
    expected = Disclosed(EIGHT, GIVEN, "consent_named:consent-1")
    assert await store.ledger.of(P, BOB) == [expected]
    assert [d.basis for d in await store.ledger.of(P, CAROL)] == ["consent_named:consent-2"]
    assert await store.ledger.of(P, BOB, since=EIGHT + 1) == []
    audit = await store._client.call("XRANGE", keys.audit(P), "-", "+")  # type: ignore[attr-defined]
    assert [flat[flat.index(b"action") + 1] for _, flat in audit] == [b"attendance.export"]


async def test_nothing_is_written_when_a_basis_has_changed(store: Store) -> None:
    """A consent that was revoked after it was judged stops the disclosure: no row, no audit entry."""
    await store.consents.put(CONSENT, actor="alice")
    version, _, _ = await store.consents.of(P, [BOB])
    await store.consents.revoke(P, BOB, CONSENT.id, EIGHT + 5, actor="alice")
    assert not await _write(store, version)
    assert await store.ledger.of(P, BOB) == []
    assert await _write(store, version + 1)


async def test_who_signed_cannot_be_read_in_redis(store: Store) -> None:
    """A consent is sealed whole: its texts are not in the dump."""
    await store.consents.put(CONSENT, actor="alice")
    raw = await store._client.call("HGETALL", keys.consents(P, BOB))  # type: ignore[attr-defined]
    assert all(b"Canarybird" not in part for part in raw)
