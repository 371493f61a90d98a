"""Layout of lists, tickets and figures for officials in chat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from handlers.hot import HotIssue
from handlers.tickets.publishing import is_public
from handlers.tickets.ticket import State, Ticket
from handlers.tickets.wording import STATES, brief, cut, lasting, moment, short
from handlers.tracking.model import Checkpoint, TrackingView
from nlp.appeals.personal import mask

TITLE = 18
WORDS_SHOWN = 800
"""Characters of the citizen's words in 查看."""

STEP_SHOWN = 120
PAUSED = "等市民补充，时钟停走"
NOT_DUE = "没有待办的期限"
EMPTY_DESK = "桌上没有待办的工单，辛苦了。"


def due(at: datetime, step: str, now: datetime) -> str:
    """A due date: 今天 18:00 前答复, 已逾期 2 天."""
    if at < now:
        return f"已逾期 {lasting(now - at)}（应在{moment(at, now)} 前{step}）"
    return f"{moment(at, now)} 前{step}"


def desk_title(count: int, late: int, page: int, pages: int) -> str:
    """The head of 待办."""
    late_words = f"，逾期 {late} 件" if late else ""
    page_words = f"（第 {page}/{pages} 页）" if pages > 1 else ""
    return f"待办 {count} 件{late_words}{page_words}"


def desk_line(ticket: Ticket, due_words: str, unit: str) -> str:
    """One ticket of 待办; `unit` when it is on another desk than the reader's."""
    return (
        f"{ticket.number} {marks(ticket)}{cut(mask(ticket.title), TITLE)}\n　{due_words}{f' · {unit}' if unit else ''}"
    )


def marks(ticket: Ticket) -> str:
    """What makes a ticket stand out."""
    found = (
        "【急】" if ticket.urgent else "",
        "【督】" if ticket.supervised else "",
        "【重办】" if ticket.state is State.REWORK else "",
        f"【催{ticket.urges}】" if ticket.urges else "",
    )
    return "".join(found)


def ticket(ticket: Ticket, view: TrackingView, due_words: str, veil: Callable[[str], str]) -> list[str]:
    """查看 without its log: state, dates, place and the citizen's words. `veil` hides what the reader may not see."""
    lines = [
        f"{ticket.number} {marks(ticket)}{ticket.kind} · {ticket.category}",
        f"状态：{STATES[ticket.state]} · {view.desk}"
        + (f"（协办：{'、'.join(view.helpers)}）" if view.helpers else ""),
        f"期限：{due_words}（{ticket.promise.rule}）",
        f"提交：{short(ticket.filed_at)}，{_signed(ticket)}，{'公开' if is_public(ticket) else '不公开'}"
        + (f"，写给{ticket.leader}" if ticket.leader else ""),
    ]
    if view.together:
        lines.append(f"附议：一起反映的还有 {view.together} 人" + (f"，跟着 {view.follows} 办" if view.follows else ""))
    if view.place:
        area = ticket.place.area if ticket.place else ""
        lines.append(f"地点：{view.place}" + (f"（{area}）" if area and area not in view.place else ""))
    lines.append(f"原话：{veil(_beginning(ticket.text))}")
    lines += [f"{one.number} 并进来，原话：{veil(_beginning(one.text))}" for one in ticket.taken]
    if ticket.question and ticket.state is State.WAITING:
        lines.append(f"在等市民回答：{veil(ticket.question)}")
    lines += [f"注意：{snag.title}{f'，{veil(snag.detail)}' if snag.detail else ''}" for snag in view.snags]
    return lines


def _signed(ticket: Ticket) -> str:
    if not ticket.named:
        return "匿名"
    return f"署名 {ticket.called}" if ticket.called else "署名"


def _beginning(text: str) -> str:
    return text if len(text) <= WORDS_SHOWN else text[:WORDS_SHOWN] + "…"


def files(count: int, link: str) -> str:
    """How many files there are, and where to look at them."""
    if not count:
        return ""
    return f"图片等 {count} 个：{link}" if link else f"图片等 {count} 个"


def stop(checkpoint: Checkpoint, detail: str) -> str:
    """One line of the log; `detail` as far as the reader may see it."""
    who = f"{checkpoint.unit} " if checkpoint.unit else ""
    said = f"：{cut(detail, STEP_SHOWN)}" if detail else ""
    attached = f"（附 {len(checkpoint.attachments)} 个文件）" if checkpoint.attachments else ""
    return f"{short(checkpoint.at)} {who}{checkpoint.title}{said}{attached}"


NOTHING_HOT = "这六十天没有多人反映的同一件事。每小时重新汇总一次。"
RISING, FALLING = 1.05, 0.95
"""Growth that is worth an arrow."""
HOT_NUMBERS = 12
"""Numbers of tickets that are named. A longer list does not help on a phone."""


def hot_title(count: int, at: datetime) -> str:
    """The head of 热点."""
    return f"热点 {count} 个（近六十天，{short(at)} 汇总），最热的在前："


def hot_line(place: int, issue: HotIssue) -> str:
    """One issue of the list."""
    trend = "↑" if issue.growth > RISING else "↓" if issue.growth < FALLING else ""
    return f"{place}. {brief(issue.title)}（{issue.people} 人，{issue.days} 天{trend}）"


def hot_more(listed: int, count: int) -> str:
    """How to see one, and those beyond the list."""
    beyond = f"后面还有 {count - listed} 个。" if count > listed else ""
    return f"{beyond}看一个的人数、天数和工单：热点 1"


def no_such_issue(count: int) -> str:
    """A place beyond the last."""
    return f"现在只有 {count} 个热点。回「热点」看全部。"


def hot_issue(place: int, issue: HotIssue) -> str:
    """Why the issue is hot, and its tickets."""
    trend = "在增多" if issue.growth > RISING else "在减少" if issue.growth < FALLING else "持平"
    votes = f"，附和 {issue.votes}" if issue.votes else ""
    shown = "、".join(issue.numbers[-HOT_NUMBERS:])
    more = f"（共 {len(issue.numbers)} 件，列最近 {HOT_NUMBERS} 件）" if len(issue.numbers) > HOT_NUMBERS else ""
    lines = [
        f"热点 {place}：{issue.title}",
        f"地点：{issue.place}" if issue.place else "",
        f"为什么热：{issue.people} 人（{issue.crowd}）在 {issue.days} 天里反映{votes}，近三十天{trend}，热度 {issue.heat:g}",
        f"从 {short(issue.first)} 到 {short(issue.last)}",
        f"常说的词：{'、'.join(issue.words)}" if issue.words else "",
        f"工单：{shown}{more}",
    ]
    return "\n".join(filter(None, lines))
