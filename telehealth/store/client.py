"""The one way to Redis: short timeouts, our own bounded retry, and one kind of failure.

redis-py's automatic retry applied one append twice after a stall, so it is off. Here a call has PATIENCE seconds
altogether; within them a refused or broken connection is tried again (a restarted server is back in 0.3 s), because
everything that is sent here may be repeated: reads, writes of a whole value, and scripts that answer a repeated
operation with its first answer. A timeout means *unknown* and ends in `Unavailable`, as every other failure does.

No message of an error holds an argument or a value: only the class of the failure and Redis's own code word.
"""

import asyncio
import logging
import random
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha1
from importlib.resources import files
from typing import Any

from hiredis import pack_command
from redis import exceptions as failed
from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection

from .ports import Unavailable

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds for one call, retries included. A signalling handler must answer within 5."""
CONNECTIONS = 32

Arg = str | bytes | int
_AGAIN = (failed.ConnectionError, OSError)
_AGAIN_CODES = {"TRYAGAIN", "LOADING", "BUSY"}

_FOLDER = files("telehealth.store") / "scripts"
_CHAINED = (_FOLDER / "chained.lua").read_text("utf-8")
"""Goes before each script that adds to the audit log: Redis has no other way for scripts to share a function."""


def _whole(text: str) -> str:
    return _CHAINED + text if "chained(" in text else text


SCRIPTS = {
    entry.name.removesuffix(".lua"): _whole(entry.read_text("utf-8"))
    for entry in _FOLDER.iterdir()
    if entry.name.endswith(".lua") and entry.name != "chained.lua"
}
_SHA = {name: sha1(text.encode(), usedforsecurity=False).hexdigest() for name, text in SCRIPTS.items()}


class Client:
    """Two pools: one for calls, bounded, and one for blocking reads, which hold a connection while they wait.

    The one time limit is `asyncio.timeout` around a whole call: a second one inside (redis-py's socket timeouts, its
    blocking pool) that ran out in the same moment swallowed the first, and a call took 4 s instead of 2.
    """

    def __init__(self, url: str) -> None:
        options: dict[str, Any] = {
            "protocol": 2,
            "retry": None,
            "socket_timeout": None,
            "socket_connect_timeout": None,
            "driver_info": None,
        }
        self._calls = ConnectionPool.from_url(url, **options)
        self._waits = ConnectionPool.from_url(url, **options)
        self._free = asyncio.Semaphore(CONNECTIONS)

    async def close(self) -> None:
        for pool in (self._calls, self._waits):
            with suppress(failed.RedisError, OSError):
                await pool.disconnect()

    async def call(self, *command: Arg) -> Any:
        """One command that may be repeated, and its plain answer."""
        (answer,) = await self.calls([command])
        return answer

    async def once(self, *command: Arg) -> Any:
        """One command, tried once: for asking whether a server is there."""
        try:
            async with asyncio.timeout(PATIENCE):
                async with self._free:
                    return (await self._once(self._calls, [command]))[0]
        except TimeoutError:
            raise Unavailable("Redis did not answer in time.") from None
        except (failed.RedisError, OSError) as error:
            raise Unavailable(_sentence(error)) from None

    async def calls(self, commands: Sequence[Sequence[Arg]]) -> list[Any]:
        """Several commands in one round trip. Not atomic: each may be repeated."""
        if not commands:
            return []
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._patiently(commands)
        except TimeoutError:
            raise Unavailable("Redis did not answer in time.") from None

    async def together(self, commands: Sequence[Sequence[Arg]]) -> list[Any]:
        """Several commands in one round trip, all or none of them: whoever dies while they are sent has sent none."""
        answers = (await self.calls([("MULTI",), *commands, ("EXEC",)]))[-1]
        for answer in answers:  # one that fails stops none of the others
            if isinstance(answer, failed.ResponseError):
                log.warning("%s", _sentence(answer))
                raise Unavailable(_sentence(answer))
        return list(answers)

    async def script(self, name: str, keys: Sequence[str], args: Sequence[Arg]) -> Any:
        """Run a script of `scripts/`; it must answer a repeated operation with its first answer."""
        tail = (len(keys), *keys, *args)
        try:
            async with asyncio.timeout(PATIENCE):
                try:
                    (answer,) = await self._patiently([("EVALSHA", _SHA[name], *tail)])
                except failed.NoScriptError:  # a new or restarted server: EVAL loads it, too
                    (answer,) = await self._patiently([("EVAL", SCRIPTS[name], *tail)])
        except TimeoutError:
            raise Unavailable("Redis did not answer in time.") from None
        return answer

    async def scripts(self, name: str, runs: Sequence[tuple[Sequence[str], Sequence[Arg]]]) -> list[Any]:
        """The same script many times in one round trip. Not atomic: each may be repeated."""
        commands = [("EVALSHA", _SHA[name], len(keys), *keys, *args) for keys, args in runs]
        try:
            return await self.calls(commands)
        except failed.NoScriptError:
            await self.call("SCRIPT", "LOAD", SCRIPTS[name])
            return await self.calls(commands)

    async def wait(self, *command: Arg, seconds: float) -> Any:
        """A blocking read that Redis itself ends after `seconds`."""
        try:
            async with asyncio.timeout(PATIENCE + seconds):
                return (await self._once(self._waits, [command]))[0]
        except TimeoutError:
            raise Unavailable("Redis did not answer in time.") from None
        except (failed.RedisError, OSError) as error:
            raise Unavailable(_sentence(error)) from None

    async def _patiently(self, commands: Sequence[Sequence[Arg]]) -> list[Any]:
        pause = 0.01
        while True:
            try:
                async with self._free:
                    return await self._once(self._calls, commands)
            except failed.NoScriptError:
                raise
            except (failed.RedisError, OSError) as error:
                if not isinstance(error, _AGAIN) and _code(error) not in _AGAIN_CODES:
                    log.warning("%s", _sentence(error))
                    raise Unavailable(_sentence(error)) from None
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, 0.25)

    async def _once(self, pool: ConnectionPool, commands: Sequence[Sequence[Arg]]) -> list[Any]:
        connection: AbstractConnection = await pool.get_connection()  # type: ignore[no-untyped-call]
        answers: list[Any] = []
        try:
            # hiredis packs a command in a tenth of redis-py's time: a page of an export sends dozens.
            packed = b"".join([pack_command(tuple(command)) for command in commands])  # type: ignore[arg-type]
            await connection.send_packed_command([packed])
            for _ in commands:
                try:
                    answers.append(await connection.read_response())
                except failed.ResponseError as error:
                    answers.append(error)  # the other answers must be read, or the next caller gets them
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        finally:
            await pool.release(connection)
        for answer in answers:
            if isinstance(answer, failed.ResponseError):
                raise answer
        return answers


def _code(error: BaseException) -> str:
    """Redis's own code word for a failure (MISCONF, NOREPLICAS, ...), or nothing."""
    word = str(error).split(" ", 1)[0]
    return word if word.isascii() and word.isalpha() and word.isupper() else ""


def _sentence(error: BaseException) -> str:
    return f"Redis failed: {type(error).__name__} {_code(error)}".strip() + "."
