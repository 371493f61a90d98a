"""Rows of `spec.SPEC` for what officials answer to the clock, and for their own absence."""

from __future__ import annotations

from handlers.official.commands.types_clock import CallBack, ComeBack, Fulfil, Respond, Settle, TakeLeave, Uncard
from handlers.official.spec_row import (
    HOTLINE,
    HOTLINE_RULES,
    NUMBER,
    OWN,
    UNIT,
    WUHU_CARDS,
    Argument,
    Asks,
    Group,
    Slot,
    Spec,
)

CLOCK: tuple[Spec, ...] = (
    Spec(
        Respond,
        "回应",
        Group.WORK,
        (NUMBER, Argument("text", Slot.TEXT, "哪天前怎么办")),
        "回应市民的催办，要写明哪天前做什么；不回应会报给上级",
        "回应 {number} 周五前更换灯泡",
        HOTLINE,
        ("回应催办", "答催办", "回催办"),
    ),
    Spec(
        Fulfil,
        "兑现",
        Group.WORK,
        (NUMBER, Argument("which", Slot.ITEM, "第几项", required=False), Argument("text", Slot.TEXT, "说明")),
        "答复里答应过的事办到了，市民会看到",
        "兑现 {number} 第1项 灯泡今天上午已换好",
        OWN,
        ("已兑现", "兑现承诺", "承诺兑现"),
    ),
    Spec(
        CallBack,
        "回访",
        Group.WORK,
        (NUMBER, Argument("text", Slot.TEXT, "说明")),
        "记下和市民通过话；重办的要先回访再答复",
        "回访 {number} 已通话，市民说还有两盏不亮",
        HOTLINE,
        ("已回访", "电话回访", "回访记录"),
    ),
    Spec(
        Settle,
        "裁定",
        Group.SUPERVISE,
        (NUMBER, UNIT, Argument("reason", Slot.TEXT, "理由")),
        "多次退回的，由督办员定归谁办；裁定后不能再退回",
        "裁定 {number} 城管局 路灯按三定方案由城管养护",
        HOTLINE_RULES,
        ("裁定给", "裁定归", "裁定由", "裁决", "判定", "定归属"),
        Asks.ALWAYS,
    ),
    Spec(
        Uncard,
        "撤牌",
        Group.SUPERVISE,
        (NUMBER, Argument("colour", Slot.COLOUR, "黄牌或红牌", required=False), Argument("reason", Slot.TEXT, "原因")),
        "撤下亮错的牌，原因市民看得到",
        "撤牌 {number} 黄牌 台风停工期间不应计时",
        WUHU_CARDS,
        ("撤卡", "摘牌", "撤下"),
        Asks.ALWAYS,
    ),
    Spec(
        TakeLeave,
        "请假",
        Group.SELF,
        (Argument("span", Slot.SPAN, "起止 [代理 姓名]"),),
        "不在的这几天，推送和权限交给代理的同事",
        "请假 12月1日到12月5日 代理 小李",
        OWN,
        ("休假", "请休"),
    ),
    Spec(ComeBack, "销假", Group.SELF, (), "提前回来，代理结束", "销假", OWN, ("结束请假", "返岗", "取消请假")),
)
