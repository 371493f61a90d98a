"""Hostile and damaged documents, and the ones that must get through nevertheless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat.xml import MAX_DEPTH, MAX_ELEMENTS, XmlError, parse

READ = {
    "<xml/>": {},
    "<xml>words</xml>": {},
    "<xml><A>1</A></xml>": {"A": "1"},
    "<xml><A><![CDATA[<b>&amp;]]></A></xml>": {"A": "<b>&amp;"},
    "<xml><A>&lt;&#x4e2d;</A></xml>": {"A": "<中"},
    "<xml><A/><B></B></xml>": {"A": "", "B": ""},
    "<xml><A>1</A><A>2</A><A>3</A></xml>": {"A": ["1", "2", "3"]},
    "<xml><A/><A/></xml>": {"A": ["", ""]},
    "<xml><A>1</A><A><B>2</B></A></xml>": {"A": ["1", {"B": "2"}]},
    "<xml><L><I><P>1</P></I><I><P>2</P></I></L></xml>": {"L": {"I": [{"P": "1"}, {"P": "2"}]}},
    "<xml><A>left <B>in</B> right</A></xml>": {"A": {"B": "in"}},
    "<xml><A one='1' two='2'>x</A></xml>": {"A": "x"},
    "<xml><!-- note --><?pi?><A>x</A></xml>": {"A": "x"},
    "<?xml version='1.0' encoding='UTF-8'?><xml><A>中</A></xml>": {"A": "中"},
    "<?xml version='1.0' encoding='GBK'?><xml><A>中</A></xml>": {"A": "中"},
    "\ufeff<xml><A>中</A></xml>": {"A": "中"},
    "\n <?xml version='1.0'?><xml><A>x</A></xml>": {"A": "x"},
    "<xml><A><![CDATA[a\x00b\x08c\x1bd\ufffee\uffff]]></A></xml>": {"A": "abcde"},
    "<xml><A><![CDATA[1\r\n2\r3]]></A></xml>": {"A": "1\n2\n3"},
    "<xml><A><![CDATA[x]]]]><![CDATA[>y]]></A></xml>": {"A": "x]]>y"},
    "<xml><A><![CDATA[<!DOCTYPE html>]]></A></xml>": {"A": "<!DOCTYPE html>"},
}


@pytest.mark.parametrize(("document", "fields"), READ.items(), ids=[ascii(document) for document in READ])
def test_read(document: str, fields: dict[str, object]) -> None:
    assert parse(document.encode()) == fields


def test_surrogates_join_or_are_marked() -> None:
    joined = "😀".encode("utf-16-be").decode("utf-16-be", "surrogatepass")
    split = b"\xed\xa0\xbd\xed\xb8\x80"
    assert parse(b"<xml><A>" + split + b"</A></xml>") == {"A": joined}
    assert parse(b"<xml><A>a\xed\xa0\xbdb</A></xml>") == {"A": "a\ufffdb"}


BOMB = "<!DOCTYPE xml [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]>"
REFUSED = {
    "nothing": b"",
    "space": b" \n",
    "words": "你好".encode(),
    "html": b"<html><body></body></html>",
    "unfinished": b"<xml><A>1</A>",
    "crossed": b"<xml><A><B></A></B></xml>",
    "two roots": b"<xml/><xml/>",
    "another root": b"<xml2><A/></xml2>",
    "broken character": b"<xml><A>\xe4\xb8</A></xml>",
    "gbk": "<xml><A>井盖</A></xml>".encode("gbk"),
    "utf-16": "<xml><A>1</A></xml>".encode("utf-16"),
    "utf-16 without mark": "<xml><A>1</A></xml>".encode("utf-16-le"),
    "utf-16 big": "<xml><A>1</A></xml>".encode("utf-16-be"),
    "utf-32": "<xml><A>1</A></xml>".encode("utf-32"),
    "utf-16 with a bomb": f"{BOMB}<xml>&c;</xml>".encode("utf-16"),
    "bomb": f"{BOMB}<xml>&c;</xml>".encode(),
    "external entity": b"<!DOCTYPE xml [<!ENTITY f SYSTEM 'file:///etc/hostname'>]><xml><A>&f;</A></xml>",
    "external document type": b"<!DOCTYPE xml SYSTEM 'http://192.0.2.1/x.dtd'><xml/>",
    "parameter entity": b"<!DOCTYPE xml [<!ENTITY % p SYSTEM 'http://192.0.2.1/x'>%p;]><xml/>",
    "empty document type": b"<!DOCTYPE xml><xml/>",
    "document type with a control character": b"\x08<!DOCTYPE xml><xml/>",
    "unknown entity": b"<xml><A>&nbsp;</A></xml>",
    "reference to a forbidden character": b"<xml><A>&#0;&#xD800;</A></xml>",
    "too deep": b"<xml>" + b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1) + b"</xml>",
    "far too deep": b"<xml>" + b"<a>" * 50_000,
    "too many": b"<xml>" + b"<a/>" * MAX_ELEMENTS + b"</xml>",
}


@pytest.mark.parametrize("document", REFUSED.values(), ids=REFUSED)
def test_refused(document: bytes) -> None:
    with pytest.raises(XmlError):
        parse(document)


def test_the_bounds_themselves_are_allowed() -> None:
    parse(b"<xml>" + b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH + b"</xml>")
    assert len(parse(b"<xml>" + b"<a/>" * (MAX_ELEMENTS - 1) + b"</xml>")["a"]) == MAX_ELEMENTS - 1


MARKUP = st.sampled_from(
    ["<xml>", "</xml>", "<A>", "</A>", "<![CDATA[", "]]>", "<!DOCTYPE", "&a;", "<?xml", "\ud800", "中"]
)


@given(
    st.binary(max_size=200)
    | st.lists(MARKUP | st.text(max_size=5)).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))
)
def test_arbitrary_bytes_parse_or_are_refused(document: bytes) -> None:
    try:
        fields = parse(document)
    except XmlError:
        return
    assert isinstance(fields, dict)


@given(st.binary(max_size=60).filter(lambda raw: b"]]>" not in raw))
def test_arbitrary_content_parses_or_is_refused(content: bytes) -> None:
    try:
        fields = parse(b"<xml><A><![CDATA[" + content + b"]]></A></xml>")
    except XmlError:
        with pytest.raises(UnicodeDecodeError):
            content.decode("utf-8", "surrogatepass")
        return
    assert isinstance(fields["A"], str)
