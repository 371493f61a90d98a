"""What was sealed comes back as it was, in time, for its purpose, from us: otherwise not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pages.seals import Expired, Forged, Sealer

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SEALER = Sealer("a secret of at least thirty-two characters")
TEXTS = st.text(st.characters(codec="utf-8"))


@given(TEXTS)
def test_it_comes_back(text: str) -> None:
    sealed = SEALER.seal("look", text, NOW + timedelta(minutes=1))
    assert SEALER.open("look", sealed, NOW) == text


@given(TEXTS, st.data())
def test_no_character_may_change(text: str, data: st.DataObject) -> None:
    sealed = SEALER.seal("look", text, NOW + timedelta(minutes=1))
    # The last character may carry bits that mean nothing.
    place = data.draw(st.integers(0, len(sealed) - 2))
    other = data.draw(st.sampled_from("ABCxyz019-_").filter(lambda letter: letter != sealed[place]))
    with pytest.raises(Forged):
        SEALER.open("look", sealed[:place] + other + sealed[place + 1 :], NOW)


@given(st.text())
def test_nonsense_is_forged(sealed: str) -> None:
    with pytest.raises(Forged):
        SEALER.open("look", sealed, NOW)


def test_its_time_ends() -> None:
    sealed = SEALER.seal("look", "26000015", NOW + timedelta(minutes=1))
    with pytest.raises(Expired):
        SEALER.open("look", sealed, NOW + timedelta(minutes=1))


def test_another_purpose_does_not_open_it() -> None:
    with pytest.raises(Forged):
        SEALER.open("said:1", SEALER.seal("look", "26000015", NOW + timedelta(minutes=1)), NOW)


def test_another_key_does_not_open_it() -> None:
    sealed = Sealer("another secret of thirty-two characters").seal("look", "26000015", NOW + timedelta(minutes=1))
    with pytest.raises(Forged):
        SEALER.open("look", sealed, NOW)
