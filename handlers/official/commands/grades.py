"""Commands 申诉 and 评议: a unit contests a grade, and somebody above it decides with reasons that everybody reads."""

from __future__ import annotations

from typing import ClassVar

from handlers.errors import Refused
from handlers.official.changing import TicketChange, changes
from handlers.official.command import NUMBER, Argument, Asks, Group, Slot, Spec, TicketCommand
from handlers.official.scene import Scene
from handlers.official.wording import case, line
from handlers.tickets.events.grades import Appealed, Decided
from handlers.tickets.ticket import Opinion, Ticket

_GRADES = "国办发〔2019〕51号（好差评）：对恶意差评、误评的申诉复核"
NO_GRADE = "这件事还没有市民的评价，没有可以申诉的。"


def _graded(ticket: Ticket) -> Opinion:
    """The opinion of the grade spoken of: the present one, else that of the round before, which led to 重办."""
    if ticket.rating is not None:
        return ticket.opinion
    last = ticket.rounds[-1] if ticket.rounds else None
    if last is None or last.rating is None:
        raise Refused(NO_GRADE)
    return last.opinion


class Contest(TicketCommand, frozen=True):
    """申诉: the unit holds the grade for a mistake or for malice."""

    name: ClassVar[str] = "申诉"
    reason: str


CONTESTED = "这次评价已经申诉过了，正在等督办员评议。"
DECIDED = "这次评价已经评议过了，不能再申诉。"


def _contest(command: Contest, ticket: Ticket, _scene: Scene) -> Appealed:
    opinion = _graded(ticket)
    if opinion.contested or opinion.decided:
        raise Refused(CONTESTED if opinion.contested else DECIDED)
    return Appealed(command.reason)


CONTEST = changes(
    Spec(
        Contest,
        Group.WORK,
        (NUMBER, Argument("reason", Slot.TEXT, "理由")),
        "市民的评价评错了或是恶意的，请督办员评议；一次评价只能申诉一次，市民看得到",
        "申诉 {number} 评价说的是另一条路的灯",
        _GRADES,
        ("申诉评价", "评价申诉", "差评申诉"),
    ),
    TicketChange[Contest, Appealed](
        Appealed, _contest, lambda what, ticket, scene: f"已对 {case(ticket)}的评价提出申诉，等督办员评议。"
    ),
)


class Judge(TicketCommand, frozen=True):
    """评议: a supervisor decides whether the grade counts."""

    name: ClassVar[str] = "评议"
    text: str
    """Begins with 维持 or 剔除."""


NOT_CONTESTED = "这件事没有等着评议的申诉。"
WHICH = "请写明维持还是剔除，例如：评议 {number} 维持 评价说的就是这件事"
WHY = "请写明理由，市民和承办单位都会看到，例如：评议 {number} {verdict} 理由"
_STANDS: dict[str, bool] = {"维持": True, "有效": True, "算数": True, "剔除": False, "撤销": False, "不计": False}
"""How the two decisions are said."""


def _judge(command: Judge, ticket: Ticket, _scene: Scene) -> Decided:
    if not _graded(ticket).contested:
        raise Refused(NOT_CONTESTED)
    return _decided(command.text, ticket)


def _decided(text: str, ticket: Ticket) -> Decided:
    word = next((word for word in _STANDS if text.startswith(word)), None)
    if word is None:
        raise Refused(WHICH.format(number=ticket.number))
    reason = text.removeprefix(word).strip(" ：:，,。")
    if not reason:
        raise Refused(WHY.format(number=ticket.number, verdict=word))
    return Decided(_STANDS[word], reason)


def _ask_judge(what: Decided, ticket: Ticket, _scene: Scene) -> str:
    verdict = "维持" if what.stands else "剔除"
    return f"要{verdict} {case(ticket)}的评价吗？{line('理由', what.reason)}\n理由市民看得到。"


def _judged(what: Decided, ticket: Ticket, _scene: Scene) -> str:
    verdict = "维持，照样计入" if what.stands else "剔除，不计入排行"
    return f"已评议 {case(ticket)}：评价{verdict}，理由会告诉市民和单位。"


JUDGE = changes(
    Spec(
        Judge,
        Group.SUPERVISE,
        (NUMBER, Argument("text", Slot.TEXT, "维持或剔除 理由")),
        "决定被申诉的评价算不算数，理由市民和单位都看得到",
        "评议 {number} 维持 评价说的就是这盏灯",
        _GRADES,
        ("评议评价", "评价评议", "复核评价"),
        Asks.ALWAYS,
    ),
    TicketChange[Judge, Decided](Decided, _judge, _judged, _ask_judge),
)

GRADES = (CONTEST, JUDGE)
