"""Buttons under a push about a ticket. Each names its ticket, so that a late tap means no other."""

from __future__ import annotations

from handlers.pushes import Choice
from handlers.tickets.events.grades import Informed
from handlers.tickets.events.joining import Shared
from handlers.tickets.events.work import Closed, Replied
from handlers.tickets.states import ANSWERED
from handlers.tickets.ticket import Ticket
from handlers.tickets.wording import GRADES


def grades(ticket: Ticket) -> tuple[Choice, ...]:
    """The five grades, best first."""
    return tuple(grade(ticket, score) for score in GRADES)


def grade(ticket: Ticket, score: int) -> Choice:
    """One grade."""
    return Choice(GRADES[score], f"评价 {ticket.number} {score}")


def regrade(ticket: Ticket, score: int, words: str = "") -> tuple[Choice, ...]:
    """Whether an earlier grade shall be changed to this one."""
    more = f" {words}" if words else ""
    return (
        Choice(f"改成「{GRADES[score]}」", f"确认改评 {ticket.number} {score}{more}"),
        Choice("不改", f"不改评 {ticket.number}"),
    )


def back_to(ticket: Ticket, score: int) -> Choice:
    """The grade that was changed, once more."""
    return Choice(f"改回「{GRADES[score]}」", f"确认改评 {ticket.number} {score}")


def grades_at_closing(ticket: Ticket) -> tuple[Choice, ...]:
    """The grades for an answer that closed its ticket; who was asked at the answer before is asked once only."""
    return grades(ticket) if ticket.rating is None and ticket.replied_at == ticket.closed_at else ()


def grades_for_all(ticket: Ticket, what: Shared) -> tuple[Choice, ...]:
    """The grades for everybody who goes along, each for themselves, when that happened to the ticket they follow."""
    match what:
        case Replied():
            return grades(ticket)
        case Closed():
            return grades_at_closing(ticket)
        case Informed():
            return grades_at_the_end(ticket, what)
        case _:
            return ()


def grades_at_the_end(ticket: Ticket, what: Informed) -> tuple[Choice, ...]:
    """The grades once more when the 整改 is over, where there is an answer to grade."""
    return grades(ticket) if what.done and ticket.state in ANSWERED else ()


def well_or_not(ticket: Ticket) -> tuple[Choice, ...]:
    """回头看: whether all is still well."""
    return (Choice("一直好着", f"一直好着 {ticket.number}"), Choice("又坏了", f"又坏了 {ticket.number}"))
