"""Where a request comes from: the address that limits are counted by, and whether the page that sent it is ours.

An address is never stored or logged. It leaves this module only as a hash that names a counter in the store; the
counter is gone minutes later.
"""

import hashlib
import ipaddress
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from .site import SITE

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


def remote(request: web.Request) -> str:
    """The asker's address. Behind our proxy, the entry that the proxy itself has added: the last one."""
    if request.app[SITE].behind_proxy:
        forwarded = request.headers.getall("X-Forwarded-For", [])
        if forwarded:
            return forwarded[-1].rpartition(",")[2].strip()
    return request.remote or ""


def is_loopback(request: web.Request) -> bool:
    """Whether the asker is on this machine, and not merely its proxy."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False


def counter(kind: str, *parts: str) -> str:
    """The name of a rate limit's counter."""
    digest = hashlib.sha256("\x1f".join((kind, *parts)).encode()).hexdigest()
    return f"{kind}:{digest[:32]}"


def origins(public_url: str) -> frozenset[str]:
    """The `Origin` values of our own pages. On loopback all three names of this machine are ours."""
    parts = urlsplit(public_url)
    own = f"{parts.scheme}://{parts.netloc}".lower()
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    if host not in LOOPBACK_NAMES:
        return frozenset({own})
    port = f":{parts.port}" if parts.port is not None else ""
    return frozenset({own, *(f"{parts.scheme}://{name}{port}" for name in LOOPBACK_NAMES)})


def ours(request: web.Request) -> bool:
    """Whether the sending page is ours, where the browser says which page it is. Machines send no `Origin`."""
    origin = request.headers.get(hdrs.ORIGIN)
    return origin is None or origin.lower() in origins(request.app[SITE].public_url)
