"""Sealing of private fields before they leave the process, and blind indexes to find some of them again.

A sealed field is `version (1) | key id (4) | nonce (12) | ciphertext and tag`, AES-256-GCM. Its associated data names
the programme, the type, the record, the field and the revision, so a ciphertext that was moved to another place, or
put back from an older revision, does not open. Each programme has its own key, derived from the root by HKDF.

A blind index is an HMAC under a key of its own, of the value normalised (NFKC, case, spaces): equal values can be
found without being readable. Never index what can be guessed (DESIGN section 5).

The root key is 32 random bytes, as base64, from the environment or from a file that the first start makes. Several
may be given, the first being the one that seals: the others still open what they sealed, which is how a key is
changed. This file knows nothing of Redis, and no message of its errors holds content.
"""

import base64
import binascii
import hmac
import os
import secrets
import unicodedata
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = 1
_OF_PERSON = 2
"""The version of what needs a person's secret, too (person_keys.py)."""
_NONCE = 12
_HEAD = 1 + 4 + _NONCE


class Broken(Exception):
    """A sealed field does not open: wrong key, wrong place, wrong revision, or damaged."""

    def __init__(self) -> None:
        super().__init__("A sealed field cannot be opened here: another key, another place, or damaged.")


class Erased(Broken):
    """What was kept about somebody whose own secret was destroyed."""


class BadKey(Exception):
    """The root key cannot be used; the sentence says why and what to do."""


class Keyring:
    """Root keys, the first of which seals."""

    def __init__(self, *roots: bytes) -> None:
        if not roots or any(len(root) != 32 for root in roots):
            raise BadKey("A root key must be 32 bytes in base64, such as `openssl rand -base64 32` prints.")
        self._roots = {_derive(root, "key id")[:4]: root for root in roots}
        self._primary = next(iter(self._roots))
        self._apart: dict[str, Keyring] = {}
        self._ciphers: dict[tuple[bytes, str], AESGCM] = {}
        self._blinds: dict[str, list[bytes]] = {}

    @classmethod
    def from_text(cls, text: str) -> "Keyring":
        """Keys in base64, separated by commas or white space."""
        try:
            return cls(*(base64.b64decode(part, validate=True) for part in text.replace(",", " ").split()))
        except binascii.Error:
            raise BadKey("A root key must be 32 bytes in base64, such as `openssl rand -base64 32` prints.") from None

    @classmethod
    def load(cls, text: str | None, path: Path) -> "Keyring":
        """From `text` (TELEHEALTH_KEY) if there is one, else from the file at `path`, made if it does not exist."""
        if text:
            return cls.from_text(text)
        try:
            return cls.from_text(_read(path))
        except FileNotFoundError:
            _make(path)
            return cls.from_text(_read(path))

    @property
    def primary(self) -> bytes:
        """The id of the key that seals."""
        return self._primary

    @property
    def ids(self) -> tuple[bytes, ...]:
        """The ids of all keys, the one that seals first."""
        return tuple(self._roots)

    def apart(self, purpose: str) -> "Keyring":
        """A keyring of its own, whose roots are derived from these: it opens nothing that this one sealed, nor this one
        what it sealed, and whoever gets hold of a key of one has none of the other."""
        if purpose not in self._apart:
            self._apart[purpose] = Keyring(*(_derive(root, f"apart|{purpose}") for root in self._roots.values()))
        return self._apart[purpose]

    def seal(self, programme: str, kind: str, record: str, field: str, revision: int, text: str) -> bytes:
        """`text`, readable only with the key and only at this place."""
        return self.seal_bytes(programme, kind, record, field, revision, text.encode())

    def seal_bytes(self, programme: str, kind: str, record: str, field: str, revision: int, what: bytes) -> bytes:
        """The same of what is no text."""
        nonce = os.urandom(_NONCE)
        place = _place(self._primary, programme, kind, record, field, revision)
        return (
            bytes([_VERSION])
            + self._primary
            + nonce
            + self._cipher(self._primary, programme).encrypt(nonce, what, place)
        )

    def cipher_of(self, key_id: bytes, programme: str, secret: bytes) -> AESGCM | None:
        """What opens only with a person's secret and this root; None without the root."""
        root = self._roots.get(key_id)
        return None if root is None else AESGCM(_derive(root, f"person|{programme}", secret))

    def unseal(self, programme: str, kind: str, record: str, field: str, revision: int, sealed: bytes) -> str:
        """What was sealed at this place, or `Broken`."""
        return self.unseal_bytes(programme, kind, record, field, revision, sealed).decode()

    def unseal_bytes(self, programme: str, kind: str, record: str, field: str, revision: int, sealed: bytes) -> bytes:
        """The same of what may be no text."""
        key_id, nonce = sealed[1:5], sealed[5:_HEAD]
        if len(sealed) < _HEAD + 16 or sealed[0] != _VERSION or key_id not in self._roots:
            raise Broken
        place = _place(key_id, programme, kind, record, field, revision)
        try:
            return self._cipher(key_id, programme).decrypt(nonce, sealed[_HEAD:], place)
        except InvalidTag:
            raise Broken from None

    def blind(self, field: str, value: str) -> list[str]:
        """The names under which `value` may be found: the primary key's (to be written) first."""
        normal = _normalised(value).encode()
        known = self._blinds.get(field)
        if known is None:
            known = [_derive(root, f"blind|{field}") for root in self._roots.values()]
            self._blinds[field] = known
        return [hmac.new(key, normal, sha256).hexdigest()[:32] for key in known]

    def sign(self, purpose: str, message: bytes) -> tuple[str, bytes]:
        """The public key in hexadecimal, and an Ed25519 signature under the primary root's key for this purpose."""
        key = self._signer(self._primary, purpose)
        return key.public_key().public_bytes_raw().hex(), key.sign(message)

    def signed(self, purpose: str, message: bytes, signature: bytes) -> bool:
        """Whether one of the roots signed it for this purpose."""
        for key_id in self._roots:
            try:
                self._signer(key_id, purpose).public_key().verify(signature, message)
            except InvalidSignature:
                continue
            return True
        return False

    def _signer(self, key_id: bytes, purpose: str) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(_derive(self._roots[key_id], f"sign|{purpose}"))

    def _cipher(self, key_id: bytes, programme: str) -> AESGCM:
        known = self._ciphers.get((key_id, programme))
        if known is None:
            known = AESGCM(_derive(self._roots[key_id], f"seal|{programme}"))
            self._ciphers[key_id, programme] = known
        return known


class Personal:
    """A keyring together with one person's secret: it seals what needs both, and opens what needs either."""

    def __init__(self, keyring: Keyring, secret: bytes | None, *, erased: bool = False) -> None:
        self._keyring = keyring
        self._secret = secret
        self._erased = erased
        self._ciphers: dict[tuple[bytes, str], AESGCM | None] = {}

    @property
    def whole(self) -> bool:
        """Whether the secret is there."""
        return self._secret is not None

    def seal(self, programme: str, kind: str, record: str, field: str, revision: int, text: str) -> bytes:
        return self.seal_bytes(programme, kind, record, field, revision, text.encode())

    def seal_bytes(self, programme: str, kind: str, record: str, field: str, revision: int, what: bytes) -> bytes:
        nonce, key = os.urandom(_NONCE), self._keyring.primary
        place = _place(key, programme, kind, record, field, revision, version=_OF_PERSON)
        cipher = self._cipher(key, programme)
        if cipher is None:
            raise Erased
        return bytes([_OF_PERSON]) + key + nonce + cipher.encrypt(nonce, what, place)

    def unseal(self, programme: str, kind: str, record: str, field: str, revision: int, sealed: bytes) -> str:
        """What was sealed at this place; `Erased` if the person was, else `Broken`."""
        return self.unseal_bytes(programme, kind, record, field, revision, sealed).decode()

    def unseal_bytes(self, programme: str, kind: str, record: str, field: str, revision: int, sealed: bytes) -> bytes:
        if self._erased:
            raise Erased
        if not needs_secret(sealed):
            return self._keyring.unseal_bytes(programme, kind, record, field, revision, sealed)
        key = sealed[1:5]
        cipher = self._cipher(key, programme)
        if cipher is None:
            raise Broken
        place = _place(key, programme, kind, record, field, revision, version=_OF_PERSON)
        try:
            return cipher.decrypt(sealed[5:_HEAD], sealed[_HEAD:], place)
        except InvalidTag:
            raise Broken from None

    def _cipher(self, key: bytes, programme: str) -> AESGCM | None:
        if self._secret is None:
            return None
        if (key, programme) not in self._ciphers:
            self._ciphers[key, programme] = self._keyring.cipher_of(key, programme, self._secret)
        return self._ciphers[key, programme]


def key_of(value: bytes) -> bytes | None:
    """The id of the key under which `value` is sealed; None if it is not sealed."""
    return value[1:5] if len(value) >= _HEAD + 16 and value[0] in (_VERSION, _OF_PERSON) else None


def needs_secret(value: bytes) -> bool:
    """Whether a sealed value needs a person's secret, too."""
    return len(value) >= _HEAD + 16 and value[0] == _OF_PERSON


def _derive(root: bytes, purpose: str, salt: bytes | None = None) -> bytes:
    return HKDF(SHA256(), 32, salt=salt, info=b"telehealth/1/" + purpose.encode()).derive(root)


def _place(
    key_id: bytes, programme: str, kind: str, record: str, field: str, revision: int, *, version: int = _VERSION
) -> bytes:
    """Unambiguous: each part is preceded by its length, so that parts cannot borrow characters from each other."""
    parts = (str(version), key_id.hex(), programme, kind, record, field, str(revision))
    return "|".join(f"{len(part)}:{part}" for part in parts).encode()


def _normalised(value: str) -> str:
    """One spelling of equal values. NFKC twice, because folding the case can leave a composed form behind."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())
    return " ".join(folded.split())


def add_key(path: Path) -> None:
    """Put a new key in front of those in the file: from the next start on it seals, and the others still open."""
    _replace(path, base64.b64encode(secrets.token_bytes(32)).decode() + "\n" + _read(path))


def drop_keys(path: Path) -> int:
    """Leave the first key in the file, and no other; how many went."""
    first, *others = _read(path).replace(",", " ").split()
    _replace(path, first + "\n")
    return len(others)


def _replace(path: Path, text: str) -> None:
    """Instead of what the file says, at once and durably, with mode 0600."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _settle(path.parent)


def _read(path: Path) -> str:
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & 0o077:
            raise BadKey(f"The key file {path.name} may be read by others. Do `chmod 600` on it, then start again.")
        return file.read().decode("ascii", "replace")


def _make(path: Path) -> None:
    """Write a new key, durably and with mode 0600, before anything is sealed with it. Never replaces a key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(32)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails if another process was first: its key is the one
        except FileExistsError:
            return
    finally:
        draft.unlink()
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Make what was renamed or linked in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
