"""Group sizes by rule set and kind."""

import pytest

from telehealth.core.caps import Cap, CapRule, Counts, exceeded, full
from telehealth.packs import load

CLIENTS = CapRule("c/1", {"group_therapy": Cap(16, Counts.CLIENTS)})
PERSONS = CapRule("p/1", {"group_therapy": Cap(15, Counts.PERSONS)})


@pytest.mark.parametrize(
    ("rule", "kind", "clients", "persons", "wanted"),
    [
        (CLIENTS, "group_therapy", 16, 40, False),
        (CLIENTS, "group_therapy", 17, 17, True),
        (CLIENTS, "group_therapy", 17, None, True),
        (PERSONS, "group_therapy", 8, 15, False),
        (PERSONS, "group_therapy", 8, 16, True),
        (PERSONS, "group_therapy", 8, None, None),
        (PERSONS, "multi_family", 90, 300, False),
    ],
)
def test_a_cap_counts_whom_its_rule_counts(
    rule: CapRule, kind: str, clients: int, persons: int | None, wanted: bool | None
) -> None:
    """Clients or everybody served, as the rule says; what nobody counted cannot be said; other kinds have no cap."""
    assert exceeded(rule, kind, clients, persons) is wanted


def test_one_more_may_be_one_too_many() -> None:
    """The sixteenth may come, the seventeenth waits."""
    assert not full(CLIENTS, "group_therapy", 15, 15)
    assert full(CLIENTS, "group_therapy", 16, 16)
    assert not full(CLIENTS, "individual", 1, 1)


def test_the_shipped_caps() -> None:
    """Texas 16 and 35, Medicare 12, California 15 with their families."""
    caps = load().caps
    assert caps["texas-564-901/1"].caps["group_therapy"] == Cap(16, Counts.CLIENTS)
    assert caps["texas-564-901/1"].caps["workshop"] == Cap(35, Counts.CLIENTS)
    assert caps["ngs-90853/1"].caps["group_therapy"] == Cap(12, Counts.CLIENTS)
    assert caps["california-9854/1"].caps["group_therapy"] == Cap(15, Counts.PERSONS)
