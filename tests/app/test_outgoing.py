"""What the settings make of messages to clients: a real message through the mail server that they name."""

from dataclasses import replace

import pytest

from telehealth import outgoing, packs
from telehealth.clock import Clock
from telehealth.core import records as rec
from telehealth.core import sendings as rule
from telehealth.core.sendings import Channel, Sending, Why
from telehealth.settings import read
from telehealth.store.redis_store import Store
from tests.edge.clinic import ALICE, DAN, Evening
from tests.store.records import P, S, session
from tests.support.mail import receiving
from tests.support.wait import until

MINUTE = 60_000


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, ""),
        ({"TELEHEALTH_NUDGES": "none"}, ""),
        ({"TELEHEALTH_NUDGES": "iop-nudges/9"}, "TELEHEALTH_NUDGES names no known timetable; there are iop-nudges/1"),
        (
            {"TELEHEALTH_MESSAGES": "loud/1"},
            "TELEHEALTH_MESSAGES names no known texts; there are neutral/1, neutral/2.",
        ),
        (
            {"TELEHEALTH_REMINDERS": "x/1"},
            "TELEHEALTH_REMINDERS names no known timetable; there are iop-reminders/1, and",
        ),
        ({"TELEHEALTH_MESSAGES": "neutral/1"}, "TELEHEALTH_MESSAGES=neutral/1 lacks a text"),
        ({"TELEHEALTH_MESSAGES": "neutral/1", "TELEHEALTH_REMINDERS": "none"}, ""),
        ({"TELEHEALTH_SMS_URL": "https://sms.example.org", "TELEHEALTH_SMS_AUTH": "x"}, "What TELEHEALTH_SMS_AUTH"),
    ],
)
def test_a_pack_that_there_is_not_is_one_sentence(environment: dict[str, str], says: str) -> None:
    """It names the setting and what there is; `none` is a timetable without minutes."""
    settings = read(environment)
    found = outgoing.wrong(settings, packs.load())
    assert found.startswith(says)
    assert bool(found) == bool(says)
    if not found:
        minutes = outgoing.timetable(settings, packs.load()).minutes
        assert minutes == (() if "TELEHEALTH_NUDGES" in environment else (5, 10, 15))
        before = outgoing.ahead(settings, packs.load()).minutes
        assert before == (() if "TELEHEALTH_REMINDERS" in environment else (1440, 60))


@pytest.mark.asyncio
async def test_a_message_goes_by_the_mail_server_of_the_settings(
    one_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """From the address and under the name that are set; a sender that tells too much is warned of."""
    clock = Clock()
    now = clock.now()
    evening = replace(session(), starts=now - MINUTE, ends=now + 60 * MINUTE, facilitators=(ALICE,), roster=(DAN,))
    await one_store.sessions.put(evening)
    await one_store.people.put(P, rec.Person(DAN, False, "Daniel Marchetti", "Dan", "dan@example.org", language="es"))
    await Evening(one_store, evening).opens()
    name = rule.name_of(S, DAN, Why.ASKED, 1, Channel.EMAIL)
    await one_store.sendings.queue(
        Sending(name, P, S, DAN, Why.ASKED, 1, Channel.EMAIL, now, now + 10 * MINUTE, str(ALICE))
    )
    async with receiving() as mailbox:
        settings = read(
            {
                "TELEHEALTH_NOTIFIER": "smtp",
                "TELEHEALTH_SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}",
                "TELEHEALTH_SMTP_FROM": "office@rehab.example.net",
                "TELEHEALTH_OFFICE": "Front office",
            }
        )

        async def arrived() -> bool:
            return len(mailbox.got) == 1

        async with outgoing.going_out(settings, one_store, clock, packs.load()):
            await until(arrived, "the message arrives")
    (mail,) = mailbox.got
    assert mail["From"] == "Front office <office@rehab.example.net>"
    assert mail["Content-Language"] == "es"
    assert "'rehab'" in caplog.text
    assert "dan@" not in caplog.text
