"""热点: the list, one issue with its reasons, and who may ask."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from handlers.directory.directory import Role
from handlers.hot import HotIssue
from tests.support.bureau import MONDAY, Bureau

ISSUE = HotIssue(
    "阳光花园电梯老是困人", "阳光花园", "业主", 18.4, 12, 8, 3, 1.3, MONDAY, MONDAY, ("电梯", "困人"), ("26000428", "26000572"), MONDAY
)  # fmt: skip


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def test_the_hottest_comes_first_with_people_and_days(bureau: Bureau) -> None:
    bureau.hot = (ISSUE, replace(ISSUE, title="滨河路夜市油烟", people=5, growth=0.9))
    official = bureau.official(Role.SUPERVISOR)
    said = official.say("热点").splitlines()
    assert "2 个" in said[0]
    assert said[1] == "1. 阳光花园电梯老是困人（12 人，8 天↑）"
    assert said[2] == "2. 滨河路夜市油烟（5 人，8 天↓）"
    assert [choice.label for choice in official.choices] == ["热点 1", "热点 2"]


def test_why_it_is_hot(bureau: Bureau) -> None:
    bureau.hot = (ISSUE,)
    official = bureau.official(Role.LEADER)
    official.say("热点")
    said = official.tap("热点 1")
    for part in ("12 人（业主）", "8 天", "在增多", "18.4", "电梯、困人", "26000428、26000572", "阳光花园"):
        assert part in said
    assert official.choices[0].say == "查看 26000572"


def test_a_long_list_is_cut_and_says_so(bureau: Bureau) -> None:
    bureau.hot = tuple(replace(ISSUE, title=f"第{place}件", numbers=("26000428",) * 30) for place in range(1, 15))
    official = bureau.official(Role.ADMIN)
    said = official.say("热点")
    assert "后面还有 4 个" in said
    assert "第11件" not in said
    assert "第14件" in official.say("热点 14")
    assert "共 30 件" in official.say("热点 14")
    assert "只有 14 个" in official.say("热点 15")


def test_none(bureau: Bureau) -> None:
    assert "没有多人反映" in bureau.official(Role.DISPATCHER, "dispatch").say("热点")


def test_a_handler_is_told_whom_to_ask(bureau: Bureau) -> None:
    bureau.hot = (ISSUE,)
    said = bureau.official().say("热点")
    assert "阳光花园" not in said
    assert "督办员" in said
