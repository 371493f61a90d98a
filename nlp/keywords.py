"""Keywords a person would choose: civic words first, then rare nouns and verbs, in the order they appear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from nlp.lexicon import Hit
from nlp.segment import Token

MOST = 8
_KEPT = frozenset({"n", "nz", "vn", "v", "j", "nt", "l", "an", "i", "nrt"})
_EMPTY = frozenset(
    "领导 尊敬 您好 你好 问题 情况 时候 时间 现在 有关 部门 有关部门 相关部门 希望 反映 反应 请问 请求 投诉 建议 咨询 举报 解决 处理 进行 没有 可以 需要 应该 要求 已经 知道 认为 造成 影响 严重 "
    "市长 书记 县长 区长 政府 我们 他们 大家 业主 居民 市民 村民 群众 老百姓 百姓 本人 个人 有人 回复 答复 谢谢 感谢 导致 存在 发现 出现 告知 告诉 表示 觉得 感觉 东西 地方 事情 方面 开始 "
    "能够 不能 不会 是否 如何 怎么 怎么办 为什么 什么 为何 出来 起来 下来 一下 一直 具体 以上 以下 关注 重视 百忙之中 抽出 尽快 恳请 予以 给予 到底 电话 先生 女士 小区 不是 就是 还有 还是 来信 抽空 "
    "生活 工作 人员 通过 提供 目前 信息 家里 孩子 老人".split()
)
_UNKNOWN_IDF = 11.0


def read_idf(path: Path) -> dict[str, float]:
    """How rare words are: one `word idf` a line. A word that is not listed is rarer than all of them."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {word: float(idf) for word, idf in lines}


def keywords(tokens: Sequence[Token], hits: Sequence[Hit], idf: Mapping[str, float], avoid: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    """At most eight words of the folded text; those within the spans `avoid` (places, personal data) are left out."""
    barred = tuple(avoid)
    worth: dict[str, float] = {}
    first: dict[str, int] = {}

    def add(word: str, start: int, end: int, value: float) -> None:
        if not any(start < after and end > before for before, after in barred):
            worth[word] = worth.get(word, 0.0) + value
            first.setdefault(word, start)

    civic = [hit for hit in hits if hit.end - hit.start > 1 and any(row.weight > 1 and row.group not in _NOT_CIVIC for row in hit.evidence)]
    for hit in civic:
        if not any(other is not hit and other.start <= hit.start and hit.end <= other.end for other in civic):
            add(hit.word, hit.start, hit.end, 14.0 if hit.start < 40 else 9.0)
    spans = [(hit.start, hit.end) for hit in civic]
    for token in tokens:
        if token.end - token.start < 2 or token.tag not in _KEPT or token.word in _EMPTY:
            continue
        if any(token.start < end and token.end > start for start, end in spans):
            continue
        add(token.word, token.start, token.end, idf.get(token.word, _UNKNOWN_IDF) * (0.6 if token.tag == "v" else 0.9))
    best = sorted(worth, key=lambda word: -worth[word])[:MOST]
    return tuple(sorted(best, key=lambda word: first[word]))


_NOT_CIVIC = frozenset({"kind", "thanks", "danger", "urgent", "rude", "emotion"})
