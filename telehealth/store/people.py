"""People and how staff sign in. Every name, contact and password hash is sealed.

A record is replaced whole by one script (scripts/person.lua), if it is still at the revision that the change was made
from; the same step adds the event with the record as it became to the person's own log, the entry to the audit log, and
moves the person in the index (names.py). A login is found by the blind index of its name, outside every programme,
because the sign-in page knows none.
"""

import secrets
from collections.abc import Sequence
from dataclasses import fields, replace

import msgspec

from telehealth.core import records as rec
from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.people import PersonChange

from . import keys
from .client import Arg, Client
from .names import Names
from .people_ports import Kept
from .person_fields import FIELDS, flat, named, person_from
from .person_keys import PersonKeys, Ring
from .ports import Unavailable
from .programmes import Programmes
from .sealed import Keyring

SYSTEM = "system"
_AT_ONCE = 100
"""Records that are written in one round trip."""
_TRIES = 20
_COMPARED = tuple(one.name for one in fields(rec.Person) if one.compare and one.name not in ("id", "staff"))


class People:
    """people_ports.People on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes, names: Names) -> None:
        self._client = client
        self._keyring = keyring
        self._persons = PersonKeys(client, keyring)
        self._programmes = programmes
        self._names = names

    async def put(self, programme: ProgrammeId, person: rec.Person) -> None:
        for _ in range(_TRIES):
            known = (await self.get(programme, [person.id])).get(person.id)
            now = replace(person, revision=known.revision if known else 0)
            if await self.change(programme, now, actor=SYSTEM, at=0) is not None:
                return
        raise Unavailable("A record was written faster than it could be replaced.")

    async def change(
        self, programme: ProgrammeId, person: rec.Person, *, actor: str, at: Millis, op: str = ""
    ) -> rec.Person | None:
        return (await self.change_all(programme, [person], actor=actor, at=at, op=op))[0]

    async def change_all(
        self, programme: ProgrammeId, people: Sequence[rec.Person], *, actor: str, at: Millis, op: str = ""
    ) -> list[rec.Person | None]:
        await self._programmes.register(programme)
        answers: list[rec.Person | None] = []
        for first in range(0, len(people), _AT_ONCE):
            answers += await self._change(programme, people[first : first + _AT_ONCE], actor, at, op)
        return answers

    async def _change(
        self, programme: ProgrammeId, people: Sequence[rec.Person], actor: str, at: Millis, op: str
    ) -> list[rec.Person | None]:
        before = await self.get(programme, [one.id for one in people])
        answers: dict[int, rec.Person | None] = {}
        changes: list[tuple[rec.Person | None, rec.Person]] = []
        places: list[int] = []
        for place, person in enumerate(people):
            known = before.get(person.id)
            if known == person and known.revision == person.revision:
                answers[place] = known
            elif known is not None and known.revision != person.revision:
                answers[place] = await self._repeated(programme, person, op)
            else:
                places.append(place)
                changes.append((known, person))
        rings = await self._persons.to_seal(programme, [person.id for _, person in changes])
        runs: list[tuple[Sequence[str], Sequence[Arg]]] = [
            self._run(rings[person.id], programme, known, person, actor, at, op or secrets.token_urlsafe(12))
            for known, person in changes
        ]
        for place, revision in zip(places, await self._client.scripts("person", runs), strict=True):
            answers[place] = replace(people[place], revision=revision) if revision else None
        return [answers[place] for place in range(len(people))]

    def _run(
        self,
        ring: Ring,
        programme: ProgrammeId,
        before: rec.Person | None,
        person: rec.Person,
        actor: str,
        at: Millis,
        op: str,
    ) -> tuple[Sequence[str], Sequence[Arg]]:
        after, number = replace(person, revision=person.revision + 1), person.revision + 1
        changed = tuple(name for name in _COMPARED if before is None or getattr(before, name) != getattr(person, name))
        change = PersonChange(person.id, at, actor, _what(before, person), changed)
        event = [
            ring.seal(programme, "person-log", person.id, field, number, msgspec.json.encode(value).decode())
            for field, value in (("change", change), ("person", after))
        ]
        kind = "staff" if person.staff else "person"
        fresh = self._names.places(programme, named(person))
        gone = (self._names.places(programme, named(before)) if before else frozenset()) - fresh
        names = [
            keys.person(programme, person.id),
            keys.person_log(programme, person.id),
            keys.audit(programme),
            keys.latest(programme),
            keys.people_changes(programme),
            *sorted(fresh),
            *sorted(gone),
        ]
        head: list[Arg] = [op, person.revision, actor, f"{kind}.{change.what}", person.id, at, len(fresh)]
        return names, [*head, *event, *flat(ring, programme, person)]

    async def _repeated(self, programme: ProgrammeId, person: rec.Person, op: str) -> rec.Person | None:
        """What this very operation wrote before, if it did."""
        place = f"{person.revision + 1}-0"
        found = await self._client.call("XRANGE", keys.person_log(programme, person.id), place, place)
        rings = await self._persons.to_open(programme, [person.id])
        for _, held in found:
            entry = dict(zip(held[::2], held[1::2], strict=True))
            if op and entry[b"op"] == op.encode():
                return _kept(rings[person.id], programme, person.id, person.revision + 1, entry).person
        return None

    async def get(self, programme: ProgrammeId, ids: Sequence[PersonId]) -> dict[PersonId, rec.Person]:
        found = await self._client.calls([("HMGET", keys.person(programme, who), *FIELDS) for who in ids])
        rings = await self._persons.to_open(programme, ids)
        return {
            who: person_from(rings[who], programme, who, values)
            for who, values in zip(ids, found, strict=True)
            if values[0] is not None
        }

    async def history(self, programme: ProgrammeId, person: PersonId) -> list[Kept]:
        found = await self._client.call("XRANGE", keys.person_log(programme, person), "-", "+")
        rings = await self._persons.to_open(programme, [person])
        return [
            _kept(
                rings[person],
                programme,
                person,
                int(place.split(b"-")[0]),
                dict(zip(held[::2], held[1::2], strict=True)),
            )
            for place, held in found
        ]

    async def names(self, programme: ProgrammeId, ids: Sequence[PersonId]) -> dict[PersonId, tuple[str, str]]:
        return {one.id: (one.legal_name, one.alias) for one in await self._names.of(programme, ids)}

    async def numbers(self, programme: ProgrammeId) -> dict[str, PersonId]:
        known = await self._names.of(programme, sorted(await self._names.all(programme, "clients")))
        return {one.mrn: one.id for one in known if one.mrn}

    async def search(self, programme: ProgrammeId, text: str) -> list[PersonId]:
        return await self._names.search(programme, text)

    async def clients(self, programme: ProgrammeId) -> frozenset[PersonId]:
        return await self._names.all(programme, "clients")

    async def ordered(self, programme: ProgrammeId) -> Sequence[PersonId]:
        return await self._names.ordered(programme)

    async def staff(self, programme: ProgrammeId) -> frozenset[PersonId]:
        return await self._names.all(programme, "staff")

    async def collaterals(self, programme: ProgrammeId, client: PersonId) -> list[PersonId]:
        return await self._names.collaterals(programme, client)

    async def put_login(self, login: rec.StaffLogin) -> None:
        await self._client.call(*self._names.sign_in(login))
        blind = self._keyring.blind("login", login.name)[0]
        text = msgspec.json.encode(login).decode()
        await self._client.call("SET", keys.login(blind), self._keyring.seal("", "login", blind, "record", 0, text))

    async def login(self, name: str) -> rec.StaffLogin | None:
        blinds = self._keyring.blind("login", name)
        found = await self._client.calls([("GET", keys.login(blind)) for blind in blinds])
        return next((self._login(*one) for one in zip(blinds, found, strict=True) if one[1] is not None), None)

    async def logins(self, programme: ProgrammeId, people: Sequence[PersonId]) -> dict[PersonId, rec.StaffLogin]:
        names = await self._names.sign_ins(programme, people)
        blinds = [blind for name in names.values() for blind in self._keyring.blind("login", name)]
        found = await self._client.calls([("GET", keys.login(blind)) for blind in blinds])
        known = [self._login(*one) for one in zip(blinds, found, strict=True) if one[1] is not None]
        return {one.person: one for one in reversed(known) if one.programme == programme}

    def _login(self, blind: str, sealed: bytes) -> rec.StaffLogin:
        text = self._keyring.unseal("", "login", blind, "record", 0, sealed)
        return msgspec.json.decode(text, type=rec.StaffLogin)


def _kept(ring: Ring, programme: ProgrammeId, who: PersonId, number: int, entry: dict[bytes, bytes]) -> Kept:
    change, person = (
        ring.unseal(programme, "person-log", who, field, number, entry[field.encode()])
        for field in ("change", "person")
    )
    return Kept(msgspec.json.decode(change, type=PersonChange), msgspec.json.decode(person, type=rec.Person))


def _what(before: rec.Person | None, person: rec.Person) -> str:
    if before is None:
        return "added"
    if before.active == person.active:
        return "changed"
    return "active" if person.active else "inactive"
