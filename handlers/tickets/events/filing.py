"""Events by the citizen about a ticket of their own: 提交, 补充, 更正, 撤回, 公开, 保密."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from handlers.tickets import letters, wording
from handlers.tickets.events.base import NOT_STRANGERS, Actor, By, Facts, Names, TicketEvent
from handlers.tickets.ticket import Attachment, Place, Promise, Standing, State, Ticket


class Filed(TicketEvent, frozen=True, tag="filed"):
    """已提交: the appeal as understood, the unit it went to and why, and what was promised."""

    verb = "提交"
    heading = "已提交"

    number: str
    token: str
    code: str
    person_id: int
    kind: str
    category: str
    subcategory: str | None
    title: str
    text: str
    place: Place | None
    urgent: bool
    leader: str | None
    named: bool
    public: bool
    unit_id: str
    routed: str
    """Why it went to this unit."""
    promise: Promise
    keywords: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    called: str = ""
    accused: tuple[str, ...] | None = None
    sealed: str = ""
    """The sort of 保密件; "" for none, or not known."""
    danger: bool = False
    """Whether a life seemed to be at stake (`publishing.py`)."""

    def open_ticket(self, ticket_id: int, at: datetime) -> Ticket:
        """The new ticket."""
        return Ticket(
            id=ticket_id,
            number=self.number,
            token=self.token,
            code=self.code,
            person_id=self.person_id,
            filed_at=at,
            kind=self.kind,
            category=self.category,
            subcategory=self.subcategory,
            title=self.title,
            text=self.text,
            place=self.place,
            urgent=self.urgent,
            leader=self.leader,
            named=self.named,
            public=self.public,
            unit_id=self.unit_id,
            promise=self.promise,
            since=at,
            attachments=self.attachments,
            called=self.called,
            accused=self.accused,
            sealed=self.sealed,
            danger=self.danger,
            version=1,
        )

    def detail(self, name: Names) -> str:
        return f"送到{name(self.unit_id)}：{self.routed}" if self.routed else f"送到{name(self.unit_id)}"

    def for_strangers(self, name: Names) -> str:
        return f"到{name(self.unit_id)}"

    def files(self) -> tuple[Attachment, ...]:
        return self.attachments

    def where(self) -> Place | None:
        return self.place

    def own_words(self) -> str:
        return self.text

    def to_desk(self, facts: Facts) -> str:
        """To the desk: a new ticket."""
        return f"新工单 {facts.ticket.number}　{letters.brief(facts)}\n{letters.due(facts)}\n{letters.how(facts)}"

    def to_above(self, facts: Facts) -> str:
        """To a supervisor, when an urgent ticket comes in."""
        return f"紧急工单 {facts.ticket.number} 已送到{facts.desk}，{facts.reply_by} 前要回应。\n{letters.brief(facts)}"


class Supplemented(TicketEvent, frozen=True, tag="supplemented"):
    """The citizen added words or files."""

    verb = "补充"
    heading = "市民补充"
    read_by = NOT_STRANGERS

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    place: Place | None = None
    reply_by: datetime | None = None
    """The new promise when a pause ended with it."""
    remind_at: datetime | None = None
    back: int | None = None
    """Seconds that the pause gave back; None in old logs, which counted days."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        after = ticket
        if self.attachments or self.place is not None:
            after = replace(after, attachments=after.attachments + self.attachments, place=self.place or after.place)
        if self.reply_by is not None:
            promise = replace(ticket.promise, reply_by=self.reply_by, remind_at=self.remind_at)
            after = replace(after, promise=promise)
        if ticket.awaited:
            chase = replace(ticket.chase, wait_until=None)
            after = replace(after.end_pause(at), state=ticket.paused_in or State.ACCEPTED, chase=chase)
        return after

    def detail(self, name: Names) -> str:
        return self.text

    def files(self) -> tuple[Attachment, ...]:
        return self.attachments

    def where(self) -> Place | None:
        return self.place

    def own_words(self) -> str:
        return self.text

    def for_followers(self, by: By) -> Supplemented | None:
        # Words that the author adds are theirs only when a pause ended with them: then they bring a date.
        if self.reply_by is None:
            return None
        return Supplemented(reply_by=self.reply_by, remind_at=self.remind_at, back=self.back)

    def to_desk(self, facts: Facts) -> str:
        files = f"（附 {len(self.attachments)} 个文件）" if self.attachments else ""
        resumed = f"\n期限恢复计算，请在 {facts.reply_by} 前答复。" if self.reply_by else ""
        return f"市民补充了 {letters.case(facts)}{wording.told(wording.cut(self.text, letters.TEXT_LENGTH))}{files}{resumed}"


class Amended(TicketEvent, frozen=True, tag="amended"):
    """The citizen corrected what we understood: only the fields given change."""

    verb = "更正"
    heading = "市民更正"
    read_by = NOT_STRANGERS

    place: Place | None = None
    category: str | None = None
    kind: str | None = None
    unit_id: str | None = None
    """The unit that follows from the correction."""
    title: str | None = None
    """The new title where the old one named the place that was wrong."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        moves = self.unit_id is not None and self.unit_id != ticket.unit_id
        other_category = self.category is not None and self.category != ticket.category
        return replace(
            ticket.change_desk(at) if moves else ticket,
            place=ticket.place if self.place is None else self.place,
            category=ticket.category if self.category is None else self.category,
            subcategory=None if other_category else ticket.subcategory,
            kind=ticket.kind if self.kind is None else self.kind,
            unit_id=ticket.unit_id if self.unit_id is None else self.unit_id,
            title=ticket.title if self.title is None else self.title,
        )

    def detail(self, name: Names) -> str:
        parts = [
            f"地点改为{self.place.text or self.place.area}" if self.place else "",
            f"类别改为{self.category}" if self.category else "",
            f"改为{self.kind}" if self.kind else "",
            f"改由{name(self.unit_id)}办理" if self.unit_id else "",
        ]
        return "，".join(part for part in parts if part)

    def where(self) -> Place | None:
        return self.place

    def for_followers(self, by: By) -> Amended | None:
        return Amended(unit_id=self.unit_id) if self.unit_id is not None else None

    def to_desk(self, facts: Facts) -> str:
        """To the desk: new on it, or changed."""
        if facts.before is not None and facts.before.unit_id != facts.ticket.unit_id:
            return f"新工单 {facts.ticket.number}（市民更正后转来）\n{letters.brief(facts)}\n{letters.due(facts)}\n{letters.how(facts)}"
        return f"市民更正了 {letters.case(facts)}，现在是：\n{letters.brief(facts)}"

    def to_previous(self, facts: Facts) -> str:
        """To the previous desk, when the citizen's own correction moved the ticket."""
        return f"市民更正了{letters.case(facts)}，已改由{facts.desk}办理，你们这边不用再办。"


class Withdrawn(TicketEvent, frozen=True, tag="withdrawn"):
    """撤回 by the citizen."""

    verb = "撤回"
    heading = "市民撤回"
    read_by = NOT_STRANGERS

    reason: str = ""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(
            ticket.follow_nobody(),
            state=State.WITHDRAWN,
            reason=self.reason,
            closed_at=at,
            question="",
            waiting_since=None,
            paused_in=None,
        )

    def detail(self, name: Names) -> str:
        return self.reason

    def own_words(self) -> str:
        return self.reason

    def to_desk(self, facts: Facts) -> str:
        return (
            f"市民撤回了 {letters.case(facts)}{wording.told(wording.cut(self.reason, letters.TEXT_LENGTH))}，不用再办。"
        )


class Shown(TicketEvent, frozen=True, tag="shown"):
    """The citizen chose how the ticket is shown."""

    verb = "公开设置"
    heading = "公开设置"
    seen_by = NOT_STRANGERS

    named: bool
    public: bool
    called: str = ""
    """The name to use."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, named=self.named, public=self.public, called=self.called)

    def detail(self, name: Names) -> str:
        return f"{'署名' if self.named else '匿名'}，{'公开' if self.public else '不公开'}"


class Sealed(TicketEvent, frozen=True, tag="sealed"):
    """转为保密: from now on the ticket is never public. It only ever adds: what is sealed is not opened again by words."""

    verb = "转为保密"
    heading = "转为保密"
    seen_by = NOT_STRANGERS

    sort: str = ""
    """The sort of 保密件; "" for none."""
    danger: bool = False
    """Whether a life is at stake."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return ticket.seal(self.sort, self.danger)

    def for_followers(self, by: By) -> Sealed:
        return self

    def fold_follower(self, follower: Ticket, standing: Standing) -> Ticket:
        return follower.seal(self.sort, self.danger)


Filing = Filed | Supplemented | Amended | Withdrawn | Shown | Sealed
"""Every event of this file."""

SharedFiling = Supplemented | Amended | Sealed
"""Those of this file that followers learn of."""
