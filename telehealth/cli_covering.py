"""Words and sentences of the commands for claims: coverage, level, npi, claims.

`cli.py` puts them among the others and runs them; `covering.py` does them.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from telehealth.admin import Admin

Commands = Any
Run = Callable[..., None]
_FROM = "JSON, from this file (default: standard input), such as "
_COVERAGE = '{"payer": "county-health-plan", "effective_from": "2026-02-01", "member": "...", "authorization": "..."}'
_LEVEL = '{"level": "asam-2-1-adult/1", "effective_from": "2026-02-01"}'


def words(commands: Commands, everywhere: argparse.ArgumentParser, run: Run) -> None:
    """All four."""
    for name, about, example, work in (
        ("coverage", "who pays for clients, from a day on", _COVERAGE, _coverage),
        ("level", "at which level of care clients are, from a day on", _LEVEL, _level),
    ):
        verbs = commands.add_parser(name, help=about).add_subparsers(required=True, metavar="VERB")
        put = verbs.add_parser("set", parents=[everywhere], help="record an entry and print its id")
        put.add_argument("client", help="the client's id")
        put.add_argument("--file", type=Path, metavar="FILE", help=_FROM + example)
        put.set_defaults(run=run, work=work)
        listing = verbs.add_parser("list", parents=[everywhere], help="list what was recorded of a client")
        listing.add_argument("client", help="the client's id")
        listing.set_defaults(run=run, work=_coverage_list if name == "coverage" else _level_list)
        end = verbs.add_parser("end", parents=[everywhere], help="say the last day of an entry")
        end.add_argument("client", help="the client's id")
        end.add_argument("id", help="the entry's")
        end.add_argument("--last-day", required=True, metavar="DAY", help="before its first: it was a mistake")
        end.set_defaults(run=run, work=_end)

    npi = commands.add_parser(
        "npi", parents=[everywhere], help="the provider number of a member of staff, from standard input"
    )
    npi.add_argument("name", help="the sign-in name")
    npi.set_defaults(run=run, work=_npi)

    facts = commands.add_parser("claims", parents=[everywhere], help="what is the same on every claim of the programme")
    facts.add_argument("--facility-npi", help="the facility's provider number")
    facts.add_argument("--caps", metavar="PACK", help="how large groups may be under the programme's licence")
    facts.set_defaults(run=run, work=_claims)


async def _coverage(admin: "Admin", options: argparse.Namespace) -> None:
    from telehealth.covering import given

    made, known = await admin.covering.set_coverage(options.client, given(options.file), admin.packs())
    print(made)
    if not known:
        print("No rule pack has a line of this payer yet: its sessions have no units until one does.", file=sys.stderr)


async def _level(admin: "Admin", options: argparse.Namespace) -> None:
    from telehealth.covering import given

    print(await admin.covering.set_level(options.client, given(options.file), admin.packs()))


async def _coverage_list(admin: "Admin", options: argparse.Namespace) -> None:
    for one in (await admin.covering.history(options.client)).coverages:
        told = [("payer name", one.payer_name), ("member", one.member), ("authorisation", one.authorization)]
        if one.authorized_units is not None:
            told.append(("units", str(one.authorized_units)))
        if one.authorized_from is not None or one.authorized_to is not None:
            told.append(("authorised", f"{one.authorized_from or ''} to {one.authorized_to or 'open'}"))
        told.append(("place of service", one.place_of_service))
        values = "".join(f"  {name} {value}" for name, value in told if value)
        print(f"{one.id}  {one.effective_from} to {one.effective_to or 'open'}  {one.payer}{values}")


async def _level_list(admin: "Admin", options: argparse.Namespace) -> None:
    for one in (await admin.covering.history(options.client)).cares:
        print(f"{one.id}  {one.effective_from} to {one.effective_to or 'open'}  {one.level}")


async def _end(admin: "Admin", options: argparse.Namespace) -> None:
    await admin.covering.end(options.client, options.id, options.last_day)
    print("Recorded: it does not count after that day.")


async def _npi(admin: "Admin", options: argparse.Namespace) -> None:
    await admin.covering.set_npi(options.name, sys.stdin.readline().strip())
    print("Recorded.")


async def _claims(admin: "Admin", options: argparse.Namespace) -> None:
    facts = await admin.covering.set_facts(options.facility_npi, options.caps, admin.packs())
    print(f"facility NPI {facts.facility_npi or 'not recorded'}  caps {facts.caps or 'none'}")
