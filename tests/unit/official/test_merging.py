"""合并: nothing of the ticket that ends is lost, who must know is told, and it can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from handlers import followers
from handlers.deadlines import deadlines
from handlers.directory.directory import Role
from handlers.messages import MediaKind
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By
from handlers.tickets.events.clock import Urged
from handlers.tickets.events.filing import Filed, Withdrawn
from handlers.tickets.events.joining import Absorbed, Merged
from handlers.tickets.events.work import Accepted, Asked, Closed, Refusal, Replied
from handlers.tickets.ticket import Attachment, Place, State, Taken, Ticket
from tests.support.bureau import CITIZEN, MONDAY, Bureau, Desk

HOUR = timedelta(hours=1)


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


@pytest.fixture
def zhao(bureau: Bureau) -> Desk:
    """The dispatcher, who may merge."""
    return bureau.official(Role.DISPATCHER, "dispatch", "赵敏")


def filed(
    bureau: Bureau,
    text: str = "滨河路路灯坏了一周",
    *,
    urgent: bool = False,
    place: Place | None = None,
    unit: str = "roads",
    files: int = 0,
) -> Ticket:
    """A ticket with what the fixture's own does not vary."""
    plain = bureau.ticket(unit=unit)
    first = bureau.events[plain.id][0]
    what = first.what
    assert isinstance(what, Filed)
    made = replace(
        what,
        text=text,
        urgent=urgent,
        place=place,
        promise=deadlines.promise("投诉", "城乡建设", urgent, bureau.now),
        attachments=tuple(Attachment(plain.id * 10 + n, MediaKind.IMAGE) for n in range(files)),
    )
    change = lifecycle.start(plain.id, made, Actor(By.CITIZEN, CITIZEN), first.at)
    bureau.events[plain.id] = [change.event]
    bureau.tickets[plain.id] = change.ticket
    return change.ticket


def merge(bureau: Bureau, zhao: Desk, one: Ticket, into: Ticket) -> tuple[str, Ticket, Ticket]:
    """Ask and confirm; the question, and both tickets afterwards."""
    asked = zhao.say(f"合并 {one.number} {into.number}")
    assert not zhao.changed
    bureau.pushes.clear()
    zhao.tap("确认")
    return asked, bureau.tickets[one.id], bureau.tickets[into.id]


def test_the_surviving_ticket_takes_the_danger(bureau: Bureau, zhao: Desk) -> None:
    """Urgency, the earlier date, words, place and files; and the official was told each of them before."""
    desk, water = bureau.official(unit="roads"), bureau.official(unit="water")
    chief = bureau.official(Role.SUPERVISOR, "roads", "老周")
    into = filed(bureau)
    bureau.later(hours=3)
    one = filed(
        bureau, "路灯杆漏电，电着人了", urgent=True, place=Place("和平路3号", "城关街道"), unit="water", files=2
    )
    asked, gone, goes_on = merge(bureau, zhao, one, into)
    assert "变为紧急件" in asked
    assert "期限取早的一个" in asked
    assert "和平路3号" in asked
    assert "2 个附件" in asked
    assert all(name in asked for name in ("市民", "督办员", "县城市管理局", "县水务局")), asked
    assert (gone.state, gone.merged_into) == (State.MERGED, into.number)
    assert goes_on.urgent
    assert goes_on.promise == one.promise
    assert goes_on.place == one.place
    assert goes_on.attachments == into.attachments + one.attachments
    assert goes_on.taken == (Taken(one.number, one.title, one.text),)
    heard = {push.person_id: push.text for push in bureau.pushes}
    assert set(heard) == {CITIZEN, desk.id, water.id, chief.id}
    assert "电着人了" in heard[desk.id]
    assert "紧急" in heard[desk.id]
    assert "紧急" in heard[chief.id]
    assert "不用再单独办" in heard[water.id]
    shown = desk.say(f"查看 {into.number}")
    assert "电着人了" in shown
    assert "合并" in shown
    why = desk.say(f"为何 {into.number}")
    assert f"{one.number} 并进来" in why


def test_what_it_has_already_it_keeps(bureau: Bureau, zhao: Desk) -> None:
    into = filed(bureau, "电线掉下来了", urgent=True, place=Place("五一路", "城关街道"))
    bureau.later(hours=1)
    one = filed(bureau, "路灯不亮", place=Place("和平路3号", "城关街道"))
    asked, _, goes_on = merge(bureau, zhao, one, into)
    assert "期限不变" in asked
    assert "和平路3号" not in asked
    assert (goes_on.promise, goes_on.place, goes_on.urgent) == (into.promise, into.place, True)


def test_the_clock_of_a_pause_is_counted(bureau: Bureau, zhao: Desk) -> None:
    """A ticket that waited for its citizen is due as late as it would be now."""
    one = filed(bureau)
    bureau.happens(one, Accepted())
    bureau.happens(one, Asked("哪一盏？", bureau.now + timedelta(days=9)))
    bureau.later(days=2)
    into = filed(bureau)
    _, _, goes_on = merge(bureau, zhao, bureau.tickets[one.id], into)
    assert goes_on.promise.reply_by == min(into.promise.reply_by, goes_on.promise.reply_by)
    assert goes_on.promise.reply_by > one.promise.reply_by


def test_nothing_runs_into_a_clock_that_stands(bureau: Bureau, zhao: Desk) -> None:
    into = filed(bureau)
    bureau.happens(into, Asked("哪一盏？"))
    one = filed(bureau, "漏电", urgent=True)
    said = zhao.say(f"合并 {one.number} {into.number}")
    assert f"合并 {into.number} {one.number}" in said
    assert not zhao.changed
    _, gone, _ = merge(bureau, zhao, bureau.tickets[into.id], one)
    assert gone.state is State.MERGED


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (Closed("好了"), "已经了结"),
        (Refusal("私人设施"), "已经了结"),
        (Withdrawn(), "已经了结"),
        (Replied("换了新灯"), "已经答复"),
        (Merged("26000999"), "26000999"),
    ],
)
def test_nothing_is_merged_into_what_is_over(
    what: Closed | Refusal | Withdrawn | Replied | Merged, says: str, bureau: Bureau, zhao: Desk
) -> None:
    into, one = filed(bureau), filed(bureau, "漏电", urgent=True)
    bureau.happens(into, what, By.CITIZEN if isinstance(what, Withdrawn) else By.STAFF)
    assert says in zhao.say(f"合并 {one.number} {into.number}")
    assert not zhao.changed


def test_a_chain_brings_the_words_of_all(bureau: Bureau, zhao: Desk) -> None:
    first = filed(bureau, "漏电", urgent=True, place=Place("和平路3号", "城关街道"), files=1)
    second, third = filed(bureau, "灯杆歪了"), filed(bureau, "不亮")
    merge(bureau, zhao, first, second)
    _, _, last = merge(bureau, zhao, bureau.tickets[second.id], third)
    assert [one.text for one in last.taken] == ["灯杆歪了", "漏电"]
    assert last.urgent
    assert last.place == first.place
    assert last.promise == first.promise
    assert len(last.attachments) == 1


def test_an_unanswered_urging_goes_on(bureau: Bureau, zhao: Desk) -> None:
    one, into = filed(bureau), filed(bureau)
    bureau.happens(one, Urged("快点", bureau.now + 4 * HOUR), By.CITIZEN, CITIZEN)
    _, _, goes_on = merge(bureau, zhao, bureau.tickets[one.id], into)
    assert goes_on.urges == 1
    assert goes_on.chase.answer_by == bureau.now + 4 * HOUR


def test_it_is_taken_back_for_both(bureau: Bureau, zhao: Desk) -> None:
    desk = bureau.official(unit="roads")
    one, into = filed(bureau, "漏电", urgent=True), filed(bureau)
    asked, _, _ = merge(bureau, zhao, one, into)
    assert "可以撤销" in asked
    bureau.later(minutes=4)
    bureau.pushes.clear()
    zhao.say("撤销")
    assert {push.person_id for push in bureau.pushes} == {CITIZEN, desk.id}
    back, other = bureau.tickets[one.id], bureau.tickets[into.id]
    assert replace(back, version=one.version) == one
    assert replace(other, version=into.version) == into
    assert "没有可以撤销的" in zhao.say("撤销")


def test_it_is_not_taken_back_once_somebody_worked_on_it(bureau: Bureau, zhao: Desk) -> None:
    one, into = filed(bureau, "漏电", urgent=True), filed(bureau)
    merge(bureau, zhao, one, into)
    bureau.happens(bureau.tickets[into.id], Accepted())
    zhao.say("撤销")
    assert not zhao.changed
    assert bureau.tickets[one.id].state is State.MERGED
    bureau.later(minutes=6)
    zhao.say("撤销")
    assert not zhao.changed


def test_with_others_behind_it_is_for_good(bureau: Bureau, zhao: Desk) -> None:
    one, into = filed(bureau), filed(bureau)
    bureau.tickets[one.id] = replace(one, crowd=3)
    asked = zhao.say(f"合并 {one.number} {into.number}")
    assert "3 人改为附议" in asked
    assert "不能撤销" in asked


def test_whoever_has_both_on_the_desk_hears_once(bureau: Bureau, zhao: Desk) -> None:
    desk = bureau.official(unit="roads")
    merge(bureau, zhao, filed(bureau), filed(bureau))
    assert [push.person_id for push in bureau.pushes].count(desk.id) == 1


def test_followers_learn_the_date_and_no_words() -> None:
    promise = deadlines.promise("投诉", "城乡建设", True, MONDAY)
    what = Absorbed("26000028", (Taken("26000028", "路灯", "漏电"),), urgent=True, promise=promise)
    assert followers.shared(what, By.STAFF) == Absorbed(promise=promise)
    assert followers.shared(replace(what, promise=None), By.STAFF) is None
