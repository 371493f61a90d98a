"""The officials' room: what a message of theirs needs, and what comes of it."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from handlers.citizen.menu import SAYS
from handlers.citizen.words import acts_on_ticket
from handlers.directory import absence
from handlers.directory.directory import Staff
from handlers.errors import Refused
from handlers.messages import Click, Follow, Incoming, Link, Location, Media, Text
from handlers.official import confirm, permissions, wording
from handlers.official.commands import account, figures, looking
from handlers.official.commands.types import (
    Bind,
    Cancel,
    Command,
    Confirm,
    Help,
    Hot,
    Merge,
    More,
    Rank,
    Return,
    SendAnyway,
    Settle,
    Show,
    Stats,
    TicketCommand,
    Todo,
    Undo,
    Why,
)
from handlers.official.grammar import WrongCommand, parse, read_binding
from handlers.official.permissions import known_to
from handlers.official.rectification import working
from handlers.official.rectification.types import RectificationCommand
from handlers.official.scene import Scene, Unclear, says
from handlers.official.spec import BY_WORD
from handlers.outcome import NOTHING, Context, Found, MediaWanted, Needs, Outcome, Reply, Who
from handlers.pushes import Choice
from handlers.rankings import periods
from handlers.talk import Piece, Undoable
from handlers.tickets import lifecycle
from handlers.tickets.numbers import is_number

MOST_PIECES = 9
"""Files kept for the next 现场, 答复 or 备注: as many as the platform lets one choose at once."""
LONGEST_TAP = 60
"""A corrected command longer than this is not offered as a tap: the person has it on the screen anyway."""

_STAFF_WORDS = frozenset({"待办", "统计", "排行", "解绑"})
"""What an official types first who is bound no more: told so, instead of being asked where it happened."""

_TALK_WORDS = Confirm | Cancel | More | Undo | Help
"""Words that mean something in a citizen's talk too."""


def is_staffs(incoming: Incoming) -> bool:
    """Whether somebody who is no official shows a binding code, or uses a word that only means something to officials."""
    if not isinstance(incoming.body, Text):
        return False
    return incoming.body.text.strip() in _STAFF_WORDS or read_binding(incoming.body.text) is not None


def is_command(incoming: Incoming, in_own_words: bool = True) -> bool:
    """Whether an official in the middle of a talk as a citizen gives a command all the same, beyond doubt.

    `in_own_words`: they were asked for something that only they can put in words, which may begin like a command
    ("现场没有人管"); otherwise the question takes a tap, and any whole command is one.
    """
    command = _command(incoming)
    if command is None or isinstance(command, WrongCommand | _TALK_WORDS):
        return False
    if not isinstance(command, TicketCommand) or command.number is not None or not in_own_words:
        return True
    return isinstance(incoming.body, Text) and incoming.body.text.strip() in BY_WORD


def answers_last(incoming: Incoming, who: Who, since: datetime | None) -> bool:
    """Whether an official in the middle of a talk as a citizen answers what the desk asked, or takes back what it did.

    They name it, they tapped below it, or it was asked after `since`, when the talk asked its own question.
    """
    command = _command(incoming)
    talk, body = who.talk, incoming.body
    if not isinstance(body, Text) or not isinstance(command, Confirm | Cancel | SendAnyway | Undo):
        return False
    waits = talk.undoable if isinstance(command, Undo) else talk.order
    if waits is None or incoming.received_at > waits.until:
        return False
    if not isinstance(command, SendAnyway) and command.which is not None:
        about = waits.number if isinstance(waits, Undoable) else confirm.subject(waits)
        return command.which == about
    if body.mark:
        return body.mark == waits.mark
    asked_at = waits.until - (lifecycle.UNDO_WITHIN if isinstance(waits, Undoable) else confirm.CONFIRM_WITHIN)
    return since is None or asked_at > since


def is_citizens(incoming: Incoming) -> bool:
    """Whether the words are no command of the desk's, and ask something of a numbered ticket as a citizen does."""
    if not isinstance(incoming.body, Text):
        return False
    command = _command(incoming)
    text = incoming.body.text
    foreign = isinstance(command, WrongCommand) or (isinstance(command, Undo) and "撤回" in text)
    return foreign and acts_on_ticket(text)


def needs(incoming: Incoming, who: Who, ctx: Context) -> Needs:
    """What must be loaded to carry out this message. `ctx` for the directory and the hash of a binding code."""
    command = _command(incoming)
    if isinstance(command, Bind):
        return Needs(invite=ctx.hash_invite(command.code))
    if isinstance(command, Confirm | SendAnyway) and who.talk.order is not None:
        command = parse(who.talk.order.words)
    if command is None or isinstance(command, WrongCommand) or who.staff is None:
        return NOTHING
    return _needs(command, who, who.staff, ctx)


def handle(incoming: Incoming, who: Who, found: Found, ctx: Context) -> Outcome:
    """What this message changes and how it is answered; raises nothing that a person could cause."""
    command = _command(incoming)
    try:
        if who.staff is None:
            return account.bind(who, found, ctx) if isinstance(command, Bind) else says(wording.NOT_STAFF)
        if isinstance(command, WrongCommand):
            return _wrong(command)
        if command is not None:
            mark = incoming.body.mark if isinstance(incoming.body, Text) else None
            return confirm.run(command, Scene(who.staff, who, found, ctx, mark=mark))
        return _other(incoming, who, who.staff, ctx)
    except Unclear as unclear:
        return says(unclear.say, *unclear.choices)
    except Refused as refused:
        return says(refused.say)


def _command(incoming: Incoming) -> Command | WrongCommand | None:
    """The words of the message as a command; None for what is not words."""
    return parse(incoming.body.text) if isinstance(incoming.body, Text) else None


def _needs(command: Command, who: Who, staff: Staff, ctx: Context) -> Needs:
    if isinstance(command, RectificationCommand):
        return working.needs(command, staff, absence.roles(ctx.directory, staff, ctx.now))
    match command:
        case Todo() | More():
            desks = looking.desks(staff, ctx.directory, ctx.now)
            signs = not permissions.ABOVE.isdisjoint(absence.roles(ctx.directory, staff, ctx.now))
            return Needs(desk=desks, items_of=frozenset({staff.unit_id}), running=signs)
        case Stats(period=words):
            return Needs(figures=figures.stats_of(staff, ctx.directory, ctx.now), period=periods.read(words, ctx.now))
        case Rank(period=words):
            return Needs(figures=figures.ranked_beside(staff, ctx.directory), period=periods.read(words, ctx.now))
        case Hot():
            return Needs(hot=True, running=True)
        case Undo():
            last = who.talk.undoable
            if last is None:
                return NOTHING
            both = {last.ticket_id} if last.with_id is None else {last.ticket_id, last.with_id}
            return Needs(ids=frozenset(both), history=True)
        case _:
            return _needs_ticket(command, who) if isinstance(command, TicketCommand) else NOTHING


def _needs_ticket(command: TicketCommand, who: Who) -> Needs:
    named = [command.number, command.into] if isinstance(command, Merge) else [command.number]
    spoken_of = who.talk.ticket_id if command.number is None else None
    return Needs(
        numbers=frozenset(number for number in named if number is not None and is_number(number)),
        ids=frozenset() if spoken_of is None else frozenset({spoken_of}),
        history=isinstance(command, Show | Why | Return | Settle),
    )


def _wrong(wrong: WrongCommand) -> Outcome:
    fix = wrong.fix
    return says(wrong.say, Choice(fix, fix)) if fix is not None and len(fix) <= LONGEST_TAP else says(wrong.say)


def _other(incoming: Incoming, who: Who, staff: Staff, ctx: Context) -> Outcome:
    """Everything an official may send that is not words."""
    match incoming.body:
        case Media() as media:
            return _keep(media, who, ctx)
        case Location() | Link():
            return says(wording.PUT_IN_WORDS)
        case Follow():
            return says(
                wording.help_all(known_to(*absence.roles(ctx.directory, staff, ctx.now))), Choice("待办", "待办")
            )
        case Click(key=key):
            words = SAYS.get(key, "")
            if words in {"", "帮助"}:
                return says(
                    wording.help_all(known_to(*absence.roles(ctx.directory, staff, ctx.now))), Choice("待办", "待办")
                )
            return says(wording.CITIZENS_MENU, Choice(f"市民 {words}", f"市民 {words}"), Choice("待办", "待办"))
        case _:
            return Outcome()


def _keep(media: Media, who: Who, ctx: Context) -> Outcome:
    """Keeps a file for the next command that takes pictures; fetched at once, for the platform deletes it soon."""
    pieces = who.talk.pieces
    if len(pieces) >= MOST_PIECES:
        return says(wording.too_many_pieces(MOST_PIECES))
    piece = Piece(ctx.new_id(), media.kind, media.media_id)
    return Outcome(
        reply=Reply(wording.piece_kept(len(pieces) + 1)),
        talk=replace(who.talk, pieces=(*pieces, piece)),
        media=(MediaWanted.of(media, piece.id, who.person.id, None),),
    )
