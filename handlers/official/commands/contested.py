"""申诉 and 评议: a unit holds a grade for wrong, somebody above it decides, and everybody reads why."""

from __future__ import annotations

from typing import assert_never

from handlers.errors import Refused
from handlers.official.commands.types import Contest, GradeCommand, Judge
from handlers.tickets.ticket import Opinion, Ticket
from handlers.tickets.verdicts import Appealed, Decided

NO_GRADE = "这件事还没有市民的评价，没有可以申诉的。"
CONTESTED = "这次评价已经申诉过了，正在等督办员评议。"
DECIDED = "这次评价已经评议过了，不能再申诉。"
NOT_CONTESTED = "这件事没有等着评议的申诉。"
WHICH = "请写明维持还是剔除，例如：评议 {number} 维持 评价说的就是这件事"
WHY = "请写明理由，市民和承办单位都会看到，例如：评议 {number} {verdict} 理由"

_STANDS: dict[str, bool] = {"维持": True, "有效": True, "算数": True, "剔除": False, "撤销": False, "不计": False}
"""How the two decisions are said."""


def happening(command: GradeCommand, ticket: Ticket) -> Appealed | Decided:
    """The event that the command asks for. Refused when there is no grade to speak of."""
    opinion = _graded(ticket)
    match command:
        case Contest(reason=reason):
            if opinion.contested or opinion.decided:
                raise Refused(CONTESTED if opinion.contested else DECIDED)
            return Appealed(reason)
        case Judge(text=text):
            if not opinion.contested:
                raise Refused(NOT_CONTESTED)
            return _decided(text, ticket)
        case _:
            assert_never(command)


def _graded(ticket: Ticket) -> Opinion:
    """The opinion of the grade spoken of: the present one, else that of the round before, which led to 重办."""
    if ticket.rating is not None:
        return ticket.opinion
    last = ticket.rounds[-1] if ticket.rounds else None
    if last is None or last.rating is None:
        raise Refused(NO_GRADE)
    return last.opinion


def _decided(text: str, ticket: Ticket) -> Decided:
    word = next((word for word in _STANDS if text.startswith(word)), None)
    if word is None:
        raise Refused(WHICH.format(number=ticket.number))
    reason = text.removeprefix(word).strip(" ：:，,。")
    if not reason:
        raise Refused(WHY.format(number=ticket.number, verdict=word))
    return Decided(_STANDS[word], reason)
