"""Events of a 整改 item. Facts only: every date is in them, so that folding computes none."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from handlers.errors import Broken
from handlers.items.item import Item, ItemDue, ItemOwed, Measure, Origin
from handlers.items.wording import OWED, SHOWN, called
from handlers.tickets.events import Actor
from handlers.tickets.ticket import Attachment
from handlers.tickets.wording import clause, cut, lasting, moment


class ItemHappening(Struct, frozen=True):
    """Something that can happen to an item. Its fields are stored.

    A new event has its title, `fold` and texts. Its rows in `items/states.py` and `rectification/notify.py` say when it
    may happen and which officials are told.
    """

    title: ClassVar[str]
    """Its name, on the page and in 整改."""

    def fold(self, item: Item, at: datetime, actor: Actor) -> Item:
        """The item after it. Assignments only; state and version are set by `lifecycle`."""
        raise Broken(f"{type(self).__name__} is not folded")

    def tells_citizens(self) -> bool:
        """Whether those whose tickets are covered are pushed `for_citizens`, and do not only see it."""
        return True

    def for_citizens(self, item: Item, unit: str) -> str:
        """What stands after 您这件…所属的整改（整〔2026〕0003号）有新进展：. "" for what concerns officials only.

        `item` is as it is now, `unit` the name of its lead unit, here and below.
        """
        return ""

    def for_public(self, item: Item, unit: str) -> str | None:
        """What the public page says of it; None for what is no step to the public."""
        return self.for_citizens(item, unit)

    def for_officials(self, item: Item, unit: str, now: datetime) -> str:
        """What those read whom `rectification/notify.py` names; "" where it names nobody."""
        return ""

    def files(self) -> tuple[Attachment, ...]:
        """Files that came with it."""
        return ()


class Opened(ItemHappening, frozen=True, tag="opened"):
    """立项."""

    title = "立项"

    number: str
    key: str
    year: int
    serial: int
    origin: Origin
    unit_id: str
    cause: str
    tickets: tuple[int, ...]
    people: int
    plan: ItemDue
    """When the lead unit owes its measures."""

    def open_item(self, item_id: int, at: datetime, actor: Actor) -> Item:
        """The new item."""
        return Item(
            id=item_id,
            number=self.number,
            key=self.key,
            year=self.year,
            serial=self.serial,
            origin=self.origin,
            unit_id=self.unit_id,
            cause=self.cause,
            opened_at=at,
            opened_by=actor,
            plan=self.plan,
            tickets=self.tickets,
            people=self.people,
            told_at=at,
            version=1,
        )

    def for_citizens(self, item: Item, unit: str) -> str:
        people = f"有 {item.people} 人反映，" if item.people > 1 else ""
        return f"{people}已立项整改，由{unit}牵头，{moment(item.plan.by)} 前公布措施"

    def for_officials(self, item: Item, unit: str, now: datetime) -> str:
        return (
            f"整改立项 {item.key}（{item.number}）：{clause(item.cause)}，涉及 {len(item.tickets)} 件、{item.people} 人。"
            f"请贵单位牵头，{moment(item.plan.by)} 前定出措施。\n回复：措施 {item.key} 几月几日前 做什么"
        )


class Planned(ItemHappening, frozen=True, tag="planned"):
    """措施: more of what will be done."""

    title = "定措施"

    measures: tuple[Measure, ...]
    analysis: str = ""
    """What the lead unit found to be the cause; "" where it says nothing new."""

    def fold(self, item: Item, at: datetime, actor: Actor) -> Item:
        measures = (*item.measures, *self.measures)
        return replace(item, measures=measures, analysis=self.analysis or item.analysis, told_at=at)

    def for_citizens(self, item: Item, unit: str) -> str:
        found = f"查明原因：{clause(self.analysis)}；" if self.analysis else ""
        told = "；".join(f"{clause(each.text)}（{moment(each.due.by)} 前）" for each in self.measures)
        return f"{found}{unit}的措施：{told}" if told else found.rstrip("；")


class Progressed(ItemHappening, frozen=True, tag="progressed"):
    """进展."""

    title = "进展"

    text: str
    attachments: tuple[Attachment, ...] = ()
    measure: int = 0
    """Which measure it is about, from 1; 0 for none."""
    done: bool = False
    """Whether the measure is done."""
    told: bool = True
    """Whether citizens are pushed it."""

    def fold(self, item: Item, at: datetime, actor: Actor) -> Item:
        after = replace(item, latest=self.text, latest_at=at, told_at=at if self.told else item.told_at)
        return after.with_measure(self.measure, done_at=at) if self.done else after

    def tells_citizens(self) -> bool:
        return self.told

    def for_citizens(self, item: Item, unit: str) -> str:
        if not self.measure:
            return clause(self.text)
        about = clause(item.measures[self.measure - 1].text)
        return f"「{cut(about, SHOWN)}」{'已完成' if self.done else '有进展'}：{clause(self.text)}"

    def files(self) -> tuple[Attachment, ...]:
        return self.attachments


class ItemExtended(ItemHappening, frozen=True, tag="extended"):
    """展期: a measure will be done later, with a reason that everybody reads."""

    title = "展期"

    measure: int
    """Which measure, from 1."""
    due: ItemDue
    reason: str
    told: bool = True
    """Whether citizens are pushed it."""

    def fold(self, item: Item, at: datetime, actor: Actor) -> Item:
        return replace(item.with_measure(self.measure, due=self.due), told_at=at if self.told else item.told_at)

    def tells_citizens(self) -> bool:
        return self.told

    def for_citizens(self, item: Item, unit: str) -> str:
        about = clause(item.measures[self.measure - 1].text)
        return f"「{cut(about, SHOWN)}」改到{moment(self.due.by)} 前，原因：{clause(self.reason)}"

    def for_officials(self, item: Item, unit: str, now: datetime) -> str:
        by, reason = moment(self.due.by), clause(self.reason)
        return f"{unit}把整改 {called(item)}第{self.measure}项改到 {by} 前，原因：{reason}。"


class SubmittedForSignOff(ItemHappening, frozen=True, tag="submitted"):
    """报验: the lead unit holds it for done."""

    title = "报验"

    conclusion: str
    sign: ItemDue
    """When the supervisor owes a verdict."""

    def fold(self, item: Item, at: datetime, actor: Actor) -> Item:
        return replace(item, conclusion=self.conclusion, submitted_by=actor, sign=self.sign, again=None)

    def for_public(self, item: Item, unit: str) -> str:
        return "承办单位报告已经改好，等督办员验收"

    def for_officials(self, item: Item, unit: str, now: datetime) -> str:
        left = len(item.open_measures())
        warn = f"有 {left} 项措施没有记完成。" if left else ""
        by = f"，{moment(item.sign.by)} 前给意见" if item.sign else ""
        return (
            f"{unit}报验 {called(item)}：{cut(item.conclusion, 200)}\n{warn}请验收{by}。\n"
            f"回复：验收 {item.key} 意见｜退改 {item.key} 原因"
        )


class SentBack(ItemHappening, frozen=True, tag="sent_back"):
    """退改: it is not done."""

    title = "验收没通过"

    reason: str
    again: ItemDue
    """When it is to be submitted once more."""
    told: bool = True
    """Whether citizens are pushed it."""

    def fold(self, item: Item, at: datetime, actor: Actor) -> Item:
        told_at = at if self.told else item.told_at
        return replace(item, sent_back=item.sent_back + 1, again=self.again, sign=None, told_at=told_at)

    def tells_citizens(self) -> bool:
        return self.told

    def for_citizens(self, item: Item, unit: str) -> str:
        return f"验收没有通过：{clause(self.reason)}，{unit}{moment(self.again.by)} 前改好再报"

    def for_officials(self, item: Item, unit: str, now: datetime) -> str:
        by = moment(self.again.by)
        return f"整改 {called(item)}验收没有通过：{clause(self.reason)}。请在 {by} 前改好再报验。"


class SignedOff(ItemHappening, frozen=True, tag="signed"):
    """验收: it is done."""

    title = "验收销号"

    verdict: str

    def fold(self, item: Item, at: datetime, actor: Actor) -> Item:
        return replace(item, verdict=self.verdict, ended_at=at, told_at=at)

    def for_citizens(self, item: Item, unit: str) -> str:
        return f"{clause(item.conclusion)}。验收意见：{clause(self.verdict)}"

    def for_officials(self, item: Item, unit: str, now: datetime) -> str:
        verdict = clause(self.verdict)
        return f"整改 {called(item)}已验收销号：{verdict}。结论已答复给 {item.people} 位市民，请他们评价。"


class Covered(ItemHappening, frozen=True, tag="covered"):
    """纳入: more tickets of the same matter, and the people behind them."""

    title = "纳入更多工单"

    tickets: tuple[int, ...]
    people: int

    def fold(self, item: Item, at: datetime, actor: Actor) -> Item:
        known = frozenset(item.tickets)
        more = (ticket_id for ticket_id in self.tickets if ticket_id not in known)
        return replace(item, tickets=(*item.tickets, *more), people=item.people + self.people)

    def for_citizens(self, item: Item, unit: str) -> str:
        plan = "；".join(f"{clause(each.text)}（{moment(each.due.by)} 前）" for _, each in item.open_measures())
        return f"和您反映同一件事的人很多，已一起整改，由{unit}牵头" + (f"。正在做：{plan}" if plan else "")

    def for_public(self, item: Item, unit: str) -> str:
        return f"又有 {len(self.tickets)} 件同样的反映一起整改"


class Dropped(ItemHappening, frozen=True, tag="dropped"):
    """撤项, with a reason that everybody reads."""

    title = "撤销"

    reason: str

    def fold(self, item: Item, at: datetime, actor: Actor) -> Item:
        return replace(item, verdict=self.reason, ended_at=at, told_at=at)

    def for_citizens(self, item: Item, unit: str) -> str:
        return f"不再作为整改，原因：{clause(self.reason)}。您这件照常办理"

    def for_officials(self, item: Item, unit: str, now: datetime) -> str:
        return f"整改 {called(item)}已撤销，原因：{clause(self.reason)}。所涉工单照常办理。"


class Warned(ItemHappening, frozen=True, tag="warned"):
    """The clock: what is owed is near or past."""

    title = "提醒"

    owed: ItemOwed
    by: datetime
    """When it is owed."""
    measure: int = 0
    """Which measure, from 1; 0 for none."""
    late: bool = False
    """Whether `by` is past."""

    def fold(self, item: Item, at: datetime, actor: Actor) -> Item:
        match self.owed:
            case ItemOwed.PLAN:
                return replace(item, plan=self._mark(item.plan))
            case ItemOwed.MEASURE:
                return item.with_measure(self.measure, due=self._mark(item.measures[self.measure - 1].due))
            case ItemOwed.AGAIN:
                return replace(item, again=self._mark(item.again) if item.again else None)
            case ItemOwed.SIGN:
                return replace(item, sign=self._mark(item.sign) if item.sign else None)

    def _mark(self, due: ItemDue) -> ItemDue:
        return replace(due, reminded=True, late=due.late or self.late)

    def for_public(self, item: Item, unit: str) -> str | None:
        return f"{OWED[self.owed]}应在 {moment(self.by)} 前，没有按时完成，已报上级" if self.late else None

    def for_officials(self, item: Item, unit: str, now: datetime) -> str:
        about = "整改措施" if self.owed is ItemOwed.PLAN else OWED[self.owed]
        if self.owed is ItemOwed.MEASURE:
            about = f"第{self.measure}项措施「{cut(item.measures[self.measure - 1].text, SHOWN)}」"
        if self.late:
            return (
                f"整改 {called(item)}（{unit}牵头）：{about}应在 {moment(self.by)} 前完成，"
                f"已过 {lasting(now - self.by)}。{self._how(item.key)}"
            )
        return f"整改 {called(item)}：{about}到 {moment(self.by, now)} 为止，快到期了。{self._how(item.key)}"

    def _how(self, key: str) -> str:
        match self.owed:
            case ItemOwed.PLAN:
                return f"\n回复：措施 {key} 几月几日前 做什么"
            case ItemOwed.MEASURE:
                number = self.measure
                return f"\n办好了：进展 {key} 第{number}项 完成 说明｜来不及：展期 {key} 第{number}项 几月几日前 原因"
            case ItemOwed.AGAIN:
                return f"\n改好了：报验 {key} 结论"
            case ItemOwed.SIGN:
                return f"\n请督办员：验收 {key} 意见｜退改 {key} 原因"


What = (
    Opened
    | Planned
    | Progressed
    | ItemExtended
    | SubmittedForSignOff
    | SentBack
    | SignedOff
    | Covered
    | Dropped
    | Warned
)


class ItemEvent(Struct, frozen=True):
    """One line of an item's log."""

    item_id: int
    seq: int
    """Counts from 1 without gaps."""
    at: datetime
    actor: Actor
    what: What
