"""Episodes: what may follow what, and that no history of acts, in any order, leads to one that cannot be."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telehealth.core import episodes as rule
from telehealth.core.episodes import Because, Episode, EpisodeChange, Pause, Status
from telehealth.core.ids import PersonId
from telehealth.core.tracks import USUAL

BOB, ALICE, BEN = PersonId("bob"), PersonId("alice"), PersonId("ben")
FIRST = date(2026, 3, 2)
TRACKS = {track.code: track for track in USUAL}
REASONS = {"completed", "dropped_out", "transferred"}
STAY = Episode("e1", BOB, "day", FIRST, None, "", ALICE, 1, "alice")


def on(days: int) -> date:
    return FIRST + timedelta(days=days)


def wrong(one: Episode, *others: Episode) -> tuple[str, ...]:
    return rule.wrong(one, others, TRACKS, REASONS)


def test_a_stay_from_admission_to_discharge() -> None:
    """Planned before its first day, admitted on it, paused, admitted again, and discharged after its last day."""
    paused = rule.pause(STAY, on(10), None, "hospital")
    back = rule.resume(paused, on(14))
    gone = rule.discharge(back, on(40), "completed")
    for one in (STAY, paused, back, gone):
        assert wrong(one, STAY) == ()
    assert STAY.status(on(-1)) is Status.PLANNED
    assert STAY.status(on(0)) is Status.ADMITTED
    assert paused.status(on(500)) is Status.PAUSED
    assert [gone.status(on(day)) for day in (9, 10, 13, 14, 40, 41)] == [
        Status.ADMITTED,
        Status.PAUSED,
        Status.PAUSED,
        Status.ADMITTED,
        Status.ADMITTED,
        Status.DISCHARGED,
    ]
    assert rule.reopen(gone) == back


def test_a_pause_ends_with_the_stay_and_may_never_have_been() -> None:
    """An open pause ends on the day of discharge, a later one is gone; whoever is back on its first day never left."""
    paused = rule.pause(rule.pause(STAY, on(3), on(4), ""), on(10), None, "")
    assert rule.discharge(paused, on(12), "dropped_out").pauses == (Pause(on(3), on(4)), Pause(on(10), on(12)))
    assert rule.discharge(paused, on(5), "dropped_out").pauses == (Pause(on(3), on(4)),)
    assert rule.resume(paused, on(10)).pauses == (Pause(on(3), on(4)),)
    assert rule.resume(paused, on(7)) == paused


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"track": "night"}, ("track",)),
        ({"admitted": date(1999, 12, 31)}, ("admitted",)),
        ({"discharged": on(-1), "reason": "completed"}, ("discharged",)),
        ({"discharged": on(1)}, ("reason",)),
        ({"reason": "completed"}, ("reason",)),
        ({"discharged": on(1), "reason": "bored"}, ("reason",)),
        ({"after": "e0", "because": "transfer"}, ("after",)),
        ({"because": "transfer"}, ("because",)),
        ({"after": "e0"}, ("after", "because")),
        ({"pauses": (Pause(on(-1), on(2)),)}, ("pauses",)),
        ({"pauses": (Pause(on(3), on(2)),)}, ("pauses",)),
        ({"pauses": (Pause(on(3), on(5)), Pause(on(5), on(6)))}, ("pauses",)),
        ({"pauses": (Pause(on(3), on(5), "x" * 201),)}, ("pauses",)),
        ({"pauses": (Pause(on(3), None),), "discharged": on(9), "reason": "completed"}, ("pauses",)),
    ],
)
def test_what_cannot_be_so_is_named(change: dict[str, object], fault: tuple[str, ...]) -> None:
    """One thing at a time."""
    assert wrong(replace(STAY, **change)) == fault  # type: ignore[arg-type]


def test_a_return_is_an_episode_of_its_own() -> None:
    """Linked to the one it follows, which belongs to the same client and began no later; for a reason that we know."""
    before = rule.discharge(STAY, on(30), "dropped_out")
    back = replace(STAY, id="e2", admitted=on(50), after="e1", because=Because.RETURN_TO_USE)
    assert wrong(back, before) == ()
    assert wrong(replace(back, because="because"), before) == ("because",)
    assert wrong(back, replace(before, client=ALICE)) == ("after",)
    assert wrong(replace(back, admitted=on(-5), discharged=on(-1), reason="completed"), before) == ("after",)


def test_treatments_do_not_overlap_and_alumni_may() -> None:
    """Not for a day; a discharge on the eve is early enough. Aftercare stands beside anything but itself; what nobody
    knows any more is taken for treatment."""
    other = replace(STAY, id="e2", track="evening", admitted=on(30))
    assert wrong(other, STAY) == ("overlap",)
    assert wrong(other, rule.discharge(STAY, on(30), "transferred")) == ("overlap",)
    assert wrong(other, rule.discharge(STAY, on(29), "transferred")) == ()
    alumni = replace(STAY, id="e3", track="alumni", admitted=on(5))
    assert wrong(alumni, STAY) == ()
    assert wrong(replace(alumni, id="e4"), STAY, alumni) == ("overlap",)
    assert wrong(other, replace(STAY, track="closed-years-ago")) == ("overlap",)


def test_the_episode_of_a_day() -> None:
    """The one that covers it and began last, else the next, else the last; nothing of nothing."""
    past = rule.discharge(STAY, on(9), "completed")
    older = replace(past, id="e0", admitted=on(-9), discharged=on(-1))
    alumni = replace(STAY, id="e3", track="alumni", admitted=on(5))
    planned = replace(STAY, id="e4", admitted=on(80))
    every = (past, alumni, planned, older)
    assert rule.current(every, on(2)) == past
    assert rule.current(every, on(6)) == alumni
    assert rule.current((past, planned), on(20)) == planned
    assert rule.current((past, older), on(20)) == past
    assert rule.current((), on(0)) is None
    assert rule.enrolled(every)
    assert not rule.enrolled((past,))
    assert rule.counsellors((*every, replace(STAY, id="e5", counsellor=None))) == {ALICE}


@st.composite
def acts(draw: st.DrawFn) -> list[tuple[str, int, int, str]]:
    """What somebody does, on which day, to which episode, with which track or reason."""
    kind = st.sampled_from(["admit", "discharge", "reopen", "pause", "resume", "counsellor", "move"])
    word = st.sampled_from(["day", "evening", "alumni", "completed", "transferred"])
    return draw(st.lists(st.tuples(kind, st.integers(0, 60), st.integers(0, 5), word), max_size=25))


def done(kind: str, day: int, which: int, word: str, known: Sequence[Episode], number: int) -> list[Episode]:
    """The versions that an act would make."""
    fresh = Episode(f"e{number}", BOB, word, on(day), None, "", BEN, number, "ben")
    if kind == "admit" or not known:
        return [fresh]
    stay = replace(known[which % len(known)], recorded=number)
    match kind:
        case "discharge":
            return [rule.discharge(stay, on(day), word)]
        case "reopen":
            return [rule.reopen(stay)]
        case "pause":
            return [rule.pause(stay, on(day), on(day + which) if which else None, "")]
        case "resume":
            return [rule.resume(stay, on(day))]
        case "counsellor":
            return [replace(stay, counsellor=BEN if which % 2 else None)]
        case _:
            ended = rule.discharge(stay, on(day - 1), "transferred")
            return [ended, replace(fresh, after=stay.id, because=Because.STEP_DOWN)]


@given(acts())
def test_no_history_leads_to_an_impossible_one(history: list[tuple[str, int, int, str]]) -> None:
    """Whatever is tried, day by day, only what is allowed is kept: then every episode is possible beside the others, of
    each day a client is in at most one treatment, and an obvious reading of every day agrees with `status`."""
    changes: list[EpisodeChange] = []
    for number, (kind, day, which, word) in enumerate(history):
        known = rule.as_known(changes)
        versions = done(kind, day, which, word, known, number)
        others = {**{one.id: one for one in known}, **{one.id: one for one in versions}}
        if any(rule.wrong(one, others.values(), TRACKS, REASONS) for one in versions):
            continue
        changes += [EpisodeChange(number, "ben", kind, one) for one in versions]
    known = rule.as_known(changes)
    assert [one.id for one in known] == sorted({one.id for one in known}, key=[one.id for one in known].index)
    for one in known:
        assert rule.wrong(one, known, TRACKS, REASONS) == ()
    for number in range(-2, 70):
        day = on(number)
        covering = [one for one in known if one.covers(day)]
        assert sum(one.track in ("day", "evening") for one in covering) <= 1
        now = rule.current(known, day)
        assert (now in covering) if covering else now is None or not now.covers(day)
        for one in covering:
            away = any(pause.first <= day <= (pause.last or day) for pause in one.pauses)
            assert one.status(day) is (Status.PAUSED if away else Status.ADMITTED)
    assert rule.enrolled(known) is any(one.discharged is None for one in known)
