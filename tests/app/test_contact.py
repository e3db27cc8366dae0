"""How clients are reached, in the words of the command line and on a real store."""

import json

import pytest

from telehealth.disclosing import Impossible
from telehealth.store.redis_store import Store
from tests.app.test_covering import ALICE, BOB, MAIN, Said, said, store

__all__ = ["said", "store"]
pytestmark = pytest.mark.asyncio


async def test_what_is_given_is_recorded_and_the_rest_stays(store: Store, said: Said) -> None:
    """A reminder goes to this address in this language; whoever wants none is taken at their word."""
    await said("contact", "set", BOB, typed=json.dumps({"email": " bob@example.org ", "language": "es"}))
    await said("contact", "set", BOB, typed=json.dumps({"phone": "+1 202 555 0150", "reminders": False}))
    bob = (await store.people.get(MAIN, [BOB]))[BOB]
    assert (bob.email, bob.phone, bob.language, bob.reminders) == ("bob@example.org", "+1 202 555 0150", "es", False)
    assert bob.legal_name == "Robert Quillfeather"
    assert await said("contact", "show", BOB) == (
        "e-mail bob@example.org  phone +1 202 555 0150  language es  wants no reminders\n"
    )
    await said("contact", "set", BOB, typed=json.dumps({"email": "", "reminders": True}))
    assert (await said("contact", "show", BOB)).startswith("e-mail none")


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"email": "no address"},
        {"email": "a@b\r\nBcc: c@d"},
        {"email": "x" * 250 + "@example.org"},
        {"language": "tlh"},
        {"name": "Bob"},
        {"reminders": "yes"},
    ],
)
async def test_what_cannot_be_used_is_refused_and_changes_nothing(
    store: Store, said: Said, entry: dict[str, str]
) -> None:
    """The sentence says what is wrong, and never what was written."""
    before = await store.people.get(MAIN, [BOB])
    with pytest.raises(Impossible) as refused:
        await said("contact", "set", BOB, typed=json.dumps(entry))
    assert "@" not in str(refused.value)
    assert await store.people.get(MAIN, [BOB]) == before


async def test_staff_and_strangers_are_no_clients(said: Said) -> None:
    """Reminders are for clients."""
    for person in (ALICE, "nobody"):
        with pytest.raises(Impossible, match="no client"):
            await said("contact", "show", person)
