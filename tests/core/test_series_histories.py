"""Groups whose staff cannot make up their minds: the schedule against a plain calendar."""

from .schedule_histories import play


def test_no_history_of_a_group_differs_from_the_plain_calendar() -> None:
    """Whatever is moved, cancelled, joined, left, opened and ended in whatever order, every day and every session of a
    group is what a calendar of cards says; `make test-schedule` plays ten thousand."""
    assert play(40) > 0
