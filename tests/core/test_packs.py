"""Rule packs: what a file may say, that its own tests are run, and that the shipped ones hold."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from telehealth.core.messages import Messages
from telehealth.core.packs import KINDS, parse
from telehealth.core.payers import PayerRule
from telehealth.core.roster import Timetable
from telehealth.core.sendings import Quiet
from telehealth.packs import load

UNITS = """
pack = "units"
name = "quarter"
version = 1
source = "A contract"
effective_from = 2026-01-01
effective_to = 2026-12-31
function = "full_unit_floor"
unit_minutes = 15
most_units = 4
[[test]]
minutes = 15
units = 1
"""
CAPS = """
pack = "caps"
name = "cap"
version = 1
source = "A state"
[group_therapy]
most = 2
counts = "clients"
[[test]]
kind = "group_therapy"
clients = 3
persons = 3
exceeded = true
"""
PER_DIEM = """
pack = "per_diem"
name = "day"
version = 1
source = "A payer"
kinds = ["workshop"]
threshold_minutes = 60
[[test]]
kinds = ["workshop"]
minutes = [60]
met = true
"""
LATE = """
pack = "late_notes"
name = "late"
version = 1
source = "A programme"
holidays = [2026-12-25]
[default]
hours = 24
[workshop]
before_next = true
[crisis]
business_days = 1
[[test]]
kind = "workshop"
ended = 2026-11-24T20:00:00
signed = 2026-11-24T21:00:00
next = 2026-11-24T20:30:00
days_late = 1
"""
NUDGES = 'pack = "nudges"\nname = "n"\nversion = 1\nsource = "Us"\nminutes = [1, 3]\n'
QUIET = NUDGES + "give_up_minutes = 20\nagain_minutes = 3\n[quiet]\nfrom = 21:30:00\nto = 07:00:00\n"
REMINDERS = """
pack = "reminders"
name = "r"
version = 1
source = "Us"
minutes = [1440, 60]
least_minutes = 15
cancelled_days = 7
"""
MESSAGES = """
pack = "messages"
name = "ours"
version = 1
source = "Us"
[en]
am = "AM"
pm = "PM"
[en.late]
subject = "Your appointment"
body = "It began at {time}. {office}"
[de.late]
subject = "Ihr Termin"
body = "Er hat um {time} Uhr begonnen. {office}"
"""
DAYS = (
    MESSAGES
    + """
[en.days]
form = "{weekday} {day} {month}"
weekdays = ["mo", "tu", "we", "th", "fr", "sa", "su"]
months = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]
"""
)
PAYERS = """
pack = "payers"
name = "ours"
version = 1
source = "Contracts of 2026"
[[rule]]
payer = "county"
kinds = ["workshop"]
unit_rule = "full-unit-floor-15/1"
effective_from = 2026-01-01
[[test]]
payer = "county"
kind = "workshop"
day = 2026-05-05
unit_rule = "full-unit-floor-15/1"
[[test]]
payer = "county"
kind = "individual"
day = 2026-05-05
"""
ATTENDANCE = """
pack = "attendance"
name = "strict"
version = 1
source = "Us"
late_after_minutes = 0
left_early_minutes = 0
absent_below_percent = 50
present_from_percent = 100
[[test]]
length = 60
comes = 0
goes = 60
status = "present"
"""
GOOD = {
    "units": UNITS,
    "caps": CAPS,
    "per_diem": PER_DIEM,
    "late_notes": LATE,
    "nudges": NUDGES,
    "messages": MESSAGES,
    "reminders": REMINDERS,
    "messages with days": DAYS,
    "payers": PAYERS,
    "attendance": ATTENDANCE,
}


def read(text: str) -> object:
    return parse(tomllib.loads(text))


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_each_kind_of_pack_is_read(kind: str) -> None:
    """With its name, version, source and dates."""
    pack = parse(tomllib.loads(GOOD[kind]))
    assert (pack.kind, pack.version, pack.id) == (kind.split()[0], 1, f"{pack.name}/1")
    assert pack.source
    assert pack.holds(date(2026, 5, 5))


def test_a_pack_holds_between_its_dates() -> None:
    """Both days included; without dates always."""
    pack = parse(tomllib.loads(UNITS))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [pack.holds(day) for day in days] == [False, True, True, False]
    assert parse(tomllib.loads(CAPS)).holds(date(1999, 1, 1))


@pytest.mark.parametrize(
    ("text", "old", "new", "says"),
    [
        (UNITS, 'pack = "units"', 'pack = "unit"', "pack must be one of"),
        (UNITS, 'pack = "units"', "pack = 7", "pack must be one of"),
        (UNITS, 'source = "A contract"', "", "units pack: missing source"),
        (UNITS, 'source = "A contract"', 'source = " "', "source must be text"),
        (UNITS, 'source = "A contract"', "source = 7", "source must be text"),
        (UNITS, 'name = "quarter"', 'name = "A B"', "name must be lower-case"),
        (UNITS, "version = 1", "version = 0", "version must be a whole number"),
        (UNITS, "version = 1", "version = true", "version must be a whole number"),
        (UNITS, "2026-12-31", "2025-12-31", "effective_to must not be before"),
        (UNITS, "2026-12-31", '"soon"', "effective_to must be a date"),
        (UNITS, "2026-12-31", "2026-12-31T01:00:00", "effective_to must be a date"),
        (UNITS, '"full_unit_floor"', '"my_rule"', "function must be one of"),
        (UNITS, '"full_unit_floor"\nunit_minutes = 15', '"cms_8_minute"\nunit_minutes = 10', "must be 15"),
        (UNITS, '"full_unit_floor"', '"untimed"', "missing least_minutes"),
        (UNITS, "most_units = 4", "most = 4", "unknown most"),
        (UNITS, "units = 1", "units = 2", "test 1: expects 2 but the rule gives 1"),
        (UNITS, "units = 1", "units = 1\nwhy = 1", "test 1: unknown why"),
        (UNITS, "[[test]]\nminutes = 15\nunits = 1", "", "at least one"),
        (UNITS, "[[test]]\nminutes = 15\nunits = 1", "test = 7", r"test must be tables, \[\[test\]\]"),
        (CAPS, "most = 2", "most = 0", "group_therapy: most must be"),
        (CAPS, "most = 2", "most = 2\nleast = 1", "group_therapy: unknown least"),
        (CAPS, '"clients"', '"families"', "counts must be one of clients, persons"),
        (CAPS, "[group_therapy]", "[Group]", "Group is no kind of session"),
        (CAPS, "[group_therapy]\n", "group_therapy = 2\n[workshop]\n", "group_therapy must be a table"),
        (CAPS, '[group_therapy]\nmost = 2\ncounts = "clients"', "", "at least one kind"),
        (CAPS, "exceeded = true", "exceeded = 1", "exceeded must be true or false"),
        (PER_DIEM, '["workshop"]\nthreshold', "[]\nthreshold", "kinds must be a list of kinds"),
        (PER_DIEM, '["workshop"]\nthreshold', '["W"]\nthreshold', "kinds must be a list of kinds"),
        (PER_DIEM, "[60]", "[59]", "expects True but the rule gives False"),
        (PER_DIEM, "[60]", "[]", "minutes must be a list of whole numbers"),
        (PER_DIEM, "[60]", "[1.5]", "minutes must be a list of whole numbers"),
        (PER_DIEM, "[60]", "[60, 60]", "kinds and minutes must be of one length"),
        (LATE, "hours = 24", "hours = 24\nbefore_next = true", "say one of"),
        (LATE, "hours = 24", "", "say one of"),
        (LATE, "before_next = true", "before_next = false", "can only be true"),
        (LATE, "hours = 24", "hours = 24\nminutes = 1", "default: unknown minutes"),
        (LATE, "[2026-12-25]", '["Christmas"]', "holidays must be a list of dates"),
        (LATE, "2026-11-24T21:00:00", "2026-11-24", "signed must be a local date and time"),
        (LATE, "2026-11-24T21:00:00", "2026-11-24T21:00:00Z", "signed must be a local date and time"),
        (NUDGES, "[1, 3]", "[3, 1]", "minutes must rise"),
        (NUDGES, "[1, 3]", "[1, 3]\n[[test]]\nx = 1", "its own test"),
        (QUIET, "21:30:00", "2026-01-01", "quiet: from must be a time of day"),
        (QUIET, "21:30:00", "07:00:00", "quiet: from and to must differ"),
        (QUIET, "to = 07:00:00", "to = 07:00:00\nat = 1", "quiet: unknown at"),
        (QUIET, "give_up_minutes = 20", "give_up_minutes = 0", "give_up_minutes must be"),
        (QUIET, "again_minutes = 3", "again = 3", "unknown again"),
        (REMINDERS, "[1440, 60]", "[60, 1440]", "minutes must fall"),
        (REMINDERS, "= 15", "= 60", "least_minutes must be less"),
        (REMINDERS, "= 7", "= 7\n[[test]]\nx = 1", "its own test"),
        (REMINDERS, "= 7", "= 7\n[quiet]\nfrom = 07:00:00\nto = 07:00:00", "must differ"),
        (DAYS, '"su"]', "]", "weekdays must be a list of 7 texts"),
        (DAYS, "{month}", "", "form must have"),
        (DAYS, "[en.days]", "[en.dates]", "unknown dates"),
        (MESSAGES, "[en", "[fr", "must have the language en"),
        (MESSAGES, "{office}", "{name}", "en, late: only"),
        (MESSAGES, "It began", "Your therapy began", 'en, late: "therap" tells'),
        (MESSAGES, 'pm = "PM"', "", "en: missing pm"),
        (MESSAGES, 'pm = "PM"', 'pm = "PM"\nnoon = "12"', "en: unknown noon"),
        (MESSAGES, "[de.late]", "[de.soon]", "de: missing late"),
        (MESSAGES, 'body = "It', 'text = "It', "en, late: missing body"),
        (MESSAGES, 'body = "It', 'html = ""\nbody = "It', "en, late: unknown html"),
        (MESSAGES, "[en]", "[[test]]\nx = 1\n[en]", "messages have no tests"),
        (PAYERS, "day = 2026-05-05\nunit_rule", "unit_rule", "test 1: missing day"),
        (PAYERS, 'unit_rule = "full-unit-floor-15/1"\neffective', "effective", "rule 1: missing unit_rule"),
        (PAYERS, "effective_from = 2026-01-01", "from = 2026-01-01", "rule 1: unknown from"),
        (ATTENDANCE, '"present"', '"late"', "expects late but the rule gives present"),
        (ATTENDANCE, "late_after_minutes = 0", "late_after = 0", "missing late_after_minutes"),
        (ATTENDANCE, "absent_below_percent = 50", "absent_below_percent = 50\nmixed_from_percent = 51", "mixed_from"),
    ],
)
def test_a_wrong_pack_is_refused_by_the_name_of_what_is_wrong(text: str, old: str, new: str, says: str) -> None:
    """Whoever writes one learns which key or which test to mend."""
    assert old in text
    with pytest.raises(ValueError, match=says):
        read(text.replace(old, new, 1 if old != "[en" else -1))


def test_a_timetable_has_quiet_hours_and_limits() -> None:
    """They are as written, or ours; quiet hours are as local minutes of the day."""
    assert parse(tomllib.loads(QUIET)).rule == Timetable("n/1", (1, 3), 20, 3, Quiet(21 * 60 + 30, 7 * 60))
    assert parse(tomllib.loads(NUDGES)).rule == Timetable("n/1", (1, 3))


def test_messages_are_read_by_language() -> None:
    """Each with its own way to say a time."""
    messages = parse(tomllib.loads(MESSAGES)).rule
    assert isinstance(messages, Messages)
    assert {language: spoken.noon for language, spoken in messages.spoken.items()} == {"en": ("AM", "PM"), "de": None}


def test_a_pack_of_payers_needs_a_rule() -> None:
    """An empty one would look as if somebody had thought of it."""
    with pytest.raises(ValueError, match="at least one"):
        read('pack = "payers"\nname = "n"\nversion = 1\nsource = "Us"\n')


def test_the_shipped_packs_pass_their_tests_and_name_no_payer() -> None:
    """Every file that ships is read and tested, says where it comes from, and none of them is a payer's."""
    packs = load()
    assert all(pack.source for pack in packs.all.values())
    assert {pack.kind for pack in packs.all.values()} == set(KINDS) - {"payers"}
    assert packs.payer_rules == ()
    assert set(packs.per_diems) == {"h0015-day/1"}
    assert set(packs.late_notes) == {"medi-cal-notes/1", "notes-24-hours/1", "washington-notes/1"}


def test_a_clinic_adds_its_payers(tmp_path: Path) -> None:
    """A payer's line is found; one that names a unit rule which nobody has is refused."""
    (tmp_path / "ours.toml").write_text(PAYERS)
    assert load(tmp_path).payer_rules == (
        PayerRule("county", ("workshop",), "full-unit-floor-15/1", date(2026, 1, 1), None, pack="ours/1"),
    )
    assert load(tmp_path).claims.billable_kinds == {"workshop"}
    (tmp_path / "ours.toml").write_text(PAYERS.replace("full-unit-floor-15/1", "made-up/1"))
    with pytest.raises(ValueError, match="made-up/1"):
        load(tmp_path)
    (tmp_path / "ours.toml").write_text(PAYERS.replace("effective_from", 'caps = "made-up/2"\neffective_from'))
    with pytest.raises(ValueError, match="made-up/2"):
        load(tmp_path)


def test_what_a_payer_wants_beside_the_units() -> None:
    """Codes, modifiers and the cap of a contract's line; a modifier has two letters or digits."""
    more = """caps = "ngs-90853/1"
procedure_code = "90853"
revenue_code = "0905"
modifiers = ["HQ"]
modifiers_audio_video = ["95"]
modifiers_audio_only = ["93"]
modifiers_mixed = []
"""
    pack = parse(tomllib.loads(PAYERS.replace("effective_from", more + "effective_from")))
    assert pack.rule == (
        PayerRule(
            "county",
            ("workshop",),
            "full-unit-floor-15/1",
            date(2026, 1, 1),
            None,
            "ngs-90853/1",
            "90853",
            "0905",
            ("HQ",),
            ("95",),
            ("93",),
            (),
            "ours/1",
        ),
    )
    for wrong in ('"HQ"', '["hq"]', "[95]"):
        with pytest.raises(ValueError, match="modifiers must be a list"):
            parse(tomllib.loads(PAYERS.replace("effective_from", f"modifiers = {wrong}\neffective_from")))
