"""An aftercare meeting in real pages: cards that a host turns for everybody, and what is recorded of it."""

from pathlib import Path

import pytest

from tests.support.wait import until
from tests.whole.kinds import KindRoom, kind_room

pytestmark = pytest.mark.whole


async def play(it: KindRoom) -> None:
    """The host shows the second card."""
    await it.tool("cards")
    await it.therapist.page.get_by_role("button", name="Show the first card to everybody").click()
    await it.therapist.page.get_by_role("button", name="Next card").click()


@pytest.mark.asyncio
async def test_a_meeting_with_cards(tmp_path: Path) -> None:
    """Everybody sees the card that the host turns; each client has a row of attendance at the end."""
    async with kind_room(tmp_path, "aftercare", clients=2) as it:
        await play(it)

        async def everybody_reads() -> bool:
            return all(["Card 2 of 7" in await one.at("card").inner_text() for one in it.clients])

        await until(everybody_reads, "everybody sees the second card")
        rows = await it.end()
        assert {row["client"] for row in rows} == {it.person(one.name) for one in it.clients}
