"""回避 as people live it: a report about an office never reaches that office, and who has left is told nothing more."""

from __future__ import annotations

from handlers.directory.directory import Role
from tests.scenarios.stage import Stage

BRIBE = "举报城管局副局长刘某收受南门夜市老板的红包，每次检查都提前打招呼"
LAMP = "滨河路12号门口的路灯坏了，晚上看不见路"


async def test_a_report_about_an_office_never_reaches_it(stage: Stage) -> None:
    wang = stage.citizen("王芳")
    chen = await stage.official("陈立", unit="城管局")
    luo = await stage.official("孙浩", unit="县纪委监委")
    zhao = await stage.official("何静", "派单台", Role.DISPATCHER)
    await wang.says(BRIBE)
    number = wang.reads("县纪委监委").number
    luo.reads(f"新工单 {number}")
    chen.reads_nothing()

    await chen.says(f"查看 {number}")
    chen.reads(f"没有编号 {number}", never=("夜市", "刘某"))
    for words in (f"转办 {number} 城管局", f"协办 {number} 城管局"):
        await zhao.says(words)
        zhao.reads("回避", "请换一个单位")
    chen.reads_nothing()


async def test_words_added_later_take_it_off_the_desk(stage: Stage) -> None:
    wang = stage.citizen("王芳")
    chen = await stage.official("陈立", unit="城管局")
    luo = await stage.official("孙浩", unit="县纪委监委")
    await wang.says(LAMP)
    number = wang.reads("记下了").number
    chen.reads(f"新工单 {number}")
    await wang.says(f"补充 {number} 你们科长收了灯具店老板的回扣，所以一直不换")
    wang.reads("已补充")
    wang.reads("按回避规定改由县纪委监委办理", "原单位看不到了")
    luo.reads(f"回避转来 {number}")
    luo.reads("市民补充了", "回扣")
    chen.reads_nothing()
    await chen.says(f"受理 {number}")
    chen.reads(f"没有编号 {number}", never=("回扣",))
