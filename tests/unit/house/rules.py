"""The house rules that no linter states, read off a file's syntax tree. Each rule returns the lines that break it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

MAX_LINES = 600

Rule = Callable[[ast.Module], Iterator[int]]

_BROAD = {"Exception", "BaseException"}

_CLOCK_READS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
}
"""Owner and name of everything that tells the time of day; ``monotonic`` and ``perf_counter`` only measure."""

_ENVIRONMENT_READS = {"environ", "environb", "getenv", "getenvb", "putenv"}


_OPENERS = {"ClientSession", "create_async_engine", "from_url", "open_connection", "open_engine"}
"""Names of what connects to a database, to Redis or over HTTP."""


def local_imports(tree: ast.Module) -> Iterator[int]:
    """An import inside a function hides a dependency, or a cycle."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from (node.lineno for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom))


def clock_reads(tree: ast.Module) -> Iterator[int]:
    """Time is an argument; only the clock reads it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (_last_name(node.value), node.attr) in _CLOCK_READS:
            yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (node.lineno for alias in node.names if ("time", alias.name) in _CLOCK_READS)


def environment_reads(tree: ast.Module) -> Iterator[int]:
    """A setting has one place where it is read, checked and documented."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _last_name(node.value) == "os" and node.attr in _ENVIRONMENT_READS:
            yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (node.lineno for alias in node.names if alias.name in _ENVIRONMENT_READS)


def fields_explained_above(tree: ast.Module) -> Iterator[int]:
    """A field is explained by a string below it, not in the docstring of its class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            told = ast.get_docstring(node) or ""
            pairs = zip(node.body, [*node.body[1:], None], strict=True)
            bare = [
                field.target for field, below in pairs if isinstance(field, ast.AnnAssign) and not _is_string(below)
            ]
            yield from (name.lineno for name in bare if isinstance(name, ast.Name) and f"`{name.id}`" in told)


def openings(tree: ast.Module) -> Iterator[int]:
    """A connection to the outside is opened in one place, which also closes it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last_name(node.func) in _OPENERS:
            yield node.lineno


def swallowed_errors(tree: ast.Module) -> Iterator[int]:
    """A handler, or a ``suppress``, that takes any error and does nothing about it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            if _is_broad(node.type) and all(_does_nothing(statement) for statement in node.body):
                yield node.lineno
        elif isinstance(node, ast.Call) and _last_name(node.func) == "suppress":
            yield from (node.lineno for error in node.args if _is_broad(error))


def attributes_by_name(tree: ast.Module) -> Iterator[int]:
    """What is read by name is checked by nobody: a closed set of types has a method, or a union that the type checker knows."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last_name(node.func) == "getattr":
            yield node.lineno


def unknown_changes(tree: ast.Module) -> Iterator[int]:
    """``replace(value, **changes)`` takes fields that nobody can see where it is written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _last_name(node.func) in {"replace", "replaced"}:
            yield from (each.value.lineno for each in node.keywords if each.arg is None)


def _is_broad(error: ast.expr | None) -> bool:
    if isinstance(error, ast.Tuple):
        return any(_is_broad(member) for member in error.elts)
    return error is None or _last_name(error) in _BROAD


def _does_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass | ast.Continue | ast.Break) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _last_name(node: ast.expr) -> str | None:
    """Return ``c`` of ``a.b.c``, so that an import's form makes no difference."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else None


def chinese_literals(tree: ast.Module) -> Iterator[int]:
    """What people read, and how their words are read, is decided above the database. Docstrings may name a product term."""
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in notes and _CHINESE.search(str(node.value)):
            yield node.lineno


_CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]|\\u[4-9]")
"""A Chinese character or punctuation mark, or the escaped spelling of one in a pattern."""


def _is_string(statement: ast.stmt | None) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)
