"""One client's disclosure of one paper: judged, and in the client's ledger before anything of it leaves.

For letters, printed notes and audit packets: what leaves whole and about a single client. (Rows of many: lawful.py.)
"""

import secrets
from collections.abc import Callable

from telehealth.core.disclosure import Disclosure, Lawful, Matter, Why, judge
from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.store.ports import Unavailable

from .site import Store

_TRIES = 5


async def disclosed(
    store: Store,
    now: Callable[[], Millis],
    programme: ProgrammeId,
    client: PersonId,
    disclosure: Disclosure,
    action: str,
    subject: str,
    *,
    matter: Matter = Matter.ATTENDANCE,
    naming: bool = False,
) -> Lawful | Why:
    """The basis, once the disclosure is in the ledger; or why there is none, with nothing written.

    `naming`: only a consent will do, and one that names the recipient. One to a class of recipients is for the exchange
    between institutions, and grounds are for auditors and service organisations: neither writes to a court or an
    employer.
    """
    for _ in range(_TRIES):
        version, consents, grounds = await store.consents.of(programme, [client])
        at = now()
        given = [one for one in consents[client] if one.recipient] if naming else consents[client]
        lawful = judge(disclosure.recipient, disclosure.purpose, given, () if naming else grounds, at, matter)
        if isinstance(lawful, Why):
            return lawful
        if await store.ledger.write(
            programme,
            disclosure,
            {client: lawful.basis},
            version=version,
            op=secrets.token_urlsafe(12),
            action=action,
            subject=subject,
            at=at,
        ):
            return lawful
    raise Unavailable("The bases of disclosure change faster than they can be judged.")
