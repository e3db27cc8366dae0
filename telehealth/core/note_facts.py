"""What the server puts into a note by itself: times, minutes, modality, location verified, late and early.

Computed from the attendance row, the check-in and the plan whenever a draft is read, and frozen when it is signed. So
nobody types a time, and an auditor finds none in the note that the record does not have (DOMAIN 2.1, 3.4). Must not
touch: the store; the address of a check-in never leaves it.
"""

from collections.abc import Sequence

from .attendance import Row
from .corrections import Said, effective
from .goals import Goal
from .note_records import Facts
from .records import CheckIn, Session

MINUTE = 60_000


def of_group(session: Session, rows: Sequence[Row]) -> Facts:
    """Of the whole session, as each of its rows has it."""
    row = rows[0] if rows else None
    return Facts(
        kind=session.kind,
        zone=session.zone,
        session_start=row.session_start if row else None,
        session_end=row.session_end if row else None,
        break_minutes=max((one.break_ms for one in rows), default=0) // MINUTE,
        group_size=row.group_size_clients if row else 0,
        facilitators=row.facilitators if row and row.facilitators else session.facilitators,
    )


def of_client(
    session: Session, row: Row | None, said: Sequence[Said], check_in: CheckIn | None, goals: Sequence[Goal]
) -> Facts:
    """Of the session and this client. `goals` are those that were picked."""
    counts = effective(row, said) if row else None
    return Facts(
        kind=session.kind,
        zone=session.zone,
        session_start=row.session_start if row else None,
        session_end=row.session_end if row else None,
        break_minutes=row.break_ms // MINUTE if row else 0,
        group_size=row.group_size_clients if row else 0,
        facilitators=row.facilitators if row and row.facilitators else session.facilitators,
        first_join=row.first_join if row else None,
        last_leave=row.last_leave if row else None,
        minutes=row.minutes_attended if row else None,
        minutes_corrected=counts.minutes_attended if counts and counts.correction else None,
        status=counts.status if counts else "",
        policy=row.policy if row else "",
        modality=(row.modality or "") if row else "",
        late_minutes=_between(row.session_start, row.first_join) if row else 0,
        left_early_minutes=_between(row.last_leave, row.session_end) if row else 0,
        location_verified=check_in is not None and bool(check_in.location.strip()),
        location_state=check_in.state if check_in else "",
        emergency_contact=check_in is not None and bool(check_in.contact_phone.strip()),
        goals=tuple((goal.id, goal.text) for goal in goals),
    )


def _between(earlier: int | None, later: int | None) -> int:
    return 0 if earlier is None or later is None else max(0, later - earlier) // MINUTE
