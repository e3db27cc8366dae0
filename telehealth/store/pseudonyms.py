"""Session ids as each recipient knows them, so that two recipients' files cannot be joined to see who sat together.

A programme has one random secret, sealed in Redis and made once. A recipient's key is derived from it, and a session's
id is an HMAC under that key: the same recipient gets the same id for ever, also after the keyring was changed.
"""

import base64
import hmac
import secrets
from collections.abc import Callable

from telehealth.core.ids import ProgrammeId, SessionId

from . import keys
from .client import Client
from .programmes import Programmes
from .sealed import Keyring

LENGTH = 24
"""Hexadecimal digits, as a session's own id has."""


class Pseudonyms:
    """ports.Pseudonyms on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._keyring = keyring
        self._programmes = programmes
        self._secrets: dict[ProgrammeId, bytes] = {}

    async def of(self, programme: ProgrammeId, recipient: str) -> Callable[[SessionId], str]:
        key = hmac.digest(await self._secret(programme), f"recipient|{recipient}".encode(), "sha256")

        def pseudonym(session: SessionId) -> str:
            return hmac.digest(key, session.encode(), "sha256").hex()[:LENGTH]

        return pseudonym

    async def _secret(self, programme: ProgrammeId) -> bytes:
        known = self._secrets.get(programme)
        if known is None:
            await self._programmes.register(programme)
            place = (programme, "pseudonyms", "secret", "text", 0)
            fresh = base64.b64encode(secrets.token_bytes(32)).decode()
            await self._client.call("SET", keys.pseudonyms(programme), self._keyring.seal(*place, fresh), "NX")
            sealed = await self._client.call("GET", keys.pseudonyms(programme))
            known = self._secrets[programme] = base64.b64decode(self._keyring.unseal(*place, sealed))
        return known
