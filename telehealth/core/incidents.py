"""The incidents of a session: each alarm about somebody from its first moment to its end, as the log has it, and the
words that are proposed for the note about it.

The log keeps codes, because words belong in a note. So the note is proposed from the codes: what happened, which steps
were taken by whom, when, and how it ended. It becomes a note only when somebody has read it and says so; nothing here
guesses how the client is. What 42 CFR 2.51(c) asks for is proposed from the same steps (`telling`).

Must not touch: the store, clocks. Names of staff and texts of steps are handed in; no other client is ever named.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from . import events as did
from .ids import MemberNumber, Millis, PersonId
from .note_records import Content
from .note_templates import Template
from .room import Step

PLACES = ("incident", "data", "objective", "behavior", "response", "text")
"""Fields of templates where it is told what happened, the fittest first; in another template it is the last field."""
LOCAL_EMERGENCY = "local_emergency"
"""Whom a step of the plan calls (crisis.WHOM) that tells medical personnel."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One alarm about one person."""

    client: PersonId
    member: MemberNumber
    risk: did.Risk
    """How closely staff looked after them when it was raised; `none`: they had called for help."""
    why: did.Drop
    since: Millis
    """The last proof of them."""
    raised: Millis
    steps: tuple[Step, ...] = ()
    closed: Millis | None = None
    """None while it is open."""
    how: did.Closed | None = None
    by: MemberNumber | None = None
    """The host who closed it."""

    @property
    def contact(self) -> Step | None:
        """The step by which somebody first spoke with them, or with a person who is with them."""
        return next((step for step in self.steps if step.outcome is did.Outcome.REACHED), None)


@dataclass(frozen=True, slots=True)
class Telling:
    """What is known of a disclosure to medical personnel before anybody has said that there was one."""

    at: Millis | None
    """None: nothing of the kind stands in the log."""
    by: MemberNumber | None
    nature: str


def incidents(log: Iterable[did.Event]) -> tuple[Incident, ...]:
    """In the order in which they were raised."""
    persons: dict[MemberNumber, PersonId] = {}
    risks: dict[MemberNumber, did.Risk] = {}
    found: list[Incident] = []
    open_: dict[MemberNumber, int] = {}
    for event in log:
        match event:
            case did.Entered():
                persons[event.member] = event.person
            case did.RiskMarked():
                risks[event.member] = event.risk
            case did.AlarmRaised():
                open_[event.member] = len(found)
                risk = risks.get(event.member, did.Risk.NONE)
                person = persons[event.member]
                found.append(Incident(person, event.member, risk, event.why, event.since, event.at))
            case did.StepTaken():
                place = open_[event.member]
                step = Step(event.step, event.outcome, event.at, event.by)
                found[place] = replace(found[place], steps=(*found[place].steps, step))
            case did.AlarmClosed():
                place = open_.pop(event.member)
                found[place] = replace(found[place], closed=event.at, how=event.how, by=event.by)
            case _:
                pass
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Told:
    """What the words are made with."""

    zone: ZoneInfo
    language: str
    """en | es"""
    steps: Mapping[str, str]
    """What each step of the plan says; one that the plan does not know any more is called by its code."""
    names: Mapping[MemberNumber, str]
    """Of the staff who took them."""


_WORDS = {
    "en": {
        "head": "Incident of {day} {time} ({zone})",
        "network": "Lost the connection without leave at {time}",
        "closed": "Closed the page without leave at {time}",
        "left": "Walked out without leave at {time}",
        "none": "after a call for help",
        "watch": "while marked “watch”",
        "at_risk": "while marked “at risk”",
        "alarmed": "Staff were alarmed at {time}.",
        "step": "{time} {step} {outcome} ({name})",
        "reached": "Reached.",
        "no_answer": "No answer.",
        "done": "Done.",
        "skipped": "Skipped.",
        "contact": "First contact at {time}, {minutes} after the last sign of them.",
        "minutes": "{n} min",
        "at_once": "less than a minute",
        "no_contact": "Nobody spoke with them or with a person who is with them.",
        "returned": "They came back by themselves at {time}.",
        "staff": "Closed at {time} by {name}.",
        "over": "The room closed at {time} with the alarm open.",
        "open": "The alarm is still open.",
        "unknown": "staff",
    },
    "es": {
        "head": "Incidente del {day} {time} ({zone})",
        "network": "Perdió la conexión sin permiso a las {time}",
        "closed": "Cerró la página sin permiso a las {time}",
        "left": "Se fue sin permiso a las {time}",
        "none": "después de pedir ayuda",
        "watch": "con la marca «vigilar»",
        "at_risk": "con la marca «en riesgo»",
        "alarmed": "Se avisó al personal a las {time}.",
        "step": "{time} {step} {outcome} ({name})",
        "reached": "Localizado.",
        "no_answer": "No contesta.",
        "done": "Hecho.",
        "skipped": "Omitido.",
        "contact": "Primer contacto a las {time}, {minutes} después de la última señal.",
        "minutes": "{n} min",
        "at_once": "menos de un minuto",
        "no_contact": "Nadie habló con esta persona ni con quien esté con ella.",
        "returned": "Volvió por sí misma a las {time}.",
        "staff": "Cerrado a las {time} por {name}.",
        "over": "La sala se cerró a las {time} con el aviso abierto.",
        "open": "El aviso sigue abierto.",
        "unknown": "personal",
    },
}
LANGUAGES = tuple(_WORDS)


def heading(one: Incident, zone: ZoneInfo, language: str) -> str:
    """The first line, by which it is known that a note has it."""
    at = datetime.fromtimestamp(one.raised / 1000, zone)
    return _WORDS[language]["head"].format(day=f"{at:%Y-%m-%d}", time=f"{at:%H:%M:%S}", zone=zone.key)


def noted(one: Incident, zone: ZoneInfo, text: str) -> bool:
    """Whether a note's text has it, in whatever language it was written."""
    return any(heading(one, zone, language) in text for language in LANGUAGES)


def draft(one: Incident, told: Told) -> str:
    """What is proposed for the note."""
    words = _WORDS[told.language]
    lines = [heading(one, told.zone, told.language), f"{_happened(one, told)} {_at('alarmed', one.raised, told)}"]
    lines += [
        words["step"].format(
            time=_clock(step.at, told),
            step=told.steps.get(step.step, step.step),
            outcome=words[step.outcome],
            name=told.names.get(step.by, words["unknown"]),
        )
        for step in one.steps
    ]
    if one.contact is not None:
        passed = (one.contact.at - one.since) // 60_000
        minutes = words["minutes"].format(n=passed) if passed else words["at_once"]
        lines.append(words["contact"].format(time=_clock(one.contact.at, told), minutes=minutes))
    elif one.how is not did.Closed.RETURNED:
        lines.append(words["no_contact"])
    if one.closed is None or one.how is None:
        lines.append(words["open"])
    else:
        name = words["unknown"] if one.by is None else told.names.get(one.by, words["unknown"])
        lines.append(words[one.how].format(time=_clock(one.closed, told), name=name))
    return "\n".join(lines)


def telling(one: Incident, told: Told, emergency: Iterable[str]) -> Telling:
    """What is proposed for the record of a disclosure. `emergency`: the steps of the plan that call local emergency
    services; the last that reached somebody counts."""
    codes = frozenset(emergency)
    reached = [step for step in one.steps if step.step in codes and step.outcome is did.Outcome.REACHED]
    last = reached[-1] if reached else None
    return Telling(last.at if last else None, last.by if last else None, f"{_happened(one, told)} ({told.zone.key})")


def _happened(one: Incident, told: Told) -> str:
    return f"{_at(one.why, one.since, told)}, {_WORDS[told.language][one.risk]}."


def _at(word: str, at: Millis, told: Told) -> str:
    return _WORDS[told.language][word].format(time=_clock(at, told))


def _clock(at: Millis, told: Told) -> str:
    return f"{datetime.fromtimestamp(at / 1000, told.zone):%H:%M:%S}"


def placed(content: Content, template: Template | None, text: str) -> Content:
    """A section with the incident in it, behind what stands there. An empty section begins in `template`; one that has
    words keeps its own (and `template` is that one, or None where it is not known any more)."""
    names = tuple(name for name, _ in content.fields) if template is None else tuple(f.name for f in template.fields)
    field = next((name for name in PLACES if name in names), names[-1])
    fields = dict(content.fields)
    fields[field] = "\n\n".join(part for part in (fields.get(field, "").rstrip(), text) if part)
    kept = tuple((name, fields[name]) for name in names if fields.get(name))
    return replace(content, template=template.id if template else content.template, fields=kept)
