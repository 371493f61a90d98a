"""Which room answers a message, and what holds for every message whichever room it is.

Officials bound to a unit speak by commands; everybody else speaks as a citizen, and so does an official who writes 市民
before the words, until that matter is finished.
"""

from __future__ import annotations

import msgspec

from handlers import followers
from handlers.citizen import room
from handlers.context import Context
from handlers.directory.person import Person
from handlers.messages import Incoming, PageAction, Text, Unfollow, Unread
from handlers.notifications import quota
from handlers.official import room as desk
from handlers.official.commands import account
from handlers.outcome import NOTHING, Found, Needs, Outcome, Reply, Who
from handlers.talk import Asking

FLOOD_LIMIT = 30
"""Messages a minute that one person may send: more than anybody types, fewer than a script."""

spread = followers.spread
moves = followers.moves
merged_into = followers.merged_into
"""What a message makes of those who follow its tickets (docs/adr/0010-joining.md)."""

_SLOWER = "您发得太快啦，这一条我没有记下。请歇一分钟，把要说的合成一条再发给我。"
_APOLOGY = "抱歉，这条消息我处理时出了差错。它已经保存，工作人员会查看，您不用重发；急事请拨打 12345。"
_UNREAD = "这条我没读懂，没有办理，原样存下了，工作人员看得到。请换成文字再说一遍；急事请拨打 12345。"
_OWED = "先补报您没收到的进展："

_TAPPED = frozenset({Asking.SHOWING, Asking.RATING, Asking.WITHDRAW})
"""Questions to a citizen that a tap answers."""

AS_CITIZEN = "市民"
"""What an official writes first to speak as a citizen."""


def needs(incoming: Incoming, who: Who, ctx: Context) -> Needs:
    """What must be loaded to decide this message."""
    if isinstance(incoming.body, Unfollow | Unread) or _floods(_counted(who.person, incoming)):
        return NOTHING
    if (reading := _desk_reads(incoming, who)) is not None:
        return desk.needs(reading, who, ctx)
    return room.needs(_as_citizen(incoming, who), who)


def handle(incoming: Incoming, who: Who, found: Found, ctx: Context) -> Outcome:
    """What this message changes and how it is answered; never raises for anything that a person can send."""
    if isinstance(incoming.body, Unfollow):
        return Outcome(forget=True, staff=() if who.staff is None else (account.released(who.staff),))
    if isinstance(incoming.body, Unread):
        return Outcome(reply=Reply(_UNREAD))
    person = _counted(who.person, incoming)
    trigger = quota.trigger_of(incoming.body)
    if trigger is not None:
        allowed = quota.after(person.reach, trigger, ctx.now)
        person = msgspec.structs.replace(person, reach=allowed, following=True)
    if _floods(person):
        return Outcome(reply=Reply(_SLOWER), person=person)
    who = msgspec.structs.replace(who, person=person)
    if (reading := _desk_reads(incoming, who)) is not None:
        outcome = desk.handle(reading, who, found, ctx)
    else:
        outcome = room.handle(_as_citizen(incoming, who), who, found, ctx)
    if outcome.forget or outcome.more is not None:
        return outcome
    return _settled(incoming, outcome, who)


def apology(incoming: Incoming) -> Reply | None:
    """What the sender reads when our own mistake kept a message from being decided."""
    return None if isinstance(incoming.body, Unfollow) else Reply(_APOLOGY)


def _desk_reads(incoming: Incoming, who: Who) -> desk.Reading | None:
    """The message as the officials' room reads it; None for one that a citizen's room answers."""
    body = incoming.body
    if isinstance(body, PageAction):
        return None
    if who.staff is None:
        return desk.read(incoming, who.talk) if desk.is_staffs(incoming) else None
    if isinstance(body, Text) and body.text.lstrip().startswith(AS_CITIZEN):
        return None
    reading = desk.read(incoming, who.talk)
    return reading if _for_desk(reading, who) else None


def _for_desk(reading: desk.Reading, who: Who) -> bool:
    talk = who.talk
    if desk.is_citizens(reading):
        return talk.undoable is not None and desk.answers_last(reading, who, None)
    if talk.draft is None and talk.asking is None:
        return True
    asked_at = talk.question.at if talk.question is not None else None
    if desk.answers_last(reading, who, asked_at):
        return True
    return desk.is_command(reading, in_own_words=talk.draft is not None or talk.asking not in _TAPPED)


def _as_citizen(incoming: Incoming, who: Who) -> Incoming:
    body = incoming.body
    if who.staff is None or not isinstance(body, Text) or not body.text.lstrip().startswith(AS_CITIZEN):
        return incoming
    words = body.text.lstrip()[len(AS_CITIZEN) :].lstrip(" ：:，,\n\u3000")
    return msgspec.structs.replace(incoming, body=Text(words, body.menu_id))


def _counted(person: Person, incoming: Incoming) -> Person:
    minute = int(incoming.received_at.timestamp()) // 60
    count = person.in_minute + 1 if person.minute == minute else 1
    return msgspec.structs.replace(person, minute=minute, in_minute=count)


def _floods(person: Person) -> bool:
    return person.in_minute > FLOOD_LIMIT


def _settled(incoming: Incoming, outcome: Outcome, who: Who) -> Outcome:
    """The outcome with the person as they now are, and with what could not be pushed to them earlier."""
    person = outcome.person or who.person
    # A page's link may be in anybody's hands: news of other tickets wait for the chat.
    if not who.parked or outcome.reply is None or isinstance(incoming.body, PageAction):
        return msgspec.structs.replace(outcome, person=person)
    owed = "\n\n".join((_OWED, *who.parked, "——", outcome.reply.text))
    return msgspec.structs.replace(
        outcome,
        person=msgspec.structs.replace(person, parked=0),
        reply=msgspec.structs.replace(outcome.reply, text=owed),
    )
