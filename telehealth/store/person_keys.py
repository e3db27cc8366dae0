"""One secret for each person, under which is sealed what is kept about them: destroying it erases them.

The secret is 32 random bytes, sealed under the programme's keyring, in one hash for the programme. What is sealed about
somebody needs both: the root key, which a rotation changes, and their secret, which nothing else opens. It is asked of
Redis with every reading and never kept, so that no process opens anything once it is gone. What releases before this
one sealed opens without it, until it is written anew; an erasure removes it (erasure.py).

Whoever is erased stands in `erased`, with when and why. Nothing can be sealed about them any more: what is written in
the same moment is refused here, or was sealed under a secret that is gone.
"""

import base64
import secrets
from collections.abc import Iterable, Mapping
from typing import Protocol

from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.core.records import ERASED

from . import keys
from .client import Arg, Client
from .sealed import Erased, Keyring, Personal

__all__ = ["ERASED", "PersonKeys", "Ring"]

KIND = "person-key"


class Ring(Protocol):
    """What seals and opens: a keyring, or one together with a person's secret."""

    def seal(self, programme: str, kind: str, record: str, field: str, revision: int, text: str) -> bytes: ...
    def unseal(self, programme: str, kind: str, record: str, field: str, revision: int, sealed: bytes) -> str: ...
    def seal_bytes(self, programme: str, kind: str, record: str, field: str, revision: int, what: bytes) -> bytes: ...
    def unseal_bytes(
        self, programme: str, kind: str, record: str, field: str, revision: int, sealed: bytes
    ) -> bytes: ...


class PersonKeys:
    """The secrets of all persons. `ring` is the keyring that goes with them, if it is not the usual one."""

    def __init__(self, client: Client, keyring: Keyring, ring: Keyring | None = None) -> None:
        self._client = client
        self._keyring = keyring
        self._ring = ring or keyring

    async def to_open(
        self, programme: ProgrammeId, people: Iterable[PersonId | None]
    ) -> Mapping[PersonId | None, Ring]:
        """With what to open what is kept about each of these; about nobody: the keyring itself."""
        asked = list(dict.fromkeys(who for who in people if who))
        rings: dict[PersonId | None, Ring] = {None: self._ring}
        if asked:
            held, gone = await self._client.calls(
                [("HMGET", keys.person_keys(programme), *asked), ("HMGET", keys.erased(programme), *asked)]
            )
            for who, sealed, erased in zip(asked, held, gone, strict=True):
                secret = self._opened(programme, who, sealed) if sealed and not erased else None
                rings[who] = Personal(self._ring, secret, erased=bool(erased))
        return rings

    async def to_seal(
        self, programme: ProgrammeId, people: Iterable[PersonId | None]
    ) -> Mapping[PersonId | None, Ring]:
        """The same for writing: whoever has no secret gets one. Raises `Erased` of somebody who was erased."""
        rings = dict(await self.to_open(programme, people))
        lacking = [who for who, ring in rings.items() if who and isinstance(ring, Personal) and not ring.whole]
        names = [keys.person_keys(programme), keys.erased(programme)]
        fresh = [base64.b64encode(secrets.token_bytes(32)).decode() for _ in lacking]
        runs: list[tuple[list[str], list[Arg]]] = [
            (names, [who, self._keyring.seal(programme, KIND, who, "secret", 0, secret)])
            for who, secret in zip(lacking, fresh, strict=True)
        ]
        for who, sealed in zip(lacking, await self._client.scripts("person_key", runs) if runs else [], strict=True):
            if sealed is None:
                raise Erased
            rings[who] = Personal(self._ring, self._opened(programme, who, sealed))
        return rings

    async def secret(self, programme: str, who: str) -> bytes | None:
        """For a rotation of keys."""
        sealed = await self._client.call("HGET", keys.person_keys(ProgrammeId(programme)), who)
        return self._opened(programme, who, sealed) if sealed else None

    def _opened(self, programme: str, who: str, sealed: bytes) -> bytes:
        return base64.b64decode(self._keyring.unseal(programme, KIND, who, "secret", 0, sealed))
