"""`telehealth keys` and `telehealth audit`, as an administrator runs them, on the store of a running server."""

from pathlib import Path

import pytest

from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.core.records import Person
from telehealth.store.redis_store import Store
from telehealth.store.sealed import Keyring
from tests.app.test_serve import run
from tests.support.redis import KEY, running

pytestmark = pytest.mark.asyncio

P = ProgrammeId("main")
BOB = PersonId("person-bob")


async def test_a_key_is_added_rotated_to_and_dropped(tmp_path: Path) -> None:
    """Add, rotate, drop: each says what it did, dropping waits for the rotation, and the file keeps its mode."""
    data = tmp_path / "data"
    async with running(data / "redis") as redis:
        key_file = data / "key"
        key_file.touch(0o600)
        key_file.write_text(KEY + "\n")
        store = await Store.connect(redis.url, Keyring.from_text(KEY))
        await store.people.put(P, Person(BOB, False, "Robert Quillfeather", "Bob"))
        await store.close()

        async def keys(verb: str) -> tuple[int, str, str]:
            return await run("keys", verb, "--data", str(data))

        code, out, _ = await keys("add")
        assert (code, key_file.stat().st_mode & 0o777) == (0, 0o600)
        assert "restart every server" in out
        new, old = key_file.read_text().split()
        assert old == KEY
        assert new not in out
        code, out, err = await keys("status")
        assert (code, " values under key " in out, "not under the first key" in err) == (1, True, True)
        code, _, err = await keys("drop")
        assert (code, "rotate" in err) == (1, True)
        code, out, _ = await keys("rotate")
        assert (code, "Nothing is left under any other key." in out) == (0, True)
        code, out, _ = await keys("drop")
        assert (code, key_file.read_text()) == (0, new + "\n")
        store = await Store.connect(redis.url, Keyring.from_text(new))
        assert (await store.people.get(P, [BOB]))[BOB].legal_name == "Robert Quillfeather"
        await store.close()
        code, out, _ = await run("audit", "search", "--what", "keys", "--data", str(data))
        found = [line.split("\t")[2] for line in out.splitlines()]
        assert found == ["keys.dropped", "keys.rotated", "keys.rotation_begun", "keys.added"]
        assert (await run("audit", "search", "--from", "no-day", "--data", str(data)))[0] == 1
