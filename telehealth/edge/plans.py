"""A client's relapse-prevention plan over HTTP, by three doors: their own page, a session that they sit in, and staff.

The same requests by each door; what differs is who may. On their own page the client is behind a PIN. In a session the
browser is behind a link alone, so the plan opens only while staff have admitted them: whoever found the link and waits
at the door reads nothing. Staff ask by the table of access, and each look is in the audit log. Nobody ever gets another
client's plan: no door takes a client's id from a client.

Edits are merged by core/plans.py, and saved over the revision that they were merged into; who was slower merges again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import hdrs, web

from telehealth.core.access_table import RecordAction
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.plan_forms import LANGUAGES
from telehealth.core.plans import Draft, Kept, Line, Plan, edited, keep, sign
from telehealth.core.plans import countersign as beside
from telehealth.core.records import SignedInAs, WebSession
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import ATTENDS
from telehealth.core.room import Standing

from . import browser, own, record
from .answers import Refused, answer, body
from .bodies import Nothing
from .plan_bodies import Edits, PlanOut, Sign, card_blocks, plan_out, whole_version
from .site import SITE, Site
from .staff import allowed_client, may_client

_TRIES = 20
"""How often edits are merged anew. Each time somebody else was faster, so somebody always gets on."""


@dataclass(frozen=True, slots=True)
class Door:
    """How one kind of asker gets to a plan."""

    enter: Callable[[web.Request, RecordAction], Awaitable[tuple[WebSession, PersonId]]]
    """Who asks, and whose plan it is. Raises `Refused`."""
    audited: bool

    async def read(self, request: web.Request) -> web.StreamResponse:
        """GET ...?language="""
        me, client = await self._reader(request)
        return answer(await shown(request.app[SITE], me, client, request.query.get("language", "")))

    async def edit(self, request: web.Request) -> web.StreamResponse:
        """POST .../edits"""
        site = request.app[SITE]
        me, client = await self.enter(request, RecordAction.RECOVERY_WRITE)
        asked = await body(request, Edits)
        await _merge(site, me, client, asked)
        return answer(await shown(site, me, client, request.query.get("language", "")))

    async def keep(self, request: web.Request) -> web.StreamResponse:
        """POST .../versions: make one of the draft, if it says anything new."""
        site = request.app[SITE]
        me, client = await self.enter(request, RecordAction.RECOVERY_WRITE)
        await body(request, Nothing)
        plan = await site.store.plans.of(me.programme, client)
        kept = keep(plan, site.packs.plan_form.id, site.clock.now(), me.person)
        if kept is not None:
            await _keep(site, me, client, kept)
        return answer(await shown(site, me, client, request.query.get("language", "")), status=201 if kept else 200)

    async def version(self, request: web.Request) -> web.StreamResponse:
        """GET .../versions/{version}"""
        site = request.app[SITE]
        me, client = await self._reader(request)
        plan = await site.store.plans.of(me.programme, client)
        found = plan.version(_number(request))
        if found is None:
            raise Refused(Code.NO_SUCH_THING)
        return answer(whole_version(plan, found, await _names(site, me.programme, client, plan)))

    async def sign(self, request: web.Request) -> web.StreamResponse:
        """POST .../sign: the client, who has read what the digest names."""
        site = request.app[SITE]
        me, client = await self.enter(request, RecordAction.RECOVERY_SIGN)
        asked = await body(request, Sign)
        plan = await site.store.plans.of(me.programme, client)
        form, now, name = site.packs.plan_form.id, site.clock.now(), asked.typed_name.strip()
        if not name:
            raise Refused(Code.MALFORMED, parameter="typed_name")
        await _keep(site, me, client, sign(plan, form, asked.digest, name, now, me.person))
        return answer(await shown(site, me, client, request.query.get("language", "")), status=201)

    async def card(self, request: web.Request) -> web.StreamResponse:
        """GET .../card.pdf?version=&language=: one sheet, to be folded for the wallet."""
        from . import pdf_wallet  # 0.3 s and 20 MB that a server without papers never needs

        site = request.app[SITE]
        me, client = await self._reader(request)
        plan = await site.store.plans.of(me.programme, client)
        language = await _language(site, me.programme, client, request.query.get("language", ""))
        blocks = card_blocks(site.packs.plan_form, _lines(request, plan), site.clinic_phone, language)
        await site.store.audit.write(me.programme, me.person, "plan.card", client)
        drawn = await asyncio.to_thread(pdf_wallet.card, blocks, language)
        headers = {hdrs.CONTENT_DISPOSITION: 'attachment; filename="card.pdf"'}
        return web.Response(body=drawn, content_type="application/pdf", headers=headers)

    async def _reader(self, request: web.Request) -> tuple[WebSession, PersonId]:
        me, client = await self.enter(request, RecordAction.RECOVERY_READ)
        if self.audited:
            await request.app[SITE].readings.write(me, "plan.read", SessionId(client))
        return me, client


async def countersign(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/clients/{client}/plan/versions/{version}/countersign"""
    site = request.app[SITE]
    me, client = await allowed_client(request, RecordAction.RECOVERY_SIGN)
    await body(request, Nothing)
    plan = await site.store.plans.of(me.programme, client)
    signer = (await site.store.people.get(me.programme, [me.person])).get(me.person)
    name = signer.legal_name if signer else ""
    await _keep(site, me, client, beside(plan, _number(request), name, site.clock.now(), me.person))
    return answer(await shown(site, me, client, request.query.get("language", "")), status=201)


async def shown(site: Site, me: WebSession, client: PersonId, language: str) -> PlanOut:
    """The whole plan in a language, that which was asked for or else the client's, with what the asker may do."""
    plan = await site.store.plans.of(me.programme, client)
    names = await _names(site, me.programme, client, plan)
    writes, signs = True, "client"
    if me.kind is SignedInAs.STAFF:
        writes = await may_client(site, me, RecordAction.RECOVERY_WRITE, client)
        signs = "beside" if await may_client(site, me, RecordAction.RECOVERY_SIGN, client) else "none"
    language = await _language(site, me.programme, client, language)
    return plan_out(site, client, plan, names, language, writes=writes, signs=signs)


async def _own_door(request: web.Request, action: RecordAction) -> tuple[WebSession, PersonId]:
    me = await own.owner(request)
    if me.role not in ATTENDS:
        raise Refused(Code.NOT_ALLOWED)
    return me, me.person


async def _room_door(request: web.Request, action: RecordAction) -> tuple[WebSession, PersonId]:
    me, session = await browser.client(request)
    if me.role not in ATTENDS:
        raise Refused(Code.NOT_ALLOWED)
    room = record.room(await record.events(request.app[SITE], me.programme, session))
    member = room.by_person(me.person)
    if room.ended or member is None or member.standing is not Standing.SEATED:
        raise Refused(Code.NOT_IN_ROOM)
    return me, me.person


OWN = Door(_own_door, audited=False)
ROOM = Door(_room_door, audited=False)
STAFF = Door(allowed_client, audited=True)


async def _merge(site: Site, me: WebSession, client: PersonId, asked: Edits) -> None:
    sections = site.packs.plan_form.codes
    for _ in range(_TRIES):
        revision, draft = await site.store.plans.draft(me.programme, client)
        fresh = edited(draft, asked.edits, asked.op, sections)
        if isinstance(fresh, Refusal):
            raise Refused(fresh.code)
        if fresh is draft or await _saved(site, me, client, fresh, revision):
            return
    raise Refused(Code.NOT_NOW)


async def _saved(site: Site, me: WebSession, client: PersonId, draft: Draft, revision: int) -> bool:
    return await site.store.plans.save(me.programme, client, draft, revision, site.clock.now(), actor=me.person)


async def _keep(site: Site, me: WebSession, client: PersonId, kept: Kept | Refusal) -> None:
    if isinstance(kept, Refusal):
        raise Refused(kept.code)
    if not await site.store.plans.keep(me.programme, client, kept, actor=me.person):
        raise Refused(Code.STALE)


def _number(request: web.Request) -> int:
    text = request.match_info["version"]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _lines(request: web.Request, plan: Plan) -> tuple[Line, ...]:
    wanted = request.query.get("version", "")
    if not wanted:
        return plan.shown
    found = plan.version(int(wanted)) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else None
    if found is None:
        raise Refused(Code.NO_SUCH_THING)
    return found.lines


async def _language(site: Site, programme: ProgrammeId, client: PersonId, asked: str) -> str:
    if asked in LANGUAGES:
        return asked
    person = (await site.store.people.get(programme, [client])).get(client)
    return person.language if person is not None and person.language in LANGUAGES else LANGUAGES[0]


async def _names(site: Site, programme: ProgrammeId, client: PersonId, plan: Plan) -> dict[PersonId, str]:
    """Aliases of those who saved versions."""
    people = await site.store.people.get(programme, list({one.by for one in plan.versions}))
    return {who: person.alias for who, person in people.items()}
