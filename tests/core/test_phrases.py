"""Which quick phrases are offered."""

from telehealth.core.ids import PersonId
from telehealth.core.phrases import Phrase, offered

ALICE, BOB, CAROL = PersonId("alice"), PersonId("bob"), PersonId("carol")


def _phrase(name: str, client: PersonId | None) -> Phrase:
    return Phrase(name, ALICE, client, name.upper(), "text", 1)


def test_what_is_offered() -> None:
    """For a client: theirs first, then those for anybody; of another client none. Without one: all."""
    kept = [_phrase("b", None), _phrase("a", None), _phrase("z", BOB), _phrase("c", CAROL)]
    assert [one.id for one in offered(kept, BOB)] == ["z", "a", "b"]
    assert [one.id for one in offered(kept, None)] == ["c", "z", "a", "b"]
