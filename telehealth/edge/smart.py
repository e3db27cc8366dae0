"""SMART Backend Services: a machine proves who it is with a JWT that it signed, and gets a token for five minutes.

A client is registered with its public keys (a JWKS, `telehealth client add`) and is otherwise an API key without a
secret: profile, recipient, purpose and revocation are the same. The assertion must be signed with RS384 or ES384 by one
of those keys, be addressed to this endpoint, live for five minutes at most, and be used once (`jti`). Whatever is
wrong with it, the answer is `invalid_client`; what exactly, nobody outside is told.

https://hl7.org/fhir/smart-app-launch/backend-services.html, RFC 6749 section 5.2, RFC 7523.
"""

import asyncio
import secrets
import time
from typing import Any
from urllib.parse import parse_qsl

import jwt
import msgspec
from aiohttp import hdrs, web
from jwt.algorithms import get_default_algorithms

from telehealth.core.ids import Millis
from telehealth.core.records import ApiKey
from telehealth.core.refusals import Code

from . import api_keys
from .address import counter, remote
from .answers import READ_WITHIN, Refused, answer
from .site import SITE, Site

ALGORITHMS = ("RS384", "ES384")
LASTS = 300
"""Seconds for which an assertion may, and a token does, hold."""
_LEEWAY = 10
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_READS = ("system/Encounter.read", "system/Encounter.rs", "system/Encounter.r", "system/*.read", "system/*.rs")
"""What opens the attendance, in SMART's first and second version."""
_NOTES = tuple(f"system/{kind}.{verb}" for kind in ("DocumentReference", "Composition") for verb in ("read", "rs", "r"))
"""What opens signed progress notes."""
_LARGEST = 16 * 1024
RSA_BITS = 2048
TOKEN_PATH = "/auth/token"  # noqa: S105  a path


class _Wrong(Exception):
    """The request is refused with this OAuth error."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.status = error, status


def public_keys(text: str) -> str:
    """A JWKS as it is kept: only public keys that this server verifies with. Raises `ValueError` with a sentence."""
    try:
        found: Any = msgspec.json.decode(text)
        keys = [dict(key) for key in found["keys"]]
    except (msgspec.DecodeError, KeyError, TypeError, ValueError):
        raise ValueError("This is not a JWKS: a JSON object with `keys`") from None
    kept: list[dict[str, Any]] = []
    for key in keys:
        if "d" in key or "k" in key:
            raise ValueError("This JWKS holds a private key; give the public ones only")
        if not key.get("kid") or _algorithm(key) is None:
            raise ValueError("Each key needs a kid, and must be RSA of 2048 bits or more, or EC P-384")
        kept.append(key)
    if not kept:
        raise ValueError("There is no key in this JWKS")
    return msgspec.json.encode({"keys": kept}).decode()


def _algorithm(key: dict[str, Any]) -> str | None:
    """The algorithm that goes with a JWK, if it is one of ours."""
    if key.get("kty") == "EC":
        return "ES384" if key.get("crv") == "P-384" else None
    if key.get("kty") != "RSA":
        return None
    try:
        loaded: Any = get_default_algorithms()["RS384"].from_jwk(key)
    except (jwt.InvalidKeyError, ValueError):
        return None
    return "RS384" if loaded.key_size >= RSA_BITS else None


async def configuration(request: web.Request) -> web.StreamResponse:
    """GET /fhir/.well-known/smart-configuration"""
    return answer(
        {
            "token_endpoint": f"{request.app[SITE].public_url}{TOKEN_PATH}",
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
            "scopes_supported": [*_READS, *_NOTES],
            "capabilities": ["client-confidential-asymmetric", "permission-v1", "permission-v2"],
        }
    )


async def token(request: web.Request) -> web.StreamResponse:
    """POST /auth/token"""
    site = request.app[SITE]
    headers: dict[str, str] = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    try:
        given = await _form(request)
        if given.get("grant_type") != "client_credentials":
            raise _Wrong("unsupported_grant_type")
        client = await _client(site, given)
        known = (*_READS, *_NOTES) if api_keys.READ_NOTES in client.scopes else _READS
        scopes = [scope for scope in given.get("scope", "").split() if scope in known]
        if not scopes or api_keys.READ_ATTENDANCE not in client.scopes:
            raise _Wrong("invalid_scope")
    except _Wrong as wrong:
        if wrong.error == "invalid_client" and not await site.store.access.allow(
            counter("api-key", remote(request)), api_keys.FAILURES, api_keys.PERIOD
        ):
            raise Refused(Code.TOO_MANY, headers={hdrs.RETRY_AFTER: str(api_keys.PERIOD)}) from None
        return answer({"error": wrong.error}, status=wrong.status, headers=headers)
    now = site.clock.now()
    text = f"{api_keys.TOKEN}{secrets.token_urlsafe(32)}"
    await site.store.audit.write(client.programme, f"api-key:{client.id}", "token.issued", client.id)
    await site.store.access.put_token(text, client.id, LASTS)
    if client.last_used is None or now - client.last_used >= _TOUCH:
        await site.store.access.touch_api_key(client.id, now)
    said = {"access_token": text, "token_type": "bearer", "expires_in": LASTS, "scope": " ".join(scopes)}
    return answer(said, headers=headers)


_TOUCH: Millis = 60_000


async def _form(request: web.Request) -> dict[str, str]:
    if request.content_type != "application/x-www-form-urlencoded" or (request.content_length or 0) > _LARGEST:
        raise _Wrong("invalid_request")
    try:
        async with asyncio.timeout(READ_WITHIN):
            raw = await request.read()
        given = dict(parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=20))
    except (TimeoutError, ValueError, web.HTTPRequestEntityTooLarge):
        raise _Wrong("invalid_request") from None
    return given


async def _client(site: Site, given: dict[str, str]) -> ApiKey:
    """The client whose key signed the assertion."""
    text = given.get("client_assertion", "")
    if given.get("client_assertion_type") != _ASSERTION or not text or len(text) > _LARGEST:
        raise _Wrong("invalid_request")
    no = _Wrong("invalid_client", 401)
    try:
        head = jwt.get_unverified_header(text)
        name = jwt.decode(text, options={"verify_signature": False}).get("iss")
    except jwt.PyJWTError:
        raise no from None
    known = await site.store.access.api_key(name) if isinstance(name, str) and api_keys.ID.fullmatch(name) else None
    now = site.clock.now()
    if known is None or not known.jwks or known.revoked is not None or (known.expires or now + 1) <= now:
        raise no
    keys: list[dict[str, Any]] = msgspec.json.decode(known.jwks)["keys"]
    key = next((key for key in keys if key["kid"] == head.get("kid")), None)
    if key is None or head.get("alg") != _algorithm(key):
        raise no
    try:
        claims: dict[str, Any] = jwt.decode(
            text,
            jwt.PyJWK(key, algorithm=head["alg"]).key,
            algorithms=[head["alg"]],
            audience=f"{site.public_url}{TOKEN_PATH}",
            issuer=known.id,
            subject=known.id,
            leeway=_LEEWAY,
            options={"require": ["iss", "sub", "aud", "exp", "jti"]},
        )
    except (jwt.PyJWTError, ValueError):
        raise no from None
    if claims["exp"] > time.time() + LASTS + _LEEWAY or not isinstance(claims["jti"], str):
        raise no
    if not await site.store.access.once(f"jti|{known.id}|{claims['jti']}", LASTS + 3 * _LEEWAY):
        raise no
    return known
