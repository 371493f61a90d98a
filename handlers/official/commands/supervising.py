"""Command 督办: an opinion to the unit that works on a ticket."""

from __future__ import annotations

from typing import ClassVar

from handlers.official.changing import TicketChange, changes
from handlers.official.command import HOTLINE, NUMBER, Argument, Group, Slot, Spec, TicketCommand
from handlers.official.wording import case
from handlers.tickets.events import desks


class Supervise(TicketCommand, frozen=True):
    """督办: with an opinion for the unit."""

    name: ClassVar[str] = "督办"
    opinion: str


SUPERVISE = changes(
    Spec(
        Supervise,
        Group.SUPERVISE,
        (NUMBER, Argument("opinion", Slot.TEXT, "意见")),
        "督促承办单位，意见马上推送给他们",
        "督办 {number} 请今天内到现场并回话",
        HOTLINE,
        ("督查", "督促", "催办"),
    ),
    TicketChange[Supervise, desks.Supervised](
        desks.Supervised,
        lambda command, ticket, scene: desks.Supervised(command.opinion),
        lambda what, ticket, scene: f"已督办 {case(ticket)}，意见会推送给{scene.directory.name(ticket.unit_id)}。",
    ),
)

SUPERVISING = (SUPERVISE,)
