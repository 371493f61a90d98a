"""Officials at work: undoing, what they may not do, helping, supervising, merging, mistakes in typing, two at once."""

from __future__ import annotations

import asyncio

from handlers.directory.directory import Role
from handlers.messages import Channel
from tests.scenarios.backends import everywhere
from tests.scenarios.stage import Stage
from tests.scenarios.words import BINS, LAMP, LAMP_SHORT, photo


async def test_a_reply_is_taken_back_within_five_minutes_and_not_after(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.says(BINS)
    bins = wang.reads("记下了").number
    chen.reads(f"新工单 {bins}")
    await chen.says(f"受理 {bins}")
    chen.reads("已受理")
    wang.reads("受理")

    await chen.says(f"答复 {bins} 已安排")
    chen.reads("已答复", "五分钟内回「撤销」")
    wang.reads("已安排")
    await chen.taps("撤销")
    chen.reads("已撤销刚才的「答复」", "市民可能已经看到，请尽快把正确的发给他")
    wang.reads("刚才的「已答复」弄错了，不作数。现在是「已受理」，在县城市管理局，3月9日（周一）18:00 前答复您。")
    await chen.says("撤销")
    chen.reads("没有可以撤销的")

    await chen.says(f"答复 {bins} 今天下午四点已清运，今后每天早晚各收一次。")
    chen.reads("已答复")
    wang.reads("今天下午四点已清运")
    await stage.later(minutes=6)
    await chen.says("撤销")
    chen.reads("没有可以撤销的：只能在五分钟内撤销")
    await wang.says("进度")
    wang.reads("【已答复】", "更正：上一步「答复」有误，已经撤销")


async def test_what_the_citizen_acted_on_cannot_be_taken_back(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.says(BINS)
    bins = wang.reads("记下了").number
    chen.reads(f"新工单 {bins}")
    await chen.says(f"答复 {bins} 今天已清运。")
    chen.reads("已答复")
    wang.reads("今天已清运")
    await wang.says("评价 5")
    wang.reads("非常满意")
    chen.reads("非常满意")
    await chen.says("撤销")
    chen.reads("市民在这之后已经有了新动作，不能撤销了")


async def test_who_may_do_what(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    sun, he = await stage.official("孙浩", unit="住建局"), await stage.official("何静", "县政府", Role.SUPERVISOR)
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")

    for official, words, said in (
        (sun, f"受理 {lamp}", "这件现在由县城市管理局办理，您只能受理本单位桌上的。"),
        (sun, f"查看 {lamp}", "您只能查看本单位、下属单位和本单位协办的。"),
        (chen, f"转办 {lamp} 住建局", "您只能转给本单位的下属单位。不归本单位办的请退回"),
        (chen, f"不予受理 {lamp} 不归我管", "不予受理不在承办人的权限里，需要时请找派单员。"),
        (he, f"受理 {lamp}", "受理不在督办员的权限里"),
        (chen, f"受里 {lamp}", f"您是不是想发：\n受理 {lamp}"),
        (chen, "受理 26000019", "编号 26000019 打错了"),
        (chen, "受理", "是哪一件？请写上编号"),
        (chen, f"延期 {lamp} 3天 等配件", "还没有受理，请先受理再延期"),
        (chen, "你好啊", "这不是办件命令，什么都没有改动"),
        (chen, "绑定 AAAABBBB", "您已经绑定在县城市管理局"),
    ):
        await official.says(words)
        official.reads(said)
    await wang.says("进度")
    wang.reads("【已提交】")


async def test_a_helper_a_note_and_a_supervisor(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    sun, he = await stage.official("孙浩", unit="住建局"), await stage.official("何静", "县政府", Role.SUPERVISOR)
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")
    await chen.says(f"受理 {lamp}")
    chen.reads("已受理")
    wang.reads("受理")

    await chen.says("协办 住建局")
    chen.reads(f"已请县住房和城乡建设局协办 {lamp}", "主办单位不变")
    sun.reads(f"请协办 {lamp}（主办：县城市管理局）", "3月9日（周一）18:00 前要答复市民")
    wang.reads("县住房和城乡建设局也来一起办理，仍由县城市管理局答复您")
    await sun.says(f"备注 {lamp} 电缆归我们，明早去")
    sun.reads(f"已给 {lamp}", "市民看不到")
    chen.reads(f"县住房和城乡建设局给 {lamp}「{LAMP_SHORT}」加了备注：电缆归我们，明早去")
    wang.reads_nothing()

    # A promise that was broken is not repeated as if it could still be kept.
    await stage.later(days=8)
    wang.reads("【工单进度提醒】", "逾期黄牌")
    chen.reads("【待办事项提醒】", "快到期了")
    chen.reads("【待办事项提醒】", "逾期黄牌")
    await he.says(f"督办 {lamp} 请今天内到现场并回话")
    he.reads(f"已督办 {lamp}", "意见会推送给县城市管理局")
    chen.reads("【待办事项提醒】", lamp, "督办")
    sun.reads("【待办事项提醒】", lamp, "督办")
    await wang.says("催办")
    wang.reads("昨天 18:00 已经过了，对不住", "一有动静我就告诉您", never=["答应的时间是"])
    chen.reads("【待办事项提醒】", "市民催办")
    sun.reads("【待办事项提醒】", "市民催办")
    await chen.says("待办")
    chen.reads("待办 1 件，逾期 1 件", f"{lamp} 【督】【催1】", "已逾期 15 小时")
    await wang.says("进度")
    wang.reads("⚠ 逾期 15 小时", "⚠ 已被督办", "尽早答复您，原承诺的时间已经过了 15 小时")


async def test_a_late_acceptance_promises_nothing_that_is_past(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")
    await stage.later(days=10)
    chen.reads("还没有人受理")
    chen.reads("快到期了")
    chen.reads("逾期黄牌")
    wang.reads("逾期黄牌")
    await chen.says(f"受理 {lamp}")
    chen.reads(f"已受理 {lamp}", "已过，请尽快答复市民", never=["前答复市民"])
    wang.reads("【工单进度提醒】", "已受理", "已逾期，会尽快答复")


async def test_the_same_matter_told_twice_is_merged(stage: Stage) -> None:
    wang, li = stage.citizen("王芳"), stage.citizen("李建国")
    zhao = await stage.official("赵敏", unit="受理中心", role=Role.DISPATCHER)
    numbers = []
    for citizen, words in ((wang, LAMP), (wang, "和平菜市场门口的路灯一直没亮，昨晚有老人摔倒了"), (li, LAMP)):
        await citizen.says(words)
        if citizen is li:
            citizen.reads("要一起推动吗？")
            await citizen.taps("单独报")
        numbers.append(citizen.reads("记下了").number)
        zhao.reads(f"新工单 {numbers[-1]}", "县城市管理局还没有人绑定，所以先发给您")
        await stage.later(hours=1)
    first, second, others = numbers

    await zhao.says(f"合并 {others} {first}")
    zhao.reads("两件不是同一位市民提交的")
    await zhao.says(f"合并 {second} {first}")
    zhao.reads(f"要把 {second}", f"并入 {first} 吗？以后只办 {first}。", "会告诉：市民", "5 分钟内可以撤销")
    await zhao.taps("确认")
    zhao.reads(f"已把 {second}", f"并入 {first}")
    wang.reads(f"（{second}）和 {first} 是同一件事，并到一起办理。之后看 {first} 的进度就行。")
    await wang.says("进度")
    wang.reads("【已并案】", f"请看 {first}")
    await wang.taps(f"看 {first}")
    wang.reads(f"{first}　{LAMP}", "【已提交】", "合并", f"{second} 并进来")
    await wang.says(f"催办 {second}")
    wang.reads(f"{second} 已经并到 {first} 一起办", "催")
    zhao.reads("市民第 1 次催办", first)


@everywhere
async def test_two_officials_at_once(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    qian = await stage.official("钱进", unit="城管局")
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    for official in (chen, qian):
        official.reads(f"新工单 {lamp}")
    await asyncio.gather(chen.says(f"受理 {lamp}"), qian.says(f"受理 {lamp}"))
    answers = sorted((chen.reads("受理"), qian.reads("受理")))
    assert answers[0].startswith(f"已受理 {lamp}")
    assert answers[1] == "这件事正在办理，不用再受理。"
    wang.reads("已由县城市管理局受理")
    wang.reads_nothing()


async def test_an_official_on_wecom(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局", channel=Channel.WECOM)
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")
    await stage.later(days=4)
    chen.reads("还没有人受理")
    chen.reads(f"快到期了：{lamp}")
    await wang.says("催办")
    wang.reads("替您催了")
    chen.reads(f"市民第 1 次催办 {lamp}", "受理期限 3月3日（周二）18:00 已过，请马上受理，3月9日（周一）18:00 前答复。")
    await chen.says(f"受理 {lamp}")
    chen.reads("已受理", f"▸ 撤销：回复“撤销 {lamp}”")
    wang.reads("已由县城市管理局受理")
    await chen.shows(photo())
    chen.reads("共 1 个文件")
    await chen.says("答复 灯泡和镇流器都换了，这是换好后的样子。")
    chen.reads("（附 1 个文件）")
    wang.reads("灯泡和镇流器都换了", "（1 张图片在进度页）")
    assert "/file/" in await wang.fetches()


async def test_an_official_is_a_citizen_too(stage: Stage) -> None:
    chen, qian = await stage.official("陈立", unit="城管局"), await stage.official("钱进", unit="城管局")
    await chen.says("市民 我家楼下的路灯不亮了，学府街12号")
    lamp = chen.reads("记下了：我家楼下的路灯不亮了").number
    qian.reads(f"新工单 {lamp}")
    await chen.taps("匿名、不公开")
    chen.reads("匿名、不公开")
    await qian.says(f"受理 {lamp}")
    qian.reads("已受理")
    chen.reads(f"（{lamp}）已由县城市管理局受理")
    await chen.says("待办")
    chen.reads("待办 1 件")


async def test_who_leaves_the_staff_is_a_citizen(stage: Stage) -> None:
    chen = await stage.official("陈立", unit="城管局")
    await chen.says("解绑")
    chen.reads("解绑后，这个账号不能再办件")
    await chen.taps("确认")
    chen.reads("已解绑")
    await chen.says("待办")
    chen.reads("这是工作人员的命令。工作人员请先发「绑定 绑定码」登记身份。")
    again = await stage.official("陈立", unit="住建局")
    await again.says("统计")
    again.reads("县住房和城乡建设局（含下属）· 2026年3月")
