"""The kind of an appeal: 投诉 求助 咨询 建议 举报 感谢. Cues are in `data/cues.txt`, the weighing is here."""

from __future__ import annotations

import re
from enum import StrEnum

from nlp.lexicon import Hits


class Kind(StrEnum):
    """The kinds of 12345 hotline practice. The values are shown to people and printed by the command line."""

    COMPLAINT = "投诉"
    HELP = "求助"
    QUESTION = "咨询"
    SUGGESTION = "建议"
    REPORT = "举报"
    PRAISE = "感谢"


# A complaint is what most people write; a message without any cue is one.
_PRIOR = {
    Kind.COMPLAINT: 2.0,
    Kind.HELP: 0.0,
    Kind.QUESTION: 0.0,
    Kind.SUGGESTION: -0.5,
    Kind.REPORT: -0.5,
    Kind.PRAISE: -1.0,
}
_HEAD = 40
"""Characters: a cue within them counts half as much again, because people say first what they want."""
_TAIL = 30
"""Characters at the end that are asked whether the message ends in a question."""
_CAP = 8.0
_QUESTION_END = re.compile(
    r"[??]\s*(?:谢谢|感谢|盼复|望回复|望答复|请回复|请答复|盼答复)?[!.。!\s]*$|(?:盼复|望回复|望答复|请答复|求解答|望解答|请解答)[!.。\s]*$"
)
_SUGGESTION_HEAD = re.compile(r"^(?:关于|对|就)?[^,。;!?\n]{0,24}(?:的?(?:建议|提议|设想|想法)|建议)(?![^,。]{0,3}书)")
_QUESTION_HEAD = re.compile(r"^(?:咨询|请问|想问|想咨询|问一下|关于[^,。;!?\n]{0,30}(?:的咨询|咨询|的疑问|的问题咨询))")
_COMPLAINT_HEAD = re.compile(r"^(?:我要|我想|本人)?(?:强烈|实名)?投诉")
_REPORT_HEAD = re.compile(r"^(?:我要|我想|本人)?(?:强烈|实名|匿名)?(?:举报|检举|揭发)")
_HELP_HEAD = re.compile(r"^(?:我要|我想|本人)?(?:紧急)?(?:求助|救救|求求)")
_PRAISE_HEAD = re.compile(
    r"^(?:特别|衷心|非常|真心)?(?:感谢|表扬|点赞|致谢|为[^,。;!?\n]{1,12}点赞)(?!您|你|领导|关注|各位)"
)
_HEADS = (
    (_PRAISE_HEAD, Kind.PRAISE, 6.0),
    (_SUGGESTION_HEAD, Kind.SUGGESTION, 3.0),
    (_QUESTION_HEAD, Kind.QUESTION, 4.0),
    (_COMPLAINT_HEAD, Kind.COMPLAINT, 5.0),
    (_REPORT_HEAD, Kind.REPORT, 4.0),
    (_HELP_HEAD, Kind.HELP, 4.0),
)
_KINDS = {kind.value: kind for kind in Kind}


def kind_of(text: str, hits: Hits) -> Kind:
    """The kind of a folded text whose listed words are known."""
    scores = score(text, hits)
    return max(scores, key=lambda kind: scores[kind])


def score(text: str, hits: Hits) -> dict[Kind, float]:
    """How much speaks for each kind. A word counts once; courtesies ("谢谢领导") speak against thanks being the point."""
    seen: set[str] = set()
    sums = dict.fromkeys(Kind, 0.0)
    courtesy = 1.5 * len(hits["thanks"])
    for hit in hits["kind"]:
        if hit.word in seen:
            continue
        seen.add(hit.word)
        for row in hit.evidence:
            if row.section == "kind":
                sums[_KINDS[row.part]] += row.weight * (1.5 if hit.start < _HEAD else 1.0)
    scores = {kind: _PRIOR[kind] + min(total, _CAP) for kind, total in sums.items()}
    for pattern, kind, bonus in _HEADS:
        if pattern.match(text):
            scores[kind] += bonus
    if _QUESTION_END.search(text[-_TAIL:].strip()):
        scores[Kind.QUESTION] += 2.0
    scores[Kind.PRAISE] -= 2.0 * courtesy + 0.6 * sums[Kind.COMPLAINT]
    scores[Kind.QUESTION] -= 0.35 * sums[Kind.COMPLAINT] + 0.3 * sums[Kind.REPORT]
    return scores
