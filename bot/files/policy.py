"""Reads and prints the policy file: every edition with its rules. What is printed reads back as the same policy."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

from bot.config import Settings, Unusable
from bot.files.calendars import read_calendar
from handlers.calendar.policy import (
    DEFAULT,
    VITAL_CATEGORIES,
    Book,
    CrowdRule,
    Edition,
    Ladder,
    Rule,
    Span,
    Terms,
    span,
)
from nlp.appeals.category import CATEGORIES, OTHER
from nlp.understand import Kind

HEAD = """
# 期限规定，由 `python -m bot policy show` 印出。照此改一份，把 POLICY_FILE 指向它。
#
# 可以有几版 [[editions]]，各从 effective 那天（北京时间零点）起用；已经提交的诉求一直按提交那天的那一版。
# 改规定就加一版，不要改旧的；加之前先试算：python -m bot policy try --from 2026-01-01 --file 新文件
#
# 时长：2h 小时、7d 自然日（昼夜连续计），5wd 工作日（到承办单位下班为止）。
# 每条规定 [[editions.rules]]：从上往下，先对上的算数；kinds、categories 不写就是都算，最后一条什么都不限。
#   name 名称；words 说给市民听的话；source 出处；accept 多久受理；reply 多久答复
#   urgent = true 只管加急的；vital = true 只管停水、停电、停气、停暖
#   ladder 超过答复期限多久亮黄牌、红牌、发催办通知单；不写就不亮牌
# 附议多了提前答复 [[editions.crowd]]：people 连同提交的人一共多少人
"""

NOTES: dict[str, str] = {
    "wait": "等市民补充最多停多久，到时自动接着计时",
    "urge_answer": "市民催办，多久之内要回应",
    "ruling": "退回次数到了，裁定归属要多久",
    "rating": "等市民评价多久",
    "redo": "评价不满意又没说原因，过多久转为重办",
    "revisit": "办结多久之后回头看",
    "look": "回头看等多久",
    "returns": "第几次退回转裁定",
    "extension": "一次延期最多几个工作日",
    "revisit_every": "每几件回头看一件",
}
"""Comment printed beside each value of an edition."""


SETTING = "POLICY_FILE"

KINDS = frozenset(kind.value for kind in Kind)
KNOWN_CATEGORIES = frozenset(CATEGORIES) | VITAL_CATEGORIES | {OTHER}

_SPANS = ("wait", "urge_answer", "ruling", "rating", "redo", "revisit", "look")
_COUNTS = ("returns", "extension", "revisit_every")


def read_terms(settings: Settings) -> Terms:
    """Returns what this installation counts dates by. Raises `Unusable` with one line that says what is wrong and
    where.
    """
    book = read_policy(settings.policy_file) if settings.policy_file is not None else DEFAULT
    return Terms(book, read_calendar(settings.calendar_dir))


def read_policy(path: Path) -> Book:
    """Returns the editions in a file. Raises `Unusable` with one line that names file, edition, row and field."""
    try:
        file = _Table(tomllib.loads(path.read_text("utf-8")), f"{SETTING}: {path.name}")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unusable(f"{SETTING}: {path.name}: {error}") from None
    editions = [_edition(table) for table in file.tables("editions", "edition")]
    file.done()
    if not editions:
        raise file.wrong("editions", "there is none; an edition begins with [[editions]]")
    days = [edition.effective for edition in editions]
    twice = next((day for place, day in enumerate(days) if day in days[:place]), None)
    if twice is not None:
        raise file.wrong("editions", f"two are effective from {twice}")
    return Book(editions)


def print_policy(book: Book) -> str:
    """Returns the editions as a policy file."""
    lines = [HEAD.strip()]
    for edition in book.editions:
        lines += ["", "[[editions]]", f"effective = {edition.effective.isoformat()}"]
        for name in (*_SPANS, *_COUNTS):
            value = getattr(edition, name)
            shown = f'"{value}"' if isinstance(value, Span) else str(value)
            lines.append(f"{name} = {shown}  # {NOTES[name]}")
        for rule in edition.rules:
            lines += ["", "[[editions.rules]]", *_printed(rule)]
        for row in edition.crowd:
            lines += ["", "[[editions.crowd]]", f"people = {row.people}", f'reply = "{row.reply}"']
            lines.append(f"words = {_quoted(row.words)}")
    return "\n".join(lines) + "\n"


def _printed(rule: Rule) -> list[str]:
    lines = [f"{name} = {_quoted(getattr(rule, name))}" for name in ("name", "words", "source")]
    chosen = {name: sorted(getattr(rule, name)) for name in ("kinds", "categories")}
    lines += [f"{name} = [{', '.join(map(_quoted, values))}]" for name, values in chosen.items() if values]
    lines += [f"{name} = true" for name in ("urgent", "vital") if getattr(rule, name)]
    lines += [f'accept = "{rule.accept}"', f'reply = "{rule.reply}"']
    if rule.ladder is not None:
        ladder = rule.ladder
        steps = f'yellow = "{ladder.yellow}", red = "{ladder.red}", notice = "{ladder.notice}"'
        lines.append(f"ladder = {{ {steps}, source = {_quoted(ladder.source)} }}")
    return lines


def _quoted(text: str) -> str:
    # A JSON string is one of TOML too, but for the one sign that only JSON leaves as it is.
    return msgspec.json.encode(text).decode().replace("\x7f", "\\u007f")


def _edition(table: _Table) -> Edition:
    effective = table.day("effective")
    table.place = f"{table.place.rpartition(', ')[0]}, edition {effective}"
    default = Edition(effective, ())
    spans = {name: table.span(name, getattr(default, name)) for name in _SPANS}
    counts = {name: table.count(name, getattr(default, name)) for name in _COUNTS}
    rules = tuple(_rule(row) for row in table.tables("rules", "rule"))
    crowd = tuple(_crowd(row) for row in table.tables("crowd", "crowd row"))
    table.done()
    _check_rules(table, rules)
    people = [row.people for row in crowd]
    if len(set(people)) != len(people):
        raise table.wrong("crowd", "two rows have the same number of people")
    return replace(default, rules=rules, crowd=crowd, **spans, **counts)


def _check_rules(table: _Table, rules: Sequence[Rule]) -> None:
    """Raises `Unusable` for a row after one that holds for everything, and for a last row that does not."""
    if not rules:
        raise table.wrong("rules", "there is none; a rule begins with [[editions.rules]]")
    for number, rule in enumerate(rules, 1):
        everything = not (rule.kinds or rule.categories or rule.urgent or rule.vital)
        if everything != (number == len(rules)):
            what = "the last rule holds for everything: no kinds, categories, urgent or vital"
            raise table.wrong(
                f"rule {number} ({rule.name})", what if not everything else f"{what}; this one is not last"
            )


def _rule(table: _Table) -> Rule:
    name = table.words("name")
    table.place = f"{table.place} ({name})"
    ladder = table.table("ladder")
    rule = Rule(
        name,
        table.words("words"),
        table.words("source"),
        table.span("accept"),
        table.span("reply"),
        _ladder(ladder) if ladder is not None else None,
        table.choice("kinds", KINDS),
        table.choice("categories", KNOWN_CATEGORIES),
        table.flag("urgent"),
        table.flag("vital"),
    )
    table.done()
    if rule.accept.workdays > rule.reply.workdays > 0 or (_hours(rule.accept) > _hours(rule.reply) > 0):
        raise table.wrong("accept", f"{rule.accept} is longer than reply, {rule.reply}")
    return rule


def _ladder(table: _Table) -> Ladder:
    steps = [table.span(name, least=0) for name in ("yellow", "red", "notice")]
    for name, step in zip(("yellow", "red", "notice"), steps, strict=True):
        if step.workdays:
            raise table.wrong(name, "is written in hours or days, never in working days")
    if [_hours(step) for step in steps] != sorted(_hours(step) for step in steps):
        raise table.wrong("notice", "yellow, red and notice follow one another")
    ladder = Ladder(steps[0], steps[1], steps[2], table.words("source"))
    table.done()
    return ladder


def _crowd(table: _Table) -> CrowdRule:
    row = CrowdRule(table.count("people"), table.span("reply"), table.words("words"))
    table.done()
    return row


def _hours(length: Span) -> int:
    return length.days * 24 + length.hours


class _Table:
    """One table of the file, read field by field. Every error names the place; `done` finds unknown fields."""

    def __init__(self, values: Mapping[str, object], place: str) -> None:
        self.place = place
        self._values = values
        self._asked: list[str] = []

    def wrong(self, name: str, what: str) -> Unusable:
        """Returns the error about a field."""
        return Unusable(f"{self.place}, {name}: {what}")

    def done(self) -> None:
        """Raises `Unusable` for an unknown field."""
        strange = next((name for name in self._values if name not in self._asked), None)
        if strange is not None:
            raise self.wrong(strange, f"there is no such field; there are {', '.join(self._asked)}")

    def _get(self, name: str) -> object:
        self._asked.append(name)
        return self._values.get(name)

    def words(self, name: str) -> str:
        """Returns a text that is not empty."""
        value = self._get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(name, "is missing; it is a text in quotes")
        return value

    def span(self, name: str, default: Span | None = None, *, least: int = 1) -> Span:
        """Returns a length of time."""
        value = self._get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise self.wrong(name, 'is a length of time in quotes: "2h", "15d" or "5wd"')
        try:
            found = span(value)
        except ValueError as error:
            raise self.wrong(name, str(error)) from None
        if found.hours + found.days + found.workdays < least:
            raise self.wrong(name, f"{value} is no time at all")
        return found

    def count(self, name: str, default: int | None = None) -> int:
        """Returns a whole number, at least 1."""
        value = self._get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.wrong(name, "is a whole number from 1 on")
        return value

    def flag(self, name: str) -> bool:
        """Returns a truth value. False when it is missing."""
        value = self._get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise self.wrong(name, "is true or false")

    def day(self, name: str) -> date:
        """Returns a date."""
        value = self._get(name)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(name, "is a day without quotes, as 2027-01-01")
        return value

    def choice(self, name: str, known: frozenset[str]) -> frozenset[str]:
        """Returns some of these words. Empty when the field is missing."""
        values = self._get(name)
        if values is None:
            return frozenset()
        if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
            raise self.wrong(name, 'is a list of words, as ["投诉", "求助"]')
        strange = next((value for value in values if value not in known), None)
        if strange is not None:
            raise self.wrong(name, f"there is no {strange}; there are {'、'.join(sorted(known))}")
        return frozenset(values)

    def table(self, name: str) -> _Table | None:
        """Returns a table in this one. None when it is missing."""
        value = self._get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong(name, 'is a table: { yellow = "0h", red = "10d", notice = "25d", source = "…" }')
        return _Table(value, f"{self.place}, {name}")

    def tables(self, name: str, called: str) -> list[_Table]:
        """Returns the tables of this name. Each is named by its position in errors."""
        values = self._get(name)
        if values is None:
            return []
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.wrong(name, f"each {called} is a table of its own")
        return [_Table(value, f"{self.place}, {called} {number}") for number, value in enumerate(values, 1)]
