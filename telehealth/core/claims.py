"""What one client's attendance of one session is on a claim, and what still keeps it from one.

Who pays is the coverage of the date of service; what they pay for is the line of their contract in a rule pack. Without
either there are no units, and the reason is `no_rule`. A rule of a day gives its unit once: to the session with which
the day reached the threshold, so that a session added later moves nothing. Only what has ended has units.

The same rows, pack, coverage and facts give the same claim for ever. Must not touch: clocks (`now` is given), names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo

from .billable import Facts, Reason, reasons
from .caps import CapRule, exceeded
from .corrections import Effective
from .coverage import Coverage
from .day import Day, PerDiem, Served, days
from .hours import LevelOfCare, to_come
from .ids import Millis, SessionId
from .payers import PayerRule, billed, line_of
from .spans import Span
from .units import UnitRule, least_for_one

MINUTE: Millis = 60_000
NOTHING = Facts()
"""Nothing is known beside the row."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Every rule pack that a claim goes by."""

    lines: tuple[PayerRule, ...] = ()
    unit_rules: Mapping[str, UnitRule] = field(default_factory=dict)
    caps: Mapping[str, CapRule] = field(default_factory=dict)
    unpaid: frozenset[str] = frozenset()
    """Kinds that are offered to no payer, unless a contract names them (core/kind_rules.py)."""

    @property
    def billable_kinds(self) -> frozenset[str]:
        """The kinds that any payer pays for."""
        return frozenset(kind for line in self.lines for kind in line.kinds)


@dataclass(frozen=True, slots=True)
class Left:
    """A session of the day that has not ended, and that the client is expected in."""

    session: SessionId
    kind: str
    span: Span
    """As it is scheduled."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the row of one client and session."""

    coverage: Coverage | None = None
    """Of the date of service."""
    level: LevelOfCare | None = None
    """The client's own, of the date of service."""
    same_day: tuple[Effective, ...] = ()
    """The client's other rows of the date of service."""
    left: tuple[Left, ...] = ()
    clinic_caps: str = ""
    """The id of the caps pack of the programme's licence."""
    facts: Facts = NOTHING
    """What does not depend on a payer's rule: location, consent, note, overlaps, attestation."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One row's part of a claim. docs/attendance.md defines each value."""

    coverage: Coverage | None
    line: PayerRule | None
    units: int | None
    unit_rule: str
    modifiers: tuple[str, ...]
    services_of_day: int
    """Sessions of kinds that a line pays for, in which the client attended anything that day."""
    day: Day | None
    """Where the rule is one of a day."""
    cap_rule: str
    cap_exceeded: bool | None
    level: LevelOfCare | None
    located: bool | None
    """Whether the client said where they were; None where that is not known."""
    minutes_short: int
    """What is lacking to a unit or to the day, whatever may be still to come."""
    reasons: tuple[Reason, ...]
    billable: bool


def claim(counts: Effective, day: date, zone: tzinfo, rules: Rules, known: Known, now: Millis) -> Claim:
    """The claim of one row as it counts, on its date of service."""
    row, coverage = counts.row, known.coverage
    line = None if coverage is None else line_of(coverage.payer, row.kind, day, rules.lines)
    rule = None if line is None else rules.unit_rules[line.unit_rule]
    that_day = (counts, *known.same_day)
    whole_day = None if rule is None or line is None or not rule.of_a_day else _day(that_day, rule, line, zone)
    cap_rule, too_many = _cap(counts, line, rules, known.clinic_caps)
    least = _least(counts, rule, whole_day)
    kinds = (row.kind,) if line is None else line.kinds
    facts = replace(
        known.facts,
        cap_exceeded=too_many,
        least_minutes=least,
        minutes_to_come=_to_come(row.session, known.left, kinds, now, whole_day is not None),
        unit_rule=rule is not None,
        authorized=None if coverage is None else coverage.authorizes(day),
    )
    came = bool(row.intervals) or counts.correction is not None
    unpaid = line is None and row.kind in rules.unpaid
    lacks = reasons(row, facts, counts.minutes_attended) if came and not unpaid else ()
    units = _units(counts, rule, line, that_day, zone) if row.final else None
    return Claim(
        coverage=coverage,
        line=line,
        units=units,
        unit_rule="" if rule is None else rule.id,
        modifiers=() if line is None else line.modifiers_for(row.modality),
        services_of_day=sum(one.row.kind in rules.billable_kinds and one.attended_ms > 0 for one in that_day),
        day=whole_day,
        cap_rule=cap_rule,
        cap_exceeded=too_many,
        level=known.level,
        located=facts.location,
        minutes_short=0 if least is None else max(0, least - counts.minutes_attended),
        reasons=lacks,
        billable=bool(units) and not lacks,
    )


def _day(that_day: Iterable[Effective], rule: UnitRule, line: PayerRule, zone: tzinfo) -> Day:
    """The client's day under a rule of a day: the kinds are the line's, the threshold is the rule's."""
    served = (
        Served(one.row.client, one.row.session, one.row.kind, one.row.scheduled_start, one.attended_ms)
        for one in that_day
    )
    (found,) = days(served, PerDiem(rule.id, line.kinds, rule.least_minutes), zone)
    return found


def _units(
    counts: Effective, rule: UnitRule | None, line: PayerRule | None, that_day: Sequence[Effective], zone: tzinfo
) -> int | None:
    if rule is None or line is None or not rule.of_a_day:
        return billed(counts.minutes_attended, rule).units
    ended = {one.row.session: one for one in that_day if one.row.final}
    whole_day, sum_ms = _day(ended.values(), rule, line, zone), 0
    for session in whole_day.sessions:
        sum_ms += ended[session].attended_ms
        if sum_ms // MINUTE >= rule.least_minutes:
            return billed(whole_day.eligible_minutes, rule).units if session == counts.row.session else 0
    return 0


def _least(counts: Effective, rule: UnitRule | None, whole_day: Day | None) -> int | None:
    """How many minutes this session needs for there to be anything to bill."""
    if rule is None:
        return None
    if whole_day is None:
        return least_for_one(rule)
    return 0 if whole_day.met else counts.minutes_attended + whole_day.minutes_short


def _to_come(session: SessionId, left: Iterable[Left], kinds: Sequence[str], now: Millis, of_a_day: bool) -> int:
    """Whole minutes that can still be attended, each moment once: of this session, or of all that make the day."""
    spans = [one.span for one in left if one.session == session or (of_a_day and one.kind in kinds)]
    return to_come(spans, now) // MINUTE


def _cap(counts: Effective, line: PayerRule | None, rules: Rules, clinic_caps: str) -> tuple[str, bool | None]:
    """The rule that the group breaks, or else the payer's, or else the clinic's; and whether it is broken."""
    row = counts.row
    names = [name for name in ("" if line is None else line.caps, clinic_caps) if name in rules.caps]
    judged = [
        (name, exceeded(rules.caps[name], row.kind, row.group_size_clients, row.group_size_persons)) for name in names
    ]
    return next((one for one in judged if one[1]), judged[0] if judged else ("", None))
