"""What people say of attendance: correct, excuse, attest. `core/corrections.py` decides; the store adds, never changes.

POST /api/v1/corrections is for staff who lead the session; so is reading what was said, with its reasons. A machine
that asks there gets what its key opens (schedule.py): the value, the author and the time beside the raw one, and the
reason, which is a text about a person, only for an audit.
"""

from typing import Annotated

from aiohttp import web
from msgspec import UNSET, Meta, UnsetType

from telehealth.core import corrections as rule
from telehealth.core.access_table import RecordAction
from telehealth.core.attendance import Row
from telehealth.core.corrections import Attestation, Correction, Said
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.refusals import Code, Refusal
from telehealth.store.ports import Heard

from . import api_keys, browser, schedule
from .answers import Refused, answer, body
from .bodies import In, Nothing, Out, PersonName
from .site import SITE, Site
from .staff import allowed_session, session_for

_TRIES = 5


class Say(In, frozen=True):
    """A correction of the minutes (null takes one back), or an excuse of an absence: exactly one of the two."""

    session: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z")]
    client: PersonName
    reason: Annotated[str, Meta(min_length=1, max_length=rule.MAX_REASON)]
    minutes: Annotated[int, Meta(ge=0, le=1440)] | UnsetType | None = UNSET
    excused: bool | UnsetType = UNSET


class SaidOut(Out, frozen=True):
    """One correction or excuse, as it was kept."""

    session: str
    client: str
    minutes: int | None
    excused: bool | None
    reason: str
    author: str
    at: int


class Corrections(Out, frozen=True):
    """All that was said of a session, oldest first, and who signed its roster."""

    said: list[SaidOut]
    attested: bool
    """Whether what counts now is what was signed."""
    attested_by: str | None
    attested_at: int | None
    chain_whole: bool
    """Whether every link of the record's hash chain holds."""


async def say(request: web.Request) -> web.StreamResponse:
    """POST /api/v1/corrections"""
    site = request.app[SITE]
    me = await browser.staff(request)
    asked = await body(request, Say)
    if (asked.minutes is UNSET) == (asked.excused is UNSET):
        raise Refused(Code.MALFORMED, parameter="minutes")
    session = await session_for(site, me, RecordAction.CORRECT, asked.session)
    for _ in range(_TRIES):
        heard, rows = await _known(site, me.programme, session.id)
        row = next((row for row in rows if row.client == asked.client), None)
        if row is None:
            raise Refused(Code.NO_SUCH_MEMBER if rows else Code.NOT_NOW, None if rows else 409)
        now = site.clock.now()
        decided: Said | Refusal
        if isinstance(asked.minutes, UnsetType):
            excused = asked.excused is True
            decided = rule.decide_excuse(row, session, me.person, me.role, now, excused, asked.reason)
        else:
            decided = rule.decide_correction(row, session, me.person, me.role, now, asked.minutes, asked.reason)
        if isinstance(decided, Refusal):
            raise Refused(decided.code, parameter="minutes" if decided.code is Code.MALFORMED else "")
        if await site.store.corrections.say(me.programme, decided, heard):
            return answer(_out(decided), status=201)
    raise Refused(Code.STALE)


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/v1/corrections?session="""
    if api_keys.is_sent(request):
        return await schedule.said(request)
    site = request.app[SITE]
    me = await browser.staff(request)
    if set(request.query) != {"session"}:
        raise Refused(Code.MALFORMED, parameter="session")
    session = await session_for(site, me, RecordAction.CORRECTIONS_READ, request.query["session"])
    await site.readings.write(me, "corrections.read", session.id)
    return answer(_all(*await _known(site, me.programme, session.id)))


async def attest(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/attest"""
    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.ATTEST)
    await body(request, Nothing)
    for _ in range(_TRIES):
        heard, rows = await _known(site, me.programme, session.id)
        decided = rule.decide_attestation(rows, heard.said, session, me.person, site.clock.now())
        if isinstance(decided, Refusal):
            raise Refused(decided.code, 409 if decided.code is Code.NOT_NOW else None)
        if await site.store.corrections.say(me.programme, decided, heard):
            return answer(_all(*await _known(site, me.programme, session.id)), status=201)
    raise Refused(Code.STALE)


async def _known(site: Site, programme: ProgrammeId, session: SessionId) -> tuple[Heard, list[Row]]:
    heard = await site.store.corrections.of(programme, [session])
    return heard.get(session, Heard()), await site.store.attendance.rows_of(programme, session)


def _all(heard: Heard, rows: list[Row]) -> Corrections:
    signed: Attestation | None = heard.attestation
    return Corrections(
        said=[_out(one) for one in heard.said],
        attested=rule.attested(signed, rows, heard.said),
        attested_by=signed.by if signed else None,
        attested_at=signed.at if signed else None,
        chain_whole=heard.whole,
    )


def _out(one: Said) -> SaidOut:
    return SaidOut(
        session=one.session,
        client=PersonId(one.client),
        minutes=one.minutes if isinstance(one, Correction) else None,
        excused=None if isinstance(one, Correction) else one.excused,
        reason=one.reason,
        author=one.author,
        at=one.at,
    )
