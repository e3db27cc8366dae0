"""Erasing a person, and removing what is kept of a session once its period is over.

An erasure is two steps. The first destroys the person's secret, in one script with the audit entry: from then on
whatever was sealed about them opens for nobody, on no node and in no copy that has no secret of theirs. The second
removes what it opened, by the list of sealed places: also what releases before the secrets sealed, and names that
stand elsewhere (titles of their individual sessions and groups, signed papers, the index of names), and whatever opens
something for whoever holds a token of theirs (links, feeds, signed-in browsers). It may be broken off and repeated.
What stays is written by id only: attendance rows, logs of rooms, that a note was written and by whom, ledgers, the
audit log; and the reasons of corrections, which belong to the attendance.

A removal at the end of a period takes the keys of one session. Both leave the command log of Redis, which still holds
what was there, to be written anew.
"""

import asyncio
import re
import secrets
import time
from collections import Counter
from collections.abc import Collection, Sequence

import msgspec

from telehealth.core import records as rec
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.retention import Kept
from telehealth.core.series import Membership

from . import keys
from .client import Arg, Client
from .copying import names as all_names
from .person_fields import SEALED
from .ports import SignedPaper, Unavailable
from .programmes import Programmes
from .sealed import Broken, Keyring
from .sealed_places import Type, family_of

_REWRITING = 120.0
_ROOM = ("log", "ring", "ops", "seen", "tools", "tool-news", "made")
"""What is kept of a room (keys.room)."""
_TEXTS = {"note": ("body", "text"), "counselling": ("text",)}
"""What goes of a note, whose hash also says that there was one, by whom, and when it was signed."""
_NAMES = re.compile(
    r"\{([^{}]+)\}:(names:[0-9a-f]+:[0-9a-f]+|caseload:.*|people:(?:clients|staff)|collaterals:.*|enrolled)"
)
"""Sets of people."""
_WAYS = {"link:": "record", "feed:": "record", "stop:": "", "web:": ""}
"""What opens something for whoever holds a token, and the field of the hash that says for whom."""


class _Way(msgspec.Struct, frozen=True):
    """For whom it opens something; the rest of the record does not matter."""

    programme: ProgrammeId
    person: PersonId


class Erasure:
    """retention_ports.Erasure on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._keyring = keyring
        self._programmes = programmes

    async def destroy(
        self, programme: ProgrammeId, person: PersonId, at: Millis, *, actor: str, why: str, holds: int
    ) -> bool:
        await self._programmes.register(programme)
        names = [keys.person_keys(programme), keys.erased(programme), keys.holds(programme)]
        names += [keys.audit(programme), keys.latest(programme)]
        return bool(await self._client.script("erase", names, [person, at, actor, why, holds]))

    async def erased(self, programme: ProgrammeId) -> dict[PersonId, Millis]:
        flat = await self._client.call("HGETALL", keys.erased(programme))
        pairs = zip(flat[::2], flat[1::2], strict=True)
        return {PersonId(who.decode()): int(told.split(b" ")[0]) for who, told in pairs}

    async def sweep(self, programme: ProgrammeId, people: Collection[PersonId]) -> Counter[str]:
        gone: Counter[str] = Counter()
        whom, erased = frozenset(people), await self.erased(programme)
        if not whom or not whom <= erased.keys():
            raise ValueError("only of people who are erased")
        lists: list[tuple[Arg, ...]] = [
            ("HDEL", keys.outlines(programme), *whom),
            ("INCR", keys.people_changes(programme)),
        ]
        await self._client.calls(lists)
        async for found in all_names(self._client):
            commands: list[tuple[Arg, ...]] = []
            counted: list[str] = []
            for name in (raw.decode() for raw in found):
                for family, command in self._of(programme, name, whom):
                    counted.append(family)
                    commands.append(command)
            for family, answer in zip(counted, await self._client.calls(commands), strict=True):
                gone[family] += int(answer) > 0
            text = [raw.decode() for raw in found]
            gone["way in"] += await self._ways(programme, text, whom)
            gone["paper"] += await self._papers([name for name in text if name.startswith("paper:")], whom)
            gone["title"] += await self._titles(programme, text, whom)
        return +gone

    def _of(
        self, programme: ProgrammeId, name: str, whom: frozenset[PersonId]
    ) -> Sequence[tuple[str, tuple[Arg, ...]]]:
        """What to do with a key."""
        sets = _NAMES.fullmatch(name)
        if sets and sets[1] == programme:
            return [("index", ("SREM", name, *whom))]
        if name == keys.outlines(programme):
            return [("index", ("HDEL", name, *whom))]
        if any(name in (keys.links_of(programme, who), keys.feeds_of(programme, who)) for who in whom):
            return [("index", ("UNLINK", name))]
        listed = family_of(name)
        if listed is None or listed[0].about is None or listed[1][1] != programme:
            return []
        family, match = listed
        about = family.about(match, "") if family.about else ""
        if family.type is Type.HASH and not about and family.name == "check-in":
            return [(family.name, ("HDEL", name, *whom))]
        if about not in whom:
            return []
        if family.name == "person":
            return [(family.name, ("HDEL", name, *SEALED))]
        if family.name in _TEXTS:
            return [(family.name, ("HDEL", name, *_TEXTS[family.name]))]
        return [(family.name, ("UNLINK", name))]

    async def _ways(self, programme: ProgrammeId, names: Sequence[str], whom: frozenset[PersonId]) -> int:
        """Links, feeds, addresses that end messages, and browsers that are signed in."""
        ways = [(name, field) for name in names for start, field in _WAYS.items() if name.startswith(start)]
        held = await self._client.calls([("HGET", name, field) if field else ("GET", name) for name, field in ways])
        theirs: list[str] = []
        for (name, _), raw in zip(ways, held, strict=True):
            if raw is not None:
                way = msgspec.json.decode(raw, type=_Way)
                if way.programme == programme and way.person in whom:
                    theirs.append(name)
        await self._client.calls([("UNLINK", name) for name in theirs])
        return len(theirs)

    async def _papers(self, names: Sequence[str], whom: frozenset[PersonId]) -> int:
        held = await self._client.calls([("GET", name) for name in names])
        theirs = [
            name for name, sealed in zip(names, held, strict=True) if sealed and self._client_of(name, sealed) in whom
        ]
        await self._client.calls([("DEL", name) for name in theirs])
        return len(theirs)

    def _client_of(self, name: str, sealed: bytes) -> PersonId | None:
        try:
            text = self._keyring.unseal("", "paper", name, "record", 0, sealed)
        except Broken:
            return None
        return msgspec.json.decode(text, type=SignedPaper).paper.client

    async def _titles(self, programme: ProgrammeId, names: Sequence[str], whom: frozenset[PersonId]) -> int:
        """Of sessions and groups that are theirs alone: staff call those by the client's name."""
        kinds = {keys.session(programme, SessionId("")): "session", f"{{{programme}}}:group:": "group"}
        ours = [(name, kind, start) for name in names for start, kind in kinds.items() if name.startswith(start)]
        ours = [one for one in ours if ":" not in one[0].removeprefix(one[2])]
        held = await self._client.calls([("HMGET", name, "record", "members") for name, _, _ in ours])
        blank: list[tuple[Arg, ...]] = []
        for (name, kind, start), (record, members) in zip(ours, held, strict=True):
            if record is None:
                continue
            if kind == "session":
                people = frozenset(msgspec.json.decode(record, type=rec.Session).roster)
            else:
                people = frozenset(one.client for one in msgspec.json.decode(members or b"[]", type=list[Membership]))
            if people and people <= whom:
                title = self._keyring.seal(programme, kind, name.removeprefix(start), "title", 0, rec.ERASED)
                blank.append(("HSET", name, "title", title))
        await self._client.calls(blank)
        return len(blank)

    async def forget_log(self) -> bool:
        try:
            await self._client.call("BGREWRITEAOF")
        except Unavailable:
            return False
        deadline = time.monotonic() + _REWRITING
        while time.monotonic() < deadline:
            info = await self._client.call("INFO", "persistence")
            if b"aof_rewrite_in_progress:0" in info and b"aof_rewrite_scheduled:0" in info:
                return b"aof_last_bgrewrite_status:ok" in info
            await asyncio.sleep(0.05)
        return False

    async def remove(self, programme: ProgrammeId, session: SessionId, kept: Kept, *, actor: str) -> bool:
        doomed = await self._keys(programme, session, kept)
        answers = await self._client.calls(doomed)
        if not any(int(answer) for answer in answers):
            return False
        names = [keys.audit(programme), keys.op(programme, secrets.token_urlsafe(12))]
        await self._client.script("audit", names, [actor, "retention.removed", f"{kept} {session}"])
        return True

    async def _keys(self, programme: ProgrammeId, session: SessionId, kept: Kept) -> list[tuple[Arg, ...]]:
        """The commands that remove it, the key that leads to the others last."""
        if kept is Kept.CHECK_IN:
            return [("UNLINK", keys.check_ins(programme, session))]
        if kept is Kept.NOTES:
            return await self._notes(programme, session)
        where = await self._client.call("HGET", keys.rows(programme), session)
        doomed: list[tuple[Arg, ...]] = []
        if where is not None:
            month, first, last = where.decode().split(" ")
            name = keys.attendance(programme, month)
            entries = await self._client.call("XRANGE", name, first, last)
            mine = [place for place, flat in entries if session.encode() in flat]
            doomed += [("XDEL", name, *mine)] if mine else []
            doomed.append(("HDEL", keys.rows(programme), session))
        record = await self._client.call("HGET", keys.session(programme, session), "record")
        series = msgspec.json.decode(record, type=rec.Session).series if record else None
        doomed += [("UNLINK", keys.room(programme, session, part)) for part in _ROOM]
        doomed += [
            ("UNLINK", keys.said(programme, session)),
            ("SREM", keys.said_sessions(programme), session),
            ("UNLINK", keys.sendings(programme, session)),
            ("UNLINK", keys.make_ups(programme, session)),
            *([("ZREM", keys.series(programme, series), session)] if series else []),
            ("ZREM", keys.sessions(programme), session),
            ("UNLINK", keys.session(programme, session)),
        ]
        return doomed

    async def _notes(self, programme: ProgrammeId, session: SessionId) -> list[tuple[Arg, ...]]:
        sections, counsel = await self._client.calls(
            [("SMEMBERS", keys.notes(programme, session)), ("SMEMBERS", keys.counselling_of(programme, session))]
        )
        doomed: list[tuple[Arg, ...]] = []
        for section in (raw.decode() for raw in sections):
            about = None if section == "group" else PersonId(section)
            doomed += [
                ("UNLINK", keys.note_revisions(programme, session, about)),
                ("UNLINK", keys.note(programme, session, about)),
                ("ZREM", keys.waiting_notes(programme), f"{session} {section}"),
                ("ZREM", keys.notes_of(programme, about or PersonId("")), session),
            ]
        for author, section in (raw.decode().split(" ") for raw in counsel):
            about = None if section == "group" else PersonId(section)
            doomed += [
                ("UNLINK", keys.counselling_revisions(programme, session, PersonId(author), about)),
                ("UNLINK", keys.counselling(programme, session, PersonId(author), about)),
            ]
        return [
            *doomed,
            ("UNLINK", keys.counselling_of(programme, session)),
            ("UNLINK", keys.notes(programme, session)),
        ]
