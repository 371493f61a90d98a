"""A life at stake now, in words that name no danger by itself; neither what is over, nor feared, nor asked about."""

from __future__ import annotations

import pytest

from benchmarks.hostile_texts import Hostile
from nlp.appeals.peril import SIGNS, at_stake
from nlp.text.normalize import LIMIT, fold
from tests.support.costs import too_slow


@pytest.mark.parametrize("text", [example for _, example in SIGNS])
def test_each_sign_is_found_in_its_example(text: str) -> None:
    assert at_stake(fold(text).text)


@pytest.mark.parametrize(
    "text",
    [
        "老人走失两天了，有老年痴呆",
        "货车压住人了，快来",
        "我妈刚把两万块转给骗子，转过去才十分钟",
        "孩子被反锁在车里",
        "脚手架要倒了，下面还有工人",
    ],
)
def test_a_life_at_stake(text: str) -> None:
    assert at_stake(fold(text).text)


@pytest.mark.parametrize(
    "text",
    [
        "解放路口的路面塌了一块，电动车掉进去过",
        "去年我家楼下着火了，消防栓到现在还没水",
        "担心孩子掉进水沟，建议装护栏",
        "请问燃气开户怎么办理",
        "工资都不发，这是救命钱",
        "社区组织消防演练，有人不配合",
        "路灯坏了三天",
    ],
)
def test_no_life_at_stake(text: str) -> None:
    assert not at_stake(fold(text).text)


@pytest.mark.parametrize("seed", ["孩", "有人", "楼", "骗刚", "5个人", "煤气", "救命", "被关", "拿刀", "1", "\n"])
def test_a_text_costs_as_much_as_it_is_long(seed: str) -> None:
    assert too_slow(lambda text: at_stake(fold(text).text), Hostile("", seed), LIMIT) == ""
