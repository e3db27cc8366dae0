"""JSON in and out: reading a typed body, writing an answer, and the one exception that means "no".

A body is read whole up to `MAX_BODY`, within `READ_WITHIN`, and becomes a msgspec struct that refuses unknown fields;
whatever does not fit is `malformed`, without saying what was sent. A handler that has to say no raises `Refused`;
`errors.py` makes the answer of it.
"""

import asyncio
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from telehealth.core.refusals import SENTENCES, Code

MAX_BODY = 256 * 1024
"""Bytes."""
READ_WITHIN = 15.0
"""Seconds for a whole body: a client that trickles one does not hold a handler for ever."""

STATUS: dict[Code, int] = {
    Code.MALFORMED: 400,
    Code.UNKNOWN_MESSAGE: 400,
    Code.TOO_LARGE: 413,
    Code.UNREADABLE: 422,
    Code.TOO_MANY: 429,
    Code.NOT_SIGNED_IN: 401,
    Code.NOT_ALLOWED: 403,
    Code.NOT_NOW: 503,
    Code.INTERNAL: 500,
    Code.LINK_NOT_VALID: 404,
    Code.CHECK_IN_MISSING: 409,
    Code.CONSENT_MISSING: 409,
    Code.NOT_IN_ROOM: 409,
    Code.NO_SUCH_MEMBER: 404,
    Code.NO_SUCH_THING: 404,
    Code.NOT_OPEN_YET: 409,
    Code.LOCKED: 409,
    Code.FULL: 409,
    Code.REMOVED: 409,
    Code.ENDED: 409,
    Code.CANCELLED: 409,
    Code.IMPOSSIBLE: 409,
    Code.STALE: 412,
    Code.ALREADY_SIGNED: 409,
    Code.NOTE_INCOMPLETE: 409,
    Code.NO_MEDIA: 503,
}

T = TypeVar("T", bound=msgspec.Struct)


class Refused(Exception):
    """No, and why. Nothing was changed."""

    def __init__(self, code: Code, status: int | None = None, *, headers: dict[str, str] | None = None, **more: Any):
        super().__init__(code)
        self.code = code
        self.status = STATUS[code] if status is None else status
        self.headers = headers
        self.more = more
        """Further members of the JSON answer."""


def answer(value: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """`value` as JSON."""
    return web.Response(
        body=msgspec.json.encode(value), status=status, content_type="application/json", headers=headers
    )


def refusal_text(refused: Refused) -> str:
    """One sentence for a person."""
    return SENTENCES[refused.code]


def refusal(refused: Refused) -> web.Response:
    """`{"code", "message", ...}`"""
    return answer(
        {"code": refused.code, "message": SENTENCES[refused.code], **refused.more},
        status=refused.status,
        headers=refused.headers,
    )


def problem(refused: Refused) -> web.Response:
    """The same as RFC 9457 has it, for programs: application/problem+json."""
    sentence = SENTENCES[refused.code]
    said = {"type": f"urn:problem:{refused.code}", "title": sentence, "status": refused.status}
    said |= {"code": refused.code, "message": sentence, **refused.more}
    response = answer(said, status=refused.status, headers=refused.headers)
    response.content_type = "application/problem+json"
    return response


async def body(request: web.Request, kind: type[T]) -> T:
    """The request's body as a `kind`. Raises `Refused`.

    Only `application/json` is read: a form on a foreign page cannot send it without asking first (CORS preflight).
    """
    if request.content_type != "application/json":
        raise Refused(Code.MALFORMED)
    try:
        async with asyncio.timeout(READ_WITHIN):
            raw = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise Refused(Code.TOO_LARGE) from None
    except TimeoutError:
        raise Refused(Code.MALFORMED, 408) from None
    except ConnectionError:  # whoever sent it went away in the middle: no bug, and nobody hears the answer
        raise Refused(Code.MALFORMED) from None
    try:
        return msgspec.json.decode(raw, type=kind)
    except (ValueError, RecursionError):  # msgspec's errors and UnicodeDecodeError are ValueErrors
        raise Refused(Code.MALFORMED) from None
