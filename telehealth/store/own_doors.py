"""How clients get into their own pages: a hash for each client, PIN and passkeys sealed field by field.

The PIN is sealed although it is hashed: a PIN has six digits, and a hash of one that leaks is guessed in a minute.
"""

from contextlib import suppress

import msgspec

from telehealth.core.ids import Millis, PersonId, ProgrammeId

from . import keys
from .agreement_ports import OwnDoor, Passkey
from .client import Arg, Client
from .person_keys import PersonKeys
from .programmes import Programmes
from .sealed import Erased, Keyring

_PASSKEY = "passkey:"


class OwnDoors:
    """agreement_ports.OwnDoors on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._persons = PersonKeys(client, keyring)
        self._programmes = programmes

    async def get(self, programme: ProgrammeId, client: PersonId) -> OwnDoor:
        flat = await self._client.call("HGETALL", keys.own_door(programme, client))
        ring = (await self._persons.to_open(programme, [client]))[client]
        texts: dict[str, str] = {}
        for raw, sealed in zip(flat[::2], flat[1::2], strict=True):
            with suppress(Erased):
                name = raw.decode()
                texts[name] = ring.unseal(programme, "own-door", client, name, 0, sealed)
        passkeys = [
            msgspec.json.decode(text, type=Passkey) for name, text in texts.items() if name.startswith(_PASSKEY)
        ]
        return OwnDoor(texts.get("pin", ""), tuple(sorted(passkeys, key=lambda one: (one.added, one.id))))

    async def set_pin(
        self, programme: ProgrammeId, client: PersonId, pin_hash: str, at: Millis, *, first: bool, actor: str
    ) -> bool:
        ring = (await self._persons.to_seal(programme, [client]))[client]
        sealed = ring.seal(programme, "own-door", client, "pin", 0, pin_hash)
        return await self._write(
            programme, client, ["first" if first else "set", "pin", sealed, actor, "own.pin", client, at]
        )

    async def add_passkey(self, programme: ProgrammeId, client: PersonId, passkey: Passkey) -> None:
        name = _PASSKEY + passkey.id
        ring = (await self._persons.to_seal(programme, [client]))[client]
        sealed = ring.seal(programme, "own-door", client, name, 0, msgspec.json.encode(passkey).decode())
        await self._write(programme, client, ["set", name, sealed, client, "own.passkey", client, passkey.added])

    async def drop_passkey(self, programme: ProgrammeId, client: PersonId, passkey: str, at: Millis) -> bool:
        args: list[Arg] = ["drop", _PASSKEY + passkey, "", client, "own.passkey.dropped", client, at]
        return await self._write(programme, client, args)

    async def reset(self, programme: ProgrammeId, client: PersonId, at: Millis, *, actor: PersonId) -> None:
        await self._write(programme, client, ["reset", "", "", actor, "own.reset", client, at])

    async def _write(self, programme: ProgrammeId, client: PersonId, args: list[Arg]) -> bool:
        await self._programmes.register(programme)
        names = [keys.own_door(programme, client), keys.audit(programme), keys.latest(programme)]
        return bool(await self._client.script("door", names, args))
