"""Texts made to cost time: each family repeats one thing, alone and between other words, to any length.

`FAMILIES` are what a person can type or a machine can send. `pumps` reads a regular expression and repeats what it repeats,
with an end that it does not like: where an expression is slow, one of these texts shows it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from msgspec import Struct

_parser: Any = import_module("re._parser")
_codes: Any = import_module("re._constants")


class Hostile(Struct, frozen=True):
    """`head`, then `item` again and again, then `tail`."""

    head: str
    item: str
    tail: str = ""

    def text(self, length: int) -> str:
        """About so many characters of it, at least one item."""
        return self.head + self.item * max(1, (length - len(self.head) - len(self.tail)) // len(self.item)) + self.tail


_ITEMS: dict[str, Sequence[str]] = {
    "digits": ("1", "1-", "1 ", "1.", "26", "2-6 ", "１", "1，", "1\n", "0"),
    "numerals": ("一", "十", "二〇", "一二 ", "第一", "百", "①", "一、", "(一)"),
    "numbers of tickets": ("26000010 ", "26000011,", "26000010", "2600001-", "z26003 ", "整 z26-"),
    "breaks and blanks": ("\n", " ", "\r\n", "\t", "\u3000", " \n", "\n\n ", "\u200b", "\x0b", "\u2028"),
    "punctuation": (",", "。", ".", "、", "!", "?", ":", ";", "-", "…", "~", "·", "，。", "* "),
    "brackets": ("(", "[", "「", "【", "《", "{", "<", "（", "〔", ")", "》", "()", "《a"),
    "quotes": ('"', "'", "“", "”", "“a", "”“"),
    "openers": (
        "您好",
        "请",
        "我要",
        "市长",
        "尊敬的",
        "给市长",
        "关于",
        "另外",
        "对了,",
        "1.您好",
        "我想问下",
        "请问 ",
    ),
    "verbs": ("撤销 ", "补充 ", "催办 ", "转办 ", "评价 ", "没解决 ", "附议 ", "查看 ", "答复 ", "延期 3 ", "整改 "),
    "places": (
        "路",
        "号",
        "小区",
        "区",
        "县",
        "市",
        "东路",
        "路1号",
        "人民路",
        "村",
        "医院",
        "建设路",
        "与",
        "一单元",
        "a市",
    ),
    "telephones": ("13800138000", "138 0013 8000 ", "0731-", "电话", "电话:1", "138", "+86 "),
    "papers": ("4301", "430102199001011234", "身份证", "卡号6222", "湘a", "湘a12345", "qq", "qq:1", "wx:a"),
    "addresses": ("a@", "a@a.", "a.", "http://", "http://a/", "www.", "a-", "a1", "@"),
    "names": ("我叫", "我是", "我叫王", "王先生", "姓名:", "联系人 ", "欧阳", "王"),
    "days": ("2026年1月1日", "1月", "1月1日前", "三天内", "十", "下周三", "2026-1-1 ", "周", "年底", "今天", "1号"),
    "glue": ("的", "是", "了", "在", "不是", "没有", "和", "与", "还", "不", "正在", "已", "已经", "现在", "为什么"),
    "dialect": ("冇", "咗", "嘅", "唔", "侬", "咁样", "係唔係"),
    "mixed": ("a一1,", "路a1 ", "我1a\n", "😀a", "1号楼2单元", "您好,1.", "转办26000010 "),
    "odd": ("😀", "👨‍👩‍👧", "\ud800", "\udc00a", "\x00", "\u202e", "\ufe0f", "é", "ſ", "\u0300"),
    "dangers": (
        "煤气泄漏",
        "救命",
        "着火",
        "停水",
        "电梯",
        "随时",
        "坍塌",
        "井盖",
        "停电了",
        "1天停水",
        "垃圾,",
        "傻逼,",
    ),
    "replies": (
        "转交",
        "区转查",
        "已转",
        "核实",
        "处理",
        "办理,",
        "近期",
        "将于",
        "请您联系",
        "来信收悉",
        "《办法》",
        "网友u",
    ),
    "promises": ("3天内完成", "已", "将", "我局将", "1月底前,", "承诺", "预计12月", "将尽快", "请您,"),
    "questions": ("吗?", "什么时候", "多少钱", "能否", "希望", "请求,", "为什么", "是否?", "咨询"),
}
_AROUND: Sequence[tuple[str, str]] = (("", ""), ("x", "x"), ("撤销 ", ""), ("答复 26000010 ", "!"), ("我是", "的业主"))

FAMILIES: dict[str, tuple[Hostile, ...]] = {
    name: tuple(Hostile(head, item, tail) for item in items for head, tail in _AROUND) for name, items in _ITEMS.items()
}
"""Every family with its texts."""

_BAD_ENDS = ("\x01", "。")
_SOME = [*map(chr, range(32, 127)), *"的一二三路号市县区天月年日局办查处您你，。：\n"]
_MOST_PUMPS = 160


def pumps(pattern: re.Pattern[str]) -> list[Hostile]:
    """Texts that repeat what the expression repeats, at most 160; the same ones each time."""
    maker = _Maker(random.Random(repr(pattern.pattern)))
    tree = _parser.parse(pattern.pattern, pattern.flags)
    found: dict[Hostile, None] = {}
    for _ in range(3):
        repeated: list[tuple[str, str]] = []
        whole = maker.sequence(tree, repeated)
        for head, item in repeated:
            for end in _BAD_ENDS:
                found[Hostile(head, item, end)] = None
            found[Hostile("x" + head, item, "\x01")] = None
            found[Hostile("", head + item)] = None
        for item in filter(None, (whole, whole[:-1], whole[:1])):
            found[Hostile("", item)] = None
    every = list(found)
    return every if len(every) <= _MOST_PUMPS else maker.chance.sample(every, _MOST_PUMPS)


class _Maker:
    """Makes strings that a parsed expression likes, and notes what it may repeat: what stands before it, and one of it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def sequence(self, tree: Any, repeated: list[tuple[str, str]] | None) -> str:
        """One string for these parts; what they repeat goes into `repeated`."""
        made = ""
        for code, value in tree:
            inner: list[tuple[str, str]] | None = None if repeated is None else []
            piece = self._piece(code, value, inner)
            if repeated is not None and inner:
                repeated += [(made + head, item) for head, item in inner if item]
            made += piece
        return made

    def _piece(self, code: Any, value: Any, repeated: list[tuple[str, str]] | None) -> str:
        if code is _codes.LITERAL:
            return chr(value)
        if code is _codes.ANY:
            return self.chance.choice("x啊1")
        if code is _codes.NOT_LITERAL:
            return next(char for char in "x啊" if ord(char) != value)
        if code is _codes.IN:
            return self._member(value)
        if code is _codes.BRANCH:
            return self._branch(value[1], repeated)
        if code is _codes.SUBPATTERN:
            return self.sequence(value[3], repeated)
        if code is _codes.ATOMIC_GROUP:
            return self.sequence(value, repeated)
        if code in (_codes.MAX_REPEAT, _codes.MIN_REPEAT, _codes.POSSESSIVE_REPEAT):
            return self._repeat(value, repeated)
        return ""

    def _branch(self, ways: Sequence[Any], repeated: list[tuple[str, str]] | None) -> str:
        if repeated is not None:
            for way in ways:
                self.sequence(way, repeated)
        return self.sequence(self.chance.choice(ways), None)

    def _repeat(self, value: tuple[int, int, Any], repeated: list[tuple[str, str]] | None) -> str:
        least, most, item = value
        if repeated is not None:
            if most > 1:
                repeated += [("", each) for each in self._each(item)]
            self.sequence(item, repeated)
        return self.sequence(item, None) * max(least, self.chance.randint(0, 1))

    def _each(self, item: Any) -> Iterator[str]:
        """Strings for what is repeated: one for each of its alternatives, or a few."""
        inner = item[0] if len(item) == 1 else None
        while inner is not None and inner[0] is _codes.SUBPATTERN:
            inner = inner[1][3][0] if len(inner[1][3]) == 1 else None
        if inner is not None and inner[0] is _codes.BRANCH:
            for way in inner[1][1]:
                yield from {self.sequence(way, None) for _ in range(2)}
        else:
            yield from {self.sequence(item, None) for _ in range(2)}

    def _member(self, items: Sequence[tuple[Any, Any]]) -> str:
        if items[0][0] is _codes.NEGATE:
            fit = [char for char in _SOME if not any(_holds(code, value, char) for code, value in items[1:])]
            return str(self.chance.choice(fit or ["x"]))
        code, value = self.chance.choice(items)
        if code is _codes.LITERAL:
            return chr(value)
        if code is _codes.RANGE:
            return chr(self.chance.randint(value[0], min(value[1], value[0] + 200)))
        return str(self.chance.choice([char for char in _SOME if _holds(code, value, char)] or ["x"]))


def _holds(code: Any, value: Any, char: str) -> bool:
    if code is _codes.LITERAL:
        return bool(ord(char) == value)
    if code is _codes.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    named = {
        _codes.CATEGORY_DIGIT: char.isdecimal(),
        _codes.CATEGORY_SPACE: char.isspace(),
        _codes.CATEGORY_WORD: char.isalnum() or char == "_",
        _codes.CATEGORY_NOT_DIGIT: not char.isdecimal(),
        _codes.CATEGORY_NOT_SPACE: not char.isspace(),
        _codes.CATEGORY_NOT_WORD: not (char.isalnum() or char == "_"),
    }
    return bool(named.get(value, False))
