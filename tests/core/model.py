"""Attendance a second time, as plainly as it can be said, to be compared with the fold.

Presence first; then, moment by moment, what each moment of presence was: in the side room, in a break, or attended, and
with what media. The moments between two times at which anything changes are alike, so only one of each is asked.

A visit begins with `Entered`, and anew at the door when a host holds somebody back. In a visit a client is present from
each opening (`Seated`, or `Returned` to a seat) to the latest proof in their events up to the next opening, or, where
no event takes the presence away, for as long as the log is looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from telehealth.core import events as did
from telehealth.core.ids import MemberNumber, Millis, PersonId
from telehealth.core.roles import Role

_PROOFS = (did.ConnectionLost, did.Returned, did.Left, did.Removed, did.HeldBack)


Span = tuple[Millis, Millis]


def attended(log: Sequence[did.Event], until: Millis) -> dict[PersonId, Millis]:
    """Milliseconds of presence for each client who was ever seated."""
    return {person: sum(end - start for start, end in spans) for person, spans in present(log, until).items()}


def present(log: Sequence[did.Event], until: Millis) -> dict[PersonId, list[Span]]:
    """When each client who was ever seated was there."""
    total: dict[PersonId, list[Span]] = {}
    for member, person in _clients(log).items():
        own = [e for e in log if getattr(e, "member", None) == member]
        arrivals = [place for place, event in enumerate(own) if isinstance(event, did.Entered | did.HeldBack)]
        for first, past in pairwise([*arrivals, len(own)]):
            visit = own[first:past]
            if past < len(own) and isinstance(own[past], did.HeldBack):
                visit.append(own[past])  # it says until when they were there
            seated = next((place for place, event in enumerate(visit) if isinstance(event, did.Seated)), len(visit))
            openings = [p for p, e in enumerate(visit) if p >= seated and isinstance(e, did.Seated | did.Returned)]
            for opening, following in pairwise([*openings, len(visit)]):
                proofs = [e.last_seen for e in visit[opening + 1 : following + 1] if isinstance(e, _PROOFS)]
                start = visit[opening].at
                total.setdefault(person, []).append((start, max([start, *proofs]) if proofs else until))
    return total


def _clients(log: Sequence[did.Event]) -> dict[MemberNumber, PersonId]:
    return {e.member: e.person for e in log if isinstance(e, did.Entered) and e.role is Role.CLIENT}


@dataclass
class Split:
    """A client's presence, by what it was."""

    attended: Millis = 0
    breaks: Millis = 0
    aside: Millis = 0
    audio_video: Millis = 0
    audio_only: Millis = 0


def split(log: Sequence[did.Event], until: Millis) -> dict[PersonId, Split]:
    """What each client's presence was, moment by moment."""
    members = {person: member for member, person in _clients(log).items()}
    edges = sorted({until, *(e.at for e in log), *(e.since for e in log if isinstance(e, did.MediaFlowed))})
    out: dict[PersonId, Split] = {}
    for person, spans in present(log, until).items():
        found = out[person] = Split()
        inside = sorted({*edges, *(edge for span in spans for edge in span)})
        for start, end in pairwise(inside):
            if not any(a <= start and end <= b for a, b in spans):
                continue
            length = end - start
            if _aside(log, members[person], start):
                found.aside += length
            elif _last(log, start, did.BreakBegan, did.BreakEnded):
                found.breaks += length
            else:
                found.attended += length
                flow = _flow(log, members[person], start)
                found.audio_video += length if flow is did.Flow.AUDIO_VIDEO else 0
                found.audio_only += length if flow is did.Flow.AUDIO_ONLY else 0
    return out


def _last(log: Sequence[did.Event], at: Millis, on: type, off: type) -> bool:
    """Whether the last of the two kinds up to `at` was the first kind."""
    said = [e for e in log if isinstance(e, on | off) and e.at <= at]
    return bool(said) and isinstance(said[-1], on)


def _aside(log: Sequence[did.Event], member: MemberNumber, at: Millis) -> bool:
    own = [e for e in log if getattr(e, "member", None) == member and e.at <= at]
    over = did.MovedBack | did.Entered | did.Left | did.Removed | did.HeldBack
    said = [e for e in own if isinstance(e, did.MovedAside | over)]
    return bool(said) and isinstance(said[-1], did.MovedAside)


def _flow(log: Sequence[did.Event], member: MemberNumber, at: Millis) -> did.Flow:
    """By the last change that began up to `at`; a visit begins and ends with none."""
    flow = did.Flow.NONE
    for event in log:
        if getattr(event, "member", None) != member:
            continue
        if isinstance(event, did.MediaFlowed) and event.since <= at:
            flow = event.flow
        elif isinstance(event, did.Entered | did.Left | did.Removed | did.HeldBack) and event.at <= at:
            flow = did.Flow.NONE
    return flow
