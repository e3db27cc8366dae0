"""Every request passes here: foreign pages are turned away, and whatever goes wrong becomes one calm answer.

Under /api an error is JSON with a stable code; elsewhere it is a page of one sentence that names nothing. A bug is
logged with types, files and lines but without its text, which might quote what somebody wrote.
"""

import html
import logging
import time

from aiohttp import hdrs, web

from telehealth.core.refusals import SENTENCES, Code
from telehealth.store.ports import Unavailable
from telehealth.store.sealed import Erased

from .address import ours
from .answers import Refused, problem, refusal
from .fhir.answers import refusal as outcome
from .site import SITE, Handler

log = logging.getLogger(__name__)

SAFE = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})


@web.middleware
async def calm(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The outermost middleware: counts, and answers for every error."""
    counts = request.app[SITE].counts
    route = _pattern(request)
    began = time.monotonic()
    response = await _answered(request, handler, route)
    counts.answers.labels(_method(request), route, response.status).inc()
    if response.status != 101:  # how long a socket stays open says nothing about answers
        counts.seconds.labels(route).observe(time.monotonic() - began)
    return response


async def _answered(request: web.Request, handler: Handler, route: str) -> web.StreamResponse:
    try:
        if request.method not in SAFE and not ours(request):
            raise Refused(Code.NOT_ALLOWED)
        return await handler(request)
    except Refused as refused:
        return _no(request, refused)
    except Erased:
        return _no(request, Refused(Code.NO_SUCH_THING, 410))
    except Unavailable:
        return _no(request, Refused(Code.NOT_NOW, headers={"Retry-After": "2"}))
    except web.HTTPRequestEntityTooLarge:
        return _no(request, Refused(Code.TOO_LARGE))
    except web.HTTPException as plain:
        if plain.status < 400:
            raise
        code = Code.NO_SUCH_THING if plain.status in (404, 405) else Code.MALFORMED
        allow = plain.headers.get(hdrs.ALLOW)
        return _no(request, Refused(code, plain.status, headers={hdrs.ALLOW: allow} if allow else None))
    except Exception:  # a bug: the only place that may catch everything, because nobody above it can answer
        log.exception("bug in %s %s", _method(request), route)
        return _no(request, Refused(Code.INTERNAL))


def _no(request: web.Request, refused: Refused) -> web.Response:
    request.app[SITE].counts.refusals.labels(refused.code).inc()
    if request.path.startswith("/api/v1/"):
        return problem(refused)
    if request.path.startswith("/fhir/"):
        return outcome(refused)
    if request.path.startswith("/api/"):
        return refusal(refused)
    return page(SENTENCES[refused.code], refused.status, refused.headers)


def page(sentence: str, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A page of one sentence. Neutral: whoever looks over a shoulder learns nothing."""
    text = html.escape(sentence)
    return web.Response(
        text='<!doctype html><html lang="en"><meta charset="utf-8"><title>Session</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><p>{text}</p></html>\n',
        status=status,
        content_type="text/html",
        charset="utf-8",
        headers=headers,
    )


def _pattern(request: web.Request) -> str:
    """The route's pattern: `/api/staff/sessions/{session}`, never the path itself."""
    resource = request.match_info.route.resource
    return "none" if resource is None else resource.canonical


def _method(request: web.Request) -> str:
    """Anything may stand for a method; only the known ones become a label."""
    return request.method if request.method in hdrs.METH_ALL else "other"
