"""An encrypted archive of records, written and read as a stream: what `telehealth backup` puts into a file.

    telehealth-backup/1 \n
    {"secret": "passphrase" | "key", "salt": ..., "n": ..., "wrapped": ...} \n
    chunks of 64 KiB and 16 bytes of tag, the last one shorter or equal

A fresh file key is wrapped (AES-256-GCM) under what is derived from the secret: scrypt of a passphrase, HKDF of a key.
The payload's key is derived from the file key and the hash of the header, so no word of the header can be changed. A
chunk's nonce is its number and one byte that says whether it is the last (the STREAM construction, as age uses it): a
chunk that is changed, moved, repeated or missing does not open, nor does a file that was cut at a chunk's end.
Inside, compressed: records, each behind its length. This file knows nothing of Redis and nothing of what is in them.
"""

import base64
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"telehealth-backup/1\n"
CHUNK = 64 * 1024
_TAG = 16
_LONGEST_HEADER = 4096
_COST = 2**17
"""scrypt's n, with r=8 and p=1: 128 MiB and about 0.4 s for each guess of a passphrase."""
PASSPHRASE_LEAST = 16


class BadArchive(Exception):
    """The file is none of ours, is damaged, or the secret is another one. Says nothing of what is in it."""


@dataclass(frozen=True, slots=True)
class Secret:
    """What opens an archive."""

    kind: str
    """passphrase | key"""
    content: bytes

    @classmethod
    def from_text(cls, kind: str, text: str) -> "Secret":
        """The first line of a file. Raises `ValueError` with a sentence."""
        line = (text.splitlines() or [""])[0].strip()
        if kind == "passphrase":
            if len(line) < PASSPHRASE_LEAST:
                raise ValueError(f"A passphrase needs at least {PASSPHRASE_LEAST} characters.")
            return cls(kind, line.encode())
        try:
            content = base64.b64decode(line, validate=True)
        except ValueError:
            content = b""
        if len(content) != 32:
            raise ValueError("A backup key must be 32 bytes in base64, such as `openssl rand -base64 32` prints.")
        return cls(kind, content)


class _Header(msgspec.Struct, frozen=True):
    secret: str
    salt: bytes
    n: int
    wrapped: bytes


class Writer:
    """Records into a file. Without `close` the file is no archive."""

    def __init__(self, file: BinaryIO, secret: Secret) -> None:
        salt, file_key = os.urandom(16), os.urandom(32)
        cost = _COST if secret.kind == "passphrase" else 0
        wrapped = AESGCM(_wrapping(secret, salt, cost)).encrypt(bytes(12), file_key, MAGIC)
        header = MAGIC + msgspec.json.encode(_Header(secret.kind, salt, cost, wrapped)) + b"\n"
        file.write(header)
        self._file = file
        self._cipher = AESGCM(_payload_key(file_key, header))
        self._number = 0
        self._held = bytearray()
        self._squeeze = zlib.compressobj(1)
        self.bytes = len(header)

    def record(self, record: bytes) -> None:
        self._put(self._squeeze.compress(len(record).to_bytes(4, "big") + record))

    def close(self) -> None:
        """The last chunk. The file itself stays open."""
        self._put(self._squeeze.flush())
        self._chunk(bytes(self._held), last=True)

    def _put(self, more: bytes) -> None:
        self._held += more
        while len(self._held) > CHUNK:  # one is held back: it may be the last
            self._chunk(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]

    def _chunk(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last), plain, None)
        self._file.write(sealed)
        self._number += 1
        self.bytes += len(sealed)


def records(file: BinaryIO, secret: Secret) -> Iterator[bytes]:
    """What was written, in order. Raises `BadArchive` at the first byte that is not as it was written; what came before
    it is genuine, but whether it is all is known only at the end."""
    cipher = _opened(file, secret)
    loose, held, number = zlib.decompressobj(), bytearray(), 0
    sealed = file.read(CHUNK + _TAG)
    while True:
        following = file.read(CHUNK + _TAG)
        try:
            held += loose.decompress(cipher.decrypt(_nonce(number, not following), sealed, None))
        except (InvalidTag, zlib.error):
            raise BadArchive("The archive is damaged, or was cut short. Nothing of it was used.") from None
        begin = 0
        while len(held) - begin >= 4 and len(held) - begin - 4 >= (size := int.from_bytes(held[begin : begin + 4])):
            yield bytes(held[begin + 4 : begin + 4 + size])
            begin += 4 + size
        del held[:begin]
        if not following:
            break
        sealed, number = following, number + 1
    if held or not loose.eof:
        raise BadArchive("The archive ends within a record.")


def _opened(file: BinaryIO, secret: Secret) -> AESGCM:
    magic, line = file.read(len(MAGIC)), file.readline(_LONGEST_HEADER)
    if magic != MAGIC:
        raise BadArchive("This is no archive of `telehealth backup`.")
    try:
        header = msgspec.json.decode(line, type=_Header)
        if header.secret != secret.kind:
            raise BadArchive(f"This archive opens with a {header.secret}, and a {secret.kind} was given.")
        if header.n not in (0, _COST):  # what a stranger wrote here could ask for all memory
            raise BadArchive("The head of the archive is damaged.")
        file_key = AESGCM(_wrapping(secret, header.salt, header.n)).decrypt(bytes(12), header.wrapped, MAGIC)
    except msgspec.DecodeError:
        raise BadArchive("The head of the archive is damaged.") from None
    except InvalidTag:
        raise BadArchive(f"The {secret.kind} does not open this archive.") from None
    return AESGCM(_payload_key(file_key, magic + line))


def _wrapping(secret: Secret, salt: bytes, cost: int) -> bytes:
    """Used for one wrapping only, because the salt is fresh: a fixed nonce is safe."""
    if secret.kind == "passphrase":
        return Scrypt(salt=salt, length=32, n=cost or _COST, r=8, p=1).derive(secret.content)
    return HKDF(SHA256(), 32, salt=salt, info=b"telehealth/backup/wrap").derive(secret.content)


def _payload_key(file_key: bytes, header: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=sha256(header).digest(), info=b"telehealth/backup/payload").derive(file_key)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
