"""`python -m bot policy try`: the dates that stored tickets would have under another policy. Reads only."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.base import command, configured
from bot.clock import SystemClock
from bot.files.policy import print_policy, read_policy, read_terms
from bot.wiring import open_database
from handlers.calendar.policy import Terms
from handlers.calendar.zone import SHANGHAI
from handlers.deadlines.dry_run import Projection, RoundComparison, as_from, rehearse
from handlers.directory.directory import Directory
from handlers.tickets.events import Event
from handlers.tickets.wording import lasting
from storage.queries.paging import each_history
from storage.transactions import directory as stored_directory

group = typer.Typer(help="期限规定：印出现行的，试算要改的", no_args_is_help=True)

Say = Callable[[str], None]

_LONGEST = 5_000
"""Hours. What is earlier or later by more counts as this much, so that a tally stays small."""

_HOUR = timedelta(hours=1)

COLUMNS = ("规定", "件次", "已答复", "按时", "黄牌", "红牌", "催办通知单", "答复时还剩（中位）")


class PolicySide:
    """One policy's half of a row."""

    def __init__(self) -> None:
        self.on_time = 0
        self.cards = [0, 0, 0]
        self._slack: Counter[int] = Counter()

    def add(self, outlook: Projection) -> None:
        """Count one round."""
        for place, came in enumerate(outlook.cards):
            self.cards[place] += came
        if outlook.slack is not None:
            self.on_time += outlook.slack >= timedelta()
            self._slack[max(-_LONGEST, min(_LONGEST, outlook.slack // _HOUR))] += 1

    @property
    def answered(self) -> int:
        """Number of rounds with a reply."""
        return self._slack.total()

    def median(self) -> str:
        """The median of the time left when replies came, in words."""
        place = (self.answered - 1) // 2
        for hours in sorted(self._slack):
            place -= self._slack[hours]
            if place < 0:
                return f"{lasting(_HOUR * hours)}" if hours >= 0 else f"晚 {lasting(-_HOUR * hours)}"
        return "—"


class Tally:
    """One row of the table: the rounds under a rule, under both policies."""

    def __init__(self) -> None:
        self.goes = 0
        self.before, self.after = PolicySide(), PolicySide()

    def add(self, go: RoundComparison) -> None:
        """Count one round."""
        self.goes += 1
        self.before.add(go.before)
        self.after.add(go.after)

    def cells(self, name: str) -> tuple[str, ...]:
        """Returns the row as text cells."""
        was, would = self.before, self.after
        changes = [
            (was.on_time, would.on_time),
            *zip(was.cards, would.cards, strict=True),
            (was.median(), would.median()),
        ]
        return (name, str(self.goes), str(was.answered), *(f"{old} → {new}" for old, new in changes))


async def compare(
    histories: AsyncIterator[tuple[Event, ...]],
    now: datetime,
    since: date,
    *,
    was: Terms,
    would: Terms,
    directory: Directory,
    say: Say,
) -> None:
    """Replay these logs under the newest edition of `would`, as if in force from `since` on, and print the table."""
    edition = would.book.editions[-1]
    terms = Terms(as_from(edition, since), would.calendar)
    tallies: dict[str, Tally] = {rule.name: Tally() for rule in edition.rules}
    total = Tally()
    async for history in histories:
        for go in rehearse(history, now, was=was, would=terms, directory=directory):
            tallies[go.rule].add(go)
            total.add(go)
    say(f"{since.isoformat()} 以来提交的，改按 {edition.effective.isoformat()} 那一版规定试算（原来 → 试算）：")
    rows = [tally.cells(name) for name, tally in tallies.items() if tally.goes]
    for line in table([COLUMNS, *rows, total.cells("合计")]):
        say(line)
    say("重办另算一次；附议的跟着主件，不另算；还没答复的只算到现在的牌。什么都没有改动。")


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Returns the rows with aligned columns, counting Chinese characters as a terminal shows them."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


@group.command("show")
@command
async def _show() -> None:
    """Print the policy in force as a file, to begin from."""
    typer.echo(print_policy(read_terms(configured()).book), nl=False)


@group.command("try")
@command
async def _try(
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="从哪天提交的算起，如 2026-01-01")],
    file: Annotated[Path | None, typer.Option(help="要试的规定文件；不写就用现行的")] = None,
) -> None:
    """Rehearse a policy on the tickets there are: what it would have changed. Nothing is written."""
    settings = configured()
    terms = read_terms(settings)
    would = Terms(read_policy(file), terms.calendar) if file is not None else terms
    async with open_database(settings) as engine:
        await compare(
            each_history(engine, since.replace(tzinfo=SHANGHAI)),
            SystemClock().now(),
            since.date(),
            was=terms,
            would=would,
            directory=await stored_directory.load(engine),
            say=typer.echo,
        )
