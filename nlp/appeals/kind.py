"""The kind of an appeal: 投诉 求助 咨询 建议 举报 感谢. Cues are in `data/cues.txt`, the weighing is here."""

from __future__ import annotations

import re
from enum import StrEnum

from nlp.text.lexicon import Hit, Hits


class Kind(StrEnum):
    """The kinds of 12345 hotline practice. The values are shown to people and printed by the command line."""

    COMPLAINT = "投诉"
    HELP = "求助"
    QUESTION = "咨询"
    SUGGESTION = "建议"
    REPORT = "举报"
    PRAISE = "感谢"


# Plain strings: the hash of an enumeration's member is computed anew each time, in Python.
_COMPLAINT, _HELP, _QUESTION, _SUGGESTION, _REPORT, _PRAISE = (kind.value for kind in Kind)
# A complaint is what most people write; a message without any cue is one.
_PRIOR = {_COMPLAINT: 2.0, _HELP: 0.0, _QUESTION: -1.0, _SUGGESTION: -1.0, _REPORT: -0.5, _PRAISE: -1.0}
_HEAD = 40
"""Characters: a cue within them counts half as much again, because people say first what they want."""
_TAIL = 30
"""Characters at the end that are asked whether the message ends in a question."""
_CAP = 8.0
_IN_DANGER = 3.0
# Search: 什么时候修好?谢谢 | 盼复。
# Not: 谢谢回复
_QUESTION_END = re.compile(
    r"[??]\s*(?:谢谢|感谢|盼复|望回复|望答复|请回复|请答复|盼答复)?[!.。!\s]*$|(?:盼复|望回复|望答复|请答复|求解答|望解答|请解答)[!.。\s]*$"
)
_SUGGESTION_HEAD = re.compile(
    r"^(?:关于|对|就)?[^,。;!?\n]{0,24}(?<!投诉[与和及])(?:的?(?:建议|提议|设想|想法)|建议)(?![^,。]{0,3}书)"
)
_QUESTION_HEAD = re.compile(r"^(?:咨询|请问|想问|想咨询|问一下|关于[^,。;!?\n]{0,30}(?:的咨询|咨询|的疑问|的问题咨询))")
_COMPLAINT_HEAD = re.compile(r"^(?:我要|我想|本人)?(?:强烈|实名)?投诉")
_REPORT_HEAD = re.compile(r"^(?:我要|我想|本人)?(?:强烈|实名|匿名)?(?:举报|检举|揭发)")
# Match: 求助,家里断水 | 恳请政府帮忙 | 老人没有低保请求帮助
# Not: 帮助老人
_HELP_HEAD = re.compile(
    r"^(?:我要|我想|本人)?(?:紧急)?(?:求助|救救|求求)"
    r"|^(?:恳请|恳求|请求|请|盼|跪求)[^,。;!?\n]{0,8}(?:帮忙|帮助|帮我|协调)"
    r"|^[^,。;!?\n]{2,24}(?:求支持|求帮助|盼望脱贫|请求(?:帮助|救助|修缮))"
)
# Match: 新区学校什么时候开学 | 小区能装充电桩吗\n您好
# Not: 小区装了充电桩。\n谢谢
_QUESTION_TITLE = re.compile(
    r"^[^\n]{0,40}(?:咨询|是否|多少|什么时候[^\n]{0,14}|何时[^\n]{0,14}|吗\??)[^\n,。!]{0,24}(?:\n|$)"
)
_SPEED_UP = re.compile(r"^(?:请|恳请|建议|希望)?[^,。;!?\n]{0,6}加快[^,。;!?\n]{0,24}(?:建设|规划|步伐|推进)")
_PRAISE_HEAD = re.compile(
    r"^(?:特别|衷心|非常|真心)?(?:感谢|表扬|点赞|致谢|为[^,。;!?\n]{1,12}点赞)(?!您|你|领导|关注|各位)"
)
_HEADS = (
    (_PRAISE_HEAD, _PRAISE, 6.0),
    (_SUGGESTION_HEAD, _SUGGESTION, 4.0),
    (_SPEED_UP, _SUGGESTION, 4.0),
    (_QUESTION_TITLE, _QUESTION, 2.0),
    (_QUESTION_HEAD, _QUESTION, 4.0),
    (_COMPLAINT_HEAD, _COMPLAINT, 5.0),
    (_REPORT_HEAD, _REPORT, 4.0),
    (_HELP_HEAD, _HELP, 4.0),
)
# A question that asks why nothing happens is a complaint, and a wish for something new is a suggestion.
# Search: 为什么没人管 | 怎么还不修
# Not: 为什么停水
_REPROACH = re.compile(
    r"(?:为什么|为何|怎么|凭什么|为啥)[^,。;!?\n]{0,6}?(?:没有?人|一直|还不|还没|至今|总是|老是|不管|不修|不处理|不作为|不解决|不给)"
)
# Search: 希望政府增设路灯 | 能不能加装电梯
# Not: 希望早日答复
_WISH = re.compile(
    r"(?:希望|盼望?|期待|能否|能不能|可否|最好|建议)(?:政府|有关部门|相关部门|市里|区里|领导|能够?|可以|在)*[^,。;!?\n]{0,14}?"
    r"(?:装上|加装|安装|增设|增开|增加|加开|开通|新建|修建|设立|设置|延长|推广|优化|完善|放开|开放|改成|改为)"
)
_TOLD_BEFORE = re.compile(
    r"(?:进行|去|来|多次|电话|打\S{0,6}|之前|曾|已经?|经|有|后来|今天|昨天|到\S{1,6}|找\S{1,6}|问题)$"
)
_TOLD_AFTER = re.compile(r"了|过|公司|他|她|当地|有限|中心|服务|师|后|时")
# Search: 第二天就修好了 | 终于解决了
# Not: 一直没修好
_AFTER_THANKS = re.compile(
    r"(?:已经?|第二天就?|当天就?|很快就?|马上就?|及时|终于|全部|都)[^,。;!?\n]{0,8}?(?:修好|处理好|处理完|解决|办好|办完|办成|恢复|清理干净|到账)了?"
)
_STILL = re.compile(r"但是?|可是?|然而|不过|还是没|仍然|又坏|希望|请(?!接受)|恳请|盼|至今")
_KINDS = {kind.value: kind for kind in Kind}


def kind_of(text: str, hits: Hits, *, in_danger: bool = False) -> Kind:
    """The kind of a folded text whose listed words are known; who is in danger mostly asks for help."""
    scores = score(text, hits)
    if in_danger:
        scores[_HELP] += _IN_DANGER
    return _KINDS[max(scores, key=scores.__getitem__)]


def _asked_before(text: str, hit: Hit) -> bool:
    """Whether 咨询 is told of and not done: somebody was asked, or it is part of a name."""
    return (
        _TOLD_BEFORE.search(text, max(0, hit.start - 8), hit.start) is not None
        or _TOLD_AFTER.match(text, hit.end) is not None
    )


def score(text: str, hits: Hits) -> dict[str, float]:
    """How much speaks for each kind. A word counts once; courtesies ("谢谢领导") speak against thanks being the point."""
    seen: set[str] = set()
    sums = dict.fromkeys(_PRIOR, 0.0)
    courtesy = 1.5 * len(hits["thanks"])
    for hit in hits["kind"]:
        if hit.word in seen or (hit.word == "咨询" and _asked_before(text, hit)):
            continue
        seen.add(hit.word)
        for row in hit.evidence:
            if row.section == "kind":
                sums[row.part] += row.weight * (1.5 if hit.start < _HEAD else 1.0)
    scores = {kind: _PRIOR[kind] + min(total, _CAP) for kind, total in sums.items()}
    for pattern, kind, bonus in _HEADS:
        if pattern.match(text):
            scores[kind] += bonus
    if _QUESTION_END.search(text[-_TAIL:].strip()):
        scores[_QUESTION] += 2.0
    if _REPROACH.search(text):
        scores[_COMPLAINT] += 2.0
        scores[_QUESTION] -= 1.5
    wish = _WISH.search(text)
    if wish:
        scores[_SUGGESTION] += 3.5 if wish.start() < _HEAD else 1.5
    if scores[_PRAISE] > 0 and _AFTER_THANKS.search(text) and not _STILL.search(text):
        scores[_PRAISE] += 6.0
    scores[_PRAISE] -= 2.0 * courtesy + 0.6 * sums[_COMPLAINT]
    scores[_QUESTION] -= 0.35 * sums[_COMPLAINT] + 0.3 * sums[_REPORT]
    return scores
