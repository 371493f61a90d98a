"""Rows of `spec.SPEC` for 整改: what is put right for many at once."""

from __future__ import annotations

from handlers.official.commands.row import HOTLINE, OWN, UNIT, Argument, Asks, Group, Slot, Spec
from handlers.official.rectification.types import (
    Cover,
    Drop,
    Establish,
    Items,
    Plan,
    Postpone,
    Progress,
    SendBack,
    SignOff,
    Submit,
)

ITEM = Argument("item", Slot.RECTIFICATION, "整改编号")
WHICH = Argument("which", Slot.ITEM, "第几项", required=False)
SOURCE = Argument("source", Slot.SOURCE, "热点几或工单编号")

LEDGER = "各地督办整改通行的台账销号制：问题、措施、责任单位、时限、验收销号"

RECTIFICATION: tuple[Spec, ...] = (
    Spec(
        Establish,
        "立项",
        Group.RECTIFY,
        (SOURCE, UNIT, Argument("cause", Slot.TEXT, "事由")),
        "把很多人反映的同一件事立为整改，由一个单位牵头；涉及的市民都会收到进展，最后请他们评价",
        "立项 热点2 城管局 滨河路路灯成片不亮",
        LEDGER,
        ("整改立项", "立为整改"),
        Asks.ALWAYS,
    ),
    Spec(
        Items,
        "整改",
        Group.RECTIFY,
        (Argument("item", Slot.RECTIFICATION, "整改编号", required=False),),
        "在办的整改；后面写编号就看那一项的原因、措施、时限和进展",
        "整改 Z26003",
        LEDGER,
        ("整改清单", "整改台账", "整改项"),
    ),
    Spec(
        Plan,
        "措施",
        Group.RECTIFY,
        (ITEM, Argument("text", Slot.TEXT, "期限 内容")),
        "牵头单位定措施，每行一项，先写哪天前，再写做什么；另起一行写「原因：」说明查明的原因",
        "措施 Z26003 12月5日前 更换滨河路全部灯杆电缆",
        LEDGER,
        ("整改措施",),
    ),
    Spec(
        Progress,
        "进展",
        Group.RECTIFY,
        (ITEM, WHICH, Argument("text", Slot.TEXT, "内容")),
        "写到哪一步了；先发来的照片作为佐证。某项做完，写「第1项 完成 说明」",
        "进展 Z26003 第1项 完成 12 根灯杆电缆已全部换新",
        LEDGER,
        ("整改进展",),
    ),
    Spec(
        Postpone,
        "展期",
        Group.RECTIFY,
        (ITEM, WHICH, Argument("text", Slot.TEXT, "新期限 原因")),
        "一项措施要推迟，写新的日期和原因，市民看得到",
        "展期 Z26003 第1项 12月12日前 电缆要从外地调运",
        HOTLINE,
        ("整改展期", "整改延期"),
    ),
    Spec(
        Submit,
        "报验",
        Group.RECTIFY,
        (ITEM, Argument("text", Slot.TEXT, "结论")),
        "牵头单位认为改好了，请督办员验收；结论会原样答复给所有市民",
        "报验 Z26003 滨河路 12 根灯杆电缆已全部换新，路灯当晚全部点亮。",
        LEDGER,
        ("报请验收", "申请验收"),
    ),
    Spec(
        SignOff,
        "验收",
        Group.RECTIFY,
        (ITEM, Argument("text", Slot.TEXT, "意见")),
        "验收销号：答复所有涉及的市民并请他们评价。意见以「全部答复」开头，别的单位桌上的也一并答复",
        "验收 Z26003 现场看过，路灯全部点亮，同意销号",
        LEDGER,
        ("验收通过", "销号"),
        Asks.ALWAYS,
    ),
    Spec(
        SendBack,
        "退改",
        Group.RECTIFY,
        (ITEM, Argument("text", Slot.TEXT, "原因")),
        "验收没通过，退回去再改，原因市民看得到",
        "退改 Z26003 东头两根灯杆夜里还不亮",
        LEDGER,
        ("验收不通过", "退回整改"),
    ),
    Spec(
        Cover,
        "纳入",
        Group.RECTIFY,
        (ITEM, SOURCE),
        "把同一件事的更多工单纳入整改；热点里新来的会自动纳入",
        "纳入 Z26003 {number}",
        OWN,
        ("纳入整改",),
    ),
    Spec(
        Drop,
        "撤项",
        Group.RECTIFY,
        (ITEM, Argument("text", Slot.TEXT, "原因")),
        "不再作为整改，原因市民看得到；所涉工单照常办理",
        "撤项 Z26003 和另一项重复，并到那一项",
        OWN,
        ("撤销整改",),
        Asks.ALWAYS,
    ),
)
