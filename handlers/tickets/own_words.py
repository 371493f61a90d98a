"""The citizen's own words in an event: what is searched for accusations and for what must be sealed."""

from __future__ import annotations

from handlers.tickets.events import Happening
from handlers.tickets.events.clock import Urged
from handlers.tickets.events.grades import LookedBack, OpinionGiven, Rated
from handlers.tickets.events.work import Filed, Reopened, Supplemented, Withdrawn


def own_words(what: Happening) -> str:
    """The citizen's own words in this step; "" where there are none."""
    match what:
        case Filed(text=text) | Supplemented(text=text):
            return text
        case Urged(words=words) | Rated(words=words) | OpinionGiven(words=words) | LookedBack(words=words):
            return words
        case Reopened(reason=reason) | Withdrawn(reason=reason):
            return reason
        case _:
            return ""
