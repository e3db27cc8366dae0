"""What people said of attendance: corrections, excuses and attestations, one add-only stream a session.

Nothing here is changed or taken away; what takes an earlier one back is one more entry. Each carries the hash of the
one before it (core/chain.py), so that whoever changes one breaks the chain. Reasons are sealed. An entry is written
only if it was decided on all that had been said before, so an attestation never signs what its author had not seen.
"""

import secrets
from collections.abc import Mapping, Sequence

import msgspec

from telehealth.core import chain
from telehealth.core.corrections import Attestation, Correction, Excuse, Said
from telehealth.core.ids import ProgrammeId, SessionId

from . import keys
from .client import Arg, Client
from .ports import Heard
from .programmes import Programmes
from .sealed import Keyring

_KINDS: dict[str, type[Correction] | type[Excuse] | type[Attestation]] = {
    "correction": Correction,
    "excuse": Excuse,
    "attestation": Attestation,
}
_ACTIONS = {Correction: "attendance.corrected", Excuse: "attendance.excused", Attestation: "attendance.attested"}


class Corrections:
    """ports.Corrections on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._keyring = keyring
        self._programmes = programmes

    async def say(self, programme: ProgrammeId, what: Said | Attestation, after: Heard) -> bool:
        """Keep it, if nothing was said since `after`."""
        await self._programmes.register(programme)
        session, number = what.session, after.count + 1
        client = "" if isinstance(what, Attestation) else what.client
        author = what.by if isinstance(what, Attestation) else what.author
        kind = next(name for name, cls in _KINDS.items() if isinstance(what, cls))
        text = msgspec.json.encode(what).decode()
        sealed = self._keyring.seal(programme, "said", session, kind, number, text)
        fields: dict[bytes, bytes] = {b"v": b"1", b"kind": kind.encode(), b"sealed": sealed}
        fields[chain.FIELD] = chain.link(after.head, fields).encode()
        names = [keys.said(programme, session), keys.op(programme, secrets.token_urlsafe(12))]
        names += [keys.said_sessions(programme), keys.audit(programme), keys.latest(programme), keys.changes(programme)]
        args: list[Arg] = [after.count, session, client, author, _ACTIONS[type(what)], what.at, after.last]
        args += [part for pair in fields.items() for part in pair]
        return bool(await self._client.script("say", names, args))

    async def of(self, programme: ProgrammeId, sessions: Sequence[SessionId]) -> dict[SessionId, Heard]:
        """What was said of each of these sessions; those of which nothing was are left out."""
        if not sessions:
            return {}
        known = await self._client.call("SMISMEMBER", keys.said_sessions(programme), *sessions)
        spoken = [session for session, there in zip(sessions, known, strict=True) if there]
        found = await self._client.calls([("XRANGE", keys.said(programme, session), "-", "+") for session in spoken])
        return {s: self._heard(programme, s, entries) for s, entries in zip(spoken, found, strict=True)}

    def _heard(self, programme: ProgrammeId, session: SessionId, entries: Sequence[tuple[bytes, list[bytes]]]) -> Heard:
        said: list[Said] = []
        attestation: Attestation | None = None
        numbered: list[tuple[int, Mapping[bytes, bytes]]] = []
        for place, flat in entries:
            fields = dict(zip(flat[::2], flat[1::2], strict=True))
            number, kind = int(place.split(b"-")[0]), fields[b"kind"].decode()
            text = self._keyring.unseal(programme, "said", session, kind, number, fields[b"sealed"])
            what = msgspec.json.decode(text, type=_KINDS[kind])
            numbered.append((number, fields))
            if isinstance(what, Attestation):
                attestation = what
            else:
                said.append(what)
        walked = chain.walk(numbered)
        last = numbered[-1][1].get(chain.FIELD, b"").decode() if numbered else ""
        return Heard(tuple(said), attestation, len(entries), walked.head, walked.broken is None, last)
