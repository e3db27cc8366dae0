"""Legal holds, erasure and the end of periods, as an administrator runs them from the command line.

It owns the order: what stands in the way is asked first (a hold, an enrolment that goes on, a session that is open);
then the secret is destroyed, ways in are closed, what it opened is removed, and Redis's log is written anew. Each
erasure is also noted by id in the data folder's file `erased`, which a restore goes by: an archive that is older than
the erasure would bring the person back. Must not touch: Redis; words for people (cli_retention.py).
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from telehealth.clock import Clock
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.retention import MAX_REASON, Due, Hold, Kept, Periods, due, held
from telehealth.disclosing import Impossible
from telehealth.mint import fresh_id
from telehealth.settings import Settings
from telehealth.store.redis_store import Store

ACTOR = "system"
WHY = ("request", "retention", "order", "error")
"""Why somebody is erased, as a code: the audit log holds no texts."""
_AT_ONCE = 500
FILE = "erased"


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did."""

    gone: Counter[str]
    """How much of each family of records."""
    links: int
    log_rewritten: bool


class Retaining:
    """The commands, on one programme of an open store."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self._settings, self._store, self._clock = settings, store, clock
        self._programme = ProgrammeId(settings.programme)
        self._zone = ZoneInfo(settings.zone)

    # --- holds

    async def hold(self, client: str, reason: str) -> str:
        """The id of a new hold; of everybody's records if no client is named."""
        if not reason.strip() or len(reason) > MAX_REASON:
            raise Impossible(f"A hold needs a reason of at most {MAX_REASON} characters.")
        if client:
            await self._client(client)
        hold = Hold(fresh_id(), self._programme, PersonId(client) or None, reason, ACTOR, self._clock.now())
        await self._store.holds.add(hold)
        return hold.id

    async def release(self, hold: str) -> None:
        if not await self._store.holds.release(self._programme, hold, self._clock.now(), actor=ACTOR):
            raise Impossible("There is no such hold; `telehealth hold list` shows them.")

    async def holds(self) -> Sequence[Hold]:
        await self._store.audit.write(self._programme, ACTOR, "hold.listed", "")
        return (await self._store.holds.all(self._programme))[1]

    # --- erasure

    async def erase(self, client: str, why: str) -> Erased:
        """Erase one client or supporter; also goes on with an erasure that was broken off."""
        person = PersonId(client)
        if person not in await self._store.erasure.erased(self._programme):
            await self._client(client)
            if person in await self._store.episodes.enrolled(self._programme):
                raise Impossible("This client is enrolled: discharge them first.")
        return await self._erase([person], why)

    async def _client(self, client: str) -> None:
        person = PersonId(client)
        known = await self._store.people.get(self._programme, [person])
        if person not in known or known[person].staff:
            raise Impossible("There is no client or supporter with this id in the programme.")

    async def _erase(self, people: Sequence[PersonId], why: str) -> Erased:
        await self._none_in_a_room(people)
        now, links = self._clock.now(), 0
        for person in people:
            await self._destroy(person, why, now)
            for name, link in (await self._store.access.links_of(self._programme, person)).items():
                if link.revoked is None:
                    await self._store.access.revoke_link(self._programme, name, now)
                    links += 1
        note(self._settings.data / FILE, self._programme, people, now)
        gone = await self._store.erasure.sweep(self._programme, people)
        return Erased(gone, links, await self._store.erasure.forget_log())

    async def _destroy(self, person: PersonId, why: str, now: Millis) -> None:
        while True:
            said, holds = await self._store.holds.all(self._programme)
            if held(holds, (person,)):
                raise Impossible("A legal hold keeps these records; `telehealth hold list` shows it.")
            if await self._store.erasure.destroy(self._programme, person, now, actor=ACTOR, why=why, holds=said):
                return

    async def _none_in_a_room(self, people: Iterable[PersonId]) -> None:
        whom = frozenset(people)
        for programme, session in await self._store.logs.open_rooms():
            if programme == self._programme:
                schedule = (await self._store.sessions.schedules(programme, [session])).get(session)
                if schedule is not None and whom & frozenset(schedule.roster):
                    raise Impossible("They are on the roster of a session that is going on: wait until it has ended.")

    # --- periods

    async def due(self, periods: Periods) -> tuple[Due, ...]:
        """What may go today, oldest first."""
        await self._store.audit.write(self._programme, ACTOR, "retention.listed", periods.id)
        today = datetime.fromtimestamp(self._clock.now() / 1000, self._zone).date()
        _, holds = await self._store.holds.all(self._programme)
        return due(periods, today, holds, await self._sessions(periods, today), await self._clients())

    async def run(self, periods: Periods, told: Callable[[int, int], None]) -> tuple[Counter[str], Erased | None]:
        """Remove what is due: how much of each kind, and what the erasures did."""
        found = await self.due(periods)
        removed: Counter[str] = Counter()
        for number, one in enumerate(found, 1):
            if one.kept is not Kept.CLIENT:
                session = SessionId(one.subject)
                removed[one.kept] += await self._store.erasure.remove(self._programme, session, one.kept, actor=ACTOR)
            told(number, len(found))
        if removed[Kept.SESSION]:  # what was counted of them goes with them; the rest is counted again
            await self._store.tally.begin_anew(self._programme)
        people = [PersonId(one.subject) for one in found if one.kept is Kept.CLIENT]
        erased = await self._erase(people, "retention") if people else None
        removed[Kept.CLIENT] = len(people)
        if erased is None and +removed:
            await self._store.erasure.forget_log()
        return +removed, erased

    async def _sessions(self, periods: Periods, today: date) -> list[tuple[str, date, frozenset[PersonId]]]:
        """Those old enough to be looked at, with everybody on their roster or in their rows."""
        youngest = today.replace(day=1) - timedelta(days=365 * min(periods.years.values()))
        until = round(datetime(youngest.year, youngest.month, youngest.day, tzinfo=UTC).timestamp() * 1000)
        old = await self._store.sessions.between(self._programme, 0, until)
        found: list[tuple[str, date, frozenset[PersonId]]] = []
        for first in range(0, len(old), _AT_ONCE):
            page = old[first : first + _AT_ONCE]
            rows = await self._store.attendance.of_sessions(self._programme, [one.id for one in page])
            for one in page:
                people = frozenset(one.roster) | {_client_of(flat) for _, flat in rows.get(one.id, [])}
                found.append((one.id, datetime.fromtimestamp(one.ends / 1000, ZoneInfo(one.zone)).date(), people))
        return found

    async def _clients(self) -> list[tuple[PersonId, date | None, date | None]]:
        """Those who are not enrolled, with the last day on which they were seen or enrolled, and their birth date."""
        everybody = sorted(await self._store.people.clients(self._programme))
        enrolled = await self._store.episodes.enrolled(self._programme)
        found: list[tuple[PersonId, date | None, date | None]] = []
        for first in range(0, len(everybody), _AT_ONCE):
            some = [who for who in everybody[first : first + _AT_ONCE] if who not in enrolled]
            known = await self._store.people.get(self._programme, some)
            episodes = await self._store.episodes.of(self._programme, some)
            months = await self._store.attendance.last_months(self._programme, some)
            for who in some:
                ends = [one.discharged for one in episodes[who] if one.discharged is not None]
                days = [*ends, *([months[who]] if who in months else [])]
                found.append((who, max(days, default=None), known[who].birth_date if who in known else None))
        return found


def _client_of(flat: Sequence[bytes]) -> PersonId:
    """Of a stored row."""
    return PersonId(flat[flat.index(b"client") + 1].decode())


def note(file: Path, programme: ProgrammeId, people: Iterable[PersonId], at: Millis) -> None:
    """Add to the list by which a restore erases again. Ids only."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w") as target:
        target.writelines(f"{programme} {person} {at}\n" for person in people)
        target.flush()
        os.fsync(target.fileno())


def noted(file: Path) -> dict[ProgrammeId, list[PersonId]]:
    """Whom the list names, by programme."""
    found: dict[ProgrammeId, list[PersonId]] = {}
    for line in file.read_text().splitlines() if file.exists() else ():
        programme, person, _ = line.split(" ")
        found.setdefault(ProgrammeId(programme), []).append(PersonId(person))
    return found
