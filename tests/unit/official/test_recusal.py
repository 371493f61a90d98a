"""回避: what accuses a unit is out of that unit's and its subtree's hands, whatever the role and the way it would come there."""

from __future__ import annotations

from itertools import product

import pytest
from msgspec.structs import replace

from handlers.directory.directory import Role
from handlers.hot import HotIssue
from handlers.notifications.notify import notices
from handlers.official.command import Spec, example
from handlers.official.spec import SPEC
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By
from handlers.tickets.events.desks import Recused, Supervised
from handlers.tickets.events.work import Accepted
from handlers.tickets.ticket import Ticket
from tests.support.bureau import Bureau

ACCUSING = "举报城管局副局长收受夜市老板的红包，每次检查都提前打招呼。"
SECRET = "夜市老板"


def accusing(bureau: Bureau, unit: str = "dispatch") -> Ticket:
    """A ticket of before the rule: nothing was recorded, its words say whom it accuses."""
    return bureau.ticket(unit=unit, kind="举报", text=ACCUSING)


@pytest.mark.parametrize(
    ("row", "role", "unit"),
    list(product([row for row in SPEC if row.about_ticket], Role, ("roads", "team"))),
    ids=lambda value: getattr(value, "verb", str(value)),
)
def test_every_command_of_the_accused_is_answered_as_if_there_were_no_such_ticket(
    row: Spec, role: Role, unit: str
) -> None:
    bureau = Bureau()
    ticket = accusing(bureau, unit="roads")
    chat = bureau.official(role, unit)
    words = example(row)
    said = chat.say(words.replace(words.split()[1], ticket.number, 1))
    assert not chat.changed
    assert f"没有编号 {ticket.number}" in said
    assert SECRET not in said


@pytest.mark.parametrize("unit", ["roads", "team"])
@pytest.mark.parametrize("command", ["转办 {number} {unit}", "协办 {number} {unit}"])
def test_nobody_moves_it_to_the_accused(unit: str, command: str) -> None:
    bureau = Bureau()
    ticket = accusing(bureau)
    name = bureau.directory.name(unit)
    for role, place in ((Role.DISPATCHER, "dispatch"), (Role.ADMIN, "county"), (Role.DISPATCHER, "county")):
        chat = bureau.official(role, place)
        said = chat.say(command.format(number=ticket.number, unit=name))
        assert "回避" in said
        assert not chat.changed
    ok = bureau.official(Role.DISPATCHER, "dispatch")
    ok.say(command.format(number=ticket.number, unit="县水务局"))
    assert ok.changed


def test_nobody_merges_it_into_what_lies_with_the_accused() -> None:
    bureau = Bureau()
    ticket, other = accusing(bureau), bureau.ticket(unit="roads")
    chat = bureau.official(Role.DISPATCHER, "dispatch")
    for one, into in ((ticket, other), (other, ticket)):
        assert "回避" in chat.say(f"合并 {one.number} {into.number}")
        assert not chat.changed


def test_a_return_to_an_accused_dispatch_desk_goes_to_the_level_above() -> None:
    bureau = Bureau()
    ticket = bureau.ticket(unit="water", text="举报县受理中心工作人员收受红包")
    bureau.official(Role.HANDLER, "water").say(f"退回 {ticket.number} 不归我们")
    assert bureau.tickets[ticket.id].unit_id == "county"


def test_lists_leave_it_out_and_pushes_pass_the_accused_by() -> None:
    bureau = Bureau()
    ticket = accusing(bureau, unit="roads")
    accused, helper = bureau.official(Role.HANDLER, "roads"), bureau.official(Role.LEADER, "roads")
    above = bureau.official(Role.SUPERVISOR, "county")
    assert ticket.number not in accused.say("待办")
    assert ticket.number not in helper.say("待办")
    assert ticket.number in above.say("待办")
    supervisor = Actor(By.STAFF, 9, "督办", "county")
    change = lifecycle.apply(ticket, Supervised("请尽快查"), supervisor, bureau.now)
    told = {push.person_id for push in notices(bureau.context(), change, ticket)}
    assert not told & {accused.id, helper.id}


def test_undo_does_not_bring_it_back_to_the_accused() -> None:
    bureau = Bureau()
    ticket = bureau.ticket(unit="roads")
    chat = bureau.official(Role.HANDLER, "roads")
    bureau.official(Role.DISPATCHER, "dispatch")
    chat.say(f"退回 {ticket.number} 不归我们")
    assert chat.changed
    bureau.happens(ticket, Recused(("roads",)), By.SYSTEM, actor=0)
    chat.say("撤销")
    assert not chat.changed


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMIN, Role.LEADER, Role.DISPATCHER])
def test_hot_issues_of_other_subtrees_are_not_listed(role: Role) -> None:
    bureau = Bureau()
    now = bureau.now
    issue = HotIssue("夜市油烟", "南门", "居民", 9.0, 6, 2, 0, 1.0, now, now, (), ("26000428",), now, ("water",))
    bureau.hot = (issue, replace(issue, title="路灯不亮", units=("team",)))
    said = bureau.official(role, "roads").say("热点")
    assert "路灯不亮" in said
    assert "夜市油烟" not in said
    central = bureau.official(role, "dispatch").say("热点")
    assert "夜市油烟" in central


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMIN, Role.LEADER])
def test_a_rectification_is_begun_within_reach_and_never_led_by_the_accused(role: Role) -> None:
    bureau = Bureau()
    ticket, other = accusing(bureau), bureau.ticket(unit="water")
    within = bureau.official(role, "roads")
    assert "没有" in within.say(f"立项 {other.number} 县水务局 反复停水") or not within.changed
    assert not bureau.items
    above = bureau.official(role, "county")
    above.say(f"立项 {ticket.number} 县城市管理局 作风问题")
    above.say("确认")
    assert not bureau.items


def test_a_sub_units_dispatcher_returns_what_is_not_theirs() -> None:
    bureau = Bureau()
    ticket = bureau.ticket(Accepted(), unit="roads")
    chat = bureau.official(Role.DISPATCHER, "roads")
    assert "退回" in chat.say(f"转办 {ticket.number} 县水务局")
    assert not chat.changed
    chat.say(f"退回 {ticket.number} 归水务局")
    assert bureau.tickets[ticket.id].unit_id == "dispatch"
    bureau.later(minutes=1)
    central = bureau.official(Role.DISPATCHER, "dispatch")
    central.say(f"受理 {ticket.number}")
    assert "直接受理或转办" in central.say(f"退回 {ticket.number} 不归我们")
