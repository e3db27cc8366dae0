"""Words and sentences of `telehealth contact`. `cli.py` puts them among the others and runs them; `contacting.py` does
them."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from telehealth.admin import Admin

Commands = Any
Run = Callable[..., None]
_EXAMPLE = '{"email": "...", "phone": "...", "language": "es", "reminders": false}'


def words(commands: Commands, everywhere: argparse.ArgumentParser, run: Run) -> None:
    """Both verbs."""
    about = "how clients are reached, in which language, and whether they want to be reminded"
    verbs = commands.add_parser("contact", help=about).add_subparsers(required=True, metavar="VERB")
    put = verbs.add_parser("set", parents=[everywhere], help="record what is given; the rest stays")
    put.add_argument("client", help="the client's id")
    put.add_argument(
        "--file",
        type=Path,
        metavar="FILE",
        help=f"JSON, from this file (default: standard input), such as {_EXAMPLE}; an empty text takes away",
    )
    put.set_defaults(run=run, work=_set)
    show = verbs.add_parser("show", parents=[everywhere], help="print what is recorded")
    show.add_argument("client", help="the client's id")
    show.set_defaults(run=run, work=_show)


async def _set(admin: "Admin", options: argparse.Namespace) -> None:
    from telehealth.covering import given

    await admin.contacting.set(options.client, given(options.file), admin.packs())
    print("Recorded.")


async def _show(admin: "Admin", options: argparse.Namespace) -> None:
    one = await admin.contacting.show(options.client)
    told = (("e-mail", one.email), ("phone", one.phone), ("language", one.language))
    print("  ".join([f"{name} {value or 'none'}" for name, value in told] + [_wishes(one.reminders)]))


def _wishes(reminders: bool) -> str:
    return "may be reminded" if reminders else "wants no reminders"
