"""Words and sentences of `telehealth seed`. `seeding.py` does it."""

import argparse
import secrets
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from telehealth.admin import Admin

Commands = Any
Run = Callable[..., None]


def words(commands: Commands, everywhere: argparse.ArgumentParser, run: Run) -> None:
    """The one command."""
    parser = commands.add_parser(
        "seed", parents=[everywhere], help="fill an empty programme with an invented clinic and years of its history"
    )
    usuals = {"clients": (2_000, 50_000), "staff": (60, 1_000), "series": (150, 2_000), "years": (10, 30)}
    for name, (usual, most) in usuals.items():
        parser.add_argument(f"--{name}", type=_whole(1, most), default=usual, help=f"default: {usual:,}")
    parser.add_argument("--seed", type=int, default=1, help="another number makes another clinic (default: 1)")
    parser.set_defaults(run=run, work=_seed)


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"a whole number from {least} to {most:,}")
        return int(text)

    return parse


async def _seed(admin: "Admin", options: argparse.Namespace) -> None:
    from telehealth.seeding import Size

    size, began = Size(options.clients, options.staff, options.series, options.years), time.monotonic()
    on_terminal, password = sys.stderr.isatty(), secrets.token_urlsafe(12)

    def told(step: str, done: int, of: int) -> None:
        if on_terminal:
            print(f"\r{step}: {done:,} of {of:,}\033[K", end="", file=sys.stderr, flush=True)

    seeded = await admin.seed(size, options.seed, password, told)
    if on_terminal:
        print("\r\033[K", end="", file=sys.stderr)
    print(f"staff  staff-0000  {password}")
    print(
        f"{size.clients:,} clients, {size.staff:,} staff, {size.series:,} groups; {seeded.sessions:,} sessions, "
        f"{seeded.rows:,} attendance rows, {seeded.events:,} events, {seeded.notes:,} sections of notes, "
        f"in {time.monotonic() - began:.0f} s",
        file=sys.stderr,
    )
