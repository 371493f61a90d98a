"""整改: twelve people and one dark road. From a hot issue to measures, progress and a sign-off, and what those say who asked."""

from __future__ import annotations

from handlers.directory.directory import Role
from tests.scenarios.backends import everywhere
from tests.scenarios.player import Player
from tests.scenarios.stage import Stage

PEOPLE = "王芳 李建国 张桂英 刘洋 赵敏 孙浩 周宁 何静 林涛 吴敏 冯涛 沈静".split()
WORDS = (
    "解放路和平菜市场门口的路灯坏了，晚上看不见路",
    "解放路和平菜市场门口的路灯一直不亮，晚上老人看不见路摔了一跤",
    "解放路和平菜市场门口的路灯又不亮了，晚上看不见路",
)
DONE = "解放路 12 根灯杆电缆已全部换新，3月11日起路灯夜里全部点亮。"


async def file(stage: Stage) -> dict[str, tuple[Player, str]]:
    """Twelve tickets: some follow the first one, some stand alone."""
    found: dict[str, tuple[Player, str]] = {}
    for place, name in enumerate(PEOPLE):
        player = stage.citizen(name)
        await player.says(WORDS[place % len(WORDS)])
        if "一起推动" in player.unread[0]:
            player.reads()
            await player.taps("一起推动" if place % 2 else "单独报")
        found[name] = (player, player.reads().numbers[0])
        player.looks_away()
    return found


@everywhere
async def test_a_dark_road_is_put_right_for_everybody(stage: Stage) -> None:
    chen = await stage.official("陈立", unit="城管局")
    zheng = await stage.official("郑强", "受理中心", Role.SUPERVISOR)
    people = await file(stage)
    await stage.later(hours=2)
    for player in stage.players:
        player.looks_away()

    await zheng.says("热点 1")
    zheng.reads("12 人", "要一起整改：立项 热点1 单位 事由")
    await zheng.says("立项 热点1 城管局 解放路路灯成片不亮")
    zheng.reads("由县城市管理局牵头", "很多人反映同一件事，涉及 12 件、12 人", "确认")
    await zheng.says("确认")
    zheng.reads("已立项 Z26001（整〔2026〕0001号）")
    chen.reads("Z26001")
    for player, number in people.values():
        player.reads(number, never=["郑强"])
        player.reads_nothing()

    await chen.says("措施 Z26001 原因：电缆被施工挖断\n3月10日前 更换全部灯杆电缆")
    chen.reads("现有 1 项措施")
    for player, _ in people.values():
        player.looks_away()
    await stage.later(days=7)
    (near,) = (text for text in chen.unread if "Z26001" in text)
    assert "解放路路灯成片不亮" in near
    chen.looks_away()
    await chen.says("待办")
    chen.reads("Z26001 【整改】解放路路灯成片不亮")
    await chen.says("进展 Z26001 第1项 完成 12 根都换好了")
    chen.reads("可以报验：报验 Z26001")
    await chen.says(f"报验 Z26001 {DONE}")
    chen.reads("已报验")
    zheng.reads("Z26001")
    for player in stage.players:
        player.looks_away()

    await zheng.says("验收 Z26001 夜里现场看过，同意销号")
    zheng.reads("用这段结论答复")
    await zheng.says("确认")
    zheng.reads("已验收销号", "12 位市民都已告知")
    for player, number in people.values():
        player.reads(number)
        player.reads_nothing()
        await player.says("进度")
        player.reads("已答复", "电缆已全部换新")
    chen.looks_away()

    wang, lamp = people["王芳"]
    page = await wang.fetches()
    assert 'href="/rectify/Z26001"' in page
    li, _ = people["李建国"]
    await li.says("评价 5")
    li.reads("非常满意")
    await wang.says(f"评价 {lamp} 1 没解决")
    wang.reads("重新办了")
    assert any(lamp in text for text in chen.unread)
    for player in stage.players:
        player.looks_away()
    assert "解放路路灯成片不亮" in await wang.opens("https://ms.example/rectify/Z26001")
