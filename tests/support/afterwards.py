"""Fixtures of the conversations that begin when something is filed already."""

from __future__ import annotations

import pytest

from handlers.tickets.events.work import Accepted, Replied
from tests.support.citizens_town import Chat, Town

LAMP = "河东区解放路12号的路灯坏了三天，晚上很黑"


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def li(town: Town) -> Chat:
    """Somebody whose appeal is filed."""
    chat = town.citizen()
    chat.say(LAMP)
    town.later(hours=1)
    return chat


@pytest.fixture
def wang(town: Town) -> Chat:
    return town.citizen()


@pytest.fixture
def answered(li: Chat, town: Town) -> Chat:
    town.staff(li.ticket, Accepted(), Replied("灯已换好。"))
    return li
