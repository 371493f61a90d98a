"""`python -m nlp evaluate` and `train`: how good the model is, and a better one from what officials corrected."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from nlp.appeals.category import MODEL
from nlp.training.corpus import read_csv
from nlp.training.keeping import roll_back
from nlp.training.quality import SHORT, measure
from nlp.understand import load

_Model = Annotated[Path, typer.Option(help="Model file; its hash stands beside it with the suffix .sha256.")]


def evaluate(
    held: Annotated[Path, typer.Argument(help="CSV with the columns label, title, detail (may be empty).")],
    model: _Model = MODEL,
) -> None:
    """Category figures on labelled messages nobody fitted on: whole, first 60 characters, titles alone."""
    try:
        rows, reader = read_csv(held), load(model=model)
        truth = [row.label for row in rows]
        views = {
            "whole": [row.given for row in rows],
            f"first {SHORT}": [row.given[:SHORT] for row in rows],
            "title": [row.given.partition("\n")[0] for row in rows],
        }
        figures = {name: msgspec.to_builtins(measure(reader, texts, truth)) for name, texts in views.items()}
    except (OSError, ValueError, KeyError) as error:
        raise typer.BadParameter(str(error)) from error
    for name, found in figures.items():
        rounded = {key: round(value, 4) for key, value in found.items()}
        typer.echo(msgspec.json.encode({"view": name, "messages": len(rows), **rounded}))


def train(
    labelled: Annotated[Path | None, typer.Argument(help="CSV with the columns label, title, detail.")] = None,
    *,
    corrections: Annotated[
        Path | None, typer.Option(help="JSON lines of officials' corrections: text (or title, detail) and category.")
    ] = None,
    held: Annotated[Path | None, typer.Option(help="Held-out CSV; without it a tenth of LABELLED is held out.")] = None,
    unlabelled: Annotated[
        list[Path] | None, typer.Option(help="CSV with title and detail, learnt from where the model is sure.")
    ] = None,
    model: _Model = MODEL,
    rollback: Annotated[bool, typer.Option("--rollback", help="Go back to the model before this one.")] = False,
) -> None:
    """Fit anew; replace the model only by one that is not worse on the held-out messages and on the corrections.

    Prints one JSON line with the figures of both; ends with 1 when the old one stays. Needs scikit-learn (group "train").
    """
    try:
        if rollback:
            roll_back(model)
            typer.echo(msgspec.json.encode({"rolled_back": model.name}))
            return
        if labelled is None:
            raise typer.BadParameter("give a labelled CSV, or --rollback")
        if find_spec("sklearn") is None:
            raise typer.BadParameter('fitting needs scikit-learn: install the group "train" of pyproject.toml')
        # Loaded by name, because it needs what only a machine that fits models has.
        verdict = import_module("nlp.training.refit").refit(labelled, corrections, held, unlabelled or (), model)
    except (OSError, ValueError, KeyError) as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo(msgspec.json.encode(verdict))
    if not verdict.written:
        raise typer.Exit(1)
