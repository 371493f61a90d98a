"""The schema's revisions, read from the files in `storage/migrations/versions`; the newest is the one this program
needs.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

_FOLDER = Path(__file__).parents[1] / "migrations"


def config(connection: Connection | None = None) -> Config:
    """Returns Alembic's configuration, made without a file."""
    made = Config()
    made.set_main_option("script_location", str(_FOLDER))
    made.attributes["connection"] = connection
    return made


@cache
def history() -> tuple[str, ...]:
    """Returns all revisions, oldest first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(config()).walk_revisions())[::-1]


@cache
def derives() -> str:
    """Returns the newest revision after which rows are derived from events again: one whose file does not say `DERIVES
    = False`.
    """
    scripts = ScriptDirectory.from_config(config()).walk_revisions()
    return next(script.revision for script in scripts if getattr(script.module, "DERIVES", True))


def newest() -> str:
    """Returns the revision that this program needs."""
    return history()[-1]
