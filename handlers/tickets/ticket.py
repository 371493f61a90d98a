"""The ticket: the fold of its events (`lifecycle.fold`); no field is set elsewhere."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from handlers.messages import MediaKind


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


class Place(Struct, frozen=True, omit_defaults=True):
    """Where it happened: the person's words, and the point they sent if any; `area` is the part of town it lies in."""

    text: str
    area: str = ""
    latitude: float | None = None
    longitude: float | None = None


class Attachment(Struct, frozen=True):
    """A file that belongs to a ticket; its bytes are in the media store under `id`."""

    id: int
    kind: MediaKind


class Promise(Struct, frozen=True):
    """What we promised: accepted by, answered by, and the rule it rests on, in words a citizen understands.

    `in_hours` says that the rule counts hours round the clock and not working days, so that a pause is given back alike.
    `remind_at` is when the desk is reminded of the answer. `ladder` are the seconds after `reply_by` at which yellow card,
    red card and 催办通知单 follow; empty for none. `edition` is the first day of the policy it was made under, as 2026-11-01.
    """

    accept_by: datetime
    reply_by: datetime
    rule: str
    in_hours: bool = False
    remind_at: datetime | None = None
    ladder: tuple[int, ...] = ()
    edition: str = ""


class Cards(Struct, frozen=True, omit_defaults=True):
    """Cards of the present round, and the 催办通知单 (`notice`, its number) if there is one.

    A card is given once a round; `withdrawn` names the colours of those that a supervisor took back.
    """

    yellow_at: datetime | None = None
    red_at: datetime | None = None
    withdrawn: tuple[str, ...] = ()
    notice: str = ""
    notice_at: datetime | None = None


NO_CARDS = Cards()


class Chase(Struct, frozen=True, omit_defaults=True):
    """What the clock still has to do with a ticket, as dates; None for nothing. Its own, never shared with followers.

    `reminded` and `accept_reminded` are the dates that the desk was reminded of. `answer_by`: until then the unit answers
    the citizen's 催办; `ignored` counts those it did not answer; `said` until `said_by` is its last answer. `wait_until` ends
    a pause, `rule_by` is the arbiter's date. `rate_by`: after it no grade means silence (`silent`); `redo_by`: after it a low
    grade without a word becomes 重办; `revisit_at`: the citizen is asked whether all is still well; `look_by`: the answer to that.
    """

    reminded: datetime | None = None
    accept_reminded: datetime | None = None
    answer_by: datetime | None = None
    ignored: int = 0
    said: str = ""
    said_by: datetime | None = None
    wait_until: datetime | None = None
    rule_by: datetime | None = None
    rule_reminded: bool = False
    ruled: bool = False
    rate_by: datetime | None = None
    silent: bool = False
    redo_by: datetime | None = None
    revisit_at: datetime | None = None
    look_by: datetime | None = None


NO_CHASE = Chase()


class Commitment(Struct, frozen=True, omit_defaults=True):
    """Something that an answer promised by a day: the unit's own words, and what became of it."""

    text: str
    by: datetime
    reminded: bool = False
    kept_at: datetime | None = None
    broken_at: datetime | None = None


class Timing(Struct, frozen=True):
    """How an answer came, judged when it came: `on_time` against the promise, `fair` with what was lost at wrong desks
    taken out; `seconds` are those the unit had it, without pauses.
    """

    on_time: bool
    fair: bool
    seconds: int


class Opinion(Struct, frozen=True, omit_defaults=True):
    """What the citizen said apart from the grade. `contested`: the unit's 申诉 is open; `void`: the grade does not count."""

    solved: bool | None = None
    to_point: bool | None = None
    attitude: int | None = None
    contested: bool = False
    void: bool = False
    decided: bool = False


NO_OPINION = Opinion()


class Round(Struct, frozen=True, omit_defaults=True):
    """One go at the matter that is over, since the citizen had it done again: what rankings count of it."""

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
    """Where a ticket stands with the unit, as those who follow it share it: nothing in it is its author's own.

    `rating` is the follower's own, kept or dropped.
    """

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
    cards: Cards = NO_CARDS


class Ticket(Struct, frozen=True, omit_defaults=True):
    """One appeal on its way. `version` is the number of events in its log, `since` when it came into its state.

    `called` is how the citizen wants to be named where `named` allows it. `paused_in` is the state it was in when the citizen was asked something, and to which their answer leads back.
    `joined_to` is the ticket (`joined_number`) that it follows, up to that one's event `followed`; `crowd` how many follow
    this one, `crowd_urged_at` when one of them urged last.
    `began` is when the present round began (None: at filing), `rounds` those before. `desk_since` is when the present unit
    got it (None: at `began`), `lost` the seconds before that, which it need not answer for; `paused` those of pauses since.
    `replied_by` is the staff id of whoever answered last; `called_back`: the citizen was spoken with in this round.
        `rectified` is the number of the 整改 that covers it ("" for none). `taken` are the words of tickets merged into this one.
    `accused` are the ids of the units that it accuses, which keep away; None for a ticket older than that rule.
    `public` is the citizen's choice; whether others may read it is told by `publishing.is_public`, which knows `sealed` (the
    sort of 保密件, "" for none) and `danger` (a life seemed to be at stake), too.
    """

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
    public: bool
    unit_id: str
    promise: Promise
    state: State = State.SUBMITTED
    since: datetime | None = None
    reason: str = ""
    question: str = ""
    waiting_since: datetime | None = None
    paused_in: State | None = None
    co_units: tuple[str, ...] = ()
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
    version: int = 0
    called: str = ""
    joined_to: int | None = None
    joined_number: str = ""
    followed: int = 0
    crowd: int = 0
    crowd_urged_at: datetime | None = None
    cards: Cards = NO_CARDS
    chase: Chase = NO_CHASE
    vows: tuple[Commitment, ...] = ()
    opinion: Opinion = NO_OPINION
    timing: Timing | None = None
    began: datetime | None = None
    desk_since: datetime | None = None
    lost: int = 0
    paused: int = 0
    rounds: tuple[Round, ...] = ()
    replied_by: int | None = None
    called_back: bool = False
    rectified: str = ""
    accused: tuple[str, ...] | None = None
    taken: tuple[Taken, ...] = ()
    sealed: str = ""
    danger: bool = False

    @property
    def awaited(self) -> bool:
        """Whether its own author was asked something and has not answered yet."""
        return self.state is State.WAITING and self.joined_to is None
