"""What an administrator records for claims: who pays for a client, levels of care, provider numbers, caps.

The steps of `telehealth coverage`, `level`, `npi` and `claims`; `cli_covering.py` has their words. What is about a
person comes as JSON from a file or a pipe, because a command line can be read by every user of the machine. Every entry
is in the audit log as "system".
"""

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec

from telehealth.clock import Clock
from telehealth.core import coverage as rule
from telehealth.core.coverage import Care, Coverage, History, ProgrammeFacts
from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.disclosing import Impossible
from telehealth.mint import fresh_id
from telehealth.packs import Packs
from telehealth.store.redis_store import Store

T = TypeVar("T")


class NewCoverage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`telehealth coverage set`"""

    payer: str
    effective_from: date
    effective_to: date | None = None
    payer_name: str = ""
    member: str = ""
    authorization: str = ""
    authorized_units: int | None = None
    authorized_from: date | None = None
    authorized_to: date | None = None
    place_of_service: str = ""


class NewLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`telehealth level set`"""

    level: str
    effective_from: date
    effective_to: date | None = None


class Covering:
    """The commands, on one programme of an open store."""

    def __init__(self, programme: ProgrammeId, store: Store, clock: Clock) -> None:
        self._programme, self._store, self._clock = programme, store, clock

    async def set_coverage(self, person: str, text: str, packs: Packs) -> tuple[str, bool]:
        """The entry's id, and whether a rule pack has a line of this payer."""
        client, given = await self._client(person), read(text, NewCoverage)
        entry = Coverage(
            id=fresh_id(),
            client=client,
            recorded=self._clock.now(),
            recorded_by="system",
            **msgspec.structs.asdict(given),
        )
        if faults := rule.wrong(entry):
            raise Impossible(f"These cannot be so: {', '.join(faults)}.")
        await self._store.coverages.put(self._programme, entry, actor="system")
        return entry.id, any(line.payer == entry.payer for line in packs.payer_rules)

    async def set_level(self, person: str, text: str, packs: Packs) -> str:
        """The entry's id."""
        client, given = await self._client(person), read(text, NewLevel)
        if given.level not in packs.levels_of_care:
            known = ", ".join(sorted(packs.levels_of_care))
            raise Impossible(f"level names no known level of care; there are {known}.")
        if given.effective_to is not None and given.effective_to < given.effective_from:
            raise Impossible("These cannot be so: effective_to.")
        now = self._clock.now()
        entry = Care(fresh_id(), client, given.effective_from, given.effective_to, given.level, now, "system")
        await self._store.coverages.put(self._programme, entry, actor="system")
        return entry.id

    async def history(self, person: str) -> History:
        """All that was recorded of a client."""
        client = await self._client(person)
        await self._store.audit.write(self._programme, "system", "coverage.read", client)
        return (await self._store.coverages.of(self._programme, [client]))[client]

    async def end(self, person: str, entry: str, last: str) -> None:
        """`last` is the last day on which the entry counts."""
        client = await self._client(person)
        try:
            day = date.fromisoformat(last)
        except ValueError:
            raise Impossible("The last day is a day, such as 2026-11-30.") from None
        now = self._clock.now()
        if not await self._store.coverages.end(self._programme, client, entry, day, now, actor="system"):
            raise Impossible("There is no such entry; `list` shows them.")

    async def set_npi(self, name: str, npi: str) -> None:
        """Of a member of staff, by sign-in name."""
        login = await self._store.people.login(name)
        if login is None or login.programme != self._programme:
            raise Impossible("Nobody signs in with this name.")
        _check_npi(npi)
        person = (await self._store.people.get(self._programme, [login.person]))[login.person]
        await self._store.audit.write(self._programme, "system", "staff.npi", login.person)
        after = replace(person, npi=npi)
        if await self._store.people.change(self._programme, after, actor="system", at=self._clock.now()) is None:
            raise Impossible("Somebody changed this record in the same moment. Try again.")

    async def set_facts(self, facility_npi: str | None, caps: str | None, packs: Packs) -> ProgrammeFacts:
        """What is the same on every claim: what is given is changed. The facts that hold then."""
        known = await self._store.programmes.facts(self._programme)
        given = {"facility_npi": facility_npi, "caps": caps}
        _check_npi(facility_npi or "")
        if caps and caps not in packs.caps:
            raise Impossible(f"--caps names no known caps; there are {', '.join(sorted(packs.caps))}.")
        facts = replace(known, **{name: value for name, value in given.items() if value is not None})
        if facts != known:
            await self._store.audit.write(self._programme, "system", "programme.facts", self._programme)
            await self._store.programmes.put_facts(self._programme, facts)
        return facts

    async def _client(self, person: str) -> PersonId:
        return await a_client(self._store, self._programme, person)


async def a_client(store: Store, programme: ProgrammeId, person: str) -> PersonId:
    """The client with this id, or `Impossible`."""
    client = PersonId(person)
    known = await store.people.get(programme, [client])
    if client not in known or known[client].staff:
        raise Impossible("There is no client with this id in the programme.")
    return client


def given(file: Path | None) -> str:
    """The entry itself. Never from the command line, which every user of the machine can read."""
    try:
        return sys.stdin.read() if file is None else file.read_text("utf-8")
    except (OSError, ValueError):
        raise Impossible(f"{file or 'Standard input'} cannot be read.") from None


def read(text: str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError as error:  # it names the key and what was expected there, never the value
        raise Impossible(f"The entry cannot be read: {error}.") from None
    except msgspec.DecodeError:
        raise Impossible("The entry is not JSON.") from None


def _check_npi(text: str) -> None:
    """An empty one takes it away."""
    if text and not rule.is_npi(text):
        raise Impossible("That is no National Provider Identifier: ten digits, the last of which checks the others.")
