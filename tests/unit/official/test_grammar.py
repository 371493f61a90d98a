"""What officials may type for each command, and that nothing they type can go wrong."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.official.command import EXAMPLE_NUMBER, EXAMPLE_OTHER, Asks, Command, Slot
from handlers.official.command import example as example_of
from handlers.official.commands.absence import ComeBack, TakeLeave
from handlers.official.commands.account import Bind, Help, Unbind
from handlers.official.commands.dispatching import Refuse, Transfer
from handlers.official.commands.figures import Hot, Rank, Stats
from handlers.official.commands.grades import Contest, Judge
from handlers.official.commands.handling import (
    Accept,
    Ask,
    Close,
    CoHandle,
    Extend,
    Note,
    Reclassify,
    ReportOnSite,
    Return,
    SendReply,
)
from handlers.official.commands.looking import Show, Why
from handlers.official.commands.merging import Merge
from handlers.official.commands.promises import CallBack, Fulfil, Respond
from handlers.official.commands.ruling import Settle, Uncard
from handlers.official.commands.supervising import Supervise
from handlers.official.commands.todo import More, Todo
from handlers.official.confirm import Cancel, Confirm, SendAnyway, Undo
from handlers.official.grammar import WrongCommand, clean_code, parse, render
from handlers.official.rectification.deciding import Cover, Drop, SendBack, SignOff
from handlers.official.rectification.opening import Establish
from handlers.official.rectification.working import Items, Plan, Postpone, Progress, Submit
from handlers.official.spec import BY_WORD, SPEC
from handlers.tickets.numbers import is_number

N, M = EXAMPLE_NUMBER, EXAMPLE_OTHER

SPELLINGS: list[tuple[Command, tuple[str, ...]]] = [
    (Todo(), ("待办", " 待办 ", "待办。", "代办", "我的待办", "待辦", "/待办", "【待办】", "待办 1")),
    (Todo(2), ("待办 2", "待办2", "待办 第2页", "待办　２")),
    (More(), ("更多", "下一页", "更多吧")),
    (
        Show(N),
        (
            f"查看 {N}",
            f"查看{N}",
            f"查{N}",
            N,
            f"{N}查看",
            f"编号{N}",
            f"工单 {N}",
            "查看 ２６００－０４２８",
            f"查看：{N}。",
            "查看 2600 0428",
            "查看二六零零零四二八",
            f"请查看{N}号工单",
            f"第{N}号",
            f"看看 {N} 吧",
        ),
    ),
    (Show(None), ("查看", "详情", "進度")),
    (
        Accept(N),
        (
            f"受理 {N}",
            f"受理{N}",
            f"{N} 受理",
            f"{N}受理",
            "受理 ２６００－０４２８",
            f"请受理 {N}",
            f"把{N}受理了",
            f"受理{N}。",
            f"接单 {N}",
            f"簽收{N}",
            f"{N}：受理",
        ),
    ),
    (Accept(None), ("受理", "接单", "受理吧")),
    (
        Transfer(N, "城管局"),
        (f"转办 {N} 城管局", f"轉辦{N} 城管局", f"转办 {N} 给 城管局", f"{N}转给城管局", f"把{N}转到城管局"),
    ),
    (
        Transfer(N, "城管局", "占道经营"),
        (
            f"转办 {N} 城管局 占道经营",
            f"转办{N}城管局，占道经营",
            f"{N} 转办 城管局：占道经营",
            f"改派 {N} 城管局\n占道经营",
        ),
    ),
    (Transfer(None, "城管局"), ("转办 城管局", "转办：城管局", "转办\n城管局")),
    (
        Return(N, "不归我们管"),
        (f"退回 {N} 不归我们管", f"退单{N}不归我们管", f"{N} 退回，不归我们管", f"打回：{N}：不归我们管"),
    ),
    (Return(None, "不归我们管"), ("退回 不归我们管", "退回：不归我们管")),
    (Ask(N, "在几楼？"), (f"询问 {N} 在几楼？", f"詢問{N}在几楼？", f"{N}问市民：在几楼？", f"问{N} 在几楼？")),
    (
        Extend(N, 3, "等配件"),
        (
            f"延期 {N} 3 等配件",
            f"延期{N} 3天等配件",
            f"延期 {N} 三天，等配件",
            f"{N} 延期 3个工作日 等配件",
            f"延期 {N} ３日：等配件",
        ),
    ),
    (
        Respond(N, "周五前换灯泡"),
        (f"回应 {N} 周五前换灯泡", f"{N}回应：周五前换灯泡", f"回应催办{N}，周五前换灯泡", f"回應 {N} 周五前换灯泡"),
    ),
    (Respond(None, "明天到场"), ("回应 明天到场", "回应：明天到场")),
    (
        Settle(N, "城管局", "路灯归城管"),
        (
            f"裁定 {N} 城管局 路灯归城管",
            f"裁定{N} 城管局，路灯归城管",
            f"{N}裁定给城管局：路灯归城管",
            f"裁决 {N} 城管局 路灯归城管",
        ),
    ),
    (
        Uncard(N, "黄牌", "台风停工"),
        (f"撤牌 {N} 黄牌 台风停工", f"撤牌{N}黄牌，台风停工", f"{N}撤牌 黄 台风停工", f"撤下 {N} 黄卡：台风停工"),
    ),
    (Uncard(N, None, "台风停工"), (f"撤牌 {N} 台风停工", f"摘牌{N}：台风停工")),
    (
        Fulfil(N, 2, "已换好"),
        (f"兑现 {N} 第2项 已换好", f"兑现{N} 2 已换好", f"{N}兑现第二项：已换好", f"已兑现 {N} 第２条，已换好"),
    ),
    (Fulfil(N, None, "2盏灯换好了"), (f"兑现 {N} 2盏灯换好了", f"兑现{N}：2盏灯换好了")),
    (
        Contest(N, "评的是另一件事"),
        (f"申诉 {N} 评的是另一件事", f"{N} 申诉：评的是另一件事", f"差评申诉{N} 评的是另一件事"),
    ),
    (Judge(N, "维持 说的就是这件"), (f"评议 {N} 维持 说的就是这件", f"{N}评议 维持 说的就是这件")),
    (CallBack(N, "已通话"), (f"回访 {N} 已通话", f"{N}回访：已通话", f"电话回访{N}，已通话")),
    (
        TakeLeave("3天 代理 小李"),
        ("请假 3天 代理 小李", "请假3天 代理 小李", "休假：3天 代理 小李", "【请假 3天 代理 小李"),
    ),
    (ComeBack(), ("销假", "銷假", "返岗", "销假。")),
    (Extend(None, 12, "等配件"), ("延期 12天 等配件", "延期12天等配件", "延期 十二天 等配件")),
    (Extend(None, 3, "天气不好"), ("延期 3 天气不好",)),
    (Extend(None, 20, "等料"), ("延期 二十天 等料", "延期 20 等料")),
    (Extend(None, 21, "等料"), ("延期 二十一天 等料",)),
    (Extend(None, 10, "等料"), ("延期 十天 等料",)),
    (ReportOnSite(N, "人已到"), (f"现场 {N} 人已到", f"到现场{N}：人已到", f"現場處理 {N} 人已到")),
    (
        SendReply(N, "您好：\n\n一、已修好；\n  二、电话见下。"),
        (
            f"答复 {N} 您好：\n\n一、已修好；\n  二、电话见下。",
            f"答复：{N}：您好：\n\n一、已修好；\n  二、电话见下。",
            f"{N} 回复\n您好：\n\n一、已修好；\n  二、电话见下。\n",
            f"答覆{N}您好：\n\n一、已修好；\n  二、电话见下。",
        ),
    ),
    (SendReply(None, "已修好"), ("答复 已修好", "答复:已修好", "答复：已修好", "答复，已修好", "回复\n已修好")),
    (SendReply(None, "2026-11-21 修好"), ("答复 2026-11-21 修好",)),
    (Close(N), (f"办结 {N}", f"辦結{N}", f"{N}办结", f"{N} 已办结了", f"结案 {N}。")),
    (Close(N, "已修好"), (f"办结 {N} 已修好", f"办结{N}：已修好")),
    (Close(None), ("办结", "办结了")),
    (Refuse(N, "要由法院判断"), (f"不予受理 {N} 要由法院判断", f"不受理{N}，要由法院判断")),
    (
        Refuse(N, "要由法院判断。", "诉讼服务中心"),
        (f"不予受理 {N} 要由法院判断。去处：诉讼服务中心", f"不予受理 {N} 要由法院判断。\n去处:诉讼服务中心"),
    ),
    (Note(N, "已约物业"), (f"备注 {N} 已约物业", f"備註{N}已约物业", f"{N} 记录：已约物业")),
    (Note(None, "13900001234 打不通"), ("备注 13900001234 打不通",)),
    (Reclassify(N, "环境保护"), (f"改类 {N} 环境保护", f"改類{N}：环境保护", f"{N} 改分类 环境保护")),
    (CoHandle(N, "水务局"), (f"协办 {N} 水务局", f"協辦{N}水务局", f"会办 {N}：水务局")),
    (Supervise(N, "今天到场"), (f"督办 {N} 今天到场", f"督辦{N}：今天到场", f"{N} 催办 今天到场")),
    (
        Merge(N, M),
        (f"合并 {N} {M}", f"合併{N}，{M}", f"{N}并入{M}", f"合并 {N} 和 {M}", f"把{N}并入 {M}", f"合并 {N} 到 {M}"),
    ),
    (Merge(None, M), (f"合并 {M}", f"并入{M}")),
    (Stats(), ("统计", "統計", "统计一下", "报表")),
    (Hot(), ("热点", "熱點", "热点问题", "热门")),
    (Hot(2), ("热点 2", "热点2", "热点 第2", "热点问题 2")),
    (Rank(), ("排行", "排名", "排行榜")),
    (Why(N), (f"为何 {N}", f"為何{N}", f"为什么 {N}", f"{N} 为何")),
    (Why(None), ("为何", "为啥")),
    (Undo(), ("撤销", "撤銷", "撤回")),
    (Confirm(), ("确认", "確認", "确认。", "是", "确定", "ＯＫ")),
    (SendAnyway("市民已在电话里认可"), ("照发 市民已在电话里认可", "照样发：市民已在电话里认可")),
    (Cancel(), ("取消", "算了", "取消吧", "否")),
    (Bind("K7M2Q9XD"), ("绑定 K7M2-Q9XD", "绑定k7m2q9xd", "綁定：Ｋ７Ｍ２Ｑ９ＸＤ", "绑定 K7M2 Q9XD")),
    (Unbind(), ("解绑", "解除绑定")),
    (
        Establish("热点2", "城管局", "路灯成片不亮"),
        ("立项 热点2 城管局 路灯成片不亮", "立项：热点 2 城管局：路灯成片不亮", "立項 热点第二个 城管局，路灯成片不亮"),
    ),
    (Establish(f"热点2@{N}", "城管局", "路灯不亮"), (f"立项 热点2@{N} 城管局 路灯不亮",)),
    (
        Establish(f"{N},{M}", "城管局", "路灯不亮"),
        (f"立项 {N},{M} 城管局 路灯不亮", f"立项 {N}、{M} 城管局：路灯不亮", f"{N} 立项 {M} 城管局 路灯不亮"),
    ),
    (Items(), ("整改", "整改清单", "整改台账")),
    (
        Items("Z26003"),
        (
            "整改 Z26003",
            "整改z26003",
            "Z26003",
            "整改 26003",
            "整〔2026〕0003号",
            "整改26003",
            "Ｚ２６００３",
            "整改 Z26-003",
        ),
    ),
    (Items("Z261003"), ("整改 Z261003", "整〔2026〕1003号")),
    (
        Plan("Z26003", "12月5日前 换电缆"),
        ("措施 Z26003 12月5日前 换电缆", "措施Z26003：12月5日前 换电缆", "Z26003 措施 12月5日前 换电缆"),
    ),
    (Plan(None, "12月5日前 换电缆"), ("措施 12月5日前 换电缆",)),
    (Progress("Z26003", 1, "完成 已换"), ("进展 Z26003 第1项 完成 已换", "進展 Z26003 第一项：完成 已换")),
    (Progress("Z26003", None, "已换一半"), ("进展 Z26003 已换一半", "整改进展Z26003，已换一半")),
    (
        Postpone("Z26003", 1, "12月12日 等电缆"),
        ("展期 Z26003 第1项 12月12日 等电缆", "整改延期 Z26003 1 12月12日 等电缆"),
    ),
    (Submit("Z26003", "全部点亮"), ("报验 Z26003 全部点亮", "申请验收Z26003：全部点亮")),
    (SignOff("Z26003", "同意"), ("验收 Z26003 同意", "銷号 Z26003 同意", "Z26003验收：同意")),
    (SignOff(None, "同意"), ("验收 同意",)),
    (SendBack("Z26003", "还不亮"), ("退改 Z26003 还不亮", "验收不通过 Z26003 还不亮")),
    (Cover("Z26003", N), (f"纳入 Z26003 {N}", f"納入Z26003：{N}")),
    (Cover("Z26003", "热点1"), ("纳入 Z26003 热点1",)),
    (Drop("Z26003", "重复"), ("撤项 Z26003 重复", "撤销整改 Z26003 重复")),
    (Help(), ("帮助", "幫助", "?", "？", "help", "怎么用")),
    (Help("转办"), ("帮助 转办", "帮助转派", "帮助：转")),
]


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("答复 Z26003 已修好", "报验"),
        ("退回 Z26003 不归我们", "退改"),
        ("查看 Z26003", "整改"),
        ("Z26003 延期 3天 等料", "展期"),
        ("立项 城管局 路灯不亮", "立项"),
        ("措施 Z26003", "措施"),
        ("整改 26000015", "整改"),
    ],
)
def test_what_is_wrong_about_an_item_names_the_right_command(text: str, nearest: str) -> None:
    found = parse(text)
    assert isinstance(found, WrongCommand)
    assert found.nearest == nearest
    assert found.say.startswith("没有执行")


@pytest.mark.parametrize(
    ("text", "command"),
    [(text, command) for command, texts in SPELLINGS for text in texts],
    ids=repr,
)
def test_spellings(text: str, command: Command) -> None:
    assert parse(text) == command


@pytest.mark.parametrize(
    ("text", "nearest", "fix"),
    [
        (f"受里 {N}", "受理", f"受理 {N}"),
        (f"受里{N}", "受理", f"受理{N}"),
        (f"办节 {N}", "办结", f"办结 {N}"),
        (f"{N} 办节", "办结", f"办结 {N}"),
        ("待扮", "待办", "待办"),
        (f"答付 {N} 已修好", "答复", f"答复 {N} 已修好"),
        (f"转班 {N}", "转办", None),
        (f"答复 {N}", "答复", None),
        ("答复率怎么样", "答复", None),
        ("退回了吗", "退回", None),
        ("受理了吗", "受理", None),
        (f"延期 {N} 等配件", "延期", None),
        (f"延期 {N} 0 等配件", "延期", None),
        (f"延期 {N} 十一二天 等配件", "延期", None),
        (f"延期 {N} 一二十天 等配件", "延期", None),
        (f"延期 {N} 十十天 等配件", "延期", None),
        (f"延期 {N} 3天", "延期", None),
        (f"转办 {N}", "转办", None),
        ("合并", "合并", None),
        ("统计学是什么", "统计", None),
        ("绑定", "绑定", None),
        ("帮助 做饭", "帮助", None),
        ("", "帮助", "帮助"),
        ("。。。", "帮助", "帮助"),
        ("今天中午吃什么", "帮助", "帮助"),
        (f"{N} 今天中午吃什么", "帮助", "帮助"),
    ],
)
def test_wrong_words_name_the_nearest_right_command(text: str, nearest: str, fix: str | None) -> None:
    wrong = parse(text)
    assert isinstance(wrong, WrongCommand)
    assert (wrong.nearest, wrong.fix) == (nearest, fix)
    assert wrong.say.strip()


@pytest.mark.parametrize("number", ["26000427", "2600042", "260004288", "26004028"])
def test_a_mistyped_number_is_still_read_as_a_number(number: str) -> None:
    """Else it would become the first words of a reply to the citizen."""
    assert parse(f"答复 {number} 已修好") == SendReply(number, "已修好")


@given(st.text())
@example("转办 " + "9" * 400)
@example("延期 十十十 好")
@example("\ud800受理\x00")
def test_no_text_makes_the_parser_raise(text: str) -> None:
    assert parse(text) is not None


_WORDS = st.sampled_from(sorted(BY_WORD))
_BITS = st.one_of(
    _WORDS,
    st.sampled_from([N, M, " ", "：", "，", "3天", "城管局", "去处：", "\n", "吧", "。", "不"]),
    st.text(max_size=4),
)


@given(st.lists(_BITS, max_size=7).map("".join))
def test_no_heap_of_commands_makes_the_parser_raise(text: str) -> None:
    found = parse(text)
    if isinstance(found, WrongCommand):
        assert found.say
        assert found.nearest in {row.verb for row in SPEC}
        if found.fix is not None:
            assert not isinstance(parse(found.fix), WrongCommand)


_NUMBERS = st.sampled_from([N, M])
_BODY = st.text(min_size=1, max_size=60).map(str.strip).filter(lambda body: body and "去处" not in body)
_PLAIN_BODY = _BODY.filter(
    lambda body: not re.match(r"[\W_]*(?:[0-9零〇一二三四五六七八九幺]|编|工|单|件|诉|第|no|NO|No|nO)", body)
)
_UNITS = st.sampled_from(["城管局", "县水务局", "滨河街道办事处", "12345热线"])
_COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(Show, st.none() | _NUMBERS),
    st.builds(Accept, st.none() | _NUMBERS),
    st.builds(Why, st.none() | _NUMBERS),
    st.builds(Transfer, _NUMBERS, _UNITS, st.just("") | _BODY),
    st.builds(Return, _NUMBERS, _BODY),
    st.builds(Ask, _NUMBERS, _BODY),
    st.builds(SendReply, _NUMBERS, _BODY),
    st.builds(Close, _NUMBERS, st.just("") | _BODY),
    st.builds(Note, _NUMBERS, _BODY),
    st.builds(ReportOnSite, _NUMBERS, _BODY),
    st.builds(Supervise, _NUMBERS, _BODY),
    st.builds(Extend, _NUMBERS, st.integers(1, 365), _BODY),
    st.builds(CoHandle, _NUMBERS, _UNITS),
    st.builds(Reclassify, _NUMBERS, st.sampled_from(["交通运输", "环保"])),
    st.builds(Merge, st.none() | _NUMBERS, _NUMBERS),
    st.builds(SendReply, st.none(), _PLAIN_BODY),
    st.builds(Note, st.none(), _PLAIN_BODY),
    st.builds(Hot, st.none() | st.integers(1, 20)),
    st.builds(Todo, st.integers(1, 99)),
    st.builds(Bind, st.from_regex(r"[A-Z][0-9A-Z]{3,15}", fullmatch=True)),
    st.builds(Help, st.sampled_from(["", *(row.verb for row in SPEC)])),
    st.sampled_from([More(), Stats(), Rank(), Undo(), Confirm(), Cancel(), Unbind()]),
)


@given(_COMMANDS)
def test_what_is_rendered_is_read_as_the_same_command(command: Command) -> None:
    assert parse(render(command)) == command


@given(_BODY.filter(lambda body: body[-1] not in "，,；;"), _BODY)
def test_a_refusal_keeps_its_reason_and_its_way_out_apart(reason: str, instead: str) -> None:
    assert parse(render(Refuse(N, reason, instead))) == Refuse(N, reason, instead)


def test_words_belong_to_one_command_each() -> None:
    words = [word for row in SPEC for word in (row.verb, *row.synonyms)]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("row", SPEC, ids=lambda row: row.verb)
def test_the_table_is_whole(row: object) -> None:
    assert row in SPEC
    spec = next(each for each in SPEC if each is row)
    assert isinstance(parse(example_of(spec)), spec.command)
    assert spec.help
    assert spec.source
    assert tuple(argument.field for argument in spec.arguments) == spec.command.__struct_fields__
    for word in (spec.verb, *spec.synonyms):
        assert BY_WORD[word] is spec
        # A polite 请 in front is read away before the verb is looked for.
        if not word.startswith("请"):
            assert isinstance(parse(example_of(spec).replace(spec.verb, word, 1)), spec.command), word
    if spec.asks is Asks.OUT_OF_COUNTY:
        assert any(argument.slot is Slot.UNIT for argument in spec.arguments)


def test_examples_use_valid_numbers() -> None:
    assert is_number(N)
    assert is_number(M)


@given(st.text())
def test_codes_are_cleaned_to_what_is_hashed(text: str) -> None:
    assert re.fullmatch(r"[0-9A-Z]*", clean_code(text))
    assert clean_code(clean_code(text)) == clean_code(text)
