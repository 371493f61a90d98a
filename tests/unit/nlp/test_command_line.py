"""JSON lines in, JSON lines out, one for one."""

from __future__ import annotations

import json

from nlp.__main__ import answers
from nlp.understand import Reader

USABLE = {"intent", "category", "confidence", "subcategory", "keywords", "places", "urgent", "personal"}


def test_each_line_is_answered_in_order(reader: Reader) -> None:
    lines = [
        '{"text": "春晓路的路灯坏了"}'.encode(),
        b"not json",
        '{"title": "油烟", "detail": "楼下烧烤店"}'.encode(),
        b"[]",
        b'{"text": 5}',
        b"\xff",
        b"",
        b"{}",
        b'{"text": "", "extra": [1]}',
    ]
    read = [json.loads(line) for line in answers(reader, lines)]
    assert ["error" in each for each in read] == [False, True, False, True, True, True, True, True, False]
    assert all(each.keys() >= USABLE for each in read if "error" not in each)
    assert read[0]["places"] == ["春晓路"]
    assert read[0]["category"] == "城乡建设"
