"""The texts that clients sign, for those who write them: proposals, versions, and publishing the next one.

A version is never changed: what was signed has to be shown again word for word. A text that lacks what its kind needs
is refused with the places that are missing, so that a consent to disclose always says to whom, how long, and that it
may be taken back (42 CFR 2.31(a)).
"""

from typing import Annotated

from aiohttp import web
from msgspec import Meta

from telehealth.core.access_table import RecordAction
from telehealth.core.agreements import MAX_BODY, AgreementText, Kind, published, unfit
from telehealth.core.refusals import Code

from .answers import Refused, answer, body
from .bodies import LINE, In, Out
from .site import SITE, Site
from .staff import allowed

_TEXT = r"\A[^\x00-\x09\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]*\Z"
"""Many lines, without control characters and marks that reorder text."""


class Words(Out, frozen=True):
    title: str
    body: str


class Version(Out, frozen=True):
    version: int
    published: int
    published_by: str
    good_from: int
    texts: dict[str, Words]


class KindOut(Out, frozen=True):
    kind: str
    renewal: str
    days: int
    at_the_door: bool
    holds: bool
    discloses: bool
    needs: list[str]
    current: Version | None
    proposal: dict[str, Words]


class Agreements(Out, frozen=True):
    kinds: list[KindOut]
    sample: dict[str, dict[str, str]]
    """By language: what a preview fills in."""
    office: str


class NewWords(In, frozen=True):
    title: Annotated[str, Meta(min_length=1, max_length=200, pattern=LINE)]
    body: Annotated[str, Meta(min_length=1, max_length=MAX_BODY, pattern=_TEXT)]


class NewVersion(In, frozen=True):
    if_version: int
    """The one that it follows; 0 for the first."""
    texts: dict[str, NewWords]
    sign_anew: bool = False


async def listing(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/agreements"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.AGREEMENT)
    current = await site.store.agreements.current(me.programme)
    return answer(
        Agreements(
            kinds=[_kind(site, kind, current.get(kind, ())) for kind in Kind],
            sample={
                language: site.book.values(language, "Maria Example", site.office, None, site.zone)
                | {"recipient": "Example County Court"}
                for language in site.book.places
            },
            office=site.office,
        )
    )


async def version(request: web.Request) -> web.StreamResponse:
    """GET /api/staff/agreements/{kind}/{version}"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.AGREEMENT)
    kind, number = _named(request), request.match_info["version"]
    texts = await site.store.agreements.texts(me.programme, kind, int(number)) if number.isdecimal() else ()
    if not texts:
        raise Refused(Code.NO_SUCH_THING)
    return answer(_version(texts))


async def publish(request: web.Request) -> web.StreamResponse:
    """POST /api/staff/agreements/{kind}"""
    site = request.app[SITE]
    me = await allowed(request, RecordAction.AGREEMENT)
    kind = _named(request)
    asked = await body(request, NewVersion)
    if not set(asked.texts) <= set(site.book.places):
        raise Refused(Code.MALFORMED, parameter="texts")
    rule = site.book.rules[kind]
    words = {language: (one.title.strip(), _tidy(one.body)) for language, one in asked.texts.items()}
    if wrong := unfit(rule, words):
        raise Refused(Code.MALFORMED, parameter="texts", wrong=list(wrong))
    before = await site.store.agreements.texts(me.programme, kind)
    if asked.if_version != (before[0].version if before else 0):
        raise Refused(Code.STALE)
    texts = published(
        rule, before[0] if before else None, words, sign_anew=asked.sign_anew, at=site.clock.now(), by=me.person
    )
    if not await site.store.agreements.publish(me.programme, texts, actor=me.person):
        raise Refused(Code.STALE)
    return answer(_version(texts), status=201)


def _named(request: web.Request) -> Kind:
    try:
        return Kind(request.match_info["kind"])
    except ValueError:
        raise Refused(Code.NO_SUCH_THING) from None


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def _kind(site: Site, kind: Kind, texts: tuple[AgreementText, ...]) -> KindOut:
    rule = site.book.rules[kind]
    return KindOut(
        kind=kind,
        renewal=rule.renewal,
        days=rule.days,
        at_the_door=rule.at_the_door,
        holds=rule.holds,
        discloses=rule.discloses is not None,
        needs=list(rule.needs),
        current=_version(texts) if texts else None,
        proposal={lang: Words(title=title, body=text) for lang, (title, text) in site.book.proposals[kind].items()},
    )


def _version(texts: tuple[AgreementText, ...]) -> Version:
    one = texts[0]
    return Version(
        version=one.version,
        published=one.published,
        published_by=one.published_by,
        good_from=one.good_from,
        texts={text.language: Words(title=text.title, body=text.body) for text in texts},
    )
