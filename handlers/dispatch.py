"""Entry point of the rules: chooses the citizens' or the officials' room for a message, and does what both have in
common.

Officials bound to a unit speak in commands. Everybody else speaks as a citizen, as does an official who writes 市民
before the words, until that matter is finished.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from handlers import followers
from handlers.citizen import room
from handlers.citizen.room import CitizenReading
from handlers.citizen.talk import Asking
from handlers.citizen.words import acts_on_ticket
from handlers.context import Context
from handlers.directory.person import Person
from handlers.messages import Incoming, PageAction, Text, Unfollow, Unread
from handlers.notifications import quota
from handlers.official import room as desk
from handlers.official.commands import account
from handlers.official.room import OfficialReading
from handlers.official.talk import officials
from handlers.outcome import Outcome, Reply, Who
from handlers.queries import NOTHING, Found, Needs

FLOOD_LIMIT = 30
"""Messages a minute that one person may send: more than anybody types, fewer than a script."""

propagate = followers.propagate
changed_leaders = followers.changed_leaders
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


class Reading(Struct, frozen=True):
    """One message, read once, for `needs` and `handle`."""

    incoming: Incoming
    who: Who
    """Who writes, with this message counted."""
    said: OfficialReading | CitizenReading | None = None
    """The message as its room reads it. None when no room answers it."""

    @property
    def appeal(self) -> str:
        """The words that will be understood as an appeal, together with the batch's. Empty when there are none."""
        return self.said.appeal if isinstance(self.said, CitizenReading) else ""


def read(incoming: Incoming, who: Who) -> Reading:
    """Returns the message as read by the room that answers it."""
    if isinstance(incoming.body, Unfollow | Unread):
        return Reading(incoming, who)
    who = msgspec.structs.replace(who, person=_counted(who.person, incoming))
    return Reading(incoming, who, None if _floods(who.person) else _in_room(incoming, who))


def needs(reading: Reading, ctx: Context) -> Needs:
    """Returns what must be loaded to decide this message."""
    if isinstance(reading.said, OfficialReading):
        return desk.needs(reading.said, reading.who, ctx)
    return room.needs(reading.said, reading.who) if reading.said is not None else NOTHING


def handle(reading: Reading, found: Found, ctx: Context) -> Outcome:
    """Returns what this message changes and its reply. Never raises for anything that a person can send."""
    incoming, who = reading.incoming, reading.who
    if isinstance(incoming.body, Unfollow):
        return Outcome(forget=True, staff=() if who.staff is None else (account.released(who.staff),))
    if isinstance(incoming.body, Unread):
        return Outcome(reply=Reply(_UNREAD))
    trigger = quota.trigger_of(incoming.body)
    if trigger is not None:
        allowed = quota.after(who.person.reach, trigger, ctx.now)
        who = msgspec.structs.replace(who, person=msgspec.structs.replace(who.person, reach=allowed, following=True))
    if reading.said is None:
        return Outcome(reply=Reply(_SLOWER), person=who.person)
    if isinstance(reading.said, OfficialReading):
        outcome = desk.handle(reading.said, who, found, ctx)
    else:
        outcome = room.handle(reading.said, who, found, ctx)
    if outcome.forget or outcome.more is not None:
        return outcome
    return _settled(incoming, outcome, who)


def apology(incoming: Incoming) -> Reply | None:
    """Returns what the sender reads when a mistake of the program kept a message from being decided."""
    return None if isinstance(incoming.body, Unfollow) else Reply(_APOLOGY)


def _in_room(incoming: Incoming, who: Who) -> OfficialReading | CitizenReading:
    """Returns the message as read by the room that answers it."""
    if not _may_be_for_desk(incoming, who):
        return room.read(_as_citizen(incoming, who))
    talk = officials(who.talk)
    ordered = desk.read(incoming, talk)
    if who.staff is None:
        return ordered
    said = room.read(incoming) if desk.may_be_citizens(ordered) else None
    if said is not None and said.said is not None and acts_on_ticket(said.said):
        at_desk = talk.undoable is not None and desk.answers_last(ordered, who, None)
    else:
        at_desk = _is_for_desk(ordered, who)
    return ordered if at_desk else said or room.read(incoming)


def _may_be_for_desk(incoming: Incoming, who: Who) -> bool:
    """Returns whether the officials' room looks at the message at all."""
    body = incoming.body
    if isinstance(body, PageAction):
        return False
    if who.staff is None:
        return desk.is_staffs(incoming)
    return not (isinstance(body, Text) and body.text.lstrip().startswith(AS_CITIZEN))


def _is_for_desk(reading: OfficialReading, who: Who) -> bool:
    """Returns whether an official's message, unless only citizens say it, is for the officials' room."""
    talk = officials(who.talk)
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
    """Returns the outcome with the person's new state, and with what could not be pushed to them earlier."""
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
