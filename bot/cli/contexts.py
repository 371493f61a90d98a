"""Contexts for operators' repairs, which file no ticket."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from sqlalchemy import Connection

from bot.ids import Ids
from handlers.calendar.policy import Terms
from handlers.context import Context, Fresh, Links, Lookups, TextReader
from handlers.directory.directory import Directory
from nlp.understand import Understanding


def contexts(
    known: Directory,
    terms: Terms,
    now: datetime,
    *,
    site: str = "",
    understand: Callable[[str], Understanding] | None = None,
) -> Callable[[Connection], Context]:
    """Returns what makes contexts. Without `understand` no word may be read; without `site` no page is linked."""
    fresh = Ids(lambda: now, os.getpid())

    def make(_db: Connection) -> Context:
        return Context(
            now=now,
            directory=known,
            terms=terms,
            reader=TextReader(understand or _not_asked),
            fresh=Fresh(id=fresh.next, serial=_not_asked, token=_not_asked, code=_not_asked),
            links=Links(citizen=lambda token: f"{site}/t/{token}" if site else ""),
            lookups=Lookups(hash_invite=_not_asked),
        )

    return make


def _not_asked(*_given: object) -> NoReturn:
    raise AssertionError("nothing of this is asked for here")
