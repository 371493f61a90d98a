"""为何: what made the promised date what it is, read from the log and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.tickets.checkpoints import counting
from handlers.tickets.events import (
    Accepted,
    Asked,
    Closed,
    Event,
    Extended,
    Filed,
    OnSite,
    Reopened,
    Replied,
    Returned,
    Supplemented,
    Transferred,
)
from handlers.tickets.ticket import Promise
from handlers.tickets.wording import lasting, moment


def steps(history: Sequence[Event], now: datetime) -> list[str]:
    """One line for every event that set, moved, stopped or could be thought to have moved the date, oldest first."""
    told: list[str] = []
    asked: datetime | None = None
    for event in counting(history):
        line = _step(event, asked, now)
        if line:
            told.append(f"{moment(event.at, now)} {line}")
        if isinstance(event.what, Asked):
            asked = event.at
        elif isinstance(event.what, Supplemented | Replied | Closed):
            asked = None
    if asked is not None:
        told.append(f"现在还在等市民补充，已经停了 {lasting(now - asked)}，停的时间会补回来")
    return told


def _step(event: Event, asked: datetime | None, now: datetime) -> str:
    match event.what:
        case Filed() as filed:
            return f"市民提交。规定是：{filed.promise.rule}。{_dates(filed.promise, now)}"
        case Accepted() | OnSite():
            return "受理" if isinstance(event.what, Accepted) else "到现场，算作受理"
        case Transferred():
            return "转办，答复期限不变"
        case Returned():
            return "退回，答复期限不变"
        case Asked():
            return "请市民补充，时钟停走"
        case Supplemented(reply_by=reply_by) if asked is not None:
            paused = f"市民补充，停了 {lasting(event.at - asked)}"
            return f"{paused}，期限顺延到{moment(reply_by, now)}" if reply_by else f"{paused}，期限不变"
        case Extended(days=days, reason=reason, reply_by=reply_by):
            return f"延期 {days} 个工作日到{moment(reply_by, now)}，原因：{reason}"
        case Reopened(promise=promise):
            return f"重新办理，重新计时。规定是：{promise.rule}。{_dates(promise, now)}"
        case Replied() | Closed():
            return "答复，时钟停止" if isinstance(event.what, Replied) else "办结"
        case _:
            return ""


def _dates(promise: Promise, now: datetime) -> str:
    counted = "按小时连续计" if promise.in_hours else "只数工作日"
    return f"{moment(promise.accept_by, now)} 前受理，{moment(promise.reply_by, now)} 前答复（{counted}）"
