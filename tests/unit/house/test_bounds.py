"""No text holds up the others: every reader and every expression costs as much as its text is long, and each is listed.

Where one fails: mend the reader. A new reader wants a row in `benchmarks/hostile_readers.py`; an expression that only ever sees a
few characters, or is only matched at one place, a row below.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import ModuleType

import pytest
from msgspec import Struct

import handlers
import nlp
from benchmarks.bounds import LENGTH
from benchmarks.hostile_readers import ELSEWHERE, Read, readers
from benchmarks.hostile_texts import FAMILIES, Hostile, pumps
from tests.support.costs import too_slow

TEXTS = frozenset(
    "text texts words given folded reply detail question appeal seen line said told label title content a rest".split()
)
"""Names of parameters that hold what a person wrote."""
NO_TEXTS = frozenset(
    (
        "unit_id other_id source_id target_id source unit holder home name names category kind what accused number due_words "
        "link reason parts others idf section truth guess labels context arrays later before after by_number opens closes step "
        "veil pattern _question effective phone running key one other place digits together verb verbs by into understand "
        "onward desk desk_phone code state lines sort"
    ).split()
)
"""Names of other parameters with strings: ids, names, words of ours, what a reader has cut out already."""
KINDS = frozenset({"str", "str | None", "Folded", "Appeal", "Appeal | str", "Sequence[str]"})
STRINGS = re.compile(r"\b(?:str|Folded|Appeal)\b")
PRINTS = ("wording", "letters")
"""Modules that begin so print texts and read none."""
TOLD_ELSEWHERE = frozenset({"turn", "scene"})
"""Who takes one of these is given words that were read and cut by the room's reader."""

_CLAUSE, _NEAR = (240, "clauses of a reply are cut"), (110, "the words around a sign of urgency")
WINDOWS: dict[str, tuple[int, str]] = {
    "handlers.citizen.corrections:_FRAME": (24, "what a correction names, by nlp.wishes"),
    "nlp.appeals.hazards:HAZARDS[poison]": _NEAR,
    "nlp.appeals.urgency:_PAST": _NEAR,
    "nlp.appeals.urgency:_SUPPLY_NOW": _NEAR,
    "nlp.appeals.urgency:_TODAY": _NEAR,
    "nlp.appeals.kind:_QUESTION_END": (30, "the end of the message"),
    "nlp.replies.parts:_COURTESY": _CLAUSE,
    "nlp.replies.parts:_WAIT": _CLAUSE,
    "nlp.replies.parts:_CALL": _CLAUSE,
    "nlp.understand:_ADDRESS": (60, "the opening"),
    "nlp.wishes:_POLITE_END": (60, "a longer message is no bare command"),
    "nlp.wishes:_NUMBER": (60, "the same; it is matched at one place of longer ones"),
}
"""Expressions that see so many characters at most, and who sees to it."""
_VERB = "where the command's words have been read up to"
AT_ONE_PLACE: dict[str, str] = {
    "handlers.directory.accused:_VOCATIVE": "after the name",
    "handlers.citizen.page:_SCORE": "the beginning of a form's text",
    "handlers.citizen.words:_STILL_NOTHING": "the whole message",
    "handlers.official.grammar:_AFTER_NUMBER": _VERB,
    "handlers.official.grammar:_PIN": _VERB,
    "handlers.official.grammar:_PAGE": _VERB,
    "handlers.official.rectification.working:_ANALYSIS": "the beginning of a line",
    "handlers.official.grammar:_TAIL": _VERB,
    "handlers.items.numbers:_MARKED": _VERB,
    "handlers.tickets.numbers:_AFTER": "after a number",
    "nlp.replies.mismatches:_CODE": "the beginning of a title",
    "nlp.replies.parts:_COURTESY": "the beginning of a clause",
    "nlp.replies.parts:_WAIT": "the beginning of a clause",
    "nlp.replies.parts:_CALL": "the beginning of a clause",
    "nlp.understand:_ADDRESS": "the beginning of the message",
}
"""Expressions that are matched at one place of a text and never searched for."""


@cache
def all_readers() -> Mapping[str, Read]:
    return readers()


def modules() -> Iterator[ModuleType]:
    for package in (nlp, handlers):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "training" not in found.name and "__main__" not in found.name:
                yield importlib.import_module(found.name)


def functions(module: ModuleType) -> Iterator[tuple[str, Callable[..., object]]]:
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(value):
            for inner, method in vars(value).items():
                if not inner.startswith("_") and callable(getattr(value, inner)):
                    yield f"{name}.{inner}", getattr(method, "__func__", method)
        elif callable(value):
            yield name, value


def takes_text(function: Callable[..., object]) -> bool:
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False
    if not TOLD_ELSEWHERE.isdisjoint(parameters):
        return False
    return any(name in TEXTS and each.annotation in KINDS for name, each in parameters.items())


def readable() -> Iterator[tuple[str, Callable[..., object]]]:
    """The public functions that may read what a person wrote, by module and name."""
    for module in modules():
        if not module.__name__.rpartition(".")[2].startswith(PRINTS):
            yield from ((f"{module.__name__}:{name}", function) for name, function in functions(module))


@cache
def takers_of_text() -> frozenset[str]:
    return frozenset(name for name, function in readable() if takes_text(function))


def unnamed_strings(function: Callable[..., object]) -> set[str]:
    """The parameters of which no list here says whether a person's words are in them; none of a known reader."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return set()
    if not TOLD_ELSEWHERE.isdisjoint(parameters) or takes_text(function):
        return set()
    strings = {name for name, each in parameters.items() if STRINGS.search(str(each.annotation))}
    return strings - TEXTS - NO_TEXTS


def inside(name: str, value: object) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The expressions that a value of a module holds."""
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from inside(f"{name}[{key}]", each)
    elif isinstance(value, tuple | list | frozenset):
        for place, each in enumerate(value):
            yield from inside(f"{name}[{place}]", each)
    elif isinstance(value, Struct):
        for field in value.__struct_fields__:
            yield from inside(f"{name}.{field}", getattr(value, field))


@cache
def expressions() -> Mapping[str, re.Pattern[str]]:
    """By module and name; what is imported or held twice is listed once."""
    seen: set[tuple[str, int]] = set()
    found: dict[str, re.Pattern[str]] = {}
    for module in modules():
        for name, value in vars(module).items():
            for path, pattern in inside(name, value):
                if (pattern.pattern, pattern.flags) not in seen:
                    seen.add((pattern.pattern, pattern.flags))
                    found[f"{module.__name__}:{path}"] = pattern
    return found


def test_every_reader_is_listed() -> None:
    unlisted = takers_of_text() - all_readers().keys() - ELSEWHERE.keys()
    assert unlisted == set(), "a reader of free text: give it a row in benchmarks/hostile_readers.py"


def test_of_every_string_it_is_known_whether_a_person_wrote_it() -> None:
    """A reader whose parameter has a new name would be measured by nobody."""
    unknown = {name: strange for name, function in readable() if (strange := unnamed_strings(function))}
    assert unknown == {}, "call it one of TEXTS, or add it to NO_TEXTS"


def test_a_new_reader_under_any_name_is_noticed() -> None:
    def reader(sentence: str) -> int:
        return sum(sentence.count(character) for character in sentence)

    assert unnamed_strings(reader) == {"sentence"}


def test_what_is_listed_is_there() -> None:
    named = {name.partition(" ")[0] for name in all_readers()} | set(ELSEWHERE)
    assert named <= takers_of_text()
    assert WINDOWS.keys() | AT_ONE_PLACE.keys() <= expressions().keys()
    assert all(reason.removeprefix("within ") in all_readers() for reason in ELSEWHERE.values() if "within" in reason)


def some() -> Iterator[Hostile]:
    """Of each item of each family the bare text, and some of the others."""
    for family in FAMILIES.values():
        bare = [hostile for hostile in family if not (hostile.head or hostile.tail)]
        around = [hostile for hostile in family if hostile.head or hostile.tail]
        yield from bare
        yield from around[:: 3 * len(around) // len(bare)]


@pytest.mark.slow("measures every reader on hostile texts")
@pytest.mark.parametrize("name", readers())
def test_a_reader_costs_as_much_as_its_text_is_long(name: str) -> None:
    read = all_readers()[name]
    wrong = [words for hostile in some() if (words := too_slow(read, hostile, LENGTH))]
    assert wrong[:5] == []


def test_what_is_matched_at_one_place_is_never_searched_for() -> None:
    searched = re.compile(r"\b(\w+)\.(?:search|sub|subn|finditer|findall|split)\(")
    for name in AT_ONE_PLACE:
        module, _, path = name.partition(":")
        source = inspect.getsource(importlib.import_module(module))
        assert path not in searched.findall(source), name


@pytest.mark.slow("measures every expression on hostile texts")
@pytest.mark.parametrize("room", ["nlp", "handlers"])
def test_an_expression_costs_as_much_as_its_text_is_long(room: str) -> None:
    wrong: dict[str, str] = {}
    for name, pattern in expressions().items():
        if not name.startswith(room):
            continue
        length = WINDOWS.get(name, (LENGTH, ""))[0]
        read = pattern.match if name in AT_ONE_PLACE else _all(pattern)
        for hostile in pumps(pattern):
            # Short ones first: what is exponential is seen before it takes a year.
            words = next((words for n in _lengths(length) if (words := too_slow(read, hostile, n))), "")
            if words:
                wrong[name] = words
                break
    assert wrong == {}


def _lengths(longest: int) -> Iterator[int]:
    return (length for length in (40, 200, longest) if length <= longest)


def _all(pattern: re.Pattern[str]) -> Read:
    return lambda text: sum(1 for _ in pattern.finditer(text))


@pytest.mark.slow("measures slow expressions")
def test_the_search_sees_what_is_slow() -> None:
    slow = {
        "square": re.compile(r"\s*x"),
        "nested": re.compile(r"(?:正在?|在)*完$"),
        "ends": re.compile(r"[,.]+$"),
    }
    for name, pattern in slow.items():
        # Of what grows exponentially 40 characters are seen in a fraction of a second, 80 take minutes.
        length = 40 if name == "nested" else 8_000
        assert any(too_slow(_all(pattern), hostile, length) for hostile in pumps(pattern)), name
    assert not any(
        too_slow(_all(re.compile(r"\d{1,4}号")), hostile, LENGTH) for hostile in pumps(re.compile(r"\d{1,4}号"))
    )
