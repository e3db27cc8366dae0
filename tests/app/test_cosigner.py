"""Who has to co-sign somebody's notes, as an administrator says it."""

import pytest

from telehealth.admin import Admin
from telehealth.clock import Clock
from telehealth.core.ids import PersonId
from telehealth.core.records import Person, StaffLogin
from telehealth.disclosing import Impossible
from telehealth.settings import read
from telehealth.store.redis_store import Store
from tests.store.records import P

pytestmark = pytest.mark.asyncio


async def test_somebody_has_a_co_signer_until_it_is_taken_back(one_store: Store) -> None:
    """By sign-in names; nothing else of the person changes, nobody co-signs their own, unknown names are a sentence."""
    for name in ("intern", "boss"):
        person = Person(PersonId(f"id-{name}"), True, f"Legal {name}", name, "mail@example.org", reminders=False)
        await one_store.people.put(P, person)
        await one_store.people.put_login(StaffLogin(person.id, P, name, "x"))
    admin, intern = Admin(read({"TELEHEALTH_PROGRAMME": P}), one_store, Clock()), PersonId("id-intern")
    before = (await one_store.people.get(P, [intern]))[intern]
    await admin.set_cosigner("intern", "boss")
    after = (await one_store.people.get(P, [intern]))[intern]
    assert (after.supervisor, after.legal_name, after.email, after.reminders) == (
        "id-boss",
        "Legal intern",
        "mail@example.org",
        False,
    )
    for name, other in (("intern", "intern"), ("intern", "nobody"), ("nobody", "boss"), ("nobody", "")):
        with pytest.raises(Impossible):
            await admin.set_cosigner(name, other)
    await admin.set_cosigner("intern", "")
    assert (await one_store.people.get(P, [intern]))[intern] == before
