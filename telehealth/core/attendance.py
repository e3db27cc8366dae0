"""Attendance: raw evidence made into a row for each client. Minutes are facts; a status needs a named policy.

A person's time in the session is the union of their intervals, so two tabs never count twice. Side-room time and
breaks are taken from that time, each moment once and the side room first, and what is left is what they attended;
modality is about that. A collateral or a member of staff gets no row. A session that no host ever entered did not take
place; it has no rows once it has closed, because nobody missed it.

The same events under the same policy give the same row for ever, byte for byte (`as_bytes`): whoever adds a column
adds a version there, and old versions go on. Must not touch: clocks, names. `policies.py` reads what `judged` goes by.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from . import events as did
from .evidence import Evidence, Interval, evidence, intervals
from .ids import Millis, PersonId, ProgrammeId, SessionId
from .room import replay
from .spans import both, length, merged, without

__all__ = ["Interval", "Modality", "Policy", "Row", "Status", "as_bytes", "intervals", "rows", "union_ms"]


class Status(StrEnum):
    """DOMAIN 2.2."""

    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    PARTIAL = "partial"
    ABSENT = "absent"
    NO_SHOW = "no_show"
    IN_SESSION = "in_session"
    """The session is still going on: not judged yet."""
    EXCUSED = "excused"
    """Said by a person (`corrections.py`), never by a policy."""


class Modality(StrEnum):
    """How somebody attended (DOMAIN 2.1)."""

    AUDIO_VIDEO = "audio_video"
    AUDIO_ONLY = "audio_only"
    MIXED = "mixed"
    NONE = "none"
    """No media of theirs ever reached the server while they attended; also whoever never came."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How raw time is judged. From a data file that a clinic can change; name and version stay on every row."""

    name: str
    version: int
    late_after: Millis
    """Later than this after the start is `late`."""
    left_early_before: Millis
    """Leaving more than this before the end is `left_early`."""
    absent_below: float
    """Less than this share of the session's length is `absent` (0 to 1)."""
    present_from: float
    """At least this share is needed not to be `partial` (0 to 1)."""
    mixed_from: float = 0.0
    """The rarer modality needs at least this share of the media time to make it `mixed` (0 to 1)."""

    @property
    def id(self) -> str:
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, slots=True)
class Row:
    """One client's attendance of one session, to be stored or exported. docs/attendance.md defines each column."""

    programme: ProgrammeId
    session: SessionId
    client: PersonId
    kind: str
    scheduled_start: Millis
    scheduled_end: Millis
    session_start: Millis | None
    """When the first host was seated."""
    session_end: Millis | None
    first_join: Millis | None
    last_leave: Millis | None
    """The end of the last interval; `None` while it lasts."""
    intervals: tuple[Interval, ...]
    milliseconds: Millis
    """Union of the intervals: seated, in the group, in a break or aside."""
    minutes: int
    """Whole minutes of it, rounded down."""
    status: Status
    policy: str
    group_size_clients: int
    """Distinct clients who were present at any time."""
    final: bool
    """Whether the session has ended."""
    attended_ms: Millis = 0
    """`milliseconds` without the two that follow."""
    break_ms: Millis = 0
    side_room_ms: Millis = 0
    audio_video_ms: Millis = 0
    """Of the attended time: with a picture that reached the server."""
    audio_only_ms: Millis = 0
    """Of the attended time: with a media connection and no picture."""
    modality: Modality | None = None
    """`None` where the log records no media of anybody, and for rows of releases that recorded none."""
    group_size_persons: int | None = None
    """Distinct clients and collaterals; `None` in rows of releases that did not count them."""
    facilitators: tuple[PersonId, ...] = ()
    """Whoever led, in the order in which they were first seated."""
    head: str = ""
    """The hash of the log's last entry (`chain.py`), of final rows as they are stored."""

    @property
    def minutes_attended(self) -> int:
        """Whole minutes of `attended_ms`, rounded down: what units are made of."""
        return self.attended_ms // 60_000

    @property
    def inferred(self) -> bool:
        """Whether the end of any interval was inferred."""
        return any(span.inferred for span in self.intervals)


def union_ms(spans: Iterable[Interval], until: Millis) -> Millis:
    """The time that the intervals cover, each moment once; those that last are measured to `until`."""
    return length(merged((s.start, until if s.end is None else s.end) for s in spans))


def rows(events: Sequence[did.Event], policy: Policy, *, until: Millis | None) -> tuple[Row, ...]:
    """A row for each client who was expected or seated, by client id.

    `until` is the time to which the open intervals of a live session are measured; `None` is its last event. It means
    nothing once the session has ended.
    """
    room = replay(events)
    opened = room.opened
    if opened is None or (room.ended and room.began is None):
        return ()
    ended = room.last_at if room.ended else None
    measured_to = room.last_at if until is None or room.ended else until
    proven = evidence(events, measured_to)
    window = None if room.began is None or ended is None else _window(opened, room.began, ended)
    return tuple(
        _row(client, proven, policy, opened, room.began, ended, measured_to, window)
        for client in sorted({*opened.expected, *proven.presence})
    )


def _row(
    client: PersonId,
    proven: Evidence,
    policy: Policy,
    opened: did.Opened,
    began: Millis | None,
    ended: Millis | None,
    until: Millis,
    window: tuple[Millis, Millis] | None,
) -> Row:
    spans = proven.presence.get(client, ())
    present = merged((s.start, until if s.end is None else s.end) for s in spans)
    aside = both(present, proven.aside.get(client, []))
    pauses = without(both(present, proven.breaks), aside)
    attended = without(without(present, aside), pauses)
    media = proven.media.get(client, {})
    audio_video = length(both(attended, media.get(did.Flow.AUDIO_VIDEO, [])))
    audio_only = length(both(attended, media.get(did.Flow.AUDIO_ONLY, [])))
    covered = length(present)
    return Row(
        programme=opened.programme,
        session=opened.session,
        client=client,
        kind=opened.kind,
        scheduled_start=opened.starts,
        scheduled_end=opened.ends,
        session_start=began,
        session_end=ended,
        first_join=spans[0].start if spans else None,
        last_leave=spans[-1].end if spans else None,
        intervals=spans,
        milliseconds=covered,
        minutes=covered // 60_000,
        status=Status.IN_SESSION if window is None else judged(policy, spans, covered, window),
        policy=policy.id,
        group_size_clients=len(proven.presence),
        final=ended is not None,
        attended_ms=length(attended),
        break_ms=length(pauses),
        side_room_ms=length(aside),
        audio_video_ms=audio_video,
        audio_only_ms=audio_only,
        modality=_modality(audio_video, audio_only, policy) if proven.media else None,
        group_size_persons=proven.persons,
        facilitators=proven.hosts,
    )


def _modality(audio_video: Millis, audio_only: Millis, policy: Policy) -> Modality:
    less, more = sorted((audio_video, audio_only))
    if more == 0:
        return Modality.NONE
    if less > 0 and less >= policy.mixed_from * (less + more):
        return Modality.MIXED
    return Modality.AUDIO_VIDEO if more == audio_video else Modality.AUDIO_ONLY


def _window(opened: did.Opened, began: Millis, ended: Millis) -> tuple[Millis, Millis]:
    """What a client could have attended: the part of the schedule in which the session took place.

    Nobody is late because the host was, and nobody leaves early by going at the scheduled end. A session held wholly
    outside its schedule is judged by its own times.
    """
    start, end = max(opened.starts, began), min(opened.ends, ended)
    return (start, end) if start < end else (began, ended)


def judged(policy: Policy, spans: Sequence[Interval], covered: Millis, window: tuple[Millis, Millis]) -> Status:
    """The first that fits, in this order: no_show, absent, partial, left_early, late, present.

    How much was attended goes before when, since it decides what may be billed; of the two times leaving goes first,
    since it is the one that somebody may have to follow up. The raw times on the row still tell both. Breaks and the
    side room are time in the session here: nobody is absent for having been taken aside.
    """
    if not spans:
        return Status.NO_SHOW
    start, end = window
    span = end - start
    last = spans[-1].end
    assert last is not None  # `Left` stands before `Ended`
    if covered < policy.absent_below * span:
        return Status.ABSENT
    if covered < policy.present_from * span:
        return Status.PARTIAL
    if last < end - policy.left_early_before:
        return Status.LEFT_EARLY
    if spans[0].start > start + policy.late_after:
        return Status.LATE
    return Status.PRESENT


VERSION = 2
_SINCE_2 = frozenset(
    {
        "attended_ms",
        "break_ms",
        "side_room_ms",
        "audio_video_ms",
        "audio_only_ms",
        "modality",
        "group_size_persons",
        "facilitators",
    }
)


def as_bytes(row: Row, version: int = VERSION) -> bytes:
    """The row as version `version` of this derivation writes it: JSON, names sorted, without spaces.

    What is signed is the digest of these bytes, so a version never changes. 1: before breaks, side room and modality.
    """
    values = {name: value for name, value in asdict(row).items() if name != "head"}
    if version == 1:
        values = {name: value for name, value in values.items() if name not in _SINCE_2}
        values["intervals"] = [
            {name: value for name, value in span.items() if name != "inferred"} for span in values["intervals"]
        ]
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
