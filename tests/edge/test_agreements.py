"""Agreements over HTTP: publishing, the check-in gate, what staff record, and what a signature opens and closes."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from telehealth.core import records as rec
from telehealth.core.agreements import How, Kind, Signature
from telehealth.core.disclosure import Lawful, Purpose, judge
from telehealth.core.ids import PersonId
from telehealth.core.records import StaffLogin
from telehealth.core.roles import StaffRole
from telehealth.edge import agreement_book
from telehealth.live.consents import by_agreements

from .clinic import ALICE, BEN, BOB, CAROL, DAN, HASHES, MAIN, NAMES, Answer, Browser, Clinic, running

pytestmark = pytest.mark.asyncio(loop_scope="module")
BOOK = agreement_book.load()
A = "/api/staff/agreements"
CONSENTS = f"/api/staff/clients/{BOB}/consents"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    """One clinic for all of them, in the order of the file."""
    folder: Path = tmp_path_factory.mktemp("agreements")
    async with running(folder) as clinic:
        yield clinic


async def signed_in(clinic: Clinic, person: PersonId, role: StaffRole) -> Browser:
    login = StaffLogin(person, MAIN, NAMES[person][0], HASHES[person], staff_role=role)
    await clinic.store.people.put_login(login)
    return await clinic.staff(person)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admin(clinic: Clinic) -> Browser:
    return await signed_in(clinic, BEN, StaffRole.ADMIN)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alice(clinic: Clinic) -> Browser:
    return await signed_in(clinic, ALICE, StaffRole.COUNSELLOR)


async def publish(browser: Browser, kind: Kind, if_version: int, addition: str = "") -> Answer:
    texts = {
        language: {"title": title, "body": body + addition} for language, (title, body) in BOOK.proposals[kind].items()
    }
    return await browser.ask("POST", f"{A}/{kind}", {"if_version": if_version, "texts": texts})


async def test_nobody_is_asked_before_a_clinic_publishes(clinic: Clinic) -> None:
    """The proposals that ship are for counsel to read; until then the gate asks nothing and holds nobody."""
    bob = await clinic.client()
    assert (await bob.get("/api/session")).json["to_sign"] == []
    held = by_agreements(clinic.store.agreements, tuple(BOOK.rules.values()), clinic.store.people)
    assert await held(MAIN, "group_therapy", [BOB], clinic.clock.now()) == frozenset()


async def test_the_proposals_can_be_published_as_they_are(clinic: Clinic, admin: Browser) -> None:
    """Each says what its kind needs, in both languages; the version is then what everybody is shown."""
    for kind in Kind:
        answer = await publish(admin, kind, 0)
        assert answer.status == 201, answer.raw
        assert set(answer.json["texts"]) == {"en", "es"}
    listed = (await admin.get(A)).json
    assert [one["current"]["version"] for one in listed["kinds"]] == [1] * len(Kind)
    assert (await admin.get(f"{A}/tpo/1")).json == listed["kinds"][2]["current"]
    assert (await admin.get(f"{A}/tpo/2")).status == 404
    assert (await admin.get(f"{A}/nothing/1")).status == 404


async def test_a_text_that_lacks_something_is_refused(clinic: Clinic, admin: Browser) -> None:
    """With what is missing; and nobody overwrites what somebody else has published meanwhile."""
    bare = {"if_version": 1, "texts": {"en": {"title": "T", "body": "I agree."}}}
    answer = await admin.ask("POST", f"{A}/tpo", bare)
    assert (answer.code, answer.json["wrong"]) == (
        "malformed",
        ["place:en:name", "place:en:clinic", "place:en:revocation"],
    )
    assert (
        await admin.ask("POST", f"{A}/tpo", bare | {"texts": {"fr": {"title": "T", "body": "x"}}})
    ).code == "malformed"
    assert (await publish(admin, Kind.TPO, 0)).code == "stale"


async def test_the_gate_asks_for_what_is_missing_and_no_more(clinic: Clinic, admin: Browser) -> None:
    """Before a group both; what was signed is not asked for again, until a new version makes it stale."""
    bob = await clinic.client()
    assert (await bob.get("/api/session")).json["to_sign"] == ["telehealth", "group"]
    held = by_agreements(clinic.store.agreements, tuple(BOOK.rules.values()), clinic.store.people)
    assert await held(MAIN, "group_therapy", [BOB, CAROL], clinic.clock.now()) == {BOB, CAROL}
    asked = (await bob.get("/api/check-in/agreements?language=es")).json["asked"]
    assert [(one["kind"], one["language"], one["why"]) for one in asked] == [
        ("telehealth", "es", "missing"),
        ("group", "es", "missing"),
    ]
    for one in asked:
        said = {"kind": one["kind"], "language": "es", "hash": one["hash"], "typed_name": "Robert Quillfeather"}
        wrong = await bob.ask("POST", "/api/check-in/agreements", said | {"hash": "0" * 64})
        assert (wrong.status, wrong.code) == (412, "stale")
        assert (await bob.ask("POST", "/api/check-in/agreements", said)).status == 200
        assert (await bob.ask("POST", "/api/check-in/agreements", said)).code == "no_such_thing"
    assert (await bob.get("/api/session")).json["to_sign"] == []
    assert await held(MAIN, "group_therapy", [BOB], clinic.clock.now()) == frozenset()
    assert (BOB, "agreement.signed", f"{BOB} group/1") in await clinic.audited()

    assert (await publish(admin, Kind.GROUP, 1, "\n\nMore.")).status == 201
    assert (await publish(admin, Kind.TELEHEALTH, 1, "\n\nMore.")).status == 201
    again = (await bob.get("/api/check-in/agreements")).json["asked"]
    assert [(one["kind"], one["why"]) for one in again] == [("group", "stale")]
    assert await held(MAIN, "group_therapy", [BOB], clinic.clock.now()) == frozenset(), "stale holds nobody"


async def test_a_family_member_waits_for_the_clients_own_consent(clinic: Clinic, admin: Browser) -> None:
    """Whoever comes for a client's benefit is held until the client has agreed that family takes part."""
    uncle, at = PersonId("person-uncle"), clinic.clock.now()
    await clinic.store.people.put(MAIN, rec.Person(uncle, False, "Uncle Berg", "Uncle", collateral_of=BOB))
    held = by_agreements(clinic.store.agreements, tuple(BOOK.rules.values()), clinic.store.people)
    assert await held(MAIN, "family", [uncle], at) == {uncle}
    text, *_ = await clinic.store.agreements.texts(MAIN, Kind.FAMILY)
    signature = Signature("family-1", BOB, Kind.FAMILY, 1, "en", text.hash, "Robert", at, BOB, How.BROWSER, ())
    await clinic.store.agreements.sign(MAIN, signature, None, actor=BOB)
    assert await held(MAIN, "family", [uncle], at) == frozenset()


async def test_the_gate_is_for_the_client_of_the_session(clinic: Clinic, alice: Browser) -> None:
    """Nothing is signed for another, by staff, or without the CSRF token; nothing that discloses is signed there."""
    bob = await clinic.client()
    said = {"kind": "tpo", "language": "en", "hash": "0" * 64, "typed_name": "Robert"}
    assert (await bob.ask("POST", "/api/check-in/agreements", said)).code == "no_such_thing"
    assert (await bob.ask("POST", "/api/check-in/agreements", said, X_CSRF="")).code == "not_allowed"
    assert (await alice.get("/api/check-in/agreements")).code == "not_allowed"
    assert (await clinic.browser().get("/api/check-in/agreements")).code == "not_signed_in"


async def test_staff_record_what_was_said_and_what_was_signed_on_paper(clinic: Clinic, alice: Browser) -> None:
    """With their own name beside the client's; never a spoken yes to a disclosure; the text stays readable."""
    path = f"/api/staff/clients/{DAN}/consents"
    kinds = {one["kind"]: one for one in (await alice.get(path)).json["kinds"]}
    assert {kind: one["lack"] for kind, one in kinds.items()} == dict.fromkeys(Kind, "missing")
    telehealth, tpo = kinds["telehealth"]["text"], kinds["tpo"]["text"]
    assert kinds["court"]["text"] is None
    said = {"kind": "telehealth", "language": "en", "hash": telehealth["hash"], "typed_name": "Daniel Marchetti"}
    answer = await alice.ask("POST", path, said | {"how": "spoken"})
    assert answer.status == 201, answer.raw
    (signature,) = answer.json["signatures"]
    assert (signature["by"], signature["how"], answer.json["names"][ALICE]) == (ALICE, "spoken", "Alicia Thornbury")
    paper = said | {"kind": "tpo", "hash": tpo["hash"]}
    assert (await alice.ask("POST", path, paper | {"how": "spoken"})).code == "malformed"
    assert (await alice.ask("POST", path, paper | {"how": "paper"})).status == 201
    shown = (await alice.get(f"{path}/{signature['id']}")).json
    assert (shown["hash"], shown["typed_name"]) == (telehealth["hash"], "Daniel Marchetti")
    _, consents, _ = await clinic.store.consents.of(MAIN, [DAN])
    assert any(one.signed_by == "Daniel Marchetti" for one in consents[DAN])
    assert (await alice.ask("DELETE", f"{path}/{signature['id']}")).status == 200
    assert (await alice.ask("DELETE", f"{path}/none")).status == 404
    assert {one["kind"]: one["lack"] for one in (await alice.get(path)).json["kinds"]}["telehealth"] == "revoked"


async def test_an_offer_names_whom_and_how_long(clinic: Clinic, alice: Browser) -> None:
    """It is whole before the client sees it, is signed as it was shown, and opens to exactly that recipient."""
    path = f"/api/staff/clients/{BOB}/offers"
    court = {
        "kind": "court",
        "recipient": "county-court",
        "recipient_name": "Cook County Court",
        "until": date(2099, 1, 31).isoformat(),
    }
    for wrong in (
        {"until": ""},
        {"until": "2099-02-30"},
        {"recipient": "County Court"},
        {"kind": "group"},
        {"kind": "counselling_notes", "purposes": []},
        {"until": "2001-01-01"},
    ):
        assert (await alice.ask("POST", path, court | wrong)).code == "malformed", wrong
    made = await alice.ask("POST", path, court)
    assert made.status == 201, made.raw
    (offer,) = made.json["offers"]
    listed = (await alice.get(CONSENTS)).json
    assert listed["offers"] == [offer]
    said = {"kind": "court", "language": "en", "typed_name": "Robert", "how": "paper", "hash": "0" * 64}
    assert (await alice.ask("POST", CONSENTS, said)).code == "no_such_thing"
    assert (await alice.ask("POST", CONSENTS, said | {"offer": offer["id"]})).code == "stale"
    assert (await alice.ask("DELETE", f"{path}/{offer['id']}")).json["offers"] == []
    assert (await alice.ask("DELETE", f"{path}/{offer['id']}")).status == 404


async def test_a_clients_door_can_be_opened_anew(clinic: Clinic, alice: Browser) -> None:
    """Whoever has forgotten their PIN begins again with the first question."""
    await clinic.store.own_doors.set_pin(MAIN, BOB, "x", 1, first=True, actor=BOB)
    assert (await alice.get(CONSENTS)).json["pin"] is True
    assert (await alice.ask("POST", f"/api/staff/clients/{BOB}/door/reset", {})).json["pin"] is False


async def test_revoking_by_staff_ends_the_consent(clinic: Clinic, alice: Browser) -> None:
    """What a client takes back by telling staff opens nothing any more."""
    tpo = next(one["text"] for one in (await alice.get(CONSENTS)).json["kinds"] if one["kind"] == "tpo")
    said = {"kind": "tpo", "language": "en", "hash": tpo["hash"], "typed_name": "Robert", "how": "paper"}
    answer = await alice.ask("POST", CONSENTS, said)
    name = next(one["id"] for one in answer.json["signatures"] if one["kind"] == "tpo")

    async def lawful() -> bool:
        _, consents, _ = await clinic.store.consents.of(MAIN, [BOB])
        mine = [one for one in consents[BOB] if one.id == name]
        return isinstance(judge("any", Purpose.PAYMENT, mine, (), clinic.clock.now()), Lawful)

    assert await lawful()
    await alice.ask("DELETE", f"{CONSENTS}/{name}")
    assert not await lawful()
