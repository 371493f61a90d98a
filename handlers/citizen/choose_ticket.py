"""Which ticket the person means: the one they number, else the one last spoken of, else the only one it can be.

A ticket that was merged leads to the one that goes on, for what goes on with the matter. To look at the merged one, to take
it back or to correct it means this very ticket: its own page says where the matter is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from handlers.citizen.talk import Asking
from handlers.citizen.turn import Turn, answering, tap
from handlers.citizen.words import DialogueWish, Request
from handlers.messages import PageAction, PageVerb, Text
from handlers.outcome import Outcome, Reply
from handlers.pushes import Choice
from handlers.queries import MINE_MOST, ByNumber, Found, Mine, Needs
from handlers.tickets import lifecycle, numbers
from handlers.tickets.events import By, Happening
from handlers.tickets.events.filing import Supplemented
from handlers.tickets.events.grades import Rated
from handlers.tickets.events.work import Reopened
from handlers.tickets.ticket import State, Ticket
from nlp.wishes import Wish

MOST_TAPS = 5
"""Tickets offered for a choice."""

ABOUT_ANSWERS = frozenset({Asking.RATING, Asking.REGRADE, Asking.REASON, Asking.OPINION})
"""Questions about the answer of one ticket: a grade said meanwhile is for that one."""

ONE_AT_A_TIME: dict[Wish | DialogueWish, str] = {
    Wish.WITHDRAW: "撤回",
    Wish.URGE: "催办",
    Wish.RATE: "评价",
    DialogueWish.REDO: "没解决",
    DialogueWish.ALONE: "单独办",
}
"""Wishes that change a ticket, with the command that a tap repeats."""

_NEWS_AT: dict[type[Happening] | None, Callable[[Ticket], datetime | None]] = {
    Reopened: lambda ticket: ticket.replied_at,
    Supplemented: lambda ticket: ticket.waiting_since if ticket.awaited else None,
}
"""When we last asked, of our own accord, for what the person now says."""


def settled(turn: Turn, said: Request) -> Request | Reply:
    """The wish with the number it is about: any number in the words that is one of the person's own tickets.

    A reply where several of theirs are named and one can be dealt with at a time.
    """
    mine = [number for number in said.mentions if _owned(turn, number)]
    if mine and (said.number is None or said.numberless is not None):
        said = replace(said.numberless or said, number=mine[0], mentions=said.mentions)
    if len(mine) > 1 and said.wish in ONE_AT_A_TIME and not said.rest:
        score = f" {said.score}" if said.score is not None else ""
        verb = ONE_AT_A_TIME[said.wish]
        tickets = [turn.found.by_number[number] for number in mine[:MOST_TAPS]]
        return Reply(ASK_ONE_AT_A_TIME, tuple(_choice(one, f"{verb} {one.number}{score}") for one in tickets))
    return said


def own(turn: Turn, said: Request, verb: str, what: type[Happening] | None = None) -> Ticket | Reply:
    """The person's own ticket for this wish, or the reply that says why there is none, or asks which.

    `verb` is the command that a tap repeats with a number; `what` tells which tickets it makes sense for.
    """
    if said.number is not None:
        return numbered(turn, said.number)
    fits = _fits(what)
    last = turn.last()
    others = [ticket for ticket in turn.found.mine if fits(ticket) and ticket != last]
    if last is not None and fits(last):
        rivals = others if _tapped_below_another(turn) else [one for one in others if _news(turn, one, what)]
        return _which((last, *rivals), verb) if rivals else last
    if len(others) == 1:
        return others[0]
    if others:
        return _which(others, verb)
    if last is not None:
        return last
    return turn.found.mine[0] if turn.found.mine else Reply(NO_TICKETS)


SPOKEN_LATELY = timedelta(minutes=30)
"""So long after a ticket was spoken of 公开 without a number means it."""


def to_show(turn: Turn, said: Request) -> Ticket | Reply | None:
    """The ticket that 公开, 不公开, 匿名 or 署名 is about; None where there is none, a reply where nobody can tell.

    Taps of the older program carry no number: they were shown once, with the person's first ticket.
    """
    if said.number is not None:
        return numbered(turn, said.number)
    asked = turn.questioned() if turn.talk.asking is Asking.SHOWING else None
    mine, last = turn.found.mine, turn.last()
    if asked is not None or len(mine) < 2:
        return asked or next(iter(mine), last)
    if turn.mark is not None and said.named is not None and said.public is not None and len(mine) < MINE_MOST:
        return min(mine, key=lambda ticket: (ticket.filed_at, ticket.id))
    lately = last is not None and turn.now - (turn.talk.spoken_at or last.filed_at) < SPOKEN_LATELY
    if last is not None and (lately or not said.public):
        return last
    if said.public is None:
        return None
    verb = "公开" if said.public else "不公开"
    return _which(tuple(mine)[:MOST_TAPS], verb)


def answered(turn: Turn, said: Request) -> Ticket | Reply:
    """The ticket for a rating: the one we asked about, else the only answer without a grade yet.

    With several of those nobody can tell which a grade is for, and we ask; to ask for a grade the newest will do. An answer
    that has its grade is never taken for meant where the person did not name it.
    """
    if said.number is not None:
        return numbered(turn, said.number)
    fits = _fits(Rated)
    asked = turn.questioned()
    if asked is not None and turn.talk.asking in ABOUT_ANSWERS and fits(asked):
        return asked
    graded = [ticket for ticket in turn.found.mine if fits(ticket) and ticket.rating is not None]
    waiting = sorted(
        (ticket for ticket in turn.found.mine if fits(ticket) and ticket.rating is None and ticket.replied_at),
        key=lambda ticket: ticket.replied_at or ticket.filed_at,
        reverse=True,
    )
    if said.again and graded:
        score = f" {said.score}" if said.score is not None else ""
        return graded[0] if len(graded) == 1 else _which(graded, "评价", score)
    last = turn.last()
    score = f" {said.score} {said.rest}".rstrip() if said.score is not None else ""
    if len(waiting) > 1 and (said.score is not None or last in waiting[1:]):
        return _which(waiting, "评价", score)
    if waiting:
        return waiting[0]
    if last is None or fits(last) or not graded:
        return last if last is not None else own(turn, said, "评价", Rated)
    return _which(graded, "评价", score)


def _which(tickets: Iterable[Ticket], verb: str, words: str = "") -> Reply:
    """Ask which of these is meant, one tap each."""
    taps = tuple(_choice(ticket, f"{verb} {ticket.number}{words}") for ticket in list(tickets)[:MOST_TAPS])
    return Reply(choose(verb), taps)


def _choice(ticket: Ticket, words: str) -> Choice:
    return tap(f"{ticket.number} {ticket.title}"[:30], words)


def _tapped_below_another(turn: Turn) -> bool:
    """Whether a line was tapped that names no ticket and stands below a message of which nothing is known any more."""
    return turn.mark is not None and (turn.mark == 0 or turn.mark != turn.talk.mark)


def _news(turn: Turn, ticket: Ticket, what: type[Happening] | None) -> bool:
    """Whether we told the person something of this ticket, which they may now speak of, since they spoke of their last one."""
    at = _NEWS_AT[what](ticket) if what in _NEWS_AT else None
    last = turn.last()
    since = turn.talk.spoken_at or (last.filed_at if last is not None else None)
    return at is not None and since is not None and at > since


def _owned(turn: Turn, number: str) -> bool:
    ticket = turn.found.by_number.get(number)
    return ticket is not None and turn.owns(ticket)


def numbered(turn: Turn, given: str) -> Ticket | Reply:
    """The person's own ticket of this number; one answer for unknown and for others'."""
    ticket = by_number(turn, given)
    if ticket is not None and turn.owns(ticket):
        return ticket
    return not_open(given)


def by_number(turn: Turn, given: str) -> Ticket | None:
    """Anybody's ticket of this number, if it was loaded."""
    found = numbers.find(given)
    return turn.found.by_number.get(found[0]) if found else None


def not_open(given: str) -> Reply:
    """What is said for a number that opens nothing: mistyped, unknown, or not theirs."""
    if not numbers.find(given) and numbers.mistyped(given):
        return Reply(mistyped(given), (tap("我的"),))
    return Reply(NOT_OPEN)


def _fits(what: type[Happening] | None) -> Callable[[Ticket], bool]:
    if what is None:
        return lambda _ticket: True
    return lambda ticket: lifecycle.can(ticket, what, By.CITIZEN)


_ITS_OWN = frozenset(
    {
        Wish.TRACK, Wish.LIST_MINE, Wish.WITHDRAW, Wish.CORRECT, Wish.JOIN,
        DialogueWish.LOOK_UP, DialogueWish.WHY, DialogueWish.SURE, DialogueWish.KEEP, DialogueWish.ALONE, DialogueWish.SHOW,
    }
)  # fmt: skip
"""Wishes that mean the merged ticket itself."""


class Led(Struct, frozen=True):
    """The turn with those who go on in the place of those who were merged; `instead` are the latter with the former."""

    turn: Turn
    instead: tuple[tuple[Ticket, Ticket], ...] = ()


def follow_mergers(turn: Turn) -> Led | Needs:
    """The same message about the tickets that go on; what must be loaded to tell which they are."""
    found = turn.found
    merged = [one for one in (*found.by_number.values(), *found.by_id.values()) if _is_merged(turn, one)]
    if not merged or _means_itself(turn):
        return Led(turn)
    instead = {one.id: survivor(one, found) for one in merged}
    missing = [one for one in merged if instead[one.id] is None]
    if missing and not found.again:
        onward: Needs = frozenset(ByNumber(one.merged_into) for one in missing if one.merged_into)
        return onward | {Mine(turn.person.id)}
    pairs = {one.id: (one, goes_on) for one in merged if (goes_on := instead[one.id]) is not None}
    new = found.instead({old.id: goes_on for old, goes_on in pairs.values()})
    return Led(replace(turn, found=new), tuple(pairs.values()))


def tell_of_merger(turn: Turn, led: Led, outcome: Outcome) -> Outcome:
    """The outcome with a word on where the matter is, for whoever spoke of a ticket by its own number or page."""
    body = turn.incoming.body
    ids: set[int] = set()
    if isinstance(body, Text):
        # Not those in between, which were only loaded to tell where it leads.
        written = numbers.find(body.text)
        ids = {ticket.id for number, ticket in turn.found.by_number.items() if number in written}
    elif isinstance(body, PageAction):
        ids = set(turn.found.by_id)
    words = [led_words(old.number, new.number) for old, new in led.instead if old.id in ids]
    return answering(outcome, before="\n".join(words)) if words else outcome


def survivor(ticket: Ticket, found: Found) -> Ticket | None:
    """The ticket that goes on, through any number of mergers; None when it is not here."""
    here = {one.number: one for one in _loaded(found)}
    passed = {ticket.number}
    while ticket.state is State.MERGED:
        onward = here.get(ticket.merged_into or "")
        if onward is None or onward.number in passed:
            return None
        passed.add(onward.number)
        ticket = onward
    return ticket


def _loaded(found: Found) -> Iterable[Ticket]:
    return (*found.mine, *found.by_number.values(), *found.by_id.values())


def _is_merged(turn: Turn, ticket: Ticket) -> bool:
    return ticket.state is State.MERGED and turn.owns(ticket)


def _means_itself(turn: Turn) -> bool:
    body = turn.incoming.body
    if isinstance(body, PageAction):
        return body.verb is PageVerb.WITHDRAW
    said = turn.said
    if said is None or not isinstance(body, Text):
        return False
    # An appeal of its own belongs to no ticket, and must not wait for one to be loaded.
    anew = said.wish is Wish.FILE and said.number is None and not said.mentions and turn.talk.asking is None
    asks = said.numberless or said
    return anew or said.wish in _ITS_OWN or asks.wish in _ITS_OWN


NO_TICKETS = "您还没有报过事。遇到什么事，直接用一句话告诉我，比如「建设路12号门口路灯坏了三天」。"
NOT_OPEN = "没查到。请核对编号和查询码，两样都要对，比如「查 26000015 123456」。"
"""One answer for a wrong code, a number that does not exist and one that is not theirs: nobody learns which."""
CODES_OVER = "查询码试错的次数太多了，请过一个小时再试。您自己报的，回复「我的」就能看，不用查询码。"


def mistyped(number: str) -> str:
    """A number whose check digit is wrong."""
    return f"「{number[:20]}」像是打错了一位，请对照一下。回「我的」可以看到您所有的编号。"


ASK_ONE_AT_A_TIME = "一次只能办一件，先办哪一件？点一下。"
"""Several numbers in one message that would change something."""


def choose(verb: str) -> str:
    """Several tickets, one is meant."""
    return f"您有好几件事，要{verb}哪一件？点一下。"


def led_words(number: str, onward: str) -> str:
    """Before what was done to the ticket that goes on, when the person spoke of the merged one."""
    return f"{number} 已经并到 {onward} 一起办，下面说的是 {onward}："
