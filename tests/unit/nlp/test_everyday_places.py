"""Everyday names of streets and landmarks: whatever is said of them, the place is heard; classes of places stay silent."""

from __future__ import annotations

import pytest

from nlp.places.everyday import names
from nlp.understand import PlaceKind, Reader

STREETS = (
    "学府街 新华街 中山街 建设大街 解放路 人民中路 文化巷 工业大道 胜利二路 迎宾大道 青年街 书院路 育才巷 园丁路 财政局巷 医院路 大学路 小学路 市场街 环城北路 "
    "团结路 和平街 幸福路 光明街 前进路 友谊大道 民主街 劳动路 振兴路 发展大道 开发大道 平安巷 车站路 火车站街 公园路 体育馆路 文化宫街 学院街 师范路 法院街 银行巷 "
    "五一路 八一路 三八街 府前路 县前街 西关大街 北外环路 中心大街 广场路 桂花巷 石桥路 钟楼街 米市街 打铁街 朝阳街 富强路 创新大道 科技路 码头街 物流大道 政府路 黄河大道 桥头街"
).split()
SAID = (
    "{}12号门口的路灯坏了三天",
    "{} 22 号门口的井盖松了",
    "{}上的积水没人管",
    "{}路口红绿灯坏了",
    "住在{}",
    "我家住在{}8号",
    "{}和滨河路交叉口没有斑马线",
    "{}公交站台没有雨棚",
    "{}公交 3 路早高峰四十分钟不来一趟",
    "{}菜市场门口污水横流",
    "{}的井盖坏了",
    "{}有个大坑",
    "{}口有个坑",
    "{}路灯不亮",
    "昨天{}停水了",
    "{}两边停满了车",
)

SEATED = "县医院 市中医院 县人民医院 县一中 县实验小学 县体育馆 市图书馆 县汽车站 县妇幼保健院 镇卫生院".split()
ALONE = (
    "汽车站 火车站 高铁站 人民公园 人民广场 体育馆 文化宫 图书馆 政务服务中心 妇幼保健院 人民医院 中医院 实验小学 第二中学 步行街 老街 电影院"
).split()
BEFORE = "县政府 镇政府 县委 一中 派出所 县法院 公安局 农贸市场 菜市场 新华书店 敬老院".split()
ESTATES = "建设新村 解放新村 和平里 胜利小区 前进社区 解放桥 劳动公园 胜利广场 文化广场 学府小区 医院小区".split()
BESIDE = "门口的路灯坏了 旁边有人摆摊 对面的井盖松了 附近停车难 隔壁的烧烤店太吵 北门没有斑马线 后面堆着垃圾".split()

NONE = [
    "这条街上都是垃圾吗",
    "大街小巷都打扫干净了",
    "上街买菜",
    "学府气息很浓",
    "大街上都是狗屎",
    "路上有坑",
    "放学路上没有红绿灯",
    "人生路上难免有坎坷",
    "高速路上堵了三小时",
    "水泥路面破损",
    "公园路面破损",
    "广场路灯不亮",
    "医院路牌看不清",
    "建设路灯需要多少钱",
    "加快发展道路交通",
    "中心街区脏乱差",
    "平安大道理谁都懂",
    "孩子上小学路上要走一个小时",
    "他上大学一路辛苦",
    "老街坊都知道",
    "我们想要一条步行街",
    "我们小区幼儿园没有空调",
    "城镇医院太少",
    "全县医院都这样",
    "每个县医院都应该有急诊",
    "县政府不作为",
    "政府门口",
    "派出所不管",
    "法院12号开庭",
    "派出所面临搬迁",
    "有一家派出所门口写着不营业",
    "一中午都没有水",
    "医院门口排队",
    "学校对面有网吧",
    "建议多建图书馆",
    "建设公园要花多少钱",
    "我们小区要建设广场",
    "开发小区要审批吗",
    "修好路12号开工",
    "被电话诈骗了三万块",
]


@pytest.mark.parametrize("street", STREETS)
def test_a_street_is_heard_whatever_is_said_of_it(reader: Reader, street: str) -> None:
    heard = {said: [place.text for place in reader.understand(said.format(street)).places[:1]] for said in SAID}
    assert {said: best for said, best in heard.items() if not (best and street in best[0])} == {}


@pytest.mark.parametrize("landmark", [*SEATED, *ALONE, *BEFORE])
def test_what_a_town_has_one_of_is_a_place_to_stand_at(reader: Reader, landmark: str) -> None:
    heard = {beside: [place.text for place in reader.understand(landmark + beside).places[:1]] for beside in BESIDE}
    assert {beside: best for beside, best in heard.items() if not (best and landmark in best[0])} == {}


@pytest.mark.parametrize("landmark", [*SEATED, *ALONE, *ESTATES])
@pytest.mark.parametrize("said", ["{}的厕所太脏", "我在{}等了两个小时", "昨天晚上九点，{}停电了"])
def test_what_a_town_has_one_of_is_a_place_by_itself(reader: Reader, landmark: str, said: str) -> None:
    assert landmark in reader.understand(said.format(landmark)).places[0].text


@pytest.mark.parametrize("text", NONE)
def test_ways_classes_and_offices_are_no_places(reader: Reader, text: str) -> None:
    assert reader.understand(text).places == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("中山街上的积水没人管", "中山街"),
        ("学府街12号门口的路灯坏了三天", "学府街12号"),
        ("建设大街与学府街交叉口没有红绿灯", "建设大街与学府街交叉口"),
        ("县医院路12号的井盖松了", "县医院路12号"),
        ("体育馆路12号的井盖松了", "体育馆路12号"),
        ("体育馆路灯不亮", "体育馆"),
        ("步行街 12 号的店太吵", "步行街 12 号"),
        ("C4县人民医院门口排长队", "C4县人民医院"),
        ("学府街的路灯坏了，我每天从汽车站门口走回家", "学府街"),
        ("城南派出所对面的路灯坏了", "城南派出所"),
        ("希望路12号的井盖松了", "希望路12号"),
        ("建设公园旁边的井盖松了", "建设公园"),
        ("县政府大院里停不了车", "县政府"),
    ],
)
def test_the_place_is_no_more_and_no_less_than_its_name(reader: Reader, text: str, place: str) -> None:
    assert reader.understand(text).places[0].text == place


def test_every_everyday_name_has_a_kind_that_places_have() -> None:
    rows = list(names())
    assert {PlaceKind(row.part) for _, row in rows} <= set(PlaceKind)
    assert all(row.weight > 0 for _, row in rows)
