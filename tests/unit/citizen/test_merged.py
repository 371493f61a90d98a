"""What the author of a merged ticket still says of it reaches the one that goes on."""

from __future__ import annotations

import pytest

from handlers.messages import PageAction, PageVerb
from handlers.tickets.events.clock import Urged
from handlers.tickets.events.filing import Supplemented
from handlers.tickets.events.grades import Rated
from handlers.tickets.events.joining import Merged
from handlers.tickets.events.work import Accepted, Reopened, Replied
from handlers.tickets.states import What
from handlers.tickets.ticket import State, Ticket
from tests.support.citizens_town import Chat, Town, happenings

LAMP = "河东区解放路12号的路灯坏了三天，晚上很黑"
BINS = "幸福小区3栋门口的垃圾两天没人收"


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def li(town: Town) -> Chat:
    """Somebody with two tickets, the second merged into the first a while ago."""
    chat = town.citizen()
    chat.say(LAMP)
    chat.say(BINS)
    town.later(hours=1)
    town.staff(chat.tickets[1], Merged(chat.tickets[0].number))
    town.later(days=2)
    return chat


def last(town: Town, ticket: Ticket) -> What:
    return type(town.events[ticket.id][-1].what)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("补充 {n} 又有一盏不亮了", Supplemented),
        ("{n} 补充：又有一盏不亮了", Supplemented),
        ("催办 {n}", Urged),
        ("催一下 {n} 快点", Urged),
        ("评价 {n} 5", Rated),
        ("{n} 评价 2 分 太慢", Rated),
        ("没解决 {n} 还是黑的", Reopened),
        ("{n} 重办", Reopened),
    ],
)
def test_by_its_own_number(words: str, what: What, li: Chat, town: Town) -> None:
    goes_on, gone = li.tickets
    if what in (Rated, Reopened):
        town.staff(goes_on, Accepted(), Replied("换了新灯。"))
    before = len(town.events[gone.id])
    said = li.say(words.format(n=gone.number))
    assert f"{gone.number} 已经并到 {goes_on.number}" in said
    assert what.__name__ in list(happenings(town, goes_on))
    assert len(town.events[gone.id]) == before


@pytest.mark.parametrize(
    ("verb", "text", "what"),
    [(PageVerb.SUPPLEMENT, "又一盏", Supplemented), (PageVerb.URGE, "", Urged), (PageVerb.RATE, "4 不错", Rated)],
)
def test_by_the_buttons_of_its_page(verb: PageVerb, text: str, what: What, li: Chat, town: Town) -> None:
    goes_on, gone = li.tickets
    if what is Rated:
        town.staff(goes_on, Accepted(), Replied("换了新灯。"))
    li.send(PageAction(gone.id, verb, text))
    assert last(town, goes_on) is what


def test_through_a_chain(li: Chat, town: Town) -> None:
    middle, first = li.tickets
    li.say("河东区解放路12号还有一盏路灯不亮")
    end = li.tickets[-1]
    assert end.id not in {middle.id, first.id}
    town.staff(middle, Merged(end.number))
    li.say(f"催办 {first.number}")
    assert last(town, end) is Urged


def test_without_a_number_when_it_was_spoken_of_last(li: Chat, town: Town) -> None:
    goes_on, gone = li.tickets
    li.say(f"进度 {gone.number}")
    li.say("催办")
    assert last(town, goes_on) is Urged


@pytest.mark.parametrize("words", ["撤回 {n}", "更正 {n} 地点是和平路5号"])
def test_taking_back_and_correcting_mean_this_very_ticket(words: str, li: Chat, town: Town) -> None:
    goes_on, gone = li.tickets
    before = len(town.events[goes_on.id])
    said = li.say(words.format(n=gone.number))
    assert "并到" in said
    li.say("确认")
    assert len(town.events[goes_on.id]) == before


def test_looking_at_it_says_where_it_is(li: Chat) -> None:
    goes_on, gone = li.tickets
    assert goes_on.number in li.say(f"进度 {gone.number}")


@pytest.mark.parametrize("public", [True, False])
def test_others_join_the_one_that_goes_on_where_it_may_be_seen(public: bool, li: Chat, town: Town) -> None:
    goes_on, gone = li.tickets
    for ticket, shown in ((gone, True), (goes_on, public)):
        li.say(f"{'公开' if shown else '不公开'} {ticket.number}")
    wang = town.citizen()
    wang.say(f"附议 {gone.number}")
    assert bool(wang.choices) is public
    if public:
        wang.tap("一起推动")
    assert town.tickets[goes_on.id].crowd == public
    assert town.tickets[gone.id].state is State.MERGED


def test_only_the_number_that_was_written_is_spoken_of(li: Chat, town: Town) -> None:
    goes_on, gone = li.tickets
    li.say("另报 阳光花园的垃圾没人收")
    third = li.tickets[2]
    town.staff(third, Merged(gone.number))
    said = li.say(f"补充 {third.number} 又有一堆")
    assert f"{third.number} 已经并到 {goes_on.number}" in said
    assert f"{gone.number} 已经并到" not in said
