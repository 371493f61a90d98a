"""Hashed character n-grams of a text, as arrays: what the category model reads.

A feature is an n-gram of two to four characters or a whole word of two to four characters; digits count as one, and whatever
is neither Chinese, Latin letter nor digit separates. No feature spans a separator.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.segment import Token

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]

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


def hashes(folded: str, words: Sequence[Token]) -> tuple[Hashes, Places]:
    """The 64-bit hashes of all features of a folded text with its words, and the character each begins at.

    Features that occur twice are there twice.
    """
    raw = np.frombuffer(folded[:LONGEST].encode("utf-32-le", "replace"), dtype=np.uint32)
    one = _CLASSES[np.where(raw < 0x10000, raw, 0)]
    if len(one) < 4:
        one = np.concatenate((one, np.zeros(4 - len(one), dtype=np.uint64)))
    inside = one != _SEPARATOR
    two = one[:-1] * _BASE + one[1:]
    three = two[:-1] * _BASE + one[2:]
    four = three[:-1] * _BASE + one[3:]
    pair = inside[:-1] & inside[1:]
    triple = pair[:-1] & inside[2:]
    quad = triple[:-1] & inside[3:]
    places = [pair.nonzero()[0], triple.nonzero()[0], quad.nonzero()[0]]
    grams = [two[places[0]] ^ _SALTS[0], three[places[1]] ^ _SALTS[1], four[places[2]] ^ _SALTS[2]]
    starts: tuple[list[int], list[int], list[int]] = ([], [], [])
    for token in words:
        size = token.end - token.start
        if 2 <= size <= 4 and token.end <= LONGEST:
            starts[size - 2].append(token.start)
    for gram, begin, salt in zip((two, three, four), starts, _SALTS, strict=True):
        if begin:
            at = np.array(begin)
            places.append(at)
            grams.append((gram[at] ^ salt) + _WORD_SALT)
    mixed = np.concatenate(grams)
    mixed ^= mixed >> _SHIFT
    mixed *= _MIX
    mixed ^= mixed >> _SHIFT
    return mixed, np.concatenate(places)
