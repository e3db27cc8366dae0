"""Sessions without a waiting room: who is seated at once, and who is looked at first all the same."""

from telehealth.core import commands as ask
from telehealth.core import events as did
from telehealth.core.room import Standing

from .story import ALICE, BOB, CAROL, Story


def standing(story: Story, *people: str) -> list[Standing]:
    return [story.member(person).standing for person in people]  # type: ignore[arg-type]


def test_a_client_is_seated_at_once_while_a_host_is_there() -> None:
    """Nobody has to let them in, and their time begins with their seat; without a host they wait."""
    story = Story(waiting=False).at("18:00")
    story.enter(BOB)
    assert standing(story, BOB) == [Standing.WAITING]
    story.enter(ALICE)
    assert standing(story, BOB) == [Standing.WAITING], "the host's page has to see proofs of those who wait first"
    story.admit(by=ALICE)
    decision = story.enter(CAROL)
    assert isinstance(decision, tuple)
    assert [type(event) for event in decision] == [did.Entered, did.Seated]
    assert standing(story, BOB, CAROL) == [Standing.SEATED, Standing.SEATED]


def test_who_is_held_is_looked_at_first() -> None:
    """Whoever has no consent on file waits, until a host has said why they may come; so does whom a host held back."""
    story = Story(waiting=False).at("18:00")
    story.enter(ALICE)
    story.enter(BOB, held=True)
    assert standing(story, BOB) == [Standing.WAITING]
    story.ask(ask.WaiveConsent(story.now, story.socket(ALICE), story.member(BOB).number, did.Waiver.SPOKEN))
    story.leave(BOB)
    story.enter(BOB, held=True)
    assert standing(story, BOB) == [Standing.SEATED]
    story.ask(ask.HoldBack(story.now, story.socket(ALICE), story.member(BOB).number))
    story.leave(BOB)
    story.enter(BOB)
    assert standing(story, BOB) == [Standing.WAITING]
