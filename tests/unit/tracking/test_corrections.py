"""What officials put right becomes rows to learn from; what was undone or came to nothing does not."""

from __future__ import annotations

import msgspec
import pytest

from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, Happening
from handlers.tickets.events.desks import Reclassified, Returned, Transferred
from handlers.tickets.events.filing import Amended
from handlers.tracking.corrections import corrections
from tests.support import samples
from tests.support.samples import CITIZEN, DISPATCHER, HOUSING


def rows(*steps: tuple[Happening, Actor]) -> list[dict[str, str]]:
    first = samples.start(text="请打13812345678，家门口的树倒了", category="城乡建设")
    changes = samples.log(*steps, first=first)
    history = samples.events(changes)
    return [
        {name: value for name, value in msgspec.to_builtins(row).items() if name != "text"}
        for row in corrections(lifecycle.fold(history), history, samples.directory())
    ]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((), []),
        (((Reclassified("交通运输", "城乡建设"), HOUSING),), [("交通运输", "城乡建设")]),
        (
            ((Reclassified("交通运输", "城乡建设"), HOUSING), (Reclassified("政法", "交通运输"), DISPATCHER)),
            [("政法", "城乡建设")],
        ),
        (((Reclassified("交通运输", "城乡建设"), HOUSING), (Reclassified("城乡建设", "交通运输"), HOUSING)), []),
        (((Amended(category="交通运输"), CITIZEN),), []),
    ],
    ids=["nothing", "once", "twice", "there and back", "the citizen's own"],
)
def test_categories(steps: tuple[tuple[Happening, Actor], ...], expected: list[tuple[str, str]]) -> None:
    assert [(row["category"], row["old_category"]) for row in rows(*steps)] == expected


def test_units_are_told_from_the_desk_that_was_wrong() -> None:
    names = samples.directory().name
    moved = rows((Returned("dispatch", "不归我们"), HOUSING), (Transferred("water"), DISPATCHER))
    assert moved == [{"unit": names("water"), "old_unit": names("housing"), "about": "城乡建设", "area": "东湖区"}]


def test_what_was_undone_teaches_nothing() -> None:
    history = samples.events(samples.log((Reclassified("交通运输", "城乡建设"), HOUSING)))
    undone = lifecycle.undo(history, 2, HOUSING, history[-1].at)
    assert corrections(undone.ticket, (*history, undone.event), samples.directory()) == ()
    assert undone.ticket.category == history[0].what.category  # type: ignore[union-attr]


def test_no_personal_data_leave() -> None:
    history = samples.events(
        samples.log((Transferred("water"), HOUSING), first=samples.start(text="请打13812345678，树倒了"))
    )
    (row,) = corrections(lifecycle.fold(history), history, samples.directory())
    assert "13812345678" not in row.text
    assert "树倒了" in row.text
