"""`telehealth audit verify`: everything that an audit packet claims, made again from what is in it.

Needs nothing but the file: no keys, no network, no store. What holds is said line by line; the first thing that does
not is raised as `Broken`, by name. What cannot be checked without the server's record (that nothing was left out of the
log before the row was made; who the others are) is vouched for by the signature, and the lines say so.
"""

import hashlib
import tomllib
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from telehealth.core import attendance, packet
from telehealth.core.attendance import Policy, Row
from telehealth.core.corrections import Correction, Excuse, Said, effective
from telehealth.core.events import Event, Opened
from telehealth.core.note_digests import sound
from telehealth.core.note_records import NoteSection
from telehealth.core.packet import Entry, Somebody
from telehealth.core.packs import Pack, parse
from telehealth.core.units import UnitRule, units
from telehealth.packet_file import Broken, Manifest, Signature, opened
from telehealth.store.codec import Unreadable, event_from

__all__ = ["Broken", "verified"]
T = TypeVar("T")


class _Log(msgspec.Struct, frozen=True):
    head: str
    entries: list[Entry]


class _Section(msgspec.Struct, frozen=True):
    section: NoteSection
    answered: list[list[str]]


class _Note(msgspec.Struct, frozen=True):
    sections: list[_Section]


class _Counts(msgspec.Struct, frozen=True):
    minutes_attended: int
    status: str
    said: list[dict[str, Any]]
    chain_holds: bool


class _Roster(msgspec.Struct, frozen=True):
    people: list[Somebody]


class _Claim(msgspec.Struct, frozen=True):
    unit_rule: str
    of_a_day: bool
    units: int | None


def verified(file: bytes, key: str = "") -> Iterator[str]:
    """A sentence for each thing that holds. Raises `Broken` at the first that does not. `key`: the programme's public
    key, from elsewhere; without it anybody could have signed."""
    manifest, signature, members = opened(file)
    yield from _signed(manifest, signature, key, len(members))
    log = _read(members, "log.json", _Log)
    yield from _chain(log)
    row = _row(members, manifest)
    yield from _replayed(members, manifest, log, row)
    yield from _counted(members, row)
    yield from _claimed(members, row)
    yield from _noted(members, row)
    yield from _others(members, manifest, log)


def _signed(manifest: Manifest, signature: Signature, key: str, members: int) -> Iterator[str]:
    if key and key.lower() != signature.key:
        raise Broken(f"signature.json: is of another key than the one that was given ({signature.key})")
    yield f"signature: Ed25519 under the public key {signature.key}" + (
        ", which is the one that was given" if key else "; compare it with the programme's"
    )
    made = f"packet {manifest.packet}, programme {manifest.programme}, session {manifest.session}"
    yield f"members: {members}, each with the SHA-256 of the manifest ({made}, client {manifest.client})"
    if manifest.recipient:
        yield f"disclosed to {manifest.recipient} for {manifest.purpose}: {manifest.basis}"


def _chain(log: _Log) -> Iterator[str]:
    linked = packet.linked(log.entries)
    if linked.broken is not None:
        raise Broken(f"log.json: entry {linked.broken} does not follow from the one before it")
    if linked.head != log.head:
        raise Broken("log.json: it does not end with the entry that it says")
    yield (
        f"chain: {linked.made} of {len(log.entries)} links made again; the others would tell who other people are, "
        "and the signature vouches for them"
    )


def _row(members: dict[str, bytes], manifest: Manifest) -> Row:
    row = _read(members, "row.json", Row)
    if (row.programme, row.session, row.client) != (manifest.programme, manifest.session, manifest.client):
        raise Broken("row.json: is of another client or session than the manifest says")
    return row


def _replayed(members: dict[str, bytes], manifest: Manifest, log: _Log, row: Row) -> Iterator[str]:
    try:
        events: list[Event] = [
            event_from({name.encode(): value.encode() for name, value in entry.fields.items()}) for entry in log.entries
        ]
    except Unreadable as error:
        raise Broken(f"log.json: {error}") from None
    first = events[0] if events else None
    if not isinstance(first, Opened) or (first.programme, first.session) != (row.programme, row.session):
        raise Broken("log.json: is the log of another session")
    pack = _pack(members, "policy.toml")
    if not isinstance(pack.rule, Policy) or pack.id != row.policy:
        raise Broken("policy.toml: is not the policy that the row names")
    yield f"policy: {pack.id}, which does what its own tests say"
    made = {one.client: one for one in attendance.rows(events, pack.rule, until=None)}.get(row.client)
    if made is None or attendance.as_bytes(made, manifest.derivation) != members["row.json"]:
        raise Broken("row.json: is not what the log gives under the policy")
    digest = hashlib.sha256(members["row.json"]).hexdigest()
    yield f"row: {len(events)} events under {pack.id} give it byte for byte (SHA-256 {digest})"


def _counted(members: dict[str, bytes], row: Row) -> Iterator[str]:
    told = _read(members, "counts.json", _Counts)
    try:
        said = [_said(one) for one in told.said]
    except msgspec.ValidationError:
        raise Broken("counts.json: cannot be read") from None
    counts = effective(row, said)
    if (counts.minutes_attended, counts.status) != (told.minutes_attended, told.status):
        raise Broken("counts.json: is not what the corrections make of the row")
    if not told.chain_holds:
        raise Broken("counts.json: the chain of what was said did not hold when the packet was made")
    yield f"counts: {counts.minutes_attended} minutes, {counts.status}, after {len(said)} corrections and excuses"


def _said(one: dict[str, Any]) -> Said:
    kinds: dict[str, type[Correction] | type[Excuse]] = {"correction": Correction, "excuse": Excuse}
    return msgspec.convert(one, kinds.get(one.get("kind", ""), Correction))


def _claimed(members: dict[str, bytes], row: Row) -> Iterator[str]:
    claim = _read(members, "claim.json", _Claim)
    if claim.units is None:
        return
    told = _read(members, "counts.json", _Counts)
    pack = _pack(members, f"rules/{claim.unit_rule.replace('/', '-')}.toml")
    if not isinstance(pack.rule, UnitRule) or units(told.minutes_attended, pack.rule) != claim.units:
        raise Broken("claim.json: the units are not what the rule gives")
    yield f"claim: {claim.units} units by {pack.id}"


def _noted(members: dict[str, bytes], row: Row) -> Iterator[str]:
    sections = _read(members, "note.json", _Note).sections
    for one in sections:
        section = one.section
        name = "the shared section" if section.about is None else "the client's section"
        if section.session != row.session or section.about not in (None, row.client):
            raise Broken("note.json: has a section of another session or client")
        if not sound(section, one.answered):
            raise Broken(f"note.json: {name} is not what was signed")
        facts = section.facts
        if facts is not None and section.about is not None:
            known = (facts.first_join, facts.last_leave, facts.minutes)
            if known != (row.first_join, row.last_leave, row.minutes_attended):
                raise Broken(f"note.json: {name} has other times than the row")
        yield f"note: {name} is what was signed (SHA-256 {section.digest}), with {len(section.later)} later entries"
    if not sections:
        yield "note: none was signed"


def _others(members: dict[str, bytes], manifest: Manifest, log: _Log) -> Iterator[str]:
    people = _read(members, "roster.json", _Roster).people
    if list(packet.roster(log.entries)) != people:
        raise Broken("roster.json: is not the roster of the log")
    others = sum(one.who.startswith("other-") for one in people)
    yield f"roster: {len(people)} people, {others} of them under replaced names"
    if "notice.txt" not in members:
        raise Broken("notice.txt: is missing")
    yield "notice: 42 CFR 2.32 goes with it"
    if manifest.overridden_names:
        yield f"note: {manifest.overridden_names} times it was signed although another client's name stands in it"


def _pack(members: dict[str, bytes], name: str) -> Pack:
    try:
        return parse(tomllib.loads(members[name].decode()))
    except KeyError:
        raise Broken(f"{name}: is missing") from None
    except ValueError:
        raise Broken(f"{name}: is no rule pack, or does not do what its own tests say") from None


def _read(members: dict[str, bytes], name: str, kind: type[T]) -> T:
    if name not in members:
        raise Broken(f"{name}: is missing")
    try:
        return msgspec.json.decode(members[name], type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Broken(f"{name}: cannot be read") from None
