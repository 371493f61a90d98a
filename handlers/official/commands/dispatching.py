"""Commands that decide who works on a ticket: 转办 to another unit, and 不予受理."""

from __future__ import annotations

from typing import ClassVar

from handlers.official import permissions
from handlers.official.changing import TicketChange, changes
from handlers.official.command import HOTLINE_RULES, NUMBER, UNIT, Argument, Asks, Group, Slot, Spec, TicketCommand
from handlers.official.scene import Scene, find_unit
from handlers.official.wording import case, line
from handlers.tickets.events import desks, work
from handlers.tickets.ticket import Ticket


class Transfer(TicketCommand, frozen=True):
    """转办: to another unit's desk."""

    name: ClassVar[str] = "转办"
    unit: str
    reason: str = ""


def _transfer(command: Transfer, ticket: Ticket, scene: Scene) -> desks.Transferred:
    again = f"转办 {ticket.number} {{unit}} {command.reason}".rstrip()
    unit = find_unit(scene, command.unit, again)
    # First whether the unit may have it at all: nobody is advised to have it sent to whom it accuses.
    scene.check_may_have(ticket, unit)
    permissions.check_may_send(scene.directory, scene.staff, unit, scene.roles)
    return desks.Transferred(unit.id, command.reason)


def _ask_transfer(what: desks.Transferred, ticket: Ticket, scene: Scene) -> str:
    return f"要把 {case(ticket)}转出本县（区），交给{scene.directory.name(what.unit_id)}吗？{line('原因', what.reason)}"


TRANSFER = changes(
    Spec(
        Transfer,
        Group.DISPATCH,
        (NUMBER, UNIT, Argument("reason", Slot.TEXT, "原因", required=False)),
        "交给别的单位办；经办单位只能转给下属单位",
        "转办 {number} 城管局 占道经营归城管",
        HOTLINE_RULES,
        ("转办给", "转办到", "转给", "转到", "转交", "转派", "改派", "派单", "派给", "交办", "转"),
        Asks.OUT_OF_COUNTY,
    ),
    TicketChange[Transfer, desks.Transferred](
        desks.Transferred,
        _transfer,
        lambda what, ticket, scene: f"已把 {case(ticket)}转给{scene.directory.name(what.unit_id)}。",
        _ask_transfer,
    ),
)


class Refuse(TicketCommand, frozen=True):
    """不予受理: why, and where the citizen can go instead."""

    name: ClassVar[str] = "不予受理"
    reason: str
    instead: str = ""


def _ask_refuse(what: work.Refusal, ticket: Ticket, _scene: Scene) -> str:
    missing = "还没有写去处，最好补上，例如在后面加：去处：哪里可以办"
    return f"要对 {case(ticket)}不予受理吗？\n原因：{what.reason}\n" + (
        f"去处：{what.instead}" if what.instead else missing
    )


REFUSE = changes(
    Spec(
        Refuse,
        Group.DISPATCH,
        (
            NUMBER,
            Argument("reason", Slot.TEXT, "原因"),
            Argument("instead", Slot.INSTEAD, "去处：哪里可以办", required=False),
        ),
        "不在受理范围；请写明市民可以去哪里办",
        "不予受理 {number} 合同纠纷要由法院判断 去处：法院诉讼服务中心",
        HOTLINE_RULES,
        ("不受理", "拒绝受理", "不收"),
        Asks.ALWAYS,
    ),
    TicketChange[Refuse, work.Refusal](
        work.Refusal,
        lambda command, ticket, scene: work.Refusal(command.reason, command.instead),
        lambda what, ticket, scene: f"{case(ticket)}已不予受理，原因和去处会告诉市民。",
        _ask_refuse,
    ),
)

DISPATCHING = (TRANSFER, REFUSE)
