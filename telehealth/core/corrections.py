"""People's part of attendance: corrections, excuses, and the facilitator's signature under the roster.

Nothing here changes a row. A correction is a second value that stands beside the raw one, with its author, reason and
time (PIM ch. 3 s. 3.3.2.5: the original stays readable); the latest counts, and taking one back is a correction, too.
An attestation signs the digest of the rows and of what was corrected at that moment, so that a later correction shows
as one that nobody has signed.

Reasons are texts: whoever stores them seals them. Must not touch: the store, clocks.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from .attendance import VERSION, Row, Status, as_bytes
from .ids import Millis, PersonId, SessionId
from .notes import may_write
from .records import Session
from .refusals import Code, Refusal
from .roles import Role

MAX_REASON = 500
"""Characters."""
EXCUSABLE = frozenset({Status.NO_SHOW, Status.ABSENT})


@dataclass(frozen=True, slots=True)
class Correction:
    """What the minutes attended should have been, by somebody who answers for it."""

    session: SessionId
    client: PersonId
    minutes: int | None
    """None takes an earlier correction back: the raw value counts again."""
    reason: str
    author: PersonId
    at: Millis


@dataclass(frozen=True, slots=True)
class Excuse:
    """An absence that the programme accepts, or no longer does."""

    session: SessionId
    client: PersonId
    excused: bool
    reason: str
    author: PersonId
    at: Millis


Said = Correction | Excuse


@dataclass(frozen=True, slots=True)
class Effective:
    """A row as it counts, with what people said beside what was recorded."""

    row: Row
    status: Status
    minutes_attended: int
    correction: Correction | None = None
    """The one that counts; None where the raw minutes do."""
    excuse: Excuse | None = None

    @property
    def attended_ms(self) -> Millis:
        """To be summed without losing part minutes of several sessions; a correction is in whole minutes."""
        return self.row.attended_ms if self.correction is None else self.minutes_attended * 60_000


def decide_correction(
    row: Row, session: Session, author: PersonId, role: Role, at: Millis, minutes: int | None, reason: str
) -> Correction | Refusal:
    """The correction to be kept, or why not. It may not exceed the time that the session took."""
    refusal = _refused(row, session, author, role, reason)
    if refusal:
        return refusal
    assert row.session_start is not None and row.session_end is not None  # noqa: PT018  a final row's session took place
    longest = -(-(row.session_end - row.session_start) // 60_000)
    if minutes is not None and not 0 <= minutes <= longest:
        return Refusal(Code.MALFORMED)
    return Correction(row.session, row.client, minutes, reason.strip(), author, at)


def decide_excuse(
    row: Row, session: Session, author: PersonId, role: Role, at: Millis, excused: bool, reason: str
) -> Excuse | Refusal:
    """The excuse to be kept, or why not. Only who was absent can be excused."""
    refusal = _refused(row, session, author, role, reason)
    if refusal:
        return refusal
    if row.status not in EXCUSABLE:
        return Refusal(Code.NOT_ALLOWED)
    return Excuse(row.session, row.client, excused, reason.strip(), author, at)


def _refused(row: Row, session: Session, author: PersonId, role: Role, reason: str) -> Refusal | None:
    if not may_write(session, author, role):
        return Refusal(Code.NOT_ALLOWED)
    if not row.final:
        return Refusal(Code.NOT_NOW)
    if not reason.strip() or len(reason) > MAX_REASON:
        return Refusal(Code.MALFORMED)
    return None


def effective(row: Row, said: Iterable[Said]) -> Effective:
    """The row with the latest of what was said about it, in the order in which it was kept."""
    correction: Correction | None = None
    excuse: Excuse | None = None
    for one in said:
        if (one.session, one.client) != (row.session, row.client):
            continue
        if isinstance(one, Correction):
            correction = one if one.minutes is not None else None
        else:
            excuse = one if one.excused else None
    minutes = row.minutes_attended if correction is None or correction.minutes is None else correction.minutes
    excused = excuse is not None and row.status in EXCUSABLE
    return Effective(row, Status.EXCUSED if excused else row.status, minutes, correction, excuse)


@dataclass(frozen=True, slots=True)
class Attestation:
    """The facilitator's word that the roster is right."""

    session: SessionId
    by: PersonId
    at: Millis
    digest: str
    """SHA-256 of what was signed."""
    version: int = VERSION
    """The version of the derivation whose bytes were signed."""


def digest(rows: Iterable[Row], said: Sequence[Said], version: int = VERSION) -> str:
    """SHA-256 of the rows of one session, by client, and of what people had said about them."""
    hashed = hashlib.sha256()
    for row in sorted(rows, key=lambda row: row.client):
        about = [asdict(one) for one in said if (one.session, one.client) == (row.session, row.client)]
        text = json.dumps(about, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
        for part in (as_bytes(row, version), text):
            hashed.update(b"%d:%b," % (len(part), part))
    return hashed.hexdigest()


def decide_attestation(
    rows: Sequence[Row], said: Sequence[Said], session: Session, by: PersonId, at: Millis
) -> Attestation | Refusal:
    """The signature to be kept, or why not. Facilitators of the session only, once it has ended."""
    if by not in session.facilitators:
        return Refusal(Code.NOT_ALLOWED)
    if not rows or not all(row.final for row in rows):
        return Refusal(Code.NOT_NOW)
    return Attestation(session.id, by, at, digest(rows, said))


def attested(attestation: Attestation | None, rows: Iterable[Row], said: Sequence[Said]) -> bool:
    """Whether what counts now is what was signed."""
    return attestation is not None and attestation.digest == digest(rows, said, attestation.version)
