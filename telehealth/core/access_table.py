"""Who may do what with the record: one table, staff role by action by relation. Deny by default.

A relation says how a member of staff stands to what they ask about (a session, a client, a text): it is theirs to lead
tonight, on their caseload, led by somebody whom they supervise, in their programme, or written by themselves. An action
is allowed if the table gives it to the role under at least one of the relations that hold. Nothing else opens the
record: break-glass (core/break_glass.py) is a door of its own, which the table only says who may use.

docs/access.md is made of this table (`telehealth access`). Must not touch: stores, requests; ties are handed in.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from .ids import PersonId, ProgrammeId
from .records import Session, SignedInAs, WebSession
from .roles import LEADS, Role, StaffRole


class RecordAction(StrEnum):
    """Something that can be asked of the record."""

    SESSION_READ = "session.read"
    """The list of a day, a session, its roster by alias."""
    IDENTITY_READ = "identity.read"
    """Legal names, and what clients answered before coming in: where they are, whom to call."""
    PRESENCE_READ = "presence.read"
    """Who was there when, and what lacks for billing."""
    REMIND = "remind"
    """What clients were written, and one message more."""
    SCHEDULE_READ = "schedule.read"
    """Groups: when they meet, who leads them, who is in them."""
    SCHEDULE = "schedule"
    """Make groups, move and cancel meetings, let clients join and leave, plan make-ups."""
    LINK = "link"
    """Make, list and revoke join links and calendar feeds; how a client wishes to be written to, and what they were."""
    HOURS_READ = "hours.read"
    ATTENDANCE_READ = "attendance.read"
    """Rows of sessions that ended, without names."""
    CORRECTIONS_READ = "corrections.read"
    CORRECT = "correct"
    """Correct minutes and excuse absences."""
    ATTEST = "attest"
    SHEET = "sheet"
    """Print the attendance sheet of a session."""
    LETTER = "letter"
    """Letters of attendance about a client, under the client's consent."""
    DISCLOSURES_READ = "disclosures.read"
    """A client's accounting of disclosures."""
    EMERGENCY = "emergency"
    """Record what medical personnel were told about a client in an emergency (42 CFR 2.51(c))."""
    COVERAGE = "coverage"
    """Read and record who pays for a client, and their level of care."""
    PEOPLE_READ = "people.read"
    """A client's names, contacts and numbers, and their supporters."""
    PEOPLE_NEEDS = "people.needs"
    """What a client needs, and whom to call for them."""
    PEOPLE_WRITE = "people.write"
    """Change those; under `programme` also take in somebody new."""
    ENROLMENT_READ = "enrolment.read"
    """Episodes with their track, counsellor, pauses and discharge."""
    ENROLMENT_WRITE = "enrolment.write"
    STAFF_READ = "staff.read"
    """Who works here, in which part. Contacts and sign-in names only with `staff.write`."""
    STAFF_WRITE = "staff.write"
    """Take in staff, change their records, roles and passwords, and end what they may."""
    TRACKS_WRITE = "tracks.write"
    MATERIALS = "materials"
    """See, put in and put aside slides and handouts, and show them in a session."""
    IMPORT = "import"
    """Bring in clients, staff, groups and enrolments from tables."""
    PLAN = "plan"
    """See and write goals of the treatment plan."""
    RECOVERY_READ = "recovery.read"
    """A client's relapse-prevention plan, with its versions."""
    RECOVERY_WRITE = "recovery.write"
    """Write in it together with the client, and make versions of it."""
    RECOVERY_SIGN = "recovery.sign"
    """Sign a version beside the client."""
    SCALES_READ = "scales.read"
    """What clients answered at check-ins and check-outs of their sessions, and how it went."""
    ENGAGEMENT_READ = "engagement.read"
    """Who is slipping away: a client's hours, misses, retention, outreach, certifications, courts' counters."""
    OUTREACH = "outreach"
    """Record that somebody tried to reach a client, and withdraw it."""
    CERTIFY = "certify"
    """Record certifications, ordered hours and courts' counters."""
    REPORTS_READ = "reports.read"
    """The programme in figures: census, attendance, retention, group sizes."""
    NOTE_READ = "note.read"
    """All of a session's; under `supervisor` those that wait, or waited, for their co-signature."""
    NOTE_WRITE = "note.write"
    NOTE_SIGN = "note.sign"
    NOTE_COSIGN = "note.cosign"
    COUNSELLING_READ = "counselling.read"
    """SUD counselling notes (42 CFR 2.11)."""
    COUNSELLING_WRITE = "counselling.write"
    PHRASES = "phrases"
    """One's own quick phrases."""
    BREAK_GLASS = "break_glass"
    """Open a client's notes in an emergency, with a reason and for a limited time."""
    BREAK_GLASS_REVIEW = "break_glass.review"
    CONSENT = "consent"
    """See what a client has signed, offer a consent, witness a signature, record a revocation, let them in anew."""
    AGREEMENT = "agreement"
    """Write and publish the texts that clients sign."""
    AUDIT_SEARCH = "audit.search"
    AUDIT_PACKET = "audit.packet"
    """Make the signed bundle that shows an auditor what one attendance row was made of, with its note."""
    SETTINGS_READ = "settings.read"
    """What the clinic has settled: facts of the programme, rule packs, texts of messages."""
    SETTINGS_WRITE = "settings.write"
    KEYS_READ = "keys.read"
    """How much is sealed under which key, and which machines have keys to the export. No key is shown."""
    KEYS_REVOKE = "keys.revoke"
    """End a machine's key."""


class Relation(StrEnum):
    """How a member of staff stands to what they ask about."""

    ROSTER = "roster"
    """They lead or help to lead the session, or the client is on the roster of a session that they lead."""
    CASELOAD = "caseload"
    """The client is on their caseload."""
    SUPERVISOR = "supervisor"
    """They supervise somebody who leads the session, or who wrote the text."""
    PROGRAMME = "programme"
    """It belongs to the programme in which they work: no more than that."""
    AUTHOR = "author"
    """They wrote it."""


_R = Relation
_A = RecordAction
Cells = Mapping[RecordAction, frozenset[Relation]]


def _cells(relation: Relation, *actions: RecordAction) -> dict[RecordAction, frozenset[Relation]]:
    return {action: frozenset({relation}) for action in actions}


def _together(*parts: Cells) -> dict[RecordAction, frozenset[Relation]]:
    """A cell of several parts has the relations of each."""
    found: dict[RecordAction, frozenset[Relation]] = {}
    for part in parts:
        for action, relations in part.items():
            found[action] = found.get(action, frozenset()) | relations
    return found


_OWN_TEXTS = _together(
    _cells(_R.AUTHOR, _A.PHRASES, _A.COUNSELLING_READ, _A.COUNSELLING_WRITE),
    _cells(_R.ROSTER, _A.COUNSELLING_WRITE),
)
"""Whoever leads may begin a counselling note; nobody but its author ever reads or goes on with it."""
_LEADING = _together(
    _OWN_TEXTS,
    _cells(
        _R.ROSTER,
        _A.SESSION_READ,
        _A.IDENTITY_READ,
        _A.PRESENCE_READ,
        _A.REMIND,
        _A.LINK,
        _A.SCHEDULE_READ,
        _A.HOURS_READ,
        _A.ATTENDANCE_READ,
        _A.CORRECTIONS_READ,
        _A.PEOPLE_READ,
        _A.PEOPLE_NEEDS,
        _A.ENROLMENT_READ,
        _A.PLAN,
        _A.RECOVERY_READ,
        _A.RECOVERY_WRITE,
        _A.SCALES_READ,
        _A.ENGAGEMENT_READ,
        _A.OUTREACH,
        _A.EMERGENCY,
        _A.NOTE_READ,
        _A.NOTE_WRITE,
        _A.NOTE_SIGN,
    ),
    _cells(_R.PROGRAMME, _A.STAFF_READ, _A.MATERIALS),
)
_ANSWERING = _together(
    _LEADING,
    _cells(_R.ROSTER, _A.SCHEDULE),
    _cells(_R.ROSTER, _A.CONSENT, _A.CORRECT, _A.ATTEST, _A.SHEET, _A.LETTER, _A.DISCLOSURES_READ, _A.COVERAGE),
    _cells(_R.ROSTER, _A.RECOVERY_SIGN),
    _cells(_R.SUPERVISOR, _A.NOTE_READ, _A.NOTE_COSIGN),
    _cells(_R.PROGRAMME, _A.BREAK_GLASS),
)
"""What whoever leads and answers for it may do."""
_CASELOAD = _cells(
    _R.CASELOAD,
    _A.CONSENT,
    _A.LINK,
    _A.HOURS_READ,
    _A.LETTER,
    _A.DISCLOSURES_READ,
    _A.COVERAGE,
    _A.PEOPLE_READ,
    _A.PEOPLE_NEEDS,
    _A.PEOPLE_WRITE,
    _A.ENROLMENT_READ,
    _A.ENROLMENT_WRITE,
    _A.PLAN,
    _A.RECOVERY_READ,
    _A.RECOVERY_WRITE,
    _A.RECOVERY_SIGN,
    _A.SCALES_READ,
    _A.ENGAGEMENT_READ,
    _A.OUTREACH,
    _A.CERTIFY,
    _A.NOTE_READ,
)
_INTAKE = _cells(
    _R.PROGRAMME,
    _A.LINK,
    _A.COVERAGE,
    _A.PEOPLE_READ,
    _A.PEOPLE_NEEDS,
    _A.PEOPLE_WRITE,
    _A.ENROLMENT_READ,
    _A.ENROLMENT_WRITE,
    _A.STAFF_READ,
)
"""Whoever takes clients in, and moves them on, for the whole programme."""

_SCHEDULING = _cells(_R.PROGRAMME, _A.SCHEDULE_READ, _A.SCHEDULE)

ALLOWED: Mapping[StaffRole, Cells] = {
    StaffRole.COUNSELLOR: _together(_ANSWERING, _CASELOAD, _cells(_R.ROSTER, _A.CERTIFY)),
    StaffRole.FACILITATOR: _ANSWERING,
    StaffRole.INTERN: _LEADING,
    StaffRole.OBSERVER: _cells(_R.ROSTER, _A.SESSION_READ, _A.IDENTITY_READ, _A.SCHEDULE_READ),
    StaffRole.PEER: _together(
        _cells(_R.ROSTER, _A.SESSION_READ, _A.SCHEDULE_READ, _A.REMIND, _A.NOTE_READ, _A.NOTE_WRITE, _A.NOTE_SIGN),
        _cells(_R.AUTHOR, _A.PHRASES),
        _cells(_R.PROGRAMME, _A.MATERIALS),
    ),
    StaffRole.CASE_MANAGER: _together(
        _INTAKE,
        _cells(_R.PROGRAMME, _A.SCHEDULE_READ),
        _cells(_R.PROGRAMME, _A.HOURS_READ, _A.ATTENDANCE_READ, _A.ENGAGEMENT_READ, _A.OUTREACH, _A.REPORTS_READ),
        _cells(_R.CASELOAD, _A.LETTER, _A.CERTIFY, _A.CONSENT),
    ),
    StaffRole.BILLER: _cells(
        _R.PROGRAMME, _A.ATTENDANCE_READ, _A.COVERAGE, _A.PEOPLE_READ, _A.ENROLMENT_READ, _A.STAFF_READ
    ),
    StaffRole.SUPERVISOR: _together(
        _ANSWERING,
        _CASELOAD,
        _cells(
            _R.SUPERVISOR,
            _A.SESSION_READ,
            _A.IDENTITY_READ,
            _A.PRESENCE_READ,
            _A.HOURS_READ,
            _A.ATTENDANCE_READ,
            _A.CORRECTIONS_READ,
            _A.EMERGENCY,
            _A.PEOPLE_WRITE,
            _A.ENROLMENT_WRITE,
            _A.SCALES_READ,
            _A.ENGAGEMENT_READ,
        ),
        _cells(_R.ROSTER, _A.CERTIFY),
        _SCHEDULING,
        _cells(_R.PROGRAMME, _A.REPORTS_READ),
        _cells(_R.PROGRAMME, _A.BREAK_GLASS_REVIEW, _A.PEOPLE_READ, _A.PEOPLE_NEEDS, _A.ENROLMENT_READ),
    ),
    StaffRole.DIRECTOR: _together(
        _INTAKE,
        _SCHEDULING,
        _cells(_R.PROGRAMME, _A.SESSION_READ, _A.HOURS_READ, _A.ATTENDANCE_READ, _A.STAFF_WRITE, _A.TRACKS_WRITE),
        _cells(_R.PROGRAMME, _A.IMPORT, _A.MATERIALS),
        _cells(_R.PROGRAMME, _A.ENGAGEMENT_READ, _A.REPORTS_READ),
        _cells(_R.PROGRAMME, _A.AGREEMENT),
        _cells(_R.PROGRAMME, _A.SETTINGS_READ, _A.SETTINGS_WRITE),
    ),
    StaffRole.COMPLIANCE: _cells(
        _R.PROGRAMME,
        _A.ATTENDANCE_READ,
        _A.DISCLOSURES_READ,
        _A.BREAK_GLASS_REVIEW,
        _A.AUDIT_SEARCH,
        _A.AUDIT_PACKET,
        _A.STAFF_READ,
        _A.REPORTS_READ,
        _A.CONSENT,
        _A.AGREEMENT,
        _A.SETTINGS_READ,
        _A.KEYS_READ,
        _A.KEYS_REVOKE,
    ),
    StaffRole.ADMIN: _together(
        _INTAKE,
        _SCHEDULING,
        _cells(_R.PROGRAMME, _A.SESSION_READ, _A.STAFF_WRITE, _A.TRACKS_WRITE, _A.IMPORT, _A.MATERIALS),
        _cells(_R.PROGRAMME, _A.CONSENT, _A.AGREEMENT),
        _cells(_R.PROGRAMME, _A.SETTINGS_READ, _A.SETTINGS_WRITE, _A.KEYS_READ, _A.KEYS_REVOKE),
    ),
}

OF_ROOM_ROLE: Mapping[Role, StaffRole] = {
    Role.FACILITATOR: StaffRole.FACILITATOR,
    Role.COFACILITATOR: StaffRole.FACILITATOR,
    Role.OBSERVER: StaffRole.OBSERVER,
}
"""What a login is that was made before there were staff roles."""

NOBODY: frozenset[Relation] = frozenset()


@dataclass(frozen=True, slots=True)
class Ties:
    """Whom a member of staff answers for, beside the sessions that they lead."""

    person: PersonId
    programme: ProgrammeId
    role: StaffRole | None
    caseload: frozenset[PersonId] = frozenset()
    supervises: frozenset[PersonId] = frozenset()


def staff_role(me: WebSession) -> StaffRole | None:
    """What the signed-in person is employed as; None for clients."""
    if me.kind is not SignedInAs.STAFF:
        return None
    return me.staff_role or OF_ROOM_ROLE.get(me.role)


def may(role: StaffRole | None, action: RecordAction, relations: Iterable[Relation]) -> bool:
    """Whether somebody of this role, so related to what is asked about, may do this."""
    return role is not None and not ALLOWED[role].get(action, NOBODY).isdisjoint(relations)


def ever(role: StaffRole | None) -> frozenset[RecordAction]:
    """What this role may do under some relation: for a page, which then knows what to show at all."""
    return frozenset() if role is None else frozenset(ALLOWED[role])


def to_session(ties: Ties, session: Session) -> frozenset[Relation]:
    """How they stand to a session. Another programme's is none of theirs."""
    return to_led(ties, session.programme, {*session.facilitators, *session.cofacilitators})


def to_led(ties: Ties, programme: ProgrammeId, leads: AbstractSet[PersonId]) -> frozenset[Relation]:
    """How they stand to what these people lead: a session, or a group."""
    if programme != ties.programme:
        return NOBODY
    found = {Relation.PROGRAMME}
    if ties.person in leads and ties.role in LEADS:
        found.add(Relation.ROSTER)
    if not leads.isdisjoint(ties.supervises):
        found.add(Relation.SUPERVISOR)
    return frozenset(found)


def to_client(ties: Ties, client: PersonId, around: Iterable[Session]) -> frozenset[Relation]:
    """How they stand to a client of their programme, who is expected in some of the sessions `around`."""
    found = {Relation.PROGRAMME}
    if client in ties.caseload:
        found.add(Relation.CASELOAD)
    for session in around:
        if client in session.roster:
            found |= to_session(ties, session)
    return frozenset(found)


def to_author(ties: Ties, author: PersonId) -> frozenset[Relation]:
    """How they stand to what somebody wrote, beside what it is about."""
    if author == ties.person:
        return frozenset({Relation.AUTHOR})
    return frozenset({Relation.SUPERVISOR}) if author in ties.supervises else NOBODY
