"""A fixed-size sketch of one appeal: where it is, what it is about, and a short vector of its matter.

Everything is made of character pairs. A fitted table says of each known pair how rare it is and how much of it is a name
(of a place, a compound, a company) rather than a matter. Pairs that the table does not know are names of another town or
typos, and count as names. Nothing here needs a segmenter: 40 µs an appeal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

ANCHORS, MATTERS, DIMENSIONS = 32, 32, 48
SKETCH = np.dtype(
    [
        ("anchors", "<u4", ANCHORS),
        ("anchor_weights", "u1", ANCHORS),
        ("matters", "<u2", MATTERS),
        ("matter_weights", "u1", MATTERS),
        ("vector", "i1", DIMENSIONS),
        ("named", "u1"),
        ("headed", "u1"),
    ]
)
"""One sketch, 306 bytes. The first `named` anchors and the first `headed` matters stand in the title. Unused places hold
weight 0; weights are in tenths of a nat; the vector's length is about 127."""

Sketch = NDArray[np.void]
"""An array of shape (1,) and dtype `SKETCH`."""

HEAD = 40
"""Characters of a text without a title that are read like one."""
BODY = 360
"""Characters of the detail that are read: place and matter are named by then."""
_HEAD_WEIGHT = np.float32(2.0)
_MOST_UNKNOWN = np.float32(6.3)
"""Greatest weight of a pair that the table does not know, in nats. It weighs as much as its two characters: a rare one is
part of a name, two frequent ones are chance neighbours."""
_LEAST_ANCHOR, _LEAST_MATTER = np.float32(1.2), np.float32(1.0)
_SCALE = np.float32(10.0)
_VECTOR_SCALE = np.float32(127.0)
_SHIFT, _LOW = np.uint32(16), np.uint32(0xFFFF)
_LONGEST_TITLE = 80


def _folded() -> NDArray[np.uint32]:
    """Code points as `fold` would leave them; 0 for whatever is neither Chinese, Latin letter nor digit."""
    table = np.zeros(0x10000, dtype=np.uint32)
    table[0x4E00:0xA000] = np.arange(0x4E00, 0xA000)
    for first, after in ((0x30, 0x3A), (0x61, 0x7B)):
        table[first:after] = table[first + 0xFEE0 : after + 0xFEE0] = np.arange(first, after)
    table[0x41:0x5B] = table[0xFF21:0xFF3B] = np.arange(0x61, 0x7B)
    return table


_FOLDED = _folded()


class Appeal(Struct, frozen=True):
    """The text to compare. A text without a title has an empty one."""

    title: str
    detail: str

    @classmethod
    def of(cls, text: str) -> Appeal:
        """An appeal of one piece: its first line is the title where it is short, else its beginning."""
        first, _, rest = text.strip().partition("\n")
        return cls(first, rest) if len(first) <= HEAD else cls(first[:HEAD], text.strip()[HEAD:])


class PairTable:
    """What is known of character pairs: `keys` ascending, with their anchor and matter weights and matter vectors."""

    def __init__(
        self,
        *,
        keys: NDArray[np.uint32],
        anchor: NDArray[np.float32],
        matter: NDArray[np.float32],
        vectors: NDArray[np.int8],
        vector_scale: NDArray[np.float32],
        characters: NDArray[np.float32],
    ) -> None:
        """`vectors` has a row for each key, to be multiplied by `vector_scale` (one factor a row).

        `characters` tells how rare each code point below 65,536 is, in nats.
        """
        self._keys = keys
        self._anchor = anchor
        self._matter = matter
        self._vectors = vectors
        self._vector_scale = vector_scale
        self._characters = characters

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.generic]]) -> PairTable:
        """The table in the arrays of a model file, as `nlp/training/similar.py` writes them."""
        return cls(
            keys=np.cumsum(arrays["steps"], dtype=np.uint32),
            anchor=arrays["anchor"].astype(np.float32) / _SCALE,
            matter=arrays["matter"].astype(np.float32) / _SCALE,
            vectors=arrays["vectors"].astype(np.int8),
            vector_scale=arrays["vector_scale"].astype(np.float32),
            characters=arrays["characters"].astype(np.float32) / _SCALE,
        )

    def sketch(self, appeal: Appeal) -> Sketch:
        """The sketch of one appeal. Never raises; an empty text has an empty sketch, which resembles nothing."""
        pairs, heads = self._pairs(appeal)
        made = np.zeros(1, dtype=SKETCH)
        if not len(pairs):
            return made
        rows = np.minimum(np.searchsorted(self._keys, pairs), len(self._keys) - 1)
        known = self._keys.take(rows) == pairs
        weights = np.where(heads, _HEAD_WEIGHT, np.float32(1.0))
        rare = self._characters.take(pairs >> _SHIFT) + self._characters.take(pairs & _LOW)
        anchor = np.where(known, self._anchor.take(rows), np.minimum(rare, _MOST_UNKNOWN)) * weights
        matter = np.where(known, self._matter.take(rows), 0) * weights
        best, made["named"][0] = _title_first(_best(anchor, _LEAST_ANCHOR, ANCHORS), heads)
        made["anchors"][0, : len(best)] = pairs.take(best)
        made["anchor_weights"][0, : len(best)] = np.minimum(anchor.take(best) * _SCALE, 255)
        best, made["headed"][0] = _title_first(_best(matter, _LEAST_MATTER, MATTERS), heads)
        made["matters"][0, : len(best)] = rows.take(best)
        made["matter_weights"][0, : len(best)] = np.minimum(matter.take(best) * _SCALE, 255)
        telling = np.flatnonzero(matter > _LEAST_MATTER)
        rows = rows.take(telling)
        pull = matter.take(telling) * self._vector_scale.take(rows)
        vector = pull @ self._vectors.take(rows, axis=0).astype(np.float32)
        length = float(np.sqrt(vector @ vector))
        if length > 0:
            made["vector"][0] = np.rint(vector * (_VECTOR_SCALE / np.float32(length)))
        return made

    def _pairs(self, appeal: Appeal) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
        """The distinct pairs of the text, and whether they stand in the title."""
        head = appeal.title[:_LONGEST_TITLE]
        body = "".join(appeal.detail[: 2 * BODY].split())[:BODY]
        raw = np.frombuffer(f"{head} {body}".encode("utf-32-le", "replace"), dtype=np.uint32)
        codes = _FOLDED.take(np.minimum(raw, 0xFFFF))
        digit = codes - np.uint32(0x30) < 10
        use = np.flatnonzero((codes[:-1] > 0) & (codes[1:] > 0) & ~(digit[:-1] & digit[1:]))
        pairs = ((codes[:-1] << _SHIFT) | codes[1:]).take(use)
        order = np.argsort(pairs, kind="stable")
        pairs = pairs.take(order)
        first = np.ones(len(pairs), dtype=bool)
        np.not_equal(pairs[1:], pairs[:-1], out=first[1:])
        return pairs[first], use.take(order[first]) < len(head)


def _best(weights: NDArray[np.float32], least: np.float32, most: int) -> NDArray[np.intp]:
    """The places of the greatest weights above `least`, at most `most`."""
    places = np.flatnonzero(weights > least)
    if len(places) <= most:
        return places
    chosen: NDArray[np.intp] = places[np.argpartition(weights[places], -most)[-most:]]
    return chosen


def _title_first(places: NDArray[np.intp], heads: NDArray[np.bool_]) -> tuple[NDArray[np.intp], int]:
    """The places with those of the title first, and how many these are."""
    titled = heads[places]
    return np.concatenate((places[titled], places[~titled])), int(titled.sum())


def stack(sketches: Sequence[Sketch]) -> Sketch:
    """Many sketches as one array, not to be written to."""
    # Concatenating arrays of records compares their fields one by one, 4 µs for each array.
    return np.frombuffer(b"".join([sketch.tobytes() for sketch in sketches]), dtype=SKETCH)
