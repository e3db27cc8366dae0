"""What holds for every test: no text of a note is logged, by whomever, in whatever exception."""

import logging
from collections.abc import Iterator

import pytest

from tests.support.canary import Ear


@pytest.fixture(autouse=True)
def no_note_is_logged() -> Iterator[None]:
    """Listens while the test runs, at every level that is written."""
    ear, root = Ear(), logging.getLogger()
    root.addHandler(ear)
    yield
    root.removeHandler(ear)
    assert ear.heard == []
