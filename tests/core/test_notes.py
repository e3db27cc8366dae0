"""Progress notes: two editors, one signature, what it needs and covers, and what may come after it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.note_digests import digest, head, sound
from telehealth.core.note_lints import Finding
from telehealth.core.note_policy import NotePolicy, PlanGoals
from telehealth.core.note_records import Content, Facts, LaterKind, NoteSection, NoteState, free
from telehealth.core.note_templates import Field, Template
from telehealth.core.notes import (
    ALONE,
    MAX_REASON,
    MAX_TEXT,
    Checked,
    Incomplete,
    Lack,
    complete,
    decide_cosign,
    decide_later,
    decide_save,
    decide_sign,
    lacks,
    may_cosign,
    may_read,
    may_write,
    needed,
    pending,
    sections_of,
    tag,
)
from telehealth.core.records import Session
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import Role

from .story import ALICE, BEN, BOB, CAROL, DAN, FAY, OLIVE, clock

EVENING = SessionId("s1")
SESSION = Session(
    EVENING,
    ProgrammeId("p1"),
    None,
    "group_therapy",
    "Evening group",
    clock("18:00"),
    clock("21:00"),
    "America/Chicago",
    8,
    (ALICE,),
    (BOB, CAROL),
    (BEN,),
)
POLICY = NotePolicy("notes", 1, PlanGoals.IF_ANY, True, "notes-24-hours/1", ("free",), 70, 12, frozenset(), frozenset())
DAP = Template("dap/1", "DAP", (Field("data", "Data"), Field("plan", "Plan"), Field("more", "More", "", False)))
FACTS = Facts("group_therapy", "America/Chicago", 1, 2, 0, 2, (ALICE,))
NAMED = Finding("f" * 16, "name", True, BOB, "text", 0, 5, CAROL, "alias", "Carol")


def save(current: NoteSection | None, text: str, by: PersonId, if_revision: int) -> NoteSection | Refusal:
    """`by` saves a section about Bob at 19:00."""
    return save_content(current, free(text), by, if_revision)


def save_content(
    current: NoteSection | None, content: Content | None, by: PersonId = ALICE, if_revision: int = 0
) -> NoteSection | Refusal:
    return decide_save(
        current, session=EVENING, about=BOB, content=content, author=by, at=clock("19:00"), if_revision=if_revision
    )


def section(about: PersonId | None, text: str) -> NoteSection:
    """A section that Alice wrote at 20:00."""
    return NoteSection(EVENING, about, 4, NoteState.DRAFT, free(text), ALICE, clock("20:00"))


def known(
    needed: Sequence[PersonId | None],
    *,
    attested: bool = True,
    plan: PlanGoals = PlanGoals.IF_ANY,
    goals: Sequence[str] = (),
    findings: Sequence[Finding] = (),
) -> Checked:
    """Bob's plan has `goals`."""
    return Checked(needed, replace(POLICY, plan_goals=plan), {"dap/1": DAP}, {BOB: goals}, attested, findings)


def sign(
    sections: Sequence[NoteSection],
    checked: Checked,
    *,
    by: PersonId = ALICE,
    at: int = 1,
    ended: bool = True,
    supervisor: PersonId | None = None,
    reasons: dict[str, str] | None = None,
) -> tuple[NoteSection, ...] | Incomplete | Refusal:
    return decide_sign(
        sections,
        checked,
        reasons=reasons or {},
        facts={one.about: FACTS for one in sections},
        supervisor=supervisor,
        days_late=3,
        by=by,
        at=at,
        ended=ended,
    )


def signed(supervisor: PersonId | None = None, about: PersonId | None = BOB) -> NoteSection:
    """Signed by Alice at 21:10."""
    found = sign([section(about, "Spoke.")], known([about]), at=clock("21:10"), supervisor=supervisor)
    assert isinstance(found, tuple)
    return found[0]


def later(
    current: NoteSection,
    kind: LaterKind,
    *,
    text: str | None = None,
    reason: str = "",
    supervisor: PersonId | None = None,
    findings: Sequence[Finding] = (),
    reasons: dict[str, str] | None = None,
    if_revision: int | None = None,
) -> NoteSection | Incomplete | Refusal:
    """Alice does something to a signed section at 22:00."""
    return decide_later(
        current,
        kind,
        content=None if text is None else free(text),
        reason=reason,
        findings=findings,
        reasons=reasons or {},
        supervisor=supervisor,
        by=ALICE,
        at=clock("22:00"),
        if_revision=current.revision if if_revision is None else if_revision,
    )


def cosign(
    current: NoteSection, by: PersonId = DAN, supervisor: PersonId | None = None, if_revision: int | None = None
) -> NoteSection | Refusal:
    return decide_cosign(
        current,
        by=by,
        role=Role.FACILITATOR,
        supervisor=supervisor,
        at=clock("23:00"),
        if_revision=current.revision if if_revision is None else if_revision,
    )


@pytest.mark.parametrize(
    ("person", "role", "allowed"),
    [
        (ALICE, Role.FACILITATOR, True),
        (BEN, Role.COFACILITATOR, True),
        (OLIVE, Role.OBSERVER, False),
        (DAN, Role.FACILITATOR, False),
        (ALICE, Role.OBSERVER, False),
        (BOB, Role.CLIENT, False),
        (FAY, Role.COLLATERAL, False),
    ],
)
def test_only_those_who_lead_the_session_read_and_write_its_note(person: PersonId, role: Role, allowed: bool) -> None:
    """Another group's counsellor, an observer and every client are refused."""
    assert may_write(SESSION, person, role) is allowed
    assert may_read(SESSION, person, role) is allowed


def test_a_first_and_a_second_save() -> None:
    """Each save makes the next revision, by its author, at its time."""
    first = save(None, "Quiet today.", ALICE, 0)
    assert first == NoteSection(EVENING, BOB, 1, NoteState.DRAFT, free("Quiet today."), ALICE, clock("19:00"))
    second = save(first, "Quiet at first.", BEN, 1)
    assert isinstance(second, NoteSection)
    assert (second.revision, second.author, second.text) == (2, BEN, "Quiet at first.")


def test_two_editors_never_overwrite_each_other_silently() -> None:
    """A save from an older revision is refused, and so is one from a revision that does not exist."""
    first = save(None, "Alice's", ALICE, 0)
    assert isinstance(first, NoteSection)
    assert save(first, "Ben's", BEN, 0) == Refusal(Code.STALE)
    assert save(first, "Ben's", BEN, 2) == Refusal(Code.STALE)
    assert save(None, "Ben's", BEN, 1) == Refusal(Code.STALE)


def test_a_text_has_a_size_and_must_be_text() -> None:
    """Ten pages in all fields are enough; half a surrogate pair is refused before it breaks the store; so is what fits
    no template."""
    assert isinstance(save(None, "x" * MAX_TEXT, ALICE, 0), NoteSection)
    assert save(None, "x" * (MAX_TEXT + 1), ALICE, 0) == Refusal(Code.TOO_LARGE)
    halves = Content("dap/1", (("data", "x" * MAX_TEXT), ("plan", "x")))
    assert save_content(None, halves) == Refusal(Code.TOO_LARGE)
    assert save(None, "\ud83d", ALICE, 0) == Refusal(Code.MALFORMED)
    assert save_content(None, None) == Refusal(Code.MALFORMED)
    assert isinstance(save(None, "😀", ALICE, 0), NoteSection)


def test_a_note_needs_the_group_and_everybody_who_was_there() -> None:
    """A session of one client needs that client's section only, also where they did not come; one without a client
    needs a word, too."""
    assert needed("group_therapy", [CAROL, BOB], [DAN]) == (None, BOB, CAROL)
    assert needed("group_therapy", []) == (None,)
    for kind in ALONE:
        assert needed(kind, [BOB], [BOB]) == (BOB,)
        assert needed(kind, [], [BOB]) == (BOB,)
        assert needed(kind, []) == (None,)


def test_a_session_of_one_client_offers_no_text_about_everybody() -> None:
    """Unless one was written before: a text is never hidden. A group has its shared section and those of whoever came
    or was written about."""
    assert sections_of("individual", [], [BOB], []) == (BOB,)
    assert sections_of("individual", [BOB], [BOB], [BOB]) == (BOB,)
    assert sections_of("individual", [BOB], [BOB], [None, BOB]) == (BOB, None)
    assert sections_of("group_therapy", [BOB], [BOB, DAN], [CAROL, None]) == (None, BOB, CAROL)


def test_a_word_about_somebody_who_did_not_come_needs_no_goal() -> None:
    """Nothing was pursued with them; whoever came needs one."""
    text = [section(BOB, "did not come")]
    rule = known([BOB], plan=PlanGoals.ALWAYS)
    assert lacks(text, rule) == (Lack("no_goal", BOB),)
    assert lacks(text, replace(rule, absent=[BOB])) == ()


def test_a_tag_says_which_revisions_were_seen() -> None:
    """Of each section that was ever saved, by name; so whoever signs names every text that they have read."""
    never = replace(section(DAN, ""), revision=0)
    assert tag([section(CAROL, "x"), replace(section(None, "y"), revision=12), never]) == f"group:12,{CAROL}:4"
    assert tag([]) == ""


def test_signing_waits_for_the_end_of_the_session() -> None:
    """Nobody signs what is still happening."""
    assert sign([section(None, "x")], known([None]), ended=False) == Refusal(Code.NOT_NOW)


def test_everything_that_a_note_lacks_is_told_at_once() -> None:
    """Empty sections, fields that may not stay empty, goals, the roster, and findings that nobody answered."""
    plan_missing = replace(section(CAROL, ""), content=Content("dap/1", (("data", "Spoke."),)))
    sections = [section(None, " \n"), section(BOB, "Carol spoke."), plan_missing, signed(about=DAN)]
    checked = known([None, BOB, CAROL, DAN, FAY], attested=False, goals=["g1"], findings=[NAMED])
    wanted = (
        Lack("not_attested"),
        Lack("empty", None),
        Lack("empty", FAY),
        Lack("no_goal", BOB),
        Lack("field_empty", CAROL, "plan"),
        Lack("finding", BOB, "text", NAMED),
    )
    found = sign(sections, checked)
    assert found == Incomplete(wanted)
    assert isinstance(found, Incomplete)
    assert found.missing == (None, FAY)
    assert lacks(sections, checked, [NAMED.id]) == wanted[:-1]


def test_an_intern_signs_nothing_alone() -> None:
    """Where nobody is named who signs, too, neither a note nor what comes later is signed."""
    checked = replace(known([None]), cosigner_missing=True)
    assert sign([section(None, "Topic.")], checked) == Incomplete((Lack("no_cosigner"),))
    current = signed()
    found = decide_later(
        current,
        LaterKind.ADDENDUM,
        content=free("More."),
        reason="",
        findings=[],
        reasons={},
        supervisor=None,
        cosigner_missing=True,
        by=ALICE,
        at=1,
        if_revision=current.revision,
    )
    assert found == Incomplete((Lack("no_cosigner"),))


@pytest.mark.parametrize(
    ("plan", "picked", "goals", "lacking"),
    [
        (PlanGoals.NEVER, (), ["g1"], False),
        (PlanGoals.IF_ANY, (), [], False),
        (PlanGoals.IF_ANY, (), ["g1"], True),
        (PlanGoals.IF_ANY, ("g2",), ["g1"], True),
        (PlanGoals.IF_ANY, ("g1",), ["g1"], False),
        (PlanGoals.ALWAYS, (), [], True),
        (PlanGoals.ALWAYS, ("g1",), ["g1"], False),
    ],
)
def test_a_goal_of_the_plan_is_picked_where_the_policy_says_so(
    plan: PlanGoals, picked: tuple[str, ...], goals: list[str], lacking: bool
) -> None:
    """A goal that the plan did not have on that day is none; absent clients and the group need none."""
    about_bob = replace(section(BOB, ""), content=replace(free("Spoke."), goals=picked))
    absent = section(DAN, "Called; no answer.")
    found = lacks([section(None, "Topic."), about_bob, absent], known([None, BOB], plan=plan, goals=goals))
    assert found == ((Lack("no_goal", BOB),) if lacking else ())


def test_signing_signs_every_section_once() -> None:
    """Text, author and time of saving stay; a section about an absent client is signed, too; an empty one is not."""
    sections = [section(None, "Topic."), section(BOB, "Spoke."), section(CAROL, "Called; no answer."), section(DAN, "")]
    found = sign(sections, known([None, BOB]), by=BEN, at=clock("21:10"))
    assert isinstance(found, tuple)
    assert [s.about for s in found] == [None, BOB, CAROL]
    for before, after in zip(sections, found, strict=False):
        assert (after.text, after.author, after.saved) == (before.text, before.author, before.saved)
        assert (after.revision, after.state) == (before.revision + 1, NoteState.SIGNED)
        assert (after.signed, after.signed_by, after.digest) == (clock("21:10"), BEN, digest(after))
        assert (after.facts, after.days_late, after.supervisor) == (FACTS, 3, None)
        assert complete(after) == clock("21:10")
        assert sound(after)
    assert sign(found, known([None, BOB])) == Refusal(Code.ALREADY_SIGNED)


def test_a_section_that_was_written_after_signing_is_signed_alone() -> None:
    """What is signed already is not touched again."""
    found = sign([section(None, "Topic.")], known([None]))
    assert isinstance(found, tuple)
    again = sign([*found, section(DAN, "Late word.")], known([None]), at=2)
    assert isinstance(again, tuple)
    assert [s.about for s in again] == [DAN]


def test_an_answer_to_a_finding_is_kept_with_the_signature() -> None:
    """Who, when and why; an empty reason is none, and one that is too long is refused."""
    sections = [section(None, "Topic."), section(BOB, "Carol spoke.")]
    twice = replace(NAMED, start=9, end=14)
    checked = known([None, BOB], findings=[NAMED, twice])
    found = sign(sections, checked, by=BEN, at=7, reasons={NAMED.id: " His sister. "})
    assert isinstance(found, tuple)
    (answer,) = found[1].answers
    assert (answer.finding, answer.subject, answer.matched) == (NAMED.id, CAROL, "Carol")
    assert (answer.reason, answer.by, answer.at) == ("His sister.", BEN, 7)
    assert found[0].answers == ()
    assert isinstance(sign(sections, checked, reasons={NAMED.id: "  "}), Incomplete)
    assert sign(sections, checked, reasons={NAMED.id: "x" * (MAX_REASON + 1)}) == Refusal(Code.MALFORMED)


def test_a_signed_section_is_never_changed() -> None:
    """Not even from the right revision."""
    done = replace(section(BOB, "Spoke."), state=NoteState.SIGNED)
    assert save(done, "Other.", ALICE, 4) == Refusal(Code.ALREADY_SIGNED)
    assert save(done, "Other.", ALICE, 1) == Refusal(Code.ALREADY_SIGNED)


def test_a_supervisors_signature_completes_an_interns_note() -> None:
    """Until then it supports no claim; whoever signed cannot sign for both, nor can somebody else."""
    waiting = signed(supervisor=DAN)
    assert (waiting.state, complete(waiting), pending(waiting)) == (NoteState.COSIGN_PENDING, None, (0,))
    assert cosign(waiting, by=ALICE, supervisor=ALICE) == Refusal(Code.NOT_ALLOWED)
    assert cosign(waiting, by=BEN) == Refusal(Code.NOT_ALLOWED)
    assert cosign(waiting, if_revision=4) == Refusal(Code.STALE)
    done = cosign(waiting)
    assert isinstance(done, NoteSection)
    assert (done.state, done.revision, complete(done)) == (NoteState.COSIGNED, waiting.revision + 1, clock("23:00"))
    assert sound(done)
    assert cosign(done) == Refusal(Code.ALREADY_SIGNED)


def test_whoever_supervises_today_may_co_sign() -> None:
    """The one who was named at signing may have left. Who once co-signed can still read it; nobody may where no
    signature was asked for."""
    waiting = signed(supervisor=DAN)
    done = cosign(waiting, by=BEN, supervisor=BEN)
    assert isinstance(done, NoteSection)
    assert may_cosign(done, BEN, Role.FACILITATOR, None)
    assert not may_cosign(done, BEN, Role.OBSERVER, BEN)
    assert not may_cosign(signed(), DAN, Role.FACILITATOR, DAN)


def test_an_addendum_stands_beside_the_text() -> None:
    """The text that counts stays the signed one, and so does the time at which it was complete."""
    done = later(signed(), LaterKind.ADDENDUM, text="Called back on Friday.")
    assert isinstance(done, NoteSection)
    assert (done.state, done.text, done.counts) == (NoteState.SIGNED, "Spoke.", free("Spoke."))
    assert (done.later[0].author, done.later[0].at) == (ALICE, clock("22:00"))
    assert complete(done) == clock("21:10")
    assert sound(done)


def test_a_correction_counts_and_the_original_stays() -> None:
    """It has a reason, and its digest covers the one before."""
    first = signed()
    assert later(first, LaterKind.CORRECTION, text="Listened.") == Refusal(Code.MALFORMED)
    done = later(first, LaterKind.CORRECTION, text="Listened.", reason=" Wrong client. ")
    assert isinstance(done, NoteSection)
    assert (done.text, done.counts.text, done.later[0].reason) == ("Spoke.", "Listened.", "Wrong client.")
    assert head(first) == first.digest
    assert head(done) == done.later[0].digest
    assert sound(done)
    assert not sound(replace(done, later=(replace(done.later[0], reason="Other."),)))
    assert not sound(replace(done, content=free("Spoke!")))


def test_what_was_entered_in_error_stays_readable_and_can_be_corrected() -> None:
    """It supports no claim; only a correction may follow, which says what is true."""
    assert later(signed(), LaterKind.ERROR) == Refusal(Code.MALFORMED)
    wrong = later(signed(), LaterKind.ERROR, reason="Another client's text.")
    assert isinstance(wrong, NoteSection)
    assert (wrong.state, wrong.text, complete(wrong)) == (NoteState.ENTERED_IN_ERROR, "Spoke.", None)
    assert later(wrong, LaterKind.ADDENDUM, text="x") == Refusal(Code.NOT_NOW)
    right = later(wrong, LaterKind.CORRECTION, text="Listened.", reason="Written anew.")
    assert isinstance(right, NoteSection)
    assert (right.state, right.counts.text) == (NoteState.SIGNED, "Listened.")


def test_what_comes_later_is_refused_like_a_save() -> None:
    """Nothing is added to a draft or to a revision that was not seen; texts and reasons have their limits."""
    assert later(section(BOB, "x"), LaterKind.ADDENDUM, text="y") == Refusal(Code.NOT_NOW)
    assert later(signed(), LaterKind.ADDENDUM, text="y", if_revision=1) == Refusal(Code.STALE)
    assert later(signed(), LaterKind.ADDENDUM, text=" ") == Refusal(Code.MALFORMED)
    assert later(signed(), LaterKind.ADDENDUM) == Refusal(Code.MALFORMED)
    assert later(signed(), LaterKind.ADDENDUM, text="x" * (MAX_TEXT + 1)) == Refusal(Code.TOO_LARGE)
    assert later(signed(), LaterKind.ERROR, reason="x" * (MAX_REASON + 1)) == Refusal(Code.MALFORMED)
    long = {NAMED.id: "x" * (MAX_REASON + 1)}
    assert later(signed(), LaterKind.ADDENDUM, text="y", reasons=long) == Refusal(Code.MALFORMED)


def test_a_name_in_an_addendum_needs_an_answer() -> None:
    """As in a note."""
    found = later(signed(), LaterKind.ADDENDUM, text="Carol called.", findings=[NAMED])
    assert found == Incomplete((Lack("finding", BOB, "text", NAMED),))
    done = later(
        signed(), LaterKind.ADDENDUM, text="Carol called.", findings=[NAMED], reasons={NAMED.id: "Not the client."}
    )
    assert isinstance(done, NoteSection)
    assert done.later[0].answers[0].reason == "Not the client."


def test_an_interns_correction_waits_for_a_supervisor_again() -> None:
    """One co-signature covers all that waits."""
    waiting = signed(supervisor=DAN)
    more = later(waiting, LaterKind.CORRECTION, text="Listened.", reason="Wrong.", supervisor=DAN)
    assert isinstance(more, NoteSection)
    assert pending(more) == (0, 1)
    done = cosign(more)
    assert isinstance(done, NoteSection)
    assert (done.state, done.later[-1].covers) == (NoteState.COSIGNED, (0, 1))
    again = later(done, LaterKind.ADDENDUM, text="More.", supervisor=DAN)
    assert isinstance(again, NoteSection)
    assert (again.state, pending(again)) == (NoteState.COSIGN_PENDING, (3,))


def test_the_digest_changes_with_anything_that_was_signed() -> None:
    """Moving a letter across a border of two fields is a change, too."""
    base = replace(section(BOB, "Spoke."), signed=1, signed_by=BEN)
    changed = [
        replace(base, content=free("Spoke")),
        replace(base, content=replace(base.content, goals=("g1",))),
        replace(base, content=Content("dap/1", base.content.fields)),
        replace(base, about=None),
        replace(base, about=PersonId("")),
        replace(base, session=SessionId("s2")),
        replace(base, revision=5),
        replace(base, author=BEN),
        replace(base, saved=1),
        replace(base, signed=2),
        replace(base, signed_by=ALICE),
        replace(base, supervisor=DAN),
        replace(base, days_late=1),
        replace(base, facts=FACTS),
        replace(base, form=1),
        replace(base, author=PersonId(ALICE + str(base.saved)[0]), saved=int(str(base.saved)[1:])),
    ]
    assert len({digest(s) for s in (base, *changed)}) == len(changed) + 1
    assert digest(base) == digest(replace(base, digest="whatever"))


def test_the_digest_of_an_older_release_still_holds() -> None:
    """It covered the text, not the facts: a known one, made by the release that signed it."""
    old = NoteSection(EVENING, BOB, 5, NoteState.SIGNED, free("Spoke."), ALICE, 10, 20, BEN, form=1)
    wanted = "416ca654ddb852187af2c066bc4c7f72cc861c307b2a7cdd62b7a5c802de2d92"
    assert digest(old) == wanted
