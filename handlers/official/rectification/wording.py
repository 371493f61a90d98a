"""Replies to commands about 整改."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from handlers.items.item import Item, ItemState, Origin
from handlers.items.lifecycle import next_due
from handlers.items.states import NAMES
from handlers.items.wording import ORIGINS, called, measures
from handlers.tickets.wording import brief, cut, lasting, moment, short

LISTED = 10
SHOWN = 300

NONE_RUNNING = "现在没有在办的整改。督办员这样立项：立项 热点2 单位 事由"
NONE_MINE = "本单位现在没有在办的整改。"
NONE_TO_SIGN = "现在没有等着验收的整改。全部请回「整改」。"
NOT_FOR_ONESELF = "牵头单位不能给自己立项或验收，请找督办员。"
NO_DAY = "没有执行：看不出是哪天前。每行先写日期，再写做什么，例如：\n措施 {key} 12月5日前 更换滨河路全部灯杆电缆"
NO_WORDS = "没有执行：日期后面还要写做什么。"
EMPTY_REPLY = "没有执行：结论会原样答复给每一位市民，请写清查明了什么、怎么改的、现在怎样。"
NO_NEW_DAY = "没有执行：先写新的日期，再写原因，例如：\n展期 {key} 第1项 12月12日前 电缆要从外地调运"
ISSUE_MOVED = "热点刚刚重新汇总过，刚才那一个变了。请回「热点」再看一眼，重新立项。"
NOTHING_TO_COVER = "没有立项：这些工单都已撤回、并案，或者已经在别的整改里。"
NOTHING_NEW = "没有纳入：这些工单都已撤回、并案，或者已经在整改里。"


def no_such_item(key: str) -> str:
    """A number that nobody was given."""
    return f"没有执行：没有编号 {key} 的整改。在办的请回「整改」。"


def which_item(items: Sequence[Item]) -> str:
    """The number was left out, and there are several."""
    return "是哪一项整改？\n" + "\n".join(f"{item.key} {brief(item.cause)}" for item in items)


def not_yours(item: Item, unit: str) -> str:
    """A command of the lead unit by somebody else."""
    return f"没有执行：{item.key} 由{unit}牵头，只有牵头单位能写。想看进展：整改 {item.key}"


def below_only(unit: str) -> str:
    """A leader wants to direct a unit that is not below theirs."""
    return f"没有执行：{unit}不是您的下属单位，请找督办员。"


def day_past(day: date) -> str:
    """A date that is over, or too far away."""
    return f"没有执行：{day.month}月{day.day}日已经过去，或超过一年，请写一年之内的日期。"


def no_such_measure(item: Item) -> str:
    """A place beyond the last."""
    return f"没有执行：{item.key} 现在有 {len(item.measures)} 项措施：\n" + "\n".join(measures(item))


def which_measure(item: Item) -> str:
    """A measure must be named."""
    return f"是第几项？\n{'；'.join(measures(item))}"


def done_already(place: int) -> str:
    """A measure that is done."""
    return f"没有执行：第{place}项已经记过完成。"


def listing(items: Sequence[Item], names: Sequence[str], now: datetime) -> str:
    """整改: the running ones, the soonest due first."""
    lines = [f"在办的整改 {len(items)} 项"]
    lines += [line(item, name, now) for item, name in zip(items[:LISTED], names, strict=False)]
    if len(items) > LISTED:
        lines.append(f"后面还有 {len(items) - LISTED} 项，看一项发：整改 {items[LISTED].key}")
    return "\n".join(lines)


def line(item: Item, unit: str, now: datetime) -> str:
    """One item of a list."""
    due = next_due(item)
    by = "" if due is None else f"已逾期 {lasting(now - due)}" if due < now else f"{moment(due, now)} 前"
    about = " · ".join(part for part in (NAMES[item.state], by, unit) if part)
    return f"{item.key} {brief(item.cause)}\n　{about}"


def shown(item: Item, unit: str, now: datetime) -> str:
    """整改 with a number: the whole of it."""
    due = next_due(item)
    lines = [
        f"{item.key}（{item.number}）{NAMES[item.state]}",
        f"事由：{cut(item.cause, SHOWN)}（{ORIGINS[item.origin]}）",
        f"牵头：{unit}，{short(item.opened_at)[:5]} 立项，涉及 {len(item.tickets)} 件、{item.people} 人",
        f"原因：{cut(item.analysis, SHOWN)}" if item.analysis else "",
        *(["措施：", *measures(item)] if item.measures else ["措施：还没有"]),
        f"进展：{short(item.latest_at)} {cut(item.latest, SHOWN)}" if item.latest_at else "",
        f"退改 {item.sent_back} 次" if item.sent_back else "",
        f"结论：{cut(item.conclusion, SHOWN)}" if item.conclusion else "",
        f"意见：{cut(item.verdict, SHOWN)}" if item.verdict else "",
        f"接下来：{moment(due, now)} 前" if due and due >= now else f"已逾期 {lasting(now - due)}" if due else "",
    ]
    return "\n".join(filter(None, lines))


def ask_open(count: int, people: int, unit: str, cause: str, origin: Origin) -> str:
    """Before 立项."""
    return (
        f"要立项整改吗？由{unit}牵头：{cut(cause, SHOWN)}\n{ORIGINS[origin]}，涉及 {count} 件、{people} 人，"
        f"他们都会收到通知，之后每有进展都会告诉他们。"
    )


def opened(item: Item, unit: str, now: datetime) -> str:
    """立项 is done."""
    return (
        f"已立项 {item.key}（{item.number}），{unit}牵头，涉及 {len(item.tickets)} 件、{item.people} 人，都已通知。"
        f"{unit}要在{moment(item.plan.by, now)} 前定出措施。"
    )


def planned(item: Item, count: int) -> str:
    """措施 is done."""
    told = f"，已告诉 {item.people} 位市民" if count else ""
    return f"{called(item)}现有 {len(item.measures)} 项措施{told}：\n" + "\n".join(measures(item))


def progressed(item: Item, told: bool, files: int) -> str:
    """进展 is done."""
    pictures = f"（附 {files} 个文件）" if files else ""
    heard = f"已告诉 {item.people} 位市民" if told else "市民在进度页看得到；一天之内推送过，这次不再推送"
    left = len(item.open_measures())
    rest = f"还有 {left} 项措施没有完成。" if left else f"措施都完成了，可以报验：报验 {item.key} 结论"
    return f"已记下 {called(item)}的进展{pictures}，{heard}。{rest}"


def postponed(item: Item, place: int, now: datetime) -> str:
    """展期 is done."""
    by = item.measures[place - 1].due.by
    return f"{called(item)}第{place}项改到{moment(by, now)} 前，原因市民看得到。"


def submitted(item: Item, now: datetime) -> str:
    """报验 is done."""
    left = item.open_measures()
    warn = f"\n注意：还有 {len(left)} 项措施没有记完成。" if left else ""
    by = f"，{moment(item.sign.by, now)} 前给意见" if item.sign else ""
    return f"{called(item)}已报验，等督办员验收{by}。验收后，结论会答复给 {item.people} 位市民。{warn}"


def sent_back(item: Item, unit: str) -> str:
    """退改 is done."""
    return f"已退改 {called(item)}，{unit}要改好再报验。"


def ask_sign(item: Item, answered: int, left: int) -> str:
    """Before 验收."""
    rest = f"另有 {left} 件还要由各自的承办单位答复（别的单位桌上的，或重办还没回访的）。" if left else ""
    return (
        f"要验收销号 {called(item)}吗？\n结论：{cut(item.conclusion, SHOWN)}\n"
        f"{answered} 件会用这段结论答复，其余的告诉他们已经完成；有了答复的都请他们评价。{rest}"
    )


def signed(item: Item, answered: int, left: int) -> str:
    """验收 is done."""
    rest = f"还有 {left} 件由各自的承办单位接着答复。" if left else ""
    return f"{called(item)}已验收销号，{answered} 件用结论作了答复，{item.people} 位市民都已告知。{rest}"


def covered(item: Item, count: int) -> str:
    """纳入 is done."""
    return f"已把 {count} 件纳入 {called(item)}，现在涉及 {len(item.tickets)} 件、{item.people} 人。"


def ask_drop(item: Item) -> str:
    """Before 撤项."""
    return f"要撤销整改 {called(item)}吗？原因会告诉 {item.people} 位市民，所涉工单照常办理。"


def dropped(item: Item) -> str:
    """撤项 is done."""
    return f"已撤销整改 {called(item)}，市民已告知，所涉工单照常办理。"


def offered(place: int, item: Item | None) -> str:
    """For 热点: what is being done about the issue, or how it could be."""
    if item is None:
        return f"要一起整改：立项 热点{place} 单位 事由"
    return f"已立项整改 {item.key}（{NAMES[item.state]}），新来的工单自动纳入。"


def todo_line(item: Item, now: datetime) -> str:
    """For 待办 of the lead unit."""
    what = {ItemState.OPENED: "定措施", ItemState.SUBMITTED: "等验收"}.get(item.state, "整改")
    due = next_due(item)
    by = "" if due is None else f"，已逾期 {lasting(now - due)}" if due < now else f"，{moment(due, now)} 前"
    return f"{item.key} 【整改】{brief(item.cause)}\n　{what}{by}"
