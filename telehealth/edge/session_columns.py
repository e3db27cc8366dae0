"""Which columns of a session, and of what people said of its attendance, a profile opens. (Rows: profiles.py.)

The same allow-lists in the same words. A session's row is about the meeting, and names no client; a correction's is
about one client in one session. The reason of a correction is a text about a person: it goes to an auditor, and to
nobody else outside. There is no correction without its client, so `deidentified` has none.
"""

from telehealth.core.attendance import Status

from .profiles import Column, Form

T, N, AT, ISO, YES, IDS = Form.TEXT, Form.WHOLE, Form.AT, Form.ISO, Form.TRUTH, Form.IDS
SCHEDULED, OPEN, ENDED, NOT_HELD, CANCELLED = STATES = ("scheduled", "open", "ended", "not_held", "cancelled")
CORRECTION, EXCUSE = WHATS = ("correction", "excuse")

_SESSION = "Id of the session, as this recipient knows it: no two recipients see the same one."
_SERIES = "Id of the series (group), as this recipient knows it; empty for a session of its own."
_KIND = "Service kind, such as group_therapy or individual."
_DAY = "The facility's calendar day of the scheduled start."
_ZONE = "IANA time zone of the facility, which decided the day."
_STATE = "scheduled, open, ended, cancelled beforehand, or not_held: its time is over and nobody opened it."
_ROWS = "Attendance rows of it that this recipient may have now."
_ATTESTED = "Whether a facilitator signed the roster as it counts now."
_FINAL = "Whether it is over: what is not final will change."
_BASIS = "The basis of this disclosure and its scope (42 CFR 2.32(b))."
_NOTICE = Column("part2_notice", T, "notice", "The notice that accompanies every disclosure (42 CFR 2.32(a)(2)).")
_LAW = (Column("part2_basis", T, "basis", _BASIS), _NOTICE)

_FACTS = (
    Column("attested", YES, "attested", _ATTESTED),
    Column("attendance_rows", N, "rows", _ROWS),
    Column("final", YES, "final", _FINAL),
    _NOTICE,
)
_BILLING = (
    Column("export_id", T, "export", "Id of the export: the same on every row of one answer."),
    Column("session_id", T, "session", _SESSION),
    Column("group_id", T, "series", _SERIES),
    Column("program_id", T, "programme", "Id of the programme."),
    Column("service_kind", T, "kind", _KIND),
    Column("date_of_service", T, "day", _DAY),
    Column("facility_tz", T, "zone", _ZONE),
    Column("scheduled_start_utc", ISO, "scheduled_start", "When it was to start."),
    Column("scheduled_end_utc", ISO, "scheduled_end", "When it was to end."),
    Column("session_start_utc", ISO, "session_start", "When the first host was seated."),
    Column("session_end_utc", ISO, "session_end", "When it ended."),
    Column("session_status", T, "state", _STATE, STATES),
    Column("facilitator_ids", IDS, "facilitators", "Who led, in the order in which they came."),
    Column("planned_facilitator_ids", IDS, "planned", "Who was to lead."),
    Column("group_size_clients", N, "group_size_clients", "Distinct clients who were present at any time."),
    Column("group_size_persons", N, "group_size_persons", "Distinct clients and collaterals."),
)
SESSIONS: dict[str, tuple[Column, ...]] = {
    "attendance": (
        Column("programme", T, "programme", "Id of the programme."),
        Column("session", T, "session", _SESSION),
        Column("series", T, "series", _SERIES),
        Column("kind", T, "kind", _KIND),
        Column("date_of_service", T, "day", _DAY),
        Column("zone", T, "zone", _ZONE),
        Column("scheduled_start", AT, "scheduled_start", "When it was to start."),
        Column("scheduled_end", AT, "scheduled_end", "When it was to end."),
        Column("session_start", AT, "session_start", "When the first host was seated."),
        Column("session_end", AT, "session_end", "When it ended."),
        Column("status", T, "state", _STATE, STATES),
        Column("facilitators", IDS, "facilitators", "Who led, in the order in which they came."),
        Column("planned_facilitators", IDS, "planned", "Who was to lead."),
        Column("group_size_clients", N, "group_size_clients", "Distinct clients who were present at any time."),
        Column("group_size_persons", N, "group_size_persons", "Distinct clients and collaterals."),
        *_FACTS,
    ),
    "billing": (*_BILLING, *_FACTS),
    "court": (
        Column("session_id", T, "session", _SESSION),
        Column("date_of_service", T, "day", _DAY),
        Column("facility_tz", T, "zone", _ZONE),
        Column("session_status", T, "state", _STATE, STATES),
        Column("attendance_rows", N, "rows", _ROWS),
        Column("final", YES, "final", _FINAL),
        _NOTICE,
    ),
    "audit": (
        *_BILLING,
        Column("attendance_policy_id", T, "policy", "Name and version of the policy that judged."),
        Column("log_head", T, "head", "Head of the hash chain of its log when it ended (`telehealth verify`)."),
        *_FACTS,
    ),
    "deidentified": (
        Column("year", N, "year", "The facility's calendar year: no finer date (45 CFR 164.514(b)(2)(i)(C))."),
        Column("service_kind", T, "kind", _KIND),
        Column("session_status", T, "state", _STATE, STATES),
        Column("group_size_clients", N, "group_size_clients", "Distinct clients who were present at any time."),
        Column("group_size_persons", N, "group_size_persons", "Distinct clients and collaterals."),
    ),
}

_WHOSE = (
    Column("session_id", T, "session", _SESSION),
    Column("client_id", T, "client", "Id of the client."),
    Column("date_of_service", T, "day", _DAY),
    Column("facility_tz", T, "zone", _ZONE),
)
_SAID = (
    Column("row_version", N, "version", "The version of the client's row that it made."),
    Column("what", T, "what", "A correction of the minutes, or an excuse of an absence.", WHATS),
    Column("minutes_raw", N, "minutes_raw", "Whole minutes attended, as they were recorded."),
    Column("minutes_corrected", N, "minutes", "What they should have been; empty takes a correction back."),
    Column("attendance_status_raw", T, "status", "How the policy judges the raw times.", tuple(Status)),
    Column("excused", YES, "excused", "Whether the absence is excused by it."),
    Column("counts", YES, "counts", "Whether it is the one that counts: nobody has said anything later."),
)
_WHO = (
    Column("said_by", T, "author", "Id of the member of staff."),
    Column("said_at_utc", ISO, "at", "When."),
)
CORRECTIONS: dict[str, tuple[Column, ...]] = {
    "attendance": (
        Column("programme", T, "programme", "Id of the programme."),
        Column("session", T, "session", _SESSION),
        Column("client", T, "client", "Id of the client."),
        Column("date_of_service", T, "day", _DAY),
        Column("zone", T, "zone", _ZONE),
        *_SAID,
        Column("said_by", T, "author", "Id of the member of staff."),
        Column("said_at", AT, "at", "When."),
        Column("said_at_utc", ISO, "at", "The same in ISO 8601."),
        *_LAW,
    ),
    "billing": (
        Column("export_id", T, "export", "Id of the export: the same on every row of one answer."),
        *_WHOSE,
        *_SAID,
        *_WHO,
        *_LAW,
    ),
    "court": (*_WHOSE, *_SAID, Column("said_at_utc", ISO, "at", "When."), *_LAW),
    "audit": (
        Column("export_id", T, "export", "Id of the export: the same on every row of one answer."),
        *_WHOSE,
        *_SAID,
        *_WHO,
        Column("reason", T, "reason", "Why, in the words of whoever said it."),
        *_LAW,
    ),
}
