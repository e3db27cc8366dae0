"""A feed as iCalendar (RFC 5545): the only file that names the icalendar library.

Every appointment stands in UTC. It is a meeting of its own and no rule that a calendar program would have to repeat, so
nothing is left that a time zone could decide: each program shows it by the clock of whoever looks, before and after a
change to summer time, and needs no VTIMEZONE, of which half of them make something of their own. What does not take
place stays for a while as CANCELLED, since a program that remembers it would else go on showing it.

Must not touch: who may see it, what is in it (core/feeds.py).
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import icalendar
import msgspec

from telehealth.core.feeds import Entry, Words
from telehealth.core.ids import Millis, SessionId

PRODID = "-//appointments//1//EN"
"""Neutral: calendar programs show and export it."""
REFRESH = timedelta(hours=1)


def etag(entries: Sequence[Entry], words: Words, about: str) -> str:
    """The same for the same calendar, whenever it is asked for; `about` is what else it is made from."""
    return hashlib.sha256(msgspec.json.encode((entries, words, about, PRODID))).hexdigest()[:32]


def calendar(
    entries: Sequence[Entry],
    words: Words,
    name: Callable[[SessionId], str],
    page: Callable[[SessionId], str] | None,
    now: Millis,
) -> bytes:
    """The whole. `name` makes the id of an entry, `page` where more of it is to be seen, if it is anywhere."""
    whole = icalendar.Calendar()
    whole.add("prodid", PRODID)
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add("name", words.calendar)  # RFC 7986; the same again as older programs know it
    whole.add("x-wr-calname", words.calendar)
    whole.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    whole.add("x-published-ttl", icalendar.vDuration(REFRESH))
    for entry in entries:
        event = icalendar.Event()
        event.add("uid", name(entry.session))
        event.add("dtstamp", _utc(now))
        event.add("dtstart", _utc(entry.starts))
        event.add("dtend", _utc(entry.ends))
        event.add("summary", words.title)
        event.add("class", "PRIVATE")  # whoever shares their calendar shows that they are busy, and no more
        event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
        event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
        event.add("sequence", int(entry.cancelled))
        if page is not None:
            event.add("url", page(entry.session))
            event.add("description", page(entry.session))
        elif not entry.cancelled:
            event.add("description", words.note)
        whole.add_component(event)
    done: bytes = whole.to_ical()
    return done


def _utc(at: Millis) -> datetime:
    """To the second, as the format has it."""
    return datetime.fromtimestamp(at // 1000, UTC)
