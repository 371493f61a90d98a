"""The rest of the talk: danger, temper, greetings, odd messages, expiry, following, the menu."""

from __future__ import annotations

import msgspec
import pytest

from handlers.citizen import room
from handlers.citizen.safety import CALL_NOW
from handlers.citizen.talk import Asking
from handlers.citizen.words import MENU, MENU_SAYS
from handlers.messages import Channel, Click, Consent, Delivery, Incoming, Link, Silent, Text, Unfollow
from handlers.official.talk import OfficialTalk
from handlers.tickets.ticket import State
from nlp.understand import DangerKind
from tests.support.citizens_town import Chat, Town

LAMP = "河东区解放路12号的路灯坏了三天，晚上很黑"


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def li(town: Town) -> Chat:
    return town.citizen()


@pytest.mark.parametrize(
    ("words", "number"),
    [("家里煤气味很重", "119"), ("对面楼着火了", "119"), ("围墙塌了压到人", "119"), ("楼下有人打人", "110")],
)
def test_a_danger_is_answered_with_whom_to_call_and_filed_without_its_place(li: Chat, words: str, number: str) -> None:
    reply = li.say(words)
    assert number in reply.splitlines()[0]
    assert "叫不来救援" in reply
    assert li.ticket.urgent
    assert "在哪儿" in reply.splitlines()[-1]


def test_thanks_for_a_rescue_are_thanks(li: Chat) -> None:
    reply = li.say("感谢消防队，幸福小区着火了马上就来")
    assert "119" not in reply
    assert not li.ticket.urgent


@pytest.mark.parametrize("words", ["救命", "救命啊！！", "我要报警"])
def test_a_cry_is_answered_with_whom_to_call(li: Chat, words: str) -> None:
    reply = li.say(words)
    assert all(number in reply for number in ("110", "119", "120"))
    assert li.outcome.events == ()


def test_the_place_of_a_danger_follows(li: Chat) -> None:
    li.say("家里煤气味很重")
    li.say("阳光花园5栋")
    assert len(li.tickets) == 1
    assert li.ticket.place is not None
    assert li.ticket.place.text == "阳光花园5栋"


def test_the_place_of_a_danger_may_come_as_a_point(li: Chat) -> None:
    li.say("家里煤气味很重")
    li.point()
    assert li.ticket.place is not None
    assert li.ticket.place.latitude == 29.1234


def test_a_danger_goes_before_an_unfinished_appeal(li: Chat) -> None:
    li.say("楼下的路灯坏了三天")
    assert li.say("对面着火了快来").startswith("请马上离开并打119")
    li.say("幸福小区")
    assert li.ticket.place is not None
    assert len(li.tickets) == 1
    li.say("继续")
    li.say("解放路")
    assert [t.urgent for t in li.tickets] == [True, False]


def test_a_danger_after_supplement_is_no_supplement(li: Chat) -> None:
    li.say(LAMP)
    li.say("补充")
    li.say("灯杆着火了")
    assert len(li.tickets) == 2


def test_every_danger_has_its_call() -> None:
    assert set(CALL_NOW) == set(DangerKind)
    assert all(any(number in words for number in ("110", "119", "120")) for words in CALL_NOW.values())


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("你好", "我在"),
        ("谢谢", "不客气"),
        ("你是谁", "报事"),
        ("垃圾", "您生气，我理解"),
        ("😀😀", "表情"),
        ("。。。", "表情"),
        ("", "空的"),
        ("   ", "空的"),
        ("帮助", "进度"),
        ("好的", "好的"),
        ("3", "好的"),
        ("取消", "没有没报完"),
        ("继续", "没有没报完"),
        ("我的", "还没有报过事"),
        ("进度", "还没有报过事"),
        ("【收到不支持的消息类型，暂无法显示】", "打不开"),
    ],
)
def test_small_talk_files_nothing(li: Chat, words: str, part: str) -> None:
    assert part in li.say(words)
    assert li.outcome.events == ()


def test_temper_with_an_open_ticket_offers_what_helps(li: Chat) -> None:
    li.say(LAMP)
    assert "理解" in li.say("你们这帮混蛋")
    assert li.labels() == ["催一催", "到哪一步了", "找真人"]


def test_a_link_waits_for_words_and_is_kept(li: Chat) -> None:
    assert "自己的话" in li.send(Link("路灯为何不亮", "", "https://news.example/1"))
    li.say(LAMP)
    assert "https://news.example/1" in li.ticket.text
    assert li.filed() == 1


def test_a_typed_address_is_a_link(li: Chat) -> None:
    assert "自己的话" in li.say("https://news.example/1")


def test_a_link_after_filing_is_added(li: Chat) -> None:
    li.say(LAMP)
    assert "已补充" in li.send(Link("路灯为何不亮", "", "https://news.example/1"))


def test_an_unfinished_appeal_rests_and_is_told_of_at_the_next_message(li: Chat, town: Town) -> None:
    li.photo()
    li.say("楼下的路灯坏了三天")
    town.later(hours=25)
    reply = li.say("你好")
    assert reply.startswith("上次「楼下的路灯坏了三天」没说完")
    assert li.labels() == ["继续", "不要了"]
    assert "没说完" not in li.say("谢谢")
    li.say("继续")
    li.say("幸福小区")
    assert (li.ticket.text, len(li.ticket.attachments)) == ("楼下的路灯坏了三天", 1)


def test_a_resting_appeal_can_be_dropped(li: Chat, town: Town) -> None:
    li.say("楼下的路灯坏了三天")
    town.later(hours=25)
    li.say("你好")
    li.tap("不要了")
    assert li.talk == OfficialTalk()


def test_what_rests_too_long_is_forgotten(li: Chat, town: Town) -> None:
    li.say("楼下的路灯坏了三天")
    for _ in range(2):
        town.later(hours=25)
        li.say("你好")
    assert li.talk.resting is None


def test_a_whole_appeal_after_the_time_is_filed_and_the_old_one_told_of(li: Chat, town: Town) -> None:
    li.say("楼下的路灯坏了三天")
    town.later(hours=25)
    reply = li.say("幸福小区的垃圾没人收")
    assert "没说完" in reply
    assert [t.category for t in li.tickets] == ["城乡建设"]
    assert li.ticket.text == "幸福小区的垃圾没人收"


def test_going_on_at_once_after_the_time(li: Chat, town: Town) -> None:
    li.say("楼下的路灯坏了三天")
    town.later(hours=25)
    assert "在哪儿" in li.say("继续")


def test_a_talk_survives_a_restart(li: Chat, town: Town) -> None:
    li.photo()
    li.say("解放路的路灯坏了三天。另外食堂的饭菜不新鲜")
    town.talks[li.id] = msgspec.json.decode(msgspec.json.encode(li.talk), type=OfficialTalk)
    li.tap("合成一件")
    assert len(li.ticket.attachments) == 1


def test_following_is_welcomed_in_four_lines_with_taps(li: Chat) -> None:
    assert len(li.follow().splitlines()) <= 4
    assert len(li.choices) == 3


def test_a_scanned_ticket_is_shown_to_its_owner_and_without_personal_data_to_others(li: Chat, town: Town) -> None:
    li.say(LAMP)
    scene = f"t_{li.ticket.number}"
    assert "解放路" in li.follow(scene, scanned=True)
    assert "解放路" not in town.citizen().follow(scene)
    assert "【已提交】" in town.citizen().follow(scene)


@pytest.mark.parametrize("scene", ["t_26999996", "t_x", "poster7", ""])
def test_any_other_scan_is_welcomed(li: Chat, scene: str) -> None:
    assert li.follow(scene, scanned=True)
    assert li.follow(scene)


def test_unfollowing_forgets(li: Chat, town: Town) -> None:
    assert li.send(Unfollow()) == ""
    assert li.id in town.forgotten


@pytest.mark.parametrize(
    "body", [Silent("view"), Delivery("1", delivered=True, status="success"), Consent((("a", True),))]
)
def test_events_without_an_answer(li: Chat, body: Silent | Delivery | Consent) -> None:
    li.photo()
    li.town.later(hours=25)
    assert li.send(body) == ""
    assert li.outcome.talk is None


@pytest.mark.parametrize("key", MENU_SAYS)
def test_every_button_of_the_menu_has_an_answer(li: Chat, key: str) -> None:
    li.say(LAMP)
    assert li.click(key)
    assert li.ticket.state is State.SUBMITTED


def test_an_unknown_button_helps(li: Chat) -> None:
    assert "进度" in li.send(Click("old-key"))


def test_the_menu_keeps_the_platforms_limits() -> None:
    assert len(MENU) <= 3
    for column in MENU:
        assert len(column.name.encode()) <= 16
        assert 1 <= len(column.buttons) <= 5
        assert all(len(b.name.encode()) <= 60 and len(b.key.encode()) <= 128 for b in column.buttons)
    keys = [button.key for column in MENU for button in column.buttons]
    assert len(keys) == len(set(keys))


def test_the_button_to_file_opens_an_appeal(li: Chat) -> None:
    li.click("file")
    assert li.talk.asking is Asking.MATTER
    li.say(LAMP)
    assert li.filed() == 1


def test_too_many_files_are_enough(li: Chat) -> None:
    li.say("楼下的路灯坏了三天")
    for _ in range(20):
        assert "收到" in li.photo()
    assert "已经够多" in li.photo()
    assert li.talk.draft is not None
    assert len(li.talk.draft.pieces) == 20


@pytest.mark.parametrize(
    ("text", "words"),
    [(" 解放路的路灯坏了，晚上很黑 ", "解放路的路灯坏了，晚上很黑"), ("进度", ""), ("我要投诉", ""), ("谢谢", "")],
)
def test_what_will_be_read_is_known_before_anything_is_decided(li: Chat, text: str, words: str) -> None:
    incoming = Incoming("k", Channel.WECHAT, "o", li.town.now, li.town.now, Text(text))
    assert room.read(incoming).appeal == words
