"""Which of a million appeals are the same as a new one: an incremental index over sketches.

Each appeal is one record of fixed size. Records are posted under the names and the rarest matter words of their sketch, in
segments that are built once and merged as they grow; the newest, unposted records are simply all compared. `find` gathers
the records that share most with the question and judges those as `Matcher.scores` would.

Records are also the journal: bytes made by `record` and `removal`, appended to a file or a table by whoever keeps it, and
given to `follow` by every process that wants to know. The index reads no file itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from nlp.matching.similar import SAME, Matcher
from nlp.matching.sketch import SKETCH, Appeal, Sketch

RECORD = np.dtype([("id", "<i8"), ("removed", "u1"), ("sketch", SKETCH)])
"""One line of the journal, 315 bytes: an appeal, or with `removed` = 1 the end of one."""

_MAGIC = b"MSSIM1"
HEADER = 32
"""Bytes before the first record of a dump: what it is, and which fit its sketches were made by."""

_POSTED_NAMES, _POSTED_MATTERS = 16, 8
"""Of each sketch the weightiest names and matter words are looked up and found by."""
_SMALLEST, _LARGEST, _MERGED = 256, 65_536, 4
"""Records of a fresh segment, of the largest, and how many of one size are merged into one of the next."""
_LARGE = 8192
_COMMON, _LAST_MATTER = 16, 0x10000
"""In a large segment a matter word (a key up to `_LAST_MATTER`) of more than one record in 16 is not looked up."""
_JUDGED = 160
"""Records that are compared fully."""


class StaleIndexError(ValueError):
    """The dump is none, or its sketches were made by another fit: build the index anew from the tickets."""


class IndexMatch(Struct, frozen=True):
    """A known appeal with its score, 0-1, and whether that is enough to call it the same."""

    id: int
    score: float
    same: bool


class _Segment(Struct, frozen=True):
    """Postings of the records from `start` to `stop`: `docs[offsets[i]:offsets[i + 1]]` hold `keys[i]`, counted from start."""

    start: int
    stop: int
    keys: NDArray[np.uint32]
    offsets: NDArray[np.uint32]
    docs: NDArray[np.uint32]


class Index:
    """The appeals known so far. Not safe to change from several threads at once."""

    def __init__(self, matcher: Matcher) -> None:
        """An empty index that judges as `matcher` does."""
        self._matcher = matcher
        self._records = np.zeros(_SMALLEST, dtype=RECORD)
        self._count = 0
        self._greatest = np.iinfo(np.int64).min
        self._segments: list[_Segment] = []

    def __len__(self) -> int:
        """How many appeals can be found."""
        return self._count - int(self._records["removed"][: self._count].sum())

    def __contains__(self, number: int) -> bool:
        """Whether this appeal can be found."""
        return self._place(number) is not None

    def record(self, number: int, appeal: Appeal | str) -> bytes:
        """The journal's line that adds an appeal; adds nothing by itself."""
        line = np.zeros(1, dtype=RECORD)
        line["id"] = number
        line["sketch"] = self._matcher.sketch(appeal)
        return bytes(line.tobytes())

    @staticmethod
    def removal(number: int) -> bytes:
        """The journal's line that removes an appeal; removes nothing by itself."""
        line = np.zeros(1, dtype=RECORD)
        line["id"], line["removed"] = number, 1
        return bytes(line.tobytes())

    def add(self, number: int, appeal: Appeal | str) -> bytes:
        """Add an appeal, or put it in the place of an earlier one of this number; returns the journal's line."""
        line = self.record(number, appeal)
        self.follow(line)
        return line

    def remove(self, number: int) -> bytes:
        """Remove an appeal (nothing happens to an unknown one); returns the journal's line."""
        line = self.removal(number)
        self.follow(line)
        return line

    def follow(self, journal: bytes | memoryview) -> int:
        """Apply lines of the journal, in order; returns the bytes read, since the last line may be cut off.

        Applying a line twice does no harm: a process may read its own lines back.
        """
        lines = np.frombuffer(journal, dtype=RECORD, count=len(journal) // RECORD.itemsize)
        for run, fresh in _runs(lines, self._greatest):
            if fresh:
                self._append(run)
            else:
                self._change(run)
        return int(lines.nbytes)

    def find(self, appeal: Appeal | str, k: int = 10) -> list[IndexMatch]:
        """The k known appeals most likely the same as this one, best first."""
        return self.near(self._matcher.sketch(appeal), k)

    def near(self, sketch: Sketch, k: int = 10) -> list[IndexMatch]:
        """Like `find`, for a sketch that is already made."""
        sealed = self._segments[-1].stop if self._segments else 0
        places = np.concatenate((self._gathered(sketch), np.arange(sealed, self._count)))
        places = places[self._records["removed"][places] == 0]
        if not len(places):
            return []
        scores = self._matcher.scores(sketch, self._records["sketch"][places])
        best = np.lexsort((self._records["id"][places], -scores))[:k]
        return [
            IndexMatch(int(self._records["id"][place]), float(score), bool(score >= SAME))
            for place, score in zip(places[best], scores[best], strict=True)
        ]

    def dump(self) -> bytes:
        """The whole index as bytes: a header and the records that can be found. Lines may be appended to it."""
        kept = self._records[: self._count]
        header = (_MAGIC + self._matcher.mark.encode("ascii")).ljust(HEADER, b"\0")
        return bytes(header + kept[kept["removed"] == 0].tobytes())

    @classmethod
    def load(cls, matcher: Matcher, dumped: bytes) -> Index:
        """The index of a dump and of the lines appended to it. Raises StaleIndexError."""
        if dumped[:HEADER] != (_MAGIC + matcher.mark.encode("ascii")).ljust(HEADER, b"\0"):
            raise StaleIndexError("not an index, or one of another fit")
        made = cls(matcher)
        made.follow(memoryview(dumped)[HEADER:])
        return made

    def _place(self, number: int) -> int | None:
        if number > self._greatest:
            return None
        known = self._records[: self._count]
        found = np.flatnonzero(known["id"] == number)
        found = found[known["removed"][found] == 0]
        return int(found[-1]) if len(found) else None

    def _change(self, line: NDArray[np.void]) -> None:
        """One line that concerns a number that may be known."""
        place = self._place(int(line["id"][0]))
        if place is not None:
            if not line["removed"][0] and self._records["sketch"][place].tobytes() == line["sketch"][0].tobytes():
                return
            self._records["removed"][place] = 1
        if not line["removed"][0]:
            self._append(line)

    def _append(self, lines: NDArray[np.void]) -> None:
        needed = self._count + len(lines)
        if needed > len(self._records):
            larger = np.zeros(max(needed, len(self._records) * 3 // 2), dtype=RECORD)
            larger[: self._count] = self._records[: self._count]
            self._records = larger
        self._records[self._count : needed] = lines
        self._count = needed
        self._greatest = max(self._greatest, int(lines["id"].max()))
        self._seal()

    def _seal(self) -> None:
        """Post what waits, in segments as large as may be; merge small ones."""
        start = self._segments[-1].stop if self._segments else 0
        while self._count - start >= _SMALLEST:
            size = _LARGEST if self._count - start >= _LARGEST and start % _LARGEST == 0 else _SMALLEST
            self._segments.append(self._posted(start, start + size))
            start += size
            while self._mergeable():
                first = self._segments[-_MERGED].start
                del self._segments[-_MERGED:]
                self._segments.append(self._posted(first, start))

    def _mergeable(self) -> bool:
        sizes = {segment.stop - segment.start for segment in self._segments[-_MERGED:]}
        return len(self._segments) >= _MERGED and len(sizes) == 1 and sizes.pop() * _MERGED <= _LARGEST

    def _posted(self, start: int, stop: int) -> _Segment:
        sketches = self._records["sketch"][start:stop]
        keys, _ = _posted_keys(sketches)
        rows = np.repeat(np.arange(stop - start, dtype=np.uint64), keys.shape[1])
        postings = (keys.ravel().astype(np.uint64) << np.uint64(32)) | rows
        postings = np.sort(postings[keys.ravel() > 0])
        under = (postings >> np.uint64(32)).astype(np.uint32)
        first = np.flatnonzero(np.concatenate(([True], under[1:] != under[:-1]))) if len(under) else np.zeros(0, int)
        offsets = np.append(first, len(under)).astype(np.uint32)
        return _Segment(start, stop, under[first], offsets, (postings & np.uint64(0xFFFFFFFF)).astype(np.uint32))

    def _gathered(self, sketch: Sketch) -> NDArray[np.intp]:
        """Places of the posted records that share most names and words with the sketch, at most about `_JUDGED`."""
        keys, weights = _posted_keys(sketch)
        asked, weight = keys[keys > 0], weights[keys > 0]
        places = np.zeros(0, dtype=np.intp)
        shares = np.zeros(0, dtype=np.float32)
        least = 0.0
        for segment in reversed(self._segments) if len(asked) else ():
            sums = _sums(segment, asked, weight)
            near = np.flatnonzero(sums > least)
            places = np.concatenate((places, near + segment.start))
            shares = np.concatenate((shares, sums[near]))
            if len(places) > _JUDGED:
                best = np.argpartition(shares, -_JUDGED)[-_JUDGED:]
                places, shares = places[best], shares[best]
                least = float(shares.min())
        return places


def _posted_keys(sketches: Sketch) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """The weightiest names and matter words of each sketch, and what they weigh; key 0 where there are fewer.

    A matter word's key is its number + 1, below every name's.
    """
    keys, weights = [], []
    for field, first, most in (("anchor", 0, _POSTED_NAMES), ("matter", 1, _POSTED_MATTERS)):
        weight = sketches[f"{field}_weights"]
        best = np.argpartition(weight, weight.shape[1] - most, axis=1)[:, -most:]
        weight = np.take_along_axis(weight, best, axis=1)
        key = np.take_along_axis(sketches[f"{field}s"], best, axis=1).astype(np.uint32) + np.uint32(first)
        keys.append(np.where(weight > 0, key, np.uint32(0)))
        weights.append(weight.astype(np.float32))
    return np.concatenate(keys, axis=1), np.concatenate(weights, axis=1)


def _sums(segment: _Segment, asked: NDArray[np.uint32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """For each record of the segment, the weight of what it shares with the question."""
    size = segment.stop - segment.start
    if not len(segment.keys):
        return np.zeros(size, dtype=np.float32)
    at = np.minimum(np.searchsorted(segment.keys, asked), len(segment.keys) - 1)
    begin, end = segment.offsets[at].astype(np.intp), segment.offsets[at + 1].astype(np.intp)
    use = segment.keys[at] == asked
    if size >= _LARGE:
        use &= (asked > _LAST_MATTER) | ((end - begin) * _COMMON < size)
    begin, end = begin[use], end[use]
    if not len(begin):
        return np.zeros(size, dtype=np.float32)
    found = np.concatenate([segment.docs[first:last] for first, last in zip(begin.tolist(), end.tolist(), strict=True)])
    sums = np.bincount(found, np.repeat(weight[use], end - begin), size)
    return sums.astype(np.float32)


def _runs(lines: NDArray[np.void], greatest: int) -> Iterator[tuple[NDArray[np.void], bool]]:
    """Cut lines into stretches of ever greater new numbers, which may be added at once, and single other lines."""
    if not len(lines):
        return
    fresh = lines["removed"] == 0
    fresh &= lines["id"] > np.maximum.accumulate(np.concatenate(([greatest], lines["id"][:-1])))
    for run in np.split(np.arange(len(lines)), np.flatnonzero(fresh[1:] != fresh[:-1]) + 1):
        if fresh[run[0]]:
            yield lines[run[0] : run[-1] + 1], True
        else:
            yield from ((lines[place : place + 1], False) for place in run)
