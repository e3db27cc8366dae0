"""SMART Backend Services: only a fresh assertion that the client's own key signed gets a token, once."""

import json
import time
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from telehealth.core.records import ApiKey
from telehealth.edge.api_keys import READ_ATTENDANCE
from telehealth.edge.smart import public_keys

from .clinic import ALICE, BOB, MAIN, MINUTE, Answer, Clinic, Evening

pytestmark = pytest.mark.asyncio
CLIENT = "0123456789abcdef"
AUDIENCE = "http://127.0.0.1:1/auth/token"
RSA, EC, OTHER = (
    rsa.generate_private_key(65537, 2048),
    ec.generate_private_key(ec.SECP384R1()),
    rsa.generate_private_key(65537, 2048),
)


def _jwk(key: Any, kid: str) -> dict[str, Any]:
    algorithm = ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else RSAAlgorithm
    return {**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid}


async def _register(clinic: Clinic, **change: Any) -> None:
    jwks = public_keys(json.dumps({"keys": [_jwk(RSA, "rsa-1"), _jwk(EC, "ec-1")]}))
    key = ApiKey(CLIENT, MAIN, "", (READ_ATTENDANCE,), "ehr", 1, recipient="ehr", jwks=jwks)
    await clinic.store.access.put_api_key(replace(key, **change))


def _signed(key: Any = RSA, kid: str = "rsa-1", algorithm: str = "RS384", **claims: Any) -> str:
    now = int(time.time())
    given = {"iss": CLIENT, "sub": CLIENT, "aud": AUDIENCE, "exp": now + 240, "jti": f"jti-{time.time_ns()}", **claims}
    return jwt.encode({k: v for k, v in given.items() if v is not None}, key, algorithm, headers={"kid": kid})


async def _ask(clinic: Clinic, assertion: str, **change: str) -> Answer:
    form = {
        "grant_type": "client_credentials",
        "scope": "system/Encounter.rs",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
        **change,
    }
    kind = "application/x-www-form-urlencoded"
    return await clinic.browser().ask("POST", "/auth/token", urlencode(form), Content_Type=kind)


async def test_a_signed_assertion_gets_a_token_that_reads(clinic: Clinic) -> None:
    """RS384 and ES384; the token opens what the client's registration says, for its recipient."""
    await _register(clinic)
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    await evening.seats(BOB)
    for assertion in (_signed(), _signed(EC, "ec-1", "ES384")):
        answer = await _ask(clinic, assertion)
        assert answer.status == 200, answer.raw
        assert answer.headers["Cache-Control"] == "no-store"
        given = answer.json
        assert (given["token_type"], given["expires_in"], given["scope"]) == ("bearer", 300, "system/Encounter.rs")
        bundle = await clinic.browser().get("/fhir/Encounter", Authorization=f"Bearer {given['access_token']}")
        assert bundle.json["entry"][0]["resource"]["subject"]["identifier"]["value"] == BOB
    (row, *_) = await clinic.store.ledger.of(MAIN, BOB)
    assert (row.disclosure.recipient, row.disclosure.actor) == ("ehr", f"api-key:{CLIENT}")


async def test_whatever_is_wrong_gets_one_answer(clinic: Clinic) -> None:
    """Another key, algorithm, audience, subject, an old or a long life, no jti, an unknown client: invalid_client."""
    await _register(clinic)
    now = int(time.time())
    wrong = [
        _signed(OTHER),
        _signed(kid="unknown"),
        _signed(algorithm="RS256"),
        _signed(EC, "rsa-1", "ES384"),
        _signed(aud="http://elsewhere/auth/token"),
        _signed(sub="fedcba9876543210"),
        _signed(iss="fedcba9876543210", sub="fedcba9876543210"),
        _signed(exp=now - 60),
        _signed(exp=now + 3600),
        _signed(jti=None),
        jwt.encode({"iss": CLIENT}, None, "none"),
        "not.a.jwt",
    ]
    answers = [await _ask(clinic, assertion) for assertion in wrong]
    assert {(answer.status, answer.raw) for answer in answers} == {(401, b'{"error":"invalid_client"}')}


async def test_an_assertion_is_used_once(clinic: Clinic) -> None:
    """Whoever replays one, with whatever scope, gets nothing."""
    await _register(clinic)
    assertion = _signed()
    assert (await _ask(clinic, assertion)).status == 200
    assert (await _ask(clinic, assertion)).json == {"error": "invalid_client"}


async def test_a_revoked_client_and_its_tokens_open_nothing(clinic: Clinic) -> None:
    """Revocation ends tokens that are out, too."""
    await _register(clinic)
    token = (await _ask(clinic, _signed())).json["access_token"]
    assert (await clinic.browser().get("/fhir/Encounter", Authorization=f"Bearer {token}")).status == 200
    await clinic.store.access.revoke_api_key(CLIENT, clinic.clock.now())
    assert (await clinic.browser().get("/fhir/Encounter", Authorization=f"Bearer {token}")).status == 401
    assert (await _ask(clinic, _signed())).status == 401
    made_up = "tha_" + "a" * 43
    assert (await clinic.browser().get("/fhir/Encounter", Authorization=f"Bearer {made_up}")).status == 401


async def test_other_grants_and_scopes_are_refused(clinic: Clinic) -> None:
    """OAuth's own words for it; a client without the scope gets none."""
    await _register(clinic)
    assert (await _ask(clinic, _signed(), grant_type="password")).json == {"error": "unsupported_grant_type"}
    assert (await _ask(clinic, _signed(), scope="system/Patient.write")).json == {"error": "invalid_scope"}
    assert (await _ask(clinic, _signed(), client_assertion_type="x")).json == {"error": "invalid_request"}
    assert (await clinic.browser().ask("POST", "/auth/token", {})).json == {"error": "invalid_request"}
    for word in (ALICE, str(MINUTE)):
        assert word not in (await _ask(clinic, _signed())).raw.decode()


async def test_only_strong_public_keys_are_registered(clinic: Clinic) -> None:
    """A private key, a short one, another curve, one without a name: each is refused with a sentence."""
    private = RSAAlgorithm.to_jwk(RSA, as_dict=True)
    short = _jwk(rsa.generate_private_key(65537, 1024), "short")  # noqa: S505  on purpose
    curve = _jwk(ec.generate_private_key(ec.SECP256R1()), "curve")
    unnamed = {k: v for k, v in _jwk(RSA, "x").items() if k != "kid"}
    for keys in ([{**private, "kid": "p"}], [short], [curve], [unnamed], []):
        with pytest.raises(ValueError, match=r"[Kk]ey"):
            public_keys(json.dumps({"keys": keys}))
    with pytest.raises(ValueError, match="JWKS"):
        public_keys("[]")
    configuration = (await clinic.browser().get("/fhir/.well-known/smart-configuration")).json
    assert configuration["token_endpoint"] == AUDIENCE
    assert "client-confidential-asymmetric" in configuration["capabilities"]
