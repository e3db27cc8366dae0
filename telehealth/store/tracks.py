"""Tracks of a programme: one hash, each track sealed whole under its code. The last one who writes a track wins."""

import msgspec

from telehealth.core.ids import Millis, ProgrammeId
from telehealth.core.tracks import USUAL, Track, with_track

from . import keys
from .client import Client
from .programmes import Programmes
from .sealed import Keyring


class Tracks:
    """people_ports.Tracks on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._keyring = keyring
        self._programmes = programmes

    async def put(self, programme: ProgrammeId, track: Track, *, actor: str, at: Millis) -> None:
        await self._programmes.register(programme)
        text = msgspec.json.encode(track).decode()
        sealed = self._keyring.seal(programme, "track", track.code, "record", 0, text)
        names = [keys.tracks(programme), keys.audit(programme), keys.latest(programme)]
        await self._client.script("track", names, [track.code, sealed, actor, at])

    async def all(self, programme: ProgrammeId) -> tuple[Track, ...]:
        flat = await self._client.call("HGETALL", keys.tracks(programme))
        tracks = USUAL
        for code, sealed in sorted(zip(flat[::2], flat[1::2], strict=True)):
            text = self._keyring.unseal(programme, "track", code.decode(), "record", 0, sealed)
            tracks = with_track(tracks, msgspec.json.decode(text, type=Track))
        return tracks
