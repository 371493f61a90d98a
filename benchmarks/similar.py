"""Same appeal and hot issues: quality against simple baselines, speed and memory: `python -m benchmarks.similar`.

The data stay beside the checkout and are never committed; where they are absent this says so and measures speed only.
"""

from __future__ import annotations

import csv
import math
import random
import statistics
import sys
import time
import tracemalloc
from collections import Counter, defaultdict
from datetime import datetime
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np

from nlp.matching.hot import Gatherer, Report
from nlp.matching.index import HEADER, RECORD, Index
from nlp.matching.similar import SAME, Matcher, load
from nlp.matching.sketch import Appeal, PairTable
from nlp.training import similar as training

APPEALS = Path(__file__).parents[2] / "shared" / "data" / "appeals"
JUDGED = Path(__file__).parent / "same_judged.csv"
"""Groups among the same messages that we judged to fit by, as ids."""
SIZES = (10_000, 100_000, 1_000_000)
_QUERIES = 300
_MATTERS = (
    "夜间施工噪音扰民 路灯坏了没人修 车位只卖不租 垃圾没人清运 自来水发黄 烧烤店油烟直排 公交班次太少 电梯经常停运 楼顶漏水 消防通道被占 "
    "幼儿园收费太高 拖欠农民工工资 房产证迟迟不办 广场舞音响太吵 井盖缺失 河道发臭 网约车拒载 医保报销难 违章建筑 流浪狗伤人"
).split()
_TAILS = ("花园", "雅苑", "新村", "小区", "家园", "路", "村", "公寓")
_CHARACTERS = (
    "翠屏枫林晚鹿鸣望江沙洲白鹤青石凤凰金桂银杏梧桐东湖南溪北塔西岭紫荆明珠锦绣春晓秋月云海松涛竹影梅香兰亭菊苑荷塘柳岸"
)

Pair = tuple[str, str, bool]


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one data file."""
    with (APPEALS / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def auc(scores: list[float], truth: list[bool]) -> float:
    """How often a true pair scores above a false one; ties count half."""
    true = np.array([score for score, same in zip(scores, truth, strict=True) if same])
    false = np.sort([score for score, same in zip(scores, truth, strict=True) if not same])
    below = np.searchsorted(false, true, "left") + np.searchsorted(false, true, "right")
    return float(below.mean() / 2 / len(false))


def judged() -> tuple[dict[str, list[str]], list[Pair]]:
    """The groups judged by hand, and the pairs of the same appeal and of the same place with another one."""
    same: defaultdict[str, list[str]] = defaultdict(list)
    other: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows("same_appeal_dev.csv"):
        (same if row["relation"] == "same_appeal" else other)[row["issue"]].append(row["message_id"])
    pairs = [(a, b, True) for group in same.values() for a, b in combinations(group, 2)]
    pairs += [(a, b, False) for issue, group in same.items() for a in group for b in other[issue]]
    return same, pairs


class Baseline:
    """TF-IDF cosine over character pairs of title and detail."""

    def __init__(self, texts: dict[str, str]) -> None:
        """Learn how rare each pair is."""
        counts = {key: Counter(text[i : i + 2] for i in range(len(text) - 1)) for key, text in texts.items()}
        seen = Counter(pair for count in counts.values() for pair in count)
        self._vectors = {}
        for key, count in counts.items():
            vector = {pair: (1 + math.log(n)) * math.log(len(texts) / seen[pair]) for pair, n in count.items()}
            norm = math.sqrt(sum(value * value for value in vector.values())) or 1.0
            self._vectors[key] = {pair: value / norm for pair, value in vector.items()}

    def score(self, one: str, other: str) -> float:
        """The cosine of two messages."""
        left, right = self._vectors[one], self._vectors[other]
        return sum(value * right.get(pair, 0.0) for pair, value in left.items())

    def nearest(self, one: str, most: int) -> list[str]:
        """The most similar other messages."""
        others = ((self.score(one, other), other) for other in self._vectors if other != one)
        return [key for _, key in sorted(others, reverse=True)[:most]]


def quality(matcher: Matcher) -> None:
    """AUC, precision and recall on the judged pairs, R-precision over all messages, each beside TF-IDF."""
    messages = {row["message_id"]: row for row in rows("hot_messages.csv")}
    sketches = {key: matcher.sketch(Appeal(row["title"], row["detail"])) for key, row in messages.items()}
    baseline = Baseline({key: row["title"] + "".join(row["detail"].split())[:400] for key, row in messages.items()})
    groups, pairs = judged()
    truth = [same for *_, same in pairs]
    scores = [float(matcher.scores(sketches[a], sketches[b])[0]) for a, b, _ in pairs]
    said = [same for score, same in zip(scores, truth, strict=True) if score >= SAME]
    print(
        f"same appeal, {len(pairs)} pairs of {len(groups)} issues (not used to fit the weights): AUC {auc(scores, truth):.4f}, "
        f"TF-IDF {auc([baseline.score(a, b) for a, b, _ in pairs], truth):.4f}; "
        f"said to be the same: precision {statistics.mean(said):.4f}, recall {sum(said) / sum(truth):.3f}"
    )
    index = Index(matcher)
    for key, row in messages.items():
        index.add(int(key), Appeal(row["title"], row["detail"]))
    ours, simple = [], []
    for group in groups.values():
        for number, one in enumerate(group):
            wanted = set(group) - {one}
            found = [str(each.id) for each in index.near(sketches[one], len(group)) if str(each.id) != one]
            ours.append(len(wanted & set(found[: len(wanted)])) / len(wanted))
            if number < 3:
                simple.append(len(wanted & set(baseline.nearest(one, len(wanted)))) / len(wanted))
    print(
        f"R-precision among {len(messages)} messages: {statistics.mean(ours):.3f} ({len(ours)} queries), TF-IDF {statistics.mean(simple):.3f} ({len(simple)} queries)"
    )


def unseen() -> None:
    """The same for matters, places and words that are new: the table is fitted without any judged message (a minute).

    Needs what fitting needs, scikit-learn and scipy.
    """
    hidden = frozenset(row["message_id"] for row in rows("same_appeal_dev.csv"))
    with JUDGED.open(encoding="utf-8", newline="") as file:
        own = list(csv.DictReader(file))
    messages = rows("hot_messages.csv")
    _, arrays = training.fit(own, messages, [*rows("train.csv"), *rows("replies.csv")], hidden)
    matcher = Matcher(PairTable.of(arrays), arrays["weights"].astype(np.float64), "")
    sketches = {row["message_id"]: matcher.sketch(training.appeal(row)) for row in messages}
    _, pairs = judged()
    truth = [same for *_, same in pairs]
    scores = [float(matcher.scores(sketches[a], sketches[b])[0]) for a, b, _ in pairs]
    said = [same for score, same in zip(scores, truth, strict=True) if score >= SAME]
    print(
        f"as for a new matter: AUC {auc(scores, truth):.4f}; said to be the same: precision {statistics.mean(said):.4f}, "
        f"recall {sum(said) / sum(truth):.3f}"
    )


def hot(matcher: Matcher) -> None:
    """The purity of the judged issues' clusters, and where they rank, by heat and by votes alone."""
    told = [
        Report(
            int(row["message_id"]),
            Appeal(row["title"], row["detail"]),
            datetime.fromisoformat(row["time"].replace("/", "-")),
            row["user"],
            int(row["upvotes"]),
            int(row["downvotes"]),
        )
        for row in rows("hot_messages.csv")
    ]
    begun = time.perf_counter()
    gatherer = Gatherer(matcher)
    for report in sorted(told, key=lambda each: each.at):
        gatherer.add(report)
    cost = (time.perf_counter() - begun) / len(told)
    ranked = gatherer.ranked(max(each.at for each in told))
    by_votes = sorted(ranked, key=lambda issue: -issue.votes)
    groups, _ = judged()
    wrong: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows("same_appeal_dev.csv"):
        if row["relation"] != "same_appeal":
            wrong[row["issue"]].add(int(row["message_id"]))
    print(
        f"hot: {len(told)} reports, {len(ranked)} issues, {cost * 1e3:.1f} ms a report; issue: rank by heat / by votes, gathered, wrong"
    )
    for name, group in groups.items():
        members = {int(key) for key in group}
        rank, best = max(enumerate(ranked, 1), key=lambda row: len(members & set(row[1].ids)))
        both = len(members & set(best.ids))
        print(
            f"  {name}: {rank} / {by_votes.index(best) + 1}, {both} of {len(members)}, {len(wrong[name] & set(best.ids))} wrong, {best.people} people, {best.votes} votes, growth {best.growth:.2f}"
        )


def synthetic(number: int, chance: random.Random) -> Appeal:
    """An appeal of a large town: about 50,000 compounds, some far more talkative than others."""
    place = random.Random(int(chance.paretovariate(0.35)) % 50_000)
    name = "".join(place.choices(_CHARACTERS, k=3)) + place.choice(_TAILS)
    matter = chance.choice(_MATTERS)
    return Appeal(
        f"{name}{matter}",
        f"我住在{name}{number % 40}栋，{matter}已经{number % 12}个月了，多次反映没有结果，请尽快处理。",
    )


def speed(matcher: Matcher) -> None:
    """One pair of texts, then the index as it grows: adding, finding and memory."""
    chance = random.Random(7)
    texts = [synthetic(number, chance) for number in range(2001)]
    begun = time.perf_counter()
    for a, b in pairwise(texts):
        matcher.score(a, b)
    print(f"score of two texts: {(time.perf_counter() - begun) / 2000 * 1e6:.0f} µs")
    # A million sketches take minutes to make: 50,000 appeals are made, and then posted again under new numbers.
    kinds = np.frombuffer(
        b"".join(Index(matcher).record(number, synthetic(number, chance)) for number in range(50_000)), dtype=RECORD
    )
    for size in SIZES:
        tracemalloc.start()
        begun = time.perf_counter()
        index = Index(matcher)
        for first in range(0, size, len(kinds)):
            lines = kinds[: size - first].copy()
            lines["id"] = np.arange(first, first + len(lines))
            index.follow(lines.tobytes())
        built = time.perf_counter() - begun
        memory = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        times = []
        for number in range(_QUERIES):
            asked = matcher.sketch(synthetic(number, chance))
            begun = time.perf_counter()
            index.near(asked, 10)
            times.append(time.perf_counter() - begun)
        times.sort()
        print(
            f"index of {size:>9,}: built in {built:.1f} s, {memory / 1e6:.0f} MB ({memory / size:.0f} bytes each), "
            f"find median {times[_QUERIES // 2] * 1e3:.1f} ms, p99 {times[int(_QUERIES * 0.99)] * 1e3:.1f} ms, dump {(HEADER + size * RECORD.itemsize) / 1e6:.0f} MB"
        )


def run() -> None:
    """Everything, one line each."""
    matcher = load()
    if APPEALS.is_dir():
        quality(matcher)
        if "--unseen" in sys.argv:
            unseen()
        hot(matcher)
    else:
        print(
            "same appeal, hot issues: quality skipped, the development data (shared/data/appeals beside the checkout) are not here"
        )
    speed(matcher)


if __name__ == "__main__":
    run()
