"""Fits what `nlp/matching/sketch.py` and `nlp/matching/similar.py` read: `python -m nlp.training.similar GROUPS.csv MESSAGES.csv OTHER.csv …`.

From the messages (title, detail) come the table of character pairs: how rare each is, how much of it is a name, and its
matter vector (latent semantic analysis). Only pairs seen in at least five messages are kept. From the groups (columns
issue, message_id, relation: same_appeal or same_place_other_appeal, such as benchmarks/same_judged.csv) come a few weights
that turn resemblance into a probability. They are fitted on four views at once: on whole messages and on their titles
alone, and both by the table and by one that never saw the groups' messages, as it will be with a matter and a town that
are new. Needs scikit-learn and scipy; nothing at run time does.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import sys
from collections import Counter, defaultdict
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd

from nlp.matching.similar import NAMES, WORDS, resemblance
from nlp.matching.sketch import BODY, DIMENSIONS, Appeal, PairTable, Sketch, stack
from nlp.places.divisions import Divisions
from nlp.places.finder import PlaceFinder
from nlp.text import segment
from nlp.text.lexicon import DATA, Evidence, Lexicon, read_sections
from nlp.text.normalize import Folded, fold

TARGET = DATA / "similar.npz"
FEWEST = 5
COMMON = 0.12
"""A pair in more than this share of the messages says nothing."""
CODES = 0x10000
"""Code points of the characters that are read."""
_NAME_TAGS = frozenset({"ns", "nr", "nt", "nrt", "nrfg"})
# Words that stand inside names of places and tell no place from another.
_ANY_PLACE = (
    "幼儿园 小区 学校 小学 中学 大学 学院 医院 广场 公园 有限公司 商铺 门面 楼盘 麻将馆 配套 派出所 公安局 分局 街道 社区 地铁站 号线 高铁站 火车站 工地 市场 "
    "安置 业主 物业 开发商 红绿灯 路口 路段 公交站 公交车 车位 停车场 停车位 搅拌站 搅拌厂 政府 教育局 城管局 交警队 培训机构 培训学校 夜宵摊 烧烤店 饭店 餐馆 "
    "酒店 宾馆 超市 菜市场 垃圾站 中转站 变电站 加油站 充电桩 高压线 居民楼 居民区 办事处 居委会 村委会 业委会 银行 法院 工厂 二期 三期 一期 四期 地下室 车库 人行道 "
    "马路 公路 高速 隧道 大桥 水库 河道 下水道 管道 自来水 天然气 电梯 消防通道 通道 楼板 墙面 西地省 书记 市长 县长 领导 尊敬 您好 普惠 公交 地铁".split()
)
# The publisher of the messages hid district names behind masks ("A3区"); what follows one is mostly a name.
_MASK = re.compile(r"(?:[a-z]\d{0,2}(?:市|区|县)|西地省)+")
_AFTER_MASK = 7
_FOUND = (0.1, 0.4)
_MASKED = (0.18, 0.33)
"""Shares of a pair's uses inside found names, and behind a mask, between which it turns from matter into name."""
_SEED = 20_261_121
_MISMATCHED, _MOVED, _RANDOM = 2000, 1500, 1500
_SURELY_A_NAME = 0.6
_NAMED = re.compile(r"[A-Z]\d{0,2}[市区县]([\u4e00-\u9fff]{4})")
# How much all pairs of one sort weigh together: no large issue outvotes the others.
_SAY = {"mismatched": 120.0, "moved": 100.0, "across": 100.0, "random": 60.0}
_SAY_OF_ISSUE = 60.0
_SAY_OF_TITLES = 0.3
_LOOSENESS = 20.0
"""The inverse strength of regularisation. This and what issues and moved messages weigh were chosen among about thirty
settings by the issues of the development data, which have no other part in the weights."""


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of one CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def appeal(row: dict[str, str]) -> Appeal:
    """The appeal of one row."""
    return Appeal(row["title"].strip(), row["detail"])


def flat(row: dict[str, str]) -> str:
    """Title and body as the sketch reads them."""
    title = "".join(row["title"].split())
    return f"{fold(title).text} {fold(''.join(row['detail'].split())).text[:BODY]}"


def pairs_of(text: str) -> list[str]:
    """The pairs of a folded text that the sketch looks at, in order, with empty places where it does not."""
    found = (text[i : i + 2] for i in range(len(text) - 1))
    return [pair if pair.isalnum() and not pair.isdigit() and max(map(ord, pair)) < 0xA000 else "" for pair in found]


class Counts:
    """How often each pair occurs, in how many messages, and how often inside a name."""

    def __init__(self) -> None:
        """Begin with nothing; the dictionaries of the reader are needed to find names."""
        segment.load()
        divisions = Divisions.read(DATA / "divisions.txt")
        names = ((name, Evidence("name", "", "", 0.0)) for name in divisions.names())
        self._lexicon = Lexicon([*read_sections(DATA / "civic.txt", "civic"), *names])
        self._places = PlaceFinder(divisions)
        self.messages: Counter[str] = Counter()
        self.uses: Counter[str] = Counter()
        self.named: Counter[str] = Counter()
        self.masked: Counter[str] = Counter()

    def add(self, text: str) -> None:
        """Count one folded text."""
        words = segment.tokens(text)
        inside = bytearray(len(text) + 1)
        spans = [
            (place.start, place.end) for place in self._places.find(text, Folded(text), words, self._lexicon.hits(text))
        ]
        borders = zip(words.tags, pairwise(words.starts), strict=True)
        for start, end in spans + [span for tag, span in borders if tag in _NAME_TAGS]:
            inside[start:end] = b"\1" * (end - start)
        pairs = pairs_of(text)
        self.messages.update(set(pairs) - {""})
        for mask in _MASK.finditer(text):
            self.masked.update(pairs_of(text[mask.end() : mask.end() + _AFTER_MASK]))
        for place, pair in enumerate(pairs):
            if pair:
                self.uses[pair] += 1
                self.named[pair] += inside[place] and inside[place + 1]


def fit_table(texts: list[str]) -> dict[str, NDArray[np.generic]]:
    """The arrays of the table."""
    counts = Counts()
    for text in texts:
        counts.add(text)
    vocabulary = sorted(
        (pair for pair, count in counts.messages.items() if FEWEST <= count < COMMON * len(texts)),
        key=lambda pair: (ord(pair[0]) << 16) | ord(pair[1]),
    )
    keys = np.array([(ord(pair[0]) << 16) | ord(pair[1]) for pair in vocabulary], dtype=np.uint32)
    rarity = np.log(len(texts) / np.array([counts.messages[pair] for pair in vocabulary]))
    name = names(counts, vocabulary)
    anchor, matter = np.rint(10 * rarity * name), np.rint(10 * rarity * (1 - name))
    vectors = latent(texts, vocabulary, matter / 10)
    longest = np.abs(vectors).max(axis=1) + 1e-12
    seen = Counter(character for text in texts for character in set(text) if ord(character) < CODES)
    characters = np.full(CODES, np.log(len(texts)))
    for character, count in seen.items():
        characters[ord(character)] = np.log(len(texts) / count)
    return {
        "characters": np.rint(10 * characters).astype(np.uint8),
        "steps": np.diff(keys, prepend=np.uint32(0)).astype(np.uint32),
        "anchor": anchor.astype(np.uint8),
        "matter": matter.astype(np.uint8),
        "vectors": np.rint(vectors / longest[:, None] * 127).astype(np.int8),
        "vector_scale": (longest / longest.max()).astype(np.float16),
    }


def names(counts: Counts, vocabulary: list[str]) -> NDArray[np.float64]:
    """How much of each pair is a name, 0-1."""
    uses = np.array([counts.uses[pair] for pair in vocabulary])
    found = np.array([counts.named[pair] for pair in vocabulary]) / uses
    masked = np.array([counts.masked[pair] for pair in vocabulary]) / uses
    name = np.maximum(_ramp(masked, *_MASKED), _ramp(found, *_FOUND))
    nowhere = {word[i : i + 2] for word in _ANY_PLACE for i in range(len(word) - 1)}
    name[[place for place, pair in enumerate(vocabulary) if pair in nowhere]] = 0
    return name


def _ramp(value: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    return np.clip((value - low) / (high - low), 0, 1)


def latent(texts: list[str], vocabulary: list[str], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """A vector for each pair such that messages of one matter lie close."""
    place = {pair: number for number, pair in enumerate(vocabulary)}
    lines: list[int] = []
    columns: list[int] = []
    for line, text in enumerate(texts):
        found = {place[pair] for pair in pairs_of(text) if pair in place and weight[place[pair]] > 0}
        lines += [line] * len(found)
        columns += found
    shape = (len(texts), len(vocabulary))
    matrix = normalize(sparse.csr_matrix((weight[columns], (lines, columns)), shape=shape))
    _, strength, right = randomized_svd(matrix, n_components=DIMENSIONS, n_iter=5, random_state=_SEED)
    made: NDArray[np.float64] = (right / np.sqrt(strength)[:, None]).T
    return made


def pairs_of_groups(groups: list[dict[str, str]]) -> list[tuple[str, str, bool, str]]:
    """Two messages, whether they are the same appeal, and the sort of pair: its issue, or `across` two issues."""
    same: defaultdict[str, list[str]] = defaultdict(list)
    other: defaultdict[str, list[str]] = defaultdict(list)
    for row in groups:
        (same if row["relation"] == "same_appeal" else other)[row["issue"]].append(row["message_id"])
    found = []
    for issue, members in same.items():
        found += [(a, b, True, f"{issue}+") for a, b in combinations(members, 2)]
        found += [(a, b, False, f"{issue}-") for a in members for b in other[issue]]
    for one, two in combinations(same, 2):
        if not set(same[one]) & set(other[two]) and not set(same[two]) & set(other[one]):
            found += [(a, b, False, "across") for a, b in zip(same[one][:6], same[two][:6], strict=False)]
    return found


def mismatched(messages: list[dict[str, str]], sketches: Sketch) -> list[tuple[int, int]]:
    """Pairs of one matter in two districts: masks in the titles that have none in common."""
    masks = [set(_MASK.findall(row["title"].lower())) - {"a市", "西地省"} for row in messages]
    vectors = sketches["vector"].astype(np.float32)
    chance = np.random.default_rng(_SEED)
    found = []
    for first in chance.permutation([number for number, mask in enumerate(masks) if mask])[:_MISMATCHED]:
        near = np.flatnonzero(vectors @ vectors[first] > 0.45 * 127**2)
        rivals = [number for number in near if masks[number] and not masks[number] & masks[first]]
        if rivals:
            found.append((int(first), int(chance.choice(rivals))))
    return found


def moved(messages: list[dict[str, str]], arrays: dict[str, NDArray[np.generic]]) -> list[tuple[Appeal, Appeal]]:
    """Messages beside the same messages from elsewhere: the name behind a mask is replaced by another message's.

    Only what the table holds for a name is moved: two texts that differ in a word that is none are the same appeal.
    """
    chance = np.random.default_rng(_SEED)
    share = {
        int(key): name / max(name + matter, 1)
        for key, name, matter in zip(
            np.cumsum(arrays["steps"]), arrays["anchor"].astype(float), arrays["matter"].astype(float), strict=True
        )
    }
    named = []
    for row in messages:
        found = _NAMED.search(row["title"])
        if found and found[1] in row["detail"]:
            keys = ((ord(one) << 16) | ord(other) for one, other in pairwise(found[1]))
            if min(share.get(key, 1.0) for key in keys) >= _SURELY_A_NAME:
                named.append((row, found[1]))
    made = []
    for number in chance.integers(len(named), size=(_MOVED, 2)):
        (row, name), (_, other) = named[number[0]], named[number[1]]
        if name[:2] != other[:2]:
            there = Appeal(row["title"].replace(name, other), row["detail"].replace(name, other))
            made.append((appeal(row), there))
    return made


Examples = tuple[NDArray[np.float32], list[bool], list[float]]
"""Features, whether it is the same appeal, and what the pair weighs."""


def examples(
    table: PairTable,
    messages: list[dict[str, str]],
    groups: list[dict[str, str]],
    elsewhere: list[tuple[Appeal, Appeal]],
) -> Examples:
    """Pairs as this table's sketches show them; `elsewhere` is from `moved`. Each sort of pair has a say of its own."""
    sketches = stack([table.sketch(appeal(row)) for row in messages])
    place = {row["message_id"]: number for number, row in enumerate(messages)}
    rows = [(place[a], place[b], same, sort) for a, b, same, sort in pairs_of_groups(groups)]
    rows += [(a, b, False, "mismatched") for a, b in mismatched(messages, sketches)]
    chance = np.random.default_rng(_SEED).integers(len(messages), size=(_RANDOM, 2))
    rows += [(int(a), int(b), False, "random") for a, b in chance if a != b]
    features = [resemblance(sketches[a : a + 1], sketches[b : b + 1]) for a, b, *_ in rows]
    features += [resemblance(table.sketch(a), table.sketch(b)) for a, b in elsewhere]
    sorts = [sort for *_, sort in rows] + ["moved"] * len(elsewhere)
    truth = [same for _, _, same, _ in rows] + [False] * len(elsewhere)
    return np.concatenate(features), truth, weighed(sorts, 1.0)


def titles(
    table: PairTable,
    messages: list[dict[str, str]],
    groups: list[dict[str, str]],
    elsewhere: list[tuple[Appeal, Appeal]],
) -> Examples:
    """The same of titles alone. Of the same appeals only those whose titles share a name and a word: others do not tell."""
    sketches = stack([table.sketch(Appeal(row["title"].strip(), "")) for row in messages])
    place = {row["message_id"]: number for number, row in enumerate(messages)}
    features, truth, sorts = [], [], []
    for one, other, same, sort in pairs_of_groups(groups):
        seen = resemblance(sketches[place[one], None], sketches[place[other], None])
        if not same or (seen[0, NAMES] > 0 and seen[0, WORDS] > 0):
            features.append(seen)
            truth.append(same)
            sorts.append(sort)
    for here, there in elsewhere:
        features.append(resemblance(*(table.sketch(Appeal(each.title, "")) for each in (here, there))))
        truth.append(False)
        sorts.append("moved")
    return np.concatenate(features), truth, weighed(sorts, _SAY_OF_TITLES)


def weighed(sorts: list[str], share: float) -> list[float]:
    """What each pair weighs: all of one sort together what they have to say, times `share`."""
    count = Counter(sorts)
    return [share * min(1, _SAY.get(sort, _SAY_OF_ISSUE) / count[sort]) for sort in sorts]


def fit_weights(views: list[Examples]) -> NDArray[np.float64]:
    """Weights of the features of `resemblance`, and the intercept."""
    features = np.concatenate([view[0] for view in views])
    truth, say = ([each for view in views for each in view[column]] for column in (1, 2))
    fitted = LogisticRegression(C=_LOOSENESS, max_iter=4000).fit(features, truth, say)
    made: NDArray[np.float64] = np.concatenate((fitted.coef_[0], fitted.intercept_))
    return made


def fit(
    groups: list[dict[str, str]], messages: list[dict[str, str]], others: list[dict[str, str]], hidden: frozenset[str]
) -> tuple[dict[str, NDArray[np.generic]], dict[str, NDArray[np.generic]]]:
    """The model's arrays, and those with the table that saw neither the groups' messages nor those with `hidden` ids."""
    left_out = hidden | {row["message_id"] for row in groups}
    full = fit_table([flat(row) for row in [*messages, *others]])
    bare = fit_table([flat(row) for row in [*(r for r in messages if r["message_id"] not in left_out), *others]])
    elsewhere = moved(messages, full)
    tables = [PairTable.of(each) for each in (full, bare)]
    weights = fit_weights([view(table, messages, groups, elsewhere) for view in (examples, titles) for table in tables])
    return full | {"weights": weights}, bare | {"weights": weights}


def save(arrays: dict[str, NDArray[np.generic]], target: Path) -> None:
    """Write the model and its hash."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    target.write_bytes(buffer.getvalue())
    target.with_suffix(".sha256").write_text(f"{hashlib.sha256(buffer.getvalue()).hexdigest()}  {target.name}\n")
    print(f"{target.name}: {len(buffer.getvalue()):,} bytes, {len(arrays['steps']):,} pairs")


def main() -> None:
    """Fit on GROUPS.csv MESSAGES.csv OTHER.csv …: the groups are of messages of the second file."""
    groups, messages, *others = map(rows_of, map(Path, sys.argv[1:]))
    arrays, _ = fit(groups, messages, [row for other in others for row in other], frozenset())
    print(arrays["weights"].round(2))
    save(arrays, TARGET)


if __name__ == "__main__":
    main()
