"""A client's rendered note: there once it is signed, with nobody else in it; later texts are documents that relate."""

from dataclasses import replace

from telehealth.core.ids import PersonId, SessionId
from telehealth.core.note_digests import answers_of, digest, later_digest, sound
from telehealth.core.note_records import Answer, Later, LaterKind, NoteSection, NoteState, free
from telehealth.core.note_render import Document, Rendered, Standing, documents, rendered
from telehealth.core.notes import state

from .story import ALICE, BEN, BOB, CAROL

ANSWER = Answer("f" * 16, "name", "text", CAROL, "Carol", "her own words", ALICE, 5)


def signed(about: PersonId | None, text: str, *later: Later, supervisor: PersonId | None = None) -> NoteSection:
    """Signed by Alice at 10, with an answer that names Carol, and what came after."""
    bare = NoteSection(SessionId("s1"), about, 2, NoteState.SIGNED, free(text), ALICE, 3, 10, ALICE)
    section = replace(bare, answers=(ANSWER,), supervisor=supervisor)
    section = replace(section, digest=digest(section))
    for one in later:
        before = section.later[-1].digest if section.later else section.digest
        made = replace(one, digest=later_digest(section, len(section.later) + 1, one, before))
        section = replace(section, revision=section.revision + 1, later=(*section.later, made))
    return replace(section, state=state(section))


def note(*sections: NoteSection, kind: str = "group_therapy") -> Rendered | None:
    return rendered(kind, BOB, {section.about: section for section in sections})


def found(*sections: NoteSection, kind: str = "group_therapy") -> Rendered:
    one = note(*sections, kind=kind)
    assert one is not None
    return one


GROUP, OWN = signed(None, "Refusing a drink."), signed(BOB, "Practised.")
DRAFT = replace(GROUP, state=NoteState.DRAFT, signed=None, signed_by=None, digest="")


def addendum(text: str, at: int, **more: object) -> Later:
    return Later(LaterKind.ADDENDUM, ALICE, at, content=free(text), answers=(ANSWER,), **more)  # type: ignore[arg-type]


def correction(text: str, at: int) -> Later:
    return Later(LaterKind.CORRECTION, ALICE, at, "a slip", free(text))


def test_it_has_the_shared_part_and_their_own() -> None:
    """Others' sections are not looked at, and answers to lints stay behind."""
    one = found(GROUP, OWN, signed(CAROL, "Spoke of her sister."))
    assert [part.text for part in one.parts] == ["Refusing a drink.", "Practised."]
    assert (one.client, one.session, one.completed, one.standing) == (BOB, "s1", 10, Standing.FINAL)
    assert one.changed == 10
    assert CAROL not in repr(one)


def test_it_is_there_once_all_that_it_needs_is_signed() -> None:
    """Both parts of a group's note; of an individual session the client's own, and the other where there is one."""
    assert note(OWN) is None
    assert note(DRAFT, OWN) is None
    assert note(GROUP) is None
    assert found(OWN, kind="individual").parts == (found(OWN, kind="individual").own,)
    assert found(DRAFT, OWN, kind="individual").shared is None
    assert len(found(GROUP, OWN, kind="individual").parts) == 2


def test_a_text_that_needs_a_supervisor_is_there_once_that_one_signed() -> None:
    """A later text that waits for its own signature does not take away what was complete."""
    waiting = signed(BOB, "Practised.", supervisor=BEN)
    assert note(GROUP, waiting) is None
    cosigned = Later(LaterKind.COSIGNATURE, BEN, 20, covers=(0,))
    assert found(GROUP, signed(BOB, "Practised.", cosigned, supervisor=BEN)).completed == 20
    more = signed(BOB, "Practised.", cosigned, addendum("And more.", 30, supervisor=BEN), supervisor=BEN)
    one = found(GROUP, more)
    assert (more.state, one.completed, one.standing, one.changed) == (
        NoteState.COSIGN_PENDING,
        20,
        Standing.AMENDED,
        30,
    )
    base, added = documents(one)
    assert (base.cosignatures, base.waits, added.waits) == (((BEN, 20),), False, True)
    done = signed(
        BOB, "Practised.", addendum("And more.", 30, supervisor=BEN), Later(LaterKind.COSIGNATURE, BEN, 40, covers=(1,))
    )
    assert [(one.waits, one.cosignatures) for one in documents(found(GROUP, done))[1:]] == [(False, ((BEN, 40),))]


def test_what_was_entered_in_error_is_still_there_and_says_so() -> None:
    """In either part."""
    wrong = signed(None, "Of another group.", Later(LaterKind.ERROR, ALICE, 20, "another evening"))
    one = found(wrong, OWN)
    assert (one.standing, len(documents(one))) == (Standing.ERROR, 1)


def test_later_texts_are_documents_that_relate() -> None:
    """An addendum appends to the note; a correction has the whole note as it counts then and replaces what counted."""
    shared = signed(None, "Refusing a drink.", correction("Declining a drink.", 25))
    own = signed(BOB, "Practised.", addendum("Called.", 20), correction("Practised twice.", 30))
    base, added, first, second = documents(found(shared, own))
    assert base == Document(False, 0, None, 10, (ALICE,), base.texts, ((ALICE, 10),), (), relates=None, superseded=True)
    assert [content.text for _, content in base.texts] == ["Refusing a drink.", "Practised."]
    assert (added.relates, added.shared, added.number, added.superseded) == ((False, 0), False, 1, False)
    assert [content.text for _, content in added.texts] == ["Called."]
    assert (first.relates, first.shared, first.number, first.superseded) == ((False, 0), True, 1, True)
    assert [content.text for _, content in first.texts] == ["Declining a drink.", "Practised."]
    assert (second.relates, second.superseded, second.reason) == ((True, 1), False, "a slip")
    assert [content.text for _, content in second.texts] == ["Declining a drink.", "Practised twice."]


def test_signatures_can_be_checked_without_the_answers() -> None:
    """Whoever has the digests of the answers only makes the same digests; with others, or without, they do not fit."""
    section = signed(BOB, "Practised.", addendum("Called.", 20))
    answered = answers_of(section)
    bare = replace(section, answers=(), later=tuple(replace(one, answers=()) for one in section.later))
    assert sound(section)
    assert sound(bare, answered)
    assert not sound(bare)
    assert not sound(bare, answered[:1])
    assert not sound(bare, (answered[0], ("0" * 64,)))
    assert not sound(replace(bare, content=free("practised.")), answered)
