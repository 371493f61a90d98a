"""The remarks that are printed into a policy file."""

from __future__ import annotations

HEAD = """
# 期限规定，由 `python -m bot policy show` 印出。照此改一份，把 POLICY_FILE 指向它。
#
# 可以有几版 [[editions]]，各从 effective 那天（北京时间零点）起用；已经提交的诉求一直按提交那天的那一版。
# 改规定就加一版，不要改旧的；加之前先试算：python -m bot policy try --from 2026-01-01 --file 新文件
#
# 时长：2h 小时、7d 自然日（昼夜连续计），5wd 工作日（到承办单位下班为止）。
# 每条规定 [[editions.rules]]：从上往下，先对上的算数；kinds、categories 不写就是都算，最后一条什么都不限。
#   name 名称；words 说给市民听的话；source 出处；accept 多久受理；reply 多久答复
#   urgent = true 只管加急的；vital = true 只管停水、停电、停气、停暖
#   ladder 超过答复期限多久亮黄牌、红牌、发催办通知单；不写就不亮牌
# 附议多了提前答复 [[editions.crowd]]：people 连同提交的人一共多少人
"""

NOTES: dict[str, str] = {
    "wait": "等市民补充最多停多久，到时自动接着计时",
    "urge_answer": "市民催办，多久之内要回应",
    "ruling": "退回次数到了，裁定归属要多久",
    "rating": "等市民评价多久",
    "redo": "评价不满意又没说原因，过多久转为重办",
    "revisit": "办结多久之后回头看",
    "look": "回头看等多久",
    "returns": "第几次退回转裁定",
    "extension": "一次延期最多几个工作日",
    "revisit_every": "每几件回头看一件",
}
"""Beside each value of an edition."""
