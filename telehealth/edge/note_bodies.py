"""The wire of progress notes: what a page sends and is sent, and how a section becomes that.

Places of findings are in UTF-16 units, as a browser counts them; the rules count characters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from telehealth.core.goals import MAX_TEXT as GOAL_TEXT
from telehealth.core.goals import Goal
from telehealth.core.ids import PersonId
from telehealth.core.note_lints import Finding
from telehealth.core.note_records import Answer, Content, Facts, Later, NoteSection, free
from telehealth.core.note_templates import Template, fitted
from telehealth.core.notes import MAX_REASON, MAX_TEXT, Lack
from telehealth.core.refusals import Code

from .answers import Refused
from .bodies import ID, LINE, In, Out

GROUP = "group"
Name = Annotated[str, Meta(pattern=ID)]
Text = Annotated[str, Meta(max_length=MAX_TEXT)]
Reason = Annotated[str, Meta(max_length=MAX_REASON)]


# --- what comes in


class Op(In, frozen=True):
    """Chosen at random by the page for each save and each act; whoever repeats one is answered as the first time."""

    op: Annotated[str, Meta(max_length=64, pattern=r"\A[A-Za-z0-9_-]*\Z")] = ""


class Written(Op, frozen=True):
    """What somebody wrote: one `text`, or a `template` with its `fields`."""

    text: Text | UnsetType = UNSET
    template: Annotated[str, Meta(pattern=r"\A[a-z0-9-]{1,60}/[0-9]{1,4}\Z")] | UnsetType = UNSET
    fields: Annotated[dict[Annotated[str, Meta(max_length=60)], Text], Meta(max_length=20)] | UnsetType = UNSET
    goals: Annotated[tuple[Name, ...], Meta(max_length=20)] = ()

    def content(self, templates: Mapping[str, Template]) -> Content | None:
        """None where it does not fit its template. Raises `Refused` where it is neither text nor template."""
        if isinstance(self.text, str):
            if self.template is not UNSET or self.fields is not UNSET:
                raise Refused(Code.MALFORMED)
            return replace(free(self.text), goals=tuple(dict.fromkeys(self.goals)))
        if isinstance(self.template, UnsetType) or isinstance(self.fields, UnsetType):
            raise Refused(Code.MALFORMED)
        template = templates.get(self.template)
        return None if template is None else fitted(template, self.fields, self.goals)


class GivenAnswer(In, frozen=True):
    finding: Annotated[str, Meta(pattern=r"\A[0-9a-f]{16}\Z")]
    reason: Reason


class Sign(Op, frozen=True):
    answers: Annotated[tuple[GivenAnswer, ...], Meta(max_length=500)] = ()


class Addendum(Written, frozen=True):
    answers: Annotated[tuple[GivenAnswer, ...], Meta(max_length=500)] = ()


class Correction(Addendum, frozen=True, kw_only=True):
    reason: Reason


class InError(Op, frozen=True, kw_only=True):
    reason: Reason


class NewGoal(In, frozen=True):
    text: Annotated[str, Meta(min_length=1, max_length=GOAL_TEXT, pattern=LINE)]
    effective_from: date | None = None
    """A day; today in the facility's zone where it is not given."""


class CloseGoal(In, frozen=True):
    effective_to: date | None = None
    """The last day on which it is one; today where it is not given."""


# --- what goes out


class FieldOut(Out, frozen=True):
    name: str
    title: str
    hint: str
    required: bool


class TemplateOut(Out, frozen=True):
    id: str
    title: str
    fields: list[FieldOut]
    offered: bool
    """Whether a new section may begin with it; the others are there so that older ones can be read."""


class Templates(Out, frozen=True):
    templates: list[TemplateOut]
    """Offered ones first, the first of them being what a section begins with."""


class FactsOut(Out, frozen=True):
    """What the server knows; see core/note_records.py. Of the group's section the client's are null."""

    kind: str
    zone: str
    session_start: int | None
    session_end: int | None
    break_minutes: int
    group_size: int
    facilitators: list[str]
    first_join: int | None
    last_leave: int | None
    minutes: int | None
    minutes_corrected: int | None
    status: str
    policy: str
    modality: str
    late_minutes: int
    left_early_minutes: int
    location_verified: bool
    location_state: str
    emergency_contact: bool
    goals: list[tuple[str, str]]
    """Id and text."""


class AnswerOut(Out, frozen=True):
    finding: str
    rule: str
    field: str
    subject: str | None
    matched: str
    reason: str
    by: str
    at: int


class ContentOut(Out, frozen=True):
    template: str
    fields: dict[str, str]
    goals: list[str]
    text: str
    """All fields, one after the other."""


class LaterOut(Out, frozen=True):
    kind: str
    """cosignature | addendum | correction | entered_in_error"""
    author: str
    at: int
    reason: str
    content: ContentOut | None
    supervisor: str | None
    """Who has to co-sign it."""
    cosigned: bool
    answers: list[AnswerOut]
    digest: str


class Section(ContentOut, frozen=True, kw_only=True):
    """One part of a note. `about` is null for the part about the group."""

    about: str | None
    revision: int
    state: str
    """draft | signed | cosign_pending | cosigned | entered_in_error"""
    author: str
    saved: int
    """0 if it was never saved."""
    signed: int | None
    signed_by: str | None
    digest: str
    supervisor: str | None
    days_late: int
    """At signing; above 0 it is a late entry."""
    facts: FactsOut | None
    """As they were signed; of a draft as they stand now, in the list of all sections only."""
    facts_changed: bool
    """Whether the record says something else today than what was signed."""
    answers: list[AnswerOut]
    later: list[LaterOut]
    counts: ContentOut
    """What counts now: the latest correction, or the text itself."""


class BeginsOut(Out, frozen=True):
    """Ids of templates."""

    shared: str
    client: str


class Sections(Out, frozen=True):
    kind: str
    """Of the session."""
    begins: BeginsOut
    """With which templates sections begin that nobody has written in."""
    tag: str
    """Of the whole note, as in its ETag: `name:revision` of each section that was ever saved, by name."""
    sections: list[Section]
    people: dict[str, str]
    """Legal names of the staff whom these sections name, by id: who wrote, signed, co-signed, or has to."""


class FindingOut(Out, frozen=True):
    id: str
    rule: str
    """name | similar"""
    refuses: bool
    """Whether it ought not to stand there; otherwise it is a question. Either needs an answer."""
    about: str | None
    field: str
    start: int
    """In UTF-16 units of the field's text."""
    end: int
    subject: str | None
    kind: str
    """legal_name | alias | initials, or session | last_note"""
    matched: str
    percent: int


class LackOut(Out, frozen=True):
    what: str
    """empty | field_empty | no_goal | not_attested | no_cosigner | finding"""
    about: str | None
    field: str
    finding: FindingOut | None


class Check(Out, frozen=True):
    """Whether the note could be signed now."""

    tag: str
    ended: bool
    unready: list[LackOut]
    days_late: int
    """If it were signed now."""
    supervisor: str | None
    """Who would have to co-sign what the asker signs."""


class Revision(ContentOut, frozen=True, kw_only=True):
    revision: int
    state: str
    did: str
    """saved | signed | cosignature | addendum | correction | entered_in_error"""
    by: str
    at: int


class History(Out, frozen=True):
    revisions: list[Revision]


class Waiting(Out, frozen=True):
    """A section that waits for the asker's signature."""

    session: str
    title: str
    kind: str
    starts: int
    zone: str
    about: str | None
    about_name: str
    revision: int
    signed: int | None
    signed_by: str | None
    signed_by_name: str


class Queue(Out, frozen=True):
    sections: list[Waiting]


class GoalOut(Out, frozen=True):
    id: str
    text: str
    effective_from: str
    effective_to: str | None
    author: str


class Goals(Out, frozen=True):
    client: str
    goals: list[GoalOut]


# --- from records


def content_out(content: Content) -> ContentOut:
    return ContentOut(
        template=content.template, fields=dict(content.fields), goals=list(content.goals), text=content.text
    )


def section_out(section: NoteSection, facts: Facts | None = None) -> Section:
    """`facts` are those of today."""
    done = {number for one in section.later for number in one.covers}
    frozen = section.facts if section.signed is not None else facts
    return Section(
        about=section.about,
        revision=section.revision,
        state=section.state,
        template=section.content.template,
        fields=dict(section.content.fields),
        goals=list(section.content.goals),
        text=section.text,
        author=section.author,
        saved=section.saved,
        signed=section.signed,
        signed_by=section.signed_by,
        digest=section.digest,
        supervisor=section.supervisor,
        days_late=section.days_late,
        facts=None if frozen is None else facts_out(frozen),
        facts_changed=section.facts is not None and facts is not None and section.facts != facts,
        answers=[_answer(one) for one in section.answers],
        later=[_later(one, number in done) for number, one in enumerate(section.later, 1)],
        counts=content_out(section.counts),
    )


def facts_out(facts: Facts) -> FactsOut:
    return msgspec.convert(asdict(facts), FactsOut)


def _answer(one: Answer) -> AnswerOut:
    return msgspec.convert(asdict(one), AnswerOut)  # without its salt


def _later(one: Later, cosigned: bool) -> LaterOut:
    return LaterOut(
        kind=one.kind,
        author=one.author,
        at=one.at,
        reason=one.reason,
        content=None if one.content is None else content_out(one.content),
        supervisor=one.supervisor,
        cosigned=cosigned,
        answers=[_answer(answer) for answer in one.answers],
        digest=one.digest,
    )


def revision_out(section: NoteSection) -> Revision:
    """The revision as an act: who did what, and what stood there then."""
    later = section.later[-1] if section.later else None
    if later is not None:
        did, by, at, content = str(later.kind), later.author, later.at, later.content or section.counts
    elif section.signed is not None:
        did, by, at, content = "signed", section.signed_by or section.author, section.signed, section.content
    else:
        did, by, at, content = "saved", section.author, section.saved, section.content
    return Revision(
        revision=section.revision,
        state=section.state,
        did=did,
        by=by,
        at=at,
        template=content.template,
        fields=dict(content.fields),
        goals=list(content.goals),
        text=content.text,
    )


def lacks_out(lacks: Iterable[Lack], contents: Mapping[PersonId | None, Content]) -> list[LackOut]:
    return [
        LackOut(
            what=lack.what,
            about=lack.about,
            field=lack.field,
            finding=None if lack.finding is None else _finding(lack.finding, contents[lack.finding.about]),
        )
        for lack in lacks
    ]


def _finding(one: Finding, content: Content) -> FindingOut:
    text = dict(content.fields)[one.field]
    places = {"start": _units(text[: one.start]), "end": _units(text[: one.end])}
    return FindingOut(**{**asdict(one), **places})


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def goal_out(goal: Goal) -> GoalOut:
    return GoalOut(
        id=goal.id,
        text=goal.text,
        effective_from=goal.effective_from.isoformat(),
        effective_to=goal.effective_to.isoformat() if goal.effective_to else None,
        author=goal.author,
    )
