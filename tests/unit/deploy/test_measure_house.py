"""What the table of the house counts, on sources small enough to count by hand; and that the walks still run."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools.measure_house import (
    ROOT,
    Source,
    aliases,
    chinese,
    docstring_lines,
    function_lengths,
    naming,
    spread,
    to_read,
    uses_of_any,
)
from tools.tracing import WALKS, Walk, walks

SAMPLE = '''"""中文 in a docstring is prose."""
from typing import Any
from handlers.chasing import due as looks
from handlers.errors import Refused as Refused
from numpy import array as a
import handlers.outcome as outcomes
import numpy as np

class Accept:
    note: str = "受理"
    """受理: a note below a field is prose."""

def two(x: Any) -> "Any":
    return f"第{x}件"

async def one() -> None: ...
'''


def test_what_is_counted_in_a_source() -> None:
    tree = ast.parse(SAMPLE)
    assert sorted(function_lengths(tree)) == [1, 2]
    assert uses_of_any(tree) == 1
    assert aliases(tree) == 2
    assert docstring_lines(tree) == 2
    assert chinese(tree) == 3
    assert naming([Source(Path("handlers/a.py"), SAMPLE, tree)], {"Accept"}) == 1
    assert naming([Source(Path("handlers/a.py"), SAMPLE, tree)], {"Accepted"}) == 0


def test_a_command_is_read_where_it_is_named_and_where_its_deed_is_called() -> None:
    texts = {
        "handlers/types.py": "class Accept: ...",
        "handlers/events.py": "class Accepted: ...",
        "handlers/deeds.py": "from handlers import events, types\nROWS = {types.Accept: events.Accepted}",
        "handlers/room.py": "from handlers import deeds",
        "handlers/hall.py": "from handlers.deeds import ROWS",
        "handlers/other.py": "from handlers.types import Accept\nimport handlers.room",
    }
    files = [Source(Path(name), text, ast.parse(text)) for name, text in texts.items()]
    assert {path.name for path in to_read(files, "Accept", "Accepted")} == {
        "types.py", "events.py", "deeds.py", "room.py", "hall.py",
    }  # fmt: skip


def test_a_spread_is_median_p95_and_maximum() -> None:
    assert spread(list(range(1, 101))) == "50 / 95 / 100"
    assert spread([7]) == "7 / 7 / 7"


def test_a_walk_counts_files_functions_and_moves() -> None:
    calls = [
        ("", "bot/app.py", "receive"),
        ("bot/app.py", "handlers/dispatch.py", "handle"),
        ("handlers/dispatch.py", "handlers/dispatch.py", "_room"),
        ("handlers/dispatch.py", "handlers/dispatch.py", "_room"),
    ]
    walk = Walk(calls)
    assert (walk.files, walk.files_of_handlers, walk.functions, walk.moves) == (2, 1, 3, 1)


@pytest.mark.slow("starts the service with its sandbox")
def test_the_walks_run_on_this_tree() -> None:
    found = walks(ROOT)
    assert found.keys() == WALKS.keys()
    assert all(walk.files_of_handlers > 3 for walk in found.values())
    assert found["page"].files < found["accept"].files
