"""Join links: a client's browser exchanges one for a cookie; staff make, list and revoke them.

The token stands in the URL's fragment, which no server, log or Referer ever sees, and comes here in a body when a
person presses a button. Opening a link does not use it up: mail scanners open links, too. Expired, revoked, made-up
and wrong-time links get one and the same answer, and so does the standing link of somebody who is no client any more.
While nothing of a client's is on, their standing link tells when the next is, and signs nobody in (edge/client_links.py
makes it).
"""

import asyncio
import re
import secrets
from collections.abc import Iterable

from aiohttp import web

from telehealth.core.access_table import RecordAction
from telehealth.core.arriving import Arrival, Doing
from telehealth.core.ids import Millis, PersonId, SeriesId
from telehealth.core.links import (
    CLOSES_AFTER,
    OPENS_BEFORE,
    SOON,
    alive,
    may_drop_in,
    now_or_next,
    standing,
    upcoming,
    usable,
)
from telehealth.core.records import JoinLink, Session, SignedInAs, WebSession
from telehealth.core.refusals import Code
from telehealth.core.roles import Role

from . import browser, record
from .address import counter, remote
from .answers import Refused, answer, body
from .bodies import LinkEntry, Links, LinkToken, LinkUrl, NewLink, NextAppointment
from .browser import Browsers
from .check_in import client_session
from .days import day_at
from .site import SITE, Site
from .staff import allowed_session, client_for, may_session, ties_of

TRIES, PERIOD = 60, 60
"""Attempts an address has in so many seconds: a whole group may sit behind one address; a token cannot be guessed."""
_NAME = re.compile(r"[A-Za-z0-9_-]{16,128}")
_SERIES_LOOKED_AT: Millis = 60 * 24 * 60 * 60_000
_NEXT_LOOKED_AT: Millis = 92 * 24 * 60 * 60_000


async def exchange(request: web.Request) -> web.StreamResponse:
    """POST /api/link"""
    site = request.app[SITE]
    if not await site.store.access.allow(counter("link", remote(request)), TRIES, PERIOD):
        raise Refused(Code.TOO_MANY, headers={"Retry-After": str(PERIOD)})
    asked = await body(request, LinkToken)
    found = await site.store.access.link(asked.token) if asked.token else None
    session = await _opened_by(site, found[1]) if found else None
    if found is not None and session is None and (later := await _later(site, found[1])) is not None:
        site.counts.links.labels("good").inc()
        return answer(later)
    if found is None or session is None:
        site.counts.links.labels("refused").inc()
        raise Refused(Code.LINK_NOT_VALID)
    name, link = found
    token, me = await _signed_in(request, site, name, link, session)
    await site.store.arrivals.put(me.programme, session.id, me.person, Arrival(Doing.OPENED, site.clock.now()))
    site.counts.links.labels("good").inc()
    response = answer(await client_session(site, me))
    browser.set_cookie(request, response, token)
    return response


async def _opened_by(site: Site, link: JoinLink) -> Session | None:
    now = site.clock.now()
    sessions: Iterable[Session]
    if standing(link):
        return await _of_theirs(site, link, now)
    if link.session is not None:
        one = await site.store.sessions.get(link.programme, link.session)
        sessions = [one] if one else []
    elif link.series is not None:
        sessions = await site.store.sessions.of_series(
            link.programme, link.series, now - CLOSES_AFTER - OPENS_BEFORE, now + OPENS_BEFORE + 1
        )
    else:
        return None
    return now_or_next(link, sessions, now)


async def _of_theirs(site: Site, link: JoinLink, now: Millis) -> Session | None:
    """What of the client's is on, by what the rooms say: one that its host has ended is over, whatever the clock says,
    and one that nobody opened is not waited for after its time."""
    if not alive(link, now) or not await _is_client(site, link):
        return None
    near = await site.store.sessions.of_person(link.programme, link.person, now - CLOSES_AFTER, now + SOON + 1)
    mine = [session for session in near if usable(link, session, now)]
    logs = await asyncio.gather(*(record.events(site, link.programme, session.id) for session in mine))
    rooms = [(session, record.room(log)) for session, log in zip(mine, logs, strict=True)]
    over = {s.id for s, room in rooms if room.ended or (room.opened is None and now >= s.ends)}
    return now_or_next(link, mine, now, over) or await _open_to_their_track(site, link, now)


async def _open_to_their_track(site: Site, link: JoinLink, now: Millis) -> Session | None:
    """What is on that they may drop in to, though they are not on its roster; the one that began last."""
    near = await site.store.sessions.between(link.programme, now - 1, now + SOON + 1)
    kinds = site.packs.kinds
    open_to_all = [one for one in near if one.series is not None and kinds.of(one.kind).drop_in]
    if not open_to_all:
        return None
    groups = {group.series.id: group.series.track for group in await site.store.series.all(link.programme)}
    mine = (await site.store.episodes.of(link.programme, [link.person]))[link.person]
    day = day_at(now, site.zone)
    found = [
        one for one in open_to_all if may_drop_in(link, one, groups.get(one.series or SeriesId(""), ""), mine, day, now)
    ]
    ended = [record.room(await record.events(site, link.programme, one.id)).ended for one in found]
    going_on = [one for one, over in zip(found, ended, strict=True) if not over]
    return max(going_on, key=lambda one: (one.starts, one.id), default=None)


async def _is_client(site: Site, link: JoinLink) -> bool:
    person = (await site.store.people.get(link.programme, [link.person])).get(link.person)
    return person is not None and person.active and not person.staff


async def _later(site: Site, link: JoinLink) -> NextAppointment | None:
    """When the next of theirs is, if it is a standing link that could open it."""
    now = site.clock.now()
    if not standing(link) or not alive(link, now):
        return None
    person = (await site.store.people.get(link.programme, [link.person])).get(link.person)
    if person is None or not person.active or person.staff:
        return None
    ahead = await site.store.sessions.of_person(link.programme, link.person, now, now + _NEXT_LOOKED_AT)
    found = upcoming(link.person, ahead, now)
    return NextAppointment(
        starts=found.starts if found else None,
        ends=found.ends if found else None,
        opens=found.starts - SOON if found else None,
        zone=person.zone,
    )


async def _signed_in(
    request: web.Request, site: Site, name: str, link: JoinLink, session: Session
) -> tuple[str, WebSession]:
    """The browser's web session for `link`: the one it has (its other tabs go on), or a new one."""
    browsers = Browsers(site.store.access, site.clock)
    old = browser.token(request)
    known = await browsers.find(old)
    if known is not None and known.link == name and known.session == session.id:
        return old, known
    await site.store.access.drop_web_session(old)
    me = WebSession(
        SignedInAs.CLIENT,
        link.programme,
        link.person,
        link.role,
        secrets.token_urlsafe(24),
        expires=min(link.expires, session.ends + CLOSES_AFTER),
        session=session.id,
        link=name,
    )
    await site.store.audit.write(link.programme, link.person, "link.used", session.id)
    return await browsers.begin(me), me


async def make(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/sessions/{session}/links"""
    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.LINK)
    asked = await body(request, NewLink)
    person = PersonId(asked.person)
    if person not in session.roster:
        raise Refused(Code.NO_SUCH_MEMBER)
    token = secrets.token_urlsafe(24)
    await site.store.audit.write(me.programme, me.person, "link.made", person)
    await site.store.access.put_link(
        token, JoinLink(me.programme, person, Role.CLIENT, session.id, None, session.ends + CLOSES_AFTER)
    )
    return answer(LinkUrl(url=f"{site.public_url}/j#{token}"))


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/sessions/{session}/links"""
    site = request.app[SITE]
    me, session = await allowed_session(request, RecordAction.LINK)
    of_each = await asyncio.gather(*(site.store.access.links_of(me.programme, p) for p in session.roster))
    return answer(
        Links(
            links=[
                LinkEntry(name=name, person=link.person, expires=link.expires, revoked=link.revoked)
                for links in of_each
                for name, link in sorted(links.items(), key=lambda item: (item[1].expires, item[0]))
                if link.session == session.id or (link.series is not None and link.series == session.series)
            ]
        )
    )


async def revoke(request: web.Request) -> web.StreamResponse:
    """DELETE /api/staff/links/{name}"""
    site = request.app[SITE]
    me = await browser.staff(request)
    name = request.match_info["name"]
    link = await site.store.access.link_by_name(name) if _NAME.fullmatch(name) else None
    if link is None or link.programme != me.programme or not await _may_link(site, me, link):
        raise Refused(Code.NO_SUCH_THING)
    await site.store.audit.write(me.programme, me.person, "link.revoked", link.person)
    await site.store.access.revoke_link(me.programme, name, site.clock.now())
    if site.signed_out is not None:
        await site.signed_out(link=name)
    return web.Response(status=204)


async def _may_link(site: Site, me: WebSession, link: JoinLink) -> bool:
    """Whether the asker may make links for its session, for a session of its series, or for its client."""
    if standing(link):
        await client_for(site, me, RecordAction.LINK, link.person)
        return True
    if link.session is not None:
        one = await site.store.sessions.get(link.programme, link.session)
        sessions = [one] if one else []
    else:
        now = site.clock.now()
        sessions = await site.store.sessions.of_series(
            link.programme, link.series or "", now - _SERIES_LOOKED_AT, now + _SERIES_LOOKED_AT
        )
    ties = await ties_of(site, me)
    return any(may_session(ties, RecordAction.LINK, session) for session in sessions)
