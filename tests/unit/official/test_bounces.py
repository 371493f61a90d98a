"""A bounce war: three units send one appeal back, an arbiter says whose it is, and nobody can send it back again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.directory.directory import Role
from handlers.tickets.events import By
from handlers.tickets.events.desks import Returned, Ruled
from handlers.tickets.ticket import State, Ticket
from handlers.tracking import timeline
from handlers.tracking.model import Audience
from tests.support.bureau import CITIZEN, Bureau, Desk


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def war(bureau: Bureau, ticket: Ticket, units: tuple[tuple[str, str], ...] = ()) -> Desk:
    """Every unit sends it back, the dispatcher sends it on; the dispatcher's chat."""
    dispatcher = bureau.official(Role.DISPATCHER, "dispatch", "小丁")
    units = units or (("roads", "城管局"), ("water", "水务局"), ("team", "城管执法中队"))
    for place, (unit, name) in enumerate(units):
        if place:
            dispatcher.say(f"转办 {ticket.number} {name}")
        handler = bureau.official(unit=unit, name=f"{name}的人")
        assert "已退回" in handler.say(f"退回 {ticket.number} 不归{name}管")
        bureau.later(hours=2)
    return dispatcher


def test_the_third_return_waits_for_an_arbiter_who_is_told(bureau: Bureau) -> None:
    supervisor = bureau.official(Role.SUPERVISOR, "county", "老督")
    ticket = bureau.ticket()
    dispatcher = war(bureau, ticket)
    stands = bureau.tickets[ticket.id]
    returned = bureau.events[ticket.id][-1].what
    assert isinstance(returned, Returned)
    assert (stands.state, stands.unit_id, stands.returns) == (State.RETURNED, "dispatch", 3)
    assert stands.chase.rule_by == returned.rule_by
    assert returned.rule_by is not None
    assert timedelta() < returned.rule_by - bureau.now < timedelta(days=2)
    told = [push.text for push in bureau.pushes if push.person_id == supervisor.id]
    assert any(f"裁定 {ticket.number} 单位 理由" in text for text in told)
    assert "等裁定" in dispatcher.say(f"转办 {ticket.number} 城管局")
    assert not dispatcher.changed
    assert "等裁定" in supervisor.say("待办").splitlines()[2]


def test_after_the_ruling_the_fourth_return_is_refused_with_the_ruling(bureau: Bureau) -> None:
    supervisor = bureau.official(Role.SUPERVISOR, "county", "老督")
    ticket = bureau.ticket()
    war(bureau, ticket)
    said = supervisor.say(f"裁定 {ticket.number} 城管局 路灯按三定方案归城管养护")
    assert "不能再退回" in said
    assert not supervisor.changed
    assert "归县城市管理局办" in supervisor.tap("确认")
    stands = bureau.tickets[ticket.id]
    assert isinstance(bureau.events[ticket.id][-1].what, Ruled)
    assert (stands.state, stands.unit_id, stands.chase.ruled) == (State.TRANSFERRED, "roads", True)
    assert any(push.person_id == CITIZEN and "裁定" in push.text for push in bureau.pushes)

    fourth = bureau.official(name="小路")
    refused = fourth.say(f"退回 {ticket.number} 还是不归我们管")
    assert "松江县人民政府已裁定归县城市管理局办（路灯按三定方案归城管养护）" in refused
    assert not fourth.changed
    assert "已受理" in fourth.say(f"受理 {ticket.number}")
    assert "已裁定归" in fourth.say(f"退回 {ticket.number} 还是不归我们管")


def test_everybody_reads_who_sent_it_back_and_only_some_why(bureau: Bureau) -> None:
    bureau.official(Role.SUPERVISOR, "county")
    ticket = bureau.ticket()
    war(bureau, ticket)
    views = {
        audience: timeline.view(
            bureau.tickets[ticket.id], bureau.events[ticket.id], bureau.directory, bureau.now, audience
        )
        for audience in Audience
    }
    for view in views.values():
        assert [bounce.unit for bounce in view.bounces] == ["县城市管理局", "县水务局", "城管执法中队"]
        assert [bounce.at for bounce in view.bounces] == sorted(bounce.at for bounce in view.bounces)
    assert views[Audience.CITIZEN].bounces[0].reason == "不归城管局管"
    assert {bounce.reason for bounce in views[Audience.STRANGER].bounces} == {""}


def test_a_return_taken_back_counts_no_more(bureau: Bureau) -> None:
    ticket = bureau.ticket()
    handler = bureau.official()
    handler.say(f"退回 {ticket.number} 点错了")
    handler.say("撤销")
    view = timeline.view(
        bureau.tickets[ticket.id], bureau.events[ticket.id], bureau.directory, bureau.now, Audience.CITIZEN
    )
    assert view.bounces == ()


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (Role.SUPERVISOR, "other"),
        (Role.SUPERVISOR, "roads"),
        (Role.DISPATCHER, "dispatch"),
        (Role.LEADER, "county"),
        (Role.HANDLER, "water"),
    ],
)
def test_nobody_else_rules(bureau: Bureau, role: Role, unit: str) -> None:
    bureau.official(Role.SUPERVISOR, "county", "老督")
    ticket = bureau.ticket()
    war(bureau, ticket)
    other = bureau.official(role, unit, "别人")
    other.say(f"裁定 {ticket.number} 水务局 我看归水务")
    assert other.talk.order is None
    assert not other.changed


@pytest.mark.parametrize("elsewhere", [None, "other", "roads", "team"])
def test_without_a_supervisor_above_the_units_the_dispatcher_rules(bureau: Bureau, elsewhere: str | None) -> None:
    if elsewhere:
        bureau.official(Role.SUPERVISOR, elsewhere, "别处的督")
    ticket = bureau.ticket()
    dispatcher = war(bureau, ticket)
    assert any("先要裁定" in push.text for push in bureau.pushes if push.person_id == dispatcher.id)
    dispatcher.say(f"裁定 {ticket.number} 水务局 管线归水务")
    assert "归县水务局办" in dispatcher.tap("确认")
    assert bureau.tickets[ticket.id].unit_id == "water"


def test_there_is_nothing_to_rule_before_the_third_return_nor_for_the_dispatchers_own_desk(bureau: Bureau) -> None:
    supervisor = bureau.official(Role.SUPERVISOR, "county")
    ticket = bureau.ticket()
    war(bureau, ticket, (("roads", "城管局"), ("water", "水务局")))
    assert "没有等着裁定" in supervisor.say(f"裁定 {ticket.number} 水务局 归水务")
    other = bureau.ticket()
    war(bureau, other)
    assert "派单台" in supervisor.say(f"裁定 {other.number} 县受理中心 先放着")


def test_whoever_takes_it_up_meanwhile_has_settled_it(bureau: Bureau) -> None:
    bureau.official(Role.SUPERVISOR, "county")
    ticket = bureau.ticket()
    dispatcher = war(bureau, ticket)
    dispatcher.say(f"受理 {ticket.number}")
    assert bureau.tickets[ticket.id].chase.rule_by is None
    assert bureau.events[ticket.id][-1].actor.by is By.STAFF
