"""Who is counted as whom, who may post, and what every page refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.addresses import client_address
from bot.pages.security import CSP, from_our_page

OWN = ("ms.example.gov.cn", "127.0.0.1:8080")


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "address"),
    [
        ("198.51.100.7", [], 0, "198.51.100.7"),
        # Nobody may choose their own address where no proxy of ours stands.
        ("198.51.100.7", ["203.0.113.9"], 0, "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.9"], 1, "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6, 203.0.113.9"], 1, "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6", "203.0.113.9"], 1, "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6, 203.0.113.9, 10.0.0.2"], 2, "203.0.113.9"),
        # Fewer than our proxies write: somebody came round them.
        ("198.51.100.7", ["6.6.6.6"], 2, "198.51.100.7"),
        ("10.0.0.1", [], 1, "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9:51234"], 1, "203.0.113.9"),
        ("10.0.0.1", ["[2001:db8:1:2:3:4:5:6]:443"], 1, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", [], 0, "2001:db8:1:2::/64"),
        ("fe80::1%eth0", [], 0, "fe80::/64"),
        ("::ffff:198.51.100.7", [], 0, "198.51.100.7"),
        ("10.0.0.1", ["unknown"], 1, "unknown"),
        (None, [], 0, "unknown"),
    ],
)
def test_the_client_is_counted_from_the_right(
    remote: str | None, forwarded: list[str], proxies: int, address: str
) -> None:
    assert client_address(remote, forwarded, proxies) == address


@given(st.text(), st.lists(st.text()), st.integers(0, 5))
def test_no_header_breaks_the_counting(remote: str, forwarded: list[str], proxies: int) -> None:
    assert client_address(remote, forwarded, proxies)


@given(st.text(alphabet="0123456789., :[]abcdef"))
def test_what_the_client_writes_to_the_left_changes_nothing(written: str) -> None:
    assert client_address("10.0.0.1", [written + ",203.0.113.9"], 1) == "203.0.113.9"


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://ms.example.gov.cn"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "https://ms.example.gov.cn"}, True),
        ({"Origin": "http://127.0.0.1:8080"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "https://ms.example.gov.cn.evil.example"}, False),
        ({"Origin": "http://["}, False),
        ({"Origin": "https://ms.example.gov.cn@["}, False),
        ({"Origin": "http://\u2100.example"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "null"}, True),
        ({}, True),
    ],
)
def test_only_our_pages_may_post(headers: dict[str, str], ours: bool) -> None:
    assert from_our_page(headers, OWN) is ours


@given(st.text(alphabet="http:/[]@.%1a\u2100\u2047 "))
def test_no_origin_is_too_odd(written: str) -> None:
    assert from_our_page({"Origin": "http://" + written}, OWN) is False


def test_the_policy_lets_nothing_inline_in() -> None:
    assert "unsafe" not in CSP
    assert CSP.startswith("default-src 'none'")
