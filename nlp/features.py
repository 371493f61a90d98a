"""Hashed character n-grams of a text, as arrays: what the category model reads.

A feature is an n-gram of two to four characters or a whole word of two to four characters. All digits are alike, and so is
whatever is neither Chinese, Latin letter nor digit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.segment import Token

Hashes = NDArray[np.uint64]

_SEPARATOR = 0
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(32)
_SALTS = (np.uint64(0x2545F4914F6CDD1D), np.uint64(0x27BB2EE687B0B0FD), np.uint64(0x369DEA0F31A53F85))
_WORD_SALT = np.uint64(0x5851F42D4C957F2D)
LONGEST = 1200
"""Characters read: what an appeal is about is said long before."""


def _classes() -> NDArray[np.uint64]:
    table = np.full(0x10000, _SEPARATOR, dtype=np.uint64)
    table[0x4E00:0xA000] = np.arange(0x4E00, 0xA000)
    table[0x61:0x7B] = np.arange(0x61, 0x7B)
    table[0x30:0x3A] = 0x30
    return table


_CLASSES = _classes()


def hashes(folded: str, words: Sequence[Token], head: int = 0) -> tuple[Hashes, list[slice]]:
    """The 64-bit hashes of all features of a folded text with its words.

    Features that occur twice are there twice. The slices select those that begin within the first `head` characters.
    """
    raw = np.frombuffer(folded[:LONGEST].encode("utf-32-le", "replace"), dtype=np.uint32)
    one = _CLASSES.take(np.minimum(raw, 0xFFFF))
    if len(one) < 4:
        one = np.concatenate((one, np.zeros(4 - len(one), dtype=np.uint64)))
    two = one[:-1] * _BASE + one[1:]
    three = two[:-1] * _BASE + one[2:]
    four = three[:-1] * _BASE + one[3:]
    two ^= _SALTS[0]
    three ^= _SALTS[1]
    four ^= _SALTS[2]
    starts: tuple[list[int], list[int], list[int]] = ([], [], [])
    for token in words:
        size = len(token.word)
        if 2 <= size <= 4 and token.end <= LONGEST:
            starts[size - 2].append(token.start)
    parts = [two, three, four]
    early = [head, head, head]
    for gram, begin in zip((two, three, four), starts, strict=True):
        if begin:
            parts.append(gram.take(begin) + _WORD_SALT)
            early.append(bisect_left(begin, head))
    mixed = np.concatenate(parts)
    mixed ^= mixed >> _SHIFT
    mixed *= _MIX
    mixed ^= mixed >> _SHIFT
    slices = []
    offset = 0
    for part, first in zip(parts, early, strict=True):
        slices.append(slice(offset, offset + min(first, len(part))))
        offset += len(part)
    return mixed, slices
