"""`python -m bot public withdraw`: seals older tickets that must not be public, and prints them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.cli.operators import Say
from bot.ids import Ids
from handlers.calendar.policy import Terms
from handlers.context import Context, Fresh, Links, Lookups, TextReader
from handlers.directory.directory import Directory
from nlp.understand import Understanding
from storage.transactions import directory as stored_directory
from storage.transactions import withdraw as stored


async def withdraw(
    engine: AsyncEngine,
    understand: Callable[[str], Understanding],
    *,
    terms: Terms,
    now: datetime,
    dry: bool,
    say: Say,
) -> None:
    """Seal tickets that must not be public, and print number and grounds of each, never its words. With `dry` only
    print.
    """
    known = await stored_directory.load(engine)
    public = kept = 0
    async for one in stored.withdraw(engine, _contexts(known, understand, terms, now), dry=dry):
        public += one.was_public
        kept += not one.was_public
        say(f"{one.before.number}\t{'公开过' if one.was_public else '没公开'}\t{one.why}")
    say(_summary(public, kept, dry=dry))


def _summary(public: int, kept: int, *, dry: bool) -> str:
    if not public and not kept:
        return "没有要收回的"
    does = "要收回" if dry else "已收回"
    ends = "（只是看看，没有改动）" if dry else ""
    return f"{does}公开 {public} 件；另有 {kept} 件没公开过，不再供附议、热点和整改{ends}"


def _contexts(
    known: Directory, understand: Callable[[str], Understanding], terms: Terms, now: datetime
) -> Callable[[Connection], Context]:
    """Returns the maker of contexts for work that files no ticket."""
    fresh = Ids(lambda: now, os.getpid())

    def make(_db: Connection) -> Context:
        return Context(
            now=now,
            directory=known,
            terms=terms,
            reader=TextReader(understand=understand),
            fresh=Fresh(id=fresh.next, serial=_not_asked, token=_not_asked, code=_not_asked),
            links=Links(citizen=lambda _token: ""),
            lookups=Lookups(hash_invite=_not_asked),
        )

    return make


def _not_asked(*_given: object) -> NoReturn:
    raise AssertionError("nothing is filed here")
