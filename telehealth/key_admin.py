"""What an administrator does about keys from the command line: a new one, a rotation, a count, the old ones away.

`cli_keys.py` has the words, `store/rotation.py` does the work. No key ever leaves this file or the key file.
"""

from collections.abc import Callable

from telehealth.core.ids import ProgrammeId
from telehealth.disclosing import Impossible
from telehealth.settings import Settings
from telehealth.store.redis_store import Store
from telehealth.store.rotation import Census, Progress
from telehealth.store.sealed import add_key, drop_keys


class KeyAdmin:
    """The commands, on an open store."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings, self._store = settings, store
        self._programme = ProgrammeId(settings.programme)

    async def add(self) -> None:
        """Put a new key in front of the others in the key file. Servers seal with it from their next start on."""
        self._in_file()
        add_key(self._settings.key_file)
        await self._store.audit.write(self._programme, "system", "keys.added", "")

    async def status(self) -> Census:
        """Everything that is sealed, counted by key."""
        return await self._store.rotation.count()

    async def rotate(self, told: Callable[[Progress], None]) -> tuple[Census, list[str]]:
        """What stands under which key afterwards, and why something was left as it was."""
        key = self._store.rotation.key
        await self._store.audit.write(self._programme, "system", "keys.rotation_begun", key)
        census = await self._store.rotation.run(told)
        action = "keys.rotated" if census.done else "keys.rotation_incomplete"
        await self._store.audit.write(self._programme, "system", action, key)
        return census, sorted(set(self._store.rotation.left))

    async def drop(self) -> int:
        """Take the older keys out of the key file, if nothing needs them any more; how many went."""
        self._in_file()
        if not (await self.status()).done:
            raise Impossible("Something is still sealed under an older key: `telehealth keys rotate` first.")
        gone = drop_keys(self._settings.key_file)
        await self._store.audit.write(self._programme, "system", "keys.dropped", str(gone))
        return gone

    def _in_file(self) -> None:
        if self._settings.key:
            raise Impossible("The key is in TELEHEALTH_KEY: change it there (docs/operations.md says how).")
