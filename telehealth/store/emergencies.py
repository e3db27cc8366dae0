"""What medical personnel were told in emergencies: one hash for each client, each record sealed whole under its id.

One script (scripts/emergency.lua) writes it together with its row in the client's disclosure ledger, which holds codes
and times only, and the audit entry: there is no such disclosure without its row, and no row without its record.
"""

import msgspec

from telehealth.core.emergencies import Emergency, basis, disclosure
from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.core.records import Session

from . import keys
from .client import Arg, Client
from .ledger import named
from .person_keys import PersonKeys
from .programmes import Programmes
from .sealed import Erased, Keyring


class Emergencies:
    """ports.Emergencies on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._persons = PersonKeys(client, keyring)
        self._programmes = programmes

    async def put(self, programme: ProgrammeId, one: Emergency, session: Session) -> bool:
        await self._programmes.register(programme)
        text = msgspec.json.encode(one).decode()
        ring = (await self._persons.to_seal(programme, [one.client]))[one.client]
        sealed = ring.seal(programme, "emergency", f"{one.client}/{one.id}", "record", 0, text)
        d = disclosure(one, session)
        name, columns = named(d.columns)
        names = [keys.emergencies(programme, one.client), keys.ledger(programme, one.client), keys.audit(programme)]
        names += [keys.latest(programme), keys.disclosed_columns(programme)]
        args: list[Arg] = [one.id, sealed, one.by, "emergency.disclosed", f"{one.client} {one.session}", one.recorded]
        args += [d.recipient, d.purpose, d.profile, d.start, d.end, name, columns, one.at, basis(one)]
        return bool(await self._client.script("emergency", names, args))

    async def of(self, programme: ProgrammeId, client: PersonId) -> list[Emergency]:
        flat = await self._client.call("HGETALL", keys.emergencies(programme, client))
        ring = (await self._persons.to_open(programme, [client]))[client]
        found: list[Emergency] = []
        for name, sealed in zip(flat[::2], flat[1::2], strict=True):
            try:
                text = ring.unseal(programme, "emergency", f"{client}/{name.decode()}", "record", 0, sealed)
            except Erased:
                continue
            found.append(msgspec.json.decode(text, type=Emergency))
        return sorted(found, key=lambda one: (one.at, one.recorded, one.id))
