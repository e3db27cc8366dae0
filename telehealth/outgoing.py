"""What a node tells others by itself, put together as the settings say: webhooks to systems, messages to clients.

It owns the choice of the notifiers, of the timetables and of the texts. What is due, and whether it may be sent, is
decided elsewhere (`edge/webhooks.py`, `live/reminders.py`).
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telehealth import packs
from telehealth.clock import Clock
from telehealth.core.ahead import NOTHING_AHEAD, Ahead
from telehealth.core.messages import telling
from telehealth.core.roster import Timetable
from telehealth.core.sendings import Channel, Why
from telehealth.edge import webhooks
from telehealth.live import reminders
from telehealth.notify.log import Log
from telehealth.notify.port import Notifier
from telehealth.notify.sms import Sms, Wrong, gateway
from telehealth.notify.smtp import Smtp, server
from telehealth.settings import NOBODY, Settings
from telehealth.store.redis_store import Store

log = logging.getLogger(__name__)


def wrong(settings: Settings, rules: packs.Packs) -> str:
    """One sentence for the operator if a pack is named that there is not."""
    if settings.nudges != NOBODY and settings.nudges not in rules.timetables:
        known = ", ".join(sorted(rules.timetables))
        return f"TELEHEALTH_NUDGES names no known timetable; there are {known}, and {NOBODY}."
    if settings.reminders != NOBODY and settings.reminders not in rules.aheads:
        return (
            f"TELEHEALTH_REMINDERS names no known timetable; there are {', '.join(sorted(rules.aheads))}, and {NOBODY}."
        )
    if settings.messages not in rules.messages:
        return f"TELEHEALTH_MESSAGES names no known texts; there are {', '.join(sorted(rules.messages))}."
    needed = {Why.LATE} if settings.reminders == NOBODY else set(Why)
    if any(rules.messages[settings.messages].lacks(why, sms=bool(settings.sms_url)) for why in needed):
        return f"TELEHEALTH_MESSAGES={settings.messages} lacks a text that these settings need; neutral/2 has them all."
    try:
        _sms(settings)
    except Wrong as wrong:
        return f"What TELEHEALTH_SMS_AUTH and TELEHEALTH_SMS_BODY say {wrong}."
    return ""


def timetable(settings: Settings, rules: packs.Packs) -> Timetable:
    """When clients who are late are reminded."""
    return packs.NO_TIMETABLE if settings.nudges == NOBODY else rules.timetables[settings.nudges]


def ahead(settings: Settings, rules: packs.Packs) -> Ahead:
    """When clients are reminded before a session."""
    return NOTHING_AHEAD if settings.reminders == NOBODY else rules.aheads[settings.reminders]


def ways(settings: Settings) -> frozenset[Channel]:
    """The channels on which messages go out, or would."""
    return frozenset(Channel) if settings.sms_url else frozenset({Channel.EMAIL})


@asynccontextmanager
async def going_out(settings: Settings, store: Store, clock: Clock, rules: packs.Packs) -> AsyncIterator[None]:
    """Send in the background what is due."""
    outbox = webhooks.Parts(store.webhooks, store.attendance, store.pseudonyms, store.audit)
    parts = reminders.Parts(
        store.logs,
        store.people,
        store.sessions,
        store.corrections,
        store.sendings,
        store.programmes,
        store.opt_outs,
    )
    said = reminders.Rules(
        timetable(settings, rules),
        ahead(settings, rules),
        rules.messages[settings.messages],
        settings.office,
        settings.base_url,
    )
    sender = reminders.Reminders(parts, clock, _notifiers(settings), said)
    async with webhooks.sending(outbox, clock, loopback=settings.webhook_loopback), reminders.reminding(sender):
        yield


def _notifiers(settings: Settings) -> dict[Channel, Notifier]:
    found: dict[Channel, Notifier] = {Channel.EMAIL: _mail(settings)}
    if sms := _sms(settings):
        found[Channel.SMS] = sms
    return found


def _mail(settings: Settings) -> Notifier:
    if settings.notifier == "log":
        return Log()
    for text in (settings.office, settings.smtp_from):
        if word := telling(text):
            log.warning("the sender of messages to clients tells what kind of clinic writes: %r is in it", word)
    return Smtp(
        server(settings.smtp_url, settings.smtp_from, settings.office, settings.smtp_user, settings.smtp_password)
    )


def _sms(settings: Settings) -> Notifier | None:
    """None without a gateway. Raises `Wrong`."""
    if not settings.sms_url:
        return None
    return Sms(gateway(settings.sms_url, settings.sms_auth, settings.sms_body))
