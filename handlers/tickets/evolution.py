"""What each event makes of a ticket: assignments only. No rule, calendar or directory is asked, so that a log written
under older rules still folds to the same ticket.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import asdict, replace

from handlers.tickets import evolution_clock
from handlers.tickets.events import By, Event
from handlers.tickets.events.clock import Urged
from handlers.tickets.events.grades import Informed, Rated
from handlers.tickets.events.joining import (
    Absorbed,
    Added,
    Alone,
    Backed,
    Followed,
    Gathered,
    Joined,
    Merged,
    Parted,
    Raised,
)
from handlers.tickets.events.work import (
    Accepted,
    Amended,
    Asked,
    Closed,
    CoHandled,
    Extended,
    Filed,
    Noted,
    OnSite,
    Reclassified,
    Recused,
    Refusal,
    Reopened,
    Replied,
    Returned,
    Sealed,
    Shown,
    Supervised,
    Supplemented,
    Transferred,
    Withdrawn,
)
from handlers.tickets.evolution_clock import Changes, desk_changed, pause_over
from handlers.tickets.rounds import present
from handlers.tickets.ticket import NO_CARDS, NO_OPINION, Chase, Standing, State, Ticket
from nlp.appeals.sealed import SealedSort


def evolve(ticket: Ticket, event: Event) -> Ticket:
    """The ticket after the event: assignments only, no rule is asked."""
    changes = _EVOLVE[type(event.what)](ticket, event, event.what)
    if changes.get("state", ticket.state) is not ticket.state:
        changes["since"] = event.at
    return replace(ticket, version=event.seq, **changes)


def born(event: Event, filed: Filed) -> Ticket:
    """The ticket as its first event makes it."""
    return Ticket(
        id=event.ticket_id,
        number=filed.number,
        token=filed.token,
        code=filed.code,
        person_id=filed.person_id,
        filed_at=event.at,
        kind=filed.kind,
        category=filed.category,
        subcategory=filed.subcategory,
        title=filed.title,
        text=filed.text,
        place=filed.place,
        urgent=filed.urgent,
        leader=filed.leader,
        named=filed.named,
        public=filed.public,
        unit_id=filed.unit_id,
        promise=filed.promise,
        since=event.at,
        attachments=filed.attachments,
        called=filed.called,
        accused=filed.accused,
        sealed=filed.sealed,
        danger=filed.danger,
        version=event.seq,
    )


_NO_PAUSE: Changes = {"question": "", "waiting_since": None, "paused_in": None}
_FOLLOWS_NOBODY: Changes = {"joined_to": None, "joined_number": "", "followed": 0}
_NEW_ROUND: Changes = {
    "cards": NO_CARDS,
    "chase": Chase(),
    "vows": (),
    "opinion": NO_OPINION,
    "timing": None,
    "desk_since": None,
    "lost": 0,
    "paused": 0,
    "replied_by": None,
    "called_back": False,
}


def _accepted(ticket: Ticket, event: Event, _what: Accepted) -> Changes:
    # Who takes it up while an arbiter is waited for has settled whose it is.
    chase = replace(ticket.chase, rule_by=None)
    return {"state": State.ACCEPTED, "reason": "", "accepted_at": ticket.accepted_at or event.at, "chase": chase}


def _transferred(ticket: Ticket, event: Event, what: Transferred) -> Changes:
    helpers = tuple(unit for unit in ticket.co_units if unit != what.unit_id)
    return {
        "state": State.TRANSFERRED,
        "since": event.at,
        "unit_id": what.unit_id,
        "reason": what.reason,
        "transfers": ticket.transfers + 1,
        "co_units": helpers,
        **desk_changed(ticket, event),
    }


def _returned(ticket: Ticket, event: Event, what: Returned) -> Changes:
    return {
        "state": State.RETURNED,
        "unit_id": what.unit_id,
        "reason": what.reason,
        "returns": ticket.returns + 1,
        "chase": replace(ticket.chase, rule_by=what.rule_by, rule_reminded=False),
        **desk_changed(ticket, event),
    }


def _asked(ticket: Ticket, event: Event, what: Asked) -> Changes:
    return {
        "state": State.WAITING,
        "question": what.question,
        "waiting_since": event.at,
        "paused_in": ticket.state,
        "asks": ticket.asks + 1,
        "chase": replace(ticket.chase, wait_until=what.until),
    }


def _supplemented(ticket: Ticket, event: Event, what: Supplemented) -> Changes:
    changes: Changes = {}
    if what.attachments:
        changes["attachments"] = ticket.attachments + what.attachments
    if what.place is not None:
        changes["place"] = what.place
    if what.reply_by is not None:
        changes["promise"] = replace(ticket.promise, reply_by=what.reply_by, remind_at=what.remind_at)
    if ticket.state is State.WAITING and ticket.joined_to is None:
        changes["chase"] = replace(ticket.chase, wait_until=None)
        changes |= {"state": ticket.paused_in or State.ACCEPTED, **pause_over(ticket, event)}
    return changes


def _amended(ticket: Ticket, event: Event, what: Amended) -> Changes:
    given = {
        "place": what.place,
        "category": what.category,
        "kind": what.kind,
        "unit_id": what.unit_id,
        "title": what.title,
    }
    changes: Changes = {name: value for name, value in given.items() if value is not None}
    if what.category is not None and what.category != ticket.category:
        changes["subcategory"] = None
    if what.unit_id is not None and what.unit_id != ticket.unit_id:
        changes |= desk_changed(ticket, event)
    return changes


def _on_site(ticket: Ticket, event: Event, what: OnSite) -> Changes:
    changes: Changes = {"accepted_at": ticket.accepted_at or event.at}
    if what.attachments:
        changes["attachments"] = ticket.attachments + what.attachments
    if ticket.state is not State.WAITING:
        changes |= {"state": State.ON_SITE, "chase": replace(ticket.chase, rule_by=None)}
    return changes


def _extended(ticket: Ticket, _event: Event, what: Extended) -> Changes:
    promise = replace(ticket.promise, reply_by=what.reply_by, remind_at=what.remind_at)
    return {"promise": promise, "reason": what.reason, "extensions": ticket.extensions + 1}


def _replied(ticket: Ticket, event: Event, what: Replied) -> Changes:
    return {
        "state": State.REPLIED,
        "reason": "",
        "reply": what.text,
        "replied_at": event.at,
        "accepted_at": ticket.accepted_at or event.at,
        "attachments": ticket.attachments + what.attachments,
        "chase": Chase(rate_by=what.rate_by),
        "vows": what.vows,
        "timing": what.timing or ticket.timing,
        "replied_by": event.actor.id if event.actor.by is By.STAFF else ticket.replied_by,
        **pause_over(ticket, event),
    }


def _closed(ticket: Ticket, event: Event, what: Closed) -> Changes:
    chase = replace(ticket.chase, rate_by=what.rate_by or ticket.chase.rate_by, revisit_at=what.revisit_at)
    changes: Changes = {"state": State.CLOSED, "reason": "", "closed_at": event.at, "chase": chase}
    if what.vows:
        changes["vows"] = what.vows
    if ticket.replied_at is None:
        changes |= {"reply": what.text, "replied_at": event.at, "accepted_at": ticket.accepted_at or event.at}
        changes |= {
            "vows": what.vows,
            "timing": what.timing,
            "chase": Chase(rate_by=what.rate_by, revisit_at=what.revisit_at),
        }
        changes["replied_by"] = event.actor.id if event.actor.by is By.STAFF else None
    return changes | pause_over(ticket, event)


def _refused(_ticket: Ticket, event: Event, what: Refusal) -> Changes:
    return {"state": State.REFUSED, "reason": what.reason, "closed_at": event.at}


def _withdrawn(_ticket: Ticket, event: Event, what: Withdrawn) -> Changes:
    return {"state": State.WITHDRAWN, "reason": what.reason, "closed_at": event.at, **_NO_PAUSE, **_FOLLOWS_NOBODY}


def _reopened(ticket: Ticket, event: Event, what: Reopened) -> Changes:
    return {
        "state": State.REWORK,
        "unit_id": what.unit_id or ticket.unit_id,
        "rounds": (*ticket.rounds, present(ticket)),
        **_NEW_ROUND,
        "began": event.at,
        "reason": what.reason,
        "promise": what.promise,
        "reworks": ticket.reworks + 1,
        "extensions": 0,
        "accepted_at": None,
        "reply": "",
        "replied_at": None,
        "closed_at": None,
        "rating": None,
        **_FOLLOWS_NOBODY,
    }


def _noted(_ticket: Ticket, _event: Event, _what: Noted) -> Changes:
    return {}


def _reclassified(_ticket: Ticket, _event: Event, what: Reclassified) -> Changes:
    return {"category": what.category, "subcategory": None}


def _co_handled(ticket: Ticket, _event: Event, what: CoHandled) -> Changes:
    return {"co_units": (*ticket.co_units, what.unit_id)}


def _supervised(_ticket: Ticket, _event: Event, _what: Supervised) -> Changes:
    return {"supervised": True}


def _merged(_ticket: Ticket, event: Event, what: Merged) -> Changes:
    return {"state": State.MERGED, "merged_into": what.into, "closed_at": event.at, **_NO_PAUSE}


def _absorbed(ticket: Ticket, _event: Event, what: Absorbed) -> Changes:
    chase = replace(ticket.chase, answer_by=ticket.chase.answer_by or what.answer_by)
    return {
        "taken": ticket.taken + what.words,
        "urgent": ticket.urgent or what.urgent,
        "place": ticket.place or what.place,
        "attachments": ticket.attachments + what.attachments,
        "promise": what.promise or ticket.promise,
        "urges": ticket.urges + what.urges,
        "supervised": ticket.supervised or what.supervised,
        "accused": ticket.accused if what.accused is None else what.accused,
        "chase": chase,
        **_kept(ticket, what.sealed, what.danger),
    }


def _urged(ticket: Ticket, event: Event, what: Urged) -> Changes:
    # A second 催办 does not give the unit more time to answer the first.
    chase = replace(ticket.chase, answer_by=ticket.chase.answer_by or what.answer_by)
    return {"urges": ticket.urges + 1, "urged_at": event.at, "chase": chase}


def _rated(ticket: Ticket, _event: Event, what: Rated) -> Changes:
    revisit_at = what.revisit_at or ticket.chase.revisit_at
    chase = replace(ticket.chase, rate_by=None, redo_by=what.redo_by, revisit_at=revisit_at, silent=False)
    return {"rating": what.score, "chase": chase}


def _shown(_ticket: Ticket, _event: Event, what: Shown) -> Changes:
    return {"named": what.named, "public": what.public, "called": what.called}


def _sealed(ticket: Ticket, _event: Event, what: Sealed) -> Changes:
    return _kept(ticket, what.sort, what.danger)


def _kept(ticket: Ticket, sort: str, danger: bool) -> Changes:
    # Who is to be saved comes before the informant; nothing is ever opened again.
    known = sort if sort and ticket.sealed != SealedSort.PERSON else ticket.sealed
    return {"sealed": known, "danger": ticket.danger or danger}


def _joined(_ticket: Ticket, _event: Event, what: Joined) -> Changes:
    following = {"joined_to": what.into, "joined_number": what.number, "followed": what.seq}
    return {**_stands(what.standing), **following, "question": ""}


def _stands(standing: Standing) -> Changes:
    # No cards are always the same NO_CARDS: a row leaves out what it has not, and knows it by identity.
    return {**asdict(standing), "cards": NO_CARDS if standing.cards == NO_CARDS else standing.cards}


def _followed(ticket: Ticket, event: Event, what: Followed) -> Changes:
    changes = {**_stands(what.standing), "followed": what.seq}
    if isinstance(what.what, Replied | Closed) and what.standing.rating is None:
        # An answer begins the wait for a grade; the closing of what was answered leaves it, and silence, as they are.
        answers = isinstance(what.what, Replied) or ticket.replied_at is None
        kept = Chase() if answers else ticket.chase
        changes["chase"] = replace(kept, rate_by=what.what.rate_by or ticket.chase.rate_by)
    if isinstance(what.what, Informed):
        changes |= evolution_clock.informed(ticket, event, what.what)
    if isinstance(what.what, Sealed):
        changes |= _sealed(ticket, event, what.what)
    if isinstance(what.what, Absorbed):
        changes |= _kept(ticket, what.what.sealed, what.what.danger)
    files = what.what.attachments if isinstance(what.what, OnSite | Replied) else ()
    return {**changes, "attachments": ticket.attachments + files} if files else changes


def _backed(ticket: Ticket, _event: Event, _what: Backed) -> Changes:
    return {"crowd": ticket.crowd + 1}


def _added(_ticket: Ticket, event: Event, what: Added) -> Changes:
    return {"crowd_urged_at": event.at} if what.urged else {}


def _parted(ticket: Ticket, _event: Event, _what: Parted) -> Changes:
    return {"crowd": max(0, ticket.crowd - 1)}


def _alone(_ticket: Ticket, event: Event, what: Alone) -> Changes:
    fresh = Standing(State.SUBMITTED, what.unit_id, what.promise)
    return {**_stands(fresh), **_FOLLOWS_NOBODY, "question": "", **_NEW_ROUND, "began": event.at}


def _raised(ticket: Ticket, event: Event, what: Raised) -> Changes:
    changes: Changes = {**_FOLLOWS_NOBODY, "crowd": what.crowd}
    if what.state is not None:
        changes |= {"state": what.state, **pause_over(ticket, event)}
    if what.reply_by is not None:
        changes["promise"] = replace(ticket.promise, reply_by=what.reply_by, remind_at=what.remind_at)
    return changes


def _gathered(ticket: Ticket, _event: Event, what: Gathered) -> Changes:
    return {"crowd": ticket.crowd + what.crowd}


def _recused(ticket: Ticket, event: Event, what: Recused) -> Changes:
    changes: Changes = {"accused": tuple(dict.fromkeys((*(ticket.accused or ()), *what.units)))}
    if what.unit_id is not None and what.unit_id != ticket.unit_id:
        changes |= {"unit_id": what.unit_id, **desk_changed(ticket, event)}
    return changes


_EVOLVE: dict[type, Callable[[Ticket, Event, Any], Changes]] = {
    Accepted: _accepted,
    Transferred: _transferred,
    Returned: _returned,
    Asked: _asked,
    Supplemented: _supplemented,
    Amended: _amended,
    OnSite: _on_site,
    Extended: _extended,
    Replied: _replied,
    Closed: _closed,
    Refusal: _refused,
    Withdrawn: _withdrawn,
    Reopened: _reopened,
    Noted: _noted,
    Reclassified: _reclassified,
    CoHandled: _co_handled,
    Supervised: _supervised,
    Merged: _merged,
    Absorbed: _absorbed,
    Urged: _urged,
    Rated: _rated,
    Shown: _shown,
    Sealed: _sealed,
    Joined: _joined,
    Backed: _backed,
    Added: _added,
    Parted: _parted,
    Alone: _alone,
    Raised: _raised,
    Gathered: _gathered,
    Recused: _recused,
    Followed: _followed,
    **evolution_clock.EVOLVE,
}
