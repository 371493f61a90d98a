"""Events by the clock, and officials' answers to them: reminders, cards, 催办, commitments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec.structs import replace

from handlers.errors import Refused
from handlers.tickets import letters, masking, wording
from handlers.tickets.events.base import NOT_STRANGERS, Actor, By, Facts, Names, TicketEvent
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

    def to_desk(self, facts: Facts) -> str:
        """To the desk and, for what nobody took up, its head."""
        by = wording.moment(self.due)
        match self.owed:
            case Owed.ACCEPT:
                return f"{letters.case(facts)}还没有人受理。{letters.due(facts)}\n回复：受理 {facts.ticket.number}"
            case Owed.REPLY:
                if facts.at > self.due:
                    return f"{letters.case(facts)}应在 {by} 前答复市民，已经过了。\n请尽快：答复 {facts.ticket.number} 正文"
                return f"快到期了：{letters.case(facts)}要在 {by} 前答复市民。\n回复：答复 {facts.ticket.number} 正文"
            case Owed.RULING:
                return f"{letters.case(facts)}被多次退回，等您裁定归谁办，{by} 前要定。\n回复：裁定 {facts.ticket.number} 单位 理由"
            case Owed.VOW:
                vow = next((vow for vow in facts.ticket.vows if vow.by == self.due and not vow.kept_at), None)
                words = f"「{wording.cut(vow.text, letters.TEXT_LENGTH)}」" if vow else ""
                return f"{letters.case(facts)}的答复里答应过{words}，{by} 到期。\n办好了请回复：兑现 {facts.ticket.number} 说明"


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

    def to_citizen(self, facts: Facts) -> str:
        colour = COLOURS[self.colour]
        return (
            f"{letters.yours(facts)}没有在 {wording.moment(self.due)} 前答复，已经给{facts.desk}亮了{colour}，"
            f"并报给他们的负责人{'和督办人员' if self.colour is CardColour.RED else ''}。会一直催到有答复为止。{letters.see(facts)}"
        )

    def to_desk(self, facts: Facts) -> str:
        return (
            f"{COLOURS[self.colour]}：{letters.case(facts)}在{facts.desk}，应在 {wording.moment(self.due)} 前答复，"
            f"已过 {wording.lasting(facts.at - self.due)}。市民看得到这张牌。\n请尽快：答复 {facts.ticket.number} 正文"
        )


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

    def to_citizen(self, facts: Facts) -> str:
        """To the citizen: with the reason."""
        return f"{letters.yours(facts)}的{COLOURS[self.colour]}由{facts.by_unit}撤下，原因：{wording.clause(self.reason)}。{letters.see(facts)}"

    def to_desk(self, facts: Facts) -> str:
        return f"{letters.case(facts)}的{COLOURS[self.colour]}已由{facts.by_unit}撤下，原因：{wording.clause(self.reason)}。"


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

    def to_citizen(self, facts: Facts) -> str:
        return (
            f"{letters.yours(facts)}已经逾期 {wording.lasting(facts.at - self.due)}，发出了催办通知单（{self.notice}），"
            f"送{facts.desk}和它的上级。{letters.see(facts)}"
        )

    def to_desk(self, facts: Facts) -> str:
        return (
            f"催办通知单 {self.notice}：{letters.case(facts)}在{facts.desk}，应在 {wording.moment(self.due)} 前答复，"
            f"已逾期 {wording.lasting(facts.at - self.due)}。请负责人过问，并尽快答复市民。"
        )


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

    def to_citizen(self, facts: Facts) -> str:
        """To the citizen: we did not hear from them, and go on."""
        return f"{letters.yours(facts)}一直没有等到您的补充，先照现有的情况接着办，{wording.moment(self.reply_by)} 前答复您。想补充随时发来。{letters.see(facts)}"

    def to_desk(self, facts: Facts) -> str:
        return f"{letters.case(facts)}等市民补充已经到了最长时间，时钟接着走，请在 {wording.moment(self.reply_by)} 前答复。"


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

    def to_citizen(self, facts: Facts) -> str:
        """To the citizen: good news."""
        return f"{letters.yours(facts)}已有 {self.crowd} 人一起推动，按公开的规定（{self.rule}）期限缩短，{facts.desk}改在 {facts.reply_by} 前答复。{letters.see(facts)}"

    def to_desk(self, facts: Facts) -> str:
        return f"{letters.case(facts)}已有 {self.crowd} 人附议，按规定（{self.rule}）期限提前到 {facts.reply_by}。"


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

    def to_desk(self, facts: Facts) -> str:
        """To the desk and those who help; from the second time also to a supervisor."""
        by, number = facts.ticket.chase.answer_by, facts.ticket.number
        answer = f"\n请在 {wording.moment(by)} 前回应市民：回应 {number} 哪天前怎么办" if by is not None else ""
        return (
            f"市民第 {facts.ticket.urges} 次催办 {letters.case(facts)}{wording.told(wording.cut(self.words, letters.TEXT_LENGTH))}\n"
            f"在{facts.desk}，{wording.STATES[facts.ticket.state]}。{letters.due(facts)}{answer}"
        )


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

    def to_citizen(self, facts: Facts) -> str:
        return f"{facts.by_unit}回应了您对「{wording.brief(facts.ticket.title)}」的催办：{wording.clause(self.text)}。（{wording.moment(self.by)} 前）{letters.see(facts)}"


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

    def to_citizen(self, facts: Facts) -> str:
        return f"您催办的「{wording.brief(facts.ticket.title)}」，{facts.desk}没有按时回应，已经报给他们的负责人和督办人员。{letters.see(facts)}"

    def to_desk(self, facts: Facts) -> str:
        return f"市民催办 {letters.case(facts)}，{facts.desk}没有在 {wording.moment(self.due)} 前回应。请马上：回应 {facts.ticket.number} 几月几日前怎么办"


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

    def to_citizen(self, facts: Facts) -> str:
        vow = facts.ticket.vows[self.vow - 1].text if self.vow <= len(facts.ticket.vows) else ""
        return f"{facts.by_unit}答应您的「{wording.cut(vow, letters.TEXT_LENGTH)}」已经办到{wording.told(wording.clause(self.text))}。没办到请告诉我们。{letters.see(facts)}"


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

    def to_citizen(self, facts: Facts) -> str:
        """To the citizen: honest about what did not happen."""
        vow = facts.ticket.vows[self.vow - 1].text if self.vow <= len(facts.ticket.vows) else ""
        return (
            f"{facts.desk}在答复里答应您「{wording.cut(vow, letters.TEXT_LENGTH)}」，{wording.moment(self.due)} 已经到期，还没有回音，"
            f"已经报给他们的负责人。没办到，回「没解决」可以重办。{letters.see(facts)}"
        )

    def to_desk(self, facts: Facts) -> str:
        vow = facts.ticket.vows[self.vow - 1].text if self.vow <= len(facts.ticket.vows) else ""
        return f"{letters.case(facts)}的答复答应过「{wording.cut(vow, letters.TEXT_LENGTH)}」，已于 {wording.moment(self.due)} 到期。办好请回复：兑现 {facts.ticket.number} 说明"


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
