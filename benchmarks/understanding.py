"""Quality and speed of the reader on the development data: `python -m benchmarks.understanding`.

The data stay beside the checkout and are never committed; where they are absent this says so and measures speed only.
"""

from __future__ import annotations

import csv
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from nlp.understand import OTHER, Reader, Understanding, load

APPEALS = Path(__file__).parents[2] / "shared" / "data" / "appeals"
# The board's labels cover several of ours.
BOARD_KINDS = {
    "投诉": "投诉/求助",
    "求助": "投诉/求助",
    "举报": "投诉/求助",
    "咨询": "咨询",
    "建议": "建言",
    "感谢": "感谢",
}
SAMPLE = (
    "您好，我是清河街道春晓花园的业主，楼下烧烤店每天晚上营业到凌晨两点，油烟直接排进我们家里，噪音也很大，老人孩子根本没法休息。"
    "我们向物业和社区反映过很多次，店家只收敛了几天就照旧。请问这种情况应该由哪个部门管？希望尽快派人来看看，谢谢。"
)


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one data file."""
    with (APPEALS / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def macro_f1(truth: Sequence[str], guess: Sequence[str], labels: Sequence[str]) -> float:
    """The mean of the labels' F1."""
    hits = Counter(right for right, given in zip(truth, guess, strict=True) if right == given)
    said, is_so = Counter(guess), Counter(truth)
    return statistics.mean(
        2 * hits[label] / (said[label] + is_so[label]) for label in labels if said[label] + is_so[label]
    )


def calibration_error(right: Sequence[bool], confidence: Sequence[float], bins: int = 10) -> float:
    """Expected calibration error over bins of equal width."""
    total = 0.0
    for number in range(bins):
        inside = [i for i, p in enumerate(confidence) if min(int(p * bins), bins - 1) == number]
        if inside:
            accuracy = sum(right[i] for i in inside) / len(inside)
            total += abs(accuracy - statistics.mean(confidence[i] for i in inside)) * len(inside) / len(right)
    return total


def category(reader: Reader) -> None:
    """Category on dev.csv: whole texts, the first 60 characters, titles alone."""
    data = rows("dev.csv")
    labels = sorted({row["label"] for row in data})
    truth = [row["label"] for row in data]
    whole = [f"{row['title']}\n{row['detail']}" for row in data]
    views = {"whole": whole, "first 60": [text[:60] for text in whole], "title": [row["title"] for row in data]}
    for name, texts in views.items():
        read = [reader.understand(text) for text in texts]
        guess = [each.category for each in read]
        right = [a == b for a, b in zip(truth, guess, strict=True)]
        sure = [i for i, each in enumerate(read) if each.sure]
        sure_f1 = macro_f1([truth[i] for i in sure], [guess[i] for i in sure], labels)
        outside = sum(given not in labels and given != OTHER for given in guess)
        print(
            f"category, {name:9} macro-F1 {macro_f1(truth, guess, labels):.3f}  accuracy {sum(right) / len(right):.3f}  "
            f"sure {len(sure) / len(read):.0%} of which F1 {sure_f1:.3f}  ECE {calibration_error(right, [e.confidence for e in read]):.3f}  "
            f"other {guess.count(OTHER)}  outside the seven {outside}"
        )


def kind(reader: Reader) -> None:
    """Kind on board_dev.csv, whose texts are cut at 100 characters."""
    data = rows("board_dev.csv")
    read: list[Understanding] = [reader.understand(f"{row['title']}\n{row['content']}") for row in data]
    truth = [row["intent_type"] for row in data]
    guess = [BOARD_KINDS[each.kind] for each in read]
    three = ["投诉/求助", "咨询", "建言"]
    print(
        f"kind, board      macro-F1 of three {macro_f1(truth, guess, three):.3f}, of four {macro_f1(truth, guess, [*three, '感谢']):.3f}"
    )
    print("                 ", Counter(zip(truth, guess, strict=True)).most_common(9))


def speed(reader: Reader) -> None:
    """Median time of one message of 120 characters."""
    text = SAMPLE[:120]
    for _ in range(300):
        reader.understand(text)
    times = []
    for _ in range(3000):
        begun = time.perf_counter()
        reader.understand(text)
        times.append(time.perf_counter() - begun)
    times.sort()
    print(f"speed, {len(text)} characters: median {times[1500] * 1e6:.0f} µs, p99 {times[2970] * 1e6:.0f} µs")


def main() -> None:
    """Everything, one line each."""
    begun = time.perf_counter()
    reader = load()
    print(f"load: {time.perf_counter() - begun:.2f} s")
    speed(reader)
    if not APPEALS.is_dir():
        print("quality: skipped, the development data (shared/data/appeals beside the checkout) are not here")
        return
    category(reader)
    kind(reader)


if __name__ == "__main__":
    main()
