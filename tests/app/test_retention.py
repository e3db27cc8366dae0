"""`telehealth hold`, `erase` and `retention`, as an administrator runs them; and a restore that erases again."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from telehealth import backups, settings
from telehealth.admin import Admin
from telehealth.core.episodes import Episode
from telehealth.core.ids import SessionId
from telehealth.core.records import ERASED
from telehealth.core.retention import Kept
from telehealth.disclosing import Impossible
from telehealth.store.archive import Secret
from tests.app.test_serve import run
from tests.edge.clinic import BOB, CAROL, CHECK_IN, MAIN, MINUTE, Clinic, Evening
from tests.edge.clinic import running as clinic_running
from tests.support.redis import KEY, connected
from tests.support.redis import running as redis_running

pytestmark = pytest.mark.asyncio
SETTINGS = {"TELEHEALTH_KEY": KEY, "TELEHEALTH_PROGRAMME": MAIN}
YEAR = 365 * 24 * 60 * MINUTE


@pytest_asyncio.fixture
async def clinic(tmp_path: Path) -> AsyncIterator[Clinic]:
    """A clinic that held an evening eleven years ago with Bob and Carol, and another one lately with Bob."""
    async with clinic_running(tmp_path / "data") as clinic:
        for name, ago, clients in (("s-old", 11 * YEAR, (BOB, CAROL)), ("s-new", YEAR, (BOB,))):
            session = replace(clinic.session(), id=SessionId(name), starts=clinic.starts - ago, roster=clients)
            session = replace(session, ends=session.starts + 180 * MINUTE)
            await clinic.store.sessions.put(session)
            evening = Evening(clinic.store, session)
            await evening.opens()
            await evening.seats(*clients)
            await evening.ends()
        yield clinic


def admin(clinic: Clinic, tmp_path: Path) -> Admin:
    read = settings.read({**SETTINGS, "TELEHEALTH_DATA": str(tmp_path / "data")})
    return Admin(read, clinic.store, clinic.clock)


async def test_what_is_due_is_listed_and_then_removed(clinic: Clinic, tmp_path: Path) -> None:
    """The old evening and whoever was seen last in it; not while a hold keeps one of them; and what stays holds."""
    office = admin(clinic, tmp_path)
    periods = office.packs().retention
    kinds = {(one.kept, one.subject) for one in await office.retaining.due(periods)}
    assert kinds == {(kept, "s-old") for kept in (Kept.CHECK_IN, Kept.NOTES, Kept.SESSION)} | {(Kept.CLIENT, CAROL)}
    hold = await office.retaining.hold(CAROL, "a claim")
    assert await office.retaining.due(periods) == ()
    with pytest.raises(Impossible, match="hold"):
        await office.retaining.erase(CAROL, "request")
    await office.retaining.release(hold)
    removed, erased = await office.retaining.run(periods, lambda done, of: None)
    assert (removed, erased is not None) == ({Kept.SESSION: 1, Kept.CLIENT: 1}, True)
    assert await office.retaining.due(periods) == ()
    assert [one.id for one in await clinic.store.sessions.between(MAIN, 0, clinic.starts - MINUTE)] == ["s-new"]
    found = await office.verify(None)
    assert (found.faults, found.rows) == ([], 1)
    actions = [action for _, action, _ in await clinic.audited()]
    assert {"hold.added", "hold.released", "retention.listed", "retention.removed", "person.erased"} <= set(actions)


async def test_who_cannot_be_erased(clinic: Clinic, tmp_path: Path) -> None:
    """Staff, strangers, whoever is enrolled, and whoever is on the roster of a session that goes on."""
    office = admin(clinic, tmp_path)
    with pytest.raises(Impossible, match="no client"):
        await office.retaining.erase("id-alice-9f1", "request")
    with pytest.raises(Impossible, match="no client"):
        await office.retaining.erase("nobody", "request")
    with pytest.raises(Impossible, match="no client"):
        await office.retaining.hold("nobody", "x")
    with pytest.raises(Impossible, match="reason"):
        await office.retaining.hold("", " ")
    with pytest.raises(Impossible, match="no such hold"):
        await office.retaining.release("nothing")
    evening = Evening(clinic.store, clinic.session())
    await evening.opens()
    with pytest.raises(Impossible, match="going on"):
        await office.retaining.erase(BOB, "request")
    await evening.ends(5)
    episode = Episode("e1", BOB, "day", date(2026, 1, 5), None, "", None, clinic.clock.now(), "system")
    await clinic.store.episodes.put(MAIN, [episode], what="admitted", actor="system", at=clinic.clock.now())
    with pytest.raises(Impossible, match="discharge"):
        await office.retaining.erase(BOB, "request")


async def test_whoever_is_erased_is_answered_calmly_and_stays_so_after_a_restore(
    clinic: Clinic, tmp_path: Path
) -> None:
    """Pages that show them say so; their link opens nothing; an archive from before does not bring them back, because
    this folder's list of erasures names them."""
    browser = await clinic.client(BOB)
    assert (await browser.ask("PUT", "/api/check-in", CHECK_IN)).status < 300
    secret, file = Secret("key", b"b" * 32), tmp_path / "before.backup"
    read = settings.read({**SETTINGS, "TELEHEALTH_DATA": str(tmp_path / "data")})
    await backups.make(read, clinic.store, clinic.redis.url, file, secret, lambda values: None)
    words = ("--reason", "request", "--data", str(tmp_path / "data"))
    code, out, _ = await run("erase", BOB, *words, environment=SETTINGS)
    assert (code, "--yes" in out) == (0, True)
    assert (await clinic.store.people.get(MAIN, [BOB]))[BOB].legal_name != ERASED
    code, out, err = await run("erase", BOB, "--yes", *words, environment=SETTINGS)
    assert (code, err, "links revoked" in out) == (0, "", True), err
    staff = await clinic.staff()
    for path in ("sessions/session-group-1", "sessions/session-group-1/notes", "sessions/s-new"):
        answer = await staff.get(f"/api/staff/{path}")
        assert answer.status == 200, (path, answer.raw)
        assert b"Quillfeather" not in answer.raw
    assert (await browser.ask("PUT", "/api/check-in", CHECK_IN)).status in (401, 403, 410)
    new = tmp_path / "new"
    new.mkdir()
    (new / "erased").write_text((tmp_path / "data" / "erased").read_text())
    read = settings.read({**SETTINGS, "TELEHEALTH_DATA": str(new)})
    await backups.restore(read, file, secret, lambda values: None)
    async with redis_running(new / "redis") as redis, connected(redis.url) as store:
        assert (await store.people.get(MAIN, [BOB]))[BOB].legal_name == ERASED
        assert await store.sessions.check_ins(MAIN, clinic.session().id) == {}
