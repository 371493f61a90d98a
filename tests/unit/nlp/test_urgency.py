"""What cannot wait, and what only sounds like it."""

from __future__ import annotations

import pytest

from nlp.understand import Reader

URGENT = [
    ("我家门口的水管爆了，全楼没水了", "没水"),
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
