"""Words and sentences of `telehealth audit packet`, `verify` and `key`: the bundle that an auditor gets, and its check.

`cli_access.py` puts them beside `audit search`. `verify` opens no store and reads no settings: it runs where there is
nothing but the file.
"""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from telehealth.core.disclosure import Purpose

if TYPE_CHECKING:
    from telehealth.admin import Admin

PURPOSES = tuple(purpose.value for purpose in Purpose if purpose is not Purpose.LEGAL)
Verbs = Any
Run = Callable[..., None]


def words(verbs: Verbs, everywhere: argparse.ArgumentParser, run: Run) -> None:
    """All three; `verbs` are those of `telehealth audit`."""
    made = verbs.add_parser(
        "packet", parents=[everywhere], help="all that one attendance row was made of, signed, in one file"
    )
    made.add_argument("--session", required=True, metavar="ID")
    made.add_argument("--client", required=True, metavar="ID")
    made.add_argument("--recipient", default="", help="who outside gets it, as a code (needs a basis that opens notes)")
    made.add_argument("--purpose", choices=PURPOSES, default=Purpose.AUDIT.value, help="what for (default: audit)")
    made.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="where it goes; a new file")
    made.set_defaults(run=run, work=_packet)
    key = verbs.add_parser("key", parents=[everywhere], help="print the public key under which packets are signed")
    key.set_defaults(run=run, work=_key)
    check = verbs.add_parser("verify", parents=[everywhere], help="check a packet: needs no server, keys or network")
    check.add_argument("file", type=Path, metavar="FILE")
    check.add_argument("--key", default="", metavar="HEX", help="the programme's public key, from the programme")
    check.set_defaults(run=_verify)


async def _packet(admin: "Admin", options: argparse.Namespace) -> None:
    from telehealth.disclosing import Impossible

    if options.output.exists():
        raise Impossible(f"{options.output} exists already; name a new file.")
    file = await admin.packets.make(admin.packs(), options.session, options.client, options.recipient, options.purpose)
    try:
        descriptor = os.open(options.output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(file)
    except OSError as error:
        raise Impossible(f"{options.output} cannot be written: {error.strerror}.") from None
    print(f"{len(file):,} bytes. `telehealth audit verify FILE` checks it anywhere.", file=sys.stderr)


async def _key(admin: "Admin", options: argparse.Namespace) -> None:
    print(admin.packets.key())


def _verify(read: object, options: argparse.Namespace) -> None:
    from telehealth.packet_check import Broken, verified

    try:
        for line in verified(options.file.read_bytes(), options.key):
            print(f"ok  {line}")
    except OSError as error:
        print(f"telehealth: {options.file} cannot be read: {error.strerror}.", file=sys.stderr)
        raise SystemExit(1) from None
    except Broken as error:
        print(f"BROKEN  {error}")
        print("telehealth: The packet does not hold.", file=sys.stderr)
        raise SystemExit(1) from None
    print("Everything holds.")
