"""Answers of check-ins over HTTP: for whom, and that a look is recorded."""

import msgspec
import pytest

from telehealth.core.ids import PersonId
from telehealth.core.records import Session
from telehealth.core.scales import When
from telehealth.core.tools.scales import Said, ScaleGiven
from telehealth.store.tool_ports import ToBeKept, ToolState

from .clinic import BEN, BOB, CAROL, GROUP, MAIN, Clinic, Evening


async def answered(clinic: Clinic, session: Session, words: dict[PersonId, str], *whens: When) -> None:
    """In an open room these clients answer, each in words of their own; at the beginning, or whenever is said."""
    evening = Evening(clinic.store, session)
    await evening.opens()
    kept = [
        ToBeKept(who, f"scales.{when}", msgspec.json.encode(Said(when, "scales-default/1", session.starts, given)))
        for who, own in words.items()
        for mood, when in enumerate(whens or (When.IN,), 4)
        for given in ((ScaleGiven("mood", mood), ScaleGiven("own-words", own)),)
    ]
    state = ToolState("scales", 1, b"{}")
    assert await clinic.store.tools.write(MAIN, session.id, state, session.starts, kept, op="op-scales")


@pytest.mark.asyncio
async def test_staff_who_lead_see_what_their_clients_answered(clinic: Clinic) -> None:
    """By client, with the questions; other staff and clients get nothing."""
    await answered(clinic, clinic.session(), {BOB: "so tired", CAROL: "quite well"})
    alice = await clinic.staff()
    told = (await alice.get(f"/api/staff/sessions/{GROUP}/scales")).json
    said = {who: [one["given"][1]["value"] for one in found] for who, found in told["people"].items()}
    assert (said[BOB], said[CAROL]) == (["so tired"], ["quite well"])
    assert [one["code"] for one in told["items"]] == ["craving", "mood", "own-words", "safe-tonight"]
    one = (await alice.get(f"/api/staff/clients/{BOB}/scales")).json
    assert [said["when"] for said in one["said"]] == ["in"]
    assert [entry[1:] for entry in await clinic.audited() if entry[1] == "scales.read"] == [
        ("scales.read", GROUP),
        ("scales.read", BOB),
    ]
    assert (await (await clinic.staff(BEN)).get(f"/api/staff/sessions/{GROUP}/scales")).status == 404
    assert (await (await clinic.client(BOB)).get(f"/api/staff/sessions/{GROUP}/scales")).status in (401, 403)
    assert b"so tired" not in (await alice.get(f"/api/staff/sessions/{GROUP}")).raw
