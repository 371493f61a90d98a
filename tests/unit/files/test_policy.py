"""The policy file is read whole, and what is wrong in it is named: file, edition, row and field."""

from __future__ import annotations

import string
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.documents import ROOT, policy_file
from bot.config import Settings, Unusable
from bot.files.policy import KINDS, KNOWN_CATEGORIES, print_policy, read_policy, read_terms
from handlers.calendar.policy import DEFAULT, Book, CrowdRule, Edition, Ladder, Rule, Span
from handlers.calendar.workdays import CHINA

GOOD = """
[[editions]]
effective = 2027-01-01
[[editions.rules]]
name = "紧急"
words = "2 小时内回应"
source = "市政府令"
urgent = true
accept = "1h"
reply = "2h"
ladder = { yellow = "0h", red = "1d", notice = "3d", source = "市政府令" }
[[editions.rules]]
name = "其他"
words = "7 天内答复"
source = "市政府令"
accept = "1wd"
reply = "7d"
[[editions.crowd]]
people = 20
reply = "2wd"
words = "20 人以上 2 个工作日"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "town.toml"
    path.write_text(text, "utf-8")
    return path


def test_every_field_is_read(tmp_path: Path) -> None:
    (edition,) = read_policy(written(tmp_path, GOOD)).editions
    urgent, other = edition.rules
    assert edition.effective == date(2027, 1, 1)
    assert (urgent.urgent, urgent.accept, urgent.reply) == (True, Span(hours=1), Span(hours=2))
    assert urgent.ladder == Ladder(Span(), Span(days=1), Span(days=3), "市政府令")
    assert (other.reply, other.ladder) == (Span(days=7), None)
    assert edition.crowd == (CrowdRule(20, Span(workdays=2), "20 人以上 2 个工作日"),)
    assert edition.wait == Edition(date(2027, 1, 1), ()).wait


def test_the_printed_policy_reads_back_the_same(tmp_path: Path) -> None:
    printed = print_policy(DEFAULT)
    assert read_policy(written(tmp_path, printed)).editions == DEFAULT.editions
    assert (ROOT / "deploy" / "policy.toml").read_text("utf-8") == policy_file() == printed


def test_the_print_holds_every_field() -> None:
    """A field that is added to the policy and forgotten in the file would be lost without a word."""
    (edition,) = tomllib.loads(print_policy(Book([_full()])))["editions"]
    assert set(edition) == set(Edition.__struct_fields__)
    assert set(edition["rules"][0]) == set(Rule.__struct_fields__)
    assert set(edition["rules"][0]["ladder"]) == set(Ladder.__struct_fields__)
    assert set(edition["crowd"][0]) == set(CrowdRule.__struct_fields__)


def _full() -> Edition:
    ladder = Ladder(Span(), Span(hours=2), Span(days=3), "x")
    narrow = Rule("窄", "话", "源", Span(hours=1), Span(hours=2), ladder, KINDS, KNOWN_CATEGORIES, True, True)
    rest = Rule("其他", "话", "源", Span(workdays=1), Span(workdays=5), None)
    return Edition(date(2027, 1, 1), (narrow, rest), (CrowdRule(5, Span(days=1), "话"),))


TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(str.strip) | st.sampled_from(
    ['"', "\\", "\x7f", "行\u2028行", "# 不是注释", "'''", string.punctuation]
)
SPANS = st.one_of(
    st.builds(Span, hours=st.integers(1, 9999)),
    st.builds(Span, days=st.integers(1, 9999)),
    st.builds(Span, workdays=st.integers(1, 9999)),
)
STEPS = st.lists(st.integers(0, 9999), min_size=3, max_size=3).map(sorted)


def _ladder(hours: list[int]) -> Ladder:
    yellow, red, notice = (Span(hours=each) for each in hours)
    return Ladder(yellow, red, notice, "源")


@st.composite
def rules(draw: st.DrawFn, last: bool) -> Rule:
    reply = draw(SPANS)
    ladder = draw(st.none() | STEPS.map(_ladder))
    kinds = frozenset() if last else draw(st.frozensets(st.sampled_from(sorted(KINDS)), min_size=1))
    categories = frozenset() if last else draw(st.frozensets(st.sampled_from(sorted(KNOWN_CATEGORIES))))
    flags = (False, False) if last else (draw(st.booleans()), draw(st.booleans()))
    return Rule(draw(TEXTS), draw(TEXTS), draw(TEXTS), reply, reply, ladder, kinds, categories, *flags)


@st.composite
def editions(draw: st.DrawFn, day: date) -> Edition:
    rows = (*draw(st.lists(rules(last=False), max_size=3)), draw(rules(last=True)))
    people = draw(st.lists(st.integers(1, 500), unique=True, max_size=3))
    crowd = tuple(CrowdRule(count, draw(SPANS), draw(TEXTS)) for count in people)
    return Edition(day, rows, crowd, draw(SPANS), draw(SPANS), draw(st.integers(1, 9)), draw(SPANS))


@given(st.data())
def test_whatever_is_printed_reads_back_the_same(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    days = data.draw(st.lists(st.dates(date(2000, 1, 1), date(2100, 1, 1)), min_size=1, max_size=3, unique=True))
    book = Book([data.draw(editions(day)) for day in days])
    assert read_policy(written(tmp_path_factory.mktemp("policy"), print_policy(book))).editions == book.editions


RULE = "edition 2027-01-01, rule"
BAD = {
    "no TOML": ("[[editions", "Expected"),
    "nothing": ("", "town.toml, editions: there is none"),
    "a strange name at the top": ("limits = 1\n" + GOOD, "town.toml, limits: there is no such field"),
    "a day in quotes": (GOOD.replace("2027-01-01", '"2027-01-01"'), "town.toml, edition 1, effective: is a day"),
    "a moment": (GOOD.replace("2027-01-01", "2027-01-01T00:00:00"), "edition 1, effective: is a day"),
    "one day twice": (GOOD * 2, "editions: two are effective from 2027-01-01"),
    "a strange field": (GOOD.replace("urgent", "hurried"), f"{RULE} 1 (紧急), hurried: there is no such field"),
    "a span that is none": (GOOD.replace('"7d"', '"7 days"'), f"{RULE} 2 (其他), reply: a span is written as"),
    "a number for a span": (GOOD.replace('"7d"', "7"), f"{RULE} 2 (其他), reply: is a length of time in quotes"),
    "no time": (GOOD.replace('"7d"', '"0d"'), f"{RULE} 2 (其他), reply: 0d is no time at all"),
    "no words": (GOOD.replace('words = "7 天内答复"\n', ""), f"{RULE} 2 (其他), words: is missing"),
    "empty words": (GOOD.replace("7 天内答复", " "), f"{RULE} 2 (其他), words: is missing"),
    "no name": (GOOD.replace('name = "其他"\n', ""), f"{RULE} 2, name: is missing"),
    "no source": (GOOD.replace(', source = "市政府令" }', " }"), f"{RULE} 1 (紧急), ladder, source: is missing"),
    "a ladder in working days": (GOOD.replace('"1d"', '"1wd"'), f"{RULE} 1 (紧急), ladder, red: is written in hours"),
    "a ladder out of order": (GOOD.replace('"3d"', '"23h"'), f"{RULE} 1 (紧急), ladder, notice: yellow, red and"),
    "accept after reply": (GOOD.replace('"1h"', '"3h"'), f"{RULE} 1 (紧急), accept: 3h is longer than reply, 2h"),
    "no such kind": (GOOD.replace("urgent = true", 'kinds = ["抱怨"]'), f"{RULE} 1 (紧急), kinds: there is no 抱怨"),
    "no such category": (
        GOOD.replace("urgent = true", 'categories = ["天气"]'),
        f"{RULE} 1 (紧急), categories: there is no 天气",
    ),
    "kinds as a word": (GOOD.replace("urgent = true", 'kinds = "投诉"'), f"{RULE} 1 (紧急), kinds: is a list of words"),
    "a flag as a number": (GOOD.replace("urgent = true", "urgent = 1"), f"{RULE} 1 (紧急), urgent: is true or false"),
    "a rule nobody reaches": (GOOD.replace("urgent = true\n", ""), f"{RULE} 1 (紧急): the last rule holds for"),
    "a gap at the end": (GOOD.replace('"其他"', '"其他"\nurgent = true'), f"{RULE} 2 (其他): the last rule holds for"),
    "no people": (GOOD.replace("people = 20", "people = 0"), "crowd row 1, people: is a whole number from 1 on"),
    "a crowd twice": (GOOD + GOOD[GOOD.index("[[editions.crowd") :], "edition 2027-01-01, crowd: two rows"),
    "a truth for a number": (
        GOOD.replace("2027-01-01\n", "2027-01-01\nreturns = true\n"),
        "returns: is a whole number",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_wrong_is_named_in_one_line(what: str, tmp_path: Path) -> None:
    text, named = BAD[what]
    with pytest.raises(Unusable) as refused:
        read_policy(written(tmp_path, text))
    said = str(refused.value)
    assert said.startswith("POLICY_FILE: town.toml")
    assert named in said
    assert "\n" not in said


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_a_file_that_cannot_be_opened_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"^POLICY_FILE: "):
        read_policy(tmp_path / name)


def test_without_settings_the_shipped_terms_hold() -> None:
    terms = read_terms(Settings())
    assert (terms.book, terms.calendar) == (DEFAULT, CHINA)
