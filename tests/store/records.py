"""Records for the store's tests, with texts that one can recognise in a dump."""

from datetime import date, time

from telehealth.core import events as did
from telehealth.core import records as rec
from telehealth.core.attendance import Interval, Modality, Row, Status
from telehealth.core.ids import (
    ConnectionId,
    MemberNumber,
    Millis,
    PersonId,
    ProgrammeId,
    Seat,
    SeriesId,
    SessionId,
    TabId,
    WorkerId,
)
from telehealth.core.note_records import NoteSection, NoteState, free
from telehealth.core.roles import Role
from telehealth.core.series import Series
from telehealth.store.ports import NoteAct

P = ProgrammeId("prog1")
S = SessionId("sess1")
BOB = PersonId("person-bob")
EIGHT: Millis = 1_795_564_800_000
"""2026-11-25T00:00Z, eight in the evening of the 24th in New York... the start of the tests' session."""
HOUR: Millis = 3_600_000

CANARIES = (
    "Robert Canarybird",
    "Bobbycanary",
    "bob.canary@example.org",
    "+1 555 0100 777",
    "17 Canary Lane",
    "Carla Canarycontact",
    "+1 555 0100 888",
    "+1 555 0100 999",
    "canary craving and a canary plan",
    "canary.counsellor",
    "canary chat message",
    "Individual: R. Canarytitle",
    "canary-link-token-0123456789abcdef",
    "canary-web-token-0123456789abcdef",
    "203.0.113.77",
)
"""Everything private that the tests write."""


def opened(session: SessionId = S, at: Millis = EIGHT) -> did.Opened:
    return did.Opened(at, P, session, "group_therapy", EIGHT, EIGHT + HOUR, 8, (BOB,), 60_000, "iop-default/1")


def entered(member: int, at: Millis = EIGHT) -> did.Entered:
    return did.Entered(
        at, MemberNumber(member), BOB, Role.CLIENT, ConnectionId(f"c{member}"), TabId(f"t{member}"), True, False
    )


def assigned(marker: str, epoch: int = 1, at: Millis = EIGHT) -> did.MediaAssigned:
    """An event with a mark of its own, by which a test finds it again."""
    return did.MediaAssigned(at, WorkerId(marker), epoch)


def ended(at: Millis = EIGHT + HOUR) -> did.Ended:
    return did.Ended(at, MemberNumber(1))


def row(client: str = BOB, session: SessionId = S, start: Millis = EIGHT) -> Row:
    return Row(
        programme=P,
        session=session,
        client=PersonId(client),
        kind="group_therapy",
        scheduled_start=start,
        scheduled_end=start + HOUR,
        session_start=start + 1_000,
        session_end=None,
        first_join=start + 2_000,
        last_leave=start + HOUR,
        intervals=(Interval(start + 2_000, start + 9_000, "gap", True), Interval(start + 12_000, start + HOUR, "left")),
        milliseconds=HOUR - 5_000,
        minutes=59,
        status=Status.PRESENT,
        policy="iop-default/1",
        group_size_clients=3,
        final=True,
        attended_ms=HOUR - 65_000,
        break_ms=60_000,
        audio_video_ms=HOUR - 70_000,
        audio_only_ms=5_000,
        modality=Modality.AUDIO_VIDEO,
        group_size_persons=4,
        facilitators=(PersonId("person-alice"),),
    )


def person() -> rec.Person:
    return rec.Person(BOB, False, CANARIES[0], CANARIES[1], CANARIES[2], CANARIES[3])


def login(name: str = CANARIES[9]) -> rec.StaffLogin:
    return rec.StaffLogin(PersonId("person-alice"), P, name, "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA")


def group() -> Series:
    return Series(
        id=SeriesId("group1"),
        programme=P,
        kind="group_therapy",
        title=CANARIES[11],
        zone="America/New_York",
        first=date(2026, 11, 2),
        at=time(10),
        minutes=180,
        rrule="FREQ=WEEKLY;BYDAY=MO,WE,FR",
        until=None,
        capacity=12,
        cohort="open",
        facilitators=(PersonId("person-alice"),),
    )


def session(
    session_id: SessionId = S, start: Millis = EIGHT, length: Millis = HOUR, series: str | None = None
) -> rec.Session:
    return rec.Session(
        id=session_id,
        programme=P,
        series=SeriesId(series) if series else None,
        kind="individual",
        title=CANARIES[11],
        starts=start,
        ends=start + length,
        zone="America/New_York",
        capacity=8,
        facilitators=(PersonId("person-alice"),),
        roster=(BOB,),
    )


def check_in() -> rec.CheckIn:
    return rec.CheckIn(S, BOB, EIGHT, CANARIES[4], "NY", CANARIES[5], CANARIES[6], CANARIES[7], True, "v1")


def note(text: str = CANARIES[8], about: PersonId | None = BOB, revision: int = 1) -> NoteSection:
    return NoteSection(S, about, revision, NoteState.DRAFT, free(text), PersonId("person-alice"), EIGHT + HOUR)


def noted(action: str = "note.saved") -> NoteAct:
    return NoteAct(action, PersonId("person-alice"), EIGHT + HOUR)


def link(expires: Millis = EIGHT + HOUR) -> rec.JoinLink:
    return rec.JoinLink(P, BOB, Role.CLIENT, S, None, expires)


def web_session(expires: Millis = EIGHT + HOUR) -> rec.WebSession:
    return rec.WebSession(rec.SignedInAs.CLIENT, P, BOB, Role.CLIENT, "csrf-value", expires, S)


def api_key(key_id: str = "key1") -> rec.ApiKey:
    return rec.ApiKey(key_id, P, "0" * 64, ("attendance:read",), "billing system", EIGHT)


def seat(member: int, at: Millis = EIGHT) -> did.Seated:
    return did.Seated(at, MemberNumber(member), Seat(member), MemberNumber(1))
