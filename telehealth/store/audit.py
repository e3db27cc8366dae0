"""The audit log: who did what to which record. Ids and codes only; entries are only ever added.

Entries that belong to a change are written by the script that makes the change; these are for everything else, such
as reading. The time is that of the entry's id.
"""

import secrets

from telehealth.core.ids import ProgrammeId

from . import keys
from .client import Client
from .programmes import Programmes


class Audit:
    """ports.Audit on Redis."""

    def __init__(self, client: Client, programmes: Programmes) -> None:
        self._client = client
        self._programmes = programmes

    async def write(self, programme: ProgrammeId, actor: str, action: str, subject: str) -> None:
        await self._programmes.register(programme)
        names = [keys.audit(programme), keys.op(programme, secrets.token_urlsafe(12))]
        await self._client.script("audit", names, [actor, action, subject])
