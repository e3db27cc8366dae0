"""Words that would be code somewhere else: as a name, in the chat, in a note. On every page they stay words."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from telehealth.core.ids import PersonId, ProgrammeId
from tests.support.browser import Person
from tests.support.log import open_log
from tests.support.wait import until
from tests.whole.clinic import come_in
from tests.whole.evening import fetch, sections
from tests.whole.kinds import KindRoom, give_kind, kind_room

pytestmark = pytest.mark.whole

HOSTILE = (
    "<img src=x onerror=window.__owned=1>",
    "<script>window.__owned=1</script>",
    '"><svg onload=window.__owned=1>',
    "<a href=javascript:window.__owned=1>come</a>",
    "{{constructor.constructor('window.__owned=1')()}}",
    "</textarea><iframe srcdoc='<script>parent.__owned=1</script>'>",
    "javascript:window.__owned=1",
    "\u202eoverride\u2066 and more\u0000",
    "%3Cimg%20src=x%20onerror=__owned=1%3E &lt;b&gt; <b>",
    "[come](javascript:window.__owned=1) ![x](x) **bold** <style>*{display:none}</style>",
)
WATCH = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (e) => window.__violations.push(e.violatedDirective));
"""
FOREIGN = """() => ({
  owned: window.__owned ?? null,
  violations: window.__violations,
  elements: document.querySelectorAll(
    "iframe, object, embed, [onerror], [onload], a[href^='javascript:' i], img[src='x']").length,
  texts: [...document.querySelectorAll("script, style")]
    .filter((one) => /__owned|display:none/.test(one.textContent)).length,
})"""


UNHARMED = {"owned": None, "violations": [], "elements": 0, "texts": 0}


async def unharmed(*everybody: Person) -> None:
    """Nothing ran, nothing was refused by the page's policy, nothing of it became an element."""
    for person in everybody:
        assert await person.page.evaluate(FOREIGN) == UNHARMED, person.name
        assert not [line for line in person.console if "pageerror" in line], person.console


async def call_them_so(it: KindRoom, name: str, alias: str) -> None:
    """Give a client of the demo an alias."""
    async with open_log(it.server.folder) as store:
        programme, person = ProgrammeId(it.clinic.programme), PersonId(it.person(name))
        known = (await store.people.get(programme, [person]))[person]
        await store.people.put(programme, replace(known, alias=alias))


async def chats(person: Person, text: str) -> None:
    if not await person.at("chat-input").is_visible():
        await person.at("chat-open").click()
    await person.at("chat-input").fill(text)
    await person.at("chat-send").click()


@pytest.mark.asyncio
async def test_hostile_words_stay_words(tmp_path: Path) -> None:
    """A name, the chat and a note with each text of a list: shown as they are on every page; and every request that
    any page made went to this server."""
    async with kind_room(tmp_path, "group_therapy", clients=2, admitted=False) as it:
        everybody = [it.therapist, *it.clients]
        await give_kind(it.server, it.clinic, "group_therapy", 2)
        await call_them_so(it, it.clients[0].name, HOSTILE[0][:40])
        await call_them_so(it, it.clients[1].name, HOSTILE[7])
        for person in everybody:
            await person.page.add_init_script(WATCH)
        await it.therapist.page.reload()
        await it.therapist.at("call").wait_for()
        await come_in(it.therapist, *((one, it.clinic.group_link(place)) for place, one in enumerate(it.clients)))
        assert await it.therapist.page.get_by_text(HOSTILE[0][:40]).count() > 0, "the name is shown as it is"
        for text in HOSTILE:
            await chats(it.clients[0], text)
            shown = text.translate({0x202E: None, 0x2066: None, 0: None})
            for person in (it.therapist, it.clients[1]):
                if not await person.at("chat").is_visible():
                    await person.at("chat-open").click()
                line = person.page.locator(".chat .words").last

                async def reads(line: object = line, shown: str = shown) -> bool:
                    return (await line.inner_text()).strip() == shown.strip()  # type: ignore[attr-defined]

                await until(reads, f"{person.name} reads {shown!r}")
        for about in await sections(it.therapist, it.session):
            path = f"/api/staff/sessions/{it.session}/notes/{about or 'group'}"
            tag = (await fetch(it.therapist, path))["etag"]
            how = {"method": "PUT", "body": json.dumps({"text": "\n".join(HOSTILE)}), "headers": {"If-Match": tag}}
            assert (await fetch(it.therapist, path, how))["status"] == 200
        await it.therapist.at("notes-open").click()
        await it.therapist.at("note-group").wait_for()
        await unharmed(*everybody)
        here = urlsplit(it.server.base).netloc
        for person in everybody:
            strangers = {url for url in person.urls if urlsplit(url).netloc not in (here, "") and "://" in url}
            assert not {url for url in strangers if not url.startswith(("blob:", "data:"))}
            secrets = [client["token"] for client in it.clinic.clients if "token" in client]
            assert not [url for url in person.urls if any(secret in url for secret in secrets)]
