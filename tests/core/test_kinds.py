"""The kinds of session: a fixed list, with what the rule packs in force say about each."""

from telehealth.core.caps import Cap, CapRule, Counts
from telehealth.core.hours import LevelOfCare
from telehealth.core.kinds import KINDS, Kind, kinds

LEVEL = LevelOfCare("l/1", "asam:4:2.1", 540, ("group_therapy", "yoga"), 0)
CAPS = CapRule("texas/1", {"group_therapy": Cap(16, Counts.CLIENTS)})


def test_each_kind_says_what_the_packs_decide() -> None:
    """What counts, what is paid, how many may come; a kind that only a pack names stands last."""
    found = {one.code: one for one in kinds(LEVEL, {"individual"}, CAPS)}
    assert tuple(found) == (*KINDS, "yoga")
    assert found["group_therapy"] == Kind("group_therapy", False, True, False, Cap(16, Counts.CLIENTS))
    assert found["individual"] == Kind("individual", True, False, True, None)


def test_without_a_licence_there_are_no_caps() -> None:
    """No caps pack is chosen: as many as the session has places."""
    assert all(one.cap is None for one in kinds(LEVEL, (), None))
