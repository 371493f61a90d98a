"""The platform's moods: retries, quotas, blocks, dead tokens, busy hours, people who leave, and a database that stays."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.sandbox.platform.faults import LOST_REPLY
from storage.schema.tables import inbox, people
from tests.scenarios.backends import everywhere
from tests.scenarios.stage import Stage
from tests.scenarios.words import BINS, LAMP, LAMP_SHORT, photo

CUSTOM = "/cgi-bin/message/custom/send"


@everywhere
async def test_a_retry_files_nothing_twice(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    stage.fault(LOST_REPLY)
    assert await wang.says(LAMP) == 2
    first = wang.reads("记下了")
    chen.reads(f"新工单 {first.number}")
    # Again after the answer, and again at another process.
    await wang.is_repeated()
    assert wang.reads("记下了") == first
    await stage.restart()
    await wang.is_repeated()
    assert wang.reads("记下了") == first
    chen.reads_nothing()
    await wang.says("我的")
    assert wang.reads("您报过的事，点一件看进度：").numbers == [first.number]


async def test_the_same_words_again_file_nothing_twice(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")
    await wang.says(LAMP)
    wang.reads(f"这件事刚才已经报上去了，编号 {lamp}，没有重复登记")


async def test_beyond_the_quota_come_cards_then_words_at_the_next_message(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")
    for visit in range(1, 6):
        await chen.says(f"现场 {lamp} 第{visit}次到场")
        chen.reads("已记下")
        wang.reads(f"第{visit}次到场")

    await chen.says(f"现场 {lamp} 第6次到场")
    chen.reads("已记下")
    card = wang.reads(
        "【工单进度提醒】",
        f"事项：{LAMP_SHORT}",
        f"工单编号：{lamp}",
        "当前状态：现场处理",
        "3月9日18:00前答复",
        "[进度页]",
    )
    assert "第6次到场" in await wang.opens(card.links[0])

    # Nothing gets through any more: it is told at the next message, once.
    wang.blocks()
    await chen.says(f"答复 {lamp} 线缆换好了，灯亮了。")
    chen.reads("已答复")
    wang.reads_nothing()
    stage.parked = 1
    await stage.check_books()
    wang.blocks(refuses=False)
    await wang.says("谢谢")
    wang.reads("先补报您没收到的进展：", "线缆换好了，灯亮了。", "——", "不客气")
    stage.parked = 0
    await wang.says("进度")
    wang.reads("【已答复】", never=["先补报"])


async def test_whoever_refuses_messages_is_told_when_they_come_back(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")
    wang.blocks()
    for words in (f"受理 {lamp}", f"现场 {lamp} 抢修车已到"):
        await chen.says(words)
        chen.reads("已")
    wang.reads_nothing()
    stage.parked = 2
    await stage.check_books()
    wang.blocks(refuses=False)
    await wang.clicks("到哪一步了")
    wang.reads("先补报您没收到的进展：", "受理", "抢修车已到", "——", "【现场处理】")
    stage.parked = 0


@everywhere
async def test_a_revoked_token_is_replaced_in_the_middle(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")
    stage.world.tokens.revoke(stage.world.now)
    await chen.says(f"受理 {lamp}")
    chen.reads("已受理")
    wang.reads("已由县城市管理局受理")


async def test_a_busy_platform_is_asked_again_in_the_same_order(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")
    stage.fault(CUSTOM, left=3, code=-1)
    for words in (f"受理 {lamp}", f"现场 {lamp} 抢修车已到"):
        await chen.says(words)
        chen.reads("已")
    wang.reads_nothing()
    await stage.later(minutes=10)
    wang.reads("已由县城市管理局受理")
    wang.reads("抢修车已到")


async def test_files_wait_for_a_platform_that_is_away(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")
    with stage.worker_away():
        await wang.shows(photo())
        wang.reads("（1个文件）")
        await wang.says("进度")
        wang.reads(lamp)
        assert "/file/" not in await wang.fetches()
    stage.fault("/cgi-bin/media/get", left=3, code=-1)
    await stage.later(hours=1)
    assert "/file/" not in await wang.fetches()
    await stage.later(minutes=1)
    chen.reads(f"市民补充了 {lamp}", "（附 1 个文件）")
    assert "/file/" in await wang.fetches()


@everywhere
async def test_what_was_committed_is_pushed_by_the_next_process(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    with stage.worker_away():
        await wang.says(LAMP)
        lamp = wang.reads("记下了").number
        chen.reads_nothing()
        await stage.restart()
    await stage.settle()
    chen.reads(f"新工单 {lamp}")


async def test_who_leaves_is_forgotten(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.says(LAMP)
    reply = wang.reads("记下了")
    chen.reads(f"新工单 {reply.number}")
    await wang.leaves()
    assert await _traces(stage, wang.openid) == 0
    # The matter goes on, and nothing is kept for somebody who cannot read it.
    await chen.says(f"受理 {reply.number}")
    chen.reads("已受理")
    await stage.check_books()

    await wang.follows()
    wang.reads("您好，我是民声速递")
    await wang.says("我的")
    wang.reads("您还没有报过事")
    await wang.says(f"查 {reply.number} {reply.code}")
    wang.reads("一件投诉", "【已受理】", never=["路灯", "[催一催]"])


async def test_an_official_who_leaves_is_no_official(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    qian = await stage.official("钱进", unit="城管局")
    await chen.leaves()
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    qian.reads(f"新工单 {lamp}")
    await chen.follows()
    chen.reads("您好，我是民声速递")
    await chen.says(f"受理 {lamp}")
    chen.reads("没查到", never=["路灯"])
    await chen.says("待办")
    chen.reads("这是工作人员的命令")


async def test_urging_once_a_day(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")
    await wang.says("催办")
    wang.reads(f"替您催了：{lamp}", "答应的时间是3月9日（周一）18:00 前")
    chen.reads(f"市民第 1 次催办 {lamp}")
    await wang.says("怎么还没人修")
    wang.reads("您在一天之内已经催过了")
    await stage.later(days=1)
    await wang.says("催办 都摔了两个人了")
    wang.reads("这是第2次催")
    chen.reads(f"市民第 2 次催办 {lamp}", "：都摔了两个人了")


async def test_a_script_is_slowed_down(stage: Stage) -> None:
    wang = stage.citizen("王芳")
    stage.typing = timedelta(seconds=1)
    await wang.says("你好")
    wang.reads("您好，我在")
    for _ in range(35):
        await wang.says(BINS)
    assert "您发得太快啦" in wang.unread[-1]
    wang.looks_away()
    await stage.later(minutes=2)
    await wang.says("我的")
    assert len(wang.reads("您报过的事").numbers) == 1


async def _traces(stage: Stage, openid: str) -> int:
    """Rows that still know the account or what it said."""
    async with stage.house.parts.process.engine.connect() as db:
        known = (await db.execute(select(people.c.id).where(people.c.openid == openid))).all()
        said = (await db.execute(select(inbox.c.body, inbox.c.reply))).all()
    return len(known) + sum("路灯" in f"{row.body}{row.reply}" and "新工单" not in f"{row.reply}" for row in said)
