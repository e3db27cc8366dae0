"""The side room and the hold for somebody's privacy: who is with whom, who learns what, and what may flow."""

import json
from dataclasses import asdict, replace

import pytest

from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.chat import ChatTo, chat_audience
from telehealth.core.circles import Apart, apart, gathering, hears, sees, together
from telehealth.core.decide import Decision
from telehealth.core.ids import MemberNumber, PersonId
from telehealth.core.plan import plan
from telehealth.core.refusals import Code

from .story import ALICE, BEN, BOB, CARDS, CAROL, DAN, FAY, OLIVE, Story, refused


def hold(story: Story, person: PersonId, *, on: bool = True, by: PersonId = ALICE) -> Decision:
    return story.ask(ask.HoldPrivacy(story.now, story.socket(by), story.member(person).number, on))


def circles(story: Story) -> dict[str, int]:
    """Who may hear whom, as the media worker is told: by tab."""
    return {str(peer.tab).removeprefix("tab-of-"): peer.circle for peer in plan(story.room).peers}


def readers(story: Story, sender: PersonId, to: str = "all") -> set[PersonId]:
    told = chat_audience(story.room, story.member(sender).number, to)
    assert isinstance(told, ChatTo)
    return {story.room.members[number].person for number in told.members}


def test_whoever_is_held_is_alone_in_their_own_circle() -> None:
    """Nobody's media flows to their page and theirs to nobody's, and they are told of nobody; then all is as before."""
    story = Story().begin(BOB, CAROL, DAN)
    before = circles(story)
    hold(story, BOB)
    after = circles(story)
    assert [person for person, circle in after.items() if circle == after[BOB]] == [BOB]
    assert {circle for person, circle in after.items() if person != BOB} == {0}
    bob = story.view(BOB)
    assert bob.you.apart == "private"
    assert [one.alias for one in bob.members] == ["Bob"]
    assert readers(story, CAROL) == {ALICE, CAROL, DAN}
    assert readers(story, BOB) == {BOB}
    hold(story, BOB, on=False)
    assert circles(story) == before
    assert len(story.view(BOB).members) == 4


def test_the_group_learns_only_that_somebody_has_stepped_away() -> None:
    """Held apart and in the side room look alike to the group: no sound, no picture, no hand, no reason."""
    story = Story().begin(BOB, CAROL)
    story.ask(ask.SetHand(story.now, story.socket(BOB), True))
    hold(story, BOB)
    held = story.view(CAROL)
    hold(story, BOB, on=False)
    story.aside(BOB)
    aside = story.view(CAROL)
    for view in (held, aside):
        bob = next(one for one in view.members if one.alias == "Bob")
        assert (bob.near, bob.microphone, bob.camera, bob.screen, bob.hand, bob.apart) == (
            False,
            False,
            False,
            False,
            None,
            None,
        )
    assert asdict(held) | {"version": 0} == asdict(aside) | {"version": 0}
    sent = json.dumps(asdict(held))
    assert "private" not in sent


def test_staff_see_who_is_apart_and_why() -> None:
    """The observer, too; a host's page still shows everybody while the host is in the side room."""
    story = Story().begin(BOB, CAROL)
    story.enter(OLIVE)
    hold(story, CAROL)
    story.aside(ALICE, BOB)
    for staff in (ALICE, OLIVE):
        assert {one.alias: one.apart for one in story.view(staff).members} == {
            "Alice": "aside",
            "Bob": "aside",
            "Carol": "private",
            "Olive": "",
        }
    assert {one.alias for one in story.view(ALICE).members if one.near} == {"Alice", "Bob"}


def test_in_the_side_room_nobody_of_the_group_is_seen_or_heard_and_the_reverse() -> None:
    """Two circles in the plan, two rooms for chat, and the client there is told of the counsellor alone."""
    story = Story().begin(BOB, CAROL)
    story.enter(BEN)
    story.aside(BEN, BOB)
    assert together(story.member(BEN), story.member(BOB))
    assert not together(story.member(BEN), story.member(CAROL))
    assert circles(story) == {ALICE: 0, BOB: -1, CAROL: 0, BEN: -1}
    assert {one.alias for one in story.view(BOB).members} == {"Ben", "Bob"}
    assert readers(story, BOB) == {BEN, BOB}
    assert readers(story, ALICE) == {ALICE, CAROL}
    sent = json.dumps(asdict(story.view(BOB)))
    assert all(CARDS[person].alias not in sent for person in (ALICE, CAROL))


def test_a_hold_goes_before_the_side_room() -> None:
    """Somebody walks in on the client in the side room: not even the counsellor there is seen or heard."""
    story = Story().begin(BOB)
    story.enter(BEN)
    story.aside(BEN, BOB)
    hold(story, BOB)
    assert apart(story.member(BOB)) is Apart.PRIVATE
    assert not together(story.member(BEN), story.member(BOB))
    hold(story, BOB, on=False)
    assert apart(story.member(BOB)) is Apart.ASIDE


def test_a_hold_survives_a_lost_connection_and_ends_with_the_visit() -> None:
    """Who comes back to their seat is still held; who left comes back through the waiting room."""
    story = Story().begin(BOB)
    hold(story, BOB)
    story.at("18:10").lose(BOB, seen="18:10")
    story.enter(BOB)
    assert story.member(BOB).private
    story.leave(BOB)
    assert not story.member(BOB).private


def test_only_hosts_hold_and_only_who_is_not_staff() -> None:
    """A client, an observer or somebody who is not there: a code; twice the same is once."""
    story = Story().begin(BOB, CAROL, FAY)
    story.enter(OLIVE, BEN, DAN)
    for nobody in (BOB, FAY, OLIVE):
        assert refused(hold(story, CAROL, by=nobody)) is Code.NOT_ALLOWED
    assert refused(hold(story, BEN)) is Code.NOT_ALLOWED
    assert refused(hold(story, DAN)) is Code.NO_SUCH_MEMBER
    unknown = ask.HoldPrivacy(story.now, story.socket(ALICE), MemberNumber(99), True)
    assert refused(story.ask(unknown)) is Code.NO_SUCH_MEMBER
    assert [type(event) for event in hold(story, CAROL, by=BEN)] == [did.PrivacyHeld]
    assert hold(story, CAROL) == ()


@pytest.mark.parametrize("person", [BOB, CAROL])
def test_a_hold_costs_nobody_minutes(person: PersonId) -> None:
    """Attendance is the same with a hold as without: it is not the client's doing."""
    story = Story().begin(BOB, CAROL)
    story.at("18:30")
    hold(story, BOB)
    story.at("18:40")
    hold(story, BOB, on=False)
    story.at("21:00").end()
    assert story.rows()[person].attended_ms == 180 * 60_000


def test_where_clients_see_the_hosts_alone() -> None:
    """A client sees, hears and learns of staff and nobody else; staff of everybody; nobody is put into a breakout."""
    story = Story(sees="hosts").begin(BOB, CAROL)
    story.enter(BEN)
    for client in (BOB, CAROL):
        assert {one.alias for one in story.view(client).members} == {"Alice", "Ben", CARDS[client].alias}
    assert {one.alias for one in story.view(ALICE).members if one.near} == {"Alice", "Ben", "Bob", "Carol"}
    assert readers(story, BOB) == {ALICE, BEN, BOB}
    assert readers(story, ALICE) == {ALICE, BEN, BOB, CAROL}
    assert {peer.member for peer in plan(story.room).peers if peer.reserved} == {
        story.member(BOB).number,
        story.member(CAROL).number,
    }
    assert sees(story.room, story.member(BOB), story.member(ALICE))
    assert not sees(story.room, story.member(BOB), story.member(CAROL))
    assert not hears(story.room, story.member(BOB), story.member(CAROL))
    story.ask(ask.SetSpotlight(story.now, story.socket(ALICE), story.member(CAROL).number))
    assert hears(story.room, story.member(BOB), story.member(CAROL))
    assert not hears(story.room, story.member(CAROL), story.member(BOB))
    assert {one.alias for one in story.view(BOB).members} == {"Alice", "Ben", "Bob", "Carol"}
    story.aside(BEN, BOB)
    assert {one.alias for one in story.view(BOB).members} == {"Ben", "Bob"}
    story.back(BOB, BEN)
    assert refused(story.ask(ask.OpenBreakouts(story.now, story.socket(ALICE), 2, ()))) is Code.NOT_ALLOWED


def test_what_was_made_with_one_person_is_not_there_for_the_next() -> None:
    """The side room is another place with each guest, whoever of the staff is there, and breakout rooms each time."""
    story = Story().begin(BOB, CAROL)

    def place(person: PersonId) -> int:
        return gathering(story.room, story.member(person))

    assert {place(person) for person in (ALICE, BOB, CAROL)} == {0}
    story.aside(ALICE)
    alone = place(ALICE)
    story.aside(BOB)
    with_bob = place(ALICE)
    assert place(BOB) == with_bob
    story.back(BOB)
    story.aside(CAROL)
    with_carol = place(CAROL)
    assert place(ALICE) == with_carol
    story.back(ALICE, CAROL)
    parts = ask.OpenBreakouts(story.now, story.socket(ALICE), 1, ((story.member(BOB).number, 1),))
    story.ask(parts)
    first = place(BOB)
    story.ask(ask.CloseBreakouts(story.now, story.socket(ALICE)))
    story.at("18:30").ask(replace(parts, at=story.now))
    assert len({0, alone, with_bob, with_carol, first, place(BOB)}) == 6
    hold(story, BOB)
    assert place(BOB) == story.member(BOB).number
