"""The file of a backup: it opens whole, with its secret, or not at all."""

import base64
import io
import os

import pytest

from telehealth.store.archive import CHUNK, BadArchive, Secret, Writer, records

KEY = Secret("key", b"k" * 32)


def written(*held: bytes, secret: Secret = KEY) -> bytes:
    file = io.BytesIO()
    writer = Writer(file, secret)
    for one in held:
        writer.record(one)
    writer.close()
    assert writer.bytes == len(file.getvalue())
    return file.getvalue()


def read(archive: bytes, secret: Secret = KEY) -> list[bytes]:
    return list(records(io.BytesIO(archive), secret))


def test_records_come_back_in_order() -> None:
    """None, empty ones, small ones, and ones that fill many chunks."""
    big = [os.urandom(CHUNK * 3 + 5), b"", b"small", os.urandom(CHUNK)]
    assert read(written(*big)) == big
    assert read(written()) == []


@pytest.mark.parametrize("size", [CHUNK - 40, CHUNK - 6, CHUNK, 2 * CHUNK])
def test_ends_of_chunks(size: int) -> None:
    """A payload that ends at, before or after the end of a chunk."""
    held = os.urandom(size)
    assert read(written(held)) == [held]


def test_whatever_is_changed_does_not_open() -> None:
    """Any byte changed, cut anywhere, chunks swapped, left out or added, another header: refused, never other data."""
    held = [os.urandom(50_000) for _ in range(6)]
    whole = written(*held)
    start = whole.index(b"\n", 30) + 1
    sealed = CHUNK + 16
    for place in (0, 25, 60, start, start + sealed - 1, len(whole) - 1):
        with pytest.raises(BadArchive):
            read(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    for cut in (10, start - 1, start, start + 5, start + sealed, start + 2 * sealed, len(whole) - 1):
        with pytest.raises(BadArchive):
            read(whole[:cut])
    first, second, rest = whole[start : start + sealed], whole[start + sealed : start + 2 * sealed], whole[start:]
    for body in (second + first + rest[2 * sealed :], rest[sealed:], first + rest, rest + first):
        with pytest.raises(BadArchive):
            read(whole[:start] + body)
    other = written(*held)
    with pytest.raises(BadArchive):
        read(other[:start] + rest)


def test_secrets() -> None:
    """A wrong passphrase, a wrong key, one instead of the other: each is named. Weak ones are refused when given."""
    phrase = Secret.from_text("passphrase", "correct horse battery\nsecond line")
    archive = written(b"x", secret=phrase)
    assert read(archive, phrase) == [b"x"]
    with pytest.raises(BadArchive, match="passphrase does not open"):
        read(archive, Secret("passphrase", b"another one entirely"))
    with pytest.raises(BadArchive, match="opens with a passphrase"):
        read(archive, KEY)
    with pytest.raises(BadArchive, match="key does not open"):
        read(written(b"x"), Secret("key", b"o" * 32))
    with pytest.raises(BadArchive, match="no archive"):
        read(b"PK\x03\x04 something else")
    assert Secret.from_text("key", base64.b64encode(b"k" * 32).decode() + "\n") == KEY
    for kind, text in (("passphrase", "short"), ("key", "short"), ("key", "dGVzdA=="), ("passphrase", "")):
        with pytest.raises(ValueError, match=r"at least|32 bytes"):
            Secret.from_text(kind, text)
