"""Danger to life, and what cannot wait. Words are in `data/cues.txt`; here is what makes them count.

A danger is something that is happening: "燃气泄漏隐患", "去年起火" and "防止火灾" are appeals like others.
"""

from __future__ import annotations

import re

from msgspec import Struct

from nlp.appeals.danger import CALL, Danger, DangerKind, Judgement, grade
from nlp.appeals.hazards import HAZARDS
from nlp.text.lexicon import Hit, Hits
from nlp.text.normalize import Folded


class Urgency(Struct, frozen=True):
    """Whether the message cannot wait, and the exact words that prove it (None when it can)."""

    urgent: bool
    phrase: str | None
    danger: Danger | None


# Before a danger, in its clause: it is not so, it is only feared or supposed, it was, or it is the occasion of something else.
# Search: 为了防止 | 去年厂房 | 担心会
# Not: 现在厂房
_NOT_NOW_BEFORE = re.compile(
    r"(?:非|没有?|不会|未|(?<!消)防止?|预防|避免|如果|假如|假设|要是|万一|一旦|若|倘若|容易|怕|担心|以免|谨防|严防|杜绝|曾|曾经|去年|前年|上个?月|上次|以前|当年|当时|之前|历史上|年前|月前|"
    r"年\d{0,2}月?\d{0,2}[日号]?|月\d{0,2}[日号]|会|可能|引发|引起|造成|导致|发生过|咨询|关于|应对|处理|涉及|涉嫌|因|扑灭|消除|预警|检测|报警器|近似|好像要|像|玩|早已|经常性?|频繁|总是|时不时|偶尔|动不动|随意|定期|应对|突发|小区火|新闻|又一个|另一个|其他|别的|各地|现实中|案例)[^,。;!?\n]{0,8}$"
)
# Match: 隐患很多 | 事故赔偿怎么办 | 演练
# Match: 的钱还没发 | 次数太多 | 电话打不通 | 险怎么买
# Not: 了,快来人
_NOT_NOW_AFTER = re.compile(
    r"^[^,。;!?\n]{0,4}?(?:隐患|风险|预案|演练|赔偿|赔付|报警器|报警装置|检测|后遗症|案件|一案|事件|事故(?:责任|赔偿|处理|认定|鉴定|频发)|责任|怎么赔|预防|治理|保护器|补助|救助|"
    r"的可能|的?危险|怎么办理|防治|补偿|险种|自救|知识|宣传|培训|医院|证明|治疗|费用)"
    r"|^(?:频发|频频|的?钱|的?血汗钱|保命|药|粮|之恩|恩人|款|费|稻草|路|通道|消防|的心|避难|的?问题(?:希望|建议|能否)|监控|摄像|通道|出口|联系人|集合|改名|修改|刹车|制动|通知|公告|预案|管(?!道?停)|太频繁|频繁|次数|吗|梯|话|视|子|脑|表|时|源|动|没在|无处|逃生|能报|报销)"
    r"|^(?:险|案|区|级|科|箱|车|过|了吗|医生|大厅|中心|电话|患者|病人)"
)
# Before a hazard: it is only supposed. What may happen at any moment is no supposition.
# Search: 如果下雨 | 以免孩子 | 什么时候
# Not: 昨天下雨
_SUPPOSED = re.compile(
    r"(?:防止|预防|避免|如果|假如|要是|万一|一旦|若|倘若|怕|担心|以免|谨防|严防|杜绝|容易|极易|引发|引起|咨询|什么时候|何时|现实中|案例|曾|去年|前年|以前|当年|当时|不要|别让|是否|会不会|有没有|有无|年前|月前|\d年\d{0,2}月?\d{0,2}[日号]?)[^,。;!?\n]{0,12}$"
)
_IF = re.compile(r"(?:如果|假如|要是|万一|一旦|若|防止|避免|预防|以免)[^,。;!?\n]{0,10}$")
_ONCE = re.compile(r"去年|前年|上个?月|以前|曾经|当年|当时|[年月]前")
_NOT_CUT = re.compile(r"(?:没有?|未|不会|不)再?$")
_RUNS = re.compile(r"正在|现在|刚刚|刚才|快来|救命|赶紧(?:来|派|救)|马上(?:来|派|救)|此刻")
_PAST = re.compile(r"(?:去年|前年|上个?月|上周|以前|曾经|\d{1,2}年前|\d+个?月前|(?:19|20)\d{2}年)")
_DAYS_AGO = re.compile(r"(?:昨[天日]|前[天日]|前几天|那天|上次|之前|[上前]周.?)[^,。;!?\n]{0,6}$")
"""Somebody hurt on another day is with a doctor already; a fire or a gas leak of yesterday may still go on."""
_SINCE_LONG = re.compile(r"(?:半|[一二两三四五六七八九十几\d])年(?:多|了|时间|没|未|还)|\d月份")
"""What collapsed so long ago lies still."""
_CLAIMED = re.compile(r"死亡|死得|家属|遗体|医疗事故|工伤|赔偿|赔付|医疗费|医药费|治疗费|死者|遇难|判决|起诉|立案|鉴定")
"""What is fought over afterwards."""
_SMOKE = re.compile(r"厂|焚烧|垃圾|烟囱|排放|排出|天天|每天|污染|直排|填埋|秸秆|烧烤|灰尘|粉尘|油烟")
"""Smoke of these is a nuisance of every day, no fire."""
# Supply that fails now and then is a complaint; what the two after it say is that it is off at this time, surely or likely.
# Search: 三天两头停电 | 一下雨就停电 | 停了五次
# Not: 今天停电
_HABIT = re.compile(
    r"经常|频繁|频频|时常|常常|总是|老是|三天两头|隔三差五|每天|天天|每晚|每周|每年|每月|每次|每到|年年|逢雨|一下雨|动不动|家常便饭|多次|数次|屡次"
    r"|[一二两三四五六七八九十几\d]次|次数|时不时|偶尔|断断续续|高峰|遇到?下?雨|一到"
)
_ASKED = re.compile(
    r"吗|通知|公告|补偿|赔|咨询|问|建议|希望|改造|费|时间|计划|威胁|又要|准备|投诉|举报|次|检修|抢修队|感谢|谢|师傅"
)
_BY_TURNS = re.compile(r"间歇|不定时|时断时续|时有时无")
# Search: 水还没来 | 停电已经三个小时 | 停了两天了
# Search: 已经没水 | 已经被断水 | 到现在还没通
# Not: 昨天停电
_SUPPLY_NOW = re.compile(
    r"还没来|还未来|没恢复|未恢复|不恢复|仍[未没然]"
    r"|已经?(?:无|没|停)(?![^,。;!?\n]{0,4}次)"
    r"|还处在|还在停|一直(?:停|没|无)|直[到至]现在"
    r"|已[^,。;!?\n]{0,8}被(?:停|断)"
    r"|到现在(?:还|仍|都|也)?(?:没|未|停|无)"
    r"|(?:已经?|超过|将近|快|整整|持续|长达|连续|近|了)[^,。;!?\n]{0,5}?(?:\d+|[一二两三四五六七八九十几数半多]+)[多几整]?个?(?:小时|天|日|周|星期|晚)"
    r"|(?:\d+|[一二两三四五六七八九十几半多]+)[多几整]?个?(?:小时|天|日|周|星期|晚|月|年)多?(?:了|整|没|无)"
)
# Search: 今早停水 | 停了半天 | 家里有人透析
# Not: 去年停水
_TODAY = re.compile(
    r"至今|到现在|到目前|目前|现在|此刻|正在|突然|今[天早晚日]|昨[天晚日]|刚|从早|一整?天|半天|整天"
    r"|(?:\d+|[一二两三四五六七八九十几数半多]+)[多几整]?个?(?:小时|天)"
    r"|老人瘫痪|透析|氧气机|呼吸机"
)
_PLANNED = re.compile(
    r"(?:明天|后天|下周|计划|几号|几点|什么时候|何时|会不会|不然|否则|就要|就会|威胁|通知)[^,。;!?\n]{0,10}$"
)
# Search: 公园 | 消防栓里 | 路灯都
# Not: 我们小区
_NO_HOME = re.compile(
    r"(?:河|渠|田|塘|池|泉|库|车|手机|电瓶|电池|消防栓|喷淋|水箱|桩|厕所|路灯|图书馆|自习室|公园|开关|插座|田地?|农田)[^,。;!?\n]{0,4}$"
)
"""What lacks water or power though no home does."""
# Search: 已经修好 | 终于恢复 | 都来电了
# Not: 还没恢复 | 快修好
_RESOLVED = re.compile(
    r"(?<![没未才能么时望快请不])(?:已经?|终于|都|就|全部){1,2}(?:修好|修复|恢复|处理好|解决|找到|换好|补上|更换|维修好|扑灭|救出|来水|来电)"
)
_CLAUSE = "，,。.;；!！?？\n"
_STOP = "。;!?\n"
_LIFE = frozenset({DangerKind.GAS, DangerKind.ELECTRIC, DangerKind.SUICIDE, DangerKind.TRAPPED})
_TOLD = frozenset({DangerKind.VIOLENCE, DangerKind.TRAFFIC, DangerKind.MEDICAL})
"""What is mostly told of afterwards: only a short message, or one that says so, is about this minute."""
_WORD = 30
"""Characters: who writes no more than 停水 and where means that it is off."""
_BRIEF = 60
"""Characters: a shorter message says one thing."""
_OPENING = 100
"""Characters: what is said within them is what the message is about."""
_LONG = 160
"""Characters: a longer message tells a story; a danger buried in it must say that it is now."""
_STORY = 400
"""Characters: a longer message mentions much besides what it is about."""
_TOLD_LATER = frozenset({"poison", "need", "dark", "tricked"})
"""Hazards that are no more when somebody fights about what they did."""
_OFTEN = frozenset({"flood", "burst", "smell"})
"""Hazards of bad weather and old pipes: where they come again and again, this is a complaint."""
_FALLEN = frozenset({"topple", "road", "slope"})
"""Hazards that lie still when they lie long."""
_OPEN = frozenset({"cover", "wire", "fall", "dark"})
"""What lies open to everybody who passes, and a life that somebody is tired of, count though the message is long."""
_GRAVE = re.compile(r"随时|差点|生命危险|出人命|解救|不敢|惶惶|心惊|砸到|伤人")
_PHRASE = 40
"""Characters of the clauses that tell of a danger which are quoted."""
_MOST_SIGNS = 200
"""Signs of urgency that are looked at, in order: ten times what a long message holds."""
_SPAN = 46
"""Characters to either side of a sign within which the rest of it is looked for."""


def urgency(given: str, folded: Folded, hits: Hits, judged: Judgement | None = None) -> Urgency:
    """What of the message cannot wait: a danger first, then vital supply cut now, then hazards and words of urgency.

    `judged` is what the model says of a danger.
    """
    text = folded.text
    danger_hit = next(
        (hit for hit in hits["danger"] if _present(text, hit)),
        None,
    )
    sure = grade(judged, len(text), listed=danger_hit is not None)
    if sure is not None and judged is not None:
        kind = judged.kind if danger_hit is None else _danger(danger_hit)
        phrase = _clauses(given, folded, judged) if danger_hit is None else _cut(given, folded, danger_hit)
        return Urgency(True, phrase, Danger(kind, sure, CALL[kind], phrase))
    said_first: set[str] = set()
    for hit in hits["urgent"][:_MOST_SIGNS]:
        if any(row.section == "urgent" and _cannot_wait(text, hit, row.part, said_first) for row in hit.evidence):
            return Urgency(True, _cut(given, folded, hit), None)
    return Urgency(False, None, None)


def _cannot_wait(text: str, hit: Hit, part: str, said_first: set[str]) -> bool:
    """Whether this sign holds. `said_first` gathers what the message begins with: that is what it is about."""
    if hit.start < _OPENING:
        said_first.add(part)
    if part in ("supply", "cut"):
        return _supply_cut(text, hit, part)
    if part == "haste":
        return len(text) < _BRIEF and not _denied(text, hit)
    if part in ("words", "hazard"):
        return not _denied(text, hit) and _foremost(text, hit)
    pattern = HAZARDS.get(part)
    if pattern is None:
        return False
    first, after = _sentence(text, hit)
    found = pattern.search(text, first, after)
    return (
        found is not None
        and (part in said_first or (part in _OPEN and len(text) < _STORY) or _foremost(text, hit))
        and _SUPPOSED.search(text, max(0, found.start() - 16), found.start()) is None
        and _IF.search(text, max(0, hit.start - 16), hit.start) is None
        and _ONCE.search(text, max(0, found.start() - 12), hit.start) is None
        and _NOT_NOW_AFTER.match(text, hit.end, hit.end + 10) is None
        and _RESOLVED.search(text, hit.start, min(len(text), hit.end + 40)) is None
        and (part not in _TOLD_LATER or _CLAIMED.search(text) is None)
        and (part not in _OFTEN or _HABIT.search(text, first, after) is None)
        and (part not in _FALLEN or _SINCE_LONG.search(text, first, after) is None)
    )


def _sentence(text: str, hit: Hit) -> tuple[int, int]:
    """The part of the sentence around the hit that is near to it."""
    first, after = max(0, hit.start - _SPAN), min(len(text), hit.end + _SPAN)
    first = max(first, *(text.rfind(stop, first, hit.start) + 1 for stop in _STOP))
    ends = [end for stop in _STOP if (end := text.find(stop, hit.end, after)) >= 0]
    return first, min(ends, default=after)


def _supply_cut(text: str, hit: Hit, part: str) -> bool:
    """Whether water, power, gas or heating of a home is off at this time, neither now and then nor by plan."""
    before, after = text[max(0, hit.start - 40) : hit.start], text[hit.end : hit.end + 40]
    if (
        _SUPPOSED.search(before[-14:])
        or _NOT_CUT.search(before[-4:])
        or _NOT_NOW_AFTER.match(after[:10])
        or _PLANNED.search(before[-14:])
        or _NO_HOME.search(before[-8:])
        or _RESOLVED.search(after)
    ):
        return False
    near = before.rpartition("。")[2] + hit.word + after.partition("。")[0]
    if _BY_TURNS.search(near):
        return False
    if _SUPPLY_NOW.search(near):
        return True
    if hit.start >= _OPENING and len(text) >= 2 * _LONG:
        return False
    if _HABIT.search(near) or _HABIT.search(text, 0, _BRIEF) or (before.endswith("就") and not after.startswith("了")):
        return False
    if (part == "cut" and hit.start < _OPENING) or _TODAY.search(near):
        return _PAST.search(near) is None
    return len(text) < _BRIEF and (after.startswith("了") or (len(text) < _WORD and _ASKED.search(text) is None))


def _present(text: str, hit: Hit) -> bool:
    if _denied(text, hit):
        return False
    near = text[max(0, hit.start - 30) : hit.end + 30]
    if _PAST.search(near) or _RESOLVED.search(text, hit.end, min(len(text), hit.end + 30)):
        return False
    kind = _danger(hit)
    if kind is DangerKind.MEDICAL and _DAYS_AGO.search(text[max(0, hit.start - 10) : hit.start]):
        return False
    if hit.word in ("浓烟", "冒浓烟") and _SMOKE.search(near):
        return False
    if kind is DangerKind.WATER and _HABIT.search(near):
        return False
    if kind is DangerKind.COLLAPSE and _SINCE_LONG.search(near):
        return False
    runs = (hit.start < _OPENING or len(text) < 2 * _LONG) and _RUNS.search(near[12:-12] or near) is not None
    if len(text) >= _BRIEF and _CLAIMED.search(text, max(0, hit.start - 60), min(len(text), hit.end + 60)):
        return False
    if kind in _TOLD:
        return len(text) < _BRIEF or (runs and len(text) < _LONG)
    if kind is DangerKind.SUICIDE:
        return len(text) < _LONG or hit.start < _BRIEF
    return runs or len(text) < _LONG or (hit.start < _BRIEF // 2 and kind in _LIFE)


def _foremost(text: str, hit: Hit) -> bool:
    """Whether the sign is what the message is about: a short one, or said first, or said to be now."""
    return (
        len(text) < _LONG
        or hit.start < _OPENING
        or _GRAVE.search(text, max(0, hit.start - 20), min(len(text), hit.end + 20)) is not None
    )


def _denied(text: str, hit: Hit) -> bool:
    """Whether the words around say that it is not so, or not now."""
    return _NOT_NOW_BEFORE.search(text[max(0, hit.start - 14) : hit.start]) is not None or (
        _NOT_NOW_AFTER.match(text[hit.end : hit.end + 10]) is not None
    )


def _clauses(given: str, folded: Folded, judged: Judgement) -> str:
    """The beginning of the clauses that the model found, as they were typed."""
    first, after = folded.span(judged.start, min(judged.end, judged.start + _PHRASE))
    return given[first:after].strip()


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
