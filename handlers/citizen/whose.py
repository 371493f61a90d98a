"""Words in answer to a question about one ticket that are perhaps about another."""

from __future__ import annotations

from handlers.citizen import intake, placing, wording_after
from handlers.citizen.safety import danger_in
from handlers.citizen.turn import Turn, say, tap
from handlers.citizen.words import Said
from handlers.outcome import Outcome
from handlers.pushes import Choice
from handlers.tickets.ticket import Ticket
from nlp.understand import OTHER
from nlp.wishes import Wish


def ask(turn: Turn, said: Said, ticket: Ticket, here: Choice) -> Outcome:
    """Words in answer to a question about a ticket that are perhaps another's: that, one of theirs that they name, or a new one."""
    rival = _rival(turn, said, ticket)
    there = () if rival is None else (tap(f"{rival.number}「{rival.title}」"[:30], f"补充 {rival.number} {said.text}"),)
    return say(wording_after.ask_whose_words(ticket), here, *there, tap("是另一件事", "另报 " + said.text))


def _rival(turn: Turn, said: Said, ticket: Ticket) -> Ticket | None:
    """Another of the person's open tickets that speaks of what these words name, where this one does not."""
    words = turn.ctx.understand(said.text).keywords
    if any(word in ticket.text for word in words):
        return None
    others = (one for one in turn.found.mine if one.id != ticket.id and one.closed_at is None)
    return next((one for one in others if any(word in one.text for word in words)), None)


def of_another_matter(turn: Turn, said: Said, ticket: Ticket) -> bool:
    """Whether words told in answer to a question about a ticket speak of another place, or surely of another subject."""
    if said.wish is not Wish.FILE or said.bare:
        return False
    if _rival(turn, said, ticket) is not None:
        return True
    if len(said.text) < placing.SHORTEST_MATTER:
        return False
    reading = turn.ctx.understand(said.text)
    if danger_in(reading) is not None or intake.elsewhere(reading, ticket):
        return True
    other = reading.category not in (OTHER, ticket.category) and reading.sure
    return other and not any(word in ticket.text for word in reading.keywords)
