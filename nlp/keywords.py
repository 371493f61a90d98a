"""Keywords a person would choose: civic words first, then rare nouns and verbs, in the order they appear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter
from pathlib import Path

from nlp.lexicon import Hits
from nlp.segment import Words

MOST = 8
_KEPT = frozenset({"n", "nz", "vn", "v", "j", "nt", "l", "an", "i", "nrt"})
_EMPTY = frozenset(
    "领导 尊敬 您好 你好 问题 情况 时候 时间 现在 有关 部门 有关部门 相关部门 希望 反映 反应 请问 请求 投诉 建议 咨询 举报 解决 处理 进行 没有 可以 需要 应该 要求 已经 知道 认为 造成 影响 严重 "
    "市长 书记 县长 区长 政府 我们 他们 大家 业主 居民 市民 村民 群众 老百姓 百姓 本人 个人 有人 回复 答复 谢谢 感谢 导致 存在 发现 出现 告知 告诉 表示 觉得 感觉 东西 地方 事情 方面 开始 "
    "能够 不能 不会 是否 如何 怎么 怎么办 为什么 什么 为何 出来 起来 下来 一下 一直 具体 以上 以下 关注 重视 百忙之中 抽出 尽快 恳请 予以 给予 到底 电话 先生 女士 小区 不是 就是 还有 还是 来信 抽空 "
    "生活 工作 人员 通过 提供 目前 信息 家里 孩子 老人".split()
)
_UNKNOWN_IDF = 11.0
_HEAD = 40
_SAID_FIRST, _SAID_LATER = 14.0, 9.0
"""A civic word weighs as much as a rare noun, more within the first characters."""
_NOUN, _VERB = 0.9, 0.6
_start = attrgetter("start")


def read_idf(path: Path) -> dict[str, float]:
    """How rare words are: one `word idf` a line. A word that is not listed is rarer than all of them."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {word: float(idf) for word, idf in lines}


def keywords(
    words: Words, hits: Hits, idf: Mapping[str, float], avoid: Iterable[tuple[int, int]], length: int
) -> tuple[str, ...]:
    """At most eight words of the folded text of `length`; those that touch the spans `avoid` are left out."""
    taken = bytearray(length)
    for start, end in avoid:
        taken[start:end] = b"\1" * (end - start)
    worth: dict[str, float] = {}
    first: dict[str, int] = {}
    furthest = 0
    civic = [hit for hit in hits["civic"] if len(hit.word) > 1 and hit.evidence[0].weight >= 2]
    # They come in order of their end; of those that start together the longest goes first.
    civic.reverse()
    for hit in sorted(civic, key=_start):
        if hit.end <= furthest or taken.find(1, hit.start, hit.end) >= 0:
            continue
        furthest = hit.end
        worth[hit.word] = worth.get(hit.word, 0.0) + (_SAID_FIRST if hit.start < _HEAD else _SAID_LATER)
        first.setdefault(hit.word, hit.start)
        taken[hit.start : hit.end] = b"\1" * len(hit.word)
    for word, tag, start in zip(words.words, words.tags, words.starts, strict=False):
        if tag not in _KEPT or len(word) < 2 or word in _EMPTY or taken.find(1, start, start + len(word)) >= 0:
            continue
        worth[word] = worth.get(word, 0.0) + idf.get(word, _UNKNOWN_IDF) * (_VERB if tag == "v" else _NOUN)
        first.setdefault(word, start)
    best = sorted(worth, key=worth.__getitem__, reverse=True)[:MOST]
    return tuple(sorted(best, key=first.__getitem__))
