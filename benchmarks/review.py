"""How well a reply's score follows a careful reader: `python -m benchmarks.review`.

`reply_grades.csv` holds one reader's grades (0-10, numbers only) of sampled replies of the development data: `tune` (the
weights were fitted on it), `held` (no weight was) and `band` (a second sample, 60-430 characters long, where length tells
less). Receipts that were missed anywhere were looked at, so their count is no held-out figure. Where the data are absent this says so and measures speed only.
"""

from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.replies.review import review

DATA = Path(__file__).parents[2] / "shared" / "data" / "appeals" / "replies.csv"
GRADES = Path(__file__).with_name("reply_grades.csv")
RECEIPT_GRADE = 1.0
SAMPLE = (
    "您好！11月20日我局路灯所到春晓路12号现场查看，三盏路灯因电缆老化不亮。根据《城市照明管理规定》，公共路灯的维修费用由市财政"
    "承担，居民不用出钱。已更换电缆，预计11月28日前三盏灯全部亮起。有疑问请拨打路灯所电话0731-85123456。"
)
Floats = NDArray[np.float64]


def ranks(values: Floats) -> Floats:
    """Ranks from 0, ties sharing their mean."""
    _, where, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    shared: Floats = (last - count + last - 1) / 2
    return shared[where]


def spearman(one: Floats, other: Floats) -> float:
    """Spearman's rank correlation."""
    return float(np.corrcoef(ranks(one), ranks(other))[0, 1])


def beyond(score: Floats, grade: Floats, length: Floats) -> float:
    """Spearman's correlation of score and grade when length is held fixed (partial)."""
    a, b, c = spearman(score, grade), spearman(score, length), spearman(grade, length)
    return (a - b * c) / float(np.sqrt((1 - b * b) * (1 - c * c)))


def quality() -> None:
    """One line for each part of the grades, then the receipts."""
    with DATA.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["message_id"]: row for row in csv.DictReader(file)}
    with GRADES.open(encoding="utf-8", newline="") as file:
        graded = list(csv.DictReader(file))
    read = [review(row["title"], row["detail"], row["reply"]) for row in (rows[each["message_id"]] for each in graded)]
    score = np.array([float(each.score) for each in read])
    grade = np.array([float(each["grade"]) for each in graded])
    length = np.array([float(len(rows[each["message_id"]]["reply"])) for each in graded])
    print("Spearman with a careful reader     replies   score  length  score at fixed length")
    for part in ("tune", "held", "band"):
        for name, kept in (("", np.ones(len(grade), dtype=bool)), (", receipts left out", grade > RECEIPT_GRADE)):
            these = np.array([each["part"] == part for each in graded]) & kept
            s, g, n = score[these], grade[these], length[these]
            print(
                f"  {part + name:32} {len(s):7}   {spearman(s, g):.3f}   {spearman(n, g):.3f}   {beyond(s, g, n):.3f}"
            )
    receipts = [one.receipt_only for one, value in zip(read, grade, strict=True) if value <= RECEIPT_GRADE]
    wrong = sum(one.receipt_only for one, value in zip(read, grade, strict=True) if value > RECEIPT_GRADE)
    print(
        f"receipts: {sum(receipts)} of {len(receipts)} caught, {wrong} of {len(read) - len(receipts)} others taken for one"
    )
    everything = [review(row["title"], row["detail"], row["reply"]) for row in list(rows.values())[::4]]
    share = {
        name: sum(bool(getattr(one.parts, name)) for one in everything) / len(everything)
        for name in everything[0].parts.__struct_fields__
    }
    print("a quarter of all replies:", "  ".join(f"{name} {part:.0%}" for name, part in share.items()))
    for name, number in (
        ("vague", sum(bool(one.vague) for one in everything)),
        ("something unanswered", sum(bool(one.unanswered) for one in everything)),
        ("deflects", sum(one.deflects for one in everything)),
        ("receipt only", sum(one.receipt_only for one in everything)),
        ("suspicion", sum(bool(one.suspicions) for one in everything)),
    ):
        print(f"  {name:22} {number / len(everything):6.1%}")


def speed() -> None:
    """Median time of one review."""
    times = []
    for _ in range(400):
        begun = time.perf_counter()
        review("路灯坏了", "春晓路12号门口三盏路灯坏了。请问什么时候能修好？维修费用由谁出？", SAMPLE)
        times.append(time.perf_counter() - begun)
    times.sort()
    print(f"speed, reply of {len(SAMPLE)} characters: median {times[200] * 1e3:.2f} ms, p99 {times[396] * 1e3:.2f} ms")


def run() -> None:
    """Everything, as tables."""
    speed()
    if not DATA.is_file():
        print("reply review: skipped, the development data (shared/data/appeals beside the checkout) are not here")
        return
    quality()


if __name__ == "__main__":
    run()
