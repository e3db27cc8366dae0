"""A full room of people who all speak at once: what one page is sent of it."""

import pytest

from tests.media.house import planned
from tests.media.test_session import room
from tests.support.wait import until

SLOTS = 6
"""As a client's page on a laptop has (web/src/core/peer.ts); a phone has four."""
PEOPLE = 15


@pytest.mark.asyncio
async def test_of_fourteen_voices_six_are_sent() -> None:
    """Fourteen others speak at once, and a page with six slots is sent six streams of sound, not fourteen."""
    plan = [planned(f"tab{number}", number) for number in range(1, PEOPLE + 1)]
    async with room(*plan, audio_slots=SLOTS, video_slots=0) as (_, (listener, *others)):
        sent = 0

        async def heard() -> bool:
            nonlocal sent
            for other in others:
                other.send_audio()
            sent += len(others)
            voices = [mid for mid in listener.audio_mids if len(listener.received[mid]) >= 20]
            return len(voices) == SLOTS

        await until(heard, "sound arrives in every slot")
        arrived = {mid: len(packets) for mid, packets in listener.received.items() if packets}
        assert set(arrived) == set(listener.audio_mids)
        assert sum(arrived.values()) <= sent * SLOTS / len(others), arrived
