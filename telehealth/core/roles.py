"""Who may do what in a room: one table, one row per role. Deny by default: what is not in the table is refused.

What a member of staff may do with the record, in a room or not, is another table (core/access_table.py).
"""

from enum import StrEnum


class Role(StrEnum):
    """A person's part in one session (DOMAIN 1.6)."""

    FACILITATOR = "facilitator"
    COFACILITATOR = "cofacilitator"
    OBSERVER = "observer"
    CLIENT = "client"
    COLLATERAL = "collateral"
    """Family member or other person seen for a client's benefit."""
    INTERPRETER = "interpreter"
    """Speaks for somebody and hears for them. No participant, no staff; comes by a guest's link."""
    PEER_HOST = "peer_host"
    """Leads a meeting of peers without being staff: lets people in and keeps order, and learns no legal name."""


class StaffRole(StrEnum):
    """What a member of staff is employed as (DOMAIN 1.6): decides what they may do with the record."""

    COUNSELLOR = "counsellor"
    """Primary counsellor or therapist, with a caseload."""
    FACILITATOR = "facilitator"
    """Leads groups, alone or with others."""
    INTERN = "intern"
    OBSERVER = "observer"
    PEER = "peer_support"
    CASE_MANAGER = "case_manager"
    BILLER = "biller"
    SUPERVISOR = "supervisor"
    """Clinical supervisor."""
    DIRECTOR = "director"
    """Programme director or manager."""
    COMPLIANCE = "compliance"
    """Compliance officer."""
    ADMIN = "admin"
    """Front desk and administration."""


class Action(StrEnum):
    """Something that can be asked of a room."""

    SPEAK = "speak"
    """Send a microphone, a camera or a screen, and raise a hand."""
    CHAT_ALL = "chat_all"
    CHAT_STAFF = "chat_staff"
    SEE_WAITING = "see_waiting"
    SEE_LEGAL_NAMES = "see_legal_names"
    SKIP_WAITING = "skip_waiting"
    ADMIT = "admit"
    WAIVE = "waive"
    """Let somebody in without a consent on file."""
    MUTE_OTHERS = "mute_others"
    HOLD_BACK = "hold_back"
    """Send somebody back to the waiting room, from which they can be admitted again."""
    LOOK_IN = "look_in"
    """See and speak with somebody who waits before letting them in (core/looks.py)."""
    CALL_ON = "call_on"
    """Lower hands, and ask somebody to unmute."""
    SPOTLIGHT = "spotlight"
    QUIET = "quiet"
    REMOVE = "remove"
    LOCK = "lock"
    BREAK = "break"
    """Begin and end a break for everybody."""
    SIDE_ROOM = "side_room"
    """Take members aside and bring them back."""
    BREAKOUTS = "breakouts"
    """Part the group into breakout rooms, look into them, speak to all of them, recall everybody."""
    PRIVACY = "privacy"
    """Hide the group from one client while somebody else is in their room."""
    MOMENT = "moment"
    """Step away for a moment by oneself."""
    CALL_HELP = "call_help"
    """Ask staff for help in silence."""
    CRISIS = "crisis"
    """Answer such calls, look after those at risk, go through the crisis plan."""
    TOOLS = "tools"
    """Begin, lead and end what the people of a room do together (core/tools)."""
    LEAD = "lead"
    """Take the lead, or hand it over (core/order.py)."""
    END = "end"
    WRITE_NOTES = "write_notes"


_STAFF_EARS = {Action.SEE_WAITING, Action.SEE_LEGAL_NAMES, Action.SKIP_WAITING, Action.CHAT_STAFF}
_ORDER = {
    Action.ADMIT,
    Action.MUTE_OTHERS,
    Action.HOLD_BACK,
    Action.CALL_ON,
    Action.SPOTLIGHT,
    Action.QUIET,
    Action.BREAK,
}
_HOST = (
    _STAFF_EARS
    | _ORDER
    | {
        Action.SPEAK,
        Action.CHAT_ALL,
        Action.WAIVE,
        Action.LOOK_IN,
        Action.REMOVE,
        Action.LOCK,
        Action.SIDE_ROOM,
        Action.BREAKOUTS,
        Action.PRIVACY,
        Action.CRISIS,
        Action.TOOLS,
        Action.LEAD,
        Action.END,
        Action.WRITE_NOTES,
    }
)

_TALK = {Action.SPEAK, Action.CHAT_ALL, Action.CHAT_STAFF}
_PARTICIPANT = _TALK | {Action.CALL_HELP, Action.MOMENT}

MAY: dict[Role, frozenset[Action]] = {
    Role.FACILITATOR: frozenset(_HOST),
    Role.COFACILITATOR: frozenset(_HOST - {Action.END}),
    # Whoever leads may end the session, too: `order.rights`.
    Role.OBSERVER: frozenset(_STAFF_EARS),
    Role.CLIENT: frozenset(_PARTICIPANT),
    Role.COLLATERAL: frozenset(_PARTICIPANT),
    Role.INTERPRETER: frozenset(_TALK),
    Role.PEER_HOST: frozenset(_TALK | _ORDER | {Action.SEE_WAITING, Action.SKIP_WAITING, Action.TOOLS}),
}

STAFF: frozenset[Role] = frozenset({Role.FACILITATOR, Role.COFACILITATOR, Role.OBSERVER})
PARTICIPANTS: frozenset[Role] = frozenset({Role.CLIENT, Role.COLLATERAL})
"""For whom a session is held: each takes one of its places and counts in the size of the group. Staff, a peer who hosts
and an interpreter work there (9 CCR 9854(g) counts participants with their family members and significant others)."""
LEADS: frozenset[StaffRole] = frozenset(
    {
        StaffRole.COUNSELLOR,
        StaffRole.FACILITATOR,
        StaffRole.INTERN,
        StaffRole.OBSERVER,
        StaffRole.PEER,
        StaffRole.SUPERVISOR,
    }
)
"""Who can be given a part in a session; the others have none, whatever a session's record says."""

ATTENDS: frozenset[Role] = frozenset({Role.CLIENT})
"""Whose presence becomes an attendance row. A collateral is never a billing subject (DOMAIN 5, 25)."""


def part(employed: StaffRole | None, *, leads: bool) -> Role:
    """The part of a member of staff whom a session's record names, as one who leads it or goes along. Whoever is
    employed as an observer or a peer is no more than that in any room, whatever a record says (DOMAIN 1.6)."""
    if employed is StaffRole.OBSERVER:
        return Role.OBSERVER
    if employed is StaffRole.PEER:
        return Role.PEER_HOST
    return Role.FACILITATOR if leads else Role.COFACILITATOR


def may(role: Role, action: Action) -> bool:
    """Whether `role` may do `action`."""
    return action in MAY[role]
