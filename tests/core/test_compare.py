"""What other rules would make of the same rows."""

from datetime import UTC
from pathlib import Path

import pytest

from telehealth.core.compare import Change, changes, judged, recorded
from telehealth.core.events import Event
from telehealth.core.ids import SessionId
from telehealth.core.packs import Pack
from telehealth.packs import load, read

from .story import BOB, CAROL, DAN, Story

_STORY = Story().begin(BOB)
_STORY.at("18:11").enter(CAROL)
_STORY.admit()
_STORY.at("21:00").end()
ROWS = list(_STORY.rows().values())
PACKS = load().all


def log_of(session: SessionId) -> list[Event]:
    assert session == "s1"
    return _STORY.log


def differences(pack: Pack, against: Pack | None = None) -> list[Change]:
    before = recorded(ROWS) if against is None else judged(against, ROWS, log_of, UTC)
    return changes(before, judged(pack, ROWS, log_of, UTC))


def test_the_policy_that_judged_changes_nothing(tmp_path: Path) -> None:
    """The same rules give the same values; others give what differs and nothing else."""
    assert differences(PACKS["iop-default/1"]) == []
    file = tmp_path / "lenient.toml"
    shipped = Path(__file__).parents[2] / "telehealth" / "data" / "packs" / "iop-default.toml"
    text = shipped.read_text("utf-8").replace("late_after_minutes = 10", "late_after_minutes = 15")
    file.write_text(text.replace('name = "iop-default"', 'name = "lenient"').replace("comes = 11", "comes = 16"))
    assert differences(read(file)) == [Change("s1", CAROL, "status", "late", "present")]


def test_units_caps_and_days() -> None:
    """Each kind of pack that judges rows, against another of its kind."""
    assert differences(PACKS["up-to-ceiling-15/1"], PACKS["cms-8-minute/1"]) == [
        Change("s1", CAROL, "units", "11", "12")
    ]
    assert differences(PACKS["ngs-90853/1"], PACKS["california-9854/1"]) == []
    days = judged(PACKS["h0015-day/1"], ROWS, log_of, UTC)
    assert {client: day["per_diem_met"] for (_, client), day in days.items()} == {BOB: "yes", CAROL: "no", DAN: "no"}


def test_what_is_in_one_of_them_only_stands_against_nothing() -> None:
    """A row that the other does not have is a change of each of its values."""
    units = judged(PACKS["cms-8-minute/1"], ROWS[:1], log_of, UTC)
    assert changes({}, units) == [Change("s1", BOB, "units", "", "12")]
    assert changes(units, {}) == [Change("s1", BOB, "units", "12", "")]


@pytest.mark.parametrize("name", ["iop-nudges/1", "per-diem-180/1", "medi-cal-notes/1"])
def test_packs_that_say_nothing_about_rows_are_refused(name: str) -> None:
    """A rule of the day needs a per_diem pack; reminders and notes are no rows."""
    with pytest.raises(ValueError, match=name):
        judged(PACKS[name], ROWS, log_of, UTC)
