"""The identifiers, each a type of its own, so that a connection can never be passed where a person is meant.

Every id is an opaque string without meaning, minted at a door (`secrets`) and handed in. Only `MemberNumber` and
`Seat` are counted, and only within one room: they are all that a client ever learns of another participant.
"""

from typing import NewType

ProgrammeId = NewType("ProgrammeId", str)
"""A programme of a clinic; also the hash tag of its Redis keys."""
SeriesId = NewType("SeriesId", str)
SessionId = NewType("SessionId", str)
"""One meeting. A session has exactly one room, and the room carries its id."""
PersonId = NewType("PersonId", str)
"""A client, a collateral or a member of staff. Never told to another client."""
ConnectionId = NewType("ConnectionId", str)
"""One signalling socket. A person who reconnects has a new one."""
TabId = NewType("TabId", str)
"""One page in one browser, chosen at random by the page. It outlives sockets, so media survives a lost socket."""
MemberNumber = NewType("MemberNumber", int)
"""A person's number within one room, from 1, in order of first arrival."""
Seat = NewType("Seat", int)
"""A place in the circle, from 1, in order of first admission; kept for the whole session."""
WorkerId = NewType("WorkerId", str)
"""One run of one media worker process (a restart is a new worker)."""
Millis = int
"""Milliseconds since 1970-01-01T00:00Z, or a length in milliseconds; the name of the field says which."""
