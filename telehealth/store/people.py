"""People and how staff sign in. Every name, contact and password hash is sealed.

A login is found by the blind index of its name, outside every programme, because the sign-in page knows none.
"""

from collections.abc import Sequence

import msgspec

from telehealth.core import records as rec
from telehealth.core.ids import PersonId, ProgrammeId

from . import keys
from .client import Arg, Client
from .programmes import Programmes
from .sealed import Keyring

_SEALED = ("legal_name", "alias", "email", "phone")
_CONTACT = ("language", "reminders", "supervisor", "npi")
"""Sealed, too; records of releases that did not know them lack them."""


class People:
    """ports.People on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._keyring = keyring
        self._programmes = programmes

    async def put(self, programme: ProgrammeId, person: rec.Person) -> None:
        await self._programmes.register(programme)
        fields: list[Arg] = ["staff", int(person.staff)]
        for name in _SEALED:
            fields += [name, self._keyring.seal(programme, "person", person.id, name, 0, getattr(person, name))]
        contact = (person.language, "yes" if person.reminders else "no", person.supervisor or "", person.npi)
        for name, text in zip(_CONTACT, contact, strict=True):
            fields += [name, self._keyring.seal(programme, "person", person.id, name, 0, text)]
        await self._client.call("HSET", keys.person(programme, person.id), *fields)

    async def get(self, programme: ProgrammeId, ids: Sequence[PersonId]) -> dict[PersonId, rec.Person]:
        asked = [("HMGET", keys.person(programme, who), "staff", *_SEALED, *_CONTACT) for who in ids]
        found = await self._client.calls(asked)
        return {
            who: self._person(programme, who, values)
            for who, values in zip(ids, found, strict=True)
            if values[0] is not None
        }

    def _person(self, programme: ProgrammeId, who: PersonId, values: list[bytes]) -> rec.Person:
        staff, *sealed = values
        texts = {
            name: self._keyring.unseal(programme, "person", who, name, 0, value)
            for name, value in zip((*_SEALED, *_CONTACT), sealed, strict=True)
            if name in _SEALED or value is not None
        }
        reminders = texts.pop("reminders", "yes") == "yes"
        supervisor = PersonId(texts.pop("supervisor", "")) or None
        return rec.Person(who, staff == b"1", reminders=reminders, supervisor=supervisor, **texts)

    async def put_login(self, login: rec.StaffLogin) -> None:
        blind = self._keyring.blind("login", login.name)[0]
        text = msgspec.json.encode(login).decode()
        await self._client.call("SET", keys.login(blind), self._keyring.seal("", "login", blind, "record", 0, text))

    async def login(self, name: str) -> rec.StaffLogin | None:
        blinds = self._keyring.blind("login", name)
        found = await self._client.calls([("GET", keys.login(blind)) for blind in blinds])
        for blind, sealed in zip(blinds, found, strict=True):
            if sealed is not None:
                text = self._keyring.unseal("", "login", blind, "record", 0, sealed)
                return msgspec.json.decode(text, type=rec.StaffLogin)
        return None
