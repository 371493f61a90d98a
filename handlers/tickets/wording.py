"""Names and short texts of tickets: states, dates, and the compact timeline in chat. Texts of pushes:
the events and in `letters.py`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from handlers.calendar.zone import day_of, local
from handlers.tickets.ticket import State
from handlers.tracking.model import Checkpoint, Promised, TrackingView

STATES: dict[State, str] = {
    State.SUBMITTED: "已提交",
    State.TRANSFERRED: "转办中",
    State.RETURNED: "重新派单",
    State.ACCEPTED: "已受理",
    State.ON_SITE: "现场处理",
    State.WAITING: "等待补充",
    State.REWORK: "重新办理",
    State.REPLIED: "已答复",
    State.CLOSED: "已办结",
    State.WITHDRAWN: "已撤回",
    State.REFUSED: "不予受理",
    State.MERGED: "已并案",
}
"""Names of states, at most five characters, the platform's limit for a phrase on a card."""

STAGES = ("已提交", "已受理", "已答复", "已办结")
"""The main stages, as a bar."""

GRADES: dict[int, str] = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
"""好差评, the five grades (国务院办公厅, 2019)."""

_PASSED_ON = frozenset({"感谢"})
"""Kinds that want no answer: what we owe is that the right people hear of it."""


def passed_on(kind: str) -> bool:
    """Whether such a message is passed on, and nobody waits for an answer."""
    return kind in _PASSED_ON


def owed(kind: str) -> str:
    """What is due at the promised date, as a verb."""
    return "转达" if passed_on(kind) else "答复"


WEEKDAYS = "一二三四五六日"


def day(at: datetime, now: datetime | None = None) -> str:
    """As 11月23日（周一）; with the year when it is not the year of `now`."""
    here = local(at)
    return _year(here, None if now is None else day_of(now)) + _day(here)


def _day(here: datetime) -> str:
    return f"{here.month}月{here.day}日（周{WEEKDAYS[here.weekday()]}）"


def _year(here: datetime, today: date | None) -> str:
    return "" if today is None or today.year == here.year else f"{here.year}年"


def _clock(here: datetime) -> str:
    # Ten times as fast as strftime, and every filing tells the time several times.
    return f"{here.hour:02}:{here.minute:02}"


def moment(at: datetime, now: datetime | None = None) -> str:
    """As 11月23日（周一）18:00, or 今天 18:00 and 明天（周一）18:00 when `now` is given and near."""
    return _moment(at, None if now is None else day_of(now))


@lru_cache(maxsize=1024)
def _moment(at: datetime, today: date | None) -> str:
    # Remembered: all that was filed on one day is promised for the same few moments.
    here = local(at)
    clock = _clock(here)
    if today is not None:
        ahead = (here.date() - today).days
        if ahead == 1:
            return f"明天（周{WEEKDAYS[here.weekday()]}）{clock}"
        near = {-1: "昨天", 0: "今天"}.get(ahead)
        if near:
            return f"{near} {clock}"
    return f"{_year(here, today)}{_day(here)}{clock}"


def short(at: datetime) -> str:
    """As 11-23 09:12, for narrow lists."""
    return local(at).strftime("%m-%d %H:%M")


@lru_cache(maxsize=1024)
def card_date(at: datetime) -> str:
    """As 11月23日18:00前, fit for a card's field of twenty characters."""
    here = local(at)
    return f"{here.month}月{here.day}日{_clock(here)}前"


def lasting(span: timedelta) -> str:
    """As 3 天, 5 小时 or 20 分钟, rounded down, at least a minute."""
    if span >= timedelta(days=1):
        return f"{span.days} 天"
    if span >= timedelta(hours=1):
        return f"{span // timedelta(hours=1)} 小时"
    return f"{max(1, span // timedelta(minutes=1))} 分钟"


def exactly(span: timedelta) -> str:
    """Hours of work to the minute, as 27 小时 5 分: days would be said to have 24 of them."""
    hours, minutes = divmod(span // timedelta(minutes=1), 60)
    return " ".join(f"{many} {unit}" for many, unit in ((hours, "小时"), (minutes, "分")) if many) or "0 分"


def cut(text: str, length: int) -> str:
    """At most `length` characters, the last an ellipsis when something was left out; line breaks become spaces."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1].rstrip() + "…"


BRIEF = 20


def brief(title: str) -> str:
    """A title inside a sentence: whole when it is short, else up to its last pause, else cut."""
    if len(title) <= BRIEF:
        return title
    pause = max(title.rfind(mark, 0, BRIEF + 1) for mark in "，,、；; ")
    return title[:pause] if pause >= BRIEF // 3 else cut(title, BRIEF)


def clause(text: str) -> str:
    """A person's words fit to stand inside a sentence of ours: one line, no full stop of their own."""
    return " ".join(text.split()).rstrip("。.！!；;，,、 ")


def told(words: str) -> str:
    """A colon and the words for the end of a sentence, nothing for no words."""
    return f"：{words}" if words else ""


def together(others: int) -> str:
    """How many stand beside the reader."""
    return f"和您一起的还有 {others} 人"


PROGRESS_LINES = 5
PROGRESS_DETAIL = 36
PROMISES_SHOWN = 3


def progress(view: TrackingView) -> str:
    """The timeline in chat, at most some 900 bytes: where it is, by when, what went amiss, the last steps, what is next."""
    lines = [f"{view.number}　{cut(view.title, 24)}", f"【{view.big}】{view.says}"]
    if not view.halted:
        lines.append(" ".join(("●" if place <= view.stage else "○") + name for place, name in enumerate(view.stages)))
    if view.promised:
        lines.append(view.promised)
    if view.together:
        lines.append(together(view.together))
    lines += [f"⚠ {snag.title}{told(cut(snag.detail, PROGRESS_DETAIL))}" for snag in view.snags]
    lines += [f"承诺：{promise(each)}" for each in view.promises[:PROMISES_SHOWN]]
    lines.append("—")
    lines += [_line(point) for point in view.checkpoints[:PROGRESS_LINES]]
    left = len(view.checkpoints) - PROGRESS_LINES
    if left > 0:
        lines.append(f"（更早还有 {left} 条）")
    if view.next:
        lines.append(f"接下来：{view.next}")
    return "\n".join(lines)


def promise(each: Promised) -> str:
    """What an answer promised, its day and what became of it."""
    return f"{cut(each.text, PROGRESS_DETAIL)}（{moment(each.by)} 前，{each.state}）"


def _line(point: Checkpoint) -> str:
    return f"{short(point.at)} {point.title}{told(cut(point.detail, PROGRESS_DETAIL))}"
