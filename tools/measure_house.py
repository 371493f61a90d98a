"""Measure how far one idea is spread over the tree: `python -m tools.measure_house [--at REVISION] [--against REVISION]`.

Static figures are counted from the sources. A walk is counted at run time: the service is started with its sandbox, a person's
deed is played over HTTP, and the functions entered until the answer are recorded (`tools/tracing.py`), so that any layout can be measured.
A revision is measured in a folder of its own with this interpreter. Figures of walks move by a few per cent from run to run, because
jobs of the clock may fall into the window; the least of three is taken.
"""

from __future__ import annotations

import argparse
import ast
import statistics
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from tools.tracing import WALKS, walks

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "handlers", "storage", "nlp", "scheduler")
LONGEST_FILE, LARGEST_FOLDER = 600, 20


class Source(Struct, frozen=True):
    """One parsed file of a room; `path` is relative to the checkout."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """How many lines the file has."""
        return self.text.count("\n")


def sources(root: Path) -> list[Source]:
    """Returns the rooms' files without migrations, in order of paths."""
    found = [path for room in ROOMS for path in sorted((root / room).rglob("*.py")) if "versions" not in path.parts]
    texts = [(path.relative_to(root), path.read_text()) for path in found]
    return [Source(path, text, ast.parse(text)) for path, text in texts]


def static_figures(files: list[Source]) -> dict[str, str]:
    """Returns the figures that need no run, by name."""
    real = [file for file in files if file.path.name != "__init__.py"]
    lines = [file.lines for file in real]
    functions = [length for file in files for length in function_lengths(file.tree)]
    folders = Counter(file.path.parent for file in real)
    loose = Counter(str(file.path.parent) for file in real if len(file.path.parts) == len(("room", "file")))
    classes = Counter(node.name for file in files for node in ast.walk(file.tree) if isinstance(node, ast.ClassDef))
    handlers = [file for file in files if file.path.parts[0] == "handlers"]
    figures = {f"loose files in {room}/": str(loose[room]) for room in ROOMS}
    figures["largest folder"] = "{1} ({0})".format(*max(folders.items(), key=lambda item: item[1]))
    figures[f"folders over {LARGEST_FOLDER} files"] = str(sum(count > LARGEST_FOLDER for count in folders.values()))
    figures["files"] = str(len(real))
    figures["file lines, median / p95 / max"] = spread(lines)
    figures[f"files over {LONGEST_FILE} lines"] = str(sum(count > LONGEST_FILE for count in lines))
    figures["function lines, median / p95 / max"] = spread(functions)
    figures["Any in handlers"] = str(sum(uses_of_any(file.tree) for file in handlers))
    figures["import aliases of our own modules"] = str(sum(aliases(file.tree) for file in files))
    figures["class names used twice or more"] = str(sum(count > 1 for count in classes.values()))
    figures["file names used twice or more"] = str(sum(n > 1 for n in Counter(f.path.name for f in real).values()))
    figures["Chinese literals in storage/"] = str(sum(chinese(f.tree) for f in files if f.path.parts[0] == "storage"))
    figures["docstrings, percent of lines"] = (
        f"{100 * sum(docstring_lines(f.tree) for f in files) / sum(f.lines for f in files):.1f}"
    )
    figures["files that name 受理's type or event"] = str(naming(handlers, {"Accept", "Accepted"}))
    figures["files to read for 受理"] = str(len(to_read(handlers, "Accept", "Accepted")))
    return figures


def function_lengths(tree: ast.Module) -> Iterator[int]:
    """Yields the lines of each function, its decorators left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or node.lineno) - node.lineno + 1


def spread(values: list[int]) -> str:
    """Returns median, 95th percentile and maximum as `5 / 22 / 101`."""
    ordered = sorted(values)
    return f"{statistics.median_low(ordered)} / {ordered[int(0.95 * (len(ordered) - 1))]} / {ordered[-1]}"


def uses_of_any(tree: ast.Module) -> int:
    """Returns how often the name `Any` is used, imports left out."""
    return sum(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(tree))


def aliases(tree: ast.Module) -> int:
    """Returns how many names of our own are imported under another name."""
    return sum(
        name.asname is not None and name.asname != name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
        if (getattr(node, "module", None) or name.name).split(".")[0] in ROOMS
    )


def chinese(tree: ast.Module) -> int:
    """Returns how many string literals hold Chinese characters, docstrings and notes below a field left out."""
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return sum(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in prose
        and any("\u4e00" <= character <= "\u9fff" for character in node.value)
        for node in ast.walk(tree)
    )


def docstring_lines(tree: ast.Module) -> int:
    """Returns how many lines docstrings and notes below a field take."""
    return sum(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    )


def naming(files: list[Source], names: set[str]) -> int:
    """Returns how many files use or define one of the names in code."""
    return sum(bool(names & named(file.tree)) for file in files)


def named(tree: ast.Module) -> set[str]:
    """Returns the names that code uses and the classes that it defines, imports left out."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.ClassDef(name=name):
                found.add(name)
            case _:
                pass
    return found


def to_read(files: list[Source], command: str, event: str) -> set[Path]:
    """Returns the files that one opens to understand a command.

    They are those that name the command's type or its event in code, and those that import the file that turns one into
    the other: the rooms a command passes through without being named.
    """
    names = {file.path: named(file.tree) for file in files}
    found = {path for path, used in names.items() if used & {command, event}}
    deeds = {".".join(path.with_suffix("").parts) for path, used in names.items() if {command, event} <= used}
    return found | {file.path for file in files if deeds & imported(file.tree)}


def imported(tree: ast.Module) -> set[str]:
    """Returns the modules that a file may import, `from a import b` as `a` and as `a.b`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{name.name}" for name in node.names)
    return found


def measured(root: Path, *, run: bool) -> dict[str, str]:
    """Returns all figures of the checkout at `root`; those of the walks when `run`."""
    figures = static_figures(sources(root))
    if run:
        for name, walk in walks(root).items():
            figures[f"{WALKS[name]}: files (in handlers)"] = f"{walk.files} ({walk.files_of_handlers})"
            figures[f"{WALKS[name]}: functions / moves between files"] = f"{walk.functions} / {walk.moves}"
    return figures


def at(revision: str, *, run: bool) -> dict[str, str]:
    """Returns the figures of a revision. Raises `CalledProcessError` when git does not know it."""
    with tempfile.TemporaryDirectory(prefix="house-") as folder:
        packed = subprocess.run(["git", "archive", revision], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
        subprocess.run(["tar", "-x", "-C", folder], input=packed, check=True)
        return measured(Path(folder), run=run)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--at", metavar="REVISION", help="measure this revision and not the working tree")
    parser.add_argument("--against", metavar="REVISION", help="print a column of this revision first")
    parser.add_argument("--static", action="store_true", help="leave out what needs the service to run")
    given = parser.parse_args()
    run = not given.static
    columns = {given.against: at(given.against, run=run)} if given.against else {}
    columns[given.at or "here"] = at(given.at, run=run) if given.at else measured(ROOT, run=run)
    print(f"| | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for name in list(columns.values())[-1]:
        print(f"| {name} | {' | '.join(figures.get(name, '–') for figures in columns.values())} |")


if __name__ == "__main__":
    main()
