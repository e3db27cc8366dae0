"""Who may be sent which columns: one table. A profile is an allow-list; what stands in none of them is not exported.

Each column says where its value comes from: a field of the stored row (core/attendance.py), or something that
`facts.py` looks up beside it. Names of `billing` are those of DOMAIN 2.7, times there are ISO 8601; `attendance` is for
our own pages and programs and has UTC milliseconds beside them. docs/export.md explains every column to a biller.

A column of the billing vocabulary that this server has no source for (a diagnosis, a chart number) is left out, not
sent empty. Client addresses, note texts, check-in answers and other clients' ids are in no profile.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from telehealth.core.attendance import Modality, Status
from telehealth.core.billable import Reason
from telehealth.core.disclosure import TPO, Purpose


class Form(StrEnum):
    """How a stored value is written."""

    TEXT = "text"
    WHOLE = "whole"
    AT = "at"
    """UTC milliseconds."""
    ISO = "iso"
    """UTC milliseconds, as ISO 8601."""
    MINUTES = "minutes"
    """Milliseconds, as whole minutes, rounded down."""
    TRUTH = "truth"
    SPANS = "spans"
    IDS = "ids"
    PERHAPS = "perhaps"
    """Yes, no, or not known."""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    form: Form
    source: str
    about: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    columns: tuple[Column, ...]
    purposes: frozenset[Purpose]
    """For which it may be sent (minimum necessary: 42 CFR 2.13(a))."""
    identified: bool = True

    def chosen(self, names: list[str]) -> tuple[Column, ...]:
        """The columns of these names. Raises `KeyError` with the first that the profile does not have."""
        by_name = {column.name: column for column in self.columns}
        return tuple(by_name[name] for name in names)


T, N, AT, ISO, MIN, YES, SPANS, IDS, PERHAPS = Form
_STATUS = tuple(Status)
_MODALITY = tuple(Modality)

_SESSION = "Id of the session, as this recipient knows it: no two recipients see the same one."
_CLIENT = "Id of the client. A collateral or a member of staff has no row."
_DAY = "The facility's calendar day of the scheduled start."
_ZONE = "IANA time zone of the facility, which decided the day."
_JUDGED = "How the policy judges the raw times."
_POLICY = "Name and version of the policy that judged."
_VERSION = "1, and one more for each correction, excuse or withdrawal of one."
_CORRECTED = "Whole minutes by the latest correction; empty without one. The raw value stands beside it."
_COUNTS = "The status that counts: excused where somebody excused the absence, else the judged one."
_BY = "Id of the member of staff who corrected or excused."
_WHEN = "When they did."
_MADE_UP = "Of a missed one: id of the session that makes up for it, as this recipient knows it. The miss stays one."
_NOTE = "The client's progress note, with the group's part: signed only if all that is needed is."
_BASIS = "The basis of this disclosure and its scope (42 CFR 2.32(b))."
_NOTICE = "The notice that accompanies every disclosure (42 CFR 2.32(a)(2))."
_PAYER = "Code of the payer on the date of service; empty if none was recorded for that day."
_UNITS = "Of what counts, by the payer's rule; empty without one, and while the session goes on. There is no default."
_REASONS = f"What stands in the way, in this order: {', '.join(Reason)}. Nothing of whoever never came."
_LAW = (Column("part2_basis", T, "basis", _BASIS), Column("part2_notice", T, "notice", _NOTICE))

ATTENDANCE = (
    Column("programme", T, "programme", "Id of the programme."),
    Column("session", T, "session", _SESSION),
    Column("client", T, "client", _CLIENT),
    Column("kind", T, "kind", "Service kind, such as group_therapy or individual."),
    Column("date_of_service", T, "day", _DAY),
    Column("zone", T, "zone", _ZONE),
    Column("scheduled_start", AT, "scheduled_start", "When the session was to start."),
    Column("scheduled_end", AT, "scheduled_end", "When it was to end."),
    Column("session_start", AT, "session_start", "When the first host was seated."),
    Column("session_end", AT, "session_end", "When the session ended."),
    Column("session_start_utc", ISO, "session_start", "The same in ISO 8601."),
    Column("session_end_utc", ISO, "session_end", "The same in ISO 8601."),
    Column("first_join", AT, "first_join", "When the client was first seated. Waiting counts nothing."),
    Column("last_leave", AT, "last_leave", "The last proof that the client was there; empty while present."),
    Column("first_join_utc", ISO, "first_join", "The same in ISO 8601."),
    Column("last_leave_utc", ISO, "last_leave", "The same in ISO 8601."),
    Column("intervals", SPANS, "intervals", "The raw evidence, in order of time."),
    Column("milliseconds", N, "milliseconds", "Union of the intervals: two devices never count twice."),
    Column("minutes", N, "minutes", "Whole minutes of it, rounded down. Units are the payer's rule."),
    Column("status", T, "status", _JUDGED, _STATUS),
    Column("policy", T, "policy", _POLICY),
    Column("group_size_clients", N, "group_size_clients", "Distinct clients who were present at any time."),
    Column("final", YES, "final", "Whether the session has ended. A row that is not final will change."),
    Column("minutes_attended", MIN, "attended_ms", "Whole minutes without breaks and side room."),
    Column("minutes_breaks", MIN, "break_ms", "Whole minutes of breaks."),
    Column("minutes_side_room", MIN, "side_room_ms", "Whole minutes in the side room."),
    Column("modality", T, "modality", "How they attended; empty where nothing is known of media.", _MODALITY),
    Column("group_size_persons", N, "group_size_persons", "Distinct clients and collaterals."),
    Column("facilitators", IDS, "facilitators", "Who led, in the order in which they came."),
    Column("row_version", N, "version", _VERSION),
    Column("minutes_corrected", N, "minutes_corrected", _CORRECTED),
    Column("status_counts", T, "status_counts", _COUNTS, _STATUS),
    Column("corrected_by", T, "corrected_by", _BY),
    Column("corrected_at", AT, "corrected_at", _WHEN),
    Column("made_up_by", T, "made_up_by", _MADE_UP),
    *_LAW,
)

BILLING = (
    Column("export_id", T, "export", "Id of the export: the same on every row of one answer."),
    Column("row_version", N, "version", _VERSION),
    Column("session_id", T, "session", _SESSION),
    Column("client_id", T, "client", _CLIENT),
    Column("payer_id", T, "payer", _PAYER),
    Column("payer_name", T, "payer_name", "Name of the payer, as it was recorded."),
    Column("member_id", T, "member", "The number by which the payer knows the client."),
    Column("authorization_no", T, "authorization", "The payer's authorisation."),
    Column("authorized_units", N, "authorized_units", "How many units it allows. They are not counted down here."),
    Column("authorized_from", T, "authorized_from", "Its first day."),
    Column("authorized_to", T, "authorized_to", "Its last day."),
    Column("program_id", T, "programme", "Id of the programme."),
    Column("level_of_care", T, "level_code", "The client's recorded level on that day, such as 2.1."),
    Column("level_of_care_edition", T, "level_edition", "Of which edition, such as asam:3."),
    Column("service_kind", T, "kind", "Service kind (docs/export.md has the list)."),
    Column("date_of_service", T, "day", _DAY),
    Column("facility_tz", T, "zone", _ZONE),
    Column("session_start_utc", ISO, "session_start", "When the first host was seated."),
    Column("session_end_utc", ISO, "session_end", "When the session ended."),
    Column("client_first_join_utc", ISO, "first_join", "When the client was first seated."),
    Column("client_last_leave_utc", ISO, "last_leave", "The last proof that the client was there."),
    Column("minutes_in_session", N, "minutes", "Whole minutes from all intervals, each moment once."),
    Column("minutes_breaks", MIN, "break_ms", "Whole minutes of breaks: never billable."),
    Column("minutes_side_room", MIN, "side_room_ms", "Whole minutes in the side room: a service of its own."),
    Column("minutes_attended", MIN, "attended_ms", "Whole minutes without breaks and side room: what units are of."),
    Column("minutes_corrected", N, "minutes_corrected", _CORRECTED),
    Column("corrected_by", T, "corrected_by", _BY),
    Column("corrected_at_utc", ISO, "corrected_at", _WHEN),
    Column("attendance_status", T, "status_counts", _COUNTS, _STATUS),
    Column("attendance_status_raw", T, "status", _JUDGED, _STATUS),
    Column("attendance_policy_id", T, "policy", _POLICY),
    Column("made_up_by", T, "made_up_by", _MADE_UP),
    Column("modality", T, "modality", "How they attended; empty where nothing is known of media.", _MODALITY),
    Column("group_size_clients", N, "group_size_clients", "Distinct clients who were present at any time."),
    Column("group_size_persons", N, "group_size_persons", "Distinct clients and collaterals."),
    Column("cap_rule_id", T, "cap_rule", "The rule of how large a group may be: the one that is broken, if any."),
    Column("cap_exceeded", PERHAPS, "cap_exceeded", "Whether the group was too large under it."),
    Column("pos", T, "place_of_service", "CMS place of service, as it was recorded with the payer."),
    Column("modifiers", IDS, "modifiers", "Of the claim line, by the payer's rule and the modality."),
    Column("procedure_code", T, "procedure_code", "By the payer's rule."),
    Column("revenue_code", T, "revenue_code", "By the payer's rule."),
    Column("units", N, "units", _UNITS),
    Column("unit_rule_id", T, "unit_rule", "Name and version of the rule that made the units."),
    Column("payer_pack_id", T, "payer_pack", "Name and version of the pack that has the payer's rule."),
    Column("service_count_day", N, "services_of_day", "Billable services that the client attended that day."),
    Column("eligible_minutes_day", N, "eligible_minutes_of_day", "Whole minutes of the day; of codes of a day only."),
    Column("per_diem_met", PERHAPS, "per_diem_met", "Whether they reach the rule's threshold."),
    Column("facility_npi", T, "facility_npi", "National Provider Identifier of the facility."),
    Column("facilitator_id", T, "facilitator", "Whoever led first."),
    Column("facilitator_npi", T, "facilitator_npi", "Their National Provider Identifier: who rendered the service."),
    Column("cofacilitator_ids", IDS, "cofacilitators", "The others who led."),
    Column("note_status", T, "note_status", _NOTE, ("none", "draft", "signed")),
    Column("note_signed_at_utc", ISO, "note_signed_at", "When the last of the sections that are needed was signed."),
    Column("location_verified", YES, "location_verified", "Whether the client said where they were. Never where."),
    Column("attested", YES, "attested", "Whether a facilitator signed the roster as it counts now."),
    Column("final", YES, "final", "Whether the session has ended. Only final rows may be billed."),
    Column("billable", YES, "billable", "Whether it is final, has units, and nothing known stands in the way."),
    Column("not_billable_reasons", IDS, "not_billable_reasons", _REASONS),
    *_LAW,
)

COURT = (
    Column("session_id", T, "session", _SESSION),
    Column("client_id", T, "client", _CLIENT),
    Column("row_version", N, "version", _VERSION),
    Column("date_of_service", T, "day", _DAY),
    Column("facility_tz", T, "zone", _ZONE),
    Column("minutes_attended", MIN, "attended_ms", "Whole minutes attended."),
    Column("minutes_corrected", N, "minutes_corrected", _CORRECTED),
    Column("attendance_status", T, "status_counts", _COUNTS, _STATUS),
    Column("attendance_policy_id", T, "policy", _POLICY),
    Column("made_up_by", T, "made_up_by", _MADE_UP),
    Column("final", YES, "final", "Whether the session has ended."),
    *_LAW,
)

AUDIT = (
    *(column for column in BILLING if column.name not in ("part2_basis", "part2_notice")),
    Column("scheduled_start_utc", ISO, "scheduled_start", "When the session was to start."),
    Column("scheduled_end_utc", ISO, "scheduled_end", "When it was to end."),
    Column("intervals", SPANS, "intervals", "The raw evidence, in order of time."),
    Column("milliseconds", N, "milliseconds", "Union of the intervals."),
    Column("milliseconds_attended", N, "attended_ms", "Without breaks and side room."),
    Column("milliseconds_audio_video", N, "audio_video_ms", "Of the attended time: with a picture."),
    Column("milliseconds_audio_only", N, "audio_only_ms", "Of the attended time: with sound and no picture."),
    Column("log_head", T, "head", "Head of the hash chain of the session's log when it ended (`telehealth verify`)."),
    *_LAW,
)

DEIDENTIFIED = (
    Column("year", N, "year", "The facility's calendar year: no finer date (45 CFR 164.514(b)(2)(i)(C))."),
    Column("service_kind", T, "kind", "Service kind."),
    Column("minutes_attended", MIN, "attended_ms", "Whole minutes attended."),
    Column("attendance_status", T, "status_counts", _COUNTS, _STATUS),
    Column("attendance_policy_id", T, "policy", _POLICY),
    Column("modality", T, "modality", "How they attended.", _MODALITY),
)

PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile("attendance", ATTENDANCE, TPO),
        Profile("billing", BILLING, frozenset({Purpose.PAYMENT, Purpose.OPERATIONS})),
        Profile("court", COURT, frozenset({Purpose.COURT})),
        Profile("audit", AUDIT, frozenset({Purpose.AUDIT, Purpose.OPERATIONS})),
        Profile("notes", ATTENDANCE, TPO | {Purpose.AUDIT}),
        Profile("deidentified", DEIDENTIFIED, frozenset(Purpose) - {Purpose.LEGAL}, identified=False),
    )
}

_SPAN = {
    "type": "object",
    "required": ["start", "end", "ended_by", "inferred"],
    "properties": {
        "start": {"type": "integer", "description": "UTC ms."},
        "end": {"type": ["integer", "null"], "description": "null while it lasts."},
        "ended_by": {
            "type": "string",
            "description": "left, lost, removed, ended or gap (came back to the seat); empty while it lasts.",
        },
        "inferred": {"type": "boolean", "description": "Nobody saw the end: it is the last proof that was kept."},
    },
}
_TYPES: dict[Form, dict[str, Any]] = {
    T: {"type": ["string", "null"]},
    N: {"type": ["integer", "null"]},
    AT: {"type": ["integer", "null"], "examples": [1795562100000]},
    ISO: {"type": ["string", "null"], "examples": ["2026-11-24T23:15:00.000Z"]},
    MIN: {"type": ["integer", "null"]},
    YES: {"type": "boolean"},
    SPANS: {"type": "array", "items": _SPAN},
    IDS: {"type": "array", "items": {"type": "string"}},
    PERHAPS: {"type": ["boolean", "null"]},
}


def schema(profile: Profile) -> dict[str, Any]:
    """The profile's row as JSON Schema."""
    properties = {
        c.name: {
            **_TYPES[c.form],
            "description": c.about,
            **({"enum": [*c.choices, None]} if c.choices else {}),
        }
        for c in profile.columns
    }
    return {
        "type": "object",
        "description": f"A row of the profile `{profile.name}`. Fewer columns with `columns`.",
        "properties": properties,
        "additionalProperties": False,
    }
