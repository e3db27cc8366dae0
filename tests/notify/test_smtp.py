"""E-mail through a real server on loopback: what arrives, over what, and what each failure is called."""

import ssl
from dataclasses import replace

import pytest

from telehealth.core.sendings import Fault
from telehealth.notify.port import Message
from telehealth.notify.smtp import Security, Server, Smtp
from telehealth.notify.smtp import server as at
from tests.support.mail import HANG_UP, PASSWORD, USER, Mailbox, receiving, trust

pytestmark = pytest.mark.asyncio

MESSAGE = Message("0123456789abcdef01234567", "bob.canary@example.org", "Su cita ya comenzó", "Hola:\n.\nAdiós\n", "es")


def server(mailbox: Mailbox, security: Security = Security.PLAIN, **more: str) -> Server:
    return Server("127.0.0.1", mailbox.port, security, "office@example.net", "Front office", **more)


async def test_what_arrives() -> None:
    """The text as it was, from the office, marked as automatic, and nothing else about anybody."""
    async with receiving() as mailbox:
        assert await Smtp(server(mailbox)).send(MESSAGE) is None
        (mail,) = mailbox.got
    assert mail["From"] == "Front office <office@example.net>"
    assert mail["To"] == MESSAGE.to
    assert mail["Subject"] == MESSAGE.subject
    assert mail["Message-ID"] == f"<{MESSAGE.id}@example.net>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "es"
    assert mail.get_content().replace("\r\n", "\n") == MESSAGE.body
    known = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "MIME-Version"}
    assert set(mail.keys()) == known | {"Content-Type", "Content-Transfer-Encoding"}


async def test_a_mail_can_be_ended_with_one_click() -> None:
    """RFC 8058: an address of any length in one piece, and that a POST to it is enough."""
    stop = f"https://{'sessions.' * 12}example.org/api/stop/{'0123456789abcdef' * 2}"
    async with receiving() as mailbox:
        assert await Smtp(server(mailbox)).send(replace(MESSAGE, stop=stop)) is None
        (mail,) = mailbox.got
    assert mail["List-Unsubscribe"] == f"<{stop}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Subject"] == MESSAGE.subject


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_it_comes_over_tls_and_signed_in(security: Security) -> None:
    """STARTTLS and TLS from the first byte, with a checked certificate, under our name and password."""
    async with receiving(starttls=security is Security.STARTTLS, tls=security is Security.TLS, sign_in=True) as mailbox:
        wrong = Smtp(server(mailbox, security, user=USER, password="canary-wrong"), trust())
        assert await wrong.send(MESSAGE) is Fault.SIGN_IN
        right = Smtp(server(mailbox, security, user=USER, password=PASSWORD), trust())
        assert await right.send(MESSAGE) is None
        assert mailbox.secured == [True]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_certificate_of_somebody_else_stops_it(security: Security) -> None:
    """Nothing is said to a server that cannot prove who it is: no name, no password, no address."""
    async with receiving(starttls=security is Security.STARTTLS, tls=security is Security.TLS) as mailbox:
        nobody = ssl.create_default_context()
        found = await Smtp(server(mailbox, security, user=USER, password=PASSWORD), nobody).send(MESSAGE)
        assert found is Fault.NOT_SECURE
        assert mailbox.asked == 0


async def test_without_starttls_nothing_is_sent() -> None:
    """A server, or somebody in between, that does not offer it gets nothing."""
    async with receiving() as mailbox:
        assert await Smtp(server(mailbox, Security.STARTTLS), trust()).send(MESSAGE) is Fault.NOT_SECURE
        assert mailbox.asked == 0


@pytest.mark.parametrize(
    ("at_rcpt", "at_data", "fault"),
    [
        ("450 4.2.1 bob.canary@example.org is busy", "", Fault.BUSY),
        ("421 too many", "", Fault.BUSY),
        ("550 5.1.1 no bob.canary@example.org here", "", Fault.REFUSED),
        (HANG_UP, "", Fault.UNREACHABLE),
        ("", "451 4.3.0 later", Fault.BUSY),
        ("", "554 5.7.1 no", Fault.REFUSED),
        ("", HANG_UP, Fault.UNANSWERED),
    ],
)
async def test_what_a_server_says_has_a_class(at_rcpt: str, at_data: str, fault: Fault) -> None:
    """Whether to try again is clear from it; a server that hangs up after the text may have taken it."""
    async with receiving() as mailbox:
        mailbox.at_rcpt = [at_rcpt] if at_rcpt else []
        mailbox.at_data = [at_data] if at_data else []
        smtp = Smtp(server(mailbox))
        assert await smtp.send(MESSAGE) is fault
        assert await smtp.send(MESSAGE) is None


async def test_nobody_there() -> None:
    """A server that is down, and a name that there is not."""
    async with receiving() as mailbox:
        gone = server(mailbox)
    assert await Smtp(gone).send(MESSAGE) is Fault.UNREACHABLE
    assert await Smtp(replace(gone, host="mail.invalid")).send(MESSAGE) is Fault.UNREACHABLE


@pytest.mark.parametrize(
    "to", ["", "bob", "bob@", "@example.org", "a b@c.d", "bob@example.org\r\nBcc: eve@example.org", "josé@example.org"]
)
async def test_what_is_no_address(to: str) -> None:
    """It is not even tried, and can add no header."""
    async with receiving() as mailbox:
        assert await Smtp(server(mailbox)).send(replace(MESSAGE, to=to)) is Fault.BAD_ADDRESS
        assert mailbox.asked == 0


async def test_nothing_of_a_message_is_printed() -> None:
    """Neither it nor the server's password, wherever somebody logs one."""
    async with receiving() as mailbox:
        text = repr(MESSAGE) + repr(server(mailbox, user=USER, password=PASSWORD))
    assert "canary" not in text
    assert "cita" not in text


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("smtp://mail.example.org", 587, Security.STARTTLS),
        ("smtp://mail.example.org:2525", 2525, Security.STARTTLS),
        ("smtps://mail.example.org", 465, Security.TLS),
        ("smtps://127.0.0.1:4650", 4650, Security.TLS),
        ("smtp://127.0.0.1", 25, Security.PLAIN),
        ("smtp://[::1]:1025", 1025, Security.PLAIN),
        ("smtp://localhost", 25, Security.PLAIN),
    ],
)
async def test_only_this_machine_is_spoken_to_without_tls(url: str, port: int, security: Security) -> None:
    """Whatever leaves it is secured, by the scheme of the address."""
    found = at(url, "office@example.net", "", "", "")
    assert (found.port, found.security) == (port, security)
