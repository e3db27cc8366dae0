"""Which clients a missing consent holds in the waiting room now: what rooms ask before they admit.

`core/agreements.py` decides; here is only what it is asked about: the clinic's current texts and the signatures of
those who wait. Read anew each time, so that a signature counts at once and a revocation does, too.
"""

from collections.abc import Awaitable, Callable, Sequence

from telehealth.core.agreements import Rule, held
from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.store.agreement_ports import Agreements

Held = Callable[[ProgrammeId, str, Sequence[PersonId], Millis], Awaitable[frozenset[PersonId]]]
"""Of these clients, at a session of this kind: who is held. Raises `Unavailable`."""


async def nobody(programme: ProgrammeId, kind: str, clients: Sequence[PersonId], at: Millis) -> frozenset[PersonId]:
    return frozenset()


def by_agreements(agreements: Agreements, rules: Sequence[Rule]) -> Held:
    """Goes by what the clinic has published and its clients have signed."""

    async def ask(programme: ProgrammeId, kind: str, clients: Sequence[PersonId], at: Millis) -> frozenset[PersonId]:
        texts, signed = await agreements.standing(programme, clients)
        return frozenset(who for who in clients if held(texts, signed[who], rules, kind, at))

    return ask
