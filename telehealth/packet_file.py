"""An audit packet as one file: a ZIP whose bytes follow from what is in it, a manifest, and a signature over that.

The manifest has the SHA-256 of every member, and the signature is Ed25519 over the manifest, so a changed byte anywhere
is found: in a member, in the manifest, in the signature, and in the ZIP around them, because whoever opens the file
makes it again from the members and compares. Nothing is compressed, so any program can look into it.

Must not touch: what the members mean (packet_check.py), keys.
"""

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

T = TypeVar("T")
FORMAT = "telehealth-audit-packet/1"
MANIFEST, SIGNATURE = "manifest.json", "signature.json"
LARGEST = 64 * 1024 * 1024
_THEN = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP can say: the packet's own is in the manifest."""


class Broken(Exception):
    """The packet does not hold; the message names what is broken, and how."""


class Member(msgspec.Struct, frozen=True):
    sha256: str
    bytes: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the packet is about."""

    format: str
    programme: str
    session: str
    client: str
    packet: str
    """Its id, as the audit log and the ledger name it."""
    made: int
    made_by: str
    """A member of staff, or "system"."""
    recipient: str
    """Nobody outside, if it is empty."""
    purpose: str
    basis: str
    """42 CFR 2.32(b)."""
    derivation: int
    """The version of the bytes of row.json."""
    overridden_names: int
    """How often a text that is in the packet was signed although another client's name stands in it."""
    members: dict[str, Member]


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    algorithm: str
    key: str
    """The public key, in hexadecimal."""
    signature: str


Sign = Callable[[bytes], tuple[str, str]]
"""Gives the public key and the signature, in hexadecimal."""


def packed(members: Mapping[str, bytes], manifest: Manifest, sign: Sign) -> bytes:
    """The file. `manifest` comes without its members."""
    listed = {name: Member(hashlib.sha256(body).hexdigest(), len(body)) for name, body in sorted(members.items())}
    said = written(msgspec.structs.replace(manifest, members=listed))
    key, signature = sign(_message(said))
    signed = written(Signature("Ed25519", key, signature))
    return _zip({MANIFEST: said, SIGNATURE: signed, **dict(sorted(members.items()))})


def opened(file: bytes) -> tuple[Manifest, Signature, dict[str, bytes]]:
    """What is in the file, once signature and digests hold. Raises `Broken`, naming the first thing that does not."""
    found = _unzip(file)
    for name in (MANIFEST, SIGNATURE):
        if name not in found:
            raise Broken(f"{name}: is missing")
    manifest, signature = _read(found, MANIFEST, Manifest), _read(found, SIGNATURE, Signature)
    if manifest.format != FORMAT:
        raise Broken(f"{MANIFEST}: this release reads {FORMAT} only")
    try:
        if signature.algorithm != "Ed25519":
            raise ValueError("another algorithm")
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature.key))
        key.verify(bytes.fromhex(signature.signature), _message(found[MANIFEST]))
    except (ValueError, InvalidSignature):
        raise Broken(f"{SIGNATURE}: is not the signature of {MANIFEST}") from None
    members = {name: body for name, body in found.items() if name not in (MANIFEST, SIGNATURE)}
    for name in manifest.members:
        if name not in members:
            raise Broken(f"{name}: is missing")
    for name, body in members.items():
        told = manifest.members.get(name)
        if told is None:
            raise Broken(f"{name}: the manifest does not know it")
        if told != Member(hashlib.sha256(body).hexdigest(), len(body)):
            raise Broken(f"{name}: was changed (its SHA-256 is not that of the manifest)")
    if _zip({name: found[name] for name in (MANIFEST, SIGNATURE, *sorted(members))}) != file:
        raise Broken("the file: was changed around its members")
    return manifest, signature, members


def written(value: object) -> bytes:
    """JSON for people: indented, names in order."""
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2) + b"\n"


def _message(manifest: bytes) -> bytes:
    return FORMAT.encode() + b"\n" + manifest


def _read(found: Mapping[str, bytes], name: str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(found[name], type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Broken(f"{name}: cannot be read") from None


def _zip(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, body in members.items():
            info = zipfile.ZipInfo(name, _THEN)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, body)
    return out.getvalue()


def _unzip(file: bytes) -> dict[str, bytes]:
    if len(file) > LARGEST:
        raise Broken("the file: is larger than a packet can be")
    found: dict[str, bytes] = {}
    name = "the file"
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            for info in archive.infolist():
                name = info.filename
                if info.compress_type != zipfile.ZIP_STORED or info.file_size > len(file) or name in found:
                    raise Broken(f"{name}: is not stored as a packet stores it")
                found[name] = archive.read(info)
    # All of these are zipfile's: NotImplementedError for a version or method that it does not know, RuntimeError for a
    # member that says it is encrypted, and the others for bytes that do not fit together.
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError, OSError):
        raise Broken(f"{name}: cannot be read, or was changed") from None
    return found
