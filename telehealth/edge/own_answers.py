"""What the tools of sessions kept of a client, whole, for *All my data*: check-ins, polls and quizzes that had names.

Each tool says how a value of its own is read; what some later release keeps, and this one does not know, is left out.
Pages show less of it (scales.py). Must not touch: whose it is, which the client's own door decides.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from telehealth.core.tools import polls, quiz, scales
from telehealth.store.tool_ports import WasKept

from .days import iso


def own_answers(kept: Iterable[WasKept]) -> dict[str, list[dict[str, Any]]]:
    """By tool, oldest first."""
    found: dict[str, list[dict[str, Any]]] = {"check_ins": [], "polls": [], "quizzes": []}
    for one in kept:
        match one.what.partition(".")[0]:
            case scales.KEPT:
                said = msgspec.json.decode(one.body, type=scales.Said)
                answers = {given.item: given.value for given in said.given}
                found["check_ins"].append({"at": iso(said.at), "asked": said.when, "answers": answers})
            case polls.KEPT:
                chosen = msgspec.json.decode(one.body, type=polls.PollAnswer)
                found["polls"].append({"at": iso(one.at), **msgspec.to_builtins(chosen)})
            case quiz.KEPT:
                score = msgspec.json.decode(one.body, type=quiz.QuizScore)
                found["quizzes"].append({"at": iso(one.at), **msgspec.to_builtins(score)})
    return found
