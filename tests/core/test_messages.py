"""What clients are written: in their language, and nothing that tells more than a time."""

from zoneinfo import ZoneInfo

import pytest

from telehealth.core.messages import Language, Messages, Text, telling, written, wrong
from telehealth.core.sendings import Why
from telehealth.packs import load

ZONE = ZoneInfo("America/New_York")
SIX: int = 1_795_561_200_000
"""2026-11-24T23:00Z, six in the evening in New York."""
MESSAGES = load().messages["neutral/1"]


@pytest.mark.parametrize(
    ("language", "chosen", "time"),
    [("en", "en", "6:00 PM (EST)"), ("es", "es", "6:00 p. m. (EST)"), ("", "en", "6:00 PM"), ("tlh", "en", "6:00 PM")],
)
@pytest.mark.parametrize("why", list(Why))
def test_the_shipped_texts(why: Why, language: str, chosen: str, time: str) -> None:
    """In the client's language or in English, with the time of the facility and the office's name; nothing is left."""
    text = written(MESSAGES, why, language, SIX, ZONE, "Front office")
    assert text.language == chosen
    assert time in text.body
    assert text.body.endswith("\n\nFront office\n")
    assert "{" not in text.subject + text.body
    assert telling(text.subject + text.body) == ""


def test_times_of_day() -> None:
    """Noon and midnight, and a language that counts 24 hours; what is filled in is not filled again."""
    plain = Language({"late": Text("s", "{time} {office}")}, None)
    noon = Language({"late": Text("s", "{time}")}, ("AM", "PM"))
    messages = Messages("m/1", {"en": noon, "de": plain})

    def body(language: str, at: int) -> str:
        return written(messages, Why.LATE, language, at, ZoneInfo("UTC"), "{time}").body

    day = SIX - 23 * 3_600_000
    assert body("en", day) == "12:00 AM (UTC)\n"
    assert body("en", day + 12 * 3_600_000 + 300_000) == "12:05 PM (UTC)\n"
    assert body("de", SIX) == "23:00 (UTC) {time}\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (Text("Your appointment", "It has begun, {time}.\n{office}"), ""),
        (Text("{name}", "b"), "braces"),
        (Text("a", "{time"), "braces"),
        (Text("a\nBcc: b", "b"), "one line"),
        (Text("s" * 81, "b"), "characters"),
        (Text("s", "b" * 1001), "characters"),
        (Text("s", "Come to https://sessions.example.org/j#abc"), "link"),
        (Text("Your group has begun", "b"), '"group"'),
        (Text("s", "Su terapia ya comenzó"), '"terap"'),
        (Text("s", "The IOP has begun"), '"IOP"'),
    ],
)
def test_a_text_that_tells_more_is_refused(text: Text, why: str) -> None:
    """Unknown places, links, and words that say what kind of appointment it is, with the word."""
    assert (why in wrong(text)) if why else wrong(text) == ""
