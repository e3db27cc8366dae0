"""Every test of the HTTP door has its own clinic."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from .clinic import Clinic, running


@pytest_asyncio.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    async with running(tmp_path) as clinic:
        yield clinic
