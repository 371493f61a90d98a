"""A question that was answered before in public: the reply comes at once, and the citizen says whether that was it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from handlers.citizen import published_reply, wording
from handlers.citizen.talk import Asking
from handlers.context import Published
from handlers.tickets.ticket import Place, State, Ticket
from tests.support import samples
from tests.support.citizens_town import MONDAY, Town, directory

QUESTION = "请问居住证怎么办理，要带什么材料？"
REPLY = "您好，带身份证和租房合同到户政大厅办理，十五个工作日领证。"


@pytest.fixture
def town() -> Town:
    town = Town()
    town.published = [Published("居住证怎么办", REPLY, "市城管局", MONDAY - timedelta(days=40), "0700-5550101")]
    return town


def answered_ticket() -> Ticket:
    return replace(
        samples.start(kind="咨询", title="居住证怎么办", public=True, place=None, unit_id="roads").ticket,
        state=State.REPLIED,
        reply=REPLY,
        replied_at=MONDAY,
    )


def test_the_reply_comes_at_once_with_date_and_unit_and_nothing_is_filed(town: Town) -> None:
    chat = town.citizen()
    said = chat.say(QUESTION)
    assert REPLY in said
    assert "市城管局" in said
    assert "10月14日" in said
    assert "0700-5550101" in said
    assert "还想提交吗" in said
    assert chat.labels() == ["提交", "不用了"]
    assert not chat.tickets
    assert chat.talk.asking is Asking.ANSWERED


@pytest.mark.parametrize("words", ["提交", "还是提交吧", "没用", "不是这个问题", "1", "答非所问", "好的"])
def test_who_wants_an_own_answer_gets_one(town: Town, words: str) -> None:
    chat = town.citizen()
    chat.say(QUESTION)
    chat.say(words)
    assert chat.ticket.text == QUESTION
    assert chat.ticket.kind == "咨询"


@pytest.mark.parametrize("words", ["不用了", "谢谢", "明白了", "取消", "不用提交了", "2"])
def test_who_has_read_enough_is_left_alone(town: Town, words: str) -> None:
    chat = town.citizen()
    chat.say(QUESTION)
    assert "没有提交" in chat.say(words) or "不提交" in chat.outcome.reply.text  # type: ignore[union-attr]
    assert not chat.tickets
    assert chat.talk.draft is None
    assert chat.talk.until is None


def test_more_words_belong_to_the_question(town: Town) -> None:
    chat = town.citizen()
    chat.say(QUESTION)
    chat.say("我是外地户口，租房没有合同")
    assert chat.ticket.text == f"{QUESTION}\n我是外地户口，租房没有合同"


def test_another_matter_begins_anew(town: Town) -> None:
    chat = town.citizen()
    chat.say(QUESTION)
    chat.say("解放路12号门口的路灯坏了三天没人修")
    assert chat.ticket.text == "解放路12号门口的路灯坏了三天没人修"
    assert len(chat.tickets) == 1


def test_a_command_in_between_leaves_the_question_open(town: Town) -> None:
    chat = town.citizen()
    chat.say(QUESTION)
    assert "还没有提交" in chat.say("我的")
    chat.say("提交")
    assert chat.ticket.text == QUESTION


def test_words_that_answer_nothing_ask_again(town: Town) -> None:
    chat = town.citizen()
    chat.say(QUESTION)
    assert "还想提交吗" in chat.say("你好")
    assert not chat.tickets


def test_after_a_day_nobody_is_reminded(town: Town) -> None:
    chat = town.citizen()
    chat.say(QUESTION)
    town.later(hours=25)
    assert "继续" not in chat.say("你好")
    assert chat.talk.draft is None


@pytest.mark.parametrize(
    "words",
    [
        "解放路12号的路灯坏了三天没人修，居住证也没处办",
        "请问家里有煤气味怎么办理报修",
        "给市长：请问居住证怎么办理，要带什么材料？",
    ],
    ids=["a complaint", "a danger", "a letter"],
)
def test_only_a_plain_question_is_answered_like_this(town: Town, words: str) -> None:
    chat = town.citizen()
    assert REPLY not in chat.say(words)


def test_nothing_published_changes_nothing() -> None:
    chat = Town().citizen()
    chat.say(QUESTION)
    assert chat.ticket.text == QUESTION


@pytest.mark.parametrize(
    ("place", "area", "asked", "offered"),
    [
        ("", "", "", True),
        ("", "", "河东区", True),
        ("", "河东区", "", True),
        ("", "河东区", "河东区", True),
        ("", "河东区", "河西区", False),
        ("", "云川市", "河西区", True),
        ("阳光花园", "", "", False),
        ("阳光花园", "", "幸福小区", False),
        ("阳光花园3栋", "", "阳光花园", True),
        ("云川市", "", "", True),
        ("河东区", "", "河西区", False),
        ("河东区", "", "河东区解放路", True),
    ],
)
def test_an_answer_about_another_place_is_none(town: Town, place: str, area: str, asked: str, offered: bool) -> None:
    town.published = [replace(town.published[0], place=place, area=area)]
    said = town.citizen().say(f"请问{asked}居住证怎么办理，要带什么材料？")
    assert (REPLY in said) is offered


def test_the_first_that_fits_is_shown(town: Town) -> None:
    town.published.insert(0, replace(town.published[0], place="河东区", reply="只在河东区办。"))
    assert REPLY in town.citizen().say(QUESTION)


@pytest.mark.parametrize(
    ("given", "may"),
    [
        ({}, True),
        ({"rating": 3}, True),
        ({"rating": 2}, False),
        ({"public": False}, False),
        ({"kind": "投诉"}, False),
        ({"state": State.REWORK}, False),
        ({"state": State.CLOSED}, True),
        ({"reply": ""}, False),
        ({"replied_at": MONDAY - timedelta(days=731)}, False),
    ],
)
def test_what_may_be_published(given: dict[str, object], may: bool) -> None:
    assert published_reply.may_publish(replace(answered_ticket(), **given), MONDAY) is may


def test_personal_data_stay_hidden() -> None:
    reply = f"王女士您好，已与您13812345678联系。{REPLY}"
    shown = published_reply.published(replace(answered_ticket(), reply=reply), directory())
    assert "13812345678" not in shown.reply
    assert REPLY in shown.reply
    placed = replace(answered_ticket(), reply="您家阳光花园3栋201室的水表", place=Place("阳光花园3栋", "河东区"))
    assert "3栋" not in published_reply.published(placed, directory()).reply
    assert (shown.unit, shown.phone, shown.question) == ("市城管局", "0700-5550101", "居住证怎么办")


def test_a_long_reply_ends_with_a_sentence() -> None:
    shown = published_reply.shortened("请带齐材料到大厅办理。" * 60)
    assert shown.startswith("请带齐材料到大厅办理。")
    assert "。……" in shown
    assert len(shown) < published_reply.LONGEST + 20
    assert published_reply.shortened("短") == "短"


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        ("字" * published_reply.LONGEST, published_reply.LONGEST),
        ("字" * (published_reply.LONGEST + 1), published_reply.LONGEST),
        ("一句。" + "字" * 500, published_reply.LONGEST),
        ("字" * 300 + "。" + "字" * 200, 301),
        ("字" * 399 + "。" + "字", 400),
        ("字" * 400 + "。" + "字", 400),
    ],
)
def test_a_long_reply_ends_with_a_sentence_where_that_keeps_half_of_it(reply: str, kept: int) -> None:
    shown = published_reply.shortened(reply)
    assert shown == (reply if len(reply) == kept else reply[:kept] + wording.CUT_SHORT)
