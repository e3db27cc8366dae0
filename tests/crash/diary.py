"""What really happened, as the people of the crash test saw it themselves: the truth that the record is held against.

A page writes down when it was connected, what the server confirmed to it, and what it was told of the room; all by the
clock of the test. The server is never asked. Judged by verdict.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from telehealth.clock import Clock
from telehealth.core.ids import Millis, PersonId, SessionId


class Parting(StrEnum):
    """How a connection ended, for its page."""

    LEFT = "left"
    """The server confirmed that the person has left."""
    ABORTED = "aborted"
    """The page vanished: its TCP connection ended without a word."""
    SILENT = "silent"
    """The network fell silent: the TCP connection stands, and nothing comes over it any more."""
    BROKEN = "broken"
    """The other side went away."""
    BYE = "bye"
    """The server said that another tab goes on, or that the session has ended."""
    GIVEN_UP = "given_up"
    """The page itself gave up: no answers for too long."""
    NOT_IN_ROOM = "not_in_room"
    """The room had given the page up; it entered again at once."""


@dataclass(slots=True)
class Connection:
    """One socket's time in the room, from when the page asked to join."""

    began: Millis
    tab: str
    seated: Millis | None = None
    """When the page was told that it has a seat."""
    leaving: Millis | None = None
    """When the person asked to leave."""
    ended: Millis | None = None
    """The last moment at which the page could have been heard."""
    parting: Parting | None = None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Something that the server said is done: asked first at `asked`, confirmed at `known`."""

    what: str
    tab: str
    asked: Millis
    known: Millis


@dataclass(frozen=True, slots=True)
class Told:
    """One view of the room."""

    version: int
    member: int
    standing: str


@dataclass(slots=True)
class Person:
    """One client in one session."""

    session: SessionId
    person: PersonId
    connections: list[Connection] = field(default_factory=list)
    confirmed: list[Confirmed] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)


class Diary:
    """Everybody's."""

    def __init__(self) -> None:
        self.now = Clock().now
        self.people: dict[tuple[SessionId, PersonId], Person] = {}
        self.kills: list[tuple[Millis, str]] = []

    def of(self, session: SessionId, person: PersonId) -> Person:
        return self.people.setdefault((session, person), Person(session, person))

    def connections(self) -> Iterator[Connection]:
        for person in self.people.values():
            yield from person.connections
