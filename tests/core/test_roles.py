"""The table of roles, written a second time by hand: a change of rights has to be meant twice."""

import pytest

from telehealth.core.roles import ATTENDS, MAY, PARTICIPANTS, STAFF, Action, Role, StaffRole, may, part

TABLE = """
                  facilitator  cofacilitator  observer  client  collateral  interpreter  peer_host
speak             yes          yes            no        yes     yes         yes          yes
chat_all          yes          yes            no        yes     yes         yes          yes
chat_staff        yes          yes            yes       yes     yes         yes          yes
see_waiting       yes          yes            yes       no      no          no           yes
see_legal_names   yes          yes            yes       no      no          no           no
skip_waiting      yes          yes            yes       no      no          no           yes
admit             yes          yes            no        no      no          no           yes
waive             yes          yes            no        no      no          no           no
mute_others       yes          yes            no        no      no          no           yes
hold_back         yes          yes            no        no      no          no           yes
look_in           yes          yes            no        no      no          no           no
call_on           yes          yes            no        no      no          no           yes
spotlight         yes          yes            no        no      no          no           yes
quiet             yes          yes            no        no      no          no           yes
remove            yes          yes            no        no      no          no           no
lock              yes          yes            no        no      no          no           no
break             yes          yes            no        no      no          no           yes
side_room         yes          yes            no        no      no          no           no
breakouts         yes          yes            no        no      no          no           no
privacy           yes          yes            no        no      no          no           no
moment            no           no             no        yes     yes         no           no
call_help         no           no             no        yes     yes         no           no
crisis            yes          yes            no        no      no          no           no
tools             yes          yes            no        no      no          no           yes
lead              yes          yes            no        no      no          no           no
end               yes          no             no        no      no          no           no
write_notes       yes          yes            no        no      no          no           no
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
    assert {Role.CLIENT, Role.COLLATERAL} == PARTICIPANTS


def test_whoever_is_employed_as_an_observer_or_a_peer_is_no_more_in_a_room() -> None:
    """A session's record cannot make them hosts; everybody else has the part that it says."""
    for leads in (True, False):
        assert part(StaffRole.OBSERVER, leads=leads) is Role.OBSERVER
        assert part(StaffRole.PEER, leads=leads) is Role.PEER_HOST
    assert part(StaffRole.INTERN, leads=False) is Role.COFACILITATOR
    assert part(None, leads=True) is Role.FACILITATOR
