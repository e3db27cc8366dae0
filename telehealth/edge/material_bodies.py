"""The HTTP wire of materials, slides and handouts: bodies with their limits."""

from typing import Annotated, Literal

from msgspec import Meta

from telehealth.core.materials import (
    MAX_CHOICE,
    MAX_CHOICES,
    MAX_EXPLANATION,
    MAX_QUESTION,
    MAX_QUESTIONS,
    MAX_TITLE,
    MAX_TOPIC,
    Material,
    Question,
)

from .bodies import LINE, In, Out


class QuestionIn(In, frozen=True):
    text: Annotated[str, Meta(min_length=1, max_length=MAX_QUESTION, pattern=LINE)]
    choices: Annotated[
        list[Annotated[str, Meta(min_length=1, max_length=MAX_CHOICE, pattern=LINE)]],
        Meta(min_length=2, max_length=MAX_CHOICES),
    ]
    right: Annotated[list[Annotated[int, Meta(ge=0, lt=MAX_CHOICES)]], Meta(min_length=1, max_length=MAX_CHOICES)]
    explanation: Annotated[str, Meta(max_length=MAX_EXPLANATION)] = ""

    @property
    def question(self) -> Question:
        choices = tuple(one.strip() for one in self.choices)
        return Question(self.text.strip(), choices, tuple(sorted(self.right)), self.explanation.strip())


class MaterialIn(In, frozen=True):
    revision: Annotated[int, Meta(ge=1)]
    """Of the record that was looked at."""
    title: Annotated[str, Meta(min_length=1, max_length=MAX_TITLE, pattern=LINE)]
    topic: Annotated[str, Meta(max_length=MAX_TOPIC, pattern=LINE)]
    language: Literal["en", "es"]
    archived: bool
    quiz: Annotated[list[QuestionIn], Meta(max_length=MAX_QUESTIONS)]


class QuestionOut(Out, frozen=True):
    text: str
    choices: list[str]
    right: list[int]
    explanation: str


class MaterialOut(Out, frozen=True):
    id: str
    title: str
    topic: str
    language: str
    pages: int
    bytes: int
    added: int
    revision: int
    archived: bool
    quiz: list[QuestionOut]


class Library(Out, frozen=True):
    materials: list[MaterialOut]
    topics: dict[str, list[str]]
    """Of the curriculum, by language."""
    most_bytes: int
    """Of one PDF."""
    most_pages: int


class SlidePage(Out, frozen=True):
    width: int
    height: int
    text: str


class SlideDeck(Out, frozen=True):
    material: str
    title: str
    language: str
    pages: list[SlidePage]


class OwnHandout(Out, frozen=True):
    session: str
    starts: int
    material: str
    title: str


class OwnHandouts(Out, frozen=True):
    handouts: list[OwnHandout]
    """Newest session first."""


class MadeMaterial(Out, frozen=True):
    material: str
    title: str
    at: int


class MadePoll(Out, frozen=True):
    question: str
    choices: list[str]
    counts: list[int]
    answered: int


class MadeQuiz(Out, frozen=True):
    title: str
    questions: list[str]
    right: list[int]
    answered: list[int]


class Made(Out, frozen=True):
    """What a session's tools left in its record."""

    topic: str
    materials: list[MadeMaterial]
    polls: list[MadePoll]
    quizzes: list[MadeQuiz]


def material_out(one: Material) -> MaterialOut:
    return MaterialOut(
        id=one.id,
        title=one.title,
        topic=one.topic,
        language=one.language,
        pages=len(one.pages),
        bytes=one.pdf_bytes,
        added=one.added,
        revision=one.revision,
        archived=one.archived is not None,
        quiz=[
            QuestionOut(text=q.text, choices=list(q.choices), right=list(q.right), explanation=q.explanation)
            for q in one.quiz
        ],
    )
