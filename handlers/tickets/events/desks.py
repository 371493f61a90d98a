"""Whose desk a ticket is on, who helps there and who looks at it: 转办, 退回, 裁定, 回避, 协办, 督办, 改类."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from handlers.errors import Refused
from handlers.tickets import letters, masking, wording
from handlers.tickets.events.base import NOT_STRANGERS, ONLY_STAFF, Actor, By, Facts, Names, TicketEvent
from handlers.tickets.ticket import State, Ticket


class Transferred(TicketEvent, frozen=True, tag="transferred"):
    """转办: another unit's desk now."""

    verb = "转办"
    heading = "转办"

    unit_id: str
    reason: str = ""

    def check(self, ticket: Ticket, at: datetime) -> None:
        if ticket.chase.rule_by is not None:
            raise Refused(f"这件事已经退回 {ticket.returns} 次，正在等裁定归谁办，不能再转办。裁定之后马上有单位接手。")
        if self.unit_id == ticket.unit_id:
            raise Refused("这件事已经在这个单位了，请换一个单位。")

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(
            ticket.change_desk(at),
            state=State.TRANSFERRED,
            since=at,
            unit_id=self.unit_id,
            reason=self.reason,
            transfers=ticket.transfers + 1,
            co_units=tuple(unit for unit in ticket.co_units if unit != self.unit_id),
        )

    def detail(self, name: Names) -> str:
        return f"转到{name(self.unit_id)}{wording.told(self.reason)}"

    def for_strangers(self, name: Names) -> str:
        return f"到{name(self.unit_id)}"

    def for_followers(self, by: By) -> Transferred:
        return replace(self, reason=masking.for_followers(self.reason))

    def to_citizen(self, facts: Facts) -> str:
        reason = f"原因：{wording.clause(self.reason)}。" if self.reason else ""
        return f"{letters.yours(facts)}已转给{facts.desk}办理。{reason}{letters.still_by(facts)}{letters.see(facts)}"

    def to_desk(self, facts: Facts) -> str:
        reason = wording.told(wording.clause(self.reason))
        return f"转来工单 {facts.ticket.number}{reason}\n{letters.brief(facts)}\n{letters.due(facts)}\n{letters.how(facts)}"

    def to_previous(self, facts: Facts) -> str:
        """To the previous desk: nothing to do any more."""
        return f"{letters.case(facts)}已由{facts.by_unit}转给{facts.desk}，你们这边不用再办。"


class Returned(TicketEvent, frozen=True, tag="returned"):
    """退回: the unit says it is not theirs."""

    verb = "退回"
    heading = "退回"

    unit_id: str
    """The dispatcher's desk, on which it is again."""
    reason: str
    rule_by: datetime | None = None
    """An arbiter decides by then whose it is, since it came back so often; None for not so often."""

    def check(self, ticket: Ticket, at: datetime) -> None:
        if ticket.chase.ruled:
            raise Refused("这件事已经裁定归现在的单位办，不能再退回。有异议请找裁定的上级。")

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(
            ticket.change_desk(at),
            state=State.RETURNED,
            unit_id=self.unit_id,
            reason=self.reason,
            returns=ticket.returns + 1,
            chase=replace(ticket.chase, rule_by=self.rule_by, rule_reminded=False),
        )

    def detail(self, name: Names) -> str:
        return f"回到{name(self.unit_id)}{wording.told(self.reason)}"

    def for_strangers(self, name: Names) -> str:
        return f"到{name(self.unit_id)}"

    def for_followers(self, by: By) -> Returned:
        return replace(self, reason=masking.for_followers(self.reason))

    def to_citizen(self, facts: Facts) -> str:
        """To the citizen: an honest word that it bounced."""
        return (
            f"{letters.yours(facts)}被{facts.by_unit}退回，原因：{wording.clause(self.reason)}。"
            f"{facts.desk}会重新分派。{letters.still_by(facts)}{letters.see(facts)}"
        )

    def to_desk(self, facts: Facts) -> str:
        times = f"（第 {facts.ticket.returns} 次）" if facts.ticket.returns > 1 else ""
        number = facts.ticket.number
        asked = f"请转办：转办 {number} 单位。{letters.owed(facts)}"
        if self.rule_by is not None:
            by = wording.moment(self.rule_by)
            asked = f"退回太多次，先要裁定归谁办（督办员，没有督办员的由派单台），{by} 前：裁定 {number} 单位 理由"
        return f"{facts.by_unit}退回 {letters.case(facts)}{times}，原因：{wording.clause(self.reason)}。\n{letters.brief(facts)}\n{asked}"

    def to_above(self, facts: Facts) -> str:
        """To the arbiter: it came back so often that somebody must say whose it is."""
        by = wording.moment(facts.ticket.chase.rule_by) if facts.ticket.chase.rule_by else "今天"
        return (
            f"{letters.case(facts)}已被退回 {facts.ticket.returns} 次，请您在 {by} 前裁定归谁办。\n"
            f"回复：裁定 {facts.ticket.number} 单位 理由"
        )


class Ruled(TicketEvent, frozen=True, tag="ruled"):
    """裁定: an arbiter says whose it is; it cannot be returned again."""

    verb = "裁定"
    heading = "裁定"

    unit_id: str
    reason: str

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(
            ticket.change_desk(at),
            state=State.TRANSFERRED,
            unit_id=self.unit_id,
            reason=self.reason,
            chase=replace(ticket.chase, rule_by=None, ruled=True),
        )

    def detail(self, name: Names) -> str:
        return f"归{name(self.unit_id)}办{wording.told(self.reason)}"

    def for_followers(self, by: By) -> Ruled:
        return replace(self, reason=masking.for_followers(self.reason))

    def to_citizen(self, facts: Facts) -> str:
        return f"{letters.yours(facts)}由{facts.by_unit}裁定归{facts.desk}办，原因：{wording.clause(self.reason)}。不会再被退回。{letters.see(facts)}"

    def to_desk(self, facts: Facts) -> str:
        return f"{letters.case(facts)}经{facts.by_unit}裁定归{facts.desk}办：{wording.clause(self.reason)}。不能再退回。{letters.due(facts)}"

    def to_previous(self, facts: Facts) -> str:
        return f"{letters.case(facts)}已裁定归{facts.desk}办：{wording.clause(self.reason)}。"


class Recused(TicketEvent, frozen=True, tag="recused"):
    """回避: words that the citizen added accuse units, which keep away from now on."""

    verb = "回避"
    heading = "回避"
    seen_by = NOT_STRANGERS

    units: tuple[str, ...]
    """Those that are accused."""
    unit_id: str | None = None
    """The desk it is on now; None where it stays."""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        accused = tuple(dict.fromkeys((*(ticket.accused or ()), *self.units)))
        if self.unit_id is None or self.unit_id == ticket.unit_id:
            return replace(ticket, accused=accused)
        return replace(ticket.change_desk(at), accused=accused, unit_id=self.unit_id)

    def detail(self, name: Names) -> str:
        return f"改由{name(self.unit_id)}办理" if self.unit_id else ""

    def for_followers(self, by: By) -> Recused | None:
        return Recused((), self.unit_id) if self.unit_id is not None else None

    def to_citizen(self, facts: Facts) -> str:
        return f"{letters.yours(facts)}：您补充的情况涉及原来的承办单位，按回避规定改由{facts.desk}办理，原单位看不到了。{letters.still_by(facts)}{letters.see(facts)}"

    def to_desk(self, facts: Facts) -> str:
        """To the desk that has it now, since the one before is accused."""
        return f"回避转来 {facts.ticket.number}：反映的是原承办单位，请不要转给它和它的下级。\n{letters.brief(facts)}\n{letters.due(facts)}\n{letters.how(facts)}"


class Reclassified(TicketEvent, frozen=True, tag="reclassified"):
    """改类: an official corrected the category. Desk and promise stay as they are."""

    verb = "改类"
    heading = "改类别"
    seen_by = NOT_STRANGERS
    read_by = NOT_STRANGERS

    category: str
    before: str = ""

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, category=self.category, subcategory=None)

    def detail(self, name: Names) -> str:
        return f"类别改为{self.category}"


class CoHandled(TicketEvent, frozen=True, tag="co_handled"):
    """协办: another unit helps; the desk stays where it is."""

    verb = "协办"
    heading = "协办"

    unit_id: str

    def check(self, ticket: Ticket, at: datetime) -> None:
        if self.unit_id == ticket.unit_id:
            raise Refused("这个单位就是主办单位，不用再协办。")
        if self.unit_id in ticket.co_units:
            raise Refused("这个单位已经在协办了。")

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, co_units=(*ticket.co_units, self.unit_id))

    def detail(self, name: Names) -> str:
        return f"{name(self.unit_id)}一起办理"

    def for_strangers(self, name: Names) -> str:
        return self.detail(name)

    def for_followers(self, by: By) -> CoHandled:
        return self

    def to_citizen(self, facts: Facts) -> str:
        return f"{letters.yours(facts)}，{facts.directory.name(self.unit_id)}也来一起办理，仍由{facts.desk}答复您。{letters.see(facts)}"

    def to_desk(self, facts: Facts) -> str:
        return f"请协办 {facts.ticket.number}（主办：{facts.desk}）\n{letters.brief(facts)}\n{letters.owed(facts)}"


class Supervised(TicketEvent, frozen=True, tag="supervised"):
    """督办: a supervisor or leader looks at this one, with an opinion for the unit."""

    verb = "督办"
    heading = "督办"
    read_by = ONLY_STAFF

    opinion: str

    def fold(self, ticket: Ticket, at: datetime, actor: Actor) -> Ticket:
        return replace(ticket, supervised=True)

    def detail(self, name: Names) -> str:
        return self.opinion

    def for_followers(self, by: By) -> Supervised:
        return Supervised("")

    def to_desk(self, facts: Facts) -> str:
        return f"{facts.by_unit}督办 {letters.case(facts)}：{wording.clause(self.opinion)}\n{letters.due(facts)}"


Desks = Transferred | Returned | Ruled | Recused | Reclassified | CoHandled | Supervised
"""Every event of this file."""

SharedDesks = Transferred | Returned | Ruled | Recused | CoHandled | Supervised
"""Those of this file that followers learn of."""
