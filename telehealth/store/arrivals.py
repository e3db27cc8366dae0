"""Who is on their way into a session: a mark for each person, by id and code, gone some hours after the last.

No word of anybody stands in it, and nothing is derived from it; that is why it is not sealed, like the proofs of life
beside it. Losing it loses nothing but a line on a screen.
"""

from telehealth.core.arriving import Arrival, Doing
from telehealth.core.ids import PersonId, ProgrammeId, SessionId

from . import keys
from .client import Client

KEPT = 3 * 60 * 60
"""Seconds after the last mark: as long as somebody may still come."""


class Arrivals:
    """ports.Arrivals on Redis."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def put(self, programme: ProgrammeId, session: SessionId, person: PersonId, arrival: Arrival) -> None:
        name = keys.arriving(programme, session)
        await self._client.calls(
            [("HSET", name, person, f"{arrival.doing} {arrival.heard}"), ("EXPIRE", name, KEPT)],
        )

    async def of(self, programme: ProgrammeId, session: SessionId) -> dict[PersonId, Arrival]:
        flat = await self._client.call("HGETALL", keys.arriving(programme, session))
        found = {}
        for person, raw in zip(flat[::2], flat[1::2], strict=True):
            doing, _, heard = raw.decode().partition(" ")
            found[PersonId(person.decode())] = Arrival(Doing(doing), int(heard))
        return found
