"""Rule packs: what a file of rules may say, for each kind of pack, and the test cases that it brings with it.

A pack is known by name and version, says where it comes from and from when to when it holds. Its `[[test]]` tables are
run when it is read: a pack that does not do what its author wrote beside it is not used. Nothing here is a default:
which rules hold for a session or a payer is said elsewhere, by name.

Must not touch: files. `telehealth/packs.py` finds and reads them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date

from .ahead import Ahead
from .attendance import Policy, judged
from .caps import Cap, CapRule, Counts, exceeded
from .court import CourtRule
from .crisis import CrisisPlan, plan_from
from .curriculum import Curriculum, curriculum_from
from .day import PerDiem, Served, days
from .engagement import EngagementRule
from .engagement_packs import court, engagement, initiating
from .evidence import Interval
from .formats import Format, format_from
from .hours import WEEKDAYS, LevelOfCare, Outlook, week
from .ids import PersonId, SessionId
from .initiation import InitiationRule
from .kind_rules import KindRules, kinds_from
from .late import LateRule, rule_from
from .late_notes import LateAfter, LateNotes, days_late, deadline
from .messages import FALLBACK, FIRST_TEXT, TEXTS, Days, Language, Messages, Text, wrong
from .note_packs import policy, template
from .note_policy import NotePolicy
from .note_templates import Template
from .pack_cases import identity as _identity
from .pack_cases import prove as _tested
from .payers import PayerRule, in_force
from .plan_forms import Form, form_of
from .policies import parse as parse_policy
from .retention import Periods, periods
from .roster import AGAIN, GIVE_UP, Timetable
from .scales import ScaleRules, scales_from
from .sendings import Quiet
from .toml import Table
from .units import FUNCTIONS, TIMED, UnitRule, units

MINUTE = 60_000
PayerRules = tuple[PayerRule, ...]
Notes = Template | NotePolicy
Engagement = EngagementRule | CourtRule | InitiationRule
Rule = (
    Policy
    | UnitRule
    | CapRule
    | PerDiem
    | LevelOfCare
    | LateNotes
    | Timetable
    | Ahead
    | Messages
    | PayerRules
    | Notes
    | Engagement
    | Periods
    | CrisisPlan
    | Curriculum
    | KindRules
    | Format
    | LateRule
    | ScaleRules
    | Form
)


@dataclass(frozen=True, slots=True)
class Pack:
    """One file of rules."""

    kind: str
    """A key of `KINDS`."""
    name: str
    version: int
    source: str
    """Where it comes from, as a citation; for a clinic's own rule, who decided it."""
    unverified: str
    """What of it nobody has checked against the source; empty if everything was."""
    effective_from: date | None
    effective_to: date | None
    """The last day on which it holds."""
    rule: Rule
    text: str = field(default="", compare=False, repr=False)
    """The file, for whoever has to see by what a row was judged."""

    @property
    def id(self) -> str:
        return f"{self.name}/{self.version}"

    def holds(self, day: date) -> bool:
        """Whether it is in force on a date of service."""
        return in_force(self.effective_from, self.effective_to, day)


def parse(mapping: Mapping[str, object]) -> Pack:
    """The pack, tested. Raises `ValueError` with a sentence that names the key or the test that is wrong."""
    kind = mapping.get("pack", "attendance")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"pack must be one of {', '.join(KINDS)}")
    table = Table(mapping, f"{kind} pack" if "pack" in mapping else "attendance policy")
    named = table.has("pack")
    table.take("pack", "")
    # Attendance policies from before there were packs have no source.
    source = table.text("source", None if named else "")
    unverified = table.text("unverified", "")
    first, last = table.day("effective_from"), table.day("effective_to")
    if first is not None and last is not None and last < first:
        raise table.wrong("effective_to must not be before effective_from")
    tests = table.tables("test")
    name, version, rule = KINDS[kind](table, tests)
    return Pack(kind, name, version, source, unverified, first, last, rule)


Named = tuple[str, int, Rule]


def _attendance(table: Table, tests: list[Table]) -> Named:
    policy = parse_policy(table.remaining())

    def run(test: Table) -> tuple[object, object]:
        length, comes, goes = (test.whole(key, 0, 1440) for key in ("length", "comes", "goes"))
        wanted = test.text("status")
        spans = (Interval(comes * MINUTE, goes * MINUTE, "left"),) if goes > comes else ()
        return wanted, str(judged(policy, spans, max(0, goes - comes) * MINUTE, (0, length * MINUTE)))

    _tested(tests, run, least=0)
    return policy.name, policy.version, policy


def _units(table: Table, tests: list[Table]) -> Named:
    name, version, rule_id = _identity(table)
    function = table.choice("function", list(FUNCTIONS))
    unit = least = 0
    if function in TIMED:
        unit = table.whole("unit_minutes", 1, 1440)
        if function == "cms_8_minute" and unit != 15:
            raise table.wrong("unit_minutes must be 15 for cms_8_minute: the table that it comes from has no other")
    else:
        least = table.whole("least_minutes", 1, 1440)
    most = table.whole("most_units", 1, 1440) if table.has("most_units") else None
    table.done()
    rule = UnitRule(rule_id, function, unit, least, most)
    _tested(tests, lambda test: (test.whole("units", 0, 1440), units(test.whole("minutes", 0, 1440), rule)))
    return name, version, rule


def _caps(table: Table, tests: list[Table]) -> Named:
    name, version, rule_id = _identity(table)
    rule = CapRule(rule_id, {kind: _cap(cap) for kind, cap in table.rest().items()})
    if not rule.caps:
        raise table.wrong("a pack of caps must name at least one kind of session")

    def run(test: Table) -> tuple[object, object]:
        wanted = test.yes("exceeded")
        counted = test.whole("clients", 0, 10_000), test.whole("persons", 0, 10_000)
        return wanted, exceeded(rule, test.text("kind"), *counted)

    _tested(tests, run)
    return name, version, rule


def _cap(table: Table) -> Cap:
    cap = Cap(table.whole("most", 1, 10_000), Counts(table.choice("counts", [str(c) for c in Counts])))
    table.done()
    return cap


def _per_diem(table: Table, tests: list[Table]) -> Named:
    name, version, rule_id = _identity(table)
    rule = PerDiem(rule_id, table.kinds("kinds"), table.whole("threshold_minutes", 1, 1440))
    table.done()

    def run(test: Table) -> tuple[object, object]:
        wanted = test.yes("met")
        kinds, minutes = test.kinds("kinds"), test.wholes("minutes", 0, 1440)
        if len(kinds) != len(minutes):
            raise test.wrong("kinds and minutes must be of one length")
        served = [
            Served(PersonId("test"), SessionId(str(number)), kind, number, length * MINUTE)
            for number, (kind, length) in enumerate(zip(kinds, minutes, strict=True))
        ]
        return wanted, any(day.met for day in days(served, rule, UTC))

    _tested(tests, run)
    return name, version, rule


def _level_of_care(table: Table, tests: list[Table]) -> Named:
    name, version, rule_id = _identity(table)
    rule = LevelOfCare(
        rule_id,
        table.text("code"),
        table.whole("week_minutes", 1, 10_080),
        table.kinds("kinds"),
        WEEKDAYS.index(table.choice("week_begins", WEEKDAYS)),
    )
    table.done()

    def run(test: Table) -> tuple[object, object]:
        wanted = test.choice("outlook", [str(outlook) for outlook in Outlook])
        attended, left = (test.whole(key, 0, 10_080) * MINUTE for key in ("attended", "left"))
        return wanted, str(week(rule, attended, left, over=False).outlook)

    _tested(tests, run)
    return name, version, rule


def _late_notes(table: Table, tests: list[Table]) -> Named:
    name, version, rule_id = _identity(table)
    holidays = table.days("holidays")
    default = _late_after(table.table("default"))
    rule = LateNotes(rule_id, default, {kind: _late_after(late) for kind, late in table.rest().items()}, holidays)

    def run(test: Table) -> tuple[object, object]:
        wanted = test.whole("days_late", 0, 10_000)
        ended, signed = test.moment("ended"), test.moment("signed")
        following = test.moment("next") if test.has("next") else None
        return wanted, days_late(deadline(rule, test.text("kind"), ended, UTC, following), signed)

    _tested(tests, run)
    return name, version, rule


def _late_after(table: Table) -> LateAfter:
    ways = [key for key in ("hours", "business_days", "before_next") if table.has(key)]
    if len(ways) != 1:
        raise table.wrong("say one of hours, business_days and before_next")
    if ways == ["hours"]:
        late = LateAfter(hours=table.whole("hours", 1, 10_000))
    elif ways == ["business_days"]:
        late = LateAfter(business_days=table.whole("business_days", 0, 100))
    else:
        late = LateAfter(before_next=table.yes("before_next"))
        if not late.before_next:
            raise table.wrong("before_next can only be true")
    table.done()
    return late


def _nudges(table: Table, tests: list[Table]) -> Named:
    name, version, rule_id = _identity(table)
    minutes = table.wholes("minutes", 0, 1440)
    if list(minutes) != sorted(set(minutes)):
        raise table.wrong("minutes must rise")
    give_up = table.whole("give_up_minutes", 1, 1440) if table.has("give_up_minutes") else GIVE_UP
    again = table.whole("again_minutes", 1, 1440) if table.has("again_minutes") else AGAIN
    quiet = _quiet(table.table("quiet")) if table.has("quiet") else None
    table.done()
    if tests:
        raise table.wrong("a timetable is its own test")
    return name, version, Timetable(rule_id, minutes, give_up, again, quiet)


def _reminders(table: Table, tests: list[Table]) -> Named:
    name, version, rule_id = _identity(table)
    minutes = table.wholes("minutes", 1, 10_080)
    if list(minutes) != sorted(set(minutes), reverse=True):
        raise table.wrong("minutes must fall")
    least = table.whole("least_minutes", 0, 1440)
    if minutes and least >= minutes[-1]:
        raise table.wrong("least_minutes must be less than the last of minutes")
    cancelled = 1440 * table.whole("cancelled_days", 0, 31)
    quiet = _quiet(table.table("quiet")) if table.has("quiet") else None
    table.done()
    if tests:
        raise table.wrong("a timetable is its own test")
    return name, version, Ahead(rule_id, minutes, least, cancelled, quiet)


def _quiet(table: Table) -> Quiet:
    quiet = Quiet(table.minute("from"), table.minute("to"))
    table.done()
    if quiet.begins == quiet.ends:
        raise table.wrong("from and to must differ")
    return quiet


def _messages(table: Table, tests: list[Table]) -> Named:
    name, version, rule_id = _identity(table)
    spoken = {language: _language(one) for language, one in table.rest().items()}
    if FALLBACK not in spoken:
        raise table.wrong(f"a pack of messages must have the language {FALLBACK}")
    if tests:
        raise table.wrong("messages have no tests")
    return name, version, Messages(rule_id, spoken)


def _language(table: Table) -> Language:
    noon = (table.text("am"), table.text("pm")) if table.has("am") else None
    days = _days(table.table("days")) if table.has("days") else None
    texts: dict[str, Text] = {}
    for key in TEXTS:
        if key != FIRST_TEXT and not table.has(key):
            continue  # a pack of a release that had no such messages
        one = table.table(key)
        texts[key] = Text(one.text("subject"), one.text("body"), one.text("sms", ""))
        if fault := wrong(texts[key], days is not None):
            raise one.wrong(fault)
        one.done()
    table.done()
    return Language(texts, noon, days)


def _days(table: Table) -> Days:
    days = Days(table.texts("weekdays", 7), table.texts("months", 12), table.text("form"))
    table.done()
    if not all(place in days.form for place in ("{weekday}", "{day}", "{month}")):
        raise table.wrong("form must have {weekday}, {day} and {month}")
    return days


def _payers(table: Table, tests: list[Table]) -> Named:
    name, version, rule_id = _identity(table)
    rules = tuple(_payer(line, rule_id) for line in table.tables("rule"))
    table.done()
    if not rules:
        raise table.wrong("a pack of payers must have at least one [[rule]]")

    def run(test: Table) -> tuple[object, object]:
        wanted, payer, kind = test.text("unit_rule", ""), test.text("payer"), test.text("kind")
        day = test.day("day")
        if day is None:
            raise test.wrong("missing day")
        return wanted, next((rule.unit_rule for rule in rules if rule.holds(payer, kind, day)), "")

    _tested(tests, run)
    return name, version, rules


def _payer(line: Table, pack: str) -> PayerRule:
    rule = PayerRule(
        line.text("payer"),
        line.kinds("kinds"),
        line.text("unit_rule"),
        line.day("effective_from"),
        line.day("effective_to"),
        line.text("caps", ""),
        line.text("procedure_code", ""),
        line.text("revenue_code", ""),
        line.codes("modifiers"),
        line.codes("modifiers_audio_video"),
        line.codes("modifiers_audio_only"),
        line.codes("modifiers_mixed"),
        pack,
    )
    line.done()
    return rule


KINDS: dict[str, Callable[[Table, list[Table]], Named]] = {
    "attendance": _attendance,
    "units": _units,
    "caps": _caps,
    "per_diem": _per_diem,
    "level_of_care": _level_of_care,
    "late_notes": _late_notes,
    "nudges": _nudges,
    "reminders": _reminders,
    "messages": _messages,
    "payers": _payers,
    "note_template": template,
    "note_policy": policy,
    "engagement": engagement,
    "court": court,
    "initiation": initiating,
    "retention": periods,
    "crisis": plan_from,
    "curriculum": curriculum_from,
    "kinds": kinds_from,
    "format": format_from,
    "late": rule_from,
    "scales": scales_from,
    "plan_form": form_of,
}
