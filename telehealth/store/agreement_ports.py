"""What may be asked of the store about agreements, and about a client's own way into their page.

As in ports.py: a write is durable when its coroutine returns, and what could not be made raises `Unavailable`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from telehealth.core.agreements import AgreementText, Kind, Offer, Signature
from telehealth.core.disclosure import Consent
from telehealth.core.ids import Millis, PersonId, ProgrammeId


class Agreements(Protocol):
    """Texts that a clinic publishes, what it offers to clients, and what was signed. Nothing is ever changed."""

    async def publish(self, programme: ProgrammeId, texts: Sequence[AgreementText], *, actor: PersonId) -> bool:
        """All languages of one version; False if that version is there already or its predecessor is not."""
        ...

    async def texts(self, programme: ProgrammeId, kind: Kind, version: int | None = None) -> tuple[AgreementText, ...]:
        """One version in all its languages, the current one without a number; nothing if there is none."""
        ...

    async def current(self, programme: ProgrammeId) -> dict[Kind, tuple[AgreementText, ...]]: ...
    async def standing(
        self, programme: ProgrammeId, clients: Sequence[PersonId]
    ) -> tuple[Mapping[Kind, AgreementText], dict[PersonId, list[Signature]]]:
        """The current version of each kind (in any one language), and all that each client has signed."""
        ...

    async def sign(self, programme: ProgrammeId, signature: Signature, consent: Consent | None, *, actor: str) -> bool:
        """With the consent that it makes, in one step. False if the offer that it names was answered or withdrawn."""
        ...

    async def revoke(self, programme: ProgrammeId, client: PersonId, signature: str, at: Millis, *, actor: str) -> bool:
        """With the consent of the same id, and the basis's version, so that running exports stop. False if there is no
        such signature."""
        ...

    async def offer(self, programme: ProgrammeId, offer: Offer) -> None: ...
    async def withdraw(
        self, programme: ProgrammeId, client: PersonId, offer: str, at: Millis, *, actor: PersonId
    ) -> bool:
        """False if there is no such offer, or it was answered."""
        ...

    async def offers(self, programme: ProgrammeId, client: PersonId) -> list[Offer]:
        """Those that wait for an answer, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Passkey:
    """A WebAuthn credential of a client. Its private half is on their device."""

    id: str
    """The credential's id, base64url."""
    data: str
    """The attested credential data, base64url: its id and public key."""
    label: str
    added: Millis


@dataclass(frozen=True, slots=True)
class OwnDoor:
    """How a client gets into their own page, beside their personal link."""

    pin_hash: str = ""
    """argon2id, in PHC form; empty until the first use."""
    passkeys: tuple[Passkey, ...] = ()


class OwnDoors(Protocol):
    async def get(self, programme: ProgrammeId, client: PersonId) -> OwnDoor: ...
    async def set_pin(
        self, programme: ProgrammeId, client: PersonId, pin_hash: str, at: Millis, *, first: bool, actor: str
    ) -> bool:
        """`first`: only if there is none; False if there is one."""
        ...

    async def add_passkey(self, programme: ProgrammeId, client: PersonId, passkey: Passkey) -> None: ...
    async def drop_passkey(self, programme: ProgrammeId, client: PersonId, passkey: str, at: Millis) -> bool: ...
    async def reset(self, programme: ProgrammeId, client: PersonId, at: Millis, *, actor: PersonId) -> None:
        """Forget PIN and passkeys: the next use begins with the identity step."""
        ...
