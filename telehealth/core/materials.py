"""Materials of a programme: slides and handouts that staff put in once and show in any session.

A material is a PDF as it came, and what was made of it once: an image of each page, and its text for those who hear
it. Pages never change after that; only what the material is called, its topic and its quiz do, and it can be put aside.
So what a session showed stays what it was. Must not touch: the store, files, how pages are drawn (rendering.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .ids import Millis, PersonId
from .room import Room, Standing

MAX_BYTES = 20 << 20
"""Of one PDF."""
MAX_PAGES = 150
MOST = 300
"""Materials of a programme, those put aside included."""
MOST_BYTES = 600 << 20
"""Of all of them, pages and PDFs. They stand in Redis, which holds everything in memory."""
MAX_TITLE, MAX_TOPIC = 120, 120
MAX_PAGE_TEXT = 4_000
"""Characters of one page's text."""
MAX_QUESTIONS, MAX_CHOICES = 10, 6
MAX_QUESTION, MAX_CHOICE, MAX_EXPLANATION = 300, 160, 600
LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a quiz."""

    text: str
    choices: tuple[str, ...]
    right: tuple[int, ...]
    """Places in `choices`, in order. All of them, and no other, make the answer right."""
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class PageSize:
    """Of a page's image, in pixels: so that a page can be laid out before it is there."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Material:
    """Everything about it but its pages and its PDF. Sealed whole."""

    id: str
    title: str
    topic: str
    """Of the curriculum, or the clinic's own words; empty: none."""
    language: str
    pages: tuple[PageSize, ...]
    pdf_bytes: int
    page_bytes: int
    added: Millis
    by: PersonId
    revision: int = 1
    archived: Millis | None = None
    """Since when it is put aside: it is not offered, and what was shown of it stays."""
    quiz: tuple[Question, ...] = ()


def well_made(question: Question) -> bool:
    """Whether a question can be asked and answered: different choices, and at least one of them right."""
    texts = [one.strip() for one in question.choices]
    return (
        bool(question.text.strip())
        and 2 <= len(texts) <= MAX_CHOICES
        and all(texts)
        and len(set(texts)) == len(texts)
        and bool(question.right)
        and list(question.right) == sorted(set(question.right))
        and question.right[0] >= 0
        and question.right[-1] < len(texts)
    )


def edited(material: Material, title: str, topic: str, language: str, quiz: Sequence[Question]) -> Material | None:
    """With other words; None if a question is not well made or nothing names it."""
    title, topic = " ".join(title.split()), " ".join(topic.split())
    if not title or language not in LANGUAGES or len(quiz) > MAX_QUESTIONS or not all(map(well_made, quiz)):
        return None
    return replace(
        material, title=title, topic=topic, language=language, quiz=tuple(quiz), revision=material.revision + 1
    )


def put_aside(material: Material, aside: bool, at: Millis) -> Material:
    """Put aside, or taken back, with the same revision; the time of the first of two stays."""
    if (material.archived is not None) == aside:
        return material
    return replace(material, archived=at if aside else None)


def fits(kept: Iterable[Material], pdf_bytes: int) -> bool:
    """Whether there is room for one more PDF of this size."""
    kept = list(kept)
    return len(kept) < MOST and sum(one.pdf_bytes + one.page_bytes for one in kept) + pdf_bytes <= MOST_BYTES


def may_read(room: Room, person: PersonId, *, handout: bool, attended: bool = False) -> bool:
    """Whether a participant may be given pages of something that this session has shown.

    Everything while they are seated; what was given out, also afterwards, to whoever was there (`attended` says so of
    somebody whose row says so). Whoever was sent away, and not let back, has nothing any more, whatever ids they kept.
    """
    member = room.by_person(person)
    if member is not None and member.standing is Standing.REMOVED:
        return False
    if member is not None and member.standing is Standing.SEATED:
        return True
    return handout and (attended or (member is not None and member.seat is not None))


def first_title(texts: Sequence[str]) -> str:
    """What a material may be called until somebody says: the first line of its first page."""
    line = next((line for line in (texts[0].splitlines() if texts else ()) if line.strip()), "")
    return " ".join(line.split())[:MAX_TITLE]
