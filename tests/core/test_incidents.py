"""What becomes of an alarm: the incident in the log, the words proposed for its note, and what 2.51(c) asks for."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.emergencies import AHEAD, MAX_NATURE, Emergency, basis, disclosure, faults
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.incidents import Told, draft, heading, incidents, noted, placed, telling
from telehealth.core.note_records import Content
from telehealth.core.note_templates import Field, Template
from telehealth.core.records import Session
from telehealth.core.room import OPENS_BEFORE

from .story import ALICE, BEN, BOB, CAROL, DAN, Story, clock
from .test_crisis import calls, closes, marks, steps

UTC = ZoneInfo("UTC")
STEPS = {"call-client": "Call the client.", "call-local": "Call the local number."}


def told(story: Story, language: str = "en") -> Told:
    names = {story.member(ALICE).number: "Alicia Thornbury LCDC", story.member(BEN).number: "Benedict Okonkwo-Hale"}
    return Told(UTC, language, STEPS, names)


def missed() -> Story:
    """Bob is gone at 18:10, Ben reaches him at 18:14 by the local number, Alice closes at 18:20."""
    story = Story().begin(BOB, CAROL)
    story.enter(BEN)
    marks(story, BOB)
    story.at("18:10").lose(BOB, seen="18:10")
    story.at("18:10:03").time_passes()
    story.at("18:11")
    steps(story, BOB, "call-client", did.Outcome.NO_ANSWER)
    story.at("18:14")
    steps(story, BOB, "call-local", did.Outcome.REACHED, by=BEN)
    story.at("18:20")
    closes(story, BOB)
    return story


def test_an_incident_is_what_the_log_says_of_one_alarm() -> None:
    """From the last proof to its end, with every step; one that goes on is open, and each alarm is its own."""
    story = missed()
    (one,) = incidents(story.log)
    assert (one.client, one.risk, one.why) == (BOB, did.Risk.AT_RISK, did.Drop.NETWORK)
    assert (one.since, one.raised, one.closed) == (clock("18:10"), clock("18:10:03"), clock("18:20"))
    assert (one.how, one.by) == (did.Closed.STAFF, story.member(ALICE).number)
    assert [step.step for step in one.steps] == ["call-client", "call-local"]
    assert one.contact is not None
    calls(story, CAROL)
    story.leave(CAROL)
    first, second = incidents(story.log)
    assert first == one
    assert (second.client, second.risk, second.why, second.closed) == (CAROL, did.Risk.NONE, did.Drop.LEFT, None)


def test_what_is_proposed_for_the_note_says_who_did_what_when() -> None:
    """Every step in the plan's words with its time and who took it, nobody else of the group, and nothing guessed."""
    story = missed()
    (one,) = incidents(story.log)
    assert draft(one, told(story)).split("\n") == [
        "Incident of 2026-09-22 08:23:23 (UTC)",
        "Lost the connection without leave at 08:23:20, while marked “at risk”. Staff were alarmed at 08:23:23.",
        "08:24:20 Call the client. No answer. (Alicia Thornbury LCDC)",
        "08:27:20 Call the local number. Reached. (Benedict Okonkwo-Hale)",
        "First contact at 08:27:20, 4 min after the last sign of them.",
        "Closed at 08:33:20 by Alicia Thornbury LCDC.",
    ]
    spanish = draft(one, told(story, "es"))
    assert "Primer contacto a las 08:27:20" in spanish
    assert "Caroline" not in draft(one, told(story)) + spanish
    for language in ("en", "es"):
        assert noted(one, UTC, f"before\n\n{draft(one, told(story, language))}\nand after")
    assert not noted(one, UTC, heading(replace(one, raised=one.raised + 1_000), UTC, "en"))


def test_every_end_has_its_words() -> None:
    """Nobody reached, back by themselves, still open, the room closed over it; unknown steps and staff are no fault."""
    story = missed()
    (one,) = incidents(story.log)
    silent = replace(one, steps=one.steps[:1])
    assert "Nobody spoke with them" in draft(silent, told(story))
    quick = replace(one, steps=(replace(one.steps[1], at=one.since + 59_000),))
    assert "less than a minute after" in draft(quick, told(story))
    back = draft(replace(silent, how=did.Closed.RETURNED, by=None), told(story))
    assert "came back by themselves at 08:33:20" in back
    assert "Nobody" not in back
    assert "The alarm is still open." in draft(replace(one, closed=None, how=None, by=None), told(story))
    over = draft(replace(one, how=did.Closed.OVER, by=None), Told(UTC, "en", {}, {}))
    assert "The room closed at 08:33:20 with the alarm open." in over
    assert "08:24:20 call-client No answer. (staff)" in over


def test_what_was_told_is_proposed_from_the_last_call_that_reached() -> None:
    """Time and discloser of the local emergency call; without one nothing of the kind is claimed."""
    story = missed()
    (one,) = incidents(story.log)
    proposed = telling(one, told(story), ["call-local"])
    assert (proposed.at, proposed.by) == (clock("18:14"), story.member(BEN).number)
    assert proposed.nature == "Lost the connection without leave at 08:23:20, while marked “at risk”. (UTC)"
    nothing = telling(one, told(story), ["call-client"])
    assert (nothing.at, nothing.by) == (None, None)


DAP = Template("dap/1", "DAP", (Field("data", "Data"), Field("assessment", "Assessment"), Field("plan", "Plan")))
ODD = Template("odd/1", "Odd", (Field("first", "First"), Field("last", "Last")))


def test_an_incident_goes_behind_what_stands_in_the_section() -> None:
    """Where it is told what happened, or at the end; nothing that somebody wrote is lost, also of a lost template."""
    assert placed(Content(), DAP, "it") == Content("dap/1", (("data", "it"),))
    written = Content("dap/1", (("data", "Bob spoke.\n"), ("plan", "Call.")), ("goal-1",))
    assert placed(written, DAP, "it") == replace(written, fields=(("data", "Bob spoke.\n\nit"), ("plan", "Call.")))
    assert placed(Content("odd/1", (("first", "a"),)), ODD, "it").fields == (("first", "a"), ("last", "it"))
    gone = Content("gone/3", (("one", "a"), ("two", "b")))
    assert placed(gone, None, "it") == Content("gone/3", (("one", "a"), ("two", "b\n\nit")))


SESSION = Session(
    SessionId("s1"),
    ProgrammeId("p1"),
    None,
    "group_therapy",
    "",
    clock("18:00"),
    clock("21:00"),
    "UTC",
    8,
    (ALICE,),
    (),
)
ONE = Emergency(
    "e1", BOB, SessionId("s1"), "R. Diaz, paramedic", "County EMS", ALICE, clock("18:14"), "Fell", clock("18:16"), ALICE
)


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ({}, ()),
        ({"recipient": " ", "affiliation": ""}, ("recipient", "affiliation")),
        ({"discloser": PersonId("")}, ("discloser",)),
        ({"nature": " "}, ("nature",)),
        ({"nature": "x" * (MAX_NATURE + 1)}, ("nature",)),
        ({"at": clock("18:16") + AHEAD}, ()),
        ({"at": clock("18:16") + AHEAD + 1}, ("at",)),
        ({"at": clock("18:00") - OPENS_BEFORE - 1}, ("at",)),
    ],
)
def test_the_record_of_an_emergency_has_all_its_elements(change: dict[str, object], lacks: tuple[str, ...]) -> None:
    """2.51(c): recipient, affiliation, discloser, a time that can have been, and the nature of the emergency."""
    assert faults(replace(ONE, **change), SESSION, clock("18:16")) == lacks  # type: ignore[arg-type]


def test_the_ledger_keeps_codes_of_an_emergency_and_no_words() -> None:
    """Its row names the basis and medical personnel as such; who they were is sealed beside it."""
    row = disclosure(ONE, SESSION)
    assert (row.export, row.recipient, row.profile, row.actor) == ("e1", "medical-personnel", "emergency", ALICE)
    assert (row.start, row.end) == (SESSION.starts, SESSION.ends)
    assert basis(ONE) == "medical_emergency:e1"
    assert "Diaz" not in repr(row)


def test_marks_that_changed_count_as_they_stood() -> None:
    """An incident says how closely staff looked after somebody when it was raised, not later."""
    story = Story().begin(DAN, BOB)
    marks(story, DAN, did.Risk.WATCH)
    story.leave(DAN)
    story.ask(ask.MarkRisk(story.now, story.socket(ALICE), story.member(DAN).number, did.Risk.AT_RISK))
    assert [one.risk for one in incidents(story.log)] == [did.Risk.WATCH]
