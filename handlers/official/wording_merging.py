"""What an official reads about 合并."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.tickets.events import Absorbed
from handlers.tickets.lifecycle import Change
from handlers.tickets.ticket import Ticket
from handlers.tickets.wording import brief, moment

NOT_SAME_PERSON = "没有合并：两件不是同一位市民提交的。不同市民的同一件事，请分别办理、分别答复。"


def into_ended(number: str) -> str:
    """合并 into a ticket whose journey is over."""
    return f"没有合并：{number} 已经了结，请并到还在办的一件。"


def into_merged(into: Ticket) -> str:
    """合并 into a ticket that was merged itself."""
    return f"没有合并：{into.number} 已经了结，并到了 {into.merged_into}。请并到 {into.merged_into}。"


def into_answered(number: str) -> str:
    """合并 into a ticket that has its answer."""
    return f"没有合并：{number} 已经答复，并进去就没有人再答复了。请分别答复；{number} 要重办的，等重办以后再合并。"


def into_waiting(number: str, into: str) -> str:
    """合并 of a running ticket into one whose clock stands still."""
    return f"没有合并：{into} 正在等市民补充，时钟停着，并进去 {number} 也跟着停了。请反过来：合并 {into} {number}"


def ask(ticket: Ticket, before: Ticket, change: Change, desks: Sequence[str], now: datetime) -> str:
    """The question before a merger: what goes on, what it takes over, who is told. `desks`: that of the survivor first."""
    into, what = change.ticket, change.event.what
    assert isinstance(what, Absorbed)
    lines = [
        f"要把 {ticket.number}「{brief(ticket.title)}」并入 {into.number} 吗？以后只办 {into.number}。",
        f"{into.number}「{brief(into.title)}」在{desks[0]}。",
        _urgency(ticket, before),
        _date(before, into, now),
        _taken(ticket, what),
        f"市民再用 {ticket.number} 补充、催办、评价，都算在 {into.number} 上。",
    ]
    crowd = ticket.crowd
    if crowd:
        lines.append(f"附议 {ticket.number} 的 {crowd} 人改为附议 {into.number}。")
    above = "、督办员" if into.urgent else ""
    lines.append(f"会告诉：市民、{'、'.join(desks)}{above}。")
    lines.append("有人附议，执行后不能撤销。" if crowd else "执行后 5 分钟内可以撤销，两件都恢复原样。")
    return "\n".join(line for line in lines if line)


def _urgency(ticket: Ticket, before: Ticket) -> str:
    if not ticket.urgent or before.urgent:
        return ""
    return f"{ticket.number} 是紧急件，{before.number} 跟着变为紧急件。"


def _date(before: Ticket, into: Ticket, now: datetime) -> str:
    if into.promise.reply_by == before.promise.reply_by:
        return f"期限不变：{moment(into.promise.reply_by, now)} 前答复。"
    was = moment(before.promise.reply_by, now)
    return f"期限取早的一个：{moment(into.promise.reply_by, now)} 前答复（原来{was}）。"


def _taken(ticket: Ticket, what: Absorbed) -> str:
    parts = ["市民的话"]
    if what.place is not None:
        parts.append(f"地点（{what.place.text or what.place.area}）")
    if what.attachments:
        parts.append(f"{len(what.attachments)} 个附件")
    return f"从 {ticket.number} 转过去：{'、'.join(parts)}。"
