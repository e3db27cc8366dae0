"""How a crisis ends over HTTP: the incident's note, and the record of what medical personnel were told (2.51(c))."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.ids import PersonId
from telehealth.core.note_records import NoteState
from telehealth.core.records import StaffLogin
from telehealth.core.roles import Role, StaffRole
from telehealth.store.ports import NoteAct

from .clinic import ALICE, BEN, BOB, CAROL, GROUP, HASHES, MAIN, MINUTE, NAMES, Browser, Clinic, Evening, running

pytestmark = pytest.mark.asyncio(loop_scope="module")
THERE = f"/api/staff/sessions/{GROUP}"
TOLD = f"{THERE}/clients/{BOB}/emergency"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def evening(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Clinic, Evening]]:
    """One clinic for all of them, in the order of the file: Bob, at risk, walked out, and his contact was reached."""
    folder: Path = tmp_path_factory.mktemp("incidents")
    async with running(folder) as clinic:
        evening = Evening(clinic.store, clinic.session())
        await evening.opens()
        await evening.seats(BOB, CAROL)
        host, bob = _socket(evening, ALICE), evening.room.by_person(BOB)
        assert bob is not None
        at = clinic.starts + 2 * MINUTE
        await evening.step(ask.MarkRisk(at, host, bob.number, did.Risk.AT_RISK))
        await evening.leaves(BOB, 3)
        for step, outcome, minute in (
            ("call-client", did.Outcome.NO_ANSWER, 4),
            ("call-local-emergency", did.Outcome.REACHED, 6),
        ):
            await evening.step(ask.TakeStep(clinic.starts + minute * MINUTE, host, bob.number, step, outcome))
        yield clinic, evening


def _socket(evening: Evening, person: PersonId) -> Any:
    member = evening.room.by_person(person)
    assert member is not None
    assert member.connection is not None
    return member.connection


def _told(clinic: Clinic, **change: object) -> dict[str, object]:
    return {
        "id": "told-0123456789abcdef",
        "recipient": "R. Canary Diaz, paramedic",
        "affiliation": "County EMS",
        "discloser": ALICE,
        "at": clinic.starts + 6 * MINUTE,
        "nature": "canary: not breathing",
        **change,
    }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alice(evening: tuple[Clinic, Evening]) -> Browser:
    return await evening[0].staff()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ben(evening: tuple[Clinic, Evening]) -> Browser:
    return await evening[0].staff(BEN)


async def _signed_in(clinic: Clinic, person: PersonId, role: StaffRole) -> Browser:
    await clinic.store.people.put_login(StaffLogin(person, MAIN, NAMES[person][0], HASHES[person], staff_role=role))
    return await clinic.staff(person)


async def test_an_incident_is_listed_with_what_is_proposed(evening: tuple[Clinic, Evening], alice: Browser) -> None:
    """While the alarm is open: its steps, a text in either language, and who told whom when, to be confirmed."""
    clinic, _ = evening
    found = (await alice.get(f"{THERE}/incidents")).json
    (one,) = found["incidents"]
    assert (one["client"], one["why"], one["risk"], one["closed"], one["note"]) == (
        BOB,
        "left",
        "at_risk",
        None,
        "open",
    )
    assert [step["outcome"] for step in one["steps"]] == ["no_answer", "reached"]
    assert NAMES[ALICE][1] in one["draft"]
    assert NAMES[CAROL][1] not in one["draft"]
    assert one["telling"] == {
        "at": clinic.starts + 6 * MINUTE,
        "by": ALICE,
        "nature": one["draft"].split("\n")[1].split(" Staff")[0] + " (America/Chicago)",
    }
    assert ALICE in [who["person"] for who in found["staff"]]
    assert (found["may_note"], found["emergencies"]) == (True, [])
    spanish = (await alice.get(f"{THERE}/incidents?language=es")).json["incidents"][0]["draft"]
    assert spanish.startswith("Incidente del")
    assert ("incidents.read", GROUP) in [entry[1:] for entry in await clinic.audited()]


async def test_the_note_is_written_when_somebody_says_so(
    evening: tuple[Clinic, Evening], alice: Browser, ben: Browser
) -> None:
    """Behind what stands in the client's section, as a draft of whoever sent it, once, and nothing else is lost."""
    (one,) = (await alice.get(f"{THERE}/incidents")).json["incidents"]
    path, section = f"{THERE}/incidents/{BOB}/note", f"{THERE}/notes/{BOB}"
    assert (await alice.get(section)).json["revision"] == 0, "nothing was written by itself"
    kept = {"text": "canary-note: came calm"}
    assert (await alice.ask("PUT", section, kept, If_Match='"0"')).status == 200
    said = {"raised": one["raised"], "text": one["draft"] + "\ncanary-note: safe with his sister.", "op": "op-1"}
    first = await alice.ask("POST", path, said)
    assert first.status == 201
    assert first.json["author"] == ALICE
    assert first.json["state"] == "draft"
    assert first.json["text"] == f"{kept['text']}\n\n{said['text']}"
    again = await alice.ask("POST", path, said)
    assert (again.status, again.json["revision"]) == (200, 2)
    assert (await alice.get(f"{THERE}/incidents")).json["incidents"][0]["note"] == "written"
    assert (await alice.ask("POST", path, {**said, "raised": 1})).status == 404
    assert (await alice.ask("POST", path, {**said, "text": " \n"})).code == "malformed"
    assert (await alice.ask("POST", path, {**said, "text": "x" * 10_001})).code == "malformed"
    assert (await alice.ask("POST", f"{THERE}/incidents/{CAROL}/note", said)).status == 404
    assert (await ben.ask("POST", path, said)).status == 404


async def test_what_medical_personnel_were_told_is_in_the_clients_disclosures(
    evening: tuple[Clinic, Evening], alice: Browser
) -> None:
    """All elements of 2.51(c), once, in the accounting and the audit log; no word of it in another's."""
    clinic, _ = evening
    made = await alice.ask("POST", TOLD, _told(clinic))
    assert made.status == 201
    assert made.json | {"recorded": 0} == {**_told(clinic), "client": BOB, "by": ALICE, "recorded": 0}
    assert (await alice.ask("POST", TOLD, _told(clinic, nature="another"))).json == made.json
    (row,) = (await alice.get(f"/api/v1/clients/{BOB}/disclosures")).json["disclosures"]
    assert (row["basis"], row["recipient"]) == ("medical_emergency:told-0123456789abcdef", "medical-personnel")
    assert (row["actor"], row["purpose"], row["profile"]) == (ALICE, "treatment", "emergency")
    assert row["emergency"] | {"recorded_utc": ""} == {
        "recipient": "R. Canary Diaz, paramedic",
        "affiliation": "County EMS",
        "discloser": ALICE,
        "discloser_name": NAMES[ALICE][1],
        "nature": "canary: not breathing",
        "recorded_utc": "",
    }
    assert [one["id"] for one in (await alice.get(f"{THERE}/incidents")).json["emergencies"]] == [_told(clinic)["id"]]
    assert [entry for entry in await clinic.audited() if entry[1] == "emergency.disclosed"] == [
        (ALICE, "emergency.disclosed", f"{BOB} {GROUP}")
    ]
    assert (await alice.get(f"/api/v1/clients/{CAROL}/disclosures")).json["disclosures"] == []


async def test_whoever_has_no_business_with_it_records_nothing(
    evening: tuple[Clinic, Evening], alice: Browser, ben: Browser
) -> None:
    """Other staff, roles without the right, clients, and of nobody who is not a client of this session."""
    clinic, _ = evening
    fresh = _told(clinic, id="told-of-somebody-else")
    assert (await ben.ask("POST", TOLD, fresh)).status == 404
    for role in (StaffRole.OBSERVER, StaffRole.PEER):
        other = await _signed_in(clinic, ALICE, role)
        assert (await other.ask("POST", TOLD, fresh)).status == 403
        assert (await other.get(f"{THERE}/incidents")).status == 403
    intern = await _signed_in(clinic, ALICE, StaffRole.INTERN)
    assert (await intern.get(f"{THERE}/incidents")).status == 200
    assert (await alice.ask("POST", f"{THERE}/clients/{ALICE}/emergency", fresh)).status == 404
    assert (await (await clinic.client(BOB)).ask("POST", TOLD, fresh)).status in (401, 403)
    assert (await clinic.browser().ask("POST", TOLD, fresh)).status in (401, 403)
    assert len(await clinic.store.emergencies.of(MAIN, BOB)) == 1


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"recipient": "  "}, ["recipient"]),
        ({"affiliation": " ", "nature": " "}, ["affiliation", "nature"]),
        ({"discloser": BOB}, ["discloser"]),
        ({"discloser": "nobody"}, ["discloser"]),
        ({"at": 1}, ["at"]),
        ({"at": 2**53}, ["at"]),
        ({"recipient": "x" * 121}, None),
        ({"nature": "x" * 1001}, None),
        ({"id": "short"}, None),
        ({"nature": "\ud800"}, None),
        ({"more": 1}, None),
    ],
)
async def test_an_incomplete_record_is_refused(
    evening: tuple[Clinic, Evening], alice: Browser, change: dict[str, object], fields: list[str] | None
) -> None:
    """It says which element is lacking, and nothing is kept."""
    clinic, _ = evening
    refused = await alice.ask("POST", TOLD, {**_told(clinic), "id": "told-that-is-wrong", **change})
    assert (refused.status, refused.code) == (400, "malformed")
    assert fields is None or refused.json["fields"] == fields
    assert len(await clinic.store.emergencies.of(MAIN, BOB)) == 1


async def test_a_signed_section_is_not_changed_by_an_incident(evening: tuple[Clinic, Evening], alice: Browser) -> None:
    """It can be written down after the end; once the section is signed it needs an addendum, and the page is told."""
    clinic, story = evening
    bob = story.room.by_person(BOB)
    assert bob is not None
    host = _socket(story, ALICE)
    await story.step(ask.CloseAlarm(clinic.starts + 8 * MINUTE, host, bob.number))
    await story._enter(BOB, Role.CLIENT, clinic.starts + 9 * MINUTE)
    await story.leaves(BOB, 10)
    await story.step(ask.CloseAlarm(clinic.starts + 11 * MINUTE, host, bob.number))
    await story.ends(12)
    first, second = (await alice.get(f"{THERE}/incidents")).json["incidents"]
    assert (first["how"], first["by"], first["note"], second["note"]) == ("staff", NAMES[ALICE][1], "written", "open")
    now = await clinic.store.notes.get(MAIN, GROUP, BOB)
    assert now is not None
    at = clinic.clock.now()
    signed = replace(now, revision=now.revision + 1, state=NoteState.SIGNED, signed=at, signed_by=ALICE)
    assert await clinic.store.notes.write(MAIN, [signed], NoteAct("note.signed", ALICE, at)) is not None
    assert [one["note"] for one in (await alice.get(f"{THERE}/incidents")).json["incidents"]] == ["written", "signed"]
    said = {"raised": second["raised"], "text": second["draft"]}
    late = await alice.ask("POST", f"{THERE}/incidents/{BOB}/note", said)
    assert (late.status, late.code) == (409, "already_signed")
