"""Who may what over HTTP: each role at each route for staff, the table's forbidden cells above all."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
import pytest_asyncio

from telehealth.core import records as rec
from telehealth.core.access_table import RecordAction, ever
from telehealth.core.ids import PersonId, SeriesId
from telehealth.core.note_records import NoteSection, NoteState, free
from telehealth.core.roles import Role, StaffRole
from telehealth.core.series import Series
from telehealth.edge.web import ROUTES
from telehealth.store.ports import NoteAct

from .clinic import ALICE, BEN, BOB, CAROL, GROUP, MAIN, Browser, Clinic, Evening, running

pytestmark = pytest.mark.asyncio(loop_scope="module")

A = RecordAction
S = f"/api/staff/sessions/{GROUP}"
CLIENT = f"/api/staff/people/clients/{BOB}"
NEW = {"legal_name": "Robert Quillfeather", "alias": "Bob"}
R = "/api/staff/series/group-1"
ASKS: dict[tuple[str, str], tuple[RecordAction, str, object]] = {
    ("GET", "/api/staff/sessions/{session}"): (A.SESSION_READ, S, None),
    ("GET", "/api/staff/sessions/{session}/presence"): (A.PRESENCE_READ, f"{S}/presence", None),
    ("GET", "/api/staff/sessions/{session}/crisis"): (A.IDENTITY_READ, f"{S}/crisis", None),
    ("GET", "/api/staff/sessions/{session}/scales"): (A.SCALES_READ, f"{S}/scales", None),
    ("POST", "/api/staff/sessions/{session}/tonight"): (A.IDENTITY_READ, f"{S}/tonight", {}),
    ("GET", "/api/staff/sessions/{session}/incidents"): (A.EMERGENCY, f"{S}/incidents", None),
    ("POST", "/api/staff/sessions/{session}/incidents/{client}/note"): (
        A.NOTE_WRITE,
        f"{S}/incidents/none/note",
        {"raised": 1, "text": "x"},
    ),
    ("POST", "/api/staff/sessions/{session}/clients/{client}/emergency"): (
        A.EMERGENCY,
        f"{S}/clients/{BOB}/emergency",
        {"id": "x" * 16, "recipient": "a", "affiliation": "b", "discloser": "none", "at": 1, "nature": "c"},
    ),
    ("GET", "/api/staff/sessions/{session}/sendings"): (A.REMIND, f"{S}/sendings", None),
    ("POST", "/api/staff/sessions/{session}/sendings"): (A.REMIND, f"{S}/sendings", {"client": BOB}),
    ("POST", "/api/staff/sessions/{session}/sheet"): (A.SHEET, f"{S}/sheet", {}),
    ("GET", "/api/staff/clients/{client}/letters"): (A.LETTER, f"/api/staff/clients/{BOB}/letters", None),
    ("POST", "/api/staff/clients/{client}/letters"): (
        A.LETTER,
        f"/api/staff/clients/{BOB}/letters",
        {"from": "2026-01-01", "to": "2026-01-02", "recipient": "county-court", "purpose": "court"},
    ),
    ("POST", "/api/staff/sessions/{session}/links"): (A.LINK, f"{S}/links", {"person": BOB}),
    ("GET", "/api/staff/sessions/{session}/links"): (A.LINK, f"{S}/links", None),
    ("GET", "/api/staff/series/{series}"): (A.SCHEDULE_READ, f"{R}", None),
    ("PUT", "/api/staff/series/{series}"): (A.SCHEDULE, R, {"preview": True}),
    ("POST", "/api/staff/series/{series}/change"): (A.SCHEDULE, f"{R}/change", {"day": "2020-01-01", "scope": "one"}),
    ("POST", "/api/staff/series/{series}/cancel"): (
        A.SCHEDULE,
        f"{R}/cancel",
        {"day": "2020-01-01", "reason": "weather"},
    ),
    ("POST", "/api/staff/series/{series}/hold"): (A.SCHEDULE, f"{R}/hold", {"day": "2020-01-01"}),
    ("POST", "/api/staff/series/{series}/join"): (A.SCHEDULE, f"{R}/join", {"client": BOB, "joins": "2020-01-01"}),
    ("POST", "/api/staff/series/{series}/leave"): (A.SCHEDULE, f"{R}/leave", {"client": BOB, "leaves": "2020-01-01"}),
    ("POST", "/api/staff/series/choices"): (A.SCHEDULE, "/api/staff/series/choices", {"who": "staff"}),
    ("POST", "/api/staff/series"): (
        A.SCHEDULE,
        "/api/staff/series",
        {
            "title": "t",
            "kind": "workshop",
            "first": "2030-01-01",
            "at": "10:00",
            "minutes": 60,
            "rrule": "FREQ=DAILY",
            "facilitators": [BEN],
            "preview": True,
        },
    ),
    ("GET", "/api/staff/sessions/{session}/make-ups"): (A.SCHEDULE_READ, f"{S}/make-ups", None),
    ("POST", "/api/staff/sessions/{session}/make-ups"): (A.SCHEDULE, f"{S}/make-ups", {"client": BOB}),
    ("GET", "/api/staff/sessions/{session}/cancel"): (A.SCHEDULE, f"{S}/cancel", None),
    ("POST", "/api/staff/sessions/{session}/cancel"): (A.SCHEDULE, f"{S}/cancel", {"reason": "other"}),
    ("GET", "/api/staff/sessions/{session}/notes"): (A.NOTE_READ, f"{S}/notes", None),
    ("GET", "/api/staff/sessions/{session}/notes/{about}"): (A.NOTE_READ, f"{S}/notes/group", None),
    ("PUT", "/api/staff/sessions/{session}/notes/{about}"): (A.NOTE_WRITE, f"{S}/notes/group", {"text": "x"}),
    ("POST", "/api/staff/sessions/{session}/notes/sign"): (A.NOTE_SIGN, f"{S}/notes/sign", {}),
    ("GET", "/api/staff/sessions/{session}/notes/{about}/history"): (A.NOTE_READ, f"{S}/notes/group/history", None),
    ("GET", "/api/staff/sessions/{session}/notes/check"): (A.NOTE_WRITE, f"{S}/notes/check", None),
    ("POST", "/api/staff/sessions/{session}/notes/{about}/cosign"): (A.NOTE_COSIGN, f"{S}/notes/group/cosign", {}),
    ("POST", "/api/staff/sessions/{session}/notes/{about}/addenda"): (A.NOTE_WRITE, f"{S}/notes/group/addenda", {}),
    ("POST", "/api/staff/sessions/{session}/notes/{about}/corrections"): (
        A.NOTE_WRITE,
        f"{S}/notes/group/corrections",
        {},
    ),
    ("POST", "/api/staff/sessions/{session}/notes/{about}/error"): (A.NOTE_WRITE, f"{S}/notes/group/error", {}),
    ("POST", "/api/staff/people/clients"): (A.PEOPLE_WRITE, "/api/staff/people/clients", NEW),
    ("GET", "/api/staff/people/clients/{client}"): (A.PEOPLE_READ, CLIENT, None),
    ("PUT", "/api/staff/people/clients/{client}"): (A.PEOPLE_WRITE, CLIENT, NEW),
    ("GET", "/api/staff/people/clients/{client}/history"): (A.PEOPLE_READ, f"{CLIENT}/history", None),
    ("POST", "/api/staff/people/clients/{client}/supporters"): (A.PEOPLE_WRITE, f"{CLIENT}/supporters", NEW),
    ("PUT", "/api/staff/people/clients/{client}/supporters/{person}"): (
        A.PEOPLE_WRITE,
        f"{CLIENT}/supporters/none",
        NEW,
    ),
    ("GET", "/api/staff/people/clients/{client}/episodes"): (A.ENROLMENT_READ, f"{CLIENT}/episodes", None),
    ("POST", "/api/staff/people/clients/{client}/episodes"): (
        A.ENROLMENT_WRITE,
        f"{CLIENT}/episodes",
        {"act": "admit", "seen": 99},
    ),
    ("GET", "/api/staff/people/staff"): (A.STAFF_READ, "/api/staff/people/staff", None),
    ("POST", "/api/staff/people/staff"): (A.STAFF_WRITE, "/api/staff/people/staff", {"legal_name": "", "alias": ""}),
    ("PUT", "/api/staff/people/staff/{person}"): (
        A.STAFF_WRITE,
        "/api/staff/people/staff/none",
        {"legal_name": "", "alias": ""},
    ),
    ("GET", "/api/staff/people/staff/{person}/history"): (
        A.STAFF_WRITE,
        "/api/staff/people/staff/none/history",
        None,
    ),
    ("POST", "/api/staff/import"): (A.IMPORT, "/api/staff/import", {"tables": {"clients": "mrn\n"}}),
    ("PUT", "/api/staff/people/tracks/{track}"): (A.TRACKS_WRITE, "/api/staff/people/tracks/night", {"title": "Night"}),
    ("GET", "/api/staff/people/choices"): (A.STAFF_READ, "/api/staff/people/choices", None),
    ("GET", "/api/staff/clients/{client}/links"): (A.LINK, f"/api/staff/clients/{BOB}/links", None),
    ("POST", "/api/staff/clients/{client}/links"): (A.LINK, f"/api/staff/clients/{BOB}/links", {}),
    ("POST", "/api/staff/clients/{client}/guests"): (
        A.LINK,
        f"/api/staff/clients/{BOB}/guests",
        {"person": "none", "session": "none"},
    ),
    ("PUT", "/api/staff/clients/{client}/wish"): (A.LINK, f"/api/staff/clients/{BOB}/wish", {"wish": "email"}),
    ("POST", "/api/staff/clients/{client}/feeds"): (A.LINK, f"/api/staff/clients/{BOB}/feeds", {}),
    ("GET", "/api/staff/clients/{client}/plan"): (A.RECOVERY_READ, f"/api/staff/clients/{BOB}/plan", None),
    ("POST", "/api/staff/clients/{client}/plan/edits"): (
        A.RECOVERY_WRITE,
        f"/api/staff/clients/{BOB}/plan/edits",
        {"op": "o1", "edits": [{"do": "tick", "id": "x", "on": True}]},
    ),
    ("POST", "/api/staff/clients/{client}/plan/versions"): (
        A.RECOVERY_WRITE,
        f"/api/staff/clients/{BOB}/plan/versions",
        {},
    ),
    ("GET", "/api/staff/clients/{client}/plan/versions/{version}"): (
        A.RECOVERY_READ,
        f"/api/staff/clients/{BOB}/plan/versions/none",
        None,
    ),
    ("POST", "/api/staff/clients/{client}/plan/versions/{version}/countersign"): (
        A.RECOVERY_SIGN,
        f"/api/staff/clients/{BOB}/plan/versions/none/countersign",
        {},
    ),
    ("GET", "/api/staff/clients/{client}/plan/card.pdf"): (
        A.RECOVERY_READ,
        f"/api/staff/clients/{BOB}/plan/card.pdf",
        None,
    ),
    ("GET", "/api/staff/clients/{client}/scales"): (A.SCALES_READ, f"/api/staff/clients/{BOB}/scales", None),
    ("GET", "/api/staff/clients/{client}/goals"): (A.PLAN, f"/api/staff/clients/{BOB}/goals", None),
    ("POST", "/api/staff/clients/{client}/goals"): (A.PLAN, f"/api/staff/clients/{BOB}/goals", {"text": "x"}),
    ("POST", "/api/staff/clients/{client}/goals/{goal}/close"): (
        A.PLAN,
        f"/api/staff/clients/{BOB}/goals/none/close",
        {},
    ),
    ("POST", "/api/staff/sessions/{session}/attest"): (A.ATTEST, f"{S}/attest", {}),
    ("POST", "/api/v1/corrections"): (
        A.CORRECT,
        "/api/v1/corrections",
        {"session": GROUP, "client": BOB, "minutes": 1, "reason": "late"},
    ),
    ("GET", "/api/v1/corrections"): (A.CORRECTIONS_READ, f"/api/v1/corrections?session={GROUP}", None),
    ("GET", "/api/v1/clients/{client}/disclosures"): (
        A.DISCLOSURES_READ,
        f"/api/v1/clients/{BOB}/disclosures",
        None,
    ),
    ("GET", "/api/staff/sessions/{session}/counselling"): (A.COUNSELLING_READ, f"{S}/counselling", None),
    ("GET", "/api/staff/sessions/{session}/counselling/{about}"): (
        A.COUNSELLING_READ,
        f"{S}/counselling/group",
        None,
    ),
    ("PUT", "/api/staff/sessions/{session}/counselling/{about}"): (
        A.COUNSELLING_WRITE,
        f"{S}/counselling/group",
        {"text": "x"},
    ),
    ("POST", "/api/staff/sessions/{session}/counselling/sign"): (A.COUNSELLING_WRITE, f"{S}/counselling/sign", {}),
    ("POST", "/api/staff/sessions/{session}/counselling/{about}/disclose"): (
        A.COUNSELLING_READ,
        f"{S}/counselling/none/disclose",
        {"recipient": "acme", "purpose": "treatment"},
    ),
    ("GET", "/api/staff/phrases"): (A.PHRASES, "/api/staff/phrases", None),
    ("PUT", "/api/staff/phrases/{phrase}"): (A.PHRASES, "/api/staff/phrases/phrase-1", {"label": "a", "text": "b"}),
    ("DELETE", "/api/staff/phrases/{phrase}"): (A.PHRASES, "/api/staff/phrases/phrase-9", None),
    ("POST", "/api/staff/break-glass"): (
        A.BREAK_GLASS,
        "/api/staff/break-glass",
        {"client": BOB, "reason": "found unconscious"},
    ),
    ("GET", "/api/staff/break-glass/{opening}/notes"): (A.BREAK_GLASS, "/api/staff/break-glass/none/notes", None),
    ("GET", "/api/staff/sessions/{session}/cockpit"): (A.PRESENCE_READ, f"{S}/cockpit", None),
    ("GET", "/api/staff/settings"): (A.SETTINGS_READ, "/api/staff/settings", None),
    ("PUT", "/api/staff/settings/programme"): (A.SETTINGS_WRITE, "/api/staff/settings/programme", {}),
    ("GET", "/api/staff/settings/packs/{name}/{version}"): (
        A.SETTINGS_READ,
        "/api/staff/settings/packs/iop-default/1",
        None,
    ),
    ("GET", "/api/staff/settings/keys"): (A.KEYS_READ, "/api/staff/settings/keys", None),
    ("GET", "/api/staff/settings/api-keys"): (A.KEYS_READ, "/api/staff/settings/api-keys", None),
    ("POST", "/api/staff/settings/api-keys/{key}/revoke"): (
        A.KEYS_REVOKE,
        "/api/staff/settings/api-keys/none/revoke",
        {},
    ),
    ("POST", "/api/staff/audit/find"): (A.AUDIT_SEARCH, "/api/staff/audit/find", {"text": "nobody"}),
    ("POST", "/api/staff/break-glass/find"): (A.BREAK_GLASS, "/api/staff/break-glass/find", {"text": "nobody"}),
    ("POST", "/api/staff/break-glass/{opening}/close"): (A.BREAK_GLASS, "/api/staff/break-glass/none/close", {}),
    ("GET", "/api/staff/break-glass/reviews"): (A.BREAK_GLASS_REVIEW, "/api/staff/break-glass/reviews", None),
    ("POST", "/api/staff/break-glass/{opening}/review"): (
        A.BREAK_GLASS_REVIEW,
        "/api/staff/break-glass/none/review",
        {"comment": "fine", "justified": True},
    ),
    ("GET", "/api/staff/audit"): (A.AUDIT_SEARCH, "/api/staff/audit", None),
    ("POST", "/api/staff/sessions/{session}/clients/{client}/packet"): (
        A.AUDIT_PACKET,
        f"{S}/clients/{BOB}/packet",
        {},
    ),
    ("POST", "/api/staff/sessions/{session}/clients/{client}/note"): (A.NOTE_READ, f"{S}/clients/{BOB}/note", {}),
    ("GET", "/api/staff/clients/{client}/engagement"): (
        A.ENGAGEMENT_READ,
        f"/api/staff/clients/{BOB}/engagement",
        None,
    ),
    ("POST", "/api/staff/clients/{client}/outreach"): (
        A.OUTREACH,
        f"/api/staff/clients/{BOB}/outreach",
        {"how": "call", "outcome": "no_answer"},
    ),
    ("POST", "/api/staff/clients/{client}/certifications"): (
        A.CERTIFY,
        f"/api/staff/clients/{BOB}/certifications",
        {"on": "2026-01-02"},
    ),
    ("POST", "/api/staff/clients/{client}/orders"): (
        A.CERTIFY,
        f"/api/staff/clients/{BOB}/orders",
        {"minutes": {"individual": 60}, "effective_from": "2026-01-02"},
    ),
    ("POST", "/api/staff/clients/{client}/courts"): (
        A.CERTIFY,
        f"/api/staff/clients/{BOB}/courts",
        {"rule": "washington-246-341-0740/1", "first": "2026-01-02"},
    ),
    **{
        ("POST", f"/api/staff/clients/{{client}}/{where}/{{entry}}/withdraw"): (
            A.OUTREACH if where == "outreach" else A.CERTIFY,
            f"/api/staff/clients/{BOB}/{where}/none/withdraw",
            {},
        )
        for where in ("outreach", "certifications", "orders", "courts")
    },
    ("GET", "/api/staff/reports/census"): (A.REPORTS_READ, "/api/staff/reports/census", None),
    ("GET", "/api/staff/reports/attendance"): (A.REPORTS_READ, "/api/staff/reports/attendance", None),
    ("GET", "/api/staff/reports/sizes"): (A.REPORTS_READ, "/api/staff/reports/sizes", None),
    ("GET", "/api/staff/reports/retention"): (A.REPORTS_READ, "/api/staff/reports/retention", None),
    ("GET", "/api/staff/materials"): (A.MATERIALS, "/api/staff/materials", None),
    ("POST", "/api/staff/materials"): (A.MATERIALS, "/api/staff/materials", {}),
    ("PUT", "/api/staff/materials/{material}"): (A.MATERIALS, "/api/staff/materials/none", {}),
    ("GET", "/api/staff/materials/{material}/pages/{page}"): (A.MATERIALS, "/api/staff/materials/none/pages/0", None),
    ("GET", "/api/staff/materials/{material}/pdf"): (A.MATERIALS, "/api/staff/materials/none/pdf", None),
    ("GET", "/api/staff/sessions/{session}/made"): (A.SESSION_READ, f"{S}/made", None),
    ("GET", "/api/staff/agreements"): (A.AGREEMENT, "/api/staff/agreements", None),
    ("GET", "/api/staff/agreements/{kind}/{version}"): (A.AGREEMENT, "/api/staff/agreements/none/9", None),
    ("POST", "/api/staff/agreements/{kind}"): (A.AGREEMENT, "/api/staff/agreements/tpo", {}),
    ("GET", "/api/staff/clients/{client}/consents"): (A.CONSENT, f"/api/staff/clients/{BOB}/consents", None),
    ("POST", "/api/staff/clients/{client}/consents"): (A.CONSENT, f"/api/staff/clients/{BOB}/consents", {}),
    ("GET", "/api/staff/clients/{client}/consents/{signature}"): (
        A.CONSENT,
        f"/api/staff/clients/{BOB}/consents/none",
        None,
    ),
    ("DELETE", "/api/staff/clients/{client}/consents/{signature}"): (
        A.CONSENT,
        f"/api/staff/clients/{BOB}/consents/none",
        None,
    ),
    ("POST", "/api/staff/clients/{client}/offers"): (A.CONSENT, f"/api/staff/clients/{BOB}/offers", {}),
    ("DELETE", "/api/staff/clients/{client}/offers/{offer}"): (
        A.CONSENT,
        f"/api/staff/clients/{BOB}/offers/none",
        None,
    ),
    ("POST", "/api/staff/clients/{client}/door/reset"): (A.CONSENT, f"/api/staff/clients/{BOB}/door/reset", {}),
    ("POST", "/api/staff/clients/{client}/record"): (
        A.NOTE_READ,
        f"/api/staff/clients/{BOB}/record",
        {"from": "2026-01-01", "to": "2026-01-02"},
    ),
}
"""A question for each route for staff that answers with no or something: what it asks of the table, and how."""
LISTS = {
    ("POST", "/api/staff/people/clients/find"),
    ("GET", "/api/staff/sessions"),
    ("GET", "/api/staff/today"),
    ("GET", "/api/staff/schedule"),
    ("GET", "/api/staff/series"),
    ("GET", "/api/staff/hours"),
    ("GET", "/api/staff/caseload"),
    ("GET", "/api/v1/attendance"),
    ("GET", "/api/v1/notes"),
    ("GET", "/api/staff/break-glass"),
    ("GET", "/api/staff/cosign"),
    ("GET", "/api/staff/note-templates"),
}
"""Those that leave out what the asker may not see."""
PROGRAMMES = {("GET", "/api/staff/closed-days"), ("PUT", "/api/staff/closed-days")}
"""Those that ask for the relation to the whole programme (test_series.py)."""
ELSEWHERE = {
    ("POST", "/api/staff/sign-in"),
    ("DELETE", "/api/staff/links/{name}"),
    ("GET", "/api/staff/feeds"),
    ("POST", "/api/staff/feeds"),
    ("DELETE", "/api/staff/feeds/{feed}"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/api/staff/kinds"),  # what the clinic's rules say; nobody's record
}
TIED = (A.PEOPLE_WRITE, A.ENROLMENT_WRITE)
"""What some have only with a tie to the client, which these do not have here."""
MACHINES = "/api/v1/exports/", "/api/v1/sessions"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    """One clinic for all of them, with an evening that has ended; Ben leads it, too, and has each role in turn."""
    folder: Path = tmp_path_factory.mktemp("access")
    async with running(folder) as clinic:
        await clinic.store.sessions.put(replace(clinic.session(), facilitators=(ALICE, BEN)))
        here = datetime.fromtimestamp(clinic.clock.now() / 1000, UTC).date()
        group = Series(
            id=SeriesId("group-1"),
            programme=MAIN,
            kind="group_therapy",
            title="Group",
            zone="America/Chicago",
            first=here,
            at=time(10),
            minutes=60,
            rrule="FREQ=DAILY",
            until=None,
            capacity=8,
            cohort="open",
            facilitators=(ALICE, BEN),
        )
        await clinic.store.series.put(group, [], if_revision=0, actor=ALICE, at=clinic.clock.now())
        evening = Evening(clinic.store, clinic.session())
        await evening.opens()
        await evening.seats(BOB, CAROL)
        await evening.ends()
        yield clinic


async def _as(clinic: Clinic, role: StaffRole, person: PersonId = BEN) -> Browser:
    """A browser in which `person` is signed in with this role."""
    browser = clinic.browser()
    me = rec.WebSession(
        rec.SignedInAs.STAFF,
        MAIN,
        person,
        Role.FACILITATOR,
        "csrf-of-test",
        clinic.clock.now() + 60_000_000,
        longest=clinic.clock.now() + 60_000_000,
        staff_role=role,
    )
    token = f"token-{person}-{role}-0123456789abcdef"
    await clinic.store.access.put_web_session(token, me)
    browser.http.cookie_jar.update_cookies({"session": token})
    browser.csrf = me.csrf
    return browser


async def test_every_route_for_staff_is_asked(clinic: Clinic) -> None:
    """A route for staff that this test does not know fails it: it has to say what it asks of the table."""
    known = set(ASKS) | LISTS | PROGRAMMES | ELSEWHERE
    unknown = {
        (method, path)
        for method, path, _ in ROUTES
        if path.startswith(("/api/staff/", "/api/v1/")) and not path.startswith(MACHINES)
    } - known
    assert {one for one in unknown if "coverage" not in one[1] and "levels" not in one[1]} == set()


@pytest.mark.parametrize("role", StaffRole)
async def test_each_role_at_each_route(clinic: Clinic, role: StaffRole) -> None:
    """What the table gives a role under no relation is refused to it at every route, by 403 or 404, and changes
    nothing; what it gives is not refused in that way."""
    browser = await _as(clinic, role)
    for (method, path), (action, where, body) in ASKS.items():
        headers = {"If_Match": '"0"'} if method == "PUT" else {}
        answer = await browser.ask(method, where, body, **headers)
        if action not in ever(role):
            assert answer.status in (403, 404), (role, method, path, answer.status)
            assert answer.code in ("not_allowed", "no_such_thing")
        elif action is not A.NOTE_COSIGN and "none" not in where and "phrase-9" not in where and "letters" not in where:
            refused = answer.status == 403 or (answer.status == 404 and answer.code == "no_such_thing")
            tied = action in TIED and role in (StaffRole.COUNSELLOR, StaffRole.SUPERVISOR)
            some = role in (StaffRole.PEER, StaffRole.CASE_MANAGER)
            assert not refused or tied or some, (role, method, path, answer.raw)


async def test_lists_leave_out_what_is_not_theirs(clinic: Clinic) -> None:
    """The day's sessions: those that one leads, or all of the programme, by alias; the biller has none of them and the
    rows of all; a director has the hours of everybody."""
    biller = await _as(clinic, StaffRole.BILLER, ALICE)
    assert (await biller.get("/api/staff/sessions")).json["sessions"] == []
    day = clinic.session().starts
    rows = await biller.get(f"/api/v1/attendance?from={day - 1}&to={day + 1}")
    assert {row["client"] for row in rows.json["rows"]} == {BOB, CAROL, "id-dan-b58"}
    director = await _as(clinic, StaffRole.DIRECTOR, ALICE)
    listed = (await director.get("/api/staff/sessions")).json["sessions"]
    assert {one["id"] for one in listed} == {GROUP, "session-bens-1"}
    detail = (await director.get(S)).json
    assert {entry["legal_name"] for entry in detail["roster"]} == {""}
    assert {entry["alias"] for entry in detail["roster"]} == {"Bob", "Carol", "Dan"}
    assert {one["person"] for one in (await director.get("/api/staff/hours")).json["clients"]} >= {BOB, CAROL}


async def test_a_page_is_told_what_its_role_may(clinic: Clinic) -> None:
    """`staff_role` and `may` are in the answer about oneself."""
    me = (await (await _as(clinic, StaffRole.COMPLIANCE)).get("/api/session")).json
    assert me["staff_role"] == "compliance"
    assert set(me["may"]) == set(ever(StaffRole.COMPLIANCE))


async def test_a_caseload_opens_what_was_signed_about_its_clients(clinic: Clinic) -> None:
    """In a session that somebody else led: the client's section and the group's, signed; no draft, nobody else's."""
    where = replace(clinic.session(), id="session-signed", series=None, facilitators=(ALICE,))  # type: ignore[arg-type]
    await clinic.store.sessions.put(where)
    draft = NoteSection(where.id, BOB, 1, NoteState.DRAFT, free("canary-note"), ALICE, 1)
    signed = replace(draft, state=NoteState.SIGNED, signed=2, signed_by=ALICE)
    group = replace(signed, about=None)
    act = NoteAct("note.signed", ALICE, 2)
    await clinic.store.notes.write(MAIN, [group, draft, replace(signed, about=CAROL)], act)
    ben, notes = await _as(clinic, StaffRole.COUNSELLOR), "/api/staff/sessions/session-signed/notes"
    assert (await ben.get(notes)).status == 404
    await clinic.store.care.assign(MAIN, BEN, BOB, now=True, actor="system")
    assert (await ben.get(notes)).status == 404
    await clinic.store.notes.write(MAIN, [replace(signed, revision=2)], act)
    assert [one["about"] for one in (await ben.get(notes)).json["sections"]] == [None, BOB]
    assert (await ben.get(f"{notes}/{CAROL}")).status == 404
    await clinic.store.care.assign(MAIN, BEN, BOB, now=False, actor="system")
    assert (await ben.get(notes)).status == 404


async def test_ties_open_and_close(clinic: Clinic) -> None:
    """A caseload opens a client's letters, a supervision opens a session; undone, they open nothing a moment later."""
    where = replace(clinic.session(), id="session-alices", series=SeriesId("other"), facilitators=(ALICE,))  # type: ignore[arg-type]
    await clinic.store.sessions.put(where)
    ben = await _as(clinic, StaffRole.SUPERVISOR)
    there = "/api/staff/sessions/session-alices"
    assert (await ben.get(there)).status == 404
    await clinic.store.care.supervise(MAIN, BEN, ALICE, now=True, actor="system")
    assert (await ben.get(there)).status == 200
    assert (await ben.ask("POST", f"{there}/links", {"person": BOB})).status == 403
    await clinic.store.care.supervise(MAIN, BEN, ALICE, now=False, actor="system")
    assert (await ben.get(there)).status == 404
    case = await _as(clinic, StaffRole.CASE_MANAGER)
    assert (await case.get(f"/api/staff/clients/{BOB}/letters")).status == 404
    assert await clinic.store.care.assign(MAIN, BEN, BOB, now=True, actor="system")
    assert not await clinic.store.care.assign(MAIN, BEN, BOB, now=True, actor="system")
    assert (await case.get(f"/api/staff/clients/{BOB}/letters")).status == 200
    assert (await case.get(f"/api/staff/clients/{CAROL}/letters")).status == 404
    assert ("system", "caseload.begun", f"{BEN} {BOB}") in await clinic.audited()
