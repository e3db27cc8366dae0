"""`telehealth audit packet`, `key` and `verify`: made where the record is, checked where nothing is."""

from pathlib import Path

import pytest

from telehealth.store.embedded import EmbeddedRedis
from tests.app.test_proofs import P, keep
from tests.app.test_serve import run
from tests.core.story import BOB, CAROL
from tests.support.redis import KEY, connected

pytestmark = pytest.mark.asyncio


async def test_a_packet_is_checked_on_another_machine(one_redis: EmbeddedRedis, tmp_path: Path) -> None:
    """By a process with an empty data folder, no key and no Redis: every line holds, a changed byte ends it with its
    name and status 1, and so does a file that is none."""
    async with connected(one_redis.url) as store:
        await keep(store, "s1")
    here = {"REDIS_URL": one_redis.url, "TELEHEALTH_KEY": KEY, "TELEHEALTH_PROGRAMME": P}
    there = {"TELEHEALTH_DATA": str(tmp_path / "empty")}
    file = tmp_path / "packet.zip"
    words = ("audit", "packet", "--session", "s1", "--client", CAROL, "-o", str(file))
    code, out, err = await run(*words, environment=here)
    assert (code, out) == (0, ""), err
    assert file.stat().st_mode & 0o077 == 0
    _, key, _ = await run("audit", "key", environment=here)
    code, out, err = await run("audit", "verify", str(file), "--key", key.strip(), environment=there)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].endswith("which is the one that was given")
    assert any(line.startswith("ok  row: 11 events under iop-default/1 give it byte for byte") for line in lines)
    assert (lines[-2:]) == ["ok  notice: 42 CFR 2.32 goes with it", "Everything holds."]
    assert BOB.encode() not in file.read_bytes()
    assert not (tmp_path / "empty").exists()

    body = file.read_bytes()
    at = body.index(b'"attended_ms"')
    changed = tmp_path / "changed.zip"
    changed.write_bytes(body[:at] + b"x" + body[at + 1 :])
    code, out, err = await run("audit", "verify", str(changed), environment=there)
    assert (code, out) == (1, "BROKEN  row.json: cannot be read, or was changed\n")
    assert err == "telehealth: The packet does not hold.\n"
    code, out, err = await run(*words, environment=here)
    assert (code, "exists already" in err, file.read_bytes() == body) == (1, True, True)
    code, _, err = await run("audit", "packet", "--session", "s9", "--client", BOB, "-o", f"{file}.2", environment=here)
    assert (code, "no attendance row" in err) == (1, True)
    code, _, err = await run("audit", "verify", f"{file}.3", environment=there)
    assert (code, "cannot be read" in err) == (1, True)
