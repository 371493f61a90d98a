"""Table of notifications: by kind of event the recipients, card, buttons and condition."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from msgspec import Struct

from handlers.notifications import buttons
from handlers.pushes import CardKind, Choice
from handlers.tickets.events import By, clock, desks, filing, grades, joining, work
from handlers.tickets.events.base import Facts, TicketEvent
from handlers.tickets.events.clock import URGE_EVERY
from handlers.tickets.lifecycle import Change
from handlers.tickets.states import OPEN, What
from handlers.tickets.ticket import Ticket

BAD_GRADE = 2
URGES_BEFORE_SUPERVISOR = 2
RAISING_CROWD = 10
"""With so many people on a ticket each step of the ladder goes one level higher."""

CROWDS = frozenset({1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000})
"""Numbers of followers that the desk is told of: the first, then ever fewer."""


class To(Enum):
    """Kinds of recipients."""

    CITIZEN = "citizen"
    DESK = "desk"
    PREVIOUS = "previous desk"
    HELPERS = "units that help"
    NEW_HELPER = "the unit asked to help"
    HEAD = "the head of the desk's unit"
    ABOVE = "the nearest supervisors"
    TOP = "the leaders above the unit"


When = Callable[[Change, Ticket | None], bool]
Taps = Callable[[Change], tuple[Choice, ...]]
"""Returns the lines to tap."""


def _no_taps(_change: Change) -> tuple[Choice, ...]:
    return ()


def _always(_change: Change, _before: Ticket | None) -> bool:
    return True


def _moved(change: Change, before: Ticket | None) -> bool:
    return before is not None and before.unit_id != change.ticket.unit_id


def _visibly_changed(change: Change, before: Ticket | None) -> bool:
    now = change.ticket
    return before is None or _seen(before) != _seen(now)


def _seen(ticket: Ticket) -> tuple[object, ...]:
    """Returns what the citizen was told of the ticket."""
    return ticket.state, ticket.unit_id, ticket.promise, ticket.vows, ticket.chase.said, ticket.chase.said_by


def _urgent(change: Change, _before: Ticket | None) -> bool:
    return change.ticket.urgent


def _from_elsewhere(change: Change, _before: Ticket | None) -> bool:
    return change.event.actor.unit_id != change.ticket.unit_id and change.ticket.state in OPEN


def _urged_again(change: Change, _before: Ticket | None) -> bool:
    return change.ticket.urges >= URGES_BEFORE_SUPERVISOR


def _badly_rated(change: Change, _before: Ticket | None) -> bool:
    return change.ticket.rating is not None and change.ticket.rating <= BAD_GRADE


def _own(_change: Change, before: Ticket | None) -> bool:
    """Not for a follower: its desk is told of the ticket that it follows."""
    return before is None or before.joined_to is None


def _own_again(change: Change, before: Ticket | None) -> bool:
    return _own(change, before) and _urged_again(change, before)


def _own_or_bad(change: Change, before: Ticket | None) -> bool:
    return _own(change, before) or _badly_rated(change, before)


def _own_bad(change: Change, before: Ticket | None) -> bool:
    return _own(change, before) and _badly_rated(change, before)


def _ends(_change: Change, before: Ticket | None) -> bool:
    """When nobody else waits for the same thing."""
    return before is None or (before.joined_to is None and not before.crowd)


def _by_its_owner(change: Change, _before: Ticket | None) -> bool:
    return change.event.actor.by is By.CITIZEN


def _grows(change: Change, _before: Ticket | None) -> bool:
    return change.ticket.crowd in CROWDS


def _news(change: Change, before: Ticket | None) -> bool:
    """Words and files always; urgings of many people once a day."""
    what = change.event.what
    last = before.crowd_urged_at if before is not None else None
    return not (isinstance(what, joining.Added) and what.urged) or last is None or change.event.at - last >= URGE_EVERY


def _heard(change: Change, before: Ticket | None) -> bool:
    what = change.event.what
    if not isinstance(what, joining.Followed) or type(what.what) not in FOLLOWERS_HEAR:
        return False
    if isinstance(what.what, grades.Informed):
        return not what.what.quiet
    if isinstance(what.what, joining.Absorbed):
        # A merger that only adds danger or secrecy moves no date, and nothing else of it is theirs.
        return before is None or change.ticket.promise.reply_by < before.promise.reply_by
    return not isinstance(what.what, work.Undone) or _visibly_changed(change, before)


def _aloud(change: Change, _before: Ticket | None) -> bool:
    what = change.event.what
    return not (isinstance(what, grades.Informed) and what.quiet)


class NotificationRule(Struct, frozen=True):
    """One row of the table: recipients, card, condition. The text is the event's own (`words`)."""

    to: To
    card: CardKind
    state: str = ""
    """The word of state on the card; "" for the ticket's."""
    when: When = _always
    taps: Taps = _no_taps


def _citizen(when: When = _always, card: CardKind = CardKind.PROGRESS, taps: Taps = _no_taps) -> NotificationRule:
    return NotificationRule(To.CITIZEN, card, when=when, taps=taps)


def _task(to: To, state: str, when: When = _always) -> NotificationRule:
    return NotificationRule(to, CardKind.TASK, state, when)


def _chase(to: To, state: str, when: When = _always) -> NotificationRule:
    return NotificationRule(to, CardKind.REMINDER, state, when)


def words(to: To, what: TicketEvent, facts: Facts) -> str:
    """What the event says to this recipient."""
    match to:
        case To.CITIZEN:
            return what.to_citizen(facts)
        case To.PREVIOUS:
            return what.to_previous(facts)
        case To.ABOVE | To.TOP:
            return what.to_above(facts)
        case To.DESK | To.HEAD | To.HELPERS | To.NEW_HELPER:
            return what.to_desk(facts)


def _grades_for_all(change: Change) -> tuple[Choice, ...]:
    what = change.event.what
    return buttons.grades_for_all(change.ticket, what.what) if isinstance(what, joining.Followed) else ()


def _grades_at_the_end(change: Change) -> tuple[Choice, ...]:
    what = change.event.what
    return buttons.grades_at_the_end(change.ticket, what) if isinstance(what, grades.Informed) else ()


def _owes(change: Change, owed: clock.Owed) -> bool:
    return isinstance(change.event.what, clock.Reminded) and change.event.what.owed is owed


def _ruling(change: Change, _before: Ticket | None) -> bool:
    return _owes(change, clock.Owed.RULING)


def _not_ruling(change: Change, _before: Ticket | None) -> bool:
    return not _owes(change, clock.Owed.RULING)


def _nobody_accepts(change: Change, _before: Ticket | None) -> bool:
    return _owes(change, clock.Owed.ACCEPT)


def _to_be_ruled(change: Change, _before: Ticket | None) -> bool:
    return change.ticket.chase.rule_by is not None


def _red(change: Change) -> bool:
    return isinstance(change.event.what, clock.Carded) and change.event.what.colour is clock.CardColour.RED


def _raised(change: Change, _before: Ticket | None) -> bool:
    return isinstance(change.event.what, clock.Raisable) and change.event.what.raised


def _red_or_raised(change: Change, before: Ticket | None) -> bool:
    return _red(change) or _raised(change, before)


def _red_and_raised(change: Change, before: Ticket | None) -> bool:
    return _red(change) and _raised(change, before)


def _nobody_accepts_or_raised(change: Change, before: Ticket | None) -> bool:
    return _nobody_accepts(change, before) or (_raised(change, before) and _not_ruling(change, before))


def _something_missing(change: Change, _before: Ticket | None) -> bool:
    """Not for a reason that leads to a 重办: the desk is told of that."""
    what = change.event.what
    if not isinstance(what, grades.OpinionGiven) or what.solved is False or _badly_rated(change, None):
        return False
    return what.to_point is False or what.attitude == 1 or bool(what.words)


TABLE: dict[What, tuple[NotificationRule, ...]] = {
    filing.Filed: (
        _task(To.DESK, "新工单"),
        _task(To.ABOVE, "紧急工单", _urgent),
    ),
    work.Accepted: (_citizen(),),
    desks.Transferred: (
        _citizen(),
        _task(To.DESK, "转来工单"),
        _task(To.PREVIOUS, "已转走", _moved),
    ),
    desks.Returned: (
        _citizen(),
        _task(To.DESK, "被退回"),
        _task(To.ABOVE, "等待裁定", _to_be_ruled),
    ),
    work.Asked: (_citizen(card=CardKind.REMINDER),),
    filing.Supplemented: (
        _task(To.DESK, "市民补充", _own),
        _task(To.HELPERS, "市民补充", _own),
    ),
    filing.Amended: (
        _task(To.DESK, "市民更正", _own),
        _task(To.PREVIOUS, "已转走", _moved),
    ),
    work.OnSite: (_citizen(),),
    work.Extended: (_citizen(),),
    work.Replied: (_citizen(taps=lambda change: buttons.grades(change.ticket)),),
    work.Closed: (_citizen(taps=lambda change: buttons.grades_at_closing(change.ticket)),),
    work.Refusal: (_citizen(),),
    filing.Withdrawn: (
        _task(To.DESK, "市民撤回", _ends),
        _task(To.HELPERS, "市民撤回", _ends),
    ),
    work.Reopened: (
        _citizen(),
        _task(To.DESK, "重新办理"),
        _task(To.ABOVE, "重新办理"),
    ),
    work.Noted: (_task(To.DESK, "有备注", _from_elsewhere),),
    desks.Reclassified: (),
    desks.CoHandled: (_citizen(), _task(To.NEW_HELPER, "请协办")),
    desks.Supervised: (
        NotificationRule(To.DESK, CardKind.REMINDER, "督办"),
        NotificationRule(To.HELPERS, CardKind.REMINDER, "督办"),
    ),
    joining.Merged: (_citizen(), _task(To.DESK, "已并走", _own)),
    joining.Absorbed: (
        _task(To.DESK, "并入一件"),
        _task(To.HELPERS, "并入一件"),
        _task(To.ABOVE, "紧急工单", _urgent),
    ),
    clock.Urged: (
        NotificationRule(To.DESK, CardKind.REMINDER, "市民催办", _own),
        NotificationRule(To.HELPERS, CardKind.REMINDER, "市民催办", _own),
        NotificationRule(To.ABOVE, CardKind.REMINDER, "再次催办", _own_again),
    ),
    grades.Rated: (
        _task(To.DESK, "市民评价", _own_or_bad),
        _task(To.ABOVE, "不满意", _own_bad),
    ),
    filing.Shown: (),
    filing.Sealed: (),
    work.Undone: (
        _citizen(_visibly_changed),
        _task(To.DESK, "已更正", _visibly_changed),
        _task(To.PREVIOUS, "已更正", _moved),
    ),
    joining.Joined: (_task(To.DESK, "改为附议", _by_its_owner),),
    joining.Backed: (_task(To.DESK, "有人附议", _grows),),
    joining.Added: (
        _task(To.DESK, "附议人补充", _news),
        _task(To.HELPERS, "附议人补充", _news),
    ),
    joining.Parted: (),
    joining.Alone: (_task(To.DESK, "新工单"),),
    joining.Raised: (_citizen(), _task(To.DESK, "接着办")),
    joining.Gathered: (),
    desks.Recused: (
        _citizen(_moved),
        _task(To.DESK, "回避转来", _moved),
    ),
    joining.Followed: (_citizen(_heard, taps=_grades_for_all),),
    clock.Reminded: (
        _chase(To.DESK, "承诺快到期", lambda change, _: _owes(change, clock.Owed.VOW)),
        _chase(To.DESK, "快到期了", _not_ruling),
        _chase(To.HEAD, "快到期了", _nobody_accepts_or_raised),
        _chase(To.ABOVE, "等待裁定", _ruling),
        _chase(To.TOP, "等待裁定", _ruling),
    ),
    clock.Carded: (
        _citizen(),
        _chase(To.DESK, ""),
        _chase(To.HEAD, ""),
        _chase(To.ABOVE, "", _red_or_raised),
        _chase(To.TOP, "", _red_and_raised),
    ),
    clock.Uncarded: (_citizen(), _task(To.DESK, "撤牌")),
    clock.ChaseNoticeIssued: (
        _citizen(),
        _chase(To.DESK, "催办通知"),
        _chase(To.HEAD, "催办通知"),
        _chase(To.ABOVE, "催办通知"),
        _chase(To.TOP, "催办通知"),
    ),
    clock.Resumed: (_citizen(), _task(To.DESK, "恢复计时")),
    clock.Shortened: (_citizen(), _task(To.DESK, "期限提前")),
    clock.UrgeAnswered: (_citizen(),),
    clock.UrgeIgnored: (
        _citizen(),
        _chase(To.DESK, "催办未回"),
        _chase(To.HEAD, "催办未回"),
        _chase(To.ABOVE, "催办未回"),
        _chase(To.TOP, "催办未回", _raised),
    ),
    desks.Ruled: (
        _citizen(),
        _task(To.DESK, "裁定转来"),
        _task(To.PREVIOUS, "已裁定", _moved),
    ),
    clock.CommitmentKept: (_citizen(),),
    clock.CommitmentBroken: (
        _citizen(),
        _chase(To.DESK, "承诺到期"),
        _chase(To.HEAD, "承诺到期"),
        _chase(To.ABOVE, "承诺到期", _raised),
    ),
    work.CalledBack: (_task(To.DESK, "已回访", _from_elsewhere),),
    grades.OpinionGiven: (_task(To.DESK, "市民意见", _something_missing),),
    grades.Appealed: (_task(To.ABOVE, "评价申诉"),),
    grades.Decided: (_citizen(), _task(To.DESK, "申诉结果")),
    grades.RatingLapsed: (),
    grades.Revisited: (_citizen(card=CardKind.REMINDER, taps=lambda change: buttons.well_or_not(change.ticket)),),
    grades.LookedBack: (_task(To.DESK, "回头看"),),
    grades.Informed: (_citizen(_aloud, taps=_grades_at_the_end),),
}
"""A row for every kind of event, empty when nobody is told."""

FOLLOWERS_HEAR: frozenset[What] = frozenset(
    {
        work.Accepted,
        desks.Transferred,
        desks.Returned,
        desks.Ruled,
        desks.CoHandled,
        work.OnSite,
        work.Extended,
        work.Replied,
        work.Closed,
        work.Refusal,
        work.Reopened,
        work.Undone,
        joining.Absorbed,
        clock.Carded,
        clock.Uncarded,
        clock.ChaseNoticeIssued,
        clock.Shortened,
        clock.CommitmentKept,
        clock.CommitmentBroken,
        grades.Informed,
    }
)
"""What followers are told of, in the words that the author reads; a question to the author is not theirs to answer."""
