"""Patient and Practitioner: valid, labelled, in the ledger, and a name only for those who get the record itself."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fhir.resources.R4B.patient import Patient
from fhir.resources.R4B.practitioner import Practitioner

from telehealth.core.disclosure import Matter
from telehealth.edge.api_keys import READ_ATTENDANCE, READ_NOTES, mint

from .clinic import ALICE, BOB, CAROL, MAIN, Clinic, consent

pytestmark = pytest.mark.asyncio


async def _ask(clinic: Clinic, path: str, profile: str) -> Any:
    scopes = (READ_ATTENDANCE, READ_NOTES)
    text, key = mint(MAIN, scopes, "x", 1, profile=profile, recipient="ehr")
    await clinic.store.access.put_api_key(key)
    return await clinic.browser().ask("GET", path, Authorization=f"Bearer {text}")


async def test_a_patient_for_those_who_get_the_record(clinic: Clinic) -> None:
    """Under a consent for notes and in the ledger; not for other profiles, others' clients, staff, or who is erased."""
    known = (await clinic.store.people.get(MAIN, [BOB]))[BOB]
    await clinic.store.people.put(MAIN, replace(known, birth_date=date(1990, 2, 3), language="es"))
    notes = replace(consent(BOB, clinic.starts), id="notes-bob", covers=(Matter.ATTENDANCE, Matter.NOTES))
    await clinic.store.consents.put(notes, actor="system")
    answer = await _ask(clinic, f"/fhir/Patient/{BOB}", "notes")
    assert answer.status == 200, answer.raw
    found = answer.json
    Patient.model_validate(found)
    assert (found["name"][0]["text"], found["birthDate"]) == ("Robert Quillfeather", "1990-02-03")
    assert found["meta"]["security"]
    assert "fhir:Patient" in repr((await clinic.store.ledger.of(MAIN, BOB))[-1])
    assert (await _ask(clinic, f"/fhir/Patient/{BOB}", "attendance")).status == 403
    for path in (ALICE, "nobody"):
        assert (await _ask(clinic, f"/fhir/Patient/{path}", "notes")).status == 404
    await clinic.store.erasure.destroy(MAIN, BOB, clinic.clock.now(), actor="system", why="request", holds=0)
    assert (await _ask(clinic, f"/fhir/Patient/{BOB}", "notes")).status == 404


async def test_a_practitioner_is_staff(clinic: Clinic) -> None:
    """Name, NPI and credential; a client is none."""
    known = (await clinic.store.people.get(MAIN, [ALICE]))[ALICE]
    await clinic.store.people.put(MAIN, replace(known, npi="1234567893", credential="LCDC"))
    found = (await _ask(clinic, f"/fhir/Practitioner/{ALICE}", "attendance")).json
    Practitioner.model_validate(found)
    assert (found["name"][0]["text"], found["qualification"][0]["code"]["text"]) == ("Alicia Thornbury", "LCDC")
    assert (await _ask(clinic, f"/fhir/Practitioner/{CAROL}", "attendance")).status == 404
