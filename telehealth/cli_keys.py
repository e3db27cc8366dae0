"""Words and sentences of `telehealth keys`. `cli.py` puts them among the others; `key_admin.py` does them."""

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from telehealth.admin import Admin
    from telehealth.store.rotation import Census, Progress

Commands = Any
Run = Callable[..., None]
_WIDTH = 24


def words(commands: Commands, everywhere: argparse.ArgumentParser, run: Run) -> None:
    """All four."""
    keys = commands.add_parser("keys", help="the keys that seal the record").add_subparsers(
        required=True, metavar="VERB"
    )
    for verb, work, about in (
        ("add", _add, "put a new key in front of the others in the key file"),
        ("rotate", _rotate, "seal everything anew under the first key, while the server runs"),
        ("status", _status, "count what is sealed, by key"),
        ("drop", _drop, "take older keys out of the key file, once nothing needs them"),
    ):
        parser = keys.add_parser(verb, parents=[everywhere], help=about)
        parser.set_defaults(run=run, work=work)


async def _add(admin: "Admin", options: argparse.Namespace) -> None:
    await admin.keys.add()
    print("A new key stands in front in the key file. Make a copy of the file, and restart every server; then")
    print("`telehealth keys rotate` seals everything anew, while they run.")


async def _rotate(admin: "Admin", options: argparse.Namespace) -> None:
    on_terminal = sys.stderr.isatty()

    def told(progress: "Progress") -> None:
        if on_terminal:
            print(f"\r{bar(progress)}\033[K", end="", file=sys.stderr, flush=True)

    census, left = await admin.keys.rotate(told)
    if on_terminal:
        print("\r\033[K", end="", file=sys.stderr)
    for why in left:
        print(f"left as it was: {why}")
    _tell(census)


def bar(progress: "Progress") -> str:
    """`[############            ]  50 %  12,000 values  8,300 values/s`"""
    full = round(progress.share * _WIDTH)
    again = f"  walk {progress.walk}" if progress.walk > 1 else ""
    return (
        f"[{'#' * full}{' ' * (_WIDTH - full)}] {progress.share:4.0%}  {progress.resealed:,} values  "
        f"{progress.rate:,.0f} values/s{again}"
    )


async def _status(admin: "Admin", options: argparse.Namespace) -> None:
    _tell(await admin.keys.status())


def _tell(census: "Census") -> None:
    """What stands under which key. Exit status 1 if not all of it is under the first."""
    print(f"{census.current:,} values under the first key")
    for key, number in sorted(census.older.items()):
        print(f"{number:,} values under key {key}")
    if census.check:
        print("the store still opens with an older key")
    if census.unknown:
        print(f"{census.unknown:,} values under a key that is not given")
    for name in census.unlisted:
        print(f"sealed, and not known to a rotation: {name}")
    if not census.done:
        sentence = "Something is not under the first key. Was every server restarted since it was added?"
        print(f"telehealth: {sentence}", file=sys.stderr)
        raise SystemExit(1)
    print("Nothing is left under any other key.")


async def _drop(admin: "Admin", options: argparse.Namespace) -> None:
    gone = await admin.keys.drop()
    print(f"{gone} older keys are out of the key file. Restart every server.")
