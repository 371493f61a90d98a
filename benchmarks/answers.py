"""Finding the published reply for a question put in other words: `python -m benchmarks.answers`.

`rephrased_questions.csv` holds questions written by hand after reading the appeals of the development data; none of their
sentences is in it. `no area` takes the names of cities and counties out, as one writes to one's own city. Baselines: TF-IDF
with cosine and BM25, both over rjieba's words of title and appeal. Where the data are absent this says so.
"""

from __future__ import annotations

import csv
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from math import log, sqrt
from pathlib import Path

from nlp.matching.answers import OFFER, AnswerBase, PublishedAppeal, SameWords
from nlp.text import segment
from nlp.text.normalize import fold

APPEALS = Path(__file__).parents[2] / "shared" / "data" / "appeals"
QUESTIONS = Path(__file__).with_name("rephrased_questions.csv")
_AREA = re.compile(r"[A-Z]\d*[市县区省]")
_MANY = 100_000

Finder = Callable[[str], Sequence[str]]
Asked = Sequence[tuple[str, str]]


def _words(text: str) -> list[str]:
    return [word for word in segment.tokens(fold(text).text).words if word[0].isalnum()]


def _baselines(rows: Sequence[PublishedAppeal]) -> dict[str, Finder]:
    bags = [Counter(_words(f"{row.title}\n{row.detail}")) for row in rows]
    postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, bag in enumerate(bags):
        for word, count in bag.items():
            postings[word].append((place, count))
    idf = {word: log(1 + (len(rows) - len(held) + 0.5) / (len(held) + 0.5)) for word, held in postings.items()}
    norms = [sqrt(sum((count * idf[word]) ** 2 for word, count in bag.items())) or 1.0 for bag in bags]
    mean = sum(map(Counter.total, bags)) / len(bags)

    def ranked(question: str, worth: Callable[[str, int, int], float]) -> list[str]:
        scores: dict[int, float] = defaultdict(float)
        for word in set(_words(question)):
            for place, count in postings.get(word, ()):
                scores[place] += worth(word, place, count)
        return [rows[place].id for place in sorted(scores, key=lambda place: -scores[place])[:20]]

    return {
        "TF-IDF, words": lambda question: ranked(question, lambda w, p, c: c * idf[w] ** 2 / norms[p]),
        "BM25, words": lambda question: ranked(
            question, lambda w, p, c: idf[w] * c * 2.2 / (c + 1.2 * (0.25 + 0.75 * bags[p].total() / mean))
        ),
    }


def _recall(finder: Finder, asked: Asked) -> str:
    places = [list(found).index(id_) + 1 if id_ in found else 99 for id_, found in ((i, finder(q)) for i, q in asked)]
    return "  ".join(f"{sum(place <= k for place in places) / len(places):5.2f}" for k in (1, 3, 5, 20))


def quality(base: AnswerBase, rows: Sequence[PublishedAppeal], asked: Asked) -> None:
    """Recall at 1, 3, 5 and 20, against the baselines."""
    finders = _baselines(rows) | {"ours": lambda question: [id_ for id_, _ in base.find(question, 20)]}
    bare = [(id_, _AREA.sub("", question)) for id_, question in asked]
    print(f"{len(asked)} rephrased questions over {len(rows)} replies        R@1    R@3    R@5   R@20")
    for part, these in (
        ("all", asked),
        ("held out (every second)", asked[1::2]),
        ("all, no area", bare),
        ("held out, no area", bare[1::2]),
    ):
        for name, finder in finders.items():
            print(f"  {part:24} {name:14}     {_recall(finder, these)}")


def threshold(base: AnswerBase, rows: Sequence[PublishedAppeal], asked: Asked) -> None:
    """What is offered, how often rightly, and what is offered where no answer exists."""
    offers = [(id_, base.offer(question, 3)) for id_, question in asked]
    given = [(id_, found) for id_, found in offers if found]
    right = sum(any(id_ == other for other, _ in found) for id_, found in given)
    gone = {id_ for id_, _ in asked}
    others = AnswerBase([row for row in rows if row.id not in gone], SameWords.load())
    without = sum(bool(others.offer(question)) for _, question in asked)
    with (APPEALS / "board_dev.csv").open(encoding="utf-8-sig", newline="") as file:
        board = [row["title"] for row in csv.DictReader(file) if row["intent_type"] == "咨询"]
    strange = sum(bool(base.offer(title)) for title in board)
    print(
        f"offered from {OFFER}: {len(given)} of {len(asked)} questions, {right} with the right reply among three; "
        f"{without} of {len(asked)} when the right reply is taken out; {strange} of {len(board)} questions of other cities"
    )


def speed(rows: Sequence[PublishedAppeal], asked: Asked) -> None:
    """Milliseconds for one search, over the rows and over a hundred thousand."""
    words = SameWords.load()
    for number in (len(rows), _MANY):
        many = [
            PublishedAppeal(f"{i}", *(getattr(rows[i % len(rows)], n) for n in ("title", "detail", "reply")))
            for i in range(number)
        ]
        begun = time.perf_counter()
        base = AnswerBase(many, words)
        built = time.perf_counter() - begun
        base.find(asked[0][1])
        times = []
        for _, question in asked:
            begun = time.perf_counter()
            base.find(question)
            times.append((time.perf_counter() - begun) * 1e3)
        times.sort()
        print(
            f"speed over {number:,}: built in {built:.1f} s, median {times[len(times) // 2]:.2f} ms, worst {times[-1]:.2f} ms"
        )


def run() -> None:
    """Everything, as tables."""
    if not APPEALS.is_dir():
        print("answers: skipped, the development data (shared/data/appeals beside the checkout) are not here")
        return
    segment.load()
    with (APPEALS / "replies.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [
            PublishedAppeal(row["message_id"], row["title"], row["detail"], row["reply"])
            for row in csv.DictReader(file)
        ]
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        asked = [(row["message_id"], row["question"]) for row in csv.DictReader(file)]
    base = AnswerBase(rows, SameWords.load())
    quality(base, rows, asked)
    threshold(base, rows, asked)
    speed(rows, asked)


if __name__ == "__main__":
    run()
