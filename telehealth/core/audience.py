"""Who is told what: the only place that chooses what each participant may learn of a room.

`view(room, viewer, cards)` is the whole room as one member may see it; it is sent again after every change, so there
are no deltas to lose and a page that was away is up to date with one message. Clients learn of each other: number,
seat, alias, part and what is switched on; of who is in the side room, or held apart, only that they are not with the
group now, and whoever is apart themselves learns nothing of the group. While the group is in breakout rooms, they learn
of their own room only; where clients see the hosts alone, of the hosts alone. Calls for help, marks of risk, alarms and
who took a moment for themself are for staff alone; who called learns whether somebody has seen it. Legal names and
person ids go to staff only. A waiting client learns of nobody but a host who looks at them (core/looks.py). Who reads
what is written stands in `chat.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .circles import Apart, apart, hears, reserved, sees, together
from .ids import MemberNumber, PersonId
from .kind_rules import NO_KINDS, KindRule, KindRules
from .order import hushed, rights
from .roles import PARTICIPANTS, STAFF, Action, may
from .room import Member, Room, Standing
from .tools.table import ALWAYS, TOOLS


@dataclass(frozen=True, slots=True)
class Card:
    """How a person is called. Comes from the sealed store, never from the log."""

    alias: str
    """The name that the person chose to show: a first name or another."""
    legal_name: str
    """For staff only."""


UNKNOWN = Card("Guest", "")


@dataclass(frozen=True, slots=True)
class You:
    """The viewer."""

    member: int
    standing: str
    """waiting | seated | left | removed"""
    role: str
    may: tuple[str, ...]
    alias: str
    seat: int | None
    microphone: bool
    camera: bool
    screen: bool
    hand: bool
    apart: str = ""
    """aside: in the side room; private: held apart from everybody; moment: stepped away by themself; look: looking at
    somebody who waits, or looked at while waiting; empty: with the group."""
    noted: str = ""
    """Of one's own call for help: called; answered, when a host has seen it; empty where there was none."""
    held_back: bool = False
    """A host sent them from their seat to the waiting room."""
    asked: bool = False
    """A host asks them to unmute."""
    hushed: bool = False
    """Quiet mode keeps them muted: asking for the microphone would be refused."""
    breakout: int = 0
    """The breakout room that one is in; 0 is the main room."""
    wants_host: bool = False
    """Whether one has asked for a host to come, and nobody has come yet."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody seated, as the viewer may see them."""

    member: int
    seat: int
    alias: str
    role: str
    you: bool
    reconnecting: bool
    microphone: bool
    camera: bool
    screen: bool
    hand: int | None
    """When the hand was raised (UTC ms); the order of hands is the order of these."""
    legal_name: str | None = None
    """Staff only."""
    person: str | None = None
    """Staff only: the id under which notes are written."""
    since: int | None = None
    """Staff only: seated since (UTC ms)."""
    consent_waived: str | None = None
    """Staff only: why they were admitted without a consent on file."""
    near: bool = True
    """Together with the viewer. Who is not has stepped away, for the others: nothing of them is heard or seen."""
    apart: str | None = None
    """Staff only: as in `You`."""
    risk: str | None = None
    """Staff only: none | watch | at_risk."""
    leave_approved: bool | None = None
    """Staff only: whether they may go now."""
    moment: int | None = None
    """Staff only: since when they have stepped away by themself (UTC ms)."""
    asked: bool = False
    """Hosts only: they have been asked to unmute."""
    breakout: int | None = None
    """Staff only: as in `You`."""
    wants_host: int | None = None
    """Staff only: since when they ask for a host to come to their room (UTC ms)."""


@dataclass(frozen=True, slots=True)
class AtTheDoor:
    """Somebody who waits, or who was removed and may be let back. Told to those who may see who waits; a peer who hosts
    learns the alias, the part and since when, and the rest is empty."""

    member: int
    alias: str
    legal_name: str
    person: str
    role: str
    since: int
    reconnecting: bool
    consent: str = ""
    """missing: none was on file when they came; waived: they may be admitted all the same; empty where nothing is to be
    said."""
    risk: str = "none"
    held_back: bool = False
    """A host sent them out of their seat: "admit all" does not mean them."""
    leave_approved: bool = False
    """They may go now without an alarm, where `risk` says that staff look after them."""
    microphone: bool = False
    """Whether they have one switched on that would be heard if somebody looked in. For those who may look in."""
    camera: bool = False
    looked_at_by: int | None = None
    """The host who looks in on them now."""


@dataclass(frozen=True, slots=True)
class Look:
    """One host and one person who waits see and hear each other and nobody else. Told to these two."""

    member: int
    """The other of the two."""
    alias: str
    microphone: bool
    camera: bool


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of the crisis plan that was taken."""

    step: str
    outcome: str
    at: int
    by: str
    """The alias of whoever took it."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody who needs staff now. Told to staff only."""

    member: int
    person: str
    alias: str
    legal_name: str
    why: str
    """help: they called for it. Gone without leave: network | closed | left."""
    at: int
    since: int
    """The last proof of somebody who is gone."""
    contact: int | None
    """When somebody first spoke with them again."""
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """How this kind of session is held, as far as it shapes the page (core/kind_rules.py)."""

    layout: str
    """circle | pair | stage | calm"""
    camera: str
    """expected | optional | off"""
    media: str
    """voice | music"""
    sees: str
    """everyone | hosts"""
    tools: tuple[str, ...]
    """What is at hand, in the order in which it is offered."""


@dataclass(frozen=True, slots=True)
class BreakoutsView:
    """The group has parted into rooms, numbered from 1."""

    rooms: int
    since: int
    until: int | None
    """When everybody comes back by itself (UTC ms)."""


@dataclass(frozen=True, slots=True)
class Announcer:
    """The host who speaks to all rooms, and may be none of `members`."""

    member: int
    alias: str


@dataclass(frozen=True, slots=True)
class RoomView:
    """One room for one viewer."""

    version: int
    session: str
    kind: str
    starts: int
    ends: int
    began: int | None
    locked: bool
    break_since: int | None
    """When the break that goes on began (UTC ms)."""
    ended: bool
    host_here: bool
    media_epoch: int
    """A page whose peer connection belongs to an older epoch offers again."""
    profile: Profile
    you: You
    members: tuple[Participant, ...]
    """In seating order: the same on every screen."""
    waiting: tuple[AtTheDoor, ...]
    removed: tuple[AtTheDoor, ...]
    alerts: tuple[Alert, ...] = ()
    """Oldest first."""
    quiet: str = ""
    """quiet: participants are muted and write to staff only; guided: the same, while one voice leads an exercise."""
    spotlight: int | None = None
    """Who is to be shown large; one of `members`, and near."""
    lead: int | None = None
    """Who was handed the lead or took it; null: the facilitators lead. For whoever may lead."""
    paused: bool = False
    """The session goes on without a host, so that nobody can be let in until one is back."""
    breakouts: BreakoutsView | None = None
    """null while everybody is in one room, and for a client who is apart."""
    announcer: Announcer | None = None
    """For those who hear them, and for staff."""
    look: Look | None = None
    """Whom the viewer looks at, or who looks at them while they wait."""


def card(cards: Mapping[PersonId, Card], person: PersonId) -> Card:
    """The person's card, or a neutral one."""
    return cards.get(person, UNKNOWN)


def profile(room: Room, rules: KindRules) -> Profile:
    """How the session is held. Who sees whom is what the log says, not what a later pack does."""
    assert room.opened is not None
    rule = rules.of(room.opened.kind)
    tools = (*(name for name in rule.tools if name in TOOLS), *ALWAYS)
    return Profile(rule.layout, rule.camera, rule.media, room.opened.sees, tools)


def view(room: Room, viewer: MemberNumber, cards: Mapping[PersonId, Card], rules: KindRules = NO_KINDS) -> RoomView:
    """The room as `viewer` may see it."""
    assert room.opened is not None
    me = room.members[viewer]
    seated = me.standing is Standing.SEATED
    sees_door = seated and may(me.role, Action.SEE_WAITING)
    participants = room.standing(Standing.SEATED) if seated else []
    if me.role not in STAFF:
        participants = [m for m in participants if _learns_of(room, me, m)]
    host_here = any(may(m.role, Action.ADMIT) and m.connection for m in room.standing(Standing.SEATED))
    large = next((m for m in participants if m.number == room.spotlight and together(m, me)), None)
    return RoomView(
        version=room.version,
        session=room.opened.session,
        kind=room.opened.kind,
        starts=room.opened.starts,
        ends=room.opened.ends,
        began=room.began if sees_door else None,
        locked=room.locked and seated,
        break_since=room.break_since if seated else None,
        ended=room.ended,
        host_here=host_here,
        media_epoch=room.media_epoch,
        profile=profile(room, rules),
        you=_you(room, me, cards, rules.of(room.opened.kind)),
        members=tuple(
            sorted((_participant(room, m, me, cards) for m in participants), key=lambda p: p.seat),
        ),
        waiting=tuple(_at_door(m, me, cards) for m in room.standing(Standing.WAITING)) if sees_door else (),
        removed=tuple(_at_door(m, me, cards) for m in room.standing(Standing.REMOVED)) if sees_door else (),
        alerts=alerts(room, cards) if seated and me.role in STAFF else (),
        quiet=room.quiet if seated else "",
        spotlight=large.number if large else None,
        lead=room.lead if seated and may(me.role, Action.LEAD) else None,
        paused=room.began is not None and not room.ended and not host_here,
        breakouts=_breakouts(room, me),
        announcer=_announcer(room, me, cards),
        look=_look(room, me, cards),
    )


def _learns_of(room: Room, me: Member, other: Member) -> bool:
    """Of whom a client is told who is seated: those of their room, also while these have stepped away for a moment."""
    if me.role in PARTICIPANTS and me.number != other.number and reserved(room, other):
        return False
    return together(me, other) or (apart(me) is Apart.NOT and me.breakout == other.breakout)


def _breakouts(room: Room, me: Member) -> BreakoutsView | None:
    known = me.standing is Standing.SEATED and (me.role in STAFF or apart(me) is Apart.NOT)
    if room.breakouts is None or not known:
        return None
    return BreakoutsView(room.breakouts.rooms, room.breakouts.since, room.breakouts.until)


def _announcer(room: Room, me: Member, cards: Mapping[PersonId, Card]) -> Announcer | None:
    if room.announcer is None or me.standing is not Standing.SEATED:
        return None
    speaker = room.members[room.announcer]
    known = me.role in STAFF or hears(room, me, speaker)
    return Announcer(speaker.number, card(cards, speaker.person).alias) if known else None


def _look(room: Room, me: Member, cards: Mapping[PersonId, Card]) -> Look | None:
    number = me.looks_at or me.looked_at_by
    if number is None:
        return None
    other = room.members[number]
    return Look(number, card(cards, other.person).alias, other.microphone, other.camera)


def _you(room: Room, me: Member, cards: Mapping[PersonId, Card], rule: KindRule) -> You:
    unwritten = frozenset() if rule.notes else frozenset({Action.WRITE_NOTES})
    return You(
        me.number,
        me.standing,
        me.role,
        tuple(sorted(rights(room, me) - unwritten)),
        card(cards, me.person).alias,
        me.seat,
        me.microphone,
        me.camera,
        me.screen,
        me.hand is not None,
        apart(me),
        "called" if me.help is not None else "answered" if me.answered is not None else "",
        me.held_back,
        me.asked and not me.microphone,
        hushed(room, me),
        me.breakout if apart(me) is Apart.NOT or me.role in STAFF else 0,
        me.wants_host is not None,
    )


def _participant(room: Room, m: Member, me: Member, cards: Mapping[PersonId, Card]) -> Participant:
    assert m.seat is not None
    shown = card(cards, m.person)
    names = may(me.role, Action.SEE_LEGAL_NAMES)
    near = sees(room, me, m)
    return Participant(
        m.number,
        m.seat,
        shown.alias,
        m.role,
        m.number == me.number,
        m.reconnecting,
        near and m.microphone,
        near and m.camera,
        near and m.screen,
        m.hand if near else None,
        shown.legal_name if names else None,
        m.person if names else None,
        m.since if names else None,
        m.waived if names else None,
        near,
        apart(m) if names else None,
        m.risk if names else None,
        m.leave_approved if names else None,
        m.moment if names else None,
        m.asked and not m.microphone and may(me.role, Action.CALL_ON),
        m.breakout if names else None,
        m.wants_host if names else None,
    )


def _at_door(m: Member, me: Member, cards: Mapping[PersonId, Card]) -> AtTheDoor:
    shown = card(cards, m.person)
    names = may(me.role, Action.SEE_LEGAL_NAMES)
    looks = may(me.role, Action.LOOK_IN)
    consent = "waived" if m.waived else "missing" if m.held else ""
    return AtTheDoor(
        m.number,
        shown.alias,
        shown.legal_name if names else "",
        m.person if names else "",
        m.role,
        m.since,
        m.reconnecting,
        consent if names else "",
        m.risk if names else "none",
        m.held_back,
        m.leave_approved and names,
        looks and m.microphone,
        looks and m.camera,
        m.looked_at_by if names else None,
    )


def alerts(room: Room, cards: Mapping[PersonId, Card]) -> tuple[Alert, ...]:
    """Everybody who needs staff now, whether in the room or gone; a call and an alarm about one person are two."""
    found = [_alert(m, cards, "help", m.help, m.help) for m in room.members.values() if m.help is not None]
    for m in room.members.values():
        if m.alarm is not None:
            steps = tuple(
                StepView(s.step, s.outcome, s.at, card(cards, room.members[s.by].person).alias) for s in m.alarm.steps
            )
            found.append(_alert(m, cards, m.alarm.why, m.alarm.at, m.alarm.since, m.alarm.contact, steps))
    return tuple(sorted(found, key=lambda one: one.at))


def _alert(
    m: Member,
    cards: Mapping[PersonId, Card],
    why: str,
    at: int,
    since: int,
    contact: int | None = None,
    steps: tuple[StepView, ...] = (),
) -> Alert:
    shown = card(cards, m.person)
    return Alert(m.number, m.person, shown.alias, shown.legal_name, why, at, since, contact, steps)
