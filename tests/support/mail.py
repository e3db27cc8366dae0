"""A real mail server on loopback (aiosmtpd), with real TLS where a test asks for it, that keeps what it is given.

It answers as a test tells it to: at RCPT, at the end of DATA, or by hanging up at one of them.
"""

import asyncio
import datetime
import email
import email.policy
import logging
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

HANG_UP = "hang up"
USER, PASSWORD = "mailer", "canary-mail-password-6120"


@dataclass
class Mailbox:
    """What arrived, and how the server answers. A list of answers is used up; then all is well."""

    port: int = 0
    got: list[EmailMessage] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    """Whether each came over TLS."""
    at_rcpt: list[str] = field(default_factory=list)
    at_data: list[str] = field(default_factory=list)
    asked: int = 0
    """How often a recipient was named."""
    holding: asyncio.Event | None = None
    """Set to hold the answer to the text back until somebody sets the event."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked += 1
        answer = self.at_rcpt.pop(0) if self.at_rcpt else "250 OK"
        if answer == HANG_UP:
            _hang_up(server)
        elif answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.holding is not None:
            await self.holding.wait()
        answer = self.at_data.pop(0) if self.at_data else "250 OK"
        if answer == HANG_UP:
            _hang_up(server)
        elif answer.startswith("250"):
            content = cast(bytes, envelope.content)
            self.got.append(email.message_from_bytes(content, policy=email.policy.default))
            self.secured.append(_transport(server).get_extra_info("sslcontext") is not None)
        return answer


def _hang_up(server: SMTP) -> None:
    _transport(server).abort()


def _transport(server: SMTP) -> asyncio.Transport:
    return cast(asyncio.Transport, server.transport)


@asynccontextmanager
async def receiving(
    *, starttls: bool = False, tls: bool = False, sign_in: bool = False, hostname: str = "127.0.0.1"
) -> AsyncIterator[Mailbox]:
    """A mail server on a free port of loopback. Its certificate is for 127.0.0.1, by the authority of `trust`."""
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # it logs addresses; it stands for somebody else's server
    mailbox = Mailbox()
    loop = asyncio.get_running_loop()
    made: list[SMTP] = []

    def serve() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it knows of no TLS but STARTTLS, and warns of passwords without it
            smtp = SMTP(
                mailbox,
                hostname="mail.test",
                loop=loop,
                tls_context=server_context() if starttls else None,
                require_starttls=starttls,
                auth_required=sign_in,
                auth_require_tls=starttls,
                authenticator=_authenticate if sign_in else None,
            )
        made.append(smtp)
        return smtp

    server = await loop.create_server(serve, "127.0.0.1", 0, ssl=server_context() if tls else None)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
        for smtp in made:
            if smtp.transport is not None:
                _hang_up(smtp)
        await server.wait_closed()


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@cache
def _certificate() -> tuple[bytes, bytes]:
    """A self-signed certificate for 127.0.0.1 and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.test")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return certificate.public_bytes(serialization.Encoding.PEM), pem


def server_context() -> ssl.SSLContext:
    """With the certificate for 127.0.0.1."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "both.pem"
        path.write_bytes(b"".join(_certificate()))
        context.load_cert_chain(path)
    return context


def trust() -> ssl.SSLContext:
    """What trusts the server's certificate and no other."""
    return ssl.create_default_context(cadata=_certificate()[0].decode())
