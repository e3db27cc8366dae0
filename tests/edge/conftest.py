"""Every test here has its own clinic, and none may leave a name, note, token, password or address in the log."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from .clinic import CANARIES, Clinic, running


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(0)
        self.texts: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


@pytest.fixture(autouse=True)
def nothing_private_is_logged() -> Iterator[None]:
    """Records of every level and every library are searched, with their tracebacks."""
    kept, root = _Kept(), logging.getLogger()
    before = root.level
    root.addHandler(kept)
    root.setLevel(0)
    try:
        yield
    finally:
        root.removeHandler(kept)
        root.setLevel(before)
    for text in kept.texts:
        for word in CANARIES:
            assert word not in text, f"{word!r} was logged: {text}"


@pytest_asyncio.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    async with running(tmp_path) as clinic:
        yield clinic
