"""A notifier for trials: says in the log that a message would have gone out, and tells nobody.

The record names it (`via` is "log"), so that nobody takes such a message for one that a client has had.
"""

import logging

from telehealth.core.sendings import Fault

from .port import Message

_log = logging.getLogger(__name__)


class Log:
    """port.Notifier that sends nothing."""

    via = "log"

    async def send(self, message: Message) -> Fault | None:
        _log.info("message %s would be sent now, but no mail server is set up", message.id)
        return None
