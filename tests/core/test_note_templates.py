"""Templates, facts, goals and the policy of notes: what a file may say, and what the server puts into a note itself."""

import tomllib
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from telehealth import packs
from telehealth.core import goals as plan
from telehealth.core.attendance import Interval, Modality, Row, Status
from telehealth.core.corrections import Correction
from telehealth.core.goals import Goal
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.note_digests import facts_digest
from telehealth.core.note_facts import of_client, of_group
from telehealth.core.note_policy import PlanGoals
from telehealth.core.note_records import Content, free
from telehealth.core.note_templates import Begins, Field, Template, begins, fitted, offered, titled, unfilled
from telehealth.core.packs import parse
from telehealth.core.records import CheckIn, Session

from .story import ALICE, BEN, BOB, clock

DAP = Template("dap/1", "DAP", (Field("data", "Data"), Field("plan", "Plan"), Field("more", "More", "", False)))
TEMPLATE = """
pack = "note_template"
name = "ours"
version = 2
title = "Ours"
source = "The clinic"
[[field]]
name = "what_happened"
title = "What happened"
required = true
"""
POLICY = """
pack = "note_policy"
name = "notes-default"
version = 9
source = "The clinic"
plan_goals = "always"
attested = false
late_notes = "notes-24-hours/1"
templates = ["ours"]
similar_percent = 65
similar_words = 10
words = ["Will"]
abbreviations = []
"""
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
    (BOB,),
)
ROW = Row(
    programme=ProgrammeId("p1"),
    session=SessionId("s1"),
    client=BOB,
    kind="group_therapy",
    scheduled_start=clock("18:00"),
    scheduled_end=clock("21:00"),
    session_start=clock("18:02"),
    session_end=clock("21:00"),
    first_join=clock("18:12"),
    last_leave=clock("20:50"),
    intervals=(Interval(clock("18:12"), clock("20:50"), "left"),),
    milliseconds=158 * 60_000,
    minutes=158,
    status=Status.LATE,
    policy="iop-default/1",
    group_size_clients=5,
    final=True,
    attended_ms=148 * 60_000,
    break_ms=10 * 60_000,
    modality=Modality.AUDIO_VIDEO,
    facilitators=(BEN,),
)


def goal(name: str, first: int = 1, last: int | None = None) -> Goal:
    """A goal of November."""
    until = None if last is None else date(2026, 11, last)
    return Goal(name, BOB, f"Text of {name}", date(2026, 11, first), ALICE, 1, until)


def test_what_somebody_wrote_is_kept_in_the_order_of_the_template() -> None:
    """A field that is not the template's is refused; empty ones and repeated goals are left out."""
    content = fitted(DAP, {"plan": "On.", "data": "Spoke.", "more": ""}, ["g1", "g2", "g1"])
    assert content == Content("dap/1", (("data", "Spoke."), ("plan", "On.")), ("g1", "g2"))
    assert content.text == "Spoke.\n\nOn."
    assert fitted(DAP, {"other": "x"}, ()) is None


def test_fields_that_may_not_stay_empty() -> None:
    """Only of a section in which something is written; a template that is gone asks for nothing."""
    assert unfilled(DAP, Content("dap/1", (("data", "x"), ("plan", " ")))) == ("plan",)
    assert unfilled(DAP, Content("dap/1")) == ()
    assert unfilled(None, Content("gone/1", (("x", "y"),))) == ()


def test_titles_stand_over_the_fields() -> None:
    """None over a lone text; of a template that is gone, the names of the fields."""
    assert titled(DAP, Content("dap/1", (("data", "x"), ("plan", "")))) == (("Data", "x"),)
    assert titled(DAP, free("x")) == (("", "x"),)
    assert titled(None, Content("gone/1", (("what_next", "y"),))) == (("What next", "y"),)


def test_the_latest_version_of_a_template_is_offered() -> None:
    """In the order of the policy; others stay readable, but nobody begins with them."""
    newer = replace(DAP, id="dap/2")
    other = Template("soap/1", "SOAP", DAP.fields)
    assert offered([newer, DAP, other], ["soap", "dap", "none"]) == (other, newer)


@pytest.mark.parametrize(
    ("kind", "names", "shared", "client"),
    [
        ("group", ["free", "dap", "group"], "group/1", "free/1"),
        ("dap", ["free", "dap", "group"], "dap/1", "dap/1"),
        ("", ["free", "dap", "group"], "free/1", "free/1"),
        ("", ["group", "dap"], "dap/1", "dap/1"),
        ("soap", ["dap"], "dap/1", "dap/1"),
        ("group", ["group"], "group/1", "free/1"),
        ("group", [], "free/1", "free/1"),
    ],
)
def test_sections_begin_as_the_kind_of_session_says(kind: str, names: list[str], shared: str, client: str) -> None:
    """If that is offered, else with the first; what is for everybody never begins a client's own section."""
    templates = [Template(f"{name}/1", name, DAP.fields) for name in names]
    assert begins(templates, kind) == Begins(shared, client)


def test_each_kind_that_ships_begins_with_what_suits_it() -> None:
    """A group with what it shared, a conversation of two with DAP, a family with free text."""
    known = packs.load()
    now = offered(known.note_templates.values(), known.note_policy.templates)

    def of(kind: str) -> Begins:
        return begins(now, known.kinds.of(kind).template)

    assert of("group_therapy") == of("workshop") == Begins("group/1", "free/1")
    assert of("individual") == Begins("dap/1", "dap/1")
    assert of("family") == Begins("free/1", "free/1")


def test_a_kind_that_names_no_template_is_refused(tmp_path: Path) -> None:
    """With the name that nobody has given to one."""
    shipped = resources.files("telehealth").joinpath("data", "packs", "kinds-default.toml").read_text()
    wrong = shipped.replace("version = 1", "version = 2", 1).replace('template = "dap"', 'template = "dapp"')
    (tmp_path / "kinds.toml").write_text(wrong)
    with pytest.raises(ValueError, match="note template dapp"):
        packs.load(tmp_path)


def test_the_shipped_templates_and_policy_are_read() -> None:
    """DAP, BIRP, SOAP, GIRP and free text, with a goal where the plan has one."""
    known = packs.load()
    names = [one.name for one in offered(known.note_templates.values(), known.note_policy.templates)]
    assert names == ["free", "dap", "birp", "soap", "girp", "group"]
    assert known.note_policy.plan_goals is PlanGoals.IF_ANY
    assert known.note_policy.late_notes in known.late_notes


def test_a_clinics_own_template_and_policy() -> None:
    """Read as packs are, with all that they say."""
    template = parse(tomllib.loads(TEMPLATE)).rule
    assert template == Template("ours/2", "Ours", (Field("what_happened", "What happened"),))
    policy = parse(tomllib.loads(POLICY)).rule
    assert getattr(policy, "id", "") == "notes-default/9"
    assert getattr(policy, "words", None) == {"Will"}


@pytest.mark.parametrize(
    ("text", "old", "new", "complaint"),
    [
        (TEMPLATE, 'name = "what_happened"', 'name = "What"', "lower-case words joined by underscores"),
        (TEMPLATE, "[[field]]", "[[fields]]", "unknown fields"),
        (
            TEMPLATE,
            "required = true",
            "required = true\n[[field]]\nname='what_happened'\ntitle='x'\nrequired=true",
            "own",
        ),
        (TEMPLATE, "[[field]]", "[[test]]\nx = 1\n[[field]]", "no tests"),
        (POLICY, "abbreviations = []", "abbreviations = [1]", "list of words"),
        (POLICY, "abbreviations = []", 'abbreviations = "x"', "list of words"),
        (POLICY, '["ours"]', "[]", "at least one"),
        (POLICY, '["ours"]', '["ours/2"]', "without versions"),
        (POLICY, "abbreviations = []", "abbreviations = []\n[[test]]\nx = 1", "no tests"),
        (POLICY, '"always"', '"often"', "one of never, if_any, always"),
    ],
)
def test_a_file_that_says_something_else_is_refused(text: str, old: str, new: str, complaint: str) -> None:
    """With a sentence that names what is wrong."""
    with pytest.raises(ValueError, match=complaint):
        parse(tomllib.loads(text.replace(old, new)))


def test_goals_count_on_the_days_on_which_the_plan_had_them() -> None:
    """From the first to the last day, both included; picked ones come in the section's order."""
    goals = [goal("g1", 1, 9), goal("g2", 10), goal("g3", 5)]
    assert plan.open_on(goals, date(2026, 11, 9)) == {"g1", "g3"}
    assert plan.open_on(goals, date(2026, 11, 10)) == {"g2", "g3"}
    assert plan.picked(goals, ["g3", "none", "g1"]) == (goals[2], goals[0])


def test_the_facts_of_a_client_come_from_the_record() -> None:
    """Times, minutes with their correction, late and early, modality, whether a location was given, and the goals."""
    said = [Correction(ROW.session, BOB, 150, "canary", ALICE, 1)]
    check_in = CheckIn(ROW.session, BOB, 1, "14 Lane", "IL", "Ma", "217", "218", True, "v1")
    facts = of_client(SESSION, ROW, said, check_in, [goal("g1")])
    assert (facts.session_start, facts.session_end, facts.first_join, facts.last_leave) == (
        clock("18:02"),
        clock("21:00"),
        clock("18:12"),
        clock("20:50"),
    )
    assert (facts.minutes, facts.minutes_corrected, facts.break_minutes) == (148, 150, 10)
    assert (facts.late_minutes, facts.left_early_minutes) == (10, 10)
    assert (facts.status, facts.policy, facts.modality) == ("late", "iop-default/1", "audio_video")
    assert (facts.location_verified, facts.location_state, facts.emergency_contact) == (True, "IL", True)
    assert (facts.group_size, facts.facilitators, facts.goals) == (5, (BEN,), (("g1", "Text of g1"),))
    assert "14 Lane" not in repr(facts)
    assert of_client(SESSION, ROW, [], None, ()).minutes_corrected is None


def test_the_facts_of_whoever_was_not_there() -> None:
    """What is not known is not made up."""
    facts = of_client(SESSION, None, [], None, ())
    assert (facts.session_start, facts.minutes, facts.status, facts.location_verified) == (None, None, "", False)
    assert facts.facilitators == (ALICE,)
    absent = replace(ROW, session_start=None, first_join=None, last_leave=None, modality=None, facilitators=())
    facts = of_client(SESSION, absent, [], None, ())
    assert (facts.late_minutes, facts.left_early_minutes, facts.modality) == (0, 0, "")


def test_the_facts_of_the_group_name_nobody() -> None:
    """A count of who was there, never a client's id."""
    other = replace(ROW, client=PersonId("carol"), break_ms=12 * 60_000)
    facts = of_group(SESSION, [ROW, other])
    assert (facts.group_size, facts.break_minutes, facts.facilitators) == (5, 12, (BEN,))
    assert BOB not in repr(facts)
    empty = of_group(SESSION, [])
    assert (empty.session_start, empty.group_size, empty.facilitators) == (None, 0, (ALICE,))
    assert len({facts_digest(facts), facts_digest(empty), facts_digest(None)}) == 3
