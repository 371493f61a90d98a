"""After filing: corrections, 补充, 催办, 撤回, 评价, how it is shown, looking it up, the page's buttons."""

from __future__ import annotations

import pytest

from handlers.messages import PageAction, PageVerb
from handlers.official.talk import OfficialTalk
from handlers.tickets.events.work import Accepted, Asked
from handlers.tickets.ticket import State
from tests.support.afterwards import LAMP, answered, li, town, wang
from tests.support.citizens_town import Chat, Town, happenings

__all__ = ["answered", "li", "town", "wang"]


@pytest.mark.parametrize(
    ("words", "place", "unit"),
    [
        ("不是解放路，是五一路", "河东区五一路12号", "roads"),
        ("不是河东区，是河西区", "河西区解放路12号", "west"),
        ("地点改成河西区建设路8号", "河西区建设路8号", "west"),
        ("不对，是建设路8号", "河东区建设路8号", "roads"),
    ],
)
def test_a_wrong_place_is_put_right_and_rerouted(li: Chat, words: str, place: str, unit: str) -> None:
    li.say(words)
    assert li.ticket.place is not None
    assert (li.ticket.place.text, li.ticket.unit_id) == (place, unit)


def test_a_correction_says_who_has_it_now(li: Chat) -> None:
    assert "已改交河西区政府" in li.say("不是河东区，是河西区")


@pytest.mark.parametrize("words", ["不是投诉，是建议", "是建议不是投诉"])
def test_a_wrong_kind_is_put_right(li: Chat, words: str) -> None:
    li.say(words)
    assert li.ticket.kind == "建议"


def test_a_wrong_category_is_put_right_and_rerouted(li: Chat) -> None:
    li.say("不是城建，是环保")
    assert (li.ticket.category, li.ticket.unit_id) == ("环境保护", "green")


def test_a_unit_at_work_keeps_a_corrected_ticket(li: Chat, town: Town) -> None:
    town.staff(li.ticket, Accepted())
    assert "市城管局已经在办" in li.say("不是河东区，是河西区")
    assert li.ticket.unit_id == "roads"


def test_a_draft_is_put_right_before_filing(wang: Chat) -> None:
    wang.say("楼下的路灯坏了三天")
    wang.say("不是投诉，是建议")
    assert (wang.ticket.kind, wang.ticket.place) == ("建议", None)


def test_nothing_to_put_right(wang: Chat) -> None:
    assert "要改哪件事" in wang.say("不是解放路，是五一路")


def test_a_correction_that_names_nothing_is_asked_back(li: Chat) -> None:
    assert "改地点吗" in li.say("不是这样，是那样的")
    assert li.outcome.events == ()


@pytest.mark.parametrize("words", ["补充：灯杆上写着七号", "补充 灯杆上写着七号", "再补充一点：灯杆上写着七号"])
def test_words_are_added(li: Chat, words: str) -> None:
    assert li.ticket.number in li.say(words)
    assert list(happenings(li.town, li.ticket)) == ["Filed", "Supplemented"]


def test_supplement_alone_waits_for_what_is_added(li: Chat) -> None:
    assert "请把要补充的发给我" in li.say("补充")
    li.photo()
    assert len(li.ticket.attachments) == 1
    assert li.talk.asking is None


def test_supplement_can_be_left(li: Chat) -> None:
    li.say("补充")
    assert "不补了" in li.say("不用了")
    assert li.outcome.events == ()


def test_what_ends_a_pause_gets_a_date(li: Chat, town: Town) -> None:
    town.staff(li.ticket, Asked("几号灯杆？"))
    assert "几号灯杆" in li.say("补充")
    assert "前答复您" in li.say("七号灯杆")
    assert li.ticket.state is not State.WAITING


def test_urging_reaches_the_unit_once_a_day(li: Chat) -> None:
    assert "替您催了" in li.say("怎么还没人处理")
    assert "一天之内" in li.say("催办")
    assert li.ticket.urges == 1


def test_urging_an_answered_ticket_offers_to_open_it_again(answered: Chat) -> None:
    assert "已经有答复" in answered.say("催办")
    answered.tap("没解决")
    assert answered.ticket.state is State.REWORK


def test_urging_without_a_ticket(wang: Chat) -> None:
    assert "还没有报过事" in wang.say("催办")


def test_several_open_tickets_are_offered_when_none_is_in_context(li: Chat, town: Town) -> None:
    li.say("幸福小区的垃圾没人收")
    town.talks[li.id] = OfficialTalk()
    assert "要催办哪一件" in li.say("催办")
    assert len(li.choices) == 2
    li.tap("垃圾")
    assert li.tickets[1].urges == 1


def test_withdrawing_is_asked_back_and_done(li: Chat) -> None:
    assert "要撤回" in li.say("撤回")
    assert li.outcome.events == ()
    li.tap("确认")
    assert li.ticket.state is State.WITHDRAWN


@pytest.mark.parametrize("words", ["不要", "取消", "算了"])
def test_withdrawing_can_be_left(li: Chat, words: str) -> None:
    li.say("撤回")
    li.say(words)
    assert li.ticket.state is State.SUBMITTED
    assert li.talk.asking is None


def test_a_yes_much_later_withdraws_nothing(li: Chat, town: Town) -> None:
    li.say("撤回")
    town.later(days=2)
    li.say("好的")
    assert li.ticket.state is State.SUBMITTED


def test_something_else_after_the_question_withdraws_nothing(li: Chat) -> None:
    li.say("撤回")
    li.say("进度")
    li.say("是")
    assert li.ticket.state is State.SUBMITTED


def test_rating_before_an_answer_is_refused_kindly(li: Chat) -> None:
    assert "有了答复" in li.say("评价 5")
    assert li.ticket.rating is None


def test_thanks_after_an_answer_offer_to_rate(answered: Chat) -> None:
    assert "不客气" in answered.say("谢谢")
    assert answered.labels() == ["评一评"]


@pytest.mark.parametrize(
    ("words", "named", "public"),
    [("公开", False, True), ("匿名公开", False, True), ("署名公开", True, True), ("实名", True, False)],
)
def test_a_name_holds_for_later_tickets_and_public_for_one(li: Chat, words: str, named: bool, public: bool) -> None:
    li.say(words)
    assert (li.ticket.named, li.ticket.public) == (named, public)
    assert bool(li.person.named) is named
    li.say("幸福小区2栋的下水道堵了，污水往外冒")
    assert (li.ticket.named, li.ticket.public) == (named, False)


def test_one_ticket_alone_can_be_shown(li: Chat) -> None:
    li.say(f"公开 {li.ticket.number}")
    assert li.ticket.public
    assert not li.person.public


def test_who_signs_is_asked_for_a_name(li: Chat) -> None:
    assert "怎么称呼" in li.say("署名公开")
    assert "王女士" in li.say("叫我王女士")
    assert li.person.called == "王女士"


def test_the_first_question_can_be_answered_by_number_or_left(town: Town) -> None:
    chat = town.citizen()
    chat.say(LAMP)
    chat.say("2")
    assert (chat.ticket.named, chat.ticket.public) == (False, True)
    other = town.citizen()
    other.say(LAMP)
    other.say("随便，幸福小区的垃圾也没人收")
    assert (other.person.named, other.person.public) == (False, False)


def test_progress_and_mine(li: Chat) -> None:
    assert "已提交" in li.say("进度")
    assert li.labels() == ["补充", "催一催", "撤回这件"]
    li.say("我的")
    assert li.ticket.number in li.labels()[0]
    li.tap(li.ticket.number)
    assert "市城管局" in (li.outcome.reply.text if li.outcome.reply else "")


@pytest.mark.parametrize("shape", ["{0}", "查 {0}", "进度{0}", "编号 {0}", "查 {1} {2}"])
def test_the_own_number_in_any_shape(li: Chat, shape: str) -> None:
    number = li.ticket.number
    assert "【已提交】" in li.say(shape.format(number, number[:4], number[4:]))


def test_a_stranger_needs_the_code_and_sees_nothing_personal(li: Chat, wang: Chat) -> None:
    reply = wang.say(f"查 {li.ticket.number} 482913")
    assert "【已提交】" in reply
    assert "解放路" not in reply
    assert wang.choices == ()
    assert wang.talk.ticket_id is None


def test_every_number_that_opens_nothing_gets_one_answer(li: Chat, wang: Chat) -> None:
    number = li.ticket.number
    wrong_code = wang.say(f"查 {number} 000000")
    without_code = wang.say(f"查 {number}")
    unknown = wang.say("查 26999996 482913")
    assert wrong_code == without_code == unknown


def test_a_mistyped_number_is_recognised(li: Chat) -> None:
    number = li.ticket.number
    assert "打错了一位" in li.say(f"查 {number[:-1]}{(int(number[-1]) + 1) % 10}")


@pytest.mark.parametrize("verb", ["补充 {} 灯杆七号", "催办 {}", "撤回 {}", "评价 {} 1", "公开 {}"])
def test_nobody_acts_on_anothers_ticket_by_its_number(li: Chat, wang: Chat, verb: str) -> None:
    before = li.ticket
    wang.say(verb.format(before.number))
    wang.say("确认")
    assert li.ticket == before


@pytest.mark.parametrize("words", ["撤回", "评价 1", "补充 灯杆七号", "不是解放路，是五一路", "公开", "进度"])
def test_a_ticket_looked_at_for_work_is_not_ones_own(li: Chat, wang: Chat, town: Town, words: str) -> None:
    town.talks[wang.id] = OfficialTalk(ticket_id=li.ticket.id)
    assert "解放路" not in wang.say(words)
    wang.say("确认")
    assert list(happenings(town, li.ticket)) == ["Filed"]


def test_cancelling_what_is_filed_shows_the_way(town: Town) -> None:
    chat = town.citizen()
    chat.say(LAMP)
    assert "撤回" in chat.say("取消")
    chat.tap("撤回")
    chat.tap("确认")
    assert chat.ticket.state is State.WITHDRAWN


def test_joining_nothing_in_particular_asks_which(li: Chat) -> None:
    assert "要附议哪一件" in li.say("附议")


def test_a_human_can_be_reached(li: Chat) -> None:
    reply = li.say("转人工")
    assert "0700-12345" in reply
    assert "0700-5550101" in reply


@pytest.mark.parametrize(
    ("verb", "text", "event"),
    [
        (PageVerb.SUPPLEMENT, "灯杆七号", "Supplemented"),
        (PageVerb.URGE, "", "Urged"),
        (PageVerb.WITHDRAW, "", "Withdrawn"),
    ],
)
def test_the_pages_buttons(li: Chat, verb: PageVerb, text: str, event: str) -> None:
    talk = li.talk
    assert li.send(PageAction(li.ticket.id, verb, text))
    assert list(happenings(li.town, li.ticket)) == ["Filed", event]
    assert li.talk == talk


def test_the_page_rates_and_opens_again(answered: Chat) -> None:
    answered.send(PageAction(answered.ticket.id, PageVerb.RATE, "1 没解决"))
    assert answered.ticket.state is State.REWORK


@pytest.mark.parametrize(("verb", "text"), [(PageVerb.SUPPLEMENT, " "), (PageVerb.RATE, ""), (PageVerb.RATE, "17")])
def test_an_empty_form_changes_nothing(answered: Chat, verb: PageVerb, text: str) -> None:
    assert answered.send(PageAction(answered.ticket.id, verb, text))
    assert answered.outcome.events == ()


def test_a_page_of_no_ticket(li: Chat) -> None:
    assert "没查到" in li.send(PageAction(1, PageVerb.URGE))
