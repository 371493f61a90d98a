"""WeRoBot's echo as a WSGI application, without sessions (which would write to a database for every message)."""

from __future__ import annotations

from typing import Any

from werobot import WeRoBot

from benchmarks.bots.account import TOKEN

robot = WeRoBot(token=TOKEN, enable_session=False)


@robot.text  # type: ignore[untyped-decorator]
def echo(message: Any) -> Any:
    """Say what was said."""
    return message.content


application = robot.wsgi
