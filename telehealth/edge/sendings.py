"""/api/staff/sessions/{session}/sendings: what clients of a session were written, and one more now.

Whether a client may be reminded is decided by `core/nudges.py`, here for the button and again by whichever node sends.
A POST only queues: the answer is told when it is durable, and the list shows what becomes of it. Nothing here knows an
address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from telehealth.core import nudges
from telehealth.core.access_table import RecordAction
from telehealth.core.ids import PersonId
from telehealth.core.notes import may_write
from telehealth.core.records import Person, Session, WebSession
from telehealth.core.refusals import Code, Refusal
from telehealth.core.room import Room
from telehealth.core.sendings import Sending, State, Tracked, Why, reach
from telehealth.live.reminders import excused

from . import record
from .answers import Refused, answer, body
from .bodies import In, Out, PersonName
from .site import SITE, Site
from .staff import allowed_session


class Remind(In, frozen=True):
    client: PersonName


class SendingOut(Out, frozen=True):
    id: str
    client: str
    why: str
    """late (the timetable) | asked (a member of staff) | before, cancelled (ahead of the session)"""
    step: int
    """Of the timetable: after or before how many minutes. Else: the how manieth."""
    channel: str
    """email | sms"""
    by: str
    """Who asked for it; empty for the timetable."""
    queued: int
    state: str
    """queued | sending | sent | failed | gave_up | withdrawn | unknown"""
    at: int
    """Since when."""
    next: int | None
    """When it is tried next, while it is queued."""
    tries: int
    fault: str | None
    via: str
    """log: nobody was told."""
    reason: str
    """Why it was withdrawn."""


class Reachable(Out, frozen=True):
    client: str
    reach: str
    """yes | no_address | opted_out"""
    may_remind: bool
    """Whether a reminder would be sent now if somebody asked."""


class Sendings(Out, frozen=True):
    via: str
    """log | smtp"""
    minutes: list[int]
    """The timetable."""
    clients: list[Reachable]
    sendings: list[SendingOut]
    """Oldest first."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rule has to know."""

    room: Room
    people: Mapping[PersonId, Person]
    excused: frozenset[PersonId]
    before: list[Tracked]


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/sendings"""
    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.REMIND)
    await site.readings.write(me, "sendings.read", session.id)
    known = await _known(site, session)
    names = await _authors(site, session, known.before)
    return answer(
        Sendings(
            via=site.via,
            minutes=list(site.timetable.minutes),
            clients=[
                Reachable(
                    client=client,
                    reach=reach(known.people.get(client), site.ways),
                    may_remind=may_write(session, me.person, me.role)
                    and isinstance(_ask(site, known, me, session, client), list),
                )
                for client in session.roster
            ],
            sendings=[_out(one, names) for one in known.before],
        )
    )


async def remind(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/sendings"""
    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.REMIND)
    asked = await body(request, Remind)
    if not may_write(session, me.person, me.role):
        raise Refused(Code.NOT_ALLOWED)
    client = PersonId(asked.client)
    known = await _known(site, session)
    decided = _ask(site, known, me, session, client)
    if isinstance(decided, Refusal):
        raise Refused(decided.code, 409 if decided.code is Code.NOT_NOW else None)
    queued = [await site.store.sendings.queue(one) for one in decided]
    if not any(queued):
        raise Refused(Code.TOO_MANY)  # somebody else has just asked
    kept = [one for one in await site.store.sendings.of(me.programme, session.id) if one.sending.id == decided[0].id]
    return answer(_out(kept[0], await _authors(site, session, kept)), status=201)


async def _known(site: Site, session: Session) -> _Known:
    return _Known(
        record.room(await record.events(site, session.programme, session.id)),
        await site.store.people.get(session.programme, session.roster),
        await excused(site.store.corrections, session),
        await site.store.sendings.of(session.programme, session.id),
    )


def _ask(site: Site, known: _Known, me: WebSession, session: Session, client: PersonId) -> list[Sending] | Refusal:
    return nudges.ask(
        site.timetable,
        session,
        known.room,
        site.clock.now(),
        client=client,
        author=me.person,
        person=known.people.get(client),
        excused=known.excused,
        before=known.before,
        ways=site.ways,
    )


async def _authors(site: Site, session: Session, sendings: Sequence[Tracked]) -> dict[str, str]:
    ids = {PersonId(one.sending.by) for one in sendings if one.sending.why is Why.ASKED}
    return {who: known.legal_name for who, known in (await site.store.people.get(session.programme, [*ids])).items()}


def _out(one: Tracked, names: Mapping[str, str]) -> SendingOut:
    return SendingOut(**shown(one, names))


def shown(one: Tracked, names: Mapping[str, str]) -> dict[str, Any]:
    """What is told of a message."""
    sending, progress = one.sending, one.progress
    return {
        "id": sending.id,
        "client": sending.client,
        "why": sending.why,
        "step": sending.step,
        "channel": sending.channel,
        "by": names.get(sending.by, ""),
        "queued": sending.queued,
        "state": progress.state,
        "at": progress.at,
        "next": progress.next if progress.state is State.QUEUED and progress.tries else None,
        "tries": progress.tries,
        "fault": progress.fault,
        "via": progress.via,
        "reason": progress.reason,
    }
