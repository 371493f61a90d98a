"""Commands for work on a ticket: 受理, 询问, 现场, 延期, 答复, 办结, 退回, 备注, 改类, 协办."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from handlers.chasing.due_steps import revisit_at
from handlers.deadlines import deadlines
from handlers.directory import absence, jurisdiction
from handlers.directory.directory import Directory, Role, Staff
from handlers.errors import Refused
from handlers.official import permissions, wording
from handlers.official.changing import TicketChange, changes, pictures, ticket_and_history
from handlers.official.command import (
    HOTLINE,
    HOTLINE_RULES,
    LEADERS_BOARD,
    NUMBER,
    OWN,
    UNIT,
    WUHU_REPLY,
    Argument,
    Asks,
    Group,
    Slot,
    Spec,
    TicketCommand,
)
from handlers.official.commands.promises import promised
from handlers.official.permissions import Relation
from handlers.official.scene import Scene, find_category, find_unit
from handlers.official.wording import case, files, line, rating
from handlers.tickets.events import desks, work
from handlers.tickets.ticket import Ticket
from handlers.tickets.wording import clause, moment, short
from handlers.tracking.checkpoints import counting


class Accept(TicketCommand, frozen=True):
    """受理."""

    name: ClassVar[str] = "受理"


def _accepted(_what: work.Accepted, ticket: Ticket, scene: Scene) -> str:
    by, now = ticket.promise.reply_by, scene.now
    if now > by:
        return f"已受理 {case(ticket)}，答复期限{moment(by, now)} 已过，请尽快答复市民。"
    return f"已受理 {case(ticket)}，请在{moment(by, now)} 前答复市民。"


ACCEPT = changes(
    Spec(
        Accept,
        Group.WORK,
        (NUMBER,),
        "收下这件，开始办理",
        "受理 {number}",
        HOTLINE,
        ("已受理", "接单", "签收", "接收", "接办", "收下"),
    ),
    TicketChange[Accept, work.Accepted](work.Accepted, lambda command, ticket, scene: work.Accepted(), _accepted),
)


class Ask(TicketCommand, frozen=True):
    """询问: the citizen must tell more; the clock stands still."""

    name: ClassVar[str] = "询问"
    question: str


def _ask(command: Ask, ticket: Ticket, scene: Scene) -> work.Asked:
    terms = scene.ctx.terms_for(ticket.unit_id)
    wait = deadlines.edition(scene.now, terms).wait
    return work.Asked(command.question, deadlines.later(scene.now, wait, terms))


ASK = changes(
    Spec(
        Ask,
        Group.WORK,
        (NUMBER, Argument("question", Slot.TEXT, "问题")),
        "请市民补充；市民回话之前时钟停走",
        "询问 {number} 路灯杆上的编号是多少？",
        OWN,
        ("追问", "问市民", "请补充", "问"),
    ),
    TicketChange[Ask, work.Asked](
        work.Asked, _ask, lambda what, ticket, scene: f"已请市民补充 {case(ticket)}，等回话期间时钟停走。"
    ),
)


class ReportOnSite(TicketCommand, frozen=True):
    """现场: somebody is there, pictures prove it."""

    name: ClassVar[str] = "现场"
    text: str


ON_SITE = changes(
    Spec(
        ReportOnSite,
        Group.WORK,
        (NUMBER, Argument("text", Slot.TEXT, "说明")),
        "已到现场；先发来的照片会一起附上",
        "现场 {number} 抢修人员已到，正在更换井盖",
        LEADERS_BOARD,
        ("现场处理", "到现场", "到场"),
    ),
    TicketChange[ReportOnSite, work.OnSite](
        work.OnSite,
        lambda command, ticket, scene: work.OnSite(command.text, pictures(scene)),
        lambda what, ticket, scene: f"已记下 {case(ticket)}的现场情况{files(what.attachments)}，市民看得到。",
        takes_pictures=True,
    ),
)


class Extend(TicketCommand, frozen=True):
    """延期: by so many working days."""

    name: ClassVar[str] = "延期"
    days: int
    reason: str


def _extend(command: Extend, ticket: Ticket, scene: Scene) -> work.Extended:
    moved = deadlines.extend(ticket, command.days, scene.now, scene.ctx.terms_for(ticket.unit_id))
    return work.Extended(command.days, command.reason, moved.reply_by, moved.remind_at)


def _extended(what: work.Extended, ticket: Ticket, scene: Scene) -> str:
    until = moment(what.reply_by, scene.now)
    return f"{case(ticket)}已延期 {what.days} 个工作日，新的期限是{until}。原因市民看得到。"


EXTEND = changes(
    Spec(
        Extend,
        Group.WORK,
        (NUMBER, Argument("days", Slot.DAYS, "天数"), Argument("reason", Slot.TEXT, "原因")),
        "推迟答复期限（工作日），原因市民看得到",
        "延期 {number} 3天 配件要从外地调运",
        HOTLINE_RULES,
        ("申请延期", "延长", "顺延", "宽限"),
    ),
    TicketChange[Extend, work.Extended](work.Extended, _extend, _extended),
)


class SendReply(TicketCommand, frozen=True):
    """答复."""

    name: ClassVar[str] = "答复"
    text: str


def _reply(command: SendReply, ticket: Ticket, scene: Scene) -> work.Replied:
    terms, now = scene.ctx.terms_for(ticket.unit_id), scene.now
    return work.Replied(
        command.text,
        pictures(scene),
        scene.review.score if scene.review else None,
        scene.anyway,
        promised(command.text, ticket, scene),
        timing=deadlines.timing(ticket, now, terms),
        rate_by=deadlines.later(now, deadlines.edition(now, terms).rating, terms),
    )


def rework_note(ticket: Ticket, scene: Scene) -> str:
    """What goes into the log beside an answer to 重办: that nobody else could give it; "" otherwise.

    重办 is answered by another pair of eyes, and only after the citizen was spoken with. Raises Refused where somebody else
    can answer, or where the citizen was not called back in this round.
    """
    if not ticket.rounds or ticket.replied_at is not None:
        return ""
    lifted = ""
    if ticket.rounds[-1].replied_by == scene.staff.id:
        if colleagues := _colleagues(ticket, scene):
            raise Refused(another_pair_of_eyes(colleagues, scene.directory))
        if superiors := _superiors(ticket, scene):
            raise Refused(for_a_superior(superiors, scene.directory))
        lifted = alone_again(scene.staff.name)
    if not ticket.called_back:
        raise Refused(call_back_first(ticket.number))
    return lifted


def _colleagues(ticket: Ticket, scene: Scene) -> tuple[Staff, ...]:
    """Others of the unit who can be reached now and may answer."""
    gone = absence.away(scene.directory, scene.now)
    return tuple(
        member
        for member in scene.directory.bound(ticket.unit_id)
        if member.id not in gone and member.id != scene.staff.id and _may_answer(member, Relation.OWN, scene)
    )


def _superiors(ticket: Ticket, scene: Scene) -> tuple[Staff, ...]:
    """Heads of the nearest unit above who can be reached now and may answer in the unit's place."""
    directory = scene.directory
    gone = absence.away(directory, scene.now)
    for unit in directory.above(ticket.unit_id):
        found = tuple(
            member
            for member in directory.bound(unit.id, Role.LEADER)
            if member.id not in gone and member.id != scene.staff.id and _may_answer(member, Relation.BELOW, scene)
        )
        if found:
            return found
    return ()


def _may_answer(member: Staff, where: Relation, scene: Scene) -> bool:
    roles = absence.roles(scene.directory, member, scene.now)
    return any(permissions.may(role, SendReply.name, where) for role in roles)


def another_pair_of_eyes(colleagues: Sequence[Staff], directory: Directory) -> str:
    """重办 answered by whoever answered before."""
    return f"还没答复：上一轮是您答复的，重办要换一个人看。请{wording.people(colleagues, directory)}来答复。"


def for_a_superior(superiors: Sequence[Staff], directory: Directory) -> str:
    """The same, where the unit has nobody else."""
    return f"还没答复：上一轮是您答复的，本单位没有别的同事，请上级{wording.people(superiors, directory)}来答复。"


def alone_again(name: str) -> str:
    """For the log: nobody else could answer."""
    return f"重办仍由{name}答复：本单位没有别的同事，上级也没有能联系上的人。"


def call_back_first(number: str) -> str:
    """重办 answered before the citizen was spoken with."""
    return f"还没答复：重办要先回访市民，问清哪里没解决：回访 {number} 说明"


REPLY = changes(
    Spec(
        SendReply,
        Group.WORK,
        (NUMBER, Argument("text", Slot.TEXT, "正文")),
        "答复市民：查明了什么、依据什么、怎么办、下一步和电话",
        "答复 {number} 您好，路灯已于今天上午修好。如再熄灭请打我们值班电话。",
        WUHU_REPLY,
        ("回复", "回答", "答"),
    ),
    TicketChange[SendReply, work.Replied](
        work.Replied,
        _reply,
        lambda what, ticket, scene: f"已答复 {case(ticket)}{files(what.attachments)}，市民马上会看到。",
        answer=lambda command: command.text,
        note=rework_note,
        takes_pictures=True,
    ),
)


class Close(TicketCommand, frozen=True):
    """办结."""

    name: ClassVar[str] = "办结"
    text: str = ""


def _close(command: Close, ticket: Ticket, scene: Scene) -> work.Closed:
    """Closing with words is an answer too, if there was none. A sample is looked at again weeks later."""
    terms, now, text = scene.ctx.terms_for(ticket.unit_id), scene.now, command.text
    vows, looked_at = promised(text, ticket, scene), revisit_at(ticket, now, terms)
    if ticket.replied_at is not None:
        return work.Closed(text, vows, revisit_at=looked_at)
    rate_by = deadlines.later(now, deadlines.edition(now, terms).rating, terms)
    return work.Closed(text, vows, deadlines.timing(ticket, now, terms), rate_by, looked_at)


CLOSE = changes(
    Spec(
        Close,
        Group.WORK,
        (NUMBER, Argument("text", Slot.TEXT, "正文", required=False)),
        "全部办完，请市民评价",
        "办结 {number}",
        HOTLINE,
        ("已办结", "结案", "完结", "结单", "办完"),
        Asks.ALWAYS,
    ),
    TicketChange[Close, work.Closed](
        work.Closed,
        _close,
        lambda what, ticket, scene: f"已办结 {case(ticket)}。{rating(ticket)}",
        ask=lambda what, ticket, scene: f"要办结 {case(ticket)}吗？{line('正文', what.text)}\n{rating(ticket)}",
        answer=lambda command: command.text,
        note=rework_note,
    ),
)


class Return(TicketCommand, frozen=True):
    """退回: back to the dispatcher."""

    name: ClassVar[str] = "退回"
    reason: str


RETURNED_TO_ITSELF = "这件事退回也还是到这里，请直接受理或转办。"


def _return(command: Return, ticket: Ticket, scene: Scene) -> desks.Returned:
    """From the return set by the policy on, an arbiter must rule by `rule_by`."""
    _check_returnable(ticket, scene)
    terms = scene.ctx.terms_for(scene.directory.dispatch_id)
    edition = deadlines.edition(scene.now, terms)
    often = ticket.returns + 1 >= edition.returns
    rule_by = deadlines.later(scene.now, edition.ruling, terms) if often else None
    return desks.Returned(_dispatch(ticket, scene), command.reason, rule_by)


def _dispatch(ticket: Ticket, scene: Scene) -> str:
    """The dispatch desk, or who stands in its place where the ticket accuses it. Refused where it lies there already."""
    directory, against = scene.directory, scene.accused(ticket)
    desk = directory.dispatch_id
    if jurisdiction.barred(directory, against, desk):
        desk = jurisdiction.instead(directory, against)
    if ticket.unit_id == desk:
        raise Refused(RETURNED_TO_ITSELF)
    return desk


def _check_returnable(ticket: Ticket, scene: Scene) -> None:
    """Raise Refused with the ruling itself where somebody has said whose it is."""
    if not ticket.chase.ruled:
        return
    history = counting(scene.found.history.get(ticket.id, ()))
    ruling = next((event for event in reversed(history) if isinstance(event.what, desks.Ruled)), None)
    if ruling is not None and isinstance(ruling.what, desks.Ruled):
        by = scene.directory.name(ruling.actor.unit_id or "")
        raise Refused(ruled_already(ruling.at, by, scene.directory.name(ruling.what.unit_id), ruling.what.reason))


def ruled_already(at: datetime, by: str, unit: str, reason: str) -> str:
    """退回 after a ruling."""
    return f"没有退回：{short(at)} {by}已裁定归{unit}办（{clause(reason)}），不能再退回。有异议请找裁定的上级。"


RETURN = changes(
    Spec(
        Return,
        Group.WORK,
        (NUMBER, Argument("reason", Slot.TEXT, "原因")),
        "不归本单位办，退给派单台",
        "退回 {number} 这条路由交通局养护",
        HOTLINE_RULES,
        ("退单", "退件", "打回", "退"),
    ),
    TicketChange[Return, desks.Returned](
        desks.Returned,
        _return,
        lambda what, ticket, scene: f"已退回 {case(ticket)}，由{scene.directory.name(what.unit_id)}重新分派。",
    ),
    ticket_and_history,
)


class Note(TicketCommand, frozen=True):
    """备注: for officials only."""

    name: ClassVar[str] = "备注"
    text: str


NOTE = changes(
    Spec(
        Note,
        Group.WORK,
        (NUMBER, Argument("text", Slot.TEXT, "正文")),
        "给同事看的记录，市民看不到",
        "备注 {number} 已约物业明早碰头",
        OWN,
        ("内部备注", "记一笔", "记录"),
    ),
    TicketChange[Note, work.Noted](
        work.Noted,
        lambda command, ticket, scene: work.Noted(command.text, pictures(scene)),
        lambda what, ticket, scene: f"已给 {case(ticket)}加了备注{files(what.attachments)}，市民看不到。",
        takes_pictures=True,
    ),
)


class Reclassify(TicketCommand, frozen=True):
    """改类: to another category; the service learns from it."""

    name: ClassVar[str] = "改类"
    category: str


def _reclassify(command: Reclassify, ticket: Ticket, _scene: Scene) -> desks.Reclassified:
    category = find_category(command.category, f"改类 {ticket.number} {{category}}")
    if category == ticket.category:
        raise Refused(f"没有改动：这件本来就是「{category}」。")
    return desks.Reclassified(category, ticket.category)


def _reclassified(what: desks.Reclassified, ticket: Ticket, _scene: Scene) -> str:
    return f"已把 {case(ticket)}的类别改为「{what.category}」，承办单位和期限不变。不归本单位办的，请再退回或转办。"


RECLASSIFY = changes(
    Spec(
        Reclassify,
        Group.WORK,
        (NUMBER, Argument("category", Slot.CATEGORY, "类别")),
        "类别认错了，改成对的；承办单位和期限不变，系统以后照着学",
        "改类 {number} 城乡建设",
        OWN,
        ("改类别", "更改类别", "改分类", "重新分类"),
    ),
    TicketChange[Reclassify, desks.Reclassified](desks.Reclassified, _reclassify, _reclassified),
)


class CoHandle(TicketCommand, frozen=True):
    """协办: another unit helps."""

    name: ClassVar[str] = "协办"
    unit: str


def _co_handle(command: CoHandle, ticket: Ticket, scene: Scene) -> desks.CoHandled:
    helper = find_unit(scene, command.unit, f"协办 {ticket.number} {{unit}}")
    scene.check_may_have(ticket, helper)
    return desks.CoHandled(helper.id)


CO_HANDLE = changes(
    Spec(
        CoHandle,
        Group.WORK,
        (NUMBER, UNIT),
        "请另一个单位一起办，牵头单位不变",
        "协办 {number} 水务局",
        HOTLINE_RULES,
        ("请协办", "会办", "联办"),
    ),
    TicketChange[CoHandle, desks.CoHandled](
        desks.CoHandled,
        _co_handle,
        lambda what, ticket, scene: f"已请{scene.directory.name(what.unit_id)}协办 {case(ticket)}，主办单位不变。",
    ),
)

HANDLING = (ACCEPT, ASK, ON_SITE, EXTEND, REPLY, CLOSE, RETURN, NOTE, RECLASSIFY, CO_HANDLE)
