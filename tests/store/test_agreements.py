"""Agreements in Redis: texts that never change, signatures with the consents they make, offers, and a client's door."""

from dataclasses import replace

import pytest

from telehealth.core.agreements import AgreementText, How, Kind, Offer, Signature, digest
from telehealth.core.disclosure import Consent, ConsentKind, Disclosure, Matter, Purpose
from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.store.agreement_ports import OwnDoor, Passkey
from telehealth.store.redis_store import Store

pytestmark = pytest.mark.asyncio

MAIN, BOB, ALICE = ProgrammeId("p-main"), PersonId("bob"), PersonId("alice")


def text(version: int = 1, language: str = "en", body: str = "Body") -> AgreementText:
    return AgreementText(Kind.COURT, version, language, "T", body, digest("T", body), 10, ALICE, 1)


def signature(name: str = "s1", offer: str = "") -> Signature:
    return Signature(
        name,
        BOB,
        Kind.COURT,
        1,
        "en",
        digest("T", "Body"),
        "Bob Canary",
        20,
        BOB,
        How.BROWSER,
        (("name", "Bob"),),
        offer,
    )


def consent(name: str = "s1") -> Consent:
    return Consent(
        name,
        MAIN,
        BOB,
        ConsentKind.COURT,
        "Clinic",
        "days",
        "county-court",
        (Purpose.COURT,),
        9000,
        "",
        "Bob",
        20,
        True,
    )


def offer(name: str = "o1") -> Offer:
    return Offer(
        name, BOB, Kind.COURT, "county-court", "Court", (Purpose.COURT,), (Matter.ATTENDANCE,), 9000, "", 15, ALICE
    )


async def test_versions_of_a_text_follow_each_other(store: Store) -> None:
    """One is published after the other, a repeat is the same, and no version is ever replaced."""
    both = (text(), text(language="es"))
    assert await store.agreements.publish(MAIN, both, actor=ALICE)
    assert await store.agreements.publish(MAIN, both, actor=ALICE)
    assert not await store.agreements.publish(MAIN, (text(body="Other"),), actor=ALICE)
    assert not await store.agreements.publish(MAIN, (text(3),), actor=ALICE)
    assert await store.agreements.publish(MAIN, (text(2),), actor=ALICE)
    assert await store.agreements.texts(MAIN, Kind.COURT, 1) == both
    assert await store.agreements.texts(MAIN, Kind.COURT) == (text(2),)
    assert await store.agreements.texts(MAIN, Kind.COURT, 9) == ()
    assert await store.agreements.current(MAIN) == {Kind.COURT: (text(2),)}


async def test_a_signature_and_its_consent_are_one_write(store: Store) -> None:
    """Both are there or neither; revoking ends both, moves the version on by which a running export notices, once."""
    version = await store.consents.version(MAIN)
    assert await store.agreements.sign(MAIN, signature(), consent(), actor=BOB)
    assert await store.agreements.sign(MAIN, signature(), consent(), actor=BOB)
    assert await store.consents.version(MAIN) == version + 1
    _, consents, _ = await store.consents.of(MAIN, [BOB])
    assert consents[BOB] == [consent()]
    _, signed = await store.agreements.standing(MAIN, [BOB])
    assert signed[BOB] == [signature()]
    assert await store.agreements.revoke(MAIN, BOB, "s1", 50, actor=BOB)
    assert await store.agreements.revoke(MAIN, BOB, "s1", 60, actor=BOB)
    assert not await store.agreements.revoke(MAIN, BOB, "never", 60, actor=BOB)
    _, consents, _ = await store.consents.of(MAIN, [BOB])
    assert consents[BOB][0].revoked == 50
    assert (await store.agreements.standing(MAIN, [BOB]))[1][BOB][0].revoked == 50
    said = Disclosure("e", "system", "county-court", Purpose.COURT, "letter", 1, 2)
    stale = await store.ledger.write(
        MAIN, said, {BOB: "x"}, version=version + 1, op="op-0123456789", action="a", subject="s", at=70
    )
    assert not stale


async def test_a_consent_that_is_revoked_by_itself_ends_its_signature(store: Store) -> None:
    """What the command line revokes reads as revoked for the client, too."""
    await store.agreements.sign(MAIN, signature(), consent(), actor=BOB)
    assert await store.consents.revoke(MAIN, BOB, "s1", 44, actor="system")
    assert (await store.agreements.standing(MAIN, [BOB]))[1][BOB][0].revoked == 44


async def test_a_signature_without_disclosure_leaves_running_exports_alone(store: Store) -> None:
    """Nothing that they judge by has changed."""
    before = await store.consents.version(MAIN)
    await store.agreements.sign(MAIN, signature(), None, actor=BOB)
    await store.agreements.revoke(MAIN, BOB, "s1", 50, actor=BOB)
    assert await store.consents.version(MAIN) == before


async def test_an_incomplete_consent_is_not_kept(store: Store) -> None:
    """Neither it nor its signature."""
    with pytest.raises(ValueError, match="discloser"):
        await store.agreements.sign(MAIN, signature(), replace(consent(), discloser=""), actor=BOB)
    assert (await store.agreements.standing(MAIN, [BOB]))[1][BOB] == []


async def test_an_offer_is_answered_once(store: Store) -> None:
    """Signed or withdrawn, whoever is first; what was withdrawn cannot be signed."""
    await store.agreements.offer(MAIN, offer())
    await store.agreements.offer(MAIN, offer("o2"))
    assert await store.agreements.offers(MAIN, BOB) == [offer(), offer("o2")]
    assert await store.agreements.sign(MAIN, signature("s1", "o1"), consent(), actor=BOB)
    assert not await store.agreements.withdraw(MAIN, BOB, "o1", 30, actor=ALICE)
    assert await store.agreements.withdraw(MAIN, BOB, "o2", 30, actor=ALICE)
    assert not await store.agreements.sign(MAIN, signature("s2", "o2"), consent("s2"), actor=BOB)
    assert not await store.agreements.sign(MAIN, signature("s3", "none"), consent("s3"), actor=BOB)
    assert not await store.agreements.withdraw(MAIN, BOB, "none", 30, actor=ALICE)
    assert await store.agreements.offers(MAIN, BOB) == []


async def test_a_clients_door(store: Store) -> None:
    """A first PIN is set once, passkeys come and go, and a reset forgets all of it."""
    key = Passkey("a1", "data", "Phone", 12)
    assert await store.own_doors.get(MAIN, BOB) == OwnDoor()
    assert await store.own_doors.set_pin(MAIN, BOB, "hash-1", 11, first=True, actor=BOB)
    assert not await store.own_doors.set_pin(MAIN, BOB, "hash-2", 11, first=True, actor=BOB)
    assert await store.own_doors.set_pin(MAIN, BOB, "hash-3", 13, first=False, actor=BOB)
    await store.own_doors.add_passkey(MAIN, BOB, key)
    assert await store.own_doors.get(MAIN, BOB) == OwnDoor("hash-3", (key,))
    assert await store.own_doors.drop_passkey(MAIN, BOB, "a1", 14)
    assert not await store.own_doors.drop_passkey(MAIN, BOB, "a1", 14)
    await store.own_doors.reset(MAIN, BOB, 15, actor=ALICE)
    assert await store.own_doors.get(MAIN, BOB) == OwnDoor()
