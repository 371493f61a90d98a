"""Checkpoints of a ticket's timeline: which events each audience sees, and what each says. Newest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from handlers.directory.directory import Directory
from handlers.tickets import wording
from handlers.tickets.events import By, Event, clock, grades, joining, work
from handlers.tickets.events.joining import Followed
from handlers.tickets.events.work import Filed, Undone
from handlers.tickets.publishing import is_public
from handlers.tickets.states import What
from handlers.tickets.ticket import Attachment, Ticket
from handlers.tracking import privacy
from handlers.tracking.model import Audience, Checkpoint

Names = Callable[[str], str]
"""From a unit's id to its name."""

EVERYBODY = frozenset(Audience)
NOT_STRANGERS = frozenset({Audience.CITIZEN, Audience.STAFF})
ONLY_STAFF = frozenset({Audience.STAFF})


def _nothing(_what: Any, _name: Names) -> str:
    return ""


def _routed(what: Filed, name: Names) -> str:
    return f"送到{name(what.unit_id)}：{what.routed}" if what.routed else f"送到{name(what.unit_id)}"


def _amended(what: work.Amended, name: Names) -> str:
    parts = [
        f"地点改为{what.place.text or what.place.area}" if what.place else "",
        f"类别改为{what.category}" if what.category else "",
        f"改为{what.kind}" if what.kind else "",
        f"改由{name(what.unit_id)}办理" if what.unit_id else "",
    ]
    return "，".join(part for part in parts if part)


def _reply_by(what: work.Extended, _name: Names) -> str:
    return f"改到{wording.moment(what.reply_by)} 前答复，原因：{what.reason}"


def _refused(what: work.Refusal, _name: Names) -> str:
    return f"{wording.clause(what.reason)}。可以找{what.instead}" if what.instead else what.reason


def _rated(what: grades.Rated, _name: Names) -> str:
    grade = wording.GRADES.get(what.score, str(what.score))
    return f"{grade}{wording.told(what.words)}"


def _shown(what: work.Shown, _name: Names) -> str:
    return f"{'署名' if what.named else '匿名'}，{'公开' if what.public else '不公开'}"


def _added(what: joining.Added, _name: Names) -> str:
    return f"{what.number}{'催办' if what.urged else ''}{wording.told(what.text)}"


def _absorbed(what: joining.Absorbed, _name: Names) -> str:
    """`number` is empty for those who follow the ticket: the words are not for them."""
    said = f"{what.number} 并进来一起办{wording.told(what.words[0].text)}" if what.number and what.words else ""
    date = f"{wording.moment(what.promise.reply_by)} 前答复" if what.promise is not None else ""
    return "\n".join(part for part in (said, date) if part)


COLOURS: dict[clock.CardColour, str] = {clock.CardColour.YELLOW: "黄牌", clock.CardColour.RED: "红牌"}
_OWED: dict[clock.Owed, str] = {
    clock.Owed.ACCEPT: "受理",
    clock.Owed.REPLY: "答复",
    clock.Owed.RULING: "裁定",
    clock.Owed.VOW: "兑现答应的事",
}


def _reminded(what: clock.Reminded, _name: Names) -> str:
    return f"{wording.moment(what.due)} 前{_OWED[what.owed]}"


def _opined(what: grades.OpinionGiven, _name: Names) -> str:
    said = (
        {True: "解决了", False: "没解决"}.get(what.solved) if what.solved is not None else "",
        {True: "答到点上", False: "没答到点上"}.get(what.to_point) if what.to_point is not None else "",
        {3: "态度好", 2: "态度一般", 1: "态度不好"}.get(what.attitude or 0, ""),
        "不用重办" if what.again is False else "",
        what.words,
    )
    return "，".join(part for part in said if part)


def _looked_back(what: grades.LookedBack, _name: Names) -> str:
    return f"{'一直好着' if what.fine else '又出问题了'}{wording.told(what.words)}"


class _Stop(Struct, frozen=True):
    """How one kind of event is told: `title`, `detail`, who sees the stop at all and who reads its detail.

    A stranger reads a detail only of public tickets, and masked.
    """

    title: str
    detail: Callable[[Any, Names], str] = _nothing
    seen_by: frozenset[Audience] = EVERYBODY
    read_by: frozenset[Audience] = EVERYBODY


STOPS: dict[What, _Stop] = {
    work.Filed: _Stop("已提交", _routed),
    work.Accepted: _Stop("已受理"),
    work.Transferred: _Stop("转办", lambda what, name: f"转到{name(what.unit_id)}{wording.told(what.reason)}"),
    work.Returned: _Stop("退回", lambda what, name: f"回到{name(what.unit_id)}{wording.told(what.reason)}"),
    work.Asked: _Stop("等待补充", lambda what, _: what.question, read_by=NOT_STRANGERS),
    work.Supplemented: _Stop("市民补充", lambda what, _: what.text, read_by=NOT_STRANGERS),
    work.Amended: _Stop("市民更正", _amended, read_by=NOT_STRANGERS),
    work.OnSite: _Stop("现场处理", lambda what, _: what.text),
    work.Extended: _Stop("延期", _reply_by),
    work.Replied: _Stop("已答复", lambda what, _: what.text),
    work.Closed: _Stop("已办结", lambda what, _: what.text),
    work.Refusal: _Stop("不予受理", _refused),
    work.Withdrawn: _Stop("市民撤回", lambda what, _: what.reason, read_by=NOT_STRANGERS),
    work.Reopened: _Stop("重新办理", lambda what, _: what.reason, read_by=NOT_STRANGERS),
    work.Noted: _Stop("备注", lambda what, _: what.text, seen_by=ONLY_STAFF),
    work.Reclassified: _Stop(
        "改类别", lambda what, _: f"类别改为{what.category}", seen_by=NOT_STRANGERS, read_by=NOT_STRANGERS
    ),
    work.CoHandled: _Stop("协办", lambda what, name: f"{name(what.unit_id)}一起办理"),
    work.Supervised: _Stop("督办", lambda what, _: what.opinion, read_by=ONLY_STAFF),
    joining.Merged: _Stop("并案", lambda what, _: f"并到 {what.into} 一起办理"),
    joining.Absorbed: _Stop("合并", _absorbed, read_by=NOT_STRANGERS),
    clock.Urged: _Stop("市民催办", lambda what, _: what.words, read_by=NOT_STRANGERS),
    grades.Rated: _Stop("市民评价", _rated, read_by=NOT_STRANGERS),
    work.Shown: _Stop("公开设置", _shown, seen_by=NOT_STRANGERS),
    work.Sealed: _Stop("转为保密", seen_by=NOT_STRANGERS),
    work.Undone: _Stop("更正", seen_by=EVERYBODY),
    joining.Joined: _Stop("一起推动", lambda what, _: f"和 {what.number} 一起办理", seen_by=NOT_STRANGERS),
    joining.Backed: _Stop("有人附议", lambda what, _: f"{what.number}{wording.told(what.text)}", seen_by=ONLY_STAFF),
    joining.Added: _Stop("附议人补充", _added, seen_by=ONLY_STAFF),
    joining.Parted: _Stop("附议人退出", lambda what, _: what.number, seen_by=ONLY_STAFF),
    joining.Alone: _Stop("单独办理", lambda what, name: f"不再和别人一起，由{name(what.unit_id)}单独办理"),
    joining.Raised: _Stop("接着办理", lambda what, _: f"{what.after} 已撤回，由这件接着办", seen_by=NOT_STRANGERS),
    joining.Gathered: _Stop("合并附议", lambda what, _: f"{what.after} 的 {what.crowd} 人", seen_by=ONLY_STAFF),
    work.Recused: _Stop(
        "回避", lambda what, name: f"改由{name(what.unit_id)}办理" if what.unit_id else "", seen_by=NOT_STRANGERS
    ),
    joining.Followed: _Stop("一起办理"),
    clock.Reminded: _Stop("提醒承办单位", _reminded),
    clock.Carded: _Stop("亮牌", lambda what, _: f"{COLOURS[what.colour]}：没有在{wording.moment(what.due)} 前答复"),
    clock.Uncarded: _Stop("撤牌", lambda what, _: f"{COLOURS[what.colour]}撤下，原因：{what.reason}"),
    clock.ChaseNoticeIssued: _Stop("催办通知单", lambda what, _: f"{what.notice}，送承办单位和它的上级"),
    clock.Resumed: _Stop("恢复计时", lambda what, _: f"没有等到补充，{wording.moment(what.reply_by)} 前答复"),
    clock.Shortened: _Stop("期限提前", lambda what, _: f"{what.crowd} 人附议，{wording.moment(what.reply_by)} 前答复"),
    clock.UrgeAnswered: _Stop("回应催办", lambda what, _: f"{what.text}（{wording.moment(what.by)} 前）"),
    clock.UrgeIgnored: _Stop("催办没有回应", lambda what, _: f"应在{wording.moment(what.due)} 前回应，已报上级"),
    work.Ruled: _Stop("裁定", lambda what, name: f"归{name(what.unit_id)}办{wording.told(what.reason)}"),
    clock.CommitmentKept: _Stop("答应的办到了", lambda what, _: what.text),
    clock.CommitmentBroken: _Stop("答应的没有办到", lambda what, _: f"{wording.moment(what.due)} 到期，已报上级"),
    work.CalledBack: _Stop("回访", lambda what, _: what.text, read_by=NOT_STRANGERS),
    grades.OpinionGiven: _Stop("市民的看法", _opined, read_by=NOT_STRANGERS),
    grades.Appealed: _Stop("评价申诉", lambda what, _: what.reason, read_by=NOT_STRANGERS),
    grades.Decided: _Stop(
        "申诉评议", lambda what, _: f"评价{'有效' if what.stands else '不计入排行'}，理由：{what.reason}"
    ),
    grades.Silent: _Stop("没有评价", seen_by=NOT_STRANGERS),
    grades.Revisited: _Stop("回头看"),
    grades.LookedBack: _Stop("市民说近况", _looked_back, read_by=NOT_STRANGERS),
    grades.Informed: _Stop(
        "整改", lambda what, _: f"{what.item}{'已完成' if what.done else ''}{wording.told(what.text)}"
    ),
}
"""One row per kind of event."""

CROWD = frozenset(STOPS[what].title for what in (joining.Backed, joining.Added, joining.Parted))
"""Titles of stops that tell of those who follow."""

_PLAIN = frozenset({work.Filed, work.Transferred, work.Returned, work.CoHandled, joining.Merged})
"""Details that name units: a stranger reads the units, never the reasons."""


def plain(event: Event) -> Event:
    """The event as it happened to the ticket that is followed; any other as it is."""
    return replace(event, what=event.what.what) if isinstance(event.what, Followed) else event


def undone(history: Sequence[Event]) -> frozenset[int]:
    """The events of this log that were taken back, here or in the ticket that is followed."""
    own = {event.what.seq for event in history if isinstance(event.what, Undone)}
    shared = {
        event.what.what.seq
        for event in history
        if isinstance(event.what, Followed) and isinstance(event.what.what, Undone)
    }
    if shared:
        own |= {event.seq for event in history if isinstance(event.what, Followed) and event.what.seq in shared}
    return frozenset(own)


def counting(history: Sequence[Event]) -> tuple[Event, ...]:
    """The events that still count: those taken back, and the taking back, are left out."""
    gone = undone(history)
    counted = (plain(event) for event in history if event.seq not in gone)
    return tuple(event for event in counted if not isinstance(event.what, Undone))


def of(ticket: Ticket, history: Sequence[Event], directory: Directory, audience: Audience) -> tuple[Checkpoint, ...]:
    """All stops that this audience may see, newest first."""
    gone = undone(history)
    found: list[Checkpoint] = []
    for written in reversed(history):
        event = plain(written)
        if event.seq in gone or audience not in STOPS[type(event.what)].seen_by:
            continue
        if isinstance(event.what, Undone):
            before = _taken_back(written, history)
            if before is None or audience not in STOPS[before].seen_by:
                continue
            detail = _taken_back_for(wording.VERBS[before], event.what.reason)
        else:
            detail = _detail(ticket, event, directory, audience)
        found.append(_stop(ticket, event, detail, directory, audience))
    return tuple(found)


def _taken_back(event: Event, history: Sequence[Event]) -> What | None:
    """What was taken back; None when it happened before this ticket followed the other."""
    if isinstance(event.what, Undone):
        return type(history[event.what.seq - 1].what)
    if not isinstance(event.what, Followed) or not isinstance(event.what.what, Undone):
        return None
    seq = event.what.what.seq
    shared = (each.what for each in history if isinstance(each.what, Followed))
    return next((type(what.what) for what in shared if what.seq == seq), None)


def _taken_back_for(verb: str, reason: str) -> str:
    return f"「{verb}」：{reason}，已撤回" if reason else f"上一步「{verb}」有误，已经撤销"


def _stop(ticket: Ticket, event: Event, detail: str, directory: Directory, audience: Audience) -> Checkpoint:
    stranger = audience is Audience.STRANGER
    title = STOPS[type(event.what)].title
    files: tuple[Attachment, ...] = () if stranger else getattr(event.what, "attachments", ())
    return Checkpoint(
        seq=event.seq,
        at=event.at,
        title=title.replace("市民", "您") if audience is Audience.CITIZEN else title,
        detail=detail,
        unit=_who(event, directory, audience),
        place=privacy.place(ticket, getattr(event.what, "place", None), audience),
        attachments=files,
    )


def _who(event: Event, directory: Directory, audience: Audience) -> str:
    if event.actor.by is not By.STAFF or not event.actor.unit_id:
        return ""
    unit = directory.name(event.actor.unit_id)
    return f"{unit} {event.actor.name}" if audience is Audience.STAFF and event.actor.name else unit


def _detail(ticket: Ticket, event: Event, directory: Directory, audience: Audience) -> str:
    stop = STOPS[type(event.what)]
    if audience not in stop.read_by:
        return ""
    if audience is not Audience.STRANGER:
        return stop.detail(event.what, directory.name)
    if type(event.what) in _PLAIN:
        return _units_only(event, directory)
    return privacy.hide(stop.detail(event.what, directory.name), ticket.place) if is_public(ticket) else ""


def _units_only(event: Event, directory: Directory) -> str:
    match event.what:
        case Filed(unit_id=unit_id) | work.Transferred(unit_id=unit_id) | work.Returned(unit_id=unit_id):
            return f"到{directory.name(unit_id)}"
        case work.CoHandled(unit_id=unit_id):
            return f"{directory.name(unit_id)}一起办理"
        case _:
            return ""
