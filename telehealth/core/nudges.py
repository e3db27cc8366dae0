"""Reminders to clients who are late: whom a session's timetable or a member of staff may remind now, and until when.

`roster.py` says whose minute has come; this adds who may be written to, what was sent already, and what became of the
session since. The same questions are asked again right before a message goes out (`unwanted`): a client who has come
in the meantime is not told that they are missing. Opting out binds everybody. Quiet hours bind the timetable only: a
member of staff who presses a button has looked at the clock.

Must not touch: texts, addresses, the store.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import tzinfo

from .ids import Millis, PersonId
from .records import Person, Session
from .refusals import Code, Refusal
from .room import Room
from .roster import Timetable, expected, nudges
from .sendings import BY_MAIL, Channel, Reach, Sending, State, Tracked, Why, channels, name_of, reach

MINUTE: Millis = 60_000
NEVER_TOLD = frozenset({State.FAILED, State.GAVE_UP, State.WITHDRAWN})
"""After these somebody may ask again at once."""
_NOW = frozenset({Why.LATE, Why.ASKED})
"""What says that they are late now."""


def due(
    timetable: Timetable,
    session: Session,
    room: Room,
    now: Millis,
    *,
    zone: tzinfo,
    people: Mapping[PersonId, Person],
    excused: Collection[PersonId],
    before: Iterable[Tracked],
    ways: Collection[Channel] = BY_MAIL,
) -> list[Sending]:
    """What the timetable has to be sent at `now`."""
    known = list(before)
    sent: dict[PersonId, list[int]] = {}
    for one in known:
        if one.sending.why is Why.LATE:
            sent.setdefault(one.sending.client, []).append(one.sending.step)
    if room.opened is None or room.began is None or (timetable.quiet and timetable.quiet.holds(now, zone)):
        return []
    starts = max(room.opened.starts, room.began)
    planned: list[Sending] = []
    for nudge in nudges(timetable, room, now, sent):
        expires = starts + (nudge.minutes + timetable.give_up) * MINUTE
        wanted = nudge.client in session.roster and nudge.client not in {*excused, *room.no_shows}
        if wanted and now < expires and not _lately(timetable, known, nudge.client, now, {Why.ASKED}):
            planned += (
                _sending(session, nudge.client, Why.LATE, nudge.minutes, now, expires, "system", channel)
                for channel in channels(people.get(nudge.client), ways)
            )
    return planned


def ask(
    timetable: Timetable,
    session: Session,
    room: Room,
    now: Millis,
    *,
    client: PersonId,
    author: PersonId,
    person: Person | None,
    excused: Collection[PersonId],
    before: Iterable[Tracked],
    ways: Collection[Channel] = BY_MAIL,
) -> list[Sending] | Refusal:
    """What a member of staff wants to be sent now, on each channel that the client wishes, or why not."""
    known = [one for one in before if one.sending.client == client]
    if client not in session.roster:
        return Refusal(Code.NO_SUCH_MEMBER)
    if unwanted(session, room, client, person, excused, ways):
        return Refusal(Code.NOT_NOW)
    if _lately(timetable, known, client, now, _NOW):
        return Refusal(Code.TOO_MANY)
    step = 1 + max((one.sending.step for one in known if one.sending.why is Why.ASKED), default=0)
    expires = now + timetable.give_up * MINUTE
    return [
        _sending(session, client, Why.ASKED, step, now, expires, author, channel) for channel in channels(person, ways)
    ]


def unwanted(
    session: Session | None,
    room: Room,
    client: PersonId,
    person: Person | None,
    excused: Collection[PersonId],
    ways: Collection[Channel] = BY_MAIL,
) -> str:
    """Why this client must not be told now that they are late, as a code; empty if they may be."""
    if session is None or client not in session.roster:
        return "not_expected"
    if room.ended:
        return "ended"
    if room.began is None:
        return "not_begun"
    if client in excused:
        return "excused"
    if client not in expected(room).missing:
        return "came"
    if client in room.no_shows:
        return "no_show"
    reached = reach(person, ways)
    return "" if reached is Reach.YES else str(reached)


def _lately(
    timetable: Timetable, known: Iterable[Tracked], client: PersonId, now: Millis, why: Collection[Why]
) -> bool:
    return any(
        one.sending.client == client
        and one.sending.why in why
        and one.progress.state not in NEVER_TOLD
        and now < one.sending.queued + timetable.again * MINUTE
        for one in known
    )


def _sending(
    session: Session, client: PersonId, why: Why, step: int, now: Millis, expires: Millis, by: str, channel: Channel
) -> Sending:
    name = name_of(session.id, client, why, step, channel)
    return Sending(name, session.programme, session.id, client, why, step, channel, now, expires, by)
