"""What an operator may set, and what is refused with one sentence."""

import base64

import pytest

from telehealth.settings import Unsafe, read

KEY = base64.b64encode(bytes(32)).decode()


def test_nothing_has_to_be_set() -> None:
    """An empty environment gives a server for browsers of this machine, with at least two media workers."""
    settings = read({})
    assert settings.base_url == "http://127.0.0.1:8080"
    assert settings.media_workers >= 2


def test_values_are_parsed() -> None:
    """Each kind of setting is read as what it is."""
    settings = read(
        {
            "TELEHEALTH_HOST": "0.0.0.0",
            "TELEHEALTH_PUBLIC_URL": "https://sessions.example.org/",
            "TELEHEALTH_BEHIND_PROXY": "yes",
            "TELEHEALTH_KEY": f"{KEY},{KEY}",
            "TELEHEALTH_MEDIA_ADDRESSES": "203.0.113.7, 2001:db8::7",
            "TELEHEALTH_GRACE": "30",
            "REDIS_URL": "rediss://:secret@redis.example.org/0",
            "PATH": "/usr/bin",
        }
    )
    assert settings.base_url == "https://sessions.example.org"
    assert settings.behind_proxy
    assert settings.media_addresses == ("203.0.113.7", "2001:db8::7")
    assert settings.grace == 30


def test_an_empty_value_is_the_default() -> None:
    """A variable that is set to nothing, as compose files do, changes nothing."""
    assert read({"TELEHEALTH_PORT": "", "REDIS_URL": ""}).port == 8080


@pytest.mark.parametrize(
    "environment",
    [
        {"TELEHEALTH_PROT": "8080"},
        {"TELEHEALTH_PORT": "http"},
        {"TELEHEALTH_PORT": "70000"},
        {"TELEHEALTH_PORT": "٣"},
        {"TELEHEALTH_BEHIND_PROXY": "1"},
        {"TELEHEALTH_PUBLIC_URL": "http://sessions.example.org"},
        {"TELEHEALTH_PUBLIC_URL": "https://sessions.example.org/path"},
        {"TELEHEALTH_PUBLIC_URL": "https://"},
        {"TELEHEALTH_PUBLIC_URL": "https://[::1"},
        {"TELEHEALTH_HOST": "0.0.0.0"},
        {"REDIS_URL": "http://redis"},
        {"TELEHEALTH_KEY": "short"},
        {"TELEHEALTH_KEY": f"{KEY},AAAA"},
        {"TELEHEALTH_PROGRAMME": "a b"},
        {"TELEHEALTH_PROGRAMME": "{x}"},
        {"TELEHEALTH_ZONE": "Mars/Olympus"},
        {"TELEHEALTH_ZONE": "../etc/passwd"},
        {"TELEHEALTH_GRACE": "0"},
        {"TELEHEALTH_MEDIA_WORKERS": "1"},
        {"TELEHEALTH_MEDIA_WORKERS": "0"},
        {"TELEHEALTH_MEDIA_HOST": "media.example.org"},
        {"TELEHEALTH_MEDIA_ADDRESSES": "media.example.org"},
        {"TELEHEALTH_MEDIA_CONTROL": "unix:/x", "TELEHEALTH_MEDIA_SECRET": "s" * 32},
        {"TELEHEALTH_MEDIA_CONTROL": "tcp:10.0.0.5:7000"},
        {"TELEHEALTH_TURN_URLS": "stun:stun.example.org", "TELEHEALTH_TURN_SECRET": "s" * 16},
        {"TELEHEALTH_TURN_URLS": "turn:turn.example.org"},
        {"TELEHEALTH_NOTIFIER": "pigeon"},
        {"TELEHEALTH_NOTIFIER": "smtp"},
        {"TELEHEALTH_SMTP_URL": "http://mail.example.org"},
        {"TELEHEALTH_SMTP_URL": "smtp://"},
        {"TELEHEALTH_SMTP_URL": "smtp://mail.example.org:port"},
        {"TELEHEALTH_SMTP_URL": "smtp://me:secret@mail.example.org"},
        {"TELEHEALTH_SMTP_FROM": "Office <office@example.org>"},
        {"TELEHEALTH_SMTP_USER": "me"},
        {"TELEHEALTH_SMTP_PASSWORD": "secret"},
        {"TELEHEALTH_LOG_LEVEL": "verbose"},
    ],
    ids=lambda environment: " ".join(environment),
)
def test_unsafe_or_senseless_values_are_refused(environment: dict[str, str]) -> None:
    """The refusal is one sentence that names the setting."""
    with pytest.raises(Unsafe) as refusal:
        read(environment)
    assert next(iter(environment)) in str(refusal.value)
    assert str(refusal.value).endswith(".")


def test_secrets_are_in_no_message() -> None:
    """Neither the printed settings nor a refusal holds a key, a password or a secret."""
    environment = {
        "TELEHEALTH_KEY": KEY,
        "REDIS_URL": "redis://:canary-password@localhost",
        "TELEHEALTH_MEDIA_SECRET": "canary-secret" * 4,
        "TELEHEALTH_SMTP_USER": "mailer",
        "TELEHEALTH_SMTP_PASSWORD": "canary-mail-password",
    }
    printed = repr(read(environment))
    assert KEY not in printed
    assert "canary" not in printed
    for name, value in (
        ("TELEHEALTH_KEY", "canary"),
        ("REDIS_URL", "canary://canary"),
        ("TELEHEALTH_SMTP_URL", "smtp://me:canary@mail.example.org"),
    ):
        with pytest.raises(Unsafe) as refusal:
            read({name: value})
        assert "canary" not in str(refusal.value)
