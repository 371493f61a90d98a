"""Answers already given: the published replies nearest to a question, never a word of our own.

BM25 (Robertson and Zaragoza 2009) over pairs of neighbouring characters, with everyday words brought to one form first
(`data/same_words.txt`); the title counts most, then the appeal, then the reply. Building reads the rows once; afterwards
nothing is read or written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

import ahocorasick_rs
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nlp.replies import parts as reply_parts
from nlp.text.lexicon import DATA
from nlp.text.normalize import fold

OFFER = 0.4
"""Score from which a reply may be offered; `benchmarks/answers.py` shows what it lets through."""

_K1, _B = 1.0, 0.4
_TITLE, _DETAIL, _REPLY = 2.0, 1.0, 0.6
_DETAIL_READ, _REPLY_READ = 400, 400
"""Characters that are read of an appeal and of its reply: what they are about is said by then."""
_QUESTION_READ = 300
_LITTLE = np.float32(40.0)
"""Shared evidence (sum of idf) at which a score counts half: three rare pairs in common are no answer."""
_SHARE_MOST = 0.25
"""Pairs that more of the rows hold tell nothing."""
_SMALL = 40
"""Rows up to which every pair counts: shares of a handful mean nothing."""
_AS_IF = 3000
"""Rarity is reckoned as in a base of at least so many rows, so that scores of a young service mean the same."""
_CHUNK = 4096
_LEAST_CONTENT = 15
_LOOKED_AT = 32
_HASH = np.uint64(0x9E3779B97F4A7C15)
_SLOT_SHIFT = np.uint64(42)  # 22 bits of a pair's hash
_TERM_SHIFT, _ROW_SHIFT = np.uint64(42), np.uint64(12)  # 22 bits of term, 30 of row, 12 of count
_ROW_MASK, _COUNT_MASK = np.uint64((1 << 30) - 1), np.uint64((1 << 12) - 1)
_TENTHS = 10

Codes = NDArray[np.uint32]


class PublishedAppeal(Struct, frozen=True):
    """A published appeal with its reply."""

    id: str
    title: str
    detail: str
    reply: str


class SameWords:
    """Everyday words brought to one form."""

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        """Each row: the word that stands for all, then the others."""
        table = {other: row[0] for row in rows for other in row[1:]}
        self._replaced = list(table.values())
        self._automaton = ahocorasick_rs.AhoCorasick(
            list(table), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest, store_patterns=False
        )

    @classmethod
    def load(cls) -> SameWords:
        """Read the table that ships with the project."""
        lines = (DATA / "same_words.txt").read_text(encoding="utf-8").splitlines()
        return cls([line.split() for line in lines if line and not line.startswith("#")])

    def one_form(self, text: str) -> str:
        """The folded text with every listed word replaced by the word that stands for it."""
        parts = []
        place = 0
        for which, start, end in self._automaton.find_matches_as_indexes(text):
            parts += [text[place:start], self._replaced[which]]
            place = end
        return "".join((*parts, text[place:]))


class AnswerBase:
    """Published replies, searchable; nothing in it changes, threads may share it."""

    def __init__(self, rows: Iterable[PublishedAppeal], words: SameWords) -> None:
        """Index the rows: 0.5 s for 3,000, 20 s for 100,000 (once, at the start)."""
        kept = list(rows)
        self._ids = [row.id for row in kept]
        self._words = words
        self._replies = [row.reply for row in kept]
        self._index = _index(kept, words)
        self._rarest = float(np.log(1.0 + (max(len(kept), _AS_IF) + 0.5) / 0.5))

    def __len__(self) -> int:
        """How many replies there are."""
        return len(self._ids)

    def find(self, question: str, k: int = 5) -> list[tuple[str, float]]:
        """The `k` nearest replies, best first, each with a score 0-1; empty when nothing is shared.

        The score grows with the part of the question that the appeal and its reply speak of (rare words count more), and
        with how much that is: a question of three common words never scores high.
        """
        scores = self._scores(question)
        if scores is None or k < 1:
            return []
        nearest = np.argpartition(-scores, min(k, len(scores)) - 1)[:k]
        ranked = sorted(nearest.tolist(), key=lambda row: (-scores[row], row))
        return [(self._ids[row], round(float(scores[row]), 4)) for row in ranked if scores[row] > 0]

    def offer(self, question: str, k: int = 3, least: float = OFFER) -> list[tuple[str, float]]:
        """Like `find`, for a citizen: only scores of `least` or more, and no reply that only acknowledges."""
        scores = self._scores(question)
        if scores is None or k < 1:
            return []
        fit = np.flatnonzero(scores >= least)
        ranked = sorted(
            fit[np.argsort(-scores[fit], kind="stable")[:_LOOKED_AT]].tolist(), key=lambda row: (-scores[row], row)
        )
        saying = (row for row in ranked if _says(self._replies[row]))
        return [(self._ids[row], round(float(scores[row]), 4)) for row in islice(saying, k)]

    def _scores(self, question: str) -> NDArray[np.float32] | None:
        if not self._ids:
            return None
        terms = np.unique(_pairs(self._words.one_form(_asked(question)))[0])
        if not len(terms):
            return None
        scores = np.zeros(len(self._ids), dtype=np.float32)
        index = self._index
        most = 0.0
        for place, term in zip(np.searchsorted(index.terms, terms).tolist(), terms.tolist(), strict=True):
            if place >= len(index.terms) or index.terms[place] != term:
                most += self._rarest
                continue
            start, end = index.starts[place], index.starts[place + 1]
            most += float(index.idf[place])
            scores[index.rows[start:end]] += index.weights[start:end]
        share = scores / np.float32(max(most, 1e-6))
        strength: NDArray[np.float32] = np.sqrt(share * scores / (scores + _LITTLE), dtype=np.float32)
        return strength


# What every question holds, whatever it is about.
# Search: 请问 | 怎么 | 能不能
# Not: 医保断缴
_POLITE = re.compile(
    r"请问|您好|你好|谢谢|领导|咨询|想问一下|问一下|想问|麻烦|一下|怎么办|怎么|如何|什么|为什么|吗|呢|啊|呀|吧|的|了|是不是|是否|有没有|能不能|可不可以|可以|我们|我|你|您|这个|那个|现在|这边|那边|到底|还|要|想|在|是|有|和|就|都|也|与|及"
)


def _asked(question: str) -> str:
    return _POLITE.sub(" ", fold(question[:_QUESTION_READ]).text)


def _says(reply: str) -> bool:
    """Whether the reply holds content beyond acknowledging and forwarding."""
    return reply_parts.substance(reply_parts.clauses(fold(reply[:2000]).text)) > _LEAST_CONTENT


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)


def _readable() -> NDArray[np.bool_]:
    table = np.zeros(0x10000, dtype=bool)
    table[0x4E00:0xA000] = True
    table[0x61:0x7B] = True
    table[0x30:0x3A] = True
    return table


_READABLE = _readable()


def _pairs(text: str) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The hashed pairs of neighbouring characters of 汉字, letters and digits, and where each one begins."""
    codes = _codes(text)
    if len(codes) < 2:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    fine = _READABLE[np.minimum(codes, 0xFFFF)]
    where = np.flatnonzero(fine[:-1] & fine[1:])
    one, two = codes[where].astype(np.uint64), codes[where + 1].astype(np.uint64)
    return ((one << np.uint64(21) | two) * _HASH) >> _SLOT_SHIFT, where


class _Index(Struct, frozen=True):
    """Terms in order, where each one's rows begin, the rows, what each adds to a score, and the terms' idf."""

    terms: NDArray[np.uint64]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    weights: NDArray[np.float32]
    idf: NDArray[np.float32]


def _index(rows: Sequence[PublishedAppeal], words: SameWords) -> _Index:
    lengths = np.zeros(max(len(rows), 1), dtype=np.float32)
    packed = [_chunk(rows[first : first + _CHUNK], first, words, lengths) for first in range(0, len(rows), _CHUNK)]
    # A term's slot, its row and its count in one number: sorted in place, which a million pairs notice.
    key: NDArray[np.uint64] = np.concatenate(packed) if packed else np.zeros(0, dtype=np.uint64)
    packed.clear()
    key.sort()
    terms, frequency = np.unique(key >> _TERM_SHIFT, return_counts=True)
    total = max(len(rows), _AS_IF)
    kept = (frequency <= _SHARE_MOST * len(rows)) | (len(rows) <= _SMALL)
    key = np.compress(np.repeat(kept, frequency), key)
    row = (key >> _ROW_SHIFT & _ROW_MASK).astype(np.int32)
    count = (key & _COUNT_MASK).astype(np.float32) / _TENTHS
    idf = np.log(1.0 + (total - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)[kept]
    norm = (_K1 * (1 - _B + _B * lengths / max(float(lengths.mean()), 1.0))).astype(np.float32)
    weights = np.repeat(idf, frequency[kept]) * count / (count + norm[row])
    starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(frequency[kept])))
    return _Index(terms[kept], starts, row, weights.astype(np.float32), idf)


def _chunk(
    rows: Sequence[PublishedAppeal], first: int, words: SameWords, lengths: NDArray[np.float32]
) -> NDArray[np.uint64]:
    """The packed (term, row, count) of some rows, each term of a row once; `lengths` is filled in."""
    fields = (
        (_TITLE, [row.title for row in rows]),
        (_DETAIL, [row.detail[:_DETAIL_READ] for row in rows]),
        (_REPLY, [row.reply[:_REPLY_READ] for row in rows]),
    )
    keys: list[NDArray[np.uint64]] = []
    counts: list[NDArray[np.float64]] = []
    for weight, texts in fields:
        plain = [words.one_form(fold(text).text) for text in texts]
        terms, where = _pairs("\n".join(plain))
        ends = np.cumsum([len(text) + 1 for text in plain])
        owner = np.searchsorted(ends, where, side="right")
        lengths[first : first + len(rows)] += weight * np.bincount(owner, minlength=len(rows))
        keys.append(terms << _TERM_SHIFT | (owner + first).astype(np.uint64) << _ROW_SHIFT)
        counts.append(np.full(len(terms), weight))
    unique, which = np.unique(np.concatenate(keys), return_inverse=True)
    summed = np.bincount(which, weights=np.concatenate(counts), minlength=len(unique))
    return np.bitwise_or(unique, np.minimum(summed * _TENTHS, int(_COUNT_MASK)).astype(np.uint64), dtype=np.uint64)
