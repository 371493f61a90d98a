"""Texts of the clock's pushes about many tickets at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from handlers.tickets.events import clock, grades, work
from handlers.tickets.wording import brief, short

LISTED = 8
"""Tickets listed in a summary: what fits a phone's screen and the platform's limit."""


class Summary(Struct, frozen=True):
    """Texts for one kind of summary: the word on the card (five characters), the sentence, and what can be done."""

    state: str
    says: str
    do: str


SUMMARIES: dict[str, Summary] = {
    "reminded:accept": Summary("没人受理", "有 {count} 件过了受理期限，还没有人受理：", "回复：受理 编号"),
    "reminded:reply": Summary("快到期了", "有 {count} 件快到期了，请按时答复市民：", "回复：答复 编号 正文"),
    "reminded:ruling": Summary("等待裁定", "有 {count} 件被多次退回，等您裁定归谁办：", "回复：裁定 编号 单位 理由"),
    "reminded:vow": Summary("承诺到期", "有 {count} 件，答复里答应市民的事快到期了：", "办好了回复：兑现 编号 说明"),
    "carded:yellow": Summary("逾期黄牌", "有 {count} 件到期没有答复市民，亮了黄牌：", "请尽快：答复 编号 正文"),
    "carded:red": Summary("逾期红牌", "有 {count} 件逾期很久还没有答复市民，亮了红牌：", "请马上：答复 编号 正文"),
    "ignored": Summary("催办未回", "有 {count} 件市民催办，没有按时回应：", "请马上：回应 编号 几月几日前怎么办"),
    "vow_broken": Summary("承诺到期", "有 {count} 件，答复里答应市民的事到期没有回音：", "办好了回复：兑现 编号 说明"),
    "resumed": Summary("恢复计时", "有 {count} 件等市民补充到了最长时间，时钟接着走：", "请按期答复市民"),
    "reopened": Summary("重新办理", "有 {count} 件市民评价较低，重新办理：", "请换个办法办，办完再答复"),
}
"""By kind of step (`digest.kind_of`)."""

_NOTICE = Summary("催办通知", "催办通知单 {notice}：{unit}有 {count} 件逾期没有答复市民，请负责人过问。", "")


def summary(
    kind: str, count: int, lines: Sequence[str], *, notice: str = "", unit: str = "", link: str = ""
) -> tuple[str, str]:
    """Returns a summary's text and the word on its card. `lines` are the tickets it lists, `notice` its document, if
    any.
    """
    row = _NOTICE if notice else SUMMARIES[kind]
    told = [row.says.format(count=count, notice=notice, unit=unit), *lines]
    if count > len(lines):
        told.append(f"……还有 {count - len(lines)} 件，回复「待办」可以看到")
    told += [part for part in (row.do, f"看通知单（可打印）：{link}" if link else "") if part]
    return "\n".join(told), row.state


NOT_COUNTED = "已撤回，不计入排行"

TAKEN_BACK: dict[type, str] = {
    clock.UrgeIgnored: "催办未回应",
    clock.CommitmentBroken: "到期未兑现",
    clock.Uncarded: "撤牌",
    clock.Resumed: "恢复计时",
    grades.RatingLapsed: "没有评价",
    work.Closed: "自动办结",
    work.Reopened: "自动重办",
}
"""Names of steps that were taken back, where the kind determines the name."""


def taken_back(reason: str, lines: Sequence[tuple[str, str, Sequence[str]]]) -> str:
    """Returns the push to a desk and its head: what was taken back of each ticket, as (number, title, steps)."""
    told = [f"{reason}，时钟给 {len(lines)} 件记错的已经撤回，不计入排行，您不用做什么："]
    told += [f"{number} {brief(title)}：{'、'.join(what)}" for number, title, what in lines[:LISTED]]
    if len(lines) > LISTED:
        told.append(f"……还有 {len(lines) - LISTED} 件")
    return "\n".join(told)


def line(number: str, title: str, due: datetime, unit: str) -> str:
    """Returns one ticket's line in a summary, with the unit when there are several."""
    whose = f"{unit}，" if unit else ""
    return f"{number} {brief(title)}（{whose}{short(due)} 到期）"


def card_title(title: str, count: int) -> str:
    """Returns the card's title for many tickets: the number first, since its end may be cut."""
    return brief(title) if count == 1 else f"{count} 件：{brief(title)}"
