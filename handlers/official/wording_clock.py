"""Every word an official reads about the clock: 回应, 裁定, 撤牌, 兑现, 回访, 重办, 请假."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from handlers.directory.directory import Directory, Staff
from handlers.tickets.ticket import Vow
from handlers.tickets.wording import WEEKDAYS, clause, cut, moment, short

VOW_SHOWN = 24
"""Characters of a promise in a list."""

NO_DAY = "没有执行：回应要写明日期，市民才知道等到哪天。例如：周五前更换、11月28日前到场、3天内修好。"
NOT_URGED = "没有执行：市民没有催办过这件，不用回应。想告诉市民进展，请发「现场」或「答复」。"
NO_VOWS = "没有执行：这件的答复里没有答应过哪天前办什么，不用兑现。"
ALL_KEPT = "没有执行：答应过的都已经兑现了。"
NOTHING_TO_RULE = "没有执行：这件没有等着裁定，请直接转办。"
NOT_THE_DISPATCHER = "没有执行：裁定要定一个承办单位，不能再放回派单台。"
DISPATCHER_RULES = "没有执行：没有能联系上的督办员，这件由派单台裁定。"
NO_CARD = "没有执行：这件现在没有牌。"
WHICH_CARD = "黄牌和红牌都在，要撤哪一张？"
NO_SUCH_CARD = "没有执行：这件没有这张牌，或已经撤下了。"


RETURNED_TO_ITSELF = "这件事退回也还是到这里，请直接受理或转办。"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def day_past(day: date, today: date) -> str:
    """The day named has passed."""
    return f"没有执行：{_day(day)}已经过了，今天是{_day(today)}。请写一个往后的日期。"


def too_late(latest: datetime, reply_by: datetime, now: datetime) -> str:
    """The day named comes after what the next step needs."""
    why = "答复期限" if reply_by > now else "已经逾期，最迟"
    return f"没有执行：日期太晚了，{why}是{moment(latest, now)}。请写这之前的日期；确实来不及，请用「延期」。"


def ruled_already(at: datetime, by: str, unit: str, reason: str) -> str:
    """退回 after a ruling."""
    return f"没有退回：{short(at)} {by}已裁定归{unit}办（{clause(reason)}），不能再退回。有异议请找裁定的上级。"


def not_the_arbiter(arbiters: Sequence[Staff], directory: Directory) -> str:
    """裁定 by somebody else; who it is for."""
    return f"没有执行：这件由{_named(arbiters, directory)}裁定。"


def which_vow(waiting: Iterable[tuple[int, Vow]]) -> str:
    """Several promises are open."""
    lines = "\n".join(f"第{place}项：{cut(vow.text, VOW_SHOWN)}（{short(vow.by)}）" for place, vow in waiting)
    return f"兑现的是哪一项？\n{lines}"


def no_such_vow(count: int) -> str:
    """A place beyond the last."""
    return f"没有执行：一共 {count} 项，请写第1项到第{count}项。"


def kept_already(place: int) -> str:
    """A promise that was kept before."""
    return f"没有执行：第{place}项已经兑现过了。"


def watched(new: Sequence[Vow], now: datetime) -> str:
    """Which promises of an answer will be watched."""
    if not new:
        return ""
    items = "；".join(f"{cut(vow.text, VOW_SHOWN)}（{moment(vow.by, now)} 前）" for vow in new)
    return f"已记下 {len(new)} 项承诺：{items}。到期前会提醒，办好请回「兑现」。"


def _named(people: Sequence[Staff], directory: Directory) -> str:
    return "、".join(f"{directory.name(one.unit_id)}{one.name}" for one in people[:3])


def another_pair_of_eyes(colleagues: Sequence[Staff], directory: Directory) -> str:
    """重办 answered by whoever answered before."""
    return f"还没答复：上一轮是您答复的，重办要换一个人看。请{_named(colleagues, directory)}来答复。"


def for_a_superior(superiors: Sequence[Staff], directory: Directory) -> str:
    """The same, where the unit has nobody else."""
    return f"还没答复：上一轮是您答复的，本单位没有别的同事，请上级{_named(superiors, directory)}来答复。"


def alone_again(name: str) -> str:
    """For the log: nobody else could answer."""
    return f"重办仍由{name}答复：本单位没有别的同事，上级也没有能联系上的人。"


LIFTED = "（本单位没有别的同事，上级也联系不上，这一轮仍由您答复，已记入备注。）"


def call_back_first(number: str) -> str:
    """重办 answered before the citizen was spoken with."""
    return f"还没答复：重办要先回访市民，问清哪里没解决：回访 {number} 说明"


NO_SPAN = "没有执行：请写明从哪天到哪天，例如：请假 12月1日到12月5日 代理 小李；请假 3天；请假 到周五。"
SPAN_OVER = "没有执行：这段时间已经过去了，或者结束在开始之前，请重新写。"
TOO_LONG = "没有执行：一次最多请半年的假。更久的请管理员调整人员。"
WHICH_DEPUTY = "没有执行：还缺代理人的姓名，例如：请假 3天 代理 小李。"
NOT_AWAY = "您现在没有请假。"
BACK = "欢迎回来，请假已经结束，工单和提醒照常发给您。"


def on_leave(begins: datetime, ends: datetime, deputy: Staff | None, others: bool, now: datetime) -> str:
    """请假 done."""
    since = "现在" if begins <= now else moment(begins, now)
    until = moment(ends - timedelta(minutes=1), now)
    if deputy is not None:
        who = f"这期间的推送发给{deputy.name}，{deputy.name}也能办您权限内的事（记为“{deputy.name}（代您）”）。"
    elif others:
        who = "没有指定代理：您的岗位没有别人在时，推送同时发给本单位其他同事和您。"
    else:
        who = "没有指定代理，本单位也没有别的同事，推送仍然发给您。"
    return f"已请假：{since}到{until}。{who}提前回来请回「销假」。"


def no_such_colleague(name: str, colleagues: Sequence[Staff]) -> str:
    """A deputy whom the unit does not have."""
    known = "、".join(one.name for one in colleagues[:5])
    return f"没有执行：本单位没有已绑定的“{cut(name, 12)}”。" + (f"可以是：{known}。" if known else "")


def which_colleague(name: str, found: Sequence[Staff]) -> str:
    """Several colleagues are called like that."""
    return f"叫“{cut(name, 12)}”的有 {len(found)} 位：{'、'.join(one.name for one in found)}。请写全名。"


def deputy_away(name: str) -> str:
    """A deputy who is away."""
    return f"没有执行：{name}也在请假，请换一位代理。"
