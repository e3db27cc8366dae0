"""Progress notes: who reads and writes them, when a save is accepted, what signing needs, and what may come after it.

A session's note is one section about the group and one about each client (DOMAIN 3.2). Two editors never overwrite
each other silently: a save names the revision that it started from. Signing is one act for the whole note, after the
session; a signed text never changes again. Whoever needs a supervisor's signature has not completed a note alone.
Addendum, correction and "entered in error" stand beside the original, each with its author, time and digest, and each
digest covers the one before it (DOMAIN 3.3).

Must not touch: the store, HTTP. The text never leaves a section: no rule here puts it into a refusal or an event.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .ids import Millis, PersonId, SessionId
from .note_digests import digest, head, later_digest
from .note_lints import Finding
from .note_policy import NotePolicy, PlanGoals
from .note_records import (
    COMPLETE,
    Answer,
    Content,
    Facts,
    Later,
    LaterKind,
    NoteSection,
    NoteState,
)
from .note_templates import Template, unfilled
from .records import Session
from .refusals import Code, Refusal
from .roles import Action, Role, may

MAX_TEXT = 20_000
"""Characters in one section: about ten printed pages, and well within one request."""
MAX_REASON = 500
ALONE = frozenset({"individual", "case_management", "crisis"})
"""Service kinds with one client (DOMAIN 1.5). Their note is the client's alone: nobody else's chart shares a text."""


# --- who may what


def may_write(session: Session, person: PersonId, role: Role) -> bool:
    """Whether a signed-in member of staff may write and sign this session's note: only those who lead it."""
    return may(role, Action.WRITE_NOTES) and person in (*session.facilitators, *session.cofacilitators)


def may_read(session: Session, person: PersonId, role: Role) -> bool:
    """Whoever may write it; minimum necessary leaves nobody else but a supervisor who signs (DOMAIN 1.6)."""
    return may_write(session, person, role)


def may_cosign(section: NoteSection, person: PersonId, role: Role, supervisor: PersonId | None) -> bool:
    """Whether it waits, or waited, for this person's signature; so whether they may read it without leading.

    `supervisor` is who supervises the signer today: whoever was named at signing may have left since.
    """
    if not may(role, Action.WRITE_NOTES) or person == section.signed_by:
        return False
    named = {section.supervisor, *(one.supervisor for one in section.later)} - {None}
    signed = {one.author for one in section.later if one.kind is LaterKind.COSIGNATURE}
    return bool(named) and (person in named | signed or person == supervisor)


# --- drafts


def decide_save(
    current: NoteSection | None,
    *,
    session: SessionId,
    about: PersonId | None,
    content: Content | None,
    author: PersonId,
    at: Millis,
    if_revision: int,
) -> NoteSection | Refusal:
    """The revision to be written, or why not: the section is signed, somebody else saved meanwhile, the text is bad.

    `content` is None where what came does not fit its template.
    """
    if current is not None and current.state is not NoteState.DRAFT:
        return Refusal(Code.ALREADY_SIGNED)
    if if_revision != (current.revision if current else 0):
        return Refusal(Code.STALE)
    if content is None:
        return Refusal(Code.MALFORMED)
    if fault := _bad(content):
        return Refusal(fault)
    return NoteSection(session, about, if_revision + 1, NoteState.DRAFT, content, author, at)


def _bad(content: Content) -> Code | None:
    texts = [text for _, text in content.fields]
    if sum(map(len, texts)) > MAX_TEXT:
        return Code.TOO_LARGE
    if any("\ud800" <= character <= "\udfff" for text in texts for character in text):
        return Code.MALFORMED  # half a surrogate pair is valid JSON, but cannot be stored as UTF-8
    return None


def needed(kind: str, present: Iterable[PersonId], expected: Iterable[PersonId] = ()) -> tuple[PersonId | None, ...]:
    """The sections without which a note is incomplete: each present client's, and the group's.

    In a session of one client there is no group. Whoever was expected there and did not come has the word about that
    in their own section; only where nobody is known at all, the section about everybody takes it.
    """
    clients = tuple(sorted(present))
    if kind not in ALONE:
        return (None, *clients)
    return clients or tuple(sorted(expected)) or (None,)


def sections_of(
    kind: str, present: Iterable[PersonId], expected: Iterable[PersonId], written: Iterable[PersonId | None]
) -> tuple[PersonId | None, ...]:
    """The sections that a session's note has: those that it needs, and whatever somebody wrote."""
    texts = sorted(written, key=lambda about: about or "")
    return tuple(dict.fromkeys((*needed(kind, present, expected), *texts)))


def tag(sections: Iterable[NoteSection]) -> str:
    """The whole note's entity tag, which says what was seen: the revision of each section that was ever saved."""
    seen = {section.about or "group": section.revision for section in sections if section.revision}
    return ",".join(f"{name}:{revision}" for name, revision in sorted(seen.items()))


# --- what signing needs


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that stands between a note and its signature."""

    what: str
    """empty | field_empty | no_goal | not_attested | no_cosigner | finding"""
    about: PersonId | None = None
    """Whose section; None is the group's, and of `not_attested` and `no_cosigner` the whole note's."""
    field: str = ""
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The note cannot be signed yet, for all of these."""

    lacks: tuple[Lack, ...]

    @property
    def missing(self) -> tuple[PersonId | None, ...]:
        """Sections without a word."""
        return tuple(lack.about for lack in self.lacks if lack.what == "empty")


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known when it is asked whether a note can be signed."""

    needed: Collection[PersonId | None]
    policy: NotePolicy
    templates: Mapping[str, Template]
    goals: Mapping[PersonId, Collection[str]]
    """Of each client: the ids of the goals that their plan had on the date of service."""
    attested: bool
    findings: Sequence[Finding]
    """Of the sections that are not signed yet."""
    cosigner_missing: bool = False
    """The signer may not sign alone (DOMAIN 1.6: interns), and nobody is named who signs, too."""
    absent: Collection[PersonId] = ()
    """Of those needed: who did not come. A word about that pursues no goal."""


def lacks(sections: Iterable[NoteSection], known: Checked, answered: Collection[str] = ()) -> tuple[Lack, ...]:
    """Everything at once. `answered` are the ids of findings that somebody gave a reason for."""
    written = {section.about: section for section in sections if not section.content.empty}
    found = [Lack("not_attested")] if known.policy.attested and not known.attested else []
    found += [Lack("no_cosigner")] if known.cosigner_missing else []
    found += [Lack("empty", about) for about in known.needed if about not in written]
    for about, section in written.items():
        if section.state is not NoteState.DRAFT:
            continue
        template = known.templates.get(section.content.template)
        found += [Lack("field_empty", about, name) for name in unfilled(template, section.content)]
        came = about in known.needed and about not in known.absent
        if about is not None and came and _lacks_goal(about, section.content, known):
            found.append(Lack("no_goal", about))
    found += [
        Lack("finding", finding.about, finding.field, finding)
        for finding in known.findings
        if finding.id not in answered
    ]
    return tuple(found)


def _lacks_goal(about: PersonId, content: Content, known: Checked) -> bool:
    has = known.goals.get(about, ())
    wanted = known.policy.plan_goals is PlanGoals.ALWAYS or (known.policy.plan_goals is PlanGoals.IF_ANY and bool(has))
    return wanted and not set(content.goals) & set(has)


def answers(
    findings: Iterable[Finding], reasons: Mapping[str, str], by: PersonId, at: Millis, salt: str = ""
) -> dict[PersonId | None, tuple[Answer, ...]]:
    """The reasons that were given, by section, as they are kept."""
    kept: dict[PersonId | None, tuple[Answer, ...]] = {}
    for one in findings:
        reason = reasons.get(one.id, "").strip()
        if reason and not any(answer.finding == one.id for answer in kept.get(one.about, ())):
            answer = Answer(one.id, one.rule, one.field, one.subject, one.matched, reason, by, at, salt)
            kept[one.about] = (*kept.get(one.about, ()), answer)
    return kept


def decide_sign(
    sections: Iterable[NoteSection],
    known: Checked,
    *,
    reasons: Mapping[str, str],
    facts: Mapping[PersonId | None, Facts],
    supervisor: PersonId | None,
    days_late: int,
    by: PersonId,
    at: Millis,
    ended: bool,
    salt: str = "",
) -> tuple[NoteSection, ...] | Incomplete | Refusal:
    """The signed revisions to be written, one for each section with text that is not signed yet.

    Sections about people who were not there are signed, too, where somebody wrote one. Author and time of saving stay
    those of the text; the signature has its own. `supervisor` is who has to co-sign what `by` signs.
    """
    if not ended:
        return Refusal(Code.NOT_NOW)
    if any(len(reason) > MAX_REASON for reason in reasons.values()):
        return Refusal(Code.MALFORMED)
    sections = list(sections)
    answered = {name for name, reason in reasons.items() if reason.strip()}
    if missing := lacks(sections, known, answered):
        return Incomplete(missing)
    drafts = [one for one in sections if one.state is NoteState.DRAFT and not one.content.empty]
    if not drafts:
        return Refusal(Code.ALREADY_SIGNED)
    kept = answers(known.findings, reasons, by, at, salt)
    return tuple(
        _signed(
            replace(
                one,
                facts=facts.get(one.about),
                answers=kept.get(one.about, ()),
                supervisor=supervisor,
                days_late=days_late,
            ),
            by,
            at,
        )
        for one in drafts
    )


def _signed(section: NoteSection, by: PersonId, at: Millis) -> NoteSection:
    state = NoteState.COSIGN_PENDING if section.supervisor else NoteState.SIGNED
    signed = replace(section, revision=section.revision + 1, state=state, signed=at, signed_by=by)
    return replace(signed, digest=digest(signed))


# --- after signing


def decide_cosign(
    section: NoteSection,
    *,
    by: PersonId,
    role: Role,
    supervisor: PersonId | None,
    at: Millis,
    if_revision: int,
) -> NoteSection | Refusal:
    """The section with the supervisor's signature under everything that waits for one."""
    if not may_cosign(section, by, role, supervisor):
        return Refusal(Code.NOT_ALLOWED)
    if if_revision != section.revision:
        return Refusal(Code.STALE)
    waiting = pending(section)
    if not waiting:
        return Refusal(Code.ALREADY_SIGNED)
    return _with(section, Later(LaterKind.COSIGNATURE, by, at, covers=waiting))


def decide_later(
    section: NoteSection,
    kind: LaterKind,
    *,
    content: Content | None,
    reason: str,
    findings: Sequence[Finding],
    reasons: Mapping[str, str],
    supervisor: PersonId | None,
    cosigner_missing: bool = False,
    by: PersonId,
    at: Millis,
    if_revision: int,
    salt: str = "",
) -> NoteSection | Incomplete | Refusal:
    """The section with an addendum, a correction or the word that it was entered in error.

    A correction needs a reason and a text, an error a reason, an addendum a text. What was entered in error can only
    be corrected.
    """
    if section.state is NoteState.DRAFT:
        return Refusal(Code.NOT_NOW)
    if if_revision != section.revision:
        return Refusal(Code.STALE)
    if section.state is NoteState.ENTERED_IN_ERROR and kind is not LaterKind.CORRECTION:
        return Refusal(Code.NOT_NOW)
    reason = reason.strip()
    if len(reason) > MAX_REASON or (not reason and kind is not LaterKind.ADDENDUM):
        return Refusal(Code.MALFORMED)
    if kind is LaterKind.ERROR:
        return _with(section, Later(kind, by, at, reason))
    if content is None or content.empty:
        return Refusal(Code.MALFORMED)
    if fault := _bad(content):
        return Refusal(fault)
    if any(len(given) > MAX_REASON for given in reasons.values()):
        return Refusal(Code.MALFORMED)
    open_ = [Lack("no_cosigner")] if cosigner_missing else []
    open_ += [Lack("finding", one.about, one.field, one) for one in findings if not reasons.get(one.id, "").strip()]
    if open_:
        return Incomplete(tuple(open_))
    kept = answers(findings, reasons, by, at, salt).get(section.about, ())
    return _with(section, Later(kind, by, at, reason, content, supervisor, answers=kept))


def _with(section: NoteSection, later: Later) -> NoteSection:
    later = replace(later, digest=later_digest(section, len(section.later) + 1, later, head(section)))
    section = replace(section, revision=section.revision + 1, later=(*section.later, later))
    return replace(section, state=state(section))


def pending(section: NoteSection) -> tuple[int, ...]:
    """What waits for a supervisor: 0 is the signed text, n the nth later entry."""
    wanting = [section.supervisor, *(one.supervisor for one in section.later)]
    done = {number for one in section.later for number in one.covers}
    return tuple(number for number, supervisor in enumerate(wanting) if supervisor and number not in done)


def state(section: NoteSection) -> NoteState:
    """Of a signed section, with all that was done to it."""
    for one in reversed(section.later):
        if one.kind is LaterKind.ERROR:
            return NoteState.ENTERED_IN_ERROR
        if one.kind is LaterKind.CORRECTION:
            break
    if pending(section):
        return NoteState.COSIGN_PENDING
    cosigned = any(one.kind is LaterKind.COSIGNATURE for one in section.later)
    return NoteState.COSIGNED if cosigned else NoteState.SIGNED


def complete(section: NoteSection) -> Millis | None:
    """When the signed text had every signature that it needs; None while it supports no claim. What was added later
    does not move it."""
    if section.state not in COMPLETE:
        return None
    return next((one.at for one in section.later if 0 in one.covers), section.signed)
