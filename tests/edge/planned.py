"""A standing group with three members, one of whom leaves, and a cancelled meeting, for the tests of FHIR."""

from datetime import UTC, date, datetime, time, timedelta

from telehealth.core import series_edits as edit
from telehealth.core.closed_days import ClosedDays
from telehealth.core.ids import SeriesId
from telehealth.core.series import Series
from telehealth.holidays import load
from telehealth.live.schedule import Schedule

from .clinic import ALICE, BOB, CAROL, DAN, MAIN, Clinic


async def planned(clinic: Clinic) -> date:
    """Meets daily from tomorrow for three days; the first of them."""
    first = datetime.fromtimestamp(clinic.clock.now() / 1000, UTC).date() + timedelta(1)
    series = Series(
        id=SeriesId("series-planned"),
        programme=MAIN,
        kind="group_therapy",
        title="Canary title",
        zone="America/Chicago",
        first=first,
        at=time(10),
        minutes=60,
        rrule="FREQ=DAILY",
        until=first + timedelta(2),
        capacity=8,
        cohort="open",
        facilitators=(ALICE,),
    )
    members = edit.joined(series, (), BOB, first)
    members = edit.joined(series, members, CAROL, first)
    members = edit.left(edit.joined(series, members, DAN, first), CAROL, first + timedelta(2))
    series = edit.cancelled(series, first + timedelta(1), "weather", clinic.clock.now())
    store = clinic.store
    await store.series.put_closed_days(
        MAIN, ClosedDays(open=tuple(one.code for one in load())), actor=ALICE, at=clinic.clock.now()
    )
    assert await store.series.put(series, members, if_revision=0, actor=ALICE, at=clinic.clock.now())
    await Schedule(store, clinic.clock).write()
    return first
