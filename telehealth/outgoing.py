"""What a node tells others by itself, put together as the settings say: webhooks to systems, messages to clients.

It owns the choice of the notifier, of the timetable and of the texts. What is due, and whether it may be sent, is
decided elsewhere (`edge/webhooks.py`, `live/reminders.py`).
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telehealth import packs
from telehealth.clock import Clock
from telehealth.core.messages import telling
from telehealth.core.roster import Timetable
from telehealth.edge import webhooks
from telehealth.live import reminders
from telehealth.notify.log import Log
from telehealth.notify.port import Notifier
from telehealth.notify.smtp import Smtp, server
from telehealth.settings import NOBODY, Settings
from telehealth.store.redis_store import Store

log = logging.getLogger(__name__)


def wrong(settings: Settings, rules: packs.Packs) -> str:
    """One sentence for the operator if a pack is named that there is not."""
    if settings.nudges != NOBODY and settings.nudges not in rules.timetables:
        known = ", ".join(sorted(rules.timetables))
        return f"TELEHEALTH_NUDGES names no known timetable; there are {known}, and {NOBODY}."
    if settings.messages not in rules.messages:
        return f"TELEHEALTH_MESSAGES names no known texts; there are {', '.join(sorted(rules.messages))}."
    return ""


def timetable(settings: Settings, rules: packs.Packs) -> Timetable:
    """When clients who are late are reminded."""
    return packs.NO_TIMETABLE if settings.nudges == NOBODY else rules.timetables[settings.nudges]


@asynccontextmanager
async def going_out(settings: Settings, store: Store, clock: Clock, rules: packs.Packs) -> AsyncIterator[None]:
    """Send in the background what is due."""
    outbox = webhooks.Parts(store.webhooks, store.attendance, store.pseudonyms, store.audit)
    parts = reminders.Parts(store.logs, store.people, store.sessions, store.corrections, store.sendings)
    texts = rules.messages[settings.messages]
    sender = reminders.Reminders(parts, clock, _notifier(settings), timetable(settings, rules), texts, settings.office)
    async with webhooks.sending(outbox, clock, loopback=settings.webhook_loopback), reminders.reminding(sender):
        yield


def _notifier(settings: Settings) -> Notifier:
    if settings.notifier == "log":
        return Log()
    for text in (settings.office, settings.smtp_from):
        if word := telling(text):
            log.warning("the sender of messages to clients tells what kind of clinic writes: %r is in it", word)
    return Smtp(
        server(settings.smtp_url, settings.smtp_from, settings.office, settings.smtp_user, settings.smtp_password)
    )
