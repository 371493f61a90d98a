"""From a command to what it lets happen to a ticket: one use case a function. Nothing is decided twice: the state's
rules are in `tickets/lifecycle.py`, who may in `permissions.py`.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import assert_never

from handlers.chasing.due import revisit_at
from handlers.deadlines import deadlines
from handlers.errors import Refused
from handlers.official import permissions, targets, wording
from handlers.official.commands import contested, merging, promises, ruling
from handlers.official.commands.row import Asks
from handlers.official.commands.types import (
    Accept,
    Ask,
    CallBack,
    ClockCommand,
    Close,
    CoHandle,
    Command,
    Contest,
    Extend,
    Fulfil,
    GradeCommand,
    Judge,
    Merge,
    Note,
    OnSite,
    Reclassify,
    Refuse,
    Reply,
    Respond,
    Return,
    Settle,
    Supervise,
    Transfer,
    Uncard,
)
from handlers.official.scene import Scene
from handlers.official.spec import spec_of
from handlers.tickets import events, steps, verdicts
from handlers.tickets.events import Happening
from handlers.tickets.ticket import Attachment, Ticket
from nlp.replies.review import Review, review

ChangeCommand = (
    ClockCommand
    | GradeCommand
    | Accept
    | Ask
    | Close
    | CoHandle
    | Extend
    | Merge
    | Note
    | OnSite
    | Reclassify
    | Refuse
    | Reply
    | Return
    | Supervise
    | Transfer
)
"""Commands that let something happen to a ticket."""

LEADS_TO: dict[type[Command], type[Happening]] = {
    Accept: events.Accepted,
    Ask: events.Asked,
    Close: events.Closed,
    CoHandle: events.CoHandled,
    Extend: events.Extended,
    Merge: events.Merged,
    Note: events.Noted,
    OnSite: events.OnSite,
    Reclassify: events.Reclassified,
    Refuse: events.Refusal,
    Reply: events.Replied,
    Return: events.Returned,
    Supervise: events.Supervised,
    Transfer: events.Transferred,
    Respond: steps.Stated,
    Fulfil: steps.VowKept,
    CallBack: steps.CalledBack,
    Settle: steps.Ruled,
    Uncard: steps.Uncarded,
    Contest: verdicts.Appealed,
    Judge: verdicts.Decided,
}
"""The event that each of them leads to."""

TAKES_PICTURES: frozenset[type[Command]] = frozenset({OnSite, Reply, Note})
"""The files an official sent before belong to the next of these."""


GOOD_ENOUGH = 50
"""Score of the review from which an answer goes out even though it leaves a question open."""


NODS = re.compile(r"(?:(?:好|好的|收到|知道|明白|了解|已阅|阅|嗯|哦|行|可以|同意|是|ok|OK|在|测试)[了的]?|[\W\d_])+")
"""Answers that say nothing to the person, however politely ("好的，收到")."""


def happening(  # noqa: C901, PLR0912 -- a case a command
    command: ChangeCommand, ticket: Ticket, scene: Scene, read: Review | None
) -> Happening:
    """The event that the command asks for, complete. Refused or Unclear when the words do not make one.

    `read` is what `judged` found in the command's answer.
    """
    match command:
        case Accept():
            return events.Accepted()
        case Ask(question=question):
            terms = scene.ctx.terms_for(ticket.unit_id)
            wait = deadlines.edition(scene.now, terms).wait
            return events.Asked(question, deadlines.later(scene.now, wait, terms))
        case OnSite(text=text):
            return events.OnSite(text, _pictures(scene))
        case Reply(text=text):
            return _replied(text, ticket, scene, read)
        case Note(text=text):
            return events.Noted(text, _pictures(scene))
        case Close(text=text):
            return _closed(text, ticket, scene)
        case Refuse(reason=reason, instead=instead):
            return events.Refusal(reason, instead)
        case Return(reason=reason):
            ruling.check_returnable(ticket, scene)
            return ruling.returned(reason, ticket, scene)
        case Supervise(opinion=opinion):
            return events.Supervised(opinion)
        case Extend(days=days, reason=reason):
            moved = deadlines.extend(ticket, days, scene.now, scene.ctx.terms_for(ticket.unit_id))
            return events.Extended(days, reason, moved.reply_by, moved.remind_at)
        case Transfer():
            return _transferred(command, ticket, scene)
        case CoHandle(unit=words):
            helper = targets.unit(scene, words, f"协办 {ticket.number} {{unit}}")
            scene.check_may_have(ticket, helper)
            return events.CoHandled(helper.id)
        case Reclassify(category=words):
            return _reclassified(words, ticket)
        case Merge(into=into):
            return events.Merged(merging.survivor(scene, into, ticket).number)
        case Respond() | Fulfil() | CallBack() | Settle() | Uncard():
            return ruling.happening(command, ticket, scene)
        case Contest() | Judge():
            return contested.happening(command, ticket)
        case _:
            assert_never(command)


def judged(command: ChangeCommand, ticket: Ticket, now: datetime) -> Review | None:
    """What a careful reader finds in the command's answer to the ticket; None for a command without one."""
    if not isinstance(command, Reply | Close) or not command.text:
        return None
    return review(ticket.title, ticket.text, command.text, ticket.filed_at, now)


def to_mend(command: ChangeCommand, read: Review | None) -> tuple[str, ...]:
    """What the command's answer, so judged, should mend before it goes out; nothing where there is none.

    What is only missing (a telephone number, the rule) holds nothing up, and neither does a soft word beside a date, or one
    question left open in an answer that is good otherwise.
    """
    if read is None or not isinstance(command, Reply | Close):
        return ()
    empty = read.receipt_only or read.deflects or NODS.fullmatch(command.text) is not None
    harmful = read.personal or read.suspicions
    dateless = read.vague and not read.parts.next
    evasive = read.unanswered and read.score < GOOD_ENOUGH
    grave = empty or harmful or dateless or evasive
    return read.hints() if grave else ()


def must_ask(command: ChangeCommand, what: Happening, ticket: Ticket, scene: Scene) -> bool:
    """Whether the command waits for 确认 (SPEC column `asks`); what waits cannot be undone afterwards."""
    asks = spec_of(command).asks
    if asks is Asks.OUT_OF_COUNTY:
        return isinstance(what, events.Transferred) and targets.leaves_county(
            scene.directory, ticket.unit_id, what.unit_id
        )
    return asks is Asks.ALWAYS or asks is Asks.ALWAYS_UNDOABLE


def _pictures(scene: Scene) -> tuple[Attachment, ...]:
    return tuple(Attachment(piece.id, piece.kind) for piece in scene.talk.pieces)


def _replied(text: str, ticket: Ticket, scene: Scene, read: Review | None) -> events.Replied:
    terms, now = scene.ctx.terms_for(ticket.unit_id), scene.now
    return events.Replied(
        text,
        _pictures(scene),
        read.score if read else None,
        scene.anyway,
        promises.promised(text, ticket, scene),
        timing=deadlines.timing(ticket, now, terms),
        rate_by=deadlines.later(now, deadlines.edition(now, terms).rating, terms),
    )


def _closed(text: str, ticket: Ticket, scene: Scene) -> events.Closed:
    """Closing with words is an answer too, if there was none. A sample is looked at again weeks later."""
    terms, now = scene.ctx.terms_for(ticket.unit_id), scene.now
    vows, looked_at = promises.promised(text, ticket, scene), revisit_at(ticket, now, terms)
    if ticket.replied_at is not None:
        return events.Closed(text, vows, revisit_at=looked_at)
    rate_by = deadlines.later(now, deadlines.edition(now, terms).rating, terms)
    return events.Closed(text, vows, deadlines.timing(ticket, now, terms), rate_by, looked_at)


def _transferred(command: Transfer, ticket: Ticket, scene: Scene) -> events.Transferred:
    again = f"转办 {ticket.number} {{unit}} {command.reason}".rstrip()
    unit = targets.unit(scene, command.unit, again)
    # First whether the unit may have it at all: nobody is advised to have it sent to whom it accuses.
    scene.check_may_have(ticket, unit)
    permissions.check_may_send(scene.directory, scene.staff, unit, scene.roles)
    return events.Transferred(unit.id, command.reason)


def _reclassified(words: str, ticket: Ticket) -> events.Reclassified:
    category = targets.category(words, f"改类 {ticket.number} {{category}}")
    if category == ticket.category:
        raise Refused(wording.same_category(category))
    return events.Reclassified(category, ticket.category)
