"""The whole matrix of role × command × how the ticket lies, against the sentences of the issue."""

from __future__ import annotations

from itertools import product

import pytest
from msgspec.structs import replace

from bot.cli import documents
from handlers.directory.directory import Role, Staff
from handlers.errors import Refused
from handlers.official import matrix, permissions
from handlers.official.permissions import (
    FREE,
    MAY,
    OVERVIEW,
    Relation,
    check_may,
    check_may_send,
    knows,
    may,
    relation,
)
from handlers.official.spec import ALL, SPEC
from handlers.tickets.events.desks import CoHandled
from tests.support.bureau import UNITS, Bureau

ALL_COMMANDS = [row.verb for row in SPEC]
ABOUT_TICKETS = [row.verb for row in SPEC if row.about_ticket]
REACHED = {Relation.OWN, Relation.BELOW, Relation.CO, Relation.SERVED}


def test_the_table_names_every_command_once() -> None:
    about_tickets = set(ABOUT_TICKETS)
    assert {command for _, command in MAY} == about_tickets
    assert set(ALL_COMMANDS) - about_tickets == FREE | set(OVERVIEW)
    assert {deed.spec.verb for deed in ALL if deed.leads_to} <= about_tickets
    assert len(MAY) == len(Role) * len(about_tickets)


@pytest.mark.parametrize(("role", "command"), list(product(Role, ALL_COMMANDS)))
def test_check_and_question_agree_and_every_no_has_a_reason(role: Role, command: str) -> None:
    for where in Relation:
        if may(role, command, where):
            check_may(role, command, where)
            continue
        with pytest.raises(Refused) as refused:
            check_may(role, command, where, "县水务局")
        assert command in refused.value.say, where
        assert refused.value.say.endswith("。"), where


@pytest.mark.parametrize("command", [command for command in ALL_COMMANDS if command not in FREE | set(OVERVIEW)])
def test_a_handler_does_nothing_to_tickets_elsewhere(command: str) -> None:
    assert not may(Role.HANDLER, command, Relation.ELSEWHERE)
    assert not may(Role.LEADER, command, Relation.ELSEWHERE)


@pytest.mark.parametrize(("role", "where"), list(product(Role, Relation)))
def test_what_many_raise_is_for_those_who_look_over_several_desks(role: Role, where: Relation) -> None:
    assert may(role, "热点", where) is (role is not Role.HANDLER)
    assert knows([role], "热点") is (role is not Role.HANDLER)


@pytest.mark.parametrize(("role", "where"), list(product(Role, Relation)))
def test_only_dispatchers_refuse_and_merge(role: Role, where: Relation) -> None:
    allowed = role in {Role.DISPATCHER, Role.ADMIN} and where in REACHED
    assert may(role, "不予受理", where) is allowed
    assert may(role, "合并", where) is allowed


@pytest.mark.parametrize(("role", "where"), list(product(Role, Relation)))
def test_supervising_is_for_those_above(role: Role, where: Relation) -> None:
    expected = (role in {Role.SUPERVISOR, Role.ADMIN} and where in REACHED) or (
        role is Role.LEADER and where in {Relation.OWN, Relation.BELOW}
    )
    assert may(role, "督办", where) is expected


@pytest.mark.parametrize("command", ["受理", "答复", "退回", "转办"])
def test_a_supervisor_does_not_do_the_units_work(command: str) -> None:
    assert not any(may(Role.SUPERVISOR, command, where) for where in Relation)


@pytest.mark.parametrize("where", [where for where in Relation if where is not Relation.OWN])
@pytest.mark.parametrize("role", list(Role))
def test_personal_data_is_for_the_desk_that_must_reach_the_citizen(role: Role, where: Relation) -> None:
    assert not permissions.sees_personal(role, where)


@pytest.mark.parametrize(
    ("unit", "holder", "helpers", "expected"),
    [
        ("roads", "roads", (), Relation.OWN),
        ("roads", "team", (), Relation.BELOW),
        ("county", "team", (), Relation.BELOW),
        ("roads", "water", ("roads",), Relation.CO),
        ("roads", "water", (), Relation.ELSEWHERE),
        ("team", "roads", (), Relation.ELSEWHERE),
        ("roads", "team", ("roads",), Relation.BELOW),
        ("dispatch", "dispatch", (), Relation.OWN),
        ("dispatch", "team", (), Relation.SERVED),
        ("dispatch", "county", (), Relation.SERVED),
        ("dispatch", "water", ("dispatch",), Relation.CO),
        ("dispatch", "other_roads", (), Relation.ELSEWHERE),
        ("dispatch", "city", (), Relation.ELSEWHERE),
        ("county", "city", (), Relation.ELSEWHERE),
        ("province", "other_roads", (), Relation.BELOW),
    ],
)
def test_relation(unit: str, holder: str, helpers: tuple[str, ...], expected: Relation) -> None:
    bureau = Bureau()
    ticket = bureau.ticket(unit=holder)
    for helper in helpers:
        ticket = bureau.happens(ticket, CoHandled(helper))
    assert relation(bureau.directory, Staff(1, unit, Role.HANDLER, "小周"), ticket) is expected


UNIT_IDS = [unit.id for unit in UNITS]


@pytest.mark.parametrize("where", [Relation.ACCUSED, Relation.ELSEWHERE])
@pytest.mark.parametrize("command", ABOUT_TICKETS)
def test_nobody_touches_what_accuses_their_own_unit(command: str, where: Relation) -> None:
    assert [role for role in Role if may(role, command, where)] == []


@pytest.mark.parametrize(("unit", "holder", "role"), list(product(UNIT_IDS, UNIT_IDS, Role)))
def test_reading_stays_within_the_subtree_that_the_unit_serves(unit: str, holder: str, role: Role) -> None:
    bureau = Bureau()
    staff = Staff(1, unit, role, "小周")
    below = bureau.directory.within(holder, unit)
    served = unit == "dispatch" and role in {Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN}
    expected = below or (served and bureau.directory.within(holder, "county"))
    assert permissions.may_read(bureau.directory, staff, bureau.ticket(unit=holder), (role,)) is expected


@pytest.mark.parametrize(("unit", "holder", "accused"), list(product(UNIT_IDS, UNIT_IDS, UNIT_IDS)))
def test_the_accused_and_their_subtree_keep_away_whoever_holds_it(unit: str, holder: str, accused: str) -> None:
    bureau = Bureau()
    ticket = replace(bureau.ticket(unit=holder), accused=(accused,), co_units=(unit,))
    found = relation(bureau.directory, Staff(1, unit, Role.ADMIN, "小周"), ticket)
    inside = bureau.directory.within(unit, accused)
    # Nobody stands outside the root: the supervising body alone is left then (here the dispatch unit, for want of another).
    left = accused == "province" and unit == "dispatch"
    assert (found is Relation.ACCUSED) is (inside and not left)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("unit", "target"), list(product(("roads", "team", "dispatch", "county"), UNIT_IDS)))
def test_who_sends_where(role: Role, unit: str, target: str) -> None:
    directory = Bureau().directory
    staff = Staff(1, unit, role, "小周")
    sideways = role in {Role.DISPATCHER, Role.ADMIN}
    central = sideways and unit in {"dispatch", "county"}
    if central or (directory.within(target, unit) and (sideways or target != unit)):
        check_may_send(directory, staff, directory.unit(target))
    else:
        with pytest.raises(Refused, match="退回"):
            check_may_send(directory, staff, directory.unit(target))


def test_the_page_says_what_the_table_says() -> None:
    page = matrix.page()
    assert (documents.ROOT / "docs" / "permissions.md").read_text("utf-8").endswith(page)
    for role, row, where in product(Role, SPEC, Relation):
        assert (matrix.cell(role, row, where) == "—") is not may(role, row.verb, where)
    assert page.count("\n| ") >= len(Role) * len(SPEC)
