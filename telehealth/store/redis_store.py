"""The store on Redis: what ports.py promises, put together over one client and one keyring.

Each noun has its own file; the discipline of talking to Redis is in client.py, names in keys.py, formats in codec.py.
A write is durable when its coroutine returns, because Redis runs with `appendfsync always` (embedded.py) or was
checked to do so (outside.py).
"""

import secrets

from telehealth.core.ids import Millis

from . import (
    access_ports,
    agreement_ports,
    feed_ports,
    keys,
    material_ports,
    people_ports,
    plan_ports,
    ports,
    retention_ports,
    series_ports,
    tally_ports,
    tool_ports,
)
from .access import Access
from .agreements import Agreements
from .arrivals import Arrivals
from .attendance import Attendance
from .audit import Audit
from .break_glass import BreakGlass
from .bulk import Bulk
from .care import Care
from .client import Client
from .consents import Consents
from .corrections import Corrections
from .counselling import Counselling
from .coverage import Coverages
from .cursors import Cursors
from .emergencies import Emergencies
from .engagement import Engagement
from .episodes import Episodes
from .erasure import Erasure
from .feeds import Feeds, OptOuts
from .goals import Goals
from .holds import Holds
from .ledger import Ledger
from .materials import Materials
from .names import Names
from .notes import Notes
from .own_doors import OwnDoors
from .papers import Papers
from .people import People
from .phrases import Phrases
from .plans import Plans
from .programmes import Programmes
from .pseudonyms import Pseudonyms
from .rooms import RoomLogs
from .rotation import Rotation
from .sealed import BadKey, Broken, Keyring
from .sealed_places import KEY_CHECK
from .sendings import Sendings
from .series import Groups
from .sessions import Sessions
from .tally import Tally
from .tools import Tools
from .tracks import Tracks
from .webhooks import Webhooks
from .workers import Workers


class HalfRestored(BadKey):
    """What is here is no record yet; refused where a wrong key is."""


class Store:
    """Everything that is kept. Made by `connect`; ended by `close`."""

    def __init__(self, client: Client, keyring: Keyring) -> None:
        self._client = client
        self._programmes = Programmes(client)
        names = Names(client, keyring)
        self.rotation = Rotation(client, keyring, names)
        self.logs: ports.RoomLogs = RoomLogs(client, keyring, self._programmes)
        self.tools: tool_ports.Tools = Tools(client, keyring)
        self.people: people_ports.People = People(client, keyring, self._programmes, names)
        self.episodes: people_ports.Episodes = Episodes(client, keyring, self._programmes)
        self.tracks: people_ports.Tracks = Tracks(client, keyring, self._programmes)
        self.sessions: ports.Sessions = Sessions(client, keyring, self._programmes)
        self.series: series_ports.Groups = Groups(client, keyring, self._programmes)
        self.access: ports.Access = Access(client, keyring, self._programmes)
        self.notes: ports.Notes = Notes(client, keyring, self._programmes)
        self.materials: material_ports.Materials = Materials(client, keyring, self._programmes)
        self.goals: ports.Goals = Goals(client, keyring, self._programmes)
        self.plans: plan_ports.Plans = Plans(client, keyring, self._programmes)
        self.attendance: ports.Attendance = Attendance(client)
        self.workers: ports.Workers = Workers(client)
        self.audit: ports.Audit = Audit(client, self._programmes)
        self.consents: ports.Consents = Consents(client, keyring, self._programmes)
        self.corrections: ports.Corrections = Corrections(client, keyring, self._programmes)
        self.webhooks: ports.Webhooks = Webhooks(client, keyring, self._programmes)
        self.cursors: ports.Cursors = Cursors(keyring)
        self.pseudonyms: ports.Pseudonyms = Pseudonyms(client, keyring, self._programmes)
        self.papers: ports.Papers = Papers(client, keyring, self._programmes)
        self.coverages: ports.Coverages = Coverages(client, keyring, self._programmes, self.attendance)
        self.programmes: ports.ProgrammeRecords = self._programmes
        self.ledger: ports.Ledger = Ledger(client, self._programmes)
        self.emergencies: ports.Emergencies = Emergencies(client, keyring, self._programmes)
        self.sendings: ports.Sendings = Sendings(client, self._programmes)
        self.feeds: feed_ports.Feeds = Feeds(client, self._programmes)
        self.arrivals: ports.Arrivals = Arrivals(client)
        self.opt_outs: feed_ports.OptOuts = OptOuts(client, keyring)
        self.care: access_ports.Care = Care(client, self._programmes)
        self.agreements: agreement_ports.Agreements = Agreements(client, keyring, self._programmes)
        self.own_doors: agreement_ports.OwnDoors = OwnDoors(client, keyring, self._programmes)
        self.break_glass: access_ports.BreakGlass = BreakGlass(client, keyring, self._programmes)
        self.phrases: access_ports.Phrases = Phrases(client, keyring, self._programmes)
        self.engagement: tally_ports.Engagement = Engagement(client, keyring, self._programmes)
        self.tally: tally_ports.Tally = Tally(client, self.attendance, self.sessions, self.corrections)
        self.bulk = Bulk(client, keyring, self._programmes, names)
        self.holds: retention_ports.Holds = Holds(client, keyring, self._programmes)
        self.erasure: retention_ports.Erasure = Erasure(client, keyring, self._programmes)
        self.counselling: access_ports.Counselling = Counselling(client, keyring, self._programmes)

    @classmethod
    async def connect(cls, url: str, keyring: Keyring) -> "Store":
        """A store that answers and whose sealed fields this keyring opens. Raises `Unavailable` or `BadKey`."""
        client = Client(url)
        try:
            await _check_key(client, keyring)
        except BaseException:
            await client.close()
            raise
        return cls(client, keyring)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._client.close()

    async def ping_write(self) -> None:
        """Make a durable write, or raise `Unavailable`: what readiness means."""
        await self._client.call("SET", keys.WRITE_CHECK, secrets.token_hex(8), "EX", 60)

    async def latest_time(self) -> Millis:
        """The latest time that any record holds: the floor of the server's clock after a restart."""
        return await self._programmes.latest_time()


async def _check_key(client: Client, keyring: Keyring) -> None:
    """Refuse a key that does not fit what is stored, before anything is sealed with it."""
    place = KEY_CHECK
    if await client.call("EXISTS", keys.RESTORING):
        raise HalfRestored(
            "This store holds half of a restore that was broken off: do `telehealth restore` again, it begins anew."
        )
    await client.call("SET", keys.KEY_CHECK, keyring.seal(*place, "telehealth"), "NX")
    if not opens_with(keyring, await client.call("GET", keys.KEY_CHECK)):
        raise BadKey(
            "The key does not open what is in this store. Give the key that the store was begun with "
            "(TELEHEALTH_KEY, or the key file in the data folder)."
        )


def opens_with(keyring: Keyring, check: bytes) -> bool:
    """Whether a keyring is that of the store with this value under `keys.KEY_CHECK`."""
    try:
        keyring.unseal(*KEY_CHECK, check)
    except Broken:
        return False
    return True
