"""One message of one person with everything that was loaded for it: what each step of the dialogue works on."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from handlers.citizen.talk import TALK_LASTS, Asking, Draft, Talk
from handlers.messages import Incoming
from handlers.outcome import Context, Found, Outcome, Reply, Who
from handlers.people import Person
from handlers.pushes import Choice
from handlers.tickets.events import Actor, By
from handlers.tickets.ticket import Ticket


class Turn(Struct, frozen=True):
    """The message, who sent it, what was found for it, and what may be asked of the world."""

    incoming: Incoming
    who: Who
    found: Found
    ctx: Context

    @property
    def now(self) -> datetime:
        """The time of this batch."""
        return self.ctx.now

    @property
    def person(self) -> Person:
        """Who writes."""
        return self.who.person

    @property
    def talk(self) -> Talk:
        """What we remember of them."""
        return self.who.talk

    @property
    def actor(self) -> Actor:
        """The citizen as the doer of an event."""
        return Actor(By.CITIZEN, self.who.person.id, channel=self.incoming.channel)

    def last(self) -> Ticket | None:
        """The person's own ticket that was spoken of last, if it still exists."""
        ticket_id = self.who.talk.ticket_id
        ticket = self.found.by_id.get(ticket_id) if ticket_id is not None else None
        return ticket if ticket is not None and self.owns(ticket) else None

    def owns(self, ticket: Ticket) -> bool:
        """Whether the ticket is this person's."""
        return ticket.person_id == self.who.person.id

    def main_of(self, ticket: Ticket) -> Ticket | None:
        """The ticket that this one follows."""
        return self.found.mains.get(ticket.joined_to) if ticket.joined_to is not None else None

    def with_talk(self, talk: Talk) -> Turn:
        """The same turn on another memory."""
        return replace(self, who=replace(self.who, talk=talk))

    def kept(self, talk: Talk) -> Talk:
        """The memory with the time until which it waits: a while when something is unfinished, else for good."""
        unfinished = talk.draft or talk.pieces or talk.asking or talk.resting
        return replace(talk, until=self.now + TALK_LASTS if unfinished else None)

    def drafting(self, draft: Draft, asking: Asking, later: tuple[str, ...] = ()) -> Talk:
        """The memory of an unfinished appeal: what there is of it, what we ask for, what comes after it."""
        return self.kept(replace(self.talk, draft=draft, asking=asking, later=later, pieces=()))

    def asking(self, asking: Asking | None, ticket_id: int | None = None) -> Talk:
        """The memory when something is asked about a ticket, or nothing any more. A draft's own question stays.

        A draft that holds nothing yet ("我要反映", and then a rating) has no question to keep: it is let go.
        """
        talk = self.talk if self.talk.begun else replace(self.talk, draft=None, later=())
        about = ticket_id if ticket_id is not None else talk.ticket_id
        added_at = talk.added_at if about == talk.ticket_id else None
        return self.kept(
            replace(talk, asking=talk.asking if talk.draft else asking, ticket_id=about, added_at=added_at)
        )

    def about(self, ticket: Ticket) -> Talk | None:
        """The memory that this ticket was spoken of last; None when it was already."""
        return None if self.talk.ticket_id == ticket.id else replace(self.talk, ticket_id=ticket.id, added_at=None)


def say(text: str, *choices: Choice, talk: Talk | None = None, person: Person | None = None) -> Outcome:
    """An outcome that only answers (and remembers)."""
    return Outcome(reply=Reply(text, choices), talk=talk, person=person)


def tap(label: str, words: str | None = None) -> Choice:
    """One tap; it says its own label unless told otherwise."""
    return Choice(label, label if words is None else words)


def answering(outcome: Outcome, before: str = "", after: str = "", choices: tuple[Choice, ...] = ()) -> Outcome:
    """The outcome with words put around its reply and taps added; nothing is added to silence."""
    reply = outcome.reply
    if reply is None:
        return outcome
    text = "\n".join(part for part in (before, reply.text, after) if part)
    return replace(outcome, reply=Reply(text, reply.choices + choices))


def remembering(outcome: Outcome, talk: Talk) -> Outcome:
    """The outcome, remembering `talk` unless it remembers something already."""
    return outcome if outcome.talk is not None else replace(outcome, talk=talk)
