"""The table of roles, written a second time by hand: a change of rights has to be meant twice."""

import pytest

from telehealth.core.roles import ATTENDS, MAY, STAFF, Action, Role, may

TABLE = """
                  facilitator  cofacilitator  observer  client  collateral
speak             yes          yes            no        yes     yes
chat_all          yes          yes            no        yes     yes
chat_staff        yes          yes            yes       yes     yes
see_waiting       yes          yes            yes       no      no
see_legal_names   yes          yes            yes       no      no
skip_waiting      yes          yes            yes       no      no
admit             yes          yes            no        no      no
mute_others       yes          yes            no        no      no
remove            yes          yes            no        no      no
lock              yes          yes            no        no      no
break             yes          yes            no        no      no
side_room         yes          yes            no        no      no
privacy           yes          yes            no        no      no
call_help         no           no             no        yes     yes
crisis            yes          yes            no        no      no
end               yes          no             no        no      no
write_notes       yes          yes            no        no      no
"""
HEAD, *LINES = (line.split() for line in TABLE.strip().splitlines())


@pytest.mark.parametrize(
    ("action", "role", "allowed"),
    [(Action(line[0]), Role(role), yes == "yes") for line in LINES for role, yes in zip(HEAD, line[1:], strict=True)],
)
def test_each_role_may_do_what_the_table_says(action: Action, role: Role, allowed: bool) -> None:
    """Every cell, the forbidden ones above all."""
    assert may(role, action) is allowed


def test_the_table_is_whole() -> None:
    """No action and no role is missing, and only clients are billed."""
    assert {Action(line[0]) for line in LINES} == set(Action)
    assert {Role(role) for role in HEAD} == set(Role) == set(MAY)
    assert {Role.FACILITATOR, Role.COFACILITATOR, Role.OBSERVER} == STAFF
    assert {Role.CLIENT} == ATTENDS
