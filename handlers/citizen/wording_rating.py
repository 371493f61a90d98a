"""Everything a citizen reads about the last word: grades, what was good or bad, 重办, 回头看."""

from __future__ import annotations

from datetime import datetime

from handlers.pushes import Choice
from handlers.tickets.ticket import Ticket
from handlers.tickets.wording import GRADES, moment


def ask_grade(ticket: Ticket) -> str:
    """How was this one dealt with?"""
    return f"{ticket.number}「{ticket.title}」办得怎么样？点一下就行。"


def rated(ticket: Ticket, score: int) -> str:
    """A good or middling grade."""
    return f"您给 {ticket.number} 评了「{GRADES[score]}」，谢谢。"


def rated_low(ticket: Ticket, score: int) -> str:
    """A bad grade."""
    return f"您给 {ticket.number} 评了「{GRADES[score]}」，对不住，让您失望了。"


def rated_already(ticket: Ticket, score: int) -> str:
    """The same grade a second time."""
    return f"{ticket.number} 您已经评过「{GRADES[score]}」了，不用再评。"


def ask_whether_grade(ticket: Ticket, score: int) -> str:
    """A number beside the ticket's own: is it the grade?"""
    return f"要给 {ticket.number}「{ticket.title}」评 {score} 分吗？点一下。"


def ask_regrade(ticket: Ticket, score: int) -> str:
    """Another grade than the one given before: nothing changes until they say so."""
    return f"{ticket.number}「{ticket.title}」上次评了 {_grade(ticket.rating)}，改成 {_grade(score)}？"


def regraded(ticket: Ticket, score: int) -> str:
    """An earlier grade was changed; one tap brings it back."""
    return f"{ticket.number} 的评价从 {_grade(ticket.rating)} 改成 {_grade(score)} 了，想改回，点下面的「改回」。"


def grade_kept(ticket: Ticket | None) -> str:
    """The earlier grade stays."""
    if ticket is None or ticket.rating is None:
        return "好的，不改。"
    return f"好的，不改。{ticket.number} 的评价还是 {_grade(ticket.rating)}。"


def _grade(score: int | None) -> str:
    return f"{score} 分「{GRADES[score]}」" if score is not None else ""


NOT_SOLVED = "记下了：没解决。对不住。"
ASK_WHY = (
    "是哪里没办好？点一下，或者直接说，马上退回去换人重新办。一天之内不说，也会退回重办；不想重办，点「不用重办」。"
)
ASK_SOLVED = "问题解决了吗？"
ASK_TO_POINT = "答复说到点子上了吗？"
ASK_ATTITUDE = "办事的人态度怎么样？"
NOTED = "记下了。"
THANKS = "都记下了，谢谢您，会原样转给办事的单位。"
SKIPPED = "好的，就到这里，谢谢您的评价。"
ENOUGH = "好的，不重办，评价照样算数。以后问题还在，回「没解决」就行。"
GLAD = "那就好，谢谢您告诉我们。以后有事，直接说就行。"
NOT_GOOD = "市民说没办好"
CAME_BACK = "又出问题了"


def why_taps(ticket: Ticket) -> tuple[Choice, ...]:
    """What may have been bad; few enough that an unfinished appeal's own taps fit below."""
    low = ticket.rating is not None and ticket.rating <= 2
    score = f" {ticket.rating}" if low else ""
    said = ("没解决", "答非所问", "态度不好") if low else ("答非所问", "态度不好")
    words = tuple(Choice(each, f"评价 {ticket.number}{score} {each}") for each in said)
    partly = "太慢了" if low else "只办了一部分"
    return (
        *words,
        Choice(partly, f"没解决 {ticket.number} {partly}"),
        Choice("不用重办", f"评价 {ticket.number} 不用重办"),
    )


def reopened(ticket: Ticket, unit: str, now: datetime) -> str:
    """The ticket goes round again."""
    return (
        f"退回去重新办了：{ticket.number}「{ticket.title}」。这次换人办，先回访您，"
        f"{unit}要在{moment(ticket.promise.reply_by, now)} 前重新答复您，办完再请您评。"
    )
