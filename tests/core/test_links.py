"""Join links: when one opens a session, and which of a series."""

from dataclasses import replace
from datetime import date

import pytest

from telehealth.core.episodes import Episode
from telehealth.core.ids import Millis, ProgrammeId, SeriesId, SessionId
from telehealth.core.links import SOON, alive, may_come_as, may_drop_in, now_or_next, standing, upcoming, usable
from telehealth.core.records import JoinLink, Session
from telehealth.core.roles import Role

from .story import BOB, CAROL, FAY, clock

HOUR: Millis = 3_600_000
DAY = 24 * HOUR


def session(name: str, starts: Millis, hours: int = 3) -> Session:
    """An evening of the series, Bob on its roster."""
    return Session(
        SessionId(name),
        ProgrammeId("p1"),
        SeriesId("evenings"),
        "group_therapy",
        "Evening group",
        starts,
        starts + hours * HOUR,
        "America/Chicago",
        8,
        (),
        (BOB,),
    )


TONIGHT = session("tonight", clock("18:00"))
TOMORROW = session("tomorrow", clock("18:00") + DAY)
ONE = JoinLink(ProgrammeId("p1"), BOB, Role.CLIENT, TONIGHT.id, None, clock("23:00"))
SERIES = replace(ONE, session=None, series=SeriesId("evenings"), expires=clock("23:00") + 90 * DAY)


@pytest.mark.parametrize(
    ("now", "works"),
    [
        (clock("18:00") - DAY - 1, False),
        (clock("18:00") - DAY, True),
        (clock("19:00"), True),
        (clock("23:00") - 1, True),
        (clock("23:00"), False),
    ],
)
def test_a_link_works_from_a_day_before_to_two_hours_after(now: Millis, works: bool) -> None:
    """The window of WEB 6.2, to the millisecond."""
    assert usable(replace(ONE, expires=clock("23:00") + DAY), TONIGHT, now) is works


def test_an_expired_revoked_or_foreign_link_does_not_work() -> None:
    """Each of them alone is enough, and all are answered alike: no."""
    now = clock("18:30")
    assert usable(ONE, TONIGHT, now)
    assert not usable(replace(ONE, expires=now), TONIGHT, now)
    assert not usable(replace(ONE, revoked=now + HOUR), TONIGHT, now)
    assert not usable(replace(ONE, programme=ProgrammeId("p2")), TONIGHT, now)
    assert not usable(ONE, TOMORROW, now + 20 * HOUR)
    assert not usable(replace(SERIES, series=SeriesId("mornings")), TONIGHT, now)
    assert not usable(replace(ONE, session=None, role=Role.COLLATERAL), TONIGHT, now)
    assert not usable(replace(SERIES, role=Role.COLLATERAL), replace(TONIGHT, series=None), now)
    assert not usable(ONE, replace(TONIGHT, cancelled="weather"), now)
    assert alive(ONE, now)
    assert not alive(replace(ONE, revoked=1), now)


def test_a_standing_link_opens_whatever_is_theirs() -> None:
    """From an hour before, in any series or none, while they are on the roster; a guest has no such link."""
    mine = replace(ONE, session=None, expires=clock("23:00") + 90 * DAY)
    alone = replace(TONIGHT, id=SessionId("alone"), series=None, starts=clock("22:00"), ends=clock("23:00"))
    assert standing(mine)
    assert not any(standing(link) for link in (ONE, SERIES, replace(mine, role=Role.COLLATERAL)))
    assert not usable(mine, TONIGHT, TONIGHT.starts - SOON - 1)
    assert usable(mine, TONIGHT, TONIGHT.starts - SOON)
    assert not usable(mine, replace(TONIGHT, roster=(CAROL,)), TONIGHT.starts)
    both = [alone, TONIGHT]
    assert now_or_next(mine, both, clock("20:59")) == TONIGHT
    assert now_or_next(mine, both, clock("20:59"), {TONIGHT.id}) is None, "the host has ended it early"
    assert now_or_next(mine, both, clock("21:00")) == alone
    assert now_or_next(mine, [TONIGHT], clock("21:10")) == TONIGHT, "it runs late"
    assert now_or_next(mine, [TONIGHT], clock("21:10"), {TONIGHT.id}) is None


def test_the_next_one() -> None:
    """The earliest of theirs that is to come and takes place."""
    off = replace(TONIGHT, cancelled="weather")
    others = replace(TONIGHT, roster=(CAROL,))
    assert upcoming(BOB, [TOMORROW, TONIGHT], clock("17:00")) == TONIGHT
    assert upcoming(BOB, [TOMORROW, TONIGHT], clock("18:00")) == TOMORROW
    assert upcoming(BOB, [TOMORROW, off, others], clock("17:00")) == TOMORROW
    assert upcoming(BOB, [off, others], clock("17:00")) is None


def test_a_guest_comes_to_family_sessions_only() -> None:
    """Of the client for whose benefit they are asked, and to one that takes place."""
    family = replace(TONIGHT, kind="family")
    assert may_come_as(Role.COLLATERAL, family, BOB)
    assert may_come_as(Role.COLLATERAL, replace(TONIGHT, kind="multi_family"), BOB)
    assert not may_come_as(Role.COLLATERAL, TONIGHT, BOB)
    assert not may_come_as(Role.COLLATERAL, family, CAROL)
    assert not may_come_as(Role.COLLATERAL, replace(family, cancelled="weather"), BOB)


def test_an_interpreter_comes_to_any_session_and_a_client_hosts_their_peers_only() -> None:
    """Of a client who is expected; nobody else gets a link to one session as anything more."""
    alumni = replace(TONIGHT, kind="alumni")
    assert may_come_as(Role.INTERPRETER, TONIGHT, BOB)
    assert not may_come_as(Role.INTERPRETER, TONIGHT, CAROL)
    assert may_come_as(Role.PEER_HOST, alumni, BOB)
    assert not may_come_as(Role.PEER_HOST, TONIGHT, BOB)
    assert not any(may_come_as(role, alumni, BOB) for role in (Role.FACILITATOR, Role.OBSERVER, Role.CLIENT))


def test_a_link_to_a_series_ends_with_the_place_in_the_group() -> None:
    """A client who is not on tonight's roster has no way in by the link of the series; a family member may."""
    now = clock("18:30")
    assert not usable(replace(SERIES, person=CAROL), TONIGHT, now)
    assert usable(replace(SERIES, person=FAY, role=Role.COLLATERAL), TONIGHT, now)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (clock("18:00") - 2 * DAY, None),
        (clock("10:00"), "tonight"),
        (clock("20:59"), "tonight"),
        (clock("21:30"), "tomorrow"),
        (clock("18:30") + DAY, "tomorrow"),
        (clock("22:00") + DAY, "tomorrow"),
        (clock("23:30") + DAY, None),
    ],
)
def test_a_link_to_a_series_opens_what_goes_on_or_comes_next(now: Millis, opens: str | None) -> None:
    """And, for two hours, what has just ended, if nothing else comes."""
    found = now_or_next(SERIES, [TOMORROW, TONIGHT], now)
    assert (found.id if found else None) == opens


def test_a_meeting_that_is_open_to_a_track_is_open_to_whoever_is_enrolled_in_it() -> None:
    """By their standing link, soon before it and while it lasts; not once discharged, nor of another track."""
    link = replace(ONE, person=FAY, session=None, expires=clock("23:00") + 90 * DAY)
    day = date(2026, 2, 3)
    fay = Episode("e1", FAY, "alumni", date(2026, 1, 1), None, "", None, 0, "system")

    def may(now: str, *mine: Episode, by: JoinLink = link, track: str = "alumni", of: Session = TONIGHT) -> bool:
        return may_drop_in(by, of, track, mine, day, clock(now))

    assert may("17:00", fay)
    assert may("20:59", fay)
    assert not may("16:59", fay)
    assert not may("21:00", fay)
    assert not may("18:30")
    assert not may("18:30", replace(fay, discharged=date(2026, 2, 2)))
    assert not may("18:30", fay, track="")
    assert not may("18:30", replace(fay, track="day"))
    assert not may("18:30", fay, by=replace(link, revoked=1))
    assert not may("18:30", fay, by=ONE)
    assert not may("18:30", fay, of=replace(TONIGHT, cancelled="weather"))
