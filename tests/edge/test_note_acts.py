"""What makes a note count: what it lacks, signing what was seen, co-signatures, addenda, corrections, goals."""

from dataclasses import replace
from typing import Any

import pytest

from telehealth.core import records as rec
from telehealth.core.ids import PersonId
from telehealth.core.note_digests import sound
from telehealth.core.roles import StaffRole

from .clinic import (
    ALICE,
    BEN,
    BENS,
    BOB,
    CAROL,
    DAN,
    GROUP,
    HASHES,
    MAIN,
    MINUTE,
    NAMES,
    NOTE,
    Answer,
    Browser,
    Clinic,
    Evening,
)

pytestmark = pytest.mark.asyncio

NOTES = f"/api/staff/sessions/{GROUP}/notes"
DAY = 24 * 60 * MINUTE


async def _written(clinic: Clinic, alice: Browser, *, bob: str = NOTE, group: str = "Topic: coping.") -> None:
    """An evening with Bob that has ended, attested, with both sections written."""
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.seats(BOB)
    await evening.ends(9)
    await _put(alice, "group", {"text": group})
    await _put(alice, BOB, {"text": bob})
    assert (await alice.ask("POST", f"/api/staff/sessions/{GROUP}/attest", {})).status == 201


async def _put(browser: Browser, about: str, body: dict[str, Any], tag: str = '"0"') -> Answer:
    return await browser.ask("PUT", f"{NOTES}/{about}", body, If_Match=tag)


async def _act(browser: Browser, about: str, what: str, revision: int, **body: Any) -> Answer:
    return await browser.ask("POST", f"{NOTES}/{about}/{what}", body, If_Match=f'"{revision}"')


async def _supervised(clinic: Clinic, by: PersonId = BEN) -> None:
    await clinic.store.people.put(MAIN, rec.Person(ALICE, True, NAMES[ALICE][1], NAMES[ALICE][0], supervisor=by))


async def test_templates_goals_and_facts(clinic: Clinic) -> None:
    """A section has a template's fields and picked goals; the server adds what it knows, and freezes it at signing."""
    alice = await clinic.staff()
    offered = [one for one in (await alice.get("/api/staff/note-templates")).json["templates"] if one["offered"]]
    assert [one["id"] for one in offered] == ["free/1", "dap/1", "birp/1", "soap/1", "girp/1", "group/1"]
    goals = f"/api/staff/clients/{BOB}/goals"
    day = "2020-01-01"
    for text in ("Thirty days without alcohol", "A job"):
        answer = await alice.ask("POST", goals, {"text": text, "effective_from": day})
        assert answer.status == 201
    first, second = (one["id"] for one in answer.json["goals"])
    closed = await alice.ask("POST", f"{goals}/{second}/close", {"effective_to": "2020-02-01"})
    assert [one["effective_to"] for one in closed.json["goals"]] == [None, "2020-02-01"]
    await _written(clinic, alice)
    assert [one["what"] for one in (await alice.get(f"{NOTES}/check")).json["unready"]] == ["no_goal"]
    dap = {"template": "dap/1", "fields": {"plan": "", "data": "Spoke."}, "goals": [first]}
    saved = await _put(alice, BOB, dap, '"1"')
    assert (saved.json["fields"], saved.json["goals"], saved.json["text"]) == ({"data": "Spoke."}, [first], "Spoke.")
    unready = (await alice.get(f"{NOTES}/check")).json["unready"]
    assert [(one["what"], one["field"]) for one in unready] == [("field_empty", "assessment"), ("field_empty", "plan")]
    dap["fields"] = {"data": "Spoke.", "assessment": "Better.", "plan": "On."}
    await _put(alice, BOB, dap, '"2"')
    facts = (await alice.get(NOTES)).json["sections"][1]["facts"]
    assert (facts["minutes"], facts["status"], facts["group_size"]) == (8, "present", 1)
    signed = (await alice.signs(GROUP)).json["sections"]
    assert signed[1]["facts"]["goals"] == [[first, "Thirty days without alcohol"]]
    assert signed[1]["facts"]["minutes"] == 8
    assert not signed[1]["facts_changed"]
    said = {"session": GROUP, "client": BOB, "reason": "clock", "minutes": 7}
    assert (await alice.ask("POST", "/api/v1/corrections", said)).status == 201
    now = (await alice.get(NOTES)).json["sections"][1]
    assert (now["facts_changed"], now["facts"]["minutes_corrected"]) == (True, None)
    for text in ({"template": "none/1", "fields": {}}, {"template": "dap/1", "fields": {"x": "y"}}, {}, {"fields": {}}):
        assert (await _put(alice, CAROL, text)).status == 400
    assert (await _put(alice, CAROL, {"text": "a", "template": "dap/1", "fields": {}})).status == 400


async def test_goals_are_for_those_who_lead_the_client(clinic: Clinic) -> None:
    """Another counsellor's client is not there; neither is a goal that nobody added; a text is needed."""
    ben = await clinic.staff(BEN)
    assert (await ben.get(f"/api/staff/clients/{CAROL}/goals")).status == 200
    for path, body in (("", None), ("", {"text": "x"}), ("/0123/close", {})):
        method = "GET" if body is None else "POST"
        assert (await ben.ask(method, f"/api/staff/clients/{BOB}/goals{path}", body)).status == 404
    assert (await ben.ask("POST", f"/api/staff/clients/{CAROL}/goals/0123/close", {})).status == 404
    for bad in ({"text": " "}, {"text": "x", "effective_from": "1999-01-01"}, {"text": "x\ny"}):
        assert (await ben.ask("POST", f"/api/staff/clients/{CAROL}/goals", bad)).status == 400
    late = f"/api/staff/clients/{CAROL}/goals/0123/close"
    assert (await ben.ask("POST", late, {"effective_to": "2999-01-01"})).status == 400


async def test_a_name_is_refused_until_somebody_says_why(clinic: Clinic) -> None:
    """The finding says where, in the units of a browser; the reason is kept and audited."""
    alice = await clinic.staff()
    await _written(clinic, alice, bob="\U0001f33f Sat beside Carol's chair.")
    lacking = (await alice.get(f"{NOTES}/check")).json["unready"]
    (finding,) = (one["finding"] for one in lacking)
    assert (finding["rule"], finding["subject"], finding["matched"], finding["refuses"]) == (
        "name",
        CAROL,
        "Carol",
        True,
    )
    assert (finding["start"], finding["end"]) == (14, 19)
    refused = await alice.signs(GROUP)
    assert (refused.status, refused.code, refused.json["missing"]) == (409, "note_incomplete", [])
    assert refused.json["unready"] == lacking
    answers = [{"finding": finding["id"], "reason": "canary-note: the chair's maker"}]
    signed = await alice.signs(GROUP, answers=answers)
    (kept,) = signed.json["sections"][1]["answers"]
    assert (kept["reason"], kept["by"], kept["matched"]) == (answers[0]["reason"], ALICE, "Carol")
    assert (ALICE, "note.overridden", f"{GROUP}/{BOB}") in await clinic.audited()


async def test_nobody_signs_a_text_that_they_have_not_seen(clinic: Clinic) -> None:
    """Signing names every revision; another stops it, and a repeat of the same act is answered as the first time."""
    alice = await clinic.staff()
    await _written(clinic, alice)
    seen = (await alice.get(NOTES)).json["tag"]
    assert seen == f"group:1,{BOB}:1"
    await _put(alice, BOB, {"text": "Changed since."}, '"1"')
    stale = await alice.ask("POST", f"{NOTES}/sign", {}, If_Match=f'"{seen}"')
    assert (stale.status, stale.code, stale.headers["ETag"]) == (412, "stale", f'"group:1,{BOB}:2"')
    assert stale.json["current"]["sections"][1]["text"] == "Changed since."
    assert (await alice.ask("POST", f"{NOTES}/sign", {})).status == 428
    assert (await alice.ask("POST", f"{NOTES}/sign", {}, If_Match="*")).status == 400
    tag = stale.headers["ETag"]
    first = await alice.ask("POST", f"{NOTES}/sign", {"op": "sign-1"}, If_Match=tag)
    again = await alice.ask("POST", f"{NOTES}/sign", {"op": "sign-1"}, If_Match=tag)
    assert (first.status, again.status, again.json) == (200, 200, first.json)
    assert (await alice.ask("POST", f"{NOTES}/sign", {"op": "sign-2"}, If_Match=tag)).status == 412
    assert (await alice.ask("POST", f"{NOTES}/sign", {}, If_Match=tag)).status == 412


async def test_a_save_whose_answer_was_lost_is_answered_as_the_first_time(clinic: Clinic) -> None:
    """Also after somebody else has saved; but not if it says something else, and not for somebody else."""
    await clinic.store.sessions.put(replace(clinic.session(), cofacilitators=(BEN,)))
    alice, ben = await clinic.staff(), await clinic.staff(BEN)
    first = await _put(alice, BOB, {"text": NOTE, "op": "op-1"})
    await _put(ben, BOB, {"text": "Ben's"}, '"1"')
    again = await _put(alice, BOB, {"text": NOTE, "op": "op-1"})
    assert (again.status, again.headers["ETag"], again.json) == (200, '"1"', first.json)
    assert (await _put(alice, BOB, {"text": "other", "op": "op-1"})).status == 412
    assert (await _put(ben, BOB, {"text": NOTE, "op": "op-1"})).status == 412
    assert (await alice.get(f"{NOTES}/{BOB}")).json["text"] == "Ben's"


async def test_a_supervisor_completes_an_interns_note(clinic: Clinic) -> None:
    """It waits in the supervisor's queue, who may read and sign just that; until then it supports no claim."""
    alice, ben = await clinic.staff(), await clinic.staff(BEN)
    await _supervised(clinic)
    await _written(clinic, alice)
    assert (await alice.get(f"{NOTES}/check")).json["supervisor"] == BEN
    assert (await ben.get(NOTES)).status == 404
    assert (await ben.get("/api/staff/cosign")).json == {"sections": []}
    signed = (await alice.signs(GROUP)).json["sections"]
    assert [one["state"] for one in signed] == ["cosign_pending"] * 2
    assert await clinic.store.notes.signed(MAIN, [GROUP]) == {GROUP: {None: None, BOB: None}}
    (group, bob) = (await ben.get("/api/staff/cosign")).json["sections"]
    assert (group["about"], bob["about_name"], bob["signed_by_name"]) == (None, NAMES[BOB][1], NAMES[ALICE][1])
    assert [one["about"] for one in (await ben.get(NOTES)).json["sections"]] == [None, BOB]
    assert (await ben.get(f"{NOTES}/{BOB}/history")).json["revisions"][-1]["did"] == "signed"
    assert (await ben.get(f"{NOTES}/{CAROL}")).status == 404
    assert (await _put(ben, BOB, {"text": "x"}, '"2"')).status == 404
    assert (await _act(alice, BOB, "cosign", 2)).status == 403
    assert (await _act(ben, BOB, "cosign", 1)).status == 412
    done = await _act(ben, BOB, "cosign", 2, op="co-1")
    assert (done.status, done.json["state"], done.json["later"][0]["author"]) == (200, "cosigned", BEN)
    assert (await _act(ben, BOB, "cosign", 2, op="co-1")).json == done.json
    assert (await _act(ben, BOB, "cosign", 3)).code == "already_signed"
    assert (await _act(ben, "group", "cosign", 2)).status == 200
    assert (await ben.get("/api/staff/cosign")).json == {"sections": []}
    assert (await ben.get(f"{NOTES}/{BOB}")).status == 200
    assert all((await clinic.store.notes.signed(MAIN, [GROUP]))[GROUP].values())
    await _supervised(clinic, PersonId("id-nobody"))
    assert (await ben.ask("POST", f"/api/staff/sessions/{BENS}/notes/{CAROL}/cosign", {}, If_Match='"0"')).status == 403


async def test_an_intern_without_a_co_signer_cannot_sign(clinic: Clinic) -> None:
    """It is one of the things that lack, and goes with a name in the intern's record."""
    login = rec.StaffLogin(ALICE, MAIN, NAMES[ALICE][0], HASHES[ALICE], staff_role=StaffRole.INTERN)
    await clinic.store.people.put_login(login)
    await clinic.store.sessions.put(replace(clinic.session(), facilitators=(BEN,), cofacilitators=(ALICE,)))
    ben, alice = await clinic.staff(BEN), await clinic.staff()
    evening = Evening(clinic.store, replace(clinic.session(), facilitators=(BEN,)))
    await evening.opens(BEN)
    await evening.seats(BOB)
    await evening.ends(9)
    await _put(alice, "group", {"text": "Topic: coping."})
    await _put(alice, BOB, {"text": NOTE})
    assert (await ben.ask("POST", f"/api/staff/sessions/{GROUP}/attest", {})).status == 201
    assert [one["what"] for one in (await alice.get(f"{NOTES}/check")).json["unready"]] == ["no_cosigner"]
    assert (await alice.signs(GROUP)).code == "note_incomplete"
    await _supervised(clinic)
    signed = (await alice.signs(GROUP)).json["sections"]
    assert [one["state"] for one in signed] == ["cosign_pending"] * 2


async def test_a_signed_note_is_added_to_and_corrected_never_changed(clinic: Clinic) -> None:
    """Each entry is labelled, dated and authored; the original stays, and every digest can be made again."""
    alice = await clinic.staff()
    await _written(clinic, alice)
    assert (await _act(alice, BOB, "addenda", 1, text="x")).status == 409
    clinic.clock.ahead += 3 * DAY
    alice = await clinic.staff()
    assert (await alice.get(f"{NOTES}/check")).json["days_late"] == 3
    signed = (await alice.signs(GROUP)).json["sections"]
    assert [one["days_late"] for one in signed] == [3, 3]
    assert (await alice.ask("POST", f"{NOTES}/{BOB}/addenda", {"text": "x"})).status == 428
    named = await _act(alice, BOB, "addenda", 2, text="Caroline called.")
    assert (named.status, named.json["unready"][0]["finding"]["subject"]) == (409, CAROL)
    answers = [{"finding": named.json["unready"][0]["finding"]["id"], "reason": "the nurse"}]
    added = await _act(alice, BOB, "addenda", 2, text="Caroline called.", answers=answers, op="add-1")
    assert (added.status, added.json["state"], added.json["later"][0]["kind"]) == (200, "signed", "addendum")
    assert (
        await _act(alice, BOB, "addenda", 2, text="Caroline called.", answers=answers, op="add-1")
    ).json == added.json
    assert (await _act(alice, BOB, "addenda", 2, text="Other.")).status == 412
    assert (await _act(alice, BOB, "corrections", 3, text="Listened.", reason=" ")).status == 400
    corrected = await _act(alice, BOB, "corrections", 3, text="Listened.", reason="Another client's text")
    assert (corrected.json["text"], corrected.json["counts"]["text"]) == (NOTE, "Listened.")
    wrong = await _act(alice, BOB, "error", 4, reason="Wrong client")
    assert wrong.json["state"] == "entered_in_error"
    assert (await _act(alice, BOB, "addenda", 5, text="x")).code == "not_now"
    assert (await clinic.store.notes.signed(MAIN, [GROUP]))[GROUP][BOB] is None
    history = (await alice.get(f"{NOTES}/{BOB}/history")).json["revisions"]
    assert [(one["revision"], one["did"], one["by"]) for one in history] == [
        (1, "saved", ALICE),
        (2, "signed", ALICE),
        (3, "addendum", ALICE),
        (4, "correction", ALICE),
        (5, "entered_in_error", ALICE),
    ]
    assert history[0]["text"] == NOTE
    kept = await clinic.store.notes.get(MAIN, GROUP, BOB)
    assert kept is not None
    assert sound(kept)
    ben = await clinic.staff(BEN)
    for what in ("addenda", "corrections", "error", "cosign"):
        assert (await _act(ben, BOB, what, 5, reason="x")).status == 404
    assert (await ben.get(f"{NOTES}/check")).status == 404
    assert (await ben.get(f"{NOTES}/{DAN}/history")).status == 404
