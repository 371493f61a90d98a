"""One message of one person with everything that was loaded for it: what each step of the dialogue works on."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from handlers.citizen.talk import TALK_LASTS, Asking, CitizenTalk, Draft, Question, citizens
from handlers.citizen.words import Request
from handlers.context import Context
from handlers.directory.person import Person
from handlers.messages import Incoming, Text
from handlers.outcome import Outcome, Reply, Who
from handlers.pushes import Choice
from handlers.queries import Found
from handlers.talk import new_mark
from handlers.tickets.events import Actor, By
from handlers.tickets.ticket import Ticket


class Turn(Struct, frozen=True):
    """The message, who sent it, what was found for it, and what may be asked of the world.

    `lapsed` is the memory whose time was up with this message, for a word on what it had asked.
    """

    incoming: Incoming
    who: Who
    found: Found
    ctx: Context
    said: Request | None = None
    """The message's words, as they were read once; None for a message without words."""
    lapsed: CitizenTalk | None = None

    @property
    def now(self) -> datetime:
        """The time of this batch."""
        return self.ctx.now

    @property
    def person(self) -> Person:
        """Who writes."""
        return self.who.person

    @property
    def talk(self) -> CitizenTalk:
        """What we remember of them."""
        return citizens(self.who.talk)

    @property
    def actor(self) -> Actor:
        """The citizen as the doer of an event."""
        return Actor(By.CITIZEN, self.who.person.id, channel=self.incoming.channel)

    @property
    def mark(self) -> int | None:
        """The mark that a tapped line brought back; None for what was typed, spoken or sent."""
        body = self.incoming.body
        return body.mark if isinstance(body, Text) else None

    def last(self) -> Ticket | None:
        """The person's own ticket that was spoken of last, if it still exists."""
        return self._own(self.talk.ticket_id)

    def questioned(self) -> Ticket | None:
        """The person's own ticket that the open question is about."""
        return self._own(self.talk.about)

    def unplaced(self) -> Ticket | None:
        """The person's own urgent ticket whose place we still ask for; None once it has one, or nobody goes there any more."""
        return next(iter(self.all_unplaced()), None)

    def all_unplaced(self) -> tuple[Ticket, ...]:
        """All of those, the newest first."""
        talk = self.talk
        ids = talk.owed if talk.placeless is None else (talk.placeless, *talk.owed)
        tickets = (self._own(ticket_id) for ticket_id in dict.fromkeys(ids))
        return tuple(one for one in tickets if one is not None and one.place is None and one.closed_at is None)

    def _own(self, ticket_id: int | None) -> Ticket | None:
        ticket = self.found.by_id.get(ticket_id) if ticket_id is not None else None
        return ticket if ticket is not None and self.owns(ticket) else None

    def owns(self, ticket: Ticket) -> bool:
        """Whether the ticket is this person's."""
        return ticket.person_id == self.who.person.id

    def main_of(self, ticket: Ticket) -> Ticket | None:
        """The ticket that this one follows."""
        return self.found.mains.get(ticket.joined_to) if ticket.joined_to is not None else None

    def with_talk(self, talk: CitizenTalk) -> Turn:
        """The same turn on another memory."""
        return replace(self, who=replace(self.who, talk=talk))

    def talk_after(self, outcome: Outcome) -> CitizenTalk:
        """The memory as the outcome leaves it."""
        return self.talk if outcome.talk is None else citizens(outcome.talk)

    def kept(self, talk: CitizenTalk) -> CitizenTalk:
        """The memory with the time until which it waits: a while when something is unfinished, else for good."""
        unfinished = talk.draft or talk.pieces or talk.asking or talk.resting or talk.unplaced or talk.owed
        return replace(talk, until=self.now + TALK_LASTS if unfinished else None)

    def drafting(self, draft: Draft, asking: Asking, later: tuple[str, ...] = ()) -> CitizenTalk:
        """The memory of an unfinished appeal: what there is of it, what we ask for, what comes after it.

        An appeal keeps its mark while it is asked one thing after another.
        """
        draft = replace(draft, mark=draft.mark or new_mark(self.now))
        question = Question(draft.mark, at=self.now)
        talk = replace(self.talk, draft=draft, asking=asking, later=later, pieces=(), question=question)
        return self.kept(replace(talk, lacks=None, aside=False))

    def asking(
        self, asking: Asking | None, ticket_id: int | None = None, score: int | None = None, words: str = ""
    ) -> CitizenTalk:
        """The memory when something is asked about a ticket or of the person, or nothing any more.

        The question of an unfinished appeal waits meanwhile. A draft that holds nothing yet ("我要反映", and then a rating) has no
        question to keep: it is let go.
        """
        talk = self.talk if self.talk.begun else replace(self.talk, draft=None, later=(), lacks=None)
        own = self.talk.of_appeal if talk.draft is not None else None
        if ticket_id is not None:
            talk = self.spoken(talk, ticket_id)
        if asking is None:
            talk = replace(talk, asking=own, lacks=None, question=None, aside=own is not None)
            return self.kept(talk)
        question = Question(new_mark(self.now), ticket_id, self.now, score, words)
        return self.kept(replace(talk, asking=asking, lacks=own, question=question))

    def spoken(self, talk: CitizenTalk, ticket_id: int) -> CitizenTalk:
        """The memory that this ticket was spoken of last."""
        added_at = talk.added_at if ticket_id == talk.ticket_id else None
        return replace(talk, ticket_id=ticket_id, added_at=added_at, spoken_at=self.now)

    def about(self, ticket: Ticket) -> CitizenTalk:
        """The memory that this ticket was spoken of last, and nothing else."""
        return self.spoken(self.talk, ticket.id)

    def turned_to_appeal(self) -> Turn:
        """The same turn with the unfinished appeal's own question open, whatever was asked since."""
        talk = self.talk
        return self.with_talk(replace(talk, asking=talk.of_appeal, lacks=None, question=None, aside=False))


def say(text: str, *choices: Choice, talk: CitizenTalk | None = None, person: Person | None = None) -> Outcome:
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
    return replace(outcome, reply=replace(reply, text=text, choices=reply.choices + choices))


def remembering(outcome: Outcome, talk: CitizenTalk) -> Outcome:
    """The outcome, remembering `talk` unless it remembers something already."""
    return outcome if outcome.talk is not None else replace(outcome, talk=talk)
