"""Table of notifications: by kind of event the recipients, text, card, buttons and condition."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

from msgspec import Struct

from handlers.notifications import buttons, to_citizens, to_officials
from handlers.notifications.letters import Letter
from handlers.pushes import CardKind, Choice
from handlers.tickets.events import By, clock, filing, grades, joining, work
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
Taps = Callable[[Ticket, Any], tuple[Choice, ...]]
"""Returns the lines to tap, from the ticket and the event."""


def _no_taps(_ticket: Ticket, _what: Any) -> tuple[Choice, ...]:
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
    if not isinstance(what, joining.Followed) or not to_citizens.shares(what.what):
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
    """One row of the table: recipients, text, card with its state ("" for the ticket's), and condition."""

    to: To
    say: Letter
    card: CardKind
    state: str = ""
    when: When = _always
    taps: Taps = _no_taps


def _citizen(
    say: Letter, when: When = _always, card: CardKind = CardKind.PROGRESS, taps: Taps = _no_taps
) -> NotificationRule:
    return NotificationRule(To.CITIZEN, say, card, when=when, taps=taps)


def _task(to: To, say: Letter, state: str, when: When = _always) -> NotificationRule:
    return NotificationRule(to, say, CardKind.TASK, state, when)


def _chase(to: To, say: Letter, state: str, when: When = _always) -> NotificationRule:
    return NotificationRule(to, say, CardKind.REMINDER, state, when)


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
        _task(To.DESK, to_officials.task, "新工单"),
        _task(To.ABOVE, to_officials.task_urgent, "紧急工单", _urgent),
    ),
    work.Accepted: (_citizen(to_citizens.accepted),),
    work.Transferred: (
        _citizen(to_citizens.transferred),
        _task(To.DESK, to_officials.task_moved, "转来工单"),
        _task(To.PREVIOUS, to_officials.task_left, "已转走", _moved),
    ),
    work.Returned: (
        _citizen(to_citizens.returned),
        _task(To.DESK, to_officials.task_returned, "被退回"),
        _task(To.ABOVE, to_officials.task_to_rule, "等待裁定", _to_be_ruled),
    ),
    work.Asked: (_citizen(to_citizens.asked, card=CardKind.REMINDER),),
    filing.Supplemented: (
        _task(To.DESK, to_officials.task_supplemented, "市民补充", _own),
        _task(To.HELPERS, to_officials.task_supplemented, "市民补充", _own),
    ),
    filing.Amended: (
        _task(To.DESK, to_officials.task_amended, "市民更正", _own),
        _task(To.PREVIOUS, to_officials.task_amended_away, "已转走", _moved),
    ),
    work.OnSite: (_citizen(to_citizens.on_site),),
    work.Extended: (_citizen(to_citizens.extended),),
    work.Replied: (_citizen(to_citizens.replied, taps=lambda ticket, _: buttons.grades(ticket)),),
    work.Closed: (_citizen(to_citizens.closed, taps=lambda ticket, _: buttons.grades_at_closing(ticket)),),
    work.Refusal: (_citizen(to_citizens.refused),),
    filing.Withdrawn: (
        _task(To.DESK, to_officials.task_withdrawn, "市民撤回", _ends),
        _task(To.HELPERS, to_officials.task_withdrawn, "市民撤回", _ends),
    ),
    work.Reopened: (
        _citizen(to_citizens.reopened),
        _task(To.DESK, to_officials.task_reopened, "重新办理"),
        _task(To.ABOVE, to_officials.task_reopened, "重新办理"),
    ),
    work.Noted: (_task(To.DESK, to_officials.task_noted, "有备注", _from_elsewhere),),
    work.Reclassified: (),
    work.CoHandled: (_citizen(to_citizens.co_handled), _task(To.NEW_HELPER, to_officials.task_help, "请协办")),
    work.Supervised: (
        NotificationRule(To.DESK, to_officials.task_supervised, CardKind.REMINDER, "督办"),
        NotificationRule(To.HELPERS, to_officials.task_supervised, CardKind.REMINDER, "督办"),
    ),
    joining.Merged: (_citizen(to_citizens.merged), _task(To.DESK, to_officials.task_merged, "已并走", _own)),
    joining.Absorbed: (
        _task(To.DESK, to_officials.task_absorbed, "并入一件"),
        _task(To.HELPERS, to_officials.task_absorbed, "并入一件"),
        _task(To.ABOVE, to_officials.task_absorbed, "紧急工单", _urgent),
    ),
    clock.Urged: (
        NotificationRule(To.DESK, to_officials.task_urged, CardKind.REMINDER, "市民催办", _own),
        NotificationRule(To.HELPERS, to_officials.task_urged, CardKind.REMINDER, "市民催办", _own),
        NotificationRule(To.ABOVE, to_officials.task_urged, CardKind.REMINDER, "再次催办", _own_again),
    ),
    grades.Rated: (
        _task(To.DESK, to_officials.task_rated, "市民评价", _own_or_bad),
        _task(To.ABOVE, to_officials.task_rated, "不满意", _own_bad),
    ),
    filing.Shown: (),
    filing.Sealed: (),
    work.Undone: (
        _citizen(to_citizens.corrected, _visibly_changed),
        _task(To.DESK, to_officials.task_corrected, "已更正", _visibly_changed),
        _task(To.PREVIOUS, to_officials.task_corrected, "已更正", _moved),
    ),
    joining.Joined: (_task(To.DESK, to_officials.task_joined, "改为附议", _by_its_owner),),
    joining.Backed: (_task(To.DESK, to_officials.task_backed, "有人附议", _grows),),
    joining.Added: (
        _task(To.DESK, to_officials.task_added, "附议人补充", _news),
        _task(To.HELPERS, to_officials.task_added, "附议人补充", _news),
    ),
    joining.Parted: (),
    joining.Alone: (_task(To.DESK, to_officials.task_alone, "新工单"),),
    joining.Raised: (_citizen(to_citizens.raised), _task(To.DESK, to_officials.task_raised, "接着办")),
    joining.Gathered: (),
    work.Recused: (
        _citizen(to_citizens.recused, _moved),
        _task(To.DESK, to_officials.task_recused, "回避转来", _moved),
    ),
    joining.Followed: (
        _citizen(to_citizens.followed, _heard, taps=lambda ticket, what: buttons.grades_for_all(ticket, what.what)),
    ),
    clock.Reminded: (
        _chase(To.DESK, to_officials.task_reminded, "承诺快到期", lambda change, _: _owes(change, clock.Owed.VOW)),
        _chase(To.DESK, to_officials.task_reminded, "快到期了", _not_ruling),
        _chase(To.HEAD, to_officials.task_reminded, "快到期了", _nobody_accepts_or_raised),
        _chase(To.ABOVE, to_officials.task_reminded, "等待裁定", _ruling),
        _chase(To.TOP, to_officials.task_reminded, "等待裁定", _ruling),
    ),
    clock.Carded: (
        _citizen(to_citizens.carded),
        _chase(To.DESK, to_officials.task_carded, ""),
        _chase(To.HEAD, to_officials.task_carded, ""),
        _chase(To.ABOVE, to_officials.task_carded, "", _red_or_raised),
        _chase(To.TOP, to_officials.task_carded, "", _red_and_raised),
    ),
    clock.Uncarded: (_citizen(to_citizens.uncarded), _task(To.DESK, to_officials.task_uncarded, "撤牌")),
    clock.ChaseNoticeIssued: (
        _citizen(to_citizens.noticed),
        _chase(To.DESK, to_officials.task_noticed, "催办通知"),
        _chase(To.HEAD, to_officials.task_noticed, "催办通知"),
        _chase(To.ABOVE, to_officials.task_noticed, "催办通知"),
        _chase(To.TOP, to_officials.task_noticed, "催办通知"),
    ),
    clock.Resumed: (_citizen(to_citizens.resumed), _task(To.DESK, to_officials.task_resumed, "恢复计时")),
    clock.Shortened: (_citizen(to_citizens.shortened), _task(To.DESK, to_officials.task_shortened, "期限提前")),
    clock.UrgeAnswered: (_citizen(to_citizens.stated),),
    clock.UrgeIgnored: (
        _citizen(to_citizens.ignored),
        _chase(To.DESK, to_officials.task_ignored, "催办未回"),
        _chase(To.HEAD, to_officials.task_ignored, "催办未回"),
        _chase(To.ABOVE, to_officials.task_ignored, "催办未回"),
        _chase(To.TOP, to_officials.task_ignored, "催办未回", _raised),
    ),
    work.Ruled: (
        _citizen(to_citizens.ruled),
        _task(To.DESK, to_officials.task_ruled, "裁定转来"),
        _task(To.PREVIOUS, to_officials.task_ruled_away, "已裁定", _moved),
    ),
    clock.CommitmentKept: (_citizen(to_citizens.vow_kept),),
    clock.CommitmentBroken: (
        _citizen(to_citizens.vow_broken),
        _chase(To.DESK, to_officials.task_vow_broken, "承诺到期"),
        _chase(To.HEAD, to_officials.task_vow_broken, "承诺到期"),
        _chase(To.ABOVE, to_officials.task_vow_broken, "承诺到期", _raised),
    ),
    work.CalledBack: (_task(To.DESK, to_officials.task_called_back, "已回访", _from_elsewhere),),
    grades.OpinionGiven: (_task(To.DESK, to_officials.task_opined, "市民意见", _something_missing),),
    grades.Appealed: (_task(To.ABOVE, to_officials.task_appealed, "评价申诉"),),
    grades.Decided: (_citizen(to_citizens.decided), _task(To.DESK, to_officials.task_decided, "申诉结果")),
    grades.Silent: (),
    grades.Revisited: (
        _citizen(to_citizens.revisited, card=CardKind.REMINDER, taps=lambda ticket, _: buttons.well_or_not(ticket)),
    ),
    grades.LookedBack: (_task(To.DESK, to_officials.task_looked_back, "回头看"),),
    grades.Informed: (_citizen(to_citizens.informed, _aloud, taps=buttons.grades_at_the_end),),
}
"""A row for every kind of event, empty when nobody is told."""
