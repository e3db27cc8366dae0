"""What may be asked of the store about materials (ports.py says what every store promises)."""

from collections.abc import Sequence
from typing import Protocol

from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.materials import Material


class Materials(Protocol):
    """Slides and handouts of a programme."""

    async def all(self, programme: ProgrammeId) -> list[Material]:
        """By title, those put aside included."""
        ...

    async def get(self, programme: ProgrammeId, name: str) -> Material | None: ...

    async def add(
        self, programme: ProgrammeId, material: Material, pdf: bytes, images: Sequence[bytes], texts: Sequence[str]
    ) -> bool:
        """A new one, whole; False if its id is taken, or it took longer than an hour."""
        ...

    async def change(
        self, programme: ProgrammeId, material: Material, *, what: str, actor: PersonId, at: Millis
    ) -> bool:
        """Its record, if the one before is still kept; `what` goes into the audit log."""
        ...

    async def page(self, programme: ProgrammeId, name: str, number: int) -> bytes | None:
        """The image of a page, counted from 0."""
        ...

    async def texts(self, programme: ProgrammeId, name: str) -> tuple[str, ...]:
        """Of all pages."""
        ...

    async def pdf(self, programme: ProgrammeId, material: Material) -> bytes | None:
        """As it was uploaded."""
        ...
