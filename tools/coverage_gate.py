"""Judge coverage by package: `python -m tools.coverage_gate REPORT.json`, as coverage writes it.

Prints the share of lines and branches that tests enter, and for a package below its threshold every gap by module. Exit
status 1 when one is below. What is left out of the count stands in pyproject.toml, each with its reason.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

THRESHOLDS = {"handlers": 98.0, "nlp": 98.0}
"""Percent of lines and branches in each of these packages: they decide and read, and have no excuse of a network."""

ALL = "all"
OVERALL = 95.0


def shares(files: Mapping[str, Any]) -> dict[str, float]:
    """Return the covered percent of lines and branches of each package, and of all together."""
    covered: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    for name, file in files.items():
        summary = file["summary"]
        for package in (Path(name).parts[0], ALL):
            covered[package] += summary["covered_lines"] + summary.get("covered_branches", 0)
            total[package] += summary["num_statements"] + summary.get("num_branches", 0)
    return {package: 100 * covered[package] / total[package] if total[package] else 100.0 for package in sorted(total)}


def below(found: Mapping[str, float]) -> list[str]:
    """Return the packages that miss their threshold; a package that nobody measured misses it."""
    wanted = {**THRESHOLDS, ALL: OVERALL}
    return [package for package, least in wanted.items() if found.get(package, 0.0) < least]


def gaps(files: Mapping[str, Any], package: str) -> list[str]:
    """Return one line for each module of the package with what no test enters, largest gap first."""
    rows: list[tuple[int, str]] = []
    for name, file in files.items():
        lines, branches = file["missing_lines"], file.get("missing_branches", [])
        if Path(name).parts[0] == package and (lines or branches):
            arrows = [f"{start}->{end}" for start, end in branches if start not in lines]
            rows.append((-len(lines) - len(branches), f"{name}: {', '.join([*map(str, lines), *arrows])}"))
    return [line for _, line in sorted(rows)]


def main(report: str) -> int:
    """Print the table, then the gaps of each package that misses its threshold."""
    files = json.loads(Path(report).read_text(encoding="utf-8"))["files"]
    found = shares(files)
    missed = below(found)
    for package in missed:
        print("\n".join(gaps(files, package)))
    for package, share in found.items():
        least = {**THRESHOLDS, ALL: OVERALL}.get(package)
        judged = "" if least is None else f"  (at least {least:g} %: {'FAILED' if package in missed else 'ok'})"
        print(f"{package:<10} {share:6.2f} %{judged}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
