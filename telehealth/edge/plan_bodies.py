"""What is asked of and told about a relapse-prevention plan over HTTP. How a line looks is core/plans.py's matter."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated

from msgspec import Meta

from telehealth.core.ids import PersonId
from telehealth.core.plan_forms import CLINIC, Form, Shape
from telehealth.core.plans import MOST_EDITS, AnyEdit, Difference, Line, Name, Plan, Signed, Version, compare, digest
from telehealth.core.wallet import Block
from telehealth.core.wallet import Line as CardLine

from .bodies import In, Out
from .bodies import Line as OneLine
from .site import Site

ALWAYS = {"en": "Always", "es": "Siempre"}


class Edits(In, frozen=True):
    op: Name
    """The name of this operation: whoever repeats it is answered as the first time."""
    edits: Annotated[list[AnyEdit], Meta(min_length=1, max_length=MOST_EDITS)]


class Sign(In, frozen=True):
    digest: Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    """Of what stands on the page."""
    typed_name: OneLine


class SectionOut(Out, frozen=True):
    code: str
    shape: str
    """lines | steps | people"""
    title: str
    prompt: str
    ideas: list[str]
    card: int
    """Its place where what helps first comes first; 0 for the end."""


class NumberOut(Out, frozen=True):
    number: str
    text: str


class SignedOut(Out, frozen=True):
    name: str
    at: int


class VersionOut(Out, frozen=True, kw_only=True):
    number: int
    at: int
    by: str
    """The alias of whoever saved it."""
    digest: str
    signed: SignedOut | None
    countersigned: SignedOut | None


class ChangedOut(Out, frozen=True):
    before: Line
    after: Line


class WholeVersion(VersionOut, frozen=True, kw_only=True):
    lines: tuple[Line, ...]
    added: tuple[Line, ...]
    changed: list[ChangedOut]
    removed: tuple[Line, ...]
    moved: bool
    """Against the version before."""


class PlanOut(Out, frozen=True):
    whose: str
    """Names the client for this page alone: under it a browser keeps words that it could not send."""
    revision: int
    lines: tuple[Line, ...]
    """The draft."""
    digest: str
    """Of the draft: what a signature names."""
    shown: tuple[Line, ...]
    """To be read in a bad hour: the last version that was signed, else the last one, else the draft."""
    sections: list[SectionOut]
    numbers: list[NumberOut]
    """Where to turn."""
    versions: list[VersionOut]
    """Newest first."""
    writes: bool
    """Whether whoever asks may write in it, too."""
    signs: str
    """client: it is theirs to sign; beside: they may sign beside the client; none."""


def plan_out(
    site: Site,
    client: PersonId,
    plan: Plan,
    names: Mapping[PersonId, str],
    language: str,
    *,
    writes: bool,
    signs: str,
) -> PlanOut:
    form = site.packs.plan_form
    return PlanOut(
        whose=hashlib.sha256(f"plan|{client}".encode()).hexdigest()[:32],
        revision=plan.revision,
        lines=plan.draft.lines,
        digest=digest(plan.draft.lines),
        shown=plan.shown,
        sections=[
            SectionOut(
                code=one.code,
                shape=one.shape,
                title=one.title[language],
                prompt=one.prompt[language],
                ideas=list(one.ideas[language]),
                card=one.card,
            )
            for one in form.sections
        ],
        numbers=numbers(form, site.clinic_phone, language),
        versions=[version_out(plan, one, names) for one in reversed(plan.versions)],
        writes=writes,
        signs=signs,
    )


def numbers(form: Form, clinic: str, language: str) -> list[NumberOut]:
    found = [(clinic if one.number == CLINIC else one.number, one.text[language]) for one in form.numbers]
    return [NumberOut(number=number, text=text) for number, text in found if number]


def version_out(plan: Plan, version: Version, names: Mapping[PersonId, str]) -> VersionOut:
    return VersionOut(
        number=version.number,
        at=version.at,
        by=names.get(version.by, ""),
        digest=digest(version.lines),
        signed=_signed(plan.signature(version.number)),
        countersigned=_signed(plan.countersignature(version.number)),
    )


def whole_version(plan: Plan, version: Version, names: Mapping[PersonId, str]) -> WholeVersion:
    row = version_out(plan, version, names)
    new: Difference = compare(plan.version(version.number - 1), version)
    return WholeVersion(
        number=row.number,
        at=row.at,
        by=row.by,
        digest=row.digest,
        signed=row.signed,
        countersigned=row.countersigned,
        lines=version.lines,
        added=new.added,
        changed=[ChangedOut(before=before, after=after) for before, after in new.changed],
        removed=new.removed,
        moved=new.moved,
    )


def _signed(one: Signed | None) -> SignedOut | None:
    return None if one is None else SignedOut(name=one.typed_name, at=one.at)


def card_blocks(form: Form, lines: Sequence[Line], clinic: str, language: str) -> list[Block]:
    """What stands on the card, in its order: people first, then whom to call that is no friend, then the rest."""
    blocks = [
        Block(
            one.title[language],
            tuple(_card_line(line) for line in lines if line.section == one.code),
            steps=one.shape is Shape.STEPS,
        )
        for one in form.on_card()
    ]
    always = tuple(CardLine(one.text, one.number) for one in numbers(form, clinic, language))
    return [*blocks[:1], Block(ALWAYS[language], always, whole=True), *blocks[1:]]


def _card_line(line: Line) -> CardLine:
    return CardLine(f"{line.text} ({line.relation})" if line.relation else line.text, line.phone)
