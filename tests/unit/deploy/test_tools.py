"""The tools that judge the tests: what they count, and which faults they plant."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from contextlib import nullcontext
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from coverage import CoverageData
from msgspec.structs import replace

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


def test_quick_suites_near_tests_and_many_functions_come_first() -> None:
    given = [
        "tests/scenarios/t.py::a", "tests/unit/bot/t.py::c", "tests/unit/nlp/t.py::b[1]", "tests/unit/nlp/t.py::b[2]",
        "tests/unit/house/test_days.py::d", "tests/unit/nlp/u.py::e",
    ]  # fmt: skip
    assert plant_faults.in_order(given, "nlp/text/days.py") == [
        "tests/unit/house/test_days.py::d", "tests/unit/nlp/t.py::b[1]", "tests/unit/nlp/u.py::e",
        "tests/unit/nlp/t.py::b[2]", "tests/unit/bot/t.py::c", "tests/scenarios/t.py::a",
    ]  # fmt: skip


def test_a_change_that_makes_no_difference_is_named_as_it_stands_and_not_planted() -> None:
    for file, words in plant_faults.NO_DIFFERENCE:
        assert words in {change.words for change in plant_faults.changes(file, (ROOT / file).read_bytes())}
    packages = sorted({file.partition("/")[0] for file, _ in plant_faults.NO_DIFFERENCE})
    every = plant_faults.chosen(packages, 10**6, 1)
    assert not plant_faults.NO_DIFFERENCE.keys() & {(change.file, change.words) for change in every}


LOADED = """
from functools import cache
LIMIT = 3 if 1 < 2 else 4
@cache
def few(a):
    return a < 3
class Many:
    def __call__(self, a):
        return [b for b in a if not few(b)] or None
def maker():
    return lambda a: a == 3
"""


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    (tmp_path / "f.py").write_text(LOADED, encoding="utf-8")
    monkeypatch.setattr(plant_faults, "ROOT", tmp_path)
    spec = spec_from_file_location("f", tmp_path / "f.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ("a < 3 → a <= 3", (True, [4], True)),
        ("a == 3 → a != 3", (False, [3, 4], False)),
        ("a < 3 → a < 4", (True, [4], True)),
    ],
)
def test_a_fault_in_memory_is_in_every_function_that_was_loaded(
    loaded: ModuleType, words: str, seen: tuple[object, ...]
) -> None:
    """What was kept in a cache before is forgotten."""
    assert (loaded.few(3), loaded.Many()([1, 3, 4]), loaded.maker()(3)) == (False, [3, 4], True)
    (change,) = [one for one in plant_faults.changes("f.py", LOADED.encode()) if one.words == words]
    assert plant_faults.swap_code(change)
    assert (loaded.few(3), loaded.Many()([1, 3, 4]), loaded.maker()(3)) == seen


def test_a_fault_outside_of_functions_is_not_for_memory(loaded: ModuleType) -> None:
    (change,) = [one for one in plant_faults.changes("f.py", LOADED.encode()) if one.words == "1 < 2 → 1 <= 2"]
    assert not plant_faults.swap_code(change)
    assert loaded.LIMIT == 3


def test_operators_that_look_alike_are_told_apart() -> None:
    for old, new in plant_faults.OPPOSITES.values():
        assert not re.fullmatch(old, new)


def recorded(folder: Path, by_context: dict[str, dict[str, list[int]]], failed: list[str]) -> plant_faults.Entered:
    """What coverage saw: per context (a test and its phase) the lines of each file."""
    data = CoverageData(str(folder / "data"))
    for context, files in by_context.items():
        data.set_context(context)
        data.add_lines({str(ROOT / file): lines for file, lines in files.items()})
    data.write()
    data.close()
    cache = folder / "cache/v/cache/lastfailed"
    cache.parent.mkdir(parents=True)
    cache.write_text(json.dumps(dict.fromkeys(failed, True)), encoding="utf-8")
    return plant_faults.Entered(folder)


def test_the_tests_that_enter_a_line_are_known_but_for_those_that_failed_unharmed(tmp_path: Path) -> None:
    entered = recorded(
        tmp_path,
        {
            "": {"f.py": [1, 2, 5, 6]},
            "tests/unit/t.py::a|run": {"f.py": [2, 5]},
            "tests/unit/t.py::b|setup": {"f.py": [5]},
            "tests/unit/t.py::broken|run": {"f.py": [5, 6]},
            "tests/unit/t.py::elsewhere|run": {"g.py": [5, 6]},
        },
        failed=["tests/unit/t.py::broken"],
    )
    change = plant_faults.Change(file="f.py", line=5, statement=5, start=0, end=1, new=b"x", words="")
    assert entered.tests(change) == ["tests/unit/t.py::a", "tests/unit/t.py::b"]
    assert entered.tests(replace(change, line=6, statement=2)) == ["tests/unit/t.py::a"]
    assert entered.tests(replace(change, file="h.py")) == []


@pytest.mark.parametrize("found_by", ["tests/unit/t.py::a", "", None])
def test_the_source_is_whole_again_after_every_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found_by: str | None
) -> None:
    """Also when the tests cannot be run at all."""
    sound = b"a = 1 < 2\n"
    source = tmp_path / "f.py"
    source.write_bytes(sound)
    seen: list[bytes] = []

    def failing(tree: Path, tests: Sequence[str], limit: float) -> str:
        seen.append(source.read_bytes())
        if found_by is None:
            raise RuntimeError
        return found_by

    monkeypatch.setattr(plant_faults, "_failing", failing)
    change = plant_faults.changes("f.py", sound)[0]
    before = source.stat().st_mtime
    with pytest.raises(RuntimeError) if found_by is None else nullcontext():
        assert plant_faults.tried(change, tmp_path, ["tests/unit/t.py::a"], 1).found_by == found_by
    assert seen == [plant_faults.planted(sound, change)] != [sound]
    assert (source.read_bytes(), source.stat().st_mtime) == (sound, before)


def test_a_fault_that_no_test_enters_survives_at_once(tmp_path: Path) -> None:
    (tmp_path / "f.py").write_bytes(b"a = 1 < 2\n")
    verdict = plant_faults.tried(plant_faults.changes("f.py", b"a = 1 < 2\n")[0], tmp_path, [], 1)
    assert (verdict.found_by, verdict.tests) == ("", 0)
