"""What an administrator records for claims, in the words of the command line and on a real store."""

import io
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from telehealth import cli, settings
from telehealth.admin import Admin
from telehealth.clock import Clock
from telehealth.core.coverage import ProgrammeFacts
from telehealth.core.ids import PersonId, ProgrammeId
from telehealth.core.records import Person, StaffLogin
from telehealth.disclosing import Impossible
from telehealth.store.redis_store import Store
from tests.support import redis as support

pytestmark = pytest.mark.asyncio
MAIN, BOB, ALICE = ProgrammeId("main"), PersonId("bob-1"), PersonId("alice-1")
MEMBER = "member-canary-77"
COVERAGE = {"payer": "county", "effective_from": "2026-02-01", "member": MEMBER, "authorized_units": 12}
Said = Callable[..., Awaitable[str]]


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with support.running(tmp_path / "redis") as redis, support.connected(redis.url) as store:
        await store.people.put(MAIN, Person(BOB, False, "Robert Quillfeather", "Bob"))
        await store.people.put(MAIN, Person(ALICE, True, "Alicia Thornbury", "Alice"))
        await store.people.put_login(StaffLogin(ALICE, MAIN, "alice", "$argon2id$"))
        yield store


@pytest.fixture
def said(store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Said:
    """Says words as an operator does, with `typed` on standard input; the answer is standard output."""

    async def say(*words: str, typed: str = "") -> str:
        options = cli._parser().parse_args(words)
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        read = settings.read({"TELEHEALTH_DATA": str(tmp_path), "TELEHEALTH_PROGRAMME": MAIN})
        await options.work(Admin(read, store, Clock(0)), options)
        return capsys.readouterr().out

    return say


async def test_coverage_is_recorded_listed_and_ended(store: Store, said: Said, tmp_path: Path) -> None:
    """From standard input or a file; what was recorded stands there with its numbers until it is ended."""
    made = (await said("coverage", "set", BOB, typed=json.dumps(COVERAGE))).strip()
    file = tmp_path / "next.json"
    file.write_text(
        json.dumps(
            {
                "payer": "acme",
                "payer_name": "Acme Health",
                "effective_from": "2026-06-01",
                "authorized_from": "2026-06-01",
                "place_of_service": "10",
            }
        )
    )
    other = (await said("coverage", "set", BOB, "--file", str(file))).strip()
    assert (await said("coverage", "end", BOB, made, "--last-day", "2026-05-31")).startswith("Recorded")
    assert await said("coverage", "list", BOB) == (
        f"{made}  2026-02-01 to 2026-05-31  county  member {MEMBER}  units 12\n"
        f"{other}  2026-06-01 to open  acme  payer name Acme Health  authorised 2026-06-01 to open"
        "  place of service 10\n"
    )
    history = (await store.coverages.of(MAIN, [BOB]))[BOB]
    assert {one.recorded_by for one in history.coverages} == {"system"}


async def test_levels_numbers_and_the_programme_s_facts(store: Store, said: Said) -> None:
    """Each is kept and shown; what is not given stays as it was."""
    level = json.dumps({"level": "asam-2-1-adult/1", "effective_from": "2026-02-01"})
    made = (await said("level", "set", BOB, typed=level)).strip()
    assert await said("level", "list", BOB) == f"{made}  2026-02-01 to open  asam-2-1-adult/1\n"
    await said("level", "end", BOB, made, "--last-day", "2026-03-01")
    assert "to 2026-03-01" in await said("level", "list", BOB)
    await said("npi", "alice", typed="1234567893\n")
    assert (await store.people.get(MAIN, [ALICE]))[ALICE].npi == "1234567893"
    await said("claims", "--facility-npi", "1932102001")
    assert await said("claims", "--caps", "texas-564-901/1") == "facility NPI 1932102001  caps texas-564-901/1\n"
    assert await store.programmes.facts(MAIN) == ProgrammeFacts("1932102001", "texas-564-901/1")
    assert await said("claims", "--caps", "") == "facility NPI 1932102001  caps none\n"


@pytest.mark.parametrize(
    ("words", "typed", "sentence"),
    [
        (("coverage", "set", ALICE), json.dumps(COVERAGE), "There is no client with this id in the programme."),
        (("coverage", "set", BOB), "{", "The entry is not JSON."),
        (
            ("coverage", "set", BOB),
            json.dumps(COVERAGE | {"place_of_service": "x"}),
            "These cannot be so: place_of_service.",
        ),
        (("coverage", "end", BOB, "x", "--last-day", "2026-02-30"), "", "The last day is a day, such as 2026-11-30."),
        (("coverage", "end", BOB, "x", "--last-day", "2026-02-01"), "", "There is no such entry; `list` shows them."),
        (("coverage", "set", BOB, "--file", "no-such-file"), "", "no-such-file cannot be read."),
        (
            ("level", "set", BOB),
            '{"level": "x/1", "effective_from": "2026-02-01"}',
            "level names no known level of care; ",
        ),
        (
            ("level", "set", BOB),
            '{"level": "asam-2-1-adult/1", "effective_from": "2026-02-01", "effective_to": "2026-01-01"}',
            "These cannot be so: effective_to.",
        ),
        (("npi", "nobody"), "1234567893", "Nobody signs in with this name."),
        (("npi", "alice"), "1234567890", "That is no National Provider Identifier"),
        (("claims", "--facility-npi", "12"), "", "That is no National Provider Identifier"),
        (("claims", "--caps", "made-up/1"), "", "--caps names no known caps; there are "),
    ],
)
async def test_what_cannot_be_is_one_sentence(said: Said, words: tuple[str, ...], typed: str, sentence: str) -> None:
    """Nothing is kept, and the sentence says what to do."""
    with pytest.raises(Impossible) as refused:
        await said(*words, typed=typed)
    assert str(refused.value).startswith(sentence)


async def test_no_sentence_repeats_what_was_typed(said: Said) -> None:
    """An entry that cannot be read is told by key, since its values are about a person."""
    with pytest.raises(Impossible) as refused:
        await said("coverage", "set", BOB, typed=json.dumps(COVERAGE | {"effective_from": MEMBER}))
    assert MEMBER not in str(refused.value)
    assert "effective_from" in str(refused.value)
