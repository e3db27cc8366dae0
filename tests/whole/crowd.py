"""A full room without a browser for each person in it: real pages for a few, simulated participants for the rest.

    async with running(folder) as server:
        full = await invite(server, clinic_of(server), 16)
        async with attending(server, full.links[2:]):
            ...

Simulated participants come by their own links through the doors that pages use, with a drawn face and a voice each
(`telehealth simulate`); a machine of two cores carries sixteen of them and a browser. Everybody is made up.
"""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from telehealth import packs
from telehealth.core import records as rec
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.roles import Role
from tests.support.log import open_log
from tests.support.server import Server
from tests.whole.clinic import Clinic

NAMES = (
    ("Sky", "Sarah Whitaker"),
    ("Max", "Maximilian Osei-Bonsu"),
    ("Alexandria-Rose", "Alexandria-Rose Montgomery-Castellanos"),
    ("Jo", "Joanna Li"),
    ("Dev", "Devendra Krishnamurthy"),
    ("Ivy", "Ivy Thompson"),
    ("Bartholomew", "Bartholomew Featherstonehaugh"),
    ("Kit", "Christopher Nakamura"),
    ("Mo", "Mohammed Al-Farsi"),
    ("Wren", "Renata Kowalczyk"),
    ("Tess", "Teresa Delgado"),
    ("Ollie", "Oliver Grant"),
    ("Nia", "Nia Adeyemi"),
    ("Sam", "Samantha Brooks"),
    ("Lou", "Louis Fontaine"),
    ("Ash", "Ashley Moreau"),
    ("Gus", "Gustavo Herrera"),
    ("Pip", "Philippa Lindqvist"),
    ("Ray", "Raymond Castillo"),
    ("Uma", "Uma Venkataraman"),
)
ENDS_WITHIN = 6.0


@dataclass(frozen=True)
class Full:
    """Whom a session expects: places, links and ids go together."""

    aliases: list[str]
    people: list[str]
    links: list[str]


async def invite(
    server: Server, clinic: Clinic, clients: int, kind: str = "group_therapy", starts_in: float = 0
) -> Full:
    """So many invented clients on the roster of the session that is on now, and a link for each.

    `starts_in`: minutes from what its time was; less than nothing makes it one that began before.
    """
    async with open_log(server.folder) as store:
        programme = ProgrammeId(clinic.programme)
        session = await store.sessions.get(programme, SessionId(clinic.group))
        assert session is not None
        full = Full([], [], [])
        for alias, name in NAMES[:clients]:
            person = PersonId(f"crowd-{secrets.token_urlsafe(8)}")
            await store.people.put(
                programme, rec.Person(person, False, name, alias, f"{alias.lower()}@example.org", "217-555-0133")
            )
            token = secrets.token_urlsafe(24)
            await store.access.put_link(
                token, rec.JoinLink(programme, person, Role.CLIENT, session.id, None, session.ends + 3_600_000)
            )
            full.aliases.append(alias)
            full.people.append(person)
            full.links.append(f"{server.base}/j#{token}")
        moved = int(starts_in * 60_000)
        await store.sessions.put(
            replace(
                session,
                kind=kind,
                roster=tuple(PersonId(one) for one in full.people),
                capacity=max(packs.load().kinds.of(kind).capacity, clients),
                starts=session.starts + moved,
                ends=session.ends + moved,
            )
        )
        return full


@asynccontextmanager
async def attending(server: Server, links: Sequence[str]) -> AsyncIterator[None]:
    """Simulated participants at these links, who leave in good order at the end."""
    process = await asyncio.create_subprocess_exec(
        *server.command("simulate", "--link", "-", "--parent", str(os.getpid())),
        env=server.environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=sys.stderr.fileno(),
        start_new_session=True,
    )
    try:
        assert process.stdin is not None
        process.stdin.write("\n".join(links).encode())
        process.stdin.close()
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), ENDS_WITHIN)
        except TimeoutError:
            process.kill()
            await process.wait()
