"""E-mail through the clinic's mail server: the only file that knows aiosmtplib.

Each message has a connection of its own: they are few, and one that broke can spoil no other. The steps are taken one
by one, because until the text is handed over nothing can have gone out, and from then on nobody knows until the server
has answered: that border decides whether there may be another try. The words of the server are never passed on, since
they quote addresses; codes are.

TLS is not a matter of luck: either from the first byte (`TLS`) or by STARTTLS before anything else is said, with a
certificate that must be the server's (`STARTTLS`). Only to a mail server on this very machine may it be absent
(`PLAIN`).
"""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as FOR_SMTP
from email.utils import format_datetime
from enum import Enum, auto
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiosmtplib

from telehealth.core.sendings import Fault

from .port import GIVE_UP, Message

_STEP = 10.0
"""Seconds for one answer of the server."""


class Security(Enum):
    TLS = auto()
    STARTTLS = auto()
    PLAIN = auto()


@dataclass(frozen=True, slots=True)
class Server:
    """Where messages go, and as whom."""

    host: str
    port: int
    security: Security
    sender: str
    """The address that they come from."""
    name: str = ""
    """The name beside it."""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


def server(url: str, sender: str, name: str, user: str, password: str) -> Server:
    """From `smtps://HOST` (TLS), `smtp://HOST` (STARTTLS), or `smtp://` and this machine (plain)."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        security, port = Security.TLS, 465
    elif host == "localhost" or _loopback(host):
        security, port = Security.PLAIN, 25
    else:
        security, port = Security.STARTTLS, 587
    return Server(host, parts.port or port, security, sender, name, user, password)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Smtp:
    """port.Notifier by e-mail."""

    via = "smtp"

    def __init__(self, server: Server, trust: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._trust = trust or ssl.create_default_context()

    async def send(self, message: Message) -> Fault | None:
        try:
            mail = self._mail(message)
        except (ValueError, IndexError, MessageError):
            return Fault.BAD_ADDRESS
        client = aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            timeout=_STEP,
            use_tls=self._server.security is Security.TLS,
            start_tls=False,
            tls_context=self._trust,
            local_hostname=self._domain,
        )
        handed_over = False
        try:
            async with asyncio.timeout(GIVE_UP):
                if fault := await self._prepared(client, message.to.strip()):
                    return fault
                handed_over = True
                return await _handed_over(client, mail)
        except TimeoutError:
            return Fault.UNANSWERED if handed_over else Fault.UNREACHABLE
        finally:
            client.close()

    async def _prepared(self, client: aiosmtplib.SMTP, to: str) -> Fault | None:
        """Everything before the text itself."""
        try:
            await client.connect()
            if self._server.security is Security.STARTTLS and (fault := await _secured(client)):
                return fault
            if self._server.user and (fault := await self._signed_in(client)):
                return fault
            await client.mail(self._server.sender)
            await client.rcpt(to)
        except aiosmtplib.SMTPResponseException as error:
            return _by_code(error.code)
        except (aiosmtplib.SMTPException, OSError) as error:
            return Fault.NOT_SECURE if isinstance(error.__cause__, ssl.SSLError) else Fault.UNREACHABLE
        return None

    async def _signed_in(self, client: aiosmtplib.SMTP) -> Fault | None:
        try:
            await client.login(self._server.user, self._server.password)
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError):
            return Fault.UNREACHABLE
        except aiosmtplib.SMTPException:
            return Fault.SIGN_IN
        return None

    @property
    def _domain(self) -> str:
        return self._server.sender.rpartition("@")[2]

    def _mail(self, message: Message) -> bytes:
        """As it goes over the wire. Raises `ValueError` or `MessageError` for what is no address."""
        mail = EmailMessage(FOR_SMTP)
        mail["From"] = Address(self._server.name, addr_spec=self._server.sender)
        mail["To"] = Address(addr_spec=message.to.strip())
        mail["Subject"] = message.subject
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = f"<{message.id}@{self._domain}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        mail.set_content(message.body, cte="quoted-printable")
        mail["Content-Language"] = message.language
        if not message.to.isascii():
            raise ValueError("needs SMTPUTF8, which few servers have")
        return _opt_out(message.stop) + mail.as_bytes()


def _opt_out(address: str) -> bytes:
    """What lets a mail program show a button that ends these mails (RFC 8058). Written by hand: `email` would break a
    long address, which has no space, into encoded words that no mail program reads."""
    if not address:
        return b""
    return f"List-Unsubscribe: <{address}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n".encode("ascii")


async def _secured(client: aiosmtplib.SMTP) -> Fault | None:
    try:
        await client.starttls()
    except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError) as error:
        return Fault.NOT_SECURE if isinstance(error.__cause__, ssl.SSLError) else Fault.UNREACHABLE
    except (aiosmtplib.SMTPException, ssl.SSLError):
        return Fault.NOT_SECURE
    return None


async def _handed_over(client: aiosmtplib.SMTP, mail: bytes) -> Fault | None:
    """The text itself. What the server has not answered may have gone out."""
    try:
        await client.data(mail)
    except aiosmtplib.SMTPDataError as error:
        return _by_code(error.code)
    except (aiosmtplib.SMTPException, OSError):
        return Fault.UNANSWERED
    with suppress(aiosmtplib.SMTPException, OSError):
        await client.quit()
    return None


def _by_code(code: int) -> Fault:
    """421, 450 and their like ask to come back; 5xx does not (RFC 5321 section 4.2.1)."""
    return Fault.REFUSED if 500 <= code < 600 else Fault.BUSY
