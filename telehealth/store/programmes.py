"""Which programmes there are: one add-only set beside the programmes' own keys; and what is the same on their claims.

A programme is registered before its first record is written, so the set is a superset: a name too many costs an empty
look-up, a missing one would hide a record. Nothing is ever removed.
"""

import msgspec

from telehealth.core.coverage import ProgrammeFacts
from telehealth.core.ids import Millis, ProgrammeId

from . import keys
from .client import Client


class Programmes:
    """The set, and what this process knows to be in it."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: set[ProgrammeId] = set()

    async def register(self, programme: ProgrammeId) -> None:
        """Make sure that `programme` will be found again. Costs a round trip once a process."""
        if programme not in self._known:
            if not programme or not programme.isascii() or any(c in "{}" or c.isspace() for c in programme):
                raise ValueError("a programme's id is a hash tag: ASCII, no braces, no spaces")
            await self._client.call("SADD", keys.PROGRAMMES, programme)
            self._known.add(programme)

    async def all(self) -> list[ProgrammeId]:
        return sorted(ProgrammeId(name.decode()) for name in await self._client.call("SMEMBERS", keys.PROGRAMMES))

    async def latest_time(self) -> Millis:
        """The latest time that any record holds; 0 in an empty store."""
        found = await self._client.calls([("GET", keys.latest(p)) for p in await self.all()])
        return max((int(at) for at in found if at), default=0)

    async def put_facts(self, programme: ProgrammeId, facts: ProgrammeFacts) -> None:
        """Nothing in them is about a person, so they are not sealed."""
        await self.register(programme)
        await self._client.call("SET", keys.facts(programme), msgspec.json.encode(facts))

    async def facts(self, programme: ProgrammeId) -> ProgrammeFacts:
        """What was put; nothing of it if nothing was."""
        raw = await self._client.call("GET", keys.facts(programme))
        return ProgrammeFacts() if raw is None else msgspec.json.decode(raw, type=ProgrammeFacts)
