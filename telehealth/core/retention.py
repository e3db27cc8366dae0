"""How long what is kept is kept (DOMAIN 3.3), and what a legal hold keeps longer.

Periods are a pack, since states and payers differ: years after the last day that a record is about. What is kept about
a client as a person goes when the client has not been seen for so long, and of somebody who was a minor not before so
many years after they came of age. A hold keeps one client's records, or everybody's, until it is released.

A rule says that something may go, never that it has to: the job is run by a person, who sees the list first. Must not
touch: clocks, zones, stores. The audit log and the ledgers of disclosures are not in here: they are never removed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .ids import Millis, PersonId, ProgrammeId
from .pack_cases import identity, prove
from .toml import Table

MOST_YEARS = 200
MAX_REASON = 500


class Kept(StrEnum):
    """Kinds of record that have a period."""

    CLIENT = "client"
    """All that is kept about a client as a person: erased, by the key of theirs."""
    CHECK_IN = "check_in"
    """Where clients were and whom to call, of one session."""
    NOTES = "notes"
    """The notes of a session, counselling notes among them."""
    SESSION = "session"
    """The session itself: its plan, log, attendance rows, corrections and messages."""


@dataclass(frozen=True, slots=True)
class Periods:
    """One version of a clinic's rule."""

    id: str
    years: Mapping[Kept, int]
    majority: int
    """The age at which somebody is none of the minors."""
    after_majority: int
    """Years after it for which a minor's record is kept at least."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody said that records have to stay. Sealed whole."""

    id: str
    programme: ProgrammeId
    client: PersonId | None
    """Whose; None: everybody's."""
    reason: str
    by: str
    at: Millis
    released: Millis | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What may go: a client, or what is kept of a session."""

    kept: Kept
    subject: str
    since: date
    """The first day on which it might."""


def held(holds: Iterable[Hold], clients: Iterable[PersonId]) -> bool:
    """Whether a hold that is not released keeps the records of any of these."""
    people = frozenset(clients)
    return any(one.released is None and (one.client is None or one.client in people) for one in holds)


def may_go(periods: Periods, kept: Kept, last: date, born: date | None = None) -> date:
    """The first day on which a record may go whose last day is `last`."""
    first = _later(last, periods.years[kept])
    if born is not None and last < _later(born, periods.majority):
        first = max(first, _later(born, periods.majority + periods.after_majority))
    return first


def due(
    periods: Periods,
    today: date,
    holds: Iterable[Hold],
    sessions: Iterable[tuple[str, date, frozenset[PersonId]]],
    clients: Iterable[tuple[PersonId, date | None, date | None]],
) -> tuple[Due, ...]:
    """Of sessions (day, whose they are) and of clients (last day, birth date), what may go today. A client without a
    last day is enrolled, or nobody knows: they stay."""
    kept = tuple(holds)
    of_session = (Kept.CHECK_IN, Kept.NOTES, Kept.SESSION)
    found = [
        Due(what, session, may_go(periods, what, day))
        for session, day, people in sessions
        if not held(kept, people)
        for what in of_session
    ]
    found += [
        Due(Kept.CLIENT, who, may_go(periods, Kept.CLIENT, last, born))
        for who, last, born in clients
        if last is not None and not held(kept, (who,))
    ]
    return tuple(
        sorted((one for one in found if one.since <= today), key=lambda one: (one.since, one.kept, one.subject))
    )


def _later(day: date, years: int) -> date:
    """The same day so many years later; the 29th of February becomes the 1st of March."""
    year = day.year + years
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def periods(table: Table, tests: list[Table]) -> tuple[str, int, Periods]:
    """The rule that a pack says."""
    name, version, rule_id = identity(table)
    years_of = table.table("years")
    years = {kept: years_of.whole(kept, 1, MOST_YEARS) for kept in Kept}
    years_of.done()
    if years[Kept.SESSION] < max(years[Kept.CHECK_IN], years[Kept.NOTES]):
        raise table.wrong("a session is kept as long as its check-ins and notes, at least")
    rule = Periods(rule_id, years, table.whole("majority", 1, 30), table.whole("after_majority", 0, MOST_YEARS))
    table.done()

    def run(test: Table) -> tuple[object, object]:
        last, born, wanted = test.day("last"), test.day("born"), test.day("may_go")
        if last is None or wanted is None:
            raise test.wrong("last and may_go are needed")
        return wanted, may_go(rule, Kept(test.choice("kept", list(Kept))), last, born)

    prove(tests, run)
    return name, version, rule
