"""Words and sentences of `telehealth backup` and `telehealth restore`. `backups.py` does them."""

import argparse
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from telehealth.settings import Settings

if TYPE_CHECKING:
    from telehealth.admin import Admin
    from telehealth.backups import Manifest
    from telehealth.store.archive import Secret

Commands = Any
Run = Callable[..., None]
Loop = Callable[[Coroutine[None, None, None]], None]


def words(commands: Commands, everywhere: argparse.ArgumentParser, run: Run, loop: Loop) -> None:
    """Both; `run` opens the store of a running server, `loop` runs a coroutine."""
    backup = commands.add_parser(
        "backup", parents=[everywhere], help="write the whole store, as it is now, into an encrypted file"
    )
    backup.add_argument("file", type=Path, metavar="FILE")
    _secret_words(backup)
    backup.set_defaults(run=run, work=_backup)

    restore = commands.add_parser("restore", parents=[everywhere], help="make an empty store what an archive holds")
    restore.add_argument("file", type=Path, metavar="FILE")
    _secret_words(restore)
    restore.add_argument("--check", action="store_true", help="only read the archive to its end and say what it holds")
    restore.set_defaults(run=lambda read, options: loop(_restore(read, options)))


def _secret_words(parser: argparse.ArgumentParser) -> None:
    one = parser.add_mutually_exclusive_group(required=True)
    one.add_argument("--passphrase-file", type=Path, metavar="FILE", help="its first line is the archive's passphrase")
    one.add_argument("--key-file", type=Path, metavar="FILE", help="holds the archive's key: 32 bytes in base64")


def _secret(options: argparse.Namespace) -> "Secret":
    from telehealth.disclosing import Impossible
    from telehealth.store.archive import Secret

    path: Path = options.passphrase_file or options.key_file
    try:
        return Secret.from_text("passphrase" if options.passphrase_file else "key", path.read_text())
    except OSError as error:
        raise Impossible(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise Impossible(str(error)) from None


async def _backup(admin: "Admin", options: argparse.Namespace) -> None:
    manifest = await admin.backup(options.file, _secret(options), _progress("read"))
    _tell(manifest, "written")


async def _restore(read: Settings, options: argparse.Namespace) -> None:
    from telehealth import backups
    from telehealth.disclosing import Impossible
    from telehealth.store.ports import Unavailable

    try:
        secret = _secret(options)
        if options.check:
            keyring = backups.keyring_of(read) if read.key or read.key_file.exists() else None
            _tell(backups.examine(options.file, secret, keyring, _progress("read")), "whole")
            if keyring is None:
                print("The key was not tried: there is none here.")
        else:
            _tell(await backups.restore(read, options.file, secret, _progress("restored")), "restored and read back")
    except Impossible as error:
        _end_line()
        print(f"telehealth: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except Unavailable:
        _end_line()
        print("telehealth: Redis does not answer.", file=sys.stderr)
        raise SystemExit(1) from None


def _progress(word: str) -> Callable[[int], None]:
    shown, on_terminal = [0], sys.stderr.isatty()

    def told(values: int) -> None:
        if on_terminal and values - shown[0] >= 1_000:
            shown[0] = values
            print(f"\r{values:,} values {word}\033[K", end="", file=sys.stderr, flush=True)

    return told


def _end_line() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)


def _tell(manifest: "Manifest", what: str) -> None:
    _end_line()
    made = datetime.fromtimestamp(manifest.head.made / 1000, UTC)
    keys = ", ".join(f"{number:,} {kind}" for kind, number in manifest.foot.keys.items())
    print(f"{what}: the store of {made:%Y-%m-%d %H:%M:%S} UTC, by release {manifest.head.release}")
    print(f"{manifest.foot.values:,} values in {sum(manifest.foot.keys.values()):,} keys ({keys})")
    print(f"{manifest.bytes:,} bytes, digest {manifest.foot.digest}")
