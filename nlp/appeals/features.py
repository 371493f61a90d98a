"""Hashed features of a text, as arrays: what the category model reads.

A feature is an n-gram of one to three characters, a word, or two words side by side. All digits are alike, and so is whatever
is neither Chinese, Latin letter nor digit. An array operation costs nearly as much for one text as for sixty, so there is a way
for one and a way for many, with the same features.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, chain

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nlp.text.segment import Segmentation

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]

_SEPARATOR = 1
_WORD = 64
_BASE = 0x9E3779B97F4A7C15
_PAIR_BASE = np.uint64(0xDA3E39CB94B95BDB)
_MIX = 0xD6E8FEB86659FD93
"""Every feature is multiplied by it: the reader's table is entered by the highest bits."""
_WORD_SALT = np.uint64(0x5851F42D4C957F2D * _MIX % (1 << _WORD))
_LONGEST_WORD = 4
"""Characters by which a word is known; of a longer one its beginning."""
GRAMS = 3
LONGEST = 1200
"""Characters read: what an appeal is about is said long before."""
_STEP = np.dtype(np.uint64).itemsize
PIECES = 3
"""Of how many pieces the features of a text are: n-grams, words, pairs of words."""


class Together(Struct, frozen=True):
    """The hashes of the features of several texts: the n-grams of each text, then the words of each, then the pairs of each.

    `sizes` are the lengths of these pieces, `heads` how many of a piece's first features begin within a text's head.
    Features that occur twice are there twice. A hash of 0 stands for none: an n-gram that would reach past its text's end.
    """

    hashes: Hashes
    sizes: list[int]
    heads: list[int]


def _classes() -> Hashes:
    table = np.full(0x10000, _SEPARATOR, dtype=np.uint64)
    table[0x4E00:0xA000] = np.arange(0x4E00, 0xA000)
    table[0x61:0x7B] = np.arange(0x61, 0x7B)
    table[0x30:0x3A] = 0x30
    return table


def _powers() -> Hashes:
    """A row for each of four neighbouring characters, a column for each length of n-gram: the polynomial hash."""
    return np.array(
        [
            [_MIX * _BASE ** (last - place) % (1 << _WORD) if place <= last else 0 for last in range(_LONGEST_WORD)]
            for place in range(_LONGEST_WORD)
        ],
        dtype=np.uint64,
    )


_CLASSES = _classes()
_POWERS = _powers()


def hashes(folded: str, words: Segmentation, head: int = 0) -> tuple[Hashes, slice, slice]:
    """The 64-bit hashes of all features of a folded text with its words; it must not be empty.

    Features that occur twice are there twice. The slices select those that begin within the first `head` characters.
    """
    size = min(len(folded), LONGEST)
    grams = _grams(folded[:LONGEST], size)
    count = len(words.words) if size == len(folded) else bisect_left(words.starts, size)
    first = np.fromiter((*words.starts[:count], size), np.int64, count + 1)
    # A word is the n-gram of its own length, salted; it ends where the next begins.
    lengths = np.minimum(first[1:] - first[:-1], _LONGEST_WORD)
    lengths += first[:-1] * _LONGEST_WORD
    lengths -= 1
    single = grams.ravel().take(lengths)
    single += _WORD_SALT
    # Character by character and word by word, so that those of the head stand together. The last three n-grams would
    # reach past the end; one that does not takes the place of the first of them.
    whole = max(GRAMS * size - GRAMS, 1)
    found = np.empty(GRAMS * size + 2 * count, dtype=np.uint64)
    found[: GRAMS * size].reshape(size, GRAMS)[:] = grams[:, :GRAMS]
    if size > 1:
        found[whole - 1] = found[whole]
    pairs = found[whole : whole + 2 * count]
    pairs[::2] = single
    single[:-1] *= _PAIR_BASE
    single[:-1] += pairs[2::2]
    pairs[1::2] = single
    reach = min(GRAMS * head, whole - (size == head + 1))
    early = min(2 * bisect_left(words.starts, head, 0, count), 2 * count - 1)
    return found[: whole + 2 * count - 1], slice(0, reach), slice(whole, whole + early)


def version() -> str:
    """What features a text has, as a short hash of those of one sentence: another when n-grams, words or hashing change."""
    parts = ("8", "号楼", "a", "座", " ", "楼下", "烧烤店", "\n", "半夜", "还", "吵", "!")
    words = Segmentation(parts, ("x",) * len(parts), tuple(accumulate(map(len, parts), initial=0)))
    return hashlib.sha256(np.sort(hashes("".join(parts), words)[0]).astype("<u8").tobytes()).hexdigest()[:16]


def hashes_of_all(texts: Sequence[str], words: Sequence[Segmentation], head: int = 0) -> Together:
    """The features of several folded texts with their words; `head` characters begin a text. None may be empty."""
    sizes = [min(len(text), LONGEST) for text in texts]
    counts = [bisect_left(each.starts, size) for each, size in zip(words, sizes, strict=True)]
    *offsets, end = accumulate(sizes, initial=0)
    grams = _grams("".join([text[:LONGEST] for text in texts]), end)
    firsts = (each.starts[:count] for each, count in zip(words, counts, strict=True))
    starts = np.fromiter(chain.from_iterable(firsts), np.int64, sum(counts))
    starts += np.repeat(offsets, counts)
    single, pairs = _word_hashes(grams, starts)
    found = np.concatenate((grams[:, :GRAMS].ravel(), single, pairs))
    found[_reaching_over(sizes, counts)] = 0
    early = [bisect_left(each.starts, head, 0, count) for each, count in zip(words, counts, strict=True)]
    return Together(
        found,
        [*(GRAMS * size for size in sizes), *counts, *counts],
        [*(GRAMS * min(size, head) for size in sizes), *early, *early],
    )


def _reaching_over(sizes: Sequence[int], counts: Sequence[int]) -> list[int]:
    """Where n-grams and pairs of words stand that would reach past their text's end. `counts` are of words."""
    ends = list(accumulate(sizes))
    grams = [GRAMS * end - back for end in ends for back in (1, 2, 4)]
    first_pair = GRAMS * ends[-1] + sum(counts)
    return [*grams, *(first_pair + end - 1 for end in accumulate(counts))]


def _grams(joined: str, size: int) -> Hashes:
    """Row i: the n-grams of one to four characters that begin at character i."""
    raw = np.frombuffer(joined.encode("utf-16-le", "replace"), dtype=np.uint16)
    if len(raw) != size:  # emoji and rare characters
        wide = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
        raw = np.minimum(wide, 0xFFFF).astype(np.uint16)
    padded = np.zeros(size + _LONGEST_WORD - 1, dtype=np.uint64)
    padded[:size] = _CLASSES.take(raw)
    return np.ndarray((size, _LONGEST_WORD), np.uint64, padded, 0, (_STEP, _STEP)) @ _POWERS


def _word_hashes(grams: Hashes, starts: Places) -> tuple[Hashes, Hashes]:
    """The words and the pairs of words that begin at `starts`; words cover everything."""
    # A word is the n-gram of its own length, salted; it ends where the next begins.
    place = np.empty(len(starts), dtype=np.int64)
    np.subtract(starts[1:], starts[:-1], out=place[:-1])
    place[-1] = len(grams) - starts[-1]
    np.minimum(place, _LONGEST_WORD, out=place)
    place += starts * _LONGEST_WORD - 1
    single = grams.ravel().take(place)
    single += _WORD_SALT
    pairs = single * _PAIR_BASE
    pairs[:-1] += single[1:]
    return single, pairs
