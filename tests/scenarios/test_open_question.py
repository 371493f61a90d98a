"""Nothing hits the wrong matter: answers, taps and numbers belong to the question and the ticket they name."""

from __future__ import annotations

import pytest

from handlers.directory.directory import Role
from tests.scenarios.backends import everywhere
from tests.scenarios.player import Player
from tests.scenarios.stage import Stage
from tests.scenarios.words import LAMP, LIFT, SHELTER


async def filed(person: Player, words: str) -> str:
    """Files it and reads the number."""
    await person.says(words)
    return person.reads("记下了").number


@everywhere
async def test_confirming_a_withdrawal_files_no_draft(stage: Stage) -> None:
    wang = stage.citizen("王芳")
    lamp = await filed(wang, LAMP)
    await wang.says("垃圾好几天没人收了")
    wang.reads("就差一样：在哪儿？")
    await stage.restart()
    await wang.says(f"撤回 {lamp}")
    wang.reads(f"要撤回 {lamp}")
    await wang.says("确认")
    wang.reads(f"撤回了：{lamp}", "另外，「垃圾好几天没人收了」还差一个地点")
    await wang.says("我的")
    assert wang.reads("您报过的事").numbers == [lamp]


async def test_a_bad_word_after_one_grade_leaves_the_other_alone(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    zhou = await stage.official("周宁", unit="县交通运输局")
    lamp, shelter = await filed(wang, LAMP), await filed(wang, SHELTER)
    chen.looks_away()
    zhou.looks_away()
    await chen.says(f"答复 {lamp} 路灯 3 月 2 日已换灯头，当晚亮灯。电话 0579-8710101。")
    wang.reads("答复了您反映的")
    await wang.says(f"评价 {lamp} 5")
    wang.reads("非常满意")
    await stage.later(days=2)
    await zhou.says(f"答复 {shelter} 顶棚已于今天更换，验收合格。电话 0579-8710102。")
    wang.looks_away()
    await wang.says(f"评价 {shelter} 1 顶棚还是漏的")
    wang.reads("退回去重新办了")
    await wang.says("太差了")
    wang.reads("要评价哪一件", never=["改成了"])
    await wang.says(f"评价 {lamp} 1")
    wang.reads(f"{lamp}「", "上次评了 5 分", "改成 1 分")
    await wang.taps("不改")
    wang.reads("还是 5 分")
    chen.looks_away()
    zhou.looks_away()


async def test_a_written_number_reopens_its_own_ticket(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    lamp = await filed(wang, LAMP)
    bins = await filed(wang, "平安巷12号门口的垃圾桶三天没人收了，臭得开不了窗")
    for number in (lamp, bins):
        await chen.says(f"答复 {number} 已于 3 月 2 日处理完毕，请查看。电话 0579-8710101。")
    wang.looks_away()
    await wang.says(f"查 {bins}")
    wang.reads(bins)
    await wang.says(f"没解决 {lamp}")
    wang.reads(f"退回去重新办了：{lamp}")
    await wang.says(f"没解决 {bins[:-1]}{(int(bins[-1]) + 1) % 10}")
    wang.reads("打错了一位")
    await wang.says(f"查 {bins}")
    wang.reads(bins, "已答复")
    chen.looks_away()


async def test_what_follows_a_danger_without_place_is_heard_for_itself(stage: Stage) -> None:
    wang, lin = stage.citizen("王芳"), await stage.official("林涛", unit="燃气公司")
    await wang.says("我家煤气味好大")
    gas = wang.reads("请先离开", "请马上告诉我具体在哪儿").number
    lin.reads(f"新工单 {gas}")
    await wang.says("等一下")
    wang.reads("不着急")
    await wang.says("居住证怎么办理，要什么材料")
    wang.reads("记下了：居住证怎么办理", f"{gas}「我家煤气味好大」还不知道在哪儿")
    await wang.says("解放路的路灯也坏了好几天")
    wang.reads("记下了：解放路的路灯也坏了好几天", f"{gas}「我家煤气味好大」还不知道在哪儿")
    await wang.says("平安巷12号")
    wang.reads("「平安巷12号」已经告诉云溪燃气公司")
    lin.reads(f"市民更正了 {gas}", "地点：平安巷12号", never=["路灯", "居住证"])


async def test_a_question_of_a_unit_and_one_of_ours_are_told_apart(stage: Stage) -> None:
    wang, he = stage.citizen("王芳"), await stage.official("何静", unit="县住房和城乡建设局")
    lamp, lift = await filed(wang, LAMP), await filed(wang, LIFT)
    he.looks_away()
    await wang.says(f"撤回 {lamp}")
    wang.reads(f"要撤回 {lamp}")
    await he.says(f"询问 {lift} 是6栋1单元的电梯吗？")
    wang.reads("是6栋1单元的电梯吗")
    await wang.says("是的")
    read = wang.reads("您这句是回答哪一件的")
    await wang.taps(next(label for label in read.taps if lift in label))
    wang.reads(f"已补充到 {lift}")
    he.looks_away()
    await wang.taps(next(label for label in read.taps if lamp in label), read)
    wang.reads(f"撤回了：{lamp}")


async def test_old_buttons_do_what_they_said_or_ask(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    lamp = await filed(wang, LAMP)
    await chen.says(f"答复 {lamp} 路灯 3 月 2 日已换灯头，当晚亮灯。电话 0579-8710101。")
    wang.looks_away()
    await wang.taps_as_before("没解决")
    wang.reads(f"退回去重新办了：{lamp}")
    bins = await filed(wang, "平安巷12号门口的垃圾桶三天没人收了，臭得开不了窗")
    await wang.taps_as_before("撤回")
    read = wang.reads("要撤回哪一件")
    await wang.taps(next(label for label in read.taps if bins in label))
    wang.reads(f"要撤回 {bins}")
    await wang.taps("确认撤回")
    wang.reads(f"撤回了：{bins}")
    chen.looks_away()


async def test_an_official_who_files_for_himself_confirms_the_right_thing(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    lamp = await filed(wang, LAMP)
    chen.looks_away()
    await chen.says("市民 楼下停车位被占了")
    chen.reads("在哪儿")
    await chen.says(f"办结 {lamp} 路灯 3 月 2 日已换灯头，当晚亮灯。电话 0579-8710101。")
    chen.reads("确认")
    await chen.says("确认")
    chen.reads("已办结", lamp)
    await chen.says("学府街路口")
    own = chen.reads("记下了：楼下停车位被占了").number
    await chen.says(f"撤回 {own}")
    chen.reads(f"要撤回 {own}")
    await chen.taps("确认撤回")
    chen.reads(f"撤回了：{own}")
    wang.looks_away()
    stage.parked = None


@pytest.mark.parametrize("label", ["撤销", "确认"])
async def test_a_tap_below_an_earlier_answer_of_the_desk(stage: Stage, label: str) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局", role=Role.LEADER)
    lamp = await filed(wang, LAMP)
    bins = await filed(wang, "平安巷12号门口的垃圾桶三天没人收了，臭得开不了窗")
    chen.looks_away()
    words = {"撤销": "受理 {}", "确认": "办结 {} 已于今天处理完毕，请查看。电话 0579-8710101。"}[label]
    await chen.says(words.format(lamp))
    first = chen.reads(lamp)
    await chen.says(words.format(bins))
    chen.reads(bins)
    await chen.taps(label, first)
    chen.reads(bins)
    await chen.says(f"查看 {bins}")
    chen.reads(bins, never=["已办结】"])
    chen.looks_away()
    wang.looks_away()
