"""What is stored of a 催办通知单, and of a push, keeps its names."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from handlers.chasing.chase_notice import ChaseNotice, NoticeLine
from handlers.pushes import Card, CardKind, Choice, Push

AT = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


def test_a_notice_is_stored_as_it_always_was() -> None:
    line = NoticeLine("26000015", "路灯坏了", AT, AT, "2 天", ("没有受理",))
    notice = ChaseNotice("催〔2026〕0012号", 2026, 12, "roads", "市城管局", "市政府", AT, (line,))
    stored = (
        '{"number":"催〔2026〕0012号","year":2026,"serial":12,"unit_id":"roads","unit":"市城管局","superior":"市政府",'
        '"at":"2026-12-01T01:00:00Z","lines":[{"number":"26000015","title":"路灯坏了","filed_at":"2026-12-01T01:00:00Z",'
        '"due":"2026-12-01T01:00:00Z","late":"2 天","done":["没有受理"]}]}'
    )
    assert msgspec.json.encode(notice).decode() == stored
    assert msgspec.json.decode(stored, type=ChaseNotice) == notice


def test_a_push_is_stored_as_it_always_was() -> None:
    card = Card(CardKind.TASK, "26000015", "路灯坏了", "新工单", "", AT)
    push = Push(1, 2, 3, "新工单", card, (Choice("受理", "受理 26000015"),), 4)
    stored = (
        '{"id":1,"person_id":2,"ticket_id":3,"text":"新工单","card":{"kind":"task","number":"26000015","title":"路灯坏了",'
        '"state":"新工单","note":"","at":"2026-12-01T01:00:00Z"},"choices":[{"label":"受理","say":"受理 26000015"}],'
        '"staff_id":4}'
    )
    assert msgspec.json.encode(push).decode() == stored
    assert msgspec.json.decode(stored, type=Push) == push
