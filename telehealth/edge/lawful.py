"""Every identified export is lawful by construction: nothing of a client leaves before its basis was written down.

`Gate.admit` is asked with the clients of each page. It judges those that it does not know yet (core/disclosure.py), and
writes one ledger row for each that may be told, in one step with an audit entry; only then are the page's rows written
out. A revocation in between is noticed by the version of the programme's bases: before each page, and again inside the
step itself. Who may not be told is counted and never named.

A member of staff who looks at the sessions that they lead discloses nothing (42 CFR 2.12(c)(3)), and a row that
identifies nobody needs no basis: there the export has its audit entry only.

An export in pages is one export: each `Run` is a page of it, and the ledger has one row a client for all of them.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from telehealth.core.disclosure import Disclosure, Lawful, Matter, Purpose, judge
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.mint import fresh_id
from telehealth.store.ports import Unavailable

from .profiles import PROFILES, Profile
from .runs import Run
from .site import Site

WITHIN = b"within the programme, for its own services: 42 CFR 2.12(c)(3)"
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for an export, and to whom it goes."""

    programme: ProgrammeId
    actor: str
    """In the audit log: a person's id, or api-key:ID."""
    profile: Profile
    recipient: str = ""
    """Nobody outside: staff, who may see `led` only."""
    purpose: Purpose = Purpose.OPERATIONS
    led: frozenset[SessionId] | None = None

    @property
    def outside(self) -> bool:
        return bool(self.recipient)


def staff_asker(programme: ProgrammeId, person: PersonId, led: frozenset[SessionId]) -> Asker:
    return Asker(programme, person, PROFILES["attendance"], led=led)


async def names_for(site: Site, asker: Asker) -> Callable[[SessionId], str]:
    """What this recipient calls each session; our own staff call it by its id."""
    if asker.outside:
        return await site.store.pseudonyms.of(asker.programme, asker.recipient)
    return lambda session: session


class Gate:
    """The disclosure of one export."""

    def __init__(
        self,
        site: Site,
        asker: Asker,
        form: str,
        start: Millis,
        end: Millis,
        *,
        columns: Sequence[str] = (),
        run: Run | None = None,
        dry: bool = False,
        matter: Matter = Matter.ATTENDANCE,
    ) -> None:
        """`run`: it is one page of an export in pages. `dry`: nothing leaves, it is only counted; nothing is written
        then. `matter`: which part of the record it is."""
        self._matter = matter
        self._dry = dry
        self._site = site
        self._asker = asker
        self._run = run
        self._what = f"{asker.profile.name} {form} {start} {end}"
        self.export = fresh_id() if run is None else run.export
        self._disclosure = Disclosure(
            self.export, asker.actor, asker.recipient, asker.purpose, asker.profile.name, start, end, tuple(columns)
        )
        self._judged = asker.outside and asker.profile.identified
        self._version = -1
        self._basis: dict[bytes, bytes | None] = {}
        self._written: set[bytes] = set()
        self._omitted: set[bytes] = set()
        self._begun = False
        self.rows = 0

    @property
    def omitted(self) -> int:
        """Clients whose rows were left out, so far."""
        return len(self._omitted)

    def bases(self, clients: list[bytes]) -> list[bytes | None]:
        """The scope under which the rows of each of these may leave; None if they may not."""
        if not self._judged:
            return [WITHIN if self._asker.profile.identified else b""] * len(clients)
        known = self._basis.get
        return [known(client) for client in clients]

    async def admit(self, clients: Iterable[bytes]) -> None:
        """Afterwards `bases` answers for these clients, and whatever may leave is in the ledger."""
        if not self._judged:
            if not self._begun:
                await self._audit(f"{self._matter}.export", self._what)
                self._begun = True
            return
        wanted = list(dict.fromkeys(clients))
        store, programme = self._site.store, self._asker.programme
        if self._begun and await store.consents.version(programme) != self._version:
            self._basis.clear()
        for _ in range(_TRIES):
            bases = await self._judge([client for client in wanted if client not in self._basis])
            fresh = {
                PersonId(client.decode()): bases[client]
                for client in wanted
                if client in bases and client not in self._written
            }
            if self._dry or (self._begun and not fresh):
                return
            if await store.ledger.write(
                programme,
                self._disclosure,
                fresh,
                version=self._version,
                op=secrets.token_urlsafe(12),
                action=f"{self._matter}.export{'.goes_on' if self._goes_on else ''}",
                subject=f"{self.export} {self._what}",
                at=self._site.clock.now(),
                paged=self._run is not None,
            ):
                if not self._goes_on:
                    await store.ledger.note(programme, self.export, state="running", actor=self._asker.actor)
                self._begun = True
                self._written.update(client.encode() for client in fresh)
                return
            self._basis.clear()  # a basis has changed since: judge again
        raise Unavailable("The bases of disclosure change faster than they can be judged.")

    async def done(self, *, last: bool = True) -> None:
        """Note how much has left; also that somebody asked and got nothing. `last`: no page follows."""
        if self._dry:
            return
        if not self._begun:
            await self.admit(())
        if not self._judged:
            return
        clients, omitted = len(self._written), self.omitted
        counted = f"rows={self.rows} clients={clients} omitted={omitted}"
        await self._audit(f"{self._matter}.export.{'done' if last else 'page'}", f"{self.export} {counted}")
        ledger, programme = self._site.store.ledger, self._asker.programme
        if self._run is None:
            await ledger.note(programme, self.export, state="done", rows=self.rows, clients=clients, omitted=omitted)
        else:
            left_out = [PersonId(client.decode()) for client in self._omitted]
            await ledger.page(programme, self.export, self._run.page, self.rows, left_out=left_out, last=last)

    @property
    def _goes_on(self) -> bool:
        return self._begun or (self._run is not None and self._run.page != "")

    async def _judge(self, clients: list[bytes]) -> dict[bytes, str]:
        """The basis of each of these clients who may be told."""
        if not clients and self._version >= 0:
            return {}
        people = [PersonId(client.decode()) for client in clients]
        self._version, consents, grounds = await self._site.store.consents.of(self._asker.programme, people)
        now, found = self._site.clock.now(), dict[bytes, str]()
        for client, person in zip(clients, people, strict=True):
            answer = judge(self._asker.recipient, self._asker.purpose, consents[person], grounds, now, self._matter)
            if isinstance(answer, Lawful):
                self._basis[client] = f"{answer.section}, {answer.scope}".encode()
                found[client] = answer.basis
            else:
                self._basis[client] = None
                self._omitted.add(client)
        return found

    async def _audit(self, action: str, subject: str) -> None:
        await self._site.store.audit.write(self._asker.programme, self._asker.actor, action, subject)
