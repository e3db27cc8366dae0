"""The clinic of the crash test, written into the store of a running server: rooms, people, links and a sign-in each."""

import secrets
from dataclasses import dataclass

from telehealth.core import records as rec
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.roles import Role
from telehealth.edge.passwords import hash_password
from telehealth.mint import fresh_id
from telehealth.store.redis_store import Store

P = ProgrammeId("main")
CLIENTS = 5
MINUTE: Millis = 60_000
PASSWORD = "a password of the crash test"


@dataclass(frozen=True)
class Seat:
    """A client of a room and the token of their link."""

    person: PersonId
    token: str


@dataclass(frozen=True)
class Group:
    """A session that goes on now."""

    session: SessionId
    host: PersonId
    sign_in: str
    """The host's name for signing in."""
    clients: tuple[Seat, ...]


async def fill(store: Store, rooms: int, now: Millis) -> list[Group]:
    """`rooms` sessions with a host and five clients each."""
    hashed = hash_password(PASSWORD)
    return [await _group(store, number, hashed, now) for number in range(rooms)]


async def _group(store: Store, number: int, hashed: str, now: Millis) -> Group:
    host = PersonId(fresh_id())
    sign_in = f"host-{number}"
    await store.people.put(P, rec.Person(host, True, f"Host Number {number}", f"Host {number}", ""))
    await store.people.put_login(rec.StaffLogin(host, P, sign_in, hashed))
    seats = tuple(Seat(PersonId(fresh_id()), secrets.token_urlsafe(24)) for _ in range(CLIENTS))
    session = rec.Session(
        id=SessionId(fresh_id()),
        programme=P,
        series=None,
        kind="group_therapy",
        title=f"Group {number}",
        starts=now - 15 * MINUTE,
        ends=now + 165 * MINUTE,
        zone="America/New_York",
        capacity=CLIENTS,
        facilitators=(host,),
        roster=tuple(seat.person for seat in seats),
    )
    await store.sessions.put(session)
    for place, seat in enumerate(seats):
        await store.people.put(P, rec.Person(seat.person, False, f"Client {number} {place}", f"C{place}", ""))
        link = rec.JoinLink(P, seat.person, Role.CLIENT, session.id, None, session.ends)
        await store.access.put_link(seat.token, link)
    return Group(session.id, host, sign_in, seats)
