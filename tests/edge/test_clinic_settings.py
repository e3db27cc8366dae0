"""What a clinic has settled, over HTTP: shown to those who run it, chosen with an entry, and no key ever shown."""

from dataclasses import replace

import pytest

from telehealth.core import records as rec
from telehealth.core.roles import StaffRole

from .clinic import BEN, MAIN, Browser, Clinic

pytestmark = pytest.mark.asyncio

THERE = "/api/staff/settings"
NPI = "1234567893"


async def _as(clinic: Clinic, role: StaffRole) -> Browser:
    login = await clinic.store.people.login("ben")
    assert login is not None
    await clinic.store.people.put_login(replace(login, staff_role=role))
    return await clinic.staff(BEN)


async def test_settings_are_shown_and_chosen(clinic: Clinic) -> None:
    """Packs with source, dates and words; kinds by the packs; the licence's caps and the facility's number changed by
    whoever may, with an entry; a compliance officer only looks."""
    admin = await _as(clinic, StaffRole.ADMIN)
    found = (await admin.get(THERE)).json
    packs = {one["id"]: one for one in found["packs"]}
    assert packs["iop-default/1"]["used"]
    assert packs["texas-564-901/1"]["source"]
    assert packs["iop-nudges/1"]["newer"] == "iop-nudges/2"
    assert {one["language"] for one in found["texts"]} == {"en", "es"}
    assert (found["programme"]["caps"], found["may_write"]) == ("", True)
    assert (await admin.get(f"{THERE}/packs/texas-564-901/1")).json["text"].startswith("#")
    assert (await admin.get(f"{THERE}/packs/nothing/1")).status == 404

    path = f"{THERE}/programme"
    for wrong in ({"caps": "no-such/1"}, {"facility_npi": "1234567890"}, {"crisis_phone": "ask the office"}):
        assert (await admin.ask("PUT", path, wrong)).code == "malformed"
    after = (await admin.ask("PUT", path, {"caps": "texas-564-901/1", "facility_npi": NPI})).json
    assert (after["programme"]["caps"], after["programme"]["facility_npi"]) == ("texas-564-901/1", NPI)
    caps = {one["kind"]: one["cap"] for one in after["kinds"]}
    assert caps["group_therapy"] == {"most": 16, "counts": "clients"}
    assert (await admin.ask("PUT", path, {})).status == 200
    on_call = (await admin.ask("PUT", path, {"crisis_phone": "217-555-0999"})).json["programme"]
    assert (on_call["crisis_phone"], on_call["facility_npi"]) == ("217-555-0999", NPI)
    changes = [entry for entry in await clinic.audited() if entry[1] == "programme.facts"]
    assert changes == [(BEN, "programme.facts", MAIN)] * 2
    officer = await _as(clinic, StaffRole.COMPLIANCE)
    assert (await officer.get(THERE)).json["may_write"] is False
    assert (await officer.ask("PUT", path, {"caps": ""})).status == 403


async def test_keys_are_counted_and_ended_and_never_shown(clinic: Clinic) -> None:
    """How much stands under which key; a machine's key is ended at once, with an entry; no hash of it is shown."""
    key = rec.ApiKey("machine1", MAIN, "hash-of-its-secret", ("attendance:read",), "County", clinic.starts)
    await clinic.store.access.put_api_key(key)
    admin = await _as(clinic, StaffRole.ADMIN)
    counted = (await admin.get(f"{THERE}/keys")).json
    assert (counted["done"], counted["unknown"], counted["older"]) == (True, 0, {})
    assert counted["current"] > 5
    assert (await admin.get(f"{THERE}/keys")).json["at"] == counted["at"], "one count for all who ask in a minute"
    listed = await admin.get(f"{THERE}/api-keys")
    assert [(one["id"], one["label"], one["revoked"]) for one in listed.json["keys"]] == [("machine1", "County", None)]
    assert b"hash-of" not in listed.raw
    ended = await admin.ask("POST", f"{THERE}/api-keys/machine1/revoke", {})
    assert (ended.status, ended.json["revoked"] > 0) == (200, True)
    assert (BEN, "api_key.revoked", "machine1") in await clinic.audited()
    assert (await admin.ask("POST", f"{THERE}/api-keys/nobody/revoke", {})).status == 404
    director = await _as(clinic, StaffRole.DIRECTOR)
    assert (await director.get(f"{THERE}/api-keys")).status == 403
