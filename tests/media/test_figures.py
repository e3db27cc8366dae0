"""The numbers that a worker tells about itself, from made-up measurements."""

from telehealth.media.figures import Cost, Lag, add_room


def test_lag_is_told_by_its_middle_and_its_worst_hundredth() -> None:
    """One late moment in a hundred is p99; what is a minute old is forgotten."""
    lag = Lag(per_second=10)
    assert lag.values() == {}
    for _ in range(99):
        lag.add(0.001)
    lag.add(0.5)
    assert lag.values() == {"loop_lag_p50_seconds": 0.001, "loop_lag_p99_seconds": 0.001}
    lag.add(0.5)
    assert lag.values()["loop_lag_p99_seconds"] == 0.5
    for _ in range(600):
        lag.add(0.002)
    assert lag.values() == {"loop_lag_p50_seconds": 0.002, "loop_lag_p99_seconds": 0.002}


def test_the_cost_of_a_packet_is_that_of_the_last_minute() -> None:
    """Nothing forwarded has no cost; an expensive start is forgotten after a minute."""
    cost = Cost()
    assert cost.per_packet() is None
    cost.add(10.0, 0)
    cost.add(11.0, 0)
    assert cost.per_packet() is None
    cost.add(11.5, 100)
    assert cost.per_packet() == 0.015
    for second in range(1, 62):
        cost.add(11.5 + second / 10, 100 + second * 10_000)
    assert cost.per_packet() is not None
    assert abs((cost.per_packet() or 0) - 1e-5) < 1e-9


def test_rooms_are_added_up() -> None:
    """The same name of two rooms becomes one number."""

    class Room:
        def figures(self) -> list[tuple[str, float]]:
            return [("flows", 2), ("flows", 1)]

    values = {"flows": 0.0}
    for room in (Room(), Room()):
        add_room(values, room)
    assert values == {"flows": 6}
