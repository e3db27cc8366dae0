"""How a client is reached: the steps of `telehealth contact`; `cli_contact.py` has their words.

What is about a person comes as JSON from a file or a pipe, because a command line can be read by every user of the
machine. Reading and writing are in the audit log as "system".
"""

from dataclasses import replace
from email.errors import MessageError
from email.headerregistry import Address

import msgspec

from telehealth.clock import Clock
from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.core.records import Person
from telehealth.covering import a_client, read
from telehealth.disclosing import Impossible
from telehealth.packs import Packs
from telehealth.store.redis_store import Store

LONGEST = 254
"""Characters of an address (RFC 5321 4.5.3.1.3, less the brackets), and more than any phone number has."""


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`telehealth contact set`: what is not given stays."""

    email: str | None = None
    phone: str | None = None
    language: str | None = None
    reminders: bool | None = None


class Contacting:
    """The commands, on one programme of an open store."""

    def __init__(self, programme: ProgrammeId, store: Store, clock: Clock) -> None:
        self._programme, self._store, self._clock = programme, store, clock

    async def set(self, person: str, text: str, packs: Packs) -> None:
        """Raises `Impossible` for what cannot be used; nothing is changed then."""
        before = await self._client(person)
        asked = read(text, Contact)
        given = {name: value for name, value in msgspec.structs.asdict(asked).items() if value is not None}
        given = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        if not given:
            raise Impossible("Nothing is given: email, phone, language or reminders.")
        if any(isinstance(value, str) and len(value) > LONGEST for value in given.values()):
            raise Impossible(f"An entry is longer than {LONGEST} characters.")
        if not _is_address(given.get("email", "")):
            raise Impossible("email is no address that a message can go to.")
        spoken = sorted({language for pack in packs.messages.values() for language in pack.spoken})
        if given.get("language") and given["language"] not in spoken:
            raise Impossible(f"There are no texts in that language; there are some in {', '.join(spoken)}.")
        await self._store.audit.write(self._programme, "system", "contact.changed", before.id)
        after = replace(before, **given)
        if await self._store.people.change(self._programme, after, actor="system", at=self._clock.now()) is None:
            raise Impossible("Somebody changed this record in the same moment. Try again.")

    async def show(self, person: str) -> Person:
        """Whoever is reached, and how."""
        client = await self._client(person)
        await self._store.audit.write(self._programme, "system", "contact.read", client.id)
        return client

    async def _client(self, person: str) -> Person:
        client: PersonId = await a_client(self._store, self._programme, person)
        return (await self._store.people.get(self._programme, [client]))[client]


def _is_address(text: str) -> bool:
    """Whether a mail could be addressed to it (RFC 5322 3.4.1); an empty one takes it away."""
    if not text:
        return True
    try:
        address = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        return False
    return bool(address.username and address.domain) and text.isprintable() and " " not in text
