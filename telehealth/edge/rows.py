"""A client's attendance as the page of one session shows it, also while the session goes on. (Exports: profiles.py.)"""

from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from telehealth.core.attendance import Row, Status
from telehealth.core.ids import Millis

from .days import day_at, iso

At = Annotated[int, Meta(description="UTC milliseconds since 1970-01-01T00:00Z.", examples=[1795562100000])]
Iso = Annotated[str, Meta(description="The same instant in ISO 8601, UTC.", examples=["2026-11-24T23:15:00.000Z"])]


class AttendanceInterval(msgspec.Struct, frozen=True):
    """Proven presence from `start` up to, not including, `end`."""

    start: At
    end: Annotated[At | None, Meta(description="null while it lasts.")]
    ended_by: Annotated[
        str, Meta(description="left, lost, removed, ended or gap (came back to the seat); empty while it lasts.")
    ]


class AttendanceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One client's attendance of one session. It holds ids, times and codes: no name, address or text."""

    programme: Annotated[str, Meta(description="Id of the programme.")]
    session: Annotated[str, Meta(description="Id of the session.")]
    client: Annotated[str, Meta(description="Id of the client. A collateral or a member of staff has no row.")]
    kind: Annotated[str, Meta(description="Service kind, such as group_therapy or individual.")]
    date_of_service: Annotated[str, Meta(description="The facility's calendar day of the scheduled start.")]
    zone: Annotated[str, Meta(description="IANA time zone of the facility, which decided the day.")]
    scheduled_start: At
    scheduled_end: At
    session_start: Annotated[At | None, Meta(description="When the first host was seated.")]
    session_end: Annotated[At | None, Meta(description="When the session ended.")]
    session_start_utc: Iso | None
    session_end_utc: Iso | None
    first_join: Annotated[At | None, Meta(description="When the client was first seated. Waiting counts nothing.")]
    last_leave: Annotated[At | None, Meta(description="The last proof that the client was there; null while present.")]
    first_join_utc: Iso | None
    last_leave_utc: Iso | None
    intervals: Annotated[list[AttendanceInterval], Meta(description="The raw evidence, in order of time.")]
    milliseconds: Annotated[int, Meta(description="Union of the intervals: two devices never count twice.")]
    minutes: Annotated[int, Meta(description="Whole minutes of it, rounded down. Units are the payer's rule.")]
    status: Annotated[Status, Meta(description="How the policy judges the times.")]
    policy: Annotated[str, Meta(description="Name and version of the policy that judged.", examples=["iop-default/1"])]
    group_size_clients: Annotated[int, Meta(description="Distinct clients who were present at any time.")]
    final: Annotated[bool, Meta(description="Whether the session has ended. A row that is not final will change.")]


def export_row(row: Row, zone: str) -> AttendanceRow:
    """`row` as it is handed out."""
    return AttendanceRow(
        programme=row.programme,
        session=row.session,
        client=row.client,
        kind=row.kind,
        date_of_service=day_at(row.scheduled_start, ZoneInfo(zone)).isoformat(),
        zone=zone,
        scheduled_start=row.scheduled_start,
        scheduled_end=row.scheduled_end,
        session_start=row.session_start,
        session_end=row.session_end,
        session_start_utc=_iso(row.session_start),
        session_end_utc=_iso(row.session_end),
        first_join=row.first_join,
        last_leave=row.last_leave,
        first_join_utc=_iso(row.first_join),
        last_leave_utc=_iso(row.last_leave),
        intervals=[AttendanceInterval(i.start, i.end, i.ended_by) for i in row.intervals],
        milliseconds=row.milliseconds,
        minutes=row.minutes,
        status=row.status,
        policy=row.policy,
        group_size_clients=row.group_size_clients,
        final=row.final,
    )


def _iso(at: Millis | None) -> str | None:
    return None if at is None else iso(at)
