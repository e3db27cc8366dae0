"""What would keep a row from being billed, while it can still be mended (DOMAIN 2.7 and 10, 49). A list, never a no.

Everything that is not in the log comes in as a fact: `None` is "not known here", and says nothing. The reasons are a
stable vocabulary of the export, in this order.
"""

from dataclasses import dataclass
from enum import StrEnum

from .attendance import Row
from .ids import Millis


class Reason(StrEnum):
    """Why not, so far."""

    LOCATION_MISSING = "location_missing"
    """No address for today: nobody could be sent there, and the claim has no place of service."""
    NO_CONSENT = "no_consent"
    CAP_EXCEEDED = "cap_exceeded"
    CAMERA_NEVER_ON = "camera_never_on"
    """No picture of theirs ever reached the server: audio only, at best."""
    UNSIGNED_NOTE = "unsigned_note"
    BELOW_THRESHOLD = "below_threshold"
    """Too few minutes for one unit, or for the day."""
    OVERLAP = "overlap"
    """The client was in another session at the same moment."""
    FACILITATOR_OVERLAP = "facilitator_overlap"
    """Somebody who led it led another billable session at the same time."""
    NO_RULE = "no_rule"
    """No payer on that day, or no unit rule of theirs for the kind."""
    NOT_AUTHORIZED = "not_authorized"
    """The day lies outside the payer's authorisation."""
    NOT_ATTESTED = "not_attested"
    """The facilitator has not signed the roster, or it was corrected since."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What else is known of one client and session."""

    location: bool | None = None
    """An address was given at today's check-in."""
    consent: bool | None = None
    """A consent under which the record may go to anybody for payment is in force (`coverage.may_be_billed`)."""
    cap_exceeded: bool | None = None
    note_signed: bool | None = None
    least_minutes: int | None = None
    """The fewest attended minutes of this session that make one unit, or the day full."""
    minutes_to_come: int = 0
    """What can still be attended. Minutes are short once they cannot be reached any more as it is planned."""
    overlap: bool | None = None
    facilitator_overlap: bool | None = None
    unit_rule: bool | None = None
    """There is a rule for the payer and the kind."""
    authorized: bool | None = None
    """The day lies within the authorised ones, where there are any."""
    attested: bool | None = None


def reasons(row: Row, facts: Facts, minutes_attended: int | None = None) -> tuple[Reason, ...]:
    """What is missing as things stand. `minutes_attended` is the corrected value, where there is one."""
    minutes = row.minutes_attended if minutes_attended is None else minutes_attended
    no_picture: Millis | None = None if row.modality is None else row.audio_video_ms
    found = {
        Reason.LOCATION_MISSING: facts.location is False,
        Reason.NO_CONSENT: facts.consent is False,
        Reason.CAP_EXCEEDED: facts.cap_exceeded is True,
        Reason.CAMERA_NEVER_ON: no_picture == 0 and bool(row.intervals),
        Reason.UNSIGNED_NOTE: facts.note_signed is False,
        Reason.BELOW_THRESHOLD: facts.least_minutes is not None
        and minutes + facts.minutes_to_come < facts.least_minutes,
        Reason.OVERLAP: facts.overlap is True,
        Reason.FACILITATOR_OVERLAP: facts.facilitator_overlap is True,
        Reason.NO_RULE: facts.unit_rule is False,
        Reason.NOT_AUTHORIZED: facts.authorized is False,
        Reason.NOT_ATTESTED: facts.attested is False,
    }
    return tuple(reason for reason in Reason if found[reason])
