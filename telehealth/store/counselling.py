"""SUD counselling notes: a key space of their own, sealed under a keyring of their own, found by their author only.

Every name has the author's id in it and every reading asks for one: there is no way to list anybody else's. The roots
of the keyring are derived for this purpose (sealed.py: `apart`), so no key that opens progress notes opens these.
"""

import secrets
from collections.abc import Mapping
from dataclasses import replace

from telehealth.core.counselling import CounsellingNote
from telehealth.core.ids import PersonId, ProgrammeId, SessionId

from . import keys
from .client import Arg, Client
from .person_keys import ERASED, PersonKeys, Ring
from .programmes import Programmes
from .sealed import Erased, Keyring

PURPOSE = "counselling"


class Counselling:
    """access_ports.Counselling on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._persons = PersonKeys(client, keyring, keyring.apart(PURPOSE))
        self._programmes = programmes

    async def get(
        self, programme: ProgrammeId, session: SessionId, author: PersonId, about: PersonId | None
    ) -> CounsellingNote | None:
        flat = await self._client.call("HGETALL", keys.counselling(programme, session, author, about))
        if not flat:
            return None
        rings = await self._persons.to_open(programme, [about])
        return _note(rings[about], programme, session, author, about, flat)

    async def of_session(self, programme: ProgrammeId, session: SessionId, author: PersonId) -> list[CounsellingNote]:
        raw = await self._client.call("SMEMBERS", keys.counselling_of(programme, session))
        places = [name.decode().split(" ") for name in sorted(raw)]
        abouts = [None if about == "group" else PersonId(about) for who, about in places if who == author]
        names = [keys.counselling(programme, session, author, about) for about in abouts]
        found = await self._client.calls([("HGETALL", name) for name in names])
        rings = await self._persons.to_open(programme, abouts)
        return [
            _note(rings[about], programme, session, author, about, flat)
            for about, flat in zip(abouts, found, strict=True)
            if flat
        ]

    async def revisions(
        self, programme: ProgrammeId, session: SessionId, author: PersonId, about: PersonId | None
    ) -> list[CounsellingNote]:
        name = keys.counselling_revisions(programme, session, author, about)
        found = await self._client.call("XRANGE", name, "-", "+")
        rings = await self._persons.to_open(programme, [about])
        return [_note(rings[about], programme, session, author, about, flat) for _, flat in found]

    async def save(self, programme: ProgrammeId, note: CounsellingNote, *, if_revision: int) -> CounsellingNote | None:
        await self._programmes.register(programme)
        note = replace(note, revision=if_revision + 1)
        place = _place(note.session, note.author, note.about)
        names = [
            keys.counselling(programme, note.session, note.author, note.about),
            keys.counselling_revisions(programme, note.session, note.author, note.about),
            keys.counselling_of(programme, note.session),
            keys.audit(programme),
            keys.latest(programme),
        ]
        ring = (await self._persons.to_seal(programme, [note.about]))[note.about]
        sealed = ring.seal(programme, "counselling", place, "text", note.revision, note.text)
        action, at = ("saved", note.saved) if note.signed is None else ("signed", note.signed)
        args: list[Arg] = [if_revision, secrets.token_urlsafe(12), f"{note.author} {keys.section(note.about)}"]
        args += [note.author, f"counselling.{action}", f"{note.session}/{keys.section(note.about)}", at]
        args += ["saved", note.saved, "signed", note.signed or "", "digest", note.digest, "text", sealed]
        return note if await self._client.script("counselling", names, args) else None


def _note(
    ring: Ring, programme: ProgrammeId, session: SessionId, author: PersonId, about: PersonId | None, flat: list[bytes]
) -> CounsellingNote:
    fields: Mapping[bytes, bytes] = dict(zip(flat[::2], flat[1::2], strict=True))
    revision, place = int(fields[b"revision"]), _place(session, author, about)
    try:
        text = ring.unseal(programme, "counselling", place, "text", revision, fields.get(b"text", b""))
    except Erased:
        text = ERASED
    return CounsellingNote(
        session=session,
        author=author,
        about=about,
        revision=revision,
        text=text,
        saved=int(fields[b"saved"]),
        signed=int(fields[b"signed"]) if fields[b"signed"] else None,
        digest=fields[b"digest"].decode(),
    )


def _place(session: SessionId, author: PersonId, about: PersonId | None) -> str:
    return f"{session}/{author}/{keys.section(about)}"
