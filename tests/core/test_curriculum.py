"""The curriculum as a pack: topics by language, and what is wrong with one."""

import pytest

from telehealth import packs
from telehealth.core.curriculum import Curriculum
from telehealth.core.materials import LANGUAGES
from telehealth.core.packs import parse

PACK = {"pack": "curriculum", "name": "ours", "version": 2, "source": "the clinic", "en": ["Coping", "Sleep"]}


def test_a_curriculum_names_topics_by_language() -> None:
    """As they stand in the file; the one that ships has as many in each language."""
    rule = parse(PACK).rule
    assert rule == Curriculum("ours/2", {"en": ("Coping", "Sleep")})
    shipped = packs.load().curriculum.topics
    assert set(shipped) == set(LANGUAGES)
    assert len({len(one) for one in shipped.values()}) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"en": []} | {"test": [{"x": 1}]},
        {"en": "Coping"},
        {"en": [""]},
        {"en": ["x" * 121]},
        {"de": ["Schlaf"]},
    ],
)
def test_what_is_no_curriculum_is_said(wrong: dict[str, object]) -> None:
    """Tests in it, what is no list, no topic or too long, and another language."""
    with pytest.raises(ValueError, match="curriculum"):
        parse({**PACK, **wrong})


def test_a_curriculum_needs_a_topic_in_some_language() -> None:
    """None at all is none."""
    with pytest.raises(ValueError, match="curriculum"):
        parse({key: value for key, value in PACK.items() if key != "en"})
