"""Audit packets from the command line: made from the open store as "system". `cli_packets.py` has the words.

Checking one needs no store at all: packet_check.py.
"""

from telehealth.clock import Clock
from telehealth.core.disclosure import Purpose
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.disclosing import Impossible
from telehealth.edge import notice, packet
from telehealth.packs import Packs
from telehealth.store.redis_store import Store


class PacketAdmin:
    """The commands, on one programme of an open store."""

    def __init__(self, programme: ProgrammeId, store: Store, clock: Clock) -> None:
        self._programme, self._store, self._clock = programme, store, clock

    async def make(self, packs: Packs, session: str, client: str, recipient: str, purpose: str) -> bytes:
        """The file. With a recipient it is a disclosure under the client's basis, and in their ledger."""
        wanted = packet.Wanted(
            self._programme, SessionId(session), PersonId(client), "system", recipient, Purpose(purpose)
        )
        try:
            return await packet.packet_of(self._store, packs, notice.latest(), wanted, self._clock.now)
        except packet.Impossible as error:
            raise Impossible(str(error)) from None

    def key(self) -> str:
        """The public key under which this programme's packets are signed."""
        return self._store.papers.sign(self._programme, b"")[0]
