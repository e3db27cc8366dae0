"""Who learns what of whom, and what the media worker is told."""

import json
from dataclasses import asdict

import pytest

from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.audience import card
from telehealth.core.chat import ChatTo, chat_audience
from telehealth.core.ids import MemberNumber, PersonId
from telehealth.core.plan import plan
from telehealth.core.refusals import Code
from telehealth.core.room import apply

from .story import ALICE, BEN, BOB, CARDS, CAROL, DAN, FAY, OLIVE, Story, clock


def test_a_client_sees_aliases_and_nothing_else_of_others() -> None:
    """Seat, alias, part, what is switched on; no id, no legal name, nobody who waits or was removed."""
    story = Story().begin(BOB, CAROL, FAY)
    story.enter(DAN)
    story.remove(FAY)
    view = story.view(BOB)
    assert [(m.seat, m.alias, m.role, m.you) for m in view.members] == [
        (1, "Alice", "facilitator", False),
        (2, "Bob", "client", True),
        (3, "Carol", "client", False),
    ]
    assert {(m.legal_name, m.person, m.since) for m in view.members} == {(None, None, None)}
    assert (view.waiting, view.removed, view.began) == ((), (), None)
    assert view.you.may == ("call_help", "chat_all", "chat_staff", "moment", "speak")
    sent = json.dumps(asdict(view))
    for person, shown in CARDS.items():
        assert person not in sent
        assert shown.legal_name not in sent
    assert "Dan" not in sent
    assert "Fay" not in sent


def test_a_waiting_client_learns_of_nobody() -> None:
    """Neither who is in the room nor who else waits, nor whether it is locked; only that a host is there."""
    story = Story().begin(BOB)
    story.enter(CAROL, DAN)
    story.ask(ask.SetLock(story.now, story.socket(ALICE), True))
    view = story.view(CAROL)
    assert (view.members, view.waiting, view.removed, view.locked, view.you.may) == ((), (), (), False, ())
    assert (view.you.standing, view.you.alias, view.you.seat, view.host_here) == ("waiting", "Carol", None, True)


def test_staff_see_who_waits_and_who_was_removed_with_their_names() -> None:
    """The observer, too, sees the door; both see since when somebody is here."""
    story = Story().begin(BOB)
    story.enter(OLIVE)
    story.at("18:05").enter(CAROL, DAN)
    story.lose(CAROL, seen="18:05")
    story.remove(BOB)
    for person in (ALICE, OLIVE):
        view = story.view(person)
        assert [(w.alias, w.legal_name, w.person, w.since, w.reconnecting) for w in view.waiting] == [
            ("Carol", "Caroline Vantongeren", CAROL, clock("18:05"), True),
            ("Dan", "Daniel Marchetti-Ruiz", DAN, clock("18:05"), False),
        ]
        assert [w.person for w in view.removed] == [BOB]
        assert view.began == clock("17:55")
        assert (view.members[0].person, view.members[0].since) == (ALICE, clock("17:55"))


def test_a_host_who_left_sees_nothing_any_more() -> None:
    """Whoever is not seated, of whatever role, is told about nobody."""
    story = Story().begin(BOB)
    story.enter(CAROL)
    story.leave(ALICE)
    view = story.view(ALICE)
    assert (view.members, view.waiting, view.you.may) == ((), (), ())
    assert not view.host_here


def test_an_observer_is_no_host() -> None:
    """Waiting clients are not told that the therapist is there when only an observer is."""
    story = Story().at("17:50")
    story.enter(OLIVE, BOB)
    assert not story.view(BOB).host_here


def test_all_screens_show_the_same_order() -> None:
    """Seating order, whatever order people came or came back in."""
    story = Story().begin(BOB, CAROL, DAN)
    story.at("18:10").leave(BOB)
    story.at("18:20").enter(BOB, BEN)
    story.admit()
    orders = {tuple(m.member for m in story.view(p).members) for p in (ALICE, BEN, BOB, CAROL, DAN)}
    assert len(orders) == 1
    assert [m.alias for m in story.view(DAN).members] == ["Alice", "Bob", "Carol", "Dan", "Ben"]


def test_somebody_without_a_card_has_a_neutral_name() -> None:
    """A person who is not in the store is a guest, never an id."""
    assert card({}, BOB).alias == "Guest"
    assert card(CARDS, BOB).alias == "Bob"


EVERYBODY = {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("sender", "to", "readers"),
    [
        (BOB, "all", EVERYBODY),
        (ALICE, "all", EVERYBODY),
        (OLIVE, "all", Code.NOT_ALLOWED),
        (BOB, "staff", {1, 2, 4}),
        (OLIVE, "staff", {1, 4}),
        (ALICE, "member:2", {1, 2, 4}),
        (BOB, "member:3", Code.NOT_ALLOWED),
        (OLIVE, "member:2", Code.NOT_ALLOWED),
        (ALICE, "member:6", {1, 6}),
        (ALICE, "member:99", Code.NO_SUCH_MEMBER),
        (ALICE, "member:", Code.MALFORMED),
        (ALICE, "member:-1", Code.MALFORMED),
        (ALICE, "member:1111111111", Code.MALFORMED),
        (ALICE, "everyone", Code.MALFORMED),
        (DAN, "staff", {1, 6}),
        (DAN, "all", Code.NOT_ALLOWED),
        (DAN, "member:1", Code.NOT_ALLOWED),
    ],
)
def test_who_reads_a_chat_message(sender: PersonId, to: str, readers: set[int] | Code) -> None:
    """All, staff and the sender, or one person and all staff; never one client to another alone. From the waiting room
    and into it, hosts and that one person: no observer."""
    story = Story().begin(BOB, CAROL)
    story.enter(OLIVE)
    story.enter(FAY)
    story.admit()
    story.enter(DAN)
    told = chat_audience(story.room, story.member(sender).number, to)
    assert (set(told.members) if isinstance(told, ChatTo) else told) == readers


def test_nobody_chats_from_outside() -> None:
    """A number that was never given out is answered like one who left."""
    assert chat_audience(Story().room, MemberNumber(1), "all") is Code.NOT_IN_ROOM


def test_the_media_plan_names_everybody_who_is_here_by_tab() -> None:
    """A waiting peer exists unseated; one who is reconnecting goes on; one who left or was removed is gone."""
    story = Story().begin(BOB, CAROL, DAN)
    story.enter(FAY)
    story.at("18:10").lose(BOB, seen="18:10")
    story.leave(CAROL)
    story.remove(DAN)
    story.ask(ask.SetMedia(story.now, story.socket(ALICE), True, False, True))
    told = plan(story.room)
    assert [(p.tab, p.seated, p.staff) for p in told.peers] == [
        (f"tab-of-{ALICE}", True, True),
        (f"tab-of-{BOB}", True, False),
        (f"tab-of-{FAY}", False, False),
    ]
    alice = told.peers[0]
    assert (alice.microphone, alice.camera, alice.screen) == (True, False, True)
    assert (told.version, told.epoch) == (story.room.version, 0)


def test_nothing_is_planned_to_come_from_an_observer() -> None:
    """Staff who may not speak are never forwarded, even if a log should say that they send."""
    story = Story().begin(BOB)
    story.enter(OLIVE)
    number = story.member(OLIVE).number
    story.room = apply(story.room, did.MediaChanged(story.now, number, True, True, True, number))
    olive = plan(story.room).peers[2]
    assert (olive.microphone, olive.camera, olive.screen, olive.staff) == (False, False, False, True)


def test_an_ended_session_has_no_peers() -> None:
    """The plan of an ended room closes everything."""
    story = Story().begin(BOB)
    story.end()
    assert plan(story.room).peers == ()
