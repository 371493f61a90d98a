"""The ticket: the fold of its events (`lifecycle.fold`); no field is set elsewhere."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from handlers.messages import MediaKind
from nlp.appeals.sealed import SealedSort


class State(StrEnum):
    """Where a ticket is. The table of moves is in `states.py`, the words in `wording.py`."""

    SUBMITTED = "submitted"
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    ON_SITE = "on_site"
    WAITING = "waiting"
    REWORK = "rework"
    REPLIED = "replied"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    MERGED = "merged"


UNACCEPTED = frozenset({State.SUBMITTED, State.TRANSFERRED, State.RETURNED})
"""Nobody has taken it up yet."""
IN_HAND = frozenset({State.ACCEPTED, State.ON_SITE, State.REWORK})
"""A unit works on it, the clock runs."""
OPEN = UNACCEPTED | IN_HAND | {State.WAITING}
"""Not answered yet: it is on somebody's desk."""
ANSWERED = frozenset({State.REPLIED, State.CLOSED})
"""The citizen has an answer and the last word."""
ENDED = frozenset({State.CLOSED, State.WITHDRAWN, State.REFUSED, State.MERGED})
"""Nothing more is expected of a unit."""
EVERY = frozenset(State)


class Place(Struct, frozen=True, omit_defaults=True):
    """Where it happened."""

    text: str
    """The citizen's words."""
    area: str = ""
    """The part of town it lies in."""
    latitude: float | None = None
    longitude: float | None = None


class Attachment(Struct, frozen=True):
    """A file that belongs to a ticket."""

    id: int
    """Under which the media store keeps its bytes."""
    kind: MediaKind


class Promise(Struct, frozen=True):
    """What we promised the citizen."""

    accept_by: datetime
    reply_by: datetime
    rule: str
    """The rule it rests on, in words a citizen understands."""
    in_hours: bool = False
    """Whether the rule counts hours round the clock instead of working days; a pause is given back alike."""
    remind_at: datetime | None = None
    """When the desk is reminded of the answer."""
    ladder: tuple[int, ...] = ()
    """Seconds after `reply_by` at which yellow card, red card and 催办通知单 follow; empty for none."""
    edition: str = ""
    """First day of the policy that it was made under, as 2026-11-01."""


class Cards(Struct, frozen=True, omit_defaults=True):
    """Cards of the present round. A card is given once a round."""

    yellow_at: datetime | None = None
    red_at: datetime | None = None
    withdrawn: tuple[str, ...] = ()
    """Colours of the cards that a supervisor took back."""
    notice: str = ""
    """Number of the 催办通知单; "" for none."""
    notice_at: datetime | None = None


NO_CARDS = Cards()


class Chase(Struct, frozen=True, omit_defaults=True):
    """What the clock still has to do with a ticket, as dates; None for nothing. Never shared with followers."""

    reminded: datetime | None = None
    """The `reply_by` that the desk was reminded of."""
    accept_reminded: datetime | None = None
    """The `accept_by` that the desk was reminded of."""
    answer_by: datetime | None = None
    """The unit answers the citizen's 催办 by then."""
    ignored: int = 0
    """How many 催办 the unit did not answer."""
    said: str = ""
    """The unit's last answer to a 催办."""
    said_by: datetime | None = None
    """The date that this answer names."""
    wait_until: datetime | None = None
    """A pause ends then."""
    rule_by: datetime | None = None
    """The arbiter decides by then whose ticket it is."""
    rule_reminded: bool = False
    ruled: bool = False
    """Whether an arbiter has decided; the ticket cannot be returned again."""
    rate_by: datetime | None = None
    """No grade until then means silence."""
    silent: bool = False
    """Whether no grade came in time."""
    redo_by: datetime | None = None
    """A low grade becomes 重办 then, if nothing more is said."""
    revisit_at: datetime | None = None
    """The citizen is asked then whether all is still well."""
    look_by: datetime | None = None
    """The citizen answers that question by then."""


NO_CHASE = Chase()


class Commitment(Struct, frozen=True, omit_defaults=True):
    """Something that an answer promised by a day, and what became of it."""

    text: str
    """The unit's own words."""
    by: datetime
    reminded: bool = False
    kept_at: datetime | None = None
    broken_at: datetime | None = None


class Timing(Struct, frozen=True):
    """How an answer came, judged when it came."""

    on_time: bool
    """Against the promise."""
    fair: bool
    """Against the promise, without the time that was lost at wrong desks."""
    seconds: int
    """How long the unit had it, without pauses."""


class Opinion(Struct, frozen=True, omit_defaults=True):
    """What the citizen said apart from the grade."""

    solved: bool | None = None
    to_point: bool | None = None
    attitude: int | None = None
    """3 good, 2 middling, 1 bad."""
    contested: bool = False
    """Whether the unit's 申诉 is open."""
    void: bool = False
    """Whether the grade does not count."""
    decided: bool = False


NO_OPINION = Opinion()


class Round(Struct, frozen=True, omit_defaults=True):
    """One round that is over, since the citizen had the matter done again: what rankings count of it."""

    unit_id: str
    began: datetime
    promise: Promise
    accepted_at: datetime | None = None
    replied_at: datetime | None = None
    replied_by: int | None = None
    timing: Timing | None = None
    rating: int | None = None
    opinion: Opinion = NO_OPINION
    cards: Cards = NO_CARDS
    silent: bool = False


class Taken(Struct, frozen=True):
    """What the citizen had written of a ticket that was merged into this one."""

    number: str
    title: str
    text: str


class Standing(Struct, frozen=True):
    """Where a ticket stands with the unit, as those who follow it share it: nothing in it is its author's own."""

    state: State
    unit_id: str
    promise: Promise
    reason: str = ""
    waiting_since: datetime | None = None
    paused_in: State | None = None
    co_units: tuple[str, ...] = ()
    returns: int = 0
    transfers: int = 0
    asks: int = 0
    extensions: int = 0
    reworks: int = 0
    supervised: bool = False
    accepted_at: datetime | None = None
    reply: str = ""
    replied_at: datetime | None = None
    closed_at: datetime | None = None
    rating: int | None = None
    """The follower's own, kept or dropped."""
    cards: Cards = NO_CARDS


class Ticket(Struct, frozen=True, omit_defaults=True):
    """One appeal on its way."""

    id: int
    number: str
    token: str
    code: str
    person_id: int
    filed_at: datetime
    kind: str
    category: str
    subcategory: str | None
    title: str
    text: str
    place: Place | None
    urgent: bool
    leader: str | None
    named: bool
    """署名; False for 匿名."""
    public: bool
    """The citizen's choice. Whether others may read the ticket is told by `publishing.is_public`."""
    unit_id: str
    """The unit on whose desk it is."""
    promise: Promise
    state: State = State.SUBMITTED
    since: datetime | None = None
    """When it came into its state."""
    reason: str = ""
    question: str = ""
    """What the citizen was asked and has not answered yet."""
    waiting_since: datetime | None = None
    paused_in: State | None = None
    """The state in which the citizen was asked; their answer leads back to it."""
    co_units: tuple[str, ...] = ()
    """Units that help."""
    attachments: tuple[Attachment, ...] = ()
    returns: int = 0
    transfers: int = 0
    asks: int = 0
    urges: int = 0
    urged_at: datetime | None = None
    extensions: int = 0
    reworks: int = 0
    supervised: bool = False
    accepted_at: datetime | None = None
    reply: str = ""
    replied_at: datetime | None = None
    closed_at: datetime | None = None
    rating: int | None = None
    merged_into: str | None = None
    """Number of the ticket under which the matter goes on."""
    version: int = 0
    """How many events its log has."""
    called: str = ""
    """How the citizen wants to be named where `named` allows it."""
    joined_to: int | None = None
    """Id of the ticket that it follows."""
    joined_number: str = ""
    """Number of the ticket that it follows."""
    followed: int = 0
    """The last event of that ticket which it took part in."""
    crowd: int = 0
    """How many tickets follow this one."""
    crowd_urged_at: datetime | None = None
    """When the owner of one of them urged last."""
    cards: Cards = NO_CARDS
    chase: Chase = NO_CHASE
    vows: tuple[Commitment, ...] = ()
    """What its answer promised by a day."""
    opinion: Opinion = NO_OPINION
    timing: Timing | None = None
    began: datetime | None = None
    """When the present round began; None at filing."""
    desk_since: datetime | None = None
    """When the present unit got it; None at `began`."""
    lost: int = 0
    """Seconds before `desk_since`, for which the present unit need not answer."""
    paused: int = 0
    """Seconds of pauses since `desk_since`."""
    rounds: tuple[Round, ...] = ()
    """The rounds before the present one."""
    replied_by: int | None = None
    """Staff id of whoever answered last."""
    called_back: bool = False
    """Whether the unit spoke with the citizen in this round."""
    rectified: str = ""
    """Number of the 整改 that covers it; "" for none."""
    accused: tuple[str, ...] | None = None
    """Ids of the units that it accuses, which keep away; None for a ticket older than that rule."""
    taken: tuple[Taken, ...] = ()
    """Words of the tickets that were merged into this one."""
    sealed: str = ""
    """The sort of 保密件; "" for none."""
    danger: bool = False
    """Whether a life seemed to be at stake."""

    @property
    def awaited(self) -> bool:
        """Whether its own author was asked something and has not answered yet."""
        return self.state is State.WAITING and self.joined_to is None

    def present_round(self) -> Round:
        """The round that it is in."""
        return Round(
            unit_id=self.unit_id,
            began=self.began or self.filed_at,
            promise=self.promise,
            accepted_at=self.accepted_at,
            replied_at=self.replied_at,
            replied_by=self.replied_by,
            timing=self.timing,
            rating=self.rating,
            opinion=self.opinion,
            cards=self.cards,
            silent=self.chase.silent,
        )

    # What several events do to a ticket alike.

    def end_pause(self, at: datetime) -> Ticket:
        """The ticket without a pause, whose seconds are counted; unchanged where it does not wait."""
        if self.waiting_since is None:
            return self
        lasted = int((at - self.waiting_since).total_seconds())
        return replace(self, question="", waiting_since=None, paused_in=None, paused=self.paused + lasted)

    def change_desk(self, at: datetime) -> Ticket:
        """The ticket as a new unit gets it, which answers for its own time only."""
        since = self.desk_since or self.began or self.filed_at
        spent = int((at - since).total_seconds()) - self.paused
        return replace(self, desk_since=at, lost=self.lost + max(0, spent), paused=0)

    def begin_round(self, at: datetime) -> Ticket:
        """The ticket without anything of the round before. `rounds` stays as it is."""
        return replace(
            self,
            began=at,
            cards=NO_CARDS,
            chase=Chase(),
            vows=(),
            opinion=NO_OPINION,
            timing=None,
            desk_since=None,
            lost=0,
            paused=0,
            replied_by=None,
            called_back=False,
        )

    def stand(self, standing: Standing) -> Ticket:
        """The ticket where the one that it follows stands."""
        return replace(
            self,
            state=standing.state,
            unit_id=standing.unit_id,
            promise=standing.promise,
            reason=standing.reason,
            waiting_since=standing.waiting_since,
            paused_in=standing.paused_in,
            co_units=standing.co_units,
            returns=standing.returns,
            transfers=standing.transfers,
            asks=standing.asks,
            extensions=standing.extensions,
            reworks=standing.reworks,
            supervised=standing.supervised,
            accepted_at=standing.accepted_at,
            reply=standing.reply,
            replied_at=standing.replied_at,
            closed_at=standing.closed_at,
            rating=standing.rating,
            # A row leaves out a default that it knows by identity, and decoding makes another one.
            cards=NO_CARDS if standing.cards == NO_CARDS else standing.cards,
        )

    def follow_nobody(self) -> Ticket:
        """The ticket on its own."""
        return replace(self, joined_to=None, joined_number="", followed=0)

    def seal(self, sort: str, danger: bool) -> Ticket:
        """The ticket with this secrecy added. Nothing is ever opened again, and who is to be saved comes before the informant."""
        known = sort if sort and self.sealed != SealedSort.PERSON else self.sealed
        return replace(self, sealed=known, danger=self.danger or danger)
