"""The tickets behind a figure, in words that identify no citizen."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from handlers.calendar.zone import local
from handlers.rankings.records import Record
from handlers.tickets.publishing import is_public
from handlers.tickets.ticket import Ticket
from handlers.tickets.wording import GRADES, STATES
from handlers.tracking import privacy
from handlers.tracking.model import Audience


class Which(StrEnum):
    """The figures that open to their tickets; the value is the last part of the address."""

    ANSWERED = "answered"
    LATE = "late"
    OWED = "owed"
    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"
    UNSOLVED = "unsolved"
    AGAIN = "again"
    CARDS = "cards"


NAMES: dict[Which, str] = {
    Which.ANSWERED: "已答复",
    Which.LATE: "答复晚了",
    Which.OWED: "到期未答复",
    Which.SATISFIED: "满意",
    Which.DISSATISFIED: "不满意",
    Which.UNSOLVED: "说没解决",
    Which.AGAIN: "重办",
    Which.CARDS: "亮过牌",
}


class RankingLine(Struct, frozen=True):
    """One ticket in a list that everybody may read: no number, no name, no door; without a title unless it is public."""

    title: str
    kind: str
    category: str
    month: str
    said: str
    public: bool


def line(ticket: Ticket, record: Record | None) -> RankingLine:
    """The ticket as strangers may read it; `record` is the go at it that counts, None for one without an answer."""
    filed = local(ticket.filed_at)
    public = is_public(ticket)
    title = privacy.for_audience(ticket, ticket.title, Audience.STRANGER) if public else f"一件不公开的{ticket.kind}"
    # A day and a category may point at somebody where few tickets are: the month is enough for who is not public.
    month = f"{filed.year}年{filed.month}月" + (f"{filed.day}日" if public else "")
    return RankingLine(title, ticket.kind, ticket.category, month, _said(ticket, record), public)


def _said(ticket: Ticket, record: Record | None) -> str:
    if record is None or record.replied_at is None:
        return STATES[ticket.state]
    parts = [
        "按时答复" if record.fair else "答复晚了",
        GRADES.get(record.rating or 0, "") + ("（不计入）" if record.void else ""),
        "" if record.solved is None else "解决了" if record.solved else "没解决",
    ]
    return " · ".join(part for part in parts if part)


class Graded(Struct, frozen=True):
    """An answer on the boards of best and worst: the appeal's title, the unit, its words, and the grade."""

    title: str
    unit_id: str
    reply: str
    at: datetime
    rating: int


REPLY_SHOWN = 300


def graded(ticket: Ticket, phone: str = "") -> Graded | None:
    """A public ticket's answer for the boards, without personal data; None for one that may not be shown.

    `phone` is the unit's own, which is everybody's to know.
    """
    if not is_public(ticket) or ticket.rating is None or ticket.replied_at is None or ticket.opinion.void:
        return None
    parts = ticket.reply.split(phone) if phone else [ticket.reply]
    reply = phone.join(privacy.for_audience(ticket, part, Audience.STRANGER) for part in parts)
    return Graded(
        privacy.for_audience(ticket, ticket.title, Audience.STRANGER),
        ticket.unit_id,
        reply if len(reply) <= REPLY_SHOWN else reply[:REPLY_SHOWN].rstrip() + "……",
        ticket.replied_at,
        ticket.rating,
    )
