"""Who is late to a session that goes on, and what staff do about it when: a message, a call, a no-show.

A rule pack of the kind `late` (WEB 5.3): the minutes are a programme's policy, so a clinic's own file with a higher
version takes the place of the one that ships. This is what a person is asked to do with one click. What the server
sends by itself is another timetable (`roster.py`), and a reminder of either kind is the message that was due here.

Only whoever is expected, was never seen and is not excused is late, counted from when the session really began. A step
that was left out is not asked for any more once a later one is due. Must not touch: clocks, names, the store.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .ids import Millis, PersonId
from .nudges import NEVER_TOLD
from .outreach import How, Outreach
from .pack_cases import identity
from .room import Room
from .roster import expected
from .sendings import Tracked, Why
from .toml import Table

MINUTE: Millis = 60_000
_ABOUT_NOW = frozenset({Why.LATE, Why.ASKED})
_CALLS = frozenset({How.CALL, How.EMERGENCY_CONTACT})


class Step(StrEnum):
    """What staff do about somebody who is late, in this order."""

    MESSAGE = "message"
    CALL = "call"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True)
class LateRule:
    """After how many minutes each step is due."""

    id: str
    minutes: Mapping[Step, int]


NO_RULE = LateRule("", {})


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken."""

    at: Millis
    entry: str = ""
    """What it can be taken back by, where there is something."""


@dataclass(frozen=True, slots=True)
class Late:
    """One client who is expected and was not seen."""

    client: PersonId
    since: Millis
    now: Step | None
    """The step whose time has come and that nobody has taken."""
    next: Millis | None
    """When the one after it is due."""
    taken: Mapping[Step, Taken] = field(default_factory=dict)


def late(
    rule: LateRule,
    room: Room,
    excused: Collection[PersonId],
    messages: Iterable[Tracked],
    attempts: Mapping[PersonId, Iterable[Outreach]],
    now: Millis,
) -> tuple[Late, ...]:
    """Everybody who is late, in the roster's order; whoever was marked as a no-show stays among them."""
    if room.opened is None or room.began is None or room.ended:
        return ()
    since = max(room.opened.starts, room.began)
    missing = set(expected(room).missing) - set(excused)
    told = _told(messages)
    found = []
    for client in room.opened.expected:
        if client in missing and since <= now:
            taken = _taken(client, since, told, attempts.get(client, ()), room)
            found.append(Late(client, since, _now(rule, taken, since, now), _next(rule, taken, since, now), taken))
    return tuple(found)


def _told(messages: Iterable[Tracked]) -> dict[PersonId, Taken]:
    """When each client was last told that they are late."""
    return {
        one.sending.client: Taken(one.sending.queued)
        for one in sorted(messages, key=lambda one: one.sending.queued)
        if one.sending.why in _ABOUT_NOW and one.progress.state not in NEVER_TOLD
    }


def _taken(
    client: PersonId, since: Millis, told: Mapping[PersonId, Taken], attempts: Iterable[Outreach], room: Room
) -> dict[Step, Taken]:
    taken = {}
    if client in told:
        taken[Step.MESSAGE] = told[client]
    calls = [one for one in attempts if one.how in _CALLS and one.withdrawn is None and since <= one.at]
    if calls:
        last = max(calls, key=lambda one: (one.at, one.id))
        taken[Step.CALL] = Taken(last.at, last.id)
    if client in room.no_shows:
        taken[Step.NO_SHOW] = Taken(room.no_shows[client])
    return taken


def _now(rule: LateRule, taken: Mapping[Step, Taken], since: Millis, now: Millis) -> Step | None:
    reached = [step for step in Step if step in rule.minutes and since + rule.minutes[step] * MINUTE <= now]
    if not reached or any(step in taken for step in tuple(Step)[tuple(Step).index(reached[-1]) :]):
        return None
    return reached[-1]


def _next(rule: LateRule, taken: Mapping[Step, Taken], since: Millis, now: Millis) -> Millis | None:
    if Step.NO_SHOW in taken:
        return None
    ahead = (since + minutes * MINUTE for step, minutes in rule.minutes.items() if step not in taken)
    return min((at for at in ahead if now < at), default=None)


def rule_from(table: Table, tests: list[Table]) -> tuple[str, int, LateRule]:
    """The rule that a pack says. Raises `ValueError`."""
    name, version, rule_id = identity(table)
    minutes = {step: table.whole(f"{step}_minutes", 0, 1440) for step in Step}
    table.done()
    if list(minutes.values()) != sorted(minutes.values()):
        raise table.wrong("the steps must stand in the order in which they are due")
    if tests:
        raise table.wrong("this rule is its own test")
    return name, version, LateRule(rule_id, minutes)
