"""The tally: what of attendance the staff's pages ask again and again, counted ahead. Derived; the rows are the record.

A page about two thousand clients cannot read ten years of rows. So of each client the marks (core/marks.py) are kept by
year, packed; of all clients together the latest marks and the days on which they came; of each month its sessions in
numbers. Whatever is there was made of rows, corrections and sessions, and `Tally.begin_anew` throws it away.

It follows the feed of changes: every row that is written, corrected or excused stands there, so what is behind the
tally's place is in it. A batch is read, counted and written by one script that also moves the place, and only if the
place is still where the batch began: of two nodes that count the same, one writes. The place carries the zone and the
version of what is counted; under another one everything is counted again.

Ids, codes and times, as in the rows; nothing that would be sealed. Must not touch: what figures mean.
"""

import asyncio
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import msgspec

from telehealth.core.attendance import Row
from telehealth.core.corrections import Effective, effective
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.marks import Mark, by_time, mark_of
from telehealth.core.records import Session
from telehealth.core.reports import Held

from . import keys, ports
from .client import Arg, Client
from .codec import row_from

VERSION = 1
BATCH = 100
"""Changes that are read at once: some 1,000 rows."""
RECENT = 24
"""Latest marks that are kept of each client beside the others: a month of the fullest programme."""
_TELLING = frozenset({"session.closed", "attendance.changed", "session.scheduled"})
_MARKS = msgspec.msgpack.Decoder(list[Mark])
_DAYS = msgspec.msgpack.Decoder(list[int])
_HELD = msgspec.msgpack.Decoder(Held)
_pack = msgspec.msgpack.Encoder().encode


class Tally:
    """tally_ports.Tally on Redis."""

    def __init__(
        self, client: Client, attendance: ports.Attendance, sessions: ports.Sessions, corrections: ports.Corrections
    ) -> None:
        self._client = client
        self._attendance, self._sessions, self._corrections = attendance, sessions, corrections

    async def count(self, programme: ProgrammeId, zone: ZoneInfo, batches: int) -> bool:
        """Count on, at most so many batches. True if nothing is left."""
        stamp = f"{VERSION} {zone.key} "
        for _ in range(batches):
            raw = await self._client.call("GET", keys.tally(programme))
            before = "" if raw is None else raw.decode()
            place = before.removeprefix(stamp) if before.startswith(stamp) else "0-0"
            if before and place == "0-0":  # counted under other rules: nothing of it may stay
                await self.begin_anew(programme)
                before = ""
            changes = await self._attendance.changes(programme, place, BATCH)
            if not changes:
                return True
            told = dict.fromkeys(change.session for change in changes if change.why in _TELLING)
            written = await self._written(programme, list(told), zone)
            names = [keys.tally(programme), *written]
            args: list[Arg] = [before, stamp + changes[-1].place]
            for fields in written.values():
                args.append(len(fields))
                args += [part for pair in fields.items() for part in pair]
            await self._client.script("tally", names, args)
        return False

    async def begin_anew(self, programme: ProgrammeId) -> None:
        """Forget what was counted. The place goes last: a break in between is found by the next to come."""
        years = await self._client.call("HKEYS", keys.tally_recent(programme))
        stored = await self._client.call("SMEMBERS", keys.months(programme))
        names = [keys.tally_of(programme, PersonId(one.decode())) for one in years]
        months = {near for month in stored for near in _around(month.decode())}
        names += [keys.tally_month(programme, month) for month in months]
        names += [keys.tally_recent(programme), keys.tally_came(programme)]
        for first in range(0, len(names), 1000):
            await self._client.call("UNLINK", *names[first : first + 1000])
        await self._client.call("DEL", keys.tally(programme))

    async def of(self, programme: ProgrammeId, client: PersonId, since: date | None = None) -> list[Mark]:
        """All marks of a client, or those of a day on, in order."""
        flat = await self._client.call("HGETALL", keys.tally_of(programme, client))
        years = {raw.decode(): packed for raw, packed in zip(flat[::2], flat[1::2], strict=True)}
        found = [
            mark
            for year, packed in years.items()
            if since is None or int(year) >= since.year
            for mark in _MARKS.decode(zlib.decompress(packed))
            if since is None or mark.day >= since
        ]
        return sorted(found, key=by_time)

    async def recent(self, programme: ProgrammeId, clients: Sequence[PersonId]) -> dict[PersonId, list[Mark]]:
        """The latest marks of each of these clients, in order; without those who have none."""
        if not clients:
            return {}
        packed = await self._client.call("HMGET", keys.tally_recent(programme), *clients)
        return {who: _MARKS.decode(one) for who, one in zip(clients, packed, strict=True) if one is not None}

    async def came(self, programme: ProgrammeId, clients: Sequence[PersonId]) -> dict[PersonId, list[date]]:
        """The days on which each of these clients attended something, in order."""
        if not clients:
            return {}
        packed = await self._client.call("HMGET", keys.tally_came(programme), *clients)
        return {
            who: [date.fromordinal(day) for day in _DAYS.decode(one)]
            for who, one in zip(clients, packed, strict=True)
            if one is not None
        }

    async def held(self, programme: ProgrammeId, first: date, last: date) -> list[Held]:
        """The sessions of these days that have ended, in order."""
        months = _months(first, last)
        found = await self._client.calls([("HVALS", keys.tally_month(programme, month)) for month in months])
        held = (_HELD.decode(raw) for values in found for raw in values)
        return sorted((one for one in held if first <= one.day <= last), key=lambda one: (one.starts, one.session))

    async def _written(
        self, programme: ProgrammeId, sessions: Sequence[SessionId], zone: ZoneInfo
    ) -> dict[str, dict[Arg, Arg]]:
        """What the tally says now of whatever these sessions touch, by hash and field."""
        rows = await self._rows(programme, sessions)
        if not rows:
            return {}
        ended = list(rows)
        records = await self._sessions.schedules(programme, ended)
        heard = await self._corrections.of(programme, ended)
        written: dict[str, dict[Arg, Arg]] = defaultdict(dict)
        marks: dict[PersonId, list[Mark]] = defaultdict(list)
        for session, of_it in rows.items():
            said = heard[session].said if session in heard else ()
            counts = [effective(row, said) for row in of_it]
            record = records.get(session)
            made_up = (record.make_up_for or "") if record else ""
            for one in counts:
                marks[one.row.client].append(mark_of(one, zone, made_up))
            held = _held(counts, record, zone)
            written[keys.tally_month(programme, held.day.isoformat()[:7])][session] = _pack(held)
            await asyncio.sleep(0)
        await self._marks(programme, marks, written)
        return written

    async def _rows(self, programme: ProgrammeId, sessions: Sequence[SessionId]) -> dict[SessionId, list[Row]]:
        """The rows of each session that has ended, in two round trips."""
        if not sessions:
            return {}
        where = await self._client.call("HMGET", keys.rows(programme), *sessions)
        places = {s: at.decode().split() for s, at in zip(sessions, where, strict=True) if at is not None}
        pages = await self._client.calls(
            [("XRANGE", keys.attendance(programme, month), first, last) for month, first, last in places.values()]
        )
        found: dict[SessionId, list[Row]] = {}
        for session, page in zip(places, pages, strict=True):
            rows = (row_from(programme, dict(zip(flat[::2], flat[1::2], strict=True))) for _, flat in page)
            found[session] = [row for row in rows if row.session == session]
            await asyncio.sleep(0)  # whoever else is served waits for one session at most
        return found

    async def _marks(
        self,
        programme: ProgrammeId,
        new: Mapping[PersonId, Sequence[Mark]],
        written: dict[str, dict[Arg, Arg]],
    ) -> None:
        """The years, the latest marks and the days of these clients, with their new marks among the others."""
        clients = list(new)
        touched = [(who, str(year)) for who in clients for year in sorted({mark.day.year for mark in new[who]})]
        years = await self._client.calls([("HGET", keys.tally_of(programme, who), year) for who, year in touched])
        recent, came = keys.tally_recent(programme), keys.tally_came(programme)
        packed = await self._client.calls([("HMGET", recent, *clients), ("HMGET", came, *clients)])
        latest = dict(zip(clients, packed[0], strict=True))
        days = {who: set(_DAYS.decode(raw)) if raw else set() for who, raw in zip(clients, packed[1], strict=True)}
        for (who, year), raw in zip(touched, years, strict=True):
            known = _MARKS.decode(zlib.decompress(raw)) if raw else []
            whole = _among(known, (mark for mark in new[who] if str(mark.day.year) == year))
            written[keys.tally_of(programme, who)][year] = zlib.compress(_pack(whole), 1)
            own = {day for day in days[who] if date.fromordinal(day).year != int(year)}
            days[who] = own | {mark.day.toordinal() for mark in whole if mark.came}
            await asyncio.sleep(0)
        for who in clients:
            raw = latest[who]
            written[recent][who] = _pack(_among(_MARKS.decode(raw) if raw else [], new[who])[-RECENT:])
            written[came][who] = _pack(sorted(days[who]))


def _among(known: Iterable[Mark], new: Iterable[Mark]) -> list[Mark]:
    """Marks in order, a new one instead of the known one of its session."""
    found = {mark.session: mark for mark in known} | {mark.session: mark for mark in new}
    return sorted(found.values(), key=by_time)


def _held(counts: Sequence[Effective], record: Session | None, zone: ZoneInfo) -> Held:
    first = counts[0].row
    marks = [mark_of(one, zone) for one in counts]
    return Held(
        session=first.session,
        day=marks[0].day,
        starts=first.scheduled_start,
        kind=first.kind,
        series=(record.series or "") if record else "",
        came=sum(mark.came for mark in marks),
        missed=sum(mark.missed for mark in marks),
        excused=sum(mark.excused for mark in marks),
        clients=first.group_size_clients,
        persons=first.group_size_persons,
        minutes=sum(one.attended_ms for one in counts) // 60_000,
    )


def _around(month: str) -> list[str]:
    """Rows are stored by the month of UTC, which may be the one before or after that of the facility."""
    first = date.fromisoformat(f"{month}-01")
    return _months(first - timedelta(days=1), first + timedelta(days=31))


def _months(first: date, last: date) -> list[str]:
    """`2026-11`, for each month from the one to the other."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers]
