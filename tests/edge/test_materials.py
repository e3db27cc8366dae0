"""Materials over HTTP: who may put them in, what becomes of a PDF, and who is given a page or a handout."""

import io
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from yarl import URL

from telehealth.core import commands as ask
from telehealth.core.ids import ConnectionId, PersonId
from telehealth.core.materials import MAX_BYTES
from telehealth.core.records import SignedInAs, WebSession
from telehealth.core.roles import Role
from telehealth.core.tools.slides import Shown, Slides
from telehealth.edge.browser import Browsers
from telehealth.store.tool_ports import ToolState
from tests.app.test_rendering import slides

from .clinic import ALICE, BEN, BENS, BOB, CAROL, DAN, GROUP, MAIN, MINUTE, Browser, Clinic, Evening, running

pytestmark = pytest.mark.asyncio
QUESTION = {"text": "A craving…", "choices": ["passes", "stays"], "right": [0], "explanation": "It peaks."}
LIBRARY = "/api/staff/materials"


async def upload(browser: Browser, pdf: bytes) -> dict[str, object]:
    answer = await browser.ask("POST", LIBRARY, pdf, Content_Type="application/pdf")
    assert answer.status == 201, answer.raw
    found: dict[str, object] = answer.json
    return found


async def show(clinic: Clinic, *shown: Shown, version: int = 1) -> None:
    """As the slides of a room would write it."""
    state = msgspec.json.encode(Slides(True, shown[0].material, None, shown))
    written = ToolState("slides", version, state)
    assert await clinic.store.tools.write(MAIN, GROUP, written, clinic.clock.now(), op=f"s{version}", lasting=state)


@pytest_asyncio.fixture
async def evening(clinic: Clinic) -> Evening:
    found = Evening(clinic.store, clinic.session())
    await found.opens()
    await found.seats(BOB, CAROL)
    return found


async def own_page(clinic: Clinic, person: PersonId) -> Browser:
    """A browser that is in this client's own page."""
    now = clinic.clock.now()
    me = WebSession(SignedInAs.OWN, MAIN, person, Role.CLIENT, "csrf", now + 60_000, longest=now + 60_000)
    token = await Browsers(clinic.store.access, clinic.clock).begin(me)
    browser = clinic.browser()
    browser.http.cookie_jar.update_cookies({"own": token}, URL(clinic.url))
    return browser


async def test_a_pdf_is_put_in_named_and_put_aside(clinic: Clinic) -> None:
    """It is called by its first line until somebody says; a save names the revision that it began from; each act is
    in the audit log; the page and the PDF come back."""
    alice = await clinic.staff()
    pdf = slides("Urge surfing", "What passes")
    fresh = await upload(alice, pdf)
    assert (fresh["title"], fresh["pages"], fresh["archived"]) == ("Urge surfing", 2, False)
    path = f"{LIBRARY}/{fresh['id']}"
    body = {
        "revision": 1,
        "title": "Surfing urges",
        "topic": "Coping skills",
        "language": "en",
        "archived": False,
        "quiz": [QUESTION],
    }
    named = await alice.ask("PUT", path, body)
    assert (named.json["revision"], named.json["quiz"]) == (2, [QUESTION])
    assert (await alice.ask("PUT", path, body)).code == "stale"
    aside = await alice.ask("PUT", path, {**body, "revision": 2, "archived": True})
    assert aside.json["archived"]
    assert (
        await alice.ask("PUT", path, {**body, "revision": 3, "quiz": [{**QUESTION, "right": [4]}]})
    ).code == "malformed"
    listed = (await alice.get(LIBRARY)).json
    assert [one["title"] for one in listed["materials"]] == ["Surfing urges"]
    assert "Coping skills" in listed["topics"]["en"]
    image = await alice.get(f"{path}/pages/1")
    assert (image.headers["Content-Type"], image.headers["Cache-Control"]) == ("image/webp", "no-store")
    assert (await alice.get(f"{path}/pages/2")).code == "no_such_thing"
    assert (await alice.get(f"{path}/pdf")).raw == pdf
    acts = [action for _, action, subject in await clinic.audited() if subject == fresh["id"]]
    assert acts == ["material.added", "material.changed", "material.archived"]


async def test_what_is_no_pdf_is_refused_by_name(clinic: Clinic) -> None:
    """Rubbish, another type, too many pages, too many bytes: nothing is kept."""
    alice = await clinic.staff()
    sent = {"Content_Type": "application/pdf"}
    assert (await alice.ask("POST", LIBRARY, b"%PDF-1.7 nothing", **sent)).code == "unreadable"
    assert (await alice.ask("POST", LIBRARY, b"{}")).code == "malformed"
    headers = {"X-CSRF": alice.csrf, "Content-Type": "application/pdf"}
    async with alice.http.post(LIBRARY, data=io.BytesIO(bytes(MAX_BYTES + 1)), headers=headers) as large:
        assert large.status == 413
    assert (await alice.ask("POST", LIBRARY, slides(*["x"] * 151), **sent)).code == "too_large"
    assert (await alice.get(LIBRARY)).json["materials"] == []
    assert (await alice.get(f"{LIBRARY}/nothing/pdf")).code == "no_such_thing"


async def test_pages_are_given_to_whoever_is_seated_in_the_session_and_to_nobody_else(
    clinic: Clinic, evening: Evening
) -> None:
    """Once it was shown there: to its clients and its staff, with the text of each page; not for another session, not
    signed out, not to staff who have no business in it, and a handout only where it is one."""
    alice, ben = await clinic.staff(), await clinic.staff(BEN)
    bob = await clinic.client(BOB)
    one = await upload(alice, slides("Urge surfing", "Two"))
    other = await upload(alice, slides("Not shown"))
    deck = f"/api/sessions/{GROUP}/slides/{one['id']}"
    assert (await bob.get(deck)).code == "no_such_thing"
    await show(clinic, Shown(str(one["id"]), "Urge surfing", "", 2, False, 0, 1))
    for browser in (alice, bob):
        found = (await browser.get(deck)).json
        assert [page["text"].splitlines()[0] for page in found["pages"]] == ["Urge surfing", "Two"]
        assert (found["pages"][0]["width"], found["title"]) == (1_600, "Urge surfing")
        image = await browser.get(f"{deck}/1")
        assert image.raw[8:12] == b"WEBP"
        assert image.headers["Cache-Control"] == "no-store"
        for wrong in (f"{deck}/2", f"{deck}/-1", f"{deck}/x", f"/api/sessions/{GROUP}/slides/{other['id']}/0"):
            assert (await browser.get(wrong)).code == "no_such_thing"
    assert (await bob.get(f"/api/sessions/{BENS}/slides/{one['id']}/0")).code == "no_such_thing"
    assert (await ben.get(f"{deck}/0")).code == "no_such_thing"
    assert (await clinic.browser().get(f"{deck}/0")).code == "not_signed_in"
    keep = f"/api/sessions/{GROUP}/handouts/{one['id']}"
    assert (await bob.get(keep)).code == "no_such_thing"
    await show(clinic, Shown(str(one["id"]), "Urge surfing", "", 2, True, 0, 1), version=2)
    kept = await bob.get(keep)
    assert (kept.raw[:5], kept.headers["Content-Disposition"]) == (b"%PDF-", 'attachment; filename="handout.pdf"')


async def test_whoever_was_sent_away_is_given_no_page_whatever_they_know(clinic: Clinic, evening: Evening) -> None:
    """Ids that they kept open neither a page nor a handout, by their link or on their own page, until a host lets them
    back; then what was given out is theirs, and pages again once they sit; who never came in has nothing."""
    alice, bob, dan = await clinic.staff(), await clinic.client(BOB), await clinic.client(DAN)
    page_of_bob = await own_page(clinic, BOB)
    given, shown = await upload(alice, slides("Urge surfing")), await upload(alice, slides("For the room"))
    await show(
        clinic,
        Shown(str(given["id"]), "Urge surfing", "", 1, True, 0, 1),
        Shown(str(shown["id"]), "For the room", "", 1, False, 0, 1),
    )
    handout, kept = (f"/api/sessions/{GROUP}/{kind}/{given['id']}" for kind in ("slides", "handouts"))
    pages = f"/api/sessions/{GROUP}/slides/{shown['id']}"

    async def opened(browser: Browser) -> list[bool]:
        asked = (handout, f"{handout}/0", kept, pages, f"{pages}/0")
        answers = [await browser.get(path) for path in asked]
        assert {one.status for one in answers} <= {200, 404}
        return [one.status == 200 for one in answers]

    assert await opened(bob) == [True] * 5
    assert await opened(dan) == [False] * 5
    at, host = clinic.starts + 2 * MINUTE, ConnectionId(f"socket-of-{ALICE}")
    number = next(one.number for one in evening.room.members.values() if one.person == BOB)
    await evening.step(ask.Remove(at, host, number))
    assert await opened(bob) == [False] * 5
    await evening.step(ask.AllowBack(at, host, number))
    assert await opened(bob) == [True] * 3 + [False] * 2
    await evening.seats(BOB, minute=3)
    assert await opened(bob) == [True] * 5
    await evening.step(ask.Remove(at + 2 * MINUTE, host, number))
    await evening.ends(9)
    assert await opened(bob) == [False] * 5
    assert (await page_of_bob.get("/api/me/handouts")).json == {"handouts": []}
    assert (await page_of_bob.get(f"/api/me/handouts/{GROUP}/{given['id']}")).code == "no_such_thing"


async def test_clients_keep_no_library(clinic: Clinic) -> None:
    """Neither list nor upload is theirs."""
    bob = await clinic.client(BOB)
    assert (await bob.get(LIBRARY)).code == "not_allowed"
    assert (await bob.ask("POST", LIBRARY, slides("x"), Content_Type="application/pdf")).code == "not_allowed"


async def test_what_a_session_left_is_told_to_its_staff(clinic: Clinic, evening: Evening) -> None:
    """Topic and materials, also after the end; nothing where no tool was used."""
    alice = await clinic.staff()
    path = f"/api/staff/sessions/{GROUP}/made"
    assert (await alice.get(path)).json == {"topic": "", "materials": [], "polls": [], "quizzes": []}
    await show(clinic, Shown("m1", "Urge surfing", "Coping skills", 2, True, 0, 7))
    await evening.ends()
    made = (await alice.get(path)).json
    assert made["topic"] == "Coping skills"
    assert made["materials"] == [{"material": "m1", "title": "Urge surfing", "at": 7}]


async def test_handouts_are_on_the_own_page_of_whoever_was_there(tmp_path: Path) -> None:
    """After the session, for those who came; not for those who did not, and not what was no handout."""
    async with running(tmp_path) as clinic:
        evening = Evening(clinic.store, clinic.session())
        await evening.opens()
        await evening.seats(BOB)
        alice = await clinic.staff()
        one = await upload(alice, slides("Urge surfing"))
        two = await upload(alice, slides("For staff"))
        await show(
            clinic,
            Shown(str(one["id"]), "Urge surfing", "", 1, True, 0, 1),
            Shown(str(two["id"]), "For staff", "", 1, False, 0, 1),
        )
        await evening.ends(9)
        bob, dan = await own_page(clinic, BOB), await own_page(clinic, DAN)
        (kept,) = (await bob.get("/api/me/handouts")).json["handouts"]
        assert (kept["title"], kept["session"], kept["starts"]) == ("Urge surfing", GROUP, clinic.starts)
        assert (await bob.get(f"/api/me/handouts/{GROUP}/{one['id']}")).raw[:5] == b"%PDF-"
        assert (await bob.get(f"/api/me/handouts/{GROUP}/{two['id']}")).code == "no_such_thing"
        assert (await dan.get("/api/me/handouts")).json == {"handouts": []}
        assert (await dan.get(f"/api/me/handouts/{GROUP}/{one['id']}")).code == "no_such_thing"
