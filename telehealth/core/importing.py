"""What a clinic brings along in four tables: clients, staff, groups, enrolments; and every line that cannot be so.

Rows are read by the names of their columns; a fault names file, line and column, and why as a code, never what stands
there. Only if there is no fault at all is there anything to import. Clients are known by their record number, staff by
the name with which they sign in, groups by a code of the clinic's: enrolments name them so, whether they come in with
the same import or were there before. Must not touch: files, the store, clocks; ids are handed in.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time

from .coverage import Care
from .episodes import Episode
from .episodes import wrong as wrong_episode
from .ids import Millis, PersonId, ProgrammeId, SeriesId
from .names import folded
from .person_rules import wrong as wrong_person
from .records import Person
from .roles import StaffRole
from .series import OPEN, Group, Membership, Series
from .series_edits import faults as wrong_series
from .toml import KIND
from .tracks import Track

CLIENTS, STAFF, GROUPS, ENROLMENTS = FILES = ("clients", "staff", "groups", "enrolments")
COLUMNS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    CLIENTS: (
        ("mrn", "legal_name"),
        ("alias", "email", "phone", "birth_date", "zone", "pronouns", "language", "needs", "reminders"),
    ),
    STAFF: (
        ("sign_in", "legal_name", "role"),
        ("alias", "email", "phone", "credential", "npi", "licensed_states", "supervisor"),
    ),
    GROUPS: (
        ("group", "title", "kind", "first", "at", "minutes", "capacity"),
        ("rrule", "until", "zone", "cohort", "track", "facilitators", "cofacilitators", "holidays"),
    ),
    ENROLMENTS: (
        ("mrn", "track", "admitted"),
        ("discharged", "reason", "counsellor", "level", "groups"),
    ),
}
"""Of each table the columns that it needs, and those that it may have."""
LONGEST = 200
MOST = 20_000
"""Lines of all tables together."""
Row = tuple[int, Mapping[str, str]]
"""The number of its line, and its cells by column."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why nothing is imported."""

    file: str
    line: int
    column: str
    why: str
    """missing | malformed | unknown | twice | there | too_long, or a rule's own code"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is there already, and what a cell may name."""

    clients: Mapping[str, PersonId]
    """By record number."""
    staff: Mapping[str, PersonId]
    """By sign-in name, folded."""
    groups: Mapping[str, Group]
    """By code."""
    tracks: Mapping[str, Track]
    levels: Collection[str]
    reasons: Collection[str]
    needs: Collection[str]
    zone: str
    """The facility's."""
    zones: Collection[str]
    today: date


@dataclass(slots=True)
class Wanted:
    """What an import would write."""

    people: list[Person] = field(default_factory=list)
    logins: list[tuple[PersonId, str, StaffRole]] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    """New ones, and those that get members, by code."""
    episodes: list[Episode] = field(default_factory=list)
    cares: list[Care] = field(default_factory=list)


class _Cells:
    """The cells of one line. Whatever is wrong is noted, and reads as a harmless value."""

    def __init__(self, file: str, row: Row, faults: list[Fault]) -> None:
        self.file, (self.line, self._cells), self._faults = file, row, faults

    def fault(self, column: str, why: str) -> None:
        self._faults.append(Fault(self.file, self.line, column, why))

    def text(self, column: str) -> str:
        value = self._cells.get(column, "").strip()
        if not value and column in COLUMNS[self.file][0]:
            self.fault(column, "missing")
        if len(value) > LONGEST:
            self.fault(column, "too_long")
        elif not value.isprintable():
            self.fault(column, "malformed")
        else:
            return value
        return ""

    def day(self, column: str) -> date | None:
        value = self.text(column)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.fault(column, "malformed")
            return None

    def needed_day(self, column: str) -> date:
        return self.day(column) or date(2000, 1, 1)

    def whole(self, column: str) -> int:
        value = self.text(column)
        if value.isascii() and value.isdigit() and len(value) < 6:
            return int(value)
        if value:
            self.fault(column, "malformed")
        return 0

    def clock(self, column: str) -> time:
        value = self.text(column)
        try:
            return time.fromisoformat(value) if value else time()
        except ValueError:
            self.fault(column, "malformed")
            return time()

    def yes(self, column: str) -> bool:
        """Yes where the column is empty."""
        value = self.text(column).lower()
        if value not in ("", "yes", "no"):
            self.fault(column, "malformed")
        return value != "no"

    def words(self, column: str) -> tuple[str, ...]:
        return tuple(word for part in self.text(column).split(";") if (word := part.strip()))

    def choice(self, column: str, among: Collection[str], default: str = "") -> str:
        value = self.text(column) or default
        if value and value not in among:
            self.fault(column, "unknown")
        return value

    def kind(self, column: str) -> str:
        value = self.text(column)
        if value and not KIND.fullmatch(value):
            self.fault(column, "malformed")
        return value

    def person(self, person: Person, known: Known) -> Person:
        """The person, whose faults are noted."""
        told = {one.column for one in self._faults if (one.file, one.line) == (self.file, self.line)}
        for column in wrong_person(person, today=known.today, zones=known.zones, needs=known.needs):
            if column not in told:
                self.fault(column, "malformed")
        return person


def wanted(
    tables: Mapping[str, Sequence[Row]],
    known: Known,
    *,
    programme: ProgrammeId,
    fresh: Callable[[], str],
    group_id: Callable[[str], str],
    at: Millis,
    by: str,
) -> tuple[Wanted, tuple[Fault, ...]]:
    """What is to be written, and all faults, by file and line. `group_id` makes the id of a group from its code."""
    faults: list[Fault] = []
    made = Wanted()
    if sum(map(len, tables.values())) > MOST:
        return made, (Fault(next(iter(tables)), 1, "", "too_long"),)
    staff = _staff(_lines(tables, STAFF, faults), known, made, fresh)
    clients = _clients(_lines(tables, CLIENTS, faults), known, made, fresh)
    groups = _groups(_lines(tables, GROUPS, faults), known, staff, made, programme, group_id)
    _enrolments(_lines(tables, ENROLMENTS, faults), known, clients, staff, groups, made, fresh, at, by)
    order = {file: number for number, file in enumerate(FILES)}
    return made, tuple(sorted(faults, key=lambda one: (order[one.file], one.line, one.column)))


def _lines(tables: Mapping[str, Sequence[Row]], file: str, faults: list[Fault]) -> Iterable[_Cells]:
    needed, more = COLUMNS[file]
    for row in tables.get(file, ()):
        cells = _Cells(file, row, faults)
        for column in row[1]:
            if column not in needed and column not in more:
                cells.fault(column, "unknown")
        yield cells


def _staff(lines: Iterable[_Cells], known: Known, made: Wanted, fresh: Callable[[], str]) -> dict[str, PersonId]:
    """All staff by sign-in name, folded: those who were there, and the new ones."""
    names = dict(known.staff)
    supervised: list[tuple[_Cells, int, str]] = []
    for cells in lines:
        name, person = cells.text("sign_in"), PersonId(fresh())
        if folded(name) in names:
            cells.fault("sign_in", "there" if folded(name) in known.staff else "twice")
        names[folded(name)] = person
        role = cells.choice("role", list(StaffRole), StaffRole.FACILITATOR)
        supervised.append((cells, len(made.people), cells.text("supervisor")))
        legal = cells.text("legal_name")
        made.people.append(
            cells.person(
                Person(
                    person,
                    True,
                    legal,
                    cells.text("alias") or _first(legal),
                    cells.text("email"),
                    cells.text("phone"),
                    cells.text("npi"),
                    credential=cells.text("credential"),
                    licensed_states=cells.words("licensed_states"),
                ),
                known,
            )
        )
        if role in list(StaffRole):
            made.logins.append((person, name, StaffRole(role)))
    for cells, number, name in supervised:
        if name and folded(name) not in names:
            cells.fault("supervisor", "unknown")
        elif name:
            made.people[number] = replace(made.people[number], supervisor=names[folded(name)])
            if made.people[number].supervisor == made.people[number].id:
                cells.fault("supervisor", "itself")
    return names


def _first(name: str) -> str:
    return name.split(" ")[0]


def _clients(lines: Iterable[_Cells], known: Known, made: Wanted, fresh: Callable[[], str]) -> dict[str, PersonId]:
    """All clients by record number."""
    numbers = dict(known.clients)
    for cells in lines:
        mrn, person = cells.text("mrn"), PersonId(fresh())
        if mrn and mrn in numbers:
            cells.fault("mrn", "there" if mrn in known.clients else "twice")
        numbers[mrn] = person
        legal = cells.text("legal_name")
        made.people.append(
            cells.person(
                Person(
                    person,
                    False,
                    legal,
                    cells.text("alias") or _first(legal),
                    cells.text("email"),
                    cells.text("phone"),
                    language=cells.text("language"),
                    reminders=cells.yes("reminders"),
                    birth_date=cells.day("birth_date"),
                    zone=cells.text("zone"),
                    pronouns=cells.text("pronouns"),
                    needs=cells.words("needs"),
                    mrn=mrn,
                ),
                known,
            )
        )
    return numbers


def _groups(
    lines: Iterable[_Cells],
    known: Known,
    staff: Mapping[str, PersonId],
    made: Wanted,
    programme: ProgrammeId,
    group_id: Callable[[str], str],
) -> dict[str, Group]:
    """All groups by code."""
    groups = dict(known.groups)
    for cells in lines:
        code = cells.text("group")
        if code and code in groups:
            cells.fault("group", "there" if code in known.groups else "twice")
        series = Series(
            id=SeriesId(group_id(code)),
            programme=programme,
            kind=cells.kind("kind"),
            title=cells.text("title"),
            zone=cells.choice("zone", known.zones, known.zone),
            first=cells.needed_day("first"),
            at=cells.clock("at"),
            minutes=cells.whole("minutes"),
            rrule=cells.text("rrule"),
            until=cells.day("until"),
            capacity=cells.whole("capacity"),
            cohort=cells.text("cohort") or OPEN,
            track=cells.choice("track", known.tracks),
            facilitators=_people(cells, "facilitators", staff),
            cofacilitators=_people(cells, "cofacilitators", staff),
            holidays=cells.yes("holidays"),
        )
        for code_of_fault in wrong_series(series):
            cells.fault(_AT.get(code_of_fault, code_of_fault), "malformed")
        groups[code] = made.groups[code] = Group(series)
    return groups


_AT = {"rule": "rrule", "never": "rrule"}
"""In which column a fault of a series stands, if it is not the one of its name."""


def _people(cells: _Cells, column: str, staff: Mapping[str, PersonId]) -> tuple[PersonId, ...]:
    names = cells.words(column)
    found = [staff[folded(name)] for name in names if folded(name) in staff]
    if len(found) < len(names):
        cells.fault(column, "unknown")
    return tuple(found)


def _enrolments(
    lines: Iterable[_Cells],
    known: Known,
    clients: Mapping[str, PersonId],
    staff: Mapping[str, PersonId],
    groups: Mapping[str, Group],
    made: Wanted,
    fresh: Callable[[], str],
    at: Millis,
    by: str,
) -> None:
    there = frozenset(known.clients.values())
    of: dict[PersonId, list[Episode]] = {}
    for cells in lines:
        client = clients.get(cells.text("mrn"))
        if client is None:
            cells.fault("mrn", "unknown")
            continue
        if client in there:  # their enrolments are changed on their page, beside what is there
            cells.fault("mrn", "there")
            continue
        counsellor = _people(cells, "counsellor", staff)
        episode = Episode(
            id=fresh(),
            client=client,
            track=cells.text("track"),
            admitted=cells.needed_day("admitted"),
            discharged=cells.day("discharged"),
            reason=cells.text("reason"),
            counsellor=counsellor[0] if counsellor else None,
            recorded=at,
            recorded_by=by,
        )
        others = of.setdefault(client, [])
        for column in wrong_episode(episode, others, known.tracks, known.reasons):
            cells.fault(column, "malformed")
        others.append(episode)
        made.episodes.append(episode)
        level = cells.choice("level", known.levels)
        if level:
            made.cares.append(Care(fresh(), client, episode.admitted, episode.discharged, level, at, by))
        for code in cells.words("groups"):
            _joins(cells, code, groups, episode, made)


def _joins(cells: _Cells, code: str, groups: Mapping[str, Group], episode: Episode, made: Wanted) -> None:
    group = made.groups.get(code) or groups.get(code)
    if group is None:
        cells.fault("groups", "unknown")
        return
    left = None if episode.discharged is None else date.fromordinal(episode.discharged.toordinal() + 1)
    joins = max(episode.admitted, group.series.first)
    if left is not None and left <= joins:
        return
    member = Membership(group.series.id, episode.client, joins, left)
    made.groups[code] = Group(group.series, (*group.members, member), group.revision)
