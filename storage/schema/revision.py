"""The revision of the schema that this program needs, from the files of `storage/migrations`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

_FOLDER = Path(__file__).parents[1] / "migrations"


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file."""
    made = Config()
    made.set_main_option("script_location", str(_FOLDER))
    made.attributes["connection"] = connection
    return made


@cache
def history() -> tuple[str, ...]:
    """All revisions, the oldest first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(config()).walk_revisions())[::-1]


@cache
def derives() -> str:
    """The newest revision after which what follows from events is derived anew: any whose file does not say `DERIVES = False`."""
    scripts = ScriptDirectory.from_config(config()).walk_revisions()
    return next(script.revision for script in scripts if getattr(script.module, "DERIVES", True))


def newest() -> str:
    """The revision that this program needs."""
    return history()[-1]
