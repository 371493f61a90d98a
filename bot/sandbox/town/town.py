"""The made-up town and its people.

Data only; whoever starts the sandbox may pass other people, templates or another town.
"""

from __future__ import annotations

from msgspec import Struct

from bot.sandbox.platform.model import Persona
from bot.sandbox.platform.templates import ChosenTemplate


class Road(Struct, frozen=True):
    """A road (or the river) as a line of points in the map's own units, 0 to 100 both ways, y downwards."""

    name: str
    points: tuple[tuple[float, float], ...]
    kind: str = "road"


class Spot(Struct, frozen=True):
    """A place with a name that a tap nearby is called after."""

    name: str
    x: float
    y: float
    kind: str = "place"


class Town(Struct, frozen=True):
    """A map."""

    name: str
    north: float
    """Latitude of (0, 0), in degrees."""

    west: float
    """Longitude of (0, 0), in degrees."""

    span: float
    """Degrees of 100 units."""

    roads: tuple[Road, ...]
    spots: tuple[Spot, ...]


TOWN = Town(
    name="云溪县",
    north=30.3260,
    west=119.1040,
    span=0.0240,
    roads=(
        Road("云溪", ((0, 78), (22, 70), (45, 74), (68, 64), (100, 68)), "river"),
        Road("解放路", ((0, 40), (100, 36))),
        Road("人民路", ((34, 0), (36, 100))),
        Road("滨河路", ((0, 66), (24, 59), (46, 62), (68, 53), (100, 56))),
        Road("五一路", ((70, 0), (73, 100))),
        Road("学府街", ((0, 17), (100, 15)), "street"),
        Road("平安巷", ((14, 17), (16, 62)), "street"),
        Road("新华街", ((53, 16), (55, 57)), "street"),
        Road("工业大道", ((0, 91), (40, 89), (100, 86))),
    ),
    spots=(
        Spot("云溪县政府", 47, 28, "office"),
        Spot("实验小学", 22, 9, "school"),
        Spot("县人民医院", 83, 26, "hospital"),
        Spot("人民公园", 84, 46, "park"),
        Spot("和平菜市场", 25, 50, "market"),
        Spot("阳光花园小区", 62, 47),
        Spot("幸福里小区", 7, 29),
        Spot("汽车站", 60, 8, "station"),
        Spot("云溪大桥", 71, 65, "bridge"),
        Spot("城东工业园", 88, 93, "works"),
        Spot("滨河广场", 44, 54, "park"),
    ),
)

PERSONAS: tuple[Persona, ...] = (
    Persona(
        "o_citizen_wang",
        "王芳",
        "王",
        "#e8833a",
        "市民",
        (
            "解放路和平菜市场门口那盏路灯坏了快一个星期，晚上黑漆漆的，老人买菜摔了两次",
            "阳光花园小区楼下烧烤摊天天闹到半夜一点，孩子没法睡觉",
            "平安巷 12 号楼道里闻到很重的煤气味！",
            "请问新生儿落户要带哪些材料？在哪里办？",
            "谢谢城管局，菜市场门口的积水第二天就处理好了，点个赞",
            "进度",
        ),
    ),
    Persona(
        "o_citizen_li",
        "李建国",
        "李",
        "#4a7fd6",
        "市民",
        (
            "五一路县医院门口有个大坑，电动车都绕着走，昨天有人摔伤了",
            "给市长：希望滨河路装上公交站台的雨棚，下雨天没处躲",
            "我家楼上装修，周日早上七点就开始砸墙",
            "建议实验小学门口上下学时段设单行道",
            "我的",
        ),
    ),
    Persona("o_official_chen", "陈立", "陈", "#2f9e6e", "城管局 · 承办人", ("待办", "帮助", "统计")),
    Persona("o_dispatch_zhao", "赵敏", "赵", "#8a5cc9", "受理中心 · 派单员", ("待办", "排行", "帮助")),
    Persona("o_chief_he", "何静", "何", "#b0673c", "县政府 · 督办员", ("热点", "排行", "统计", "帮助")),
    Persona("o_citizen_zhang", "张桂英", "张", "#c2557d", "市民", on_page=False),
    Persona("o_citizen_liu", "刘洋", "刘", "#5b8c85", "市民", on_page=False),
    Persona("o_staff_sun", "孙浩", "孙", "#7a6b4f", "住建局 · 承办人", on_page=False),
    Persona("o_staff_zhou", "周宁", "周", "#4f7a9e", "交通局 · 承办人", on_page=False),
    Persona("o_staff_qian", "钱进", "钱", "#5c5c8a", "公安局 · 承办人", on_page=False),
    Persona("o_staff_lin", "林涛", "林", "#6f8a4f", "城管局 · 承办人", on_page=False),
    Persona("o_head_xu", "徐明", "徐", "#8a4f5c", "城管局 · 负责人", on_page=False),
)

TEMPLATES: tuple[ChosenTemplate, ...] = (
    ChosenTemplate(
        "sandbox_ticket_progress",
        "工单进度提醒",
        (
            ("thing1", "事项"),
            ("character_string2", "工单编号"),
            ("phrase3", "当前状态"),
            ("thing4", "提示"),
            ("time5", "更新时间"),
        ),
    ),
    ChosenTemplate(
        "sandbox_task_notice",
        "待办事项提醒",
        (
            ("thing1", "事项"),
            ("character_string2", "工单编号"),
            ("thing3", "事由"),
            ("time4", "截止时间"),
        ),
    ),
    ChosenTemplate(
        "sandbox_subscribe_progress",
        "办理进度通知",
        (("thing1", "事项"), ("character_string2", "工单编号"), ("phrase3", "当前状态"), ("time4", "时间")),
        subscription=True,
    ),
)
