"""`telehealth seed`: an invented clinic with years of history, to try and to measure with. Never beside real people.

Everything follows from one number: who there is, which groups met, who came, late or not at all. What happened in a
room goes through the same rules as a real evening (`decide`, `attendance.rows`) and is written by the same store: logs
with their chain, rows, indexes, audit. People, enrolments and groups go past their scripts (store/bulk.py).
Names are made up; numbers and addresses are from the ranges reserved for fiction.
"""

import asyncio
import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from telehealth.core import commands as ask
from telehealth.core import records as rec
from telehealth.core.attendance import Policy, Row
from telehealth.core.attendance import rows as judged
from telehealth.core.coverage import Care
from telehealth.core.decide import decide
from telehealth.core.disclosure import Consent, ConsentKind, Purpose
from telehealth.core.episodes import Because, Episode
from telehealth.core.events import Event
from telehealth.core.ids import ConnectionId, Millis, PersonId, ProgrammeId, SeriesId, TabId
from telehealth.core.materialise import planned
from telehealth.core.note_records import NoteSection, NoteState, free
from telehealth.core.refusals import Refusal
from telehealth.core.roles import Role, StaffRole
from telehealth.core.room import EMPTY, Room, replay
from telehealth.core.series import OPEN, Group, Membership, Series
from telehealth.edge.passwords import hash_password
from telehealth.store.ports import NoteAct
from telehealth.store.redis_store import Store

MINUTE: Millis = 60_000
AHEAD = timedelta(days=14)
WRITTEN = timedelta(days=7)
"""Groups of so many last days have a note that is begun and not signed."""
_AT_ONCE = 24
_SESSIONS = 400
_ACTOR = "system"
_GIVEN_NAMES = """
Marigold Bartholomew Philippa Cornelius Henrietta Ferdinand Rosalind Augustus Clementine Percival
Wilhelmina Barnaby Josephine Leopold Araminta Thaddeus Ottoline Horatio Seraphina Montague Beatrix
Lysander Cordelia Rupert
"""
_GIVEN = tuple(_GIVEN_NAMES.split())
_FAMILY_NAMES = """
Fernwhistle Quillbrook Thistlemoor Lanternby Pebblewick Cloverhithe Snowberrow Marshgold Hollowbeck
Larkspurre Windlesham Copperfold Brambleigh Saltmeadow Harrowgill Nettlecombe Ottersby Rookwith
Tumblewood Yarrowdale
"""
_FAMILY = tuple(_FAMILY_NAMES.split())
_ALIAS_NAMES = """
June Sky Max Ash Jo Kit Lee Wren Sam Alex Robin Quinn Rowan Jude Remy Ellis Noor Tal Bo Ari
"""
_ALIAS = tuple(_ALIAS_NAMES.split())
_KINDS = (("group_therapy", 90), ("workshop", 60), ("group_therapy", 180))
_ROLES = (*[StaffRole.COUNSELLOR] * 8, StaffRole.SUPERVISOR, StaffRole.INTERN)
Told = Callable[[str, int, int], None]
"""Is told a step, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Size:
    clients: int = 2_000
    staff: int = 60
    series: int = 150
    years: int = 10


@dataclass(slots=True)
class Clinic:
    """Who and what there is, before anything is written."""

    staff: list[rec.Person] = field(default_factory=list)
    clients: list[rec.Person] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    episodes: list[Episode] = field(default_factory=list)
    cares: list[Care] = field(default_factory=list)


@dataclass(slots=True)
class Seeded:
    """What was written."""

    sessions: int = 0
    rows: int = 0
    events: int = 0
    notes: int = 0


def invent(programme: ProgrammeId, size: Size, seed: int, today: date, zone: str, now: Millis) -> Clinic:
    """The clinic of this number, as of `today`: the same for the same arguments."""
    rng = random.Random(f"{seed} {size}")
    clinic = Clinic()
    clinic.staff = [_person(rng, f"staff-{n:04}", n, staff=True) for n in range(size.staff)]
    clinic.clients = [_person(rng, f"client-{n:05}", n, staff=False) for n in range(size.clients)]
    began = today - timedelta(days=365 * size.years)
    series = [_series(rng, programme, n, size, clinic.staff, began, today, zone) for n in range(size.series)]
    members: dict[str, list[Membership]] = {one.id: [] for one in series}
    for number, client in enumerate(clinic.clients):
        admitted = began + timedelta(days=rng.randrange(365 * size.years - 14) if number else 0)
        intensive = admitted + timedelta(days=rng.randint(56, 140))
        left = intensive + timedelta(days=rng.randint(60, 400))
        staff = clinic.staff[rng.randrange(size.staff)].id
        clinic.episodes += _episodes(f"{number:05}", client.id, admitted, intensive, left, today, staff, now)
        last = min(intensive, today)
        level = "asam-2-1-adult/1"
        over = intensive if intensive <= today else None
        clinic.cares.append(Care(f"care-{number:05}", client.id, admitted, over, level, now, _ACTOR))
        meeting = [one for one in series if one.first <= admitted and (one.until is None or one.until >= last)]
        for one in rng.sample(meeting, min(3, len(meeting))):
            ends = None if intensive > today else intensive + timedelta(days=1)
            members[one.id].append(Membership(one.id, client.id, admitted, ends))
        later = [
            one for one in series if one.first <= intensive and (one.until is None or one.until >= min(left, today))
        ]
        if later and intensive < today:
            one = rng.choice(later)
            ends = None if left > today else left + timedelta(days=1)
            members[one.id].append(Membership(one.id, client.id, intensive + timedelta(days=1), ends))
    clinic.groups = [Group(one, tuple(members[one.id])) for one in series]
    return clinic


def _person(rng: random.Random, name: str, number: int, *, staff: bool) -> rec.Person:
    legal = f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}"
    phone = f"+1 202 555 01{number % 100:02}"
    if staff:
        return rec.Person(PersonId(name), True, legal, legal.split()[0], f"{name}@example.org", phone, credential="LPC")
    born = date(1960, 1, 1) + timedelta(days=rng.randrange(15_000))
    return rec.Person(
        PersonId(name),
        False,
        legal,
        rng.choice(_ALIAS),
        f"{name}@example.org",
        phone,
        birth_date=born,
        mrn=f"{10_000 + number}",
        language="es" if rng.random() < 0.15 else "en",
        needs=("captions",) if rng.random() < 0.05 else (),
    )


def _series(
    rng: random.Random,
    programme: ProgrammeId,
    number: int,
    size: Size,
    staff: Sequence[rec.Person],
    began: date,
    today: date,
    zone: str,
) -> Series:
    """Two fifths meet still; the others ended on some day."""
    goes_on = number % 5 < 2
    days = 365 * size.years
    start = 0 if number < size.series // 5 else rng.randrange(max(1, days - 180))
    first = began + timedelta(days=start)
    ends = None if goes_on else first + timedelta(days=rng.randint(180, max(181, min(days - start, 1_500))))
    weekday = number % 5
    first += timedelta(days=(weekday - first.weekday()) % 7)
    kind, minutes = _KINDS[number % 3]
    return Series(
        id=SeriesId(f"group-{number:04}"),
        programme=programme,
        kind=kind,
        title=f"{('Morning', 'Afternoon', 'Evening')[number % 3]} group {number + 1}",
        zone=zone,
        first=first,
        at=time((9, 13, 18)[number % 3], (0, 30)[number % 2]),
        minutes=minutes,
        rrule=f"FREQ=WEEKLY;BYDAY={('MO', 'TU', 'WE', 'TH', 'FR')[weekday]}",
        until=None if ends is None or ends > today else ends,
        capacity=40,
        cohort=OPEN,
        track="evening" if number % 3 == 2 else "day",
        facilitators=(staff[number % size.staff].id,),
        cofacilitators=(staff[(number + 7) % size.staff].id,) if number % 2 else (),
    )


def _episodes(
    number: str,
    client: PersonId,
    admitted: date,
    intensive: date,
    left: date,
    today: date,
    staff: PersonId,
    now: Millis,
) -> list[Episode]:
    first = Episode(f"stay-{number}", client, "day", admitted, None, "", staff, now, _ACTOR)
    if intensive >= today:
        return [first]
    over = Episode(f"stay-{number}", client, "day", admitted, intensive, "completed", staff, now, _ACTOR)
    begins = intensive + timedelta(days=1)
    ended = left <= today
    after = Episode(
        f"after-{number}",
        client,
        "aftercare",
        begins,
        left if ended else None,
        "completed" if ended else "",
        staff,
        now,
        _ACTOR,
        over.id,
        Because.STEP_DOWN,
    )
    return [over, after]


# --- writing


async def write(
    store: Store, clinic: Clinic, programme: ProgrammeId, policy: Policy, now: Millis, zone: str, seed: int, told: Told
) -> Seeded:
    """All of it, into a programme that has no client and no group."""
    stage = await store.bulk.begin(programme, _ACTOR, now, in_place=True)
    await stage.people([*clinic.staff, *clinic.clients])
    await stage.episodes(clinic.episodes)
    await stage.cares(clinic.cares)
    await stage.groups(clinic.groups)
    told("people", len(clinic.clients), len(clinic.clients))
    await _many([_consented(store, programme, one, now) for one in clinic.clients])
    told("consents", len(clinic.clients), len(clinic.clients))
    return await _evenings(store, clinic, programme, policy, now, zone, seed, told)


async def sign_ins(store: Store, clinic: Clinic, programme: ProgrammeId, password: str) -> None:
    """`staff-0000` and so on, all with this password; the first is the director, the second the compliance officer."""
    hashed = await asyncio.to_thread(hash_password, password)
    for number, person in enumerate(clinic.staff):
        role = (StaffRole.DIRECTOR, StaffRole.COMPLIANCE)[number] if number < 2 else _ROLES[number % len(_ROLES)]
        await store.people.put_login(rec.StaffLogin(person.id, programme, person.id, hashed, staff_role=role))


async def _many(work: Sequence[object]) -> None:
    for first in range(0, len(work), _AT_ONCE):
        await asyncio.gather(*work[first : first + _AT_ONCE])  # type: ignore[call-overload]


async def _consented(store: Store, programme: ProgrammeId, client: rec.Person, now: Millis) -> None:
    consent = Consent(
        id=f"tpo-{client.id}",
        programme=programme,
        client=client.id,
        kind=ConsentKind.TPO,
        discloser="the programme",
        description="attendance and billing records",
        recipient="",
        purposes=(Purpose.TREATMENT, Purpose.PAYMENT, Purpose.OPERATIONS),
        expires=None,
        expires_event="end of treatment",
        signed_by=client.legal_name,
        signed=now,
        revocation_told=True,
    )
    await store.consents.put(consent, actor=_ACTOR)


async def _evenings(
    store: Store, clinic: Clinic, programme: ProgrammeId, policy: Policy, now: Millis, zone: str, seed: int, told: Told
) -> Seeded:
    done = Seeded()
    today = datetime.fromtimestamp(now / 1000, ZoneInfo(zone)).date()
    sessions = [
        one
        for group in clinic.groups
        for one in planned(group, group.series.first, today + AHEAD, frozenset())
        if one.roster or one.starts > now
    ]
    sessions.sort(key=lambda one: (one.starts, one.id))
    for first in range(0, len(sessions), _SESSIONS):
        page = sessions[first : first + _SESSIONS]
        for some in range(0, len(page), 100):  # a call has two seconds
            await store.sessions.plan(programme, page[some : some + 100])
        past = [one for one in page if one.ends < now - 30 * MINUTE]
        for begin in range(0, len(past), _AT_ONCE):
            some_past = past[begin : begin + _AT_ONCE]
            evenings = [evening(random.Random(f"{seed} {one.id}"), one, policy) for one in some_past]
            await asyncio.gather(
                *(
                    store.logs.append(programme, one.id, 0, events, op=f"seed-{one.id}", actor=_ACTOR, rows=rows)
                    for one, (events, rows) in zip(some_past, evenings, strict=True)
                )
            )
            done.events += sum(len(events) for events, _ in evenings)
            done.rows += sum(len(rows) for _, rows in evenings)
        done.sessions += len(page)
        told("sessions", done.sessions, len(sessions))
    written = now - round(WRITTEN.total_seconds() * 1000)
    recent = [one for one in sessions if written < one.ends < now - 30 * MINUTE]
    await _many([_noted(store, programme, one) for one in recent])
    done.notes = sum(1 + len(one.roster) for one in recent)
    return done


def evening(
    rng: random.Random, session: rec.Session, policy: Policy, *, away: Collection[PersonId] = ()
) -> tuple[list[Event], Sequence[Row]]:
    """One evening through the rules: who came, when, and when they left. Those who are `away` certainly did not."""
    room: Room = EMPTY
    log: list[Event] = []

    def step(command: ask.Command) -> None:
        nonlocal room
        decided = decide(room, command)
        if not isinstance(decided, Refusal):
            log.extend(decided)
            room = replay(decided, room)

    def socket(person: PersonId) -> ConnectionId:
        return ConnectionId(f"s-{person}")

    s, host = session, session.facilitators[0]
    length = s.ends - s.starts
    early = s.starts - 5 * MINUTE
    step(ask.Open(early, s.programme, s.id, s.kind, s.starts, s.ends, s.capacity, s.roster, MINUTE, policy.id))
    step(ask.Enter(early, host, Role.FACILITATOR, socket(host), TabId(f"t-{host}")))
    moments: list[tuple[Millis, int, PersonId]] = []
    for client in s.roster:
        if rng.random() < 0.86 and client not in away:
            late = rng.choice((-3, -2, 0, 1, 2, 4, 12, 35)) * MINUTE + rng.randrange(MINUTE)
            moments.append((s.starts + late, 0, client))
            if rng.random() < 0.12:
                moments.append((s.starts + length * rng.randint(60, 95) // 100, 1, client))
    for at, leaves, client in sorted(moments):
        if leaves:
            step(ask.Leave(at, socket(client)))
            continue
        step(ask.Enter(at, client, Role.CLIENT, socket(client), TabId(f"t-{client}"), camera=True, microphone=True))
        step(ask.Admit(at + rng.randrange(20_000), socket(host), None))
    step(ask.End(s.ends + rng.randrange(4 * MINUTE), socket(host)))
    return log, judged(log, policy, until=None)


async def _noted(store: Store, programme: ProgrammeId, session: rec.Session) -> None:
    """A note that is begun: for the group, and for each who was expected."""
    author, at = session.facilitators[0], session.ends + 10 * MINUTE
    sections = [
        NoteSection(session.id, about, 1, NoteState.DRAFT, free("An invented note of an invented session."), author, at)
        for about in (None, *session.roster)
    ]
    await store.notes.write(programme, sections, NoteAct("note.saved", author, at))
