"""Breakout rooms: who goes where, who learns what, how everybody comes back, and that no minute depends on it."""

import json
from dataclasses import asdict

import pytest

from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.breakouts import LONGEST, MOST, proposed, remembered
from telehealth.core.chat import ChatTo, chat_audience
from telehealth.core.circles import Apart, apart, hears, together
from telehealth.core.decide import Decision, next_deadline
from telehealth.core.ids import MemberNumber, Millis, PersonId
from telehealth.core.plan import plan
from telehealth.core.refusals import Code, Refusal
from telehealth.core.room import Room, replay

from .story import ALICE, BEN, BOB, CARDS, CAROL, DAN, FAY, OLIVE, Story, clock, refused

MINUTE = 60_000


def opens(story: Story, where: dict[PersonId, int], *, rooms: int = 2, minutes: int | None = None) -> Decision:
    length = None if minutes is None else Millis(minutes * MINUTE)
    return story.ask(ask.OpenBreakouts(story.now, story.socket(ALICE), rooms, placed(story, where), length))


def places(story: Story, where: dict[PersonId, int], by: PersonId = ALICE) -> Decision:
    return story.ask(ask.PlaceMembers(story.now, story.socket(by), placed(story, where)))


def placed(story: Story, where: dict[PersonId, int]) -> tuple[tuple[MemberNumber, int], ...]:
    return tuple((story.member(person).number, room) for person, room in where.items())


def recalls(story: Story, by: PersonId = ALICE) -> Decision:
    return story.ask(ask.CloseBreakouts(story.now, story.socket(by)))


def announces(story: Story, by: PersonId = ALICE, *, on: bool = True) -> Decision:
    return story.ask(ask.Announce(story.now, story.socket(by), on))


def kinds(decision: Decision) -> list[type[did.Event]]:
    """What happened, by the names of the events."""
    assert not isinstance(decision, Refusal)
    return [type(event) for event in decision]


def wants_host(story: Story, by: PersonId, *, on: bool = True) -> Decision:
    return story.ask(ask.WantHost(story.now, story.socket(by), on))


def ends(story: Story) -> Millis | None:
    view = story.view(ALICE).breakouts
    assert view is not None
    return view.until


def rooms_of(story: Story) -> dict[PersonId, int]:
    return {m.person: m.breakout for m in story.room.members.values()}


def heard(story: Story, viewer: PersonId) -> set[PersonId]:
    me = story.member(viewer)
    return {m.person for m in story.room.members.values() if m is not me and hears(story.room, me, m)}


def seen(story: Story, viewer: PersonId) -> set[str]:
    return {one.alias for one in story.view(viewer).members if one.near}


def parted() -> Story:
    """Bob and Carol in room 1, Dan and Fay in room 2, Alice and Ben in the main room, for ten minutes from 18:30."""
    story = Story().begin(BOB, CAROL, DAN, FAY)
    story.enter(BEN)
    story.at("18:30")
    opens(story, {BOB: 1, CAROL: 1, DAN: 2, FAY: 2}, minutes=10)
    return story


def test_each_room_is_a_circle_of_its_own() -> None:
    """In the media plan, in what is told and in the chat: those of another room do not exist."""
    story = parted()
    assert {peer.circle for peer in plan(story.room).peers} == {0, -2, -3}
    for person, others in {BOB: {CAROL}, CAROL: {BOB}, DAN: {FAY}, FAY: {DAN}, ALICE: {BEN}, BEN: {ALICE}}.items():
        assert heard(story, person) == others
    view = story.view(BOB)
    assert {one.alias for one in view.members} == {"Bob", "Carol"}
    assert view.you.breakout == 1
    assert view.breakouts is not None
    assert (view.breakouts.rooms, view.breakouts.until) == (2, clock("18:40"))
    sent = json.dumps(asdict(view))
    assert all(CARDS[person].alias not in sent for person in (ALICE, BEN, DAN, FAY))
    told = chat_audience(story.room, story.member(BOB).number, "all")
    assert isinstance(told, ChatTo)
    assert told.members == {story.member(BOB).number, story.member(CAROL).number}


def test_staff_see_who_is_in_which_room() -> None:
    """All of them, wherever they are; that somebody of another room is not near, they see too."""
    story = parted()
    assert {one.alias: one.breakout for one in story.view(ALICE).members} == {
        "Alice": 0,
        "Ben": 0,
        "Bob": 1,
        "Carol": 1,
        "Dan": 2,
        "Fay": 2,
    }
    assert seen(story, ALICE) == {"Alice", "Ben"}
    assert all(one.breakout is None for one in story.view(BOB).members)


def test_recall_brings_everybody_back_in_one_step() -> None:
    """One event for all; a second recall changes nothing, and nobody of a breakout is left apart."""
    story = parted()
    before = story.room.version
    assert recalls(story) == (did.BreakoutsClosed(story.now, story.member(ALICE).number),)
    assert story.room.version == before + 1
    assert recalls(story) == ()
    assert set(rooms_of(story).values()) == {0}
    assert heard(story, BOB) == {ALICE, BEN, CAROL, DAN, FAY}
    assert story.view(BOB).breakouts is None


def test_time_ends_them_without_a_host() -> None:
    """The room itself looks at the clock at the right moment and recalls everybody, though every host has left."""
    story = parted()
    story.leave(ALICE)
    story.leave(BEN)
    assert next_deadline(story.room) == clock("18:40") + 1
    story.at("18:39:59")
    assert story.time_passes() == ()
    story.at("18:40")
    assert story.time_passes() == (did.BreakoutsClosed(clock("18:40"), None),)
    assert next_deadline(story.room) is None
    assert together(story.member(BOB), story.member(DAN))


def test_more_time() -> None:
    """Two minutes are added to what is left; where there was no limit, they begin now; never beyond four hours."""
    story = parted()
    more = ask.ExtendBreakouts(story.now, story.socket(ALICE), 2 * MINUTE)
    story.ask(more)
    assert ends(story) == clock("18:42")
    story.ask(ask.ExtendBreakouts(story.now, story.socket(ALICE), 10 * LONGEST))
    assert ends(story) == story.now + LONGEST
    recalls(story)
    opens(story, {BOB: 1})
    assert ends(story) is None
    assert next_deadline(story.room) is None
    story.ask(more)
    assert ends(story) == clock("18:32")


def test_staff_look_in_and_come_back() -> None:
    """A host who looks into a room is in it, seen and heard; coming back they are gone from it."""
    story = parted()
    places(story, {ALICE: 2})
    assert heard(story, DAN) == {FAY, ALICE}
    assert heard(story, ALICE) == {FAY, DAN}
    assert heard(story, BEN) == set()
    places(story, {ALICE: 0})
    assert heard(story, DAN) == {FAY}


def test_a_host_speaks_to_all_rooms_and_hears_none() -> None:
    """Their voice is heard everywhere but by whoever is held or aside; nothing flows back; their picture stays away."""
    story = parted()
    story.ask(ask.HoldPrivacy(story.now, story.socket(ALICE), story.member(CAROL).number, True))
    story.aside(BEN, FAY)
    announces(story)
    assert heard(story, BOB) == {ALICE}
    assert heard(story, DAN) == {ALICE}
    assert heard(story, CAROL) == set()
    assert heard(story, FAY) == {BEN}
    assert heard(story, ALICE) == set()
    assert {one.alias for one in story.view(BOB).members if one.near} == {"Bob"}
    assert asdict(story.view(BOB))["announcer"] == {"member": story.member(ALICE).number, "alias": "Alice"}
    assert story.view(CAROL).announcer is None
    assert story.view(FAY).announcer is None
    assert story.view(BEN).announcer is not None
    peers = {peer.member: peer for peer in plan(story.room).peers}
    assert [number for number, peer in peers.items() if peer.announces] == [story.member(ALICE).number]
    assert {story.room.members[number].person for number, peer in peers.items() if peer.apart} == {BEN, CAROL, FAY}
    assert announces(story) == ()
    announces(story, on=False)
    assert heard(story, BOB) == set()


def test_an_announcement_ends_with_whatever_takes_the_host_away() -> None:
    """One at a time, and never from the side room, nor by somebody who left, nor after everybody is back."""
    story = parted()
    announces(story)
    announces(story, BEN)
    assert story.room.announcer == story.member(BEN).number
    assert announces(story, ALICE, on=False) == ()
    story.aside(BEN, BOB)
    assert story.room.announcer is None
    assert refused(announces(story, BEN)) is Code.NOT_ALLOWED
    announces(story)
    story.leave(ALICE)
    assert story.room.announcer is None
    story.enter(ALICE)
    announces(story)
    recalls(story)
    assert story.room.announcer is None


def test_asking_for_a_host() -> None:
    """Staff see who asks and since when, until a host comes; nobody else's page changes by it."""
    story = parted()
    before = asdict(story.view(DAN))
    wants_host(story, BOB)
    assert wants_host(story, BOB) == ()
    assert story.view(BOB).you.wants_host
    bob = next(one for one in story.view(BEN).members if one.alias == "Bob")
    assert bob.wants_host == story.now
    assert asdict(story.view(DAN)) | {"version": 0} == before | {"version": 0}
    assert all(one.wants_host is None for one in story.view(CAROL).members)
    places(story, {ALICE: 2})
    assert story.member(BOB).wants_host is not None
    places(story, {ALICE: 1})
    assert story.member(BOB).wants_host is None
    assert wants_host(story, BOB) == ()  # one is here
    wants_host(story, DAN)
    wants_host(story, DAN, on=False)
    assert story.member(DAN).wants_host is None
    wants_host(story, DAN)
    recalls(story)
    assert story.member(DAN).wants_host is None
    assert refused(wants_host(story, DAN)) is Code.NO_SUCH_THING
    assert wants_host(parted(), ALICE) == ()


def test_who_comes_and_who_comes_back() -> None:
    """A newcomer is in the main room; whoever was lost or left is where they were, as long as the room is open."""
    story = Story().begin(BOB, CAROL)
    opens(story, {BOB: 1, CAROL: 2})
    story.enter(DAN)
    story.admit()
    assert story.member(DAN).breakout == 0
    story.at("18:05").lose(BOB, seen="18:05")
    story.enter(BOB)
    assert story.member(BOB).breakout == 1
    story.leave(CAROL)
    story.enter(CAROL)
    assert story.view(CAROL).members == ()
    story.admit()
    assert story.member(CAROL).breakout == 2
    story.leave(CAROL)
    recalls(story)
    story.enter(CAROL)
    story.admit()
    assert story.member(CAROL).breakout == 0
    assert together(story.member(CAROL), story.member(ALICE))


def test_side_room_privacy_and_break_inside_a_breakout() -> None:
    """They go before it and end back in it; of the breakout's others only those of that room see a step away."""
    story = parted()
    story.aside(BEN, BOB)
    assert heard(story, BOB) == {BEN}
    assert story.view(BOB).breakouts is None
    assert story.view(BOB).you.breakout == 0
    assert {one.alias: one.near for one in story.view(CAROL).members} == {"Bob": False, "Carol": True}
    assert {one.alias for one in story.view(DAN).members} == {"Dan", "Fay"}
    story.back(BOB)
    assert heard(story, BOB) == {CAROL}
    story.ask(ask.HoldPrivacy(story.now, story.socket(ALICE), story.member(BOB).number, True))
    assert apart(story.member(BOB)) is Apart.PRIVATE
    assert heard(story, BOB) == set()
    recalls(story)
    assert heard(story, BOB) == set()
    story.ask(ask.HoldPrivacy(story.now, story.socket(ALICE), story.member(BOB).number, False))
    assert CAROL in heard(story, BOB)
    opens(story, {BOB: 1})
    story.begins_break()
    assert story.view(BOB).break_since == story.now


def test_help_and_alarm_inside_a_breakout() -> None:
    """A call for help and somebody who is gone reach staff from any room, wherever the host is."""
    story = parted()
    places(story, {ALICE: 1})
    story.ask(ask.CallHelp(story.now, story.socket(DAN)))
    story.lose(DAN, seen="18:30")
    story.at("18:30:05").time_passes(seen={DAN: "18:30"})
    assert [one.why for one in story.view(ALICE).alerts] == ["help", "network"]


def test_nobody_is_kept_in_a_room() -> None:
    """A client may return to the main room alone; no more than that, and nobody but hosts moves others."""
    story = parted()
    story.enter(OLIVE)
    assert kinds(places(story, {BOB: 0}, by=BOB)) == [did.MovedTo]
    assert places(story, {BOB: 0}, by=BOB) == ()
    for person, where in [(BOB, {BOB: 1}), (BOB, {CAROL: 0}), (BOB, {BOB: 0, CAROL: 0}), (OLIVE, {BOB: 1})]:
        assert refused(places(story, where, by=person)) is Code.NOT_ALLOWED
    for command in (
        ask.OpenBreakouts(story.now, story.socket(BOB), 2, ()),
        ask.ExtendBreakouts(story.now, story.socket(BOB), MINUTE),
        ask.CloseBreakouts(story.now, story.socket(BOB)),
        ask.Announce(story.now, story.socket(BOB), True),
    ):
        assert refused(story.ask(command)) is Code.NOT_ALLOWED
    assert kinds(places(story, {OLIVE: 1})) == [did.MovedTo]


def test_what_cannot_be() -> None:
    """Rooms that do not exist, people who are not there, a second opening: a code, and nothing happens."""
    story = Story().begin(BOB, CAROL)
    story.enter(DAN)
    assert refused(places(story, {BOB: 1})) is Code.NO_SUCH_THING
    assert refused(announces(story)) is Code.NO_SUCH_THING
    assert refused(opens(story, {BOB: 1}, rooms=0)) is Code.MALFORMED
    assert refused(opens(story, {BOB: 1}, rooms=MOST + 1)) is Code.MALFORMED
    assert refused(opens(story, {BOB: 3}, rooms=2)) is Code.NO_SUCH_THING
    assert refused(opens(story, {DAN: 1})) is Code.NO_SUCH_MEMBER
    assert opens(story, {}, rooms=1) == (did.BreakoutsOpened(story.now, 1, None, story.member(ALICE).number),)
    assert refused(opens(story, {BOB: 1})) is Code.BREAKOUTS_OPEN
    assert refused(places(story, {BOB: 2})) is Code.NO_SUCH_THING
    assert places(story, {DAN: 1, BOB: 1}) == (
        did.MovedTo(story.now, story.member(BOB).number, 1, story.member(ALICE).number),
    )
    unknown = ask.PlaceMembers(story.now, story.socket(ALICE), ((MemberNumber(99), 1),))
    assert refused(story.ask(unknown)) is Code.NO_SUCH_MEMBER


def test_they_are_remembered() -> None:
    """The last assignment by person, from this session's state or from an earlier one's log, for those who are here."""
    story = parted()
    recalls(story)
    opens(story, {BOB: 2, ALICE: 1})
    before = remembered(story.room)
    assert before == {ALICE: 1, BOB: 2, CAROL: 1, DAN: 2, FAY: 2}
    assert remembered(replay(story.log)) == before
    later = Story().begin(CAROL, BOB)
    assert proposed(later.room, before) == {
        later.member(ALICE).number: 1,
        later.member(BOB).number: 2,
        later.member(CAROL).number: 1,
    }
    assert remembered(Room()) == {}


@pytest.mark.parametrize("how", ["ended", "closed by itself"])
def test_the_end_of_the_session_closes_them(how: str) -> None:
    """However it ends, nobody leaves from a breakout that is open."""
    story = parted()
    if how == "ended":
        events = story.at("18:35").end()
    else:
        story.leave(ALICE)
        story.leave(BEN)
        events = story.at("23:01").time_passes()
    assert kinds(events).count(did.BreakoutsClosed) == 1
    assert story.room.ended
    assert story.room.breakouts is None


def test_no_minute_depends_on_them() -> None:
    """The rows are those of the same evening without breakout rooms, byte for byte."""
    story = parted()
    story.at("18:45")
    places(story, {ALICE: 1, BOB: 2})
    wants_host(story, DAN)
    announces(story)
    story.at("19:00").time_passes()
    story.at("21:00").end()
    plain = Story().begin(BOB, CAROL, DAN, FAY)
    plain.enter(BEN)
    plain.at("21:00").end()
    assert story.rows() == plain.rows()
