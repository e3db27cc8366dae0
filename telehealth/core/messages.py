"""The words of messages to clients, in their language: neutral by construction.

A mail passes servers that are not ours, is kept for years, and is read by whoever shares the mailbox. That somebody is
a client at all is the secret (42 CFR 2.13(c)), so a text says "appointment" and a time, and nothing else is there to be
filled in: no name, no programme, no kind of session, no staff. It holds no way in either. A link lets its bearer
to the door as that client, only its hash is kept, and one in each mail would leave dozens of them in mailboxes; so
the text points at the link that they have. The one address that may stand in a mail ends these mails (`{stop}`), and
does nothing else. `wrong` refuses a clinic's own text that tells more.

Must not touch: addresses, people.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from .ids import Millis
from .sendings import Why

FALLBACK = "en"
FIRST_TEXT = "late"
TEXTS = (FIRST_TEXT, "before", "cancelled")
"""The texts that a language may have; the first it must."""
_TEXT_OF = {Why.LATE: "late", Why.ASKED: "late", Why.BEFORE: "before", Why.CANCELLED: "cancelled"}
PLACES = frozenset({"{time}", "{office}", "{stop}"})
DAY = "{day}"
TELLING = re.compile(
    r"alcohol|addict|adicc|adicto|\bdrugs?\b|droga|rehab|recover[yi]|recuperaci|treatment|tratamiento|therap|terap"
    r"|counsel|consejer|clinic|clínic|patient|paciente|\bgroups?\b|grupo|sober|sobri|relapse|recaíd|substance|sustancia"
    r"|program|intensive|intensiv|diagnos|psych|psiqui|psico|mental|\biop\b|detox|court|tribunal|probation",
    re.IGNORECASE,
)
"""Words that tell what kind of appointment it is."""
_LINK = re.compile(r"https?:|www\.|/j#", re.IGNORECASE)
MAX_SUBJECT = 80
MAX_BODY = 1_000
MAX_SMS = 150
"""Characters of a text message before it is filled in: it becomes two parts at most."""


@dataclass(frozen=True, slots=True)
class Text:
    subject: str
    body: str
    sms: str = ""
    """The same as a text message; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Days:
    """How a day is called."""

    weekdays: tuple[str, ...]
    """From Monday on."""
    months: tuple[str, ...]
    form: str
    """Such as `{weekday}, {month} {day}`."""


@dataclass(frozen=True, slots=True)
class Language:
    texts: Mapping[str, Text]
    noon: tuple[str, str] | None = None
    """What stands behind a time before and after noon; None counts 24 hours."""
    days: Days | None = None


@dataclass(frozen=True, slots=True)
class Messages:
    """A pack of texts, by language."""

    id: str
    spoken: Mapping[str, Language]

    def lacks(self, why: Why, *, sms: bool) -> bool:
        """Whether there is a language in which such a message cannot be written."""
        texts = [language.texts.get(_TEXT_OF[why]) for language in self.spoken.values()]
        return any(text is None or (sms and not text.sms) for text in texts)


@dataclass(frozen=True, slots=True)
class Written:
    """A message as it goes out."""

    subject: str
    body: str
    language: str
    sms: str = ""


def wrong(text: Text, days: bool = False) -> str:
    """What is wrong with a text, as the end of a sentence; empty if it may be used. `days`: days have names."""
    both = f"{text.subject}\n{text.body}\n{text.sms}"
    places = PLACES | {DAY} if days else PLACES
    unknown = set(re.findall(r"\{[^{}]*\}?|\}", both)) - places
    if unknown:
        return f"only {' and '.join(sorted(places))} may stand in braces"
    if "\n" in text.sms.strip() or len(text.sms) > MAX_SMS or "{stop}" in text.sms + text.subject:
        return f"a text message is one line of {MAX_SMS} characters, and {{stop}} stands in a body only"
    if "\n" in text.subject.strip() or len(text.subject) > MAX_SUBJECT or len(text.body) > MAX_BODY:
        return f"a subject is one line of {MAX_SUBJECT} characters, a body has at most {MAX_BODY}"
    if _LINK.search(both):
        return "a message must hold no link: whoever reads it could use it"
    if found := telling(both):
        return f'"{found}" tells what kind of appointment it is'
    return ""


def telling(text: str) -> str:
    """The first word that tells what kind of clinic writes; empty if none does."""
    found = TELLING.search(text)
    return found.group() if found else ""


def written(
    messages: Messages, why: Why, language: str, starts: Millis, zone: tzinfo, office: str, stop: str = ""
) -> Written:
    """The text about an appointment at `starts`, by the clock of whoever reads it, in their language if there is one
    for it. `stop` is where they end such mails."""
    chosen = language if language in messages.spoken else FALLBACK
    spoken = messages.spoken[chosen]
    text = spoken.texts[_TEXT_OF[why]]
    local = datetime.fromtimestamp(starts / 1000, UTC).astimezone(zone)
    filled = {"{time}": _time(local, spoken.noon), "{office}": office, "{stop}": stop}
    if spoken.days is not None:
        filled[DAY] = _day(local, spoken.days)

    def fill(template: str) -> str:
        # In one pass: an office that is called {time} stays what it is.
        return re.sub("|".join(map(re.escape, filled)), lambda found: filled[found.group()], template).strip()

    return Written(fill(text.subject), fill(text.body) + "\n", chosen, fill(text.sms))


def _day(local: datetime, days: Days) -> str:
    weekday, month = days.weekdays[local.weekday()], days.months[local.month - 1]
    return days.form.replace("{weekday}", weekday).replace("{month}", month).replace("{day}", str(local.day))


def _time(local: datetime, noon: tuple[str, str] | None) -> str:
    if noon is None:
        return f"{local.hour}:{local.minute:02} ({local.tzname()})"
    return f"{local.hour % 12 or 12}:{local.minute:02} {noon[local.hour // 12]} ({local.tzname()})"
