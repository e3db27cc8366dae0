"""Signed notes on paper: within the programme by an audit entry, outside under a basis and with its ledger row."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from pypdf import PdfReader

from telehealth.core.disclosure import Purpose
from telehealth.core.ids import SessionId

from .clinic import ALICE, BEN, BOB, CAROL, DAN, GROUP, MAIN, Answer, Clinic, running
from .signed import ADDED, CORRECTED, NAME, SHARED, TEXTS, evening, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOTE = f"/api/staff/sessions/{NAME}/clients/{BOB}/note"
RECORD = f"/api/staff/clients/{BOB}/record"
EVER = {"from": "2026-01-01", "to": "2027-06-01"}
OTHERS = ("Vantongeren", "Marchetti", CAROL, DAN, TEXTS[CAROL])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    folder: Path = tmp_path_factory.mktemp("note-papers")
    async with running(folder) as clinic:
        await evening(clinic, SessionId("session-signed-0"), 3000, lapse=False)
        await evening(clinic)
        yield clinic


def _pages(answer: Answer) -> list[str]:
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf"), answer.raw[:200]
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(answer.raw)).pages]


async def test_one_note(clinic: Clinic) -> None:
    """The client by name, facts, both parts, what came later with its label, signatures with their SHA-256, the notice
    and the page's number on each page; nobody else."""
    alice = await clinic.staff()
    pages = _pages(await alice.ask("POST", NOTE, {}))
    text = " ".join(pages)
    section = await clinic.store.notes.get(MAIN, NAME, BOB)
    assert section is not None
    for word in (
        "Progress note",
        "Robert Quillfeather",
        "the programme's own files",
        "AMENDED",
        SHARED,
        TEXTS[BOB],
        "Addendum 1 by Alicia Thornbury",
        ADDED,
        "Correction 2 by Alicia Thornbury",
        "Reason: it was twice",
        CORRECTED,
        "Electronically signed by Alicia Thornbury",
        f"SHA-256 {section.digest}",
        section.later[1].digest,
        "Minutes 179",
        "This record which has been disclosed to you",
    ):
        assert word in text, word
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "42 CFR part 2 prohibits" in page
    for word in OTHERS:
        assert word not in text, word
    (entry,) = [on for who, what, on in await clinic.audited() if (who, what) == (ALICE, "notes.printed")]
    assert entry.startswith(f"{BOB} ")
    assert await clinic.store.ledger.of(MAIN, BOB) == []


async def test_a_record_is_a_disclosure_where_it_goes_outside(clinic: Clinic) -> None:
    """Attendance first, then the notes in order. Without a basis that opens notes there is no paper and no row; with
    one both, and the paper names it."""
    alice = await clinic.staff()
    asked = {**EVER, "recipient": "next-clinic", "purpose": "treatment"}
    refused = await alice.ask("POST", RECORD, asked)
    assert (refused.status, refused.json["why"]) == (403, "other_matter")
    assert await clinic.store.ledger.of(MAIN, BOB) == []
    await opened(clinic, BOB)
    text = " ".join(_pages(await alice.ask("POST", RECORD, asked)))
    assert "next-clinic, purpose: treatment" in text
    assert "5 h 58 min in 2 of 2 sessions" in text
    assert text.count(SHARED) == 2
    assert f"consent notes-{BOB}" in text
    (told,) = await clinic.store.ledger.of(MAIN, BOB)
    assert (told.disclosure.recipient, told.disclosure.purpose) == ("next-clinic", Purpose.TREATMENT)
    for word in OTHERS:
        assert word not in text, word


async def test_who_gets_none(clinic: Clinic) -> None:
    """Somebody without business, a note that is not signed, a recipient or a range that is none."""
    alice, ben = await clinic.staff(), await clinic.staff(BEN)
    for browser, path, body, status in (
        (ben, NOTE, {}, 404),
        (ben, RECORD, EVER, 404),
        (alice, f"/api/staff/sessions/{GROUP}/clients/{BOB}/note", {}, 409),
        (alice, f"/api/staff/sessions/{NAME}/clients/{DAN}/note", {}, 409),
        (alice, f"/api/staff/sessions/none/clients/{BOB}/note", {}, 404),
        (alice, NOTE, {"recipient": "No Code"}, 400),
        (alice, RECORD, {"from": "2026-02-01", "to": "2026-01-01"}, 400),
        (alice, RECORD, {"from": "2026-02-31", "to": "2026-03-01"}, 400),
    ):
        assert (await browser.ask("POST", path, body)).status == status, (path, body)
