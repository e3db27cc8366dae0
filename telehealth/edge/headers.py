"""The security headers of every answer (docs/threat-model.md says what each is for and what reopens the door).

Set when a response is about to be sent, so that no route, error, stream or file can go without them. Checked in real
browsers together with socket.io, workers and media: a stricter Content-Security-Policy breaks one of those.
"""

from aiohttp import web

from .site import SITE

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types app"
)
PERMISSIONS_POLICY = (
    "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), fullscreen=(self), "
    "screen-wake-lock=(self), picture-in-picture=(self), geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=()"
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    # aiohttp would name itself and its version.
    "Server": "web",
}
HSTS = "max-age=31536000"


async def put(request: web.Request, response: web.StreamResponse) -> None:
    """An `on_response_prepare` signal."""
    response.headers.update(ALWAYS)
    if request.app[SITE].https:
        response.headers["Strict-Transport-Security"] = HSTS
    # Only the hashed files of the web client say otherwise.
    response.headers.setdefault("Cache-Control", "no-store")
