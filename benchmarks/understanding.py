"""Quality and speed of the reader on the development data: `python -m benchmarks.understanding`.

The data stay beside the checkout and are never committed; where they are absent this says so and measures speed only.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from benchmarks import kinds, unseen, urgency
from benchmarks.places import places
from nlp.appeals.category import CATEGORIES
from nlp.training.quality import macro_f1, measure
from nlp.understand import Kind, Reader, load

Baseline = Callable[[Sequence[str]], list[str]]

APPEALS = Path(__file__).parents[2] / "shared" / "data" / "appeals"
JUDGED = Path(__file__).parent / "judged.csv"
"""Our own reading of some messages: file, id, places in CATEGORIES (-1: none of the seven), place in Kind."""
SAMPLE = (
    "您好，我是清河街道春晓花园的业主，楼下烧烤店每天晚上营业到凌晨两点，油烟直接排进我们家里，噪音也很大，老人孩子根本没法休息。"
    "我们向物业和社区反映过很多次，店家只收敛了几天就照旧。请问这种情况应该由哪个部门管？希望尽快派人来看看，谢谢。"
)


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one data file."""
    with (APPEALS / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def whole(row: dict[str, str]) -> str:
    """Title and body of a row as one message."""
    return f"{row['title'].strip()}\n{(row.get('detail') or row.get('content') or '').strip()}"


def baseline() -> Baseline | None:
    """The SVM fitted on train.csv, or None (said aloud) where scikit-learn is not installed."""
    if find_spec("sklearn") is None:
        print('baseline: skipped, scikit-learn is not here (group "train" of pyproject.toml)')
        return None
    data = rows("train.csv")
    made: Baseline = import_module("benchmarks.category_baseline").fitted(
        [whole(row) for row in data], [row["label"] for row in data]
    )
    return made


def category(reader: Reader, svm: Baseline | None) -> None:
    """Category on dev.csv (whole, first 60 characters, titles), then on messages of another time and another city."""
    data = rows("dev.csv")
    truth = [(row["label"],) for row in data]
    texts = [whole(row) for row in data]
    views = {"whole": texts, "first 60": [text[:60] for text in texts], "title": [row["title"] for row in data]}
    print("category            macro-F1  (SVM)  accuracy  sure  F1 of sure   ECE  outside")
    for name, view in views.items():
        _line(f"dev, {name}", reader, view, truth, svm)
    judged = _judged()
    for place, files in (("other time", ("hot_messages", "replies")), ("other city", ("board_dev",))):
        chosen = [each for each in judged if each[0] in files and each[2]]
        for name, cut in (("whole", 4000), ("first 60", 60)):
            view = [text[:cut] for _, text, _, _ in chosen]
            _line(f"{place}, {name}", reader, view, [names for _, _, names, _ in chosen], svm)
        alien = [text for file, text, names, _ in judged if file in files and not names]
        fitted = {label for _, _, names, _ in judged for label in names}
        read = [reader.topic(text) for text in alien]
        unsure = sum(not each.sure or each.category not in fitted for each in read)
        print(f"  {place}: of {len(alien)} messages of other categories {unsure} are told so or left to a dispatcher")


def _line(
    name: str, reader: Reader, texts: Sequence[str], allowed: Sequence[tuple[str, ...]], svm: Baseline | None
) -> None:
    """One row of the table. Where a careful reader allows two categories, either is right."""
    figures = measure(reader, texts, _agreed([reader.topic(text).category for text in texts], allowed))
    rival = "  –  "
    if svm:
        guess = svm(texts)
        truth = _agreed(guess, allowed)
        rival = f"{macro_f1(truth, guess, sorted(set(truth))):.3f}"
    print(
        f"{name:20}{figures.macro_f1:8.3f}  ({rival})  {figures.accuracy:6.3f}  {figures.sure:5.0%}  {figures.sure_f1:8.3f}  "
        f"{figures.calibration_error:6.3f}  {figures.outside:5}"
    )


def _agreed(guess: Sequence[str], allowed: Sequence[tuple[str, ...]]) -> list[str]:
    return [given if given in names else names[0] for given, names in zip(guess, allowed, strict=True)]


def _judged() -> list[tuple[str, str, tuple[str, ...], Kind | None]]:
    """File, text, allowed categories (none: outside the seven) and kind of the messages that we read ourselves."""
    texts = {
        (name, row.get("message_id") or row["tid"]): whole(row)
        for name in ("hot_messages", "replies", "board_dev")
        for row in rows(f"{name}.csv")
    }
    with JUDGED.open(encoding="ascii", newline="") as file:
        return [
            (
                row["file"],
                texts[row["file"], row["id"]],
                tuple(CATEGORIES[int(number)] for number in row["category"].split("+") if number != "-1"),
                list(Kind)[int(row["kind"])] if row["kind"] else None,
            )
            for row in csv.DictReader(file)
        ]


def kind(reader: Reader) -> None:
    """Kind on board_dev.csv, whose texts are cut at 100 characters, and on whole messages that we read ourselves."""
    three = ["投诉/求助", "咨询", "建言"]
    data = rows("board_dev.csv")
    truth = [row["intent_type"] for row in data]
    guess = [kinds.BOARD_KINDS[reader.understand(whole(row)).kind] for row in data]
    plain = macro_f1(truth, ["投诉/求助"] * len(truth), three)
    print(f"kind, board, cut texts    macro-F1 of three {macro_f1(truth, guess, three):.3f} (always 投诉: {plain:.3f})")
    read = [(reader.understand(text).kind, is_so) for _, text, _, is_so in _judged() if is_so]
    given, right = [str(a) for a, _ in read], [str(b) for _, b in read]
    coarse = macro_f1([kinds.BOARD_KINDS[Kind(a)] for a in right], [kinds.BOARD_KINDS[Kind(a)] for a in given], three)
    print(
        f"kind, {len(read)} whole messages  macro-F1 of three {coarse:.3f}, "
        f"of the kinds that occur {macro_f1(right, given, sorted(set(right))):.3f}"
    )


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
    unseen.table(reader)
    if not APPEALS.is_dir():
        print("quality: skipped, the development data (shared/data/appeals beside the checkout) are not here")
        return
    category(reader, baseline())
    kind(reader)
    texts = {
        (name, row.get("message_id") or row["id"]): whole(row)
        for name in ("hot_messages", "replies", "train")
        for row in rows(f"{name}.csv")
    }
    kinds.table(reader, [(row["tid"], whole(row), row["intent_type"]) for row in rows("board_dev.csv")], texts)
    urgency.table(reader, texts)
    places(reader)


if __name__ == "__main__":
    main()
