"""Break-glass (45 CFR 164.312(a)(2)(ii)): a client's progress notes in an emergency, outside caseload and roster.

Opening it takes a reason, ends by itself, marks every reading that it allowed, and is reviewed by somebody else. It
opens progress notes about one client and nothing more: never SUD counselling notes, never a change. Must not touch:
clocks, the store. Reasons and comments are texts: whoever stores them seals them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .ids import Millis, PersonId, ProgrammeId
from .refusals import Code, Refusal

MINUTE: Millis = 60_000
LEAST_REASON, MAX_TEXT = 10, 1_000
"""Characters of a reason; the most also of a comment."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody broke the glass."""

    id: str
    programme: ProgrammeId
    client: PersonId
    by: PersonId
    reason: str
    at: Millis
    until: Millis


@dataclass(frozen=True, slots=True)
class Review:
    """Somebody else looked at it."""

    by: PersonId
    at: Millis
    comment: str
    justified: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """Whoever opened it needed it no longer."""

    at: Millis


@dataclass(frozen=True, slots=True)
class Glass:
    """An opening, when it was closed before its time, and its review."""

    opening: Opening
    review: Review | None = None
    closed: Closed | None = None

    @property
    def until(self) -> Millis:
        """When it ends, or has ended."""
        return self.opening.until if self.closed is None else min(self.closed.at, self.opening.until)


def decide_open(
    name: str,
    *,
    programme: ProgrammeId,
    client: PersonId,
    by: PersonId,
    reason: str,
    minutes: int | None,
    usual: int,
    at: Millis,
) -> Opening | Refusal:
    """The opening to be kept, or why not. It may be made shorter than the clinic's usual time, never longer."""
    if len(reason.strip()) < LEAST_REASON or len(reason) > MAX_TEXT:
        return Refusal(Code.MALFORMED)
    length = usual if minutes is None else minutes
    if not 1 <= length <= usual:
        return Refusal(Code.MALFORMED)
    return Opening(name, programme, client, by, reason.strip(), at, at + length * MINUTE)


def is_open(glass: Glass, at: Millis) -> bool:
    """Whether it still opens something."""
    return glass.opening.at <= at < glass.until


def opens(glass: Iterable[Glass], by: PersonId, at: Millis) -> list[Glass]:
    """What this person has open now, the one that ends first in front."""
    return sorted((g for g in glass if g.opening.by == by and is_open(g, at)), key=lambda g: g.until)


def decide_close(glass: Glass, *, by: PersonId, at: Millis) -> Closed | Refusal:
    """That it opens nothing any more from now on: by whoever opened it, while it does."""
    if glass.opening.by != by or not is_open(glass, at):
        return Refusal(Code.NO_SUCH_THING)
    return Closed(at)


def queue(glass: Iterable[Glass], reviewer: PersonId) -> list[Glass]:
    """What waits for this reviewer's look, oldest first: nobody reviews their own."""
    waiting = [g for g in glass if g.review is None and g.opening.by != reviewer]
    return sorted(waiting, key=lambda g: (g.opening.at, g.opening.id))


def decide_review(glass: Glass, *, by: PersonId, comment: str, justified: bool, at: Millis) -> Review | Refusal:
    """The review to be kept, or why not."""
    if glass.opening.by == by:
        return Refusal(Code.NOT_ALLOWED)
    if glass.review is not None:
        return Refusal(Code.ALREADY_SIGNED)
    if not comment.strip() or len(comment) > MAX_TEXT:
        return Refusal(Code.MALFORMED)
    return Review(by, at, comment.strip(), justified)
