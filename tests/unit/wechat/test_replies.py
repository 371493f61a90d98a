"""Texts as they leave: any text survives the XML, no part is too long, no link is broken."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.wechat.replies import MAX_TEXT, fit, split, text_reply

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)
NASTY = st.lists(
    st.sampled_from(
        ["]]>", "]]", ">", "<![CDATA[", "&amp;", "\x00", "\ud800", "\ufffe", "\r\n", "\r", "</Content>", "中", "😀"]
    )
).map("".join)


def expected(text: str) -> str:
    """What XML 1.0 lets through, with its line ends."""
    allowed = (
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
    )
    return "".join(allowed).replace("\r\n", "\n").replace("\r", "\n")


def parsed(reply: bytes) -> dict[str, str]:
    root = ElementTree.fromstring(reply)
    assert root.tag == "xml"
    return {child.tag: child.text or "" for child in root}


@pytest.mark.judge("expat as a reader of our replies")
@given(ANY | NASTY, NASTY)
@example("]]>]]>", "]]]]>>")
def test_any_text_parses_back_exactly(text: str, name: str) -> None:
    reply = parsed(text_reply(name, "gh_ours", text, timestamp=1772337902))
    assert reply == {
        "ToUserName": expected(name),
        "FromUserName": "gh_ours",
        "CreateTime": "1772337902",
        "MsgType": "text",
        "Content": expected(text),
    }


@given(st.text(alphabet="路a😀é\n。<] ", min_size=600, max_size=3000))
def test_a_reply_is_never_too_long(text: str) -> None:
    reply = parsed(text_reply("o", "gh", text, timestamp=1))
    assert len(reply["Content"].encode()) <= MAX_TEXT


@given(ANY | NASTY | st.text(alphabet="路a😀\u200d\ufe0f\n。， "), st.integers(4, 40))
def test_parts_fit_and_nothing_is_lost(text: str, limit: int) -> None:
    first, rest = split(text, limit)
    parts = [first, *rest]
    assert all(len(part.encode()) <= limit for part in parts)
    assert all(part.strip() for part in rest)
    if not re.search(r"<a\s", text, re.IGNORECASE):
        assert "".join("".join(parts).split()) == "".join(expected(text).split())


LINK = '<a href="https://example.org/t/abc">查看进度</a>'
PIECES = st.lists(st.sampled_from([LINK, "路灯坏了。", "，", "\n", "😀", "a b", "<", "</a>"]), max_size=30).map("".join)


@given(PIECES, st.integers(len(LINK.encode()), 150))
def test_links_stay_whole(text: str, limit: int) -> None:
    first, rest = split(text, limit)
    parts = [first, *rest]
    assert all(len(part.encode()) <= limit for part in parts)
    assert sum(part.count(LINK) for part in parts) == text.count(LINK)


@given(
    st.lists(st.sampled_from(["<a href='x'>", "<A ", "<a", "</a>", "<a ", ">", "路", "x" * 9, "<"]), max_size=40).map(
        "".join
    )
)
def test_broken_links_break_nothing(text: str) -> None:
    first, rest = split(text, 20)
    assert all(len(part.encode()) <= 20 for part in (first, *rest))


def test_a_link_longer_than_a_message_keeps_its_words() -> None:
    first, rest = split(f'前文<a href="https://example.org/{"x" * 60}">查看进度</a>后文', 40)
    assert "".join((first, *rest)) == "前文查看进度后文"


CUTS = {
    "line": ("一二三四五\n六七八九十", 24, ("一二三四五", "六七八九十")),
    "line before sentence": ("一二三。四\n五。六七八", 27, ("一二三。四", "五。六七八")),
    "sentence": ("一二三四。五六七八", 24, ("一二三四。", "五六七八")),
    "sentence with its quote": ("他说“一二三。”五六七八", 28, ("他说“一二三。”", "五六七八")),
    "clause": ("一二三四，五六七八", 24, ("一二三四，", "五六七八")),
    "a boundary too early is none": ("一。三四五六七八九十", 24, ("一。三四五六七八", "九十")),
    "nothing to cut at": ("一二三四五六七八", 8, ("一二", "三四", "五六", "七八")),
    "an emoji family stays together": ("一二三四👨\u200d👩\u200d👧", 24, ("一二三四", "👨\u200d👩\u200d👧")),
    "all of it": ("一二三四", 12, ("一二三四",)),
    "one byte too many": ("一二三四a", 12, ("一二三四", "a")),
    "four bytes a character": ("😀😀😀", 9, ("😀😀", "😀")),
    "only space": (" \n" * 20, 10, ("",)),
}


@pytest.mark.parametrize(("text", "limit", "parts"), CUTS.values(), ids=CUTS)
def test_cuts(text: str, limit: int, parts: tuple[str, ...]) -> None:
    assert split(text, limit) == (parts[0], parts[1:])


def test_no_room_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="room"):
        split("x", 3)


def test_fit_keeps_what_people_type() -> None:
    assert fit("一\t二\n三\u3000😀👨\u200d👩") == "一\t二\n三\u3000😀👨\u200d👩"


def test_a_part_ends_with_its_sentence() -> None:
    assert split("路口的灯不亮。请看一下吧谢谢你们", 30) == ("路口的灯不亮。", ("请看一下吧谢谢你们",))


def test_a_line_end_is_better_than_a_comma() -> None:
    assert split("第一行写了些字\n后面，又写了一点", 33)[0].rstrip() == "第一行写了些字"
