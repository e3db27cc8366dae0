"""The schedule as FHIR R4: valid, labelled, in the ledger, and never more of a group than may be told."""

from dataclasses import replace
from typing import Any

import pytest
from fhir.resources.R4B.appointment import Appointment
from fhir.resources.R4B.group import Group
from fhir.resources.R4B.schedule import Schedule

from telehealth.core.ids import SessionId
from telehealth.edge.api_keys import READ_ATTENDANCE, mint

from .clinic import ALICE, BOB, CAROL, DAN, MAIN, MINUTE, Clinic, Evening
from .planned import planned

pytestmark = pytest.mark.asyncio


async def _ask(clinic: Clinic, path: str, profile: str = "attendance", recipient: str = "ehr") -> Any:
    text, key = mint(MAIN, (READ_ATTENDANCE,), "x", 1, profile=profile, recipient=recipient)
    await clinic.store.access.put_api_key(key)
    return await clinic.browser().ask("GET", path, Authorization=f"Bearer {text}")


def _matches(answer: Any) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.raw
    return [one["resource"] for one in answer.json["entry"] if one["search"]["mode"] == "match"]


def _patient(resource: dict[str, Any]) -> list[str]:
    """Everybody whom a resource names as a client."""
    text = repr(resource)
    return [who for who in (BOB, CAROL, DAN) if who in text]


async def test_an_appointment_is_one_clients_alone(clinic: Clinic) -> None:
    """Booked, cancelled, kept and missed ones, page by page; without a basis there is none, and none has a title."""
    first = await planned(clinic)
    await clinic.store.consents.revoke(MAIN, DAN, f"tpo-{DAN}", clinic.clock.now(), actor=ALICE)
    starts = clinic.starts - 600 * MINUTE
    past = replace(clinic.session(), id=SessionId("past"), series=None, starts=starts, ends=starts + 60 * MINUTE)
    await clinic.store.sessions.put(past)
    evening = Evening(clinic.store, past)
    await evening.opens()
    await evening.seats(BOB)
    await evening.ends(55)
    found = _matches(await _ask(clinic, f"/fhir/Appointment?date=ge{first}"))
    for resource in found:
        Appointment.model_validate(resource)
        assert len(_patient(resource)) == 1
        assert "canary" not in repr(resource).lower()
        assert {label["code"] for label in resource["meta"]["security"]} >= {"R", "42CFRPart2", "NORDSCLCD"}
    said = [(_patient(r)[0], r["status"], r.get("cancelationReason", {}).get("text")) for r in found]
    assert said == [
        (BOB, "booked", None),
        (CAROL, "booked", None),
        (BOB, "cancelled", "weather"),
        (CAROL, "cancelled", "weather"),
        (BOB, "booked", None),
    ]
    bobs = await _ask(clinic, f"/fhir/Appointment?patient={BOB}&date=ge{first}&_count=2")
    assert [_patient(r) for r in _matches(bobs)] == [[BOB], [BOB]]
    following = bobs.json["link"][1]["url"].removeprefix("http://127.0.0.1:1")
    assert len(_matches(await _ask(clinic, following))) == 1
    earlier = _matches(await _ask(clinic, f"/fhir/Appointment?date=lt{clinic.starts - 300 * MINUTE}"))
    assert [(_patient(r)[0], r["status"]) for r in earlier] == [(BOB, "fulfilled"), (CAROL, "noshow")]
    one = await _ask(clinic, f"/fhir/Appointment/{found[0]['id']}")
    assert one.json == found[0] | {"text": one.json["text"]}
    assert (await _ask(clinic, f"/fhir/Appointment/{found[0]['id']}", recipient="other")).status == 404
    assert (await _ask(clinic, "/fhir/Appointment/0")).status == 404


async def test_a_group_lists_whom_the_recipient_may_be_told_of_and_one_client_alone_if_asked(clinic: Clinic) -> None:
    """Two of three have a basis; asked about Bob, nobody else is there; each is in the ledger of those it names."""
    await planned(clinic)
    await clinic.store.consents.revoke(MAIN, DAN, f"tpo-{DAN}", clinic.clock.now(), actor=ALICE)
    (group,) = _matches(await _ask(clinic, "/fhir/Group"))
    Group.model_validate(group)
    assert _patient(group) == [BOB, CAROL]
    assert "end" in group["member"][1]["period"]
    assert "canary" not in repr(group).lower()
    (bobs,) = _matches(await _ask(clinic, f"/fhir/Group?member=Patient/{BOB}"))
    assert _patient(bobs) == [BOB]
    assert bobs["id"] == group["id"]
    assert _matches(await _ask(clinic, f"/fhir/Group?member={DAN}")) == []
    assert (await _ask(clinic, f"/fhir/Group/{group['id']}")).json["member"] == group["member"]
    assert (await _ask(clinic, f"/fhir/Group/{group['id']}", recipient="other")).status == 404
    assert (await _ask(clinic, "/fhir/Group?name=x")).status == 400
    assert len(await clinic.store.ledger.of(MAIN, BOB)) > len(await clinic.store.ledger.of(MAIN, CAROL)) > 0
    assert await clinic.store.ledger.of(MAIN, DAN) == []


async def test_a_schedule_names_staff_and_no_client(clinic: Clinic) -> None:
    """Its practitioner, its horizon, and nobody who is treated; billing keys have none of these."""
    await planned(clinic)
    (schedule,) = _matches(await _ask(clinic, "/fhir/Schedule"))
    Schedule.model_validate(schedule)
    assert _patient(schedule) == []
    assert [one["identifier"]["value"] for one in schedule["actor"]] == [ALICE]
    assert (await _ask(clinic, f"/fhir/Schedule/{schedule['id']}")).json["id"] == schedule["id"]
    for kind in ("Appointment", "Group", "Schedule"):
        assert (await _ask(clinic, f"/fhir/{kind}", profile="billing")).status == 403
