"""Facts from which the text of a push is written: the ticket, the event, units and links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from handlers.directory.directory import Directory
from handlers.tickets import wording
from handlers.tickets.events import Event
from handlers.tickets.ticket import Ticket

TEXT_LENGTH = 200


class Facts(Struct, frozen=True):
    """What a push may speak of."""

    ticket: Ticket
    before: Ticket | None
    event: Event
    directory: Directory
    link: str
    """The citizen's page. Never sent to anybody else."""

    @property
    def desk(self) -> str:
        """Name of the unit whose desk the ticket is on."""
        return self.directory.name(self.ticket.unit_id)

    @property
    def by_unit(self) -> str:
        """Name of the unit that did it, or of the desk when no official did."""
        unit_id = self.event.actor.unit_id
        return self.directory.name(unit_id) if unit_id else self.desk

    @property
    def reply_by(self) -> str:
        """The promised date in words that stay true however late the push is read: never 明天."""
        return wording.moment(self.ticket.promise.reply_by)

    @property
    def accept_by(self) -> str:
        """The date of acceptance in words."""
        return wording.moment(self.ticket.promise.accept_by)

    @property
    def late(self) -> bool:
        """Whether the promised date had passed when it happened."""
        return self.event.at > self.ticket.promise.reply_by


Letter = Callable[[Facts, Any], str]
"""Returns the push's text from the facts and the event."""
