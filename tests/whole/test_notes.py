"""The notes of a group of eight, from the first word beside the video to the co-signature and an addendum.

The eight are the demo's simulated participants: they come in by their own links, through the real room.
"""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import People, Person, people
from tests.support.server import Server, running
from tests.support.wait import until
from tests.whole.axe import Looks
from tests.whole.clinic import Clinic, clinic_of, enter_as_staff
from tests.whole.evening import count_is, fetch, sign_in

pytestmark = pytest.mark.whole

CANARY = "kestrel-over-harbour"
"""A word of a note, which no line of the server's log may have."""
COSIGNER = ("dee", "a long password for a test")


@pytest.mark.asyncio
async def test_a_group_of_eight_is_documented_signed_and_cosigned(tmp_path: Path) -> None:
    """Notes of eight clients are written by keyboard, survive a conflict and a closed tab without network, are refused
    until all that signing needs is there, signed, co-signed, and added to; a counselling note is its author's alone.
    """
    async with running(tmp_path / "data") as server, people() as crowd:
        clinic = clinic_of(server)
        robin = await crowd.person(0, "robin", phone=False)
        await asyncio.gather(_appoint(server), sign_in(robin, server))
        await robin.at(f"open-room-{clinic.group}").wait_for()
        looks = Looks()

        await _during(robin, clinic)
        ids = [client["person"] for client in clinic.clients]
        robin = await _offline_tab(crowd, robin, clinic, ids)
        await _by_keyboard(robin, ids)
        await _own_note(robin, looks)
        await _refused_then_signed(robin, ids, looks)

        dana = await crowd.person(1, "dana", phone=False)
        await _cosigns(dana, server, clinic, ids, looks)
        await _adds(robin, clinic, ids[0])
        async with robin.page.expect_event("load"):
            await robin.at("sign-out").click()
        await robin.at("staff-name").wait_for()
        await until(lambda: _no_key(robin), "whoever signs out leaves no key on the device")

        assert not looks.faults, "\n".join(looks.faults)
        for line in server.log:
            assert CANARY not in line
        for person in (robin, dana):
            wrong = [line for line in person.console if "Content Security Policy" in line or "pageerror" in line]
            assert not wrong, wrong


async def _appoint(server: Server) -> None:
    name, password = COSIGNER
    await server.run("staff", "add", name, "--legal-name", "Dana Reyes", "--role", "supervisor", said=f"{password}\n")
    await server.run("staff", "cosigner", server.demo.name, name)


async def _during(robin: Person, clinic: Clinic) -> None:
    """The group meets; its topic and a first section are written beside the video, and somebody else writes, too."""
    await enter_as_staff(robin, clinic, clinic.group)
    assert (await fetch(robin, "/api/demo/participants", {"method": "POST", "body": "{}"}))["status"] == 200
    waiting = robin.page.locator("[data-testid^=waiting-]")
    await until(lambda: count_is(waiting, 8), "eight wait", 30)
    await robin.at("admit-all").click()
    await robin.at("notes-open").click()
    await until(
        lambda: count_is(robin.page.locator("[data-section]"), 9), "a section for the group and each client", 30
    )
    await robin.at("template-all").select_option("dap/1")
    await robin.at("note-group").fill("Coping with cravings")
    first, second = clinic.clients[0], clinic.clients[1]
    await robin.at(f"note-{first['person']}").fill(f"Took an active part, {CANARY}; spoke to Max about sleep.")
    await until(lambda: _saved(robin, clinic, first["person"], CANARY), "the section is saved as typed")

    # The co-facilitator's laptop saves another section first: both texts, and a choice.
    path = f"/api/staff/sessions/{clinic.group}/notes/{second['person']}"
    theirs = '{"template": "dap/1", "fields": {"data": "Came late, was quiet."}, "op": "elsewhere"}'
    saved = await fetch(robin, path, {"method": "PUT", "body": theirs, "headers": {"If-Match": '"0"'}})
    assert saved["status"] == 200
    await robin.at(f"note-{second['person']}").fill("Named two triggers.")
    await robin.at("note-conflict").wait_for()
    assert "Came late, was quiet." in await robin.at("note-conflict").inner_text()
    await robin.at("conflict-both").click()
    await until(lambda: _saved(robin, clinic, second["person"], "Named two triggers."), "both are saved together")
    assert await _saved(robin, clinic, second["person"], "Came late, was quiet.")

    await robin.at("end").click()
    await robin.at("end-confirm").click()
    await robin.at("ended").wait_for()


async def _offline_tab(crowd: People, robin: Person, clinic: Clinic, ids: list[str]) -> Person:
    """Without network, words are typed and the tab is closed; the next tab of the same person sends them by itself."""
    await robin.page.goto(f"{clinic.server.base}/#/session/{clinic.group}")
    await robin.at(f"note-{ids[2]}").wait_for()
    await robin.context.set_offline(True)
    await robin.at(f"note-{ids[2]}").fill("Written on the train, spoke of home.")
    await until(lambda: _says(robin, ids[2], "offline"), "the page says that it keeps the words")
    await until(lambda: _kept(robin), "the words are on the device")
    found: dict[str, Any] = await robin.page.evaluate(KEPT)
    assert found["texts"] == 1
    assert "train" not in found["clear"], "what lies on the disk can be read"
    assert not found["extractable"]
    await robin.page.close()
    await robin.context.set_offline(False)
    tab = await crowd.another_tab(robin)
    await tab.page.goto(f"{clinic.server.base}/#/session/{clinic.group}")
    await until(lambda: _saved(tab, clinic, ids[2], "Written on the train"), "the next tab sends them", 20)
    await until(lambda: _says(tab, ids[2], "saved"), "and says so")
    await until(lambda: _wiped(tab), "nothing of it is left on the device")
    return tab


async def _by_keyboard(robin: Person, ids: list[str]) -> None:
    """The rest of the eight, without touching the mouse."""
    keys = robin.page.keyboard
    await robin.at("note-group").focus()
    await keys.press("Tab")
    await keys.insert_text("Psychoeducation, role play")
    await keys.press("Control+Enter")
    for number in range(len(ids)):
        here = await robin.page.evaluate("document.activeElement.closest('[data-section]').dataset.section")
        assert here == ids[number], "the next client, in the order of the roster"
        for field, text in enumerate(
            (CLIENTS[number], f"Assessment number {number}.", f"Plan {number}: call a friend.")
        ):
            # What was written during the session stays; the sixth client's plan is forgotten.
            if not await robin.page.evaluate("document.activeElement.value") and (number, field) != (5, 2):
                await keys.insert_text(text)
            if field < 2:
                await keys.press("Tab")
        await keys.press("Control+Enter")
    await until(lambda: _all_saved(robin), "everything is saved")
    assert "8 of 9" in await robin.at("notes-done").inner_text()


CLIENTS = (
    "",
    "",
    "",
    "Listened for most of the hour and then told of the weekend at the lake.",
    "Practised the refusal script twice and found words of their own.",
    "Sat with the camera low, answered when asked about medication.",
    "Brought the craving diary and read three lines from it.",
    "Wants to go back to work and is afraid of the first pay day.",
)


async def _own_note(robin: Person, looks: Looks) -> None:
    """A counselling note is in a pane of its own, and takes no times."""
    await robin.at("kind-own").click()
    await robin.at("own-group").fill("Began at 6:05 pm, tense; countertransference to look at.")
    await robin.at("own-times").wait_for()
    await looks.look(robin, "a counselling note with a time")
    await robin.at("own-group").fill("Tense at first; countertransference to look at.")
    await until(lambda: _says(robin, "group", "saved", "own-status"), "it is saved by itself without the time")
    await robin.at("own-sign").click()
    await robin.at("own-sign-confirm").click()
    await until(lambda: _says(robin, "group", "signed", "own-status"), "and signed, apart from the other note")
    await robin.at("kind-progress").click()


async def _refused_then_signed(robin: Person, ids: list[str], looks: Looks) -> None:
    """What is missing is a list of steps; each is mended at its place, and then it is signed."""
    await robin.at(f"add-goal-{ids[6]}").click()
    await robin.at(f"new-goal-{ids[6]}").fill("Fewer than three cravings a week")
    await robin.page.keyboard.press("Enter")
    goal = robin.page.locator(f"[data-section='{ids[6]}'] input[type=checkbox]")
    await until(goal.is_checked, "the new goal is picked")
    await goal.uncheck()
    await robin.at("sign-notes").click()
    problems = robin.at("sign-problem")
    await problems.wait_for()
    listed = await problems.locator("[data-what]").evaluate_all("all => all.map((one) => one.dataset.what)")
    assert listed == ["not_attested", "finding", "field_empty", "no_goal"], listed
    await looks.look(robin, "what is missing before signing")

    await problems.locator("[data-what=field_empty]").click()
    assert await robin.page.evaluate("document.activeElement.dataset.field") == "plan"
    await robin.page.keyboard.insert_text("Plan 5: call the pharmacy.")
    await problems.locator("[data-what=no_goal]").click()
    await goal.check()
    await problems.locator("[data-what=finding]").click()
    assert await robin.page.evaluate("document.activeElement.dataset.finding")
    await robin.page.keyboard.insert_text("Max is the dog")
    await problems.locator("[data-what=not_attested]").click()
    await robin.page.keyboard.press("Enter")
    await robin.at("sign-now").wait_for()
    await robin.at("sign-now").click()
    await looks.look(robin, "signing")
    await robin.at("sign-notes-confirm").click()
    await until(lambda: _states(robin, {"cosign_pending"}), "every section is signed and waits for Dana")
    await looks.look(robin, "a signed note")


async def _cosigns(dana: Person, server: Server, clinic: Clinic, ids: list[str], looks: Looks) -> None:
    """The supervisor finds what waits, reads it and signs."""
    await dana.page.goto(server.demo.staff_url)
    for field, value in zip(("staff-name", "staff-password"), COSIGNER, strict=True):
        await dana.at(field).fill(value)
    await dana.at("staff-sign-in").click()
    await dana.at("nav-sign").click()
    await dana.at("to-cosign").wait_for()
    await looks.look(dana, "what waits for a co-signature")
    await dana.at(f"cosign-open-{ids[0]}").click()
    await dana.at(f"cosign-{ids[0]}").wait_for()
    assert CANARY in await dana.at(f"note-{ids[0]}").inner_text()
    await looks.look(dana, "co-signing")
    for about in ("group", *ids):
        await dana.at(f"cosign-{about}").click()
    await until(lambda: _states(dana, {"cosigned"}), "every section is co-signed")
    own = await fetch(dana, f"/api/staff/sessions/{clinic.group}/counselling/group")
    assert own["status"] in (403, 404), "a supervisor never reads a counselling note"


async def _adds(robin: Person, clinic: Clinic, about: str) -> None:
    """An addendum stands beside the text, labelled and with its author."""
    await robin.page.reload()
    await robin.at(f"note-more-{about}").click()
    await robin.at(f"addendum-{about}").click()
    await robin.at("later-text").fill("The client called later and asked for the number of the clinic.")
    await robin.at("note-later-do").click()
    later = robin.page.locator(f"[data-section='{about}'] [data-kind=addendum]")
    await later.wait_for()
    assert "Robin Vale" in await later.inner_text()
    signed = await robin.page.locator(f"[data-section='{about}'] [data-kind=cosignature]").inner_text()
    assert "Dana Reyes" in signed
    section = (await fetch(robin, f"/api/staff/sessions/{clinic.group}/notes/{about}"))["body"]
    assert CANARY in section["text"], "what was signed stays as it was"
    assert section["state"] == "cosign_pending", "an addendum of whoever needs a supervisor waits for one, too"


async def _saved(person: Person, clinic: Clinic, about: str, words: str) -> bool:
    answer = await fetch(person, f"/api/staff/sessions/{clinic.group}/notes/{about}")
    return words in answer["body"]["text"]


async def _says(person: Person, about: str, phase: str, name: str = "note-status") -> bool:
    return bool(await person.at(f"{name}-{about}").get_attribute("data-phase") == phase)


async def _all_saved(person: Person) -> bool:
    phases = await person.page.locator("[data-section]").evaluate_all("all => all.map((one) => one.dataset.phase)")
    return set(phases) == {"saved"}


async def _states(person: Person, states: set[str]) -> bool:
    seen = await person.page.locator("[data-section]").evaluate_all("all => all.map((one) => one.dataset.state)")
    return set(seen) == states


async def _kept(person: Person) -> bool:
    return bool((await person.page.evaluate(KEPT))["texts"] == 1)


async def _no_key(person: Person) -> bool:
    return bool((await person.page.evaluate(KEPT))["keys"] == 0)


async def _wiped(person: Person) -> bool:
    return bool((await person.page.evaluate(KEPT))["texts"] == 0)


KEPT = """async () => {
  const database = await new Promise((done, failed) => {
    const asked = indexedDB.open("unsent-notes");
    asked.onsuccess = () => done(asked.result);
    asked.onerror = failed;
  });
  const all = (store) => new Promise((done) => {
    const asked = database.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => done(asked.result);
  });
  const [texts, keys] = [await all("texts"), await all("keys")];
  database.close();
  const clear = texts.map(({sealed}) => new TextDecoder("latin1").decode(sealed)).join(" ");
  return {texts: texts.length, keys: keys.length, clear, extractable: keys.some((key) => key.extractable)};
}"""
"""What the browser's database has, read as whoever finds it would."""
