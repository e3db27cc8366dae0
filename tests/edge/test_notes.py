"""Notes over HTTP: which sections there are, two editors, preconditions, and signing."""

from dataclasses import replace

import pytest

from .clinic import ALICE, BEN, BOB, CAROL, DAN, GROUP, MAIN, MINUTE, NOTE, Answer, Browser, Clinic, Evening

pytestmark = pytest.mark.asyncio

NOTES = f"/api/staff/sessions/{GROUP}/notes"


async def _evening(clinic: Clinic, *clients: str) -> Evening:
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.seats(*clients)  # type: ignore[arg-type]
    return evening


async def _put(browser: Browser, about: str, text: str, tag: str) -> Answer:
    return await browser.ask("PUT", f"{NOTES}/{about}", {"text": text}, If_Match=tag)


async def test_there_is_a_section_for_the_group_and_for_each_client_who_came(clinic: Clinic) -> None:
    """Unwritten sections are there, too; a client who never came has none unless somebody wrote one."""
    await _evening(clinic, BOB, CAROL)
    alice = await clinic.staff()
    sections = (await alice.get(NOTES)).json["sections"]
    assert [s["about"] for s in sections] == [None, BOB, CAROL]
    assert all((s["revision"], s["state"], s["text"], s["signed"]) == (0, "draft", "", None) for s in sections)
    assert (await _put(alice, DAN, "Called in sick.", '"0"')).status == 200
    sections = (await alice.get(NOTES)).json["sections"]
    assert [s["about"] for s in sections] == [None, BOB, CAROL, DAN]
    assert (ALICE, "notes.read", GROUP) in await clinic.audited()


async def _attest(browser: Browser) -> None:
    assert (await browser.ask("POST", f"/api/staff/sessions/{GROUP}/attest", {})).status == 201


async def test_two_editors_never_overwrite_each_other(clinic: Clinic) -> None:
    """The second save from the same revision gets 412 with what stands there now, and can go on from it."""
    await clinic.store.sessions.put(replace(clinic.session(), cofacilitators=(BEN,)))
    await _evening(clinic, BOB)
    alice, ben = await clinic.staff(ALICE), await clinic.staff(BEN)
    first = await alice.get(f"{NOTES}/{BOB}")
    second = await ben.get(f"{NOTES}/{BOB}")
    assert first.headers["ETag"] == second.headers["ETag"] == '"0"'
    saved = await _put(alice, BOB, NOTE, '"0"')
    assert (saved.status, saved.headers["ETag"], saved.json["text"], saved.json["author"]) == (200, '"1"', NOTE, ALICE)
    stale = await _put(ben, BOB, "Ben's text", '"0"')
    assert (stale.status, stale.code, stale.headers["ETag"]) == (412, "stale", '"1"')
    assert stale.json["current"] == saved.json
    merged = await _put(ben, BOB, NOTE + " and Ben's text", stale.headers["ETag"])
    assert (merged.status, merged.json["revision"], merged.json["author"]) == (200, 2, BEN)
    assert (await alice.get(f"{NOTES}/{BOB}")).json == merged.json


async def test_a_save_names_the_revision_that_it_began_from(clinic: Clinic) -> None:
    """Without If-Match it is 428; with something that is no strong tag of ours, 400; nothing is written."""
    await _evening(clinic, BOB)
    alice = await clinic.staff()
    assert (await alice.ask("PUT", f"{NOTES}/{BOB}", {"text": NOTE})).status == 428
    for tag in ("0", "*", 'W/"0"', '"0", "1"', '"-1"', '"00"'):
        answer = await _put(alice, BOB, NOTE, tag)
        assert (answer.status, answer.code) == (400, "malformed"), tag
    assert (await alice.get(f"{NOTES}/{BOB}")).json["revision"] == 0


async def test_sections_are_about_people_of_the_session(clinic: Clinic) -> None:
    """There is no section about a member of staff, somebody else's client, or nothing."""
    await _evening(clinic, BOB)
    alice = await clinic.staff()
    for about in (ALICE, "id-of-nobody", "a:b", "%00", "sign"):
        assert (await _put(alice, about, NOTE, '"0"')).status == 404, about


async def test_a_text_has_a_limit(clinic: Clinic) -> None:
    """Any language up to 20,000 characters; more is refused and the note stays."""
    await _evening(clinic, BOB)
    alice = await clinic.staff()
    long = "\u4e00\U0001f33f" * 10_000
    assert (await _put(alice, BOB, long, '"0"')).json["text"] == long
    assert (await _put(alice, BOB, long + "x", '"1"')).status == 400
    assert (await alice.get(f"{NOTES}/{BOB}")).json["revision"] == 1


async def test_signing(clinic: Clinic) -> None:
    """Not while the session goes on; not while anything lacks, which is told at once; then once and for all."""
    evening = await _evening(clinic, BOB, CAROL)
    alice = await clinic.staff()
    await _put(alice, BOB, NOTE, '"0"')
    await evening.ends(9)
    missing = await alice.signs(GROUP)
    assert (missing.status, missing.code, missing.json["missing"]) == (409, "note_incomplete", ["group", CAROL])
    assert [(one["what"], one["about"]) for one in missing.json["unready"]] == [
        ("not_attested", None),
        ("empty", None),
        ("empty", CAROL),
    ]
    await _put(alice, CAROL, "Listened, and told of a hard week.", '"0"')
    await _put(alice, "group", "Topic: the first week.", '"0"')
    await _attest(alice)
    signed = await alice.signs(GROUP)
    assert signed.status == 200, signed.raw
    assert [(s["about"], s["state"], s["signed_by"]) for s in signed.json["sections"]] == [
        (None, "signed", ALICE),
        (BOB, "signed", ALICE),
        (CAROL, "signed", ALICE),
    ]
    assert all(s["signed"] > 0 and s["text"] and s["days_late"] == 0 for s in signed.json["sections"])
    again = await alice.signs(GROUP)
    assert (again.status, again.code) == (409, "already_signed")
    late = await _put(alice, BOB, "changed", '"2"')
    assert (late.status, late.code, late.json["current"]["text"]) == (409, "already_signed", NOTE)


async def test_the_note_of_an_individual_session_is_its_clients_alone(clinic: Clinic) -> None:
    """One section, before the client comes and after; none about everybody, to read or to write; and it signs."""
    alone = replace(clinic.session(), kind="individual", roster=(BOB,))
    await clinic.store.sessions.put(alone)
    alice = await clinic.staff()
    first = (await alice.get(NOTES)).json
    assert [s["about"] for s in first["sections"]] == [BOB]
    assert (first["kind"], first["begins"]) == ("individual", {"shared": "dap/1", "client": "dap/1"})
    evening = Evening(clinic.store, alone)
    await evening.opens()
    await evening.seats(BOB)
    assert (await alice.get(f"{NOTES}/group")).status == 404
    assert (await _put(alice, "group", NOTE, '"0"')).status == 404
    assert (await _put(alice, BOB, NOTE, '"0"')).status == 200
    await evening.ends()
    await _attest(alice)
    signed = await alice.signs(GROUP)
    assert [(s["about"], s["state"]) for s in signed.json["sections"]] == [(BOB, "signed")]


async def test_notes_of_others_are_not_there(clinic: Clinic) -> None:
    """Ben can neither read, write nor sign the notes of Alice's session."""
    await _evening(clinic, BOB)
    ben = await clinic.staff(BEN)
    for method, path, body in (
        ("GET", NOTES, None),
        ("GET", f"{NOTES}/{BOB}", None),
        ("PUT", f"{NOTES}/{BOB}", {"text": NOTE}),
        ("POST", f"{NOTES}/sign", {}),
    ):
        answer = await ben.ask(method, path, body, If_Match='"0"')
        assert (answer.status, answer.code) == (404, "no_such_thing")
    assert await clinic.store.notes.of_session(MAIN, GROUP) == []


async def test_a_page_that_looks_again_is_one_reading(clinic: Clinic) -> None:
    """Polling does not fill the audit log; another person's look, and the same one's later look, are in it."""
    await clinic.store.sessions.put(replace(clinic.session(), cofacilitators=(BEN,)))
    alice, ben = await clinic.staff(ALICE), await clinic.staff(BEN)
    for _ in range(3):
        await alice.get(NOTES)
        await ben.get(f"{NOTES}/group")

    async def reads() -> list[str]:
        return [
            actor for actor, action, subject in await clinic.audited() if (action, subject) == ("notes.read", GROUP)
        ]

    assert await reads() == [ALICE, BEN]
    clinic.clock.ahead += 6 * MINUTE
    await alice.get(NOTES)
    assert await reads() == [ALICE, BEN, ALICE]
