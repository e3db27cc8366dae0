"""Many people, enrolments and groups at once: staged where nobody looks, and put in their place by one script.

What is written is what people.py, episodes.py, coverage.py and series.py write, byte for byte in the same form, without
their scripts, which would be one audit entry and one wait for each. Staged keys bear a prefix and are dropped after an
hour: no key is there without its end, because both come in one transaction. A process that dies before the switch
leaves nothing that anybody reads, and one that dies after it has done all. `stage=""` writes in place: for a programme
that is made from nothing (seed).
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

import msgspec

from telehealth.core import records as rec
from telehealth.core.coverage import Care
from telehealth.core.episodes import Episode, EpisodeChange, as_known, counsellors, enrolled
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SeriesId
from telehealth.core.people import PersonChange
from telehealth.core.series import Group

from . import keys
from .client import Arg, Client
from .episodes import outline
from .names import Names
from .person_fields import flat, named
from .person_keys import PersonKeys, Ring
from .programmes import Programmes
from .sealed import Keyring

_AT_ONCE = 500
KEPT = 3_600
"""Seconds that staged keys wait for their switch."""


class Bulk:
    """Writes of many."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes, names: Names) -> None:
        self._client = client
        self._keyring = keyring
        self._programmes = programmes
        self._names = names
        self._persons = PersonKeys(client, keyring)

    def group_ids(self, programme: ProgrammeId, code: str) -> list[SeriesId]:
        """The ids that a group of this code of the clinic's may have: that of the key that seals first."""
        return [SeriesId(blind[:24]) for blind in self._keyring.blind(f"import-group|{programme}", code)]

    async def counts(self, programme: ProgrammeId) -> tuple[int, int]:
        """How many clients and staff there are: what a switch rests on."""
        await self._names.ready(programme)
        kinds = (keys.people(programme, kind) for kind in ("clients", "staff"))
        clients, staff = await self._client.calls([("SCARD", name) for name in kinds])
        return int(clients), int(staff)

    async def begin(self, programme: ProgrammeId, actor: str, at: Millis, *, in_place: bool = False) -> "Stage":
        await self._programmes.register(programme)
        await self._names.ready(programme)
        name = "" if in_place else f"{{{programme}}}:staged:{secrets.token_hex(8)}:"
        return Stage(self._client, self._keyring, self._persons, self._names, programme, actor, at, name)


class Stage:
    """One import on its way."""

    def __init__(
        self,
        client: Client,
        keyring: Keyring,
        persons: PersonKeys,
        names: Names,
        programme: ProgrammeId,
        actor: str,
        at: Millis,
        prefix: str,
    ) -> None:
        self._client, self._keyring, self._persons, self._names = client, keyring, persons, names
        self._programme, self._actor, self._at, self._prefix = programme, actor, at, prefix
        self._op = secrets.token_urlsafe(12)
        self._plan: dict[str, str] = {}
        self._waiting: list[list[tuple[Arg, ...]]] = []
        """Commands that must come together."""

    async def people(self, people: Sequence[rec.Person]) -> None:
        """New ones, with the first event of their log."""
        for first in range(0, len(people), _AT_ONCE):
            some = people[first : first + _AT_ONCE]
            rings = await self._persons.to_seal(self._programme, [one.id for one in some])
            for person in some:
                self._person(rings[person.id], person)
            await self._flush()
        if not self._prefix:
            await self._client.call("INCR", keys.people_changes(self._programme))

    def _person(self, ring: Ring, person: rec.Person) -> None:
        fields = tuple(
            name
            for name in rec.Person.__slots__
            if name not in ("id", "staff", "revision") and getattr(person, name) != getattr(_NOBODY, name)
        )
        change = PersonChange(person.id, self._at, self._actor, "added", fields)
        event: list[Arg] = ["op", self._op]
        for name, value in (("change", change), ("person", replace(person, revision=1))):
            text = msgspec.json.encode(value).decode()
            event += [name, ring.seal(self._programme, "person-log", person.id, name, 1, text)]
        self._put("XADD", keys.person_log(self._programme, person.id), "1-0", *event)
        record = flat(ring, self._programme, person)
        self._put("HSET", keys.person(self._programme, person.id), "revision", 1, *record)
        for place in self._names.places(self._programme, named(person)):
            self._put("SADD", place, person.id, how="sum")

    async def episodes(self, episodes: Iterable[Episode]) -> None:
        """The whole enrolment of clients who had none."""
        of: dict[PersonId, list[Episode]] = {}
        for episode in episodes:
            of.setdefault(episode.client, []).append(episode)
        clients = sorted(of)
        for first in range(0, len(clients), _AT_ONCE):
            rings = await self._persons.to_seal(self._programme, clients[first : first + _AT_ONCE])
            for client in clients[first : first + _AT_ONCE]:
                self._enrolment(rings[client], client, of[client])
            await self._flush()

    def _enrolment(self, ring: Ring, client: PersonId, episodes: Sequence[Episode]) -> None:
        changes = [EpisodeChange(self._at, self._actor, "admitted", one) for one in episodes]
        for number, change in enumerate(changes, 1):
            text = msgspec.json.encode(change).decode()
            sealed = ring.seal(self._programme, "episode", client, "record", number, text)
            self._put("XADD", keys.episodes(self._programme, client), f"{number}-0", "op", self._op, "record", sealed)
        now = as_known(changes)
        told = msgspec.json.encode([outline(one) for one in now])
        self._put("HSET", keys.outlines(self._programme), client, told, how="fields")
        if enrolled(now):
            self._put("SADD", keys.enrolled(self._programme), client, how="sum")
        for staff in counsellors(now):
            self._put("SADD", keys.caseload(self._programme, staff), client, how="sum")

    async def cares(self, cares: Sequence[Care]) -> None:
        for first in range(0, len(cares), _AT_ONCE):
            some = cares[first : first + _AT_ONCE]
            rings = await self._persons.to_seal(self._programme, [one.client for one in some])
            for care in some:
                text = msgspec.json.encode(care).decode()
                sealed = rings[care.client].seal(self._programme, "care", f"{care.client}/{care.id}", "record", 0, text)
                self._put("HSET", keys.coverage(self._programme, care.client), f"care:{care.id}", sealed)
            await self._flush()

    async def groups(self, groups: Iterable[Group]) -> None:
        """As they become: new ones, and those that were there with more members."""
        for group in groups:
            series, p = group.series, self._programme
            record = msgspec.json.encode(replace(series, title=""))
            members = msgspec.json.encode(list(group.members))
            digest = self._keyring.blind("group", series.title + sha256(record + members).hexdigest())[0]
            title = self._keyring.seal(p, "group", series.id, "title", 0, series.title)
            how = f"rev:{group.revision}" if group.revision else "new"
            fields: list[Arg] = ["revision", group.revision + 1, "record", record, "title", title]
            self._put("HSET", keys.group(p, series.id), *fields, "members", members, "digest", digest, how=how)
            self._put("SADD", keys.groups(p), series.id, how="sum")
            for client in sorted({member.client for member in group.members}):
                self._put("SADD", keys.groups_of(p, client), series.id, how="sum")
        await self._flush()

    async def switch(self, counts: tuple[int, int], said: Mapping[str, int]) -> bool:
        """All of it in its place, in one step; False, and nothing, if people or groups have changed since."""
        plan = f"{self._prefix}plan"
        pairs: list[Arg] = [part for pair in self._plan.items() for part in pair]
        for first in range(0, len(pairs), 2 * _AT_ONCE):
            some = pairs[first : first + 2 * _AT_ONCE]
            await self._client.together([("HSET", plan, *some), ("EXPIRE", plan, KEPT)])
        p = self._programme
        names = [plan, keys.op(p, self._op), keys.audit(p), keys.latest(p)]
        names += [*(keys.people(p, kind) for kind in ("clients", "staff")), keys.people_changes(p)]
        subject = " ".join(f"{number} {what}" for what, number in said.items())
        return bool(await self._client.script("switch", names, [self._prefix, *counts, self._actor, subject, self._at]))

    def _put(self, command: str, name: str, *args: Arg, how: str = "new") -> None:
        commands: list[tuple[Arg, ...]] = [(command, f"{self._prefix}{name}", *args)]
        if self._prefix and self._plan.setdefault(name, how) == how:
            commands.append(("EXPIRE", f"{self._prefix}{name}", KEPT))
        self._waiting.append(commands)

    async def _flush(self) -> None:
        for first in range(0, len(self._waiting), 2 * _AT_ONCE):
            some = self._waiting[first : first + 2 * _AT_ONCE]
            await self._client.together([command for commands in some for command in commands])
        self._waiting.clear()


_NOBODY = rec.Person(PersonId(""), False, "", "")
