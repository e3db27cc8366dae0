"""The log: one plain line per record on standard error, with ids and codes only.

It owns the format and which libraries may speak. Nothing private can be redacted reliably after it was formatted, so
the rule is kept where lines are written (ids, codes and counts are the only arguments) and here by silencing what would
break it: engineio and socketio log every packet with its content at INFO, aiohttp's access log has addresses and query
strings; ours names the route's pattern only. An exception's text may quote what it failed on (a name in a validation
error), so a traceback is written without it: types, files and lines.
"""

import logging
import sys
import time
import traceback

QUIET = {
    "aioice": logging.CRITICAL,
    "aiohttp.access": logging.CRITICAL,
    "aiohttp.server": logging.ERROR,
    "aiortc": logging.ERROR,
    "asyncio": logging.WARNING,
    "engineio": logging.CRITICAL,
    "redis": logging.WARNING,
    "socketio": logging.CRITICAL,
}
"""The least serious record of a library that is let through, whatever the level of our own lines is."""


class Line(logging.Formatter):
    """`2026-11-24T06:11:48.123Z info live.rooms text`"""

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        name = record.name.removeprefix("telehealth.")
        text = record.getMessage().replace("\n", " | ")
        line = f"{at}.{int(record.msecs):03d}Z {record.levelname.lower()} {name} {text}"
        if record.exc_info and record.exc_info[1] is not None:
            line += "\n" + _without_text(record.exc_info[1])
        return line


def _without_text(error: BaseException) -> str:
    """Where and of what type an exception was, and of those that caused it, but not what it says."""
    lines: list[str] = []
    current: BaseException | None = error
    while current is not None and len(lines) < 60:
        lines.append(f"  {type(current).__module__}.{type(current).__qualname__}")
        lines += [f"    {f.filename}:{f.lineno} in {f.name}" for f in traceback.extract_tb(current.__traceback__)]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n".join(lines)


def start(level: str) -> None:
    """Send everything that is logged from now on to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Line())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("telehealth").setLevel(level.upper())
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(least)
