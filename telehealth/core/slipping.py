"""Who is slipping away: the signs of it in one client's figures, and the order in which a caseload is shown.

A sign is a plain fact with its sessions, not a score: a counsellor sees why somebody stands first. The order goes by
the gravest sign, then by the number of signs, then by how long ago the client last came.

Must not touch: clocks, the store.
"""

from dataclasses import dataclass
from enum import StrEnum

from .certification import Due, DueState
from .engagement import EngagementRule, FirstSession, Rate
from .hours import Outlook
from .ids import Millis, PersonId, SessionId
from .marks import Mark
from .outreach import Owed


class Sign(StrEnum):
    """Gravest first."""

    MISSES_ALARM = "misses_alarm"
    OUTREACH_OVERDUE = "outreach_overdue"
    NEVER_CAME = "never_came"
    HOURS_LOST = "hours_lost"
    CERTIFICATION_OVERDUE = "certification_overdue"
    MISSES_WATCH = "misses_watch"
    RATE_LOW = "rate_low"
    OUTREACH_DUE = "outreach_due"
    CERTIFICATION_SOON = "certification_soon"


ORDER = {sign: place for place, sign in enumerate(Sign)}
SLIPPING = frozenset(list(Sign)[:7])
"""Signs that somebody slips away; the last two only ask for work."""


@dataclass(frozen=True, slots=True)
class Noticed:
    sign: Sign
    sessions: tuple[SessionId, ...]
    """What it is seen by; empty where it is seen by a date."""


def signs(
    rule: EngagementRule,
    misses: tuple[Mark, ...],
    owing: tuple[Owed, ...],
    first: FirstSession | None,
    outlook: Outlook | None,
    recent: Rate,
    certification: Due,
) -> tuple[Noticed, ...]:
    """In the order of `Sign`. `first` and `outlook` are None where there is no episode and no week to speak of."""
    found: list[Noticed] = []
    missed = tuple(m.session for m in misses)
    if len(misses) >= rule.misses_alarm:
        found.append(Noticed(Sign.MISSES_ALARM, missed))
    if overdue := tuple(one.mark.session for one in owing if one.overdue):
        found.append(Noticed(Sign.OUTREACH_OVERDUE, overdue))
    if first is not None and first.waiting > rule.first_session_days:
        found.append(Noticed(Sign.NEVER_CAME, ()))
    if outlook is Outlook.OUT_OF_REACH:
        found.append(Noticed(Sign.HOURS_LOST, ()))
    if certification.state is DueState.OVERDUE:
        found.append(Noticed(Sign.CERTIFICATION_OVERDUE, ()))
    if rule.misses_watch <= len(misses) < rule.misses_alarm:
        found.append(Noticed(Sign.MISSES_WATCH, missed))
    share = recent.share
    if share is not None and len(recent.came) + len(recent.missed) >= rule.rate_least and share < rule.rate_low:
        found.append(Noticed(Sign.RATE_LOW, tuple(m.session for m in recent.missed)))
    if due := tuple(one.mark.session for one in owing if not one.overdue):
        found.append(Noticed(Sign.OUTREACH_DUE, due))
    if certification.state is DueState.SOON:
        found.append(Noticed(Sign.CERTIFICATION_SOON, ()))
    return tuple(found)


def place(
    noticed: tuple[Noticed, ...], last_came: Millis | None, client: PersonId
) -> tuple[int, int, Millis, PersonId]:
    """A sort key: whoever needs somebody first comes first."""
    gravest = ORDER[noticed[0].sign] if noticed else len(ORDER)
    return gravest, -len(noticed), last_came or 0, client
