"""The demo clinic: one programme of invented people, with a group and an individual session that can be joined now.

It owns `demo.json` in the data folder (mode 0600): every id, password and token, drawn at the first start, so that
later starts print the same lines. The file is written before anything of it is stored, and storing it again changes
nothing, so a start that is killed half-way is finished by the next. Links are bound to a series, and each start makes
the session of now where there is none: earlier ones stay, as a clinic's would.

All names are made up; telephone numbers and mail addresses are from the ranges that are reserved for fiction.
"""

import asyncio
import os
import secrets
from dataclasses import replace
from pathlib import Path

import msgspec

from telehealth.core import records as rec
from telehealth.core.disclosure import Consent, ConsentKind, Purpose
from telehealth.core.events import Ended
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SeriesId, SessionId
from telehealth.core.roles import Role, StaffRole
from telehealth.edge.api_keys import READ_ATTENDANCE, mint, secret_hash
from telehealth.edge.passwords import hash_password
from telehealth.mint import fresh_id
from telehealth.store.redis_store import Store

MINUTE: Millis = 60_000
QUARTER: Millis = 15 * MINUTE
GROUP_LASTS: Millis = 3 * 60 * MINUTE
INDIVIDUAL_LASTS: Millis = 60 * MINUTE
LINKS_LAST: Millis = 365 * 24 * 60 * MINUTE
SIGN_IN_NAME = "robin"
DIRECTOR_NAME = "dana"

_CAST = (
    ("June", "Marigold Fernwhistle"),
    ("Sky", "Bartholomew Quillbrook"),
    ("Max", "Philippa Thistlemoor"),
    ("Ash", "Cornelius Lanternby"),
    ("Jo", "Henrietta Pebblewick"),
    ("Kit", "Ferdinand Cloverhithe"),
    ("Lee", "Rosalind Snowberrow"),
    ("Wren", "Augustus Marshgold"),
)
"""Alias and legal name of each client. No alias is part of a legal name, so that a leak of one can be told apart."""


class Client(msgspec.Struct, frozen=True):
    """A client of the demo and the token of their standing link to the group."""

    person: str
    alias: str
    legal_name: str
    token: str


class Demo(msgspec.Struct, frozen=True, kw_only=True):
    """All that is secret or random about the demo clinic: the content of demo.json."""

    programme: str
    therapist: str
    name: str
    password: str
    clients: list[Client]
    individual_token: str
    """The first client's link to the individual session."""
    api_key: str
    """`thk_ID_SECRET`, for the export API."""
    group_series: str
    individual_series: str
    group: str = ""
    """The group session of now."""
    individual: str = ""
    """The individual session of now."""
    evening_series: str = ""
    """The group that meets three evenings a week, with weeks behind it."""
    director: str = ""
    director_password: str = ""

    def lines(self, base_url: str) -> list[str]:
        """What a person needs to try it, one thing a line, always in this form."""
        tokens = [client.token for client in self.clients] + [self.individual_token]
        return [
            f"staff  {base_url}/  {self.name}  {self.password}",
            f"office {base_url}/  {DIRECTOR_NAME}  {self.director_password}",
            *(f"client {base_url}/j#{token}" for token in tokens),
            f"api    {base_url}/docs",
        ]


async def prepare(store: Store, folder: Path, programme: str, now: Millis, zone: str) -> Demo:
    """The demo clinic of `folder`: stored, with sessions of now."""
    path = folder / "demo.json"
    try:
        demo = msgspec.json.decode(path.read_bytes(), type=Demo)
    except FileNotFoundError:
        demo = _draw(programme)
        _write(path, demo)
    if not demo.evening_series:  # of a release that had no programme around its rooms
        demo = msgspec.structs.replace(
            demo, evening_series=fresh_id(), director=fresh_id(), director_password=secrets.token_urlsafe(9)
        )
        _write(path, demo)
    if await store.access.api_key(demo.api_key.split("_")[1]) is None:
        await _fill(store, demo, now)
    if await store.people.login(DIRECTOR_NAME) is None:
        await _staff(store, demo)
    for client in demo.clients:  # also in a folder of a release that knew no consents
        await store.consents.put(
            _consent(ProgrammeId(demo.programme), PersonId(client.person), client.legal_name, now), actor="system"
        )
    first = demo.clients[0]
    await store.consents.put(_court_consent(demo, first, now), actor="system")
    group = await _of_now(store, _group(demo, now, zone), now)
    individual = await _of_now(store, _individual(demo, now, zone), now)
    if (group, individual) != (demo.group, demo.individual):
        demo = msgspec.structs.replace(demo, group=group, individual=individual)
        _write(path, demo)
    return demo


def _draw(programme: str) -> Demo:
    return Demo(
        programme=programme,
        therapist=fresh_id(),
        name=SIGN_IN_NAME,
        password=secrets.token_urlsafe(9),
        clients=[Client(fresh_id(), alias, name, secrets.token_urlsafe(24)) for alias, name in _CAST],
        individual_token=secrets.token_urlsafe(24),
        api_key=mint(ProgrammeId(programme), (READ_ATTENDANCE,), "demo", 0)[0],
        group_series=fresh_id(),
        individual_series=fresh_id(),
    )


def _write(path: Path, demo: Demo) -> None:
    """Replace the file at once, readable by its owner only."""
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(demo)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


async def _fill(store: Store, demo: Demo, now: Millis) -> None:
    """Everything but the sessions. The API key comes last: where it is, all is."""
    programme = ProgrammeId(demo.programme)
    await _staff(store, demo)
    expires = now + LINKS_LAST
    for number, client in enumerate(demo.clients, 1):
        mail = f"{client.legal_name.lower().replace(' ', '.')}@example.org"
        person = PersonId(client.person)
        await store.people.put(
            programme, rec.Person(person, False, client.legal_name, client.alias, mail, f"+1 202 555 01{number:02d}")
        )
        link = rec.JoinLink(programme, person, Role.CLIENT, None, SeriesId(demo.group_series), expires)
        await store.access.put_link(client.token, link)
    first = PersonId(demo.clients[0].person)
    link = rec.JoinLink(programme, first, Role.CLIENT, None, SeriesId(demo.individual_series), expires)
    await store.access.put_link(demo.individual_token, link)
    _, key_id, secret = demo.api_key.split("_", 2)
    key = rec.ApiKey(key_id, programme, secret_hash(secret), (READ_ATTENDANCE,), "demo", now)
    await store.access.put_api_key(replace(key, recipient="demo"))


async def _staff(store: Store, demo: Demo) -> None:
    """A counsellor with a caseload, and the programme director, who leads no session. The director comes last."""
    programme = ProgrammeId(demo.programme)
    for who, name, legal_name, role, password, line in (
        (demo.therapist, demo.name, "Robin Vale", StaffRole.COUNSELLOR, demo.password, "00"),
        (demo.director, DIRECTOR_NAME, "Dana Ellery", StaffRole.DIRECTOR, demo.director_password, "99"),
    ):
        mail, phone = f"{legal_name.lower().replace(' ', '.')}@example.org", f"+1 202 555 01{line}"
        await store.people.put(
            programme, rec.Person(PersonId(who), True, legal_name, legal_name.split()[0], mail, phone)
        )
        hashed = await asyncio.to_thread(hash_password, password)
        await store.people.put_login(rec.StaffLogin(PersonId(who), programme, name, hashed, staff_role=role))


def _court_consent(demo: Demo, client: Client, now: Millis) -> Consent:
    """To a court that made attendance a condition: one client may have a letter of attendance."""
    person = PersonId(client.person)
    return replace(
        _consent(ProgrammeId(demo.programme), person, client.legal_name, now),
        id=f"court-{person}",
        kind=ConsentKind.COURT,
        description="days and hours of attendance",
        recipient="county-court",
        purposes=(Purpose.COURT,),
    )


def _consent(programme: ProgrammeId, client: PersonId, name: str, now: Millis) -> Consent:
    """To treatment, payment and operations, as a clinic asks for at admission. Without it no export has the client."""
    return Consent(
        id=f"tpo-{client}",
        programme=programme,
        client=client,
        kind=ConsentKind.TPO,
        discloser="the demo programme",
        description="attendance and billing records",
        recipient="",
        purposes=(Purpose.TREATMENT, Purpose.PAYMENT, Purpose.OPERATIONS),
        expires=None,
        expires_event="end of treatment",
        signed_by=name,
        signed=now,
        revocation_told=True,
    )


def _group(demo: Demo, now: Millis, zone: str) -> rec.Session:
    starts = now - now % QUARTER
    return rec.Session(
        id=SessionId(fresh_id()),
        programme=ProgrammeId(demo.programme),
        series=SeriesId(demo.group_series),
        kind="group_therapy",
        title="Evening group",
        starts=starts,
        ends=starts + GROUP_LASTS,
        zone=zone,
        capacity=len(demo.clients),
        facilitators=(PersonId(demo.therapist),),
        roster=tuple(PersonId(client.person) for client in demo.clients),
    )


def _individual(demo: Demo, now: Millis, zone: str) -> rec.Session:
    group = _group(demo, now, zone)
    return replace(
        group,
        series=SeriesId(demo.individual_series),
        kind="individual",
        title="Individual session",
        ends=group.starts + INDIVIDUAL_LASTS,
        capacity=1,
        roster=group.roster[:1],
    )


async def _of_now(store: Store, wanted: rec.Session, now: Millis) -> SessionId:
    """The session of `wanted`'s series that goes on now; `wanted` itself, stored, where there is none.

    A session that a host has ended before its time stays on the record, but its schedule is cut short, so that whoever
    starts the demo again to try again finds an open one.
    """
    for session in await store.sessions.of_series(wanted.programme, wanted.series or "", now, now + 1):
        events = await store.logs.read(wanted.programme, session.id)
        ended = next((event.at for event in events if isinstance(event, Ended)), None)
        if ended is None:
            return session.id
        await store.sessions.put(replace(session, ends=max(session.starts + MINUTE, min(ended, now))))
    await store.sessions.put(wanted)
    return wanted.id
