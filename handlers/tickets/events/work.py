"""Events by officials who work on a ticket, from 受理 to 办结, and by those above them."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from handlers.errors import Refused
from handlers.tickets import masking, wording
from handlers.tickets.events.base import NOT_STRANGERS, ONLY_STAFF, Actor, By, Names, TicketEvent
from handlers.tickets.ticket import Attachment, Chase, Commitment, Promise, Standing, State, Ticket, Timing

MAX_EXTENSIONS = 2
"""A promise may be moved twice; after that it is a matter for a supervisor."""


class Accepted(TicketEvent, frozen=True, tag="accepted"):
    """已受理."""

    verb = "受理"
    heading = "已受理"

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        # Who takes it up while an arbiter is waited for has settled whose it is.
        chase = replace(ticket.chase, rule_by=None)
        return replace(ticket, state=State.ACCEPTED, reason="", accepted_at=ticket.accepted_at or at, chase=chase)

    def for_followers(self, by: By) -> Accepted:
        return self


class Transferred(TicketEvent, frozen=True, tag="transferred"):
    """转办: another unit's desk now."""

    verb = "转办"
    heading = "转办"

    unit_id: str
    reason: str = ""

    def check(self, ticket: Ticket, at: datetime) -> None:
        if ticket.chase.rule_by is not None:
            raise Refused(f"这件事已经退回 {ticket.returns} 次，正在等裁定归谁办，不能再转办。裁定之后马上有单位接手。")
        if self.unit_id == ticket.unit_id:
            raise Refused("这件事已经在这个单位了，请换一个单位。")

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(
            ticket.change_desk(at),
            state=State.TRANSFERRED,
            since=at,
            unit_id=self.unit_id,
            reason=self.reason,
            transfers=ticket.transfers + 1,
            co_units=tuple(unit for unit in ticket.co_units if unit != self.unit_id),
        )

    def detail(self, name: Names) -> str:
        return f"转到{name(self.unit_id)}{wording.told(self.reason)}"

    def for_strangers(self, name: Names) -> str:
        return f"到{name(self.unit_id)}"

    def for_followers(self, by: By) -> Transferred:
        return replace(self, reason=masking.for_followers(self.reason))


class Returned(TicketEvent, frozen=True, tag="returned"):
    """退回: the unit says it is not theirs."""

    verb = "退回"
    heading = "退回"

    unit_id: str
    """The dispatcher's desk, on which it is again."""
    reason: str
    rule_by: datetime | None = None
    """An arbiter decides by then whose it is, since it came back so often; None for not so often."""

    def check(self, ticket: Ticket, at: datetime) -> None:
        if ticket.chase.ruled:
            raise Refused("这件事已经裁定归现在的单位办，不能再退回。有异议请找裁定的上级。")

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(
            ticket.change_desk(at),
            state=State.RETURNED,
            unit_id=self.unit_id,
            reason=self.reason,
            returns=ticket.returns + 1,
            chase=replace(ticket.chase, rule_by=self.rule_by, rule_reminded=False),
        )

    def detail(self, name: Names) -> str:
        return f"回到{name(self.unit_id)}{wording.told(self.reason)}"

    def for_strangers(self, name: Names) -> str:
        return f"到{name(self.unit_id)}"

    def for_followers(self, by: By) -> Returned:
        return replace(self, reason=masking.for_followers(self.reason))


class Ruled(TicketEvent, frozen=True, tag="ruled"):
    """裁定: an arbiter says whose it is; it cannot be returned again."""

    verb = "裁定"
    heading = "裁定"

    unit_id: str
    reason: str

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(
            ticket.change_desk(at),
            state=State.TRANSFERRED,
            unit_id=self.unit_id,
            reason=self.reason,
            chase=replace(ticket.chase, rule_by=None, ruled=True),
        )

    def detail(self, name: Names) -> str:
        return f"归{name(self.unit_id)}办{wording.told(self.reason)}"

    def for_followers(self, by: By) -> Ruled:
        return replace(self, reason=masking.for_followers(self.reason))


class Recused(TicketEvent, frozen=True, tag="recused"):
    """回避: words that the citizen added accuse units, which keep away from now on."""

    verb = "回避"
    heading = "回避"
    seen_by = NOT_STRANGERS

    units: tuple[str, ...]
    """Those that are accused."""
    unit_id: str | None = None
    """The desk it is on now; None where it stays."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        accused = tuple(dict.fromkeys((*(ticket.accused or ()), *self.units)))
        if self.unit_id is None or self.unit_id == ticket.unit_id:
            return replace(ticket, accused=accused)
        return replace(ticket.change_desk(at), accused=accused, unit_id=self.unit_id)

    def detail(self, name: Names) -> str:
        return f"改由{name(self.unit_id)}办理" if self.unit_id else ""

    def for_followers(self, by: By) -> Recused | None:
        return Recused((), self.unit_id) if self.unit_id is not None else None


class Asked(TicketEvent, frozen=True, tag="asked"):
    """等待补充: the unit needs something from the citizen; the clock stands still."""

    verb = "询问"
    heading = "等待补充"
    read_by = NOT_STRANGERS

    question: str
    until: datetime | None = None
    """The pause ends then at the latest."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(
            ticket,
            state=State.WAITING,
            question=self.question,
            waiting_since=at,
            paused_in=ticket.state,
            asks=ticket.asks + 1,
            chase=replace(ticket.chase, wait_until=self.until),
        )

    def detail(self, name: Names) -> str:
        return self.question

    def for_followers(self, by: By) -> Asked:
        return Asked("")


class OnSite(TicketEvent, frozen=True, tag="on_site"):
    """现场处理: somebody is there; pictures are the proof."""

    verb = "现场"
    heading = "现场处理"

    text: str
    attachments: tuple[Attachment, ...] = ()

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        after = replace(ticket, accepted_at=ticket.accepted_at or at, attachments=ticket.attachments + self.attachments)
        if ticket.state is State.WAITING:
            return after
        return replace(after, state=State.ON_SITE, chase=replace(ticket.chase, rule_by=None))

    def detail(self, name: Names) -> str:
        return self.text

    def files(self) -> tuple[Attachment, ...]:
        return self.attachments

    def for_followers(self, by: By) -> OnSite:
        return replace(self, text=masking.for_followers(self.text))

    def fold_follower(self, follower: Ticket, standing: Standing) -> Ticket:
        return replace(follower, attachments=follower.attachments + self.attachments) if self.attachments else follower


class Extended(TicketEvent, frozen=True, tag="extended"):
    """延期: a later date, with a reason that the citizen reads."""

    verb = "延期"
    heading = "延期"

    days: int
    reason: str
    reply_by: datetime
    remind_at: datetime | None = None

    def check(self, ticket: Ticket, at: datetime) -> None:
        if ticket.extensions >= MAX_EXTENSIONS:
            raise Refused(f"已经延期 {MAX_EXTENSIONS} 次，不能再延。请尽快答复，或请上级督办协调。")
        if self.days < 1 or self.reply_by <= max(at, ticket.promise.reply_by):
            raise Refused("新的期限必须晚于现在和原来的期限，请多延几天。")

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        promise = replace(ticket.promise, reply_by=self.reply_by, remind_at=self.remind_at)
        return replace(ticket, promise=promise, reason=self.reason, extensions=ticket.extensions + 1)

    def detail(self, name: Names) -> str:
        return f"改到{wording.moment(self.reply_by)} 前答复，原因：{self.reason}"

    def for_followers(self, by: By) -> Extended:
        return self


class Replied(TicketEvent, frozen=True, tag="replied"):
    """已答复."""

    verb = "答复"
    heading = "已答复"

    text: str
    attachments: tuple[Attachment, ...] = ()
    score: int | None = None
    """What the review of the answer found it worth, 0-100."""
    anyway: str = ""
    """Why it went out although the review found something to mend."""
    vows: tuple[Commitment, ...] = ()
    """What it promises by a day."""
    timing: Timing | None = None
    """How it came."""
    rate_by: datetime | None = None
    """The citizen is waited for with a grade until then."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(
            ticket.end_pause(at),
            state=State.REPLIED,
            reason="",
            reply=self.text,
            replied_at=at,
            accepted_at=ticket.accepted_at or at,
            attachments=ticket.attachments + self.attachments,
            chase=Chase(rate_by=self.rate_by),
            vows=self.vows,
            timing=self.timing or ticket.timing,
            replied_by=actor.id if actor.by is By.STAFF else ticket.replied_by,
        )

    def detail(self, name: Names) -> str:
        return self.text

    def files(self) -> tuple[Attachment, ...]:
        return self.attachments

    def for_followers(self, by: By) -> Replied:
        return Replied(masking.for_followers(self.text), self.attachments, rate_by=self.rate_by)

    def fold_follower(self, follower: Ticket, standing: Standing) -> Ticket:
        after = follower
        if self.attachments:
            after = replace(after, attachments=after.attachments + self.attachments)
        if standing.rating is None:
            after = replace(after, chase=Chase(rate_by=self.rate_by or follower.chase.rate_by))
        return after


class Closed(TicketEvent, frozen=True, tag="closed"):
    """已办结, with a last word if there is one; the fields mean what they mean in `Replied`."""

    verb = "办结"
    heading = "已办结"

    text: str = ""
    vows: tuple[Commitment, ...] = ()
    timing: Timing | None = None
    rate_by: datetime | None = None
    revisit_at: datetime | None = None
    """The citizen is asked again then."""

    def check(self, ticket: Ticket, at: datetime) -> None:
        if ticket.state is not State.REPLIED and not self.text.strip():
            raise Refused("还没有答复市民，请先答复，或在办结后面写上处理结果。")

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        after = replace(ticket.end_pause(at), state=State.CLOSED, reason="", closed_at=at)
        if ticket.replied_at is None:
            return replace(
                after,
                reply=self.text,
                replied_at=at,
                accepted_at=ticket.accepted_at or at,
                vows=self.vows,
                timing=self.timing,
                chase=Chase(rate_by=self.rate_by, revisit_at=self.revisit_at),
                replied_by=actor.id if actor.by is By.STAFF else None,
            )
        chase = replace(ticket.chase, rate_by=self.rate_by or ticket.chase.rate_by, revisit_at=self.revisit_at)
        return replace(after, chase=chase, vows=self.vows or ticket.vows)

    def detail(self, name: Names) -> str:
        return self.text

    def for_followers(self, by: By) -> Closed:
        return Closed(masking.for_followers(self.text), rate_by=self.rate_by)

    def fold_follower(self, follower: Ticket, standing: Standing) -> Ticket:
        if standing.rating is not None:
            return follower
        # An answer begins the wait for a grade; the closing of what was answered leaves it, and silence, as they are.
        kept = Chase() if follower.replied_at is None else follower.chase
        return replace(follower, chase=replace(kept, rate_by=self.rate_by or follower.chase.rate_by))


class Refusal(TicketEvent, frozen=True, tag="refused"):
    """不予受理."""

    verb = "不予受理"
    heading = "不予受理"

    reason: str
    instead: str = ""
    """Where the citizen can go."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, state=State.REFUSED, reason=self.reason, closed_at=at)

    def detail(self, name: Names) -> str:
        return f"{wording.clause(self.reason)}。可以找{self.instead}" if self.instead else self.reason

    def for_followers(self, by: By) -> Refusal:
        return replace(self, reason=masking.for_followers(self.reason))


class Reopened(TicketEvent, frozen=True, tag="reopened"):
    """重办: not solved."""

    verb = "重办"
    heading = "重新办理"
    read_by = NOT_STRANGERS

    reason: str
    promise: Promise
    """A clock of its own."""
    unit_id: str | None = None
    """Another desk where there is one."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(
            ticket.begin_round(at).follow_nobody(),
            state=State.REWORK,
            unit_id=self.unit_id or ticket.unit_id,
            rounds=(*ticket.rounds, ticket.present_round()),
            reason=self.reason,
            promise=self.promise,
            reworks=ticket.reworks + 1,
            extensions=0,
            accepted_at=None,
            reply="",
            replied_at=None,
            closed_at=None,
            rating=None,
        )

    def detail(self, name: Names) -> str:
        return self.reason

    def own_words(self) -> str:
        return self.reason

    def for_followers(self, by: By) -> Reopened:
        reason = "有人反映没有解决" if by is By.CITIZEN else masking.for_followers(self.reason)
        return replace(self, reason=reason)


class CalledBack(TicketEvent, frozen=True, tag="called_back"):
    """回访: the unit spoke with the citizen; needed before a 重办 is answered."""

    verb = "回访"
    heading = "回访"
    read_by = NOT_STRANGERS

    text: str

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, called_back=True)

    def detail(self, name: Names) -> str:
        return self.text


class Noted(TicketEvent, frozen=True, tag="noted"):
    """备注: for officials' eyes only."""

    verb = "备注"
    heading = "备注"
    seen_by = ONLY_STAFF

    text: str
    attachments: tuple[Attachment, ...] = ()

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return ticket

    def detail(self, name: Names) -> str:
        return self.text

    def files(self) -> tuple[Attachment, ...]:
        return self.attachments


class Reclassified(TicketEvent, frozen=True, tag="reclassified"):
    """改类: an official corrected the category. Desk and promise stay as they are."""

    verb = "改类"
    heading = "改类别"
    seen_by = NOT_STRANGERS
    read_by = NOT_STRANGERS

    category: str
    before: str = ""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, category=self.category, subcategory=None)

    def detail(self, name: Names) -> str:
        return f"类别改为{self.category}"


class CoHandled(TicketEvent, frozen=True, tag="co_handled"):
    """协办: another unit helps; the desk stays where it is."""

    verb = "协办"
    heading = "协办"

    unit_id: str

    def check(self, ticket: Ticket, at: datetime) -> None:
        if self.unit_id == ticket.unit_id:
            raise Refused("这个单位就是主办单位，不用再协办。")
        if self.unit_id in ticket.co_units:
            raise Refused("这个单位已经在协办了。")

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, co_units=(*ticket.co_units, self.unit_id))

    def detail(self, name: Names) -> str:
        return f"{name(self.unit_id)}一起办理"

    def for_strangers(self, name: Names) -> str:
        return self.detail(name)

    def for_followers(self, by: By) -> CoHandled:
        return self


class Supervised(TicketEvent, frozen=True, tag="supervised"):
    """督办: a supervisor or leader looks at this one, with an opinion for the unit."""

    verb = "督办"
    heading = "督办"
    read_by = ONLY_STAFF

    opinion: str

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, supervised=True)

    def detail(self, name: Names) -> str:
        return self.opinion

    def for_followers(self, by: By) -> Supervised:
        return Supervised("")


class Undone(TicketEvent, frozen=True, tag="undone"):
    """撤销: an earlier event counts no more. It stays in the log, and `lifecycle.fold` leaves both out."""

    verb = "撤销"
    heading = "更正"

    seq: int
    """The event that is taken back."""
    reason: str = ""
    """Why the service itself took it back."""

    def for_followers(self, by: By) -> Undone:
        return self


Work = (
    Accepted
    | Transferred
    | Returned
    | Ruled
    | Recused
    | Asked
    | OnSite
    | Extended
    | Replied
    | Closed
    | Refusal
    | Reopened
    | CalledBack
    | Noted
    | Reclassified
    | CoHandled
    | Supervised
    | Undone
)
"""Every event of this file."""

SharedWork = (
    Accepted
    | Transferred
    | Returned
    | Ruled
    | Recused
    | Asked
    | OnSite
    | Extended
    | Replied
    | Closed
    | Refusal
    | Reopened
    | CoHandled
    | Supervised
    | Undone
)
"""Those of this file that followers learn of."""
