"""The platform's later verdicts on template messages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.inbound import receipts
from bot.inbound.receipts import Receipts
from handlers.messages import Channel, Delivery, Incoming

NOW = datetime(2026, 3, 2, tzinfo=UTC)


class Outbox:
    """Knows the message from the `late`-th look on."""

    def __init__(self, late: int) -> None:
        self.late = late
        self.looks = 0

    async def delivered(self, _message_id: str, _arrived: bool, _status: str) -> bool:
        self.looks += 1
        return self.looks >= self.late


@pytest.mark.parametrize(("late", "looks"), [(1, 1), (3, 3), (99, 5)])
async def test_a_verdict_that_overtakes_our_own_note_waits_for_it(
    late: int, looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "_PAUSES", (0.0, 0.0, 0.0, 0.0))
    outbox = Outbox(late)
    fate = Delivery("7", delivered=False, status="failed:user block")
    await Receipts(outbox).note(Incoming("key", Channel.WECHAT, "o1", NOW, NOW, fate))  # type: ignore[arg-type]
    assert outbox.looks == looks
