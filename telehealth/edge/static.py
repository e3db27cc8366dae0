"""The built web client: a few pages under fixed paths, and the files that they load.

Files in assets/ carry a hash in their names, so a browser may keep them for ever; pages are never kept. aiohttp picks
the .br or .gz sibling that the build has made. Only plain names are looked up: no path of a request ever joins a path
of the disk.
"""

import re
from pathlib import Path

from aiohttp import hdrs, web

from telehealth.core.refusals import Code

from .answers import Refused
from .errors import page
from .site import SITE

PAGES = {
    "/": "staff.html",
    "/j": "join.html",
    "/room": "room.html",
    "/docs": "docs.html",
    "/verify": "verify.html",
    "/stop": "stop.html",
    "/me": "me.html",
    "/calendar": "calendar.html",
}
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}")
FOR_EVER = "public, max-age=31536000, immutable"
NOT_BUILT = "The web client is not built. Run: make setup"


async def entry(request: web.Request) -> web.StreamResponse:
    """GET /, /j, /room, /docs, /verify, /stop, /me, /calendar"""
    file = request.app[SITE].static / PAGES[request.path]
    if not file.is_file():
        return page(NOT_BUILT, 503)
    return _file(file, "no-store")


async def asset(request: web.Request) -> web.StreamResponse:
    """GET /assets/{name}"""
    return _file(_known(request, request.app[SITE].static / "assets"), FOR_EVER)


async def beside(request: web.Request) -> web.StreamResponse:
    """GET /{name}: an icon or a manifest beside the pages."""
    return _file(_known(request, request.app[SITE].static), "no-cache")


def _known(request: web.Request, folder: Path) -> Path:
    name = request.match_info["name"]
    file = folder / name
    if not _NAME.fullmatch(name) or file.suffix not in TYPES or file.suffix == ".html" or not file.is_file():
        raise Refused(Code.NO_SUCH_THING)
    return file


def _file(file: Path, cache: str) -> web.FileResponse:
    headers = {hdrs.CONTENT_TYPE: TYPES[file.suffix], hdrs.CACHE_CONTROL: cache, hdrs.VARY: hdrs.ACCEPT_ENCODING}
    return web.FileResponse(file, headers=headers)
