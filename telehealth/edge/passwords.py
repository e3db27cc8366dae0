"""Passwords: argon2id in threads of its own, so that neither a burst of sign-ins nor one slow hash stops the loop.

Each hash takes 64 MiB (RFC 9106, second recommended option, argon2-cffi's default), so at most `AT_ONCE` run and
`QUEUED` wait; who comes after that is told "too many". A name that nobody has costs exactly what a wrong password
costs: it is checked against a hash of a random password.
"""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

import argon2

from telehealth.core.refusals import Code

from .answers import Refused

AT_ONCE = 2
QUEUED = 16
LONGEST = 256
"""Characters. Far above any pass phrase; argon2 itself would take megabytes."""


def hash_password(password: str) -> str:
    """The PHC string that is stored. Takes about 50 ms of a core."""
    return argon2.PasswordHasher().hash(password)


class Passwords:
    """Checks passwords in bounded threads. `close` when done."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
        self._waiting = 0
        self._hasher = argon2.PasswordHasher()
        self._nobodys = self._threads.submit(self._hasher.hash, secrets.token_urlsafe(24))

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one behind `stored`; False, after the same work, where there is none."""
        if self._waiting >= AT_ONCE + QUEUED:
            raise Refused(Code.TOO_MANY, headers={"Retry-After": "5"})
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._check, stored, password)
        finally:
            self._waiting -= 1

    def _check(self, stored: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(stored or self._nobodys.result(), password) and stored is not None
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    async def hash(self, password: str) -> str:
        """A new hash, made in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
