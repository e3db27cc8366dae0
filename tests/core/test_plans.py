"""Relapse-prevention plans: two people who write at once lose no words, versions never change, and signatures mean what
was read."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telehealth.core.ids import PersonId
from telehealth.core.plan_forms import CLINIC, form_of
from telehealth.core.plans import (
    EMPTY,
    MOST_IN_SECTION,
    REMEMBERED,
    Add,
    AnyEdit,
    Change,
    Difference,
    Draft,
    Kept,
    Line,
    Move,
    Plan,
    Remove,
    Signed,
    Tick,
    Version,
    compare,
    countersign,
    digest,
    edited,
    keep,
    said,
    sign,
)
from telehealth.core.refusals import Code, Refusal
from telehealth.core.toml import Table

BOB, ALICE = PersonId("bob"), PersonId("alice")
SECTIONS = ("signs", "steps")


def add(name: str, text: str, section: str = "signs") -> Add:
    return Add(id=name, section=section, text=text)


def change(name: str, text: str, seen: int, beside: str = "beside", section: str = "signs") -> Change:
    return Change(id=name, section=section, text=text, seen=seen, beside=beside)


def after(draft: Draft, *edits: AnyEdit, op: str = "") -> Draft:
    done = edited(draft, edits, op or f"op{len(draft.done)}", SECTIONS)
    assert isinstance(done, Draft)
    return done


def texts(draft: Draft) -> list[str]:
    return [one.text for one in draft.lines]


def test_lines_are_added_changed_moved_ticked_and_removed() -> None:
    """Each edit does what it says, and one that names no line does nothing."""
    draft = after(Draft(), add("a", "one"), add("b", "two"), add("c", "three", "steps"), add("d", "four"))
    draft = after(draft, change("a", "ONE", 1), Move(id="d", after="a"), Tick(id="b", on=True), Remove(id="c", seen=1))
    assert texts(draft) == ["ONE", "four", "two"]
    assert [one.ticked for one in draft.lines] == [False, False, True]
    assert draft.line("a") == Line("a", "signs", "ONE", changes=2)
    assert texts(after(draft, Move(id="b"))) == ["two", "ONE", "four"]
    quiet = (Move(id="none"), Move(id="b", after="none"), Tick(id="none", on=True), Remove(id="none", seen=1))
    assert after(draft, *quiet, add("a", "again")).lines == draft.lines
    assert after(draft, change("a", "ONE", 1)).lines == draft.lines


def test_whoever_writes_over_unseen_words_writes_beside_them() -> None:
    """Both texts stay, one after the other, and a repeat does not double them."""
    draft = after(Draft(), add("a", "call"), add("z", "end"))
    draft = after(draft, change("a", "call Sam", 1))
    draft = after(draft, change("a", "call Ann", 1, "b"))
    assert texts(draft) == ["call Sam", "call Ann", "end"]
    assert after(draft, change("a", "call Ann", 1, "b")).lines == draft.lines


def test_a_line_that_was_removed_meanwhile_comes_back_with_what_was_written() -> None:
    """Words written in a line that somebody took away are not lost; words that the remover had not seen stay, too."""
    draft = after(Draft(), add("a", "call"))
    assert texts(after(after(draft, Remove(id="a", seen=1)), change("a", "call Sam", 1))) == ["call Sam"]
    assert texts(after(after(draft, change("a", "call Sam", 1)), Remove(id="a", seen=1))) == ["call Sam"]


def test_an_operation_counts_once() -> None:
    """A repeat whose first answer was lost changes nothing, for as long as operations are remembered."""
    draft = after(Draft(), add("a", "one"), op="x")
    draft = after(draft, change("a", "two", 1), op="y")
    assert after(draft, Remove(id="a", seen=2), op="y") is draft
    for number in range(2 * REMEMBERED):
        draft = after(draft, Tick(id="a", on=bool(number % 2)), op=f"t{number}")
    assert len(draft.done) == REMEMBERED


def test_limits_refuse_the_whole() -> None:
    """A section that is full, or that the form does not have, takes no line; of such edits none is done."""
    draft = after(Draft(), *(add(f"l{n}", "x") for n in range(MOST_IN_SECTION)))
    assert edited(draft, [add("s", "y", "steps"), add("m", "z")], "p", SECTIONS) == Refusal(Code.FULL)
    assert edited(draft, [add("s", "y", "none")], "p", SECTIONS) == Refusal(Code.NO_SUCH_THING)
    draft = after(draft, change("l0", "mine", 1))
    assert edited(draft, [change("l0", "theirs", 1)], "p", SECTIONS) == Refusal(Code.FULL)


@dataclass
class Writer:
    """One page: what it saw last, and the edits that are under way to the server."""

    seen: Draft = EMPTY
    sending: list[tuple[str, AnyEdit]] = field(default_factory=list)


STEP = st.tuples(
    st.integers(0, 1),
    st.sampled_from(["add", "change", "change", "remove", "move", "arrive", "arrive", "look"]),
    st.integers(0, 7),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(STEP, max_size=40))
def test_two_people_who_write_at_once_lose_nothing(steps: list[tuple[int, str, int]]) -> None:
    """In any order of sending, arriving and looking: every word stands in the plan until somebody who had seen it
    writes over it or takes it away."""
    server, writers = Draft(), (Writer(), Writer())
    standing: set[str] = set()
    for number, (who, what, pick) in enumerate(steps):
        writer, word = writers[who], f"word{number}"
        known = writer.seen.lines
        line = known[pick % len(known)] if known else None
        edit: AnyEdit | None = None
        if what == "add":
            edit = add(f"line{number}", word)
        elif what == "change" and line is not None:
            edit = change(line.id, word, line.changes, f"beside{number}")
        elif what == "remove" and line is not None:
            edit = Remove(id=line.id, seen=line.changes)
        elif what == "move" and line is not None:
            edit = Move(id=line.id, after=known[0].id)
        elif what == "look":
            writer.seen = server
        elif what == "arrive" and writer.sending:
            op, first = writer.sending.pop(0)
            held = server.line(first.id)
            if isinstance(first, Change | Remove) and held is not None and held.changes == first.seen:
                standing.discard(held.text)
            if isinstance(first, Add | Change):
                standing.add(first.text)
            server = after(server, first, op=op)
            assert after(server, first, op=op) is server
            writer.seen = server
        if edit is not None:
            writer.sending.append((word, edit))
        assert standing <= set(texts(server)), "words were lost"
        assert len({one.id for one in server.lines}) == len(server.lines)


def plan(*lines: tuple[str, str], **more: object) -> Plan:
    draft = after(Draft(), *(add(name, text) for name, text in lines))
    return Plan(draft=draft, **more)  # type: ignore[arg-type]


def test_a_version_is_what_the_words_were() -> None:
    """Saving makes the next version of what has words in it; the same words make none."""
    first = keep(plan(("a", " one "), ("b", " ")), "form/1", 10, ALICE)
    assert isinstance(first, Kept)
    assert first.version == Version(1, 10, ALICE, "form/1", (Line("a", "signs", "one"),))
    held = plan(("a", "one"), versions=(first.version,))
    assert keep(held, "form/1", 20, ALICE) is None
    assert keep(plan(), "form/1", 20, ALICE) is None


def test_the_client_signs_what_they_read() -> None:
    """A digest of the last version signs it; of the draft, makes a version of it; of anything else, nothing."""
    fresh = plan(("a", "one"))
    read = digest(fresh.draft.lines)
    made = sign(fresh, "form/1", read, "Bob", 10, BOB)
    assert isinstance(made, Kept)
    assert made.version is not None
    assert made.signed == Signed(1, 10, BOB, "Bob", read)
    kept = plan(("a", "one"), versions=(made.version,))
    assert sign(kept, "form/1", read, "Bob", 20, BOB) == Kept(None, Signed(1, 20, BOB, "Bob", read))
    done = plan(("a", "one"), versions=(made.version,), signed=(made.signed,))
    assert sign(done, "form/1", read, "Bob", 30, BOB) == Refusal(Code.ALREADY_SIGNED)
    assert sign(fresh, "form/1", "other", "Bob", 10, BOB) == Refusal(Code.STALE)
    assert sign(plan(), "form/1", digest(()), "Bob", 10, BOB) == Refusal(Code.STALE)


def test_staff_sign_after_the_client_and_once() -> None:
    """There is no second signature without a first one, and none twice."""
    version = Version(1, 10, ALICE, "form/1", (Line("a", "signs", "one"),))
    signed = Signed(1, 20, BOB, "Bob", digest(version.lines))
    assert countersign(plan(versions=(version,)), 1, "Alice", 30, ALICE) == Refusal(Code.NO_SUCH_THING)
    assert countersign(plan(versions=(version,), signed=(signed,)), 2, "Alice", 30, ALICE) == Refusal(
        Code.NO_SUCH_THING
    )
    beside = countersign(plan(versions=(version,), signed=(signed,)), 1, "Alice", 30, ALICE)
    assert isinstance(beside, Kept)
    assert beside.signed == Signed(1, 30, ALICE, "Alice", signed.digest)
    twice = plan(versions=(version,), signed=(signed,), countersigned=(beside.signed,))
    assert countersign(twice, 1, "Alice", 40, ALICE) == Refusal(Code.ALREADY_SIGNED)


def test_what_is_read_in_a_bad_hour() -> None:
    """The last version that was signed; else the last version; else what is being written."""
    one = Version(1, 10, ALICE, "form/1", (Line("a", "signs", "one"),))
    two = Version(2, 20, ALICE, "form/1", (Line("a", "signs", "two"),))
    signed = Signed(1, 20, BOB, "Bob", digest(one.lines))
    assert plan(("a", "three")).shown == said(after(Draft(), add("a", "three")).lines)
    assert plan(("a", "three"), versions=(one, two)).shown == two.lines
    assert plan(("a", "three"), versions=(one, two), signed=(signed,)).shown == one.lines


def test_a_version_says_what_is_new_in_it() -> None:
    """Lines that were added, changed, removed, and whether others changed their places."""
    old = Version(
        1,
        1,
        BOB,
        "f",
        (Line("a", "signs", "1"), Line("b", "signs", "2"), Line("c", "signs", "3"), Line("x", "steps", "9")),
    )
    new = Version(
        2,
        2,
        BOB,
        "f",
        (Line("x", "steps", "9"), Line("c", "signs", "3"), Line("a", "signs", "one"), Line("d", "signs", "4")),
    )
    assert compare(old, new) == Difference(
        (Line("d", "signs", "4"),),
        ((Line("a", "signs", "1"), Line("a", "signs", "one")),),
        (Line("b", "signs", "2"),),
        moved=True,
    )
    assert compare(None, old) == Difference(added=old.lines)
    elsewhere = Version(2, 2, BOB, "f", (old.lines[3], *old.lines[:3]))
    assert compare(old, elsewhere) == Difference()


SPOKEN = {"en": "a", "es": "b"}
FORM = {
    "name": "own",
    "version": 2,
    "section": [{"code": "signs", "shape": "lines", "card": 2, "title": SPOKEN, "prompt": SPOKEN}],
    "number": [{"number": CLINIC, "text": SPOKEN}],
}


def test_a_form_says_its_sections_and_numbers() -> None:
    """In their order, and on the card in the order of the card."""
    steps = {
        "code": "steps",
        "shape": "steps",
        "card": 1,
        "title": SPOKEN,
        "prompt": SPOKEN,
        "ideas": {"en": ["x"], "es": []},
    }
    _, _, form = form_of(Table(FORM | {"section": [*FORM["section"], steps]}, "form"), [])  # type: ignore[misc]
    assert (form.id, form.codes) == ("own/2", {"signs", "steps"})
    assert [one.code for one in form.on_card()] == ["steps", "signs"]
    assert form.sections[1].ideas == {"en": ("x",), "es": ()}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"section": []}, "1 to 12 sections"),
        ({"section": FORM["section"] * 2}, "code of its own"),  # type: ignore[operator]
        ({"number": FORM["number"] * 5}, "at most 4"),  # type: ignore[operator]
        ({"section": [FORM["section"][0] | {"ideas": {"en": [1], "es": []}}]}, "list of texts"),  # type: ignore[index]
    ],
)
def test_a_form_that_is_wrong_is_refused(wrong: dict[str, object], sentence: str) -> None:
    """With a sentence that names what is wrong."""
    with pytest.raises(ValueError, match=sentence):
        form_of(Table(FORM | wrong, "form"), [])


def test_a_form_has_no_tests() -> None:
    """A file that brings some is refused, as with every pack that is its own test."""
    with pytest.raises(ValueError, match="no tests"):
        form_of(Table(FORM, "form"), [Table({}, "test")])
