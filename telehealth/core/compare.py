"""What a rule pack makes of rows that are there already, and how that differs from what another made of them.

For the question "what would last month have been under this contract?" (DOMAIN 10, 44). Nothing is stored; a row that
was judged keeps its judgement.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from .attendance import Policy, Row, rows
from .caps import CapRule, exceeded
from .day import PerDiem, Served, days
from .events import Event
from .ids import PersonId, SessionId
from .packs import Pack
from .units import UnitRule, units

Judged = Mapping[tuple[str, PersonId], Mapping[str, str]]
"""By session (or, of a rule of the day, by date) and client: columns and their values."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is different."""

    what: str
    """The session, or the date."""
    client: PersonId
    column: str
    before: str
    after: str


def recorded(found: Iterable[Row]) -> Judged:
    """What the rows say themselves, of the columns that a policy decides."""
    return {(row.session, row.client): _status(row) for row in found}


def judged(pack: Pack, found: Sequence[Row], log_of: Callable[[SessionId], Sequence[Event]], zone: tzinfo) -> Judged:
    """What the pack makes of the rows. Raises `ValueError` for a kind of pack that says nothing about rows."""
    match pack.rule:
        case Policy() as policy:
            wanted = {(row.session, row.client) for row in found}
            sessions = sorted({row.session for row in found})
            anew = (row for session in sessions for row in rows(log_of(session), policy, until=None))
            return {(row.session, row.client): _status(row) for row in anew if (row.session, row.client) in wanted}
        case UnitRule() as rule if not rule.of_a_day:
            return {(row.session, row.client): {"units": str(units(row.minutes_attended, rule))} for row in found}
        case CapRule() as rule:
            return {(row.session, row.client): {"cap_exceeded": _yes(_exceeded(rule, row))} for row in found}
        case PerDiem() as rule:
            served = (Served(r.client, r.session, r.kind, r.scheduled_start, r.attended_ms) for r in found)
            return {
                (day.day.isoformat(), day.client): {
                    "per_diem_met": _yes(day.met),
                    "eligible_minutes": str(day.eligible_minutes),
                }
                for day in days(served, rule, zone)
            }
        case _:
            raise ValueError(f"{pack.id} is no pack that judges rows; attendance, units, caps and per_diem packs do")


def changes(before: Judged, after: Judged) -> list[Change]:
    """Every value that is not the same in both, in order; what only one of them has stands against nothing."""
    out = []
    for key in sorted({*before, *after}):
        old, new = before.get(key, {}), after.get(key, {})
        for column in sorted({*old, *new}):
            if old.get(column, "") != new.get(column, ""):
                out.append(Change(*key, column, old.get(column, ""), new.get(column, "")))
    return out


def _status(row: Row) -> dict[str, str]:
    return {"status": str(row.status), "modality": str(row.modality or "")}


def _exceeded(rule: CapRule, row: Row) -> bool | None:
    return exceeded(rule, row.kind, row.group_size_clients, row.group_size_persons)


def _yes(value: bool | None) -> str:
    return {None: "", True: "yes", False: "no"}[value]
