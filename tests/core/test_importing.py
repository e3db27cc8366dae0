"""What of a clinic's tables may come in, and what is said of the lines that may not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from itertools import count

import pytest

from telehealth.core.ids import PersonId, ProgrammeId, SeriesId
from telehealth.core.importing import FILES, MOST, Fault, Known, Row, Wanted, wanted
from telehealth.core.roles import StaffRole
from telehealth.core.series import Membership
from telehealth.core.tracks import USUAL

P, OLD = ProgrammeId("p"), PersonId("old")
KNOWN = Known(
    {"7": OLD},
    {"vera": PersonId("vera-id")},
    {},
    {track.code: track for track in USUAL},
    {"asam-2-1-adult/1"},
    {"completed"},
    {"captions", "interpreter:"},
    "America/New_York",
    {"America/New_York", "America/Chicago"},
    date(2026, 11, 24),
)
CLIENT = {"mrn": "1", "legal_name": "June Fernwhistle", "birth_date": "1990-02-03", "needs": "captions; interpreter:es"}
STAFF = {"sign_in": "robin", "legal_name": "Robin Vale", "role": "counsellor", "licensed_states": "NY;NJ"}
GROUP = {
    "group": "eve",
    "title": "Evening",
    "kind": "group_therapy",
    "first": "2026-11-02",
    "at": "18:00",
    "minutes": "180",
    "capacity": "12",
    "rrule": "FREQ=WEEKLY;BYDAY=MO,WE,TH",
    "facilitators": "Robin",
}
ENROLMENT = {"mrn": "1", "track": "evening", "admitted": "2026-11-04", "counsellor": "robin", "groups": "eve"}
ALL = {"clients": [CLIENT], "staff": [STAFF], "groups": [GROUP], "enrolments": [ENROLMENT]}


def judged(tables: Mapping[str, list[dict[str, str]]], known: Known = KNOWN) -> tuple[Wanted, tuple[Fault, ...]]:
    numbers = count(1)
    rows: dict[str, list[Row]] = {file: list(enumerate(lines, 2)) for file, lines in tables.items()}
    return wanted(
        rows,
        known,
        programme=P,
        fresh=lambda: f"id{next(numbers)}",
        group_id=lambda code: f"g-{code}",
        at=5,
        by="system",
    )


def faults_of(file: str, **cells: str) -> list[tuple[str, str]]:
    """The faults of the whole import, with one line of it changed."""
    line = {**ALL[file][0], **cells}
    _, faults = judged({**ALL, file: [line]})
    assert all(fault.line == 2 for fault in faults)
    return [(fault.column, fault.why) for fault in faults if fault.file == file]


def test_four_tables_make_one_programme() -> None:
    """Staff, clients, groups and enrolments name each other, whatever the order of the tables."""
    made, faults = judged(ALL)
    assert faults == ()
    robin, june = made.people
    assert (robin.staff, robin.alias, robin.licensed_states) == (True, "Robin", ("NY", "NJ"))
    assert (june.birth_date, june.needs, june.mrn, june.reminders) == (
        date(1990, 2, 3),
        ("captions", "interpreter:es"),
        "1",
        True,
    )
    assert made.logins == [(robin.id, "robin", StaffRole.COUNSELLOR)]
    (group,) = made.groups.values()
    assert (group.series.id, group.series.at, group.series.zone) == ("g-eve", time(18), "America/New_York")
    assert group.series.facilitators == (robin.id,)
    assert group.members == (Membership(SeriesId("g-eve"), june.id, date(2026, 11, 4)),)
    (episode,) = made.episodes
    assert (episode.client, episode.counsellor, episode.track) == (june.id, robin.id, "evening")


def test_levels_supervisors_and_ends() -> None:
    """A level of care runs with the enrolment; a place in a group ends the day after it; one that never was is none."""
    more = {**ENROLMENT, "level": "asam-2-1-adult/1", "discharged": "2026-11-20", "reason": "completed"}
    short = {**more, "mrn": "2", "discharged": "2026-11-04", "admitted": "2026-10-01"}
    before = {**more, "mrn": "3", "discharged": "2026-10-20", "admitted": "2026-10-01"}
    tables = {
        **ALL,
        "clients": [{**CLIENT, "mrn": str(number), "reminders": "no"} for number in (1, 2, 3)],
        "staff": [{**STAFF, "supervisor": "Vera"}],
        "enrolments": [more, short, before],
    }
    made, faults = judged(tables)
    assert faults == ()
    assert made.people[0].supervisor == "vera-id"
    assert not made.people[1].reminders
    assert next((care.level, care.effective_to) for care in made.cares) == ("asam-2-1-adult/1", date(2026, 11, 20))
    leaves = [(member.joins, member.leaves) for member in made.groups["eve"].members]
    assert leaves == [(date(2026, 11, 4), date(2026, 11, 21)), (date(2026, 11, 2), date(2026, 11, 5))]


def test_members_for_a_group_that_was_there() -> None:
    """It keeps its revision, by which the store knows whether somebody else changed it."""
    (old,) = judged(ALL)[0].groups.values()
    known = replace(KNOWN, groups={"eve": replace(old, revision=4, members=())}, staff={"robin": PersonId("robin-id")})
    made, faults = judged({"clients": [CLIENT], "enrolments": [ENROLMENT]}, known)
    assert faults == ()
    assert (made.groups["eve"].revision, len(made.groups["eve"].members)) == (4, 1)


@pytest.mark.parametrize(
    ("file", "cells", "expected"),
    [
        ("clients", {"mrn": ""}, [("mrn", "missing")]),
        ("clients", {"mrn": "7"}, [("mrn", "there")]),
        ("clients", {"legal_name": ""}, [("legal_name", "missing"), ("alias", "malformed")]),
        ("clients", {"legal_name": "x" * 201, "alias": "x"}, [("legal_name", "too_long")]),
        ("clients", {"legal_name": "a\u202eb"}, [("legal_name", "malformed"), ("alias", "malformed")]),
        ("clients", {"birth_date": "3.2.1990"}, [("birth_date", "malformed")]),
        ("clients", {"birth_date": "2030-01-01"}, [("birth_date", "malformed")]),
        ("clients", {"reminders": "maybe"}, [("reminders", "malformed")]),
        ("clients", {"zone": "Mars/North"}, [("zone", "malformed")]),
        ("clients", {"needs": "wings"}, [("needs", "malformed")]),
        ("clients", {"shoe": "44"}, [("shoe", "unknown")]),
        ("staff", {"role": "king"}, [("role", "unknown")]),
        ("staff", {"sign_in": "VERA"}, [("sign_in", "there")]),
        ("staff", {"supervisor": "nobody"}, [("supervisor", "unknown")]),
        ("staff", {"supervisor": "robin"}, [("supervisor", "itself")]),
        ("staff", {"npi": "123"}, [("npi", "malformed")]),
        ("groups", {"kind": "Group Therapy"}, [("kind", "malformed")]),
        ("groups", {"minutes": "long"}, [("minutes", "malformed"), ("minutes", "malformed")]),
        ("groups", {"at": "six"}, [("at", "malformed")]),
        ("groups", {"at": ""}, [("at", "missing")]),
        ("groups", {"minutes": ""}, [("minutes", "missing"), ("minutes", "malformed")]),
        ("groups", {"rrule": "FREQ=HOURLY"}, [("rrule", "malformed")]),
        ("groups", {"zone": "Mars/North"}, [("zone", "unknown")]),
        ("groups", {"track": "night"}, [("track", "unknown")]),
        ("groups", {"facilitators": "robin;nobody"}, [("facilitators", "unknown")]),
        ("groups", {"first": ""}, [("first", "missing")]),
        ("enrolments", {"mrn": "9"}, [("mrn", "unknown")]),
        ("enrolments", {"mrn": "7"}, [("mrn", "there")]),
        ("enrolments", {"track": "night"}, [("track", "malformed")]),
        ("enrolments", {"discharged": "2026-11-10"}, [("reason", "malformed")]),
        ("enrolments", {"level": "asam-9"}, [("level", "unknown")]),
        ("enrolments", {"groups": "morning"}, [("groups", "unknown")]),
        ("enrolments", {"counsellor": "nobody"}, [("counsellor", "unknown")]),
    ],
)
def test_each_fault_has_its_line_and_column(file: str, cells: dict[str, str], expected: list[tuple[str, str]]) -> None:
    """Every mistake that a clinic makes is named where it stands."""
    assert sorted(faults_of(file, **cells)) == sorted(expected)


def test_what_stands_twice() -> None:
    """Two lines of one number, name, code or enrolment: the second is at fault."""
    for file, column in (("clients", "mrn"), ("staff", "sign_in"), ("groups", "group"), ("enrolments", "overlap")):
        _, faults = judged({**ALL, file: [ALL[file][0], ALL[file][0]]})
        why = "malformed" if file == "enrolments" else "twice"
        assert faults == (Fault(file, 3, column, why),)


def test_too_much_at_once() -> None:
    """More lines than an import may have are not even looked at."""
    made, faults = judged({"clients": [{}] * (MOST + 1)})
    assert (made.people, [one.why for one in faults]) == ([], ["too_long"])
    assert FILES[0] == "clients"
