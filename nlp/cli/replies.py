"""What `python -m nlp review` and `python -m nlp answer` do with their lines."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from nlp.matching.answers import OFFER, AnswerBase, PublishedAppeal, SameWords
from nlp.replies.review import Review, review


class ReviewLine(msgspec.Struct):
    """One line for `review`. Fields that are not ours are ignored."""

    reply: str
    title: str = ""
    detail: str = ""
    asked_at: datetime | None = None
    now: datetime | None = None


class QuestionLine(msgspec.Struct):
    """One line for `answer`."""

    question: str
    k: int = 5


def shown(read: Review) -> dict[str, object]:
    """A review as one JSON object, field names of docs/contracts.md."""
    return {
        "score": read.score,
        "parts": read.parts.present(),
        "proof": {name: phrase for name, phrase in msgspec.structs.asdict(read.parts).items() if phrase},
        "vague": read.vague,
        "unanswered": read.unanswered,
        "deflects": read.deflects,
        "receipt_only": read.receipt_only,
        "personal": read.personal,
        "suspicions": read.suspicions,
        "hints": read.hints(),
    }


def reviews(lines: Iterable[bytes]) -> Iterator[bytes]:
    """One review for each line, in order; `{"error": …}` where a line is not usable."""
    decoder = msgspec.json.Decoder(ReviewLine)

    def one(line: bytes) -> dict[str, object]:
        given = decoder.decode(line)
        return shown(review(given.title, given.detail, given.reply, _aware(given.asked_at), _aware(given.now)))

    return _each(lines, one)


def candidates(base: AnswerBase, lines: Iterable[bytes]) -> Iterator[bytes]:
    """The nearest replies for each line, best first; `offered` counts those good enough to show a citizen."""
    decoder = msgspec.json.Decoder(QuestionLine)

    def one(line: bytes) -> dict[str, object]:
        given = decoder.decode(line)
        found = base.find(given.question, max(1, min(given.k, 100)))
        return {
            "candidates": [{"id": id_, "score": score} for id_, score in found],
            "offered": sum(score >= OFFER for _, score in found),
        }

    return _each(lines, one)


def read_base(path: Path) -> AnswerBase:
    """The replies of a CSV file with the columns id, title, detail and reply. Raises ValueError naming what is missing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        missing = {"id", "title", "detail", "reply"} - set(rows.fieldnames or ())
        if missing:
            raise ValueError(f"{path.name}: no column {', '.join(sorted(missing))}")
        return AnswerBase(
            (
                PublishedAppeal(row["id"] or "", row["title"] or "", row["detail"] or "", row["reply"] or "")
                for row in rows
            ),
            SameWords.load(),
        )


def _aware(at: datetime | None) -> datetime | None:
    if at is not None and at.tzinfo is None:
        raise ValueError("times need an offset, such as +08:00")
    return at


def _each(lines: Iterable[bytes], one: Callable[[bytes], dict[str, object]]) -> Iterator[bytes]:
    encoder = msgspec.json.Encoder()
    for line in lines:
        try:
            yield encoder.encode(one(line))
        except (msgspec.MsgspecError, ValueError) as error:
            yield encoder.encode({"error": str(error)})
