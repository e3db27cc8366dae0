"""Sealing: only with the key, only at its place, only its revision; blind indexes; where the key comes from."""

import base64
import os
import stat
from pathlib import Path

import pytest

from telehealth.store.sealed import BadKey, Broken, Keyring
from tests.support.redis import KEY

PLACE = ("prog1", "note", "sess1/bob", "text", 3)
OTHER = base64.b64encode(b"o" * 32).decode()


def test_what_is_sealed_opens_at_its_place() -> None:
    """A text of any kind comes back, and two sealings of one text have nothing in common."""
    keyring = Keyring.from_text(KEY)
    for text in ("", "a", "naïve café \N{SNOWMAN}", "x" * 20_000):
        once, twice = keyring.seal(*PLACE, text), keyring.seal(*PLACE, text)
        assert keyring.unseal(*PLACE, once) == keyring.unseal(*PLACE, twice) == text
        assert once[5:] != twice[5:]
        assert len(once) == 33 + len(text.encode())


@pytest.mark.parametrize(
    "place",
    [
        ("prog2", "note", "sess1/bob", "text", 3),
        ("prog1", "person", "sess1/bob", "text", 3),
        ("prog1", "note", "sess1/carol", "text", 3),
        ("prog1", "note", "sess1/bob", "digest", 3),
        ("prog1", "note", "sess1/bob", "text", 2),
        ("prog1", "note", "sess1/bobtext", "", 3),
        ("prog1", "note|sess1", "bob", "text", 3),
    ],
)
def test_it_opens_nowhere_else(place: tuple[str, str, str, str, int]) -> None:
    """Moved to another programme, type, record, field or revision, a sealed field does not open (E2)."""
    keyring = Keyring.from_text(KEY)
    with pytest.raises(Broken):
        keyring.unseal(*place, keyring.seal(*PLACE, "a text"))


def test_damage_and_cuts_are_refused() -> None:
    """A sealed field with any byte changed, or cut anywhere, does not open."""
    keyring = Keyring.from_text(KEY)
    sealed = keyring.seal(*PLACE, "a text")
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        for broken in (changed, sealed[:at]):
            with pytest.raises(Broken):
                keyring.unseal(*PLACE, broken)
    with pytest.raises(Broken):
        keyring.unseal(*PLACE, sealed + b"x")


def test_another_key_opens_nothing() -> None:
    """Without the root key that sealed it, a field stays shut, and the error shows nothing of it."""
    sealed = Keyring.from_text(KEY).seal(*PLACE, "canary text")
    with pytest.raises(Broken) as caught:
        Keyring.from_text(OTHER).unseal(*PLACE, sealed)
    assert "canary" not in str(caught.value)


def test_a_key_is_changed_by_putting_a_new_one_first() -> None:
    """Old fields and indexes are found with the old key behind; new ones are sealed with the first."""
    old = Keyring.from_text(KEY)
    both = Keyring.from_text(f"{OTHER}, {KEY}")
    new = Keyring.from_text(OTHER)
    assert both.unseal(*PLACE, old.seal(*PLACE, "before")) == "before"
    assert new.unseal(*PLACE, both.seal(*PLACE, "after")) == "after"
    assert both.blind("login", "Alice") == new.blind("login", "Alice") + old.blind("login", "Alice")


def test_a_blind_index_finds_one_spelling_by_another() -> None:
    """Case, composition, width and spaces make no difference; the value, the field and the key do."""
    keyring = Keyring.from_text(KEY)
    (name,) = keyring.blind("login", "André Straße")
    for same in ("andré  STRASSE ", "Andre\u0301 Straße", "\uff21ndré straße"):
        assert keyring.blind("login", same) == [name]
    others = [keyring.blind("login", "andre strasse"), keyring.blind("email", "André Straße")]
    others.append(Keyring.from_text(OTHER).blind("login", "André Straße"))
    assert [name] not in others


def test_the_key_file_is_made_once_and_private(tmp_path: Path) -> None:
    """The first start makes a key with mode 0600 whatever the umask; later ones read the same."""
    path = tmp_path / "new" / "key"
    before = os.umask(0)
    try:
        first = Keyring.load(None, path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["key"]
    sealed = first.seal(*PLACE, "a text")
    assert Keyring.load("", path).unseal(*PLACE, sealed) == "a text"


def test_a_key_from_the_environment_wins_and_makes_no_file(tmp_path: Path) -> None:
    """Where TELEHEALTH_KEY is set, no key is left on the disk."""
    keyring = Keyring.load(KEY, tmp_path / "key")
    assert Keyring.from_text(KEY).unseal(*PLACE, keyring.seal(*PLACE, "a text")) == "a text"
    assert list(tmp_path.iterdir()) == []


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """A key that leaked to other users of the machine is not used silently."""
    path = tmp_path / "key"
    Keyring.load(None, path)
    path.chmod(0o640)
    with pytest.raises(BadKey, match="chmod 600"):
        Keyring.load(None, path)


@pytest.mark.parametrize("text", ["", "short", "AAAA", KEY[:-4], KEY + "AAAA", "not base64!"])
def test_what_is_no_key_is_refused_without_being_shown(text: str) -> None:
    """A key of the wrong length or spelling is one plain sentence."""
    with pytest.raises(BadKey, match="32 bytes") as caught:
        Keyring.from_text(text)
    assert not text or text not in str(caught.value)
