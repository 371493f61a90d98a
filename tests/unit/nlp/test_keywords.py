"""Keywords: what a person would choose, and what nobody would."""

from __future__ import annotations

import pytest

from nlp.understand import Reader

CHOSEN = [
    ("楼下烧烤店油烟很大，夜里噪音扰民", {"油烟", "噪音", "扰民"}),
    ("公交车班次太少，站牌也坏了", {"公交车", "站牌"}),
    ("老板拖欠农民工工资两个月", {"拖欠", "工资"}),
    ("医保报销比例怎么算", {"医保", "报销比例"}),
    ("小区电梯故障，物业不修", {"电梯故障", "物业"}),
]
ODD = [
    ("尊敬的领导您好，百忙之中打扰您，祝您工作顺利，路灯坏了", {"领导", "打扰", "工作顺利", "尊敬"}),
    ("我们全家几百人天天走不动，路面坑洼", {"全家", "几百人", "天天", "走不动"}),
    ("厅长您好，镇长不管，井盖丢了", {"厅长", "镇长"}),
    ("希望有关部门核实情况，加大力度，落实措施，垃圾没人收", {"加大", "力度", "落实", "措施", "核实", "情况"}),
    ("我听说到现在还没有结果，道路施工没有围挡", {"听说", "结果"}),
    ("张三说李四把垃圾倒在绿化带", {"张三", "李四"}),
    ("电话13800001234，车位被占", {"13800001234", "电话"}),
]


@pytest.mark.parametrize(("text", "words"), CHOSEN)
def test_what_a_person_would_choose(reader: Reader, text: str, words: set[str]) -> None:
    assert words <= set(reader.understand(text).keywords)


@pytest.mark.parametrize(("text", "words"), ODD)
def test_what_nobody_would_choose(reader: Reader, text: str, words: set[str]) -> None:
    found = reader.understand(text).keywords
    assert found
    assert not words & set(found)


def test_names_of_places_are_not_said_twice(reader: Reader) -> None:
    text = "玉兰花园的电梯坏了\n玉兰花园电梯坏了三天。就说玉兰的物业，从来不修电梯"
    assert not {"玉兰", "花园", "玉兰花园"} & set(reader.understand(text).keywords)


def test_no_keyword_is_a_part_of_a_better_one(reader: Reader) -> None:
    found = reader.understand("住房公积金贷款怎么办，住房公积金能提取吗，公积金太少").keywords
    assert "住房公积金" in found
    assert "公积金" not in found


def test_at_most_eight_in_the_order_of_the_text(reader: Reader) -> None:
    text = "路灯坏了，井盖丢了，垃圾没人收，油烟扰民，公交改道，学校收费，医院排队，工资拖欠，电梯故障，漏水，停电"
    found = reader.understand(text).keywords
    assert len(found) == 8
    assert sorted(found, key=text.index) == list(found)
