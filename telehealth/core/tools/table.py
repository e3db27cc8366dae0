"""Every tool that there is. `AnyMove` and `AnySeen` are what the wire is made of."""

from typing import Any

from . import (
    bell,
    board,
    calm,
    cards,
    goodbye,
    music,
    plan,
    polls,
    presence,
    questions,
    quiz,
    rounds,
    scales,
    slides,
    timer,
)
from .tool import Move, Tool

TOOLS: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        cards.TOOL,
        rounds.TOOL,
        scales.TOOL,
        timer.TOOL,
        goodbye.TOOL,
        presence.TOOL,
        plan.TOOL,
        bell.TOOL,
        calm.TOOL,
        music.TOOL,
        board.TOOL,
        slides.TOOL,
        polls.TOOL,
        quiz.TOOL,
        questions.TOOL,
    )
}

ALWAYS = ("goodbye", "presence")
"""What a session of any kind has."""

AnyMove = (
    cards.CardsShow
    | cards.CardsClose
    | plan.PlanOpen
    | plan.PlanClose
    | plan.PlanHere
    | plan.PlanShow
    | plan.PlanHide
    | rounds.RoundsStart
    | rounds.RoundsNext
    | rounds.RoundsPass
    | rounds.RoundsBack
    | rounds.RoundsPut
    | rounds.RoundsSkip
    | rounds.RoundsStop
    | scales.ScalesOpen
    | scales.ScalesAnswer
    | scales.ScalesClose
    | timer.TimerStart
    | timer.TimerMore
    | timer.TimerStop
    | goodbye.GoodbyeBegin
    | goodbye.GoodbyeCancel
    | presence.PresenceAsk
    | presence.PresenceHere
    | presence.PresenceClear
    | bell.BellBegin
    | bell.BellPause
    | bell.BellResume
    | bell.BellRing
    | bell.BellEnd
    | calm.CalmShow
    | calm.CalmHide
    | music.MusicBegin
    | music.MusicEnd
    | board.BoardOpen
    | board.BoardClose
    | board.BoardRules
    | board.BoardClear
    | board.BoardDraw
    | board.BoardUndo
    | board.BoardShow
    | board.BoardTakeBack
    | board.BoardDescribe
    | slides.SlidesOpen
    | slides.SlidesTurn
    | slides.SlidesClose
    | slides.SlidesTopic
    | slides.SlidesHandout
    | polls.PollsStart
    | polls.PollsAnswer
    | polls.PollsEnd
    | polls.PollsShow
    | polls.PollsClose
    | quiz.QuizStart
    | quiz.QuizAnswer
    | quiz.QuizEnd
    | quiz.QuizShow
    | quiz.QuizClose
    | questions.QuestionsOpen
    | questions.QuestionsClose
    | questions.QuestionsAsk
    | questions.QuestionsVote
    | questions.QuestionsMark
    | questions.QuestionsDrop
)
AnySeen = (
    cards.CardsSeen
    | plan.PlanSeen
    | rounds.RoundsSeen
    | scales.ScalesSeen
    | timer.TimerSeen
    | goodbye.GoodbyeSeen
    | presence.PresenceSeen
    | bell.BellSeen
    | calm.CalmSeen
    | music.MusicSeen
    | board.BoardSeen
    | slides.SlidesSeen
    | polls.PollsSeen
    | quiz.QuizSeen
    | questions.QuestionsSeen
)
AnyNews = board.BoardNews


def tool_of(move: Move) -> Tool:
    """Whose move it is."""
    name: Any = type(move).__struct_config__.tag
    return TOOLS[str(name).partition(".")[0]]
