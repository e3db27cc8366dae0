"""POST /api/staff/import: a clinic's tables, judged line by line, and brought in all or nothing.

The page reads the files and sends their text; nothing of them is kept but what is imported. A dry run answers the same
and writes nothing. The largest body of all routes comes in here, so this one reads it by itself, after the table of
access has said yes. What the columns mean: docs/programme.md; the steps: telehealth/importing.py.
"""

from typing import Annotated, Literal

from aiohttp import web
from msgspec import Meta

from telehealth import importing
from telehealth.core.access_table import RecordAction
from telehealth.core.importing import FILES
from telehealth.core.refusals import Code

from .answers import Refused, answer, body
from .bodies import In, Out
from .site import SITE
from .staff import allowed

LARGEST = importing.LARGEST + 64 * 1024
MOST_FAULTS = 200
Text = Annotated[str, Meta(max_length=importing.LARGEST)]


class ImportIn(In, frozen=True):
    """Texts of CSV tables, by name."""

    tables: dict[
        Literal["clients", "staff", "groups", "enrolments"], Annotated[str, Meta(max_length=importing.LARGEST)]
    ]
    dry: bool = True


class FaultOut(Out, frozen=True):
    file: str
    line: int
    column: str
    why: str


class ImportOut(Out, frozen=True):
    """What was done, or what is wrong; `faults` has the first 200."""

    imported: bool
    counts: dict[str, int]
    faults: list[FaultOut]
    all_faults: int


async def bring_in(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/import"""
    site, me = request.app[SITE], await allowed(request, RecordAction.IMPORT)
    asked = await body(request.clone(client_max_size=LARGEST), ImportIn)
    if not asked.tables or sum(map(len, asked.tables.values())) > importing.LARGEST:
        raise Refused(Code.MALFORMED if not asked.tables else Code.TOO_LARGE)
    try:
        outcome = await importing.run(
            site.store,
            me.programme,
            site.packs,
            site.words,
            site.zone.key,
            {file: asked.tables[file] for file in FILES if file in asked.tables},
            actor=me.person,
            at=site.clock.now(),
            dry=asked.dry,
        )
    except importing.Changed:
        raise Refused(Code.STALE) from None
    faults = [FaultOut(file=one.file, line=one.line, column=one.column, why=one.why) for one in outcome.faults]
    return answer(
        ImportOut(imported=outcome.imported, counts=outcome.counts, faults=faults[:MOST_FAULTS], all_faults=len(faults))
    )
