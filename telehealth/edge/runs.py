"""An export in pages: which export a page belongs to, which page it is, and the cursor that leads to the next one.

A cursor is sealed for one question (who asks, for what, and which rows and columns), and names the export that it goes
on with. So the pages of one run are one disclosure in the ledger, and nobody can put theirs under another's.
"""

import hashlib
from dataclasses import dataclass

import msgspec

from telehealth.core.ids import ProgrammeId
from telehealth.mint import fresh_id
from telehealth.store import ports


@dataclass(frozen=True, slots=True)
class Run:
    """One page of it."""

    export: str
    page: str
    """Names the page within the export; nothing for the first one."""
    question: str
    cursors: ports.Cursors
    programme: ProgrammeId

    def cursor(self, place: str) -> str:
        """What leads on after `place`."""
        text = msgspec.json.encode([self.export, place]).decode()
        return self.cursors.seal(self.programme, self.question, text)


def run(cursors: ports.Cursors, programme: ProgrammeId, question: object, cursor: str | None) -> tuple[Run, str | None]:
    """The page that a cursor leads to, and the place where it begins: None for the first page. Raises `BadCursor`."""
    name = hashlib.sha256(repr(question).encode()).hexdigest()
    if cursor is None:
        return Run(fresh_id(), "", name, cursors, programme), None
    export, place = msgspec.json.decode(cursors.unseal(programme, name, cursor), type=tuple[str, str])
    return Run(export, hashlib.sha256(place.encode()).hexdigest()[:12], name, cursors, programme), place
