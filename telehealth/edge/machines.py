"""Who asks the export API: a machine with a key (its profile, recipient and purpose), or a signed-in member of staff.

A key of a release that knew no recipients goes to a recipient of its own: the key's id.
"""

from aiohttp import web

from telehealth.core.access_table import RecordAction
from telehealth.core.disclosure import Purpose
from telehealth.core.ids import Millis
from telehealth.core.refusals import Code

from . import api_keys, browser
from .answers import Refused
from .lawful import Asker, staff_asker
from .profiles import PROFILES
from .site import SITE
from .staff import may_session, ties_of

REQUESTS, PERIOD = 600, 60
"""Exports that a key may ask for in so many seconds: ten a second is a page a row away from a mistake."""


async def asker_of(request: web.Request, start: Millis, end: Millis) -> Asker:
    """Who asks about sessions in a range of time. Raises `Refused`."""
    if api_keys.is_sent(request):
        return await machine(request, api_keys.READ_ATTENDANCE)
    me = await browser.staff(request)
    site = request.app[SITE]
    ties, sessions = await ties_of(site, me), await site.store.sessions.between(me.programme, start, end)
    seen = frozenset(s.id for s in sessions if may_session(ties, RecordAction.ATTENDANCE_READ, s))
    return staff_asker(me.programme, me.person, seen)


async def machine(request: web.Request, scope: str) -> Asker:
    """The asker behind an API key. Raises `Refused`."""
    key = await api_keys.key_of(request, scope)
    if not await request.app[SITE].store.access.allow(f"export|{key.id}", REQUESTS, PERIOD):
        raise Refused(Code.TOO_MANY, headers={"Retry-After": str(PERIOD)})
    profile, purpose = PROFILES[key.profile], Purpose(key.purpose)
    if purpose not in profile.purposes:
        raise Refused(Code.NOT_ALLOWED)
    return Asker(key.programme, f"api-key:{key.id}", profile, key.recipient or key.id, purpose)
