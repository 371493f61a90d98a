"""What a process keeps in memory: the text reader and its model, published replies, neighbours, hot issues."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.background.hot_issues import HotIssues
from bot.background.published_replies import PublishedReplies, read_file
from bot.background.training import CurrentReader, Learning
from bot.config import Settings
from bot.directory import CurrentDirectory
from bot.monitoring.metrics import Metrics
from handlers.context import Lookups, TextReader
from nlp.matching import similar
from nlp.matching.answers import SameWords
from nlp.understand import Reader
from storage.queries.neighbours import Similar


class Knowledge(Struct, frozen=True):
    """In-memory data, loaded at the start and refreshed by jobs (`bot/background/deeds.py`)."""

    reader: CurrentReader
    learning: Learning
    published: PublishedReplies
    neighbours: Similar
    hot: HotIssues

    def text_reader(self) -> TextReader:
        """The reader as rules ask it."""
        return TextReader(self.reader.understand, self.reader.understand_all)

    def lookups(self, hash_invite: Callable[[str], str]) -> Lookups:
        """What rules look up without the database."""
        return Lookups(hash_invite, similar=self.neighbours.find, published=self.published.find)


async def gather(
    settings: Settings, engine: AsyncEngine, directory: CurrentDirectory, reader: Reader, metrics: Metrics
) -> Knowledge:
    """Load everything, in threads where it takes long."""
    folder = settings.learning_dir
    current = CurrentReader(reader, folder)
    await asyncio.to_thread(current.refresh_now)
    matcher = await asyncio.to_thread(similar.load)
    return Knowledge(
        reader=current,
        learning=Learning(engine, folder, settings.labelled_file, metrics),
        published=await asyncio.to_thread(_published, settings, engine, directory, reader),
        neighbours=Similar(engine, matcher),
        hot=HotIssues(engine, matcher, reader),
    )


def _published(
    settings: Settings, engine: AsyncEngine, directory: CurrentDirectory, reader: Reader
) -> PublishedReplies:
    own = read_file(Path(settings.answers_file), reader.understand) if settings.answers_file else []
    return PublishedReplies(engine, directory, SameWords.load(), own)
