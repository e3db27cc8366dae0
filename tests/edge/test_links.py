"""Join links: what a good one opens, that bad ones cannot be told apart, and how staff make and revoke them."""

from dataclasses import replace

import pytest

from telehealth.core import records as rec
from telehealth.core.roles import Role
from telehealth.edge.links import TRIES

from .clinic import ALICE, BEN, BENS, BOB, CAROL, DAN, GROUP, MAIN, MINUTE, SERIES, TOKENS, Clinic

pytestmark = pytest.mark.asyncio


async def test_a_good_link_signs_a_client_in(clinic: Clinic) -> None:
    """The page learns its session, its alias and the agreement; nothing of the programme, the title or the kind."""
    browser = clinic.browser()
    answer = await browser.ask("POST", "/api/link", {"token": TOKENS[BOB]})
    told = answer.json
    assert answer.status == 200
    assert set(told) == {
        "kind", "csrf", "session", "starts", "ends", "zone", "alias", "agreement", "check_in", "checked_in",
        "to_sign", "clinic_phone",
    }  # fmt: skip
    assert (told["kind"], told["session"], told["alias"]) == ("client", GROUP, "Bob")
    assert told["agreement"]["version"] == "group/1"
    assert (told["check_in"], told["checked_in"], told["to_sign"]) == (None, False, [])
    assert (await browser.get("/api/session")).json == told
    assert MAIN.encode() not in answer.raw
    assert BOB.encode() not in answer.raw
    assert (BOB, "link.used", GROUP) in await clinic.audited()


async def test_a_link_may_be_opened_again(clinic: Clinic) -> None:
    """A mail scanner that opened it first locks nobody out, and a second tab keeps the first one's token."""
    browser = await clinic.client()
    again = await browser.ask("POST", "/api/link", {"token": TOKENS[BOB]})
    assert again.json["csrf"] == browser.csrf
    other = await clinic.client()
    assert other.csrf != browser.csrf
    assert (await browser.get("/api/session")).status == 200


async def test_a_link_to_a_series_opens_the_session_of_now(clinic: Clinic) -> None:
    """A standing link leads to the session that goes on, and no further than the client's place in the group."""
    forever = clinic.starts + 10**10
    await clinic.store.access.put_link("standing-bob-0123", rec.JoinLink(MAIN, BOB, Role.CLIENT, None, SERIES, forever))
    stranger = rec.JoinLink(MAIN, BEN, Role.CLIENT, None, SERIES, forever)
    await clinic.store.access.put_link("standing-stranger-0123", stranger)
    answer = await clinic.browser().ask("POST", "/api/link", {"token": "standing-bob-0123"})
    assert answer.json["session"] == GROUP
    assert (await clinic.browser().ask("POST", "/api/link", {"token": "standing-stranger-0123"})).status == 404


async def test_bad_links_cannot_be_told_apart(clinic: Clinic) -> None:
    """Expired, revoked, made-up, impossible and wrong-time links get the same answer to the byte, headers included."""
    now = clinic.clock.now()
    session = clinic.session()
    link = rec.JoinLink(MAIN, BOB, Role.CLIENT, GROUP, None, now + 10**9)
    far = replace(session, id="session-far", starts=now + 49 * 60 * MINUTE, ends=now + 50 * 60 * MINUTE)
    past = replace(session, id="session-past", starts=now - 9 * 60 * MINUTE, ends=now - 6 * 60 * MINUTE)
    await clinic.store.sessions.put(far)
    await clinic.store.sessions.put(past)
    bad = {
        "expired-token-0123456789": replace(link, expires=now - 1),
        "revoked-token-0123456789": link,
        "early-token-0123456789": replace(link, session=far.id),
        "late-token-0123456789": replace(link, session=past.id),
        "lost-session-token-01234": replace(link, session="session-nowhere"),
    }
    for token, record in bad.items():
        await clinic.store.access.put_link(token, record)
    found = await clinic.store.access.link("revoked-token-0123456789")
    assert found
    await clinic.store.access.revoke_link(MAIN, found[0], now)
    answers = [
        await clinic.browser().ask("POST", "/api/link", {"token": token})
        for token in (*bad, "made-up-token-0123456789", "", "x", "not a token: \u00e9\u4e00", "a" * 256)
    ]
    for answer in answers:
        answer.headers.pop("Date")
    assert {(a.status, a.raw, tuple(sorted(a.headers.items()))) for a in answers} == {
        (404, answers[0].raw, tuple(sorted(answers[0].headers.items())))
    }
    assert answers[0].code == "link_not_valid"
    assert "Set-Cookie" not in answers[0].headers


async def test_links_cannot_be_tried_without_end(clinic: Clinic) -> None:
    """An address that tries too many gets 429, also for a good one."""
    browser = clinic.browser()
    for _ in range(TRIES):
        assert (await browser.ask("POST", "/api/link", {"token": "made-up"})).status == 404
    answer = await browser.ask("POST", "/api/link", {"token": TOKENS[BOB]})
    assert (answer.status, answer.code) == (429, "too_many")


async def test_a_clients_browser_ends_with_the_session(clinic: Clinic) -> None:
    """Two hours after the scheduled end the cookie is worth nothing."""
    browser = await clinic.client()
    clinic.clock.ahead += (180 - 10 + 119) * MINUTE
    assert (await browser.get("/api/session")).status == 200
    clinic.clock.ahead += 2 * MINUTE
    assert (await browser.get("/api/session")).status == 401


async def test_staff_make_a_link_that_works(clinic: Clinic) -> None:
    """The new link's token stands in the fragment, signs the client in, and only its hash is listed."""
    alice = await clinic.staff()
    answer = await alice.ask("POST", f"/api/staff/sessions/{GROUP}/links", {"person": DAN})
    url = answer.json["url"]
    assert url.startswith("http://127.0.0.1:1/j#")
    token = url.partition("#")[2]
    assert len(token) >= 32
    assert (await clinic.browser().ask("POST", "/api/link", {"token": token})).json["alias"] == "Dan"
    listed = await alice.get(f"/api/staff/sessions/{GROUP}/links")
    assert sorted(link["person"] for link in listed.json["links"]) == sorted([BOB, CAROL, DAN, DAN])
    assert token.encode() not in listed.raw
    assert (ALICE, "link.made", DAN) in await clinic.audited()


async def test_links_are_made_for_expected_clients_only(clinic: Clinic) -> None:
    """Not for staff, for people of other sessions, or for nobody."""
    alice = await clinic.staff()
    for person in (BEN, "id-of-nobody"):
        answer = await alice.ask("POST", f"/api/staff/sessions/{GROUP}/links", {"person": person})
        assert (answer.status, answer.code) == (404, "no_such_member")


async def test_a_revoked_link_signs_its_browsers_out_at_once(clinic: Clinic) -> None:
    """The client's next request is 401, the link opens nothing, others stay, and open sockets are told."""
    alice, bob, carol = await clinic.staff(), await clinic.client(BOB), await clinic.client(CAROL)
    listed = (await alice.get(f"/api/staff/sessions/{GROUP}/links")).json["links"]
    (name,) = [link["name"] for link in listed if link["person"] == BOB]
    assert (await alice.ask("DELETE", f"/api/staff/links/{name}")).status == 204
    assert (await bob.get("/api/session")).status == 401
    assert (await carol.get("/api/session")).status == 200
    assert clinic.signed_out == [{"link": name, "csrf": ""}]
    assert (await clinic.browser().ask("POST", "/api/link", {"token": TOKENS[BOB]})).status == 404
    listed = (await alice.get(f"/api/staff/sessions/{GROUP}/links")).json["links"]
    assert [bool(link["revoked"]) for link in listed if link["person"] == BOB] == [True]
    assert (ALICE, "link.revoked", BOB) in await clinic.audited()


async def test_links_of_others_are_not_there(clinic: Clinic) -> None:
    """Ben can neither list, make nor revoke links of a session that he does not lead."""
    alice, ben = await clinic.staff(), await clinic.staff(BEN)
    name = (await alice.get(f"/api/staff/sessions/{GROUP}/links")).json["links"][0]["name"]
    for method, path, body in (
        ("GET", f"/api/staff/sessions/{GROUP}/links", None),
        ("POST", f"/api/staff/sessions/{GROUP}/links", {"person": BOB}),
        ("DELETE", f"/api/staff/links/{name}", None),
        ("DELETE", "/api/staff/links/nothing-of-that-name", None),
    ):
        answer = await ben.ask(method, path, body)
        assert (answer.status, answer.code) == (404, "no_such_thing")
    assert (await clinic.browser().ask("POST", "/api/link", {"token": TOKENS[BOB]})).status == 200
    assert (await ben.get(f"/api/staff/sessions/{BENS}/links")).status == 200
