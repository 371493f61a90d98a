"""Every file of the product keeps the house rules, and every rule can tell a breach from its likeness."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.unit.house import rules

ROOT = Path(__file__).parents[3]
ROOMS = ("nlp", "handlers", "storage", "scheduler", "bot")
FILES = sorted(path.relative_to(ROOT).as_posix() for room in ROOMS for path in (ROOT / room).rglob("*.py"))
PROGRAMS = sorted(
    path.relative_to(ROOT).as_posix()
    for room in ("benchmarks", "deploy", "tests", "tools")
    for path in (ROOT / room).rglob("*.py")
)


@cache
def parse(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"), file)


EXEMPT: Mapping[rules.Rule, frozenset[str]] = {
    rules.clock_reads: frozenset({"bot/clock.py"}),
    rules.environment_reads: frozenset({"bot/config.py"}),
    # The doctor tries connections, the sandbox plays the platform.
    rules.openings: frozenset(
        {"bot/wiring.py", "bot/cli/doctor.py", "bot/sandbox/platform/callbacks.py", "storage/schema/engine.py"}
    ),
    rules.local_imports: frozenset(),
    rules.swallowed_errors: frozenset(),
    rules.attributes_by_name: frozenset(
        {
            "bot/cli/documents.py",  # a setting's default is an enum or a plain value
            "bot/files/policy.py",  # prints the fields that the file has keys for
            "bot/inbound/receipts.py",  # a platform's message says its kind, or its class does
            "handlers/official/changing.py",  # a command's row names the fields of its arguments
            "handlers/official/command.py",  # the same
            "handlers/rankings/figures.py",  # sums up the columns that a table lists
            "nlp/replies/review.py",  # its own fields, all of them
            "storage/schema/errors.py",  # each driver's exceptions are its own
            "storage/schema/revision.py",  # a migration's module sets it or does not
        }
    ),
    rules.unknown_changes: frozenset({"bot/files/policy.py"}),  # the tables of its keys are the names of the fields
    # Rooms whose prose does not keep this rule yet.
    rules.fields_explained_above: frozenset(file for file in FILES if file.startswith(("nlp/", "handlers/citizen/"))),
}
"""Each rule and the files that exist to do what it forbids everywhere else."""

EVERYWHERE = (rules.local_imports, rules.swallowed_errors)
"""What tests and programs keep too; they may read the clock and the environment."""


@pytest.mark.parametrize("rule", EXEMPT, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: rules.Rule) -> None:
    files = [*FILES, *PROGRAMS] if rule in EVERYWHERE else FILES
    breaches = [f"{file}:{line}" for file in files if file not in EXEMPT[rule] for line in rule(parse(file))]
    assert breaches == [], rule.__doc__


def test_storage_holds_no_chinese_literal() -> None:
    files = [file for file in FILES if file.startswith("storage/")]
    breaches = [f"{file}:{line}" for file in files for line in rules.chinese_literals(parse(file))]
    assert breaches == [], rules.chinese_literals.__doc__


def test_a_file_is_short_enough_to_be_read() -> None:
    lengths = {file: len((ROOT / file).read_text(encoding="utf-8").splitlines()) for file in (*FILES, *PROGRAMS)}
    assert {file: length for file, length in lengths.items() if length > rules.MAX_LINES} == {}


def test_a_folder_can_be_taken_in_at_a_glance() -> None:
    folders = Counter(Path(file).parent.as_posix() for file in FILES if not file.endswith("/__init__.py"))
    migrations = "storage/migrations/versions"  # one more with every change of the schema
    assert {folder: count for folder, count in folders.items() if count > 20 and folder != migrations} == {}


def test_no_two_classes_share_a_name() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for file in FILES:
        for node in ast.walk(parse(file)):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(file)
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_the_rooms_were_found() -> None:
    assert {Path(file).parts[0] for file in FILES} == set(ROOMS)


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (rules.local_imports, "def f():\n    import os"),
        (rules.local_imports, "async def f():\n    if x:\n        from a import b"),
        (rules.local_imports, "class C:\n    def f(self):\n        import os"),
        (rules.clock_reads, "now = datetime.now(UTC)"),
        (rules.clock_reads, "now = datetime.datetime.utcnow()"),
        (rules.clock_reads, "field(default_factory=datetime.now)"),
        (rules.clock_reads, "day = date.today()"),
        (rules.clock_reads, "stamp = int(time.time())"),
        (rules.clock_reads, "from time import time"),
        (rules.environment_reads, "home = os.environ['HOME']"),
        (rules.environment_reads, "home = os.getenv('HOME')"),
        (rules.environment_reads, "from os import environ as e"),
        (rules.openings, "client = Redis.from_url(url)"),
        (rules.openings, "async with aiohttp.ClientSession() as session:\n    ..."),
        (rules.openings, "engine = open_engine(url)"),
        (rules.swallowed_errors, "try:\n    f()\nexcept:\n    pass"),
        (rules.swallowed_errors, "try:\n    f()\nexcept Exception:\n    ..."),
        (
            rules.swallowed_errors,
            "while x:\n    try:\n        f()\n    except (KeyError, BaseException):\n        continue",
        ),
        (rules.fields_explained_above, "class C:\n    '`a` is the first.'\n    a: int\n    b: int"),
        (
            rules.fields_explained_above,
            "class C:\n    'Both `a` and `b`.'\n    a: int\n    'The first.'\n    b: int = 0",
        ),
        (rules.chinese_literals, "say('办结')"),
        (rules.chinese_literals, "say(f'{n} 件')"),
        (rules.chinese_literals, r"re.compile(r'[\u4e00-\u9fff]')"),
        (rules.attributes_by_name, "due = getattr(event.what, 'due', None)"),
        (rules.attributes_by_name, "due = builtins.getattr(what, name)"),
        (rules.unknown_changes, "return replace(item, version=1, **changes)"),
        (rules.unknown_changes, "structs.replace(card, **{f'{colour}_at': at})"),
        (rules.swallowed_errors, "with contextlib.suppress(Exception):\n    f()"),
    ],
)
def test_a_breach_is_seen(rule: rules.Rule, source: str) -> None:
    assert list(rule(ast.parse(source)))


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (rules.local_imports, "if TYPE_CHECKING:\n    import os\ndef f():\n    return 1"),
        (rules.fields_explained_above, "class C:\n    'Sets `a`.'\n    a: int\n    'The first.'\n    b: int"),
        (rules.fields_explained_above, "class C:\n    'Has `f`.'\n    a: int\n    def f(self): ..."),
        (rules.chinese_literals, "'办结'\ndef f():\n    '办结'\n    return 'closed'"),
        (rules.clock_reads, "now = clock.now()\nstart = time.monotonic()\nfrom time import perf_counter"),
        (rules.environment_reads, "os.replace(a, b)\nfrom os import PathLike"),
        (
            rules.openings,
            "def f(session: ClientSession) -> None: ...\nasync with open_database(settings) as engine: ...",
        ),
        (
            rules.swallowed_errors,
            "try:\n    f()\nexcept KeyError:\n    pass\nexcept Exception:\n    log.exception('x')",
        ),
        (rules.attributes_by_name, "due = what.due\nsetattr(x, 'due', due)"),
        (rules.unknown_changes, "replace(item, version=1)\ntext.replace('a', 'b')\nFigures(**sums)"),
        (rules.swallowed_errors, "with suppress(FileNotFoundError):\n    f()"),
    ],
)
def test_a_likeness_passes(rule: rules.Rule, source: str) -> None:
    assert not list(rule(ast.parse(source)))
