"""Which sessions a member of staff may look into: those that they lead. Everything else is not there for them."""

import re

from aiohttp import web

from telehealth.core.ids import SessionId
from telehealth.core.records import Session, WebSession
from telehealth.core.refusals import Code
from telehealth.core.roles import STAFF

from . import browser
from .answers import Refused
from .site import SITE

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def session_of_staff(session: Session, me: WebSession) -> bool:
    """Whether `session` is one that this member of staff leads or helps to lead."""
    return (
        me.role in STAFF
        and session.programme == me.programme
        and me.person in (*session.facilitators, *session.cofacilitators)
    )


async def led_session(request: web.Request) -> tuple[WebSession, Session]:
    """The signed-in member of staff and the session that the path names. Raises `Refused`.

    Another's session is answered as one that does not exist.
    """
    site = request.app[SITE]
    me = await browser.staff(request)
    name = request.match_info["session"]
    session = await site.store.sessions.get(me.programme, SessionId(name)) if ID.fullmatch(name) else None
    if session is None or not session_of_staff(session, me):
        raise Refused(Code.NO_SUCH_THING)
    return me, session
