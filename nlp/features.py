"""Hashed features of a text, as arrays: what the category model reads.

A feature is an n-gram of one to three characters, a word, or two words side by side. All digits are alike, and so is whatever
is neither Chinese, Latin letter nor digit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.segment import Token

Hashes = NDArray[np.uint64]

_SEPARATOR = 1
_BASE = np.uint64(0x9E3779B97F4A7C15)
_PAIR_BASE = np.uint64(0xDA3E39CB94B95BDB)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_WORD_SALT = np.uint64(0x5851F42D4C957F2D)
_LONGEST_WORD = 4
"""Characters by which a word is known; of a longer one its beginning."""
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
    read = folded[:LONGEST]
    size = len(read)
    raw = np.frombuffer(read.encode("utf-16-le", "replace"), dtype=np.uint16)
    if len(raw) != size:  # emoji and rare characters
        raw = np.minimum(np.frombuffer(read.encode("utf-32-le", "replace"), dtype=np.uint32), 0xFFFF).astype(np.uint16)
    padded = np.zeros(size + 3, dtype=np.uint64)
    padded[:size] = _CLASSES.take(raw)
    grams = np.empty((_LONGEST_WORD, size), dtype=np.uint64)
    grams[0] = padded[:size]
    for length in range(1, _LONGEST_WORD):
        np.multiply(grams[length - 1], _BASE, out=grams[length])
        grams[length] += padded[length : length + size]
    starts = [token.start for token in words]
    if size < len(folded):
        starts = starts[: bisect_left(starts, size)]
    # Words cover the text, so a word ends where the next begins; it is the n-gram of its own length, salted.
    first = np.array([*starts, size])
    lengths = np.minimum(first[1:] - first[:-1], _LONGEST_WORD)
    lengths -= 1
    lengths *= size
    lengths += first[:-1]
    single = grams.ravel().take(lengths)
    single += _WORD_SALT
    pairs = single[:-1] * _PAIR_BASE
    pairs += single[1:]
    parts = (grams[0], grams[1, : max(size - 1, 0)], grams[2, : max(size - 2, 0)], single, pairs)
    mixed = np.concatenate(parts)
    mixed *= _MIX  # the reader's table is entered by the highest bits
    early = bisect_left(starts, head)
    slices = []
    offset = 0
    for part, least in zip(parts, (head, head, head, early, early), strict=True):
        slices.append(slice(offset, offset + min(least, len(part))))
        offset += len(part)
    return mixed, slices
