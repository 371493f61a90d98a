"""Who hears of what: the whole table in the sample town, and its rules."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest
from msgspec.structs import replace

from handlers.directory.directory import Directory, Level, Role, Staff, Unit
from handlers.errors import Broken
from handlers.messages import MediaKind
from handlers.notifications import notify, recipients, rules
from handlers.notifications.rules import To
from handlers.pushes import CardKind, Push
from handlers.tickets import lifecycle, states
from handlers.tickets.events import Actor, By, Happening
from handlers.tickets.events.base import Facts
from handlers.tickets.events.clock import URGE_EVERY, Urged
from handlers.tickets.events.desks import CoHandled, Returned, Supervised, Transferred
from handlers.tickets.events.filing import Amended, Filed, Shown, Supplemented, Withdrawn
from handlers.tickets.events.grades import OpinionGiven, Rated
from handlers.tickets.events.joining import Absorbed, Added, Merged, Parted, Shared
from handlers.tickets.events.work import (
    Accepted,
    Asked,
    Closed,
    Extended,
    Noted,
    OnSite,
    Refusal,
    Reopened,
    Replied,
    Undone,
)
from handlers.tickets.lifecycle import Change
from handlers.tickets.states import What
from handlers.tickets.ticket import Attachment, State, Ticket
from tests.support import samples
from tests.support.samples import CITIZEN, DISPATCHER, HOUR, HOUSING, START

ME, DISPATCH, ZHANG, LI, CHIEF, WATER, SECRETARY = samples.CITIZEN_PERSON, 101, 102, 107, 103, 104, 106
SUPERVISOR = Actor(By.STAFF, 3, "周主任", "city")


def told(what: Happening, actor: Actor, before: Ticket) -> tuple[Push, ...]:
    """The pushes of one step."""
    change = lifecycle.apply(before, what, actor, START + timedelta(days=2))
    return notify.notices(samples.context(), change, before)


@pytest.mark.parametrize(
    ("what", "actor", "state", "people"),
    [
        (Accepted(), HOUSING, State.SUBMITTED, {ME}),
        (Transferred("water"), HOUSING, State.SUBMITTED, {ME, WATER, LI}),
        (Transferred("water"), DISPATCHER, State.SUBMITTED, {ME, WATER, ZHANG, LI}),
        (Transferred("lake-city"), DISPATCHER, State.SUBMITTED, {ME, ZHANG, LI}),
        (Returned("dispatch", "不归我们"), HOUSING, State.SUBMITTED, {ME, DISPATCH}),
        (Asked("哪一盏？"), HOUSING, State.ACCEPTED, {ME}),
        (Supplemented("这盏"), CITIZEN, State.WAITING, {ZHANG, LI}),
        (Amended(kind="求助"), CITIZEN, State.SUBMITTED, {ZHANG, LI}),
        (Amended(unit_id="water"), CITIZEN, State.SUBMITTED, {WATER, ZHANG, LI}),
        (OnSite("到了"), HOUSING, State.ACCEPTED, {ME}),
        (Extended(3, "等料", START + timedelta(days=30)), HOUSING, State.ACCEPTED, {ME}),
        (Replied("好了"), HOUSING, State.ACCEPTED, {ME}),
        (Closed("好了"), HOUSING, State.REPLIED, {ME}),
        (Closed(), samples.CLOCK, State.REPLIED, {ME}),
        (Refusal("私人设施"), HOUSING, State.SUBMITTED, {ME}),
        (Withdrawn(), CITIZEN, State.ACCEPTED, {ZHANG, LI}),
        (samples.SAMPLES[Reopened], CITIZEN, State.REPLIED, {ZHANG, LI, CHIEF}),
        (samples.SAMPLES[Reopened], SUPERVISOR, State.REPLIED, {ME, ZHANG, LI}),
        (Noted("看过"), HOUSING, State.ACCEPTED, set()),
        (Noted("看过"), SUPERVISOR, State.ACCEPTED, {ZHANG, LI}),
        (Noted("看过"), SUPERVISOR, State.CLOSED, set()),
        (CoHandled("water"), HOUSING, State.ACCEPTED, {ME, WATER}),
        (Supervised("抓紧"), SUPERVISOR, State.ACCEPTED, {ZHANG, LI}),
        (Merged("26000028"), DISPATCHER, State.ACCEPTED, {ME, ZHANG, LI}),
        (Absorbed("26000028"), DISPATCHER, State.ACCEPTED, {ZHANG, LI}),
        (Absorbed("26000028", urgent=True), DISPATCHER, State.ACCEPTED, {ZHANG, LI, CHIEF}),
        (Urged(), CITIZEN, State.ACCEPTED, {ZHANG, LI}),
        (Rated(5), CITIZEN, State.REPLIED, {ZHANG, LI}),
        (Rated(2), CITIZEN, State.REPLIED, {ZHANG, LI, CHIEF}),
        (Shown(True, True), CITIZEN, State.ACCEPTED, set()),
    ],
)
def test_who_is_told(what: Happening, actor: Actor, state: State, people: set[int]) -> None:
    pushes = told(what, actor, samples.ticket_in(state))
    assert {push.person_id for push in pushes} == people
    assert len(pushes) == len(people), "one push a person"


def test_every_kind_of_event_has_its_row() -> None:
    assert set(rules.TABLE) == set(states.WHATS)


LETTERS = {
    To.CITIZEN: {"to_citizen"},
    To.PREVIOUS: {"to_previous", "to_desk"},
    To.ABOVE: {"to_above", "to_desk"},
    To.TOP: {"to_above", "to_desk"},
}
"""Which method of an event may hold the words for a recipient, where it is not `to_desk` alone."""


@pytest.mark.parametrize("what", states.WHATS)
def test_whoever_is_told_of_an_event_finds_words_in_it(what: What) -> None:
    for row in rules.TABLE[what]:
        assert LETTERS.get(row.to, {"to_desk"}) & set(vars(what)), row
    hears = {row.to for row in rules.TABLE[what]} | ({To.CITIZEN} if what in rules.FOLLOWERS_HEAR else set())
    for name in {"to_citizen", "to_desk", "to_previous", "to_above"} & set(vars(what)):
        assert any(name in LETTERS.get(to, {"to_desk"}) for to in hears), f"nobody reads {name}"


def test_what_followers_hear_of_is_shared_with_them() -> None:
    assert set(get_args(Shared)) >= rules.FOLLOWERS_HEAR
    assert all("to_citizen" in vars(what) for what in rules.FOLLOWERS_HEAR)


def test_words_for_nobody_are_broken() -> None:
    facts = Facts(samples.ticket_in(State.ACCEPTED), None, samples.START, HOUSING, samples.directory(), "")
    for to in To:
        with pytest.raises(Broken):
            rules.words(to, Parted("26000028"), facts)


def test_filing_tells_the_desk_and_urgent_filing_its_supervisor_too() -> None:
    for urgent, people in ((False, [ZHANG, LI]), (True, [ZHANG, LI, CHIEF])):
        pushes = notify.notices(samples.context(), samples.start(urgent=urgent), None)
        assert [push.person_id for push in pushes] == people


def test_the_second_urging_reaches_the_supervisor() -> None:
    ticket = replace(samples.ticket_in(State.ACCEPTED), urges=1)
    assert CHIEF in {push.person_id for push in told(Urged("还没修"), CITIZEN, ticket)}


def test_helpers_hear_what_the_desk_hears() -> None:
    ticket = replace(samples.ticket_in(State.ACCEPTED), co_units=("water",))
    for what in (Urged(), Supplemented("还有一盏"), Withdrawn()):
        assert {push.person_id for push in told(what, CITIZEN, ticket)} == {ZHANG, LI, WATER}


@pytest.mark.parametrize(
    ("unit", "people"),
    [
        ("housing", (ZHANG, LI)),
        ("dispatch", (DISPATCH,)),
        ("water", (WATER,)),
        ("may", (SECRETARY,)),
        ("pine", (DISPATCH,)),
        ("lake-city", (DISPATCH,)),
        ("unheard-of", ()),
    ],
)
def test_who_sits_at_a_desk(unit: str, people: tuple[int, ...]) -> None:
    assert recipients.desk(samples.directory(), unit, START) == people


def test_nobody_bound_means_nobody_told() -> None:
    pushes = notify.notices(samples.context(staff=()), samples.start(), None)
    assert pushes == ()
    assert recipients.supervisors(samples.directory(()), "housing", START) == ()


def test_taking_back_tells_those_who_were_told() -> None:
    changes = samples.log((Transferred("water", "手滑"), HOUSING))
    done = lifecycle.undo(samples.events(changes), 2, HOUSING, START + timedelta(minutes=62))
    pushes = notify.notices(samples.context(), done, changes[-1].ticket)
    assert {push.person_id for push in pushes} == {ME, LI, WATER}
    noted = samples.log((Noted("错了"), HOUSING))
    done = lifecycle.undo(samples.events(noted), 2, HOUSING, START + timedelta(minutes=62))
    assert notify.notices(samples.context(), done, noted[-1].ticket) == ()


def test_the_link_goes_to_the_citizen_only_and_no_text_has_holes() -> None:
    for what in states.WHATS:
        if what in {Filed, Undone}:
            continue
        for state in State:
            ticket = replace(samples.ticket_in(state), co_units=("lake-city",))
            for actor in (CITIZEN, HOUSING, SUPERVISOR):
                if lifecycle.can(ticket, what, actor.by):
                    _check(told(samples.SAMPLES[what], actor, ticket))


def _check(pushes: tuple[Push, ...]) -> None:
    for push in pushes:
        assert push.card is not None
        mine = push.person_id == ME
        assert ("https://town.example/t/token" in push.text) is mine
        assert push.card.path == ("/t/token" if mine else "")
        assert push.card.number == "26000010"
        assert len(push.card.state) <= 5
        assert len(push.card.note) <= 20
        assert "None" not in push.text
        assert "。。" not in push.text
        assert "今天" not in push.text
        assert "明天" not in push.text
        assert len(push.text.encode()) < 2000


def test_ids_are_fresh_and_cards_know_their_kind() -> None:
    ticket = samples.ticket_in(State.ACCEPTED)
    asked = told(Asked("哪盏？"), HOUSING, ticket)
    urged = told(Urged(), CITIZEN, ticket)
    assert [push.card.kind for push in (*asked, *urged) if push.card] == [CardKind.REMINDER] * 3
    assert len({push.id for push in urged}) == 2


@pytest.mark.parametrize(
    ("what", "actor", "state", "person", "text"),
    [
        (
            Accepted(),
            HOUSING,
            State.SUBMITTED,
            ME,
            (
                "您反映的「东湖路的路灯坏了半个月」（26000010）已由市住建局受理，4月9日（周四）09:12 前答复您。\n"
                "看进度：https://town.example/t/token"
            ),
        ),
        (
            samples.SAMPLES[Returned],
            HOUSING,
            State.ACCEPTED,
            ME,
            (
                "您反映的「东湖路的路灯坏了半个月」（26000010）被市住建局退回，原因：不归我们管。"
                "市派单台会重新分派。答复期限不变，4月9日（周四）09:12 前。\n看进度：https://town.example/t/token"
            ),
        ),
        (
            samples.SAMPLES[Refusal],
            HOUSING,
            State.SUBMITTED,
            ME,
            (
                "您反映的「东湖路的路灯坏了半个月」（26000010），市住建局没有受理，原因：属于私人院内设施。"
                "您可以找物业公司。有疑问回复「人工」。\n看进度：https://town.example/t/token"
            ),
        ),
        (
            samples.SAMPLES[Returned],
            HOUSING,
            State.ACCEPTED,
            DISPATCH,
            (
                "市住建局退回 26000010「东湖路的路灯坏了半个月」，原因：不归我们管。\n投诉·城乡建设\n"
                "东湖路18号门口的路灯坏了半个月，联系我13900001111\n地点：东湖路18号\n"
                "请转办：转办 26000010 单位。4月9日（周四）09:12 前要答复市民。"
            ),
        ),
        (
            samples.SAMPLES[Urged],
            CITIZEN,
            State.ACCEPTED,
            ZHANG,
            (
                "市民第 1 次催办 26000010「东湖路的路灯坏了半个月」：什么时候修？\n"
                "在市住建局，已受理。请在 4月9日（周四）09:12 前答复。"
            ),
        ),
    ],
)
def test_words(what: Happening, actor: Actor, state: State, person: int, text: str) -> None:
    pushes = told(what, actor, samples.ticket_in(state))
    assert next(push.text for push in pushes if push.person_id == person) == text


def test_a_new_task_says_by_when_and_what_to_type() -> None:
    change: Change = samples.start(urgent=True, leader="市长")
    assert notify.notices(samples.context(), change, None)[0].text == (
        "新工单 26000010　紧急　写给市长　投诉·城乡建设\n东湖路18号门口的路灯坏了半个月，联系我13900001111\n"
        "地点：东湖路18号\n请在 4月2日（周四）09:12 前受理，4月9日（周四）09:12 前答复。\n"
        "回复：受理 26000010｜退回 26000010 原因"
    )


LATE = START + timedelta(days=60)


@pytest.mark.parametrize(
    ("what", "actor", "state", "person", "words"),
    [
        (Accepted(), HOUSING, State.SUBMITTED, ME, "原定 4月9日（周四）09:12 前答复，已经逾期，他们会尽快答复您。"),
        (Returned("dispatch", "不归我们"), HOUSING, State.ACCEPTED, ME, "原定 4月9日（周四）09:12 前答复，已经逾期"),
        (Transferred("water"), DISPATCHER, State.SUBMITTED, ME, "原定 4月9日（周四）09:12 前答复，已经逾期"),
        (Urged(""), CITIZEN, State.ACCEPTED, ZHANG, "答复期限 4月9日（周四）09:12 已过，请马上办理、尽快答复。"),
        (
            Returned("dispatch", "不归我们"),
            HOUSING,
            State.ACCEPTED,
            DISPATCH,
            "原定 4月9日（周四）09:12 前答复市民，已经逾期",
        ),
    ],
)
def test_a_date_that_has_passed_is_no_promise(
    what: Happening, actor: Actor, state: State, person: int, words: str
) -> None:
    before = samples.ticket_in(state)
    pushes = notify.notices(samples.context(), lifecycle.apply(before, what, actor, LATE), before)
    (push,) = (push for push in pushes if push.person_id == person)
    assert words in push.text
    assert "期限不变" not in push.text
    assert push.card is not None
    assert push.card.note == "已逾期，会尽快答复"


def test_the_dispatcher_is_not_offered_what_only_others_can_do() -> None:
    change = samples.start(unit_id="dispatch")
    assert notify.notices(samples.context(), change, None)[0].text.endswith(
        "回复：转办 26000010 单位｜受理 26000010｜不予受理 26000010 原因"
    )


def test_whoever_stands_in_for_an_empty_desk_reads_why() -> None:
    change = samples.start(unit_id="lake-city")
    push = notify.notices(samples.context(), change, None)[0]
    assert push.person_id == DISPATCH
    assert push.text.endswith("东湖区城管局还没有人绑定，所以先发给您。回复：转办 26000010 单位")


def test_a_reply_taken_back_is_named() -> None:
    history = samples.events(
        samples.log((Accepted(), HOUSING), (Replied("已安排"), HOUSING), every=timedelta(minutes=1))
    )
    before = lifecycle.fold(history)
    change = lifecycle.undo(history, 3, HOUSING, START + timedelta(minutes=3))
    push = next(p for p in notify.notices(samples.context(), change, before) if p.person_id == ME)
    assert "刚才的「已答复」弄错了，不作数。现在是「已受理」，在市住建局，4月9日（周四）09:12 前答复您。" in push.text


def test_pictures_of_an_answer_are_spoken_of() -> None:
    what = Replied("换了新灯。", (Attachment(1, MediaKind.IMAGE),))
    push = next(p for p in told(what, HOUSING, samples.ticket_in(State.ACCEPTED)) if p.person_id == ME)
    assert "（1 张图片在进度页）" in push.text


class CountingDirectory(Directory):
    """A directory that counts how often its staff is looked up."""

    lookups = 0

    def bound(self, unit_id: str, *roles: Role) -> tuple[Staff, ...]:
        """Staff of the unit, counted."""
        self.lookups += 1
        return super().bound(unit_id, *roles)


def _lookups(size: int) -> int:
    """Look-ups of staff for all who are told of one unit, in a new directory of this many units."""
    units = [Unit("city", "市", Level.CITY)]
    units += [Unit(f"u{number}", f"单位{number}", Level.COUNTY, "city") for number in range(size - 1)]
    staff = [Staff(1, "u7", Role.HANDLER, "张", 11), Staff(2, "city", Role.SUPERVISOR, "周", 12)]
    directory = CountingDirectory(units, staff, (), "city")
    for _ in range(2):
        assert recipients.desk(directory, "u7", START) == (11,)
        assert recipients.supervisors(directory, "u7", START) == (12,)
        assert recipients.heads(directory, "u7", START) == ()
        assert recipients.leaders(directory, "u7", START) == ()
    return directory.lookups


def test_work_of_a_push_does_not_grow_with_the_number_of_units() -> None:
    assert _lookups(1_800) == _lookups(10) <= 6


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (OpinionGiven(solved=False), None),
        (OpinionGiven(solved=True, words="谢谢"), "还有意见：谢谢"),
        (OpinionGiven(to_point=False, attitude=1, words="又灭了"), "没答到点上、态度不好：又灭了"),
        (OpinionGiven(solved=True, to_point=False, attitude=2), "没答到点上"),
        (OpinionGiven(attitude=1, to_point=True), "态度不好"),
        (OpinionGiven(words="再看看"), "还有意见：再看看"),
    ],
)
def test_the_desk_reads_what_the_citizen_found_missing(what: OpinionGiven, words: str | None) -> None:
    texts = {push.text for push in told(what, CITIZEN, samples.ticket_in(State.REPLIED))}
    assert texts == ({f"市民说 26000010「东湖路的路灯坏了半个月」{words}"} if words else set())


@pytest.mark.parametrize(
    ("what", "urged", "people"),
    [
        (Added("26000028", "又灭了一盏"), None, {ZHANG, LI}),
        (Added("26000028", "又灭了一盏"), HOUR, {ZHANG, LI}),
        (Added("26000028", urged=True), None, {ZHANG, LI}),
        (Added("26000028", urged=True), HOUR, set()),
        (Added("26000028", urged=True), URGE_EVERY, {ZHANG, LI}),
        (Added("26000028", urged=True), URGE_EVERY - HOUR, set()),
    ],
)
def test_many_who_urge_are_heard_once_a_day(what: Added, urged: timedelta | None, people: set[int]) -> None:
    ticket = replace(samples.start().ticket, crowd=3)
    before = replace(ticket, crowd_urged_at=START + timedelta(days=2) - urged if urged else None)
    assert {push.person_id for push in told(what, CITIZEN, before)} == people
