"""Events by officials who work on a ticket, from 受理 to 办结, and by those above them."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from handlers.errors import Refused
from handlers.tickets import letters, masking, wording
from handlers.tickets.events.base import NOT_STRANGERS, ONLY_STAFF, Actor, By, Facts, Names, TicketEvent
from handlers.tickets.ticket import OPEN, Attachment, Chase, Commitment, Promise, Standing, State, Ticket, Timing

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

    def to_citizen(self, facts: Facts) -> str:
        if facts.late:
            return f"{letters.yours(facts)}已由{facts.by_unit}受理。原定 {facts.reply_by} 前答复，已经逾期，他们会尽快答复您。{letters.see(facts)}"
        return f"{letters.yours(facts)}已由{facts.by_unit}受理，{facts.reply_by} 前答复您。{letters.see(facts)}"


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

    def to_citizen(self, facts: Facts) -> str:
        return (
            f"{facts.by_unit}办理{letters.yours(facts)}，需要您补充：\n{self.question}\n"
            f"直接回复「补充 {facts.ticket.number} 内容」，也可以发图片。等您补充期间期限暂停。{letters.see(facts)}"
        )


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

    def to_citizen(self, facts: Facts) -> str:
        photos = f"（{len(self.attachments)} 张图片在进度页）" if self.attachments else ""
        return f"{facts.by_unit}已到现场处理{letters.yours(facts)}：{wording.cut(self.text, letters.TEXT_LENGTH)}{photos}{letters.see(facts)}"


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

    def to_citizen(self, facts: Facts) -> str:
        return f"{letters.yours(facts)}需要更多时间：{wording.clause(self.reason)}。{facts.by_unit}改在 {facts.reply_by} 前答复您。{letters.see(facts)}"


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

    def to_citizen(self, facts: Facts) -> str:
        photos = f"（{len(self.attachments)} 张图片在进度页）\n" if self.attachments else ""
        return (
            f"{facts.by_unit}答复了{letters.yours(facts)}：\n{letters.reply_text(self.text)}\n{photos}"
            f"办得怎么样？点一下下面的评价，或回「评价 1–5」（5 非常满意）；没解决可以要求重办。{letters.see(facts)}"
        )


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

    def to_citizen(self, facts: Facts) -> str:
        """To the citizen; when nobody said anything to the answer, that silence is taken for nothing."""
        if facts.actor.by is By.CLOCK and not facts.ticket.rating:
            return (
                f"{letters.yours(facts)}答复后没有等到您的评价，先办结了，不算满意也不算不满意。"
                f"随时可以回复「评价 {facts.ticket.number} 1–5」，没解决回「没解决」，会重新办。{letters.see(facts)}"
            )
        words = f"：\n{letters.reply_text(self.text)}\n" if self.text else "。"
        asked = facts.ticket.rating is not None or facts.ticket.replied_at != facts.ticket.closed_at
        rate = "没解决请告诉我们。" if asked else "办得怎么样？点一下下面的评价，或回「评价 1–5」；没解决请告诉我们。"
        return f"{letters.yours(facts)}已办结{words}{rate}{letters.see(facts)}"


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

    def to_citizen(self, facts: Facts) -> str:
        """To the citizen: why, and where to go instead."""
        instead = f"您可以找{wording.clause(self.instead)}。" if self.instead else ""
        return f"{letters.yours(facts)}，{facts.by_unit}没有受理，原因：{wording.clause(self.reason)}。{instead}有疑问回复「人工」。{letters.see(facts)}"


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

    def to_citizen(self, facts: Facts) -> str:
        """To the citizen, when somebody else had it reopened."""
        return f"{letters.yours(facts)}将重新办理{wording.told(wording.clause(self.reason))}。{facts.desk}在 {facts.reply_by} 前答复您。{letters.see(facts)}"

    def to_desk(self, facts: Facts) -> str:
        return f"{letters.case(facts)}要重办{wording.told(wording.cut(self.reason, letters.TEXT_LENGTH))}\n{facts.desk}请在 {facts.reply_by} 前重新答复。"


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

    def to_desk(self, facts: Facts) -> str:
        """To the desk, when somebody else spoke with the citizen."""
        return f"{facts.by_unit}回访了 {letters.case(facts)}的市民：{wording.cut(self.text, letters.TEXT_LENGTH)}"


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

    def to_desk(self, facts: Facts) -> str:
        """To the desk, when another unit notes something."""
        return f"{facts.by_unit}给 {letters.case(facts)}加了备注：{wording.cut(self.text, letters.TEXT_LENGTH)}"


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

    def to_citizen(self, facts: Facts) -> str:
        """To the citizen, when an official took back a step."""
        before, now = facts.before, facts.ticket
        wrong = wording.STATES[before.state] if before is not None and before.state is not now.state else ""
        what = f"刚才的「{wrong}」弄错了，不作数" if wrong else "刚才那一步弄错了，不作数"
        goes_on = f"，{facts.reply_by} 前答复您" if now.state in OPEN and not facts.late else ""
        return f"{letters.yours(facts)}，{what}。现在是「{wording.STATES[now.state]}」，在{facts.desk}{goes_on}。{letters.see(facts)}"

    def to_desk(self, facts: Facts) -> str:
        return f"{letters.case(facts)}的上一步已撤销，现在是「{wording.STATES[facts.ticket.state]}」，在{facts.desk}。"


Work = Accepted | Asked | OnSite | Extended | Replied | Closed | Refusal | Reopened | CalledBack | Noted | Undone
"""Every event of this file."""

SharedWork = Accepted | Asked | OnSite | Extended | Replied | Closed | Refusal | Reopened | Undone
"""Those of this file that followers learn of."""
