from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from bot.sandbox.platform.model import Account
from bot.sandbox.platform.world import World
from bot.sandbox.town.town import PERSONAS, TEMPLATES

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def account() -> Account:
    return Account(app_id="wx0123456789abcdef", secret="s" * 32, token="sandboxtoken", aes_key="A" * 43)


@pytest.fixture
def world(account: Account) -> World:
    return World(account=account, personas=PERSONAS, clock=lambda: START, rng=Random(7), templates=TEMPLATES)
