"""Commands of those above a 整改's lead unit: 验收, 退改, 纳入, 撤项."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from handlers.errors import Refused
from handlers.items import events
from handlers.items.lifecycle import apply, may_tell
from handlers.official.changing import wait
from handlers.official.command import OWN, Argument, Asks, Group, ItemCommand, Slot, Spec
from handlers.official.rectification import opening, wording
from handlers.official.rectification.changing import (
    Scope,
    Side,
    checked,
    done,
    item_change,
    named,
    said_of,
    shown_to_all,
)
from handlers.official.rectification.opening import LEDGER, SOURCE
from handlers.official.rectification.working import ITEM
from handlers.official.scene import Asker, Deed, Scene
from handlers.outcome import Outcome, Reply
from handlers.queries import Needs
from handlers.rectification import covering, dates

EVERYWHERE = "全部答复"
"""Begins the opinion of whoever wants tickets on other desks answered too."""


class SignOff(ItemCommand, frozen=True):
    """验收."""

    name: ClassVar[str] = "验收"
    text: str


def _sign_off(command: SignOff, scope: Scope, scene: Scene) -> Outcome:
    everywhere = command.text.startswith(EVERYWHERE)
    verdict = command.text.removeprefix(EVERYWHERE).strip(" ，,。:：") or "同意销号"
    change = apply(scope.item, events.SignedOff(shown_to_all(verdict, scope.item, scene)), scene.actor, scene.now)
    end = covering.conclude(change, scope.tickets, scene.ctx, everywhere)
    if not scene.confirmed:
        return wait(scene, command, wording.ask_sign(scope.item, end.answered, end.left))
    outcome = covering.with_item(change, end.outcome, scene.ctx)
    return said_of(outcome, scene, wording.signed(change.item, end.answered, end.left))


SIGN_OFF = item_change(
    Spec(
        SignOff,
        Group.RECTIFY,
        (ITEM, Argument("text", Slot.TEXT, "意见")),
        "验收销号：答复所有涉及的市民并请他们评价。意见以「全部答复」开头，别的单位桌上的也一并答复",
        "验收 Z26003 现场看过，路灯全部点亮，同意销号",
        LEDGER,
        ("验收通过", "销号"),
        Asks.ALWAYS,
    ),
    Side.SIGNS,
    events.SignedOff,
    _sign_off,
)


class SendBack(ItemCommand, frozen=True):
    """退改."""

    name: ClassVar[str] = "退改"
    text: str


def _send_back(command: SendBack, scope: Scope, scene: Scene) -> Outcome:
    item = scope.item
    again = dates.within(scene.now, dates.AGAIN, scene.ctx.terms_for(item.unit_id))
    what = events.SentBack(shown_to_all(command.text, item, scene), again, may_tell(item, scene.now))
    change = apply(item, what, scene.actor, scene.now)
    return done(change, scope, scene, wording.sent_back(change.item, scene.directory.name(item.unit_id)))


SEND_BACK = item_change(
    Spec(
        SendBack,
        Group.RECTIFY,
        (ITEM, Argument("text", Slot.TEXT, "原因")),
        "验收没通过，退回去再改，原因市民看得到",
        "退改 Z26003 东头两根灯杆夜里还不亮",
        LEDGER,
        ("验收不通过", "退回整改"),
    ),
    Side.SIGNS,
    events.SentBack,
    _send_back,
)


class Cover(ItemCommand, frozen=True):
    """纳入: more tickets, named as for 立项."""

    name: ClassVar[str] = "纳入"
    source: str


def _cover_needs(command: Cover, asker: Asker) -> Needs:
    return opening.needs(command.source) | named(command.item, asker, everywhere=True)


def _cover(command: Cover, scene: Scene) -> Outcome:
    """More tickets for an item that runs."""
    item = checked(command, Side.ABOVE, events.Covered, scene)
    issue, tickets = opening.named_tickets(command.source, scene)
    if tickets is None:
        return opening.more(command.source, issue)
    tickets = opening.free(tickets, item.unit_id, scene)[: max(0, covering.MOST - len(item.tickets))]
    if not tickets:
        raise Refused(wording.NOTHING_NEW)
    what = events.Covered(tuple(ticket.id for ticket in tickets), covering.people(tickets))
    change = apply(item, what, scene.actor, scene.now)
    said = wording.covered(change.item, len(tickets))
    return replace(covering.of(change, tickets, scene.ctx), reply=Reply(said), talk=replace(scene.talk, order=None))


COVER = Deed[Cover](
    Spec(
        Cover,
        Group.RECTIFY,
        (ITEM, SOURCE),
        "把同一件事的更多工单纳入整改；热点里新来的会自动纳入",
        "纳入 Z26003 {number}",
        OWN,
        ("纳入整改",),
    ),
    _cover_needs,
    _cover,
)


class Drop(ItemCommand, frozen=True):
    """撤项."""

    name: ClassVar[str] = "撤项"
    text: str


def _drop(command: Drop, scope: Scope, scene: Scene) -> Outcome:
    if not scene.confirmed:
        return wait(scene, command, wording.ask_drop(scope.item))
    change = apply(scope.item, events.Dropped(shown_to_all(command.text, scope.item, scene)), scene.actor, scene.now)
    return done(change, scope, scene, wording.dropped(change.item))


DROP = item_change(
    Spec(
        Drop,
        Group.RECTIFY,
        (ITEM, Argument("text", Slot.TEXT, "原因")),
        "不再作为整改，原因市民看得到；所涉工单照常办理",
        "撤项 Z26003 和另一项重复，并到那一项",
        OWN,
        ("撤销整改",),
        Asks.ALWAYS,
    ),
    Side.ABOVE,
    events.Dropped,
    _drop,
)

DECIDING = (SIGN_OFF, SEND_BACK, COVER, DROP)
