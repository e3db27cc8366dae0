"""Order in the room: holding back, a moment for oneself, quiet, the queue of hands, who is shown large, who leads."""

import json
from dataclasses import asdict

import pytest

from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.chat import ChatTo, chat_audience
from telehealth.core.circles import together
from telehealth.core.decide import Decision
from telehealth.core.events import Quiet
from telehealth.core.ids import ConnectionId, MemberNumber, PersonId, TabId
from telehealth.core.order import hushed
from telehealth.core.plan import plan
from telehealth.core.refusals import Code
from telehealth.core.roles import Action, Role
from telehealth.core.room import Standing

from .story import ALICE, BEN, BOB, CARDS, CAROL, DAN, FAY, IDA, OLIVE, PETE, Story, clock, refused


class Evening(Story):
    """A story with the words of order."""

    def number(self, person: PersonId) -> MemberNumber:
        return self.member(person).number

    def hold_back(self, person: PersonId, by: PersonId = ALICE, seen: dict[PersonId, str] | None = None) -> Decision:
        return self.ask(ask.HoldBack(self.now, self.socket(by), self.number(person), self.proofs(seen or {})))

    def moment(self, person: PersonId, on: bool = True) -> Decision:
        return self.ask(ask.SetMoment(self.now, self.socket(person), on))

    def quiet(self, mode: Quiet = Quiet.QUIET, by: PersonId = ALICE) -> Decision:
        return self.ask(ask.SetQuiet(self.now, self.socket(by), mode))

    def spotlight(self, person: PersonId | None, by: PersonId = ALICE) -> Decision:
        return self.ask(ask.SetSpotlight(self.now, self.socket(by), self.number(person) if person else None))

    def call_on(self, person: PersonId, by: PersonId = ALICE, *, on: bool = True) -> Decision:
        return self.ask(ask.AskUnmute(self.now, self.socket(by), self.number(person), on))

    def lower(self, person: PersonId | None = None, by: PersonId = ALICE) -> Decision:
        return self.ask(ask.LowerHands(self.now, self.socket(by), self.number(person) if person else None))

    def hand(self, person: PersonId) -> Decision:
        return self.ask(ask.SetHand(self.now, self.socket(person), True))

    def speak(self, person: PersonId, on: bool = True) -> Decision:
        return self.ask(ask.SetMedia(self.now, self.socket(person), on, True, False))

    def lead(self, person: PersonId, by: PersonId) -> Decision:
        return self.ask(ask.PassLead(self.now, self.socket(by), self.number(person)))

    def chat(self, person: PersonId, to: str = "all") -> ChatTo | Code:
        return chat_audience(self.room, self.number(person), to)


def begun(*people: PersonId) -> Evening:
    story = Evening()
    story.begin(*people)
    return story


# --- holding back


def test_whoever_is_held_back_waits_and_is_seated_again_in_the_same_seat() -> None:
    """Nothing flows to or from them, they learn of nobody, and "admit all" passes them over until a host means them."""
    story = begun(BOB, CAROL)
    before = story.member(BOB)
    story.at("18:30").hold_back(BOB)
    bob = story.member(BOB)
    assert (bob.standing, bob.number, bob.seat) == (Standing.WAITING, before.number, before.seat)
    assert (bob.connection, bob.tab) == (before.connection, before.tab)
    assert [peer.seated for peer in plan(story.room).peers if peer.member == bob.number] == [False]
    view = story.view(BOB)
    assert (view.you.standing, view.you.held_back, view.members) == ("waiting", True, ())
    assert [(one.alias, one.held_back) for one in story.view(ALICE).waiting] == [("Bob", True)]
    assert [one.alias for one in story.view(CAROL).members] == ["Alice", "Carol"]
    assert story.admit() == ()
    story.at("18:40").admit(BOB)
    assert (story.member(BOB).seat, story.view(BOB).you.held_back) == (before.seat, False)


def test_presence_ends_when_somebody_is_held_back_and_begins_anew() -> None:
    """Waiting counts nothing, and the interval says why it ended."""
    story = begun(BOB)
    story.at("18:30").hold_back(BOB)
    story.at("18:40").admit(BOB)
    story.at("21:00").end()
    assert story.stays(BOB) == [
        (clock("18:00"), clock("18:30"), "held_back"),
        (clock("18:40"), clock("21:00"), "ended"),
    ]
    assert story.rows()[BOB].attended_ms == 170 * 60_000


def test_whoever_is_held_back_counts_to_their_last_proof() -> None:
    """Somebody who fell silent before counts to the proof, as when they are removed, and it is inferred."""
    story = begun(BOB)
    story.at("18:30").hold_back(BOB, seen={BOB: "18:29:40"})
    (span,) = story.rows()[BOB].intervals
    assert (span.end, span.ended_by, span.inferred) == (clock("18:29:40"), "held_back", True)


def test_held_back_is_remembered_until_a_host_admits_them() -> None:
    """A page that leaves and comes again, or is loaded anew, still waits for a host to mean it."""
    story = begun(BOB)
    story.hold_back(BOB)
    story.at("18:31").lose(BOB, seen="18:31")
    story.enter(BOB)
    assert story.view(BOB).you.held_back
    story.leave(BOB)
    story.enter(BOB)
    assert story.admit() == ()
    assert story.stays(BOB) == [(clock("18:00"), clock("18:00"), "held_back")]


def test_who_may_hold_back_whom() -> None:
    """Hosts and peers who host, and neither staff nor such a peer; who waits already, waits."""
    story = begun(BOB, CAROL)
    story.enter(BEN, OLIVE, PETE, DAN)
    for nobody in (BOB, OLIVE):
        assert refused(story.hold_back(CAROL, by=nobody)) is Code.NOT_ALLOWED
    for staff in (BEN, OLIVE, PETE):
        assert refused(story.hold_back(staff)) is Code.NOT_ALLOWED
    assert story.hold_back(DAN) == ()
    assert refused(story.ask(ask.HoldBack(story.now, story.socket(ALICE), MemberNumber(99)))) is Code.NO_SUCH_MEMBER
    assert [type(event) for event in story.hold_back(CAROL, by=PETE)] == [did.HeldBack]


# --- a moment for oneself


def test_in_a_moment_nothing_is_heard_or_seen_either_way() -> None:
    """A circle of their own, everything off, nobody on their page; back by themself, and still muted."""
    story = begun(BOB, CAROL)
    assert [type(event) for event in story.at("18:04").moment(BOB)] == [did.MomentTaken, did.MediaChanged]
    bob = story.member(BOB)
    assert not together(bob, story.member(ALICE))
    assert (bob.microphone, bob.camera, bob.screen) == (False, False, False)
    view = story.view(BOB)
    assert (view.you.apart, [one.alias for one in view.members]) == ("moment", ["Bob"])
    assert story.chat(CAROL) == ChatTo(frozenset({story.number(ALICE), story.number(CAROL)}))
    assert story.chat(BOB) == ChatTo(frozenset({bob.number}))
    assert story.chat(BOB, "staff") == ChatTo(frozenset({bob.number, story.number(ALICE)}))
    assert story.moment(BOB) == ()
    assert [type(event) for event in story.moment(BOB, on=False)] == [did.MomentEnded]
    assert story.moment(BOB, on=False) == ()
    assert together(story.member(BOB), story.member(ALICE))
    assert not story.member(BOB).microphone


def test_staff_alone_learn_of_a_moment() -> None:
    """Since when, for staff; the group and a peer who hosts see what they see of somebody in the side room."""
    story = begun(BOB, CAROL)
    story.enter(PETE)
    story.at("18:04").moment(BOB)
    (bob,) = (one for one in story.view(ALICE).members if one.alias == "Bob")
    assert (bob.apart, bob.moment, bob.near) == ("moment", clock("18:04"), False)
    for person in (CAROL, PETE):
        shown = story.view(person)
        (bob,) = (one for one in shown.members if one.alias == "Bob")
        assert (bob.apart, bob.moment, bob.near, bob.camera) == (None, None, False, False)
        assert '"moment": "' not in json.dumps(asdict(shown))


def test_a_moment_costs_no_minutes_and_is_over_when_they_leave() -> None:
    """It counts as present; whoever leaves in it, comes back without it."""
    story = begun(BOB)
    story.at("18:30").moment(BOB)
    story.at("18:45").moment(BOB, on=False)
    story.at("19:00").moment(BOB)
    story.at("19:30").leave(BOB)
    assert story.member(BOB).moment is None
    assert story.rows()[BOB].attended_ms == 90 * 60_000


def test_who_already_sent_nothing_takes_a_moment() -> None:
    """There is nothing to switch off."""
    story = begun(BOB)
    story.ask(ask.SetMedia(story.now, story.socket(BOB), False, False, False))
    assert [type(event) for event in story.moment(BOB)] == [did.MomentTaken]


def test_a_moment_is_for_clients_and_their_families_and_for_nobody_else_to_give() -> None:
    """Everybody else is refused; a hold for privacy goes before it, because of who may be reading the page."""
    story = begun(BOB, FAY)
    story.enter(BEN, OLIVE, PETE, IDA)
    story.admit(IDA)
    for other in (ALICE, BEN, OLIVE, PETE, IDA):
        assert refused(story.moment(other)) is Code.NOT_ALLOWED
    assert story.moment(FAY)
    story.ask(ask.HoldPrivacy(story.now, story.socket(ALICE), story.number(FAY), True))
    assert story.view(FAY).you.apart == "private"
    story.ask(ask.HoldPrivacy(story.now, story.socket(ALICE), story.number(FAY), False))
    assert story.view(FAY).you.apart == "moment"


# --- spotlight


def test_one_person_is_large_for_everybody_until_they_go() -> None:
    """All see the same, whoever is apart sees nobody large, and it ends with a seat without an event."""
    story = begun(BOB, CAROL)
    story.spotlight(BOB)
    assert {story.view(who).spotlight for who in (ALICE, BOB, CAROL)} == {story.number(BOB)}
    assert story.spotlight(BOB) == ()
    # Heard, too, whoever else speaks.
    assert {p.member for p in plan(story.room).peers if p.staff} == {story.number(ALICE), story.number(BOB)}
    story.moment(CAROL)
    assert story.view(CAROL).spotlight is None
    story.hold_back(BOB)
    assert story.view(ALICE).spotlight is None
    story.spotlight(ALICE)
    assert story.view(ALICE).spotlight == story.number(ALICE)
    assert [type(event) for event in story.spotlight(None)] == [did.SpotlightMoved]
    assert story.view(ALICE).spotlight is None


def test_who_may_be_shown_large_and_by_whom() -> None:
    """Somebody seated who may be seen, by a host."""
    story = begun(BOB)
    story.enter(OLIVE, DAN)
    for nobody in (BOB, OLIVE):
        assert refused(story.spotlight(BOB, by=nobody)) is Code.NOT_ALLOWED
    for hidden in (OLIVE, DAN):
        assert refused(story.spotlight(hidden)) is Code.NO_SUCH_MEMBER
    nobody_there = ask.SetSpotlight(story.now, story.socket(ALICE), MemberNumber(99))
    assert refused(story.ask(nobody_there)) is Code.NO_SUCH_MEMBER


# --- quiet


@pytest.mark.parametrize("mode", [Quiet.QUIET, Quiet.GUIDED])
def test_in_quiet_participants_are_muted_and_cannot_unmute(mode: Quiet) -> None:
    """Hosts and an interpreter go on; the camera and the hand are free; when it ends nobody is unmuted."""
    story = begun(BOB, FAY)
    story.enter(BEN, IDA)
    story.admit(IDA)
    story.quiet(mode)
    heard = {person for person in (ALICE, BEN, IDA, BOB, FAY) if story.member(person).microphone}
    assert heard == {ALICE, BEN, IDA}
    assert (story.view(BOB).quiet, story.view(BOB).you.hushed, story.view(ALICE).you.hushed) == (mode, True, False)
    assert refused(story.speak(BOB)) is Code.QUIET
    assert story.ask(ask.SetMedia(story.now, story.socket(BOB), False, False, False))
    assert story.hand(BOB)
    assert story.quiet(mode) == ()
    story.quiet(Quiet.NOT)
    assert not story.member(BOB).microphone
    assert story.speak(BOB)


def test_in_quiet_participants_write_to_staff_only() -> None:
    """The chat to all pauses for them; hosts write to all."""
    story = begun(BOB, CAROL)
    story.quiet()
    assert story.chat(BOB) is Code.QUIET
    assert story.chat(BOB, "staff") == ChatTo(frozenset({story.number(BOB), story.number(ALICE)}))
    assert isinstance(story.chat(ALICE), ChatTo)
    story.quiet(Quiet.NOT)
    assert isinstance(story.chat(BOB), ChatTo)


def test_quiet_keeps_whoever_comes_into_the_group_muted() -> None:
    """A newcomer, whoever comes back from the side room, another tab: nobody brings a live microphone in."""
    story = begun(BOB)
    story.aside(ALICE, BOB)
    story.quiet()
    assert story.member(BOB).microphone
    assert not hushed(story.room, story.member(BOB))
    story.enter(CAROL, DAN)
    story.admit()
    story.back(ALICE, BOB)
    assert not any(story.member(person).microphone for person in (BOB, CAROL, DAN))
    story.enter(CAROL, tab="another-tab")
    assert not story.member(CAROL).microphone
    assert [e.by for e in story.log if isinstance(e, did.MediaChanged) and not e.microphone][-1] == story.number(ALICE)
    story.end()
    assert story.room.ended


def test_who_may_ask_for_quiet() -> None:
    """Hosts and peers who host."""
    story = begun(BOB)
    story.enter(OLIVE, PETE)
    for nobody in (BOB, OLIVE):
        assert refused(story.quiet(by=nobody)) is Code.NOT_ALLOWED
    assert story.quiet(by=PETE)


# --- hands, and asking somebody to unmute


def test_calling_on_somebody_lowers_their_hand_and_lets_them_unmute_in_quiet() -> None:
    """They unmute by themself, speak until they are muted again, and then it is quiet for them, too."""
    story = begun(BOB, CAROL)
    story.quiet()
    story.at("18:10").hand(CAROL)
    story.at("18:11").hand(BOB)
    assert [m.alias for m in sorted(story.view(ALICE).members, key=lambda m: m.hand or 10**15)][:2] == ["Carol", "Bob"]
    assert [type(event) for event in story.call_on(CAROL)] == [did.HandChanged, did.UnmuteAsked]
    view = story.view(CAROL).you
    assert (view.hand, view.asked, view.hushed, view.microphone) == (False, True, False, False)
    assert [one.alias for one in story.view(ALICE).members if one.asked] == ["Carol"]
    assert not any(one.asked for one in story.view(BOB).members)
    assert story.call_on(CAROL) == ()
    story.speak(CAROL)
    assert story.member(CAROL).microphone
    assert not story.view(CAROL).you.asked
    story.speak(CAROL, False)
    assert refused(story.speak(CAROL)) is Code.QUIET


def test_whoever_was_asked_may_say_not_now_and_a_host_may_take_it_back() -> None:
    """Nobody is unmuted, and a new quiet forgets who was asked before."""
    story = begun(BOB, CAROL)
    story.speak(BOB, False)
    story.call_on(BOB)
    assert [type(event) for event in story.call_on(BOB, by=BOB, on=False)] == [did.UnmuteAsked]
    assert story.call_on(BOB, by=BOB, on=False) == ()
    story.call_on(BOB)
    story.ask(ask.SetMedia(story.now, story.socket(BOB), False, False, False))
    assert story.view(BOB).you.asked
    assert story.call_on(BOB, on=False)
    assert not story.view(BOB).you.asked
    story.call_on(BOB)
    story.quiet()
    assert refused(story.speak(BOB)) is Code.QUIET


def test_whoever_is_heard_already_is_not_asked() -> None:
    """Their hand is lowered, and that is all."""
    story = begun(BOB)
    story.hand(BOB)
    assert [type(event) for event in story.call_on(BOB)] == [did.HandChanged]


def test_a_host_lowers_hands() -> None:
    """One, or all; the log says who did."""
    story = begun(BOB, CAROL, DAN)
    for person in (BOB, CAROL, DAN):
        story.hand(person)
    (lowered,) = story.lower(BOB)
    assert lowered == did.HandChanged(story.now, story.number(BOB), False, story.number(ALICE))
    assert len(story.lower()) == 2
    assert story.lower() == ()


def test_only_hosts_call_on_people() -> None:
    """A client may not ask another, nor take back what a host asked of another; nobody is asked who cannot speak."""
    story = begun(BOB, CAROL)
    story.enter(OLIVE, DAN)
    for decision in (
        story.call_on(CAROL, by=BOB),
        story.call_on(CAROL, by=BOB, on=False),
        story.call_on(BOB, by=BOB),
        story.call_on(BOB, by=OLIVE),
        story.lower(BOB, by=CAROL),
    ):
        assert refused(decision) is Code.NOT_ALLOWED
    for silent in (OLIVE, DAN):
        assert refused(story.call_on(silent)) is Code.NO_SUCH_MEMBER


# --- who leads


def test_a_facilitator_hands_the_lead_over() -> None:
    """The co-facilitator may then end the session, and hand it back; both keep their parts."""
    story = begun(BOB)
    story.enter(BEN)
    assert refused(story.end(by=BEN)) is Code.NOT_ALLOWED
    assert Action.END not in story.view(BEN).you.may
    assert story.lead(BEN, by=ALICE) == (did.LeadPassed(story.now, story.number(BEN), story.number(ALICE)),)
    assert story.lead(BEN, by=ALICE) == ()
    assert story.view(BEN).lead == story.view(ALICE).lead == story.number(BEN)
    assert story.view(BOB).lead is None
    assert Action.END in story.view(BEN).you.may
    story.lead(ALICE, by=BEN)
    assert refused(story.end(by=BEN)) is Code.NOT_ALLOWED
    story.lead(BEN, by=ALICE)
    assert story.end(by=BEN)


def test_a_cofacilitator_takes_over_when_nobody_leads_any_more() -> None:
    """Not before the facilitator's seat is given up; whoever comes back may still lead."""
    story = begun(BOB)
    story.enter(BEN)
    assert refused(story.lead(BEN, by=BEN)) is Code.NOT_ALLOWED
    story.at("18:30").lose(ALICE, seen="18:30")
    assert refused(story.lead(BEN, by=BEN)) is Code.NOT_ALLOWED
    story.at("18:31:30").time_passes({ALICE: "18:30"})
    assert story.member(ALICE).standing is Standing.LEFT
    assert story.lead(BEN, by=BEN) == (did.LeadPassed(story.now, story.number(BEN), story.number(BEN)),)
    story.enter(ALICE)
    assert Action.END in story.view(ALICE).you.may
    story.leave(BEN)
    assert story.view(ALICE).lead is None


def test_nobody_else_gets_the_lead() -> None:
    """No client, no observer, no peer who hosts, nobody who is not seated; and none of them gives it."""
    story = begun(BOB)
    story.enter(BEN, OLIVE, PETE)
    for other in (BOB, OLIVE, PETE):
        assert refused(story.lead(other, by=ALICE)) is Code.NO_SUCH_MEMBER
        assert refused(story.lead(BEN, by=other)) is Code.NOT_ALLOWED
    story.leave(BEN)
    assert refused(story.lead(BEN, by=ALICE)) is Code.NO_SUCH_MEMBER
    unknown = ask.PassLead(story.now, story.socket(ALICE), MemberNumber(99))
    assert refused(story.ask(unknown)) is Code.NO_SUCH_MEMBER


def test_the_session_goes_on_without_a_host_and_admissions_pause() -> None:
    """Whoever waits is told so, and so is the group; they are let in when somebody is back."""
    story = begun(BOB)
    story.at("18:20").enter(CAROL)
    assert not story.view(CAROL).paused
    story.at("18:30").lose(ALICE, seen="18:30")
    assert (story.view(CAROL).paused, story.view(CAROL).host_here, story.view(BOB).paused) == (True, False, True)
    story.at("18:31:30").time_passes({ALICE: "18:30"})
    assert story.view(CAROL).paused
    assert story.member(BOB).standing is Standing.SEATED
    story.at("18:40").enter(ALICE)
    assert not story.view(CAROL).paused
    story.at("21:00").end()
    assert story.stays(BOB) == [(clock("18:00"), clock("21:00"), "ended")]
    assert not story.view(BOB).paused


def test_before_anybody_hosts_nothing_is_paused() -> None:
    """A session that has not begun is not one that lost its host."""
    story = Evening()
    story.at("17:50").enter(BOB)
    assert (story.view(BOB).paused, story.view(BOB).host_here) == (False, False)


# --- interpreters and peers who host


def test_an_interpreter_waits_speaks_and_counts_for_nothing() -> None:
    """No place, no row, nobody in the size of the group, no name; and they come along to the side room."""
    story = Evening(capacity=1)
    story.begin(BOB)
    story.enter(IDA)
    assert story.member(IDA).standing is Standing.WAITING
    story.admit(IDA)
    assert [one.role for one in story.view(BOB).members] == ["facilitator", "client", "interpreter"]
    shown = json.dumps(asdict(story.view(IDA)))
    assert all(card.legal_name not in shown and person not in shown for person, card in CARDS.items())
    story.aside(ALICE, BOB, IDA)
    assert together(story.member(BOB), story.member(IDA))
    story.enter(CAROL)
    assert story.room.by_person(CAROL) is None
    assert refused(story.ask(ask.MarkRisk(story.now, story.socket(ALICE), story.number(IDA), did.Risk.WATCH))) is (
        Code.NO_SUCH_MEMBER
    )
    story.at("21:00").end()
    row = story.rows()[BOB]
    assert (row.group_size_clients, row.group_size_persons) == (1, 1)
    assert IDA not in story.rows()


def test_a_peer_who_hosts_lets_people_in_and_keeps_order_without_a_legal_name() -> None:
    """Aliases at the door and nothing else of anybody; no waiver, no removal, no record of a crisis."""
    story = Evening()
    story.at("17:55").enter(PETE)
    story.at("18:00").enter(BOB, held=True)
    view = story.view(PETE)
    assert [(one.alias, one.legal_name, one.person, one.consent) for one in view.waiting] == [("Bob", "", "", "")]
    waive = ask.WaiveConsent(story.now, story.socket(PETE), story.number(BOB), did.Waiver.URGENT)
    assert refused(story.ask(waive)) is Code.NOT_ALLOWED
    assert story.admit(by=PETE)
    assert refused(story.remove(BOB, by=PETE)) is Code.NOT_ALLOWED
    story.ask(ask.CallHelp(story.now, story.socket(BOB)))
    assert story.view(PETE).alerts == ()
    assert [type(e) for e in story.ask(ask.MuteOthers(story.now, story.socket(PETE), None))] == [did.MediaChanged]
    shown = json.dumps(asdict(story.view(PETE)))
    assert all(card.legal_name not in shown and person not in shown for person, card in CARDS.items())
    story.at("19:00").leave(BOB)
    assert story.rows()[BOB].facilitators == (PETE,)


def test_a_peer_who_hosts_may_end_a_meeting_only_while_no_host_of_the_staff_is_there() -> None:
    """What staff hold, staff end; an observer ends nothing. And a peer does not mute staff."""
    story = Evening()
    story.at("17:55").enter(PETE)
    assert Action.END in story.view(PETE).you.may
    story.enter(OLIVE)
    assert Action.END in story.view(PETE).you.may
    story.enter(BEN)
    assert refused(story.end(by=PETE)) is Code.NOT_ALLOWED
    mute = ask.MuteOthers(story.now, story.socket(PETE), story.number(BEN))
    assert refused(story.ask(mute)) is Code.NOT_ALLOWED
    story.leave(BEN)
    assert story.end(by=PETE)
    assert story.room.ended


def test_whoever_waits_as_a_client_and_comes_to_host_hosts() -> None:
    """By their link to host, from another tab, while their own page still waits: else nobody would let anybody in. A
    host who opens their own link stays the host, and minutes as a client end where they began to host."""
    story = Story(waiting=False)

    def comes(role: Role, tab: str) -> None:
        story.ask(ask.Enter(story.now, BOB, role, ConnectionId(f"socket-{tab}"), TabId(tab), story.now, True, True))

    story.at("18:00")
    comes(Role.CLIENT, "tab-1")
    assert story.member(BOB).standing is Standing.WAITING
    comes(Role.PEER_HOST, "tab-2")
    assert (story.member(BOB).standing, story.member(BOB).role) == (Standing.SEATED, Role.PEER_HOST)
    comes(Role.CLIENT, "tab-3")
    assert (story.member(BOB).role, story.member(BOB).tab) == (Role.PEER_HOST, "tab-3")
    story.leave(BOB)
    story.enter(ALICE)
    comes(Role.CLIENT, "tab-4")
    assert story.member(BOB).standing is Standing.SEATED
    story.at("18:10")
    comes(Role.PEER_HOST, "tab-5")
    story.at("18:30").end()
    assert [(start, end) for start, end, _ in story.stays(BOB)] == [(clock("18:00"), clock("18:10"))]


def test_a_link_to_host_is_no_way_past_whoever_sent_them_out() -> None:
    """A client whom a host sent back to the waiting room waits there as a host of peers, too, until somebody means
    them."""
    story = Story().begin(BOB, CAROL)
    story.ask(ask.HoldBack(story.now, story.socket(ALICE), story.member(BOB).number))
    story.ask(
        ask.Enter(story.now, BOB, Role.PEER_HOST, ConnectionId("socket-9"), TabId("tab-9"), story.now, True, True)
    )
    assert (story.member(BOB).standing, story.member(BOB).role) == (Standing.WAITING, Role.PEER_HOST)
    story.admit()
    assert story.member(BOB).standing is Standing.WAITING
    story.admit(BOB)
    assert story.member(BOB).standing is Standing.SEATED
