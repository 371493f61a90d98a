"""The Wuhu ladder: what happens to a ticket that nobody answers, day by day, on every phone that hears of it."""

from __future__ import annotations

from handlers.units import Role
from tests.scenarios.stage import Stage
from tests.scenarios.words import LAMP


async def test_a_yellow_card_when_the_promised_time_has_passed(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    qian = await stage.official("钱进", "城管局", Role.LEADER)
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")
    await chen.says(f"受理 {lamp}")
    chen.reads("已受理")
    wang.reads("受理")

    await stage.later(days=8)
    wang.reads("【工单进度提醒】", lamp, "逾期黄牌", "已逾期，会尽快答复")
    chen.reads("【待办事项提醒】", lamp, "快到期了")
    chen.reads("【待办事项提醒】", lamp, "逾期黄牌")
    qian.reads("【待办事项提醒】", lamp, "逾期黄牌")
    await wang.says("进度")
    wang.reads("亮牌：黄牌")
