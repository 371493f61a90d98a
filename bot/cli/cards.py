"""`python -m bot cards undo`: takes back the clock's steps of a time when the clock was wrong."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.operators import NotPossible, Say
from bot.ids import Ids
from handlers.calendar.policy import Terms
from handlers.context import Context, Fresh, Links, Lookups, TextReader
from handlers.directory.directory import Directory
from handlers.repairs import undo_cards
from handlers.repairs.undo_cards import TakenBack
from handlers.tickets.wording import moment
from storage.transactions import directory as stored_directory
from storage.transactions import undo_cards as stored

_MOST_LISTED = 50
"""Tickets printed one by one. The rest is counted."""


async def undo(
    engine: AsyncEngine, first: datetime, last: datetime, *, terms: Terms, now: datetime, dry: bool, say: Say
) -> int:
    """Take back what the clock did from `first` until `last`, and print it. Returns exit status 1 when something is
    left to a person.
    """
    if last < first:
        raise NotPossible("--between 的两个时间写反了，先写开始，再写结束")
    known = await stored_directory.load(engine)
    steps: Counter[str] = Counter()
    count = left = 0
    async for taken in stored.take_back(engine, first, last, contexts(known, terms, now), dry=dry):
        count += bool(taken.steps)
        left += bool(taken.left)
        steps.update(_kind(taken, number) for number in range(len(taken.steps)))
        if count <= _MOST_LISTED or taken.left:
            say(_line(taken, known))
    if count > _MOST_LISTED:
        say(f"……共 {count} 件")
    say(_summary(count, steps, dry=dry, between=f"{moment(first)} 到 {moment(last)}"))
    if left:
        say(f"{left} 件在那以后有人接着办了，这几步没有动，请看一看（上面写着“留给人看”）")
    return 1 if left else 0


def _line(taken: TakenBack, known: Directory) -> str:
    parts = ["、".join(undo_cards.called(step.what) for step in taken.steps)] if taken.steps else []
    if taken.left:
        parts.append(f"留给人看：{'、'.join(undo_cards.called(step.what) for step in taken.left)}")
    return f"{taken.before.number}\t{known.name(taken.before.unit_id)}\t{'；'.join(parts)}"


def _kind(taken: TakenBack, number: int) -> str:
    name = undo_cards.called(taken.steps[number].what)
    return "催办通知单" if name.startswith("催〔") else name


def _summary(count: int, steps: Counter[str], *, dry: bool, between: str) -> str:
    if not count:
        return f"{between}，时钟没有记下可以撤回的"
    each = "、".join(f"{name} {many}" for name, many in steps.most_common())
    return f"{'要撤回' if dry else '已撤回'} {count} 件：{each}{'（只是看看，没有改动）' if dry else ''}"


def contexts(known: Directory, terms: Terms, now: datetime, site: str = "") -> Callable[[Connection], Context]:
    """Returns the maker of contexts for work that neither reads words nor files tickets."""
    fresh = Ids(lambda: now, os.getpid())

    def make(_db: Connection) -> Context:
        return Context(
            now=now,
            directory=known,
            terms=terms,
            reader=TextReader(understand=_not_asked),
            fresh=Fresh(id=fresh.next, serial=_not_asked, token=_not_asked, code=_not_asked),
            links=Links(citizen=lambda token: f"{site}/t/{token}" if site else ""),
            lookups=Lookups(hash_invite=_not_asked),
        )

    return make


def _not_asked(*_given: object) -> NoReturn:
    raise AssertionError("nothing is read or filed here")
