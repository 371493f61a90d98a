"""Events by the clock, and officials' answers to them: reminders, cards, 催办, commitments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec.structs import replace

from handlers.errors import Refused
from handlers.tickets import masking, wording
from handlers.tickets.events.base import NOT_STRANGERS, Actor, By, Names, TicketEvent
from handlers.tickets.ticket import Commitment, State, Ticket

URGE_EVERY = timedelta(hours=24)
"""One 催办 a day and ticket: each must mean something to the unit."""


class CardColour(StrEnum):
    """黄牌 and 红牌 (芜湖 市民心声)."""

    YELLOW = "yellow"
    RED = "red"


COLOURS: dict[CardColour, str] = {CardColour.YELLOW: "黄牌", CardColour.RED: "红牌"}


class Owed(StrEnum):
    """What a reminder speaks of."""

    ACCEPT = "accept"
    REPLY = "reply"
    RULING = "ruling"
    VOW = "vow"


_OWED: dict[Owed, str] = {Owed.ACCEPT: "受理", Owed.REPLY: "答复", Owed.RULING: "裁定", Owed.VOW: "兑现答应的事"}


class Reminded(TicketEvent, frozen=True, tag="reminded"):
    """提醒."""

    verb = "提醒"
    heading = "提醒承办单位"

    owed: Owed
    due: datetime
    """When it is owed, or was."""
    raised: bool = False
    """Whether one level more is told, since many people or a hot issue stand behind the ticket."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        match self.owed:
            case Owed.ACCEPT:
                return replace(ticket, chase=replace(ticket.chase, accept_reminded=self.due))
            case Owed.REPLY:
                return replace(ticket, chase=replace(ticket.chase, reminded=self.due))
            case Owed.RULING:
                return replace(ticket, chase=replace(ticket.chase, rule_reminded=True))
            case Owed.VOW:
                reminded = (replace(vow, reminded=vow.reminded or vow.by <= self.due) for vow in ticket.vows)
                return replace(ticket, vows=tuple(reminded))

    def detail(self, name: Names) -> str:
        return f"{wording.moment(self.due)} 前{_OWED[self.owed]}"


class Carded(TicketEvent, frozen=True, tag="carded"):
    """黄牌 or 红牌: no reply came by the promised date."""

    verb = "亮牌"
    heading = "亮牌"

    colour: CardColour
    due: datetime
    """The promised date."""

    rule: str = ""
    """The rule in a citizen's words."""
    raised: bool = False
    """As in `Reminded`."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        match self.colour:
            case CardColour.YELLOW:
                return replace(ticket, cards=replace(ticket.cards, yellow_at=at))
            case CardColour.RED:
                return replace(ticket, cards=replace(ticket.cards, red_at=at))

    def detail(self, name: Names) -> str:
        return f"{COLOURS[self.colour]}：没有在{wording.moment(self.due)} 前答复"

    def for_followers(self, by: By) -> Carded:
        return self


class Uncarded(TicketEvent, frozen=True, tag="uncarded"):
    """撤牌 by a supervisor, with a reason that everybody reads."""

    verb = "撤牌"
    heading = "撤牌"

    colour: CardColour
    reason: str

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        withdrawn = (*ticket.cards.withdrawn, self.colour.value)
        return replace(ticket, cards=replace(ticket.cards, withdrawn=withdrawn))

    def detail(self, name: Names) -> str:
        return f"{COLOURS[self.colour]}撤下，原因：{self.reason}"

    def for_followers(self, by: By) -> Uncarded:
        return self


class ChaseNoticeIssued(TicketEvent, frozen=True, tag="noticed"):
    """催办通知单: a numbered document to the unit and its superior that lists this ticket."""

    verb = "催办通知"
    heading = "催办通知单"

    notice: str
    """Its number."""
    due: datetime

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, cards=replace(ticket.cards, notice=self.notice, notice_at=at))

    def detail(self, name: Names) -> str:
        return f"{self.notice}，送承办单位和它的上级"

    def for_followers(self, by: By) -> ChaseNoticeIssued:
        return self


class Resumed(TicketEvent, frozen=True, tag="resumed"):
    """The citizen said nothing for as long as we wait: the clock goes on by itself."""

    verb = "恢复计时"
    heading = "恢复计时"

    reply_by: datetime
    remind_at: datetime | None = None
    back: int | None = None
    """As in `Supplemented`."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(
            ticket.end_pause(at),
            state=ticket.paused_in or State.ACCEPTED,
            promise=replace(ticket.promise, reply_by=self.reply_by, remind_at=self.remind_at),
            chase=replace(ticket.chase, wait_until=None),
        )

    def detail(self, name: Names) -> str:
        return f"没有等到补充，{wording.moment(self.reply_by)} 前答复"

    def for_followers(self, by: By) -> Resumed:
        return self


class Shortened(TicketEvent, frozen=True, tag="shortened"):
    """So many want the same that it is due earlier."""

    verb = "缩短期限"
    heading = "期限提前"

    reply_by: datetime
    crowd: int
    rule: str
    """The published rule."""
    remind_at: datetime | None = None

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        promise = replace(ticket.promise, reply_by=self.reply_by, remind_at=self.remind_at, rule=self.rule)
        return replace(ticket, promise=promise)

    def detail(self, name: Names) -> str:
        return f"{self.crowd} 人附议，{wording.moment(self.reply_by)} 前答复"

    def for_followers(self, by: By) -> Shortened:
        return self


class Urged(TicketEvent, frozen=True, tag="urged"):
    """催办 by the citizen."""

    verb = "催办"
    heading = "市民催办"
    read_by = NOT_STRANGERS

    words: str = ""
    answer_by: datetime | None = None
    """The unit answers by then."""

    def check(self, ticket: Ticket, at: datetime) -> None:
        if not may_urge(ticket, at):
            raise Refused("您在一天之内已经催过了，承办单位已经收到。满一天还没有进展，可以再催。")

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        # A second 催办 does not give the unit more time to answer the first.
        chase = replace(ticket.chase, answer_by=ticket.chase.answer_by or self.answer_by)
        return replace(ticket, urges=ticket.urges + 1, urged_at=at, chase=chase)

    def detail(self, name: Names) -> str:
        return self.words

    def own_words(self) -> str:
        return self.words


def may_urge(ticket: Ticket, at: datetime) -> bool:
    """Whether enough time has passed since the citizen urged last."""
    return ticket.urged_at is None or at - ticket.urged_at >= URGE_EVERY


class UrgeAnswered(TicketEvent, frozen=True, tag="stated"):
    """回应: the unit answers the citizen's 催办 with a date of its own."""

    verb = "回应"
    heading = "回应催办"

    text: str
    by: datetime

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, chase=replace(ticket.chase, answer_by=None, said=self.text, said_by=self.by))

    def detail(self, name: Names) -> str:
        return f"{self.text}（{wording.moment(self.by)} 前）"

    def for_followers(self, by: By) -> UrgeAnswered:
        return replace(self, text=masking.for_followers(self.text))


class UrgeIgnored(TicketEvent, frozen=True, tag="ignored"):
    """The 催办 was not answered in time: those above are told."""

    verb = "催办未回应"
    heading = "催办没有回应"

    due: datetime
    raised: bool = False
    """As in `Reminded`."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, chase=replace(ticket.chase, answer_by=None, ignored=ticket.chase.ignored + 1))

    def detail(self, name: Names) -> str:
        return f"应在{wording.moment(self.due)} 前回应，已报上级"

    def for_followers(self, by: By) -> UrgeIgnored:
        return self


class CommitmentKept(TicketEvent, frozen=True, tag="vow_kept"):
    """兑现: what was promised in an answer was done."""

    verb = "兑现"
    heading = "答应的办到了"

    vow: int
    """Which of the ticket's `vows`, from 1."""
    text: str = ""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, vows=_changed(ticket.vows, self.vow, lambda vow: replace(vow, kept_at=at)))

    def detail(self, name: Names) -> str:
        return self.text

    def for_followers(self, by: By) -> CommitmentKept:
        return replace(self, text=masking.for_followers(self.text))


class CommitmentBroken(TicketEvent, frozen=True, tag="vow_broken"):
    """The day named in an answer has passed without a word."""

    verb = "到期未兑现"
    heading = "答应的没有办到"

    vow: int
    """Which of the ticket's `vows`, from 1."""
    due: datetime
    raised: bool = False
    """As in `Reminded`."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, vows=_changed(ticket.vows, self.vow, lambda vow: replace(vow, broken_at=at)))

    def detail(self, name: Names) -> str:
        return f"{wording.moment(self.due)} 到期，已报上级"

    def for_followers(self, by: By) -> CommitmentBroken:
        return self


def _changed(
    vows: tuple[Commitment, ...], number: int, change: Callable[[Commitment], Commitment]
) -> tuple[Commitment, ...]:
    return tuple(change(vow) if place == number else vow for place, vow in enumerate(vows, 1))


Clock = (
    Reminded
    | Carded
    | Uncarded
    | ChaseNoticeIssued
    | Resumed
    | Shortened
    | Urged
    | UrgeAnswered
    | UrgeIgnored
    | CommitmentKept
    | CommitmentBroken
)
"""Every event of this file."""

SharedClock = (
    Carded
    | Uncarded
    | ChaseNoticeIssued
    | Resumed
    | Shortened
    | UrgeAnswered
    | UrgeIgnored
    | CommitmentKept
    | CommitmentBroken
)
"""Those of this file that followers learn of."""

Raisable = Reminded | Carded | UrgeIgnored | CommitmentBroken
"""Those that may be told one level higher."""
