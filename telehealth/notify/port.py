"""What a way to clients promises (`log.py`, `smtp.py`, `sms.py`).

A notifier tries once and says what became of it. It gives up by itself within `GIVE_UP` seconds, well before the claim
runs out that its caller holds. It keeps nothing, repeats nothing, and neither logs nor raises anything that a server
answered, since servers quote addresses; nor may a message be printed.
"""

from dataclasses import dataclass, field
from typing import Protocol

from telehealth.core.sendings import Fault

GIVE_UP = 30.0
"""Seconds for one try."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message, ready to go."""

    id: str
    """The sending's: the same in every try, so that who gets a message twice can tell."""
    to: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    language: str
    stop: str = field(default="", repr=False)
    """The address to which a mail program posts when its user wants no more of these; empty: there is none."""


class Notifier(Protocol):
    @property
    def via(self) -> str:
        """Its name, as it stands in the record."""
        ...

    async def send(self, message: Message) -> Fault | None:
        """None once somebody else has taken the responsibility for it. Raises nothing but what cancels it."""
        ...
