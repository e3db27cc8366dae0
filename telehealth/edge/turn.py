"""Credentials for the clinic's TURN relay, made at each join and worthless soon after the session.

The scheme is coturn's `use-auth-secret`: the user name is the time of expiry and something random (it names nobody),
the password its HMAC-SHA-1 under a secret that only the relay and this server know. SHA-1 is what the relay speaks; a
keyed hash is not broken by collisions.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence

from telehealth.core.ids import Millis

from .messages import IceServer

VALID: Millis = 12 * 60 * 60_000
"""The relay asks again whenever an allocation is refreshed, so this has to outlast the longest session."""


def ice_servers(urls: Sequence[str], secret: str, now: Millis) -> list[IceServer]:
    """What a page may use from `now` on; nothing where there is no relay."""
    if not urls:
        return []
    username = f"{(now + VALID) // 1000}:{secrets.token_hex(8)}"
    digest = hmac.digest(secret.encode(), username.encode(), "sha1")
    return [IceServer(urls=list(urls), username=username, credential=base64.b64encode(digest).decode())]
