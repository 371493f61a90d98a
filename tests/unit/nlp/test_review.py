"""Replies of our own invention, each with what a careful reader finds in it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.appeals.personal import PersonalKind
from nlp.replies.review import Wrong, review

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=CHINA)
TITLE = "路灯坏了"
DETAIL = "我家住春晓路12号，门口三盏路灯坏了半个月，晚上一片漆黑。请问什么时候能修好？维修费用由谁出？希望顺便把歪掉的灯杆扶正。"
WHOLE = (
    "您好！11月20日我局路灯所到春晓路12号现场查看，三盏路灯因电缆老化不亮。根据《城市照明管理规定》，公共路灯的维修费用由市财政承担，"
    "居民不用出钱。已更换电缆，预计11月28日前三盏灯全部亮起，灯杆同日扶正。有疑问请拨打路灯所电话0731-85123456。"
)


def test_a_whole_reply_has_all_parts_and_leaves_nothing_open() -> None:
    read = review(TITLE, DETAIL, WHOLE, NOW, NOW)
    assert read.parts.present() == dict.fromkeys(("facts", "law", "handling", "next", "contact"), True)
    assert not any((read.unanswered, read.vague, read.suspicions, read.personal))
    assert not read.deflects
    assert not read.receipt_only
    assert read.score >= 80
    assert read.hints() == ()


# A sentence taken out, and the part that goes with it.
@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("law", "根据《城市照明管理规定》，"),
        ("contact", "有疑问请拨打路灯所电话0731-85123456。"),
        ("next", "预计11月28日前三盏灯全部亮起，灯杆同日扶正"),
    ],
)
def test_a_part_goes_with_its_sentence_and_the_score_falls(part: str, sentence: str) -> None:
    assert sentence in WHOLE
    poorer = review(TITLE, DETAIL, WHOLE.replace(sentence, ""), NOW, NOW)
    assert not poorer.parts.present()[part]
    assert poorer.score < review(TITLE, DETAIL, WHOLE, NOW, NOW).score


RECEIPTS = [
    "",
    "您好！",
    "您好！您反映的问题已收悉，我局正在办理中，感谢您的支持。",
    "网友：您好，您反映的问题已转交市路灯管理所核实、办复。2026年11月20日",
    "来信收悉，已交相关部门调查处理，有结果后将第一时间回复您，请耐心等待。",
    "您的留言我们高度重视，已批转有关单位，敬请关注后续回复，谢谢！",
    "尊敬的市民，您好！感谢您的来信。您所反映的情况我办已转至清河街道办事处，祝您生活愉快！",
    "您好，您的诉求已受理，我们会尽快处理。",
    "您反映的问题已转市水务局调查处理，您也可以直接咨询市水务局，电话0731-85123456。",
]
ANSWERS = [
    "可以，带身份证到清河街道便民服务中心办理就行。",
    "不能。按规定要连续缴满24个月才可以申请。",
    "三盏灯昨晚已经修好了。",
    "您好！您反映的问题已收悉。经查，春晓路的路灯因电缆被挖断不亮，已于11月20日修复。",
    "来信已转路灯所。路灯所今天到现场查看，电缆老化，11月25日前换好。",
]


@pytest.mark.parametrize("reply", RECEIPTS)
def test_a_receipt_is_told_and_scores_next_to_nothing(reply: str) -> None:
    read = review(TITLE, DETAIL, reply, NOW, NOW)
    assert read.receipt_only
    assert read.score <= 5
    assert len(read.unanswered) == 3
    assert "什么时候能修好" in read.hints()[1]


@pytest.mark.parametrize("reply", ANSWERS)
def test_an_answer_however_short_is_no_receipt(reply: str) -> None:
    read = review(TITLE, DETAIL, reply, NOW, NOW)
    assert not read.receipt_only
    assert read.score > max(review(TITLE, DETAIL, receipt).score for receipt in RECEIPTS)


def test_polite_length_earns_nothing() -> None:
    padded = "您好！感谢您对我们工作的关心和支持，您的留言已收悉，我局高度重视。" * 10 + RECEIPTS[2]
    assert review(TITLE, DETAIL, padded).score <= 5
    more = WHOLE + "再次感谢您对我们工作的理解与支持，祝您生活愉快！" * 8
    assert review(TITLE, DETAIL, more).score == review(TITLE, DETAIL, WHOLE).score


@pytest.mark.parametrize(
    ("reply", "vague"),
    [
        ("我局将尽快安排维修，并适时扶正灯杆。", ("尽快", "适时")),
        ("近期将更换电缆，逐步恢复照明。", ("近期", "逐步")),
        ("我局将尽快安排维修，12月5日前全部修好。", ()),
        ("争取在年底前逐步完成改造。", ()),
        ("近期连续降雨造成电缆短路，现已修复。", ()),
        ("请您尽快到窗口领取。", ()),
        ("待条件成熟时再研究增设路灯。", ("条件成熟时",)),
    ],
)
def test_promises_without_a_date_are_named(reply: str, vague: tuple[str, ...]) -> None:
    assert review(TITLE, DETAIL, reply).vague == vague


@pytest.mark.parametrize(
    ("reply", "left"),
    [
        ("路灯预计11月28日前修好。", {"维修费用由谁出", "希望顺便把歪掉的灯杆扶正"}),
        ("维修费用由市财政承担。", {"什么时候能修好", "希望顺便把歪掉的灯杆扶正"}),
        ("11月28日前修好，维修费用由市财政承担，灯杆已扶正。", set()),
    ],
)
def test_each_question_is_looked_for(reply: str, left: set[str]) -> None:
    assert set(review(TITLE, DETAIL, reply).unanswered) == left


def test_hints_ask_for_the_open_question_and_a_date() -> None:
    hints = review(
        TITLE, DETAIL, "经现场查看，电缆老化，我局将尽快更换，费用由市财政承担，灯杆一并扶正。", NOW, NOW
    ).hints()
    assert any("市民问了“什么时候能修好”，还没有回答" in hint for hint in hints)
    assert any("“尽快”换成具体日期，比如 12 月 5 日前" in hint for hint in hints)
    assert len(hints) <= 3


@pytest.mark.parametrize(
    ("reply", "deflects"),
    [
        ("您好，路灯不属于我局职责范围，请向供电公司反映。", True),
        ("这件事请咨询住建局，电话0731-85123456。", True),
        ("您好，建议您直接向物业公司反映。", True),
        ("路灯不属于我局职责范围，我们已转交市路灯管理所，他们11月24日前会与您联系。", False),
        (WHOLE, False),
        ("可以办理，带身份证和户口本到街道便民服务中心，当天可取。如有疑问请咨询0731-85123456。", False),
    ],
)
def test_pushing_away_is_told_from_handing_on(reply: str, deflects: bool) -> None:
    read = review(TITLE, DETAIL, reply)
    assert read.deflects is deflects
    assert not deflects or read.score <= 35


@pytest.mark.parametrize(
    ("reply", "wrong", "phrase"),
    [
        ("您好！您反映的“梧桐巷烧烤店油烟扰民”问题，我局已责令整改。", Wrong.MATTER, "梧桐巷烧烤店油烟扰民"),
        ("路灯将于2月30日前修好。", Wrong.DATE, "2月30日"),
        ("路灯预计2026年13月1日完成维修。", Wrong.DATE, "2026年13月1日"),
        ("路灯预计2025年3月1日前完成维修。", Wrong.DATE, "2025年3月1日"),
        ("2027年3月1日已到现场查看。", Wrong.DATE, "2027年3月1日"),
        ("您于2026年3月1日的来信收悉，路灯已修好。", Wrong.DATE, "2026年3月1日"),
        ("王先生您好：三盏路灯已修好。", Wrong.PERSON, "王先生"),
    ],
)
def test_what_belongs_to_another_appeal_is_doubted(reply: str, wrong: Wrong, phrase: str) -> None:
    found = review(TITLE, DETAIL + "我叫李梅。", reply, NOW, NOW).suspicions
    assert [(one.wrong, one.phrase) for one in found] == [(wrong, phrase)]


def test_personal_data_is_found_and_the_office_telephone_left_alone() -> None:
    reply = "投诉人手机13812345678的情况属实，咨询请拨打0731-85123456。"
    (span,) = review(TITLE, DETAIL, reply).personal
    assert span.kind is PersonalKind.PHONE
    assert reply[span.start : span.end] == "13812345678"


PIECES = st.lists(
    st.sampled_from([
        WHOLE, DETAIL, *RECEIPTS, "近期", "尽快", "请问", "吗", "？", "什么时候", "\u200b", "２０２６年１１月", "转", "不属于我局职责", "《", "\n", "12月5日前", "“", "电话", "1" * 9,
    ])
)  # fmt: skip


@given(st.one_of(st.text(), PIECES.map("".join)), st.one_of(st.text(), PIECES.map("".join)))
def test_any_text_is_read_and_every_phrase_is_an_exact_substring(appeal: str, reply: str) -> None:
    read = review("", appeal, reply, NOW, NOW)
    assert 0 <= read.score <= 100
    assert all(phrase in reply for phrase in (*read.vague, *(one.phrase for one in read.suspicions)))
    assert all(getattr(read.parts, name) in reply for name in read.parts.__struct_fields__)
    assert all(phrase and phrase in appeal for phrase in read.unanswered)
    assert all(0 <= span.start < span.end <= len(reply) for span in read.personal)
    assert len(read.hints()) <= 3


@pytest.mark.parametrize(
    ("appeal", "asked"),
    [
        ("路灯坏了。何时修好？", ("何时修好",)),
        ("路灯坏了。何时？", ()),
        ("路灯坏了。" + "我" * 66 + "何时修好？", ("我" * 66 + "何时修好",)),
        ("路灯坏了。" + "我" * 67 + "何时修好？", ()),
    ],
)
def test_a_question_has_four_to_seventy_characters(appeal: str, asked: tuple[str, ...]) -> None:
    assert review("", appeal, "收到").unanswered == asked


@pytest.mark.parametrize(
    ("says", "kind"),
    [
        ("联系人：陈小满。", None),
        ("我叫陈小满。", PersonalKind.NAME),
        ("联系人身份证号310101199001011234。", PersonalKind.ID),
        ("请致电住建局85123456。", None),
    ],
)
def test_a_reply_may_name_whom_to_ask_and_nobody_else(says: str, kind: PersonalKind | None) -> None:
    read = review(TITLE, DETAIL, WHOLE + says, NOW, NOW)
    assert [each.kind for each in read.personal] == ([kind] if kind else [])
