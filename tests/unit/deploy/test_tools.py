"""The tools that judge the tests: what they count, and which faults they plant."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from tools import coverage_gate, plant_faults

ROOT = Path(__file__).parents[3]


def file(covered: int, lines: int, branches: int = 0, missing: list[int] | None = None) -> dict[str, Any]:
    return {
        "summary": {"covered_lines": covered, "covered_branches": 0, "num_statements": lines, "num_branches": branches},
        "missing_lines": missing or [],
        "missing_branches": [],
    }


def test_shares_count_lines_and_branches_of_a_package_together() -> None:
    files = {"nlp/a.py": file(9, 10), "nlp/b.py": file(9, 8, 2), "bot/a.py": file(0, 20)}
    assert coverage_gate.shares(files) == {"all": 45.0, "bot": 0.0, "nlp": 90.0}


@pytest.mark.parametrize(
    ("found", "missed"),
    [
        ({"handlers": 98.0, "nlp": 98.0, "all": 95.0}, []),
        ({"handlers": 97.99, "nlp": 98.0, "all": 95.0}, ["handlers"]),
        ({"handlers": 98.0, "all": 94.9}, ["nlp", "all"]),
    ],
)
def test_a_package_below_its_threshold_or_never_measured_is_named(found: dict[str, float], missed: list[str]) -> None:
    assert coverage_gate.below(found) == missed


def test_gaps_are_told_by_module_largest_first() -> None:
    files = {"nlp/a.py": file(1, 2, missing=[3]), "nlp/b.py": file(0, 2, missing=[1, 2]), "bot/c.py": file(0, 1)}
    assert coverage_gate.gaps(files, "nlp") == ["nlp/b.py: 1, 2", "nlp/a.py: 3"]


def test_what_is_left_out_of_the_count_has_its_reason() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    section = pyproject.partition("[tool.coverage.run]")[2].partition("[tool.coverage.json]")[0]
    left_out = [line for line in section.splitlines() if line.startswith('    "')]
    assert left_out
    assert [line for line in left_out if "  # " not in line] == []


SOURCE = """
def f(a: int, b: int) -> bool:
    if a < 3 and b:
        return True
    return a in (1, 2) or (
        b is not None
    )
"""


def test_every_kind_of_fault_is_planted_and_can_be_read() -> None:
    found = plant_faults.changes("f.py", SOURCE.encode())
    for change in found:
        ast.parse(plant_faults.planted(SOURCE.encode(), change))
    assert sorted(change.words for change in found) == [
        "a < 3 and b → a < 3 or b",
        "a < 3 → a < 4",
        "a < 3 → a <= 3",
        "a in (1, 2) or ( b is not None ) → a in (1, 2) and ( b is not None )",
        "a in (1, 2) → a not in (1, 2)",
        "b is not None → b is None",
        "return True → return False",
        "return a in (1, 2) or ( b is not None ) → return not (a in (1, 2) or ( b is not None ))",
    ]


def test_a_fault_in_chinese_text_is_planted_where_it_belongs() -> None:
    source = 'def f(words: str) -> bool:\n    return "不" in words and words != "好"\n'.encode()
    made = [plant_faults.planted(source, change).decode() for change in plant_faults.changes("f.py", source)]
    assert any('"不" not in words and words != "好"' in text for text in made)
    assert any('"不" in words and words == "好"' in text for text in made)
    assert any('"不" in words or words != "好"' in text for text in made)


def test_the_line_and_the_statement_of_a_change_are_told_apart() -> None:
    (change,) = [change for change in plant_faults.changes("f.py", SOURCE.encode()) if change.new == b"is"]
    assert (change.line, change.statement) == (6, 5)


def test_what_the_type_checker_alone_reads_is_left_alone() -> None:
    source = b"if TYPE_CHECKING and a == b:\n    pass\nassert a == b\n"
    assert plant_faults.changes("f.py", source) == []


def test_the_same_seed_plants_the_same_faults() -> None:
    first, second = (plant_faults.chosen(["scheduler"], 5, 1) for _ in range(2))
    assert first == second != plant_faults.chosen(["scheduler"], 5, 2)


def test_quick_suites_and_many_functions_come_first() -> None:
    given = ["tests/scenarios/t.py::a", "tests/unit/t.py::b[1]", "tests/unit/t.py::b[2]", "tests/unit/u.py::c"]
    assert plant_faults.in_order(given) == [
        "tests/unit/t.py::b[1]", "tests/unit/u.py::c", "tests/unit/t.py::b[2]", "tests/scenarios/t.py::a",
    ]  # fmt: skip


def test_operators_that_look_alike_are_told_apart() -> None:
    for old, new in plant_faults.OPPOSITES.values():
        assert not re.fullmatch(old, new)
