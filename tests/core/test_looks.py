"""Looking first, and what is written at the door: who sees, hears and reads what, and that no minute begins by it."""

import json
from dataclasses import asdict

import pytest

from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.chat import SHORT, ChatTo, chat_audience, reads
from telehealth.core.circles import Apart, apart, hears
from telehealth.core.decide import Decision
from telehealth.core.ids import MemberNumber, PersonId
from telehealth.core.plan import plan
from telehealth.core.refusals import Code
from telehealth.core.room import Standing

from .story import ALICE, BEN, BOB, CAROL, DAN, FAY, OLIVE, PETE, Story, clock, refused


def looks(story: Story, at: PersonId, by: PersonId = ALICE, *, on: bool = True) -> Decision:
    return story.ask(ask.LookIn(story.now, story.socket(by), story.member(at).number, on))


def heard(story: Story, viewer: PersonId) -> set[PersonId]:
    """By the plan, as the media worker reads it: of whom media flows to the viewer."""
    peers = {peer.member: peer for peer in plan(story.room).peers if peer.seated}
    me = story.member(viewer)
    if me.number not in peers:
        return set()
    return {m.person for n in peers if (m := story.room.members[n]) is not me and hears(story.room, me, m)}


def door() -> Story:
    """Alice and Ben lead Bob and Carol; Dan and Fay wait since 18:05."""
    story = Story().begin(BOB, CAROL)
    story.enter(BEN)
    story.at("18:05").enter(DAN, FAY)
    return story


def over(story: Story) -> bool:
    """Nobody looks at anybody."""
    return all((m.looks_at, m.looked_at_by) == (None, None) for m in story.room.members.values())


def test_before_anybody_looks_nothing_flows_from_the_door() -> None:
    """Whoever waits is in the plan, and is neither seen nor heard, nor sees or hears anybody."""
    story = door()
    assert heard(story, DAN) == set()
    assert all(DAN not in heard(story, person) for person in (ALICE, BEN, BOB, CAROL, FAY))


def test_a_look_is_between_two_people_and_both_know() -> None:
    """The host and whoever waits have a circle of their own; the group sees that the host has stepped away."""
    story = door()
    assert looks(story, DAN) == (did.LookedIn(story.now, story.member(DAN).number, story.member(ALICE).number),)
    assert looks(story, DAN) == ()
    assert heard(story, ALICE) == {DAN}
    assert heard(story, DAN) == {ALICE}
    assert heard(story, BOB) == {CAROL, BEN}
    assert heard(story, FAY) == set()
    theirs = story.view(DAN)
    assert (theirs.you.apart, theirs.members) == ("look", ())
    assert asdict(theirs)["look"] == {
        "member": story.member(ALICE).number,
        "alias": "Alice",
        "microphone": True,
        "camera": True,
    }
    mine = story.view(ALICE)
    assert mine.look is not None
    assert (mine.look.alias, mine.look.camera) == ("Dan", True)
    assert next(one for one in story.view(BOB).members if one.alias == "Alice").near is False


def test_who_else_is_told_of_a_look() -> None:
    """Other hosts see who looks in on whom; the group and whoever else waits do not learn that there is anybody."""
    story = door()
    story.enter(OLIVE)
    looks(story, DAN)
    at_door = {one.alias: one for one in story.view(BEN).waiting}
    assert at_door["Dan"].looked_at_by == story.member(ALICE).number
    assert (at_door["Dan"].camera, at_door["Fay"].looked_at_by) == (True, None)
    assert not any(one.camera or one.microphone for one in story.view(OLIVE).waiting)
    for person in (BOB, FAY):
        assert story.view(person).look is None
        assert "Dan" not in json.dumps(asdict(story.view(person)))


def test_a_look_begins_no_presence() -> None:
    """Whoever is looked at and then admitted is present from the admission on; who is not has no minute."""
    story = door()
    looks(story, DAN)
    story.at("18:20")
    looks(story, DAN, on=False)
    looks(story, FAY)
    story.at("18:30").admit(DAN)
    story.at("21:00").end()
    assert story.stays(DAN) == [(clock("18:30"), clock("21:00"), "ended")]
    assert [type(event) for event in story.log].count(did.LookedIn) == 2


def test_a_host_looks_at_one_person_at_a_time() -> None:
    """Another one ends the first; another host is told that somebody is looking already."""
    story = door()
    looks(story, DAN)
    assert refused(looks(story, DAN, BEN)) is Code.LOOKED_AT
    number, me = story.member(DAN).number, story.member(ALICE).number
    assert looks(story, FAY) == (
        did.LookEnded(story.now, number, me),
        did.LookedIn(story.now, story.member(FAY).number, me),
    )
    assert heard(story, DAN) == set()
    assert looks(story, DAN, on=False) == ()
    assert looks(story, FAY, BEN, on=False) == ()
    looks(story, DAN, BEN)
    assert heard(story, BEN) == {DAN}
    assert heard(story, ALICE) == {FAY}
    looks(story, FAY, on=False)
    looks(story, DAN, BEN, on=False)
    assert over(story)
    assert heard(story, ALICE) == {BEN, BOB, CAROL}


@pytest.mark.parametrize("how", ["admitted", "left", "removed", "lost", "host left", "host lost", "host aside"])
def test_a_look_ends_with_whatever_takes_one_of_the_two_away(how: str) -> None:
    """Without an event of its own: nobody is seen any more, or sees, and nobody is told of a look."""
    story = door()
    looks(story, DAN)
    match how:
        case "admitted":
            story.admit(DAN)
        case "left":
            story.leave(DAN)
        case "removed":
            story.remove(DAN)
        case "lost":
            story.lose(DAN, seen="18:05")
        case "host left":
            story.leave(ALICE)
        case "host lost":
            story.lose(ALICE, seen="18:05")
        case "host aside":
            story.aside(ALICE, BOB)
    assert over(story)
    assert story.view(DAN).look is None
    assert (story.member(DAN).standing is Standing.SEATED) == (how == "admitted")


def test_another_tab_has_been_told_nothing() -> None:
    """A page that takes the place over has shown nobody that somebody looks in; the same tab goes on."""
    story = door()
    looks(story, DAN)
    story.enter(DAN)
    assert story.view(DAN).look is not None
    story.enter(DAN, tab="another")
    assert over(story)


def test_the_end_of_the_session_ends_it() -> None:
    """Nobody looks at anybody in a room that is over."""
    story = door()
    looks(story, DAN)
    story.end()
    assert over(story)


def test_a_host_who_looks_speaks_to_nobody_else_and_shows_no_screen() -> None:
    """No announcement goes on from the door or begins there, and the group's slides are not for whoever waits."""
    story = door()
    story.ask(ask.OpenBreakouts(story.now, story.socket(ALICE), 1, ((story.member(BOB).number, 1),)))
    story.ask(ask.Announce(story.now, story.socket(ALICE), True))
    story.ask(ask.SetMedia(story.now, story.socket(ALICE), True, True, True))
    looks(story, DAN)
    assert story.room.announcer is None
    assert refused(story.ask(ask.Announce(story.now, story.socket(ALICE), True))) is Code.NOT_ALLOWED
    assert not next(peer for peer in plan(story.room).peers if peer.member == story.member(ALICE).number).screen
    story.ask(ask.Announce(story.now, story.socket(BEN), True))
    assert heard(story, DAN) == {ALICE}
    looks(story, FAY)
    assert story.room.announcer == story.member(BEN).number


def test_who_may_look_at_whom() -> None:
    """Hosts of the staff, at somebody who waits and whose page is there; not from the side room."""
    story = door()
    story.enter(OLIVE, PETE)
    for person in (BOB, OLIVE, PETE, FAY):
        assert refused(looks(story, DAN, person)) is Code.NOT_ALLOWED
    assert refused(looks(story, BOB)) is Code.NO_SUCH_MEMBER
    story.lose(FAY, seen="18:05")
    assert refused(looks(story, FAY)) is Code.NO_SUCH_MEMBER
    nobody = ask.LookIn(story.now, story.socket(ALICE), MemberNumber(99), True)
    assert refused(story.ask(nobody)) is Code.NO_SUCH_MEMBER
    story.aside(BEN, CAROL)
    assert refused(looks(story, DAN, BEN)) is Code.NOT_ALLOWED
    assert apart(story.member(DAN)) is Apart.NOT


def test_whoever_was_sent_back_can_be_looked_at() -> None:
    """Held back in mid-session, seen at the door, and let in again to their seat."""
    story = door()
    seat = story.member(BOB).seat
    story.ask(ask.HoldBack(story.now, story.socket(ALICE), story.member(BOB).number))
    looks(story, BOB)
    assert heard(story, BOB) == {ALICE}
    story.admit(BOB)
    assert story.member(BOB).seat == seat
    assert heard(story, CAROL) == {ALICE, BEN, BOB}


def test_who_waits_writes_to_the_hosts_who_are_there() -> None:
    """A short message, read by hosts and the writer; to nobody else; refused while no host is there."""
    story = door()
    story.enter(OLIVE, PETE)
    dan = story.member(DAN).number
    hosts = {story.member(ALICE).number, story.member(BEN).number}
    assert chat_audience(story.room, dan, "staff", SHORT) == ChatTo(frozenset({*hosts, dan}))
    assert chat_audience(story.room, dan, "staff", SHORT + 1) is Code.TOO_LARGE
    assert chat_audience(story.room, dan, "all") is Code.NOT_ALLOWED
    assert chat_audience(story.room, dan, f"member:{story.member(ALICE).number}") is Code.NOT_ALLOWED
    assert chat_audience(story.room, story.member(ALICE).number, f"member:{dan}") == ChatTo(frozenset({*hosts, dan}))
    assert chat_audience(story.room, story.member(PETE).number, f"member:{dan}") is Code.NOT_ALLOWED
    story.leave(ALICE)
    story.leave(BEN)
    assert chat_audience(story.room, dan, "staff") is Code.NOBODY_HERE
    story.enter(ALICE)
    story.remove(DAN)
    assert chat_audience(story.room, dan, "staff") is Code.NOT_IN_ROOM
    assert chat_audience(story.room, story.member(ALICE).number, f"member:{dan}") is Code.NO_SUCH_MEMBER
    story.end()
    assert chat_audience(story.room, story.member(FAY).number, "staff") is Code.NOT_IN_ROOM


def test_what_whoever_waits_is_shown() -> None:
    """What passed between them and staff, and nothing that was said to the group while they were in it."""
    story = door()
    bob = story.member(BOB).number
    all_of_them = {m.number for m in story.room.standing(Standing.SEATED)}
    assert reads(story.room, bob, "all", all_of_them)
    story.ask(ask.HoldBack(story.now, story.socket(ALICE), bob))
    assert not reads(story.room, bob, "all", all_of_them)
    assert not reads(story.room, bob, "member:3", all_of_them)
    assert not reads(story.room, story.member(DAN).number, "staff", all_of_them)
    for to in ("staff", f"member:{bob}"):
        assert reads(story.room, bob, to, all_of_them)
    story.remove(BOB)
    assert not reads(story.room, bob, "staff", all_of_them)
