"""From plain words to a ticket: what is filed at once, and what is asked for."""

from __future__ import annotations

import pytest

from handlers.citizen import filing
from handlers.citizen.talk import Asking
from handlers.tickets.events.filing import Filed, Supplemented
from handlers.tickets.events.work import Accepted, Asked
from tests.support.citizens_town import Chat, Town

LAMP = "河东区解放路12号的路灯坏了三天，晚上很黑"


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def li(town: Town) -> Chat:
    return town.citizen()


def test_a_complete_appeal_is_filed_at_once_and_the_reply_says_everything(li: Chat) -> None:
    reply = li.say(LAMP)
    ticket = li.ticket
    assert (ticket.kind, ticket.category, ticket.unit_id) == ("投诉", "城乡建设", "roads")
    assert ticket.place is not None
    assert (ticket.place.text, ticket.place.area) == ("河东区解放路12号", "河东区")
    for part in (ticket.number, "482913", "市城管局", "11月30日（周一）18:00", "https://ms.example/t/token"):
        assert part in reply
    assert len(reply) < 300


def test_only_the_place_is_asked_for_and_words_give_it(li: Chat) -> None:
    assert "在哪儿" in li.say("楼下的路灯坏了三天")
    assert li.tickets == []
    li.say("解放路邮局旁边")
    assert li.ticket.place is not None
    assert li.ticket.place.text == "解放路邮局旁边"


def test_a_sent_location_gives_the_place(li: Chat) -> None:
    li.say("楼下的路灯坏了三天")
    li.point("云川市河东区解放路12号")
    assert li.ticket.place is not None
    assert (li.ticket.place.latitude, li.ticket.place.area) == (29.1234, "河东区")


def test_one_tap_among_guesses_gives_the_place(li: Chat) -> None:
    li.say(LAMP)
    li.say("不公开")
    li.town.later(hours=1)
    li.say("楼下的垃圾没人收")
    assert li.labels() == ["河东区解放路12号", "跳过，说不清"]
    li.tap("解放路")
    assert li.ticket.place is not None
    assert li.ticket.place.area == "河东区"


@pytest.mark.parametrize("words", ["是的", "对"])
def test_yes_to_the_only_guess_gives_the_place(li: Chat, words: str) -> None:
    li.say(LAMP)
    li.say("不公开")
    li.town.later(hours=1)
    li.say("楼下的垃圾没人收")
    li.say(words)
    assert li.filed() == 1
    assert li.ticket.place is not None
    assert li.ticket.place.text == "河东区解放路12号"


@pytest.mark.parametrize("words", ["是的", "对"])
def test_yes_without_any_guess_is_no_place(li: Chat, words: str) -> None:
    li.say("楼下的路灯坏了三天")
    assert "在哪儿" in li.say(words)
    assert li.tickets == []


def test_a_guess_can_be_picked_by_its_number(li: Chat) -> None:
    li.say("河西区的路灯坏了三天")
    assert li.talk.asking is Asking.WHICH_PLACE
    li.say("1")
    assert li.ticket.unit_id == "west"


def test_a_region_is_enough_when_the_supply_is_cut(li: Chat) -> None:
    li.say("河西区这边停水两天了")
    assert li.ticket.urgent


@pytest.mark.parametrize("words", ["跳过", "说不清", "跳过，说不清", "没有"])
def test_the_place_can_be_left_out(li: Chat, words: str) -> None:
    li.say("楼下的路灯坏了三天")
    li.say(words)
    assert li.ticket.place is None


@pytest.mark.parametrize("words", ["请问小学入学要什么材料", "建议公交早上多发一班车", "感谢物业师傅连夜抢修"])
def test_questions_ideas_and_thanks_need_no_place(li: Chat, words: str) -> None:
    li.say(words)
    assert li.ticket.place is None


def test_a_bare_wish_to_complain_is_asked_what_happened(li: Chat) -> None:
    assert "什么事" in li.say("我要投诉")
    li.say(LAMP)
    assert (li.ticket.kind, li.ticket.text) == ("投诉", LAMP)


def test_the_bare_kind_is_kept(li: Chat) -> None:
    li.say("我要建议")
    li.say("公交早上多发一班车")
    assert li.ticket.kind == "建议"


def test_too_few_words_are_asked_for_more_and_joined(li: Chat) -> None:
    assert "再说一句" in li.say("坏了")
    li.say("解放路的路灯")
    assert li.ticket.text == "坏了\n解放路的路灯"


def test_few_words_that_are_clear_are_enough(li: Chat) -> None:
    assert "在哪儿" in li.say("停水了")
    li.say("幸福小区")
    assert li.ticket.text == "停水了"


@pytest.mark.parametrize("text", ["13812345678", "https://a.example/1 你看"])
def test_digits_and_addresses_say_nothing_yet(li: Chat, text: str) -> None:
    assert "再说一句" in li.say(text)


def test_an_unsure_category_goes_to_the_dispatcher(li: Chat) -> None:
    reply = li.say("解放路上有个东西一直响，不知道归谁管")
    assert li.ticket.unit_id == "dispatch"
    assert "市派单台" in reply


def test_a_guessed_category_is_shown_but_a_dispatcher_decides(li: Chat) -> None:
    li.say("解放路的路灯好像不太对，也许吧")
    assert (li.ticket.category, li.ticket.unit_id) == ("城乡建设", "dispatch")


def test_a_picture_is_fetched_for_the_ticket_it_belongs_to(li: Chat, town: Town) -> None:
    li.photo()
    li.say(LAMP)
    li.photo()
    town.later(hours=3)
    li.photo()
    assert [wanted.ticket_id for wanted in town.media] == [None, li.ticket.id, None]


def test_pictures_before_during_and_after_belong_to_the_appeal(li: Chat) -> None:
    assert "1个文件" in li.photo()
    li.say("楼下的路灯坏了三天")
    assert "共2个" in li.video()
    li.say("解放路12号")
    assert [one.kind for one in li.ticket.attachments] == ["image", "video"]
    assert li.ticket.number in li.photo()
    assert len(li.ticket.attachments) == 3
    assert [wanted.id for wanted in li.town.media] == [one.id for one in li.ticket.attachments]
    assert isinstance(li.town.events[li.ticket.id][-1].what, Supplemented)


def test_a_picture_long_after_filing_waits_for_its_own_words(li: Chat) -> None:
    li.say(LAMP)
    li.town.later(hours=3)
    assert "请说一句" in li.photo()
    assert li.ticket.attachments == ()
    assert len(li.talk.pieces) == 1


def test_a_voice_message_is_its_words_and_its_recording(li: Chat) -> None:
    li.voice(LAMP)
    assert li.ticket.text == LAMP
    assert [one.kind for one in li.ticket.attachments] == ["voice"]


def test_a_voice_command_is_no_recording_of_anything(li: Chat) -> None:
    li.say(LAMP)
    assert li.ticket.number in li.voice("进度")
    assert li.ticket.attachments == ()


def test_an_unheard_voice_message_is_kept_and_asked_about(li: Chat) -> None:
    assert "没听清" in li.voice()
    assert len(li.talk.pieces) == 1


def test_a_location_first_asks_what_happened_there(li: Chat) -> None:
    assert "发生了什么" in li.point()
    li.say("路灯坏了三天")
    assert li.ticket.place is not None
    assert li.ticket.place.longitude == 113.5678


def test_a_location_after_filing_sharpens_the_place(li: Chat) -> None:
    li.say(LAMP)
    li.point("邮局")
    assert li.ticket.place is not None
    assert (li.ticket.place.text, li.ticket.place.latitude) == ("河东区解放路12号（邮局）", 29.1234)


def test_short_words_right_after_filing_are_added_to_it(li: Chat) -> None:
    li.say(LAMP)
    assert "已补充" in li.say("昨晚有老人摔倒了")
    assert len(li.tickets) == 1
    li.tap("另一件")
    assert li.filed() == 0
    assert li.talk.draft is not None


def test_another_matter_right_after_filing_is_filed(li: Chat) -> None:
    li.say(LAMP)
    li.say("解放路12号的垃圾没人收")
    assert len(li.tickets) == 2


def test_the_same_words_twice_are_one_ticket(li: Chat) -> None:
    li.say(LAMP)
    assert "没有重复登记" in li.say(LAMP)
    assert len(li.tickets) == 1
    li.tap("另一件")
    assert len(li.tickets) == 2


def test_an_answer_to_the_units_question_goes_to_the_unit(li: Chat, town: Town) -> None:
    li.say(LAMP)
    town.staff(li.ticket, Accepted(), Asked("几号灯杆？"))
    town.later(days=1)
    assert "接着办" in li.say("灯杆上写着七号")
    assert len(li.tickets) == 1
    assert li.ticket.question == ""


def test_several_matters_are_offered_as_several_tickets(li: Chat) -> None:
    reply = li.say("解放路的路灯坏了三天。另外和平小学食堂的饭菜不新鲜")
    assert "2件事" in reply
    assert li.tickets == []
    li.tap("分开")
    assert [(t.category, t.place and t.place.text) for t in li.tickets] == [
        ("城乡建设", "解放路"),
        ("教育文体", "和平小学"),
    ]


def test_several_matters_can_stay_one_ticket(li: Chat) -> None:
    li.say("解放路的路灯坏了三天。另外和平小学食堂的饭菜不新鲜")
    li.tap("合成一件")
    assert len(li.tickets) == 1
    assert "食堂" in li.ticket.text


def test_a_matter_without_a_place_takes_the_place_of_the_whole(li: Chat) -> None:
    li.say("解放路的路灯坏了三天。另外垃圾也堆着没人收，请问谁管")
    li.tap("分开")
    assert [t.place and t.place.text for t in li.tickets] == ["解放路", "解放路"]


def test_what_is_complete_is_filed_and_the_rest_is_asked_for(li: Chat) -> None:
    li.say("楼下的路灯坏了三天。另外请问小学入学要什么材料")
    reply = li.say("分开报")
    assert [t.kind for t in li.tickets] == ["咨询"]
    assert "在哪儿" in reply
    li.say("幸福小区")
    assert [t.kind for t in li.tickets] == ["咨询", "投诉"]


def test_a_message_to_a_leader_says_honestly_who_will_answer(li: Chat) -> None:
    reply = li.say("给市长：解放路的路灯坏了三天")
    assert (li.ticket.leader, li.ticket.unit_id) == ("市长", "dispatch")
    assert li.ticket.title == "解放路的路灯坏了三天"
    assert "不一定是市长本人" in reply


def test_the_leader_stays_with_every_matter(li: Chat) -> None:
    li.say("给市长：解放路的路灯坏了三天。另外和平小学食堂的饭菜不新鲜")
    assert "不一定是市长本人" in li.say("分开报")
    assert [t.leader for t in li.tickets] == ["市长", "市长"]


def test_a_rude_appeal_is_filed_with_a_calm_word(li: Chat) -> None:
    reply = li.say("你们这群废物，解放路的路灯坏了三天都没人修")
    assert reply.startswith("听得出您很着急")
    assert li.filed() == 1


def test_two_thousand_characters_are_one_ticket_kept_whole(li: Chat) -> None:
    story = "解放路的路灯坏了三天。" * 181
    reply = li.say(story)
    assert li.ticket.text == story.strip()
    assert len(reply) < 400


def test_another_topic_in_the_middle_is_asked_about(li: Chat) -> None:
    li.say("楼下的路灯坏了三天")
    assert "两件事" in li.say("和平小学食堂的饭菜不新鲜")
    li.tap("两件都报")
    assert [t.category for t in li.tickets] == ["教育文体"]
    li.say("幸福小区")
    assert [t.category for t in li.tickets] == ["教育文体", "城乡建设"]


@pytest.mark.parametrize(
    ("tap", "texts"),
    [("只报新的", ["和平小学食堂的饭菜不新鲜"]), ("同一件", ["楼下的路灯坏了三天\n和平小学食堂的饭菜不新鲜"])],
)
def test_another_topic_may_replace_or_join_the_first(li: Chat, tap: str, texts: list[str]) -> None:
    li.say("楼下的路灯坏了三天")
    li.say("和平小学食堂的饭菜不新鲜")
    li.tap(tap)
    assert [t.text for t in li.tickets] == texts


@pytest.mark.parametrize(
    ("words", "filed"),
    [
        ("1", [("教育文体", "和平小学")]),
        ("两个都要", [("教育文体", "和平小学")]),
        ("分开报", [("教育文体", "和平小学")]),
        ("是的", [("教育文体", "和平小学")]),
        ("跳过", [("城乡建设", None), ("教育文体", "和平小学")]),
        ("解放路12号", [("城乡建设", "解放路12号"), ("教育文体", "和平小学")]),
        ("2", [("教育文体", "和平小学")]),
        ("3", [("城乡建设", "和平小学")]),
        ("4", []),
        ("随便", []),
    ],
)
def test_two_topics_are_told_apart_in_many_words(li: Chat, words: str, filed: list[tuple[str, str | None]]) -> None:
    li.say("楼下的路灯坏了三天")
    li.say("和平小学食堂的饭菜不新鲜")
    li.say(words)
    assert [(t.category, t.place and t.place.text) for t in li.tickets] == filed
    waits = li.talk.draft is not None
    assert waits is (words not in ("跳过", "解放路12号", "2", "3"))


@pytest.mark.parametrize("words", ["我的", "进度", "帮助"])
def test_a_command_decides_nothing_about_two_topics(li: Chat, words: str) -> None:
    li.say("楼下的路灯坏了三天")
    li.say("和平小学食堂的饭菜不新鲜")
    assert "还差个地点" not in li.say(words)
    assert (li.tickets, li.talk.asking) == ([], Asking.NEW_TOPIC)


@pytest.mark.parametrize("words", ["取消", "算了", "不说了"])
def test_an_unfinished_appeal_can_be_dropped(li: Chat, words: str) -> None:
    li.photo()
    li.say("楼下的路灯坏了三天")
    assert "不报了" in li.say(words)
    assert li.talk.draft is None
    assert li.talk.pieces == ()
    assert li.tickets == []


def test_a_command_in_the_middle_is_answered_and_the_question_stays(li: Chat) -> None:
    li.say(LAMP)
    li.town.later(hours=1)
    li.say("楼下的垃圾没人收")
    reply = li.say("进度")
    assert li.tickets[0].number in reply
    assert "还差一个地点" in reply
    li.say("幸福小区")
    assert len(li.tickets) == 2


def test_how_to_be_shown_is_asked_exactly_once(li: Chat) -> None:
    assert "要不要署名" in li.say(LAMP)
    li.town.later(hours=1)
    assert "要不要署名" not in li.say("幸福小区的垃圾没人收")


def test_every_ticket_has_its_first_event(li: Chat) -> None:
    li.say(LAMP)
    (event,) = li.town.events[li.ticket.id]
    assert isinstance(event.what, Filed)
    assert event.actor.id == li.id


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("尊敬的领导，您好！解放路的路灯坏了。请尽快修。", "解放路的路灯坏了"),
        ("您好，请问小学入学要什么材料？", "小学入学要什么材料"),
        ("2. 另外，食堂饭菜不新鲜", "食堂饭菜不新鲜"),
        ("您好", "您好"),
        ("我是一名退休教师，退休金补发一直没有落实。", "退休金补发一直没有落实"),
        ("你好我想问下低保怎么办", "低保怎么办"),
        ("一" * 40, "一" * 23 + "…"),
        ("解放路十二号门口，已经坏了三天的路灯到现在也没有人来修理过", "解放路十二号门口"),
    ],
)
def test_a_title_is_the_first_thing_said(text: str, title: str) -> None:
    assert filing.title(text) == title


def test_words_that_choose_nothing_file_nothing(town: Town) -> None:
    chat = town.citizen()
    chat.say("楼上停车位被占了")
    chat.say("食堂的饭菜不新鲜，孩子吃坏了肚子")
    assert "两件事" in chat.say("这个嘛")
    assert chat.tickets == []
