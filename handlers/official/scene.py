"""What a use case is given: who commands, what was loaded, and the world's answers."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from handlers.directory import absence, accused, jurisdiction
from handlers.directory.directory import Directory, Role, Staff, Unit
from handlers.errors import Refused
from handlers.official import permissions, wording
from handlers.official.commands.types import Command
from handlers.outcome import Context, Found, Outcome, Reply, Who
from handlers.pushes import Choice
from handlers.talk import Talk
from handlers.tickets.events import Actor, By
from handlers.tickets.ticket import Ticket


class Unclear(Refused):
    """Refused, with taps that put it right."""

    def __init__(self, say: str, choices: tuple[Choice, ...]) -> None:
        super().__init__(say)
        self.choices = choices


class Question(Struct, frozen=True):
    """A command that waits for 确认, complete, and what is asked."""

    command: Command
    ask: str


class Scene(Struct, frozen=True):
    """One command of one official, about to be carried out. `confirmed`: they said 确认 to exactly this; `anyway`: why they
    send a reply unmended (照发). `mark`: that of the question below which they tapped, None for typed words (`messages.Text`).
    """

    staff: Staff
    who: Who
    found: Found
    ctx: Context
    confirmed: bool = False
    anyway: str = ""
    mark: int | None = None

    @property
    def now(self) -> datetime:
        """The time of this batch."""
        return self.ctx.now

    @property
    def directory(self) -> Directory:
        """All units and staff."""
        return self.ctx.directory

    @property
    def talk(self) -> Talk:
        """What we remember of this official."""
        return self.who.talk

    @property
    def actor(self) -> Actor:
        """The official as the log names them."""
        staff = self.staff
        name = absence.called(self.directory, staff, self.now)
        return Actor(By.STAFF, staff.id, name, staff.unit_id, self.who.person.channel)

    def accused(self, ticket: Ticket) -> tuple[str, ...]:
        """The units that the ticket accuses."""
        return accused.of(ticket, self.directory)

    def check_may_have(self, ticket: Ticket, unit: Unit) -> None:
        """Raise Refused when the unit must keep away from the ticket."""
        if jurisdiction.barred(self.directory, self.accused(ticket), unit.id):
            raise Refused(wording.keeps_away(ticket.number, unit.name))

    def sees(self, ticket: Ticket) -> bool:
        """Whether the ticket may be known to the official at all: it accuses neither their unit nor one above it."""
        return permissions.relation(self.directory, self.staff, ticket) is not permissions.Relation.ACCUSED

    def reads(self, ticket: Ticket) -> bool:
        """Whether the official may read the ticket."""
        return permissions.may_read(self.directory, self.staff, ticket, self.roles)

    @property
    def roles(self) -> tuple[Role, ...]:
        """What the official may act as now: the own role first, then those of whom they stand in for."""
        return absence.roles(self.directory, self.staff, self.now)


def says(text: str, *choices: Choice) -> Outcome:
    """An answer that changes nothing."""
    return Outcome(reply=Reply(text, choices))


def speaks_of(scene: Scene, ticket_id: int, text: str, *choices: Choice) -> Outcome:
    """An answer about a ticket, which is from now on the one spoken of."""
    return Outcome(reply=Reply(text, choices), talk=replace(scene.talk, ticket_id=ticket_id))
