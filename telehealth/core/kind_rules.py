"""What a kind of session is held like: how many may come, who waits, who sees whom, which tools are at hand.

A rule pack of the kind `kinds` (DOMAIN 1.5), so a clinic's own file with a higher version takes the place of the one
that ships. What decides who may do or see something (`waiting`, `sees`) is copied into the room's log when the room
opens, so that a later pack never changes what happened in an earlier session; the rest only shapes pages.

How many a licence or a payer allows is another rule (core/caps.py), and so is what counts towards a level of care.
Must not touch: files, clocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .pack_cases import identity, prove
from .toml import Table

SEES = ("everyone", "hosts")
CAMERA = ("expected", "optional", "off")
MEDIA = ("voice", "music")
LAYOUTS = ("circle", "pair", "stage", "calm")


@dataclass(frozen=True, slots=True)
class KindRule:
    """One kind of session."""

    code: str
    capacity: int = 12
    """Places that a new group of this kind is given; the session's own number decides."""
    waiting: bool = True
    """Whether clients wait until somebody lets them in. Without, they are seated at once while a host is there."""
    drop_in: bool = False
    """Whether whoever belongs to the group may come, on the roster or not."""
    sees: str = "everyone"
    """Whom clients see and hear: everyone; or the hosts, and whoever has the floor."""
    camera: str = "optional"
    """expected: the page asks kindly for a picture; optional: it offers one; off: it begins without."""
    media: str = "voice"
    """voice: speech, cleaned of noise and echo; music: programme audio in stereo as it is."""
    layout: str = "circle"
    tools: tuple[str, ...] = ()
    """Names of core/tools/table.py, in the order in which they are offered."""
    template: str = ""
    """Name of the note template that a note of it begins with (note_templates.py); empty for the policy's first."""
    notes: bool = True
    """Whether a note is written of it."""
    billing: bool = True
    """Whether its rows are ever offered to a payer."""
    code_with_client: str = ""
    """The usual procedure code and modifiers where the client was there, as a hint: the payer decides (DOMAIN 1.5)."""
    code_without_client: str = ""
    """The same where family came and the client did not."""

    def code_hint(self, attended: bool) -> str:
        """What a biller would look at first, by whether the client attended any of it."""
        return self.code_with_client if attended else self.code_without_client


OTHER = KindRule("")
"""A kind that no pack names."""


@dataclass(frozen=True, slots=True)
class KindRules:
    """Every kind that a pack names, by its code."""

    id: str
    kinds: Mapping[str, KindRule]

    def of(self, kind: str) -> KindRule:
        return self.kinds.get(kind, OTHER)


NO_KINDS = KindRules("", {})
"""Of rooms of releases that knew none."""


def kinds_from(table: Table, tests: list[Table]) -> tuple[str, int, KindRules]:
    """The kinds that a pack says. Raises `ValueError`."""
    name, version, rule_id = identity(table)
    rules = KindRules(rule_id, {code: _kind(code, one) for code, one in table.rest().items()})
    if not rules.kinds:
        raise table.wrong("a pack of kinds must name at least one kind of session")
    prove(tests, lambda test: (test.choice("sees", SEES), rules.of(test.text("kind")).sees))
    return name, version, rules


def _kind(code: str, table: Table) -> KindRule:
    rule = KindRule(
        code,
        capacity=table.whole("capacity", 1, 500),
        waiting=table.yes("waiting"),
        drop_in=table.yes("drop_in"),
        sees=table.choice("sees", SEES),
        camera=table.choice("camera", CAMERA),
        media=table.choice("media", MEDIA),
        layout=table.choice("layout", LAYOUTS),
        tools=table.names("tools"),
        template=table.text("template", ""),
        notes=table.yes("notes"),
        billing=table.yes("billing"),
        code_with_client=table.text("code_with_client", ""),
        code_without_client=table.text("code_without_client", ""),
    )
    table.done()
    return rule
