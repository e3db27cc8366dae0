"""A clinic and a node for the tests of live rooms."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.support.redis import one_redis, one_store
from tests.support.signal import Clinic, Node, clinic_in, node_of

__all__ = ["clinic", "node", "one_redis", "one_store"]


@pytest_asyncio.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    """One session on a Redis of its own."""
    async with clinic_in(tmp_path) as made:
        yield made


@pytest_asyncio.fixture
async def node(clinic: Clinic) -> AsyncIterator[Node]:
    """A node that serves it."""
    async with node_of(clinic) as made:
        yield made
