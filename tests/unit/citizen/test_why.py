"""为什么是这天: a citizen asks for the reckoning; and thanks are told what becomes of them, not when they are answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.citizen.words import DialogueWish, read
from handlers.tickets.events.work import Accepted, Extended
from nlp.wishes import Wish
from tests.support.afterwards import li, town, wang
from tests.support.citizens_town import Chat, Town

__all__ = ["li", "town", "wang"]


@pytest.mark.parametrize(
    "words",
    [
        "为什么是这天",
        "为什么是这天？",
        "期限怎么算的",
        "答复时间怎么定的呢",
        "请问期限是怎么算出来的？",
        "这件事的期限怎么算",
        "怎么要等到那一天",
        "为何",
    ],
)
def test_the_question_is_heard(words: str) -> None:
    assert read(words).wish is DialogueWish.WHY


def test_the_question_may_name_a_ticket() -> None:
    assert (read("期限怎么算的 26000010").wish, read("期限怎么算的 26000010").number) == (DialogueWish.WHY, "26000010")


@pytest.mark.parametrize(
    "words",
    ["为什么到这天还没人修路灯", "公交车的时间怎么算的，每次都等半小时", "医保缴费期限怎么算的", "为何路灯不亮"],
)
def test_an_appeal_with_like_words_is_an_appeal(words: str) -> None:
    assert read(words).wish is Wish.FILE


def test_the_answer_is_short_and_leads_to_the_rest(li: Chat, town: Town) -> None:
    ticket = town.staff(li.ticket, Accepted(), Extended(2, "等配件", li.ticket.promise.reply_by + timedelta(days=2)))
    said = li.say("为什么是这天")
    assert said.startswith(f"{ticket.number}「{ticket.title}」的答复时间是这么来的：\n1. 今天 09:00 您提交\n2. ")
    assert ticket.promise.rule in said
    assert "延期 2 个工作日" in said
    assert "受理（" not in said
    assert said.endswith(f"每一步都在这里：https://ms.example/t/{ticket.token}")
    assert li.say(f"期限怎么算的 {ticket.number}") == said


def test_without_a_ticket_there_is_nothing_to_reckon(wang: Chat) -> None:
    assert "还没有" in wang.say("期限怎么算的")


def test_anothers_ticket_is_not_explained(li: Chat, wang: Chat) -> None:
    assert "您提交" not in wang.say(f"期限怎么算的 {li.ticket.number}")


def test_thanks_are_passed_on_and_nobody_is_told_of_an_answer(wang: Chat) -> None:
    said = wang.say("感谢物业师傅连夜抢修")
    assert wang.ticket.kind == "感谢"
    assert "11月30日（周一）18:00 前转达到，有回音就告诉您" in said
    for words in (said, wang.say("进度"), wang.say("为什么是这天")):
        assert "前答复" not in words
        assert "黄牌" not in words
    assert wang.ticket.promise.ladder == ()
