"""Words and sentences of `telehealth hold`, `erase` and `retention`. `retaining.py` does them."""

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from telehealth.admin import Admin
    from telehealth.retaining import Erased

Commands = Any
Run = Callable[..., None]


def words(commands: Commands, everywhere: argparse.ArgumentParser, run: Run) -> None:
    """All three."""
    hold = commands.add_parser("hold", help="legal holds").add_subparsers(required=True, metavar="VERB")
    add = hold.add_parser("add", parents=[everywhere], help="keep somebody's records, whatever their period")
    whose = add.add_mutually_exclusive_group(required=True)
    whose.add_argument("client", nargs="?", default="", help="the client's id")
    whose.add_argument("--all", action="store_true", help="everybody's")
    add.add_argument("--reason", required=True, help="why (sealed)")
    add.set_defaults(run=run, work=_hold)
    release = hold.add_parser("release", parents=[everywhere], help="end a hold")
    release.add_argument("id")
    release.set_defaults(run=run, work=_release)
    hold.add_parser("list", parents=[everywhere], help="list the holds").set_defaults(run=run, work=_holds)

    erase = commands.add_parser(
        "erase", parents=[everywhere], help="erase a client or supporter for good, by destroying their key"
    )
    erase.add_argument("client", help="the person's id")
    erase.add_argument("--reason", required=True, choices=("request", "order", "error"), help="why")
    erase.add_argument("--yes", action="store_true", help="do it; without, only what would be done is said")
    erase.set_defaults(run=run, work=_erase)

    retention = commands.add_parser("retention", help="what may go").add_subparsers(required=True, metavar="VERB")
    for verb, work, about in (
        ("list", _list, "list what is kept longer than it has to be; changes nothing"),
        ("run", _run, "remove what `list` shows"),
    ):
        parser = retention.add_parser(verb, parents=[everywhere], help=about)
        parser.set_defaults(run=run, work=work)
        if verb == "run":
            parser.add_argument("--yes", action="store_true", help="do it; without, it is `list`")


async def _hold(admin: "Admin", options: argparse.Namespace) -> None:
    print(await admin.retaining.hold(options.client, options.reason))


async def _release(admin: "Admin", options: argparse.Namespace) -> None:
    await admin.retaining.release(options.id)
    print("Released.")


async def _holds(admin: "Admin", options: argparse.Namespace) -> None:
    for one in await admin.retaining.holds():
        state = f"released {_day(one.released)}" if one.released else "holds"
        print(f"{one.id}  {one.client or 'everybody'}  since {_day(one.at)}  {state}  {one.reason}")


async def _erase(admin: "Admin", options: argparse.Namespace) -> None:
    if not options.yes:
        print(
            "This cannot be taken back. The person's key is destroyed, and with it their record, enrolments, consents,"
        )
        print("check-ins, goals and every note about them. Attendance rows and the audit log stay, by id.")
        print("Do it with --yes.")
        return
    _tell(await admin.retaining.erase(options.client, options.reason))


def _tell(erased: "Erased") -> None:
    print("Erased.", _counted(erased.gone), f"{erased.links} links revoked." if erased.links else "")
    if erased.log_rewritten:
        print("Redis has written its log anew: the key is in it no more.")
    else:
        print("Redis did not write its log anew: do BGREWRITEAOF, the key is still in the old one.", file=sys.stderr)
    print("Archives from before still hold this person: throw them away in their time.")


def _counted(gone: Counter[str]) -> str:
    return ", ".join(f"{number:,} {what}" for what, number in sorted(gone.items())) + "." if gone else ""


async def _list(admin: "Admin", options: argparse.Namespace) -> None:
    periods = admin.packs().retention
    found = await admin.retaining.due(periods)
    for one in found:
        print(f"{one.since}  {one.kept}  {one.subject}")
    kinds = Counter(str(one.kept) for one in found)
    print(f"{len(found):,} by {periods.id}. {_counted(kinds)}", file=sys.stderr)


async def _run(admin: "Admin", options: argparse.Namespace) -> None:
    if not options.yes:
        await _list(admin, options)
        print("Nothing was removed. Do it with --yes.", file=sys.stderr)
        return
    on_terminal = sys.stderr.isatty()

    def told(done: int, all_of_them: int) -> None:
        if on_terminal:
            print(f"\r{done:,} of {all_of_them:,}\033[K", end="", file=sys.stderr, flush=True)

    removed, erased = await admin.retaining.run(admin.packs().retention, told)
    if on_terminal:
        print("\r\033[K", end="", file=sys.stderr)
    print("Removed:", _counted(removed) or "nothing.")
    if erased is not None:
        _tell(erased)


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()
