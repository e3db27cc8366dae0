"""Check-in and check-out: what is asked is data, and an answer reaches whom it is for."""

from dataclasses import dataclass, field

import msgspec
import pytest

from telehealth import packs
from telehealth.core.ids import MemberNumber, PersonId
from telehealth.core.packs import parse
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import Role
from telehealth.core.scales import ScaleRules, When
from telehealth.core.tools.scales import (
    TOOL,
    Said,
    ScaleAnswer,
    ScaleGiven,
    Scales,
    ScalesAnswer,
    ScalesClose,
    ScalesOpen,
    ScalesSeen,
)
from telehealth.core.tools.tool import Acted, Actor, Kept, Moment, Move

RULES = packs.load().scales
HOST, PEER, SKY, MAX, AUNT = 1, 2, 3, 4, 5
ROLES = {HOST: Role.FACILITATOR, SKY: Role.CLIENT, MAX: Role.CLIENT, AUNT: Role.COLLATERAL}
ITEM = {
    "code": "urge",
    "answers": "scale",
    "asked_in": True,
    "asked_out": False,
    "text_en": "How strong?",
    "text_es": "¿Qué tan fuerte?",
    "low_en": "none",
    "low_es": "nada",
    "high_en": "most",
    "high_es": "más",
    "better": "low",
    "licence": "own wording",
}


def pack(*items: dict[str, object], **more: object) -> ScaleRules:
    rule = parse({"pack": "scales", "name": "mine", "version": 1, "source": "us", "item": list(items), **more}).rule
    assert isinstance(rule, ScaleRules)
    return rule


@dataclass
class Asking:
    """The tool, in a room with a host, two clients and an aunt."""

    state: Scales = field(default_factory=Scales)
    rules: ScaleRules = RULES
    at: int = 0
    kept: tuple[Kept, ...] = ()

    def ask(self, who: int, move: Move, circle: int = 0) -> Code | None:
        self.at += 1000
        acted = TOOL.act(self.state, _actor(who, circle), move, Moment(self.at, (), scales=self.rules))
        if isinstance(acted, Refusal):
            return acted.code
        assert isinstance(acted, Acted)
        assert isinstance(acted.state, Scales)
        self.state, self.kept = acted.state, acted.kept
        return None

    def answer(self, who: int, *given: ScaleAnswer, circle: int = 0) -> Code | None:
        return self.ask(who, ScalesAnswer(given=given), circle)

    def seen(self, who: int, circle: int = 0) -> ScalesSeen:
        seen = TOOL.seen(self.state, _actor(who, circle))
        assert isinstance(seen, ScalesSeen)
        return seen


def _actor(number: int, circle: int) -> Actor:
    return Actor(MemberNumber(number), PersonId(f"p{number}"), ROLES[number], circle, number == HOST)


def opened(when: When = When.IN) -> Asking:
    asking = Asking()
    assert asking.ask(HOST, ScalesOpen(when=when)) is None
    return asking


def test_the_items_that_ship_are_those_of_the_domain() -> None:
    """Craving, mood and own words at both ends, being safe at the end alone; each says its licence."""
    assert [item.code for item in RULES.asked(When.IN)] == ["craving", "mood", "own-words"]
    assert [item.code for item in RULES.asked(When.OUT)] == ["craving", "mood", "own-words", "safe-tonight"]
    assert all(item.licence for item in RULES.items)
    assert [item.code for item in RULES.items if item.signal is not None] == ["safe-tonight"]


def test_an_item_without_a_licence_is_refused() -> None:
    """A questionnaire has an owner: a pack that does not say under which licence it is used is not loaded."""
    assert pack(ITEM).items[0].code == "urge"
    for licence in ({"licence": " "}, {}):
        item = {key: value for key, value in ITEM.items() if key != "licence"} | licence
        with pytest.raises(ValueError, match="licence"):
            pack(item)


def test_a_pack_that_makes_no_sense_is_refused() -> None:
    """Items are needed, each with a code of its own; a scale calls nobody; there is nothing to test."""
    with pytest.raises(ValueError, match="needs items"):
        pack()
    with pytest.raises(ValueError, match="code of its own"):
        pack(ITEM, ITEM)
    with pytest.raises(ValueError, match="yes or no"):
        pack(ITEM | {"signal": False})
    with pytest.raises(ValueError, match="own test"):
        pack(ITEM, test=[{}])


def test_answers_are_kept_of_the_client_and_told_to_those_who_lead() -> None:
    """Sky's answers are kept as hers, replaced by later ones, and Max learns none of them."""
    asking = opened()
    assert asking.answer(SKY, ScaleAnswer("craving", 4), ScaleAnswer("own-words", "tired")) is None
    (kept,) = asking.kept
    said = Said(When.IN, RULES.id, 2000, (ScaleGiven("craving", 4), ScaleGiven("own-words", "tired")))
    assert kept == Kept(PersonId("p3"), "scales.in", said)
    assert [one.member for one in asking.seen(HOST).people] == [SKY]
    assert [one.member for one in asking.seen(SKY).people] == [SKY]
    assert asking.seen(MAX).people == ()
    assert b"tired" not in msgspec.json.encode(asking.seen(MAX))
    assert asking.answer(SKY, ScaleAnswer("craving", 6)) is None
    assert asking.seen(HOST).people[0].given == (ScaleGiven("craving", 6),)


def test_what_is_shown_to_the_group_is_each_answer_by_choice_and_to_ones_own_circle() -> None:
    """Max sees the one answer that Sky shows; who is apart from her does not, and it is gone when it is closed."""
    asking = opened(When.OUT)
    given = ScaleAnswer("craving", 4), ScaleAnswer("mood", 7, shared=True), ScaleAnswer("safe-tonight", False, True)
    assert asking.answer(SKY, *given) is None
    assert [one.given for one in asking.seen(MAX).people] == [(ScaleGiven("mood", 7, shared=True),)]
    assert asking.seen(MAX, circle=-1).people == ()
    assert asking.ask(HOST, ScalesClose()) is None
    assert asking.seen(MAX) == ScalesSeen(open=False)
    assert len(asking.seen(HOST).people) == 1
    assert asking.answer(SKY, ScaleAnswer("mood", 1)) is Code.NO_SUCH_THING


def test_those_who_lead_see_both_ends_and_the_others_the_one_that_is_asked() -> None:
    """The check-out does not make staff forget the check-in."""
    asking = opened()
    assert asking.answer(SKY, ScaleAnswer("mood", 2, shared=True)) is None
    assert asking.ask(HOST, ScalesOpen(when=When.OUT)) is None
    assert asking.answer(SKY, ScaleAnswer("mood", 5)) is None
    assert [one.when for one in asking.seen(HOST).people] == [When.IN, When.OUT]
    assert [one.when for one in asking.seen(SKY).people] == [When.OUT]
    assert asking.seen(MAX).people == ()


@pytest.mark.parametrize(
    "given",
    [
        [ScaleAnswer("craving", True)],
        [ScaleAnswer("craving", "much")],
        [ScaleAnswer("craving", 11)],
        [ScaleAnswer("own-words", " ")],
        [ScaleAnswer("own-words", 3)],
        [ScaleAnswer("safe-tonight", 1)],
        [ScaleAnswer("shoe-size", 9)],
        [ScaleAnswer("craving", 1), ScaleAnswer("craving", 2)],
    ],
)
def test_what_is_no_answer_to_the_question_is_refused(given: list[ScaleAnswer]) -> None:
    """A word for a number, an item that was not asked, one item twice."""
    assert opened(When.OUT).answer(SKY, *given) is Code.MALFORMED


def test_only_clients_answer_and_only_those_who_lead_ask() -> None:
    """A family member has no scales; a client opens and closes none; without items there is nothing to ask."""
    asking = opened()
    assert asking.answer(AUNT, ScaleAnswer("mood", 5)) is Code.NOT_ALLOWED
    assert asking.answer(HOST, ScaleAnswer("mood", 5)) is Code.NOT_ALLOWED
    assert asking.ask(SKY, ScalesClose()) is Code.NOT_ALLOWED
    asking.rules = ScaleRules("none/1", ())
    assert asking.ask(HOST, ScalesOpen(when=When.IN)) is Code.NO_SUCH_THING
