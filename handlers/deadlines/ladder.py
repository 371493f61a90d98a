"""What happens when nobody answers: the steps of the ladder that are still to come."""

from __future__ import annotations

from datetime import datetime

from handlers.chasing.due import ladder, reminder_due
from handlers.tickets.states import OPEN
from handlers.tickets.steps import CardColour
from handlers.tickets.ticket import State, Ticket
from handlers.tickets.wording import moment

_CALLED: dict[CardColour | None, str] = {
    CardColour.YELLOW: "亮黄牌",
    CardColour.RED: "亮红牌",
    None: "发催办通知单",
}


def to_come(ticket: Ticket, now: datetime) -> str:
    """What the clock will do and when if no answer comes; "" when no answer is owed any more."""
    if ticket.state not in OPEN:
        return ""
    if ticket.joined_to is not None:
        return f"提醒和亮牌跟着 {ticket.joined_number} 走"
    if ticket.state is State.WAITING:
        until = ticket.chase.wait_until
        return f"最多等到{moment(until, now)}，到时自动接着计时；停着的时候不亮牌" if until else "停着的时候不亮牌"
    steps = [(at, _CALLED[colour]) for colour, at in ladder(ticket).items()]
    if reminder_due(ticket) and ticket.promise.remind_at is not None and now <= ticket.promise.reply_by:
        steps.append((ticket.promise.remind_at, "提醒承办单位"))
    told = "，".join(f"{moment(max(at, now), now)} {what}" for at, what in sorted(steps))
    if not ticket.promise.ladder:
        return f"{told}；这类事晚了不亮牌" if told else "这类事晚了不亮牌"
    return f"要是一直没有答复：{told}" if told else ""
