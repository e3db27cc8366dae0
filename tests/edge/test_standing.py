"""A client's standing link and guests' links: what they open and when, what they tell otherwise, and who makes them."""

from dataclasses import replace

import pytest

from telehealth.core import records as rec
from telehealth.core.links import SOON
from telehealth.core.roles import StaffRole

from .clinic import ALICE, BEN, BOB, CAROL, GROUP, HASHES, MAIN, MINUTE, NAMES, Browser, Clinic, Evening

pytestmark = pytest.mark.asyncio
PATH = f"/api/staff/clients/{BOB}/links"
MOTHER = "id-mother-66c"


async def _url(browser: Browser, path: str = PATH) -> str:
    answer = await browser.ask("POST", path, {})
    assert answer.status == 201, answer.raw
    base, _, token = answer.json["url"].partition("#")
    assert base.endswith("/j")
    return str(token)


async def _open(clinic: Clinic, token: str) -> tuple[int, object]:
    answer = await clinic.browser().ask("POST", "/api/link", {"token": token})
    return answer.status, answer.json


async def test_it_opens_what_is_on(clinic: Clinic) -> None:
    """The group that goes on; in the next hour what begins then; once the host has ended it, no more."""
    token = await _url(await clinic.staff())
    status, told = await _open(clinic, token)
    assert (status, told["kind"], told["session"]) == (200, "client", GROUP)  # type: ignore[index]
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.ends(minute=9)
    status, told = await _open(clinic, token)
    assert (status, told) == (200, {"kind": "next", "starts": None, "ends": None, "opens": None, "zone": ""})
    later = replace(clinic.session(), id="later", starts=clinic.clock.now() + 70 * MINUTE)
    await clinic.store.sessions.put(replace(later, ends=later.starts + 60 * MINUTE))
    status, told = await _open(clinic, token)
    assert told["kind"] == "next"  # type: ignore[index]
    clinic.clock.ahead += 11 * MINUTE
    status, told = await _open(clinic, token)
    assert told["session"] == "later"  # type: ignore[index]


async def test_it_tells_when_the_next_is(clinic: Clinic) -> None:
    """The time, by the client's clock, when the door opens, and nothing else; nobody is signed in by it."""
    far = replace(clinic.session(), id="far", starts=clinic.starts + 3 * 24 * 60 * MINUTE)
    far = replace(far, ends=far.starts + 60 * MINUTE)
    await clinic.store.sessions.put(far)
    await clinic.store.sessions.put(replace(far, id="off", starts=far.starts - 1, cancelled="weather"))
    await clinic.store.people.put(MAIN, rec.Person(BOB, False, NAMES[BOB][1], "Bob", zone="Pacific/Honolulu"))
    token = await _url(await clinic.staff())
    clinic.clock.ahead += 24 * 60 * MINUTE
    browser = clinic.browser()
    answer = await browser.ask("POST", "/api/link", {"token": token})
    assert answer.json == {
        "kind": "next",
        "starts": far.starts,
        "ends": far.ends,
        "opens": far.starts - SOON,
        "zone": "Pacific/Honolulu",
    }
    assert answer.cookies == ""
    assert (await browser.get("/api/session")).status == 401


async def test_no_client_and_no_link_look_alike(clinic: Clinic) -> None:
    """Revoked, made up, out of date, of somebody who is no client any more, or of a guest: the same bytes."""
    staff = await clinic.staff()
    revoked, inactive = await _url(staff), await _url(staff, f"/api/staff/clients/{CAROL}/links")
    (name,) = [n for n, link in (await clinic.store.access.links_of(MAIN, BOB)).items() if link.session is None]
    assert (await staff.ask("DELETE", f"/api/staff/links/{name}")).status == 204
    carol = (await clinic.store.people.get(MAIN, [CAROL]))[CAROL]
    await clinic.store.people.put(MAIN, replace(carol, active=False))
    guest = rec.JoinLink(MAIN, BOB, rec.Role.COLLATERAL, None, None, clinic.starts * 2)
    unknown = replace(guest, person="id-nobody", role=rec.Role.CLIENT)
    await clinic.store.access.put_link("standing-of-a-guest-01", guest)
    await clinic.store.access.put_link("standing-of-nobody-012", unknown)
    await clinic.store.access.put_link("standing-out-of-date-1", replace(unknown, person=BOB, expires=1))
    answers = [
        await clinic.browser().ask("POST", "/api/link", {"token": token})
        for token in (
            revoked, inactive, "made-up-0123456789", "standing-of-a-guest-01", "standing-of-nobody-012",
            "standing-out-of-date-1",
        )
    ]  # fmt: skip
    assert {(a.status, a.raw) for a in answers} == {(404, answers[2].raw)}
    assert len({tuple(sorted((k, v) for k, v in a.headers.items() if k != "Date")) for a in answers}) == 1


async def test_a_new_one_ends_the_one_before(clinic: Clinic) -> None:
    """With whoever is signed in by it; the links to one session stay. The page lists the one that is."""
    staff = await clinic.staff()
    assert (await staff.get(PATH)).json["standing"] is None
    first = await _url(staff)
    (name,) = [n for n, link in (await clinic.store.access.links_of(MAIN, BOB)).items() if link.session is None]
    second = await _url(staff)
    assert (await _open(clinic, first))[0] == 404
    assert (await _open(clinic, second))[0] == 200
    assert clinic.signed_out == [{"link": name, "csrf": ""}]
    listed = (await staff.get(PATH)).json
    assert listed["standing"]["name"] != name
    assert listed["next"] is None
    assert (await clinic.client(BOB)).csrf, "the link to tonight's session"
    audited = [entry for entry in await clinic.audited() if entry[1].startswith(("link.", "links."))]
    assert (ALICE, "links.read", BOB) in audited
    assert audited.count((ALICE, "link.made", BOB)) == 2
    assert audited.count((ALICE, "link.revoked", BOB)) == 1


async def test_guests_come_to_family_sessions(clinic: Clinic) -> None:
    """A supporter of the client, by a link to one family session; nobody else, and to nothing else."""
    staff = await clinic.staff()
    supporter = rec.Person(MOTHER, False, "Mother Canarybird", "Mum", collateral_of=BOB, relationship="mother")
    await clinic.store.people.put(MAIN, supporter)
    family = replace(clinic.session(), id="family-1", kind="family", series=None, starts=clinic.starts + 100 * MINUTE)
    await clinic.store.sessions.put(family)
    told = (await staff.get(PATH)).json
    assert told["supporters"] == [{"person": MOTHER, "name": "Mother Canarybird", "relationship": "mother"}]
    assert [one["session"] for one in told["family"]] == ["family-1"]
    path = f"/api/staff/clients/{BOB}/guests"
    made = await staff.ask("POST", path, {"person": MOTHER, "session": "family-1"})
    assert made.status == 201
    status, opened = await _open(clinic, made.json["url"].partition("#")[2])
    assert (status, opened["session"], opened["alias"]) == (200, "family-1", "Mum")  # type: ignore[index]
    assert [one["person"] for one in (await staff.get(PATH)).json["guests"]] == [MOTHER]
    for wrong in ({"person": MOTHER, "session": GROUP}, {"person": CAROL, "session": "family-1"}):
        assert (await staff.ask("POST", path, wrong)).status == 404
    for other in (f"/api/staff/clients/{MOTHER}/links", "/api/staff/clients/nobody/links"):
        assert (await staff.ask("POST", other, {})).status == 404


async def test_interpreters_and_hosts_of_peers_have_links_of_their_own(clinic: Clinic) -> None:
    """An interpreter to any session of the client, the client to host a meeting of peers and nothing else."""
    staff = await clinic.staff()
    await clinic.store.people.put(MAIN, rec.Person(MOTHER, False, "Ida Canarybird", "Ida", collateral_of=BOB))
    await clinic.store.people.put(MAIN, rec.Person(BOB, False, NAMES[BOB][1], "Bob"))
    at = clinic.starts + 100 * MINUTE
    for kind in ("group_therapy", "alumni"):
        later = replace(clinic.session(), id=f"{kind}-1", kind=kind, series=None, starts=at)
        await clinic.store.sessions.put(later)
    path = f"/api/staff/clients/{BOB}/guests"
    for part, who, session, status in (
        ("interpreter", MOTHER, "group_therapy-1", 201),
        ("collateral", MOTHER, "group_therapy-1", 404),
        ("peer_host", BOB, "alumni-1", 201),
        ("peer_host", BOB, "group_therapy-1", 404),
        ("peer_host", MOTHER, "alumni-1", 404),
        ("interpreter", BOB, "group_therapy-1", 404),
        ("facilitator", BOB, "alumni-1", 400),
    ):
        made = await staff.ask("POST", path, {"person": who, "session": session, "part": part})
        assert made.status == status, (part, who, session)
        if status == 201:
            found = await clinic.store.access.link(made.json["url"].partition("#")[2])
            assert found is not None
            assert (found[1].role.value, found[1].session, found[1].person) == (part, session, who)
    told = (await staff.get(PATH)).json
    assert {(one["part"], one["person"]) for one in told["guests"]} == {("interpreter", MOTHER), ("peer_host", BOB)}
    peers = {one["session"]: one["peers"] for one in told["ahead"]}
    assert (peers["group_therapy-1"], peers["alumni-1"], told["family"]) == (False, True, [])


async def test_who_may(clinic: Clinic) -> None:
    """Whoever leads the client's sessions, and the front desk; nobody else, nor a client."""
    ben = await clinic.staff(BEN)
    for method, path, body in (
        ("GET", PATH, None),
        ("POST", PATH, {}),
        ("POST", f"/api/staff/clients/{BOB}/guests", {"person": MOTHER, "session": GROUP}),
        ("POST", f"/api/staff/clients/{BOB}/feeds", {}),
        ("PUT", f"/api/staff/clients/{BOB}/wish", {"wish": "none"}),
    ):
        assert (await ben.ask(method, path, body)).status == 404
        assert (await (await clinic.client()).ask(method, path, body)).status == 403
        assert (await clinic.browser().ask(method, path, body)).status == 401
    desk = replace(
        rec.StaffLogin(BEN, MAIN, NAMES[BEN][0], HASHES[BEN]), staff_role=StaffRole.ADMIN
    )  # fmt: skip
    await clinic.store.people.put_login(desk)
    assert (await (await clinic.staff(BEN)).get(PATH)).status == 200


async def test_what_a_client_wishes_is_written_down(clinic: Clinic) -> None:
    """By what they are reached, with whoever wrote it in the log of their record; nothing of their addresses."""
    bob = rec.Person(BOB, False, NAMES[BOB][1], "Bob", "bob@example.org", "217-555-0100")
    await clinic.store.people.put(MAIN, bob)
    staff = await clinic.staff()
    reached = (await staff.get(PATH)).json["reached"]
    assert (reached["wish"], reached["reach"], reached["ways"]) == ("email", "yes", ["email"])
    assert (reached["email"], reached["phone"]) == (True, True)
    for wish in ("both", "none", "sms"):
        answer = await staff.ask("PUT", f"/api/staff/clients/{BOB}/wish", {"wish": wish})
        assert (answer.status, answer.json["wish"]) == (200, wish)
    assert answer.json["reach"] == "no_address", "there is no gateway here"
    assert b"example.org" not in answer.raw
    kept = (await clinic.store.people.get(MAIN, [BOB]))[BOB]
    assert (kept.channel, kept.reminders, kept.email) == ("sms", True, "bob@example.org")
    (*_, last) = await clinic.store.people.history(MAIN, BOB)
    assert (last.change.actor, set(last.change.fields)) == (ALICE, {"channel", "reminders"})
    assert (await staff.ask("PUT", f"/api/staff/clients/{BOB}/wish", {"wish": "fax"})).status == 400
