"""The Wuhu ladder: what happens to a ticket that nobody answers, day by day, on every phone that hears of it."""

from __future__ import annotations

import re
from datetime import timedelta

from handlers.directory.directory import Role
from tests.scenarios.backends import everywhere
from tests.scenarios.house import SITE
from tests.scenarios.stage import Stage
from tests.scenarios.words import LAMP, LAMP_SHORT

_NOTICE = re.compile(re.escape(SITE) + r"/notice/[\w-]+")
NUMBER = "催〔2026〕0001号"
ANSWER = "您好，和平菜市场门口的路灯今天下午已换好，今晚起正常亮灯。有问题请打 0579-8710101。"


@everywhere
async def test_one_neglected_ticket_from_day_0_to_its_end(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    head = await stage.official("钱进", "城管局", Role.LEADER)
    supervisor = await stage.official("何静", "县政府", Role.SUPERVISOR)
    leader = await stage.official("周宁", "县政府", Role.LEADER)
    above = (supervisor, leader)

    # Day 0, Monday 2 March: filed, and promised for the fifth working day.
    await wang.says(LAMP)
    lamp = wang.reads("记下了", "3月9日（周一）18:00").number
    chen.reads(f"新工单 {lamp}")

    # Day 1: a working day is over and nobody has taken it up. Desk and head hear of it.
    await stage.later(hours=34)
    for official in (chen, head):
        official.reads(f"{lamp}「{LAMP_SHORT}」还没有人受理", "请马上受理", f"受理 {lamp}")
    wang.reads_nothing()
    await wang.says("进度")
    wang.reads("受理逾期", "提醒承办单位：3月3日（周二）18:00 前受理")

    # Day 4, Friday: the last working day before the last one, when the office opens.
    await stage.later(days=3)
    chen.reads("【待办事项提醒】", lamp, "快到期了", "2026-03-09 18:00")
    head.reads_nothing()

    # Day 7, Monday evening: the promise is broken. Yellow card to desk and head; the citizen reads it at once.
    await stage.later(days=3, hours=18)
    wang.reads("【工单进度提醒】", lamp, "逾期黄牌", "已逾期，会尽快答复")
    assert "黄牌：没有在3月9日（周一）18:00 前答复" in await wang.opens()
    for official in (chen, head):
        official.reads("【待办事项提醒】", lamp, "逾期黄牌")
    for official in above:
        official.reads_nothing()
    await wang.says("进度")
    wang.reads("⚠ 逾期", "⚠ 黄牌：3月9日（周一）亮", "亮牌：黄牌：没有在3月9日（周一）18:00 前答复")

    # Day 17: ten days later the red card, and the supervisor.
    await stage.later(days=10)
    wang.reads("【工单进度提醒】", lamp, "逾期红牌")
    for official in (chen, head, supervisor):
        official.reads("【待办事项提醒】", lamp, "逾期红牌")
    leader.reads_nothing()
    await wang.says("进度")
    wang.reads("⚠ 红牌", "亮牌：红牌", "亮牌：黄牌")

    # Day 32: 催办通知单, to everybody up to the leader; each can open and print it.
    await stage.later(days=15)
    wang.reads("【工单进度提醒】", lamp, "催办通知")
    for official in (head, *above):
        official.reads("【待办事项提醒】", "2026年3月报告", "月度报告")
    for official in (chen, head, *above):
        card = official.reads("【待办事项提醒】", lamp, "催办通知")
        sheet = await official.opens(_NOTICE.findall(card)[0])
        for told in (NUMBER, "县城市管理局", "抄送：云溪县人民政府", lamp, "没有受理", "黄牌", "红牌"):
            assert told in sheet
    await wang.says("进度")
    wang.reads("逾期 25 天", "⚠ 红牌", f"催办通知单：{NUMBER}，送承办单位和它的上级", "红牌", "黄牌")
    assert NUMBER in await wang.opens()

    # Nothing more is left of the ladder.
    await stage.later(days=20)
    for player in stage.players:
        player.reads_nothing()

    # The unit answers at last; the citizen says nothing to it, and that is taken for nothing.
    await chen.says(f"答复 {lamp} {ANSWER}")
    chen.reads("已答复")
    wang.reads("【工单进度提醒】", lamp, "已答复")
    await stage.later(days=8)
    wang.reads("【工单进度提醒】", lamp, "已办结")
    await wang.says("进度")
    wang.reads("【已办结】", "没有评价", "已答复", f"催办通知单：{NUMBER}")
    await wang.says(f"评价 {lamp} 4")
    wang.looks_away()
    for official in (chen, head, *above):
        official.looks_away()


async def test_who_answers_in_time_hears_nothing_of_the_ladder(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")
    await chen.says(f"受理 {lamp}")
    chen.reads("已受理")
    wang.reads("受理")
    await stage.later(days=2)
    await chen.says(f"答复 {lamp} {ANSWER}")
    chen.reads("已答复")
    wang.reads("【工单进度提醒】", lamp, "已答复")
    await wang.says(f"评价 {lamp} 5")
    wang.looks_away()
    chen.looks_away()
    await stage.later(days=15)
    assert not [read for read in chen.unread if "牌" in read]
    wang.looks_away()
    chen.looks_away()


async def test_a_clock_that_stood_still_tells_everybody_once(stage: Stage) -> None:
    """Nobody is sent three messages for what was missed: the last step says it all, the page tells each."""
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")
    stage.clock.advance(timedelta(days=40))
    await stage.settle()
    wang.reads("【工单进度提醒】", lamp, "催办通知")
    chen.reads("【待办事项提醒】", lamp, "催办通知")
    wang.reads_nothing()
    chen.reads_nothing()
    await wang.says("进度")
    wang.reads(f"催办通知单：{NUMBER}", "红牌", "黄牌", never=["提醒承办单位"])
