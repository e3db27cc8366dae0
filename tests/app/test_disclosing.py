"""What an administrator says about disclosures counts at once for the running server; each refusal is a sentence."""

import json
from pathlib import Path

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from telehealth import cli_disclosing
from telehealth.edge.profiles import PROFILES
from telehealth.edge.webhooks import EVENTS
from tests.app.test_serve import run
from tests.support.server import running


def test_the_words_are_those_of_the_tables() -> None:
    """The command line offers every profile and event, and no other."""
    assert tuple(PROFILES) == cli_disclosing.PROFILES
    assert cli_disclosing.EVENTS == EVENTS
    assert "legal" not in cli_disclosing.PURPOSES


@pytest.mark.asyncio
async def test_consents_grounds_clients_and_webhooks(tmp_path: Path) -> None:
    """Each is made, listed and ended by its command, and what cannot be is refused with one sentence."""
    async with running(tmp_path / "data") as server, aiohttp.ClientSession() as http:
        data = ("--data", str(server.folder))
        client = json.loads((server.folder / "demo.json").read_text())["clients"][0]["person"]
        made = (
            await server.run(
                "consent", "add", client, "--kind", "court", "--recipient", "county-court", "--days", "90",
                "--signed-by", "The Client",
            )
        ).strip()  # fmt: skip
        listed = await server.run("consent", "list", client)
        assert f"{made}  court to county-court for court  until 20" in listed
        assert f"tpo-{client}  tpo to any for treatment, payment, operations  until end of treatment" in listed
        await server.run("consent", "revoke", client, made)
        assert "revoked" in await server.run("consent", "list", client)
        code, _, err = await run("consent", "add", client, "--signed-by", "X", *data)
        assert (code, err) == (1, "telehealth: 42 CFR 2.31(a) asks for more: expires.\n")

        ground = ("ground", "add", "--kind", "audit_evaluation", "--recipient", "state-audit", "--purpose", "audit")
        made = (await server.run(*ground, "--reference", "letter 7", "--days", "30")).strip()
        await server.run("ground", "revoke", made)

        key = (await server.run("apikey", "create", "--label", "Acme", "--profile", "billing")).strip()
        assert "billing to acme for payment" in await server.run("apikey", "list")
        async with http.get(
            f"{server.base}/api/v1/attendance?from=0&to=1", headers={"Authorization": f"Bearer {key}"}
        ) as answer:
            assert answer.status == 200
        old = key.split("_")[1]
        fresh = (await server.run("apikey", "rotate", old, "--days", "0")).strip()
        for text, status in ((key, 401), (fresh, 200)):
            headers = {"Authorization": f"Bearer {text}"}
            async with http.get(f"{server.base}/api/v1/attendance?from=0&to=1", headers=headers) as answer:
                assert answer.status == status
        assert (await server.run("apikey", "list")).count("billing to acme for payment") == 2
        code, _, err = await run("apikey", "rotate", old, *data)
        assert (code, err) == (1, "telehealth: Only a key that is valid and has a secret of ours can be rotated.\n")
        code, _, err = await run(
            "apikey", "create", "--label", "x", "--profile", "court", "--purpose", "payment", *data
        )
        assert (code, err) == (1, "telehealth: The profile court is for court only.\n")
        assert await server.run("disclosures", client) == ""

        public = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP384R1()).public_key(), as_dict=True)
        jwks = tmp_path / "keys.json"
        jwks.write_text(json.dumps({"keys": [{**public, "kid": "k1"}]}))
        name = (await server.run("client", "add", "--label", "EHR", "--jwks", str(jwks))).strip()
        assert name in await server.run("apikey", "list")
        jwks.write_text("{}")
        code, _, err = await run("client", "add", "--label", "EHR", "--jwks", str(jwks), *data)
        assert (code, err.startswith("telehealth: This is not a JWKS")) == (1, True)

        name, secret = (
            await server.run("webhook", "add", "https://records.example.org/hook", "--recipient", "ehr")
        ).split()
        assert secret.startswith("whsec_")
        listed = await server.run("webhook", "list")
        assert f"{name}  session.closed, attendance.changed, note.signed to ehr  up to date" in listed
        assert secret not in listed
        await server.run("webhook", "remove", name)
        assert await server.run("webhook", "list") == ""
        code, _, err = await run("webhook", "add", "http://10.0.0.1/", "--recipient", "ehr", *data)
        assert (code, err) == (1, "telehealth: An endpoint must be https.\n")
