"""Words and sentences of `telehealth import`. `importing.py` does it."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from telehealth.core.importing import FILES, Fault

if TYPE_CHECKING:
    from telehealth.admin import Admin

Commands = Any
Run = Callable[..., None]
WHY = {
    "missing": "is missing",
    "malformed": "cannot be read, or cannot be so",
    "unknown": "names something that is not known",
    "twice": "stands there twice",
    "there": "is in the programme already",
    "too_long": "is too long",
    "itself": "names the person itself",
}
MOST = 200
"""Faults that are printed."""


def words(commands: Commands, everywhere: argparse.ArgumentParser, run: Run) -> None:
    """The one command."""
    parser = commands.add_parser(
        "import", parents=[everywhere], help="bring in clients, staff, groups and enrolments, all or nothing"
    )
    for file in FILES:
        parser.add_argument(f"--{file}", type=Path, metavar="FILE", help="a CSV table (docs/programme.md)")
    parser.add_argument("--dry-run", action="store_true", help="say what would be wrong, and write nothing")
    parser.set_defaults(run=run, work=_import)


async def _import(admin: "Admin", options: argparse.Namespace) -> None:
    files = {file: path for file in FILES if (path := getattr(options, file)) is not None}
    on_terminal = sys.stderr.isatty()

    def told(step: str, lines: int) -> None:
        if on_terminal:
            print(f"\r{step}: {lines:,}\033[K", end="", file=sys.stderr, flush=True)

    outcome = await admin.import_tables(files, dry=options.dry_run, told=told)
    if on_terminal:
        print("\r\033[K", end="", file=sys.stderr)
    for fault in outcome.faults[:MOST]:
        print(sentence(fault))
    if outcome.faults:
        print(f"telehealth: {len(outcome.faults):,} faults; nothing was imported.", file=sys.stderr)
        raise SystemExit(1)
    counted = ", ".join(f"{number:,} {file}" for file, number in outcome.counts.items())
    if not outcome.imported:
        print(f"Nothing is wrong with {counted}. Nothing was imported.")
        return
    print(f"Imported: {counted}.")
    if outcome.counts.get("staff"):
        print("Nobody new can sign in yet: `telehealth staff password NAME` gives each a first password.")


def sentence(fault: Fault) -> str:
    """`clients, line 14: birth_date cannot be read, or cannot be so`"""
    what = fault.column or "the line"
    return f"{fault.file}, line {fault.line}: {what} {WHY.get(fault.why, fault.why)}"
