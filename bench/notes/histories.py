"""Random histories of two editors on one section, with the network cut in mid-save and processes killed.

Hypothesis chooses what happens: somebody types, a save goes out and is cut before it arrives, in the middle, or before
its answer comes back; the server or Redis is killed (kill -9) with a save under way; an editor looks again. Editors do
as the page does: a save whose outcome is not known is repeated with its `op`, a conflict is resolved by keeping both
texts. At the end every acknowledged text has to stand in its revision, no revision may lack a word of the one
before, no save may be written twice, and whatever was typed is there.
"""

import asyncio
import json
import os
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
from hypothesis import HealthCheck, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from telehealth.core.ids import PersonId, SessionId
from telehealth.store import keys

from .place import PROGRAMME, Place, place

CLIENT = PersonId("client")
STAFF = (PersonId("staff-a"), PersonId("staff-b"))
CUTS = st.lists(st.sampled_from(("none", "before", "middle", "after")), max_size=3)
"""What happens to the next requests: the page's HTTP library repeats one by itself."""
DEADLINE = 30.0


class Wire:
    """A TCP relay before the server: one connection for each request, the next of which it may cut."""

    def __init__(self, there: Place) -> None:
        self._there = there
        self.cut: list[str] = []
        """What happens to the next requests."""
        self.cuts = 0
        self.kill = 0
        """A process to kill as soon as the next request has gone through."""

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await self._carry(reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        cut = self.cut.pop(0) if self.cut else "none"
        kill, self.kill = self.kill, 0
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        request = head + await reader.readexactly(length)
        self.cuts += cut != "none"
        if cut == "before":
            return
        back, out = await asyncio.open_connection("127.0.0.1", self._there.port)
        try:
            out.write(request if cut != "middle" else request[: len(request) - length // 2 - 1])
            await out.drain()
            if kill:
                with suppress(ProcessLookupError):
                    os.kill(kill, signal.SIGKILL)
            if cut == "middle":
                return
            answer = await back.read(-1)
            if cut != "after":
                writer.write(answer)
                await writer.drain()
        finally:
            out.close()
            with suppress(OSError):
                await out.wait_closed()


@dataclass
class Editor:
    """One page: what it shows, what it knows the server to hold, and a save whose outcome it does not know."""

    headers: dict[str, str]
    text: str = ""
    base: str = ""
    revision: int = 0
    pending: tuple[str, str, int] | None = None
    """Operation, text and the revision that it began from."""


@dataclass
class Told:
    """What the histories have seen so far."""

    histories: int = 0
    saves: int = 0
    acknowledged: int = 0
    conflicts: int = 0
    unknown: int = 0
    kills: int = 0
    cuts: int = 0


class World:
    """One server behind a wire, for all histories; each has a section of its own."""

    def __init__(self, there: Place, wire: Wire, http: aiohttp.ClientSession, port: int, headers: list[dict[str, str]]):
        self.there, self.wire, self.http, self.port = there, wire, http, port
        self.headers = headers
        self.told = Told()

    async def begin(self) -> str:
        self.told.histories += 1
        name = f"history-{self.told.histories}"
        await self.there.session(name, STAFF, [CLIENT])
        return name

    def _url(self, session: str) -> str:
        return f"http://127.0.0.1:{self.port}/api/staff/sessions/{session}/notes/{CLIENT}"

    async def put(self, session: str, editor: Editor) -> tuple[int, dict[str, Any]]:
        """Status and body; 0 if the outcome is not known."""
        assert editor.pending is not None
        op, text, revision = editor.pending
        body = json.dumps({"text": text, "op": op})
        headers = {**editor.headers, "If-Match": f'"{revision}"', "Content-Type": "application/json"}
        try:
            async with self.http.put(self._url(session), data=body, headers=headers) as answer:
                return answer.status, await answer.json()
        except (aiohttp.ClientError, OSError):
            return 0, {}

    async def get(self, session: str, editor: Editor) -> dict[str, Any]:
        """The section; nothing while it cannot be had."""
        try:
            async with self.http.get(self._url(session), headers=editor.headers) as answer:
                return dict(await answer.json()) if answer.status == 200 else {}
        except (aiohttp.ClientError, OSError):
            return {}

    async def save(self, session: str, editor: Editor, acknowledged: dict[int, str]) -> bool:
        """One try, as the page makes it. Whether anything is known now."""
        if editor.pending is None:
            if editor.text == editor.base:
                return True
            editor.pending = (secrets.token_urlsafe(9), editor.text, editor.revision)
        self.told.saves += 1
        sent = editor.pending[1]
        status, body = await self.put(session, editor)
        if status == 200:
            self.told.acknowledged += 1
            acknowledged[body["revision"]] = body["text"]
            assert body["text"] == sent, "an acknowledgement of another text"
            editor.pending, editor.base, editor.revision = None, sent, body["revision"]
            return True
        if status == 412:
            self.told.conflicts += 1
            current = body["current"]
            editor.pending = None
            editor.base, editor.revision = current["text"], current["revision"]
            editor.text = merged(current["text"], editor.text)
            return True
        assert status in (0, 503), (status, body)
        self.told.unknown += 1
        return False

    async def look(self, session: str, editor: Editor) -> None:
        """Take over what others have saved, if nothing of one's own is under way."""
        if editor.pending is None and (found := await self.get(session, editor)):
            editor.text = merged(found["text"], editor.text)
            editor.base, editor.revision = found["text"], found["revision"]

    async def kill_server(self, session: str, editor: Editor, acknowledged: dict[int, str]) -> None:
        """kill -9 of the server with a save under way, and a new one."""
        assert self.there.process is not None
        self.told.kills += 1
        self.wire.kill = self.there.process.pid
        await self.save(session, editor, acknowledged)
        await self.there.end()
        await self.there.serve()

    async def kill_redis(self, session: str, editor: Editor, acknowledged: dict[int, str]) -> None:
        """kill -9 of Redis with a save under way. It is started again by whoever keeps it."""
        self.told.kills += 1
        self.wire.kill = self.there.redis.pid or 0
        await self.save(session, editor, acknowledged)

    async def judge(self, session: str, editors: list[Editor], acknowledged: dict[int, str], typed: set[str]) -> None:
        """All is quiet: let both save what they have, then look at what is really there."""
        self.wire.cut, self.wire.kill = [], 0
        async with asyncio.timeout(DEADLINE):
            for editor in editors:
                while editor.pending is not None or editor.text != editor.base:
                    await self.save(session, editor, acknowledged)
        store = self.there.store
        revisions = await store.notes.revisions(PROGRAMME, SessionId(session), CLIENT)
        raw = await self.there.client.call(
            "XRANGE", keys.note_revisions(PROGRAMME, SessionId(session), CLIENT), "-", "+"
        )
        ops = [flat[flat.index(b"op") + 1] for _, flat in raw]
        texts = ["", *(one.text for one in revisions)]
        assert [one.revision for one in revisions] == list(range(1, len(revisions) + 1))
        assert len(set(ops)) == len(ops), "a save was written twice"
        for number, text in acknowledged.items():
            assert texts[number] == text, "an acknowledged text is not what stands there"
        for before, after in pairwise(texts):
            assert set(before.split()) <= set(after.split()), "somebody's text was overwritten"
        assert typed <= set(texts[-1].split()), "a typed word is lost"


def merged(theirs: str, mine: str) -> str:
    """Both texts: theirs, and the words of mine that are not in it."""
    words = theirs.split()
    return " ".join([*words, *(word for word in mine.split() if word not in words)])


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    async with place(folder) as there:
        wire = Wire(there)
        relay = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
        port = relay.sockets[0].getsockname()[1]
        headers = [{**await there.staff(one), "Connection": "close"} for one in STAFF]
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as http:
            found = World(there, wire, http, port, headers)
            try:
                yield found
            finally:
                relay.close()
                await relay.wait_closed()
                found.told.cuts = wire.cuts


def play(runner: asyncio.Runner, there: World, count: int, seed: int, kills: int) -> None:
    """So many histories; a process is killed in one of `kills`. Raises with the shortest one that breaks a promise."""

    class History(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.session = runner.run(there.begin())
            self.editors = [Editor(headers) for headers in there.headers]
            self.acknowledged: dict[int, str] = {}
            self.typed: set[str] = set()
            self.may_kill = there.told.histories % kills == 0

        def types(self, who: int) -> None:
            word = f"{'ab'[who]}{len(self.typed)}"
            self.typed.add(word)
            editor = self.editors[who]
            editor.text = f"{editor.text} {word}".strip()

        def send(self, cuts: list[str], *who: int) -> None:
            async def all_() -> None:
                await asyncio.gather(*(there.save(self.session, self.editors[n], self.acknowledged) for n in who))

            there.wire.cut = list(cuts)
            runner.run(all_())
            there.wire.cut = []

        @rule(who=st.sampled_from((0, 1)), cuts=CUTS)
        def types_and_saves(self, who: int, cuts: list[str]) -> None:
            self.types(who)
            self.send(cuts, who)

        @rule(cuts=CUTS)
        def both_save(self, cuts: list[str]) -> None:
            self.types(0)
            self.types(1)
            self.send(cuts, 0, 1)

        @rule(who=st.sampled_from((0, 1)), cuts=CUTS)
        def tries_again(self, who: int, cuts: list[str]) -> None:
            self.send(cuts, who)

        @rule(who=st.sampled_from((0, 1)))
        def looks(self, who: int) -> None:
            runner.run(there.look(self.session, self.editors[who]))

        @rule(who=st.sampled_from((0, 1)), redis=st.booleans())
        def dies(self, who: int, redis: bool) -> None:
            if not self.may_kill:
                return
            self.may_kill = False
            self.types(who)
            kill = there.kill_redis if redis else there.kill_server
            runner.run(kill(self.session, self.editors[who], self.acknowledged))

        def teardown(self) -> None:
            runner.run(there.judge(self.session, self.editors, self.acknowledged, self.typed))

    limits = settings(
        max_examples=count,
        stateful_step_count=30,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    run_state_machine_as_test(seeded(seed)(History), settings=limits)
