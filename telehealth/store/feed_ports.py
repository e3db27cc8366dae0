"""What may be asked of the store about calendar feeds, and about the addresses that end messages.

As in ports.py: a write is durable when its coroutine returns, and what could not be made raises `Unavailable`.
"""

from dataclasses import dataclass
from typing import Protocol

from telehealth.core.feeds import Feed
from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.sendings import Channel


class Feeds(Protocol):
    """Tokens come in plain and are hashed here; they are never stored."""

    async def put(self, token: str, feed: Feed) -> None: ...
    async def feed(self, token: str) -> tuple[str, Feed] | None:
        """The feed's name (hash) and record, revoked or not."""
        ...

    async def by_name(self, name: str) -> Feed | None: ...
    async def of(self, programme: ProgrammeId, person: PersonId) -> dict[str, Feed]:
        """By name, oldest first; revoked ones, too."""
        ...

    async def revoke(self, programme: ProgrammeId, name: str, at: Millis) -> bool:
        """False if there is no such feed; the first time stands."""
        ...


@dataclass(frozen=True, slots=True)
class OptOut:
    """Whose messages on which channel a token ends."""

    programme: ProgrammeId
    person: PersonId
    channel: Channel


class OptOuts(Protocol):
    async def token(self, programme: ProgrammeId, person: PersonId, channel: Channel) -> str:
        """What ends these messages: the same each time, 128 bits, durable when it is returned."""
        ...

    async def of(self, token: str) -> OptOut | None: ...
