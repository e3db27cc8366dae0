"""A client's own page over HTTP: the door, what is behind it, and that nothing of it is anybody else's."""

import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pypdf
import pytest
import pytest_asyncio

from telehealth.core import records as rec
from telehealth.core.agreements import Kind, Offer, published
from telehealth.core.disclosure import Matter, Purpose
from telehealth.core.emergencies import Emergency
from telehealth.core.ids import SessionId
from telehealth.core.roles import Role
from telehealth.core.scales import When
from telehealth.core.tools.polls import PollAnswer
from telehealth.core.tools.quiz import QuizScore
from telehealth.core.tools.scales import Said
from telehealth.edge import agreement_book
from telehealth.edge.days import day_at
from telehealth.edge.scales import MOST
from telehealth.store.tool_ports import ToBeKept, ToolState

from .clinic import ALICE, BOB, CAROL, DAN, GROUP, MAIN, MINUTE, NAMES, Browser, Clinic, Evening, running
from .clinic import nothing_private_is_logged as quiet
from .test_scales import answered

pytestmark = pytest.mark.asyncio(loop_scope="module")
BOOK = agreement_book.load()
PIN = "804157"
PERSONAL = {person: f"personal-token-of-{person}-0123456789" for person in (BOB, CAROL, DAN)}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    """One clinic for all of them; Bob has a birth date, Carol a number, Dan neither. Each has a personal link."""
    folder: Path = tmp_path_factory.mktemp("own")
    async with running(folder) as clinic:
        people = await clinic.store.people.get(MAIN, [BOB, CAROL])
        await clinic.store.people.put(MAIN, replace(people[BOB], birth_date=date(1990, 1, 31), email="bob@example.org"))
        await clinic.store.people.put(MAIN, replace(people[CAROL], phone="+1 217 555 0178"))
        for person, token in PERSONAL.items():
            link = rec.JoinLink(MAIN, person, Role.CLIENT, None, None, clinic.starts + 90 * 24 * 60 * MINUTE)
            await clinic.store.access.put_link(token, link)
        for kind in (Kind.TELEHEALTH, Kind.TPO, Kind.COURT):
            texts = published(BOOK.rules[kind], None, BOOK.proposals[kind], sign_anew=False, at=clinic.starts, by=ALICE)
            await clinic.store.agreements.publish(MAIN, texts, actor=ALICE)
        starts = clinic.starts + 2880 * MINUTE
        later = replace(clinic.session(), id="session-later", starts=starts, ends=starts + 180 * MINUTE)
        await clinic.store.sessions.put(later)
        evening = Evening(clinic.store, clinic.session())
        await evening.opens()
        await evening.seats(BOB, CAROL)
        await evening.leaves(BOB, 61)
        await evening.ends(170)
        yield clinic


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bob(clinic: Clinic) -> Browser:
    """Bob, who has come for the first time and chosen a PIN."""
    browser = clinic.browser()
    said = {"token": PERSONAL[BOB], "answer": "1990-01-31", "pin": PIN}
    answer = await browser.ask("POST", "/api/me/first", said)
    assert answer.status == 200, answer.raw
    browser.csrf = answer.json["csrf"]
    return browser


async def test_the_first_time(clinic: Clinic) -> None:
    """The page asks for something on file, and lets nobody in by a wrong answer or with a PIN that is too easy."""
    browser = clinic.browser()
    door = await browser.ask("POST", "/api/me/enter", {"token": PERSONAL[CAROL]})
    assert door.json == {"step": "first", "question": "phone_end", "passkey": False}
    said = {"token": PERSONAL[CAROL], "answer": "0178", "pin": PIN}
    assert (await browser.ask("POST", "/api/me/first", said | {"answer": "0179"})).code == "not_allowed"
    assert (await browser.ask("POST", "/api/me/first", said | {"pin": "550178"})).json["parameter"] == "pin"
    entered = await browser.ask("POST", "/api/me/first", said)
    assert entered.status == 200
    assert "HttpOnly" in entered.cookies
    assert "SameSite=Strict" in entered.cookies
    assert (await clinic.browser().ask("POST", "/api/me/first", said)).code == "not_allowed"
    nobody = {"token": PERSONAL[DAN], "answer": "", "pin": PIN}
    assert (await browser.ask("POST", "/api/me/enter", {"token": PERSONAL[DAN]})).json["question"] == "none"
    for _ in range(3):
        assert (await browser.ask("POST", "/api/me/first", nobody)).code == "not_allowed"
    assert (await browser.ask("POST", "/api/me/first", nobody)).code == "too_many"


async def test_the_pin(clinic: Clinic, bob: Browser) -> None:
    """It opens the page, a wrong one does not, and after a few there is a pause however good the next one is."""
    browser = clinic.browser()
    assert (await browser.ask("POST", "/api/me/enter", {"token": PERSONAL[BOB]})).json["step"] == "pin"
    again = {"token": PERSONAL[BOB], "answer": "1990-01-31", "pin": "918273"}
    assert (await browser.ask("POST", "/api/me/first", again)).code == "not_allowed"
    assert (await browser.get("/api/me")).code == "not_signed_in"
    with quiet(PIN, PERSONAL[BOB]):
        assert (await browser.ask("POST", "/api/me/pin", {"token": PERSONAL[BOB], "pin": PIN})).status == 200
        assert (await browser.get("/api/me")).status == 200
        for _ in range(4):
            wrong = await clinic.browser().ask("POST", "/api/me/pin", {"token": PERSONAL[BOB], "pin": "000000"})
            assert wrong.code == "not_allowed"
        assert (await browser.ask("POST", "/api/me/pin", {"token": PERSONAL[BOB], "pin": PIN})).code == "too_many"


async def test_links_that_lead_nowhere_look_alike(clinic: Clinic) -> None:
    """Made up, of a session, revoked, of staff, of somebody who is no client any more: one answer."""
    token = "revoked-personal-token-0123456789"
    link = rec.JoinLink(MAIN, BOB, Role.CLIENT, None, None, clinic.starts + 9_000 * MINUTE)
    await clinic.store.access.put_link(token, link)
    found = await clinic.store.access.link(token)
    assert found is not None
    await clinic.store.access.revoke_link(MAIN, found[0], clinic.clock.now())
    await clinic.store.access.put_link("staff-token-0123456789abc", replace(link, person=ALICE))
    await clinic.store.access.put_link("expired-token-0123456789a", replace(link, expires=1))
    of_session = "token-of-id-bob-77a-canary-55aa77"
    for one in ("made-up", "", token, of_session, "staff-token-0123456789abc", "expired-token-0123456789a"):
        answer = await clinic.browser().ask("POST", "/api/me/enter", {"token": one})
        assert (answer.status, answer.code) == (404, "link_not_valid"), one


async def test_one_door_does_not_open_the_other(clinic: Clinic, bob: Browser) -> None:
    """The page's cookie is no session's, and a session's browser has no page; both may be in one browser."""
    assert (await bob.get("/api/session")).code == "not_signed_in"
    assert (await (await clinic.client()).get("/api/me")).code == "not_signed_in"
    assert (await (await clinic.staff()).get("/api/me")).code == "not_signed_in"
    assert (await bob.ask("PUT", "/api/me/settings", {}, X_CSRF="")).code == "not_allowed"


async def test_what_the_page_shows(clinic: Clinic, bob: Browser) -> None:
    """Appointments, hours, what is to be signed: one's own, without a title or a name of anybody else."""
    answer = await bob.get("/api/me")
    me = answer.json
    assert (me["alias"], me["legal_name"], me["zone"]) == ("Bob", NAMES[BOB][1], "America/Chicago")
    assert [one["id"] for one in me["appointments"]] == [GROUP, "session-later"]
    assert (me["hours"]["minutes"], me["hours"]["week_minutes"]) == (60, 540)
    assert [one["kind"] for one in me["to_sign"]] == ["telehealth"]
    assert [one["kind"] for one in me["may_sign"]] == ["tpo"]
    assert [one["id"] for one in me["consents"]] == [f"tpo-{BOB}"]
    for word in ("Evening group", *(name for who, names in NAMES.items() if who != BOB for name in names)):
        assert word not in answer.raw.decode().replace("Robert", "")


async def test_signing_and_revoking(clinic: Clinic, bob: Browser) -> None:
    """A consent counts from the signature to its revocation, as what it was shown as; an offer is signed once."""
    spanish = (await bob.get("/api/me?language=es")).json
    tpo = spanish["may_sign"][0]
    assert NAMES[BOB][1] in tpo["body"]
    said = {"kind": "tpo", "language": "es", "hash": tpo["hash"], "typed_name": "Robert Quillfeather"}
    assert (await bob.ask("POST", "/api/me/agreements", said | {"language": "en"})).code == "stale"
    assert (await bob.ask("POST", "/api/me/agreements", said | {"kind": "court"})).code == "no_such_thing"
    assert (await bob.ask("POST", "/api/me/agreements", said | {"offer": "none"})).code == "stale"
    made = await bob.ask("POST", "/api/me/agreements", said)
    assert made.status == 201
    name = made.json["id"]
    read = (await bob.get(f"/api/me/agreements/{name}")).json
    assert (read["body"], read["hash"], read["language"]) == (tpo["body"], tpo["hash"], "es")
    version = await clinic.store.consents.version(MAIN)
    assert (await bob.ask("DELETE", f"/api/me/agreements/{name}")).status == 204
    assert await clinic.store.consents.version(MAIN) == version + 1
    _, consents, _ = await clinic.store.consents.of(MAIN, [BOB])
    assert next(one for one in consents[BOB] if one.id == name).revoked is not None
    assert (await bob.ask("DELETE", "/api/me/agreements/none")).status == 404
    assert (await bob.get("/api/me/agreements/none")).status == 404

    court = Offer(
        "o1",
        BOB,
        Kind.COURT,
        "county-court",
        "Cook County",
        (Purpose.COURT,),
        (Matter.ATTENDANCE,),
        None,
        "my case ends",
        clinic.starts,
        ALICE,
    )
    await clinic.store.agreements.offer(MAIN, court)
    await clinic.store.agreements.offer(MAIN, replace(court, id="o2"))
    shown = next(one for one in (await bob.get("/api/me")).json["to_sign"] if one["offer"] == "o1")
    assert "Cook County" in shown["body"]
    assert "my case ends" in shown["body"]
    said = {"kind": "court", "language": "en", "hash": shown["hash"], "typed_name": "Robert", "offer": "o1"}
    assert (await bob.ask("POST", "/api/me/agreements", said | {"kind": "tpo"})).code == "stale"
    assert (await bob.ask("POST", "/api/me/agreements", said)).status == 201
    assert (await bob.ask("POST", "/api/me/agreements", said)).code == "stale"
    assert (await bob.ask("DELETE", "/api/me/offers/o2")).status == 204
    assert (await bob.ask("DELETE", "/api/me/offers/o2")).status == 404
    assert (await bob.ask("DELETE", f"/api/me/consents/tpo-{BOB}")).status == 204
    assert (await bob.ask("DELETE", "/api/me/consents/none")).status == 404


async def test_settings(clinic: Clinic, bob: Browser) -> None:
    """A name of one's choice, reminders, language and time zone; what is none of these is refused."""
    said = {"alias": "Robbie", "reminders": False, "language": "es", "zone": "Europe/Madrid"}
    for wrong in ({"alias": " "}, {"zone": "Mars/Base"}, {"language": "fr"}, {"alias": "x" * 41}):
        assert (await bob.ask("PUT", "/api/me/settings", said | wrong)).code == "malformed"
    me = (await bob.ask("PUT", "/api/me/settings", said)).json
    assert (me["alias"], me["reminders"], me["language"], me["zone"]) == ("Robbie", False, "es", "Europe/Madrid")
    kept = (await clinic.store.people.get(MAIN, [BOB]))[BOB]
    assert (kept.alias, kept.reminders, kept.legal_name) == ("Robbie", False, NAMES[BOB][1])


async def test_a_certificate_is_confirmed_until_it_is_revoked(clinic: Clinic, bob: Browser) -> None:
    """Signed under the client's own consent; whoever has the code is told days and minutes, and later nothing."""
    today = day_at(clinic.starts, ZoneInfo("America/Chicago"))
    said = {"from": str(today.replace(day=1)), "to": str(today), "typed_name": "Robert Quillfeather"}
    answer = await bob.ask("POST", "/api/me/certificate", said)
    assert answer.status == 200, answer.raw
    text = pypdf.PdfReader(io.BytesIO(answer.raw)).pages[0].extract_text()
    code = text.split("Code: ")[1].split()[0]
    visitor = clinic.browser()
    assert (await visitor.ask("POST", "/api/verify", {"code": code})).json["minutes"] == 60
    (mine,) = [one for one in (await bob.get("/api/me")).json["consents"] if one["recipient"] == "certificate-holder"]
    assert (await bob.ask("POST", "/api/me/certificate", said)).status == 200
    assert len((await bob.get("/api/me")).json["consents"]) == 2, "one consent for all certificates"
    assert (await bob.ask("DELETE", f"/api/me/consents/{mine['id']}")).status == 204
    assert (await visitor.ask("POST", "/api/verify", {"code": code})).json["valid"] is False
    assert (await bob.ask("POST", "/api/me/certificate", said | {"to": "2001-01-01"})).code == "malformed"


async def test_all_of_ones_data_and_nobody_elses(clinic: Clinic, bob: Browser) -> None:
    """As a file for programs and as a paper to read: attendance, consents, disclosures, and whom in an emergency."""
    session = clinic.session()
    told = Emergency("told", BOB, session.id, "R. Diaz", "County EMS", ALICE, clinic.clock.now(), "x", 1, ALICE)
    await clinic.store.emergencies.put(MAIN, told, session)
    answer = await bob.get("/api/me/data.json")
    whole = json.loads(answer.raw)
    assert whole["person"]["email"] == "bob@example.org"
    assert [one["minutes"] for one in whole["attendance"]] == [60]
    assert {one["kind"] for one in whole["consents"]} >= {"tpo", "court", "named"}
    assert [one["recipient"] for one in whole["disclosures"]] == ["certificate-holder"] * 3 + ["R. Diaz, County EMS"]
    pdf = await bob.get("/api/me/data.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    pages = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.raw)).pages)
    assert "Mis datos" in pages
    for text in (answer.raw.decode(), pages):
        for word in (NAMES[CAROL][1], NAMES[DAN][1], NAMES[ALICE][1], PIN, "argon2"):
            assert word not in text


async def test_ones_own_check_ins(clinic: Clinic, bob: Browser) -> None:
    """What Bob answered, with the questions, and in his data; what Carol answered is nowhere in it."""
    await answered(
        clinic, replace(clinic.session(), id=SessionId("session-later")), {BOB: "a good day", CAROL: "a bad one"}
    )
    told = (await bob.get("/api/me/scales")).json
    assert [one["code"] for one in told["items"]][:2] == ["craving", "mood"]
    (said,) = told["said"]
    assert said["given"][1] == {"item": "own-words", "value": "a good day", "shared": False}
    whole = (await bob.get("/api/me/data.json")).raw.decode()
    assert json.loads(whole)["check_ins"][0]["answers"] == {"mood": 4, "own-words": "a good day"}
    assert "a bad one" not in whole


async def test_all_that_tools_kept_is_in_ones_own_data(clinic: Clinic, bob: Browser) -> None:
    """More check-ins than a page shows, an answer to a poll and the score of a quiz that had names."""
    session = replace(clinic.session(), id=SessionId("session-last"))
    before = len(json.loads((await bob.get("/api/me/data.json")).raw)["check_ins"])
    await answered(clinic, session, {BOB: "a good day"})
    many = [
        ToBeKept(BOB, f"scales.in.{number}", msgspec.json.encode(Said(When.IN, "scales-default/1", number, ())))
        for number in range(MOST + 5)
    ]
    poll = PollAnswer("What was hardest?", ("Evenings",))
    others = [
        ToBeKept(BOB, "poll.poll1", msgspec.json.encode(poll)),
        ToBeKept(BOB, "quiz.0", msgspec.json.encode(QuizScore("Urges", 1, 2, 3))),
        ToBeKept(BOB, "of-a-later-release.1", b"{}"),
    ]
    state = ToolState("polls", 1, b"{}")
    assert await clinic.store.tools.write(MAIN, session.id, state, session.starts, [*many, *others], op="op-kept")
    whole = json.loads((await bob.get("/api/me/data.json")).raw)
    assert len(whole["check_ins"]) == before + MOST + 6
    assert [(one["question"], one["chosen"]) for one in whole["polls"]] == [("What was hardest?", ["Evenings"])]
    assert [(one["title"], one["right"], one["answered"]) for one in whole["quizzes"]] == [("Urges", 1, 2)]


async def test_a_new_pin_and_the_end(clinic: Clinic, bob: Browser) -> None:
    """The old one is asked for; signing out ends the page; revoking the link ends it everywhere."""
    clinic.clock.ahead += 16 * MINUTE
    assert (await bob.get("/api/me")).code == "not_signed_in", "a page that nobody uses closes"
    browser = clinic.browser()
    await clinic.store._client.call("DEL", *await clinic.store._client.call("KEYS", "allow:*"))
    entered = await browser.ask("POST", "/api/me/pin", {"token": PERSONAL[BOB], "pin": PIN})
    browser.csrf = entered.json["csrf"]
    assert (await browser.ask("PUT", "/api/me/pin", {"old": "000000", "new": "271828"})).code == "not_allowed"
    assert (await browser.ask("PUT", "/api/me/pin", {"old": PIN, "new": "123456"})).code == "malformed"
    assert (await browser.ask("PUT", "/api/me/pin", {"old": PIN, "new": "271828"})).status == 204
    assert (await browser.ask("POST", "/api/me/passkey/begin", {"token": PERSONAL[BOB]})).code == "not_allowed"
    made = {"asked": "none", "credential": {}, "label": "Phone"}
    assert (await browser.ask("POST", "/api/me/passkeys", made)).code == "stale"
    assert (await browser.ask("DELETE", "/api/me/passkeys/none")).status == 404
    begun = (await browser.ask("POST", "/api/me/passkeys/begin", {})).json
    assert begun["options"]["rp"]["name"] == "Appointments"
    refused = await browser.ask("POST", "/api/me/passkeys", made | {"asked": begun["asked"]})
    assert refused.code == "not_allowed"
    found = await clinic.store.access.link(PERSONAL[BOB])
    assert found is not None
    assert (await browser.ask("POST", "/api/me/sign-out", {})).status == 204
    assert (await browser.get("/api/me")).code == "not_signed_in"
    entered = await browser.ask("POST", "/api/me/pin", {"token": PERSONAL[BOB], "pin": "271828"})
    assert entered.status == 200
    await clinic.store.access.revoke_link(MAIN, found[0], clinic.clock.now())
    assert (await browser.get("/api/me")).code == "not_signed_in"
