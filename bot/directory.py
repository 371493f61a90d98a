"""This process's copy of the directory, loaded again when another process has changed it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.directory.directory import Directory
from storage.transactions import directory as store


class CurrentDirectory:
    """Holds the newest directory. Rules are given `now` and never wait for a load."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._directory = Directory((), (), (), "", version=-1)

    @property
    def now(self) -> Directory:
        """The directory as last loaded."""
        return self._directory

    async def refresh(self) -> bool:
        """Load the directory again if it has changed. Returns whether it had."""
        if await store.version(self._engine) == self._directory.version:
            return False
        self._directory = await store.load(self._engine)
        return True
