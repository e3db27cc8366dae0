"""Relapse-prevention plans over HTTP: written by client and staff at once, signed by both, and nobody else's to see."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
import pytest_asyncio

from telehealth.core import records as rec
from telehealth.core.access_table import StaffRole
from telehealth.core.roles import Role
from telehealth.core.wallet import Block, Line
from telehealth.edge.pdf_wallet import card

from .clinic import ALICE, BEN, BOB, CAROL, GROUP, MAIN, MINUTE, NAMES, Browser, Clinic, Evening, running

pytestmark = pytest.mark.asyncio(loop_scope="module")
BOBS = f"/api/staff/clients/{BOB}/plan"
PERSONAL = {person: f"personal-token-of-{person}-0123456789" for person in (BOB, CAROL)}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    """An evening goes on: Bob and Carol sit in it, Dan does not."""
    folder: Path = tmp_path_factory.mktemp("plans")
    async with running(folder, clinic_phone="217-555-0100") as clinic:
        evening = Evening(clinic.store, clinic.session())
        await evening.opens()
        await evening.seats(BOB, CAROL)
        for person, token in PERSONAL.items():
            link = rec.JoinLink(MAIN, person, Role.CLIENT, None, None, clinic.starts + 90 * 24 * 60 * MINUTE)
            await clinic.store.access.put_link(token, link)
        yield clinic


async def own(clinic: Clinic, person: Any) -> Browser:
    """Somebody in their own page."""
    browser = clinic.browser()
    hashed = "own-cookie-of-" + person
    until = clinic.clock.now() + 60 * MINUTE
    me = rec.WebSession(rec.SignedInAs.OWN, MAIN, person, Role.CLIENT, "csrf-own", until, longest=until)
    await clinic.store.access.put_web_session(hashed, me)
    browser.http.cookie_jar.update_cookies({"own": hashed})
    browser.csrf = me.csrf
    return browser


def add(name: str, section: str, text: str, **more: str) -> dict[str, Any]:
    return {"do": "add", "id": name, "section": section, "text": text, **more}


async def edits(browser: Browser, path: str, op: str, *edits: dict[str, Any]) -> Any:
    answer = await browser.ask("POST", f"{path}/edits", {"op": op, "edits": list(edits)})
    assert answer.status == 200, answer.raw
    return answer.json


async def test_two_write_at_once_and_sign(clinic: Clinic) -> None:
    """Bob in the session and Alice on her page write at the same time: nothing is lost. A version is made, signed by
    Bob by what he read, countersigned by Alice; it says what is new; and Bob's own page shows it first of all."""
    bob, alice, page = await clinic.client(BOB), await clinic.staff(), await own(clinic, BOB)
    many = [edits(bob, "/api/plan", f"b{n}", add(f"b{n}", "warning-signs", f"canary-note sign {n}")) for n in range(6)]
    many += [edits(alice, BOBS, f"a{n}", add(f"a{n}", "coping-steps", f"step {n}")) for n in range(6)]
    await asyncio.gather(*many)
    sam = add("sam", "safe-people", "Sam", relation="brother", phone="+1 217-555-0199")
    plan = await edits(bob, "/api/plan", "b9", sam)
    assert len(plan["lines"]) == 13
    assert await edits(bob, "/api/plan", "b9", sam) == plan, "a repeat changes nothing"

    over = {"do": "change", "section": "warning-signs", "seen": 1, "id": "b0"}
    await edits(bob, "/api/plan", "c1", over | {"text": "I sleep badly", "beside": "x1"})
    plan = await edits(alice, BOBS, "c2", over | {"text": "Does not answer calls", "beside": "x2"})
    assert [one["text"] for one in plan["lines"][:2]] == ["I sleep badly", "Does not answer calls"]

    assert (await alice.ask("POST", f"{BOBS}/versions", {})).status == 201
    assert (await alice.ask("POST", f"{BOBS}/versions", {})).status == 200, "nothing new"
    assert (await alice.ask("POST", f"{BOBS}/versions/1/countersign", {})).code == "no_such_thing", "the client first"
    said = {"digest": plan["digest"], "typed_name": "Robert Quillfeather"}
    assert (await bob.ask("POST", "/api/plan/sign", said | {"digest": "0" * 64})).code == "stale"
    assert (await bob.ask("POST", "/api/plan/sign", said | {"typed_name": " "})).code == "malformed"
    signed = await bob.ask("POST", "/api/plan/sign", said)
    assert signed.status == 201, signed.raw
    assert (await bob.ask("POST", "/api/plan/sign", said)).code == "already_signed"
    beside = await alice.ask("POST", f"{BOBS}/versions/1/countersign", {})
    (row,) = beside.json["versions"]
    assert (row["number"], row["by"], row["signed"]["name"]) == (1, "alice", "Robert Quillfeather")
    assert row["countersigned"]["name"] == "Alicia Thornbury"

    await edits(
        page, "/api/me/plan", "p1", {"do": "remove", "id": "a5", "seen": 1}, add("new", "reasons", "My children")
    )
    mine = (await page.get("/api/me?language=es")).json["plan"]
    assert len(mine["shown"]) == 14, "what was signed is shown until something else is"
    assert mine["sections"][0]["title"] == "Mis señales de alerta"
    assert [one["number"] for one in mine["numbers"]] == ["988", "911", "217-555-0100"]
    said = {"digest": mine["digest"], "typed_name": "Robert"}
    mine = (await page.ask("POST", "/api/me/plan/sign", said)).json
    assert [one["number"] for one in mine["versions"]] == [2, 1]
    second = (await page.get("/api/me/plan/versions/2")).json
    assert [one["text"] for one in second["added"]] == ["My children"]
    assert [one["id"] for one in second["removed"]] == ["a5"]
    assert len((await alice.get(f"{BOBS}/versions/1")).json["lines"]) == 14
    assert (await page.get("/api/me/plan/versions/3")).status == 404
    assert (await page.get("/api/me/plan/versions/none")).status == 404

    whole = (await page.get("/api/me/data.json")).json["plan"]
    assert [len(one["signed"]) for one in whole["versions"]] == [2, 1]
    pdf = pypdf.PdfReader(io.BytesIO((await page.get("/api/me/data.pdf")).raw))
    assert "+1 217-555-0199" in "".join(sheet.extract_text() for sheet in pdf.pages)
    audited = [(actor, action) for actor, action, subject in await clinic.audited() if action.startswith("plan.")]
    assert ("id-alice-9f1", "plan.read") in audited
    assert [action for _, action in audited if action not in ("plan.read", "plan.written")] == [
        "plan.version",
        "plan.signed",
        "plan.countersigned",
        "plan.version",
        "plan.signed",
    ]


async def test_nobody_else_gets_it(clinic: Clinic) -> None:
    """Carol has her own, by any door; who does not sit in the session, or is no client, has none; Ben, who leads
    another group, is told that there is nothing."""
    carol = await clinic.client(CAROL)
    await edits(await clinic.client(BOB), "/api/plan", "only", add("only", "reasons", "canary-note for Bob alone"))
    assert b"for Bob alone" not in (await carol.get("/api/plan")).raw
    assert (await carol.get("/api/plan")).json["lines"] == []
    ben = await clinic.staff(BEN)
    assert (await ben.get(BOBS)).status == 404
    assert (await clinic.browser().get("/api/plan")).status == 401
    assert (await clinic.browser().get("/api/me/plan")).status == 401
    assert (await carol.get("/api/me/plan")).status == 401, "a link alone does not open the own page"
    assert (await (await clinic.staff()).get("/api/plan")).status == 403
    assert (await (await own(clinic, CAROL)).get("/api/me/plan")).json["lines"] == []


async def test_what_somebody_may_do_comes_with_the_plan(clinic: Clinic) -> None:
    """A client writes and signs; a counsellor writes and signs beside them; an intern who leads the same group writes
    and is offered no signature, and giving one is refused."""

    async def offered(browser: Browser, path: str) -> tuple[bool, str]:
        plan = (await browser.get(path)).json
        return plan["writes"], plan["signs"]

    assert await offered(await clinic.client(BOB), "/api/plan") == (True, "client")
    assert await offered(await own(clinic, BOB), "/api/me/plan") == (True, "client")
    assert await offered(await clinic.staff(), BOBS) == (True, "beside")
    intern = clinic.browser()
    until = clinic.clock.now() + 60 * MINUTE
    me = rec.WebSession(
        rec.SignedInAs.STAFF,
        MAIN,
        ALICE,
        Role.FACILITATOR,
        "csrf-intern",
        until,
        longest=until,
        staff_role=StaffRole.INTERN,
    )
    await clinic.store.access.put_web_session("cookie-of-an-intern", me)
    intern.http.cookie_jar.update_cookies({"session": "cookie-of-an-intern"})
    intern.csrf = me.csrf
    assert await offered(intern, BOBS) == (True, "none")
    assert (await intern.ask("POST", f"{BOBS}/versions/1/countersign", {})).status == 404


async def test_who_is_not_admitted_reads_nothing(clinic: Clinic) -> None:
    """Behind a link alone the plan opens only for whoever staff have let in; a family member has none."""
    dan = await clinic.client("id-dan-b58")  # type: ignore[arg-type]
    assert (await dan.get("/api/plan")).code == "not_in_room"
    assert (
        await dan.ask("POST", "/api/plan/edits", {"op": "o", "edits": [add("a", "reasons", "x")]})
    ).code == "not_in_room"
    for kind, cookie, path in (
        (rec.SignedInAs.OWN, "own", "/api/me/plan"),
        (rec.SignedInAs.CLIENT, "session", "/api/plan"),
    ):
        browser, token = clinic.browser(), f"family-{kind}-0123456789"
        until = clinic.clock.now() + 60 * MINUTE
        me = rec.WebSession(kind, MAIN, BOB, Role.COLLATERAL, "csrf", until, session=GROUP, longest=until)
        await clinic.store.access.put_web_session(token, me)
        browser.http.cookie_jar.update_cookies({cookie: token})
        assert (await browser.get(path)).code == "not_allowed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"op": "a b"},
        {"edits": []},
        {"edits": [add("x", "reasons", "y" * 301)]},
        {"edits": [add("x", "reasons", "two\nlines")]},
        {"edits": [add("x", "safe-people", "Sam", phone="javascript:1")]},
        {"edits": [{"do": "burn", "id": "x"}]},
        {"edits": [{"do": "tick", "id": "x", "on": True, "by": "y"}]},
    ],
)
async def test_what_is_no_edit_is_refused(clinic: Clinic, wrong: dict[str, Any]) -> None:
    """Limits and unknown things: malformed, and nothing is changed."""
    bob = await clinic.client(BOB)
    answer = await bob.ask("POST", "/api/plan/edits", {"op": "o", "edits": [add("x", "reasons", "y")]} | wrong)
    assert answer.code == "malformed"
    unknown = await bob.ask("POST", "/api/plan/edits", {"op": "u", "edits": [add("x", "none", "y")]})
    assert unknown.code == "no_such_thing"


async def test_the_card_is_one_page_that_says_nothing_outside(clinic: Clinic) -> None:
    """Of the client's and of the staff's page, in either language: one page, with the people to call, without the
    clinic's name; an older version on demand."""
    alice = await clinic.staff()
    await edits(alice, f"/api/staff/clients/{CAROL}/plan", "c", add("p", "safe-people", "Ana", phone="555-0123"))
    carol = await own(clinic, CAROL)
    for browser, path in ((carol, "/api/me/plan"), (alice, f"/api/staff/clients/{CAROL}/plan")):
        for language, word in (("en", "People I can call"), ("es", "Personas a las que puedo llamar")):
            answer = await browser.get(f"{path}/card.pdf?language={language}")
            assert answer.status == 200, answer.raw
            (sheet,) = pypdf.PdfReader(io.BytesIO(answer.raw)).pages
            text = sheet.extract_text()
            for wanted in (word, "Ana", "555-0123", "988", "217-555-0100"):
                assert wanted in text
            assert "Attendance office" not in text
            assert NAMES[CAROL][1] not in text
    for wrong in ("7", "none"):
        assert (await carol.get(f"/api/me/plan/card.pdf?version={wrong}")).status == 404
    assert (await carol.ask("POST", "/api/me/plan/versions", {})).status == 201
    assert (await carol.get("/api/me/plan/card.pdf?version=1")).status == 200


async def test_outer_faces_stay_blank_however_much_there_is() -> None:
    """The faces at the top and the bottom of the right column bear no ink, and there is one page."""
    much = tuple(Line("a long line that goes on and on " * 8, "+1 (217) 555-0177") for _ in range(20))
    reader = pypdf.PdfReader(io.BytesIO(card([Block(f"Section {n}", much) for n in range(12)], "en")))
    (sheet,) = reader.pages
    assert reader.metadata is not None
    assert reader.metadata.title == "Card"
    places: list[tuple[float, float]] = []

    def seen(text: str, _: Any, matrix: list[float], *__: Any) -> None:
        if text.strip():
            places.append((matrix[4], matrix[5]))

    sheet.extract_text(visitor_text=seen)
    right = [y for x, y in places if x > 306]
    assert right, "the back of the strip is used"
    assert all(90 + 153 < y < 702 - 153 for y in right)
