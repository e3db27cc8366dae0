"""What an administrator does about access from the command line: roles, ties, and a search of the audit log.

`cli_access.py` has the words. Every change is in the audit log as "system", and so is every search.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.records import StaffLogin
from telehealth.core.roles import StaffRole
from telehealth.disclosing import Impossible
from telehealth.edge.audit import EVER, found, wanted_of
from telehealth.edge.days import instant
from telehealth.store.redis_store import Store

_PAGE = 500


class AccessAdmin:
    """The commands, on one programme of an open store."""

    def __init__(self, programme: ProgrammeId, store: Store, zone: ZoneInfo) -> None:
        self._programme, self._store, self._zone = programme, store, zone

    async def set_role(self, name: str, role: StaffRole) -> None:
        """It counts from the next sign-in."""
        login = await self._login(name)
        await self._store.people.put_login(replace(login, staff_role=role))
        await self._store.audit.write(self._programme, "system", "staff.role_set", f"{login.person} {role}")

    async def supervise(self, supervisor: str, name: str, *, now: bool) -> bool:
        """Whether anything changed."""
        over, under = await self._login(supervisor), await self._login(name)
        if over.person == under.person:
            raise Impossible("Nobody supervises themselves.")
        return await self._store.care.supervise(self._programme, over.person, under.person, now=now, actor="system")

    async def assign(self, name: str, client: str, *, now: bool) -> bool:
        """Whether anything changed."""
        login, person = await self._login(name), PersonId(client)
        known = await self._store.people.get(self._programme, [person])
        if person not in known or known[person].staff:
            raise Impossible("There is no client with this id in the programme.")
        return await self._store.care.assign(self._programme, login.person, person, now=now, actor="system")

    async def ties(self, name: str) -> tuple[list[PersonId], list[PersonId]]:
        """The clients on somebody's caseload, and the colleagues whom they supervise."""
        clients, colleagues = await self._store.care.of(self._programme, (await self._login(name)).person)
        return sorted(clients), sorted(colleagues)

    async def search(
        self, person: str, actor: str, what: str, since: str | None, until: str | None, most: int
    ) -> list[str]:
        """One line an entry, newest first: when, who, what, about which ids."""
        start, end = self._range(since, until)
        words = {"person": person, "actor": actor, "what": what, "from": since or "", "to": until or ""}
        asked = " ".join(f"{name}={text}" for name, text in words.items() if text)
        await self._store.audit.write(self._programme, "system", "audit.searched", asked)
        sought = PersonId(person) if person else None
        wanted = await wanted_of(self._store.sessions, self._store.attendance, self._programme, sought, actor, what)
        lines: list[str] = []
        before: str | None = ""
        while before is not None and len(lines) < most:
            size = min(_PAGE, most - len(lines))
            entries, before = await found(self._store.audit, self._programme, wanted, start, end, before, size)
            lines += [
                f"{datetime.fromtimestamp(entry.at / 1000, self._zone).isoformat(timespec='milliseconds')}"
                f"\t{entry.actor}\t{entry.action}\t{entry.subject}"
                for entry in entries
            ]
        return lines

    def _range(self, since: str | None, until: str | None) -> tuple[Millis, Millis]:
        try:
            start = instant(since, self._zone, end=False) if since else 0
            return start, min(EVER, instant(until, self._zone, end=True) if until else EVER)
        except ValueError:
            raise Impossible("--from and --to are days, such as 2026-11-24, or instants with an offset.") from None

    async def _login(self, name: str) -> StaffLogin:
        login = await self._store.people.login(name)
        if login is None or login.programme != self._programme:
            raise Impossible("Nobody of the programme signs in with this name.")
        return login
