"""Every errcode that the platform documents for us leads to one verdict."""

from __future__ import annotations

import pytest

from bot.channels.wechat.errors import VERDICTS, PlatformError, Verdict, refusal, rid_of

DOCUMENTED = {
    Verdict.RETRY: [-1, 45011],
    Verdict.TOKEN: [40001, 40014, 42001],
    Verdict.CONFIG: [40013, 40125, 40164, 40243, 41001, 48001, 48004, 50002],
    Verdict.GONE: [40003, 43004, 43019, 43101, 48002, 81013],
    Verdict.WINDOW: [45015, 45047, 45009, 48006, 45033, 45080, 45081],
    Verdict.CONTENT: [45002, 45008, 40007, 40037, 47001, 47003, 87014, 45056, 45157, 45158, 45159],
    Verdict.LOGIN: [40029, 40163],
}
ROWS = [(code, verdict) for verdict, codes in DOCUMENTED.items() for code in codes]


@pytest.mark.parametrize(("code", "verdict"), ROWS)
def test_each_documented_code_has_its_verdict(code: int, verdict: Verdict) -> None:
    error = refusal({"errcode": code, "errmsg": "no rid: 64f0a1b2-1c2d3e4f-5a6b7c8d"}, "message/custom/send")
    assert error is not None
    assert (error.verdict, error.code, error.rid) == (verdict, code, "64f0a1b2-1c2d3e4f-5a6b7c8d")
    assert not error.uncertain


def test_the_table_holds_nothing_undocumented() -> None:
    assert set(VERDICTS) == {code for code, _ in ROWS}


@pytest.mark.parametrize("answer", [{}, {"errcode": 0, "errmsg": "ok"}, {"errcode": "0"}, {"access_token": "t"}])
def test_a_success_is_no_refusal(answer: dict[str, object]) -> None:
    assert refusal(answer, "x") is None


def test_an_unknown_code_puts_this_message_aside() -> None:
    error = refusal({"errcode": 99999, "errmsg": "something new"}, "x")
    assert error is not None
    assert error.verdict is Verdict.CONTENT


def test_a_code_that_is_no_number_may_have_taken_effect() -> None:
    error = refusal({"errcode": "bad"}, "x")
    assert error is not None
    assert error.uncertain


def test_the_platforms_words_are_kept_only_for_the_operator() -> None:
    allow_list = refusal({"errcode": 40164, "errmsg": "invalid ip 203.0.113.9, not in whitelist"}, "x")
    quoting = refusal({"errcode": 87014, "errmsg": "risky: 某人的话"}, "x")
    assert allow_list is not None
    assert quoting is not None
    assert "203.0.113.9" in str(allow_list)
    assert "某人的话" not in str(quoting)


def test_another_verdict_keeps_the_rest() -> None:
    error = PlatformError(Verdict.TOKEN, "x", code=40001, rid="r", uncertain=True, detail="d").judged(Verdict.CONFIG)
    assert (error.verdict, error.code, error.rid, error.uncertain, error.detail) == (
        Verdict.CONFIG,
        40001,
        "r",
        True,
        "d",
    )


@pytest.mark.parametrize(("text", "rid"), [("rid: ab-12", "ab-12"), ("x rid:ab", "ab"), ("none", ""), ("", "")])
def test_rid(text: str, rid: str) -> None:
    assert rid_of(text) == rid
