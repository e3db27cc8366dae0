"""Quick phrases: one hash for each author, each phrase sealed whole. A dropped one is gone: it is nobody's record."""

import msgspec

from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.phrases import MOST, Phrase

from . import keys
from .client import Client
from .programmes import Programmes
from .sealed import Keyring


class Phrases:
    """access_ports.Phrases on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._keyring = keyring
        self._programmes = programmes

    async def of(self, programme: ProgrammeId, author: PersonId) -> list[Phrase]:
        flat = await self._client.call("HGETALL", keys.phrases(programme, author))
        return [
            msgspec.json.decode(
                self._keyring.unseal(programme, "phrase", f"{author}/{name.decode()}", "record", 0, sealed), type=Phrase
            )
            for name, sealed in zip(flat[::2], flat[1::2], strict=True)
        ]

    async def put(self, programme: ProgrammeId, phrase: Phrase) -> bool:
        await self._programmes.register(programme)
        text = msgspec.json.encode(phrase).decode()
        sealed = self._keyring.seal(programme, "phrase", f"{phrase.author}/{phrase.id}", "record", 0, text)
        return await self._write(programme, phrase.author, phrase.id, sealed, phrase.saved)

    async def drop(self, programme: ProgrammeId, author: PersonId, name: str, at: Millis) -> bool:
        return await self._write(programme, author, name, b"", at)

    async def _write(self, programme: ProgrammeId, author: PersonId, name: str, sealed: bytes, at: Millis) -> bool:
        names = [keys.phrases(programme, author), keys.audit(programme)]
        return bool(await self._client.script("phrase", names, [MOST, name, sealed, author, at]))
