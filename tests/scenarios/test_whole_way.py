"""From the first word to the rating, the ways that most tickets go."""

from __future__ import annotations

import hashlib
import re

from handlers.directory.directory import Role
from tests.scenarios.backends import everywhere
from tests.scenarios.stage import Stage
from tests.scenarios.words import BINS, LAMP, LAMP_SHORT, LIFT, SHELTER, photo


@everywhere
async def test_a_lamp_is_mended(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")

    await wang.says(LAMP)
    lamp = wang.reads(
        f"记下了：{LAMP}\n投诉 · 城乡建设 · 解放路和平菜市场\n编号 ",
        "「路灯」一类的事归县城市管理局办理，明天（周二）18:00 前受理，3月9日（周一）18:00 前答复您。",
        "[进度页]",
        "不选就是匿名、不公开",
        "[署名、公开]",
    ).number
    chen.reads(f"新工单 {lamp}", LAMP, "请在 3月3日（周二）18:00 前受理，3月9日（周一）18:00 前答复。", f"受理 {lamp}")
    await wang.taps("署名、公开")
    wang.reads(f"{lamp} 署名、公开", "以后报的事也署名", "怎么称呼您")
    await wang.says("王女士")
    wang.reads("署名的事就写「王女士」")

    await chen.says("待办")
    chen.reads("待办 1 件", lamp, "明天（周二）18:00 前受理")
    await chen.taps(f"查看 {lamp}")
    chen.reads("状态：已提交", "署名 王女士，公开", f"原话：{LAMP}", "可以：受理")
    await chen.taps("受理")
    chen.reads(f"已受理 {lamp}「{LAMP_SHORT}」，请在3月9日（周一）18:00 前答复市民。", "[撤销]")
    wang.reads(f"您反映的「{LAMP_SHORT}」（{lamp}）已由县城市管理局受理，3月9日（周一）18:00 前答复您。")

    await stage.later(days=1)
    await wang.says("进度")
    wang.reads("【已受理】县城市管理局正在办理。", "●已提交 ●已受理 ○已答复 ○已办结", "承诺 3月9日（周一）18:00 前答复")
    assert "县城市管理局正在办理" in await wang.opens()

    await chen.says("答复 路灯今天上午换好了镇流器，晚上请您再看看。如再熄灭请打 0579-8710101。")
    chen.reads(f"已答复 {lamp}", "市民马上会看到")
    wang.reads("县城市管理局答复了您反映的", "换好了镇流器", "办得怎么样？", "[非常满意]")
    await wang.says("评价 5 修得真快")
    wang.reads("非常满意", "谢谢")
    chen.reads(f"市民评价 {lamp}「{LAMP_SHORT}」：非常满意（5 分）：修得真快")

    await chen.says("办结")
    chen.reads(f"要办结 {lamp}", "市民已经评了「非常满意」", "回「确认」执行")
    await chen.taps("确认")
    chen.reads(f"已办结 {lamp}", never=["请市民评价"])
    wang.reads(f"（{lamp}）已办结。", never=["评价"])
    await wang.says("进度")
    wang.reads("【已办结】3月3日（周二）办结。", "按时答复", "您评价：非常满意：修得真快", never=["[评一评]"])


async def test_a_shelter_goes_to_the_wrong_desk_first(stage: Stage) -> None:
    wang, zhou = stage.citizen("王芳"), await stage.official("周宁", unit="交通局")
    zhao = await stage.official("赵敏", unit="受理中心", role=Role.DISPATCHER)
    chen = await stage.official("陈立", unit="城管局")

    await wang.says(SHELTER)
    shelter = wang.reads("归县交通运输局办理").number
    zhou.reads(f"新工单 {shelter}")
    await zhou.says(f"退回 {shelter} 站台由广告公司代管，养护归城管局。")
    zhou.reads(f"已退回 {shelter}", "由县民声受理中心重新分派")
    wang.reads(
        f"（{shelter}）被县交通运输局退回，原因：站台由广告公司代管，养护归城管局。",
        "县民声受理中心会重新分派。答复期限不变，3月9日（周一）18:00 前。",
    )
    zhao.reads(f"县交通运输局退回 {shelter}", f"请转办：转办 {shelter} 单位。3月9日（周一）18:00 前要答复市民。")

    await zhao.says("待办")
    zhao.reads("待办 1 件", shelter)
    await zhao.says(f"转办 {shelter} 城管局 站台养护合同在城管局")
    zhao.reads(f"已把 {shelter}", "转给县城市管理局")
    chen.reads(f"转来工单 {shelter}：站台养护合同在城管局", "请在 3月3日（周二）18:00 前受理", f"退回 {shelter} 原因")
    wang.reads("已转给县城市管理局办理。原因：站台养护合同在城管局。答复期限不变")

    await chen.says(f"受理 {shelter}")
    chen.reads("已受理")
    wang.reads("已由县城市管理局受理")
    await wang.says("进度")
    wang.reads("【已受理】", "⚠ 退回 1 次：县交通运输局（站台由广告公司代管，养护归城管局）", "转办：转到县城市管理局")


async def test_a_lift_needs_an_answer_a_delay_and_a_visit(stage: Stage) -> None:
    zhang, sun = stage.citizen("张桂英"), await stage.official("孙浩", unit="住建局")
    await zhang.says(LIFT)
    lift = zhang.reads("归县住房和城乡建设局办理").number
    sun.reads(f"新工单 {lift}")
    await sun.says(f"受理 {lift}")
    sun.reads("已受理")
    zhang.reads("已由县住房和城乡建设局受理，3月9日（周一）18:00 前")

    await sun.says("询问 是哪一部电梯？方便的话拍一下轿厢里的编号牌。")
    sun.reads(f"已请市民补充 {lift}", "时钟停走")
    zhang.reads("需要您补充：\n是哪一部电梯？", "等您补充期间期限暂停")
    await zhang.says("进度")
    zhang.reads("【等您补充】", "期限暂停中", "接下来：请您回答上面的问题，直接回复就行", "[现在补充]")
    await zhang.says("怎么还没人修")
    zhang.reads("承办单位正在等您补充，您补充之后马上接着办。")

    # The answer comes two days later in two messages, the picture first. Both belong to the ticket.
    await stage.later(days=2)
    board = photo()
    await zhang.shows(board)
    zhang.reads(f"已补充到 {lift}（1个文件）。", "3月11日（周三）18:00 前答复您", "还有要说的，接着发就行")
    sun.reads("【待办事项提醒】", lift, "市民补充", "2026-03-11 18:00")
    await zhang.says("左边那部，编号牌上写着3号梯")
    zhang.reads(f"已补充到 {lift}")
    sun.reads("【待办事项提醒】", lift, "市民补充")
    await sun.says(f"查看 {lift}")
    sun.reads("市民补充（附 1 个文件）", "市民补充：左边那部，编号牌上写着3号梯")
    await sun.says(f"为何 {lift}")
    sun.reads("3月11日（周三）18:00 前答复", "请市民补充，时钟停", "市民补充了，停了 2 天", "改到3月11日（周三）18:00")

    await sun.says("延期 5天 要等厂家配件")
    sun.reads("已延期 5 个工作日，新的期限是3月18日（周三）18:00")
    zhang.reads("需要更多时间：要等厂家配件。", "改在 3月18日（周三）18:00 前答复您")
    await zhang.says("进度")
    zhang.reads("已延期，原为投诉 5 个工作日内答复", "⚠ 延期 1 次：延到3月18日（周三）18:00，原因：要等厂家配件")

    # Proof from the scene: kept by its content, shown on the page without what the phone hid in it.
    proof = photo("#446688")
    await sun.shows(proof)
    sun.reads("共 1 个文件。下一条「现场」「答复」或「备注」会一起附上")
    await sun.says(f"现场 {lift} 维保人员已到，正在换门锁触点")
    sun.reads("现场情况（附 1 个文件）")
    zhang.reads("已到现场处理", "正在换门锁触点（1 张图片在进度页）")
    page = await zhang.fetches()
    files = list(dict.fromkeys(re.findall(r"/t/[\w-]+/file/\d+", page)))
    assert len(files) == 2, page
    for path in files:
        shown = await zhang.downloads(path)
        assert shown.startswith(b"\xff\xd8")
        assert b"SecretPhoneMaker" not in shown
    for sent in (board, proof):
        digest = hashlib.sha256(sent).hexdigest()
        assert stage.house.parts.outbound.files.path(digest).read_bytes() == sent

    await sun.says("答复 门锁触点已更换，试运行两天未再停梯。如有异常请打 0579-8710102。")
    sun.reads("已答复")
    zhang.reads("门锁触点已更换")


async def test_what_is_nobodys_business_is_refused_with_a_way_on(stage: Stage) -> None:
    liu, zhao = stage.citizen("刘洋"), await stage.official("赵敏", unit="受理中心", role=Role.DISPATCHER)
    await liu.says("给书记：我跟合伙人散伙了，他不退我的股金，请你们帮我要回来")
    liu.reads("就差一样：在哪儿？")
    await liu.taps("跳过，说不清")
    shares = liu.reads("写给书记的，先由县民声受理中心呈转").number
    zhao.reads(f"新工单 {shares}", f"转办 {shares} 单位｜受理 {shares}｜不予受理 {shares} 原因", never=["退回"])

    await zhao.says(f"不予受理 {shares} 合伙纠纷要由法院判断 去处：县法院诉讼服务中心")
    zhao.reads("不予受理吗？", "原因：合伙纠纷要由法院判断", "去处：县法院诉讼服务中心", "执行后不能撤销")
    await zhao.taps("确认")
    zhao.reads("已不予受理，原因和去处会告诉市民")
    liu.reads("没有受理，原因：合伙纠纷要由法院判断。您可以找县法院诉讼服务中心。")
    await liu.says("进度")
    liu.reads("【不予受理】", "接下来：可以找县法院诉讼服务中心")
    await liu.says("没解决")
    liu.reads("不能直接重办。有异议请回复「人工」")
    await liu.says("人工")
    liu.reads("0579-8712345")


async def test_bins_are_withdrawn_after_a_second_thought(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.says(BINS)
    bins = wang.reads("记下了").number
    chen.reads(f"新工单 {bins}")

    await wang.says("撤回")
    wang.reads(f"要撤回 {bins}", "撤回后就不再办了")
    await wang.taps("不撤了")
    wang.reads("好的，不撤。这件事照常办。")
    await wang.says("撤回 已经收走了")
    wang.reads(f"要撤回 {bins}")
    await wang.taps("确认撤回")
    wang.reads(f"撤回了：{bins}", "承办单位不再办理")
    chen.reads(f"市民撤回了 {bins}", "：已经收走了，不用再办。")
    await wang.says("补充 又满了")
    wang.reads("已经撤回，不能再补充。有新情况请直接发给我")
    await chen.says(f"受理 {bins}")
    chen.reads("这件事已经撤回，不用再受理。")


async def test_a_bad_rating_brings_the_ticket_back(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    he = await stage.official("何静", unit="县政府", role=Role.SUPERVISOR)
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")
    await chen.says(f"答复 {lamp} 灯已修好。")
    chen.reads("已答复")
    wang.reads("灯已修好")

    await wang.says("评价 1")
    wang.reads("非常不满意", "对不住，让您失望了", "[没解决]", "[不用重办]")
    chen.reads("非常不满意（1 分）")
    he.reads("非常不满意（1 分）")
    await stage.later(hours=20)
    await wang.says("根本没修，还是黑的")
    wang.reads("退回去重新办了", "换人办，先回访您", "要在3月10日（周二）18:00 前重新答复您")
    chen.reads(f"{lamp}「{LAMP_SHORT}」要重办：根本没修，还是黑的", "3月10日（周二）18:00 前重新答复")
    he.reads("要重办")

    await chen.says(f"答复 {lamp} 昨晚换了整条线缆，九点钟复查灯亮，您再看看。")
    chen.reads("重办要先回访市民")
    await chen.says(f"回访 {lamp} 市民说整条街都黑")
    chen.reads("已记下")
    await chen.says(f"答复 {lamp} 昨晚换了整条线缆，九点钟复查灯亮，您再看看。")
    chen.reads("已答复", "本单位没有别的同事，上级也联系不上，这一轮仍由您答复")
    wang.reads("换了整条线缆")
    await wang.clicks("评一评")
    wang.reads("办得怎么样？")
    await wang.taps("满意")
    wang.reads("「满意」", "问题解决了吗")
    chen.reads("满意（4 分）")
    await wang.says("进度")
    wang.reads("【已答复】", "⚠ 重办 1 次")
