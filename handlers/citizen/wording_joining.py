"""Everything a citizen reads about going on together with others (附议)."""

from __future__ import annotations

from datetime import datetime

from handlers.citizen.wording import promised
from handlers.pushes import Choice
from handlers.tickets.publishing import is_public
from handlers.tickets.steps import Shortened
from handlers.tickets.ticket import Ticket
from handlers.tickets.wording import brief, moment
from handlers.tracking.privacy import hide

JOIN_TAPS = (Choice("一起推动", "一起推动"), Choice("单独报", "单独报"))
JOIN_GONE = "刚才那件现在不能再一起推动了，多半已经办完或撤回。要单独报吗？"
JOIN_WHICH = "要附议哪一件？回「附议 编号」，比如「附议 26000015」；没公开的再加上查询码。您自己的事，直接说就行。"
JOIN_NOT = "好的，没有附议。"
JOIN_OVER = "刚才那件现在不能再附议了，多半已经办完或撤回。您有同样的情况，直接说给我就行。"
JOIN_OWN = "这就是您自己报的那一件，不用附议。想看进展回「进度」。"


def join_number_taps(main: Ticket, code: str | None) -> tuple[Choice, ...]:
    """Yes or no to joining the numbered ticket; the number goes with the words."""
    named = f"{main.number} {code}" if code else main.number
    return (Choice("一起推动", f"确认附议 {named}"), Choice("不了", f"不附议 {main.number}"))


def unseen(ticket: Ticket) -> str:
    """A ticket that is not public, by no more than its kind, category and part of town."""
    area = ticket.place.area if ticket.place else ""
    about = f"「{ticket.category}」" if ticket.category else ""
    return f"{area}的一件{about}{ticket.kind}" if area else f"一件{about}{ticket.kind}"


def ask_join(main: Ticket, unit: str, now: datetime) -> str:
    """Others want the same done: once asked, joined only on yes. Nothing of the first author's is shown."""
    area = f"，{main.place.area}" if main.place and main.place.area else ""
    about = f"「{hide(brief(main.title), main.place)}」{area}" if is_public(main) else unseen(main)
    late = now > main.promise.reply_by
    by = "原定的答复时间已过" if late else f"承诺 {moment(main.promise.reply_by, now)} 前答复"
    return (
        f"已有 {main.crowd + 1} 人反映同一问题（{about}，由{unit}办理，{by}），要一起推动吗？\n"
        "一起推动：您有自己的编号，进展单独告诉您，自己评价，随时能退出。"
    )


def join_hint(people: int) -> str:
    """After a filing that could not wait: others wrote of the same."""
    return f"已有 {people} 人反映了同样的情况。您这件照样办；想和他们一起推动，回「附议」。"


def joined(ticket: Ticket, others: int, unit: str, link: str, now: datetime, *, new: bool) -> str:
    """附议 done: the own number, who has it and until when, the way out."""
    number = f"您的编号 {ticket.number}，查询码 {ticket.code}。" if new else f"{ticket.number} 不再单独办，编号不变。"
    late = now > ticket.promise.reply_by
    by = "原定的答复时间已过，会尽快答复您" if late else f"{moment(ticket.promise.reply_by, now)} 前答复您"
    return (
        f"好的，一起推动：{ticket.title}\n{number}\n和您一起的还有 {others} 人，由{unit}办理，{by}。\n"
        f"有进展单独告诉您；想退出回「撤回」，想自己单独办回「单独办」。进度：{link}"
    )


def joined_already(ticket: Ticket) -> str:
    """附议 a second time."""
    return f"这件事您已经在一起推动了，您的编号是 {ticket.number}。想看进展回「进度」。"


JOIN_NOT_ACCUSING = "您这件反映的是单位或工作人员本身，要单独办理，不和别人的并在一起，这样更保密。"
"""Said when somebody wants to join with a report about an office."""


def alone(ticket: Ticket, unit: str, now: datetime) -> str:
    """单独办 done."""
    return f"好的，{ticket.number}「{ticket.title}」现在单独办。{unit}，{promised(ticket, now)}。"


def sooner(what: Shortened, now: datetime) -> str:
    """Who made the crowd large enough reads what that does, and by which rule."""
    return f"您加入后一共 {what.crowd} 人，按公开的规定（{what.rule}），期限提前到{moment(what.reply_by, now)}。"
