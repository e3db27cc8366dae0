"""Attendance a second time, as plainly as it can be said, to be compared with the fold.

A visit begins with `Entered`. In a visit a client is present from each opening (`Seated`, or `Returned` to a seat) to
the latest proof in their events up to the next opening, or, where no event takes the presence away, for as long as the
log is looked at.
"""

from collections.abc import Sequence
from itertools import pairwise

from telehealth.core import events as did
from telehealth.core.ids import MemberNumber, Millis, PersonId
from telehealth.core.roles import Role

_PROOFS = (did.ConnectionLost, did.Returned, did.Left, did.Removed)


def attended(log: Sequence[did.Event], until: Millis) -> dict[PersonId, Millis]:
    """Milliseconds of presence for each client who was ever seated."""
    who: dict[MemberNumber, PersonId] = {
        e.member: e.person for e in log if isinstance(e, did.Entered) and e.role is Role.CLIENT
    }
    total: dict[PersonId, Millis] = {}
    for member, person in who.items():
        own = [e for e in log if getattr(e, "member", None) == member]
        arrivals = [place for place, event in enumerate(own) if isinstance(event, did.Entered)]
        for first, past in pairwise([*arrivals, len(own)]):
            visit = own[first:past]
            seated = next((place for place, event in enumerate(visit) if isinstance(event, did.Seated)), len(visit))
            openings = [p for p, e in enumerate(visit) if p >= seated and isinstance(e, did.Seated | did.Returned)]
            for opening, following in pairwise([*openings, len(visit)]):
                proofs = [e.last_seen for e in visit[opening + 1 : following + 1] if isinstance(e, _PROOFS)]
                start = visit[opening].at
                total[person] = total.get(person, 0) + (max([start, *proofs]) if proofs else until) - start
    return total
