"""A client's own data on paper, in their language: what `own_facts.everything` holds, to be read and not to be parsed.

For the client alone: nothing here is signed or can be verified (a certificate is). Names of the library that draws stay
in pdf.py.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from .pdf import Page, plain_foot

FOOT = 68.0
_KEYS = {"signed": "signatures"}
_EN = {
    "title": "My data",
    "name": "Name",
    "alias": "Shown as",
    "email": "E-mail",
    "phone": "Telephone",
    "made": "Made on",
    "attendance": "Attendance",
    "day": "Day",
    "minutes": "Minutes",
    "none": "Nothing yet.",
    "appointments": "Next appointments",
    "goals": "Goals of my treatment plan",
    "plan": "My relapse-prevention plan",
    "signed": "What I signed",
    "consents": "Consents to share my records",
    "disclosures": "To whom my records went",
    "revoked": "revoked",
    "not_in_here": "Progress notes and counselling notes are not in here: ask the clinic for them.",
}
_ES = {
    "title": "Mis datos",
    "name": "Nombre",
    "alias": "Se muestra como",
    "email": "Correo",
    "phone": "Teléfono",
    "made": "Hecho el",
    "attendance": "Asistencia",
    "day": "Día",
    "minutes": "Minutos",
    "none": "Todavía nada.",
    "appointments": "Próximas citas",
    "goals": "Metas de mi plan de tratamiento",
    "plan": "Mi plan de prevención de recaídas",
    "signed": "Lo que firmé",
    "consents": "Consentimientos para compartir mis registros",
    "disclosures": "A quiénes se enviaron mis registros",
    "revoked": "retirado",
    "not_in_here": "Las notas de progreso y de consejería no están aquí: pídalas a la clínica.",
}


def draw(whole: Mapping[str, Any], language: str, zone: ZoneInfo) -> bytes:
    """The paper. Drawn twice, because each page says how many there are."""
    first = _drawn(whole, language, zone, 0)
    return _drawn(whole, language, zone, first.pages).done()


def _drawn(whole: Mapping[str, Any], language: str, zone: ZoneInfo, total: int) -> Page:
    words = _ES if language == "es" else _EN
    person = whole["person"]
    foot = plain_foot("", person["legal_name"], total, language)
    page = Page(words["title"], whole["office"], foot, FOOT, language="es" if language == "es" else "en")
    page.title(whole["office"], words["title"])
    facts = [("name", person["legal_name"]), ("alias", person["alias"])]
    facts += [(name, person[name]) for name in ("email", "phone") if person[name]]
    facts.append(("made", _moment(whole["made"], zone)))
    for name, value in facts:
        page.fact(words[name], value, indent=110)

    page.heading(words["attendance"])
    columns = ((words["day"], 0.0, False), (words["minutes"], 280.0, True))
    rows = [(one["day"], str(one["minutes"])) for one in whole["attendance"] if one["minutes"] > 0]
    page.table(columns, rows, empty=words["none"])

    _list(page, words, "appointments", [_moment(one["starts"], zone) for one in whole["appointments"]])
    _list(page, words, "goals", [one["text"] for one in whole["goals"]])
    latest = [*whole["plan"]["versions"][-1:], {"lines": whole["plan"]["draft"]}][0]
    _list(page, words, "plan", ["  ".join(filter(None, part.values())) for part in map(_unlabelled, latest["lines"])])
    for name in ("signed", "consents", "disclosures"):
        _list(page, words, name, [_line(name, one, words, zone) for one in whole[_KEYS.get(name, name)]])
    page.gap(8)
    page.text(words["not_in_here"], bold=True)
    return page


def _unlabelled(line: Mapping[str, str]) -> Mapping[str, str]:
    return {name: line[name] for name in ("text", "relation", "phone")}


def _list(page: Page, words: Mapping[str, str], heading: str, lines: Sequence[str]) -> None:
    page.heading(words[heading])
    for line in lines or [words["none"]]:
        page.text(line, size=10)


def _line(name: str, one: Mapping[str, Any], words: Mapping[str, str], zone: ZoneInfo) -> str:
    if name == "disclosures":
        return f"{_moment(one['at'], zone)}: {one['recipient']}, {one['purpose']}, {one['what']}"
    if name == "signed":
        line = f"{one['kind']} {one['version']}: {one['signed_as']}, {_moment(one['at'], zone)}"
    else:
        line = f"{one['kind']} {one['recipient']}: {', '.join(one['purposes'])}, {_moment(one['signed'], zone)}"
    return f"{line} ({words['revoked']}: {_moment(one['revoked'], zone)})" if one["revoked"] else line


def _moment(text: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M}"
