"""Histories that Hypothesis makes up: hostile, confused and unlucky commands in any order, with a clock that jumps.

Whatever is asked, the room answers, stays consistent, tells nobody too much, and keeps attendance that a second and
simpler account (model.py) agrees with.
"""

from dataclasses import dataclass, field, replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.attendance import as_bytes, intervals, rows
from telehealth.core.audience import view
from telehealth.core.chat import ChatTo, chat_audience, reads
from telehealth.core.circles import Apart, apart, hears, sees
from telehealth.core.decide import decide, next_deadline
from telehealth.core.ids import ConnectionId, MemberNumber, Millis, PersonId, ProgrammeId, SessionId, TabId, WorkerId
from telehealth.core.plan import plan
from telehealth.core.refusals import Refusal
from telehealth.core.roles import PARTICIPANTS, STAFF, Action, Role, may
from telehealth.core.room import EMPTY, Room, Standing, apply, replay
from telehealth.live.media import planned
from telehealth.media.room import audible, near
from telehealth.store.codec import event_fields, event_from

from .model import Split, attended, split
from .story import ALICE, BOB, CARDS, CAROL, DAN, FIXED, GRACE, POLICY, ROLES, clock

PEOPLE = tuple(ROLES)
CAPACITY = 4
OPENED = clock("17:30")
ACTIONS = (
    ["nothing"]  # the simplest, so that a failing history shrinks to its few steps that matter
    + ["enter"] * 6
    + ["admit all"] * 3
    + ["lose", "take over", "time passes"] * 2
    + ["remove", "allow back"] * 2
    + ["flow"] * 3
    + ["hold back", "moment", "quiet", "ask unmute"] * 2
    + ["look"] * 3
    + ["spotlight", "lower hands", "lead"]
    + ["help", "answer", "risk", "risk", "may go", "step", "close alarm", "no show"]
    + ["break", "aside", "privacy", "rooms", "place"] * 2
    + ["announce", "want host", "more time"]
    + ["admit", "leave", "mute", "mute all", "media", "hand", "lock", "assign", "open", "clock", "end"]
)


@dataclass(frozen=True)
class Step:
    """One thing that somebody tries."""

    action: str
    delay: Millis
    who: PersonId
    whom: int
    socket: int
    """0: their own; else somebody's, or one that never was."""
    proof_age: Millis | None
    yes: bool


STEPS = st.lists(
    st.builds(
        Step,
        action=st.sampled_from(ACTIONS),
        delay=st.sampled_from([0, 0, 0, 1, 700, 2_500, 9_000, 16_000, 61_000, 900_000, -4_000]),
        who=st.sampled_from((*PEOPLE, ALICE, ALICE, ALICE, BOB, CAROL)),
        whom=st.integers(0, 7),
        socket=st.sampled_from([0, 0, 0, 0, 0, 1, 2, 3]),
        proof_age=st.sampled_from([None, 0, 900, 2_600, 20_000, 70_000, -5_000]),
        yes=st.booleans(),
    ),
    min_size=20,  # Hypothesis would make them short otherwise, and few would get far
    max_size=60,
)
GROUP = st.lists(
    st.builds(
        Step,
        action=st.sampled_from(
            ["nothing"]
            + ["break", "aside", "flow"] * 4
            + ["rooms", "place", "announce"] * 2
            + ["look"] * 3
            + ["enter", "admit all"] * 2
            + ["lose", "time passes", "leave"]
        ),
        delay=st.sampled_from([0, 1, 700, 9_000, 61_000, 300_000]),
        who=st.sampled_from([ALICE, ALICE, BOB, CAROL, DAN]),
        whom=st.integers(0, 7),
        socket=st.just(0),
        proof_age=st.sampled_from([None, 0, 2_600, 20_000]),
        yes=st.booleans(),
    ),
    min_size=20,
    max_size=50,
)
"""A group that nobody disturbs, with breaks, a side room and cameras that come and go."""
BREAKOUTS = ("rooms", "place", "announce")
EVENING = [
    Step(action, 60_000, who, 0, 0, None, True)
    for action, who in [("enter", PEOPLE[0]), ("enter", BOB), ("enter", CAROL), ("admit all", PEOPLE[0])]
]


@dataclass
class World:
    """The room, its log, and who uses which socket."""

    room: Room = EMPTY
    log: list[did.Event] = field(default_factory=list)
    now: Millis = OPENED
    sockets: list[ConnectionId] = field(default_factory=lambda: [ConnectionId("never-was")])

    def take(self, step: Step) -> None:
        """Try it, and check all that must hold after anything."""
        if step.action == "nothing":
            return
        self.now += step.delay
        before = self.room
        decision = decide(self.room, self.command(step))
        assert self.room is before
        for event in () if isinstance(decision, Refusal) else decision:
            assert not self.log or event.at >= self.log[-1].at
            assert not self.room.ended
            self.room = apply(self.room, event)
            self.log.append(event)

    def new_socket(self) -> ConnectionId:
        self.sockets.append(ConnectionId(f"socket-{len(self.sockets)}"))
        return self.sockets[-1]

    def command(self, step: Step) -> ask.Command:
        """What the step asks."""
        own = self.room.by_person(step.who)
        by = (own.connection if own else None) or self.sockets[0]
        if step.socket:
            by = self.sockets[step.whom * step.socket % len(self.sockets)]
        member = MemberNumber(1 + step.whom % (len(self.room.members) + 1))  # one beyond the last never came
        proof = None if step.proof_age is None else self.now - step.proof_age
        seen = {} if proof is None else dict.fromkeys(self.room.members, proof) if step.yes else {member: proof}
        match step.action:
            case "open":
                return ask.Open(
                    self.now,
                    ProgrammeId("p1"),
                    SessionId("s1"),
                    "group_therapy",
                    clock("18:00"),
                    clock("21:00"),
                    CAPACITY,
                    (BOB, CAROL, DAN),
                    GRACE,
                    POLICY.id,
                    sees="everyone" if step.yes else "hosts",
                )
            case "enter" | "take over":
                tab = f"tab-{step.who}" if step.action == "enter" else f"tab-{step.whom}"
                socket = by if step.socket == 3 else self.new_socket()
                return ask.Enter(self.now, step.who, ROLES[step.who], socket, TabId(tab), proof, step.yes, not step.yes)
            case "lose":
                return ask.LoseConnection(self.now, by, self.now if proof is None else proof)
            case "time passes":
                alive = {m.number: self.now for m in self.room.members.values() if m.connection}
                return ask.TimePassed(self.now, {**alive, **seen})
            case "admit":
                return ask.Admit(self.now, by, (member, MemberNumber(step.whom)))
            case "admit all":
                return ask.Admit(self.now, by, None)
            case "leave":
                return ask.Leave(self.now, by)
            case "remove":
                return ask.Remove(self.now, by, member, seen)
            case "hold back":
                return ask.HoldBack(self.now, by, member, seen)
            case "look":
                waiting = [m.number for m in self.room.standing(Standing.WAITING)]
                return ask.LookIn(self.now, by, waiting[step.whom % len(waiting)] if waiting else member, step.yes)
            case "moment":
                return ask.SetMoment(self.now, by, step.yes)
            case "spotlight":
                return ask.SetSpotlight(self.now, by, member if step.yes else None)
            case "quiet":
                return ask.SetQuiet(self.now, by, list(did.Quiet)[step.whom % 3])
            case "ask unmute":
                return ask.AskUnmute(self.now, by, member, step.yes)
            case "lower hands":
                return ask.LowerHands(self.now, by, member if step.yes else None)
            case "lead":
                return ask.PassLead(self.now, by, own.number if own and step.yes else member)
            case "allow back":
                removed = [m.number for m in self.room.standing(Standing.REMOVED)]
                return ask.AllowBack(self.now, by, removed[0] if removed and step.yes else member)
            case "mute":
                return ask.MuteOthers(self.now, by, member)
            case "mute all":
                return ask.MuteOthers(self.now, by, None)
            case "media":
                return ask.SetMedia(self.now, by, step.yes, not step.yes, step.whom > 4)
            case "hand":
                return ask.SetHand(self.now, by, step.yes)
            case "lock":
                return ask.SetLock(self.now, by, step.yes)
            case "break":
                return (ask.StartBreak if step.yes else ask.EndBreak)(self.now, by)
            case "aside":
                whom = (member,) if step.whom % 2 else (member, MemberNumber(1 + step.whom // 2))
                return (ask.MoveAside if step.yes else ask.MoveBack)(self.now, by, whom)
            case "rooms":
                each = tuple((number, number % 3) for number in self.room.members)
                length = None if step.proof_age is None else 60_000 * step.whom
                return (
                    ask.OpenBreakouts(self.now, by, 2, each, length) if step.yes else ask.CloseBreakouts(self.now, by)
                )
            case "place":
                return ask.PlaceMembers(self.now, by, ((member, step.whom % 4),))
            case "more time":
                return ask.ExtendBreakouts(self.now, by, 60_000 * step.whom)
            case "announce":
                return ask.Announce(self.now, by, step.yes)
            case "want host":
                return ask.WantHost(self.now, by, step.yes)
            case "help":
                return ask.CallHelp(self.now, by)
            case "answer":
                return ask.AnswerHelp(self.now, by, member)
            case "risk":
                return ask.MarkRisk(self.now, by, member, list(did.Risk)[step.whom % 3], 1_000 * step.whom)
            case "may go":
                return ask.ApproveLeave(self.now, by, member, step.yes)
            case "step":
                return ask.TakeStep(self.now, by, member, "call-client", list(did.Outcome)[step.whom % 4])
            case "no show":
                return ask.MarkNoShow(self.now, by, PEOPLE[step.whom % len(PEOPLE)], step.yes)
            case "close alarm":
                return ask.CloseAlarm(self.now, by, member)
            case "privacy":
                return ask.HoldPrivacy(self.now, by, member, step.yes)
            case "flow":
                flow = list(did.Flow)[step.whom % 3]
                since = self.now if proof is None else proof
                watched = tuple(self.room.members) if step.yes else (member,)
                return ask.SeeMedia(self.now, {number: ask.Flowing(flow, since) for number in watched})
            case "clock":
                return ask.NoteClock(self.now, step.delay)
            case "assign":
                return ask.AssignMedia(self.now, WorkerId("w"), self.room.media_epoch - step.whom // 6)
            case _:
                return ask.End(self.now, by, seen)


def consistent(room: Room) -> None:
    """What is true of a room at any time."""
    members = list(room.members.values())
    here = [m for m in members if m.here]
    for values in (
        [m.number for m in members],
        [m.person for m in members],
        [m.seat for m in members if m.seat is not None],
        [m.connection for m in members if m.connection is not None],
        [m.tab for m in here],
    ):
        assert len(values) == len(set(values))
    assert all(number == m.number for number, m in room.members.items())
    assert sum(m.role in PARTICIPANTS for m in here) <= CAPACITY
    for m in members:
        assert m.last_seen <= room.last_at
        assert m.seat is not None or m.standing is not Standing.SEATED
        assert m.connection is None or m.here
        assert m.standing is Standing.SEATED or (m.flow is did.Flow.NONE and not m.aside and not m.private)
        assert m.standing is Standing.SEATED or (m.moment is None and not m.asked and m.hand is None)
        assert not (m.held_back and m.standing is Standing.SEATED)
        assert m.moment is None or m.role in PARTICIPANTS
        quiet = room.quiet is not did.Quiet.NOT and m.role in PARTICIPANTS and apart(m) is Apart.NOT
        assert not (quiet and m.standing is Standing.SEATED and m.microphone and not m.asked and not room.ended)
        assert m.flow_since <= room.last_at
        assert may(m.role, Action.SPEAK) or not (m.microphone or m.camera or m.screen)
    for one in (room.spotlight, room.lead):
        assert one is None or room.members[one].standing is Standing.SEATED
    assert room.lead is None or may(room.members[room.lead].role, Action.LEAD)
    assert sum(m.aside and m.role not in STAFF and m.role is not Role.INTERPRETER for m in members) <= 1
    assert not any(m.private for m in members if m.role in STAFF)
    peers = plan(room).peers
    assert [p.member for p in peers if p.circle == p.member] == [
        m.number for m in members if m.private or m.moment is not None or m.looked_at_by is not None
    ]
    assert {p.tab for p in peers} == {m.tab for m in here}
    assert {p.member for p in peers if p.seated} == {
        m.number for m in members if m.standing is Standing.SEATED or m.looked_at_by is not None
    }
    looks(room)
    assert not (room.ended and (here or room.break_since is not None))
    timed = room.breakouts is not None and room.breakouts.until is not None
    assert next_deadline(room) is None or timed or any(m.reconnecting or m.missed_after is not None for m in here)
    most = room.breakouts.rooms if room.breakouts is not None else 0
    assert all(0 <= m.breakout <= most for m in members)
    assert room.breakouts is not None or (room.announcer is None and not any(m.wants_host for m in members))
    assert room.announcer is None or may(room.members[room.announcer].role, Action.BREAKOUTS)
    assert not (room.ended and room.breakouts is not None)
    media_agrees(room)
    assert not (room.ended and any(m.alarm is not None for m in members))
    assert all(m.role in PARTICIPANTS for m in members if m.alarm or m.help or m.risk is not did.Risk.NONE)


def looks(room: Room) -> None:
    """Whoever is looked at waits, and is with the one host who looks and with nobody else, in media and in words."""
    peers = {p.member: p for p in plan(room).peers}
    for m in room.members.values():
        assert m.looks_at is None or room.members[m.looks_at].looked_at_by == m.number
        if m.looked_at_by is None:
            continue
        host = room.members[m.looked_at_by]
        assert (m.standing, host.standing, host.looks_at) == (Standing.WAITING, Standing.SEATED, m.number)
        assert may(host.role, Action.LOOK_IN)
        assert m.connection is not None
        assert host.connection is not None
        assert {p.member for p in peers.values() if p.circle == peers[m.number].circle} == {m.number, host.number}
        assert peers[m.number].apart
        assert not peers[host.number].screen


def media_agrees(room: Room) -> None:
    """The media worker, which goes by the plan, lets flow between two what the rules of the room say, and no more."""
    peers = {MemberNumber(peer.member): peer for peer in planned(room) if peer.seated}
    for one in peers:
        for other in peers:
            viewer, speaker = room.members[one], room.members[other]
            assert one == other or near(peers[one], peers[other]) == sees(room, viewer, speaker)
            assert one == other or audible(peers[one], peers[other]) == hears(room, viewer, speaker)


def discreet(room: Room) -> None:
    """What each client may be sent names nobody else, and nobody who waits."""
    for me in room.members.values():
        sent = msgspec.json.encode(view(room, me.number, CARDS)).decode()
        if me.role in STAFF:
            continue
        assert me.person not in sent
        shown = sent.replace(f'"apart":"{apart(me)}"', "").replace('"moment":null', "").replace('"moment","speak"', "")
        for secret in ("at_risk", "watch", "network", "closed", "call-client", "private", "moment"):
            assert f'"{secret}"' not in shown
        for other in room.members.values():
            assert other.person not in sent
            assert CARDS[other.person].legal_name not in sent
            seen = me.standing is Standing.SEATED and other.standing is Standing.SEATED
            door = may(me.role, Action.SEE_WAITING) and other.standing in (Standing.WAITING, Standing.REMOVED)
            seen = seen and (sees(room, me, other) if apart(me) is not Apart.NOT else me.breakout == other.breakout)
            if room.opened is not None and room.opened.sees == "hosts" and me.role in PARTICIPANTS:
                seen = seen and (other.role not in PARTICIPANTS or room.spotlight == other.number)
            seen = seen or (door and me.standing is Standing.SEATED)
            if room.announcer == other.number and me.standing is Standing.SEATED:
                seen = seen or hears(room, me, other)
            seen = seen or (me.standing is Standing.WAITING and me.looked_at_by == other.number)
            assert other is me or seen or f'"{CARDS[other.person].alias}"' not in sent
        told = chat_audience(room, me.number, "staff")
        assert not isinstance(told, ChatTo) or all(
            n == me.number or room.members[n].role in STAFF for n in told.members
        )
        if me.standing is Standing.WAITING:
            written_at_the_door(room, me.number)


def written_at_the_door(room: Room, member: MemberNumber) -> None:
    """What somebody who waits writes, and what is written to them, is read by hosts and by them."""
    for sender in room.members:
        for to in ("all", "staff", f"member:{member}"):
            told = chat_audience(room, sender, to)
            if not isinstance(told, ChatTo) or member not in told.members:
                continue
            assert to == ("staff" if sender == member else f"member:{member}")
            assert all(may(room.members[n].role, Action.LOOK_IN) for n in told.members if n != member)
            assert reads(room, member, to, told.members)
            assert all(not reads(room, n, to, told.members) for n in room.members.keys() - told.members)


@settings(FIXED, max_examples=300)
@given(STEPS, st.booleans(), st.integers(0, 60), st.booleans())
def test_any_history(steps: list[Step], begun: bool, cut: int, everyone: bool) -> None:
    """No command in any state raises, replay equals live, and what must always hold holds after each step."""
    world = World()
    opening = [Step("open", 0, BOB, 0, 0, None, everyone), *(EVENING if begun else [])]
    for step in [*opening, *steps] if begun or len(steps) % 8 else steps:
        world.take(step)
        consistent(world.room)
        discreet(world.room)
    log, room = world.log, world.room
    assert room.version == len(log)
    assert replay(log) == room
    assert replay(log[cut:], replay(log[:cut])) == room
    check_attendance(log, room, max(world.now, room.last_at))


@settings(FIXED, max_examples=120)
@given(GROUP)
def test_breaks_side_room_and_media_of_any_group(steps: list[Step]) -> None:
    """Whatever overlaps what, each moment of presence is counted in one place: the model and a replay agree."""
    world = World()
    for step in [Step("open", 0, BOB, 0, 0, None, True), *EVENING, *steps]:
        # Alice does what only a host may; so breaks and the side room really happen.
        host = step.action in ("break", "aside", "admit all", "look", *BREAKOUTS)
        world.take(replace(step, who=ALICE) if host else step)
        consistent(world.room)
    check_attendance(world.log, world.room, max(world.now, world.room.last_at))


@pytest.mark.parametrize("uncounted", [BREAKOUTS, ("look",)], ids=["breakouts", "looks"])
@settings(FIXED, max_examples=120)
@given(steps=GROUP)
def test_no_minute_depends_on_what_is_not_counted(steps: list[Step], uncounted: tuple[str, ...]) -> None:
    """Of the same evening with breakout rooms, or looks at those who wait, and without, every row is the same, byte for
    byte, at every moment."""
    parted, plain = World(), World()
    for step in [Step("open", 0, BOB, 0, 0, None, True), *EVENING, *steps]:
        host = step.action in ("break", "aside", "admit all", "look", *BREAKOUTS)
        told = replace(step, who=ALICE) if host else step
        parted.take(told)
        if step.action in uncounted:
            plain.now += step.delay
        else:
            plain.take(told)
        until = parted.now
        assert [as_bytes(row) for row in rows(parted.log, POLICY, until=until)] == [
            as_bytes(row) for row in rows(plain.log, POLICY, until=until)
        ]


def check_attendance(log: list[did.Event], room: Room, until: Millis) -> None:
    """Never negative, never twice, never outside the session, never for waiting; and the model agrees."""
    expected = attended(log, until)
    spans_of = intervals(log)
    assert spans_of.keys() == expected.keys()
    seated = {room.members[e.member].person for e in log if isinstance(e, did.Seated)}
    assert spans_of.keys() == {person for person in seated if ROLES[person] is Role.CLIENT}
    for spans in spans_of.values():
        assert room.began is not None
        edges = [edge for span in spans for edge in (span.start, until if span.end is None else span.end)]
        assert edges == sorted(edges)
        assert edges[0] >= room.began
        assert all(span.end is not None and span.ended_by for span in spans[:-1])
        assert (spans[-1].end is None) == (spans[-1].ended_by == "")
        assert not room.ended or spans[-1].end is not None
    parts = split(log, until)
    for row in rows(log, POLICY, until=until):
        part = parts.get(row.client, Split())
        assert (row.attended_ms, row.break_ms, row.side_room_ms) == (part.attended, part.breaks, part.aside)
        assert (row.audio_video_ms, row.audio_only_ms) == (part.audio_video, part.audio_only)
        assert row.attended_ms + row.break_ms + row.side_room_ms == row.milliseconds
        assert row.audio_video_ms + row.audio_only_ms <= row.attended_ms
        assert min(row.attended_ms, row.break_ms, row.side_room_ms, row.audio_video_ms, row.audio_only_ms) >= 0
        assert row.milliseconds == expected.get(row.client, 0)
        window = (room.last_at if room.ended else until) - (room.began or until)
        assert 0 <= row.milliseconds <= window
        assert row.minutes == row.milliseconds // 60_000
        assert row.final == room.ended
    live = rows(log, POLICY, until=None)
    stored = [event_from({k.encode(): v.encode() for k, v in event_fields(event).items()}) for event in log]
    assert [as_bytes(row) for row in live] == [as_bytes(row) for row in rows(stored, POLICY, until=None)]
