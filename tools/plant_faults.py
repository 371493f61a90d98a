"""Plant random faults and see which the tests find: `python -m tools.plant_faults --count 60 --seed 1`.

Each fault is one small change of the code: a comparison, an `and`, a returned truth. The tests that enter the changed line
run against it, unit tests and those of the same folder first; which those are is recorded once, by coverage, and kept in
artifacts/faults until the code changes.

Most faults are planted in the memory of a child of one process that has collected every test: nothing is imported anew, and
a fault costs seconds. A fault that survives this, or that lies outside of any function, is planted in a copy of the tree and
tested by a process of its own. What no test finds then survives: either a test is missing, or the change makes no difference
that anybody could see. Exit status 1 when more than one fault in twenty survives.
"""

from __future__ import annotations

import argparse
import ast
import gc
import hashlib
import inspect
import json
import os
import queue
import random
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import _lru_cache_wrapper
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from coverage.numbits import numbits_to_nums
from msgspec import Struct

ROOT = Path(__file__).parents[1]
PACKAGES = ("handlers", "nlp", "storage", "scheduler", "bot")
NO_RULES = re.compile(r"wording|_words|migrations|/training/|demo|__main__")
"""Files of words, tables and programs: a changed comparison there is no decision gone wrong."""

SUITES = ("tests/unit", "tests/integration/pages", "tests/contract", "tests/scenarios")
"""Where tests are looked for, quickest first."""

ENOUGH = 500
"""Tests run for one fault: every test function that enters the line comes before a second case of any."""

NO_DIFFERENCE = {
    (
        "bot/channels/wechat/replies.py",
        "len(text) * 4 <= limit → len(text) * 4 < limit",
    ): "the second condition says the same of a text that just fits; the first only spares its encoding",
    (
        "handlers/citizen/followup.py",
        (
            "not words or not accused.accusation(words, directory, informant=True, desk=ticket.unit_id).made → "
            "not words and not accused.accusation(words, directory, informant=True, desk=ticket.unit_id).made"
        ),
    ): "words that accuse nobody name no unit either; the condition only spares a reading",
    (
        "nlp/matching/sketch.py",
        "codes - np.uint32(0x30) < 10 → codes - np.uint32(0x30) < 11",
    ): "the character after 9 is a colon, which is folded away before",
}
"""Changes that make none, by file and words, each with its reason. They are not planted."""

OPPOSITES: dict[type[ast.AST], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: (r"not\s+in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: (r"is\s+not", "is"),
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
}
"""What an operator looks like, and what a fault makes of it."""


class Change(Struct, frozen=True, order=True):
    """Bytes of one file to put others in the place of."""

    file: str
    line: int
    statement: int
    """The first line of the statement that the change is in."""
    start: int
    end: int
    new: bytes
    words: str
    """The change for a person: `a < b` → `a <= b`."""


class _Places(ast.NodeVisitor):
    """Collects the changes that are possible in one file."""

    def __init__(self, file: str, source: bytes) -> None:
        self.found: list[Change] = []
        self._file = file
        self._source = source
        self._starts = [0]
        for line in source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._truths = [False]
        self._statement = 1

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.stmt):
            self._statement = node.lineno
        super().visit(node)

    def visit_If(self, node: ast.If) -> None:
        if "TYPE_CHECKING" not in ast.unparse(node.test):
            self.generic_visit(node)

    def visit_Assert(self, node: ast.Assert) -> None:
        """Pass over it: it tells the type checker something, and guards nothing."""

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._truths.append(isinstance(node.returns, ast.Name) and node.returns.id == "bool")
        for part in node.body:
            self.visit(part)
        self._truths.pop()

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - the name is ast's

    def visit_Compare(self, node: ast.Compare) -> None:
        for left, op, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
            self._swap(node, op, self._end(left), self._start(right))
        for part in (node.left, *node.comparators):
            if isinstance(part, ast.Constant) and type(part.value) is int:
                self._add(node, self._start(part), self._end(part), str(part.value + 1).encode())
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._swap(node, node.op, self._end(left), self._start(right))
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and self._truths[-1]:
            start, end = self._start(node.value), self._end(node.value)
            match node.value:
                case ast.Constant(value=bool(truth)):
                    self._add(node, start, end, str(not truth).encode())
                case _:
                    self._add(node, start, end, b"not (" + self._source[start:end] + b")")
        self.generic_visit(node)

    def _swap(self, node: ast.expr, op: ast.AST, start: int, end: int) -> None:
        old, new = OPPOSITES[type(op)]
        pattern = rf"\b{old}\b" if old[0].isalpha() else re.escape(old)
        if found := re.search(pattern.encode(), self._source[start:end]):
            self._add(node, start + found.start(), start + found.end(), new.encode())

    def _add(self, node: ast.expr | ast.stmt, start: int, end: int, new: bytes) -> None:
        first, last = self._start(node), self._end(node)
        old = " ".join(self._source[first:last].decode().split())
        made = " ".join((self._source[first:start] + new + self._source[end:last]).decode().split())
        line = self._source.count(b"\n", 0, start) + 1
        self.found.append(Change(self._file, line, self._statement, start, end, new, f"{old} → {made}"))

    def _start(self, node: ast.expr | ast.stmt) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.expr | ast.stmt) -> int:
        return self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)


def changes(file: str, source: bytes) -> list[Change]:
    """Return every change that may be planted in a file."""
    places = _Places(file, source)
    places.visit(ast.parse(source, file))
    return places.found


def planted(source: bytes, change: Change) -> bytes:
    """Return the source with the fault in it."""
    return source[: change.start] + change.new + source[change.end :]


def chosen(packages: Sequence[str], count: int, seed: int) -> list[Change]:
    """Return `count` changes at random; the same for the same code and seed."""
    every: list[Change] = []
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            file = path.relative_to(ROOT).as_posix()
            if not NO_RULES.search(file):
                every += [one for one in changes(file, path.read_bytes()) if (file, one.words) not in NO_DIFFERENCE]
    return random.Random(seed).sample(every, min(count, len(every)))


_LINES_ALONE = f"""[run]
branch = false
source_pkgs = {", ".join(PACKAGES)}
"""
"""Coverage of lines: the branches of every test by itself would fill gigabytes."""


class Entered:
    """Which tests enter a line, as coverage recorded it, except tests that failed without any fault."""

    def __init__(self, folder: Path) -> None:
        failed = folder / "cache/v/cache/lastfailed"
        self._failed = frozenset(json.loads(failed.read_text(encoding="utf-8"))) if failed.exists() else frozenset()
        with sqlite3.connect(folder / "data") as connection:
            self._files = {
                Path(path).relative_to(ROOT).as_posix(): number
                for number, path in connection.execute("SELECT id, path FROM file")
            }
            self._contexts = dict(connection.execute("SELECT id, context FROM context"))
            self._lines: dict[int, list[tuple[int, bytes]]] = {}
            for file, context, bits in connection.execute("SELECT file_id, context_id, numbits FROM line_bits"):
                self._lines.setdefault(file, []).append((context, bits))

    def tests(self, change: Change) -> list[str]:
        """Return the node ids of the tests that enter the line of a change, in the order they are worth running."""
        return in_order(self._at(change.file, change.line) or self._at(change.file, change.statement), change.file)

    def _at(self, file: str, line: int) -> set[str]:
        number = self._files.get(file, -1)
        contexts = {context for context, bits in self._lines.get(number, ()) if line in numbits_to_nums(bits)}
        return {self._contexts[context].rpartition("|")[0] for context in contexts} - self._failed - {""}


def in_order(ids: Iterable[str], file: str) -> list[str]:
    """Return the tests of a fault in `file`: by suite, near ones first, a case of each function before a second of any."""
    folders = frozenset(Path(file).with_suffix("").parts)

    def suite(test: str) -> int:
        return next((rank for rank, folder in enumerate(SUITES) if test.startswith(folder)), len(SUITES))

    def is_far(test: str) -> bool:
        path = Path(test.partition("::")[0])
        return folders.isdisjoint((*path.parts[2:-1], path.stem.removeprefix("test_")))

    seen: dict[str, int] = {}
    rows: list[tuple[int, bool, int, str]] = []
    for test in sorted(ids):
        function = test.partition("[")[0]
        seen[function] = seen.get(function, -1) + 1
        rows.append((suite(test), is_far(test), seen[function], test))
    return [test for *_, test in sorted(rows)]


def record(suites: Sequence[str]) -> Path:
    """Return the folder with what coverage saw of these suites; runs them unless the code is what it was."""
    digest = hashlib.sha256(" ".join(suites).encode())
    for path in _tracked():
        if path.endswith(".py"):
            digest.update((ROOT / path).read_bytes())
    folder = ROOT / "artifacts/faults" / digest.hexdigest()[:16]
    if not (folder / "done").exists():
        shutil.rmtree(folder.parent, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "coveragerc").write_text(_LINES_ALONE, encoding="utf-8")
        print(f"Recording which tests enter which line ({' '.join(suites)})", flush=True)
        _pytest(
            ROOT, folder, [
                *suites, "-n", "auto", "-m", "not slow", "--cov", f"--cov-config={folder / 'coveragerc'}",
                "--cov-context=test", "--cov-report=", "-o", f"cache_dir={folder / 'cache'}",
            ], limit=3600,
        )  # fmt: skip
        (folder / "done").touch()
    return folder


def _tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return sorted(name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file())


def _pytest(root: Path, folder: Path, arguments: Sequence[str], *, limit: float) -> tuple[int | None, str]:
    """Run pytest in a tree; returns its exit status (None when it took too long) and what it printed."""
    # With compiled files beside the sources a start takes a third of the time.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["COVERAGE_FILE"] = str(folder / "data")
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", *arguments]
    with subprocess.Popen(
        command, cwd=root, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    ) as running:  # fmt: skip
        try:
            output, _ = running.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            # The servers that tests start go with them.
            os.killpg(running.pid, 9)
            output, _ = running.communicate()
            return None, output
        return running.returncode, output


class Verdict(Struct, frozen=True):
    """What became of one fault."""

    change: Change
    found_by: str
    """The test that failed; empty when the fault survived."""
    tests: int
    seconds: float


def tried(change: Change, tree: Path, tests: Sequence[str], limit: float) -> Verdict:
    """Plant one fault in a copy of the tree, run the tests, and take it out again."""
    began = time.monotonic()
    path = tree / change.file
    sound, stamp = path.read_bytes(), path.stat().st_mtime
    path.write_bytes(planted(sound, change))
    # A compiled file is known by the second and the size of its source, which a fault may leave as they were.
    os.utime(path, (stamp + change.start + 2, stamp + change.start + 2))
    try:
        found_by = ""
        for part in (tests[:25], tests[25:ENOUGH]):
            if part and not found_by:
                found_by = _failing(tree, part, limit)
    finally:
        path.write_bytes(sound)
        os.utime(path, (stamp, stamp))
    return Verdict(change, found_by, min(len(tests), ENOUGH), time.monotonic() - began)


def _failing(tree: Path, tests: Sequence[str], limit: float) -> str:
    named = tree / "artifacts/tests"
    named.parent.mkdir(parents=True, exist_ok=True)
    named.write_text("\n".join(tests) + "\n", encoding="utf-8")
    status, output = _pytest(
        tree, named.parent, ["-n", "0", "-x", "-p", "no:randomly", "-p", "no:cacheprovider", f"@{named}"], limit=limit
    )
    match status:
        case 0:
            return ""
        case None:
            return "no end"
        case 1 | 2 | 3:
            failed = re.search(r"^(?:FAILED|ERROR) (\S+)", output, re.MULTILINE)
            return failed[1] if failed else "no start"
        case _:
            raise RuntimeError(output)


def swap_code(change: Change) -> bool:
    """Plant a fault in this process: give the functions of the loaded module the changed code. False where none has it."""
    path = str(ROOT / change.file)
    source = (ROOT / change.file).read_bytes()
    sound = _codes(compile(source, path, "exec", dont_inherit=True))
    faulty = _codes(compile(planted(source, change), path, "exec", dont_inherit=True))
    new = dict(pair for pair in zip(sound, faulty, strict=True) if pair[0] != pair[1])
    found = False
    for each in gc.get_objects():
        if type(each) is FunctionType and each.__code__.co_filename == path and each.__code__ in new:
            each.__code__ = new[each.__code__]
            found = True
    for each in gc.get_objects():
        # What was computed before was computed without the fault.
        if type(each) is _lru_cache_wrapper:
            cached = inspect.unwrap(each)
            if isinstance(cached, FunctionType) and cached.__code__.co_filename == path:
                each.cache_clear()
    return found


def _codes(code: CodeType) -> list[CodeType]:
    """Return the code of every function inside, in the order of the source."""
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    return [found for each in inner for found in (each, *_codes(each))]


class Children:
    """A pytest plugin: instead of running the collected tests, plants each fault in a child and runs the fault's tests there."""

    def __init__(self, wanted: Sequence[Change], entered: Entered, jobs: int, limit: float) -> None:
        self._wanted = wanted
        self._entered = entered
        self._jobs = jobs
        self._limit = limit
        self._failed = ""
        self.found_by: dict[Change, str] = {}
        """The test that found each fault; a fault that no child found is not in it."""

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the first test that failed in this child."""
        if report.failed and not self._failed:
            self._failed = report.nodeid

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge every fault, `jobs` at a time."""
        items = {item.nodeid: item for item in session.items}
        waiting = list(self._wanted)
        running: dict[int, tuple[Change, int]] = {}
        while waiting or running:
            while waiting and len(running) < self._jobs:
                change = waiting.pop(0)
                tests = [items[test] for test in self._entered.tests(change)[:ENOUGH] if test in items]
                if tests:
                    process, said = self._fork(change, tests)
                    running[process] = change, said
            for process, (change, said) in list(running.items()):
                if select.select([said], [], [], 0.05)[0]:
                    found_by = os.read(said, 4096).decode()
                    os.close(said)
                    os.waitpid(process, 0)
                    # Servers that its tests started and did not stop.
                    with suppress(ProcessLookupError):
                        os.killpg(process, signal.SIGKILL)
                    del running[process]
                    if found_by != _NOT_FOUND:
                        self.found_by[change] = found_by or "no end"
        return True

    def _fork(self, change: Change, tests: Sequence[pytest.Item]) -> tuple[int, int]:
        said, say = os.pipe()
        process = os.fork()
        if process:
            os.close(say)
            return process, said
        try:
            os.setpgid(0, 0)
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            signal.alarm(int(self._limit))
            os.write(say, (self._run(tests) if swap_code(change) else _NOT_FOUND).encode())
        finally:
            os._exit(0)

    def _run(self, tests: Sequence[pytest.Item]) -> str:
        self._failed = ""
        # It writes past the redirected output.
        tests[0].config.pluginmanager.unregister(name="terminalreporter")
        for test, following in zip(tests, [*tests[1:], None], strict=True):
            test.config.hook.pytest_runtest_protocol(item=test, nextitem=following)
            if self._failed:
                return self._failed
        return _NOT_FOUND


_NOT_FOUND = "-"


def found_in_memory(
    wanted: Sequence[Change], entered: Entered, suites: Sequence[str], jobs: int, limit: float
) -> dict[Change, str]:
    """Plant each fault in a child of one process. Returns the test that found it, of those that are found so."""
    children = Children(wanted, entered, jobs, limit)
    pytest.main(
        ["-q", "--no-header", "-n", "0", "-m", "not slow", "-p", "no:randomly", "-p", "no:cacheprovider", *suites],
        plugins=[children],
    )
    return children.found_by


def _judged(wanted: Sequence[Change], entered: Entered, jobs: int, limit: float) -> Iterator[Verdict]:
    """Plant each fault in a copy of the tree."""
    trees: queue.SimpleQueue[Path] = queue.SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="faults-") as place, ThreadPoolExecutor(jobs) as pool:
        for number in range(jobs):
            tree = Path(place) / str(number)
            for name in _tracked():
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, tree / name)
            trees.put(tree)

        def judge(change: Change) -> Verdict:
            tree = trees.get()
            try:
                return tried(change, tree, entered.tests(change), limit)
            finally:
                trees.put(tree)

        yield from pool.map(judge, wanted)


def main(words: Sequence[str] | None = None) -> int:
    """Plant the faults, print a line for each as it is judged, and then how many were found."""
    parser = argparse.ArgumentParser(prog="python -m tools.plant_faults", description="Plant faults and run the tests.")
    parser.add_argument("--count", type=int, default=60, help="how many faults")
    parser.add_argument("--seed", type=int, default=1, help="which faults")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time")
    parser.add_argument("--limit", type=float, default=240, help="seconds after which tests do not end")
    parser.add_argument("--packages", nargs="+", default=PACKAGES, metavar="PACKAGE")
    parser.add_argument("--suites", nargs="+", default=SUITES, metavar="FOLDER", help="where tests are looked for")
    parser.add_argument("--list", action="store_true", help="say which faults it would be, and plant none")
    given = parser.parse_args(words)
    wanted = chosen(given.packages, given.count, given.seed)
    if given.list:
        for change in wanted:
            print(f"{change.file}:{change.line}  {change.words}")
        return 0
    entered = Entered(record(given.suites))
    found = found_in_memory(wanted, entered, given.suites, given.jobs, given.limit)
    for change, found_by in found.items():
        print(f"found    {change.file}:{change.line}  {change.words}  ({found_by})", flush=True)
    survived = 0
    for verdict in _judged([one for one in wanted if one not in found], entered, given.jobs, given.limit):
        survived += not verdict.found_by
        fate = "found   " if verdict.found_by else "SURVIVED"
        by = verdict.found_by or f"{verdict.tests} tests enter it"
        where = f"{verdict.change.file}:{verdict.change.line}"
        print(f"{fate} {where}  {verdict.change.words}  ({by}, {verdict.seconds:.0f} s)", flush=True)
    print(f"{len(wanted) - survived} of {len(wanted)} faults found")
    return 1 if survived * 20 > len(wanted) else 0


if __name__ == "__main__":
    sys.exit(main())
