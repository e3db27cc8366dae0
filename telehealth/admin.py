"""What an administrator does from the command line, on the store of the running server: keys, staff, links, proofs.

It owns the steps of each command; `cli` owns words and printing. Every change is in the audit log, as "system". What is
secret is printed once and stored only as a hash.
"""

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from telehealth import backups, importing, proofs, seeding
from telehealth.access_admin import AccessAdmin
from telehealth.clock import Clock
from telehealth.contacting import Contacting
from telehealth.core import records as rec
from telehealth.core.compare import Change
from telehealth.core.disclosure import Purpose
from telehealth.core.ids import Millis, PersonId, ProgrammeId, SeriesId, SessionId
from telehealth.core.roles import Role, StaffRole
from telehealth.covering import Covering
from telehealth.disclosing import Disclosing, Impossible, going_to
from telehealth.edge.api_keys import mint, scopes_of
from telehealth.edge.days import instant
from telehealth.edge.passwords import hash_password
from telehealth.key_admin import KeyAdmin
from telehealth.mint import fresh_id
from telehealth.packet_admin import PacketAdmin
from telehealth.packs import Packs, load, read
from telehealth.retaining import Retaining
from telehealth.settings import Settings
from telehealth.store.archive import Secret
from telehealth.store.codec import Unreadable
from telehealth.store.embedded import EmbeddedRedis
from telehealth.store.ports import Unavailable
from telehealth.store.redis_store import Store
from telehealth.store.sealed import Keyring
from telehealth.words import load as load_words

DAY: Millis = 24 * 60 * 60_000


class Admin:
    """The commands, on one programme of an open store."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self._settings, self._store, self._clock = settings, store, clock
        self._programme = ProgrammeId(settings.programme)
        self.workers = store.workers
        self.contacting = Contacting(self._programme, store, clock)
        self.covering = Covering(self._programme, store, clock)
        self.disclosing = Disclosing(self._programme, store, clock, loopback=settings.webhook_loopback)
        self.keys = KeyAdmin(settings, store)
        self.packets = PacketAdmin(self._programme, store, clock)
        self.retaining = Retaining(settings, store, clock)
        self.access = AccessAdmin(self._programme, store, ZoneInfo(settings.zone))

    async def backup(self, file: Path, secret: Secret, told: backups.Told) -> backups.Manifest:
        """Everything, as it is now, into an encrypted file."""
        url = self._settings.redis_url or EmbeddedRedis(self._settings.redis_folder).url
        return await backups.make(self._settings, self._store, url, file, secret, told)

    async def ask_workers(self, names: Sequence[str], what: str) -> None:
        """Ask media workers to drain ("drain"), to let their rooms go as well ("move"), or neither ("")."""
        for name in names:
            await self.workers.ask(name, what)
            await self._store.audit.write(self._programme, "system", f"worker.{what or 'undrain'}", name)

    async def create_api_key(
        self, label: str, days: int | None, profile: str = "attendance", recipient: str = "", purpose: str = ""
    ) -> str:
        """The whole key. It cannot be shown again."""
        now = self._clock.now()
        expires = now + days * DAY if days else None
        to, aim = going_to(label, profile, recipient, purpose)
        key, record = mint(
            self._programme,
            scopes_of(profile),
            label,
            now,
            expires,
            profile=profile,
            recipient=to,
            purpose=aim,
        )
        await self._store.access.put_api_key(record)
        await self._store.audit.write(self._programme, "system", "api_key.created", record.id)
        return key

    async def rotate_api_key(self, key_id: str, days: int) -> str:
        """A new key in the place of one, for the same recipient, profile, purpose and programs. The old one opens for
        so many days more, so that nobody has to change it in the same minute."""
        old, now = await self._api_key(key_id), self._clock.now()
        if old.jwks or old.revoked is not None or (old.expires is not None and old.expires <= now):
            raise Impossible("Only a key that is valid and has a secret of ours can be rotated.")
        expires = None if old.expires is None else now + (old.expires - old.created)
        key, record = mint(
            old.programme,
            old.scopes,
            old.label,
            now,
            expires,
            profile=old.profile,
            recipient=old.recipient or old.id,
            purpose=Purpose(old.purpose),
        )
        ends = now + max(days, 0) * DAY
        await self._store.access.put_api_key(record)
        await self._store.access.put_api_key(replace(old, expires=min(ends, old.expires or ends)))
        await self._store.audit.write(self._programme, "system", "api_key.rotated", f"{old.id} {record.id}")
        return key

    async def list_api_keys(self) -> list[str]:
        """One line a key: id, when made, state, when last used, label."""
        now = self._clock.now()
        return [
            f"{key.id}  made {_day(key.created)}  {_state(key, now)}  "
            f"last used {_day(key.last_used) if key.last_used else 'never'}  "
            f"{key.profile} to {key.recipient or key.id} for {key.purpose}  {key.label}"
            for key in await self._store.access.api_keys(self._programme)
        ]

    async def revoke_api_key(self, key_id: str) -> None:
        key = await self._api_key(key_id)
        await self._store.access.revoke_api_key(key.id, self._clock.now())
        await self._store.audit.write(self._programme, "system", "api_key.revoked", key.id)

    async def _api_key(self, key_id: str) -> rec.ApiKey:
        key = await self._store.access.api_key(key_id.removeprefix("thk_").split("_")[0])
        if key is None or key.programme != self._programme:
            raise Impossible("There is no such key; `telehealth apikey list` shows them.")
        return key

    async def add_staff(
        self, name: str, legal_name: str, alias: str, email: str, role: StaffRole, password: str
    ) -> str:
        """The new person's id."""
        if await self._store.people.login(name) is not None:
            raise Impossible("Somebody signs in with this name already; choose another.")
        person = PersonId(fresh_id())
        record = rec.Person(person, True, legal_name, alias, email)
        await self._store.people.change(self._programme, record, actor="system", at=self._clock.now())
        part = Role.OBSERVER if role is StaffRole.OBSERVER else Role.FACILITATOR
        login = rec.StaffLogin(person, self._programme, name, hash_password(password), part, role)
        await self._store.people.put_login(login)
        return person

    async def set_password(self, name: str, password: str) -> None:
        """Browsers that are signed in stay so until they sign out."""
        login = await self._store.people.login(name)
        if login is None or login.programme != self._programme:
            raise Impossible("Nobody signs in with this name.")
        await self._store.people.put_login(replace(login, password_hash=hash_password(password)))
        await self._store.audit.write(self._programme, "system", "staff.password_set", login.person)

    async def import_tables(self, files: Mapping[str, Path], *, dry: bool, told: importing.Told) -> importing.Outcome:
        """All of it, or nothing."""
        try:
            texts = {file: path.read_text("utf-8") for file, path in files.items()}
        except OSError as error:
            raise Impossible(f"{error.filename} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise Impossible("A table is not in UTF-8. Save it as `CSV UTF-8`.") from None
        if not texts or sum(map(len, texts.values())) > importing.LARGEST:
            raise Impossible("Name one table at least, and of all together not more than 8 MiB.")
        try:
            return await importing.run(
                self._store,
                self._programme,
                self.packs(),
                load_words(self._settings.policies),
                self._settings.zone,
                texts,
                actor="system",
                at=self._clock.now(),
                dry=dry,
                told=told,
            )
        except importing.Changed:
            raise Impossible("Somebody changed people or groups meanwhile. Nothing was imported: try again.") from None

    async def seed(self, size: seeding.Size, number: int, password: str, told: seeding.Told) -> seeding.Seeded:
        """An invented clinic, into a programme without clients and groups."""
        clients, _ = await self._store.bulk.counts(self._programme)
        if clients or await self._store.series.all(self._programme):
            raise Impossible("This programme has clients or groups. An invented clinic never goes beside real people.")
        now, zone = self._clock.now(), self._settings.zone
        today = datetime.fromtimestamp(now / 1000, ZoneInfo(zone)).date()
        clinic = seeding.invent(self._programme, size, number, today, zone, now)
        policy = self.packs().policies[self._settings.policy]
        await self._store.audit.write(self._programme, "system", "programme.seeded", str(number))
        await seeding.sign_ins(self._store, clinic, self._programme, password)
        return await seeding.write(self._store, clinic, self._programme, policy, now, zone, number, told)

    async def set_cosigner(self, name: str, supervisor: str) -> None:
        """Whoever signs in as `name` needs the other's signature under their notes from now on; "" ends that."""
        people = self._store.people
        logins = [await people.login(one) for one in (name, *filter(None, [supervisor]))]
        found = [login for login in logins if login is not None and login.programme == self._programme]
        if len(found) < len(logins):
            raise Impossible("Nobody signs in with this name.")
        if len({login.person for login in found}) < len(found):
            raise Impossible("Nobody supervises themselves.")
        person = found[0].person
        known = (await people.get(self._programme, [person]))[person]
        after = replace(known, supervisor=found[1].person if supervisor else None)
        if await people.change(self._programme, after, actor="system", at=self._clock.now()) is None:
            raise Impossible("Somebody changed this record in the same moment. Try again.")
        await self._store.audit.write(self._programme, "system", "staff.cosigner_set", person)

    async def create_link(self, person_id: str, session: str | None, series: str | None, days: int) -> str:
        """The address to give to one client."""
        person = PersonId(person_id)
        known = await self._store.people.get(self._programme, [person])
        if person not in known or known[person].staff:
            raise Impossible("There is no client with this id in the programme.")
        if session is not None and await self._store.sessions.get(self._programme, SessionId(session)) is None:
            raise Impossible("There is no session with this id in the programme.")
        token = secrets.token_urlsafe(24)
        link = rec.JoinLink(
            self._programme,
            person,
            Role.CLIENT,
            SessionId(session) if session else None,
            SeriesId(series) if series else None,
            self._clock.now() + days * DAY,
        )
        await self._store.access.put_link(token, link)
        await self._store.audit.write(self._programme, "system", "link.created", person)
        return f"{self._settings.base_url}/j#{token}"

    async def sendings(self, session_id: str) -> list[str]:
        """One line a message: when, to which client (by id), why, and what became of it."""
        session = await self._store.sessions.get(self._programme, SessionId(session_id))
        if session is None:
            raise Impossible("There is no session with this id in the programme.")
        zone = ZoneInfo(session.zone)
        await self._store.audit.write(self._programme, "system", "sendings.read", session.id)
        return [
            f"{datetime.fromtimestamp(one.sending.queued / 1000, zone):%Y-%m-%d %H:%M:%S}  {one.sending.client}  "
            f"{one.sending.why} {one.sending.step}  {one.progress.state}"
            + "".join(f"  {word}" for word in (one.progress.fault, one.progress.reason) if word)
            + f"  {one.progress.tries} tries"
            + (f"  via {one.progress.via}" if one.progress.via else "")
            for one in await self._store.sendings.of(self._programme, session.id)
        ]

    async def verify(self, session: str | None) -> proofs.Verified:
        """The hash chain of one session's log or of all, and the stored rows."""
        found = await proofs.verify(self._store, self._programme, self.packs(), SessionId(session) if session else None)
        if session and not found.sessions:
            raise Impossible("There is no log of a session with this id in the programme.")
        await self._store.audit.write(self._programme, "system", "log.verified", session or "all")
        return found

    async def replay(self, pack: Path, against: Path | None, start: str, end: str) -> tuple[int, list[Change]]:
        """How many rows there are, and how another pack would judge them."""
        zone = ZoneInfo(self._settings.zone)
        try:
            between = instant(start, zone, end=False), instant(end, zone, end=True)
        except ValueError:
            raise Impossible("--from and --to are days, such as 2026-11-24, or instants with an offset.") from None
        try:
            packs = [read(file) for file in (pack, against) if file is not None]
            found = await proofs.replay(
                self._store, self._programme, *between, zone, packs[0], packs[1] if against is not None else None
            )
        except OSError as error:
            raise Impossible(f"{error.filename} cannot be read.") from None
        except Unreadable:
            raise Impossible("The record cannot be read; `telehealth verify` says where.") from None
        except ValueError as error:
            raise Impossible(f"{error}.") from None
        await self._store.audit.write(self._programme, "system", "attendance.replayed", packs[0].id)
        return found

    def packs(self) -> Packs:
        """The shipped ones and the clinic's."""
        try:
            return load(self._settings.policies)
        except (OSError, ValueError) as error:
            raise Impossible(f"The rule packs cannot be read: {error}.") from None


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Admin]:
    """The store of the server that runs with these settings. Raises `Impossible` if none does."""
    nobody = Impossible(
        f"No server runs on the data folder {settings.data}: start it first, "
        "or name another folder (--data) or an outside Redis (REDIS_URL)."
    )
    if not settings.redis_url and not settings.redis_folder.is_dir():
        raise nobody  # before a key is made for it
    keyring = Keyring.load(settings.key, settings.key_file)
    try:
        store = await Store.connect(settings.redis_url or EmbeddedRedis(settings.redis_folder).url, keyring)
    except Unavailable:
        if settings.redis_url:
            raise
        raise nobody from None
    try:
        yield Admin(settings, store, Clock(await store.latest_time()))
    finally:
        await store.close()


def _day(at: Millis) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def _state(key: rec.ApiKey, now: Millis) -> str:
    if key.revoked is not None:
        return f"revoked {_day(key.revoked)}"
    if key.expires is not None:
        return f"{'expired' if key.expires <= now else 'until'} {_day(key.expires)}"
    return "valid"
