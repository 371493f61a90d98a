"""What cannot wait, and what only sounds like it."""

from __future__ import annotations

import re

import pytest

from nlp.appeals.hazards import HAZARDS
from nlp.text.lexicon import DATA, read_sections
from nlp.understand import Reader

URGENT = [
    ("我家门口的水管爆了，全楼没水了", "水管"),
    ("小区从早上停电到现在，家里老人靠呼吸机", "停电"),
    ("电梯又掉层了，吓死人，每天都要坐", "电梯"),
    ("学校门口的电线杆歪得快倒了", "电线杆"),
    ("高压线掉到菜地里了没人管", "高压线"),
    ("我妈走丢一天了，八十岁，求帮忙找", "走丢"),
    ("楼上的玻璃窗掉下来差点砸到孩子", "玻璃"),
    ("河边的栏杆断了一截，天天有小孩在那玩", "栏杆"),
    ("学校几十个孩子午饭以后上吐下泻", "上吐下泻"),
    ("这几天零下了，暖气停了三天，老人冻得不行", "暖气"),
    ("后山一直往下滚石头，下面就是我家", "后山"),
    ("路中间塌了个大洞，没人围", "塌了"),
    ("工厂漏氯气，眼睛都睁不开", "漏氯气"),
    ("我弟弟被骗进传销窝点出不来，求解救", "传销"),
    ("家里断水两天了，楼下饭店也没水", "断水"),
    ("单元楼的墙裂了很大的缝，一直在往外倒", "往外倒"),
    ("路口窨井盖不见了，晚上很黑", "井盖"),
    ("灯杆漏电，狗都电死了", "漏电"),
    ("我老公又打我，现在不敢回家", "又打我"),
    ("院墙随时会倒，孩子们天天从下面过", "随时"),
    ("我家楼下煤气罐在漏气，嘶嘶响", "漏气"),
    ("老人摔倒起不来了，家里没人", "起不来"),
    ("楼上往下扔砖头，刚砸到我车", "砸"),
    ("山洪下来了，村里人出不去", "山洪"),
    ("隔壁在打孩子，哭得很惨", "打孩子"),
    ("电梯门关不上就往上走", "电梯"),
    ("消防通道着火了", "着火"),
    ("大树压在电线上了，冒烟", "电线"),
    ("我想从楼上跳下去", "跳下去"),
    ("我爸喝了半瓶农药", "农药"),
    ("地下车库进水了，快淹到配电房", "进水"),
    ("小孩头卡在栏杆里了", "卡在"),
    ("煤气表那里有味道，头很晕", "味道"),
    ("下水道的盖子没了，刚有人掉下去", "盖子"),
    ("老人被骗子带走了，电话打不通", "带走"),
    ("化工厂爆炸了，窗户都震碎了", "爆炸"),
    ("楼顶的广告牌被风吹得快掉了", "快掉"),
    ("我们这栋楼昨晚开始没有一滴水", "一滴水"),
    ("我家燃气灶一直有臭鸡蛋味", "臭鸡蛋味"),
    ("爷爷突然倒下，没反应", "倒下"),
    ("河水漫过桥面，学生还在过", "漫过"),
    ("暴雨冲垮了路，救护车进不来", "冲垮"),
    ("架空线被挂断，落在人行道上", "架空线"),
    ("我儿子离家出走两天了", "离家出走"),
    ("医院停电，重症病房怎么办", "停电"),
    ("小区经常停电，这次已经停了20个小时还没来", "停电"),
]

NOT_URGENT = [
    "建议在路口装护栏，保护学生",
    "希望尽快通暖气，我们小区一直没有集中供暖",
    "请问明天停水吗",
    "咨询停电通知在哪里看",
    "担心电动车着火，建议装充电桩",
    "去年楼上掉过瓷砖，赔偿一直没谈拢",
    "楼下餐馆天天冒烟，油烟味很大",
    "物业威胁不交费就停水",
    "楼道堆杂物，万一着火跑不掉",
    "上个月停水一次，水费怎么还涨了",
    "井盖有响声，吵得睡不着",
    "小区经常停电，变压器容量不够",
    "谢谢你们，井盖已经换好了",
    "公司拖欠工资，这是我的救命钱",
    "垃圾焚烧浓烟滚滚，污染严重",
    "法人跑路失联，房子烂尾了",
    "物业说电梯要检修两天",
    "医院急救室态度差",
    "手机没电了，没拍到照片",
    "房价还在涨",
    "老公打牌不回家",
    "暖气不够热，只有十六度",
    "停车费涨了",
    "昨天停电两小时，已经来电了",
    "隔壁装修砸墙很吵",
    "外墙保温脱落影响美观",
    "物业不让我走正门",
    "请问烧伤能报销多少",
    "每次下雨车库都进水，希望修排水",
    "上个月电梯困人物业道歉了",
    "卡在审批环节三个月了",
    "垃圾桶气味难闻",
    "又一个小区着火了，我们这里的灭火器早过期",
    "人行道上被砍掉的树能补上吗",
    "请公布应急避难场所，情况紧急时好找",
]


@pytest.mark.parametrize(("text", "sign"), URGENT)
def test_cannot_wait(reader: Reader, text: str, sign: str) -> None:
    read = reader.understand(text)
    assert read.urgent
    assert sign in (read.urgent_phrase or "")


@pytest.mark.parametrize("text", NOT_URGENT)
def test_can_wait(reader: Reader, text: str) -> None:
    assert not reader.understand(text).urgent


@pytest.mark.parametrize(
    ("text", "urgent"),
    [
        ("外墙瓷砖掉下来，差点砸到行人。", True),
        ("怕外墙瓷砖掉下来砸到行人。", False),
        ("外墙瓷砖去年掉下来砸到行人。", False),
        ("如果护栏断了孩子会掉进河里。", False),
        ("护栏断了，孩子会掉进河里。", True),
        ("护栏断了，已经修好了，谢谢。", False),
    ],
)
def test_what_is_feared_supposed_over_or_mended_can_wait(reader: Reader, text: str, urgent: bool) -> None:
    assert reader.understand(text).urgent is urgent


LONG_BEGINNING = (
    "我们小区是零八年建的老房子，一共六栋楼，住了三百来户，大多是退休的老人和带孩子的年轻人，"
    "平时大家都很和气，物业也换过好几家了，"
)


@pytest.mark.parametrize(
    ("says", "urgent"),
    [("突然停电了。", True), ("经常突然停电。", False), ("一下雨就突然停电。", False), ("去年突然停电了。", False)],
)
def test_a_supply_that_fails_by_habit_can_wait_wherever_it_is_said(reader: Reader, says: str, urgent: bool) -> None:
    assert reader.understand(LONG_BEGINNING + says).urgent is urgent


def test_every_hazard_has_signs_and_every_sign_a_hazard() -> None:
    parts = {row.part for _, row in read_sections(DATA / "cues.txt") if row.section == "urgent"}
    assert parts - {"supply", "now", "cut", "haste", "words", "hazard"} == set(HAZARDS)


@pytest.mark.parametrize("part", sorted(HAZARDS))
def test_patterns_repeat_what_they_are_meant_to(part: str) -> None:
    assert re.search(r"\(\d+, \d+\)|\{\{|\{\d*, ", HAZARDS[part].pattern) is None


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("围墙塌了，压着人", True),
        ("围墙塌了半年没人修", False),
        ("3月份围墙塌了，到现在没人修", False),
        ("邻居心脏病发作，倒在地上", True),
    ],
)
def test_what_stood_for_long_is_no_danger_now(reader: Reader, text: str, danger: bool) -> None:
    assert (reader.understand(text).danger is not None) is danger
