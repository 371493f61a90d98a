"""Messages spelled as they are spoken are read as if they were written."""

from __future__ import annotations

import pytest

from nlp.text.lexicon import DATA, read_sections
from nlp.text.normalize import fold
from nlp.understand import Reader
from nlp.wishes import Wish, wants

SAME = [
    ("屋企冇水两日了", "屋企没水两日了"),
    ("我们村木有路灯", "我们村没有路灯"),
    ("医保肿么报销", "医保怎么报销"),
    ("三个月工资莫得发，咋个整", "三个月工资没有发，怎么办"),
    ("请问嘛时候通燃气", "请问啥时候通燃气"),
    ("路灯坏咗点解冇人修", "路灯坏了为何没人修"),
    ("系咪要先交物业费", "是否要先交物业费"),
    ("俺们楼的电梯坏了", "我们楼的电梯坏了"),
    ("唔该，社保点样转移", "请问，社保怎样转移"),
]


@pytest.mark.parametrize(("spoken", "written"), SAME)
def test_spoken_is_read_like_written(reader: Reader, spoken: str, written: str) -> None:
    one, other = reader.understand(spoken), reader.understand(written)
    assert (one.kind, one.category, one.confidence) == (other.kind, other.category, other.confidence)
    assert (one.urgent, one.keywords) == (other.urgent, other.keywords)


@pytest.mark.parametrize("text", ["红木有限公司拖欠工资", "公园里草木有毒"])
def test_what_only_looks_spoken_stays(reader: Reader, text: str) -> None:
    assert not any("没" in word for word in reader.understand(text).keywords)


def test_phrases_are_quoted_as_they_were_typed(reader: Reader) -> None:
    assert reader.understand("屋企\u200b冇水两日了").urgent_phrase == "屋企\u200b冇水两日了"


def test_what_is_read_instead_is_as_long() -> None:
    rows = [(word, row.part) for word, row in read_sections(DATA / "cues.txt") if row.section == "spoken"]
    assert rows
    assert all(len(word) == len(written) for word, written in rows)
    assert all(fold(written).text == written for _, written in rows)


@pytest.mark.parametrize("text", ["搞到哪了", "整得咋样了", "咋个样了"])
def test_progress_is_asked_for_in_dialect(text: str) -> None:
    assert wants(text).wish is Wish.TRACK
