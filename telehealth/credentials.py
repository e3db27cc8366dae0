"""New ids, tokens and API keys, for the administrator's commands and the demo.

It owns how they are drawn and what an API key's record looks like. It stores nothing, and it keeps no secret: whoever
asks shows it once. An API key is `thk_ID_SECRET`; ids have no underscore, and only the secret's SHA-256 is recorded.
"""

import hashlib
import secrets

from telehealth.core.ids import Millis, ProgrammeId
from telehealth.core.records import ApiKey

ATTENDANCE = "attendance:read"


def new_id() -> str:
    """An opaque id of 96 random bits."""
    return secrets.token_urlsafe(12)


def new_token() -> str:
    """A secret of 192 random bits, for a join link."""
    return secrets.token_urlsafe(24)


def new_api_key() -> str:
    """The whole key, as a machine sends it."""
    return f"thk_{secrets.token_hex(8)}_{secrets.token_urlsafe(32)}"


def api_key_id(key: str) -> str:
    """The part of a key that may be shown and logged."""
    return key.split("_", 2)[1]


def api_key_record(key: str, programme: ProgrammeId, label: str, now: Millis, expires: Millis | None = None) -> ApiKey:
    """What is stored of a key."""
    _, key_id, secret = key.split("_", 2)
    digest = hashlib.sha256(secret.encode()).hexdigest()
    return ApiKey(key_id, programme, digest, (ATTENDANCE,), label, now, expires)
