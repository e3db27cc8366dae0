"""Words and sentences of `telehealth media list`, `drain` and `undrain`: seeing to the media workers that run.

A worker is asked through the store and answers with its lease, so it may run on any machine. A worker that drains takes
no new room; its rooms end by themselves or, with --move, go to other workers, for which their pages connect anew. It
goes on running: whoever wants it gone stops it when it is empty.
"""

import argparse
import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from telehealth.core.records import WorkerLease
from telehealth.disclosing import Impossible

if TYPE_CHECKING:
    from telehealth.admin import Admin

LOOK_EVERY = 0.5
"""Seconds; a worker renews its lease every second."""


def words(media: argparse.ArgumentParser, everywhere: argparse.ArgumentParser, run: Callable[..., None]) -> None:
    """The verbs of `telehealth media`, which without one is a worker itself."""
    verbs = media.add_subparsers(metavar="VERB")
    seen = verbs.add_parser("list", parents=[everywhere], help="list the workers and what they carry")
    seen.set_defaults(run=run, work=_list)
    drain = verbs.add_parser(
        "drain", parents=[everywhere], help="let a worker take no new rooms, and wait till it is empty"
    )
    drain.add_argument("worker", nargs="?", help="its name, or how it begins (default: all of them)")
    drain.add_argument("--move", action="store_true", help="move its rooms to other workers now")
    drain.add_argument("--no-wait", action="store_true", help="ask, and do not wait")
    drain.add_argument("--undo", action="store_true", help="let it take rooms again")
    drain.set_defaults(run=run, work=_drain)
    undrain = verbs.add_parser("undrain", parents=[everywhere], help="let a worker take rooms again")
    undrain.add_argument("worker", nargs="?", help="its name, or how it begins (default: all of them)")
    undrain.set_defaults(run=run, work=_undrain)


async def _list(admin: "Admin", options: argparse.Namespace) -> None:
    for lease in await admin.workers.alive():
        print(f"{_line(lease)}, {lease.load:.0%} of a core{_state(lease)}")


async def _drain(admin: "Admin", options: argparse.Namespace) -> None:
    if options.undo:
        await _undrain(admin, options)
        return
    alive = await admin.workers.alive()
    chosen = _chosen(alive, options.worker)
    if options.move and len(chosen) == len(alive):
        raise Impossible("There is no other worker to which rooms could move.")
    await admin.ask_workers(chosen, "move" if options.move else "drain")
    if len(chosen) == len(alive):
        print("No worker takes new rooms now; `telehealth media undrain` ends that.")
    if not options.no_wait:
        await _until_empty(admin, chosen)


async def _until_empty(admin: "Admin", chosen: Sequence[str]) -> None:
    """Say what is left on them whenever it changes. Ctrl-C ends the watching and nothing else."""
    told: dict[str, str] = {}
    left = set(chosen)
    while left:
        alive = {lease.worker: lease for lease in await admin.workers.alive()}
        for worker in sorted(left):
            lease = alive.get(worker)
            if lease is not None and not lease.draining:
                if worker in told:
                    raise Impossible(f"{worker} takes rooms again: somebody else has asked it to.")
                continue  # it has not heard of it yet
            over = lease is None or not lease.rooms
            now = f"{worker} {'has ended' if lease is None else 'is empty'}." if over else _line(alive[worker])
            if told.get(worker) != now:
                print(now, flush=True)
            told[worker] = now
            if over:
                left.discard(worker)
        await asyncio.sleep(LOOK_EVERY if left else 0)


async def _undrain(admin: "Admin", options: argparse.Namespace) -> None:
    chosen = _chosen(await admin.workers.alive(), options.worker)
    await admin.ask_workers(chosen, "")
    print(f"{', '.join(chosen)}: new rooms are taken again.")


def _chosen(alive: Sequence[WorkerLease], name: str | None) -> list[str]:
    """The workers that are meant."""
    if not alive:
        raise Impossible("No media worker runs.")
    if name is None:
        return [lease.worker for lease in alive]
    found = [lease.worker for lease in alive if lease.worker.startswith(name)]
    if len(found) != 1 or not name:
        many = "Several workers' names begin" if found else "No worker's name begins"
        raise Impossible(f"{many} with that; `telehealth media list` shows them.")
    return found


def _line(lease: WorkerLease) -> str:
    return f"{lease.worker}  {_count(lease.rooms, 'room', 'rooms')}, {_count(lease.peers, 'person', 'people')}"


def _state(lease: WorkerLease) -> str:
    states = [
        word for word, on in (("drains", lease.draining), ("its rooms move", lease.leaving), ("full", lease.full)) if on
    ]
    return f" ({', '.join(states)})" if states else ""


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"
