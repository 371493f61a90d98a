"""进度, 我的, 查, 为什么是这天: where a ticket is, for its owner and for whoever has its number and query code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hmac import compare_digest

from msgspec.structs import replace

from handlers.citizen import choose_ticket, followup, wording
from handlers.citizen.choose_ticket import by_number, not_open, numbered
from handlers.citizen.turn import Turn, say, tap
from handlers.citizen.words import Request
from handlers.deadlines.explain import briefly
from handlers.deadlines.explain_steps import Inquiry
from handlers.outcome import CodeTry, Outcome, Reply
from handlers.pushes import Choice
from handlers.tickets import lifecycle
from handlers.tickets.events import By, Happening
from handlers.tickets.events.clock import Urged
from handlers.tickets.events.filing import Supplemented, Withdrawn
from handlers.tickets.events.grades import Rated
from handlers.tickets.events.work import Reopened
from handlers.tickets.ticket import Ticket
from handlers.tickets.wording import STATES, cut, progress
from handlers.tracking import timeline
from handlers.tracking.model import Audience

LISTED = 5
"""Tickets shown by 我的; the rest is on the page of each."""

_OFFERS: tuple[tuple[type[Happening], Callable[[Ticket], Choice]], ...] = (
    (Rated, lambda ticket: Choice("评一评", f"评价 {ticket.number}")),
    (Reopened, followup.redo_tap),
    (Supplemented, lambda ticket: Choice("补充", f"补充 {ticket.number}")),
    (Urged, lambda ticket: Choice("催一催", f"催办 {ticket.number}")),
    (Withdrawn, wording.withdraw_tap),
)
"""What can be done next, most likely first."""
_MOST_OFFERS = 3


def on_track(turn: Turn, said: Request) -> Outcome:
    """进度 [NO]: the ticket's timeline; without a number the one spoken of last, else the newest."""
    if said.number is not None:
        ticket = numbered(turn, said.number)
        return Outcome(reply=ticket) if isinstance(ticket, Reply) else shown(turn, ticket)
    last = turn.last()
    if last is not None:
        return shown(turn, last)
    return on_mine(turn, said) if turn.found.mine else say(choose_ticket.NO_TICKETS)


def on_look_up(turn: Turn, said: Request) -> Outcome:
    """查 NO CODE: anybody's ticket, without personal data, for whoever has both."""
    given = said.number or ""
    ticket = by_number(turn, given)
    if ticket is not None and turn.owns(ticket):
        return shown(turn, ticket)
    if said.code is not None and turn.incoming.barred:
        return say(choose_ticket.CODES_OVER)
    if ticket is None:
        return Outcome(reply=not_open(given), code=CodeTry.WRONG)
    if said.code is None:
        return say(choose_ticket.NOT_OPEN)
    if not compare_digest(said.code.encode(), ticket.code.encode()):
        return replace(say(choose_ticket.NOT_OPEN), code=CodeTry.WRONG)
    return replace(stranger(turn, ticket), code=CodeTry.RIGHT)


def on_why(turn: Turn, said: Request) -> Outcome:
    """为什么是这天 [NO]: what made the promised date, in short; the page has every step."""
    ticket = numbered(turn, said.number) if said.number is not None else turn.last()
    if isinstance(ticket, Reply):
        return Outcome(reply=ticket)
    if ticket is None:
        return on_mine(turn, said) if turn.found.mine else say(choose_ticket.NO_TICKETS)
    question = Inquiry(turn.now, Audience.CITIZEN, turn.ctx.terms, turn.ctx.directory.name)
    lines = briefly(ticket, turn.found.history.get(ticket.id, ()), question)
    return say(why_words(ticket, lines, turn.ctx.links.citizen(ticket.token)), talk=turn.about(ticket))


def on_mine(turn: Turn, _said: Request) -> Outcome:
    """我的: the newest tickets, one tap each."""
    mine = turn.found.mine
    if not mine:
        return say(choose_ticket.NO_TICKETS)
    rows = [(ticket, STATES[ticket.state]) for ticket in mine[:LISTED]]
    taps = (Choice(row(ticket, state), f"查 {ticket.number}") for ticket, state in rows)
    return say(listed(len(rows), len(mine)), *taps)


def shown(turn: Turn, ticket: Ticket) -> Outcome:
    """The owner's compact timeline, the link to the whole, and what they can do next."""
    history = turn.found.history.get(ticket.id, ())
    view = timeline.view(ticket, history, turn.ctx.directory, turn.now, Audience.CITIZEN, main=turn.main_of(ticket))
    text = progress(view) + "\n" + progress_link(turn.ctx.links.citizen(ticket.token))
    offers = [
        choice(ticket)
        for what, choice in _OFFERS
        if lifecycle.can(ticket, what, By.CITIZEN) and not (what is Rated and ticket.rating is not None)
    ]
    if ticket.awaited:
        offers = [Choice("现在补充", f"补充 {ticket.number}")]
    if ticket.merged_into:
        offers = [tap(f"看 {ticket.merged_into}", f"查 {ticket.merged_into}")]
    return say(text, *offers[:_MOST_OFFERS], talk=turn.about(ticket))


def stranger(turn: Turn, ticket: Ticket) -> Outcome:
    """The same for somebody else: no personal data, nothing to do, not remembered as theirs."""
    history = turn.found.history.get(ticket.id, ())
    view = timeline.view(ticket, history, turn.ctx.directory, turn.now, Audience.STRANGER, main=turn.main_of(ticket))
    return say(progress(view))


def listed(shown: int, total: int) -> str:
    """Above the person's own tickets, newest first, one tap each."""
    return f"您最近报的{shown}件事，点一件看进度：" if total > shown else "您报过的事，点一件看进度："


def row(ticket: Ticket, state: str) -> str:
    """One ticket in a list."""
    return f"{ticket.number} {cut(ticket.title, wording.ROW)} · {state}"


def why_words(ticket: Ticket, lines: Sequence[str], link: str) -> str:
    """Why the answer is due on that day: the lines of the explanation, and where the rest is."""
    steps = "\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1))
    return f"{ticket.number}「{ticket.title}」的答复时间是这么来的：\n{steps}\n每一步都在这里：{link}"


def progress_link(link: str) -> str:
    """Where the whole story is."""
    return f"详细过程和照片：{link}"
