"""How the account listens: questions, corrections, several matters, danger, what is half said and what is said oddly."""

from __future__ import annotations

import pytest

from handlers.directory.directory import Role
from tests.scenarios.backends import everywhere
from tests.scenarios.stage import Stage
from tests.scenarios.words import BINS, LAMP, photo


async def test_gas_is_answered_with_whom_to_call_first(stage: Stage) -> None:
    wang, lin = stage.citizen("王芳"), await stage.official("林涛", unit="燃气公司")
    he = await stage.official("何静", unit="县政府", role=Role.SUPERVISOR)
    await wang.says("家里煤气味好大，怎么办")
    reply = wang.reads(
        "请先离开：别开关电器、别点火，开窗，到户外再打119",
        "我这里叫不来救援，请一定先打电话。",
        "已按紧急件转给云溪燃气公司，今天 11:00 前回应您",
        "请马上告诉我具体在哪儿",
        never=["署名", "受理"],
    )
    assert reply.startswith("请先离开")
    gas = reply.number
    lin.reads(f"新工单 {gas}　紧急", "请马上受理，3月2日（周一）11:00 前答复。")
    he.reads(f"紧急工单 {gas} 已送到云溪燃气公司")

    await wang.says("平安巷12号3单元")
    wang.reads(f"「平安巷12号3单元」已经告诉云溪燃气公司（{gas}）", "还没打电话的话，请现在就打")
    lin.reads(f"市民更正了 {gas}", "地点：平安巷12号3单元")
    await wang.says("救命")
    wang.reads("110报警，119火灾和救援，120急救。我这里叫不来他们")


async def test_two_matters_become_two_tickets(stage: Stage) -> None:
    li, chen = stage.citizen("李建国"), await stage.official("陈立", unit="城管局")
    qian = await stage.official("钱进", unit="公安局")
    await li.says("幸福里小区门口的路灯不亮。另外我想问一下，新生儿落户要带什么材料？")
    li.reads("您说了2件事：\n1. 幸福里小区门口的路灯不亮\n2. 新生儿落户要带什么材料", "要分开吗？")
    await li.taps("分开报（2件）")
    reply = li.reads(
        "2件事分别报好了：",
        "幸福里小区门口的路灯不亮：编号",
        "县城市管理局，3月9日（周一）18:00 前答复",
        "新生儿落户要带什么材料：编号",
        "县公安局，3月4日（周三）18:00 前答复",
    )
    lamp, child = reply.numbers
    chen.reads(f"新工单 {lamp}", never=["落户"])
    qian.reads(f"新工单 {child}　咨询", never=["路灯"])
    await li.says("我的")
    li.reads("点一件看进度", child, lamp)


async def test_a_word_to_the_county_head_is_passed_on_honestly(stage: Stage) -> None:
    li, zhao = stage.citizen("李建国"), await stage.official("赵敏", unit="受理中心", role=Role.DISPATCHER)
    await li.says("给县长：滨河路的公交站台没有雨棚，下雨天没处躲")
    canopy = li.reads(
        "写给县长的话已注明并原样转交", "不一定是县长本人", "记下了：滨河路的公交站台没有雨棚", "先由县民声受理中心呈转"
    ).number
    zhao.reads(f"新工单 {canopy}　写给县长", "给县长：滨河路的公交站台没有雨棚")


async def test_corrections_before_and_after_filing(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.says("路灯坏了好几天了，没人修")
    wang.reads("明白了：路灯坏了好几天了，没人修。\n就差一样：在哪儿？")
    await wang.says("解放路")
    lamp = wang.reads("投诉 · 城乡建设 · 解放路").number
    chen.reads("地点：解放路")

    await wang.says("不是解放路，是五一路")
    wang.reads(f"{lamp} 改好了：地点是五一路。答复时间不变。")
    chen.reads(f"市民更正了 {lamp}", "地点：五一路")
    await wang.says("地点改成五一路88号")
    wang.reads(f"{lamp} 改好了：地点是五一路88号。")
    chen.reads("地点：五一路88号")
    await chen.says(f"受理 {lamp}")
    chen.reads("已受理")
    wang.reads("已由县城市管理局受理")
    await wang.says("不是五一路，是学府街")
    wang.reads("地点是学府街88号。县城市管理局已经在办，会看到您的更正。")
    chen.reads("地点：学府街88号")


async def test_another_matter_in_the_middle_is_not_taken_for_a_place(stage: Stage) -> None:
    wang = stage.citizen("王芳")
    await wang.says("路灯坏了好几天了，没人修")
    wang.reads("就差一样：在哪儿？")
    await wang.says("还有我家自来水今天早上突然停了，一滴都没有")
    wang.reads(
        "前面「路灯坏了好几天了，没人修」还差个地点，您又说了「我家自来水今天早上突然停了，一滴都没有」。是两件事吗？"
    )
    await wang.taps("两件都报")
    wang.reads("明白了：路灯坏了好几天了，没人修。", "在哪儿？")
    await wang.says("解放路18号")
    wang.reads("记下了：路灯坏了好几天了，没人修", "明白了：我家自来水今天早上突然停了，一滴都没有。", "在哪儿？")
    await wang.says("阳光花园小区3栋")
    wang.reads("归云溪水务公司办理，明天（周二）09:00 前答复您。")


@everywhere
async def test_a_talk_survives_a_restart_and_expires_politely(stage: Stage) -> None:
    wang = stage.citizen("王芳")
    await wang.says("路灯坏了好几天了，没人修")
    wang.reads("就差一样：在哪儿？")
    await stage.restart()
    await wang.says("解放路18号门口")
    wang.reads("记下了：路灯坏了好几天了，没人修\n投诉 · 城乡建设 · 解放路18号门口")

    await wang.says("公交车老是不来，等了四十分钟")
    wang.reads("明白了：公交车老是不来，等了四十分钟。", "在哪儿？")
    await stage.later(hours=30)
    await wang.says("你好")
    wang.reads("上次「公交车老是不来，等了四十分钟」没说完", "还没有报上去", "您好，我在")
    await wang.taps("继续")
    wang.reads("明白了：公交车老是不来，等了四十分钟。\n就差一样：在哪儿？")
    await wang.says("汽车站")
    wang.reads(
        "记下了：公交车老是不来，等了四十分钟", "归县交通运输局办理，明天（周三）18:00 前受理，3月10日（周二）18:00 前"
    )


async def test_anonymous_or_not_public_or_not(stage: Stage) -> None:
    wang, li = stage.citizen("王芳"), stage.citizen("李建国")
    await wang.says("解放路和平菜市场门口的路灯坏了，我家电话13912345678")
    reply = wang.reads("要不要署名、这件要不要公开？不选就是匿名、不公开")
    lamp, code = reply.number, reply.code
    await li.says(f"查 {lamp} {code}")
    li.reads("一件投诉", "【已提交】", never=["路灯", "1391"])
    await wang.taps("匿名、公开")
    wang.reads(f"好的，{lamp} 匿名、公开。", "以后报的事也匿名，公不公开每件单独选。")
    await li.says(f"查 {lamp} {code}")
    li.reads("〔地点〕门口的路灯坏了", never=["1391", "菜市场", "[进度页]", "[催一催]"])
    await wang.says("不公开")
    wang.reads("匿名、不公开。只有您和办事的单位看得到")

    wrong = "000000" if code != "000000" else "111111"
    for words in (f"查 {lamp} {wrong}", f"查 {lamp}", f"查 26099991 {code}"):
        await li.says(words)
        li.reads("没查到。请核对编号和查询码" if lamp in words else "没查到", never=["路灯"])
    slip = lamp[:-1] + str((int(lamp[-1]) + 1) % 10)
    await li.says(f"查 {slip} {code}")
    li.reads(f"「{slip}」像是打错了一位")

    # Asked once: the next appeal goes the way that was chosen.
    await wang.says(BINS)
    wang.reads("记下了", never=["要不要署名"])


async def test_voice_pictures_films_and_points(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.speaks(LAMP)
    lamp = wang.reads(f"记下了：{LAMP}").number
    chen.reads(f"新工单 {lamp}")
    await wang.points("云溪县解放路66号")
    wang.reads(f"{lamp} 改好了：地点是解放路和平菜市场（云溪县解放路66号）。")
    chen.reads("地点：解放路和平菜市场（云溪县解放路66号）")
    for send in (wang.shows(photo()), wang.films()):
        await send
        wang.reads(f"已补充到 {lamp}", "（1个文件）")
        chen.reads(f"市民补充了 {lamp}", "（附 1 个文件）")
    await wang.speaks("……", recognised=False)
    wang.reads(f"已补充到 {lamp}", "我没听清说的什么，要紧的请打字再说一句")
    chen.reads("（附 1 个文件）")


async def test_a_place_and_a_picture_come_before_the_words(stage: Stage) -> None:
    li = stage.citizen("李建国")
    await li.points("云溪县人民公园")
    li.reads("位置「云溪县人民公园」记下了。请再说一句：发生了什么事")
    await li.shows(photo())
    li.reads("收到，附上了（共1个）。还差一句：是什么事。")
    await li.says("秋千链子断了，孩子荡着很危险")
    swing = li.reads("记下了：秋千链子断了", "云溪县人民公园").number
    await li.says("进度")
    li.reads(swing, "【已提交】")
    assert "/file/" in await li.fetches()


async def test_the_menu_is_the_platforms_own(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    await wang.clicks("说件事")
    wang.reads("好，您说：什么事、在哪儿？")
    for button in ("到哪一步了", "我说过的事", "催一催", "评一评", "补充刚才的事"):
        await wang.clicks(button)
        wang.reads("您还没有报过事", never=["另外"])
    await wang.clicks("怎么用")
    wang.reads("有事直接说：什么事、在哪儿。", "有生命危险请先打110、119、120")
    await wang.clicks("匿名与公开")
    wang.reads("现在报事匿名。公不公开每件单独选，默认不公开。", "[改成署名]")
    await wang.clicks("找真人")
    wang.reads("打县民声受理中心 0579-8712345")
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    chen.reads(f"新工单 {lamp}")
    await wang.clicks("催一催")
    wang.reads(f"替您催了：{lamp}")
    chen.reads(f"市民第 1 次催办 {lamp}")
    await chen.clicks("到哪一步了")
    chen.reads("菜单是给市民用的", "[市民 进度]", "[待办]")


async def test_a_code_on_the_wall(stage: Stage) -> None:
    wang, li = stage.citizen("王芳"), stage.citizen("李建国")
    await wang.says(LAMP)
    lamp = wang.reads("记下了").number
    await wang.scans(f"t_{lamp}")
    wang.reads(lamp, "【已提交】", "[补充]")
    await li.scans(f"t_{lamp}")
    li.reads(f"{lamp}　一件投诉", never=["路灯", "[补充]"])
    await li.follows("station")
    li.reads("您好，我是民声速递", "[路灯坏了，怎么报？]")


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("", "这条消息是空的"),
        ("😡😡", "收到您的表情啦"),
        ("你们都是废物，什么都不管", "您生气，我理解"),
        ("查 26000019", "「26000019」像是打错了一位"),
        ("撤回", "您还没有报过事"),
        ("附议", "要附议哪一件"),
        ("取消", "现在没有没报完的事"),
        ("待办", "这是工作人员的命令"),
        ("给我讲个笑话", "我是帮大家报事、查进度的"),
        ("绑定 AAAABBBB", "这个绑定码不能用"),
        ("路灯" * 1000, "在哪儿？"),
        ("<a href='x'>x</a> & ]]> 解放路8号路灯坏了", "记下了：＜a href='x'>x＜/a>"),
    ],
)
async def test_odd_messages_have_considered_answers(stage: Stage, words: str, read: str) -> None:
    wang = stage.citizen("王芳")
    await wang.says(words)
    wang.reads(read)


async def test_an_answer_finds_the_ticket_that_asked(stage: Stage) -> None:
    wang, chen = stage.citizen("王芳"), await stage.official("陈立", unit="城管局")
    numbers = []
    for words in (LAMP, BINS):
        await wang.says(words)
        numbers.append(wang.reads("记下了").number)
        chen.reads(f"新工单 {numbers[-1]}")
    lamp, _ = numbers
    await stage.later(hours=2)
    await chen.says(f"询问 {lamp} 灯杆编号是多少？")
    chen.reads("已请市民补充")
    wang.reads("灯杆编号是多少？")
    await wang.says("灯杆上写着37号")
    wang.reads(f"已补充到 {lamp}", "[这是另一件事]")
    chen.reads(f"市民补充了 {lamp}", "灯杆上写着37号")
