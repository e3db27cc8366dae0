"""The room, told as stories: steps 3 to 6 and 9 of a session, and what people try that they may not."""

from dataclasses import replace

import pytest

from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.decide import decide, next_deadline
from telehealth.core.ids import ConnectionId, MemberNumber, PersonId, ProgrammeId, SessionId, TabId, WorkerId
from telehealth.core.refusals import SENTENCES, Code, Refusal
from telehealth.core.roles import Role
from telehealth.core.room import EMPTY, Standing, replay

from .story import ALICE, BEN, BOB, CAROL, DAN, FAY, GRACE, OLIVE, Story, clock, refused


def kinds(decision: object) -> list[type]:
    """What kinds of events a decision holds."""
    assert isinstance(decision, tuple), decision
    return [type(event) for event in decision]


def test_nothing_can_be_asked_of_a_room_that_was_never_opened() -> None:
    """Whatever is asked first gets an answer and not an accident."""
    for command in (
        ask.TimePassed(1, {}),
        ask.Leave(1, ConnectionId("x")),
        ask.LoseConnection(1, ConnectionId("x"), 1),
    ):
        assert refused(decide(EMPTY, command)) is Code.NO_SUCH_THING


def test_a_room_is_opened_once() -> None:
    """Two nodes that open the same room at the same time make one room."""
    story = Story()
    again = ask.Open(9, ProgrammeId("p1"), SessionId("other"), "individual", 1, 2, 1, (), 1, "x/1")
    assert story.ask(again) == ()
    assert story.room.opened is not None
    assert story.room.opened.session == "s1"


def test_a_client_waits_until_a_host_admits_them() -> None:
    """Nobody but staff gets into the room without a human's yes."""
    story = Story().at("17:50")
    story.enter(BOB)
    assert story.member(BOB).standing is Standing.WAITING
    assert story.member(BOB).seat is None
    story.enter(ALICE)
    assert story.member(ALICE).standing is Standing.SEATED
    story.admit(BOB)
    assert story.member(BOB).standing is Standing.SEATED


def test_admit_all_seats_everybody_in_order_of_arrival() -> None:
    """One click admits all; seats are counted on, and nobody shares one."""
    story = Story().begin(CAROL, BOB, DAN)
    assert [story.member(p).seat for p in (ALICE, CAROL, BOB, DAN)] == [1, 2, 3, 4]
    assert story.admit() == ()


def test_admitting_somebody_who_does_not_wait_is_refused() -> None:
    """A late click on a name that has gone is answered."""
    story = Story().begin(BOB)
    assert refused(story.admit(BOB)) is Code.NO_SUCH_MEMBER


def test_presence_never_begins_for_a_page_that_is_gone() -> None:
    """Whoever lost the connection while waiting is not seated by "admit all"."""
    story = Story().begin(BOB)
    story.at("18:01").enter(CAROL)
    story.at("18:02").lose(CAROL, seen="18:01:50")
    assert story.admit() == ()
    story.at("18:02:20").enter(CAROL)
    assert kinds(story.admit()) == [did.Seated]


def test_clients_come_at_most_an_hour_early_and_staff_whenever_they_like() -> None:
    """The waiting room opens an hour before the session."""
    opened = Story().log[0]
    assert isinstance(opened, did.Opened)
    room = replay([replace(opened, at=clock("12:00"))])
    early = ask.Enter(clock("16:59:59.999"), BOB, Role.CLIENT, ConnectionId("c"), TabId("t"))
    assert refused(decide(room, early)) is Code.NOT_OPEN_YET
    assert kinds(decide(room, replace(early, at=clock("17:00")))) == [did.Entered]
    assert kinds(decide(room, replace(early, person=ALICE, role=Role.FACILITATOR))) == [did.Entered, did.Seated]


def test_a_full_session_refuses_the_next_client_but_not_staff() -> None:
    """Capacity counts those who are in or wait; a place that somebody left is free again."""
    story = Story(capacity=2).begin(BOB, CAROL)
    assert refused(story.enter(DAN)) is Code.FULL
    assert refused(story.enter(BEN)) is None
    story.leave(BOB)
    assert refused(story.enter(DAN)) is None


def test_lock_keeps_out_new_arrivals_only() -> None:
    """A locked group stays open to those who were already part of it, through the waiting room if they were lost."""
    story = Story().begin(BOB)
    story.at("18:10").ask(ask.SetLock(story.now, story.socket(ALICE), True))
    assert story.ask(ask.SetLock(story.now, story.socket(ALICE), True)) == ()
    assert refused(story.enter(CAROL)) is Code.LOCKED
    assert refused(story.enter(BEN)) is None
    story.at("18:12").lose(BOB, seen="18:12")
    story.at("18:14").time_passes()
    assert story.member(BOB).standing is Standing.LEFT
    story.at("18:20").enter(BOB)
    assert story.member(BOB).standing is Standing.WAITING
    story.ask(ask.SetLock(story.now, story.socket(ALICE), False))
    assert refused(story.enter(CAROL)) is None


def test_a_dropped_network_costs_neither_seat_nor_place() -> None:
    """Back within the grace time: the same seat, no waiting room, and the gap in the record."""
    story = Story().begin(BOB, CAROL)
    seat = story.member(BOB).seat
    story.at("18:30:09").lose(BOB, seen="18:30:00")
    assert story.member(BOB).reconnecting
    assert next_deadline(story.room) == clock("18:30:00") + GRACE + 1
    story.at("18:30:59").time_passes()
    story.enter(BOB)
    bob = story.member(BOB)
    assert (bob.standing, bob.seat, bob.reconnecting) == (Standing.SEATED, seat, False)
    assert next_deadline(story.room) is None


def test_after_the_grace_time_a_client_is_gone_since_they_were_last_seen() -> None:
    """A closed tab: gone when the grace time is over, dated at the last proof."""
    story = Story().begin(BOB)
    story.at("18:30:01").lose(BOB, seen="18:30:00")
    assert story.at("18:31:00").time_passes() == ()
    assert story.at("18:31:00.001").time_passes() == (
        did.Left(clock("18:31:00.001"), story.member(BOB).number, clock("18:30:00"), did.Why.LOST),
    )


def test_whoever_was_lost_for_good_comes_back_through_the_waiting_room_to_the_same_seat() -> None:
    """Number and seat are a person's for the whole session."""
    story = Story().begin(BOB, CAROL)
    before = story.member(BOB)
    story.at("18:30").lose(BOB, seen="18:30")
    story.at("18:32").time_passes()
    story.at("18:40").enter(DAN, BOB)
    assert story.member(BOB).standing is Standing.WAITING
    story.admit()
    assert (story.member(BOB).number, story.member(BOB).seat) == (before.number, before.seat)
    assert story.member(DAN).seat == 4


def test_a_waiting_client_whose_page_is_gone_does_not_wait_for_ever() -> None:
    """Waiting ends by the same grace time as sitting."""
    story = Story().at("17:50")
    story.enter(BOB)
    story.at("17:52").lose(BOB, seen="17:52")
    story.at("17:53:00.001").time_passes()
    assert story.member(BOB).standing is Standing.LEFT


def test_a_socket_that_proves_nothing_is_lost_even_if_nobody_says_so() -> None:
    """A node that died cannot report its sockets: silence does."""
    story = Story().begin(BOB)
    assert story.at("18:30:15").time_passes({BOB: "18:30:00"}) == ()
    assert kinds(story.at("18:30:15.001").time_passes({BOB: "18:30:00"})) == [did.ConnectionLost]
    assert story.time_passes({BOB: "18:30:00"}) == ()
    assert kinds(story.at("18:31:00.001").time_passes({BOB: "18:30:00"})) == [did.Left]


def test_media_that_goes_on_keeps_the_seat_of_somebody_whose_signalling_is_away() -> None:
    """A later proof moves the deadline; without it the deadline would lie in the past."""
    story = Story().begin(BOB)
    story.at("18:30:01").lose(BOB, seen="18:30:00")
    proven = {BOB: "18:31:30"}
    assert story.at("18:31:31").time_passes(proven) == ()
    assert next_deadline(story.room, story.proofs(proven)) == clock("18:31:30") + GRACE + 1


def test_a_second_tab_takes_the_seat_over() -> None:
    """One person, one seat: the newer page goes on, what it switched on counts, and a shared screen ends."""
    story = Story().begin(BOB)
    story.ask(ask.SetMedia(story.now, story.socket(BOB), True, True, True))
    first = story.socket(BOB)
    decision = story.at("18:30").enter(BOB, tab="tab-two", seen="18:29:59", camera=False)
    assert kinds(decision) == [did.ConnectionReplaced, did.MediaChanged]
    bob = story.member(BOB)
    assert (bob.tab, bob.microphone, bob.camera, bob.screen) == ("tab-two", True, False, False)
    story.ask(ask.SetMedia(story.now, story.socket(BOB), True, True, True))
    assert kinds(story.at("18:30:10").enter(BOB, tab="tab-three", seen="18:30:09")) == [did.ConnectionReplaced]
    assert not story.member(BOB).screen
    assert story.ask(ask.LoseConnection(story.now, first, story.now)) == ()
    assert refused(story.ask(ask.Leave(story.now, first))) is Code.NOT_IN_ROOM


def test_a_page_that_reconnects_stays_as_it_was() -> None:
    """The same tab keeps hand, screen and switches: a host may have muted it while it was away."""
    story = Story().begin(BOB)
    story.ask(ask.SetMedia(story.now, story.socket(BOB), True, True, True))
    story.at("18:30:01").lose(BOB, seen="18:30:00")
    story.ask(ask.MuteOthers(story.now, story.socket(ALICE), story.member(BOB).number))
    assert kinds(story.at("18:30:05").enter(BOB)) == [did.Returned]
    bob = story.member(BOB)
    assert (bob.microphone, bob.camera, bob.screen) == (False, True, True)


def test_a_repeated_join_on_the_same_socket_changes_nothing() -> None:
    """A page that asks twice because an answer was late is answered twice."""
    story = Story().begin(BOB)
    again = ask.Enter(story.now, BOB, Role.CLIENT, story.socket(BOB), story.member(BOB).tab)
    assert story.ask(again) == ()


def test_a_return_after_silence_records_the_gap_even_if_no_loss_was_noticed() -> None:
    """The new socket tells how long the old one had been dead."""
    story = Story().begin(BOB)
    assert kinds(story.at("18:30:02.500").enter(BOB, seen="18:30:00")) == [did.ConnectionReplaced]
    assert kinds(story.at("18:40:02.501").enter(BOB, seen="18:40:00")) == [did.ConnectionLost, did.Returned]


def test_what_nobody_can_prove_does_not_count() -> None:
    """After a crash that took the proofs, a socket that the log still knows is not believed to have been alive."""
    story = Story().begin(BOB)
    assert kinds(story.at("18:10").enter(BOB)) == [did.ConnectionLost, did.Returned]
    assert [end for _, end, _ in story.stays(BOB)] == [clock("18:00"), None]


def test_one_socket_and_one_tab_never_stand_for_two_people() -> None:
    """Media is found by tab and speech by socket, so neither may be shared while both are here."""
    story = Story().begin(BOB)
    bob = story.member(BOB)
    assert refused(story.enter(CAROL, tab=bob.tab)) is Code.NOT_ALLOWED
    assert bob.connection is not None
    same_socket = ask.Enter(story.now, CAROL, Role.CLIENT, bob.connection, TabId("hers"))
    assert refused(story.ask(same_socket)) is Code.NOT_ALLOWED
    story.leave(BOB)
    assert refused(story.enter(CAROL, tab=bob.tab)) is None


def test_a_removed_person_cannot_come_back_unless_a_host_allows_it() -> None:
    """The same link is refused; after "allow back" it leads to the waiting room, even of a locked room."""
    story = Story().begin(BOB, CAROL)
    seat = story.member(BOB).seat
    story.at("18:20").remove(BOB)
    assert refused(story.enter(BOB)) is Code.REMOVED
    assert refused(story.remove(BOB)) is Code.NO_SUCH_MEMBER
    story.ask(ask.SetLock(story.now, story.socket(ALICE), True))
    back = ask.AllowBack(story.now, story.socket(ALICE), story.member(BOB).number)
    assert kinds(story.ask(back)) == [did.AllowedBack]
    assert refused(story.ask(back)) is Code.NO_SUCH_MEMBER
    assert kinds(story.enter(BOB)) == [did.Entered]
    story.admit()
    assert story.member(BOB).seat == seat


def test_somebody_who_waits_or_is_reconnecting_can_be_removed_too() -> None:
    """Losing one's connection is no shelter; the removal of an absent person is dated at their last proof."""
    story = Story().begin(BOB)
    story.at("18:05").enter(CAROL)
    story.remove(CAROL)
    story.at("18:10").lose(BOB, seen="18:09:58")
    story.at("18:10:30").remove(BOB)
    removed = story.log[-1]
    assert isinstance(removed, did.Removed)
    assert removed.last_seen == clock("18:09:58")
    assert refused(story.enter(BOB)) is Code.REMOVED
    assert refused(story.enter(CAROL)) is Code.REMOVED


def test_nobody_is_seated_who_has_proven_nothing_for_a_while() -> None:
    """Presence does not begin unproven: whoever waits and seems gone goes on waiting until they are back."""
    story = Story().begin(BOB)
    story.at("18:05").enter(CAROL, DAN)
    assert kinds(story.at("18:06").admit(seen={CAROL: "18:05:57", DAN: "18:05:58"})) == [did.Seated]
    assert story.member(CAROL).standing is Standing.WAITING
    story.enter(CAROL, tab="again", seen="18:05:57")
    assert kinds(story.admit(CAROL, seen={CAROL: "18:06"})) == [did.Seated]


def test_staff_are_not_removed_and_nobody_removes_a_person_who_never_came() -> None:
    """Hosts settle their quarrels elsewhere."""
    story = Story().begin(BOB)
    story.enter(BEN)
    assert refused(story.remove(BEN)) is Code.NOT_ALLOWED
    assert refused(story.remove(ALICE, by=BEN)) is Code.NOT_ALLOWED
    nobody = ask.Remove(story.now, story.socket(ALICE), MemberNumber(99))
    assert refused(story.ask(nobody)) is Code.NO_SUCH_MEMBER


def test_hosts_mute_and_only_oneself_unmutes() -> None:
    """Mute one or everybody but staff; the camera stays as it is."""
    story = Story().begin(BOB, CAROL)
    story.enter(DAN)
    mute_all = ask.MuteOthers(story.now, story.socket(ALICE), None)
    assert kinds(story.ask(mute_all)) == [did.MediaChanged, did.MediaChanged]
    assert story.ask(mute_all) == ()
    assert story.member(ALICE).microphone
    assert story.member(BOB).camera
    story.ask(ask.SetMedia(story.now, story.socket(BOB), True, True, False))
    assert story.ask(ask.SetMedia(story.now, story.socket(BOB), True, True, False)) == ()
    assert story.member(BOB).microphone
    story.ask(ask.MuteOthers(story.now, story.socket(ALICE), story.member(BOB).number))
    assert not story.member(BOB).microphone
    waiting = ask.MuteOthers(story.now, story.socket(ALICE), story.member(DAN).number)
    assert refused(story.ask(waiting)) is Code.NO_SUCH_MEMBER
    nobody = ask.MuteOthers(story.now, story.socket(ALICE), MemberNumber(99))
    assert refused(story.ask(nobody)) is Code.NO_SUCH_MEMBER


def test_who_mutes_themselves_while_waiting_is_admitted_muted() -> None:
    """A choice made in the waiting room holds; a screen cannot be prepared there."""
    story = Story().begin(BOB)
    story.enter(CAROL)
    story.ask(ask.SetMedia(story.now, story.socket(CAROL), False, False, False))
    assert refused(story.ask(ask.SetMedia(story.now, story.socket(CAROL), True, True, True))) is Code.NOT_ALLOWED
    assert refused(story.ask(ask.SetHand(story.now, story.socket(CAROL), True))) is Code.NOT_ALLOWED
    story.admit()
    assert (story.member(CAROL).microphone, story.member(CAROL).camera) == (False, False)


def test_an_observer_is_never_heard_or_seen() -> None:
    """What an observer's page claims to send is switched off at the door."""
    story = Story().begin(BOB)
    story.enter(OLIVE)
    assert (story.member(OLIVE).microphone, story.member(OLIVE).camera) == (False, False)
    assert refused(story.ask(ask.SetMedia(story.now, story.socket(OLIVE), True, True, False))) is Code.NOT_ALLOWED
    story.enter(OLIVE, tab="another")
    assert not story.member(OLIVE).microphone


def test_hands_go_up_and_down() -> None:
    """The hand keeps the time when it was raised; raising it twice does not lose the place in the queue."""
    story = Story().begin(BOB)
    story.at("18:10").ask(ask.SetHand(story.now, story.socket(BOB), True))
    assert story.at("18:11").ask(ask.SetHand(story.now, story.socket(BOB), True)) == ()
    assert story.member(BOB).hand == clock("18:10")
    story.ask(ask.SetHand(story.now, story.socket(BOB), False))
    assert story.member(BOB).hand is None


@pytest.mark.parametrize("person", [BOB, FAY, OLIVE, BEN])
def test_only_the_facilitator_ends_the_session_for_all(person: PersonId) -> None:
    """Everybody else is refused, and the session goes on."""
    story = Story().begin(BOB, FAY)
    story.enter(OLIVE, BEN)
    assert refused(story.end(by=person)) is Code.NOT_ALLOWED
    assert not story.room.ended


def test_end_for_all_sends_everybody_home_and_nothing_happens_afterwards() -> None:
    """Everybody's `Left` stands before `Ended`; whoever was reconnecting left when they were last seen."""
    story = Story().begin(BOB, CAROL)
    story.at("20:59:30").lose(CAROL, seen="20:59:20")
    decision = story.at("21:00").end()
    assert kinds(decision) == [did.Left, did.Left, did.Left, did.Ended]
    assert {e.member: e.last_seen for e in story.log if isinstance(e, did.Left)} == {
        1: clock("21:00"),
        2: clock("21:00"),
        3: clock("20:59:20"),
    }
    assert refused(story.enter(BOB)) is Code.ENDED
    assert refused(story.end()) is Code.ENDED
    assert story.at("23:30").time_passes() == ()
    assert next_deadline(story.room) is None


def test_whoever_vanished_unnoticed_before_the_end_gets_no_credit_for_it() -> None:
    """Proofs that are told with `End` and `Remove` count; fresh ones mean "present until now"."""
    story = Story().begin(BOB, CAROL, DAN)
    story.at("20:00").remove(DAN, seen={DAN: "19:59:50"})
    story.at("21:00").end(seen={BOB: "20:59:48", CAROL: "20:59:58"})
    last = {e.member: e.last_seen for e in story.log if isinstance(e, did.Left | did.Removed)}
    assert last == {1: clock("21:00"), 2: clock("20:59:48"), 3: clock("21:00"), 4: clock("19:59:50")}


def test_whoever_has_no_page_anywhere_counts_to_their_proof_however_fresh_it_is() -> None:
    """A server that is back a second after a crash may not credit that second to people who went with the old one."""
    story = Story().begin(BOB, CAROL)
    story.at("20:00").end(seen={BOB: "19:59:59", CAROL: "19:59:59"}, gone=[CAROL])
    last = {e.member: (e.last_seen, e.inferred) for e in story.log if isinstance(e, did.Left)}
    assert last == {1: (clock("20:00"), False), 2: (clock("20:00"), False), 3: (clock("19:59:59"), True)}


def test_the_session_goes_on_while_the_host_is_away() -> None:
    """A host who drops is back in the seat; one who is gone for good comes straight in again."""
    story = Story().begin(BOB)
    story.at("18:30").lose(ALICE, seen="18:30")
    story.at("18:32").time_passes()
    assert story.member(ALICE).standing is Standing.LEFT
    assert story.member(BOB).standing is Standing.SEATED
    assert kinds(story.at("18:35").enter(ALICE)) == [did.Entered, did.Seated]
    assert story.member(ALICE).seat == 1
    assert story.room.began == clock("17:55")


def test_an_observer_alone_begins_nothing() -> None:
    """The session starts with its first host."""
    story = Story().at("17:50")
    story.enter(OLIVE)
    assert story.room.began is None
    story.at("17:58").enter(BEN)
    assert story.room.began == clock("17:58")


def test_a_dead_room_closes_by_itself() -> None:
    """All sockets silent for hours, no process noticed: everybody left when last seen, and the room is closed."""
    story = Story().begin(BOB, CAROL)
    seen = {ALICE: "20:30", BOB: "20:30", CAROL: "20:31"}
    decision = story.at("23:00:00.001").time_passes(seen)
    assert kinds(decision) == [did.Left, did.Left, did.Left, did.Ended]
    assert {e.last_seen for e in story.log if isinstance(e, did.Left)} == {clock("20:30"), clock("20:31")}
    assert story.room.ended


def test_a_forgotten_page_does_not_keep_a_room_without_a_host_open() -> None:
    """Two hours after the end whoever is still connected is sent home, each dated as far as they are proven; a host who
    is there is left in peace."""
    story = Story().begin(BOB, CAROL, DAN)
    assert story.at("23:30").time_passes() == ()
    story.leave(ALICE)
    story.at("23:31").lose(CAROL, seen="23:30:59")
    assert kinds(story.time_passes({DAN: "23:30:50"})) == [did.Left, did.Left, did.Left, did.Ended]
    last = {e.member: e.last_seen for e in story.log if isinstance(e, did.Left) and e.why is did.Why.ENDED}
    assert last == {2: clock("23:31"), 3: clock("23:30:59"), 4: clock("23:30:50")}


def test_a_session_that_no_host_ever_entered_closes_too() -> None:
    """Clients who waited in vain are not kept waiting all night."""
    story = Story().at("18:00")
    story.enter(BOB)
    story.at("23:00").time_passes()
    assert not story.room.ended
    story.at("23:00:00.001").time_passes()
    assert story.room.ended


def test_media_is_assigned_once_per_epoch() -> None:
    """Two nodes that notice a dead worker at once move the room once."""
    story = Story().begin(BOB)
    assert kinds(story.ask(ask.AssignMedia(story.now, WorkerId("w1"), 0))) == [did.MediaAssigned]
    assert refused(story.ask(ask.AssignMedia(story.now, WorkerId("w2"), 0))) is Code.STALE
    assert kinds(story.ask(ask.AssignMedia(story.now, WorkerId("w2"), 1))) == [did.MediaAssigned]
    assert (story.room.worker, story.room.media_epoch) == ("w2", 2)


def test_a_clock_that_steps_back_cannot_reorder_the_log() -> None:
    """A command from before the last event is dated with that event's time."""
    story = Story().begin(BOB)
    story.at("18:30").enter(CAROL)
    story.at("17:00").admit()
    assert story.log[-1].at == clock("18:30")
    story.at("17:00").lose(BOB, seen="19:00")
    lost = story.log[-1]
    assert isinstance(lost, did.ConnectionLost)
    assert (lost.at, lost.last_seen) == (clock("18:30"), clock("18:30"))


def test_a_replayed_log_is_the_room() -> None:
    """Everything was killed with -9 and started again: the log alone brings the room back."""
    story = Story().begin(BOB, CAROL)
    story.at("18:30").lose(BOB, seen="18:30")
    story.remove(CAROL)
    assert replay(story.log) == story.room
    assert replay(story.log[5:], replay(story.log[:5])) == story.room
    assert story.room.version == len(story.log)


def test_every_refusal_has_a_sentence_that_says_what_to_do() -> None:
    """No code reaches a person without a sentence, and none says more than it should."""
    assert set(SENTENCES) == set(Code)
    assert all(Refusal(code).sentence.endswith(".") for code in Code)


def test_a_missing_consent_holds_a_client_until_a_host_says_why() -> None:
    """Whoever has none on file stays in the waiting room; a host's reason stands in the log, and lets them in."""
    story = Story().begin()
    story.enter(BOB, held=True)
    story.enter(CAROL)
    bob, carol = story.member(BOB).number, story.member(CAROL).number
    host = story.socket(ALICE)
    at_door = {one.member: one.consent for one in story.view(ALICE).waiting}
    assert at_door == {bob: "missing", carol: ""}
    held = frozenset({bob})
    assert refused(story.ask(ask.Admit(story.now, host, (bob,), held=held))) is Code.CONSENT_MISSING
    assert kinds(story.ask(ask.Admit(story.now, host, None, held=held))) == [did.Seated]
    assert story.member(BOB).standing is Standing.WAITING
    waive = ask.WaiveConsent(story.now, host, bob, did.Waiver.SPOKEN)
    assert kinds(story.ask(waive)) == [did.ConsentWaived]
    assert story.ask(waive) == ()
    assert [one.consent for one in story.view(ALICE).waiting] == ["waived"]
    assert kinds(story.ask(ask.Admit(story.now, host, (bob,), held=held))) == [did.Seated]
    assert {p.member: p.consent_waived for p in story.view(ALICE).members}[bob] == "spoken"
    assert {p.consent_waived for p in story.view(CAROL).members} == {None}
    assert refused(story.ask(waive)) is Code.NO_SUCH_MEMBER


def test_only_hosts_waive_a_consent_and_staff_need_none() -> None:
    """A client cannot open the door for another, nobody is waived who is not there, and staff are never held."""
    story = Story().begin(BOB)
    story.enter(CAROL, held=True)
    carol = story.member(CAROL).number
    waive = ask.WaiveConsent(story.now, story.socket(BOB), carol, did.Waiver.URGENT)
    assert refused(story.ask(waive)) is Code.NOT_ALLOWED
    nobody = ask.WaiveConsent(story.now, story.socket(ALICE), MemberNumber(77), did.Waiver.PAPER)
    assert refused(story.ask(nobody)) is Code.NO_SUCH_MEMBER
    story.enter(BEN, held=True)
    assert not story.member(BEN).held
