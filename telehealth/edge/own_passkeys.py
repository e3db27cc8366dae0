"""Passkeys of a client's own page (WebAuthn level 2). The only file that names fido2.

A passkey stands in for the PIN and never for the link: it is asked for after the link said whose page it is, so no
credential has to be discoverable and none says by itself that somebody is known here. The name shown by the device is
neutral. Verification of the user (finger, face, device PIN) is required, because the device may be shared.

What was asked is kept for five minutes under a random name and answered once; the origin is checked against the
server's own address.
"""

import base64
import json
import logging
import secrets
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.refusals import Code
from telehealth.store.agreement_ports import Passkey
from telehealth.store.ports import Access

from .address import origins
from .answers import Refused

# It logs credential ids, and addresses, at its lower levels.
logging.getLogger("fido2").setLevel(logging.ERROR)

SECONDS = 300
MOST = 8
"""Passkeys of one client."""
_VERIFIED = UserVerificationRequirement.REQUIRED


class Passkeys:
    """Asks and checks, for one server's address."""

    def __init__(self, access: Access, public_url: str) -> None:
        self._access = access
        known = origins(public_url)
        host = urlsplit(public_url).hostname or "localhost"
        entity = PublicKeyCredentialRpEntity(name="Appointments", id=host)
        self._server = Fido2Server(entity, verify_origin=lambda origin: origin.lower() in known)

    async def ask_new(
        self, programme: ProgrammeId, client: PersonId, alias: str, known: Iterable[Passkey]
    ) -> dict[str, Any]:
        """What the browser needs to make a passkey."""
        handle = f"{programme}/{client}".encode()[:64]
        user = PublicKeyCredentialUserEntity(name=alias, id=handle, display_name=alias)
        options, state = self._server.register_begin(
            user,
            [_credential(one) for one in known],
            resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
            user_verification=_VERIFIED,
        )
        return await self._asked("new", client, state, dict(options.public_key))

    async def made(self, client: PersonId, asked: str, response: Mapping[str, Any], label: str, at: Millis) -> Passkey:
        """The passkey that the browser made. Raises `Refused`."""
        state = await self._state("new", client, asked)
        try:
            data = self._server.register_complete(state, response).credential_data
        except (ValueError, KeyError, TypeError):
            raise Refused(Code.NOT_ALLOWED) from None
        if data is None:
            raise Refused(Code.NOT_ALLOWED)
        return Passkey(_text(data.credential_id), _text(bytes(data)), label, at)

    async def ask(self, client: PersonId, known: Iterable[Passkey]) -> dict[str, Any]:
        """What the browser needs to answer with one of these."""
        options, state = self._server.authenticate_begin([_credential(one) for one in known], _VERIFIED)
        return await self._asked("use", client, state, dict(options.public_key))

    async def used(
        self, client: PersonId, asked: str, response: Mapping[str, Any], known: Iterable[Passkey]
    ) -> Passkey | None:
        """Which passkey answered rightly; None if none did. Raises `Refused` for an answer to nothing."""
        state = await self._state("use", client, asked)
        by_id = {one.id: one for one in known}
        try:
            found = self._server.authenticate_complete(state, [_credential(one) for one in by_id.values()], response)
        except Exception:  # the library raises whatever its cryptography does; an answer that does not fit is a no
            return None
        return by_id.get(_text(found.credential_id))

    async def _asked(self, what: str, client: PersonId, state: Any, options: dict[str, Any]) -> dict[str, Any]:
        name = secrets.token_urlsafe(24)
        await self._access.put_token(f"passkey {what} {client} {name}", json.dumps(state), SECONDS)
        return {"asked": name, "options": options}

    async def _state(self, what: str, client: PersonId, asked: str) -> Any:
        name = f"passkey {what} {client} {asked}"
        kept = await self._access.token(name)
        if kept is None or not await self._access.once(name, SECONDS):
            raise Refused(Code.STALE)
        return json.loads(kept)


def _credential(passkey: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(base64.urlsafe_b64decode(passkey.data + "=="))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
