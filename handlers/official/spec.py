"""List of all officials' commands. Parser, help text, documents and room read it.

A new command is one file's business: its type, row, needs, deed and words in `commands/` or `rectification/`, plus a
line in `permissions.py`.
"""

from __future__ import annotations

from handlers.official.command import Command, Spec
from handlers.official.commands.absence import ABSENCE
from handlers.official.commands.account import ACCOUNT
from handlers.official.commands.dispatching import DISPATCHING
from handlers.official.commands.figures import FIGURES
from handlers.official.commands.grades import GRADES
from handlers.official.commands.handling import HANDLING
from handlers.official.commands.looking import LOOKING
from handlers.official.commands.merging import MERGING
from handlers.official.commands.promises import PROMISES
from handlers.official.commands.ruling import RULING
from handlers.official.commands.supervising import SUPERVISING
from handlers.official.commands.todo import TODO
from handlers.official.confirm import CONFIRMING
from handlers.official.rectification.deciding import DECIDING
from handlers.official.rectification.opening import OPENING
from handlers.official.rectification.working import WORKING
from handlers.official.scene import AnyDeed

ALL: tuple[AnyDeed, ...] = (
    *TODO,
    *LOOKING,
    *HANDLING,
    *DISPATCHING,
    *MERGING,
    *SUPERVISING,
    *FIGURES,
    *CONFIRMING,
    *ACCOUNT,
    *PROMISES,
    *RULING,
    *ABSENCE,
    *OPENING,
    *WORKING,
    *DECIDING,
    *GRADES,
)
"""In the order of the help text and of the documents."""

DEEDS: dict[type[Command], AnyDeed] = {deed.command: deed for deed in ALL}
SPEC: tuple[Spec, ...] = tuple(deed.spec for deed in ALL)
BY_COMMAND: dict[type[Command], Spec] = {row.command: row for row in SPEC}
BY_WORD: dict[str, Spec] = {word: row for row in SPEC for word in (row.verb, *row.synonyms)}
