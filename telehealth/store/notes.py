"""Notes: the current revision of each section in a hash, every revision in a stream. What was written is sealed.

Content, frozen facts, answers to lints and everything that was done after signing are one sealed body. The revision is
part of what it is sealed to: an older text cannot be put in the place of a newer one. A section that was saved before
there were templates has a sealed `text` instead, and reads as free text.

A write names an operation. Whoever repeats one, because the answer was lost, is answered as the first time, whatever
was saved since: every revision knows the operation that wrote it.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from telehealth.core.ids import Millis, PersonId, ProgrammeId, SessionId
from telehealth.core.note_records import Answer, Content, Facts, Later, NoteSection, NoteState, free
from telehealth.core.notes import complete

from . import keys
from .client import Arg, Client
from .person_keys import ERASED, PersonKeys, Ring
from .ports import NoteAct
from .programmes import Programmes
from .sealed import Erased, Keyring

_WRITTEN, _REPEATED = 1, 2


class _Body(msgspec.Struct, frozen=True):
    """What is sealed."""

    content: Content
    facts: Facts | None = None
    answers: tuple[Answer, ...] = ()
    later: tuple[Later, ...] = ()


class Notes:
    """ports.Notes on Redis."""

    def __init__(self, client: Client, keyring: Keyring, programmes: Programmes) -> None:
        self._client = client
        self._persons = PersonKeys(client, keyring)
        self._programmes = programmes

    async def get(self, programme: ProgrammeId, session: SessionId, about: PersonId | None) -> NoteSection | None:
        flat = await self._client.call("HGETALL", keys.note(programme, session, about))
        if not flat:
            return None
        rings = await self._persons.to_open(programme, [about])
        return _section(rings[about], programme, session, about, flat)

    async def of_session(self, programme: ProgrammeId, session: SessionId) -> list[NoteSection]:
        raw = await self._client.call("SMEMBERS", keys.notes(programme, session))
        return await self._all(programme, [(session, _about(name)) for name in sorted(raw)])

    async def signed(
        self, programme: ProgrammeId, sessions: Sequence[SessionId]
    ) -> dict[SessionId, dict[PersonId | None, Millis | None]]:
        found = await self._client.calls([("SMEMBERS", keys.notes(programme, session)) for session in sessions])
        sections = [(s, _about(name)) for s, names in zip(sessions, found, strict=True) for name in sorted(names)]
        asked = [
            ("HMGET", keys.note(programme, session, about), "state", "signed", "complete")
            for session, about in sections
        ]
        states: dict[SessionId, dict[PersonId | None, Millis | None]] = {}
        for (session, about), (state, signed, done) in zip(sections, await self._client.calls(asked), strict=True):
            if done is None and state == NoteState.SIGNED.encode():  # from before there were co-signatures
                done = signed
            states.setdefault(session, {})[about] = int(done) if done else None
        return states

    async def waiting(self, programme: ProgrammeId) -> list[NoteSection]:
        places = await self._client.call("ZRANGE", keys.waiting_notes(programme), 0, -1)
        named = [place.decode().split(" ") for place in places]
        return await self._all(programme, [(SessionId(session), _about(name.encode())) for session, name in named])

    async def last(
        self, programme: ProgrammeId, clients: Sequence[PersonId], besides: SessionId
    ) -> dict[PersonId, NoteSection]:
        found = await self._client.calls([("ZREVRANGE", keys.notes_of(programme, who), 0, 1) for who in clients])
        sessions = [
            (SessionId(next(name for name in names if name != besides.encode()).decode()), who)
            for who, names in zip(clients, found, strict=True)
            if any(name != besides.encode() for name in names)
        ]
        return {section.about: section for section in await self._all(programme, sessions) if section.about}

    async def sessions_of(self, programme: ProgrammeId, client: PersonId) -> list[SessionId]:
        found = await self._client.call("ZRANGE", keys.notes_of(programme, client), 0, -1)
        return [SessionId(name.decode()) for name in found]

    async def revisions(self, programme: ProgrammeId, session: SessionId, about: PersonId | None) -> list[NoteSection]:
        """Every revision that was ever saved, oldest first."""
        found = await self._client.call("XRANGE", keys.note_revisions(programme, session, about), "-", "+")
        rings = await self._persons.to_open(programme, [about])
        return [_section(rings[about], programme, session, about, flat) for _, flat in found]

    async def written(
        self, programme: ProgrammeId, session: SessionId, about: PersonId | None, revision: int, op: str
    ) -> NoteSection | None:
        place = f"{revision}-0"
        found = await self._client.call("XRANGE", keys.note_revisions(programme, session, about), place, place)
        for _, flat in found:
            fields = dict(zip(flat[::2], flat[1::2], strict=True))
            if fields[b"op"] == op.encode():
                rings = await self._persons.to_open(programme, [about])
                return _section(rings[about], programme, session, about, flat)
        return None

    async def write(
        self, programme: ProgrammeId, sections: Sequence[NoteSection], act: NoteAct, *, op: str = ""
    ) -> list[NoteSection] | None:
        await self._programmes.register(programme)
        op = op or secrets.token_urlsafe(12)
        session = sections[0].session
        rings = await self._persons.to_seal(programme, [section.about for section in sections])
        names = [
            keys.notes(programme, session),
            keys.audit(programme),
            keys.latest(programme),
            keys.changes(programme),
            keys.waiting_notes(programme),
        ]
        args: list[Arg] = [op, act.actor, act.action, session, act.at, len(sections)]
        for section in sections:
            names += [
                keys.note(programme, session, section.about),
                keys.note_revisions(programme, session, section.about),
                keys.notes_of(programme, section.about or PersonId("")),
            ]
            args += _arguments(rings[section.about], programme, section, act)
        answer: int = await self._client.script("note", names, args)
        if answer == _WRITTEN:
            return list(sections)
        if answer != _REPEATED:
            return None
        first = [await self.written(programme, session, one.about, one.revision, op) for one in sections]
        found = [section for section in first if section is not None]
        return found if list(map(_said, found)) == list(map(_said, sections)) else None

    async def _all(
        self, programme: ProgrammeId, places: Iterable[tuple[SessionId, PersonId | None]]
    ) -> list[NoteSection]:
        places = list(places)
        found = await self._client.calls([("HGETALL", keys.note(programme, *place)) for place in places])
        rings = await self._persons.to_open(programme, [about for _, about in places])
        return [
            _section(rings[place[1]], programme, *place, flat)
            for place, flat in zip(places, found, strict=True)
            if flat
        ]


def _arguments(ring: Ring, programme: ProgrammeId, section: NoteSection, act: NoteAct) -> list[Arg]:
    name = keys.section(section.about)
    body = _Body(section.content, section.facts, section.answers, section.later)
    done = complete(section)
    fields: dict[str, Arg] = {
        "state": section.state,
        "author": section.author,
        "saved": section.saved,
        "signed": "" if section.signed is None else section.signed,
        "signed_by": section.signed_by or "",
        "digest": section.digest,
        "supervisor": section.supervisor or "",
        "days_late": section.days_late,
        "complete": "" if done is None else done,
        "form": section.form,
        "body": ring.seal(
            programme,
            "note",
            f"{section.session}/{name}",
            "body",
            section.revision,
            msgspec.json.encode(body).decode(),
        ),
    }
    told = section.state is not NoteState.DRAFT
    waits = "" if not told else "+" if section.state is NoteState.COSIGN_PENDING else "-"
    overridden = bool(section.later[-1].answers if section.later else section.answers)
    args: list[Arg] = [section.revision - 1, name, section.about or "", int(told), waits, int(overridden)]
    args.append(2 * len(fields))
    for pair in fields.items():
        args += pair
    return args


def _section(
    ring: Ring, programme: ProgrammeId, session: SessionId, about: PersonId | None, flat: list[bytes]
) -> NoteSection:
    fields: Mapping[bytes, bytes] = dict(zip(flat[::2], flat[1::2], strict=True))
    revision = int(fields[b"revision"])
    name = "body" if b"body" in fields else "text"
    place = f"{session}/{keys.section(about)}"
    try:
        text = ring.unseal(programme, "note", place, name, revision, fields.get(name.encode(), b""))
        body = msgspec.json.decode(text, type=_Body) if name == "body" else _Body(free(text))
    except Erased:
        body = _Body(free(ERASED))
    return NoteSection(
        session=session,
        about=about,
        revision=revision,
        state=NoteState(fields[b"state"].decode()),
        content=body.content,
        author=PersonId(fields[b"author"].decode()),
        saved=int(fields[b"saved"]),
        signed=int(fields[b"signed"]) if fields[b"signed"] else None,
        signed_by=PersonId(fields[b"signed_by"].decode()) if fields[b"signed_by"] else None,
        digest=fields[b"digest"].decode(),
        supervisor=PersonId(fields[b"supervisor"].decode()) if fields.get(b"supervisor") else None,
        days_late=int(fields.get(b"days_late", b"0")),
        facts=body.facts,
        answers=body.answers,
        later=body.later,
        form=int(fields.get(b"form", b"1")),
    )


def _said(section: NoteSection) -> tuple[object, ...]:
    """What a repeat has in common with the first time; the clock went on meanwhile."""
    later = section.later[-1] if section.later else None
    done = later and (later.kind, later.author, later.reason, later.content)
    return section.about, section.revision, section.state, section.content, section.author, section.signed_by, done


def _about(name: bytes) -> PersonId | None:
    return None if name == b"group" else PersonId(name.decode())
