"""Commands in plain words, and appeals that merely contain them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.wishes import Want, Wish, wants

COMMANDS: list[tuple[str, Want]] = [
    ("进度", Want(Wish.TRACK)),
    ("请帮我查一下进度，谢谢！", Want(Wish.TRACK)),
    ("查　ＭＳ１２３４５", Want(Wish.TRACK, "MS12345")),
    ("MS12345到哪一步了？", Want(Wish.TRACK, "MS12345")),
    ("20260345", Want(Wish.TRACK, "20260345")),
    ("帮我看看我的事办到哪了", Want(Wish.TRACK)),
    ("帮忙查一下我的投诉处理得怎么样了", Want(Wish.TRACK)),
    ("我的工单", Want(Wish.LIST_MINE)),
    ("补充", Want(Wish.SUPPLEMENT)),
    ("补充 车牌看清了，是白色的面包车", Want(Wish.SUPPLEMENT, rest="车牌看清了，是白色的面包车")),
    ("补充：ＡＢ楼也一样", Want(Wish.SUPPLEMENT, rest="ＡＢ楼也一样")),
    ("催办", Want(Wish.URGE)),
    ("怎么还没人处理？", Want(Wish.URGE)),
    ("催办 MS12345 已经过了三天", Want(Wish.URGE, "MS12345", "已经过了三天")),
    ("评价5", Want(Wish.RATE, score=5)),
    ("评价 ５ 师傅很耐心", Want(Wish.RATE, rest="师傅很耐心", score=5)),
    ("评价 MS12345 2 太慢", Want(Wish.RATE, "MS12345", "太慢", 2)),
    ("非常满意", Want(Wish.RATE, score=5)),
    ("不满意，没来现场", Want(Wish.RATE, rest="没来现场", score=2)),
    ("给个差评", Want(Wish.RATE, score=1)),
    ("附议", Want(Wish.JOIN)),
    ("+1", Want(Wish.JOIN)),
    ("我们小区也是", Want(Wish.JOIN)),
    ("撤回", Want(Wish.WITHDRAW)),
    ("撤回 已经修好了", Want(Wish.WITHDRAW, rest="已经修好了")),
    ("公开", Want(Wish.PUBLISH)),
    ("请不要公开", Want(Wish.UNPUBLISH)),
    ("匿名", Want(Wish.ANONYMOUS)),
    ("实名", Want(Wish.NAMED)),
    ("转人工", Want(Wish.HUMAN)),
    ("帮助", Want(Wish.HELP)),
    ("？", Want(Wish.HELP)),
    ("取消", Want(Wish.CANCEL)),
    ("算了吧", Want(Wish.CANCEL)),
    ("好的", Want(Wish.YES)),
    ("没错，就是这里", Want(Wish.FILE, rest="没错，就是这里")),
    ("确认提交", Want(Wish.YES)),
    ("不用了", Want(Wish.NO)),
    ("3", Want(Wish.PICK, score=3)),
    ("不是那条路，是五一路", Want(Wish.CORRECT, rest="五一路")),
    ("说错了，应该是清河街道", Want(Wish.CORRECT, rest="清河街道")),
    ("地址改成春晓花园3栋", Want(Wish.CORRECT, rest="春晓花园3栋")),
    ("跳过", Want(Wish.SKIP)),
    ("您好！", Want(Wish.GREET)),
    ("谢谢", Want(Wish.THANKS)),
    ("你们都是吃干饭的", Want(Wish.ABUSE)),
    ("😡😡", Want(Wish.CHAT)),
    ("  ", Want(Wish.EMPTY)),
    ("", Want(Wish.EMPTY)),
]

APPEALS = [
    "帮我看看春晓路的路灯",
    "地铁施工进度太慢，影响出行",
    "物业撤回了夜班保安，小区没人值守",
    "撤销我的低保资格没有道理",
    "公开招标的结果在哪里看",
    "补充医疗保险怎么报销",
    "小区路灯坏了怎么还没人处理",
    "不是我不讲理，是物业欺人太甚，我们已经三个月没有热水了",
    "人工湖的水又臭了",
    "我们小区的垃圾没人清运",
    "取消公交站没有征求居民意见",
    "评价一下你们的工作吧，春晓路修了三年还没修完",
    "13812345678",
    "帮助我们讨回工资",
    "查处春晓路的无证摊贩",
]


@pytest.mark.parametrize(("text", "want"), COMMANDS, ids=[text for text, _ in COMMANDS])
def test_command(text: str, want: Want) -> None:
    assert wants(text) == want


@pytest.mark.parametrize("text", APPEALS)
def test_a_sentence_about_a_problem_is_an_appeal(text: str) -> None:
    assert wants(text) == Want(Wish.FILE, rest=text)


@given(st.text() | st.text(alphabet="进度查补充催办评价撤回公开不是，。 1234567890AB-５我的", max_size=30))
def test_never_raises_and_quotes_exactly(text: str) -> None:
    want = wants(text)
    assert want.score is None or 1 <= want.score <= 9
    if want.rest and "\u200b" not in text:
        assert want.rest in text


@pytest.mark.parametrize(
    "text",
    ["路灯不亮你们都是废物", "废物们路灯坏了", "骗子物业不修电梯", "你们这帮废物什么时候修路", "傻逼物业停水"],
)
def test_a_matter_beside_an_insult_is_heard(text: str) -> None:
    assert wants(text) == Want(Wish.FILE, rest=text)


@pytest.mark.parametrize(
    "text", ["你们这群狗官不得好死", "一群王八蛋", "不要脸的东西", "你们就是骗子", "滚", "有病吧你们"]
)
def test_an_insult_alone_is_one(text: str) -> None:
    assert wants(text) == Want(Wish.ABUSE)
