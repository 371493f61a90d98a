"""Danger to life, and what cannot wait. Words are in `data/cues.txt`; here is what makes them count.

A danger is something that is happening: "燃气泄漏隐患", "去年起火" and "防止火灾" are appeals like others.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

from nlp.lexicon import Hit, Hits
from nlp.normalize import Folded


class DangerKind(StrEnum):
    """What threatens. Which number to call is in `CALL`."""

    GAS = "gas"
    FIRE = "fire"
    COLLAPSE = "collapse"
    VIOLENCE = "violence"
    SUICIDE = "suicide"
    MEDICAL = "medical"
    ELECTRIC = "electric"
    WATER = "water"
    TRAPPED = "trapped"
    TRAFFIC = "traffic"


# Whom to call first: 119 fire and rescue (gas, collapse, water, trapped people), 110 police, 120 ambulance,
# 122 traffic accidents, answered by 110 in most cities, which is why 110 is given. Fire Law art. 44; 公安部 110 rules 2023.
CALL: dict[DangerKind, str] = {
    DangerKind.GAS: "119",
    DangerKind.FIRE: "119",
    DangerKind.COLLAPSE: "119",
    DangerKind.VIOLENCE: "110",
    DangerKind.SUICIDE: "110",
    DangerKind.MEDICAL: "120",
    DangerKind.ELECTRIC: "119",
    DangerKind.WATER: "119",
    DangerKind.TRAPPED: "119",
    DangerKind.TRAFFIC: "110",
}


class Danger(Struct, frozen=True):
    """A danger that seems to be present. `call` is 110, 119 or 120; `phrase` the words of the given text that say so."""

    kind: DangerKind
    call: str
    phrase: str


class Urgency(Struct, frozen=True):
    """Whether the message cannot wait, and the exact words that prove it (None when it can)."""

    urgent: bool
    phrase: str | None
    danger: Danger | None


_NOT_NOW_BEFORE = re.compile(
    r"(?:非|没有?|不会|未|防止?|预防|避免|如果|假如|假设|要是|万一|一旦|若|倘若|容易|怕|担心|以免|谨防|严防|杜绝|曾|曾经|去年|前年|上次|以前|当年|当时|之前|历史上|年前|月前|"
    r"年\d{0,2}月?\d{0,2}[日号]?|月\d{0,2}[日号]|会|可能|引发|引起|造成|导致|发生过|咨询|关于|应对|处理|涉及|涉嫌|因|扑灭|消除|预警|检测|报警器|近似|好像要|像|玩|早已|经常性?|频繁|总是|时不时|偶尔|动不动|随意|定期|应对|突发)[^,。;!?\n]{0,8}$"
)
_NOT_NOW_AFTER = re.compile(
    r"^[^,。;!?\n]{0,4}?(?:隐患|风险|预案|演练|赔偿|赔付|报警器|报警装置|检测|后遗症|案件|一案|事故(?:责任|赔偿|处理|认定|鉴定)|责任|怎么赔|预防|治理|保护器|补助|救助|"
    r"的可能|怎么办理|防治|补偿|险种|自救|知识|宣传|培训|医院|证明|治疗|费用)|^(?:频发|频频|的?钱|的?血汗钱|保命|稻草|路|消防|的心|避难|的?问题(?:希望|建议|能否)|监控|摄像|通道|出口|联系人|集合|改名|修改|刹车|制动|通知|预案|管(?!道?停)|太频繁|频繁|次数)|^(?:险|案|区|级|科|箱|车|过|了吗|医生|大厅|中心|电话|患者|病人)"
)
_RUNS = re.compile(r"正在|现在|刚刚|刚才|快来|救命|赶紧|马上|立刻|此刻|突然")
_PAST = re.compile(r"(?:去年|前年|上个?月|上周|以前|曾经|\d{1,2}年前|\d+个?月前|(?:19|20)\d{2}年)")
_DAYS_AGO = re.compile(r"(?:昨[天日]|前[天日]|前几天|那天|上次|之前|[上前]周.?)[^,。;!?\n]{0,6}$")
"""Somebody hurt on another day is with a doctor already; a fire or a gas leak of yesterday may still go on."""
_CLAUSE = "，,。.;；!！?？\n"
_LIFE = frozenset({DangerKind.GAS, DangerKind.ELECTRIC, DangerKind.SUICIDE, DangerKind.TRAPPED})
_OPENING = 40
"""Characters: what is said within them is what the message is about."""
_LONG = 160
"""Characters: a longer message tells a story; a danger buried in it must say that it is now."""


def urgency(given: str, folded: Folded, hits: Hits) -> Urgency:
    """What of the message cannot wait: a danger first, then vital supply cut now, then hazards and words of urgency."""
    text = folded.text
    danger_hit = next(
        (hit for hit in hits["danger"] if _present(text, hit)),
        None,
    )
    if danger_hit is not None:
        kind = _danger(danger_hit)
        phrase = _cut(given, folded, danger_hit)
        return Urgency(True, phrase, Danger(kind, CALL[kind], phrase))
    signs = hits["urgent"]
    supply = next((hit for hit in signs if _is(hit, "supply") and not _denied(text, hit)), None)
    if (
        supply is not None
        and len(text) < 2 * _LONG
        and any(_is(hit, "now") and abs(hit.start - supply.start) < 30 for hit in signs)
    ):
        return Urgency(True, _cut(given, folded, supply), None)
    for hit in signs:
        if (_is(hit, "words") or _is(hit, "hazard")) and not _denied(text, hit) and _foremost(text, hit):
            return Urgency(True, _cut(given, folded, hit), None)
    return Urgency(False, None, None)


def _present(text: str, hit: Hit) -> bool:
    if _denied(text, hit):
        return False
    near = text[max(0, hit.start - 30) : hit.end + 30]
    if _PAST.search(near):
        return False
    if _danger(hit) is DangerKind.MEDICAL and _DAYS_AGO.search(text[max(0, hit.start - 10) : hit.start]):
        return False
    return len(text) < _LONG or _RUNS.search(near) is not None or (hit.start < 30 and _danger(hit) in _LIFE)


def _foremost(text: str, hit: Hit) -> bool:
    """Whether the sign is what the message is about: a short one, or said first, or said to be now."""
    return (
        len(text) < _LONG
        or hit.start < _OPENING
        or _RUNS.search(text[max(0, hit.start - 20) : hit.end + 20]) is not None
    )


def _denied(text: str, hit: Hit) -> bool:
    """Whether the words around say that it is not so, or not now."""
    return _NOT_NOW_BEFORE.search(text[max(0, hit.start - 14) : hit.start]) is not None or (
        _NOT_NOW_AFTER.match(text[hit.end : hit.end + 10]) is not None
    )


def _cut(given: str, folded: Folded, hit: Hit) -> str:
    """The clause around the hit, at most 20 characters to either side, as it was typed."""
    text = folded.text
    start, end = hit.start, hit.end
    while start > 0 and hit.start - start < 12 and text[start - 1] not in _CLAUSE:
        start -= 1
    while end < len(text) and end - hit.end < 8 and text[end] not in _CLAUSE:
        end += 1
    first, after = folded.span(start, end)
    return given[first:after].strip()


def _danger(hit: Hit) -> DangerKind:
    return DangerKind(next(row.part for row in hit.evidence if row.section == "danger"))


def _is(hit: Hit, part: str) -> bool:
    return any(row.section == "urgent" and row.part == part for row in hit.evidence)
