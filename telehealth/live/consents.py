"""Whom a missing consent holds in the waiting room now: what rooms ask before they admit.

`core/agreements.py` decides; here is only what it is asked about: the clinic's current texts and the signatures of
those who wait. Read anew each time, so that a signature counts at once and a revocation does, too.
"""

from collections.abc import Awaitable, Callable, Sequence

from telehealth.core.agreements import Rule, held, holds_family
from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.store.agreement_ports import Agreements
from telehealth.store.ports import People

Held = Callable[[ProgrammeId, str, Sequence[PersonId], Millis], Awaitable[frozenset[PersonId]]]
"""Of these clients and family members, at a session of this kind: who is held. Raises `Unavailable`."""


async def nobody(programme: ProgrammeId, kind: str, guests: Sequence[PersonId], at: Millis) -> frozenset[PersonId]:
    return frozenset()


def by_agreements(agreements: Agreements, rules: Sequence[Rule], people: People) -> Held:
    """Goes by what the clinic has published and its clients have signed. For a family member the client's own consent
    to their part counts, whichever session they come to."""

    async def ask(programme: ProgrammeId, kind: str, guests: Sequence[PersonId], at: Millis) -> frozenset[PersonId]:
        known = await people.get(programme, guests)
        whose = {who: known[who].collateral_of or who if who in known else who for who in guests}
        texts, signed = await agreements.standing(programme, list(dict.fromkeys(whose.values())))
        return frozenset(
            who
            for who, client in whose.items()
            if (
                held(texts, signed[client], rules, kind, at)
                if client == who
                else holds_family(texts, signed[client], rules, at)
            )
        )

    return ask
