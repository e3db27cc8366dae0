"""The query string of the export API, understood: one vocabulary for rows, sessions and corrections.

Whatever is wrong with it is `Refused` with the parameter's name, never its value. Which parameters there are is said by
the resource (`Resource`), and openapi.py describes them from the same tables.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from multidict import MultiMapping

from telehealth.core.ids import Millis, PersonId, SeriesId
from telehealth.core.refusals import Code

from .answers import Refused
from .days import LATEST, instant
from .export import Query
from .lawful import Asker
from .profiles import PROFILES, Column
from .site import Site
from .staff import ID

FORMATS = {"json": "application/json", "csv": "text/csv", "ndjson": "application/x-ndjson"}
PAGE, LARGEST_PAGE = 500, 5000
CHANGES = 100
"""Changes a page of the feed has unless `limit` says otherwise."""
PLACE = "[0-9]{1,19}-[0-9]{1,19}"
_PLACE = re.compile(PLACE)
_BIGGEST = 2**63 - 1
"""What Redis takes as either half of a place in a stream."""
_OF_SOMEBODY = ("client", "session", "facilitator", "series")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Resource:
    """What can be asked for."""

    name: str
    parameters: tuple[str, ...]
    columns: Mapping[str, tuple[Column, ...]]
    """By profile: a profile that is not here may not ask."""
    statuses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """The query string, understood."""

    query: Query
    form: str
    columns: tuple[Column, ...]
    cursor: str | None
    since: str | None
    """The place in the feed of changes after which to read."""
    limit: int | None
    bom: bool

    @property
    def paged(self) -> bool:
        """Whether the answer is a page that leads to the next one."""
        return self.since is None and (self.form == "json" or self.limit is not None)

    @property
    def most(self) -> int | None:
        """Rows that the answer may have."""
        return (self.limit or PAGE) if self.paged else None

    def question(self, resource: Resource, asker: Asker) -> object:
        """What a cursor is good for: whoever asks, and all that decides which rows and columns there are."""
        who = asker.recipient or asker.actor
        return resource.name, who, asker.purpose, asker.profile.name, self.query, [c.name for c in self.columns]


class Words:
    """Asked in two steps, because who may ask depends on the range of time."""

    def __init__(self, given: MultiMapping[str], site: Site, resource: Resource) -> None:
        for name in given:
            if name not in resource.parameters:
                raise Refused(Code.MALFORMED, parameter=name[:40])
            if len(given.getall(name)) > 1:
                raise Refused(Code.MALFORMED, parameter=name)
        self._given, self._site, self._resource = given, site, resource

    def when(self, *, ever: bool = False) -> tuple[Millis, Millis, str | None]:
        """The range, which the feed of changes may do without (with `ever` everybody), and the place in the feed."""
        zone = self._site.zone
        since = self._maybe("changed_since", lambda text: _place(text, self._site))
        whole = since is not None
        free = whole or ever
        start = self._of("from", lambda text: instant(text, zone, end=False), 0 if free else None)
        end = self._of("to", lambda text: instant(text, zone, end=True), LATEST if free else None)
        if start >= end:
            raise Refused(Code.MALFORMED, parameter="to")
        if whole and "cursor" in self._given:
            raise Refused(Code.MALFORMED, parameter="cursor")
        return start, end, since

    def asked(self, asker: Asker, start: Millis, end: Millis, since: str | None) -> Asked:
        """All of it, as this asker may ask."""
        maybe, profile = self._maybe, asker.profile
        if profile.name not in self._resource.columns:
            raise Refused(Code.NOT_ALLOWED)
        if maybe("profile", lambda text: PROFILES[_known(text, PROFILES)]) not in (None, profile):
            raise Refused(Code.NOT_ALLOWED, parameter="profile")
        if not profile.identified:  # a row that identifies nobody must not be asked for by somebody's id
            for name in _OF_SOMEBODY:
                if name in self._given:
                    raise Refused(Code.MALFORMED, parameter=name)
        query = Query(
            start,
            end,
            maybe("session", _id),
            maybe("client", lambda text: PersonId(_id(text))),
            maybe("series", lambda text: SeriesId(_id(text))),
            maybe("facilitator", lambda text: PersonId(_id(text))),
            maybe("status", lambda text: _known(text, self._resource.statuses)),
            maybe("kind", _id),
        )
        if maybe("programme", _id) not in (None, asker.programme):
            raise Refused(Code.NO_SUCH_THING)
        return Asked(
            query,
            self._of("format", lambda text: _known(text, FORMATS), "json"),
            _columns(self._given.get("columns"), self._resource.columns[profile.name]),
            self._given.get("cursor"),
            since,
            maybe("limit", _limit),
            self._of("bom", lambda text: _known(text, ("0", "1")), "0") == "1",
        )

    def _of(self, name: str, understand: Callable[[str], T], otherwise: T | None) -> T:
        try:
            if name in self._given:
                return understand(self._given[name])
            if otherwise is not None:
                return otherwise
        except ValueError:
            pass
        raise Refused(Code.MALFORMED, parameter=name)

    def _maybe(self, name: str, understand: Callable[[str], T]) -> T | None:
        return self._of(name, understand, None) if name in self._given else None


def _columns(text: str | None, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns that are asked for, all of the profile's if none are. The first that it has not is named."""
    if text is None:
        return columns
    names = text.split(",")
    known = {column.name: column for column in columns}
    for name in names:
        if name not in known or names.count(name) > 1:
            raise Refused(Code.MALFORMED, parameter="columns", field=name[:40])
    return tuple(known[name] for name in names)


def _place(text: str, site: Site) -> str:
    """A place in the feed of changes: a cursor, or an instant, of whose millisecond nothing may be missed."""
    first, dash, second = text.partition("-")
    if dash and _PLACE.fullmatch(text):
        return f"{min(int(first), _BIGGEST)}-{min(int(second), _BIGGEST)}"
    return f"{max(0, instant(text, site.zone, end=False) - 1)}-{_BIGGEST}"


def _known(text: str, names: Collection[str]) -> str:
    if text not in names:
        raise ValueError("unknown")
    return text


def _id(text: str) -> str:
    if not ID.fullmatch(text):
        raise ValueError("not an id")
    return text


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 5 or not 1 <= int(text) <= LARGEST_PAGE:
        raise ValueError("out of range")
    return int(text)
