"""What a log line may hold."""

import logging
import re
import sys
from collections.abc import Iterator
from io import StringIO

import pytest

from telehealth import logs


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What is logged while the test runs, as an operator sees it. Levels and handlers are put back."""
    root = logging.getLogger()
    handlers, levels = (
        list(root.handlers),
        {name: logging.getLogger(name).level for name in ["telehealth", *logs.QUIET]},
    )
    level = root.level
    stream = StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.start("debug")
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def test_a_line_has_time_level_place_and_text(written: StringIO) -> None:
    """One record is one line, whatever is in it."""
    logging.getLogger("telehealth.live.rooms").info("room %s\nopened", "abc")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info live\.rooms room abc \| opened\n", written.getvalue()
    )


def test_an_exceptions_text_is_not_written(written: StringIO) -> None:
    """A traceback says where and of what type, not what was said: that may quote a name."""
    try:
        try:
            raise ValueError("Marigold Canary")
        except ValueError as error:
            raise KeyError("Marigold Canary") from error
    except KeyError:
        logging.getLogger("telehealth.edge").exception("a request failed")
    assert "Canary" not in written.getvalue()
    assert "builtins.KeyError" in written.getvalue()
    assert "builtins.ValueError" in written.getvalue()
    assert __file__ in written.getvalue()


@pytest.mark.parametrize("library", ["engineio.server", "socketio.server", "aiohttp.access"])
def test_libraries_that_quote_content_are_silent(written: StringIO, library: str) -> None:
    """Packets and request lines are not logged, at any level of ours."""
    logging.getLogger(library).error("message from a client: Marigold Canary")
    assert written.getvalue() == ""
