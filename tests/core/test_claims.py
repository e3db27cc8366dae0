"""What a row is on a claim: units, modifiers, the day, caps, and what still stands in the way."""

import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from telehealth.core.attendance import Interval, Modality, Row
from telehealth.core.billable import Facts, Reason
from telehealth.core.caps import Cap, CapRule, Counts
from telehealth.core.claims import Claim, Known, Left, Rules, claim
from telehealth.core.corrections import Correction, Effective
from telehealth.core.coverage import Coverage
from telehealth.core.hours import LevelOfCare
from telehealth.core.ids import Millis, SessionId
from telehealth.core.payers import PayerRule
from telehealth.core.units import UnitRule

from .story import ALICE, BOB, CAROL, Story

_STORY = Story(expected=(BOB,)).begin(BOB)
_STORY.at("21:00").end()
ROW = _STORY.rows()[BOB]
DAY = date(2026, 2, 3)
MINUTE: Millis = 60_000
NOON: Millis = round(datetime(2026, 2, 3, 12, tzinfo=UTC).timestamp() * 1000)
COUNTY = Coverage("c1", BOB, date(2026, 1, 1), None, "county", 1, ALICE, authorization="A-9", place_of_service="10")
FLOOR = UnitRule("floor/1", "full_unit_floor", 15)
PER_DIEM = UnitRule("per-diem/1", "per_diem_threshold", least_minutes=180)
TIMED_LINE = PayerRule(
    "county",
    ("group_therapy",),
    "floor/1",
    caps="twelve/1",
    procedure_code="H0005",
    modifiers=("HQ",),
    modifiers_audio_video=("95",),
    modifiers_audio_only=("93",),
    modifiers_mixed=("GT",),
    pack="ours/3",
)
DAY_LINE = PayerRule("county", ("group_therapy", "workshop"), "per-diem/1")
CAPS = {
    "twelve/1": CapRule("twelve/1", {"group_therapy": Cap(12, Counts.CLIENTS)}),
    "persons/1": CapRule("persons/1", {"group_therapy": Cap(15, Counts.PERSONS)}),
}
UNIT_RULES = {rule.id: rule for rule in (FLOOR, PER_DIEM)}
TIMED = Rules((TIMED_LINE,), UNIT_RULES, CAPS)
OF_A_DAY = Rules((DAY_LINE,), UNIT_RULES, CAPS)
GOOD = Facts(location=True, consent=True, note_signed=True, overlap=False, facilitator_overlap=False, attested=True)
KNOWN = Known(coverage=COUNTY, facts=GOOD)


def row(minutes: float, session: str = "s1", hour: int = 0, **change: object) -> Effective:
    """Attended for so long, in a session that began so many hours after noon."""
    start = NOON + hour * 60 * MINUTE
    ms = round(minutes * MINUTE)
    made = replace(
        ROW,
        session=SessionId(session),
        scheduled_start=start,
        scheduled_end=start + 180 * MINUTE,
        session_start=start,
        session_end=start + ms,
        intervals=(Interval(start, start + ms, "left"),) if ms else (),
        milliseconds=ms,
        attended_ms=ms,
        audio_video_ms=ms,
        modality=Modality.AUDIO_VIDEO,
        group_size_clients=6,
        group_size_persons=6,
    )
    changed: Row = replace(made, **change)  # type: ignore[arg-type]
    return Effective(changed, changed.status, changed.minutes_attended)


def judged(counts: Effective, rules: Rules = TIMED, known: Known = KNOWN, now: Millis = 0) -> Claim:
    return claim(counts, DAY, UTC, rules, known, now)


def corrected(counts: Effective, minutes: int) -> Effective:
    said = Correction(counts.row.session, BOB, minutes, "by telephone", ALICE, 1)
    return replace(counts, minutes_attended=minutes, correction=said)


def test_a_claim_line() -> None:
    """Payer, units under the line's rule, modifiers of the line and of the modality, and nothing in the way."""
    found = judged(row(44.9))
    assert (found.units, found.unit_rule, found.modifiers) == (2, "floor/1", ("HQ", "95"))
    assert (found.coverage, found.line, found.day) == (COUNTY, TIMED_LINE, None)
    assert (found.services_of_day, found.minutes_short, found.located) == (1, 0, True)
    assert (found.reasons, found.billable) == ((), True)


@pytest.mark.parametrize(
    ("modality", "modifiers"),
    [
        (Modality.AUDIO_VIDEO, ("HQ", "95")),
        (Modality.AUDIO_ONLY, ("HQ", "93")),
        (Modality.MIXED, ("HQ", "GT")),
        (Modality.NONE, ("HQ",)),
        (None, ("HQ",)),
    ],
)
def test_modifiers_follow_the_modality(modality: Modality | None, modifiers: tuple[str, ...]) -> None:
    """Each has its own; where nothing is known of media nothing is claimed of it."""
    assert judged(row(45, modality=modality)).modifiers == modifiers


@pytest.mark.parametrize("known", [Known(facts=GOOD), replace(KNOWN, coverage=replace(COUNTY, payer="acme"))])
def test_there_is_no_default(known: Known) -> None:
    """No payer, or one without a line: no units, no modifiers, and the reason `no_rule`."""
    found = judged(row(170), known=known)
    assert (found.units, found.unit_rule, found.modifiers, found.minutes_short) == (None, "", (), 0)
    assert (found.reasons, found.billable) == ((Reason.NO_RULE,), False)


def test_another_kind_and_another_day_have_no_rule() -> None:
    """A line holds for its kinds and its days only."""
    assert judged(row(170, kind="individual")).reasons == (Reason.NO_RULE,)
    later = Rules((replace(TIMED_LINE, effective_from=date(2026, 2, 4)),), UNIT_RULES)
    assert judged(row(170), later).reasons == (Reason.NO_RULE,)


def test_minutes_short_of_a_unit() -> None:
    """One minute is lacking to the first unit; a correction mends it, and units are of what counts."""
    found = judged(row(14.9))
    assert (found.units, found.minutes_short, found.reasons, found.billable) == (
        0,
        1,
        (Reason.BELOW_THRESHOLD,),
        False,
    )
    assert judged(corrected(row(14.9), 30)).units == 2


def test_who_never_came_lacks_nothing() -> None:
    """No reasons, no units, not billable; unless somebody corrected the minutes."""
    found = judged(row(0), known=Known(coverage=COUNTY, facts=Facts(location=False)))
    assert (found.units, found.reasons, found.billable) == (0, (), False)
    assert judged(corrected(row(0), 60)).billable
    assert judged(corrected(row(0), 0)).reasons == (Reason.BELOW_THRESHOLD,)


def test_a_day_gives_its_unit_once() -> None:
    """To the session with which the day reached the threshold; one that is added later moves nothing."""
    morning, noon, evening = row(100.5, "m", 0), row(79.5, "n", 3, kind="workshop"), row(60, "e", 6)

    def units(*those: Effective) -> list[int | None]:
        return [
            judged(one, OF_A_DAY, replace(KNOWN, same_day=tuple(o for o in those if o is not one))).units
            for one in those
        ]

    assert units(morning) == [0]
    assert units(morning, noon) == [0, 1]
    assert units(morning, noon, evening) == [0, 1, 0]
    found = judged(noon, OF_A_DAY, replace(KNOWN, same_day=(morning,)))
    assert found.day is not None
    assert (found.day.eligible_minutes, found.day.met, found.services_of_day) == (180, True, 2)
    assert (found.reasons, found.billable) == ((), True)


def test_a_day_that_is_not_full() -> None:
    """Each of its rows says so; other kinds do not count, and a correction does."""
    others = (row(60, "a", 3, kind="alumni"), corrected(row(50, "w", 4, kind="workshop"), 79))
    found = judged(row(100), OF_A_DAY, replace(KNOWN, same_day=others))
    assert found.day is not None
    assert (found.day.eligible_minutes, found.minutes_short, found.services_of_day) == (179, 1, 2)
    assert (found.units, found.reasons) == (0, (Reason.BELOW_THRESHOLD,))
    assert judged(row(0), OF_A_DAY).units == 0


def test_what_goes_on_has_no_units() -> None:
    """Nor does it lend minutes to the units of a session that has ended; it may still make the day full."""
    lasting = row(100, "later", 4, final=False)
    ended = row(100, "s1")
    assert judged(lasting, OF_A_DAY, replace(KNOWN, same_day=(ended,))).units is None
    found = judged(ended, OF_A_DAY, replace(KNOWN, same_day=(lasting,)))
    assert (found.units, found.reasons) == (0, ())


def test_minutes_to_come_are_not_short() -> None:
    """Of this session under a rule of its own; of every session that makes the day under one of a day."""
    going_on = row(10, final=False)
    start = going_on.row.scheduled_start
    here = Left(SessionId("s1"), "group_therapy", (start, start + 180 * MINUTE))
    later = Left(SessionId("s2"), "workshop", (start + 240 * MINUTE, start + 300 * MINUTE))
    other = Left(SessionId("s3"), "alumni", (start + 300 * MINUTE, start + 400 * MINUTE))
    known = replace(KNOWN, left=(here, later, other), facts=replace(GOOD, attested=None))
    assert judged(going_on, TIMED, known, start + 175 * MINUTE).reasons == ()
    assert judged(going_on, TIMED, known, start + 176 * MINUTE).reasons == (Reason.BELOW_THRESHOLD,)
    assert judged(going_on, OF_A_DAY, known, start + 70 * MINUTE).reasons == ()
    assert judged(going_on, OF_A_DAY, known, start + 71 * MINUTE).reasons == (Reason.BELOW_THRESHOLD,)


def test_caps_of_payer_and_licence() -> None:
    """The one that is broken is named, else the payer's; one that cannot be judged breaks nothing."""
    both = replace(KNOWN, clinic_caps="persons/1")

    def cap(known: Known, **change: object) -> tuple[str, bool | None]:
        found = judged(row(45, **change), known=known)
        assert (Reason.CAP_EXCEEDED in found.reasons) is (found.cap_exceeded is True)
        return found.cap_rule, found.cap_exceeded

    assert cap(both) == ("twelve/1", False)
    assert cap(both, group_size_clients=13) == ("twelve/1", True)
    assert cap(both, group_size_persons=16) == ("persons/1", True)
    assert cap(replace(both, coverage=None)) == ("persons/1", False)
    assert cap(replace(both, coverage=None), group_size_persons=None) == ("persons/1", None)
    assert cap(replace(KNOWN, coverage=None)) == ("", None)
    assert cap(replace(KNOWN, coverage=None, clinic_caps="gone/1")) == ("", None)


def test_outside_of_the_authorised_days() -> None:
    """The day decides, whatever the units."""
    ended = replace(KNOWN, coverage=replace(COUNTY, authorized_to=date(2026, 2, 2)))
    assert judged(row(45), known=ended).reasons == (Reason.NOT_AUTHORIZED,)


def test_the_date_of_service_is_the_facility_s() -> None:
    """A session that begins late in the evening in the facility's zone makes the day on which it began."""
    zone = ZoneInfo("America/Chicago")
    first, late = row(100, "a", 10), row(80, "b", 14)  # 16:00 and 20:00 there, the next day in UTC
    found = claim(late, DAY, zone, OF_A_DAY, replace(KNOWN, same_day=(first,)), 0)
    assert found.day is not None
    assert (found.day.day, found.units) == (DAY, 1)


def test_the_same_rows_give_the_same_bytes() -> None:
    """In whatever order the other rows of the day are handed in."""
    level = LevelOfCare("asam-2-1-adult/1", "asam:3:2.1", 540, ("group_therapy",), 0)
    others = (row(60, "a", 3), row(50, "b", 5), row(40, "c", 8))
    written = {
        json.dumps(
            asdict(judged(row(100), OF_A_DAY, replace(KNOWN, level=level, same_day=those))), sort_keys=True, default=str
        )
        for those in (others, others[::-1])
    }
    assert len(written) == 1
    assert CAROL not in written.pop()


def test_what_is_offered_to_no_payer_lacks_nothing() -> None:
    """An alumni meeting stands in no list of what cannot be billed yet, and is never billable; a contract that names
    the kind goes before."""
    rules = Rules((TIMED_LINE,), UNIT_RULES, CAPS, frozenset({"alumni", "group_therapy"}))
    bare = Known(coverage=COUNTY, facts=Facts(location=False, note_signed=False))
    met = judged(row(60, kind="alumni"), rules, bare)
    assert (met.reasons, met.units, met.billable) == ((), None, False)
    assert judged(row(60), rules, bare).reasons
    assert judged(row(60), rules).billable
