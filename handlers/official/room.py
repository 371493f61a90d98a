"""The officials' room: reads a message as a command, says what must be loaded, and carries it out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from handlers.citizen.words import MENU_SAYS
from handlers.context import Context
from handlers.directory import absence
from handlers.directory.directory import Role, Staff
from handlers.errors import Refused
from handlers.messages import Click, Follow, Incoming, Link, Location, Media, Text
from handlers.official import permissions, wording
from handlers.official.changing import CONFIRM_WITHIN, about, carry_out
from handlers.official.command import Command, Spec, TicketCommand
from handlers.official.commands import account
from handlers.official.commands.account import Bind, Help
from handlers.official.commands.todo import More
from handlers.official.confirm import Cancel, Confirm, SendAnyway, Undo
from handlers.official.grammar import WrongCommand, parse, read_binding
from handlers.official.scene import Asker, Scene, Unclear, says
from handlers.official.spec import BY_WORD, DEEDS, SPEC
from handlers.official.talk import OfficialTalk, Undoable, officials
from handlers.outcome import MediaWanted, Outcome, Reply, Who
from handlers.pushes import Choice
from handlers.queries import NOTHING, Found, InviteOf, Needs
from handlers.talk import Piece
from handlers.tickets import lifecycle

MOST_PIECES = 9
"""Files kept for the next 现场, 答复 or 备注: as many as the platform lets a person choose at once."""

LONGEST_TAP = 60
"""A corrected command that is longer is not offered as a tap: the person has it on the screen."""

_STAFF_WORDS = frozenset({"待办", "统计", "排行", "解绑"})
"""Words that a former official types first: they are told that they are not bound, instead of being asked for a place.
"""

_TALK_WORDS = Confirm | Cancel | More | Undo | Help
"""Commands whose words also mean something in a citizen's talk."""


class OfficialReading(Struct, frozen=True):
    """An official's message, read once, for `needs` and `handle`."""

    incoming: Incoming
    command: Command | WrongCommand | None
    """The words as a command. None for a message without words."""

    waiting: Command | None = None
    """The command that this one confirms, sends or cancels. None when nothing readable waits."""


def read(incoming: Incoming, talk: OfficialTalk) -> OfficialReading:
    """Read the message, and the waiting command when the message answers it."""
    command = parse(incoming.body.text) if isinstance(incoming.body, Text) else None
    if talk.order is None or not isinstance(command, Confirm | Cancel | SendAnyway):
        return OfficialReading(incoming, command)
    waiting = parse(talk.order.words)
    return OfficialReading(incoming, command, None if isinstance(waiting, WrongCommand) else waiting)


def is_staffs(incoming: Incoming) -> bool:
    """Returns whether somebody who is no official sends a binding code, or a word that only means something to
    officials.
    """
    if not isinstance(incoming.body, Text):
        return False
    return incoming.body.text.strip() in _STAFF_WORDS or read_binding(incoming.body.text) is not None


def is_command(reading: OfficialReading, in_own_words: bool = True) -> bool:
    """Returns whether an official who talks as a citizen certainly gives a command.

    `in_own_words`: they were asked for something that only their own words can answer, which may begin like a command
    ("现场没有人管"). Otherwise the question takes a tap, and any whole command counts.
    """
    command, incoming = reading.command, reading.incoming
    if command is None or isinstance(command, WrongCommand | _TALK_WORDS):
        return False
    if not isinstance(command, TicketCommand) or command.number is not None or not in_own_words:
        return True
    return isinstance(incoming.body, Text) and incoming.body.text.strip() in BY_WORD


def answers_last(reading: OfficialReading, who: Who, since: datetime | None) -> bool:
    """Returns whether an official who talks as a citizen answers the officials' room, or takes back what it did.

    They name it, they tapped below it, or it asked after `since`, when the talk asked its own question.
    """
    command, incoming = reading.command, reading.incoming
    talk, body = officials(who.talk), incoming.body
    if not isinstance(body, Text) or not isinstance(command, Confirm | Cancel | SendAnyway | Undo):
        return False
    waits = talk.undoable if isinstance(command, Undo) else talk.order
    if waits is None or incoming.received_at > waits.until:
        return False
    if not isinstance(command, SendAnyway) and command.which is not None:
        return command.which == (waits.number if isinstance(waits, Undoable) else about(reading.waiting))
    if body.mark:
        return body.mark == waits.mark
    asked_at = waits.until - (lifecycle.UNDO_WITHIN if isinstance(waits, Undoable) else CONFIRM_WITHIN)
    return since is None or asked_at > since


def may_be_citizens(reading: OfficialReading) -> bool:
    """Returns whether the words are no command of officials, or one that citizens know by the same word."""
    body, command = reading.incoming.body, reading.command
    if not isinstance(body, Text):
        return False
    return isinstance(command, WrongCommand) or (isinstance(command, Undo) and "撤回" in body.text)


def needs(reading: OfficialReading, who: Who, ctx: Context) -> Needs:
    """Returns what must be loaded for this message. `ctx` gives the directory and the hash of a binding code."""
    command = reading.command
    if isinstance(command, Bind):
        return frozenset({InviteOf(ctx.lookups.hash_invite(command.code))})
    if isinstance(command, Confirm | SendAnyway) and officials(who.talk).order is not None:
        command = reading.waiting
    if command is None or isinstance(command, WrongCommand) or who.staff is None:
        return NOTHING
    return DEEDS[type(command)].needs(command, Asker(who, who.staff, ctx))


def handle(reading: OfficialReading, who: Who, found: Found, ctx: Context) -> Outcome:
    """Returns what this message changes and its reply. Raises nothing that a person could cause."""
    command, incoming = reading.command, reading.incoming
    try:
        if who.staff is None:
            return account.bind(who, found, ctx) if isinstance(command, Bind) else says(wording.NOT_STAFF)
        if isinstance(command, WrongCommand):
            return _wrong(command)
        if command is not None:
            mark = incoming.body.mark if isinstance(incoming.body, Text) else None
            return carry_out(command, Scene(who.staff, who, found, ctx, DEEDS, reading.waiting, mark=mark))
        return _other(incoming, who, who.staff, ctx)
    except Unclear as unclear:
        return says(unclear.say, *unclear.choices)
    except Refused as refused:
        return says(refused.say)


def _wrong(wrong: WrongCommand) -> Outcome:
    fix = wrong.fix
    return says(wrong.say, Choice(fix, fix)) if fix is not None and len(fix) <= LONGEST_TAP else says(wrong.say)


def _known(roles: Sequence[Role]) -> tuple[Spec, ...]:
    """Returns the commands that one of the roles may give somewhere."""
    return tuple(row for row in SPEC if permissions.knows(roles, row.verb))


def _help(staff: Staff, ctx: Context) -> Outcome:
    return says(wording.help_all(_known(absence.roles(ctx.directory, staff, ctx.now))), Choice("待办", "待办"))


def _other(incoming: Incoming, who: Who, staff: Staff, ctx: Context) -> Outcome:
    """Handle everything an official may send that is not words."""
    match incoming.body:
        case Media() as media:
            return _keep(media, who, ctx)
        case Location() | Link():
            return says(wording.PUT_IN_WORDS)
        case Follow():
            return _help(staff, ctx)
        case Click(key=key):
            words = MENU_SAYS.get(key, "")
            if words in {"", "帮助"}:
                return _help(staff, ctx)
            return says(wording.CITIZENS_MENU, Choice(f"市民 {words}", f"市民 {words}"), Choice("待办", "待办"))
        case _:
            return Outcome()


def _keep(media: Media, who: Who, ctx: Context) -> Outcome:
    """Keep a file for the next command that takes pictures. It is fetched at once, because the platform deletes it
    soon.
    """
    pieces = who.talk.pieces
    if len(pieces) >= MOST_PIECES:
        return says(wording.too_many_pieces(MOST_PIECES))
    piece = Piece(ctx.fresh.id(), media.kind, media.media_id)
    return Outcome(
        reply=Reply(wording.piece_kept(len(pieces) + 1)),
        talk=replace(who.talk, pieces=(*pieces, piece)),
        media=(MediaWanted.of(media, piece.id, who.person.id, None),),
    )
