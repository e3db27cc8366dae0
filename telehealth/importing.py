"""An import of a clinic's tables, as the command line and the page ask for it: read, judged, staged, switched.

It owns the reading of CSV and the order of steps: everything is judged first (core/importing.py), and only if no line
is at fault is anything written, in one step at the end (store/bulk.py). Whoever kills it before that has imported
nothing, afterwards everything. Must not touch: words for people; what a cell means.
"""

import asyncio
import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from telehealth.core import records as rec
from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.importing import (
    COLUMNS,
    ENROLMENTS,
    FILES,
    GROUPS,
    STAFF,
    Fault,
    Known,
    Row,
    Wanted,
    wanted,
)
from telehealth.core.names import folded
from telehealth.core.roles import Role, StaffRole
from telehealth.core.series import Group
from telehealth.edge.passwords import hash_password
from telehealth.edge.site import Store
from telehealth.mint import fresh_id
from telehealth.packs import Packs
from telehealth.words import Words

LARGEST = 8 * 1024 * 1024
"""Bytes of all tables together."""
_AT_ONCE = 500
Told = Callable[[str, int], None]
"""Is told a step and how many lines there are: read, judged, people, enrolments, groups, done."""


@dataclass(slots=True)
class Outcome:
    """What an import did, or why it did nothing."""

    faults: tuple[Fault, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    imported: bool = False


class Changed(Exception):
    """Somebody changed people or groups meanwhile: judge again."""


def table(file: str, text: str) -> tuple[list[Row], list[Fault]]:
    """The rows of one CSV text with their lines, and what is wrong with it as a whole."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    rows: list[Row] = []
    try:
        head = [name.strip().lower() for name in next(reader, [])]
        faults = [Fault(file, 1, name, "missing") for name in COLUMNS[file][0] if name not in head]
        if len(set(head)) < len(head):
            faults.append(Fault(file, 1, "", "twice"))
        for cells in reader:
            if len(cells) > len(head):
                faults.append(Fault(file, reader.line_num, "", "malformed"))
            elif any(cell.strip() for cell in cells):
                rows.append((reader.line_num, dict(zip(head, cells, strict=False))))
    except csv.Error:
        return [], [Fault(file, reader.line_num, "", "malformed")]
    return rows, faults


async def run(
    store: Store,
    programme: ProgrammeId,
    packs: Packs,
    words: Words,
    zone: str,
    texts: Mapping[str, str],
    *,
    actor: str,
    at: Millis,
    dry: bool,
    told: Told = lambda step, lines: None,
) -> Outcome:
    """Judge the tables, and write them unless `dry` or a line is at fault. Raises `Changed`."""
    tables: dict[str, Sequence[Row]] = {}
    faults: list[Fault] = []
    for file in FILES:
        if file in texts:
            tables[file], wrong = table(file, texts[file])
            faults += wrong
            told("read", len(tables[file]))
    if faults:
        return Outcome(tuple(faults))
    counts = await store.bulk.counts(programme)
    known = await _known(store, programme, packs, words, zone, tables, at)
    made, found = await asyncio.to_thread(  # half a second for twenty thousand lines: rooms go on meanwhile
        wanted,
        tables,
        known,
        programme=programme,
        fresh=fresh_id,
        group_id=lambda code: store.bulk.group_ids(programme, code)[0],
        at=at,
        by=actor,
    )
    outcome = Outcome(found, {file: len(rows) for file, rows in tables.items()})
    told("judged", sum(outcome.counts.values()))
    if found or dry:
        return outcome
    await _write(store, programme, made, counts, outcome.counts, actor, at, told)
    outcome.imported = True
    return outcome


async def _write(
    store: Store,
    programme: ProgrammeId,
    made: Wanted,
    counts: tuple[int, int],
    said: Mapping[str, int],
    actor: str,
    at: Millis,
    told: Told,
) -> None:
    stage = await store.bulk.begin(programme, actor, at)
    await stage.people(made.people)
    told("people", len(made.people))
    await stage.episodes(made.episodes)
    await stage.cares(made.cares)
    told("enrolments", len(made.episodes))
    await stage.groups(made.groups.values())
    told("groups", len(made.groups))
    if made.logins:
        await _logins(store, programme, made.logins)
    if not await stage.switch(counts, said):
        raise Changed
    told("done", sum(said.values()))


async def _logins(store: Store, programme: ProgrammeId, logins: Sequence[tuple[PersonId, str, StaffRole]]) -> None:
    """With a password that nobody knows: `telehealth staff password` gives each a first one. They come before the
    people do, because they lie in no programme: one without a person opens nothing, and the next import replaces it."""
    nobody = hash_password(fresh_id() + fresh_id())
    for person, name, role in logins:
        part = Role.OBSERVER if role is StaffRole.OBSERVER else Role.FACILITATOR
        await store.people.put_login(rec.StaffLogin(person, programme, name, nobody, part, role))


async def _known(
    store: Store,
    programme: ProgrammeId,
    packs: Packs,
    words: Words,
    zone: str,
    tables: Mapping[str, Sequence[Row]],
    at: Millis,
) -> Known:
    numbers = await store.people.numbers(programme)
    return Known(
        clients=numbers,
        staff=await _staff(store, programme, tables),
        groups=await _groups(store, programme, tables),
        tracks={track.code: track for track in await store.tracks.all(programme)},
        levels=frozenset(packs.levels_of_care),
        reasons=words.reason_codes,
        needs=words.need_codes,
        zone=zone,
        zones=available_timezones(),
        today=datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).date(),
    )


async def _staff(store: Store, programme: ProgrammeId, tables: Mapping[str, Sequence[Row]]) -> dict[str, PersonId]:
    """Of every sign-in name that a cell names: whose it is, if there is such a person."""
    cells = {name for _, row in tables.get(STAFF, ()) for name in (row.get("sign_in", ""), row.get("supervisor", ""))}
    for file, columns in ((GROUPS, ("facilitators", "cofacilitators")), (ENROLMENTS, ("counsellor",))):
        rows = [row for _, row in tables.get(file, ())]
        cells |= {name for row in rows for column in columns for name in row.get(column, "").split(";")}
    names = sorted({name.strip() for name in cells if name.strip()})
    logins = [(name, await store.people.login(name)) for name in names]
    whose = {folded(name): login.person for name, login in logins if login is not None}
    known = await store.people.get(programme, sorted(set(whose.values())))
    return {name: person for name, person in whose.items() if person in known}


async def _groups(store: Store, programme: ProgrammeId, tables: Mapping[str, Sequence[Row]]) -> dict[str, Group]:
    codes = {row.get("group", "").strip() for _, row in tables.get(GROUPS, ())}
    codes |= {code.strip() for _, row in tables.get(ENROLMENTS, ()) for code in row.get("groups", "").split(";")}
    found: dict[str, Group] = {}
    for code in sorted(filter(None, codes)):
        for series in store.bulk.group_ids(programme, code):
            group = await store.series.get(programme, series)
            if group is not None:
                found[code] = group
    return found
