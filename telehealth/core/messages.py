"""The words of messages to clients, in their language: neutral by construction.

A mail passes servers that are not ours, is kept for years, and is read by whoever shares the mailbox. That somebody is
a client at all is the secret (42 CFR 2.13(c)), so a text says "appointment" and a time, and nothing else is there to be
filled in: no name, no programme, no kind of session, no staff. It holds no link either. A link lets its bearer
to the door as that client, only its hash is kept, and one in each mail would leave dozens of them in mailboxes; so
the text points at the link that they have. `wrong` refuses a clinic's own text that tells more.

Must not touch: addresses, people.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from .ids import Millis
from .sendings import Why

FALLBACK = "en"
TEXTS = ("late",)
"""The texts that each language has."""
_TEXT_OF = {Why.LATE: "late", Why.ASKED: "late"}
PLACES = frozenset({"{time}", "{office}"})
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


@dataclass(frozen=True, slots=True)
class Text:
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Language:
    texts: Mapping[str, Text]
    noon: tuple[str, str] | None = None
    """What stands behind a time before and after noon; None counts 24 hours."""


@dataclass(frozen=True, slots=True)
class Messages:
    """A pack of texts, by language."""

    id: str
    spoken: Mapping[str, Language]


@dataclass(frozen=True, slots=True)
class Written:
    """A message as it goes out."""

    subject: str
    body: str
    language: str


def wrong(text: Text) -> str:
    """What is wrong with a text, as the end of a sentence; empty if it may be used."""
    both = f"{text.subject}\n{text.body}"
    unknown = set(re.findall(r"\{[^{}]*\}?|\}", both)) - PLACES
    if unknown:
        return f"only {' and '.join(sorted(PLACES))} may stand in braces"
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


def written(messages: Messages, why: Why, language: str, starts: Millis, zone: tzinfo, office: str) -> Written:
    """The text about an appointment at `starts`, in the language if there is one for it."""
    chosen = language if language in messages.spoken else FALLBACK
    spoken = messages.spoken[chosen]
    text = spoken.texts[_TEXT_OF[why]]
    filled = {"{time}": _time(starts, zone, spoken.noon), "{office}": office}

    def fill(template: str) -> str:
        # In one pass: an office that is called {time} stays what it is.
        return re.sub(r"\{time\}|\{office\}", lambda found: filled[found.group()], template).strip()

    return Written(fill(text.subject), fill(text.body) + "\n", chosen)


def _time(at: Millis, zone: tzinfo, noon: tuple[str, str] | None) -> str:
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)
    if noon is None:
        return f"{local.hour}:{local.minute:02} ({local.tzname()})"
    return f"{local.hour % 12 or 12}:{local.minute:02} {noon[local.hour // 12]} ({local.tzname()})"
