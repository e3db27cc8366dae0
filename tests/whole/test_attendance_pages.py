"""Attendance for people who look rather than read: the weeks, a session's roster, and papers that can be confirmed."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from telehealth.core import commands as ask
from telehealth.core import records as rec
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from tests.edge.clinic import Evening
from tests.support.browser import Person, people
from tests.support.log import open_log
from tests.support.server import running
from tests.support.wait import until
from tests.whole.axe import Looks
from tests.whole.clinic import Clinic, clinic_of
from tests.whole.evening import count_is, sign_in

pytestmark = pytest.mark.whole
MINUTE = 60_000
DAY = 24 * 60 * MINUTE
LONG = "Maximiliana-Theodora von Hohenstaufen-Wittelsbach de la Cruz y Fernández"
HELD = 5


async def _history(clinic: Clinic) -> str:
    """Five past evenings, with a break, somebody who left, and somebody with a very long name. The newest one's id."""
    programme = ProgrammeId(clinic.programme)
    async with open_log(clinic.server.folder) as store:
        group = await store.sessions.get(programme, SessionId(clinic.group))
        assert group is not None
        await store.people.put(programme, rec.Person(PersonId("long-name-0001"), False, LONG, "Max"))
        everybody = (*group.roster, PersonId("long-name-0001"))
        host = group.facilitators[0]
        for back in range(HELD, 0, -1):
            session = replace(
                group,
                id=SessionId(f"evening-{back}-0001"),
                starts=group.starts - back * 3 * DAY,
                ends=group.starts - back * 3 * DAY + 180 * MINUTE,
                roster=everybody,
                capacity=20,
            )
            await store.sessions.put(session)
            evening = Evening(store, session)
            await evening.opens(host)
            await evening.seats(*everybody[:6])
            await evening.step(_break(evening, host, 80, begins=True))
            await evening.step(_break(evening, host, 90, begins=False))
            await evening.leaves(everybody[1], 100)
            await evening.ends(181)
    return "evening-1-0001"


def _break(evening: Evening, host: PersonId, minute: float, *, begins: bool) -> ask.Command:
    kind = ask.StartBreak if begins else ask.EndBreak
    return kind(evening._at(minute), evening._socket(host))


@pytest.mark.asyncio
async def test_attendance_is_seen_corrected_printed_and_confirmed(tmp_path: Path) -> None:
    """A therapist finds a week by keyboard, mends and confirms a roster, writes a letter; somebody else confirms it."""
    async with running(tmp_path / "data") as server, people() as crowd:
        clinic, looks = clinic_of(server), Looks()
        newest = await _history(clinic)
        first = clinic.clients[0]
        therapist = await crowd.person(0, "Therapist", phone=False)
        await sign_in(therapist, server)

        # The weeks, without a mouse.
        await therapist.page.goto(f"{server.base}/#/attendance")
        await therapist.at("heat").wait_for()
        await looks.look(therapist, "weeks by clients")
        await therapist.at("hours-client").fill(first["legal_name"].split()[1].lower())
        cells = therapist.page.locator("button.warm")
        await until(lambda: count_is(cells, 6), "one client is left", 10)
        await cells.last.focus()
        await therapist.page.keyboard.press("Home")
        for _ in range(6):
            if await therapist.page.evaluate("document.activeElement.dataset.warmth > '0'"):
                break
            await therapist.page.keyboard.press("ArrowRight")
        await therapist.page.keyboard.press("Enter")
        await therapist.at("opened-week").locator("summary").first.click()
        await therapist.page.locator("table.chart").wait_for()
        await looks.look(therapist, "a week with the chart of a session")

        # A letter, which only a consent allows; the first client of the demo has given one to the court.
        await therapist.at("letter-open").click()
        await therapist.at("letter-do").wait_for()
        await looks.look(therapist, "writing a letter")
        letter = await _downloaded(therapist, "letter-do")
        assert first["legal_name"] in letter
        assert "Evening group" not in letter
        await therapist.at("hours-client").fill(clinic.clients[2]["legal_name"])
        await until(lambda: count_is(cells, 6), "one client is left", 10)
        await cells.last.click()
        await therapist.at("letter-open").click()
        await therapist.at("no-consent").wait_for()
        await looks.look(therapist, "no letter without a consent")
        await therapist.page.keyboard.press("Escape")

        # The file of the same weeks: stopped while it does not come, then whole.
        await therapist.page.route("**/api/v1/attendance?**", lambda route: None)
        await therapist.at("attendance-csv").click()
        await therapist.at("csv-rows").wait_for()
        await looks.look(therapist, "a download under way")
        await therapist.at("csv-cancel").click()
        await therapist.at("csv-rows").wait_for(state="detached")
        await therapist.page.unroute("**/api/v1/attendance?**")
        async with therapist.page.expect_download() as download:
            await therapist.at("attendance-csv").click()
        assert _read(await (await download.value).path()).count(b"\n") == 1 + HELD * 9

        # The roster of a session.
        await therapist.page.goto(f"{server.base}/#/session/{newest}")
        await therapist.at(f"excuse-{clinic.clients[7]['person']}").click()
        await therapist.at("say-do").click()
        await looks.look(therapist, "an excuse without a reason")
        await therapist.at("say-reason").fill("Was in hospital.")
        await therapist.at("say-do").click()
        sheet = therapist.at(f"sheet-{clinic.clients[7]['person']}")
        await sheet.get_by_text("Excused").wait_for()
        await therapist.at(f"correct-{clinic.clients[1]['person']}").click()
        await therapist.at("correct-minutes").fill("120")
        await therapist.at("say-reason").fill("Stayed by telephone.")
        await therapist.at("say-do").click()
        await therapist.at(f"sheet-{clinic.clients[1]['person']}").get_by_text("recorded").wait_for()
        await therapist.at("attest").click()
        await therapist.at("attested").wait_for()
        await looks.look(therapist, "a confirmed roster")
        paper = await _downloaded(therapist, "print-sheet")
        assert "120* (" in paper
        assert LONG.split()[0] in paper

        # Somebody who holds the letter, at a phone, without signing in.
        clerk = await crowd.person(1, "Clerk")
        await clerk.page.goto(f"{server.base}/verify#{_code(letter)}")
        await clerk.at("verify-ask").wait_for()
        await looks.look(clerk, "asking about a paper")
        await clerk.at("verify-name").fill(first["legal_name"].upper())
        await clerk.at("verify-ask").click()
        await clerk.at("genuine").get_by_text("The name is the one on the paper.").wait_for()
        await looks.look(clerk, "a genuine paper")
        await clerk.at("verify-code").fill("0" * 20)
        await clerk.at("verify-ask").click()
        await clerk.at("not-genuine").wait_for()
        await looks.look(clerk, "no genuine paper")
        assert not any(first["legal_name"] in frame for frame in clerk.frames)
        assert not any(_code(letter) in url for url in clerk.urls)

        assert not looks.faults, "\n".join(looks.faults)
        for person in (therapist, clerk):
            assert not [line for line in person.console if "401" not in line], person.console


async def _downloaded(person: Person, button: str) -> str:
    """The text of the paper that a button hands over."""
    async with person.page.expect_download() as download:
        await person.at(button).click()
    paper = PdfReader(io.BytesIO(_read(await (await download.value).path())))
    return "\n".join(page.extract_text() for page in paper.pages)


def _read(path: Path) -> bytes:
    return path.read_bytes()


def _code(text: str) -> str:
    found = re.search(r"Code: ([0-9A-Z-]{23})", text)
    assert found, text
    return found[1]
