"""The reader at the command line: `python -m nlp understand` reads JSON lines and writes one JSON line for each."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec
import typer

from nlp.cli.matching import comparisons, issues
from nlp.cli.replies import candidates, read_base, reviews
from nlp.matching import similar as same_appeal
from nlp.training.commands import evaluate, train
from nlp.understand import Reader, Understanding, load

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Understanding appeals: JSON lines in, JSON lines out."
)


class AppealRequest(msgspec.Struct):
    """One line in: the whole text, or title and detail. Fields that are not ours are ignored."""

    text: str | None = None
    title: str | None = None
    detail: str | None = None

    def whole(self) -> str:
        """The text to read. Raises ValueError when no field is given."""
        if self.text is not None:
            return self.text
        if self.title is None and self.detail is None:
            raise ValueError("give text, or title and detail")
        return f"{self.title or ''}\n{self.detail or ''}".strip()


def shown(read: Understanding) -> dict[str, object]:
    """An understanding as one JSON object: `python -m nlp` prints it, field names of docs/contracts.md."""
    return {
        "intent": read.kind,
        "category": read.category,
        "confidence": round(read.confidence, 4),
        "subcategory": read.subcategory,
        "keywords": read.keywords,
        "places": [place.text for place in read.places],
        "urgent": read.urgent,
        "urgent_phrase": read.urgent_phrase,
        "danger": read.danger,
        "sealed": read.sealed,
        "sealed_sort": read.sealed_sort,
        "personal": read.personal,
        "leader": read.leader,
        "matters": read.matters,
        "rude": read.rude,
        "emotion": read.emotion,
        "place_details": read.places,
    }


def answers(reader: Reader, lines: Iterable[bytes]) -> Iterator[bytes]:
    """One JSON line for each line, in order; `{"error": …}` where a line is not usable."""
    decoder = msgspec.json.Decoder(AppealRequest)
    encoder = msgspec.json.Encoder()
    for line in lines:
        try:
            yield encoder.encode(shown(reader.understand(decoder.decode(line).whole())))
        except (msgspec.MsgspecError, ValueError) as error:
            yield encoder.encode({"error": str(error)})


@app.command()
def understand() -> None:
    """{"text"} or {"title","detail"} a line → intent, category, confidence, places, keywords, urgent, personal …"""
    write(answers(load(), sys.stdin.buffer), sys.stdout.buffer)


@app.command("review")
def review_replies() -> None:
    """{"title","detail","reply"} a line → score, parts, vague, unanswered, deflects, receipt_only, hints …"""
    write(reviews(sys.stdin.buffer), sys.stdout.buffer)


@app.command()
def answer(base: Annotated[Path, typer.Option(help="CSV with the columns id, title, detail, reply.")]) -> None:
    """{"question"} a line → candidates, best first, from the published replies of --base."""
    try:
        published = read_base(base)
    except (OSError, ValueError) as error:
        raise typer.BadParameter(str(error)) from error
    write(candidates(published, sys.stdin.buffer), sys.stdout.buffer)


@app.command()
def similar() -> None:
    """{"a","b"} a line (texts, or objects with title and detail) → score, same."""
    write(comparisons(same_appeal.load(), sys.stdin.buffer), sys.stdout.buffer)


@app.command()
def hot() -> None:
    """{"id","title","detail","time","upvotes","downvotes","user"} … → ranked issues, when all lines are read."""
    write(issues(same_appeal.load(), load(), sys.stdin.buffer), sys.stdout.buffer)


app.command()(evaluate)
app.command()(train)


def write(lines: Iterable[bytes], out: BinaryIO) -> None:
    """Each line as soon as it is known, so that a caller may talk line by line."""
    for line in lines:
        out.write(line + b"\n")
        out.flush()


if __name__ == "__main__":
    app()
