"""Calendar feeds: what a calendar program fetches by the token in its address, and how feeds are made and revoked.

The token is in the path because calendar programs have no other way to say who they are. So a feed tells no more than
that there are appointments and when (core/feeds.py), opens nothing else, and has its own revocation; here as everywhere
there is no access log, and routes are counted by their pattern. A made-up token, a revoked one and somebody who is no
longer here get one and the same answer.

Fetching is limited by feed and not by address: one big calendar service asks for thousands of people from a few
addresses. Only tokens that open nothing count by address.
"""

import re
import secrets

from aiohttp import hdrs, web

from telehealth.core.access_table import RecordAction
from telehealth.core.feeds import AHEAD, BACK, MOST, Feed, entries, words
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.records import Person, WebSession
from telehealth.core.refusals import Code

from . import browser
from .address import counter, remote
from .answers import Refused, answer
from .bodies import LinkUrl, Out
from .calendar import calendar, etag
from .own import owner
from .site import SITE, Site
from .staff import allowed_client, client_for

PER_HOUR = 60
"""Of one feed: several devices that look every five minutes."""
MISSES, PERIOD = 60, 60
"""Tokens that open nothing, from one address in so many seconds."""
_NAME = re.compile(r"[0-9a-f]{64}")


class FeedEntry(Out, frozen=True):
    name: str
    created: int
    revoked: int | None


class FeedList(Out, frozen=True):
    feeds: list[FeedEntry]
    """Those that open, oldest first."""


async def fetch(request: web.Request) -> web.StreamResponse:
    """GET /calendar/{token}.ics"""
    site = request.app[SITE]
    found = await site.store.feeds.feed(request.match_info["token"])
    person = await _whose(site, found[1]) if found else None
    if found is None or person is None:
        if not await site.store.access.allow(counter("feed-miss", remote(request)), MISSES, PERIOD):
            raise Refused(Code.TOO_MANY, headers={hdrs.RETRY_AFTER: str(PERIOD)})
        raise Refused(Code.NO_SUCH_THING)
    name, feed = found
    if not await site.store.access.allow(counter("feed", name), PER_HOUR, 3600):
        raise Refused(Code.TOO_MANY, headers={hdrs.RETRY_AFTER: "3600"})
    return await _answer(request, site, feed, person)


async def _answer(request: web.Request, site: Site, feed: Feed, person: Person) -> web.Response:
    now = site.clock.now()
    sessions = await site.store.sessions.of_person(feed.programme, feed.person, now - BACK, now + AHEAD)
    shown, said = entries(feed, sessions), words(person.language)
    tag = f'"{etag(shown, said, site.public_url if feed.staff else "")}"'
    # no-store, as elsewhere, would forbid what the tag is for.
    headers = {hdrs.ETAG: tag, hdrs.CACHE_CONTROL: "private, no-cache", "X-Robots-Tag": "noindex"}
    if request.headers.get(hdrs.IF_NONE_MATCH, "").removeprefix("W/") == tag:
        return web.Response(status=304, headers=headers)
    # Ids of their own for each person: two calendars that lie on one service cannot be joined to see who meets whom.
    name = await site.store.pseudonyms.of(feed.programme, f"calendar {feed.person}")

    def page(session: SessionId) -> str:
        return f"{site.public_url}/#/session/{session}"

    whole = calendar(shown, said, name, page if feed.staff else None, now)
    headers[hdrs.CONTENT_DISPOSITION] = 'inline; filename="calendar.ics"'
    return web.Response(body=whole, content_type="text/calendar", charset="utf-8", headers=headers)


async def _whose(site: Site, feed: Feed) -> Person | None:
    """The person whose calendar it is, while they are here and it was not revoked."""
    if feed.revoked is not None:
        return None
    person = (await site.store.people.get(feed.programme, [feed.person])).get(feed.person)
    return person if person is not None and person.active and person.staff is feed.staff else None


async def new_feed(site: Site, programme: ProgrammeId, person: PersonId, *, staff: bool, by: PersonId) -> str:
    """The address of a new feed, which can be shown this once. Raises `Refused` if there are too many."""
    known = await site.store.feeds.of(programme, person)
    if sum(feed.revoked is None for feed in known.values()) >= MOST:
        raise Refused(Code.TOO_MANY)
    token = secrets.token_urlsafe(32)
    await site.store.audit.write(programme, by, "feed.made", person)
    await site.store.feeds.put(token, Feed(programme, person, staff, site.clock.now(), by))
    return f"{site.public_url}/calendar/{token}.ics"


async def feeds_of(site: Site, programme: ProgrammeId, person: PersonId) -> list[FeedEntry]:
    """Those that open."""
    known = await site.store.feeds.of(programme, person)
    return [FeedEntry(name=name, created=f.created, revoked=f.revoked) for name, f in known.items() if not f.revoked]


async def drop_feed(site: Site, feed: Feed, name: str, *, by: PersonId) -> None:
    """Revoke it."""
    await site.store.audit.write(feed.programme, by, "feed.revoked", feed.person)
    await site.store.feeds.revoke(feed.programme, name, site.clock.now())


async def own_feeds(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/feeds"""
    site = request.app[SITE]
    me = await browser.staff(request)
    return answer(FeedList(feeds=await feeds_of(site, me.programme, me.person)))


async def new_own_feed(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/feeds"""
    me = await browser.staff(request)
    url = await new_feed(request.app[SITE], me.programme, me.person, staff=True, by=me.person)
    return answer(LinkUrl(url=url), status=201)


async def new_client_feed(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/clients/{client}/feeds"""
    site = request.app[SITE]
    me, client = await allowed_client(request, RecordAction.LINK)
    known = (await site.store.people.get(me.programme, [client])).get(client)
    if known is None or known.staff:
        raise Refused(Code.NO_SUCH_THING)
    return answer(LinkUrl(url=await new_feed(site, me.programme, client, staff=False, by=me.person)), status=201)


async def my_feeds(request: web.Request) -> web.StreamResponse:
    """GET /api/me/feeds"""
    me = await owner(request)
    return answer(FeedList(feeds=await feeds_of(request.app[SITE], me.programme, me.person)))


async def new_feed_of_mine(request: web.Request) -> web.StreamResponse:
    """POST /api/me/feeds"""
    me = await owner(request)
    url = await new_feed(request.app[SITE], me.programme, me.person, staff=False, by=me.person)
    return answer(LinkUrl(url=url), status=201)


async def drop_feed_of_mine(request: web.Request) -> web.StreamResponse:
    """DELETE /api/me/feeds/{feed}"""
    site, me = request.app[SITE], await owner(request)
    name = request.match_info["feed"]
    feed = await site.store.feeds.by_name(name) if _NAME.fullmatch(name) else None
    if feed is None or (feed.programme, feed.person, feed.staff) != (me.programme, me.person, False):
        raise Refused(Code.NO_SUCH_THING)
    await drop_feed(site, feed, name, by=me.person)
    return web.Response(status=204)


async def revoke(request: web.Request) -> web.StreamResponse:
    """DELETE /api/staff/feeds/{feed}: one's own, or a client's."""
    site = request.app[SITE]
    me = await browser.staff(request)
    name = request.match_info["feed"]
    feed = await site.store.feeds.by_name(name) if _NAME.fullmatch(name) else None
    if feed is None or feed.programme != me.programme or not await _may(site, me, feed):
        raise Refused(Code.NO_SUCH_THING)
    await drop_feed(site, feed, name, by=me.person)
    return web.Response(status=204)


async def _may(site: Site, me: WebSession, feed: Feed) -> bool:
    if feed.staff:
        return feed.person == me.person
    await client_for(site, me, RecordAction.LINK, feed.person)
    return True
