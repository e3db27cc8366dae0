"""docs/access.md, made of the table that is asked, so that page and code cannot differ."""

from collections.abc import Mapping

from .access_table import ALLOWED, RecordAction, Relation
from .roles import StaffRole

_ROLES: Mapping[StaffRole, str] = {
    StaffRole.COUNSELLOR: "primary counsellor, therapist",
    StaffRole.FACILITATOR: "facilitator",
    StaffRole.INTERN: "intern, trainee",
    StaffRole.OBSERVER: "observer",
    StaffRole.PEER: "peer support specialist",
    StaffRole.CASE_MANAGER: "case manager",
    StaffRole.BILLER: "biller",
    StaffRole.SUPERVISOR: "clinical supervisor",
    StaffRole.DIRECTOR: "programme director",
    StaffRole.COMPLIANCE: "compliance officer",
    StaffRole.ADMIN: "administration",
}
_ACTIONS: Mapping[RecordAction, str] = {
    RecordAction.SESSION_READ: "see the day's sessions and a session's roster, by alias",
    RecordAction.IDENTITY_READ: "see legal names and check-in answers there",
    RecordAction.PRESENCE_READ: "see who was there when, and what lacks for billing",
    RecordAction.REMIND: "see what clients were written, and send a reminder",
    RecordAction.SCHEDULE_READ: "see groups: when they meet, who leads them, who is in them",
    RecordAction.SCHEDULE: "make and change groups, cancel meetings, let clients join and leave, plan make-ups",
    RecordAction.LINK: "make, list and revoke join links",
    RecordAction.HOURS_READ: "see weekly hours",
    RecordAction.ATTENDANCE_READ: "read attendance rows",
    RecordAction.CORRECTIONS_READ: "read corrections and their reasons",
    RecordAction.CORRECT: "correct minutes, excuse absences",
    RecordAction.ATTEST: "sign a roster",
    RecordAction.SHEET: "print an attendance sheet",
    RecordAction.LETTER: "issue a letter of attendance",
    RecordAction.DISCLOSURES_READ: "read a client's accounting of disclosures",
    RecordAction.EMERGENCY: "record what medical personnel were told in an emergency (42 CFR 2.51)",
    RecordAction.COVERAGE: "see and record who pays, and the level of care",
    RecordAction.PEOPLE_READ: "see a client's names, contacts and supporters",
    RecordAction.PEOPLE_NEEDS: "see what a client needs, and whom to call for them",
    RecordAction.PEOPLE_WRITE: "change a client's record; for the programme also take in somebody new",
    RecordAction.ENROLMENT_READ: "see a client's episodes",
    RecordAction.ENROLMENT_WRITE: "admit, pause, move and discharge a client",
    RecordAction.STAFF_READ: "see who works here, and as what",
    RecordAction.STAFF_WRITE: "take in staff, change their records, roles and passwords",
    RecordAction.TRACKS_WRITE: "make and close tracks",
    RecordAction.MATERIALS: "put in slides and handouts, and show them",
    RecordAction.IMPORT: "bring in people, groups and enrolments from tables",
    RecordAction.PLAN: "see and write goals of the treatment plan",
    RecordAction.RECOVERY_READ: "read a client's relapse-prevention plan",
    RecordAction.RECOVERY_WRITE: "write in it together with the client, and save versions",
    RecordAction.RECOVERY_SIGN: "sign a version of it beside the client",
    RecordAction.SCALES_READ: "see answers of check-ins and check-outs, and how they went",
    RecordAction.ENGAGEMENT_READ: "see who is slipping away: hours, misses, retention, outreach, certifications",
    RecordAction.OUTREACH: "record that somebody tried to reach a client",
    RecordAction.CERTIFY: "record certifications, ordered hours, courts' counters",
    RecordAction.REPORTS_READ: "read reports: census, attendance, retention, group sizes",
    RecordAction.NOTE_READ: "read progress notes (as a supervisor: those to co-sign)",
    RecordAction.NOTE_WRITE: "write progress notes",
    RecordAction.NOTE_SIGN: "sign progress notes",
    RecordAction.NOTE_COSIGN: "co-sign progress notes",
    RecordAction.COUNSELLING_READ: "read SUD counselling notes",
    RecordAction.COUNSELLING_WRITE: "write SUD counselling notes",
    RecordAction.PHRASES: "keep quick phrases",
    RecordAction.BREAK_GLASS: "break the glass",
    RecordAction.BREAK_GLASS_REVIEW: "review broken glass",
    RecordAction.CONSENT: "see and record what a client has signed, offer consents, let them in anew",
    RecordAction.AGREEMENT: "publish the texts that clients sign",
    RecordAction.AUDIT_SEARCH: "search the audit log",
    RecordAction.AUDIT_PACKET: "make an audit packet of an attendance row, with its note",
    RecordAction.SETTINGS_READ: "see what the clinic has settled: facts of the programme, rule packs, texts",
    RecordAction.SETTINGS_WRITE: "choose the facility's number and the caps of its licence",
    RecordAction.KEYS_READ: "see how much is sealed under which key, and the list of API keys",
    RecordAction.KEYS_REVOKE: "end an API key",
}
_RELATIONS: Mapping[Relation, str] = {
    Relation.ROSTER: "a session that they lead or help to lead, and the clients on its roster",
    Relation.CASELOAD: "a client on their caseload (`telehealth caseload`)",
    Relation.SUPERVISOR: "what somebody leads or writes whom they supervise (`telehealth staff supervise`)",
    Relation.PROGRAMME: "anything of their programme",
    Relation.AUTHOR: "what they wrote themselves",
}
_HEAD = """# Who may do what with the record

Made of `telehealth/core/access_table.py` by `telehealth access > docs/access.md`; a test compares them. A cell says
under which relation a role may do something, `-` that it never may. What is in no cell is refused, and another's
session or client is answered as one that does not exist. What may be done **in a room** is another table
(`core/roles.py`), and belongs to the part that somebody has in a session.
"""
_FOOT = """
- **SUD counselling notes** (42 CFR 2.11) are their author's alone. No role, no supervisor and no broken glass opens
  another's; no export has a column for them.
- **Breaking the glass** opens the progress notes about one client, for a reason that is written down and for a limited
  time; every reading under it is marked, and somebody else reviews it.
- A role says what somebody is employed as (`telehealth staff add --role`). Logins of releases that knew no roles are
  facilitators, or observers.
"""


def page() -> str:
    """The whole page, in Markdown."""
    head = "| | " + " | ".join(_ROLES.values()) + " |"
    lines = [_HEAD, "| relation | means |", "| --- | --- |"]
    lines += [f"| {relation} | {words} |" for relation, words in _RELATIONS.items()]
    lines += ["", head, "| --- |" + " --- |" * len(_ROLES)]
    lines += [
        f"| {words} | " + " | ".join(_cell(role, action) for role in _ROLES) + " |"
        for action, words in _ACTIONS.items()
    ]
    return "\n".join(lines) + "\n" + _FOOT


def _cell(role: StaffRole, action: RecordAction) -> str:
    return ", ".join(relation for relation in Relation if relation in ALLOWED[role].get(action, frozenset())) or "-"
