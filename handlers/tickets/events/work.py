"""What the citizen and the unit do with a ticket: from 提交 to 办结."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from handlers.tickets.ticket import Attachment, Commitment, Place, Promise, Timing


class Filed(Struct, frozen=True, tag="filed"):
    """已提交: the appeal as understood, the unit it went to and why, and what was promised.

    `sealed` is the sort of 保密件 ("" for none, or not known), `danger` that a life seemed to be at stake (`publishing.py`).
    """

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
    promise: Promise
    keywords: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    called: str = ""
    accused: tuple[str, ...] | None = None
    sealed: str = ""
    danger: bool = False


class Accepted(Struct, frozen=True, tag="accepted"):
    """已受理."""


class Transferred(Struct, frozen=True, tag="transferred"):
    """转办: another unit's desk now."""

    unit_id: str
    reason: str = ""


class Returned(Struct, frozen=True, tag="returned"):
    """退回: the unit says it is not theirs; back on the dispatcher's desk (`unit_id`).

    `rule_by`: it came back so often that an arbiter must say by then whose it is.
    """

    unit_id: str
    reason: str
    rule_by: datetime | None = None


class Asked(Struct, frozen=True, tag="asked"):
    """等待补充: the unit needs something from the citizen; the clock stands still, `until` then at the longest."""

    question: str
    until: datetime | None = None


class Supplemented(Struct, frozen=True, tag="supplemented"):
    """The citizen added words or files. `reply_by` is the new promise when a pause ended with it, `back` the seconds that it
    gave back (None: counted in days, as it once was).
    """

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    place: Place | None = None
    reply_by: datetime | None = None
    remind_at: datetime | None = None
    back: int | None = None


class Amended(Struct, frozen=True, tag="amended"):
    """The citizen corrected what we understood: only the fields given change. A new unit may follow from it.

    `title` follows where it named the place that was wrong.
    """

    place: Place | None = None
    category: str | None = None
    kind: str | None = None
    unit_id: str | None = None
    title: str | None = None


class OnSite(Struct, frozen=True, tag="on_site"):
    """现场处理: somebody is there; pictures are the proof."""

    text: str
    attachments: tuple[Attachment, ...] = ()


class Extended(Struct, frozen=True, tag="extended"):
    """延期: a later date, with a reason that the citizen reads."""

    days: int
    reason: str
    reply_by: datetime
    remind_at: datetime | None = None


class Replied(Struct, frozen=True, tag="replied"):
    """已答复. `score` is the review's 0-100; `anyway` why it went out although the review found something to mend.

    `vows` are what it promises by a day, `timing` how it came; until `rate_by` the citizen is waited for with a grade.
    """

    text: str
    attachments: tuple[Attachment, ...] = ()
    score: int | None = None
    anyway: str = ""
    vows: tuple[Commitment, ...] = ()
    timing: Timing | None = None
    rate_by: datetime | None = None


class Closed(Struct, frozen=True, tag="closed"):
    """已办结, with a last word if there is one; the rest as in `Replied`. At `revisit_at` the citizen is asked again."""

    text: str = ""
    vows: tuple[Commitment, ...] = ()
    timing: Timing | None = None
    rate_by: datetime | None = None
    revisit_at: datetime | None = None


class Refusal(Struct, frozen=True, tag="refused"):
    """不予受理: why, and where the citizen can go instead."""

    reason: str
    instead: str = ""


class Withdrawn(Struct, frozen=True, tag="withdrawn"):
    """撤回 by the citizen."""

    reason: str = ""


class Reopened(Struct, frozen=True, tag="reopened"):
    """重办: not solved; a clock of its own (`promise`), on another desk where there is one (`unit_id`)."""

    reason: str
    promise: Promise
    unit_id: str | None = None


class Noted(Struct, frozen=True, tag="noted"):
    """备注: for officials' eyes only."""

    text: str
    attachments: tuple[Attachment, ...] = ()


class Reclassified(Struct, frozen=True, tag="reclassified"):
    """改类: an official corrected the category (`before` is what it was). Desk and promise stay as they are."""

    category: str
    before: str = ""


class CoHandled(Struct, frozen=True, tag="co_handled"):
    """协办: another unit helps; the desk stays where it is."""

    unit_id: str


class Supervised(Struct, frozen=True, tag="supervised"):
    """督办: a supervisor or leader looks at this one, with an opinion for the unit."""

    opinion: str


class Shown(Struct, frozen=True, tag="shown"):
    """The citizen chose how the ticket is shown: under a name or not, which (`called`), public or not."""

    named: bool
    public: bool
    called: str = ""


class Sealed(Struct, frozen=True, tag="sealed"):
    """转为保密: from now on it is never public, as 保密件 of the `sort` ("" for none) or because a life is at stake.

    It only ever adds: what is sealed is not opened again by words.
    """

    sort: str = ""
    danger: bool = False


class Undone(Struct, frozen=True, tag="undone"):
    """撤销: the event with number `seq` counts no more (it stays in the log). `reason`: why the service itself took it back."""

    seq: int
    reason: str = ""


class Recused(Struct, frozen=True, tag="recused"):
    """回避: words that the citizen added accuse `units`, which keep away from now on; on the desk `unit_id` (None: it stays)."""

    units: tuple[str, ...]
    unit_id: str | None = None


class Ruled(Struct, frozen=True, tag="ruled"):
    """裁定: an arbiter says whose it is; it cannot be returned again."""

    unit_id: str
    reason: str


class CalledBack(Struct, frozen=True, tag="called_back"):
    """回访: the unit spoke with the citizen; needed before a 重办 is answered."""

    text: str


Work = (
    Filed
    | Accepted
    | Transferred
    | Returned
    | Asked
    | Supplemented
    | Amended
    | OnSite
    | Extended
    | Replied
    | Closed
    | Refusal
    | Withdrawn
    | Reopened
    | Noted
    | Reclassified
    | CoHandled
    | Supervised
    | Shown
    | Sealed
    | Undone
    | Recused
    | Ruled
    | CalledBack
)
"""Every event of this file."""
