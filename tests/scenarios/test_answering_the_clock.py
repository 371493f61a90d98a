"""Officials and the clock: a 催办 answered with a day, promises kept and broken, a bounce war, a deputy."""

from __future__ import annotations

import re

from handlers.directory.directory import Role
from tests.scenarios.backends import everywhere
from tests.scenarios.stage import Stage
from tests.scenarios.words import BINS, LAMP


@everywhere
async def test_an_urging_is_answered_and_a_promise_is_watched(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    qian = await stage.official("钱进", "城管局", Role.LEADER)
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")
    await chen.says(f"受理 {lamp}")
    chen.reads("已受理")
    wang.reads("受理")

    await wang.says("催办 都三天了")
    wang.reads("催")
    chen.reads("市民第 1 次催办", "3月3日（周二）18:00 前回应市民")
    await chen.says("待办")
    chen.reads("催办待回应")
    await chen.says(f"回应 {lamp} 我们会尽快")
    chen.reads("回应要写明日期")
    wang.reads_nothing()
    await chen.says(f"回应 {lamp} 周四前更换灯头")
    chen.reads("已回应", "3月5日（周四）18:00 前")
    wang.reads("回应了您", "周四前更换灯头", "3月5日（周四）18:00 前")

    await stage.later(hours=20)
    await chen.says(
        f"答复 {lamp} 您好，经现场查看，和平菜市场门口的路灯灯头烧坏，今天上午已更换。"
        "将于3月6日前更换老化线路。有问题请打0579-8710101。"
    )
    chen.reads("已答复", "已记下 1 项承诺：将于3月6日前更换老化线路（3月6日（周五）18:00 前）")
    wang.reads("将于3月6日前更换老化线路")
    await wang.says("进度")
    wang.reads("承诺：将于3月6日前更换老化线路（3月6日（周五）18:00 前，待兑现）")
    assert "答应的事" in await wang.opens()

    await stage.later(days=2, hours=6)
    await wang.says("进度")
    wang.reads("待兑现")
    await chen.says("待办")
    chen.reads("没有待办的工单")
    await stage.later(hours=12)
    chen.reads("的答复里答应过「将于3月6日前更换老化线路」，3月6日（周五）18:00 到期")
    await stage.later(hours=24)
    wang.reads("答应您「将于3月6日前更换老化线路」", "已经到期，还没有回音")
    chen.reads("的答复答应过「将于3月6日前更换老化线路」")
    qian.reads("事由：承诺到期")
    await chen.says("待办")
    chen.reads(f"{lamp}", "承诺（已过")
    await chen.says(f"兑现 {lamp} 线路今天全部换新")
    chen.reads("已记下兑现")
    wang.reads("已经办到")
    await chen.says("待办")
    chen.reads("没有待办的工单")


@everywhere
async def test_a_bounce_war_ends_with_a_ruling(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    zhao = await stage.official("赵敏", "受理中心", Role.DISPATCHER)
    sun, he = await stage.official("孙浩", unit="住建局"), await stage.official("何静", "县政府", Role.SUPERVISOR)
    await wang.says(BINS)
    bins = wang.reads("记下了").number
    chen.reads("新工单")
    for times, (official, to) in enumerate(((chen, "住建局"), (sun, "城管局"), (chen, "")), 1):
        await official.says(f"退回 {bins} 平安巷不归我们管")
        official.reads("已退回")
        wang.reads("退回，原因：平安巷不归我们管")
        if times < 3:
            zhao.reads("请转办")
            await zhao.says(f"转办 {bins} {to}")
            zhao.reads("已把")
            wang.reads("已转给")
            (sun if times == 1 else chen).reads(bins)
    he.reads("已被退回 3 次", f"裁定 {bins} 单位 理由")
    zhao.reads("先要裁定归谁办")
    await zhao.says(f"转办 {bins} 住建局")
    zhao.reads("正在等裁定归谁办")
    await he.says(f"裁定 {bins} 城管局 背街小巷保洁归城管")
    he.reads("要裁定", "不能再退回")
    await he.says("确认")
    he.reads("已裁定", "归县城市管理局办")
    zhao.reads("已裁定归县城市管理局办")
    wang.reads("当前状态：转办中", "3月9日18:00前答复")
    chen.reads("不能再退回")
    await chen.says(f"退回 {bins} 还是不归我们")
    chen.reads("已裁定归县城市管理局办（背街小巷保洁归城管），不能再退回")
    page = await wang.opens()
    assert "退回 3 次" in page
    told = re.findall(r"(县\w+局)\s+\S+ \d\d:\d\d\s+平安巷不归我们管", page)
    assert sorted(told) == ["县住房和城乡建设局", "县城市管理局", "县城市管理局"]


@everywhere
async def test_a_deputy_is_told_and_acts_in_the_place_of_who_is_away(stage: Stage) -> None:
    wang, zhou = stage.citizen("王芳"), await stage.official("周宁", unit="城管局")
    lin = await stage.official("林涛", "城管局", Role.LEADER)
    await zhou.says("请假 3天 代理 林涛")
    zhou.reads("已请假", "推送发给林涛")
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    lin.reads(f"新工单 {lamp}")
    zhou.reads_nothing()
    await lin.says(f"受理 {lamp}")
    lin.reads("已受理")
    await lin.says(f"查看 {lamp}")
    lin.reads("林涛（代周宁）")
    await zhou.says("销假")
    zhou.reads("欢迎回来")
    await wang.says("补充 昨晚又黑了")
    wang.looks_away()
    zhou.reads("市民补充")
