"""Texts about a 整改 item: for citizens whose tickets it covers, for officials, and for the public page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from handlers.directory.directory import Directory
from handlers.items import events
from handlers.items.item import Item, Measure, Origin, Owed
from handlers.items.lifecycle import open_measures
from handlers.tickets import masking
from handlers.tickets.wording import brief, clause, cut, lasting, moment, short

SHOWN = 60
"""Characters quoted of what somebody wrote."""

ORIGINS: dict[Origin, str] = {
    Origin.HOT: "很多人反映同一件事",
    Origin.GRADES: "一段时间里多次差评",
    Origin.SUPERVISOR: "督办员认为要一起整改",
}
OWED: dict[Owed, str] = {
    Owed.PLAN: "整改措施",
    Owed.MEASURE: "措施",
    Owed.AGAIN: "重新报验",
    Owed.SIGN: "验收",
}
TITLES: dict[type, str] = {
    events.Opened: "立项",
    events.Planned: "定措施",
    events.Progressed: "进展",
    events.Extended: "展期",
    events.SubmittedForSignOff: "报验",
    events.SentBack: "验收没通过",
    events.SignedOff: "验收销号",
    events.Covered: "纳入更多工单",
    events.Dropped: "撤销",
    events.Warned: "提醒",
}
"""Names of steps, on the page and in 整改."""


def measure(each: Measure) -> str:
    """A measure with its date and what became of it."""
    if each.done_at is not None:
        return f"{each.text}（{short(each.done_at)[:5]} 完成）"
    return f"{each.text}（{moment(each.due.by)} 前{'，已逾期' if each.due.late else ''}）"


def measures(item: Item) -> list[str]:
    """All measures, numbered."""
    return [f"{place}. {measure(each)}" for place, each in enumerate(item.measures, 1)]


def called(item: Item) -> str:
    """The item inside a sentence: Z26003「…」."""
    return f"{item.key}「{brief(item.cause)}」"


# To citizens: what stands after "您这件…所属的整改（整〔2026〕0003号）有新进展：".


def _opened(item: Item, _what: events.Opened, name: str) -> str:
    people = f"有 {item.people} 人反映，" if item.people > 1 else ""
    return f"{people}已立项整改，由{name}牵头，{moment(item.plan.by)} 前公布措施"


def _planned(_item: Item, what: events.Planned, name: str) -> str:
    found = f"查明原因：{clause(what.analysis)}；" if what.analysis else ""
    told = "；".join(f"{clause(each.text)}（{moment(each.due.by)} 前）" for each in what.measures)
    return f"{found}{name}的措施：{told}" if told else found.rstrip("；")


def _progressed(item: Item, what: events.Progressed, _name: str) -> str:
    if not what.measure:
        return clause(what.text)
    about = clause(item.measures[what.measure - 1].text)
    return f"「{cut(about, SHOWN)}」{'已完成' if what.done else '有进展'}：{clause(what.text)}"


def _extended(item: Item, what: events.Extended, _name: str) -> str:
    about = clause(item.measures[what.measure - 1].text)
    return f"「{cut(about, SHOWN)}」改到{moment(what.due.by)} 前，原因：{clause(what.reason)}"


def _sent_back(_item: Item, what: events.SentBack, name: str) -> str:
    return f"验收没有通过：{clause(what.reason)}，{name}{moment(what.again.by)} 前改好再报"


def _signed(item: Item, what: events.SignedOff, _name: str) -> str:
    return f"{clause(item.conclusion)}。验收意见：{clause(what.verdict)}"


def _covered(item: Item, _what: events.Covered, name: str) -> str:
    plan = "；".join(f"{clause(each.text)}（{moment(each.due.by)} 前）" for _, each in open_measures(item))
    return f"和您反映同一件事的人很多，已一起整改，由{name}牵头" + (f"。正在做：{plan}" if plan else "")


def _dropped(_item: Item, what: events.Dropped, _name: str) -> str:
    return f"不再作为整改，原因：{clause(what.reason)}。您这件照常办理"


_CITIZENS: dict[type, Callable[[Item, Any, str], str]] = {
    events.Opened: _opened,
    events.Planned: _planned,
    events.Progressed: _progressed,
    events.Extended: _extended,
    events.SentBack: _sent_back,
    events.SignedOff: _signed,
    events.Covered: _covered,
    events.Dropped: _dropped,
}


def to_citizens(item: Item, what: events.What, directory: Directory) -> str:
    """What those whose tickets are covered read of it; "" for what concerns officials only. `item` as it is now."""
    say = _CITIZENS.get(type(what))
    return say(item, what, directory.name(item.unit_id)) if say else ""


def answer(item: Item, by: str) -> str:
    """The lead unit's words as an answer to a ticket; `by` is the unit that signed it off."""
    return f"{item.conclusion}\n（{item.number} 整改已完成，{by}验收：{clause(item.verdict)}）"


# To officials, pushed.


def task_opened(item: Item) -> str:
    """To the lead unit and its head."""
    return (
        f"整改立项 {item.key}（{item.number}）：{clause(item.cause)}，涉及 {len(item.tickets)} 件、{item.people} 人。"
        f"请贵单位牵头，{moment(item.plan.by)} 前定出措施。\n回复：措施 {item.key} 几月几日前 做什么"
    )


def task_submitted(item: Item, unit: str) -> str:
    """To whoever opened it."""
    left = len(open_measures(item))
    warn = f"有 {left} 项措施没有记完成。" if left else ""
    by = f"，{moment(item.sign.by)} 前给意见" if item.sign else ""
    return (
        f"{unit}报验 {called(item)}：{cut(item.conclusion, 200)}\n{warn}请验收{by}。\n"
        f"回复：验收 {item.key} 意见｜退改 {item.key} 原因"
    )


def task_sent_back(item: Item, what: events.SentBack) -> str:
    """To the lead unit and its head."""
    return f"整改 {called(item)}验收没有通过：{clause(what.reason)}。请在 {moment(what.again.by)} 前改好再报验。"


def task_signed(item: Item, what: events.SignedOff) -> str:
    """To the lead unit and its head."""
    return f"整改 {called(item)}已验收销号：{clause(what.verdict)}。结论已答复给 {item.people} 位市民，请他们评价。"


def task_dropped(item: Item, what: events.Dropped) -> str:
    """To the lead unit and its head."""
    return f"整改 {called(item)}已撤销，原因：{clause(what.reason)}。所涉工单照常办理。"


def task_extended(item: Item, what: events.Extended, unit: str) -> str:
    """To whoever opened it."""
    return f"{unit}把整改 {called(item)}第{what.measure}项改到 {moment(what.due.by)} 前，原因：{clause(what.reason)}。"


def task_warned(item: Item, what: events.Warned, now: datetime, unit: str) -> str:
    """To the lead unit before; to its head and the supervisor as well when it is late."""
    about = "整改措施" if what.owed is Owed.PLAN else OWED[what.owed]
    if what.owed is Owed.MEASURE:
        about = f"第{what.measure}项措施「{cut(item.measures[what.measure - 1].text, SHOWN)}」"
    if what.late:
        return (
            f"整改 {called(item)}（{unit}牵头）：{about}应在 {moment(what.by)} 前完成，"
            f"已过 {lasting(now - what.by)}。{_how(item, what)}"
        )
    return f"整改 {called(item)}：{about}到 {moment(what.by, now)} 为止，快到期了。{_how(item, what)}"


def _how(item: Item, what: events.Warned) -> str:
    match what.owed:
        case Owed.PLAN:
            return f"\n回复：措施 {item.key} 几月几日前 做什么"
        case Owed.MEASURE:
            return f"\n办好了：进展 {item.key} 第{what.measure}项 完成 说明｜来不及：展期 {item.key} 第{what.measure}项 几月几日前 原因"
        case Owed.AGAIN:
            return f"\n改好了：报验 {item.key} 结论"
        case Owed.SIGN:
            return f"\n请督办员：验收 {item.key} 意见｜退改 {item.key} 原因"


def proposal(unit: str, category: str, numbers: tuple[str, ...], days: int) -> str:
    """To a supervisor, once for one series: with a ready command."""
    return (
        f"{unit}的「{category}」近 {days} 天里有 {len(numbers)} 件被评为不满意。看看是不是同一个毛病，要不要整改：\n"
        f"立项 {','.join(numbers)} {unit} {category}多次评价不满意"
    )


# For everybody, on the public page.


def public(text: str, phone: str) -> str:
    """An official's words as everybody may read them: without personal data; the unit's own telephone is none."""
    return (
        phone.join(masking.for_followers(part) for part in text.split(phone)) if phone else masking.for_followers(text)
    )


def story(item: Item, event: events.ItemEvent, directory: Directory) -> str | None:
    """What the public page says of a step; None for what is no step to the public."""
    what = event.what
    match what:
        case events.Covered(tickets=tickets):
            return f"又有 {len(tickets)} 件同样的反映一起整改"
        case events.SubmittedForSignOff():
            return "承办单位报告已经改好，等督办员验收"
        case events.Warned(late=True):
            return f"{OWED[what.owed]}应在 {moment(what.by)} 前，没有按时完成，已报上级"
        case events.Warned():
            return None
        case _:
            return to_citizens(item, what, directory)
