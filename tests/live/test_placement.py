"""Which worker a new room is given, from made-up leases."""

from telehealth.core.ids import SessionId
from telehealth.core.records import WorkerLease
from telehealth.live.placement import choose

ROOM = SessionId("room")


def lease(worker: str, rooms: int = 0, peers: int = 0, load: float = 0.0, **state: bool) -> WorkerLease:
    return WorkerLease(worker, "unix:/x", rooms, peers, load, **{"draining": False, **state})


def chosen(*leases: WorkerLease, placed: dict[str, int] | None = None, but: str | None = None) -> str | None:
    found = choose(ROOM, leases, placed or {}, but)
    return None if found is None else found.worker


def test_the_one_with_fewer_people_is_chosen() -> None:
    """Among workers of about the same load: one group of sixteen weighs more than two pairs."""
    assert chosen(lease("a", 1, 17, 0.10), lease("b", 2, 4, 0.15)) == "b"


def test_load_weighs_more_than_people() -> None:
    """A busy or slow machine gets no room although fewer people are on it."""
    assert chosen(lease("a", 1, 2, 0.7), lease("b", 5, 40, 0.3)) == "b"


def test_rooms_that_were_just_placed_count() -> None:
    """Before any lease tells of them, rooms placed by this node are counted as if they had filled."""
    assert chosen(lease("a"), lease("b", 1, 5), placed={"a": 2}) == "b"
    assert chosen(lease("a", 1, 1), lease("b", 0, 0)) == "b"


def test_who_drains_or_is_full_or_leaves_or_has_refused_is_never_chosen() -> None:
    """Rather no worker at all: a room without media says so, a full worker would spoil them all."""
    closed = [lease("a", draining=True), lease("b", full=True), lease("c", draining=True, leaving=True)]
    assert chosen(*closed) is None
    assert chosen(*closed, lease("d", 90, 150, 0.8)) == "d"
    assert chosen(*closed, lease("d"), but="d") is None


def test_ties_are_broken_alike_everywhere() -> None:
    """Two nodes that see the same leases in another order propose the same worker; rooms still spread."""
    names = ("4nXq0TgkQd", "Zb1m7sYwPe", "k9RvC2uLhA")
    leases = [lease(name) for name in names]
    assert choose(ROOM, leases, {}) == choose(ROOM, leases[::-1], {})
    assert {found.worker for n in range(30) if (found := choose(SessionId(f"s{n}"), leases, {}))} == set(names)
