"""What a reply promises by a day, and what only looks like it. Every line is our own."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.calendar.workdays import CHINA
from nlp.replies.promises import vows

TODAY = date(2026, 11, 25)
"""A Wednesday."""

PROMISED: list[tuple[str, str, date]] = [
    ("路灯线路老化，将于11月30日前完成更换。", "将于11月30日前完成更换", date(2026, 11, 30)),
    ("我们会在下周五前给您答复。", "我们会在下周五前给您答复", date(2026, 12, 4)),
    ("该项目预计12月底前竣工。", "该项目预计12月底前竣工", date(2026, 12, 31)),
    ("三个工作日内派人上门查看。", "三个工作日内派人上门查看", date(2026, 11, 30)),
    ("经查属实。我局已联系施工队，预计本周内修好。", "预计本周内修好", date(2026, 11, 27)),
    ("我街道拟于12月5日组织清理楼道杂物。", "我街道拟于12月5日组织清理楼道杂物", date(2026, 12, 5)),
    ("责令物业公司3天内整改到位。", "责令物业公司3天内整改到位", date(2026, 11, 28)),
    ("限其7日内拆除。", "限其7日内拆除", date(2026, 12, 2)),
    ("计划明年一季度开工建设。", "计划明年一季度开工建设", date(2027, 3, 31)),
    ("力争2027年6月底前建成通车。", "力争2027年6月底前建成通车", date(2027, 6, 30)),
    ("月底前补种完毕。", "月底前补种完毕", date(2026, 11, 30)),
    ("我们将在24小时内恢复供水。", "我们将在24小时内恢复供水", date(2026, 11, 26)),
    ("工作人员明天上午将到现场核实。", "工作人员明天上午将到现场核实", date(2026, 11, 26)),
    ("预计两个月内可以开通。", "预计两个月内可以开通", date(2027, 1, 24)),
    ("确保年底前退还押金。", "确保年底前退还押金", date(2026, 12, 31)),
    ("预计2027年投入使用。", "预计2027年投入使用", date(2027, 12, 31)),
    ("公交站牌将于12月中旬更换。", "公交站牌将于12月中旬更换", date(2026, 12, 20)),
    ("同时，我办将在15个工作日内书面回复您。", "我办将在15个工作日内书面回复您", date(2026, 12, 16)),
    ("安排环卫所下周三清运积存垃圾。", "安排环卫所下周三清运积存垃圾", date(2026, 12, 2)),
    ("计划2026-12-10完成验收。", "计划2026-12-10完成验收", date(2026, 12, 10)),
    ("１２月１日前，给您打款并支付利息。", "１２月１日前，给您打款并支付利息", date(2026, 12, 1)),
    ("争取元旦前恢复通车。", "争取元旦前恢复通车", date(2026, 12, 31)),
    ("要求施工方一周内修复破损路面。", "要求施工方一周内修复破损路面", date(2026, 12, 2)),
    ("承诺半个月内更换全部井盖。", "承诺半个月内更换全部井盖", date(2026, 12, 10)),
    ("预计工期约10天完成。", "预计工期约10天完成", date(2026, 12, 5)),
    ("十二月五日前完成管网改造。", "十二月五日前完成管网改造", date(2026, 12, 5)),
    ("我公司将于本月28日检修电梯。", "我公司将于本月28日检修电梯", date(2026, 11, 28)),
    ("明年上半年启动改造。", "明年上半年启动改造", date(2027, 6, 30)),
    ("我们后天前给您回电。", "我们后天前给您回电", date(2026, 11, 27)),
    ("2月底之前发放到户。", "2月底之前发放到户", date(2027, 2, 28)),
    ("该路段拟于今年十二月竣工。", "该路段拟于今年十二月竣工", date(2026, 12, 31)),
    ("已报上级审批，预计下个月10号开工。", "预计下个月10号开工", date(2026, 12, 10)),
]

NOTHING = [
    "我局已于11月20日修好路灯。",
    "11月25日上午，工作人员已到现场清理完毕。",
    "根据《停车管理办法》，自2026年12月1日起施行。",
    "请您于12月5日前到窗口提交材料。",
    "您可在12月31日前申请复核。",
    "工作时间：周一至周五上午9点到12点，欢迎到场办理。",
    "提出申请后5个工作日内办结。",
    "材料齐全并受理后，20个工作日内完成审批。",
    "收到通知之日起15日内可以申请复议。",
    "感谢您的来信，祝您生活愉快。2026年11月25日",
    "我们会尽快处理。",
    "近期将组织维修。",
    "服务热线24小时有人接听，随时为您处理。",
    "去年年底已完成改造。",
    "目前没有承诺三年内完成改造。",
    "该路段暂不纳入2027年改造计划。",
    "如果12月天气允许，可以施工。",
    "业主应在30日内缴纳维修资金。",
    "申请人须在12月10日前完成登记。",
    "合同约定2027年6月30日交房。",
    "参保人可于12月底前办理补缴。",
    "质保期为五年，保修由开发商解决。",
    "因年底天气原因，工程曾停工，安排另行通知。",
    "施工许可证有效期至2027年3月1日，请放心施工。",
    "每年12月底前组织一次检查。",
    "项目原计划12月底前竣工。",
    "封闭施工（11月2日-12月10日）期间，公交改道运行。",
    "依照第十二条，应当在7日内答复。",
    "您来信反映12月1日前完成的承诺没有兑现。",
    "您在11月20日的留言已收悉，我们正在核实。",
    "3号楼的电梯由5号站负责维修。",
    "政发〔2026〕12号文件要求完成改造。",
    "感谢您的理解，今天我们又去看了一遍。",
    "小区共有28周岁以上居民登记在册，已安排走访。",
    "",
]


@pytest.mark.parametrize(("reply", "words", "day"), PROMISED, ids=[line[0][:14] for line in PROMISED])
def test_a_promise_by_a_day(reply: str, words: str, day: date) -> None:
    assert vows(reply, TODAY, CHINA.after) == ((words, day),)


@pytest.mark.parametrize("reply", NOTHING)
def test_what_is_no_promise_or_has_no_day(reply: str) -> None:
    assert vows(reply, TODAY, CHINA.after) == ()


def test_several_promises_of_one_reply_keep_their_order() -> None:
    reply = "您好，路灯坏了三盏。我们明天前更换灯泡，将于12月10日前改造线路。感谢您的监督。"
    assert vows(reply, TODAY, CHINA.after) == (
        ("我们明天前更换灯泡", date(2026, 11, 26)),
        ("将于12月10日前改造线路", date(2026, 12, 10)),
    )


def test_working_days_are_those_of_the_calendar_that_is_given() -> None:
    reply = "我局将在3个工作日内答复您。"
    before_the_holiday = date(2026, 9, 30)
    assert vows(reply, before_the_holiday, CHINA.after)[0][1] == CHINA.after(before_the_holiday, 3)
    assert vows(reply, before_the_holiday, lambda day, _count: day)[0][1] == before_the_holiday


_PIECES = st.sampled_from(
    [
        "将于",
        "11月30日前",
        "完成",
        "，",
        "。",
        "三个工作日内",
        "年底",
        "《办法》",
        "99月99日",
        "2月30日",
        "下周八",
        "半",
        "\u200b",
        "０",
        "Ａ",
    ]
)


@given(st.lists(_PIECES | st.text(max_size=6), max_size=20).map("".join))
def test_any_text_gives_exact_pieces_of_it_and_days_to_come(text: str) -> None:
    for words, day in vows(text, TODAY, CHINA.after):
        assert words in text
        assert day >= TODAY
