"""`python -m tests.fhir FOLDER`: one file of each kind of FHIR answer, from a real server, for a validator to judge.

`make check-fhir` hands them to HAPI's validator (scripts/fhir). The evenings have what an Encounter can say: a gap, a
correction, somebody who is still there, a service of each kind, a client without a basis.
"""

import asyncio
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from telehealth.core import commands as ask
from telehealth.core.corrections import Correction
from telehealth.core.ids import SessionId
from telehealth.edge.api_keys import READ_ATTENDANCE, mint, scopes_of
from telehealth.store.ports import Heard
from tests.edge import signed
from tests.edge.clinic import ALICE, BOB, CAROL, DAN, MAIN, MINUTE, Browser, Clinic, Evening, running
from tests.edge.planned import planned

KINDS = ("group_therapy", "individual", "family", "multi_family", "aftercare", "alumni", "mutual_help", "assessment")


async def _evenings(clinic: Clinic) -> None:
    for number, kind in enumerate(KINDS):
        starts = clinic.starts - (1000 + number) * MINUTE
        session = replace(
            clinic.session(), id=SessionId(f"session-{number}"), kind=kind, starts=starts, ends=starts + 180 * MINUTE
        )
        await clinic.store.sessions.put(session)
        evening = Evening(clinic.store, session)
        await evening.opens()
        await evening.seats(BOB, CAROL)
        await evening.leaves(CAROL, 60.5)
        await evening.seats(CAROL, minute=90)
        await evening.ends(180)
    said = Correction(SessionId("session-0"), BOB, 170, "came by phone first", ALICE, clinic.clock.now())
    assert await clinic.store.corrections.say(MAIN, said, Heard())
    live = Evening(clinic.store, clinic.session())
    await live.opens()
    await live.seats(BOB, DAN)
    await live.step(ask.Leave(live.session.starts + 5 * MINUTE, live._socket(DAN)))
    await clinic.store.consents.revoke(MAIN, DAN, f"tpo-{DAN}", clinic.clock.now(), actor=ALICE)


async def _notes(clinic: Clinic, folder: Path) -> None:
    """A signed note with an addendum and a correction, and one without, in each form that a note has."""
    await signed.evening(clinic, before=3000)
    await signed.opened(clinic, BOB, CAROL)
    text, key = mint(MAIN, scopes_of("notes"), "x", 1, profile="notes", recipient="notes")
    await clinic.store.access.put_api_key(key)
    http, bearer = clinic.browser(), f"Bearer {text}"
    for kind in ("DocumentReference", "Composition"):
        bundle = await http.get(f"/fhir/{kind}", Authorization=bearer)
        (folder / f"bundle-{kind}.json").write_bytes(bundle.raw)
        for number, entry in enumerate(bundle.json["entry"][:-1]):
            one = await http.get(f"/fhir/{kind}/{entry['resource']['id']}", Authorization=bearer)
            (folder / f"{kind}-{number}.json").write_bytes(one.raw)
    await _bulk(http, bearer, folder)


async def _bulk(http: Browser, key: str, folder: Path) -> None:
    begun = await http.ask("GET", "/fhir/$export", Authorization=key, Prefer="respond-async")
    job = begun.headers["Content-Location"].removeprefix("http://127.0.0.1:1")
    async with asyncio.timeout(15):
        while (status := await http.get(job, Authorization=key)).status != 200:
            assert status.status == 202, status.raw
            await asyncio.sleep(0.05)
    for part in ("output", "error"):
        for file in status.json[part]:
            answer = await http.get(file["url"].removeprefix("http://127.0.0.1:1"), Authorization=key)
            (folder / f"bulk-{file['type']}.ndjson").write_bytes(answer.raw)


async def write(folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="check-fhir-") as clinics:
        async with running(Path(clinics)) as clinic:
            await _evenings(clinic)
            text, key = mint(MAIN, (READ_ATTENDANCE,), "x", 1, recipient="ehr")
            await clinic.store.access.put_api_key(key)
            http, bearer = clinic.browser(), f"Bearer {text}"
            for name, path in (
                ("bundle", "/fhir/Encounter?_count=500"),
                ("bundle-page", "/fhir/Encounter?_count=2"),
                ("bundle-empty", "/fhir/Encounter?patient=nobody"),
                ("metadata", "/fhir/metadata"),
                ("refusal", "/fhir/Encounter?colour=red"),
                ("refusal-404", "/fhir/Encounter/0"),
            ):
                (folder / f"{name}.json").write_bytes((await http.get(path, Authorization=bearer)).raw)
            entries = json.loads((folder / "bundle.json").read_bytes())["entry"]
            for number, entry in enumerate(entries):
                if entry["resource"]["resourceType"] == "Encounter":
                    one = await http.get(f"/fhir/Encounter/{entry['resource']['id']}", Authorization=bearer)
                    (folder / f"encounter-{number}.json").write_bytes(one.raw)
            await planned(clinic)
            for kind in ("Appointment", "Group", "Schedule"):
                bundle = await http.get(f"/fhir/{kind}", Authorization=bearer)
                (folder / f"bundle-{kind}.json").write_bytes(bundle.raw)
                for number, entry in enumerate(bundle.json["entry"][:-1]):
                    one = await http.get(f"/fhir/{kind}/{entry['resource']['id']}", Authorization=bearer)
                    (folder / f"{kind}-{number}.json").write_bytes(one.raw)
            await _bulk(http, bearer, folder)
            await _notes(clinic, folder)


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1])))
