"""The tracking page's buttons: the same deeds as the words, on exactly one ticket, asked for by whoever holds its link.

The page has checked what it must (the token, a confirmation); the chat's memory is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from handlers.citizen import choose_ticket, followup, rating, wording
from handlers.citizen.turn import Turn, say
from handlers.messages import PageAction, PageVerb
from handlers.outcome import Outcome
from handlers.tickets.events.clock import Urged
from handlers.tickets.ticket import Ticket

_SCORE = re.compile(r"\s*([1-5])(?!\d)((?:\|[^|\s]{1,12})*)\s*")


def graded(score: str, opinions: Iterable[str], words: str) -> str:
    """What the rating's form says, as the text of its action: a grade, what was chosen besides, words."""
    return "".join((score, *(f"|{each}" for each in opinions if each), " ", words)).strip()


def on_action(turn: Turn, action: PageAction) -> Outcome:
    """One button. Raises Refused when the ticket is past it."""
    ticket = turn.found.by_id.get(action.ticket_id)
    if ticket is None:
        return say(choose_ticket.NOT_OPEN)
    outcome = _VERBS[action.verb](turn, ticket, action.text.strip())
    return replace(outcome, talk=None)


def _supplement(turn: Turn, ticket: Ticket, text: str) -> Outcome:
    return followup.supplement(turn, ticket, text) if text else say(wording.EMPTY_SUPPLEMENT)


def _urge(turn: Turn, ticket: Ticket, text: str) -> Outcome:
    outcome = followup.happen(turn, ticket, Urged(text))
    urged = outcome.tickets[0]
    return followup.told(outcome, followup.urged_words(urged, turn.ctx.directory.name(urged.unit_id), turn.now))


def _rate(turn: Turn, ticket: Ticket, text: str) -> Outcome:
    score = _SCORE.match(text)
    if score is None:
        return say(rating.ask_grade(ticket))
    opinions = tuple(rating.SAYS[words] for words in score[2].split("|") if words in rating.SAYS)
    return rating.rate_whole(turn, ticket, int(score[1]), text[score.end() :], opinions)


_VERBS: dict[PageVerb, Callable[[Turn, Ticket, str], Outcome]] = {
    PageVerb.SUPPLEMENT: _supplement,
    PageVerb.URGE: _urge,
    PageVerb.WITHDRAW: followup.withdraw,
    PageVerb.RATE: _rate,
}
