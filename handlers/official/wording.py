"""Every word an official reads in answer to a command."""

from __future__ import annotations

from datetime import datetime

from handlers.official.commands import SPEC, Argument, Asks, Group, Slot, Spec, example
from handlers.units import Role
from handlers.zone import local

EMPTY = "请发一个命令，例如：待办。全部命令请回「帮助」。"
ROLES = {
    Role.HANDLER: "承办人",
    Role.DISPATCHER: "派单员",
    Role.SUPERVISOR: "督办员",
    Role.LEADER: "领导",
    Role.ADMIN: "管理员",
}
CITIZEN_TOO = "想以市民身份反映事情，请在前面写“市民”，例如：市民 我家楼下的路灯不亮了。"


def glued(row: Spec, rest: str) -> str:
    """A body that follows its verb without a blank may be ordinary talk; nothing was done."""
    return f"没有执行。如果要{row.verb}，请在“{row.verb}”后面写编号，或留一个空格：\n{row.verb} {_short(rest)}"


def too_much(row: Spec, rest: str) -> str:
    """Words after a command that takes no more of them."""
    return f"没有执行：看不懂后面的“{_short(rest)}”。这个命令请这样写：\n{row.form}\n例如：{example(row)}"


def missing(row: Spec, argument: Argument) -> str:
    """An argument is not there, or is not what it should be."""
    what = {Slot.DAYS: "天数（工作日，例如 3天）"}.get(argument.slot, argument.shown)
    return f"没有执行：还缺{what}。请这样写：\n{row.form}\n例如：{example(row)}"


def no_such_help(words: str) -> str:
    """帮助 with something that is no command."""
    return f"没有“{_short(words)}”这个命令。全部命令请回「帮助」。"


def unknown(number: str | None) -> str:
    """Words that resemble no command."""
    if number:
        return f"没有执行：请在编号前写要做什么，例如：\n查看 {number}\n全部命令请回「帮助」。"
    return f"这不是办件命令，什么都没有改动。全部命令请回「帮助」。\n{CITIZEN_TOO}"


def did_you_mean(typed: str, row: Spec, fix: str) -> str:
    """A slip of the pen: the right command, ready to send."""
    right = fix if fix and len(fix) <= 60 else row.form
    return f"没有“{typed}”这个命令，什么都没有改动。您是不是想发：\n{right}"


def ago(then: datetime, now: datetime) -> str:
    """A span of time in the largest unit that fits: 2 天, 3 小时, 5 分钟."""
    minutes = int((now - then).total_seconds() // 60)
    if minutes >= 24 * 60:
        return f"{minutes // (24 * 60)} 天"
    if minutes >= 60:
        return f"{minutes // 60} 小时"
    return f"{max(minutes, 1)} 分钟"


def moment(at: datetime, now: datetime) -> str:
    """A date and time as short as it can be without doubt: 今天 18:00, 明天 09:30, 10月20日 18:00."""
    there, here = local(at), local(now)
    days = (there.date() - here.date()).days
    clock = f"{there:%H:%M}"
    if days in _NEAR_DAYS:
        return f"{_NEAR_DAYS[days]} {clock}"
    year = f"{there.year}年" if there.year != here.year else ""
    return f"{year}{there.month}月{there.day}日 {clock}"


_NEAR_DAYS = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}


def due(at: datetime, now: datetime, step: str) -> str:
    """A due date: 今天 18:00 前答复, 已逾期 2 天."""
    if at < now:
        return f"已逾期 {ago(at, now)}（应在 {moment(at, now)} 前{step}）"
    return f"{moment(at, now)} 前{step}"


def help_all() -> str:
    """All commands by heading; the number may be left out."""
    lines = ["办件命令（[ ] 里的可以不写）"]
    for group in Group:
        lines.append(f"【{group.value}】")
        lines += [f"{row.form}：{row.help}" for row in SPEC if row.group is group]
    lines.append("查看过一件之后，编号可以不写。照片直接发来，会附在下一次现场、答复或备注里。")
    lines.append(CITIZEN_TOO)
    return "\n".join(lines)


def help_one(row: Spec) -> str:
    """One command in full."""
    lines = [row.form, row.help, f"例如：{example(row)}"]
    if row.synonyms:
        lines.append("也可以说：" + "、".join(row.synonyms))
    if row.asks is not Asks.NEVER:
        lines.append(ASKS[row.asks])
    return "\n".join(lines)


ASKS = {
    Asks.NEVER: "马上执行，五分钟内可以撤销",
    Asks.ALWAYS: "做了不能撤销，会先请您确认",
    Asks.OUT_OF_COUNTY: "转出本县（区）不能撤销，会先请您确认；县（区）内五分钟内可以撤销",
}


def _short(words: str, most: int = 30) -> str:
    return words if len(words) <= most else words[:most] + "…"
