"""What an administrator decides about disclosures: who may be told, by which consent, and how machines come to ask.

The steps of `telehealth consent`, `ground`, `disclosures`, `client` and `webhook`; `cli_disclosing.py` has their words.
Every change is in the audit log as "system".
"""

import re
from dataclasses import replace

from telehealth.clock import Clock
from telehealth.core.disclosure import (
    RECIPIENT,
    Consent,
    ConsentKind,
    Disclosed,
    Ground,
    GroundKind,
    Matter,
    Purpose,
    missing,
)
from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.records import ApiKey, Webhook
from telehealth.edge.api_keys import scopes_of
from telehealth.edge.profiles import PROFILES
from telehealth.edge.smart import public_keys
from telehealth.edge.webhooks import EVENTS, checked, new_secret
from telehealth.mint import fresh_id
from telehealth.store.redis_store import Store

DAY: Millis = 24 * 60 * 60_000
_USUAL = {
    "attendance": Purpose.PAYMENT,
    "billing": Purpose.PAYMENT,
    "court": Purpose.COURT,
    "audit": Purpose.AUDIT,
    "notes": Purpose.TREATMENT,
    "deidentified": Purpose.OPERATIONS,
}
"""What a profile is for where nobody says."""


_DESCRIPTIONS = {ConsentKind.COUNSELLING: "SUD counselling notes"}


class Impossible(Exception):
    """The command cannot be done; the message is one sentence that says what to do."""


def going_to(label: str, profile: str, recipient: str, purpose: str) -> tuple[str, Purpose]:
    """The recipient's code, by default from the label, and the purpose, if they go with the profile."""
    code = recipient or re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:63]
    if not RECIPIENT.fullmatch(code):
        raise Impossible("A recipient is a code of small letters, digits and dashes, such as county-court.")
    aim = Purpose(purpose) if purpose else _USUAL[profile]
    if aim not in PROFILES[profile].purposes:
        raise Impossible(f"The profile {profile} is for {', '.join(sorted(PROFILES[profile].purposes))} only.")
    return code, aim


def _covers(notes: bool) -> tuple[Matter, ...]:
    return (Matter.ATTENDANCE, Matter.NOTES) if notes else (Matter.ATTENDANCE,)


class Disclosing:
    """The commands, on one programme of an open store."""

    def __init__(self, programme: ProgrammeId, store: Store, clock: Clock, *, loopback: bool) -> None:
        self._programme, self._store, self._clock, self._loopback = programme, store, clock, loopback

    async def add_consent(
        self,
        person: str,
        kind: str,
        recipient: str,
        purposes: list[str],
        days: int | None,
        event: str,
        signed_by: str,
        *,
        notes: bool = False,
    ) -> str:
        """The consent's id. `notes`: it is for the signed progress notes, too."""
        client, now = PersonId(person), self._clock.now()
        known = await self._store.people.get(self._programme, [client])
        if client not in known or known[client].staff:
            raise Impossible("There is no client with this id in the programme.")
        tpo = (Purpose.TREATMENT, Purpose.PAYMENT, Purpose.OPERATIONS)
        if notes and ConsentKind(kind) not in (ConsentKind.TPO, ConsentKind.NAMED):
            raise Impossible("A consent of this kind cannot be for progress notes: record another one for them.")
        given = {ConsentKind.TPO: tpo, ConsentKind.COURT: (Purpose.COURT,)}
        consent = Consent(
            id=fresh_id(),
            programme=self._programme,
            client=client,
            kind=ConsentKind(kind),
            discloser=self._programme,
            description=_DESCRIPTIONS.get(ConsentKind(kind), "attendance and billing records")
            + (", and signed progress notes" if notes else ""),
            recipient=recipient,
            purposes=given.get(ConsentKind(kind), tuple(Purpose(purpose) for purpose in purposes)),
            expires=now + days * DAY if days else None,
            expires_event=event,
            signed_by=signed_by,
            signed=now,
            revocation_told=True,
            covers=_covers(notes),
        )
        if lacks := missing(consent):
            raise Impossible(f"42 CFR 2.31(a) asks for more: {', '.join(lacks)}.")
        await self._store.consents.put(consent, actor="system")
        return consent.id

    async def consents(self, person: str) -> list[Consent]:
        _, found, _ = await self._store.consents.of(self._programme, [PersonId(person)])
        return found[PersonId(person)]

    async def revoke_consent(self, person: str, consent: str) -> None:
        now = self._clock.now()
        if not await self._store.consents.revoke(self._programme, PersonId(person), consent, now, actor="system"):
            raise Impossible("There is no such consent; `telehealth consent list` shows them.")

    async def add_ground(
        self,
        kind: str,
        recipient: str,
        purposes: list[str],
        reference: str,
        days: int | None,
        *,
        notes: bool = False,
    ) -> str:
        """The id of a basis for all clients."""
        if not RECIPIENT.fullmatch(recipient):
            raise Impossible("A recipient is a code of small letters, digits and dashes, such as state-audit.")
        now = self._clock.now()
        aims = tuple(Purpose(purpose) for purpose in purposes)
        expires = now + days * DAY if days else None
        ground = Ground(fresh_id(), self._programme, GroundKind(kind), recipient, aims, reference, now, expires)
        ground = replace(ground, covers=_covers(notes))
        await self._store.consents.put_ground(ground, actor="system")
        return ground.id

    async def revoke_ground(self, ground: str) -> None:
        if not await self._store.consents.revoke_ground(self._programme, ground, self._clock.now(), actor="system"):
            raise Impossible("There is no such basis.")

    async def disclosures(self, person: str) -> list[Disclosed]:
        """The accounting of one client."""
        await self._store.audit.write(self._programme, "system", "disclosures.read", person)
        return await self._store.ledger.of(self._programme, PersonId(person))

    async def add_client(self, label: str, jwks: str, profile: str, recipient: str, purpose: str) -> str:
        """The client id of a machine that signs in with its own keys."""
        to, aim = going_to(label, profile, recipient, purpose)
        try:
            keys = public_keys(jwks)
        except ValueError as error:
            raise Impossible(f"{error}.") from None
        key = ApiKey(fresh_id(), self._programme, "", scopes_of(profile), label, self._clock.now(), jwks=keys)
        await self._store.access.put_api_key(replace(key, profile=profile, recipient=to, purpose=aim))
        await self._store.audit.write(self._programme, "system", "client.registered", key.id)
        return key.id

    async def add_webhook(self, url: str, events: list[str], recipient: str) -> tuple[str, str]:
        """Its id, and the secret, which is shown once."""
        if not RECIPIENT.fullmatch(recipient):
            raise Impossible("A recipient is a code of small letters, digits and dashes, such as ehr.")
        try:
            where = checked(url, loopback=self._loopback)
        except ValueError as error:
            raise Impossible(f"{error}.") from None
        hook = Webhook(
            fresh_id(), self._programme, where, new_secret(), tuple(events or EVENTS), recipient, self._clock.now()
        )
        await self._store.webhooks.put(hook)
        await self._store.audit.write(self._programme, "system", "webhook.added", hook.id)
        return hook.id, hook.secret

    async def webhooks(self) -> list[tuple[Webhook, int]]:
        """Each with how often its next event was tried in vain."""
        mine = [hook for hook in await self._store.webhooks.all() if hook.programme == self._programme]
        return [(hook, (await self._store.webhooks.delivery(hook)).tries) for hook in mine]

    async def remove_webhook(self, name: str) -> None:
        if not await self._store.webhooks.remove(self._programme, name):
            raise Impossible("There is no such webhook; `telehealth webhook list` shows them.")
        await self._store.audit.write(self._programme, "system", "webhook.removed", name)
