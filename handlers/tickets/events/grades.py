"""Events after a reply: the citizen's grade and opinion, the unit's objection, the decision, the revisit (回头看)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from handlers.errors import Refused
from handlers.tickets import letters, wording
from handlers.tickets.events.base import NOT_STRANGERS, Actor, By, Facts, Names, TicketEvent
from handlers.tickets.ticket import ANSWERED, OPEN, Opinion, Standing, Ticket


class Rated(TicketEvent, frozen=True, tag="rated"):
    """评价 (好差评)."""

    verb = "评价"
    heading = "市民评价"
    read_by = NOT_STRANGERS

    score: int
    """5 非常满意 … 1 非常不满意."""
    words: str = ""
    redo_by: datetime | None = None
    """A low grade becomes 重办 then, if nothing more is said."""
    revisit_at: datetime | None = None

    def check(self, ticket: Ticket, at: datetime) -> None:
        if not 1 <= self.score <= 5:
            raise Refused("评价请用 1 到 5：5 非常满意，1 非常不满意。")

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        revisit_at = self.revisit_at or ticket.chase.revisit_at
        chase = replace(ticket.chase, rate_by=None, redo_by=self.redo_by, revisit_at=revisit_at, silent=False)
        return replace(ticket, rating=self.score, chase=chase)

    def detail(self, name: Names) -> str:
        return f"{wording.GRADES.get(self.score, str(self.score))}{wording.told(self.words)}"

    def own_words(self) -> str:
        return self.words

    def to_desk(self, facts: Facts) -> str:
        """To the desk; a bad grade also to a supervisor."""
        grade = wording.GRADES[self.score]
        return f"市民评价 {letters.case(facts)}：{grade}（{self.score} 分）{wording.told(wording.cut(self.words, letters.TEXT_LENGTH))}"


class OpinionGiven(TicketEvent, frozen=True, tag="opined"):
    """What the citizen says apart from the grade; None where nothing was said."""

    verb = "意见"
    heading = "市民的看法"
    read_by = NOT_STRANGERS

    solved: bool | None = None
    to_point: bool | None = None
    attitude: int | None = None
    """3 good, 2 middling, 1 bad."""
    words: str = ""
    again: bool | None = None
    """False: no 重办 is wanted."""
    redo_by: datetime | None = None
    """没解决 becomes 重办 then, if nothing more is said."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        before = ticket.opinion
        opinion = replace(
            before,
            solved=before.solved if self.solved is None else self.solved,
            to_point=before.to_point if self.to_point is None else self.to_point,
            attitude=before.attitude if self.attitude is None else self.attitude,
        )
        chase = ticket.chase
        if self.again is False:
            chase = replace(chase, redo_by=None)
        elif self.redo_by is not None:
            chase = replace(chase, redo_by=chase.redo_by or self.redo_by)
        return replace(ticket, opinion=opinion, chase=chase)

    def detail(self, name: Names) -> str:
        said = (
            {True: "解决了", False: "没解决"}.get(self.solved) if self.solved is not None else "",
            {True: "答到点上", False: "没答到点上"}.get(self.to_point) if self.to_point is not None else "",
            {3: "态度好", 2: "态度一般", 1: "态度不好"}.get(self.attitude or 0, ""),
            "不用重办" if self.again is False else "",
            self.words,
        )
        return "，".join(part for part in said if part)

    def own_words(self) -> str:
        return self.words

    def to_desk(self, facts: Facts) -> str:
        """To the desk: what the citizen says is missing."""
        missing = {"没解决": self.solved is False, "没答到点上": self.to_point is False, "态度不好": self.attitude == 1}
        said = "、".join(name for name, so in missing.items() if so)
        return f"市民说 {letters.case(facts)}{said or '还有意见'}{wording.told(wording.cut(self.words, letters.TEXT_LENGTH))}"


class Appealed(TicketEvent, frozen=True, tag="appealed"):
    """申诉: the unit holds the grade for a mistake or for malice, and says why."""

    verb = "申诉"
    heading = "评价申诉"
    read_by = NOT_STRANGERS

    reason: str

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return _with_graded(ticket, lambda opinion: replace(opinion, contested=True))

    def detail(self, name: Names) -> str:
        return self.reason

    def to_above(self, facts: Facts) -> str:
        return (
            f"{facts.by_unit}对 {letters.case(facts)}的评价提出申诉：{wording.clause(self.reason)}。\n"
            f"回复：评议 {facts.ticket.number} 维持 理由｜评议 {facts.ticket.number} 剔除 理由"
        )


class Decided(TicketEvent, frozen=True, tag="decided"):
    """评议: a supervisor decides on the unit's 申诉, with a reason that everybody reads."""

    verb = "评议"
    heading = "申诉评议"

    stands: bool
    """Whether the grade counts."""
    reason: str

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        void = not self.stands
        return _with_graded(ticket, lambda opinion: replace(opinion, contested=False, void=void, decided=True))

    def detail(self, name: Names) -> str:
        return f"评价{'有效' if self.stands else '不计入排行'}，理由：{self.reason}"

    def to_citizen(self, facts: Facts) -> str:
        so = "您的评价照样算数" if self.stands else "这次评价不计入排行"
        return f"承办单位对您给「{wording.brief(facts.ticket.title)}」的评价有异议，{facts.by_unit}看过后决定：{so}。理由：{wording.clause(self.reason)}。{letters.see(facts)}"

    def to_desk(self, facts: Facts) -> str:
        so = "维持，评价照样计入" if self.stands else "剔除，评价不计入排行"
        return f"{letters.case(facts)}的评价申诉：{so}。理由：{wording.clause(self.reason)}。"


def _with_graded(ticket: Ticket, change: Callable[[Opinion], Opinion]) -> Ticket:
    """The ticket with the opinion changed that is spoken of: on the answer graded last, which may be of the round before."""
    if ticket.rating is not None or not ticket.rounds:
        return replace(ticket, opinion=change(ticket.opinion))
    *older, last = ticket.rounds
    return replace(ticket, rounds=(*older, replace(last, opinion=change(last.opinion))))


class RatingLapsed(TicketEvent, frozen=True, tag="silent"):
    """No grade came within the time for it. It counts as silence and as nothing else."""

    verb = "未评价"
    heading = "没有评价"
    seen_by = NOT_STRANGERS

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, chase=replace(ticket.chase, rate_by=None, silent=True))


class Revisited(TicketEvent, frozen=True, tag="revisited"):
    """回头看: weeks later the citizen is asked whether all is still well."""

    verb = "回头看"
    heading = "回头看"

    until: datetime
    """When we stop waiting for an answer."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, chase=replace(ticket.chase, revisit_at=None, look_by=self.until))

    def to_citizen(self, facts: Facts) -> str:
        """To the citizen, weeks later."""
        return f"{letters.yours(facts)}办完有一阵子了，现在还好吗？有没有反弹？回「一直好着 {facts.ticket.number}」或「又坏了 {facts.ticket.number}」，又坏了就重新办。{letters.see(facts)}"


class LookedBack(TicketEvent, frozen=True, tag="looked_back"):
    """The citizen's answer to 回头看."""

    verb = "近况"
    heading = "市民说近况"
    read_by = NOT_STRANGERS

    fine: bool
    words: str = ""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, chase=replace(ticket.chase, look_by=None))

    def detail(self, name: Names) -> str:
        return f"{'一直好着' if self.fine else '又出问题了'}{wording.told(self.words)}"

    def own_words(self) -> str:
        return self.words

    def to_desk(self, facts: Facts) -> str:
        how = "一直好着" if self.fine else "又出问题了"
        return f"回头看 {letters.case(facts)}：市民说{how}{wording.told(wording.cut(self.words, letters.TEXT_LENGTH))}"


class Informed(TicketEvent, frozen=True, tag="informed"):
    """整改: news of the rectification item that covers this ticket."""

    verb = "整改"
    heading = "整改"

    item: str
    """The item's number."""
    text: str
    done: bool = False
    """Whether the item was signed off."""
    quiet: bool = False
    """Logged and shown, but pushed to nobody."""
    rate_by: datetime | None = None
    """The earlier answer is asked about anew and waits so long for a grade; None where there is no answer to be graded."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return self._tell(ticket)

    def detail(self, name: Names) -> str:
        return f"{self.item}{'已完成' if self.done else ''}{wording.told(self.text)}"

    def for_followers(self, by: By) -> Informed:
        return self

    def fold_follower(self, follower: Ticket, standing: Standing) -> Ticket:
        return self._tell(follower)

    def _tell(self, ticket: Ticket) -> Ticket:
        if self.rate_by is None:
            return replace(ticket, rectified=self.item)
        # Silence so far is no silence to the question that is asked again.
        chase = replace(ticket.chase, rate_by=self.rate_by, silent=False)
        return replace(ticket, rectified=self.item, chase=chase)

    def to_citizen(self, facts: Facts) -> str:
        about = f"{letters.yours(facts)}所属的整改（{self.item}）"
        if not self.done:
            return f"{about}有新进展：{wording.clause(self.text)}。{letters.see(facts)}"
        done = f"{about}已经完成：{wording.clause(self.text)}。"
        if facts.ticket.state in OPEN:
            return f"{done}您这件还由{facts.desk}接着办，答复后再请您评价。{letters.see(facts)}"
        if facts.ticket.state not in ANSWERED:
            return f"{done}{letters.see(facts)}"
        ask = "现在再看，办得怎么样" if facts.ticket.rating is not None else "办得怎么样"
        return f"{done}{ask}？点一下下面的评价，没解决可以要求重办。{letters.see(facts)}"


Grade = Rated | OpinionGiven | Appealed | Decided | RatingLapsed | Revisited | LookedBack | Informed
"""Every event of this file."""

SharedGrade = Informed
"""Those of this file that followers learn of."""
