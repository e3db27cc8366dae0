"""Signed-in browsers: the cookie, the CSRF token beside it, and when both run out.

The cookie holds a random token and nothing else; the store knows it by its hash. It is `HttpOnly` (no script reads
it), `SameSite=Strict` (no foreign page sends it), and on https `Secure` under the `__Host-` prefix (no neighbouring
host can set it). An unsafe request also has to carry the CSRF token, which only a page of ours could read.

Staff are signed out after `IDLE` without a request, and after `LONGEST` in any case; an open room page keeps them
signed in by its beats (`Browsers.find` prolongs), because a logoff may lock notes but must never drop a call. A
client's browser has no idle time: the person waits and talks; it ends with the session.
"""

import hmac
import secrets
from dataclasses import replace

from aiohttp import web

from telehealth.clock import Clock
from telehealth.core.ids import Millis, SessionId
from telehealth.core.records import SignedInAs, WebSession
from telehealth.core.refusals import Code
from telehealth.store import ports

from .answers import Refused
from .errors import SAFE
from .site import SITE

IDLE: Millis = 30 * 60_000
LONGEST: Millis = 12 * 60 * 60_000
_PROLONG_EVERY: Millis = 60_000
"""A page asks every few seconds; one write a minute is enough."""


def cookie_name(*, https: bool) -> str:
    return "__Host-session" if https else "session"


class Browsers:
    """Finds and ends the web sessions behind cookies. Signalling uses it with the cookie of its handshake."""

    def __init__(self, access: ports.Access, clock: Clock) -> None:
        self._access, self._clock = access, clock

    async def begin(self, session: WebSession) -> str:
        """Store `session`; the token for its cookie."""
        token = secrets.token_urlsafe(32)
        await self._access.put_web_session(token, session)
        return token

    async def find(self, token: str) -> WebSession | None:
        """Who is signed in with this cookie, if it has not run out and its link was not revoked. Prolongs staff's."""
        session = await self._access.web_session(token) if token else None
        if session is None:
            return None
        now = self._clock.now()
        if now >= session.expires:
            await self._access.drop_web_session(token)
            return None
        if session.link:
            link = await self._access.link_by_name(session.link)
            if link is None or link.revoked is not None:
                return None
        if session.kind is SignedInAs.STAFF:
            expires = min(now + IDLE, session.longest)
            if expires - session.expires >= _PROLONG_EVERY:
                session = replace(session, expires=expires)
                if not await self._access.renew_web_session(token, session):
                    return None
        return session


def token(request: web.Request) -> str:
    """The cookie's value, or nothing."""
    return request.cookies.get(cookie_name(https=request.app[SITE].https), "")


def set_cookie(request: web.Request, response: web.Response, value: str) -> None:
    """Until the browser is closed: the server decides when it really ends."""
    https = request.app[SITE].https
    response.set_cookie(cookie_name(https=https), value, path="/", httponly=True, samesite="Strict", secure=https)


def clear_cookie(request: web.Request, response: web.Response) -> None:
    https = request.app[SITE].https
    response.del_cookie(cookie_name(https=https), path="/", httponly=True, samesite="Strict", secure=https)


async def anybody(request: web.Request) -> WebSession:
    """The signed-in asker, client or staff. Raises `Refused`."""
    site = request.app[SITE]
    session = await Browsers(site.store.access, site.clock).find(token(request))
    if session is None:
        raise Refused(Code.NOT_SIGNED_IN)
    if request.method not in SAFE:
        sent = request.headers.get("X-CSRF", "")
        if not hmac.compare_digest(sent.encode(), session.csrf.encode()):
            raise Refused(Code.NOT_ALLOWED)
    return session


async def staff(request: web.Request) -> WebSession:
    """The signed-in member of staff. Raises `Refused`."""
    session = await anybody(request)
    if session.kind is not SignedInAs.STAFF:
        raise Refused(Code.NOT_ALLOWED)
    return session


async def client(request: web.Request) -> tuple[WebSession, SessionId]:
    """The signed-in client and the one session that they may enter. Raises `Refused`."""
    session = await anybody(request)
    if session.kind is not SignedInAs.CLIENT or session.session is None:
        raise Refused(Code.NOT_ALLOWED)
    return session, session.session
