"""A month of a programme by a clock of its own: from the tables that a clinic brings along to alumni, figure by figure.

Everything goes through the doors that pages and machines use; only who was in a room is written by the rules into its
log (`Evening`). Every number that is asserted was worked out by hand from the calendar below, and no rule computes it
here. The month is in Chicago; on 7 November 2027 its clocks go back an hour.

    week of    evening group, Mo We Fr 18:00 to 21:00                     besides
    11 Oct     Mo We Fr        Ada, Bea, Dov; Bea misses Friday           Bea: 60 minutes of her own on Saturday
    18 Oct     Mo We Fr        Cal joins; on Wednesday he leaves at 19:30
    25 Oct     (Mo) Tu Fr      Monday moved to Tuesday 17:00, Wednesday cancelled; Cal misses both
    1 Nov      Mo We Fr        without Dov, who steps down; Cal misses Monday, is called, and comes again
    8 Nov      Mo We Fr        Ada, Bea, Cal; Dov is an alumnus           aftercare Thursday 4 Nov, alumni Saturday 13
"""

import csv
import io
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from telehealth import importing, packs, words
from telehealth.core.ids import PersonId, SessionId
from telehealth.core.records import ApiKey, Session, SignedInAs, WebSession
from telehealth.core.roles import Role, StaffRole
from telehealth.edge.api_keys import READ_ATTENDANCE, mint
from telehealth.live.schedule import Schedule

from .clinic import MAIN, MINUTE, Browser, Clinic, Evening, running

pytestmark = pytest.mark.asyncio(loop_scope="module")
ZONE = ZoneInfo("America/Chicago")
TABLES = {
    "staff": """sign_in,legal_name,role,credential
vera,Vera Canaryhurst,counsellor,LCDC
dora,Dora Canaryfield,director,
mina,Mina Canarylane,admin,
""",
    "groups": """group,title,kind,first,at,minutes,capacity,rrule,track,facilitators,holidays
evening,Evening,group_therapy,2027-10-11,18:00,180,12,"FREQ=WEEKLY;BYDAY=MO,WE,FR",evening,vera,no
after,Aftercare,aftercare,2027-10-14,19:00,60,12,FREQ=WEEKLY;BYDAY=TH,aftercare,vera,no
alumni,Alumni,alumni,2027-10-16,10:00,60,30,FREQ=WEEKLY;BYDAY=SA,alumni,vera,no
""",
    "clients": """mrn,legal_name,alias
1001,Adaline Canarywood,Ada
1002,Beatrix Canarystone,Bea
1003,Calvin Canaryford,Cal
1004,Dovid Canarywell,Dov
""",
    "enrolments": """mrn,track,admitted,counsellor,level,groups
1001,evening,2027-10-11,vera,asam-2-1-adult/1,evening
1002,evening,2027-10-11,vera,asam-2-1-adult/1,evening
1003,evening,2027-10-18,vera,asam-2-1-adult/1,
1004,evening,2027-10-11,vera,asam-2-1-adult/1,evening
""",
}


class Programme:
    """The programme as its staff see it, at whatever time it is."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.people: dict[str, PersonId] = {}
        self.groups: dict[str, str] = {}
        self.browsers: dict[str, Browser] = {}

    def it_is(self, day: str, at: str) -> None:
        """Wind the clock to a local time."""
        when = datetime.combine(date.fromisoformat(day), time.fromisoformat(at), ZONE)
        self.clinic.clock.ahead += round(when.timestamp() * 1000) - self.clinic.clock.now()

    async def signed_in(self, name: str, role: StaffRole) -> None:
        """A browser in which they are signed in for the whole month."""
        browser, ends = self.clinic.browser(), self.clinic.clock.now() + 90 * 24 * 60 * MINUTE
        me = WebSession(
            SignedInAs.STAFF, MAIN, self.people[name], Role.FACILITATOR, "csrf", ends, longest=ends, staff_role=role
        )
        await self.clinic.store.access.put_web_session(f"token-{name}-0123456789abcdef", me)
        browser.http.cookie_jar.update_cookies({"session": f"token-{name}-0123456789abcdef"})
        browser.csrf = me.csrf
        self.browsers[name] = browser

    async def ask(self, method: str, path: str, body: Any = None, *, by: str = "vera", status: int = 200) -> Any:
        answer = await self.browsers[by].ask(method, path, body)
        assert answer.status == status, (path, answer.raw)
        return answer.json

    async def group(self, name: str, what: str, **body: Any) -> Any:
        """Change a group, as it is now."""
        path = f"/api/staff/series/{self.groups[name]}"
        revision = (await self.ask("GET", path))["revision"]
        return await self.ask("POST", f"{path}/{what}", {"revision": revision, **body})

    async def write_ahead(self) -> None:
        """What every node does every ten minutes."""
        await Schedule(self.clinic.store, self.clinic.clock).write()

    async def session(self, name: str, day: str) -> Session:
        """The session of a group that was planned for this day."""
        found = await self.clinic.store.sessions.get(MAIN, SessionId(f"{self.groups[name]}-{day.replace('-', '')}"))
        assert found is not None, (name, day)
        return found

    async def held(self, session: Session, minutes: Mapping[str, int], lasts: int = 180) -> None:
        """Hold a session: who was there from its beginning, and for how many minutes."""
        local = datetime.fromtimestamp(session.starts / 1000, ZONE)
        self.it_is(local.date().isoformat(), local.time().isoformat())
        evening = Evening(self.clinic.store, session)
        await evening.opens(self.people["vera"])
        await evening.seats(*(self.people[name] for name in minutes), minute=0)
        for name, stayed in minutes.items():
            if stayed < lasts:
                await evening.leaves(self.people[name], stayed)
        await evening.ends(lasts)
        self.clinic.clock.ahead += (lasts + 1) * MINUTE

    async def weeks(self, name: str) -> dict[str, tuple[int, str]]:
        """Minutes that count and how the week stands, by the week's Monday."""
        found = await self.ask("GET", f"/api/staff/clients/{self.people[name]}/engagement")
        return {one["first"]: (one["minutes"], one["outlook"]) for one in found["weeks"]}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def month(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Programme]:
    """The month, played to its end."""
    async with running(tmp_path_factory.mktemp("month")) as clinic:
        programme = Programme(clinic)
        await _comes_in(programme)
        await _first_week(programme)
        await _second_week(programme)
        await _third_week(programme)
        await _fourth_week(programme)
        await _fifth_week(programme)
        yield programme


async def _comes_in(it: Programme) -> None:
    """Sunday, 10 October: the tables, consents, sessions written ahead."""
    it.it_is("2027-10-10", "12:00")
    store, clock = it.clinic.store, it.clinic.clock
    found = await importing.run(
        store, MAIN, packs.load(), words.load(), str(ZONE), TABLES, actor="system", at=clock.now(), dry=False
    )
    assert (found.faults, found.imported) == ((), True)
    names = {one.alias or one.legal_name.split()[0]: who for who, one in (await _everybody(it)).items()}
    it.people = {name.lower(): who for name, who in names.items()}
    it.groups = {group.series.title.lower(): group.series.id for group in await store.series.all(MAIN)}
    it.groups["after"] = it.groups.pop("aftercare")
    await it.signed_in("vera", StaffRole.COUNSELLOR)
    await it.signed_in("dora", StaffRole.DIRECTOR)
    await it.signed_in("mina", StaffRole.ADMIN)
    proposed = next(k for k in (await it.ask("GET", "/api/staff/agreements", by="mina"))["kinds"] if k["kind"] == "tpo")
    texts = {"if_version": 0, "texts": proposed["proposal"]}
    await it.ask("POST", "/api/staff/agreements/tpo", texts, by="mina", status=201)
    for name in ("ada", "bea", "cal", "dov"):
        await _consents(it, name)
    await it.write_ahead()


async def _consents(it: Programme, name: str) -> None:
    """On paper, to treatment, payment and operations."""
    path = f"/api/staff/clients/{it.people[name]}/consents"
    kinds = (await it.ask("GET", path))["kinds"]
    (text,) = [one["text"] for one in kinds if one["kind"] == "tpo"]
    signed = {"kind": "tpo", "language": text["language"], "hash": text["hash"], "typed_name": name, "how": "paper"}
    await it.ask("POST", path, signed, status=201)


async def _everybody(it: Programme) -> Mapping[PersonId, Any]:
    store = it.clinic.store
    ids = [*await store.people.clients(MAIN), *await store.people.staff(MAIN)]
    found = await store.people.get(MAIN, ids)
    return {who: one for who, one in found.items() if "Canary" in one.legal_name}


async def _first_week(it: Programme) -> None:
    await it.held(await it.session("evening", "2027-10-11"), {"ada": 180, "bea": 180, "dov": 180})
    await it.held(await it.session("evening", "2027-10-13"), {"ada": 180, "bea": 180, "dov": 180})
    friday = await it.session("evening", "2027-10-15")
    await it.held(friday, {"ada": 180, "dov": 180})
    it.it_is("2027-10-15", "22:00")
    own = {"client": it.people["bea"], "day": "2027-10-16", "at": "10:00", "minutes": 60}
    found = await it.ask("POST", f"/api/staff/sessions/{friday.id}/make-ups", own, status=201)
    (made,) = found["make_ups"]
    session = await it.clinic.store.sessions.get(MAIN, SessionId(made["session"]))
    assert session is not None
    await it.held(session, {"bea": 60}, lasts=60)


async def _second_week(it: Programme) -> None:
    it.it_is("2027-10-17", "12:00")
    await it.group("evening", "join", client=it.people["cal"], joins="2027-10-18")
    everybody = {"ada": 180, "bea": 180, "cal": 180, "dov": 180}
    await it.held(await it.session("evening", "2027-10-18"), everybody)
    await it.held(await it.session("evening", "2027-10-20"), {**everybody, "cal": 90})
    await it.held(await it.session("evening", "2027-10-22"), everybody)


async def _third_week(it: Programme) -> None:
    it.it_is("2027-10-24", "12:00")
    await it.group("evening", "change", day="2027-10-25", scope="one", to="2027-10-26", at="17:00")
    await it.group("evening", "cancel", day="2027-10-27", reason="staff_ill")
    await it.write_ahead()
    for day in ("2027-10-25", "2027-10-29"):
        await it.held(await it.session("evening", day), {"ada": 180, "bea": 180, "dov": 180})


async def _fourth_week(it: Programme) -> None:
    """Dov steps down; Cal misses a third time and is called."""
    it.it_is("2027-10-31", "12:00")
    dov, cal = it.people["dov"], it.people["cal"]
    await it.group("evening", "leave", client=dov, leaves="2027-11-01")
    await it.group("after", "join", client=dov, joins="2027-11-01")
    await _moves(it, "dov", "aftercare", "2027-11-01", "step_down")
    await it.held(await it.session("evening", "2027-11-01"), {"ada": 180, "bea": 180})
    found = (await it.ask("GET", "/api/staff/caseload"))["clients"]
    assert (found[0]["person"], found[0]["signs"][0]["sign"], len(found[0]["misses"])) == (cal, "misses_alarm", 3)
    called = {"how": "call", "outcome": "coming_back", "note": "canary-note: comes on Wednesday"}
    await it.ask("POST", f"/api/staff/clients/{cal}/outreach", called, status=201)
    await it.held(await it.session("evening", "2027-11-03"), {"ada": 180, "bea": 180, "cal": 180})
    await it.held(await it.session("after", "2027-11-04"), {"dov": 60}, lasts=60)
    await it.held(await it.session("evening", "2027-11-05"), {"ada": 180, "bea": 180, "cal": 180})


async def _fifth_week(it: Programme) -> None:
    """The clocks have gone back; Dov is an alumnus."""
    it.it_is("2027-11-07", "12:00")
    dov = it.people["dov"]
    await it.group("after", "leave", client=dov, leaves="2027-11-08")
    await it.group("alumni", "join", client=dov, joins="2027-11-08")
    await _moves(it, "dov", "alumni", "2027-11-08", "step_down")
    for day in ("2027-11-08", "2027-11-10", "2027-11-12"):
        await it.held(await it.session("evening", day), {"ada": 180, "bea": 180, "cal": 180})
    await it.held(await it.session("alumni", "2027-11-13"), {"dov": 60}, lasts=60)
    it.it_is("2027-11-15", "08:00")


async def _moves(it: Programme, name: str, track: str, day: str, because: str) -> None:
    path = f"/api/staff/people/clients/{it.people[name]}/episodes"
    found = await it.ask("GET", path)
    act = {"act": "move", "seen": found["changes"], "episode": found["episodes"][0]["id"], "day": day}
    await it.ask("POST", path, {**act, "track": track, "because": because}, status=201)


async def test_the_hours_of_every_week(month: Programme) -> None:
    """Against nine hours a week: three evenings are enough, two are short, an hour of one's own counts beside the miss,
    and neither aftercare nor alumni is treatment."""
    assert await _five(month, "ada") == [(540, "met"), (540, "met"), (360, "short"), (540, "met"), (540, "met")]
    assert await _five(month, "bea") == [(420, "short"), (540, "met"), (360, "short"), (540, "met"), (540, "met")]
    assert await _five(month, "cal") == [(0, "short"), (450, "short"), (0, "short"), (360, "short"), (540, "met")]
    assert await _five(month, "dov") == [(540, "met"), (540, "met"), (360, "short"), (0, "short"), (0, "short")]


async def _five(it: Programme, name: str) -> list[tuple[int, str]]:
    found = await it.weeks(name)
    return [found[day] for day in ("2027-10-11", "2027-10-18", "2027-10-25", "2027-11-01", "2027-11-08")]


async def _exported(it: Programme) -> list[dict[str, str]]:
    """The month as a biller fetches it."""
    text, key = mint(MAIN, (READ_ATTENDANCE,), "month", it.clinic.clock.now(), recipient="acme")
    assert isinstance(key, ApiKey)
    await it.clinic.store.access.put_api_key(key)
    path = "/api/v1/attendance?from=2027-10-11&to=2027-11-15&format=csv"
    answer = await it.clinic.browser().get(path, Authorization=f"Bearer {text}")
    assert answer.status == 200, answer.raw
    return list(csv.DictReader(io.StringIO(answer.raw.decode())))


async def test_the_export(month: Programme) -> None:
    """Fifty rows: every evening's roster and nobody else, a cancelled evening none; misses stay misses, made up or not;
    days of service are the facility's on both sides of the clock change. Whoever revokes is in no export any more."""
    rows = await _exported(month)
    assert len(rows) == 9 + 1 + 12 + 8 + 9 + 1 + 9 + 1
    assert Counter(row["status"] for row in rows) == {"present": 45, "partial": 1, "no_show": 4}
    minutes: Counter[str] = Counter()
    for row in rows:
        minutes[row["client"]] += int(row["minutes_attended"])
    assert minutes == {
        month.people[who]: of for who, of in {"ada": 2520, "bea": 2400, "cal": 1350, "dov": 1560}.items()
    }
    missed = {(row["client"], row["date_of_service"]) for row in rows if row["status"] == "no_show"}
    assert missed == {
        (month.people["bea"], "2027-10-15"),
        *((month.people["cal"], day) for day in ("2027-10-26", "2027-10-29", "2027-11-01")),
    }
    starts = {row["date_of_service"]: row["session_start_utc"] for row in rows if row["client"] == month.people["ada"]}
    assert starts["2027-10-26"] == "2027-10-26T22:00:00.000Z"
    assert starts["2027-11-05"] == "2027-11-05T23:00:00.000Z"
    assert starts["2027-11-08"] == "2027-11-09T00:00:00.000Z"
    assert "2027-10-27" not in starts
    bea = f"/api/staff/clients/{month.people['bea']}/consents"
    (signed,) = (await month.ask("GET", bea))["signatures"]
    await month.ask("DELETE", f"{bea}/{signed['id']}")
    after = await _exported(month)
    assert len(after) == 50 - 15
    assert month.people["bea"] not in {row["client"] for row in after}


async def test_the_reports(month: Programme) -> None:
    """Who is in which track on which day, and how many evenings were held, came to and missed."""
    asked = "/api/staff/reports/{}?from=2027-10-11&to=2027-11-15"
    census = await month.ask("GET", asked.format("census"), by="dora")
    found = {day["day"]: day["tracks"] for day in census["days"]}
    assert found["2027-10-11"] == {"evening": 3}
    assert found["2027-10-18"] == {"evening": 4}
    assert found["2027-11-01"] == {"evening": 3, "aftercare": 1}
    assert found["2027-11-08"] == {"evening": 3, "alumni": 1}
    report = await month.ask("GET", asked.format("attendance") + "&by=group", by="dora")
    lines = {one["title"]: one for one in report["lines"]}
    evening = lines["Evening"]
    assert (evening["sessions"], evening["came"], evening["missed"]) == (14, 43, 4)
    assert evening["hours"] == 43 * 3 - 1.5


async def test_the_way_to_alumni(month: Programme) -> None:
    """Three episodes, each naming the one before; the first two ended on the day before the next."""
    path = f"/api/staff/people/clients/{month.people['dov']}/episodes"
    last, middle, first = (await month.ask("GET", path))["episodes"]
    assert [one["track"] for one in (first, middle, last)] == ["evening", "aftercare", "alumni"]
    assert [one["discharged"] for one in (first, middle, last)] == ["2027-10-31", "2027-11-07", None]
    assert (middle["after"], last["after"], last["because"]) == (first["id"], middle["id"], "step_down")
