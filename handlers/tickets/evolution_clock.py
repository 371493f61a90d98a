"""What the clock's steps and the verdicts on an answer make of a ticket: assignments only, like all of `evolution`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from handlers.tickets.events import Event
from handlers.tickets.events.clock import (
    Carded,
    ChaseNoticeIssued,
    CommitmentBroken,
    CommitmentKept,
    Owed,
    Reminded,
    Resumed,
    Shortened,
    Uncarded,
    UrgeAnswered,
    UrgeIgnored,
)
from handlers.tickets.events.grades import Appealed, Decided, Informed, LookedBack, OpinionGiven, Revisited, Silent
from handlers.tickets.events.work import CalledBack, Ruled
from handlers.tickets.ticket import Commitment, Opinion, State, Ticket

Changes = dict[str, Any]


def pause_over(ticket: Ticket, event: Event) -> Changes:
    """What every end of a pause has in common; nothing for a ticket that does not wait."""
    if ticket.waiting_since is None:
        return {}
    lasted = int((event.at - ticket.waiting_since).total_seconds())
    return {"question": "", "waiting_since": None, "paused_in": None, "paused": ticket.paused + lasted}


def desk_changed(ticket: Ticket, event: Event) -> Changes:
    """What every change of desk has in common: the new one answers for its own time only."""
    since = ticket.desk_since or ticket.began or ticket.filed_at
    spent = int((event.at - since).total_seconds()) - ticket.paused
    return {"desk_since": event.at, "lost": ticket.lost + max(0, spent), "paused": 0}


def _reminded(ticket: Ticket, _event: Event, what: Reminded) -> Changes:
    match what.owed:
        case Owed.ACCEPT:
            return {"chase": replace(ticket.chase, accept_reminded=what.due)}
        case Owed.REPLY:
            return {"chase": replace(ticket.chase, reminded=what.due)}
        case Owed.RULING:
            return {"chase": replace(ticket.chase, rule_reminded=True)}
        case Owed.VOW:
            return {"vows": tuple(replace(vow, reminded=vow.reminded or vow.by <= what.due) for vow in ticket.vows)}


def _carded(ticket: Ticket, event: Event, what: Carded) -> Changes:
    return {"cards": replace(ticket.cards, **{f"{what.colour}_at": event.at})}


def _uncarded(ticket: Ticket, _event: Event, what: Uncarded) -> Changes:
    return {"cards": replace(ticket.cards, withdrawn=(*ticket.cards.withdrawn, what.colour.value))}


def _noticed(ticket: Ticket, event: Event, what: ChaseNoticeIssued) -> Changes:
    return {"cards": replace(ticket.cards, notice=what.notice, notice_at=event.at)}


def _resumed(ticket: Ticket, event: Event, what: Resumed) -> Changes:
    promise = replace(ticket.promise, reply_by=what.reply_by, remind_at=what.remind_at)
    chase = replace(ticket.chase, wait_until=None)
    over = pause_over(ticket, event)
    return {"state": ticket.paused_in or State.ACCEPTED, "promise": promise, "chase": chase, **over}


def _shortened(ticket: Ticket, _event: Event, what: Shortened) -> Changes:
    return {"promise": replace(ticket.promise, reply_by=what.reply_by, remind_at=what.remind_at, rule=what.rule)}


def _stated(ticket: Ticket, _event: Event, what: UrgeAnswered) -> Changes:
    return {"chase": replace(ticket.chase, answer_by=None, said=what.text, said_by=what.by)}


def _ignored(ticket: Ticket, _event: Event, _what: UrgeIgnored) -> Changes:
    return {"chase": replace(ticket.chase, answer_by=None, ignored=ticket.chase.ignored + 1)}


def _ruled(ticket: Ticket, event: Event, what: Ruled) -> Changes:
    chase = replace(ticket.chase, rule_by=None, ruled=True)
    moved = desk_changed(ticket, event)
    return {"state": State.TRANSFERRED, "unit_id": what.unit_id, "reason": what.reason, "chase": chase, **moved}


def _vow_kept(ticket: Ticket, event: Event, what: CommitmentKept) -> Changes:
    return {"vows": _with_vow(ticket, what.vow, kept_at=event.at)}


def _vow_broken(ticket: Ticket, event: Event, what: CommitmentBroken) -> Changes:
    return {"vows": _with_vow(ticket, what.vow, broken_at=event.at)}


def _with_vow(ticket: Ticket, number: int, **values: Any) -> tuple[Commitment, ...]:
    return tuple(replace(vow, **values) if place == number else vow for place, vow in enumerate(ticket.vows, 1))


def _called_back(_ticket: Ticket, _event: Event, _what: CalledBack) -> Changes:
    return {"called_back": True}


def _opined(ticket: Ticket, _event: Event, what: OpinionGiven) -> Changes:
    said = {"solved": what.solved, "to_point": what.to_point, "attitude": what.attitude}
    given = {name: value for name, value in said.items() if value is not None}
    changes: Changes = {"opinion": replace(ticket.opinion, **given)}
    if what.again is False:
        changes["chase"] = replace(ticket.chase, redo_by=None)
    elif what.redo_by is not None:
        changes["chase"] = replace(ticket.chase, redo_by=ticket.chase.redo_by or what.redo_by)
    return changes


def _appealed(ticket: Ticket, _event: Event, _what: Appealed) -> Changes:
    return _of_graded(ticket, lambda opinion: replace(opinion, contested=True))


def _decided(ticket: Ticket, _event: Event, what: Decided) -> Changes:
    return _of_graded(ticket, lambda opinion: replace(opinion, contested=False, void=not what.stands, decided=True))


def _of_graded(ticket: Ticket, change: Callable[[Opinion], Opinion]) -> Changes:
    """The opinion that is spoken of: of the answer that was graded last, which may be that of the round before."""
    if ticket.rating is not None or not ticket.rounds:
        return {"opinion": change(ticket.opinion)}
    *older, last = ticket.rounds
    return {"rounds": (*older, replace(last, opinion=change(last.opinion)))}


def _silent(ticket: Ticket, _event: Event, _what: Silent) -> Changes:
    return {"chase": replace(ticket.chase, rate_by=None, silent=True)}


def _revisited(ticket: Ticket, _event: Event, what: Revisited) -> Changes:
    return {"chase": replace(ticket.chase, revisit_at=None, look_by=what.until)}


def _looked_back(ticket: Ticket, _event: Event, _what: LookedBack) -> Changes:
    return {"chase": replace(ticket.chase, look_by=None)}


def informed(ticket: Ticket, _event: Event, what: Informed) -> Changes:
    """The item that the ticket belongs to. Its end asks for a grade again: silence so far is no silence to that."""
    changes: Changes = {"rectified": what.item}
    if what.rate_by is not None:
        changes["chase"] = replace(ticket.chase, rate_by=what.rate_by, silent=False)
    return changes


EVOLVE: dict[type, Callable[[Ticket, Event, Any], Changes]] = {
    Reminded: _reminded,
    Carded: _carded,
    Uncarded: _uncarded,
    ChaseNoticeIssued: _noticed,
    Resumed: _resumed,
    Shortened: _shortened,
    UrgeAnswered: _stated,
    UrgeIgnored: _ignored,
    Ruled: _ruled,
    CommitmentKept: _vow_kept,
    CommitmentBroken: _vow_broken,
    CalledBack: _called_back,
    OpinionGiven: _opined,
    Appealed: _appealed,
    Decided: _decided,
    Silent: _silent,
    Revisited: _revisited,
    LookedBack: _looked_back,
    Informed: informed,
}
