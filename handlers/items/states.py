"""Table of moves of a 整改 item: what may happen in which state, by whom, the next state, and the refusal's text.

Source: docs/adr/0014-rectification.md; the order 立项, 措施, 进展, 报验, 验收 is that of 整改台账 with 销号 as offices keep them. Which
officials may do it: `official/permissions.py`.
"""

from __future__ import annotations

from typing import get_args

from msgspec import Struct

from handlers.items import events
from handlers.items.item import ItemState
from handlers.tickets.events import By

WHATS: tuple[type[events.What], ...] = get_args(events.What)

RUNNING = frozenset({ItemState.OPENED, ItemState.DOING, ItemState.SUBMITTED})
ENDED = frozenset({ItemState.SIGNED, ItemState.DROPPED})

NAMES: dict[ItemState, str] = {
    ItemState.OPENED: "立项",
    ItemState.DOING: "整改中",
    ItemState.SUBMITTED: "待验收",
    ItemState.SIGNED: "已销号",
    ItemState.DROPPED: "已撤销",
}

_STAFF = frozenset({By.STAFF})


class ItemMove(Struct, frozen=True):
    """One row of the table: in which states something may happen, where it leads, and who may do it."""

    what: type[events.What]
    starts: frozenset[ItemState]
    to: ItemState | None
    """None: the state stays."""

    by: frozenset[By]
    no: str
    """Said in any other state."""


TABLE: tuple[ItemMove, ...] = (
    ItemMove(events.Opened, frozenset(), ItemState.OPENED, _STAFF, "这一项已经立项了。"),
    ItemMove(
        events.Planned,
        frozenset({ItemState.OPENED, ItemState.DOING}),
        ItemState.DOING,
        _STAFF,
        "这一项{state}，不能再加措施。",
    ),
    ItemMove(events.Progressed, frozenset({ItemState.DOING}), None, _STAFF, "这一项{state}，不能再写进展。"),
    ItemMove(events.ItemExtended, frozenset({ItemState.DOING}), None, _STAFF, "这一项{state}，不能展期。"),
    ItemMove(
        events.SubmittedForSignOff,
        frozenset({ItemState.DOING}),
        ItemState.SUBMITTED,
        _STAFF,
        "这一项{state}，不能报验。",
    ),
    ItemMove(
        events.SentBack,
        frozenset({ItemState.SUBMITTED}),
        ItemState.DOING,
        _STAFF,
        "这一项{state}，没有等着验收的结论。",
    ),
    ItemMove(
        events.SignedOff,
        frozenset({ItemState.SUBMITTED}),
        ItemState.SIGNED,
        _STAFF,
        "这一项{state}，没有等着验收的结论。",
    ),
    ItemMove(events.Covered, RUNNING, None, frozenset({By.STAFF, By.SYSTEM}), "这一项{state}，不能再纳入工单。"),
    ItemMove(events.Dropped, RUNNING, ItemState.DROPPED, _STAFF, "这一项{state}，不用再撤。"),
    ItemMove(events.Warned, RUNNING, None, frozenset({By.CLOCK}), "这一项{state}，不用提醒。"),
)

IS: dict[ItemState, str] = {
    ItemState.OPENED: "刚立项，还没有措施",
    ItemState.DOING: "正在整改",
    ItemState.SUBMITTED: "已经报验，等督办员验收",
    ItemState.SIGNED: "已经验收销号",
    ItemState.DROPPED: "已经撤销",
}
"""Text for `{state}` in a row's sentence."""

BETTER: dict[tuple[type[events.What], ItemState], str] = {
    (events.Progressed, ItemState.OPENED): "先写措施，再写进展：措施 {key} 12月5日前 更换全部灯杆",
    (events.SubmittedForSignOff, ItemState.OPENED): "还没有措施，不能报验。先写：措施 {key} 12月5日前 更换全部灯杆",
    (events.SignedOff, ItemState.DOING): "承办单位还没有报验，不能验收。",
    (events.SentBack, ItemState.DOING): "承办单位还没有报验，没有可以退改的。",
    (events.Planned, ItemState.SUBMITTED): "已经报验，等督办员验收；要再加措施，请督办员先退改。",
}
"""Sentences that help more than the row's own."""

_ROWS = {(row.what, state): row for row in TABLE for state in row.starts}
_NO = {row.what: row.no for row in TABLE}


def row(what: type[events.What], state: ItemState) -> ItemMove | None:
    """Returns the row that allows `what` in `state`. None when there is none."""
    return _ROWS.get((what, state))


def refusal(what: type[events.What], state: ItemState, by: By, key: str) -> str | None:
    """Returns why `by` may not do `what` in `state`. None when they may."""
    found = row(what, state)
    if found is not None and by in found.by:
        return None
    say = BETTER.get((what, state)) or _NO[what]
    return say.format(state=IS[state], key=key)
