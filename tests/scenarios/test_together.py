"""Several people want the same thing done: asked once, one piece of work for the unit, news and a last word for each."""

from __future__ import annotations

from tests.scenarios.backends import everywhere
from tests.scenarios.stage import Stage
from tests.scenarios.words import LAMP

AGAIN = "解放路和平菜市场门口的路灯一直不亮，晚上老人看不见路摔了一跤"
REPLY = "经查，路灯电缆被施工挖断，已于3月2日上午换好电缆恢复照明，现在两盏灯都亮了。"


@everywhere
async def test_neighbours_go_on_together(stage: Stage) -> None:
    wang, li, zhang = stage.citizen("王芳"), stage.citizen("李建国"), stage.citizen("张桂英")
    chen = await stage.official("陈立", unit="城管局")
    await wang.says(LAMP)
    lamp = wang.reads("记下了：").number
    chen.reads(f"新工单 {lamp}")
    await wang.taps("匿名、公开")
    wang.reads("匿名、公开")

    await li.says(AGAIN)
    li.reads(
        "已有 1 人反映同一问题", "由县城市管理局办理，承诺 3月9日（周一）18:00 前答复", "要一起推动吗？", never=[lamp]
    )
    await li.taps("一起推动")
    own = li.reads("和您一起的还有 1 人", "想自己单独办回「单独办」").number
    assert own != lamp
    chen.reads(f"已有 1 人附议 {lamp}")
    await zhang.says(f"附议 {lamp}")
    zhang.reads(f"{lamp}：已有 2 人反映同一问题", "要一起推动吗？", never=["菜市场"])
    await zhang.taps("一起推动")
    third = zhang.reads("和您一起的还有 2 人").number

    await chen.says("待办")
    chen.reads("待办 1 件", lamp, never=[own, third])
    await li.says("补充 东头那根灯杆也不亮")
    li.reads("已补充")
    chen.reads(f"附议人补充了 {lamp}", "东头那根灯杆")
    await chen.says(f"查看 {lamp}")
    chen.reads("一起反映的还有 2 人", "老人看不见路摔了一跤", "东头那根灯杆也不亮")
    await chen.says(f"受理 {own}")
    chen.reads(f"请直接办 {lamp}")
    await chen.says(f"受理 {lamp}")
    chen.reads("已受理")
    for player, number in ((wang, lamp), (li, own), (zhang, third)):
        player.reads(f"（{number}）已由县城市管理局受理")

    await wang.says("撤回")
    wang.reads("另外 2 人照常办")
    await wang.taps("确认撤回")
    wang.reads("另外 2 人那边照常办")
    li.reads(f"{lamp} 由本人撤回了，您这件接着办")
    chen.reads(f"接着办 {own}", "还有 1 人和他一起")
    zhang.reads_nothing()

    await chen.says(f"答复 {own} {REPLY}")
    chen.reads("已答复")
    li.reads("换好电缆恢复照明", "办得怎么样？", "[非常满意]")
    zhang.reads("换好电缆恢复照明", "办得怎么样？", "[非常满意]")
    await li.says("评价 5")
    li.reads("非常满意")
    chen.reads("非常满意")
    await zhang.says("评价 1 没解决")
    zhang.reads("退回去重新办了", third)
    chen.reads(f"市民评价 {third}", "非常不满意（1 分）：没解决")
    chen.reads(f"{third}", "要重办：没解决")
    await li.says("进度")
    li.reads("已答复", never=["重新办理"])
    page = await li.fetches()
    assert "换好电缆" in page
