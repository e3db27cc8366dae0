"""What media proves of somebody whose socket is gone: that they are still there, and never that they were."""

from telehealth.core import events as did
from telehealth.core.ids import ConnectionId, MemberNumber, Millis, PersonId, ProgrammeId, SessionId, TabId
from telehealth.core.roles import Role
from telehealth.core.room import STALE, Room, replay
from telehealth.live.proofs import Proofs

START: Millis = 1_800_000_000_000
BOB, SOCKET = MemberNumber(1), ConnectionId("c")


def room(*then: did.Event) -> Room:
    return replay(
        [
            did.Opened(
                START, ProgrammeId("p"), SessionId("s"), "individual", START, START + 1, 8, (), 60_000, "iop-default/1"
            ),
            did.Entered(START, BOB, PersonId("bob"), Role.CLIENT, SOCKET, TabId("tab"), True, True),
            *then,
        ]
    )


LOST = room(did.ConnectionLost(START + STALE, BOB, START, True))


def test_media_that_goes_on_without_a_socket_is_presence() -> None:
    """A network that lets only media through, for as long as it does."""
    proofs = Proofs()
    proofs.beat(room(), SOCKET, START)
    for second in range(2, 60, 2):
        proofs.media(LOST, {"tab": 150}, START + second * 1_000)
    assert proofs.of(BOB) == START + 58_000 - 150


def test_media_that_begins_again_proves_nothing_of_the_silence() -> None:
    """A lid is opened: packets come before the page is back. With a socket that was never lost it is as with a beat."""
    woken = START + STALE + 6_000
    proofs = Proofs()
    for late in (0, 1_000):  # the second goes on from the first, which counted for nothing
        proofs.media(LOST, {"tab": 20}, woken + late)
    assert proofs.of(BOB) is None
    proofs.beat(room(), SOCKET, START)
    proofs.media(LOST, {"tab": 20}, woken)
    assert proofs.of(BOB) == START
    proofs.media(room(), {"tab": 20}, woken)
    assert proofs.of(BOB) == woken - 20
