"""Who is who, without a name in a key: which people a programme has, and a blind index by the beginnings of names.

Each beginning of a word (core/people.py) is put through an HMAC under the programme's own index key and then into one
of 4,096 buckets, a set of ids. A bucket holds people of many beginnings, so how full it is says little about how common
a name is; whoever is found by buckets is read, and kept only if the names do fit. So an entry too many costs a look,
and never a wrong answer. What a copy of the store still tells is that some buckets are fuller than others.

Buckets are named by the key's id, too, and a record is written to those of every key that is given: while a key is
being changed, old and new servers find the same. An index is built when it is first asked for: of a store of an older
release, or under a new key. Must not touch: what a record says beyond its names.
"""

from collections.abc import Sequence

import msgspec

from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.core.names import folded
from telehealth.core.people import answers, asked, beginnings
from telehealth.core.records import StaffLogin

from . import keys
from .client import Arg, Client
from .person_fields import NAMES, Named, named_from
from .person_keys import PersonKeys
from .sealed import Keyring

BUCKETS = 4096
_PAGE = 500
_AT_ONCE = 2000


class Names:
    """The people of each programme, and the index of their names."""

    def __init__(self, client: Client, keyring: Keyring) -> None:
        self._client = client
        self._keyring = keyring
        self._persons = PersonKeys(client, keyring)
        self._built: set[ProgrammeId] = set()
        self._orders: dict[ProgrammeId, tuple[bytes | None, Sequence[PersonId]]] = {}

    def places(self, programme: ProgrammeId, person: Named) -> frozenset[str]:
        """The sets in which they belong."""
        if person.collateral_of is not None:
            kept = {keys.collaterals(programme, person.collateral_of)}
        else:
            kept = {keys.people(programme, "staff" if person.staff else "clients")}
        if person.staff and not person.active:
            kept.add(keys.people(programme, "left"))
        found = beginnings(person.legal_name, person.alias, person.mrn)
        return frozenset(kept).union(*(self._buckets(programme, begin) for begin in found))

    async def search(self, programme: ProgrammeId, text: str) -> list[PersonId]:
        """Everybody who is meant, by legal name."""
        buckets = [self._buckets(programme, begin)[0] for begin in sorted(asked(text))]
        if not buckets:
            return []
        await self.ready(programme)
        found = await self._client.call("SINTER", *buckets)
        known = await self.of(programme, [PersonId(one.decode()) for one in found])
        fits = [one for one in known if answers(text, one.legal_name, one.alias, one.mrn)]
        return [one.id for one in sorted(fits, key=lambda one: (folded(one.legal_name), one.id))]

    async def all(self, programme: ProgrammeId, kind: str) -> frozenset[PersonId]:
        """`kind` is clients or staff."""
        await self.ready(programme)
        found = await self._client.call("SMEMBERS", keys.people(programme, kind))
        return frozenset(PersonId(one.decode()) for one in found)

    async def ordered(self, programme: ProgrammeId) -> Sequence[PersonId]:
        """The clients by legal name. Only the order is kept in mind, until any record of the programme changes."""
        everybody = await self.all(programme, "clients")
        version = await self._client.call("GET", keys.people_changes(programme))
        known = self._orders.get(programme)
        if known is None or known[0] != version or len(known[1]) != len(everybody):
            people = await self.of(programme, sorted(everybody))
            order = [one.id for one in sorted(people, key=lambda one: (folded(one.legal_name), one.id))]
            known = self._orders[programme] = (version, order)
        return known[1]

    async def collaterals(self, programme: ProgrammeId, client: PersonId) -> list[PersonId]:
        found = await self._client.call("SMEMBERS", keys.collaterals(programme, client))
        return sorted(PersonId(one.decode()) for one in found)

    async def of(self, programme: ProgrammeId, ids: Sequence[PersonId]) -> list[Named]:
        """Those of these who have a record."""
        held = await self._client.calls([("HMGET", keys.person(programme, who), *NAMES) for who in ids])
        rings = await self._persons.to_open(programme, ids)
        return [
            named_from(rings[who], programme, who, values)
            for who, values in zip(ids, held, strict=True)
            if values[0] is not None
        ]

    def sign_in(self, login: StaffLogin) -> tuple[Arg, ...]:
        """Keeps by which name somebody signs in, so that their login is found by who they are."""
        sealed = self._keyring.seal(login.programme, "login-name", login.person, "name", 0, login.name)
        return "HSET", keys.login_names(login.programme), login.person, sealed

    async def sign_ins(self, programme: ProgrammeId, people: Sequence[PersonId]) -> dict[PersonId, str]:
        """The names by which these sign in, as far as they do."""
        if not people:
            return {}
        await self.ready(programme)
        found = await self._client.call("HMGET", keys.login_names(programme), *people)
        return {
            who: self._keyring.unseal(programme, "login-name", who, "name", 0, sealed)
            for who, sealed in zip(people, found, strict=True)
            if sealed is not None
        }

    async def ready(self, programme: ProgrammeId) -> None:
        """Build the index under the key that seals, unless it is there. Costs a round trip once a process."""
        if programme in self._built:
            return
        key = self._keyring.primary.hex()
        if not await self._client.call("SISMEMBER", keys.names_built(programme), key):
            await self._build(programme)
            await self._client.call("SADD", keys.names_built(programme), key)
        self._built.add(programme)

    async def settle(self, programme: ProgrammeId) -> None:
        """After a change of key: the index is there under the new one, and under no other."""
        await self.ready(programme)
        key, built = self._keyring.primary, keys.names_built(programme)
        older = {one.hex() for one in self._keyring.ids} | {
            one.decode() for one in await self._client.call("SMEMBERS", built)
        }
        for one in sorted(older - {key.hex()}):
            await self._client.call("SREM", built, one)
            await self._client.call("UNLINK", *(keys.names(programme, one, bucket) for bucket in range(BUCKETS)))

    def _buckets(self, programme: ProgrammeId, begin: str) -> list[str]:
        """Of each key, the one that seals first."""
        blinds = self._keyring.blind(f"names|{programme}", begin)
        return [
            keys.names(programme, key.hex(), int(blind[:8], 16) % BUCKETS)
            for key, blind in zip(self._keyring.ids, blinds, strict=True)
        ]

    async def _build(self, programme: ProgrammeId) -> None:
        cursor, person = "0", keys.person(programme, PersonId(""))
        while True:
            following, found = await self._client.call("SCAN", cursor, "COUNT", _PAGE)
            names = [name.decode() for name in found]
            ids = [PersonId(name.removeprefix(person)) for name in names if name.startswith(person)]
            known = await self.of(programme, [who for who in ids if ":" not in who])
            adds: list[tuple[Arg, ...]] = [
                ("SADD", place, one.id) for one in known for place in self.places(programme, one)
            ]
            for first in range(0, len(adds), _AT_ONCE):
                await self._client.calls(adds[first : first + _AT_ONCE])
            await self._build_sign_ins(programme, [name for name in names if name.startswith(keys.login(""))])
            cursor = following.decode()
            if cursor == "0":
                return

    async def _build_sign_ins(self, programme: ProgrammeId, names: Sequence[str]) -> None:
        held = await self._client.calls([("GET", name) for name in names])
        texts = [
            self._keyring.unseal("", "login", name.removeprefix(keys.login("")), "record", 0, sealed)
            for name, sealed in zip(names, held, strict=True)
            if sealed is not None
        ]
        logins = [msgspec.json.decode(text, type=StaffLogin) for text in texts]
        await self._client.calls([self.sign_in(one) for one in logins if one.programme == programme])
