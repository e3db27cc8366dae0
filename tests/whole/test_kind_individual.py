"""One client and one counsellor: two large pictures, the plan's goals at hand, and a note that begins with them."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.wait import until
from tests.whole.evening import fetch
from tests.whole.kinds import KindRoom, kind_room

pytestmark = pytest.mark.whole
GOAL = "Call my sponsor before the weekend"


async def play(it: KindRoom) -> None:
    """The goals of the plan stand beside the client's picture, and one is ticked."""
    client = it.person(it.clients[0].name)
    await fetch(it.therapist, f"/api/staff/clients/{client}/goals", {"method": "POST", "body": f'{{"text": "{GOAL}"}}'})
    await it.therapist.at("people-open").click()
    await it.therapist.at("goals-open").click()
    await it.therapist.at("goals").get_by_text(GOAL).click()
    await it.therapist.at("goals").get_by_role("checkbox", name=GOAL, checked=True).wait_for()


async def _width(it: KindRoom, member: int) -> float:
    box: Any = await it.clients[0].at(f"tile-{member}").bounding_box()
    return float(box["width"])


@pytest.mark.asyncio
async def test_a_whole_conversation(tmp_path: Path) -> None:
    """Both are large, or oneself small by choice; a goal that is ticked is in the note; the client learns nothing."""
    async with kind_room(tmp_path, "individual", clients=1) as it:
        (client,) = it.clients
        me, host = it.numbers[client.name], it.numbers["Therapist"]
        assert await _width(it, me) == await _width(it, host)
        await client.at("own-small").click()

        async def small() -> bool:
            return await _width(it, me) < await _width(it, host) / 2

        await until(small, "one's own picture is small")
        await play(it)
        assert await it.frames_tell(client, GOAL, "goal") == []
        path = f"/api/staff/sessions/{it.session}/notes/{it.person(client.name)}"

        async def saved() -> bool:
            return len((await fetch(it.therapist, path))["body"]["goals"]) == 1

        await until(saved, "the note has the goal")
        await it.therapist.at("people-open").click()
        rows = await it.end()
        (row,) = rows
        assert row["client"] == it.person(client.name)
        assert row["kind"] == "individual"
