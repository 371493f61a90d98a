"""Every regular expression of more than 80 characters carries examples, and the examples are right.

They stand in comments directly above the line on which the expression is compiled, in the form of docs/style.md:

    # Search: 路灯坏了好几天 | 灯不亮
    # Not: 路灯很亮
    _DARK = re.compile(...)

The first word names how the expression is used: `Search` (also for `finditer`, `findall`, `sub`, `split`, and for `match` at a
place), `Match` or `Fullmatch`. What it finds has one character at least.
"""

from __future__ import annotations

import ast
import importlib
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from msgspec import Struct

from tests.unit.house.test_bounds import expressions
from tests.unit.house.test_rules import FILES, ROOT

LONG = 80
"""Characters of the final pattern; a longer one carries examples."""
FEWEST = 2
"""Examples that an expression reads."""
CONSTRUCTION = 24
"""Characters of an alternative at the top of a long expression; a longer one has an example of its own."""
WAYS = {way: way for way in ("search", "match", "fullmatch")} | dict.fromkeys(
    ("finditer", "findall", "sub", "subn", "split"), "search"
)
"""The way of use by the method of a pattern, and by the function of `re`."""
COMMENT = re.compile(r"#\s*(?P<way>Search|Match|Fullmatch|Not):\s*(?P<texts>.+)")

TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[(|)]", re.DOTALL)
"""What may hold a sign that means nothing there, and the signs that part a pattern."""


class Examples(Struct, frozen=True):
    """What the comments above an expression say."""

    ways: frozenset[str]
    read: tuple[str, ...]
    missed: tuple[str, ...]


class Expression(Struct, frozen=True):
    """A long expression with its examples."""

    line: int
    pattern: re.Pattern[str]
    used: frozenset[str]
    """The ways in which its module uses it by name. Empty for a row of a table, and for what only other modules use."""
    examples: Examples


class Source(Struct, frozen=True):
    """What a source holds: its long expressions, and the lines of those whose pattern only a running function knows."""

    long: tuple[Expression, ...] = ()
    unknown: tuple[int, ...] = ()


def read(source: str, namespace: Mapping[str, object]) -> Source:
    """Return the long expressions of a module in which names have these values."""
    tree = ast.parse(source)
    above, used = comments(source), uses(tree)
    long: list[Expression] = []
    unknown: list[int] = []
    for call, name in compiled(tree):
        try:
            pattern = evaluated(call, namespace)
        except NameError:
            unknown.append(call.lineno)
            continue
        if len(pattern.pattern) > LONG:
            ways = used.get(name, frozenset()) if called(call) == "compile" else frozenset({WAYS[called(call)]})
            long.append(Expression(call.lineno, pattern, ways, examples(above, call.lineno)))
    return Source(tuple(long), tuple(unknown))


def compiled(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """The calls of `re` that compile an expression, with the name that it is given ("" for none)."""
    names = {
        id(node.value): target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and owner(node) == "re" and called(node) in {"compile", *WAYS}:
            yield node, names.get(id(node), "")


def called(call: ast.Call) -> str:
    """Return `b` of `a.b(...)`, "" for another form."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def owner(call: ast.Call) -> str:
    """Return `a` of `a.b(...)`, "" for another form."""
    value = call.func.value if isinstance(call.func, ast.Attribute) else None
    return value.id if isinstance(value, ast.Name) else ""


def evaluated(call: ast.Call, namespace: Mapping[str, object]) -> re.Pattern[str]:
    """Compile what the call compiles; the cache of `re` hands out the very object. Raises NameError for local names."""
    whole = (
        call if called(call) == "compile" else ast.parse(f"re.compile({ast.unparse(call.args[0])})", mode="eval").body
    )
    pattern: re.Pattern[str] = eval(compile(ast.Expression(whole), "<expression>", "eval"), {**namespace, "re": re})
    return pattern


def uses(tree: ast.Module) -> Mapping[str, frozenset[str]]:
    """Return in which ways the module uses what by its name."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in WAYS:
            found.setdefault(node.value.id, set()).add(WAYS[node.attr])
        if isinstance(node, ast.Call) and called(node) == "match" and len(node.args) > 1:
            # `match(text, place)` reads inside a text, as a search does.
            found.setdefault(owner(node), set()).add("search")
    return {name: frozenset(ways) for name, ways in found.items()}


def comments(source: str) -> Mapping[int, str]:
    """Return the comments that have a line of their own, by its number."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string
        for token in tokens
        if token.type == tokenize.COMMENT and token.line.lstrip().startswith("#")
    }


def examples(above: Mapping[int, str], line: int) -> Examples:
    r"""Return the examples directly above the line. A line break in one is written \n."""
    ways: set[str] = set()
    read: list[str] = []
    missed: list[str] = []
    while (found := COMMENT.match(above.get(line := line - 1, ""))) is not None:
        texts = found["texts"].replace(r"\n", "\n").split(" | ")
        if found["way"] == "Not":
            missed += texts
        else:
            ways.add(found["way"].lower())
            read += texts
    return Examples(frozenset(ways), tuple(read), tuple(missed))


def faults(expression: Expression) -> Iterator[str]:
    """Say what is wrong with the examples of one expression."""
    told = expression.examples
    if len(told.read) < FEWEST:
        yield f"{FEWEST} examples that it reads are wanted, {len(told.read)} are there"
    if not told.missed:
        yield "a near miss is wanted: # Not: …"
    if len(told.ways) != 1:
        yield f"one way of use is wanted, {len(told.ways)} are there"
        return
    way = next(iter(told.ways))
    if expression.used and way not in expression.used:
        yield f"the module uses it by {sorted(expression.used)}, the comment says {way}"
    for each in constructions(expression.pattern.pattern):
        pattern = re.compile(each, expression.pattern.flags)
        if len(each) > CONSTRUCTION and not any(reads(pattern, way, text) for text in told.read):
            yield f"no example of {each}"
    yield from (f"does not read {text!r}" for text in told.read if not reads(expression.pattern, way, text))
    yield from (f"reads {text!r}" for text in told.missed if reads(expression.pattern, way, text))


def constructions(pattern: str) -> Iterator[str]:
    """The alternatives at the top of a pattern."""
    start = depth = 0
    for token in TOKEN.finditer(pattern):
        if token.group() == "|" and depth == 0:
            yield pattern[start : token.start()]
            start = token.end()
        depth += {"(": 1, ")": -1}.get(token.group(), 0)
    yield pattern[start:]


def reads(pattern: re.Pattern[str], way: str, text: str) -> bool:
    """Whether it finds one character at least: an expression all of whose parts may be missing finds nothing in any text."""
    found = {"search": pattern.search, "match": pattern.match, "fullmatch": pattern.fullmatch}[way](text)
    return found is not None and found.end() > found.start()


@cache
def sources() -> Mapping[str, Source]:
    """By file, those that compile an expression."""
    found: dict[str, Source] = {}
    for file in FILES:
        source = (ROOT / file).read_text(encoding="utf-8")
        if "re." in source and any(compiled(ast.parse(source))):
            module = importlib.import_module(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
            found[file] = read(source, vars(module))
    return found


def test_a_long_expression_carries_examples_that_are_right() -> None:
    wrong = [
        f"{file}:{expression.line}: {fault}"
        for file, source in sources().items()
        for expression in source.long
        for fault in faults(expression)
    ]
    assert wrong == []


def test_every_pattern_is_known_before_the_program_runs() -> None:
    unknown = [f"{file}:{line}" for file, source in sources().items() for line in source.unknown]
    assert unknown == [], "compile it outside the function"


def test_no_long_expression_is_built_where_nobody_looks() -> None:
    """What the imported modules of nlp and handlers hold was found in their sources, too."""
    found = {expression.pattern.pattern for source in sources().values() for expression in source.long}
    held = {name: pattern.pattern for name, pattern in expressions().items() if len(pattern.pattern) > LONG}
    assert held
    assert [name for name, pattern in held.items() if pattern not in found] == []


GOOD = """
# Search: 路灯坏了 | 灯不亮
# Search: 灯灭了
# Not: 路灯很亮
_DARK = re.compile(_LAMP + "|".join("灭坏") + _NEVER)
def dark(text): return _DARK.search(text)
"""
NAMES: Mapping[str, object] = {"_LAMP": "灯(?:坏|不亮|灭)|", "_NEVER": "|无" * LONG}


def told(source: str) -> list[str]:
    return [fault for expression in read(source, NAMES).long for fault in faults(expression)]


def test_right_examples_pass() -> None:
    assert len(read(GOOD, NAMES).long) == 1
    assert told(GOOD) == []


@pytest.mark.parametrize(
    ("change", "to", "fault"),
    [
        (
            "# Search: 路灯坏了 | 灯不亮\n# Search: 灯灭了\n# Not: 路灯很亮\n",
            "",
            "2 examples that it reads are wanted, 0 are there",
        ),
        ("# Search: 路灯坏了 | 灯不亮\n", "", "2 examples that it reads are wanted, 1 are there"),
        ("# Not: 路灯很亮\n", "", "a near miss is wanted: # Not: …"),
        ("灯灭了", "天黑了", "does not read '天黑了'"),
        ("路灯很亮", "路灯坏了", "reads '路灯坏了'"),
        ("# Search: 灯灭了", "# Match: 灯灭了", "one way of use is wanted, 2 are there"),
        ("_DARK.search", "_DARK.fullmatch", "the module uses it by ['fullmatch'], the comment says search"),
        ("_DARK = ", "\n_DARK = ", "2 examples that it reads are wanted, 0 are there"),
        ("_DARK.search(text)", "re.search('亮' * 81, text)", "2 examples that it reads are wanted, 0 are there"),
    ],
)
def test_a_breach_is_seen(change: str, to: str, fault: str) -> None:
    assert change in GOOD
    assert fault in told(GOOD.replace(change, to))


def test_each_construction_of_a_long_expression_has_an_example() -> None:
    construction = "(?:井盖|盖板)(?:[丢掉破]了|没(?:有|了)|不见了)"
    assert told(GOOD.replace("+ _NEVER", f"+ '|{construction}' + _NEVER")) == [f"no example of {construction}"]
    assert told(GOOD.replace("+ _NEVER", f"+ '|{construction}' + _NEVER").replace("灯灭了", "盖板没了")) == []


def test_constructions_are_told_apart() -> None:
    assert list(constructions(r"a(?:b|c)|[|(]d\||e\[|[^]|]f")) == [r"a(?:b|c)", r"[|(]d\|", r"e\[", "[^]|]f"]


def test_a_use_at_a_place_is_a_search() -> None:
    assert told(GOOD.replace("_DARK.search(text)", "_DARK.match(text, 3)")) == []


def test_a_row_of_a_table_carries_its_own() -> None:
    row = "    # Search: {} | 灯不亮\n    # Not: 路灯很亮\n    re.compile(_LAMP + _NEVER),\n"
    assert told("ROWS = [\n" + row.format("灯坏了") + row.format("天黑了") + "]") == ["does not read '天黑了'"]


def test_a_pattern_of_a_running_function_is_seen() -> None:
    assert read("def f(words):\n    return re.compile(words)", NAMES).unknown == (2,)
