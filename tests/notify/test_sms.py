"""Text messages through a real HTTP server on loopback: what arrives, over what, and what each failure is called."""

import asyncio
import ssl
from dataclasses import replace

import pytest

from telehealth.core.sendings import FOR_GOOD, IN_DOUBT, Fault
from telehealth.notify import sms as module
from telehealth.notify.port import Message
from telehealth.notify.sms import Gateway, Sms, Wrong, gateway
from tests.support.gateway import HANG_UP, Inbox, answering
from tests.support.mail import trust
from tests.support.wait import until

pytestmark = pytest.mark.asyncio

MESSAGE = Message("0123456789abcdef01234567", "(217) 555-0100", "", 'Su cita: "martes" {to}', "es")
BODY = '{"messages": [{"to": "{to}", "text": "{text}", "ref": "id-{id}", "flash": false}], "from": "Office"}'
AUTH = "X-Api-Key: canary-gateway-key-7731"


def at(inbox: Inbox, **more: str) -> Gateway:
    return gateway(inbox.url, more.get("auth", AUTH), more.get("body", BODY))


async def test_what_arrives() -> None:
    """The clinic's own shape, with number, text and id filled in once, our key, and nothing of anybody else."""
    async with answering() as inbox:
        assert await Sms(at(inbox)).send(MESSAGE) is None
    one = {"to": "+12175550100", "text": 'Su cita: "martes" {to}', "ref": f"id-{MESSAGE.id}", "flash": False}
    assert inbox.got == [{"messages": [one], "from": "Office"}]
    assert inbox.headers[0]["X-Api-Key"] == "canary-gateway-key-7731"
    assert inbox.headers[0]["Idempotency-Key"] == MESSAGE.id
    assert inbox.headers[0]["Content-Type"] == "application/json"


async def test_over_tls_with_a_checked_certificate() -> None:
    """A gateway that cannot prove who it is gets nothing: no key, no number."""
    async with answering(tls=True) as inbox:
        assert await Sms(at(inbox), trust()).send(MESSAGE) is None
        assert await Sms(at(inbox), ssl.create_default_context()).send(MESSAGE) is Fault.NOT_SECURE
        assert len(inbox.got) == 1


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (200, None),
        (204, None),
        (400, Fault.REFUSED),
        (404, Fault.REFUSED),
        (422, Fault.REFUSED),
        (401, Fault.SIGN_IN),
        (403, Fault.SIGN_IN),
        (429, Fault.BUSY),
        (503, Fault.BUSY),
        (500, Fault.UNANSWERED),
        (502, Fault.UNANSWERED),
        (504, Fault.UNANSWERED),
        (HANG_UP, Fault.UNANSWERED),
        (307, Fault.UNREACHABLE),
        (501, Fault.UNREACHABLE),
    ],
)
async def test_what_a_gateway_says_has_a_class(status: int, fault: Fault | None) -> None:
    """Whether to try again is clear from it; what may have gone out is never tried again, and no redirect followed."""
    async with answering() as inbox:
        inbox.answers = [status]
        assert await Sms(at(inbox)).send(MESSAGE) is fault
        assert len(inbox.got) == 1
    may_have_gone_out = status in (HANG_UP, 500, 502, 504)
    assert may_have_gone_out is (fault in IN_DOUBT)
    assert (fault in FOR_GOOD) is (fault is Fault.REFUSED)


async def test_an_answer_that_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the request was handed over nobody knows; the wait has an end."""
    monkeypatch.setattr(module, "GIVE_UP", 0.3)
    async with answering() as inbox:
        inbox.holding = asyncio.Event()
        assert await Sms(at(inbox)).send(MESSAGE) is Fault.UNANSWERED
        inbox.holding.set()


async def test_a_stop_in_the_middle_is_passed_on() -> None:
    """Whoever ends while a gateway thinks is not held up, and nothing stays open."""
    async with answering() as inbox:
        inbox.holding = asyncio.Event()
        sending = asyncio.create_task(Sms(at(inbox)).send(MESSAGE))

        async def arrived() -> bool:
            return len(inbox.got) == 1

        await until(arrived, "the gateway has it")
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        inbox.holding.set()


async def test_nobody_there() -> None:
    """A gateway that is down, and a name that there is not: nothing can have gone out."""
    async with answering() as inbox:
        gone = at(inbox)
    assert await Sms(gone).send(MESSAGE) is Fault.UNREACHABLE
    assert await Sms(replace(gone, url="https://sms.invalid/v1")).send(MESSAGE) is Fault.UNREACHABLE


async def test_what_is_no_number() -> None:
    """It is not even tried."""
    async with answering() as inbox:
        assert await Sms(at(inbox)).send(replace(MESSAGE, to="my sister's")) is Fault.BAD_ADDRESS
        assert inbox.got == []


@pytest.mark.parametrize(
    ("auth", "body", "says"),
    [
        ("secret", BODY, "must be a header"),
        ("X-Key:", BODY, "must be a header"),
        ("", '{"to": "{to}"}', "must be a JSON object"),
        ("", '["{to}", "{text}"]', "must be a JSON object"),
        ("", "to={to}&text={text}", "must be JSON"),
    ],
)
async def test_a_gateway_that_is_none(auth: str, body: str, says: str) -> None:
    """It is said at the start, and without the secret."""
    with pytest.raises(Wrong, match=says) as wrong:
        gateway("https://sms.example.org", auth, body)
    assert "secret" not in str(wrong.value)


async def test_nothing_of_it_is_printed() -> None:
    """Neither the message nor the key, wherever somebody logs one; a gateway may want no key."""
    async with answering() as inbox:
        text = repr(MESSAGE) + repr(at(inbox))
        assert await Sms(at(inbox, auth="")).send(MESSAGE) is None
    assert "canary" not in text
    assert "cita" not in text
