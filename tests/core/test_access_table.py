"""The table of access, written a second time by hand: a change of rights has to be meant twice."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from telehealth.core.access_page import page
from telehealth.core.access_table import (
    ALLOWED,
    RecordAction,
    Relation,
    Ties,
    ever,
    may,
    staff_role,
    to_author,
    to_client,
    to_session,
)
from telehealth.core.ids import PersonId, ProgrammeId, SessionId
from telehealth.core.records import Session, SignedInAs, WebSession
from telehealth.core.roles import Role, StaffRole

COLUMNS = {
    "cou": StaffRole.COUNSELLOR,
    "fac": StaffRole.FACILITATOR,
    "int": StaffRole.INTERN,
    "obs": StaffRole.OBSERVER,
    "peer": StaffRole.PEER,
    "case": StaffRole.CASE_MANAGER,
    "bil": StaffRole.BILLER,
    "sup": StaffRole.SUPERVISOR,
    "dir": StaffRole.DIRECTOR,
    "com": StaffRole.COMPLIANCE,
    "adm": StaffRole.ADMIN,
}
LETTERS = {
    "r": Relation.ROSTER,
    "c": Relation.CASELOAD,
    "s": Relation.SUPERVISOR,
    "p": Relation.PROGRAMME,
    "a": Relation.AUTHOR,
}
TABLE = """
                    cou  fac  int  obs  peer case bil  sup  dir  com  adm
session.read        r    r    r    r    r    -    -    rs   p    -    p
identity.read       r    r    r    r    -    -    -    rs   -    -    -
presence.read       r    r    r    -    -    -    -    rs   -    -    -
remind              r    r    r    -    r    -    -    r    -    -    -
schedule.read       r    r    r    r    r    p    -    rp   p    -    p
schedule            r    r    -    -    -    -    -    rp   p    -    p
link                rc   r    r    -    -    p    -    rc   p    -    p
hours.read          rc   r    r    -    -    p    -    rcs  p    -    -
attendance.read     r    r    r    -    -    p    p    rs   p    p    -
corrections.read    r    r    r    -    -    -    -    rs   -    -    -
correct             r    r    -    -    -    -    -    r    -    -    -
attest              r    r    -    -    -    -    -    r    -    -    -
sheet               r    r    -    -    -    -    -    r    -    -    -
letter              rc   r    -    -    -    c    -    rc   -    -    -
disclosures.read    rc   r    -    -    -    -    -    rc   -    p    -
emergency           r    r    r    -    -    -    -    rs   -    -    -
coverage            rc   r    -    -    -    p    p    rc   p    -    p
people.read         rc   r    r    -    -    p    p    rcp  p    -    p
people.needs        rc   r    r    -    -    p    -    rcp  p    -    p
people.write        c    -    -    -    -    p    -    cs   p    -    p
enrolment.read      rc   r    r    -    -    p    p    rcp  p    -    p
enrolment.write     c    -    -    -    -    p    -    cs   p    -    p
staff.read          p    p    p    -    -    p    p    p    p    p    p
staff.write         -    -    -    -    -    -    -    -    p    -    p
tracks.write        -    -    -    -    -    -    -    -    p    -    p
import              -    -    -    -    -    -    -    -    p    -    p
materials           p    p    p    -    p    -    -    p    p    -    p
plan                rc   r    r    -    -    -    -    rc   -    -    -
recovery.read       rc   r    r    -    -    -    -    rc   -    -    -
recovery.write      rc   r    r    -    -    -    -    rc   -    -    -
recovery.sign       rc   r    -    -    -    -    -    rc   -    -    -
scales.read         rc   r    r    -    -    -    -    rcs  -    -    -
engagement.read     rc   r    r    -    -    p    -    rcs  p    -    -
outreach            rc   r    r    -    -    p    -    rc   -    -    -
certify             rc   -    -    -    -    c    -    rc   -    -    -
reports.read        -    -    -    -    -    p    -    p    p    p    -
note.read           rcs  rs   r    -    r    -    -    rcs  -    -    -
note.write          r    r    r    -    r    -    -    r    -    -    -
note.sign           r    r    r    -    r    -    -    r    -    -    -
note.cosign         s    s    -    -    -    -    -    s    -    -    -
counselling.read    a    a    a    -    -    -    -    a    -    -    -
counselling.write   ra   ra   ra   -    -    -    -    ra   -    -    -
phrases             a    a    a    -    a    -    -    a    -    -    -
break_glass         p    p    -    -    -    -    -    p    -    -    -
break_glass.review  -    -    -    -    -    -    -    p    -    p    -
consent             rc   r    -    -    -    c    -    rc   -    p    p
agreement           -    -    -    -    -    -    -    -    p    p    p
audit.search        -    -    -    -    -    -    -    -    -    p    -
audit.packet        -    -    -    -    -    -    -    -    -    p    -
settings.read       -    -    -    -    -    -    -    -    p    p    p
settings.write      -    -    -    -    -    -    -    -    p    -    p
keys.read           -    -    -    -    -    -    -    -    -    p    p
keys.revoke         -    -    -    -    -    -    -    -    -    p    p
"""
HEAD, *LINES = (line.split() for line in TABLE.strip().splitlines())
CELLS = {
    (COLUMNS[column], RecordAction(line[0])): {LETTERS[letter] for letter in cell if letter != "-"}
    for line in LINES
    for column, cell in zip(HEAD, line[1:], strict=True)
}
DENIED = [
    (role, action, relation)
    for role, action, relation in product(StaffRole, RecordAction, Relation)
    if relation not in CELLS[role, action]
]
ALICE, BEN, BOB = PersonId("alice"), PersonId("ben"), PersonId("bob")
P = ProgrammeId("main")
SESSION = Session(SessionId("s"), P, None, "group_therapy", "", 0, 1, "UTC", 8, (BEN,), (BOB,))


def test_the_table_is_whole() -> None:
    """No action, role or cell is missing here, or stands here and not in the code."""
    assert {action for _, action in CELLS} == set(RecordAction)
    assert {role for role, _ in CELLS} == set(StaffRole) == set(ALLOWED)


@pytest.mark.parametrize(("role", "action"), list(CELLS), ids=lambda part: str(part))
def test_each_cell_allows_what_it_says(role: StaffRole, action: RecordAction) -> None:
    """Under each relation of the cell, and under no other."""
    for relation in Relation:
        assert may(role, action, {relation}) is (relation in CELLS[role, action])
    assert (action in ever(role)) is bool(CELLS[role, action])


def test_every_forbidden_cell_is_denied() -> None:
    """One by one, and for a role with every relation that its cell does not name; without a relation all is denied."""
    for role, action, relation in DENIED:
        assert not may(role, action, {relation})
    for (role, action), relations in CELLS.items():
        assert not may(role, action, set(Relation) - relations)
        assert not may(role, action, ())
        assert not may(None, action, set(Relation))
    assert len(DENIED) > 1000
    assert ever(None) == frozenset()


def test_nobody_reads_another_s_counselling_note() -> None:
    """No role has any relation to one but its author's; nobody but a compliance officer searches the audit log."""
    for role in StaffRole:
        assert ALLOWED[role].get(RecordAction.COUNSELLING_READ, frozenset()) <= {Relation.AUTHOR}
        assert (RecordAction.AUDIT_SEARCH in ever(role)) is (role is StaffRole.COMPLIANCE)


def _ties(role: StaffRole = StaffRole.SUPERVISOR, **more: frozenset[PersonId]) -> Ties:
    return Ties(ALICE, P, role, **more)


def test_how_somebody_stands_to_a_session() -> None:
    """Whoever leads or helps has the roster, if their role has a part in sessions; a supervisor what others lead."""
    assert to_session(_ties(), SESSION) == {Relation.PROGRAMME}
    assert to_session(_ties(), replace(SESSION, facilitators=(ALICE,))) == {Relation.PROGRAMME, Relation.ROSTER}
    assert to_session(_ties(), replace(SESSION, cofacilitators=(ALICE,))) == {Relation.PROGRAMME, Relation.ROSTER}
    assert to_session(_ties(StaffRole.BILLER), replace(SESSION, facilitators=(ALICE,))) == {Relation.PROGRAMME}
    assert to_session(_ties(supervises=frozenset({BEN})), SESSION) == {Relation.PROGRAMME, Relation.SUPERVISOR}
    assert to_session(_ties(), replace(SESSION, programme=ProgrammeId("other"), facilitators=(ALICE,))) == frozenset()


def test_how_somebody_stands_to_a_client() -> None:
    """By the caseload, and by each session in which the client is expected; a roster without them says nothing."""
    led = replace(SESSION, facilitators=(ALICE,))
    assert to_client(_ties(), BOB, ()) == {Relation.PROGRAMME}
    assert to_client(_ties(caseload=frozenset({BOB})), BOB, ()) == {Relation.PROGRAMME, Relation.CASELOAD}
    assert to_client(_ties(), BOB, (SESSION, led)) == {Relation.PROGRAMME, Relation.ROSTER}
    assert to_client(_ties(), BOB, (replace(led, roster=()),)) == {Relation.PROGRAMME}


def test_how_somebody_stands_to_a_text() -> None:
    """Its author, whoever supervises its author, or nobody."""
    assert to_author(_ties(), ALICE) == {Relation.AUTHOR}
    assert to_author(_ties(supervises=frozenset({BEN})), BEN) == {Relation.SUPERVISOR}
    assert to_author(_ties(), BEN) == frozenset()


def test_logins_of_earlier_releases() -> None:
    """They are facilitators or observers, as they were; clients are nothing of the kind."""
    me = WebSession(SignedInAs.STAFF, P, ALICE, Role.COFACILITATOR, "csrf", 0)
    assert staff_role(me) is StaffRole.FACILITATOR
    assert staff_role(replace(me, role=Role.OBSERVER)) is StaffRole.OBSERVER
    assert staff_role(replace(me, staff_role=StaffRole.BILLER)) is StaffRole.BILLER
    assert staff_role(replace(me, kind=SignedInAs.CLIENT)) is None


def test_the_page_is_current() -> None:
    """docs/access.md is what `telehealth access` prints: it has every role and every action."""
    assert (Path(__file__).parents[2] / "docs" / "access.md").read_text() == page()
