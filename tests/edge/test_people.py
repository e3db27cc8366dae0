"""Clients, enrolment and staff over HTTP: who finds and changes whom, what a form is told, what is left in the log."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from telehealth.core import records as rec
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.roles import Role, StaffRole
from telehealth.edge.days import day_at

from .clinic import ALICE, BEN, BOB, CAROL, DAN, GROUP, MAIN, MINUTE, NAMES, Browser, Clinic, running

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLIENTS = "/api/staff/people/clients"
STAFF = "/api/staff/people/staff"
LEVEL = "asam:3:2.1"
MOTHER = {
    "place": "home",
    "address": "14 Canary Lane",
    "name": "Mother Canarybird",
    "relation": "mother",
    "phone": "+1 (217) 555-0177",
    "local_emergency": "217-555-0100",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    """One clinic for all of them; Ben has each role in turn."""
    folder: Path = tmp_path_factory.mktemp("people")
    async with running(folder) as clinic:
        yield clinic


async def acting(clinic: Clinic, role: StaffRole, person: PersonId = BEN) -> Browser:
    """A browser in which `person` is signed in with this role."""
    browser = clinic.browser()
    now = clinic.clock.now()
    me = rec.WebSession(
        rec.SignedInAs.STAFF, MAIN, person, Role.FACILITATOR, "csrf", now + 9**9, longest=now + 9**9, staff_role=role
    )
    token = f"token-{person}-{role}-of-people-0123456789"
    await clinic.store.access.put_web_session(token, me)
    browser.http.cookie_jar.update_cookies({"session": token})
    browser.csrf = me.csrf
    return browser


def today(clinic: Clinic) -> date:
    return day_at(clinic.clock.now(), ZoneInfo("America/Chicago"))


async def admitted(clinic: Clinic, admin: Browser, name: str, **more: Any) -> str:
    """A new client, admitted to the day track today."""
    made = await admin.ask("POST", CLIENTS, {"legal_name": name, "alias": name.split()[0]})
    client = str(made.json["id"])
    act = {"act": "admit", "seen": 0, "track": "day", **more}
    assert (await admin.ask("POST", f"{CLIENTS}/{client}/episodes", act)).status == 201
    return client


async def found(browser: Browser, **asked: Any) -> list[str]:
    answer = await browser.ask("POST", f"{CLIENTS}/find", asked)
    assert answer.status == 200, answer.raw
    return [row["id"] for row in answer.json["clients"]]


async def test_a_client_is_taken_in_and_changed(clinic: Clinic) -> None:
    """From a name to a whole record; each change is an event with its author and what was there; a change from an older
    revision is refused, and so is one that does not say from which."""
    admin = await acting(clinic, StaffRole.ADMIN)
    made = await admin.ask("POST", CLIENTS, {"legal_name": " Erin  Canarybird ", "alias": "Erin"})
    assert made.status == 201
    client = made.json["id"]
    assert made.json["legal_name"] == "Erin  Canarybird"
    assert made.json["today"]["status"] == "none"
    whole = {
        "legal_name": "Erin Canarybird",
        "alias": "Erin",
        "pronouns": "she/her",
        "email": "erin.canarybird@example.org",
        "phone": "217-555-0178",
        "language": "es",
        "zone": "America/Denver",
        "birth_date": "1990-02-28",
        "mrn": "00-17",
        "needs": ["captions", "interpreter:es"],
        "emergency": [MOTHER],
        "reminders": False,
    }
    where = f"{CLIENTS}/{client}"
    assert (await admin.ask("PUT", where, whole)).status == 428
    saved = await admin.ask("PUT", where, whole, If_Match='"1"')
    assert saved.status == 200, saved.raw
    assert {name: saved.json[name] for name in whole} == whole
    assert saved.json["revision"] == 2
    late = await admin.ask("PUT", where, {**whole, "alias": "E"}, If_Match='"1"')
    assert (late.status, late.code) == (412, "stale")
    thin = {name: value for name, value in whole.items() if name not in ("needs", "emergency")}
    again = await admin.ask("PUT", where, {**thin, "alias": "Er"}, If_Match='"2"')
    assert again.json["needs"] == whole["needs"], "what is not sent stays"
    changes = (await admin.get(f"{where}/history")).json["changes"]
    assert [(one["what"], one["by"], one["revision"]) for one in changes] == [
        ("changed", NAMES[BEN][1], 3),
        ("changed", NAMES[BEN][1], 2),
        ("added", NAMES[BEN][1], 1),
    ]
    assert changes[0]["before"] == {"alias": "Erin"}
    told = [(actor, action) for actor, action, subject in await clinic.audited() if subject == client]
    assert told == [
        (BEN, "person.added"),
        (BEN, "person.changed"),
        (BEN, "person.changed"),
        (BEN, "people.history"),
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"legal_name": " "}, "legal_name"),
        ({"phone": "call me"}, "phone"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"needs": ["wings"]}, "needs"),
        ({"emergency": [{**MOTHER, "phone": ""}]}, "emergency"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
    ],
)
async def test_a_form_is_told_which_field_is_wrong(clinic: Clinic, wrong: dict[str, Any], field: str) -> None:
    """By name, and nothing is kept."""
    admin = await acting(clinic, StaffRole.ADMIN)
    before = await clinic.store.people.clients(MAIN)
    answer = await admin.ask("POST", CLIENTS, {"legal_name": "Erin Other", "alias": "Erin", **wrong})
    assert (answer.status, answer.code, answer.json["field"]) == (400, "malformed", field)
    assert await clinic.store.people.clients(MAIN) == before


async def test_who_finds_whom(clinic: Clinic) -> None:
    """Administration all clients; a counsellor the caseload, the rosters of the sessions that they
    lead; a facilitator the latter; a biller names and enrolment but no needs; an observer nobody."""
    await clinic.store.people.put(MAIN, rec.Person(PersonId("id-zoe"), False, "Zoe Farther", "Zoe"))
    await clinic.store.people.put(MAIN, rec.Person(PersonId("id-yan"), False, "Yan Further", "Yan"))
    led = replace(clinic.session(), id=SessionId("session-ahead"), series=None, facilitators=(BEN,))
    starts = clinic.starts + 60 * 24 * 60 * MINUTE
    led = replace(led, roster=(PersonId("id-zoe"),), starts=starts, ends=starts + 60 * MINUTE)
    await clinic.store.sessions.put(led)
    await clinic.store.care.assign(MAIN, BEN, DAN, now=True, actor="system")
    admin = await acting(clinic, StaffRole.ADMIN)
    assert {BOB, CAROL, DAN, "id-zoe", "id-yan"} <= set(await found(admin))
    counsellor = await acting(clinic, StaffRole.COUNSELLOR)
    assert await found(counsellor) == [CAROL, DAN, "id-zoe"]
    assert await found(counsellor, text="dan") == [DAN]
    assert await found(counsellor, text="yan") == []
    facilitator = await acting(clinic, StaffRole.FACILITATOR)
    assert await found(facilitator) == [CAROL, "id-zoe"]
    for client, status in ((DAN, 200), (CAROL, 200), ("id-zoe", 200), ("id-yan", 404), (BOB, 404), ("nobody", 404)):
        assert (await counsellor.get(f"{CLIENTS}/{client}")).status == status, client
    mine = (await counsellor.get(f"{CLIENTS}/{DAN}")).json
    assert "people.write" in mine["may"]
    assert "people.write" not in (await counsellor.get(f"{CLIENTS}/{CAROL}")).json["may"]
    refused = await counsellor.ask("PUT", f"{CLIENTS}/{CAROL}", {"legal_name": "x", "alias": "x"}, If_Match='"1"')
    assert refused.status == 403
    biller = await acting(clinic, StaffRole.BILLER)
    record = (await biller.get(f"{CLIENTS}/{DAN}")).json
    assert (record["needs"], record["emergency"]) == (None, None)
    assert record["legal_name"] == NAMES[DAN][1]
    assert (await (await acting(clinic, StaffRole.OBSERVER)).ask("POST", f"{CLIENTS}/find", {})).status == 403
    await clinic.store.care.assign(MAIN, BEN, DAN, now=False, actor="system")
    assert (await counsellor.get(f"{CLIENTS}/{DAN}")).status == 404


async def test_a_biller_s_history_hides_needs(clinic: Clinic) -> None:
    """What was changed in needs and emergency contacts is not told to whoever may not see them, nor may they set it."""
    admin = await acting(clinic, StaffRole.ADMIN)
    made = await admin.ask("POST", CLIENTS, {"legal_name": "Hal Hidden", "alias": "Hal"})
    where = f"{CLIENTS}/{made.json['id']}"
    facts = {"legal_name": "Hal Hidden", "alias": "H", "needs": ["captions"], "emergency": [MOTHER]}
    assert (await admin.ask("PUT", where, facts, If_Match='"1"')).status == 200
    biller = await acting(clinic, StaffRole.BILLER)
    latest = (await biller.get(f"{where}/history")).json["changes"][0]
    assert latest["fields"] == ["alias"]
    assert "Mother" not in (await biller.get(f"{where}/history")).raw.decode()
    assert (await biller.ask("PUT", where, facts, If_Match='"2"')).status == 403


async def test_supporters_belong_to_one_client(clinic: Clinic) -> None:
    """Made and changed under their client, listed there and in no list of clients, and no door to anybody else's."""
    admin = await acting(clinic, StaffRole.ADMIN)
    aunt = {"legal_name": "Joan Supporter", "alias": "Joan", "relationship": "aunt", "phone": "217-555-0199"}
    made = await admin.ask("POST", f"{CLIENTS}/{BOB}/supporters", aunt)
    assert made.status == 201
    who = made.json["id"]
    where = f"{CLIENTS}/{BOB}/supporters/{who}"
    saved = await admin.ask("PUT", where, {**aunt, "active": False}, If_Match='"1"')
    assert saved.status == 200
    assert not saved.json["active"]
    assert [one["id"] for one in (await admin.get(f"{CLIENTS}/{BOB}")).json["supporters"]] == [who]
    assert who not in await found(admin)
    assert (await admin.get(f"{CLIENTS}/{who}")).status == 404
    other = await admin.ask("PUT", f"{CLIENTS}/{CAROL}/supporters/{who}", aunt, If_Match='"2"')
    assert other.status == 404


async def test_an_enrolment_from_admission_to_a_return(clinic: Clinic) -> None:
    """Admitted with a counsellor and a level of care, paused, back, moved to another track as a step down, discharged
    with a reason, and admitted anew after a return to use, linked to what it follows. Lists and rights follow."""
    admin = await acting(clinic, StaffRole.ADMIN)
    now = today(clinic)
    day = now - timedelta(days=40)
    first_day = {"counsellor": ALICE, "level": "asam-2-1-adult/1", "day": str(day)}
    client = await admitted(clinic, admin, "Nora Newcomer", **first_day)
    where = f"{CLIENTS}/{client}/episodes"
    seen = 1

    async def act(status: int = 201, **asked: Any) -> Any:
        nonlocal seen
        answer = await admin.ask("POST", where, {"seen": seen, **asked})
        assert answer.status == status, answer.raw
        if status == 201:
            seen = answer.json["changes"]
        return answer.json

    alice = await acting(clinic, StaffRole.COUNSELLOR, ALICE)
    assert (await alice.get(where)).status == 200
    row = (await alice.get(f"{CLIENTS}/{client}")).json["today"]
    assert (row["status"], row["track"], row["counsellor"]) == ("admitted", "day", ALICE)
    assert row["level"] == LEVEL
    first = (await admin.get(where)).json["episodes"][0]["id"]
    assert (await act(412, act="pause", seen=0, episode=first))["code"] == "stale"
    await act(act="pause", episode=first, day=str(now), reason="hospital")
    assert client in await found(admin, status="paused")
    await act(act="resume", episode=first, day=str(now))
    assert (await act(400, act="discharge", episode=first, day=str(day), reason="bored"))["field"] == "reason"
    down = await act(
        act="move", episode=first, day=str(day + timedelta(days=3)), track="aftercare", because="step_down"
    )
    old, fresh = down["episodes"][1], down["episodes"][0]
    assert (old["reason"], old["discharged"]) == ("transferred", str(day + timedelta(days=2)))
    assert (fresh["after"], fresh["because"], fresh["counsellor"]) == (first, "step_down", ALICE)
    await act(act="discharge", episode=fresh["id"], day=str(day + timedelta(days=9)), reason="completed")
    assert (await alice.get(where)).status == 404, "off the caseload"
    await act(act="reopen", episode=fresh["id"])
    await act(act="discharge", episode=fresh["id"], day=str(day + timedelta(days=9)), reason="completed")
    back = {"day": str(day + timedelta(days=20)), "after": fresh["id"], "because": "return_to_use", "track": "day"}
    again = await act(act="admit", **back)
    assert again["episodes"][0]["because"] == "return_to_use"
    latest = again["episodes"][0]["id"]
    fixed = await act(act="correct", episode=latest, track="evening", day=str(day + timedelta(days=21)))
    assert fixed["episodes"][0]["track"] == "evening"
    await act(act="counsellor", episode=latest, counsellor=BEN)
    assert [one["what"] for one in again["history"]][:3] == ["admitted", "discharged", "reopened"]
    assert again["history"][0]["by"] == BEN
    assert again["names"][BEN] == NAMES[BEN][1]
    assert [one["code"] for one in again["levels"]] == [LEVEL]


@pytest.mark.parametrize(
    ("asked", "status", "field"),
    [
        ({"act": "admit", "track": "night"}, 400, "track"),
        ({"act": "admit", "track": "day"}, 400, "overlap"),
        ({"act": "admit", "track": "alumni", "counsellor": str(BOB)}, 400, "counsellor"),
        ({"act": "admit", "track": "alumni", "level": "asam:9"}, 400, "level"),
        ({"act": "dance", "episode": "its"}, 400, "act"),
        ({"act": "pause", "episode": "none"}, 404, ""),
        ({"act": "pause", "episode": "its", "day": "2020-01-01"}, 400, "pauses"),
        ({"act": "discharge", "episode": "its", "day": "2099-01-01", "reason": "completed"}, 400, "discharged"),
    ],
)
async def test_what_cannot_be_done_to_an_enrolment(
    clinic: Clinic, asked: dict[str, Any], status: int, field: str
) -> None:
    """The field is named and nothing is kept."""
    admin = await acting(clinic, StaffRole.ADMIN)
    client = await admitted(clinic, admin, "Olaf Orderly")
    where = f"{CLIENTS}/{client}/episodes"
    stay = (await admin.get(where)).json["episodes"][0]["id"]
    given = {**asked, "seen": 1}
    if given.get("episode") == "its":
        given["episode"] = stay
    answer = await admin.ask("POST", where, given)
    assert answer.status == status, answer.raw
    assert answer.json.get("field", "") == field
    assert (await admin.get(where)).json["changes"] == 1


async def test_lists_are_filtered_and_paged(clinic: Clinic) -> None:
    """By status, track and counsellor, in pages that follow each other; the names of counsellors come along."""
    admin = await acting(clinic, StaffRole.ADMIN)
    made = [
        await admitted(clinic, admin, f"Pager Number{n}", track="evening", counsellor=BEN if n else None)
        for n in range(3)
    ]
    assert await found(admin, track="evening", status="admitted", text="pager") == made
    assert await found(admin, counsellor=BEN, track="evening", text="pager") == made[1:]
    assert await found(admin, counsellor="none", text="pager", status="enrolled") == made[:1]
    first = (await admin.ask("POST", f"{CLIENTS}/find", {"text": "pager", "limit": 2})).json
    assert (len(first["clients"]), first["total"], first["next"]) == (2, 3, 2)
    assert first["names"] == {BEN: NAMES[BEN][1]}
    second = (await admin.ask("POST", f"{CLIENTS}/find", {"text": "pager", "limit": 2, "start": 2})).json
    assert ([row["id"] for row in second["clients"]], second["next"]) == (made[2:], None)
    assert await found(admin, status="none", text="caroline") == [CAROL]
    assert await found(admin, status="discharged", text="pager") == []


async def test_staff_are_taken_in_sign_in_and_leave(clinic: Clinic) -> None:
    """With a role, a credential and an NPI; they sign in; whoever sets them inactive signs them out at once. Colleagues
    see names and roles; contacts and sign-in names are for whoever may change them."""
    admin = await acting(clinic, StaffRole.ADMIN)
    dora = {
        "legal_name": "Dora Delacroix",
        "alias": "Dora",
        "email": "dora@example.org",
        "credential": "LCDC",
        "npi": "1234567893",
        "licensed_states": ["TX", "OK"],
        "supervisor": ALICE,
        "sign_in": {"name": "dora", "role": "intern", "password": "canary-pass-dora-1"},
    }
    made = await admin.ask("POST", STAFF, dora)
    assert made.status == 201, made.raw
    who = made.json["id"]
    assert (made.json["role"], made.json["contact"]["sign_in"], made.json["supervisor"]) == ("intern", "dora", ALICE)
    assert who in (await clinic.store.care.of(MAIN, ALICE))[1]
    browser = clinic.browser()
    name = {"name": "dora", "password": "canary-pass-dora-1"}
    assert (await browser.ask("POST", "/api/staff/sign-in", name)).status == 200
    seen = {one["id"]: one for one in (await browser.get(STAFF)).json["staff"]}
    assert seen[ALICE]["contact"] is None
    assert seen[who]["credential"] == "LCDC"
    changed = {**dora, "supervisor": None, "sign_in": {"name": "dora", "role": "counsellor"}}
    saved = await admin.ask("PUT", f"{STAFF}/{who}", changed, If_Match='"1"')
    assert (saved.json["role"], saved.json["revision"]) == ("counsellor", 2)
    assert who not in (await clinic.store.care.of(MAIN, ALICE))[1]
    left = await admin.ask("PUT", f"{STAFF}/{who}", {**changed, "active": False, "sign_in": None}, If_Match='"2"')
    assert left.status == 200, left.raw
    assert (await browser.get("/api/session")).status == 401
    assert (await clinic.browser().ask("POST", "/api/staff/sign-in", name)).status == 401
    history = (await admin.get(f"{STAFF}/{who}/history")).json["changes"]
    assert [one["what"] for one in history] == ["inactive", "changed", "added"]
    actions = [action for _, action, subject in await clinic.audited() if subject == who]
    assert actions == [
        "staff.added",
        "staff.sign_in_made",
        "staff.changed",
        "staff.sign_in_changed",
        "staff.inactive",
        "staff.history",
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"npi": "1234567890"}, "npi"),
        ({"licensed_states": ["Texas"]}, "licensed_states"),
        ({"supervisor": str(BOB)}, "supervisor"),
        ({"sign_in": {"name": "alice", "role": "intern", "password": "long enough to be one"}}, "sign_in"),
        ({"sign_in": {"name": " ", "role": "intern", "password": "long enough to be one"}}, "sign_in"),
        ({"sign_in": {"name": "gus", "role": "intern", "password": "short"}}, "password"),
    ],
)
async def test_a_staff_form_is_told_which_field_is_wrong(clinic: Clinic, wrong: dict[str, Any], field: str) -> None:
    """By name, and nobody is taken in."""
    admin = await acting(clinic, StaffRole.ADMIN)
    before = await clinic.store.people.staff(MAIN)
    answer = await admin.ask("POST", STAFF, {"legal_name": "Gus Guest", "alias": "Gus", **wrong})
    assert (answer.status, answer.json["field"]) == (400, field)
    assert await clinic.store.people.staff(MAIN) == before


async def test_nobody_locks_themselves_out_or_takes_another_name(clinic: Clinic) -> None:
    """An administrator cannot set themselves inactive, and a sign-in name is never changed for another: the old one
    would go on opening."""
    admin = await acting(clinic, StaffRole.ADMIN)
    ben = (await clinic.store.people.get(MAIN, [BEN]))[BEN]
    me = {"legal_name": ben.legal_name, "alias": ben.alias}
    match = f'"{ben.revision}"'
    gone = await admin.ask("PUT", f"{STAFF}/{BEN}", {**me, "active": False}, If_Match=match)
    assert (gone.status, gone.json["field"]) == (400, "active")
    other = {**me, "sign_in": {"name": "benedict", "role": "director"}}
    assert (await admin.ask("PUT", f"{STAFF}/{BEN}", other, If_Match=match)).json["field"] == "sign_in"
    assert (await admin.ask("PUT", f"{STAFF}/{BOB}", me, If_Match=match)).status == 404


async def test_forms_are_told_what_they_may_offer(clinic: Clinic) -> None:
    """Needs and reasons in words, tracks, levels, colleagues who may have a caseload; a new track is among them, and a
    closed one takes nobody in."""
    admin = await acting(clinic, StaffRole.ADMIN)
    before = (await admin.get("/api/staff/people/choices")).json
    assert {"captions", "interpreter"} <= {one["code"] for one in before["needs"]}
    assert {"completed", "death"} <= {one["code"] for one in before["reasons"]}
    assert {one["id"]: one["leads"] for one in before["staff"]}[ALICE] is True
    put = await admin.ask("PUT", "/api/staff/people/tracks/night", {"title": "Night", "open": False})
    assert "night" in [one["code"] for one in put.json["tracks"]]
    assert (await admin.ask("PUT", "/api/staff/people/tracks/Night!", {"title": "x"})).json["field"] == "code"
    made = await admin.ask("POST", CLIENTS, {"legal_name": "Tracy Late", "alias": "Tracy"})
    act = {"act": "admit", "seen": 0, "track": "night"}
    refused = await admin.ask("POST", f"{CLIENTS}/{made.json['id']}/episodes", act)
    assert refused.json["field"] == "track"


async def test_a_name_is_in_no_address(clinic: Clinic) -> None:
    """Whoever asks by a query is answered that there is no such page: a search travels in a body."""
    admin = await acting(clinic, StaffRole.ADMIN)
    assert (await admin.get(f"{CLIENTS}/find?text=x")).status == 404
    assert (await admin.get(f"{STAFF}?start=x")).status == 400
    assert (await admin.get(f"{CLIENTS}/{GROUP}/episodes")).status == 404
