"""附议: offered once, done only on yes, everybody keeps an own number, own news, own rating and an own way out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from handlers.citizen.talk import Asking
from handlers.context import Context
from handlers.tickets import lifecycle, numbers
from handlers.tickets.events import By, Happening
from handlers.tickets.events.desks import Transferred
from handlers.tickets.events.filing import Filed
from handlers.tickets.events.joining import Merged
from handlers.tickets.events.work import Accepted, Asked, Closed, OnSite, Refusal, Replied
from handlers.tickets.states import ENDED, OPEN
from handlers.tickets.ticket import State, Ticket
from tests.support.citizens_town import Chat, Town, happenings

LAMP = "河东区解放路12号的路灯坏了三天，晚上很黑"
SAME = "河东区解放路12号这边路灯一直不亮，老人摔了一跤"


@pytest.fixture
def town() -> Town:
    made = Town()
    made.looks_around = True
    return made


@pytest.fixture
def li(town: Town) -> Chat:
    """The first to tell of it."""
    chat = town.citizen()
    chat.say(LAMP)
    chat.tap("匿名、公开")
    town.later(hours=1)
    return chat


def joiner(town: Town, words: str = SAME) -> Chat:
    """Somebody who was offered to join and did."""
    chat = town.citizen()
    chat.say(words)
    chat.tap("一起推动")
    town.later(minutes=5)
    return chat


@pytest.fixture
def wang(town: Town, li: Chat) -> Chat:
    return joiner(town)


def test_the_offer_says_how_many_who_and_by_when_and_nothing_of_the_first_author(town: Town, li: Chat) -> None:
    wang = town.citizen()
    said = wang.say(SAME)
    assert said.startswith("已有 1 人反映同一问题（「")
    assert "由市城管局办理，承诺 " in said
    assert "要一起推动吗？" in said
    assert "12号" not in said
    assert wang.labels() == ["一起推动", "单独报"]
    assert wang.filed() == 0
    assert (wang.talk.asking, wang.talk.offered) == (Asking.JOIN, li.ticket.id)


def test_of_a_ticket_that_is_not_public_only_kind_category_and_area_are_told(town: Town) -> None:
    li, wang = town.citizen(), town.citizen()
    li.say(LAMP)
    assert "（河东区的一件「城乡建设」投诉，由" in wang.say(SAME)


def test_who_joins_has_a_ticket_of_their_own(town: Town, li: Chat, wang: Chat) -> None:
    reply = wang.outcome.reply
    assert reply is not None
    assert f"您的编号 {wang.ticket.number}，查询码 " in reply.text
    assert "和您一起的还有 1 人，由市城管局办理" in reply.text
    assert wang.ticket.number != li.ticket.number
    assert wang.ticket.text == SAME
    assert (wang.ticket.joined_to, li.ticket.crowd) == (li.ticket.id, 1)
    assert (wang.ticket.unit_id, wang.ticket.promise) == (li.ticket.unit_id, li.ticket.promise)
    assert list(happenings(town, wang.ticket)) == ["Filed", "Joined"]
    assert list(happenings(town, li.ticket))[-1] == "Backed"


def test_the_first_joiner_hears_that_they_may_choose_how_to_be_shown(wang: Chat) -> None:
    assert wang.talk.asking is Asking.SHOWING
    wang.tap("署名、公开")
    assert wang.ticket.public


@pytest.mark.parametrize("no", ["单独报", "不用", "2", "还是单独报", "算了单独办"][:4])
def test_no_files_a_ticket_alone(town: Town, li: Chat, no: str) -> None:
    wang = town.citizen()
    wang.say(SAME)
    wang.say(no)
    assert (len(wang.tickets), wang.ticket.joined_to, li.ticket.crowd) == (1, None, 0)
    assert wang.ticket.text == SAME


@pytest.mark.parametrize("yes", ["一起推动", "好的", "1", "附议", "一起"])
def test_yes_joins(town: Town, li: Chat, yes: str) -> None:
    wang = town.citizen()
    wang.say(SAME)
    wang.say(yes)
    assert wang.ticket.joined_to == li.ticket.id


def test_more_words_are_kept_and_the_question_is_asked_again(town: Town, li: Chat) -> None:
    wang = town.citizen()
    wang.say(SAME)
    assert "要一起推动吗？" in wang.say("昨天晚上也没亮")
    wang.tap("一起推动")
    assert wang.ticket.text == SAME + "\n昨天晚上也没亮"


def test_another_matter_instead_of_an_answer_joins_nothing(town: Town, li: Chat) -> None:
    wang = town.citizen()
    wang.say(SAME)
    wang.say("幸福小区门口施工噪音太大了，睡不着觉")
    assert [ticket.joined_to for ticket in wang.tickets] == [None, None]


def test_a_command_is_carried_out_and_the_question_stays(town: Town, li: Chat) -> None:
    wang = town.citizen()
    wang.say(SAME)
    assert "还没有报上去" in wang.say("帮助")
    wang.tap("一起推动") if wang.labels() else wang.say("一起推动")
    assert wang.ticket.joined_to == li.ticket.id


def test_pictures_come_along(town: Town, li: Chat) -> None:
    wang = town.citizen()
    wang.say(SAME)
    wang.photo()
    wang.say("一起推动")
    assert len(wang.ticket.attachments) == 1


def test_nobody_is_asked_about_their_own_ticket_or_twice(town: Town, li: Chat, wang: Chat) -> None:
    town.later(hours=2)
    li.say("另报 " + SAME)
    wang.say("另报 " + LAMP)
    assert [ticket.joined_to for ticket in li.tickets] == [None, None]
    assert len(wang.tickets) == 2
    assert wang.ticket.joined_to is None


@pytest.mark.parametrize(
    "words", ["请问河东区解放路12号的路灯归谁管", "感谢修好河东区解放路12号的路灯", "举报河东区解放路12号的路灯被偷"]
)
def test_questions_thanks_and_reports_of_wrongs_are_nobody_elses(town: Town, li: Chat, words: str) -> None:
    wang = town.citizen()
    wang.say(words)
    assert wang.filed() == 1


def test_what_is_pressing_is_filed_and_the_others_are_named_after(town: Town) -> None:
    li, wang = town.citizen(), town.citizen()
    li.say("河东区解放路12号停水了，家里没法做饭")
    said = wang.say("河东区解放路12号从早上停水到现在")
    assert wang.filed() == 1
    assert "已有 1 人反映了同样的情况。您这件照样办" in said
    wang.say("匿名不公开")
    wang.say("附议")
    assert (len(wang.tickets), wang.ticket.joined_to, li.ticket.crowd) == (1, li.ticket.id, 1)
    assert list(happenings(town, wang.ticket))[-1] == "Joined"


def test_joining_by_number(town: Town, li: Chat) -> None:
    wang = town.citizen()
    said = wang.say(f"附议 {li.ticket.number}")
    assert li.ticket.number in said
    assert "已有 1 人" in said
    assert wang.tickets == []
    wang.tap("一起推动")
    assert wang.ticket.joined_to == li.ticket.id
    assert wang.ticket.text.startswith(f"附议 {li.ticket.number}：")
    assert "12号" not in wang.ticket.text
    assert "已经在一起推动了" in wang.say(f"附议 {li.ticket.number}")
    assert "您自己报的" in li.say(f"附议 {li.ticket.number}")
    chen = town.citizen()
    chen.say(f"附议 {wang.ticket.number}")
    assert "查询码" in (chen.outcome.reply.text if chen.outcome.reply else "")


def test_a_hidden_ticket_is_joined_with_its_code_only(town: Town) -> None:
    li, wang = town.citizen(), town.citizen()
    li.say(LAMP)
    number = li.ticket.number
    unknown = wang.say(f"附议 {numbers.make(777, town.now)}")
    assert "没查到" in unknown
    assert wang.say(f"附议 {number}") == unknown
    assert wang.say(f"附议 {number} 111111") == unknown
    assert wang.tickets == []
    assert "路灯" not in wang.say(f"附议 {number} 482913")
    wang.say("好的")
    assert wang.ticket.joined_to == li.ticket.id
    assert "路灯" not in wang.ticket.title
    assert "要附议哪一件" in town.citizen().say("附议")


def test_joining_what_a_follower_shows_joins_what_it_follows(town: Town, li: Chat, wang: Chat) -> None:
    wang.say("署名公开")
    chen = town.citizen()
    chen.say(f"附议 {wang.ticket.number}")
    chen.tap("一起推动")
    assert chen.ticket.joined_to == li.ticket.id
    assert li.ticket.crowd == 2


def test_an_ended_ticket_is_not_joined(town: Town, li: Chat) -> None:
    wang = town.citizen()
    wang.say(SAME)
    town.staff(li.ticket, Closed("修好了。"))
    assert "不能再附议" in wang.say("一起推动")
    assert wang.tickets == []
    wang.say("单独报")
    assert len(wang.tickets) == 1


def test_everything_that_happens_happens_to_all(town: Town, li: Chat, wang: Chat) -> None:
    chen = joiner(town)
    town.pushes.clear()
    steps = (
        Accepted(),
        OnSite("师傅到了3单元502室门口"),
        Transferred("green", "联系13900001111"),
        Accepted(),
        Replied("换了新灯。"),
        Closed(),
    )
    for step in steps:
        town.staff(li.ticket, step)
        for follower in (wang.ticket, chen.ticket):
            main = li.ticket
            assert (follower.state, follower.unit_id, follower.promise) == (main.state, main.unit_id, main.promise)
            assert follower.followed == main.version
    assert wang.ticket.reply == "换了新灯。"
    told = [push.text for push in town.pushes if push.person_id == wang.id]
    assert len(told) == len(steps)
    assert "已由市城管局受理" in told[0]
    assert not any("13900001111" in text or "502" in text for text in told)
    assert f"您反映的「河东区解放路12号这边路灯一直不亮」（{wang.ticket.number}）" in told[0]


def test_a_question_to_the_author_is_not_put_to_the_others(town: Town, li: Chat, wang: Chat) -> None:
    town.pushes.clear()
    town.staff(li.ticket, Accepted(), Asked("您的身份证号是多少？"))
    assert wang.ticket.state is State.WAITING
    said = wang.say("进度")
    assert "在等另一位反映人补充" in said
    assert "身份证" not in said
    wang.say("补充 就是东边那盏")
    assert wang.ticket.state is li.ticket.state is State.WAITING
    li.say("补充 已经发给你们了")
    assert (wang.ticket.state, li.ticket.state) == (State.ACCEPTED, State.ACCEPTED)
    assert "已经发给你们了" not in wang.say("进度")


def test_progress_counts_the_others(town: Town, li: Chat, wang: Chat) -> None:
    joiner(town)
    assert "和您一起的还有 2 人" in li.say("进度")
    assert "和您一起的还有 2 人" in wang.say("进度")


def test_what_followers_add_reaches_the_desk_and_not_the_author(town: Town, li: Chat, wang: Chat) -> None:
    wang.say("补充 灯杆编号是七号")
    assert list(happenings(town, li.ticket))[-1] == "Added"
    assert "七号" not in li.say("进度")
    wang.say("催办")
    assert (wang.ticket.urges, li.ticket.urges) == (1, 0)
    assert li.ticket.crowd_urged_at == town.now


def test_withdrawing_withdraws_only_the_own(town: Town, li: Chat, wang: Chat) -> None:
    assert "只撤您自己这一份" in wang.say("撤回")
    wang.say("确认")
    assert (wang.ticket.state, li.ticket.state, li.ticket.crowd) == (State.WITHDRAWN, State.SUBMITTED, 0)
    town.staff(li.ticket, Accepted())
    assert wang.ticket.state is State.WITHDRAWN


def test_alone_again(town: Town, li: Chat, wang: Chat) -> None:
    town.staff(li.ticket, Accepted())
    town.later(days=2)
    assert "现在单独办" in wang.say("单独办")
    assert (wang.ticket.joined_to, wang.ticket.state, li.ticket.crowd) == (None, State.SUBMITTED, 0)
    assert wang.ticket.promise.reply_by > li.ticket.promise.reply_by
    assert "本来就是单独办" in wang.say("单独办")


def test_each_rates_and_a_bad_rating_reopens_only_the_own(town: Town, li: Chat, wang: Chat) -> None:
    chen = joiner(town)
    town.staff(li.ticket, Accepted(), Replied("换了新灯。"))
    chen.say("评价 5")
    wang.say("评价 1 没解决")
    assert (wang.ticket.state, wang.ticket.joined_to) == (State.REWORK, None)
    assert (li.ticket.state, chen.ticket.state, chen.ticket.rating) == (State.REPLIED, State.REPLIED, 5)
    assert li.ticket.rating is None
    assert li.ticket.crowd == 1


def test_whoever_is_content_is_not_drawn_into_doing_it_again(town: Town, li: Chat, wang: Chat) -> None:
    chen = joiner(town)
    town.staff(li.ticket, Replied("换了新灯。"))
    chen.say("评价 5")
    li.say("没解决")
    assert (li.ticket.state, wang.ticket.state, chen.ticket.state) == (State.REWORK, State.REWORK, State.REPLIED)
    town.staff(li.ticket, Replied("又换了一次。"))
    assert (wang.ticket.reply, chen.ticket.rating) == ("又换了一次。", 5)


def test_when_the_author_withdraws_the_oldest_follower_goes_on(town: Town, li: Chat, wang: Chat) -> None:
    chen, zhao = joiner(town), joiner(town)
    town.staff(li.ticket, Accepted(), Asked("哪一盏？"))
    town.later(days=1)
    town.pushes.clear()
    assert "另外 3 人照常办" in li.say("撤回")
    assert "另外 3 人那边照常办" in li.say("确认")
    assert (wang.ticket.joined_to, wang.ticket.crowd, wang.ticket.state) == (None, 2, State.ACCEPTED)
    assert chen.ticket.joined_to == zhao.ticket.joined_to == wang.ticket.id
    assert [push.person_id for push in town.pushes] == [wang.id]
    town.staff(wang.ticket, Replied("换了新灯。"))
    assert (chen.ticket.state, zhao.ticket.state) == (State.REPLIED, State.REPLIED)
    assert li.ticket.state is State.WITHDRAWN


def test_a_refusal_is_everybodys_and_each_may_ask_alone(town: Town, li: Chat, wang: Chat) -> None:
    town.staff(li.ticket, Refusal("属于私人院内设施。", "物业公司"))
    assert wang.ticket.state is State.REFUSED
    assert "单独办" in town.pushes[-1].text
    wang.say("单独办")
    assert (wang.ticket.state, wang.ticket.joined_to) == (State.SUBMITTED, None)


def test_a_merger_takes_the_others_along(town: Town, li: Chat, wang: Chat) -> None:
    first = li.ticket
    li.say("另报 幸福小区门口的井盖坏了，走路会摔跤")
    town.staff(first, Merged(li.ticket.number))
    assert wang.ticket.joined_to == li.ticket.id
    assert li.ticket.crowd == 1
    town.staff(li.ticket, Accepted())
    assert wang.ticket.state is State.ACCEPTED


MOVES: tuple[Happening, ...] = (
    Accepted(),
    Transferred("water"),
    Asked("几号？"),
    OnSite("到了"),
    Replied("修好了。"),
    Closed("修好了。"),
    Refusal("不归我们。"),
)
WORDS = (
    LAMP, SAME, "一起推动", "单独报", "单独办", "撤回", "确认", "评价 1 没解决", "评价 5", "没解决", "补充 还没亮", "催办", "进度", "附议 {n}",
    "附议 {n} 482913", "不是解放路，是五一路", "公开",
)  # fmt: skip
steps = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 3), st.sampled_from(WORDS)),
        st.tuples(st.integers(0, 9), st.sampled_from(MOVES)),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(steps)
def test_whatever_four_people_and_a_unit_do(script: list[tuple[int, str | Happening]]) -> None:
    """No ticket follows one that follows, counts are right, and who follows stands where the followed one stands."""
    town = Town()
    town.looks_around = True
    chats = [town.citizen() for _ in range(4)]
    for who, step in script:
        town.later(minutes=7)
        if isinstance(step, str):
            known = [ticket.number for ticket in town.tickets.values()]
            chats[who].say(step.format(n=known[who % len(known)] if known else "26000015"))
        elif town.tickets:
            ticket = list(town.tickets.values())[who % len(town.tickets)]
            if lifecycle.can(ticket, type(step), By.STAFF):
                try_staff(town, ticket, step)
        for ticket in town.tickets.values():
            check(town, ticket)


def try_staff(town: Town, ticket: Ticket, step: Happening) -> None:
    if not (isinstance(step, Transferred) and ticket.unit_id == step.unit_id):
        town.staff(ticket, step)


def check(town: Town, ticket: Ticket) -> None:
    if ticket.state in OPEN:
        assert ticket.crowd == len(town.followers(ticket))
    if ticket.joined_to is None:
        return
    main = town.tickets[ticket.joined_to]
    assert main.joined_to is None
    assert main.person_id != ticket.person_id
    if main.state not in ENDED and ticket.rating is None:
        assert (ticket.state, ticket.unit_id, ticket.promise) == (main.state, main.unit_id, main.promise)


class DrawingTown(Town):
    """Notes what is drawn anew, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.looks_around = True
        self.drawn: list[str] = []

    def context(self) -> Context:
        ctx = super().context()
        draws: dict[str, Callable[[], object]] = {
            name: self._noting(name, getattr(ctx.fresh, name)) for name in ctx.fresh.__struct_fields__
        }
        ctx.fresh = replace(ctx.fresh, **draws)
        return ctx

    def _noting(self, name: str, draw: Callable[[], object]) -> Callable[[], object]:
        def note() -> object:
            self.drawn.append(name)
            return draw()

        return note


def test_a_ticket_that_follows_is_opened_like_any_other() -> None:
    town = DrawingTown()
    li = town.citizen()
    li.say(LAMP)
    drawn_when_filing = town.drawn[:4]
    li.tap("匿名、公开")
    town.drawn.clear()
    wang = joiner(town)
    assert town.drawn[:4] == drawn_when_filing == ["serial", "token", "code", "id"]
    alone, joined = town.events[li.ticket.id][0].what, town.events[wang.ticket.id][0].what
    assert isinstance(alone, Filed)
    assert isinstance(joined, Filed)
    taken_from_the_one_followed = (
        "kind",
        "category",
        "subcategory",
        "unit_id",
        "promise",
        "accused",
        "public",
        "named",
    )
    for name in taken_from_the_one_followed:
        assert getattr(joined, name) == getattr(alone, name), name
    assert (joined.text, joined.person_id, joined.sealed, joined.danger) == (SAME, wang.id, "", False)
    assert (joined.number, joined.token) != (alone.number, alone.token)
