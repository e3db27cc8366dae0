"""Attendance against what really happened: an evening of clients who vanish, come back, change tabs and go home.

The server learns of it as it does in life: by proofs once a second, by sockets that are reported dead at once, late or
never, and with crashes of everything in between, after which the wall clock may have been set. What it then records is
compared with the time that each client was truly in the session.
"""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.attendance import rows
from telehealth.core.ids import ConnectionId, MemberNumber, Millis, PersonId, TabId
from telehealth.core.refusals import Refusal
from telehealth.core.room import GAP, Standing, replay

from .story import ALICE, BOB, CAROL, DAN, FIXED, POLICY, ROLES, Story, clock

SECOND: Millis = 1_000
SAVED_EVERY = 5
"""Seconds between two times at which the last proofs are stored: what a crash may cost."""
CLIENTS = (BOB, CAROL, DAN)


@dataclass(frozen=True)
class Turn:
    """What somebody does after some seconds; how long after it their socket is reported dead (`None`: never)."""

    wait: int
    who: PersonId
    does: str
    noticed: int | None


TURNS = st.lists(
    st.builds(
        Turn,
        wait=st.sampled_from([1, 1, 2, 3, 7, 14, 25, 65]),
        who=st.sampled_from(CLIENTS),
        does=st.sampled_from(
            ["come", "come", "vanish", "vanish", "other tab", "reload", "leave", "crash", "crash ahead", "crash behind"]
        ),
        noticed=st.sampled_from([0, 1, 4, 30, None]),
    ),
    min_size=10,
    max_size=30,
)


@dataclass
class Evening:
    """What is so, beside what the server knows of it."""

    story: Story
    online: dict[PersonId, ConnectionId] = field(default_factory=dict)
    proofs: dict[MemberNumber, Millis] = field(default_factory=dict)
    saved: dict[MemberNumber, Millis] = field(default_factory=dict)
    reports: list[tuple[Millis, ConnectionId]] = field(default_factory=list)
    away_since: dict[PersonId, Millis] = field(default_factory=dict)
    truly: dict[PersonId, Millis] = field(default_factory=lambda: dict.fromkeys(CLIENTS, 0))
    forgiven: dict[PersonId, Millis] = field(default_factory=lambda: dict.fromkeys(CLIENTS, 0))
    """Absences so short that they are no gap."""
    crashes: int = 0
    pages: int = 0

    def second(self) -> None:
        """One second passes: who is seated and online was there; pages prove themselves; the server looks around."""
        for person in self.online:
            member = self.story.room.by_person(person)
            if person in self.truly and member is not None and member.standing is Standing.SEATED:
                self.truly[person] += SECOND
        self.story.now += SECOND
        for person in self.online:
            self.proofs[self.story.member(person).number] = self.story.now
        if self.story.now % (SAVED_EVERY * SECOND) == 0:
            self.saved = dict(self.proofs)
        for due, connection in [r for r in self.reports if r[0] <= self.story.now]:
            self.reports.remove((due, connection))
            gone = self.story.room.by_connection(connection)
            if gone is not None:
                self.story.ask(ask.LoseConnection(self.story.now, connection, self.proofs[gone.number]))
        self.story.ask(ask.TimePassed(self.story.now, dict(self.proofs)))
        self.story.admit()

    def come(self, person: PersonId, tab: str) -> None:
        """A page of theirs connects, be it the first, the next, or a second one beside the first."""
        self.pages += 1
        socket = ConnectionId(f"page-{self.pages}")
        known = self.story.room.by_person(person)
        seen = self.proofs.get(known.number) if known else None
        decision = self.story.ask(
            ask.Enter(self.story.now, person, ROLES[person], socket, TabId(f"{person}-{tab}"), seen)
        )
        assert not isinstance(decision, Refusal)
        away = self.story.now - self.away_since.pop(person, self.story.now)
        if away <= GAP and person in self.forgiven:
            self.forgiven[person] += max(0, away)
        self.online[person] = socket
        self.proofs[self.story.member(person).number] = self.story.now
        self.story.admit()

    def vanish(self, person: PersonId, noticed: int | None) -> None:
        """The network is gone. The server may hear of it."""
        socket = self.online.pop(person)
        self.away_since[person] = self.story.now
        if noticed is not None:
            self.reports.append((self.story.now + noticed * SECOND, socket))

    def turn(self, turn: Turn) -> None:
        for _ in range(turn.wait):
            self.second()
        here = turn.who in self.online
        if turn.does == "come" and not here:
            self.come(turn.who, "first")
        elif turn.does == "vanish" and here:
            self.vanish(turn.who, turn.noticed)
        elif turn.does == "other tab" and here:
            self.come(turn.who, f"tab-{self.pages}")
        elif turn.does == "reload" and here:
            self.vanish(turn.who, turn.noticed)
            self.second()
            self.second()
            self.come(turn.who, f"tab-{self.pages}")
        elif turn.does == "leave" and here:
            self.story.leave(turn.who)
            del self.online[turn.who]
        elif turn.does == "crash":
            self.crash(self.story.now + 4 * SECOND)
        elif turn.does == "crash ahead":  # meanwhile somebody sets the wall clock two minutes forward
            self.crash(self.story.now + 124 * SECOND)
        elif turn.does == "crash behind":  # or back: the server goes on from the latest time that it has stored
            self.crash(max([self.story.log[-1].at, *self.saved.values()]))

    def crash(self, back_at: Millis) -> None:
        """Everything is killed and is back at `back_at`: the log, the saved proofs, and pages that come back."""
        back = list(self.online)
        for person in back:
            self.vanish(person, None)
        self.reports.clear()
        self.proofs = dict(self.saved)
        self.crashes += 1
        self.story.now = back_at
        self.story.room = replay(self.story.log)
        for person in back:
            self.come(person, "first")


@settings(FIXED, max_examples=120)
@given(TURNS)
def test_what_is_recorded_is_what_happened(turns: list[Turn]) -> None:
    """Never more than the time truly there, but for absences too short to be gaps; never less, but for what a crash
    took of the proofs that were not saved yet."""
    evening = Evening(Story())
    evening.story.at("18:00")
    evening.come(ALICE, "first")
    for turn in turns:
        evening.turn(turn)
    evening.story.ask(ask.End(evening.story.now, evening.story.socket(ALICE), dict(evening.proofs)))
    assert isinstance(evening.story.log[-1], did.Ended)
    for person, since in evening.away_since.items():
        if evening.story.now - since <= GAP:
            evening.forgiven[person] += evening.story.now - since
    made = rows(evening.story.log, POLICY, until=None)
    recorded = {row.client: row.milliseconds for row in made}
    for row in made:
        assert row.session_start is not None
        assert row.session_end is not None
        edges = [edge for span in row.intervals for edge in (span.start, span.end)]
        assert edges == sorted(edge for edge in edges if edge is not None)
        assert row.milliseconds <= row.session_end - row.session_start
    for person in CLIENTS:
        lost_at_most = evening.crashes * SAVED_EVERY * SECOND
        assert evening.truly[person] - lost_at_most <= recorded[person]
        assert recorded[person] <= evening.truly[person] + evening.forgiven[person]
    assert evening.story.now < clock("21:00")
