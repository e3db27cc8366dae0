"""What somebody does on their way in, between opening their link and the waiting room.

A mark that passes: the page says which of its screens is open, again and again while it is, and a mark of which nothing
was heard for a while says no more than that the link was opened. It is no attendance, no event of the log and no proof
of anything; staff see by it whom a call would disturb and whom it would help. Must not touch: clocks, names, the store.
"""

from dataclasses import dataclass
from enum import StrEnum

from .ids import Millis

HEARD_EVERY: Millis = 15_000
"""How often a page says it."""
QUIET: Millis = 3 * HEARD_EVERY
"""Without a word for so long the page is closed, or asleep in the background: nobody can tell."""


class Doing(StrEnum):
    OPENED = "opened"
    """The link was opened, by a click: mail scanners open links, too, and press nothing."""
    DEVICES = "devices"
    """Camera and microphone."""
    SIGNING = "signing"
    """What has to be signed."""
    ABOUT = "about"
    """Where they are, whom to call."""


@dataclass(frozen=True, slots=True)
class Arrival:
    doing: Doing
    heard: Millis


def doing(arrival: Arrival, now: Millis) -> Doing:
    """What may be said of it now."""
    return arrival.doing if now - arrival.heard < QUIET else Doing.OPENED
