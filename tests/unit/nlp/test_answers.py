"""Published replies of our own invention, asked for in other words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.cli.replies import candidates, read_base, reviews
from nlp.matching.answers import OFFER, AnswerBase, PublishedAppeal, SameWords

ROWS = [
    PublishedAppeal(
        "1",
        "咨询住房公积金提取",
        "我在春晓花园买了一套房，公积金能取出来付首付吗",
        "可以，带购房合同和身份证到公积金中心办理。",
    ),
    PublishedAppeal(
        "2", "驾驶证到期换证", "驾驶证下个月到期，人在外地，怎么换", "可以在居住地的车管所换证，带身份证和体检表。"
    ),
    PublishedAppeal(
        "3", "反映春晓路路灯不亮", "三盏路灯半个月不亮", "11月20日已修复，电缆老化，维修费用由市财政承担。"
    ),
    PublishedAppeal(
        "4",
        "新生儿参加居民医保",
        "孩子刚出生，农村合作医疗怎么办",
        "出生28天内带户口本到社区参保，自出生之日起享受待遇。",
    ),
    PublishedAppeal("5", "小区加装电梯补贴", "老楼装电梯政府补多少钱", "每部电梯补贴十万元，验收后三个月内拨付到账。"),
    PublishedAppeal("6", "流动摊贩占道", "学校门口摆摊", "您好！您反映的问题已收悉，已转城管局核实、办复。"),
]


@pytest.fixture(scope="module")
def base() -> AnswerBase:
    return AnswerBase(ROWS, SameWords.load())


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("买房子可以用公积金吗", "1"),
        ("驾照快过期了，在别的城市能换新的吗", "2"),
        ("春晓路晚上没有灯", "3"),
        ("宝宝的新农合什么时候交", "4"),
        ("旧楼装电梯有没有补助", "5"),
    ],
)
def test_other_words_find_the_same_reply(base: AnswerBase, question: str, expected: str) -> None:
    found = base.find(question)
    assert found[0][0] == expected
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_what_was_never_answered_is_not_offered(base: AnswerBase) -> None:
    assert base.offer("请问火葬场的收费目录在哪里公示") == []
    assert base.find("") == base.find("，。？") == base.find("a") == base.offer("") == []


def test_a_close_question_is_offered_and_a_receipt_never(base: AnswerBase) -> None:
    assert [id_ for id_, _ in base.offer("驾驶证到期了人在外地怎么换证")] == ["2"]
    question = "流动摊贩占道，学校门口摆摊"
    assert base.find(question)[0][0] == "6"
    assert base.find(question)[0][1] >= OFFER
    assert base.offer(question) == []


def test_an_empty_base_finds_nothing() -> None:
    empty = AnswerBase([], SameWords.load())
    assert len(empty) == 0
    assert empty.find("公积金") == empty.offer("公积金") == []


@given(st.text(), st.integers(-1, 9))
def test_any_question_is_answered_from_the_base_alone(question: str, k: int) -> None:
    base = AnswerBase(ROWS[:3], SameWords([["驾驶证", "驾照"]]))
    found = base.find(question, k)
    assert len(found) <= max(k, 0)
    assert {id_ for id_, _ in found} <= {"1", "2", "3"}
    assert all(0 < score <= 1 for _, score in found)


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), max_size=6), st.text())
def test_any_rows_make_a_base(rows: list[tuple[str, str, str]], question: str) -> None:
    base = AnswerBase([PublishedAppeal(str(n), *row) for n, row in enumerate(rows)], SameWords([["驾驶证", "驾照"]]))
    assert len(base.find(question)) <= len(rows)


def test_one_word_stands_for_all() -> None:
    words = SameWords([["驾驶证", "驾照", "驾证"], ["居民医保", "农合", "新农合"]])
    assert words.one_form("驾照和新农合") == "驾驶证和居民医保"
    assert words.one_form("驾驶证") == "驾驶证"


def test_the_command_line_answers_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "base.csv"
    file.write_text("id,title,detail,reply\n7,换证,驾驶证到期怎么换,带身份证到车管所换证。\n", encoding="utf-8-sig")
    base = read_base(file)
    lines = [
        '{"question": "驾照到期去哪换"}'.encode(),
        b"oops",
        b'{"question": 5}',
        b"{}",
        '{"question": "？"}'.encode(),
    ]
    read = [json.loads(line) for line in candidates(base, lines)]
    assert ["error" in each for each in read] == [False, True, True, True, False]
    assert read[0]["candidates"][0]["id"] == "7"
    assert read[4] == {"candidates": [], "offered": 0}
    file.write_text("id,title\n1,x\n", encoding="utf-8")
    with pytest.raises(ValueError, match="detail, reply"):
        read_base(file)


def test_the_command_line_reviews_line_by_line() -> None:
    lines = [
        '{"title": "路灯", "detail": "什么时候能修好？", "reply": "已收悉，正在办理。"}'.encode(),
        b"[]",
        b'{"title": "x"}',
        '{"reply": "路灯已修好。", "now": "2026-11-21T09:00:00"}'.encode(),
    ]
    read = [json.loads(line) for line in reviews(lines)]
    assert ["error" in each for each in read] == [False, True, True, True]
    assert read[0]["unanswered"] == ["什么时候能修好"]
    assert read[0]["parts"] == dict.fromkeys(("facts", "law", "handling", "next", "contact"), False)
    assert read[0]["deflects"] is False
    assert read[0]["receipt_only"] is True
