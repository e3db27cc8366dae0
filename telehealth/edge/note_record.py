"""What is known of a session when its note is read, checked or signed: attendance, check-ins, plans, names, lints.

Everything is read once and handed to the rules in `core/`; nothing is decided here.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from telehealth.core import goals as plan
from telehealth.core import late_notes, note_facts, note_lints
from telehealth.core.attendance import Row
from telehealth.core.corrections import attested
from telehealth.core.goals import Goal
from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.names import Forms, forms
from telehealth.core.note_lints import Finding
from telehealth.core.note_policy import NotePolicy
from telehealth.core.note_records import Facts, NoteSection, NoteState
from telehealth.core.notes import Checked, needed
from telehealth.core.records import CheckIn, Person, Session
from telehealth.core.roles import ATTENDS
from telehealth.core.room import Room
from telehealth.store.ports import Heard

from . import record
from .days import day_at
from .site import Site

_AHEAD: Millis = 60 * 24 * 60 * 60_000
"""How far ahead the next session of a kind is looked for, where a note is due before it."""


@dataclass(frozen=True)
class Known:
    """A session, as it stands now."""

    site: Site
    session: Session
    now: Millis
    room: Room
    rows: Mapping[PersonId, Row]
    sections: Mapping[PersonId | None, NoteSection]
    """Those that were ever saved."""
    heard: Heard
    check_ins: Mapping[PersonId, CheckIn]
    goals: Mapping[PersonId, tuple[Goal, ...]]

    @property
    def ended(self) -> bool:
        return record.state(self.room, self.session, self.now) == "ended"

    @property
    def policy(self) -> NotePolicy:
        return self.site.packs.note_policy

    @cached_property
    def present(self) -> tuple[PersonId, ...]:
        """Clients who were ever seated."""
        return tuple(sorted(client for client, row in self.rows.items() if row.intervals))

    @cached_property
    def clients(self) -> tuple[PersonId, ...]:
        """Clients of this session, whether they came or not, and whoever was written about."""
        entered = (one.person for one in self.room.members.values() if one.role in ATTENDS)
        written = (about for about in self.sections if about is not None)
        return tuple(dict.fromkeys((*self.session.roster, *sorted(entered), *sorted(written))))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.session.zone)

    @property
    def day(self) -> date:
        """The date of service."""
        return day_at(self.session.starts, self.zone)

    def facts(self, section: NoteSection) -> Facts:
        """Of a section, as they stand now."""
        if section.about is None:
            return note_facts.of_group(self.session, list(self.rows.values()))
        return note_facts.of_client(
            self.session,
            self.rows.get(section.about),
            self.heard.said,
            self.check_ins.get(section.about),
            plan.picked(self.goals.get(section.about, ()), section.content.goals),
        )

    async def staff_names(self, sections: Iterable[NoteSection]) -> dict[str, str]:
        """Legal names of whoever wrote, signed or has to sign these."""
        named = {who for one in sections for who in _signers(one) if who}
        people = await self.site.store.people.get(self.session.programme, sorted(named))
        return {who: person.legal_name for who, person in people.items()}

    async def days_late(self) -> int:
        """If the note were signed now."""
        rule = self.site.packs.late_notes[self.policy.late_notes]
        ended = self.room.last_at if self.room.ended else self.session.ends
        following: Millis | None = None
        if rule.kinds.get(self.session.kind, rule.default).before_next:
            later = await self.site.store.sessions.between(self.session.programme, ended, ended + _AHEAD)
            starts = [one.starts for one in later if _same_type(one, self.session) and one.starts >= ended]
            following = min(starts, default=None)
        due = late_notes.deadline(rule, self.session.kind, ended, self.zone, following)
        return late_notes.days_late(due, self.now)

    async def checked(self, *, cosigner_missing: bool) -> Checked:
        """What signing goes by."""
        signable = self.rows and all(row.final for row in self.rows.values())
        return Checked(
            needed=self.needed,
            policy=self.policy,
            templates=self.site.packs.note_templates,
            goals={client: plan.open_on(goals, self.day) for client, goals in self.goals.items()},
            # A session that never took place has no roster to sign.
            attested=not signable or attested(self.heard.attestation, self.rows.values(), self.heard.said),
            findings=await self.findings(),
            cosigner_missing=cosigner_missing,
            absent=[client for client in self.needed if client is not None and client not in self.present],
        )

    @cached_property
    def needed(self) -> tuple[PersonId | None, ...]:
        """The sections without which the note is incomplete."""
        return needed(self.session.kind, self.present, self.session.roster)

    async def findings(self) -> list[Finding]:
        """Of the sections that are not signed yet."""
        drafts = {
            about: one.content
            for about, one in self.sections.items()
            if one.state is NoteState.DRAFT and not one.content.empty
        }
        if not drafts:
            return []
        about = {client: content for client, content in drafts.items() if client is not None}
        beside = {
            client: one.counts
            for client, one in self.sections.items()
            if client is not None and client not in about and one.state is not NoteState.ENTERED_IN_ERROR
        }
        names, last = await asyncio.gather(
            self.names(), self.site.store.notes.last(self.session.programme, list(about), self.session.id)
        )
        before = {client: one.counts for client, one in last.items()}
        return [
            *note_lints.name_findings(drafts, names),
            *note_lints.similar_findings(about, beside, before, names, self.policy),
        ]

    async def names(self) -> Forms:
        """How the clients of the session may be named."""
        people = await self.site.store.people.get(self.session.programme, self.clients)
        return forms(
            {who: (known.legal_name, known.alias) for who, known in people.items()},
            self.policy.words,
            self.policy.abbreviations,
        )


def _same_type(one: Session, other: Session) -> bool:
    return one.kind == other.kind and (
        one.series == other.series if other.series else set(one.roster) == set(other.roster)
    )


async def known(site: Site, session: Session) -> Known:
    """Read it all."""
    programme, now = session.programme, site.clock.now()
    log, sections, heard, check_ins = await asyncio.gather(
        record.events(site, programme, session.id),
        site.store.notes.of_session(programme, session.id),
        site.store.corrections.of(programme, [session.id]),
        site.store.sessions.check_ins(programme, session.id),
    )
    rows = {row.client: row for row in record.rows(site, log, now)}
    about = [section.about for section in sections if section.about is not None]
    clients = list(dict.fromkeys((*session.roster, *rows, *about)))
    return Known(
        site=site,
        session=session,
        now=now,
        room=record.room(log),
        rows=rows,
        sections={section.about: section for section in sections},
        heard=heard.get(session.id, Heard()),
        check_ins=check_ins,
        goals=await site.store.goals.of(programme, clients),
    )


async def supervisors(site: Site, programme: ProgrammeId, people: Sequence[PersonId]) -> dict[PersonId, PersonId]:
    """Of each of these members of staff who does not sign alone: whoever signs their notes, too."""
    found: Mapping[PersonId, Person] = await site.store.people.get(programme, list(dict.fromkeys(people)))
    return {who: one.supervisor for who, one in found.items() if one.supervisor}


def _signers(section: NoteSection) -> Iterator[PersonId | None]:
    yield from (section.author, section.signed_by, section.supervisor)
    for one in section.later:
        yield from (one.author, one.supervisor)
