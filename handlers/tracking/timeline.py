"""Builds the tracking view of a ticket for one audience: page, chat or desk.

Strangers read no personal data: appeal and answers are masked and shown only when the ticket is public, places are cut
to the area, and what the citizen added, said or was asked is never shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.directory.directory import Directory
from handlers.messages import PageVerb
from handlers.tickets import lifecycle, states, wording
from handlers.tickets.events import By, Event, Happening
from handlers.tickets.events.clock import COLOURS, CardColour, Urged, may_urge
from handlers.tickets.events.desks import Returned
from handlers.tickets.events.filing import Supplemented, Withdrawn
from handlers.tickets.events.grades import Rated
from handlers.tickets.events.joining import Added, Backed
from handlers.tickets.events.work import Extended, Refusal
from handlers.tickets.publishing import is_public
from handlers.tickets.ticket import Attachment, State, Ticket
from handlers.tracking import checkpoints, privacy, returns_and_promises
from handlers.tracking.model import Audience, Button, Snag, SnagKind, TrackingView

_STAGE: dict[State, int] = {
    State.SUBMITTED: 0,
    State.TRANSFERRED: 0,
    State.RETURNED: 0,
    State.ACCEPTED: 1,
    State.ON_SITE: 1,
    State.REWORK: 1,
    State.REPLIED: 2,
    State.CLOSED: 3,
}
_HALTED = frozenset({State.WITHDRAWN, State.REFUSED, State.MERGED})

_BUTTONS: tuple[tuple[PageVerb, type[Happening], str], ...] = (
    (PageVerb.SUPPLEMENT, Supplemented, "补充"),
    (PageVerb.URGE, Urged, "催办"),
    (PageVerb.RATE, Rated, "评价"),
    (PageVerb.WITHDRAW, Withdrawn, "撤回"),
)


def view(
    ticket: Ticket,
    history: Sequence[Event],
    directory: Directory,
    now: datetime,
    audience: Audience,
    *,
    main: Ticket | None = None,
) -> TrackingView:
    """Returns the ticket for this audience at this moment. `history` is its whole log, `main` the ticket that it
    follows.
    """
    stranger = audience is Audience.STRANGER
    desk = directory.units.get(ticket.unit_id)
    late = lateness(ticket, now)
    running = ticket.state in states.OPEN and ticket.state is not State.WAITING
    next_step, next_by = _next(ticket, history, directory, now, audience)
    return TrackingView(
        number=ticket.number,
        kind=ticket.kind,
        category=ticket.category,
        title=privacy.for_audience(ticket, ticket.title, audience)
        if not stranger or is_public(ticket)
        else f"一件{ticket.kind}",
        text=privacy.for_audience(ticket, ticket.text, audience),
        place=privacy.place(ticket, ticket.place, audience),
        filed_at=ticket.filed_at,
        state=ticket.state,
        big="等您补充" if _asks(ticket, audience) else wording.STATES[ticket.state],
        says=_says(ticket, directory, now, audience),
        stage=_stage(ticket),
        stages=wording.STAGES,
        halted=ticket.state in _HALTED,
        desk=directory.name(ticket.unit_id),
        desk_phone=desk.phone if desk else "",
        helpers=tuple(directory.name(unit) for unit in ticket.co_units),
        reply_by=ticket.promise.reply_by if running else None,
        promised=_promised(ticket, now),
        rule=ticket.promise.rule,
        late=late,
        snags=_snags(ticket, history, directory, now, audience),
        checkpoints=checkpoints.of(ticket, history, directory, audience),
        next=next_step,
        next_by=next_by,
        question="" if stranger else ticket.question,
        reply=privacy.for_audience(ticket, ticket.reply, audience),
        rating=ticket.rating,
        urgent=ticket.urgent,
        named=ticket.named,
        public=is_public(ticket),
        buttons=_buttons(ticket, now) if audience is Audience.CITIZEN else (),
        attachments=_files(ticket, history, audience),
        together=together(ticket, main),
        follows=ticket.joined_number,
        bounces=returns_and_promises.bounces(ticket, history, directory, audience),
        promises=returns_and_promises.promises(ticket, main, now, audience),
    )


def _files(ticket: Ticket, history: Sequence[Event], audience: Audience) -> tuple[Attachment, ...]:
    """Returns its files; for the unit also what its followers sent."""
    if audience is Audience.STRANGER:
        return ()
    if audience is Audience.CITIZEN or not ticket.crowd:
        return ticket.attachments
    sent = (event.what.attachments for event in history if isinstance(event.what, Backed | Added))
    return ticket.attachments + tuple(file for files in sent for file in files)


def together(ticket: Ticket, main: Ticket | None = None) -> int:
    """Returns how many other people want the same. `main` is the ticket that this one follows."""
    if ticket.state in _HALTED:
        return 0
    return main.crowd if main is not None else ticket.crowd


def lateness(ticket: Ticket, now: datetime) -> timedelta | None:
    """Returns how long the reply is overdue, or was when it came. None when in time or not owed."""
    if ticket.replied_at is not None:
        until = ticket.replied_at
    elif ticket.state is State.WAITING:
        until = ticket.waiting_since or now
    elif ticket.state in states.OPEN:
        until = now
    else:
        return None
    return until - ticket.promise.reply_by if until > ticket.promise.reply_by else None


def accept_lateness(ticket: Ticket, now: datetime) -> timedelta | None:
    """Returns how long acceptance is overdue. None when in time or accepted."""
    untouched = ticket.state in states.UNACCEPTED and ticket.accepted_at is None and ticket.asks == 0
    return now - ticket.promise.accept_by if untouched and now > ticket.promise.accept_by else None


def _asks(ticket: Ticket, audience: Audience) -> bool:
    return ticket.awaited and audience is Audience.CITIZEN


def _stage(ticket: Ticket) -> int:
    state = ticket.paused_in if ticket.state is State.WAITING and ticket.paused_in else ticket.state
    return _STAGE.get(state, 1 if ticket.accepted_at else 0)


_SAYS: dict[State, str] = {
    State.SUBMITTED: "在{desk}，等待受理。",
    State.TRANSFERRED: "已转到{desk}，等待受理。",
    State.RETURNED: "退回到{desk}，正在重新分派。",
    State.ACCEPTED: "{desk}正在办理。",
    State.ON_SITE: "{desk}正在现场处理。",
    State.WAITING: "{desk}在等{you}补充，期限已暂停。",
    State.REWORK: "{desk}正在重新办理。",
    State.REPLIED: "{desk}已经答复{you}。",
    State.CLOSED: "{closed}办结。",
    State.WITHDRAWN: "{you}已经撤回，不再办理。",
    State.REFUSED: "{desk}没有受理{reason}",
    State.MERGED: "已并到 {into} 一起办理。",
}


_SAYS_FOLLOWING: dict[State, str] = {State.WAITING: "{desk}在等另一位反映人补充，期限已暂停。"}


def _says(ticket: Ticket, directory: Directory, now: datetime, audience: Audience) -> str:
    says = (_SAYS_FOLLOWING.get(ticket.state) if ticket.joined_to is not None else None) or _SAYS[ticket.state]
    hidden = audience is Audience.STRANGER and not is_public(ticket)
    return says.format(
        desk=directory.name(ticket.unit_id),
        you="您" if audience is Audience.CITIZEN else "市民",
        closed=wording.day(ticket.closed_at or now, now),
        reason="。"
        if hidden or not ticket.reason
        else wording.told(privacy.for_audience(ticket, ticket.reason, audience)),
        into=ticket.merged_into,
    )


def _promised(ticket: Ticket, now: datetime) -> str:
    rule = f"已延期，原为{ticket.promise.rule}" if ticket.extensions else ticket.promise.rule
    if ticket.state is State.WAITING:
        return f"期限暂停中，补充后重新计算（{rule}）"
    if ticket.state in states.OPEN:
        return f"承诺 {wording.moment(ticket.promise.reply_by, now)} 前{wording.owed(ticket.kind)}（{rule}）"
    if ticket.replied_at is not None:
        kept = "按时" if ticket.replied_at <= ticket.promise.reply_by else "超过承诺的时间"
        return f"{wording.moment(ticket.replied_at, now)} {kept}答复（{rule}）"
    return ""


def _next(
    ticket: Ticket, history: Sequence[Event], directory: Directory, now: datetime, audience: Audience
) -> tuple[str, datetime | None]:
    desk, accept_by, reply_by = directory.name(ticket.unit_id), ticket.promise.accept_by, ticket.promise.reply_by
    you = "您" if audience is Audience.CITIZEN else "市民"
    if ticket.state in states.UNACCEPTED:
        does = "重新分派" if ticket.state is State.RETURNED else "受理"
        if ticket.accepted_at is None and ticket.asks == 0 and now <= accept_by:
            return f"{desk}在{wording.moment(accept_by, now)} 前{does}", accept_by
        return f"{desk}{does}后，{_answer(ticket, you, now)}", reply_by
    if ticket.state in states.IN_HAND:
        return f"{desk}{_answer(ticket, you, now)}", reply_by
    if ticket.state is State.WAITING:
        if ticket.joined_to is not None:
            return f"对方补充后接着办；{you}知道情况的，也可以补充", None
        if audience is Audience.CITIZEN:
            return "请您回答上面的问题，直接回复就行；补充后接着办", None
        return "市民补充后接着办", None
    if ticket.state in states.ANSWERED:
        return (f"请{you}评价：1 到 5 分，不满意可以重办", None) if ticket.rating is None else ("", None)
    return _afterwards(ticket, history, audience), None


def _answer(ticket: Ticket, you: str, now: datetime) -> str:
    reply_by = ticket.promise.reply_by
    if wording.passed_on(ticket.kind):
        return f"在{wording.moment(reply_by, now)} 前转达到，有回音就告诉{you}" if now <= reply_by else "尽早转达到"
    if now > reply_by:
        return f"尽早答复{you}，原承诺的时间已经过了 {wording.lasting(now - reply_by)}"
    return f"在{wording.moment(reply_by, now)} 前答复{you}"


def _afterwards(ticket: Ticket, history: Sequence[Event], audience: Audience) -> str:
    if ticket.state is State.MERGED:
        return f"请看 {ticket.merged_into}"
    if ticket.state is State.REFUSED:
        told = (checkpoints.plain(event).what for event in reversed(history))
        last = next((what for what in told if isinstance(what, Refusal)), None)
        if last is not None and last.instead:
            return f"可以找{last.instead}"
    return "还有需要，直接把情况发给我就行" if audience is Audience.CITIZEN else ""


def _snags(
    ticket: Ticket, history: Sequence[Event], directory: Directory, now: datetime, audience: Audience
) -> tuple[Snag, ...]:
    found: list[Snag] = []
    late = lateness(ticket, now)
    unaccepted = accept_lateness(ticket, now)
    if late is not None:
        answered = ticket.replied_at is not None
        found.append(
            Snag(SnagKind.LATE, f"答复晚了 {wording.lasting(late)}" if answered else f"逾期 {wording.lasting(late)}")
        )
    elif unaccepted is not None:
        found.append(Snag(SnagKind.LATE, f"受理逾期 {wording.lasting(unaccepted)}"))
    found += _cards(ticket, now)
    if ticket.state is State.WAITING and ticket.waiting_since is not None:
        who = "另一位反映人" if ticket.joined_to is not None else "您" if audience is Audience.CITIZEN else "市民"
        question = "" if audience is Audience.STRANGER else ticket.question
        found.append(Snag(SnagKind.WAITING, f"等待{who}补充", question))
    found += _told_snags(ticket, history, directory, now, audience)
    return tuple(found)


def _cards(ticket: Ticket, now: datetime) -> list[Snag]:
    """Returns the highest card of this round that was not taken back, and the 催办通知单."""
    cards = ticket.cards
    notice = f"催办通知单 {cards.notice}，已送承办单位和它的上级" if cards.notice else ""
    for colour, kind, at in (
        (CardColour.RED, SnagKind.RED, cards.red_at),
        (CardColour.YELLOW, SnagKind.YELLOW, cards.yellow_at),
    ):
        if at is not None and colour not in cards.withdrawn:
            return [Snag(kind, f"{COLOURS[colour]}：{wording.day(at, now)}亮", notice)]
    return [Snag(SnagKind.CHASED, "催办", notice)] if notice else []


def _told_snags(
    ticket: Ticket, history: Sequence[Event], directory: Directory, now: datetime, audience: Audience
) -> list[Snag]:
    found: list[Snag] = []
    hidden = audience is Audience.STRANGER
    counting = checkpoints.counting(history)
    returned = [(event.actor.unit_id, event.what.reason) for event in counting if isinstance(event.what, Returned)]
    if ticket.returns and returned:
        unit, reason = returned[-1]
        said = "" if hidden else reason
        who = directory.name(unit) if unit else ""
        found.append(
            Snag(SnagKind.RETURNED, f"退回 {ticket.returns} 次", f"{who}（{wording.clause(said)}）" if said else who)
        )
    reasons = [event.what.reason for event in counting if isinstance(event.what, Extended)]
    if ticket.extensions and reasons:
        reason = "" if hidden else reasons[-1]
        until = f"延到{wording.moment(ticket.promise.reply_by, now)}"
        found.append(
            Snag(
                SnagKind.EXTENDED,
                f"延期 {ticket.extensions} 次",
                f"{until}，原因：{wording.clause(reason)}" if reason else until,
            )
        )
    if ticket.reworks:
        found.append(Snag(SnagKind.REWORK, f"重办 {ticket.reworks} 次"))
    if ticket.supervised:
        found.append(Snag(SnagKind.SUPERVISED, "已被督办"))
    return found


def _buttons(ticket: Ticket, now: datetime) -> tuple[Button, ...]:
    found: list[Button] = []
    for verb, what, label in _BUTTONS:
        if not lifecycle.can(ticket, what, By.CITIZEN):
            continue
        if verb is PageVerb.URGE and not may_urge(ticket, now):
            continue
        answers = verb is PageVerb.SUPPLEMENT and ticket.awaited
        found.append(Button(verb, "回答问题" if answers else label))
    return tuple(found)
