"""What a screen reader says by itself during a join, an admission and a crisis, as docs/accessibility.md lists it.

The list is made by this test from the running product: `SPOKEN=write` writes it anew.
"""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import IDENTITY, Person, people
from tests.support.server import running
from tests.support.wait import until
from tests.whole.clinic import clinic_of, enter_as_staff
from tests.whole.evening import open_link, sign_in

pytestmark = pytest.mark.whole

PAGE = Path(__file__).parents[2] / "docs/accessibility.md"
SCRIPT = (Path(__file__).parents[1] / "support/spoken.js").read_text()
BEGIN, END = "<!-- spoken -->\n", "<!-- /spoken -->\n"
PASSES = re.compile(r"^(Connecting|Your connection is good|\d+:\d\d)")
"""How soon a connection stands is another matter: it may be there before anybody is told of it."""


@pytest.mark.asyncio
async def test_what_is_said_is_what_the_manual_lists(tmp_path: Path) -> None:
    """Each screen is named as it comes, an admission is said, a call for help is not for the room, and an alarm is said
    at once to staff alone."""
    async with running(tmp_path / "data") as server, people(script=IDENTITY + SCRIPT) as crowd:
        clinic = clinic_of(server)
        therapist, sky = await crowd.person(0, "Therapist", phone=False), await crowd.person(1, "Sky")
        other = await crowd.person(2, "Max")
        told: dict[str, list[tuple[str, str, str]]] = {}
        names = {clinic.clients[1]["alias"]: "Sky", clinic.clients[2]["alias"]: "Max"}
        names |= {clinic.clients[1]["legal_name"]: "Sky", clinic.clients[2]["legal_name"]: "Max"}

        async def gather(chapter: str, *who: tuple[str, Person]) -> None:
            for whose, person in who:
                for one in await _said(person):
                    for name, other_name in names.items():
                        one["said"] = one["said"].replace(name, other_name)
                    told.setdefault(chapter, []).append((whose, one["how"], one["said"]))

        await sign_in(therapist, server)
        await therapist.at(f"open-room-{clinic.group}").wait_for()
        await enter_as_staff(therapist, clinic, clinic.group)
        await open_link(other, clinic.group_link(2))
        await therapist.at("admit-all").click()
        await other.at("call").wait_for()
        await _hears(therapist, "came in")
        await _hears(other, "You are in the session.")
        await _said(therapist), await _said(other)

        await open_link(sky, clinic.group_link(1))
        await until(lambda: _seen(sky), "the page says that the therapist can see them")
        await gather("A client joins", ("the client", sky))
        await therapist.page.locator("[data-testid^=waiting-]").wait_for()
        await therapist.at("admit-all").click()
        await sky.at("call").wait_for()
        for listener, words in ((therapist, "came in"), (other, "came in"), (sky, "You are in the session.")):
            await _hears(listener, words)
        await gather("An admission", ("the client", sky), ("the therapist", therapist), ("another client", other))

        await sky.at("help").click()
        await _hears(sky, "Noted")
        await gather("A call for help", ("the client", sky), ("the therapist", therapist), ("another client", other))
        await sky.page.close()
        await _hears(therapist, "closed the page")
        await gather("The client is gone without leave", ("the therapist", therapist))

    text = PAGE.read_text()
    now = text[: text.index(BEGIN) + len(BEGIN)] + _table(told) + text[text.index(END) :]
    if os.environ.get("SPOKEN") == "write":
        PAGE.write_text(now)
        return
    assert now == text, f"docs/accessibility.md lists something else (SPOKEN=write writes it anew):\n{_table(told)}"


async def _said(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await person.page.evaluate("window.__spoken.splice(0)")
    return [one for one in found if not PASSES.match(one["said"])]


async def _hears(person: Person, words: str) -> None:
    async def said() -> bool:
        return bool(await person.page.evaluate("w => window.__spoken.some(one => one.said.includes(w))", words))

    try:
        await until(said, f"{person.name} hears “{words}”")
    except AssertionError as error:
        raise AssertionError(f"{error}: {await person.page.evaluate('window.__spoken')}") from None


async def _seen(person: Person) -> bool:
    return bool(await person.page.get_by_text("Your therapist can see that you are here.").count())


def _table(told: dict[str, list[tuple[str, str, str]]]) -> str:
    lines = []
    for chapter, rows in told.items():
        lines += [f"### {chapter}", "", "| to | how | what |", "| --- | --- | --- |"]
        lines += [f"| {who} | {how} | {said} |" for who, how, said in rows]
        lines.append("")
    return "\n".join(lines)
