"""`python -m tests.edge.asked FOLDER`: a clinic with something to export, as a process of its own.

For whoever asks and waits in the same thread (test_export_fuzz.py). Prints one line of JSON: the address, an API key
and one for notes, and a signed-in member of staff's cookies and CSRF token. Ends with its standard input, badly if
something private was logged.
"""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

from telehealth.core.corrections import Correction
from telehealth.core.ids import SessionId
from telehealth.edge import api_keys, machines
from telehealth.edge.api_keys import READ_ATTENDANCE, READ_DISCLOSURES, mint
from telehealth.store.ports import Heard

from . import signed
from .clinic import ALICE, BOB, CAROL, MAIN, MINUTE, Evening, running


async def serve(folder: Path) -> None:
    machines.REQUESTS = api_keys.FAILURES = 10**6  # how often one may ask is tested where that is the question
    async with running(folder) as clinic:
        session = replace(clinic.session(), id=SessionId("session-before"), starts=clinic.starts - 1000 * MINUTE)
        await clinic.store.sessions.put(session)
        evening = Evening(clinic.store, session)
        await evening.opens()
        await evening.seats(BOB, CAROL)
        await evening.ends(180)
        said = Correction(session.id, BOB, 170, "came by phone first", ALICE, clinic.clock.now())
        assert await clinic.store.corrections.say(MAIN, said, Heard())
        text, key = mint(MAIN, (READ_ATTENDANCE, READ_DISCLOSURES), "x", 1, recipient="acme")
        await clinic.store.access.put_api_key(key)
        await signed.evening(clinic)
        await signed.opened(clinic, BOB)
        staff = await clinic.staff()
        cookies = {cookie.key: cookie.value for cookie in staff.http.cookie_jar}
        told = {"url": clinic.url, "key": text, "cookies": cookies, "csrf": staff.csrf}
        print(json.dumps({**told, "notes_key": await signed.key(clinic)}), flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
