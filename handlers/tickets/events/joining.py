"""Events between tickets: 合并, 附议, and what a ticket shares with its followers."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from handlers.errors import Refused
from handlers.tickets import letters, wording
from handlers.tickets.events.base import NOT_STRANGERS, ONLY_STAFF, Actor, By, Facts, Names, TicketEvent
from handlers.tickets.events.clock import SharedClock
from handlers.tickets.events.desks import SharedDesks
from handlers.tickets.events.filing import SharedFiling
from handlers.tickets.events.grades import SharedGrade
from handlers.tickets.events.work import Refusal, SharedWork
from handlers.tickets.ticket import Attachment, Place, Promise, Standing, State, Taken, Ticket


class Merged(TicketEvent, frozen=True, tag="merged"):
    """合并: the same matter of the same person goes on under another number."""

    verb = "合并"
    heading = "并案"

    into: str

    def check(self, ticket: Ticket, at: datetime) -> None:
        if self.into == ticket.number:
            raise Refused("不能把一件事并到它自己，请写另一件的编号。")

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(
            ticket,
            state=State.MERGED,
            merged_into=self.into,
            closed_at=at,
            question="",
            waiting_since=None,
            paused_in=None,
        )

    def detail(self, name: Names) -> str:
        return f"并到 {self.into} 一起办理"

    def for_strangers(self, name: Names) -> str:
        return ""

    def to_citizen(self, facts: Facts) -> str:
        return (
            f"{letters.yours(facts)}和 {self.into} 是同一件事，并到一起办理。之后看 {self.into} 的进度就行。"
            f"{facts.ticket.number} 的话、图片和期限都带过去了，补充、催办、评价用哪个编号都行。{letters.see(facts)}"
        )

    def to_desk(self, facts: Facts) -> str:
        return f"{letters.case(facts)}已由{facts.by_unit}并入 {self.into}，你们这边不用再单独办这一件。"


class Absorbed(TicketEvent, frozen=True, tag="absorbed"):
    """合并, to the ticket that goes on: what it took over of another and of those merged into that one before.

    What remains unsaid stays as it was.
    """

    verb = "并入"
    heading = "合并"
    read_by = NOT_STRANGERS

    number: str = ""
    """The other ticket; "" for followers."""
    words: tuple[Taken, ...] = ()
    urgent: bool = False
    place: Place | None = None
    """The other's place where this one had none."""
    attachments: tuple[Attachment, ...] = ()
    promise: Promise | None = None
    """The promise where a date of the other was earlier."""
    urges: int = 0
    answer_by: datetime | None = None
    supervised: bool = False
    accused: tuple[str, ...] | None = None
    """Units that both accuse, where those are more than it accused alone."""
    sealed: str = ""
    danger: bool = False

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(
            ticket.seal(self.sealed, self.danger),
            taken=ticket.taken + self.words,
            urgent=ticket.urgent or self.urgent,
            place=ticket.place or self.place,
            attachments=ticket.attachments + self.attachments,
            promise=self.promise or ticket.promise,
            urges=ticket.urges + self.urges,
            supervised=ticket.supervised or self.supervised,
            accused=ticket.accused if self.accused is None else self.accused,
            chase=replace(ticket.chase, answer_by=ticket.chase.answer_by or self.answer_by),
        )

    def detail(self, name: Names) -> str:
        said = f"{self.number} 并进来一起办{wording.told(self.words[0].text)}" if self.number and self.words else ""
        date = f"{wording.moment(self.promise.reply_by)} 前答复" if self.promise is not None else ""
        return "\n".join(part for part in (said, date) if part)

    def files(self) -> tuple[Attachment, ...]:
        return self.attachments

    def where(self) -> Place | None:
        return self.place

    def for_followers(self, by: By) -> Absorbed | None:
        if self.promise is None and not self.sealed and not self.danger:
            return None
        return Absorbed(promise=self.promise, sealed=self.sealed, danger=self.danger)

    def fold_follower(self, follower: Ticket, standing: Standing) -> Ticket:
        return follower.seal(self.sealed, self.danger)

    def to_citizen(self, facts: Facts) -> str:
        """To those who follow the ticket: only its date concerns them."""
        return f"{letters.yours(facts)}的期限提前了：{facts.desk}在 {facts.reply_by} 前答复。{letters.see(facts)}"

    def to_desk(self, facts: Facts) -> str:
        """To whoever works on the ticket that goes on, and to a supervisor where it is urgent."""
        before, number = facts.before, facts.ticket.number
        files = f"（附 {len(self.attachments)} 个文件）" if self.attachments else ""
        said = self.words[0].text if self.words else ""
        lines = [
            f"{self.number} 并入 {number}，以后只办 {number}。{self.number} 里市民还说{wording.told(wording.cut(said, letters.TEXT_LENGTH))}{files}"
        ]
        if before is not None and facts.ticket.urgent and not before.urgent:
            lines.append("变为紧急件。")
        if self.promise is not None:
            lines.append("期限按早的一件算。")
        return "\n".join((*lines, letters.brief(facts), letters.due(facts)))


class Joined(TicketEvent, frozen=True, tag="joined"):
    """附议: from now on the ticket follows another."""

    verb = "附议"
    heading = "一起推动"
    seen_by = NOT_STRANGERS

    into: int
    """Id of the other."""
    number: str
    """Number of the other."""
    seq: int
    """At which event the other's log stands."""
    standing: Standing

    def check(self, ticket: Ticket, at: datetime) -> None:
        if self.into == ticket.id:
            raise Refused("这就是您自己的那一件，不用附议。")
        if ticket.crowd:
            raise Refused("已经有人和您一起推动这件事，不能再把它并到别人那里。")

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        after = ticket.stand(self.standing)
        return replace(after, joined_to=self.into, joined_number=self.number, followed=self.seq, question="")

    def detail(self, name: Names) -> str:
        return f"和 {self.number} 一起办理"

    def to_desk(self, facts: Facts) -> str:
        """To the desk: a ticket that needs no work of its own any more."""
        return f"{letters.case(facts)}的反映人改为和 {self.number} 一起推动，这件不用单独办，请办 {self.number}。"


class Backed(TicketEvent, frozen=True, tag="backed"):
    """A ticket of somebody else joined this one."""

    verb = "有人附议"
    heading = "有人附议"
    seen_by = ONLY_STAFF

    number: str
    text: str = ""
    """What they said, for the unit's eyes."""
    attachments: tuple[Attachment, ...] = ()

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, crowd=ticket.crowd + 1)

    def detail(self, name: Names) -> str:
        return f"{self.number}{wording.told(self.text)}"

    def files(self) -> tuple[Attachment, ...]:
        return self.attachments

    def to_desk(self, facts: Facts) -> str:
        """To the desk, when many have come to stand behind a ticket."""
        return f"已有 {facts.ticket.crowd} 人附议 {letters.case(facts)}，大家在等同一个结果。{letters.due(facts)}"


class Added(TicketEvent, frozen=True, tag="added"):
    """The owner of a ticket that follows this one added words or files, or urged."""

    verb = "附议人补充"
    heading = "附议人补充"
    seen_by = ONLY_STAFF

    number: str
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    urged: bool = False

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, crowd_urged_at=at) if self.urged else ticket

    def detail(self, name: Names) -> str:
        return f"{self.number}{'催办' if self.urged else ''}{wording.told(self.text)}"

    def files(self) -> tuple[Attachment, ...]:
        return self.attachments

    def to_desk(self, facts: Facts) -> str:
        """To the desk: words, files or an urging of somebody who follows."""
        if self.urged:
            return f"附议人催办 {letters.case(facts)}{wording.told(wording.cut(self.text, letters.TEXT_LENGTH))}\n{letters.due(facts)}"
        files = f"（附 {len(self.attachments)} 个文件）" if self.attachments else ""
        return f"附议人补充了 {letters.case(facts)}{wording.told(wording.cut(self.text, letters.TEXT_LENGTH))}{files}"


class Parted(TicketEvent, frozen=True, tag="parted"):
    """A ticket follows this one no more."""

    verb = "附议人退出"
    heading = "附议人退出"
    seen_by = ONLY_STAFF

    number: str

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, crowd=max(0, ticket.crowd - 1))

    def detail(self, name: Names) -> str:
        return self.number


class Alone(TicketEvent, frozen=True, tag="alone"):
    """单独办: it follows nobody any more; on a desk with a promise of its own."""

    verb = "单独办"
    heading = "单独办理"

    unit_id: str
    promise: Promise

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        fresh = Standing(State.SUBMITTED, self.unit_id, self.promise)
        return replace(ticket.stand(fresh).follow_nobody().begin_round(at), question="")

    def detail(self, name: Names) -> str:
        return f"不再和别人一起，由{name(self.unit_id)}单独办理"

    def to_desk(self, facts: Facts) -> str:
        """To the desk: a ticket that no longer follows another."""
        return f"新工单 {facts.ticket.number}（市民要求单独办）　{letters.brief(facts)}\n{letters.due(facts)}\n{letters.how(facts)}"


class Raised(TicketEvent, frozen=True, tag="raised"):
    """The ticket that it followed was taken back: this one goes on in its place, before the others."""

    verb = "接着办"
    heading = "接着办理"
    seen_by = NOT_STRANGERS

    after: str
    """Number of the ticket that was taken back."""
    crowd: int
    """How many others follow this one now."""
    state: State | None = None
    """The state it is in when a pause ended with it."""
    reply_by: datetime | None = None
    """The new promise when a pause ended with it."""
    remind_at: datetime | None = None
    back: int | None = None
    """As in `Supplemented`."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        after = replace(ticket.follow_nobody(), crowd=self.crowd)
        if self.state is not None:
            after = replace(after.end_pause(at), state=self.state)
        if self.reply_by is not None:
            promise = replace(ticket.promise, reply_by=self.reply_by, remind_at=self.remind_at)
            after = replace(after, promise=promise)
        return after

    def detail(self, name: Names) -> str:
        return f"{self.after} 已撤回，由这件接着办"

    def to_citizen(self, facts: Facts) -> str:
        return f"{letters.yours(facts)}：和您一起推动的 {self.after} 由本人撤回了，您这件接着办，还在{facts.desk}。{letters.still_by(facts)}{letters.see(facts)}"

    def to_desk(self, facts: Facts) -> str:
        """To the desk: another ticket of the same matter goes on."""
        others = f"还有 {self.crowd} 人和他一起。" if self.crowd else ""
        return f"{self.after} 的反映人撤回了，但同一件事还有人在等：接着办 {letters.case(facts)}。{others}{letters.due(facts)}"


class Gathered(TicketEvent, frozen=True, tag="gathered"):
    """Tickets that followed another follow this one, since the other was merged into it."""

    verb = "合并附议"
    heading = "合并附议"
    seen_by = ONLY_STAFF

    after: str
    """Number of the other."""
    crowd: int
    """How many they are."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, crowd=ticket.crowd + self.crowd)

    def detail(self, name: Names) -> str:
        return f"{self.after} 的 {self.crowd} 人"


Shared = SharedWork | SharedDesks | SharedFiling | SharedClock | SharedGrade | Absorbed
"""What happens to a ticket and concerns those who follow it, without its author's own words."""


class Followed(TicketEvent, frozen=True, tag="followed"):
    """Something happened to the ticket that this one follows; now this one stands as that one does."""

    verb = "一起办"
    heading = "一起办理"

    seq: int
    """Which event of the other's log it was."""
    what: Shared
    standing: Standing

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        after = self.what.fold_follower(ticket, self.standing)
        return replace(after.stand(self.standing), followed=self.seq)

    def to_citizen(self, facts: Facts) -> str:
        alone = "想自己单独反映，回「单独办」。" if isinstance(self.what, Refusal) else ""
        return alone + self.what.to_citizen(facts)


Joining = Merged | Absorbed | Joined | Backed | Added | Parted | Alone | Raised | Gathered | Followed
"""Every event of this file."""
