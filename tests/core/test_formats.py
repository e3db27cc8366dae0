"""Formats of meetings: what ships is whole in both languages, and half a card is refused."""

import pytest

from telehealth import packs
from telehealth.core.formats import LANGUAGES
from telehealth.core.packs import parse


def pack(*cards: dict[str, str]) -> dict[str, object]:
    title = {"title_en": "Ours", "title_es": "Nuestra"}
    named = {"pack": "format", "name": "ours", "version": 1, "source": "us", **title}
    return {**named, "card": list(cards), "test": [{"cards": len(cards)}]}


def test_the_format_that_ships_can_be_read_by_everybody() -> None:
    """Every card has a title and words in each language."""
    (format_,) = packs.load().formats
    assert len(format_.cards) == 7
    for card in format_.cards:
        assert set(card.title) == set(card.text) == set(LANGUAGES)


def test_half_a_card_is_refused() -> None:
    """A card lacks a language, or there is none at all."""
    card = {"title_en": "A", "title_es": "A", "en": "a", "es": "a"}
    assert parse(pack(card)).rule
    for wrong in (pack(), pack({**card, "fr": "a"}), pack({name: card[name] for name in ("title_en", "en", "es")})):
        with pytest.raises(ValueError, match=r"card|fr|title_es"):
            parse(wrong)
