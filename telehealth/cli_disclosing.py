"""Words and sentences of the commands about disclosures: consent, ground, disclosures, client, webhook.

`cli.py` puts them among the others and runs them; `disclosing.py` does them.
"""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from telehealth.core.disclosure import ConsentKind, GroundKind, Matter, Purpose
from telehealth.core.ids import Millis

if TYPE_CHECKING:
    from telehealth.admin import Admin

PROFILES = ("attendance", "billing", "court", "audit", "notes", "deidentified")
"""Those of edge/profiles.py, which is not loaded for a word."""
EVENTS = ("session.closed", "attendance.changed", "note.signed")
"""Those of edge/webhooks.py, likewise."""
PURPOSES = tuple(purpose.value for purpose in Purpose if purpose is not Purpose.LEGAL)
Commands = Any
Run = Callable[..., None]


def going_to(create: argparse.ArgumentParser) -> None:
    """To whom a machine takes the rows, and what for."""
    create.add_argument("--profile", choices=PROFILES, default="attendance", help="which columns it opens")
    create.add_argument("--recipient", default="", help="to whom the rows go, as a code (default: from the label)")
    create.add_argument("--purpose", choices=PURPOSES, default="", help="what for (default: the profile's usual one)")


def words(commands: Commands, everywhere: argparse.ArgumentParser, run: Run) -> None:
    """All five."""

    def verbs(name: str, text: str) -> Callable[..., argparse.ArgumentParser]:
        group = commands.add_parser(name, help=text).add_subparsers(required=True, metavar="VERB")

        def verb(word: str, work: Callable[..., Any], about: str) -> argparse.ArgumentParser:
            parser: argparse.ArgumentParser = group.add_parser(word, parents=[everywhere], help=about)
            parser.set_defaults(run=run, work=work)
            return parser

        return verb

    consent = verbs("consent", "what clients have agreed to (42 CFR 2.31)")
    add = consent("add", _consent_add, "record a signed consent")
    add.add_argument("client", help="the client's id")
    add.add_argument("--kind", choices=[kind.value for kind in ConsentKind], default=ConsentKind.TPO.value)
    add.add_argument("--recipient", default="", help="the recipient's code; a TPO consent may leave it open")
    add.add_argument("--purpose", action="append", choices=PURPOSES, default=[], help="of a named consent")
    add.add_argument("--days", type=int, help="for how long")
    add.add_argument("--until", default="", metavar="EVENT", help="or until when, such as `end of treatment`")
    add.add_argument("--notes", action="store_true", help="it is for the signed progress notes, too")
    add.add_argument("--signed-by", required=True, help="who signed")
    consent("list", _consent_list, "list a client's consents").add_argument("client")
    revoke = consent("revoke", _consent_revoke, "end a consent at once")
    revoke.add_argument("client")
    revoke.add_argument("id")

    ground = verbs("ground", "other bases of disclosure, for all clients")
    more = ground("add", _ground_add, "record one")
    more.add_argument("--kind", choices=[kind.value for kind in GroundKind], required=True)
    more.add_argument("--recipient", required=True, help="the recipient's code")
    more.add_argument("--purpose", action="append", choices=PURPOSES, required=True)
    more.add_argument("--reference", required=True, help="where the agreement or the order is filed")
    more.add_argument("--days", type=int, help="for how long")
    more.add_argument("--notes", action="store_true", help="it opens the signed progress notes, too")
    ground("revoke", _ground_revoke, "end one at once").add_argument("id")

    accounting = commands.add_parser("disclosures", parents=[everywhere], help="a client's accounting (42 CFR 2.25)")
    accounting.add_argument("client")
    accounting.set_defaults(run=run, work=_disclosures)

    client = verbs("client", "machines that sign in with their own keys (SMART Backend Services)")
    register = client("add", _client_add, "register one and print its client id")
    register.add_argument("--label", required=True, help="what it is, such as EHR")
    register.add_argument("--jwks", type=_text, required=True, metavar="FILE", help="its public keys")
    going_to(register)

    webhook = verbs("webhook", "endpoints that are told that something changed")
    new = webhook("add", _webhook_add, "add one and print its secret once")
    new.add_argument("url")
    new.add_argument("--event", action="append", choices=EVENTS, default=[], help="default: all of them")
    new.add_argument("--recipient", required=True, help="whose session ids it is told")
    webhook("list", _webhook_list, "list them")
    webhook("remove", _webhook_remove, "remove one").add_argument("id")


async def _consent_add(admin: "Admin", options: argparse.Namespace) -> None:
    made = await admin.disclosing.add_consent(
        options.client,
        options.kind,
        options.recipient,
        options.purpose,
        options.days,
        options.until,
        options.signed_by,
        notes=options.notes,
    )
    print(made)


async def _consent_list(admin: "Admin", options: argparse.Namespace) -> None:
    for one in await admin.disclosing.consents(options.client):
        end = _day(one.expires) if one.expires else one.expires_event
        state = f"revoked {_day(one.revoked)}" if one.revoked else f"until {end}"
        notes = "  notes, too" if Matter.NOTES in one.covers else ""
        print(f"{one.id}  {one.kind} to {one.recipient or 'any'} for {', '.join(one.purposes)}  {state}{notes}")


async def _consent_revoke(admin: "Admin", options: argparse.Namespace) -> None:
    await admin.disclosing.revoke_consent(options.client, options.id)
    print("Revoked: no export goes out under it any more.")


async def _ground_add(admin: "Admin", options: argparse.Namespace) -> None:
    made = admin.disclosing.add_ground(
        options.kind, options.recipient, options.purpose, options.reference, options.days, notes=options.notes
    )
    print(await made)


async def _ground_revoke(admin: "Admin", options: argparse.Namespace) -> None:
    await admin.disclosing.revoke_ground(options.id)
    print("Revoked: no export goes out under it any more.")


async def _disclosures(admin: "Admin", options: argparse.Namespace) -> None:
    for one in await admin.disclosing.disclosures(options.client):
        given = one.disclosure
        print(
            f"{_day(one.at)}  {given.profile} to {given.recipient} for {given.purpose}  "
            f"sessions {_day(given.start)} to {_day(given.end)}  {one.basis}  {given.export}"
        )
        if given.columns:
            print(f"    {', '.join(given.columns)}")


async def _client_add(admin: "Admin", options: argparse.Namespace) -> None:
    made = admin.disclosing.add_client(options.label, options.jwks, options.profile, options.recipient, options.purpose)
    print(await made)


async def _webhook_add(admin: "Admin", options: argparse.Namespace) -> None:
    name, secret = await admin.disclosing.add_webhook(options.url, options.event, options.recipient)
    print(name)
    print(secret)


async def _webhook_list(admin: "Admin", options: argparse.Namespace) -> None:
    for hook, tries in await admin.disclosing.webhooks():
        state = f"{tries} tries in vain" if tries else "up to date"
        print(f"{hook.id}  {', '.join(hook.events)} to {hook.recipient}  {state}  {hook.url}")


async def _webhook_remove(admin: "Admin", options: argparse.Namespace) -> None:
    await admin.disclosing.remove_webhook(options.id)
    print("Removed: it is told nothing any more.")


def _text(name: str) -> str:
    """What a file says, for argparse."""
    try:
        return Path(name).read_text("utf-8")
    except (OSError, ValueError):
        raise argparse.ArgumentTypeError(f"{name} cannot be read") from None


def _day(at: Millis) -> str:
    return datetime.fromtimestamp(min(at, 253_370_764_800_000) / 1000, UTC).date().isoformat()
