"""Keys of machines: `thk_ID_SECRET`, made once, shown once, kept as a hash.

The id finds the record and the SHA-256 of the secret is compared in constant time; the secret has 256 random bits, so
a slow hash would protect nothing. A key that is wrong, unknown, revoked or expired gets the same answer.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace

from aiohttp import hdrs, web

from telehealth.core.disclosure import Purpose
from telehealth.core.ids import Millis, ProgrammeId
from telehealth.core.records import ApiKey
from telehealth.core.refusals import Code

from .address import counter, remote
from .answers import Refused
from .site import SITE, Site

READ_ATTENDANCE = "attendance:read"
READ_DISCLOSURES = "disclosures:read"
"""Accountings of disclosures, of every client of the programme."""
READ_NOTES = "notes:read"
"""Signed progress notes of clients for whom there is a basis that opens them."""
SCOPES = frozenset({READ_ATTENDANCE, READ_DISCLOSURES, READ_NOTES})
TOKEN = "tha_"  # noqa: S105  the beginning of every token
"""How the tokens begin that smart.py gives for a signed assertion."""
ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_TOKEN = re.compile(rf"Bearer ({TOKEN}[A-Za-z0-9_-]{{32,128}})", re.IGNORECASE)
_BEARER = re.compile(r"Bearer thk_([A-Za-z0-9-]{8,64})_([A-Za-z0-9_-]{32,128})", re.IGNORECASE)
FAILURES, PERIOD = 20, 60
"""Wrong keys that an address may send in so many seconds."""
_TOUCH_EVERY: Millis = 60_000


def mint(
    programme: ProgrammeId,
    scopes: Sequence[str],
    label: str,
    now: Millis,
    expires: Millis | None = None,
    *,
    profile: str = "attendance",
    recipient: str = "",
    purpose: Purpose = Purpose.PAYMENT,
) -> tuple[str, ApiKey]:
    """The text that is shown once, and the record that is kept."""
    key_id = secrets.token_hex(8)
    secret = secrets.token_urlsafe(32)
    key = ApiKey(key_id, programme, secret_hash(secret), tuple(scopes), label, now, expires)
    return f"thk_{key_id}_{secret}", replace(key, profile=profile, recipient=recipient, purpose=purpose)


def scopes_of(profile: str) -> tuple[str, ...]:
    """What a key of this profile may ask for."""
    return (READ_ATTENDANCE, READ_NOTES) if profile == "notes" else (READ_ATTENDANCE,)


def secret_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def is_sent(request: web.Request) -> bool:
    return hdrs.AUTHORIZATION in request.headers


async def key_of(request: web.Request, scope: str) -> ApiKey:
    """The valid key that the request carries. Raises `Refused`: 401 without one, 403 if it lacks the scope."""
    site = request.app[SITE]
    key = await _sent(request, site)
    now = site.clock.now()
    if key is None or key.revoked is not None or (key.expires is not None and now >= key.expires):
        if not await site.store.access.allow(counter("api-key", remote(request)), FAILURES, PERIOD):
            raise Refused(Code.TOO_MANY, headers={hdrs.RETRY_AFTER: str(PERIOD)})
        raise Refused(Code.NOT_SIGNED_IN, headers={hdrs.WWW_AUTHENTICATE: "Bearer"})
    if scope not in key.scopes:
        raise Refused(Code.NOT_ALLOWED)
    if key.last_used is None or now - key.last_used >= _TOUCH_EVERY:
        await site.store.access.touch_api_key(key.id, now)
    return key


async def _sent(request: web.Request, site: Site) -> ApiKey | None:
    """The key whose secret, or for which a token, was sent."""
    header = request.headers.get(hdrs.AUTHORIZATION, "")
    if match := _TOKEN.fullmatch(header):
        name = await site.store.access.token(match[1])
        return await site.store.access.api_key(name) if name else None
    match = _BEARER.fullmatch(header)
    key = await site.store.access.api_key(match[1]) if match else None
    right = key is not None and match is not None and hmac.compare_digest(secret_hash(match[2]), key.secret_hash)
    return key if right else None
