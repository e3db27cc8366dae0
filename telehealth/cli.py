"""The `telehealth` command: words in, sentences out.

The only reader of argv and the environment, and the only file that prints. Every failure that an operator can mend ends
with one sentence on standard error and exit status 1; a traceback is a bug. Options beat the environment.
"""

import argparse
import asyncio
import getpass
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Coroutine, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Never

import uvloop

from telehealth import (
    cli_access,
    cli_backups,
    cli_contact,
    cli_covering,
    cli_disclosing,
    cli_importing,
    cli_keys,
    cli_media,
    cli_retention,
    cli_seed,
    logs,
    settings,
    supervisor,
)
from telehealth.core.roles import StaffRole
from telehealth.settings import Settings

if TYPE_CHECKING:
    from telehealth.admin import Admin
    from telehealth.fetch import Progress

PASSWORD_LEAST = 12


def main(words: Sequence[str] | None = None) -> None:
    """Run one command and exit."""
    options = _parser().parse_args(words)
    if options.parent:
        supervisor.end_with(options.parent)
    environment = dict(os.environ)
    for option in ("host", "port", "data"):
        if getattr(options, option, None) is not None:
            environment[settings.name_of(option)] = str(getattr(options, option))
    try:
        read = settings.read(environment)
        logs.start(read.log_level)
        options.run(read, options)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except settings.Unsafe as error:
        _stop(str(error))


def _stop(sentence: str) -> Never:
    print(f"telehealth: {sentence}", file=sys.stderr)
    raise SystemExit(1)


def _loop(work: Coroutine[None, None, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


# --- processes


def _serve(read: Settings, options: argparse.Namespace) -> None:
    # Imported here, because the other commands need a tenth of it.
    from telehealth.app import CannotStart, serve

    def ready(lines: Sequence[str]) -> None:
        print(*lines, sep="\n", flush=True)

    command = [sys.executable, "-m", "telehealth"]
    try:
        _loop(serve(read, command, dict(os.environ), with_demo=options.demo, ready=ready))
    except CannotStart as error:
        _stop(str(error))


def _media(read: Settings, options: argparse.Namespace) -> None:
    from telehealth.media_process import CannotStart, run

    try:
        _loop(run(read, options.index, supervised=bool(options.parent)))
    except CannotStart as error:
        _stop(str(error))


def _simulate(read: Settings, options: argparse.Namespace) -> None:
    from telehealth.simulate.crowd import links_in, run

    text = "\n".join(sys.stdin.read() if link == "-" else link for link in options.link)
    links = links_in(text)[: options.count]
    if not links:
        _stop("Those are no join links; they look like http://127.0.0.1:8080/j#TOKEN.")

    def say(line: str) -> None:
        print(line, flush=True)

    _loop(run(links, options.seconds, say))


def _health(read: Settings, options: argparse.Namespace) -> None:
    host = "127.0.0.1" if read.host in ("0.0.0.0", "::") else read.host  # noqa: S104  compared, not bound
    try:
        with urllib.request.urlopen(f"http://{host}:{read.port}/healthz", timeout=2):
            return
    except (urllib.error.URLError, TimeoutError):
        _stop("The server does not answer.")


def _export(read: Settings, options: argparse.Namespace) -> None:
    from telehealth import fetch

    form = options.format or ("ndjson" if options.output and options.output.suffix == ".ndjson" else "csv")
    wanted = fetch.Wanted(options.url or read.base_url, options.start, options.end, form, options.profile or "")
    if not wanted.url.startswith(("http://", "https://")):
        _stop("--url must begin with https://.")
    key = _api_key(options.key_file)
    on_terminal = sys.stderr.isatty()

    def told(progress: fetch.Progress) -> None:
        if on_terminal:
            print(f"\r{_progress(progress)}\033[K", end="", file=sys.stderr, flush=True)

    try:
        if options.output is None:
            done = fetch.to_stream(wanted, key, sys.stdout.buffer, told)
        else:
            done = fetch.to_file(wanted, key, options.output, told)
    except (fetch.Failed, OSError) as error:
        why = (
            str(error)
            if isinstance(error, fetch.Failed)
            else f"{options.output or 'standard output'} cannot be written: {error.strerror}."
        )
        again = " The same command goes on where this one stopped." if options.output else ""
        if on_terminal:
            print(file=sys.stderr)
        _stop(why + again)
    if on_terminal:
        print("\r\033[K", end="", file=sys.stderr)
    print(f"{done.rows:,} rows.", file=sys.stderr)
    if done.omitted:
        print("Clients for whom there is no basis were left out.", file=sys.stderr)


def _progress(progress: "Progress") -> str:
    """`45 %  12,000 rows  8,300 rows/s  0:12 left`"""
    parts = [] if progress.share is None else [f"{progress.share:4.0%}"]
    parts += [f"{progress.rows:,} rows", f"{progress.rate:,.0f} rows/s"]
    if progress.left is not None:
        minutes, seconds = divmod(round(progress.left), 60)
        parts.append(f"about {minutes}:{seconds:02d} left")
    return "  ".join(parts)


def _api_key(file: Path | None) -> str:
    """From a file, from a pipe, or asked for. Never from the command line, which every user of the machine can read."""
    if file is not None:
        try:
            return file.read_text().strip()
        except OSError as error:
            _stop(f"{file} cannot be read: {error.strerror}.")
    return getpass.getpass("API key: ").strip() if sys.stdin.isatty() else sys.stdin.readline().strip()


def _version(read: Settings, options: argparse.Namespace) -> None:
    print(version("telehealth"))


# --- administration


def _admin(read: Settings, options: argparse.Namespace) -> None:
    from telehealth.admin import open_store
    from telehealth.disclosing import Impossible
    from telehealth.store.ports import Unavailable
    from telehealth.store.sealed import BadKey

    async def work() -> None:
        async with open_store(read) as admin:
            await options.work(admin, options)

    try:
        _loop(work())
    except (Impossible, BadKey) as error:
        _stop(str(error))
    except Unavailable:
        _stop("Redis does not answer.")


async def _apikey_create(admin: "Admin", options: argparse.Namespace) -> None:
    key = await admin.create_api_key(options.label, options.days, options.profile, options.recipient, options.purpose)
    print(key)
    print("This is shown once. Send it as `Authorization: Bearer KEY`.", file=sys.stderr)


async def _apikey_list(admin: "Admin", options: argparse.Namespace) -> None:
    for line in await admin.list_api_keys():
        print(line)


async def _apikey_rotate(admin: "Admin", options: argparse.Namespace) -> None:
    print(await admin.rotate_api_key(options.id, options.days))
    print(f"This is shown once. The old key opens for {options.days} days more.", file=sys.stderr)


async def _apikey_revoke(admin: "Admin", options: argparse.Namespace) -> None:
    await admin.revoke_api_key(options.id)
    print("Revoked: the key opens nothing any more.")


async def _staff_add(admin: "Admin", options: argparse.Namespace) -> None:
    password = _new_password()
    alias = options.alias or options.legal_name.split()[0]
    await admin.add_staff(options.name, options.legal_name, alias, options.email, StaffRole(options.role), password)
    print(f"{options.name} can sign in now.")


async def _staff_password(admin: "Admin", options: argparse.Namespace) -> None:
    await admin.set_password(options.name, _new_password())
    print(f"{options.name} signs in with it from now on.")


async def _staff_cosigner(admin: "Admin", options: argparse.Namespace) -> None:
    await admin.set_cosigner(options.name, options.supervisor or "")
    if options.supervisor:
        print(f"{options.supervisor} has to sign the notes of {options.name}, too.")
    else:
        print(f"{options.name} signs alone.")


async def _sendings(admin: "Admin", options: argparse.Namespace) -> None:
    for line in await admin.sendings(options.session):
        print(line)


async def _link_create(admin: "Admin", options: argparse.Namespace) -> None:
    print(await admin.create_link(options.person, options.session, options.series, options.days))


async def _verify(admin: "Admin", options: argparse.Namespace) -> None:
    found = await admin.verify(options.session)
    for fault in found.faults:
        print(fault)
    walked = f"{found.sessions} sessions, {found.entries} entries, {found.rows} attendance rows"
    if not options.session:
        walked += f", {found.audited} audit entries"
    if found.unlinked:
        walked += f" ({found.unlinked} entries are older than the hash chain)"
    if found.faults:
        _stop(f"{len(found.faults)} faults in {walked}.")
    print(f"{walked}: every link holds.")


async def _replay(admin: "Admin", options: argparse.Namespace) -> None:
    rows, changes = await admin.replay(options.pack, options.against, getattr(options, "from"), options.to)
    print("session_or_day", "client", "column", "before", "after", sep="\t")
    for change in changes:
        print(change.what, change.client, change.column, change.before, change.after, sep="\t")
    print(f"{rows} attendance rows, {len(changes)} values differ.", file=sys.stderr)


def _new_password() -> str:
    """From the terminal, twice; from a pipe, one line."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\n")
    elif (password := getpass.getpass("Password: ")) != getpass.getpass("Once more: "):
        _stop("The two passwords differ.")
    if len(password) < PASSWORD_LEAST:
        _stop(f"A password needs at least {PASSWORD_LEAST} characters.")
    return password


# --- words


def _parser() -> argparse.ArgumentParser:
    everywhere = argparse.ArgumentParser(add_help=False)
    everywhere.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder (TELEHEALTH_DATA)")
    everywhere.add_argument("--parent", type=int, metavar="PID", help="end when this process, the parent, ends")

    parser = argparse.ArgumentParser(
        prog="telehealth",
        description="Group sessions for Intensive Outpatient Programs. Settings: docs/configuration.md",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", parents=[everywhere], help="run the server")
    serve.add_argument("--demo", action="store_true", help="with an invented clinic, and print how to get in")
    serve.add_argument("--host", help="the address to listen on (TELEHEALTH_HOST)")
    serve.add_argument("--port", type=int, help="the port to listen on (TELEHEALTH_PORT)")
    serve.set_defaults(run=_serve)

    media = commands.add_parser(
        "media", parents=[everywhere], help="run one more media worker (needs REDIS_URL), or see to those that run"
    )
    media.add_argument("--index", type=int, default=0, help="which of this machine's workers it is, from 0")
    media.set_defaults(run=_media)
    cli_media.words(media, everywhere, _admin)

    _admin_words(commands, everywhere)

    simulate = commands.add_parser(
        "simulate", parents=[everywhere], help="join a session with simulated participants, one for each link"
    )
    simulate.add_argument(
        "--link", action="append", required=True, help="a join link; may be given again; - reads standard input"
    )
    simulate.add_argument("--count", type=int, help="at most so many participants (default: one for each link)")
    simulate.add_argument("--seconds", type=float, help="leave after this time (default: at Ctrl-C)")
    simulate.set_defaults(run=_simulate)

    export = commands.add_parser(
        "export", parents=[everywhere], help="fetch attendance with an API key, to a file that can be gone on with"
    )
    export.add_argument("--from", dest="start", required=True, metavar="DAY", help="the first day, such as 2026-11-01")
    export.add_argument("--to", dest="end", required=True, metavar="DAY", help="the last day (included)")
    export.add_argument("--profile", help="the profile of the key, to make sure that it is the one that you mean")
    export.add_argument("--format", choices=("csv", "ndjson"), help="default: csv, or what the file's name ends in")
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: standard output")
    export.add_argument("--key-file", type=Path, metavar="FILE", help="holds the API key (default: standard input)")
    export.add_argument("--url", help="the server (default: TELEHEALTH_PUBLIC_URL, or this machine's)")
    export.set_defaults(run=_export)

    health = commands.add_parser("health", parents=[everywhere], help="whether the server of this machine answers")
    health.set_defaults(run=_health)
    commands.add_parser("version", parents=[everywhere], help="print the version").set_defaults(run=_version)
    return parser


def _admin_words(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", everywhere: argparse.ArgumentParser
) -> None:
    apikey = commands.add_parser("apikey", help="keys to the export API").add_subparsers(required=True, metavar="VERB")
    create = apikey.add_parser("create", parents=[everywhere], help="make a key and print it once")
    create.add_argument("--label", required=True, help="what it is for, such as billing")
    create.add_argument("--days", type=int, help="how long it is valid (default: until it is revoked)")
    cli_disclosing.going_to(create)
    create.set_defaults(run=_admin, work=_apikey_create)
    apikey.add_parser("list", parents=[everywhere], help="list the keys").set_defaults(run=_admin, work=_apikey_list)
    rotate = apikey.add_parser("rotate", parents=[everywhere], help="replace a key and print the new one once")
    rotate.add_argument("id")
    rotate.add_argument("--days", type=int, default=7, help="how long the old one still opens (default: 7)")
    rotate.set_defaults(run=_admin, work=_apikey_rotate)
    revoke = apikey.add_parser("revoke", parents=[everywhere], help="end a key at once")
    revoke.add_argument("id")
    revoke.set_defaults(run=_admin, work=_apikey_revoke)

    cli_disclosing.words(commands, everywhere, _admin)
    cli_covering.words(commands, everywhere, _admin)
    cli_contact.words(commands, everywhere, _admin)

    staff = commands.add_parser("staff", help="people who sign in").add_subparsers(required=True, metavar="VERB")
    add = staff.add_parser("add", aliases=["create"], parents=[everywhere], help="add one; asks for the password")
    add.add_argument("name", help="the sign-in name")
    add.add_argument("--legal-name", required=True)
    add.add_argument("--alias", help="the name that clients see (default: the first name)")
    add.add_argument("--email", default="")
    add.add_argument("--role", choices=list(StaffRole), default=StaffRole.FACILITATOR.value, help="see docs/access.md")
    add.set_defaults(run=_admin, work=_staff_add)
    password = staff.add_parser("password", parents=[everywhere], help="give somebody a new password; asks for it")
    password.add_argument("name", help="the sign-in name")
    password.set_defaults(run=_admin, work=_staff_password)
    cli_access.words(commands, staff, everywhere, _admin)
    cli_keys.words(commands, everywhere, _admin)
    cli_seed.words(commands, everywhere, _admin)
    cli_importing.words(commands, everywhere, _admin)
    cli_retention.words(commands, everywhere, _admin)
    cli_backups.words(commands, everywhere, _admin, _loop)
    cosigner = staff.add_parser("cosigner", parents=[everywhere], help="say who co-signs somebody's notes")
    cosigner.add_argument("name", help="whose notes, by sign-in name")
    cosigner.add_argument("supervisor", nargs="?", help="who signs them, too; nobody if it is left out")
    cosigner.set_defaults(run=_admin, work=_staff_cosigner)

    verify = commands.add_parser("verify", parents=[everywhere], help="follow the hash chains of the event logs")
    verify.add_argument("--session", metavar="ID", help="of this session only")
    verify.set_defaults(run=_admin, work=_verify)

    sendings = commands.add_parser("sendings", parents=[everywhere], help="messages to clients and their outcomes")
    sendings.add_argument("--session", metavar="ID", required=True, help="about this session")
    sendings.set_defaults(run=_admin, work=_sendings)

    replay = commands.add_parser("replay", parents=[everywhere], help="how another rule pack would judge past sessions")
    replay.add_argument("--pack", type=Path, required=True, metavar="FILE", help="the rule pack")
    replay.add_argument("--against", type=Path, metavar="FILE", help="another one (default: what was recorded)")
    replay.add_argument("--from", required=True, metavar="DAY", help="the first day, by scheduled start")
    replay.add_argument("--to", required=True, metavar="DAY", help="the last day")
    replay.set_defaults(run=_admin, work=_replay)

    link = commands.add_parser("link", help="join links").add_subparsers(required=True, metavar="VERB")
    new = link.add_parser("create", parents=[everywhere], help="make a link for one client and print it once")
    new.add_argument("person", help="the client's id")
    bound = new.add_mutually_exclusive_group(required=True)
    bound.add_argument("--session", help="for this session only")
    bound.add_argument("--series", help="for every session of this series")
    new.add_argument("--days", type=int, default=30, help="how long it is valid (default: 30)")
    new.set_defaults(run=_admin, work=_link_create)
