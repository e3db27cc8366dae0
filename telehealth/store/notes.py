"""Notes: the current revision of each section in a hash, every revision in a stream. The text is sealed.

The revision is part of what the text is sealed to: an older text cannot be put in the place of a newer one.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace

from telehealth.core import records as rec
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId

from . import keys
from .client import Arg, Client
from .programmes import Programmes
from .sealed import Keyring


class Notes:
    """ports.Notes on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._keyring = keyring
        self._programmes = programmes

    async def get(self, programme: ProgrammeId, session: SessionId, about: PersonId | None) -> rec.NoteSection | None:
        flat = await self._client.call("HGETALL", keys.note(programme, session, about))
        return self._section(programme, session, about, flat) if flat else None

    async def of_session(self, programme: ProgrammeId, session: SessionId) -> list[rec.NoteSection]:
        raw = await self._client.call("SMEMBERS", keys.notes(programme, session))
        sections = [_about(name) for name in sorted(raw)]
        found = await self._client.calls([("HGETALL", keys.note(programme, session, about)) for about in sections])
        return [
            self._section(programme, session, about, flat) for about, flat in zip(sections, found, strict=True) if flat
        ]

    async def signed(
        self, programme: ProgrammeId, sessions: Sequence[SessionId]
    ) -> dict[SessionId, dict[PersonId | None, Millis | None]]:
        found = await self._client.calls([("SMEMBERS", keys.notes(programme, session)) for session in sessions])
        sections = [(s, _about(name)) for s, names in zip(sessions, found, strict=True) for name in sorted(names)]
        asked = [("HMGET", keys.note(programme, session, about), "state", "signed") for session, about in sections]
        states: dict[SessionId, dict[PersonId | None, Millis | None]] = {}
        for (session, about), (state, at) in zip(sections, await self._client.calls(asked), strict=True):
            done = state == rec.NoteState.SIGNED.encode() and at
            states.setdefault(session, {})[about] = int(at) if done else None
        return states

    async def revisions(
        self, programme: ProgrammeId, session: SessionId, about: PersonId | None
    ) -> list[rec.NoteSection]:
        """Every revision that was ever saved, oldest first."""
        found = await self._client.call("XRANGE", keys.note_revisions(programme, session, about), "-", "+")
        return [self._section(programme, session, about, flat) for _, flat in found]

    async def save(self, programme: ProgrammeId, note: rec.NoteSection, *, if_revision: int) -> rec.NoteSection | None:
        await self._programmes.register(programme)
        note = replace(note, revision=if_revision + 1)
        section = keys.section(note.about)
        place = f"{note.session}/{section}"
        fields: dict[str, Arg] = {
            "state": note.state,
            "author": note.author,
            "saved": note.saved,
            "signed": "" if note.signed is None else note.signed,
            "signed_by": note.signed_by or "",
            "digest": note.digest,
            "text": self._keyring.seal(programme, "note", place, "text", note.revision, note.text),
        }
        names = [
            keys.note(programme, note.session, note.about),
            keys.note_revisions(programme, note.session, note.about),
            keys.notes(programme, note.session),
            keys.audit(programme),
            keys.latest(programme),
            keys.changes(programme),
        ]
        signing = note.state is rec.NoteState.SIGNED
        actor = (note.signed_by if signing else None) or note.author
        at = (note.signed if signing else None) or note.saved
        args: list[Arg] = [if_revision, secrets.token_urlsafe(12), section, actor]
        args += ["note.signed" if signing else "note.saved", place, at, note.session, note.about or ""]
        for pair in fields.items():
            args += pair
        return note if await self._client.script("note", names, args) else None

    def _section(
        self, programme: ProgrammeId, session: SessionId, about: PersonId | None, flat: list[bytes]
    ) -> rec.NoteSection:
        fields: Mapping[bytes, bytes] = dict(zip(flat[::2], flat[1::2], strict=True))
        revision = int(fields[b"revision"])
        place = f"{session}/{keys.section(about)}"
        return rec.NoteSection(
            session=session,
            about=about,
            revision=revision,
            state=rec.NoteState(fields[b"state"].decode()),
            text=self._keyring.unseal(programme, "note", place, "text", revision, fields[b"text"]),
            author=PersonId(fields[b"author"].decode()),
            saved=int(fields[b"saved"]),
            signed=int(fields[b"signed"]) if fields[b"signed"] else None,
            signed_by=PersonId(fields[b"signed_by"].decode()) if fields[b"signed_by"] else None,
            digest=fields[b"digest"].decode(),
        )


def _about(name: bytes) -> PersonId | None:
    return None if name == b"group" else PersonId(name.decode())
