"""Credentials for the TURN relay."""

import base64
import hashlib
import hmac

from telehealth.edge.turn import VALID, ice_servers

NOW = 1_800_000_000_000


def test_a_page_gets_credentials_that_the_relay_can_check() -> None:
    """The password is what any HMAC-SHA-1 makes of the user name, which holds the time of expiry and names nobody."""
    (server,) = ice_servers(["turn:turn.example.org"], "secret", NOW)
    assert server.urls == ["turn:turn.example.org"]
    expiry, _, noise = server.username.partition(":")
    assert int(expiry) * 1000 == NOW + VALID
    assert len(noise) == 16
    made = hmac.new(b"secret", server.username.encode(), hashlib.sha1).digest()
    assert base64.b64decode(server.credential) == made


def test_each_page_has_its_own() -> None:
    """Two pages cannot be told to be of one person by their user names."""
    one, other = (ice_servers(["turn:turn.example.org"], "secret", NOW)[0] for _ in range(2))
    assert one.username != other.username


def test_without_a_relay_there_is_nothing() -> None:
    """No foreign STUN or TURN server is ever asked."""
    assert ice_servers([], "", NOW) == []
