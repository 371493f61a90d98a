"""Every command an official may give, as a closed union of types. All that is known of each is in `spec.py`."""

from __future__ import annotations

from msgspec import Struct

from handlers.official.rectification.types import RectificationCommand


class Contest(Struct, frozen=True):
    """申诉: the unit holds the grade for a mistake or for malice."""

    number: str | None
    reason: str


class Judge(Struct, frozen=True):
    """评议: a supervisor decides whether the grade counts; `text` begins with 维持 or 剔除."""

    number: str | None
    text: str


GradeCommand = Contest | Judge


class Uncard(Struct, frozen=True):
    """撤牌: takes a yellow or red card back; `colour` is 黄牌 or 红牌, None for the only one there is."""

    number: str | None
    colour: str | None
    reason: str


class Respond(Struct, frozen=True):
    """回应: the answer to the citizen's 催办; its words name a day."""

    number: str | None
    text: str


class Settle(Struct, frozen=True):
    """裁定: whose it is, after it was returned again and again."""

    number: str | None
    unit: str
    reason: str


class Fulfil(Struct, frozen=True):
    """兑现: what an answer promised was done; `which` counts from 1, None for the only one open."""

    number: str | None
    which: int | None
    text: str


class CallBack(Struct, frozen=True):
    """回访: the citizen was spoken with."""

    number: str | None
    text: str


class TakeLeave(Struct, frozen=True):
    """请假: away from when to when, and who stands in ("12月1日到12月5日 代理 小李")."""

    span: str


class ComeBack(Struct, frozen=True):
    """销假: back again."""


ClockCommand = Uncard | Respond | Settle | Fulfil | CallBack
"""Those about one ticket."""

AbsenceCommand = TakeLeave | ComeBack


class Bind(Struct, frozen=True):
    """绑定: this chat account is now that member of staff."""

    code: str


class Unbind(Struct, frozen=True):
    """解绑: this chat account is an ordinary citizen again."""


class Todo(Struct, frozen=True):
    """待办: what lies on my desk; pages count from 1."""

    page: int = 1


class More(Struct, frozen=True):
    """更多: the next page of 待办."""


class Show(Struct, frozen=True):
    """查看: everything I may know of one ticket."""

    number: str | None


class Accept(Struct, frozen=True):
    """受理."""

    number: str | None


class Transfer(Struct, frozen=True):
    """转办: to another unit's desk."""

    number: str | None
    unit: str
    reason: str = ""


class Return(Struct, frozen=True):
    """退回: back to the dispatcher."""

    number: str | None
    reason: str


class Ask(Struct, frozen=True):
    """询问: the citizen must tell more; the clock stands still."""

    number: str | None
    question: str


class Extend(Struct, frozen=True):
    """延期: by so many working days."""

    number: str | None
    days: int
    reason: str


class OnSite(Struct, frozen=True):
    """现场: somebody is there, pictures prove it."""

    number: str | None
    text: str


class Reply(Struct, frozen=True):
    """答复."""

    number: str | None
    text: str


class Close(Struct, frozen=True):
    """办结."""

    number: str | None
    text: str = ""


class Refuse(Struct, frozen=True):
    """不予受理: why, and where the citizen can go instead."""

    number: str | None
    reason: str
    instead: str = ""


class Note(Struct, frozen=True):
    """备注: for officials only."""

    number: str | None
    text: str


class Reclassify(Struct, frozen=True):
    """改类: to another category; the service learns from it."""

    number: str | None
    category: str


class CoHandle(Struct, frozen=True):
    """协办: another unit helps."""

    number: str | None
    unit: str


class Supervise(Struct, frozen=True):
    """督办: with an opinion for the unit."""

    number: str | None
    opinion: str


class Merge(Struct, frozen=True):
    """合并: `number` goes on under `into`."""

    number: str | None
    into: str


class Stats(Struct, frozen=True):
    """统计: my unit's figures in a period, in the words it was named by ("" for this month)."""

    period: str = ""


class Rank(Struct, frozen=True):
    """排行: units side by side in a period."""

    period: str = ""


class Hot(Struct, frozen=True):
    """热点: what many people raise; with a place, that one in full."""

    which: int | None = None


class Why(Struct, frozen=True):
    """为何: why is it due then?"""

    number: str | None


class Undo(Struct, frozen=True):
    """撤销: take back my last command; `which` ticket it was about, None for whichever."""

    which: str | None = None


class Confirm(Struct, frozen=True):
    """确认: yes, do what you asked me about; `which` ticket or 整改 that was, None for what was asked last."""

    which: str | None = None


class SendAnyway(Struct, frozen=True):
    """照发: the reply goes out as it is, although the review found something to mend; why."""

    reason: str


class Cancel(Struct, frozen=True):
    """取消: no, do not; `which` as for 确认."""

    which: str | None = None


class Help(Struct, frozen=True):
    """帮助: all commands, or one of them."""

    verb: str = ""


TicketCommand = (
    Show
    | Accept
    | Transfer
    | Return
    | Ask
    | Extend
    | OnSite
    | Reply
    | Close
    | Refuse
    | Note
    | Reclassify
    | CoHandle
    | Supervise
    | Merge
    | Why
    | ClockCommand
    | GradeCommand
)
"""Commands about one ticket: `number` is None when it was left out and must be taken from the talk."""

Command = (
    TicketCommand
    | Bind
    | Unbind
    | Todo
    | More
    | Stats
    | Rank
    | Hot
    | Undo
    | Confirm
    | SendAnyway
    | Cancel
    | Help
    | AbsenceCommand
    | RectificationCommand
)
