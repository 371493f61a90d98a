"""Words of a text with their part of speech, by rjieba (15 µs for 120 characters)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import rjieba
from msgspec import Struct

# What rjieba cuts wrongly in civic text: word and part of speech.
_USER_WORDS = {
    "业委会": "n", "物业费": "n", "充电桩": "n", "停车位": "n", "井盖": "n", "飞线充电": "n", "渣土车": "n", "网约车": "n",
    "共享单车": "n", "工程款": "n", "低保": "n", "五险一金": "n", "生育津贴": "n", "安置房": "n", "回迁房": "n", "公租房": "n",
    "不动产证": "n", "加装电梯": "n", "老旧小区": "n", "消防通道": "n", "建筑垃圾": "n", "二次供水": "n", "垃圾分类": "n",
    "营商环境": "n", "课后服务": "n", "学位": "n", "村务公开": "n", "宅基地": "n", "征地": "v", "讨薪": "v", "欠薪": "v",
}  # fmt: skip


class Segmentation(Struct, frozen=True, gc=False):
    """The words of a folded text, in order, covering it entirely: word i stands at [`starts[i]`, `starts[i + 1]`).

    Columns rather than an object for each word: a message has seventy words, and most readers look at one column. `tags`
    are rjieba's parts of speech (not jieba's: never mix the two).
    """

    words: Sequence[str]
    tags: Sequence[str]
    starts: Sequence[int]


def load() -> None:
    """Teach the segmenter our words. Must be called once before `tokens`; loads nothing afterwards."""
    for word, tag in _USER_WORDS.items():
        rjieba.add_word(word, 20_000, tag)
    rjieba.tag("好")


def tokens(folded: str) -> Segmentation:
    """The words of the text."""
    if not folded:
        return Segmentation((), (), (0,))
    words, tags = zip(*rjieba.tag(folded), strict=True)
    return Segmentation(words, tags, tuple(accumulate(map(len, words), initial=0)))
