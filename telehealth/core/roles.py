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
    MUTE_OTHERS = "mute_others"
    REMOVE = "remove"
    LOCK = "lock"
    BREAK = "break"
    """Begin and end a break for everybody."""
    SIDE_ROOM = "side_room"
    """Take members aside and bring them back."""
    PRIVACY = "privacy"
    """Hide the group from one client while somebody else is in their room."""
    CALL_HELP = "call_help"
    """Ask staff for help in silence."""
    CRISIS = "crisis"
    """Answer such calls, look after those at risk, go through the crisis plan."""
    TOOLS = "tools"
    """Begin, lead and end what the people of a room do together (core/tools)."""
    END = "end"
    WRITE_NOTES = "write_notes"


_STAFF_EARS = {Action.SEE_WAITING, Action.SEE_LEGAL_NAMES, Action.SKIP_WAITING, Action.CHAT_STAFF}
_HOST = _STAFF_EARS | {
    Action.SPEAK,
    Action.CHAT_ALL,
    Action.ADMIT,
    Action.MUTE_OTHERS,
    Action.REMOVE,
    Action.LOCK,
    Action.BREAK,
    Action.SIDE_ROOM,
    Action.PRIVACY,
    Action.CRISIS,
    Action.TOOLS,
    Action.END,
    Action.WRITE_NOTES,
}

MAY: dict[Role, frozenset[Action]] = {
    Role.FACILITATOR: frozenset(_HOST),
    Role.COFACILITATOR: frozenset(_HOST - {Action.END}),
    Role.OBSERVER: frozenset(_STAFF_EARS),
    Role.CLIENT: frozenset({Action.SPEAK, Action.CHAT_ALL, Action.CHAT_STAFF, Action.CALL_HELP}),
    Role.COLLATERAL: frozenset({Action.SPEAK, Action.CHAT_ALL, Action.CHAT_STAFF, Action.CALL_HELP}),
}

STAFF: frozenset[Role] = frozenset({Role.FACILITATOR, Role.COFACILITATOR, Role.OBSERVER})
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


def may(role: Role, action: Action) -> bool:
    """Whether `role` may do `action`."""
    return action in MAY[role]
