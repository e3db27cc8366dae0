"""Where rule packs come from: the files that ship with the server, and the clinic's own folder.

Reading files is all that happens here; `core/packs.py` says what a file may contain and runs the tests that it brings.
Every version that is still named by a session, a row or a claim must stay readable, so files are added and never
overwritten.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from telehealth.core.ahead import Ahead
from telehealth.core.attendance import Policy
from telehealth.core.caps import CapRule
from telehealth.core.claims import Rules
from telehealth.core.court import CourtRule
from telehealth.core.crisis import CrisisPlan
from telehealth.core.curriculum import Curriculum
from telehealth.core.day import PerDiem
from telehealth.core.engagement import EngagementRule
from telehealth.core.formats import Format
from telehealth.core.hours import LevelOfCare
from telehealth.core.initiation import InitiationRule
from telehealth.core.kind_rules import KindRules
from telehealth.core.late import LateRule
from telehealth.core.late_notes import LateNotes
from telehealth.core.messages import Messages
from telehealth.core.note_policy import NotePolicy
from telehealth.core.note_templates import Template
from telehealth.core.packs import Pack, parse
from telehealth.core.payers import PayerRule
from telehealth.core.plan_forms import Form
from telehealth.core.retention import Periods
from telehealth.core.roster import Timetable
from telehealth.core.scales import ScaleRules
from telehealth.core.units import UnitRule

DEFAULT = "iop-default/1"
"""The attendance policy of a session for which nobody chose another."""
LEVEL = "asam-2-1-adult/1"
"""The level of care whose hours the staff pages show."""
NOTES = "notes-default"
"""The policy of notes whose latest version holds: a clinic's own is a file with this name and a higher version."""
RETENTION = "retention-default"
ENGAGEMENT = "iop-engagement"
"""The rules of engagement whose latest version holds: a clinic's own is a file with this name and a higher version."""
INITIATION = "iet-like"
"""The same of the measure of beginning and going on."""
LATE = "late-default"
"""The rule of what is due about who is late, whose latest version holds."""
CRISIS = "crisis-default"
"""The crisis plan whose latest version holds: a clinic's own is a file with this name and a higher version."""
KINDS = "kinds-default"
"""How each kind of session is held; the same."""
SCALES = "scales-default"
"""What clients are asked of themselves; the same."""
PLAN = "relapse-prevention-plan"
"""The form of a client's plan whose latest version holds."""
CURRICULUM = "iop-curriculum"
"""The topics whose latest version is offered: a clinic's own is a file with this name and a higher version."""
NO_TIMETABLE = Timetable("none", ())
"""Nobody is reminded by itself."""
T = TypeVar("T")


@dataclass(frozen=True)
class Packs:
    """Every pack by its id, and the rules in them by theirs."""

    all: Mapping[str, Pack]

    @cached_property
    def policies(self) -> dict[str, Policy]:
        """How attendance is judged."""
        return self._rules(Policy)

    @cached_property
    def unit_rules(self) -> dict[str, UnitRule]:
        return self._rules(UnitRule)

    @cached_property
    def caps(self) -> dict[str, CapRule]:
        return self._rules(CapRule)

    @cached_property
    def per_diems(self) -> dict[str, PerDiem]:
        return self._rules(PerDiem)

    @cached_property
    def levels_of_care(self) -> dict[str, LevelOfCare]:
        return self._rules(LevelOfCare)

    @cached_property
    def late_notes(self) -> dict[str, LateNotes]:
        return self._rules(LateNotes)

    @cached_property
    def note_templates(self) -> dict[str, Template]:
        return self._rules(Template)

    @cached_property
    def note_policy(self) -> NotePolicy:
        """What signing a note needs."""
        named = [rule for rule in self._rules(NotePolicy).values() if rule.name == NOTES]
        return max(named, key=lambda rule: rule.version)

    @cached_property
    def engagements(self) -> dict[str, EngagementRule]:
        return self._rules(EngagementRule)

    @cached_property
    def engagement(self) -> EngagementRule:
        """Misses, retention, certifications."""
        return self.engagements[self._latest(ENGAGEMENT)]

    @cached_property
    def courts(self) -> dict[str, CourtRule]:
        """What a court may count."""
        return self._rules(CourtRule)

    @cached_property
    def initiation(self) -> InitiationRule:
        return self._rules(InitiationRule)[self._latest(INITIATION)]

    @cached_property
    def retention(self) -> Periods:
        """How long records are kept."""
        return self._rules(Periods)[self._latest(RETENTION)]

    @cached_property
    def timetables(self) -> dict[str, Timetable]:
        return self._rules(Timetable)

    @cached_property
    def aheads(self) -> dict[str, Ahead]:
        """When clients are reminded before a session."""
        return self._rules(Ahead)

    @cached_property
    def messages(self) -> dict[str, Messages]:
        return self._rules(Messages)

    @cached_property
    def payer_rules(self) -> tuple[PayerRule, ...]:
        """The lines of every contract that the clinic has written down, pack by pack. None ship with the server."""
        lines = (pack.rule for _, pack in sorted(self.all.items()))
        return tuple(line for rule in lines if isinstance(rule, tuple) for line in rule)

    @cached_property
    def claims(self) -> Rules:
        """What a claim goes by."""
        unpaid = frozenset(one.code for one in self.kinds.kinds.values() if not one.billing)
        return Rules(self.payer_rules, self.unit_rules, self.caps, unpaid)

    @cached_property
    def crisis(self) -> CrisisPlan:
        """When staff are alarmed, and what they do then."""
        return self._rules(CrisisPlan)[self._latest(CRISIS)]

    @cached_property
    def kinds(self) -> KindRules:
        """How each kind of session is held."""
        return self._rules(KindRules)[self._latest(KINDS)]

    @cached_property
    def late(self) -> LateRule:
        """What staff are asked to do about who is late."""
        return self._rules(LateRule)[self._latest(LATE)]

    @cached_property
    def scales(self) -> ScaleRules:
        """What clients are asked at both ends of a session."""
        return self._rules(ScaleRules)[self._latest(SCALES)]

    @cached_property
    def plan_form(self) -> Form:
        """What a relapse-prevention plan asks."""
        return self._rules(Form)[self._latest(PLAN)]

    @cached_property
    def curriculum(self) -> Curriculum:
        """What a session can be said to be about."""
        return self._rules(Curriculum)[self._latest(CURRICULUM)]

    @cached_property
    def formats(self) -> tuple[Format, ...]:
        """The latest version of each format of meetings, by name."""
        newest: dict[str, Format] = {}
        for one in sorted(self._rules(Format).values(), key=lambda one: (one.name, one.version)):
            newest[one.name] = one
        return tuple(newest.values())

    def _latest(self, name: str) -> str:
        return max((pack for pack in self.all.values() if pack.name == name), key=lambda pack: pack.version).id

    def _rules(self, kind: type[T]) -> dict[str, T]:
        return {name: pack.rule for name, pack in self.all.items() if isinstance(pack.rule, kind)}


def load(folder: Path | None = None) -> Packs:
    """Every pack: the shipped ones and those in `folder`.

    Raises `ValueError` naming the file that is wrong, that fails its own tests, or that claims an id which means
    something else already.
    """
    found: dict[str, Pack] = {}
    places: list[Traversable] = [resources.files("telehealth").joinpath("data", "packs")]
    if folder is not None:
        places.append(folder)
    for file in _files(places):
        pack = read(file)
        if found.setdefault(pack.id, pack) != pack:
            raise ValueError(f"{file.name}: {pack.id} exists with other rules; give it a new version")
    packs = Packs(found)
    for line in packs.payer_rules:
        if line.unit_rule not in packs.unit_rules:
            raise ValueError(f"a payer's rule names {line.unit_rule}, and there is no such unit rule")
        if line.caps and line.caps not in packs.caps:
            raise ValueError(f"a payer's rule names {line.caps}, and there are no such caps")
    named = {template.name for template in packs.note_templates.values()}
    for kind in packs.kinds.kinds.values():
        if kind.template and kind.template not in named:
            raise ValueError(f"{packs.kinds.id} names the note template {kind.template}, and there is none")
    if packs.note_policy.late_notes not in packs.late_notes:
        raise ValueError(f"{packs.note_policy.id} names {packs.note_policy.late_notes}, and there is no such rule")
    return packs


def read(file: Traversable) -> Pack:
    """One pack. Raises `ValueError` naming the file."""
    try:
        text = file.read_text(encoding="utf-8")
        return replace(parse(tomllib.loads(text)), text=text)
    except ValueError as wrong:
        raise ValueError(f"{file.name}: {wrong}") from wrong


def _files(places: Iterable[Traversable]) -> Iterable[Traversable]:
    for place in places:
        yield from sorted((f for f in place.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
