"""Phrases that several texts of pushes share: what a push calls a ticket, what is owed, what to do."""

from __future__ import annotations

from handlers.tickets import wording
from handlers.tickets.events.base import Facts
from handlers.tickets.ticket import UNACCEPTED

TEXT_LENGTH = 200
"""Characters quoted of what somebody wrote."""
REPLY_LENGTH = 400
"""Characters of a reply in a push. The page shows all of it."""


def yours(facts: Facts) -> str:
    """The ticket, to the citizen whose it is."""
    return f"您反映的「{wording.brief(facts.ticket.title)}」（{facts.ticket.number}）"


def still_by(facts: Facts) -> str:
    """The date that did not change; a date in the past is no promise any more."""
    if facts.late:
        return f"原定 {facts.reply_by} 前答复，已经逾期，会尽快答复您。"
    return f"答复期限不变，{facts.reply_by} 前。"


def see(facts: Facts) -> str:
    """Where the citizen sees the whole of it."""
    return f"\n看进度：{facts.link}" if facts.link else ""


def reply_text(text: str) -> str:
    """The start of a reply, with a word on where the rest is."""
    return text if len(text) <= REPLY_LENGTH else text[:REPLY_LENGTH].rstrip() + "……（全文在进度页）"


def case(facts: Facts) -> str:
    """The ticket, to officials."""
    return f"{facts.ticket.number}「{wording.brief(facts.ticket.title)}」"


def brief(facts: Facts) -> str:
    """The heart of a ticket for an official, in three lines."""
    ticket = facts.ticket
    head = ("紧急　" if ticket.urgent else "") + (f"写给{ticket.leader}　" if ticket.leader else "")
    place = f"\n地点：{ticket.place.text or ticket.place.area}" if ticket.place else ""
    return (
        f"{head}{ticket.kind}{'·' + ticket.category if ticket.category else ''}\n{wording.cut(ticket.text, 120)}{place}"
    )


def due(facts: Facts) -> str:
    """What the unit owes and by when."""
    ticket, promise = facts.ticket, facts.ticket.promise
    if facts.late:
        return f"答复期限 {facts.reply_by} 已过，请马上办理、尽快答复。"
    if ticket.state not in UNACCEPTED or ticket.accepted_at is not None:
        return f"请在 {facts.reply_by} 前答复。"
    if facts.at > promise.accept_by:
        return f"受理期限 {facts.accept_by} 已过，请马上受理，{facts.reply_by} 前答复。"
    if promise.accept_by >= promise.reply_by:
        return f"请马上受理，{facts.reply_by} 前答复。"
    return f"请在 {facts.accept_by} 前受理，{facts.reply_by} 前答复。"


def owed(facts: Facts) -> str:
    """By when the citizen is answered."""
    if facts.late:
        return f"原定 {facts.reply_by} 前答复市民，已经逾期。"
    return f"{facts.reply_by} 前要答复市民。"


def how(facts: Facts) -> str:
    """The commands that a new ticket on this desk calls for."""
    number = facts.ticket.number
    if facts.ticket.unit_id == facts.directory.dispatch_id:
        return f"回复：转办 {number} 单位｜受理 {number}｜不予受理 {number} 原因"
    if not facts.directory.bound(facts.ticket.unit_id):
        return f"{facts.desk}还没有人绑定，所以先发给您。回复：转办 {number} 单位"
    return f"回复：受理 {number}｜退回 {number} 原因"
