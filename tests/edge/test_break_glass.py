"""Break-glass and the audit log over HTTP: opened with a reason, marked, ended, reviewed, and found again."""

from dataclasses import replace

import pytest

from telehealth.core import records as rec
from telehealth.core.ids import PersonId
from telehealth.core.roles import Role, StaffRole

from .clinic import ALICE, BEN, BENS, BOB, CAROL, GROUP, MAIN, MINUTE, NOTE, Browser, Clinic, Evening

pytestmark = pytest.mark.asyncio

THERE = "/api/staff/break-glass"
CODY = PersonId("id-cody-compliance")


async def _officer(clinic: Clinic) -> Browser:
    """A compliance officer's browser."""
    await clinic.store.people.put(MAIN, rec.Person(CODY, True, "Cody Officer", "Cody"))
    browser = clinic.browser()
    until = clinic.clock.now() + 600 * MINUTE
    me = rec.WebSession(rec.SignedInAs.STAFF, MAIN, CODY, Role.FACILITATOR, "csrf", until, longest=until)
    await clinic.store.access.put_web_session("token-cody", replace(me, staff_role=StaffRole.COMPLIANCE))
    browser.http.cookie_jar.update_cookies({"session": "token-cody"})
    browser.csrf = "csrf"
    return browser


async def _written(clinic: Clinic) -> None:
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.seats(BOB, CAROL)
    alice = await clinic.staff()
    for about in (BOB, CAROL):
        path = f"/api/staff/sessions/{GROUP}/notes/{about}"
        assert (await alice.ask("PUT", path, {"text": f"{NOTE} {about}"}, If_Match='"0"')).status == 200
    path = f"/api/staff/sessions/{GROUP}/counselling/{BOB}"
    assert (await alice.ask("PUT", path, {"text": "canary-note of her own"}, If_Match='"0"')).status == 200


async def test_the_glass_is_broken_read_and_reviewed(clinic: Clinic) -> None:
    """Ben, who does not lead the group, opens Bob's notes: Bob's sections and no others, no counselling notes, each
    reading marked, until the time is over; somebody else reviews it, once."""
    await _written(clinic)
    ben, officer = await clinic.staff(BEN), await _officer(clinic)
    assert (await ben.get(f"/api/staff/sessions/{GROUP}/notes")).status == 404
    assert (await ben.ask("POST", THERE, {"client": BOB, "reason": "short"})).code == "malformed"
    assert (await ben.ask("POST", THERE, {"client": ALICE, "reason": "found unconscious"})).code == "no_such_thing"
    assert (await ben.ask("POST", f"{THERE}/find", {"text": "Ro"})).code == "malformed"
    found = (await ben.ask("POST", f"{THERE}/find", {"text": "quill"})).json["clients"]
    assert found == [{"id": BOB, "legal_name": "Robert Quillfeather", "alias": "Bob"}]
    assert (await ben.ask("POST", f"{THERE}/find", {"text": "Thornbury"})).json["clients"] == [], "staff are no clients"
    opened = await ben.ask("POST", THERE, {"client": BOB, "reason": "canary-note: found unconscious", "minutes": 30})
    assert opened.status == 201
    opening = opened.json
    assert (opening["client_name"], opening["until"] - opening["at"]) == ("Robert Quillfeather", 30 * MINUTE)
    assert [one["id"] for one in (await ben.get(THERE)).json["mine"]] == [opening["id"]]
    notes = f"{THERE}/{opening['id']}/notes"
    read = await ben.get(notes)
    assert [one["about"] for one in read.json["sections"]] == [BOB]
    assert NOTE in read.json["sections"][0]["text"]
    assert "of her own" not in read.raw.decode()
    assert (await (await clinic.staff(ALICE)).get(notes)).status == 404
    audited = await clinic.audited()
    for action in ("break_glass.opened", "break_glass.read"):
        assert (BEN, action, f"{BOB} {opening['id']}") in audited
    second = (await ben.ask("POST", THERE, {"client": CAROL, "reason": "canary-note: asked for her"})).json
    closes = f"{THERE}/{second['id']}/close"
    assert (await (await clinic.staff(ALICE)).ask("POST", closes, {})).status == 404
    clinic.clock.ahead += MINUTE
    closed = await ben.ask("POST", closes, {})
    assert (closed.status, closed.json["until"] < second["until"]) == (200, True)
    assert (await ben.get(f"{THERE}/{second['id']}/notes")).status == 404
    assert (await ben.ask("POST", closes, {})).status == 404
    assert (BEN, "break_glass.closed", f"{CAROL} {second['id']}") in await clinic.audited()
    assert [one["id"] for one in (await ben.get(THERE)).json["mine"]] == [opening["id"]]
    clinic.clock.ahead += 31 * MINUTE
    ben = await clinic.staff(BEN)
    assert (await ben.get(notes)).status == 404
    assert (await ben.get(THERE)).json["mine"] == []

    assert (await officer.get(THERE)).json["waiting"] == 2
    _, waiting = (await officer.get(f"{THERE}/reviews")).json["openings"]
    assert (waiting["by_name"], waiting["review"]) == ("Benedict Okonkwo", None)
    review = f"{THERE}/{opening['id']}/review"
    assert (await officer.ask("POST", review, {"comment": " ", "justified": True})).code == "malformed"
    said = await officer.ask("POST", review, {"comment": "canary-note: rightly", "justified": True})
    assert (said.status, said.json["review"]["by_name"]) == (200, "Cody Officer")
    assert (await officer.ask("POST", review, {"comment": "again", "justified": False})).code == "already_signed"
    assert [one["id"] for one in (await officer.get(f"{THERE}/reviews")).json["openings"]] == [second["id"]]
    assert len((await officer.get(f"{THERE}/reviews?all=1")).json["openings"]) == 2
    assert (await ben.get(f"{THERE}/reviews")).status == 403


async def test_nobody_reviews_their_own(clinic: Clinic) -> None:
    """A supervisor who broke the glass finds nothing of theirs in the queue, and may not review it by its id."""
    login = await clinic.store.people.login("ben")
    assert login is not None
    await clinic.store.people.put_login(replace(login, staff_role=StaffRole.SUPERVISOR))
    ben = await clinic.staff(BEN)
    opening = (await ben.ask("POST", THERE, {"client": BOB, "reason": "found unconscious"})).json
    assert (await ben.get(f"{THERE}/reviews")).json["openings"] == []
    answer = await ben.ask("POST", f"{THERE}/{opening['id']}/review", {"comment": "fine", "justified": True})
    assert answer.code == "not_allowed"


async def test_the_audit_log_is_searched(clinic: Clinic) -> None:
    """By person, also through the sessions in which they are; by actor, action and time; page by page; ids only."""
    await _written(clinic)
    officer = await _officer(clinic)
    assert (await (await clinic.staff(BEN)).get(f"/api/staff/sessions/{BENS}")).status == 200

    async def search(query: str) -> list[dict[str, object]]:
        answer = await officer.get(f"/api/staff/audit?{query}")
        assert answer.status == 200, answer.raw
        for word in ("canary-note", "Quillfeather", "Vantongeren"):
            assert word not in answer.raw.decode()
        found: list[dict[str, object]] = answer.json["entries"]
        return found

    about_bob = await search(f"person={BOB}")
    assert {"note.saved", "counselling.saved", "Opened,Entered,MediaAssigned"} & {e["action"] for e in about_bob}
    assert all(BOB in str(e["subject"]) or GROUP in str(e["subject"]) or e["actor"] == BOB for e in about_bob)
    reads = await search(f"person={CAROL}&what=roster.read")
    assert [(e["actor"], e["actor_name"], e["subject"]) for e in reads] == [(BEN, "Benedict Okonkwo", BENS)]
    assert {e["actor"] for e in await search(f"actor={ALICE}")} == {ALICE}
    assert {e["action"] for e in await search("what=note")} == {"note.saved"}
    assert await search("from=2020-01-01&to=2020-01-02") == []
    first = (await officer.get("/api/staff/audit?limit=2")).json
    second = (await officer.get(f"/api/staff/audit?limit=2&cursor={first['next']}")).json
    numbers = [e["number"] for e in first["entries"] + second["entries"]]
    assert numbers == list(range(numbers[0], numbers[0] - 4, -1))
    for query in ("who=x", "person=a b", "cursor=x", "limit=0", "from=x", "what=a&what=b"):
        assert (await officer.get(f"/api/staff/audit?{query}")).code == "malformed", query
    assert (CODY, "audit.searched", f"actor={ALICE}") in await clinic.audited()
