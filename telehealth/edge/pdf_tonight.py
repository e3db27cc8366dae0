"""The sheet for tonight: whom to call about whom, on paper, for the evening on which screens are dark.

In the language of whoever prints it, because they read it out to an emergency operator in a hurry. What clients wrote,
and the clinic's own words, stay as they are. Names of the library that draws stay in pdf.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from .pdf import Page, plain_foot

if TYPE_CHECKING:
    from .crisis import CrisisCard, CrisisCards

FOOT = 68.0
_INDENT = {"en": 80.0, "es": 104.0}
_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_WORDS = {
    "en": {
        "tonight": "Tonight",
        "title": "Tonight: whom to call",
        "session": "Session",
        "begins": "Begins",
        "printed": "Printed",
        "foot": "Printed {at} by {by}. Shred after the session.",
        "steps": "If somebody is gone or in danger",
        "at_once": "at once",
        "minutes": "after {n} min",
        "soon": "soon",
        "supervisor": "Supervisor",
        "on_call": "on call",
        "no_supervisor": "no number is set",
        "shown_as": "{name} (shown as {alias})",
        "today": "Today",
        "not_yet": "has not checked in yet",
        "phone": "Phone",
        "not_on_file": "not on file",
        "is_at": "Is at",
        "contact": "Contact",
        "agreed": "Agreed",
        "agreement": "agreement {version}, which says whom we may call",
        "local": "Local 911",
        "serves": "{number} (serves {place})",
        "that_place": "that place",
    },
    "es": {
        "tonight": "Esta noche",
        "title": "Esta noche: a quién llamar",
        "session": "Sesión",
        "begins": "Empieza",
        "printed": "Impreso",
        "foot": "Impreso el {at} por {by}. Destruir después de la sesión.",
        "steps": "Si alguien ya no está o corre peligro",
        "at_once": "de inmediato",
        "minutes": "a los {n} min",
        "soon": "pronto",
        "supervisor": "Supervisor",
        "on_call": "de guardia",
        "no_supervisor": "no hay ningún número",
        "shown_as": "{name} (se muestra como {alias})",
        "today": "Hoy",
        "not_yet": "todavía no ha hecho el registro",
        "phone": "Teléfono",
        "not_on_file": "sin registrar",
        "is_at": "Está en",
        "contact": "Contacto",
        "agreed": "Acordado",
        "agreement": "acuerdo {version}, que dice a quién podemos llamar",
        "local": "911 local",
        "serves": "{number} (atiende {place})",
        "that_place": "ese lugar",
    },
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Of which session, and who printed it when."""

    office: str
    notice: str
    title: str
    starts: datetime
    printed: str
    by: str
    language: str
    """en | es"""


def draw(sheet: Sheet, found: "CrisisCards") -> bytes:
    """Drawn twice, because each page says how many there are."""
    return _drawn(sheet, found, _drawn(sheet, found, 0).pages).done()


def _drawn(sheet: Sheet, found: "CrisisCards", total: int) -> Page:
    words, indent = _WORDS[sheet.language], _INDENT[sheet.language]
    said = words["foot"].format(at=sheet.printed, by=sheet.by)
    page = Page(
        words["tonight"],
        sheet.office,
        plain_foot(sheet.notice, said, total, sheet.language),
        FOOT,
        language=sheet.language,
    )
    page.title(sheet.office, words["title"])
    page.fact(words["session"], sheet.title, indent=indent)
    day = _DAYS[sheet.language][sheet.starts.weekday()]
    page.fact(words["begins"], f"{day}, {sheet.starts:%Y-%m-%d %H:%M}", indent=indent)
    page.fact(words["printed"], sheet.printed, indent=indent)
    page.gap(6)
    page.heading(words["steps"])
    for number, step in enumerate(found.steps, 1):
        page.text(f"{number}. ({_when(step.after, words)}) {step.text[sheet.language]}", size=10)
    numbers = [f"{one.name or words['on_call']}, {one.phone}" for one in found.supervisors]
    page.fact(words["supervisor"], "; ".join(numbers) or words["no_supervisor"], indent=indent)
    for card in found.cards:
        page.heading(_named(card, words), with_next=90)
        for name, value in _facts(card, words):
            page.fact(name, value, indent=indent)
    return page


def _when(after: int, words: dict[str, str]) -> str:
    if after == 0:
        return words["at_once"]
    return words["minutes"].format(n=after // 60_000) if after >= 60_000 else words["soon"]


def _named(card: "CrisisCard", words: dict[str, str]) -> str:
    if card.alias == card.legal_name:
        return card.legal_name
    return words["shown_as"].format(name=card.legal_name, alias=card.alias)


def _facts(card: "CrisisCard", words: dict[str, str]) -> Sequence[tuple[str, str]]:
    if card.today is None:
        found = [(words["today"], words["not_yet"]), (words["phone"], card.phone or words["not_on_file"])]
    else:
        numbers = dict.fromkeys(number for number in (card.today.callback_phone, card.phone) if number)
        found = [
            (words["is_at"], f"{card.today.location}, {card.today.state}"),
            (words["phone"], " / ".join(numbers)),
            (words["contact"], f"{card.today.contact_name}, {card.today.contact_phone}"),
            (words["agreed"], words["agreement"].format(version=card.today.agreement)),
        ]
    for one in card.contacts:
        who = ", ".join(part for part in (one.name, one.relation, one.phone) if part)
        found.append((one.place[:14] or words["contact"], f"{who}; {one.address}" if one.address else who))
        if one.local_emergency:
            place = one.place or words["that_place"]
            found.append((words["local"], words["serves"].format(number=one.local_emergency, place=place)))
    return found
