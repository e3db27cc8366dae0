"""What clients are written: in their language, and nothing that tells more than a time."""

from zoneinfo import ZoneInfo

import pytest

from telehealth.core.messages import Days, Language, Messages, Text, telling, written, wrong
from telehealth.core.sendings import Why
from telehealth.packs import load

ZONE = ZoneInfo("America/New_York")
SIX: int = 1_795_561_200_000
"""2026-11-24T23:00Z, six in the evening in New York."""
MESSAGES = load().messages["neutral/2"]
STOP = "https://sessions.example.org/stop#0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("language", "chosen", "time"),
    [("en", "en", "6:00 PM (EST)"), ("es", "es", "6:00 p. m. (EST)"), ("", "en", "6:00 PM"), ("tlh", "en", "6:00 PM")],
)
@pytest.mark.parametrize("why", list(Why))
def test_the_shipped_texts(why: Why, language: str, chosen: str, time: str) -> None:
    """In the client's language or in English, with the time of the facility and the office's name; nothing is left."""
    text = written(MESSAGES, why, language, SIX, ZONE, "Front office", STOP)
    assert text.language == chosen
    assert time in text.body
    assert time in text.sms
    assert text.body.endswith(f"{STOP}\n")
    assert "\n\nFront office\n\n" in text.body
    assert "{" not in text.subject + text.body + text.sms
    assert "STOP" in text.sms
    assert len(text.sms) <= 160
    assert telling(text.subject + text.body + text.sms) == ""


def test_the_day_is_named() -> None:
    """In words of the language, by the reader's clock: late in the evening it is another day further west."""
    english = written(MESSAGES, Why.BEFORE, "en", SIX + 10 * 3_600_000, ZONE, "")
    assert "Wednesday, November 25 at 4:00 AM (EST)" in english.body
    spanish = written(MESSAGES, Why.CANCELLED, "es", SIX + 10 * 3_600_000, ZoneInfo("Pacific/Honolulu"), "")
    assert "martes 24 de noviembre a las 11:00 p. m." in spanish.sms


def test_packs_of_earlier_releases() -> None:
    """They have the text for whoever is late, and cannot write what there was not."""
    older = load().messages["neutral/1"]
    assert not older.lacks(Why.LATE, sms=False)
    assert older.lacks(Why.LATE, sms=True)
    assert older.lacks(Why.BEFORE, sms=False)
    assert not any(MESSAGES.lacks(why, sms=True) for why in Why)
    assert "can still join" in written(older, Why.LATE, "en", SIX, ZONE, "Front office").body


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
        (Text("s", "b {day}"), "braces"),
        (Text("s", "b", "a\nb"), "one line"),
        (Text("s", "b", "s" * 151), "characters"),
        (Text("s", "b", "at {stop}"), "body only"),
        (Text("s", "b", "Your group"), '"group"'),
    ],
)
def test_a_text_that_tells_more_is_refused(text: Text, why: str) -> None:
    """Unknown places, links, and words that say what kind of appointment it is, with the word."""
    assert (why in wrong(text)) if why else wrong(text) == ""


def test_a_day_may_stand_where_days_have_names() -> None:
    """A language without names of days cannot fill one in."""
    text = Text("s", "{day} {stop}", "{day}")
    assert wrong(text, days=True) == ""
    days = Days(("x",) * 7, ("y",) * 12, "{weekday} {day} {month}")
    assert (
        written(Messages("m/1", {"en": Language({"before": text}, None, days)}), Why.BEFORE, "", SIX, ZONE, "").sms
        == "x 24 y"
    )
