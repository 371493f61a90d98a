"""Rows of `spec.SPEC` for what is said about a citizen's grade."""

from __future__ import annotations

from handlers.official.commands.types_grades import Contest, Judge
from handlers.official.spec_row import NUMBER, Argument, Asks, Group, Slot, Spec

_GRADES = "国办发〔2019〕51号（好差评）：对恶意差评、误评的申诉复核"

GRADES: tuple[Spec, ...] = (
    Spec(
        Contest,
        "申诉",
        Group.WORK,
        (NUMBER, Argument("reason", Slot.TEXT, "理由")),
        "市民的评价评错了或是恶意的，请督办员评议；一次评价只能申诉一次，市民看得到",
        "申诉 {number} 评价说的是另一条路的灯",
        _GRADES,
        ("申诉评价", "评价申诉", "差评申诉"),
    ),
    Spec(
        Judge,
        "评议",
        Group.SUPERVISE,
        (NUMBER, Argument("text", Slot.TEXT, "维持或剔除 理由")),
        "决定被申诉的评价算不算数，理由市民和单位都看得到",
        "评议 {number} 维持 评价说的就是这盏灯",
        _GRADES,
        ("评议评价", "评价评议", "复核评价"),
        Asks.ALWAYS,
    ),
)
