"""What flows from a page's media, second by second: what counts as a change, and since when."""

import pytest

from telehealth.core import events as did
from telehealth.core.commands import Flowing
from telehealth.core.events import Flow
from telehealth.core.ids import ConnectionId, MemberNumber, Millis, PersonId, ProgrammeId, SessionId, TabId
from telehealth.core.roles import Role
from telehealth.core.room import replay
from telehealth.live.flows import MEDIA_HOLDS, PICTURE_HOLDS, Flows

START: Millis = 1_800_000_000_000
BOB = MemberNumber(1)
ROOM = replay(
    [
        did.Opened(
            START, ProgrammeId("p"), SessionId("s"), "individual", START, START + 1, 8, (), 60_000, "iop-default/1"
        ),
        did.Entered(START, BOB, PersonId("bob"), Role.CLIENT, ConnectionId("c"), TabId("tab"), True, True),
    ]
)


class Told:
    """A worker that tells once a second; `pattern` has a letter for each: v picture, a media, - nothing."""

    def __init__(self) -> None:
        self.flows = Flows()
        self.flows.watch(BOB, START)
        self.now = START
        self.said: list[tuple[int, Flow, int]] = []
        """When it was first said what flows, and since when, in seconds from the start."""

    def __call__(self, pattern: str) -> "Told":
        for letter in pattern:
            self.now += 1_000
            if letter != "-":
                self.flows.told(ROOM, {"tab": 0}, ["tab"] if letter == "v" else [], self.now)
            found = self.flows.now([BOB], self.now).get(BOB)
            if found is not None and (not self.said or self.said[-1][1] is not found.flow):
                self.said.append(((self.now - START) // 1000, found.flow, (found.since - START) // 1000))
        return self


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("vvvvvv", [(4, Flow.AUDIO_VIDEO, 1)]),
        ("aaaaaa", [(4, Flow.AUDIO_ONLY, 1)]),
        ("aaaaavvvvvv", [(4, Flow.AUDIO_ONLY, 1), (9, Flow.AUDIO_VIDEO, 6)]),
        ("vvvvvaaaaaaaa", [(4, Flow.AUDIO_VIDEO, 1), (10, Flow.AUDIO_ONLY, 5)]),
        ("vvvvvaaavvvv", [(4, Flow.AUDIO_VIDEO, 1)]),
        ("aaaavaaaaavaaaa", [(4, Flow.AUDIO_ONLY, 1)]),
        ("vvvvvaaaaavvvvv", [(4, Flow.AUDIO_VIDEO, 1), (10, Flow.AUDIO_ONLY, 5), (14, Flow.AUDIO_VIDEO, 11)]),
        ("-" * 10, [(9, Flow.NONE, -START // 1000)]),
        ("vvvvv" + "-" * 12, [(4, Flow.AUDIO_VIDEO, 1), (10, Flow.AUDIO_ONLY, 5), (14, Flow.NONE, 5)]),
        ("a----a----a----a", [(6, Flow.AUDIO_ONLY, 1)]),
    ],
)
def test_a_change_counts_once_it_has_lasted(pattern: str, said: list[tuple[int, Flow, int]]) -> None:
    """Each change is said some seconds later and dated with when it began; a stutter or a flash is none."""
    assert Told()(pattern).said == said


def test_the_numbers_fit_together() -> None:
    """A worker that misses two tellings ends nothing, and a picture goes before the connection does."""
    assert 3_000 < PICTURE_HOLDS < MEDIA_HOLDS


def test_a_page_that_has_just_come_is_given_time() -> None:
    """A node that takes a page over says nothing of it until it could have heard of its media."""
    told = Told()("vvvvv")
    told.now += 600_000
    told.flows.watch(BOB, told.now)
    assert told.flows.now([BOB], told.now) == {}
    assert told.flows.now([BOB], told.now + MEDIA_HOLDS) == {}
    assert told.flows.now([BOB], told.now + MEDIA_HOLDS + 1) == {BOB: Flowing(Flow.NONE, START + 5_000)}
    assert told.flows.now([MemberNumber(7)], told.now) == {}
