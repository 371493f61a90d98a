"""What a process keeps in memory: the text reader and its model, published replies, neighbours, hot issues."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.background.hot_issues import HotIssueGatherer
from bot.background.published_replies import PublishedReplies, read_file
from bot.background.training import CurrentReader, Learning
from bot.config import Settings
from bot.decisions import Announce, CurrentDirectory
from bot.process import Process
from handlers.context import Lookups, TextReader
from handlers.outcome import Outcome
from nlp.matching import similar
from nlp.matching.answers import SameWords
from nlp.understand import Reader
from storage.queries.neighbours import Similar
from storage.shared.signals import DIRECTORY, OUTBOX, ticket_topic


class Knowledge(Struct, frozen=True):
    """In-memory data, loaded at the start and refreshed by jobs (`bot/background/deeds.py`)."""

    reader: CurrentReader
    learning: Learning
    published: PublishedReplies
    neighbours: Similar
    hot: HotIssueGatherer

    def text_reader(self) -> TextReader:
        """The reader as rules ask it."""
        return TextReader(self.reader.understand, self.reader.understand_all)

    def lookups(self, hash_invite: Callable[[str], str]) -> Lookups:
        """What rules look up without the database."""
        return Lookups(hash_invite, similar=self.neighbours.find, published=self.published.find)


async def gather(process: Process, directory: CurrentDirectory, reader: Reader) -> Knowledge:
    """Load everything, in threads where it takes long."""
    settings, engine = process.settings, process.engine
    folder = settings.learning_dir
    current = CurrentReader(reader, folder)
    await asyncio.to_thread(current.refresh_now)
    matcher = await asyncio.to_thread(similar.load)
    return Knowledge(
        reader=current,
        learning=Learning(engine, folder, settings.labelled_file, process.metrics),
        published=await asyncio.to_thread(_published, settings, engine, directory, reader),
        neighbours=Similar(engine, matcher),
        hot=HotIssueGatherer(engine, matcher, reader),
    )


def _published(
    settings: Settings, engine: AsyncEngine, directory: CurrentDirectory, reader: Reader
) -> PublishedReplies:
    own = read_file(Path(settings.answers_file), reader.understand) if settings.answers_file else []
    return PublishedReplies(engine, directory, SameWords.load(), own)


def announcer(process: Process, knowledge: Knowledge) -> Announce:
    """Returns what tells everybody after a commit: that there is something to push, and which tickets changed."""

    def announce(outcomes: Sequence[Outcome]) -> None:
        topics: dict[str, None] = {}
        for outcome in outcomes:
            if outcome.pushes or outcome.media:
                topics[OUTBOX] = None
            if outcome.staff:
                topics[DIRECTORY] = None
            knowledge.neighbours.take(outcome.tickets)
            for event in outcome.events:
                topics[ticket_topic(event.ticket_id)] = None
                knowledge.published.forget(event.ticket_id)
                process.metrics.decisions.event(str(event.what.__struct_config__.tag))
        if topics:
            process.shared.bus.ring(topics)

    return announce
