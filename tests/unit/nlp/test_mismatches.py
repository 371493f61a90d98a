"""Doubts about a reply: what it says that fits neither the appeal nor the calendar, and what only looks so."""

from __future__ import annotations

from datetime import date

import pytest

from nlp.replies.mismatches import Wrong, doubts

ASKED = date(2026, 11, 3)
NOW = date(2026, 11, 20)
APPEAL = "我叫周小满,幸福小区的电梯停了三天,老人下不了楼,受理编号:26000017"


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [
        ("周女士:您好,电梯已修好。", None),
        ("刘女士:您好,电梯已修好。", Wrong.PERSON),
        ("网友女士:您好,电梯已修好。", None),
        ("您反映的“电梯停了三天”问题收悉。", None),
        ("您反映的“公交站台没有遮雨棚”问题收悉。", Wrong.MATTER),
        ("您反映的“26000017-3”问题收悉。", None),
        ("工单编号:26000017已办结。", None),
        ("工单编号:26000099已办结。", Wrong.NUMBER),
        ("中山路和建设村的管道已在施工。", Wrong.PLACE),
        ("幸福小区和建设村的电梯已在施工。", None),
        ("中山路的管道已在施工。", None),
        ("我们已于2026年11月5日到现场查看。", None),
        ("我们已于2026年12月5日到现场查看。", Wrong.DATE),
        ("2026年12月5日我们已组织检查。", Wrong.DATE),
        ("将于2026年10月1日前完成。", Wrong.DATE),
        ("将于2026年12月1日前完成。", None),
        ("将于2026年2月30日前完成。", Wrong.DATE),
        ("按1900年1月1日的规定办理。", Wrong.DATE),
        ("13月5日前修好。", Wrong.DATE),
        ("12月5日前修好。", None),
        ("2月30日前修好。", Wrong.DATE),
        ("您于2026年11月3日来信反映电梯。", None),
        ("您于2026年10月20日来信反映电梯。", Wrong.DATE),
        ("您于2026年10月31日来信反映电梯。", None),
        ("您于2026年10月32日来信反映电梯。", Wrong.DATE),
    ],
)
def test_what_does_not_fit_is_doubted_and_nothing_else(reply: str, wrong: Wrong | None) -> None:
    found = doubts(APPEAL, reply, reply, ASKED, NOW)
    assert [each.wrong for each in found] == ([wrong] if wrong else [])


def test_an_appeal_without_name_or_number_raises_no_doubt() -> None:
    assert doubts("电梯停了三天", "刘女士:您好,工单编号:26000099,电梯已修好。", "电梯已修好", None, None) == ()


def test_dates_are_doubted_only_where_the_days_are_known() -> None:
    reply = "将于2026年10月1日前完成。"
    assert doubts(APPEAL, reply, reply, None, NOW) == ()
    assert doubts(APPEAL, reply, reply, ASKED, None) == ()
