"""Words and sentences of the commands about access: staff roles and ties, the audit log, the table of access.

`cli.py` puts them among the others and runs them; `access_admin.py` does them.
"""

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from telehealth import cli_packets
from telehealth.core.access_page import page
from telehealth.core.roles import StaffRole

if TYPE_CHECKING:
    from telehealth.admin import Admin

Commands = Any
Run = Callable[..., None]


def words(commands: Commands, staff: Commands, everywhere: argparse.ArgumentParser, run: Run) -> None:
    """All of them; `staff` are the verbs of `telehealth staff`."""
    role = staff.add_parser("role", parents=[everywhere], help="say what somebody is employed as")
    role.add_argument("name", help="the sign-in name")
    role.add_argument("role", choices=list(StaffRole), help="see docs/access.md")
    role.set_defaults(run=run, work=_role)
    supervise = staff.add_parser("supervise", parents=[everywhere], help="say who supervises whom")
    supervise.add_argument("supervisor", help="the supervisor's sign-in name")
    supervise.add_argument("name", help="the sign-in name of whom they supervise")
    supervise.add_argument("--end", action="store_true", help="not any more")
    supervise.set_defaults(run=run, work=_supervise)

    caseload = commands.add_parser("caseload", help="whose primary counsellor somebody is")
    verbs = caseload.add_subparsers(required=True, metavar="VERB")
    for verb, about in (("add", "put a client on it"), ("remove", "take a client off it")):
        one = verbs.add_parser(verb, parents=[everywhere], help=about)
        one.add_argument("name", help="the sign-in name of the member of staff")
        one.add_argument("client", help="the client's id")
        one.set_defaults(run=run, work=_caseload, now=verb == "add")
    show = verbs.add_parser("list", parents=[everywhere], help="list the ids of its clients")
    show.add_argument("name", help="the sign-in name of the member of staff")
    show.set_defaults(run=run, work=_ties)

    audit = commands.add_parser("audit", help="who did what to which record")
    of_audit = audit.add_subparsers(required=True, metavar="VERB")
    cli_packets.words(of_audit, everywhere, run)
    search = of_audit.add_parser("search", parents=[everywhere], help="search the audit log, newest first")
    search.add_argument("--person", default="", metavar="ID", help="entries about this person, or by them")
    search.add_argument("--actor", default="", metavar="ID", help="entries by this person, key, or `system`")
    search.add_argument("--what", default="", help="an action, or the beginning of several, such as notes")
    search.add_argument("--from", dest="start", metavar="DAY", help="the first day")
    search.add_argument("--to", dest="end", metavar="DAY", help="the last day")
    search.add_argument("--most", type=int, default=1000, help="at most so many entries (default: 1000)")
    search.set_defaults(run=run, work=_search)

    table = commands.add_parser("access", parents=[everywhere], help="print who may do what (docs/access.md)")
    table.set_defaults(run=_access)


async def _role(admin: "Admin", options: argparse.Namespace) -> None:
    await admin.access.set_role(options.name, StaffRole(options.role))
    print(f"{options.name} is {options.role} from the next sign-in.")


async def _supervise(admin: "Admin", options: argparse.Namespace) -> None:
    if not await admin.access.supervise(options.supervisor, options.name, now=not options.end):
        print("It was so already.")


async def _caseload(admin: "Admin", options: argparse.Namespace) -> None:
    if not await admin.access.assign(options.name, options.client, now=options.now):
        print("It was so already.")


async def _ties(admin: "Admin", options: argparse.Namespace) -> None:
    clients, _ = await admin.access.ties(options.name)
    for client in clients:
        print(client)


async def _search(admin: "Admin", options: argparse.Namespace) -> None:
    lines = await admin.access.search(
        options.person, options.actor, options.what, options.start, options.end, options.most
    )
    for line in lines:
        print(line)
    print(f"{len(lines)} entries.", file=sys.stderr)


def _access(read: object, options: argparse.Namespace) -> None:
    print(page(), end="")
