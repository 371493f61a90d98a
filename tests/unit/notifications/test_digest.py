"""Few are told one by one, many in one push; the number that is told is the number there is."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.notifications import digest, wording
from handlers.notifications.digest import DigestEntry, DigestLine, DigestState
from handlers.pushes import Card, CardKind, Push
from handlers.tickets import numbers
from tests.support import samples
from tests.support.samples import START

KINDS = tuple(wording.SUMMARIES)


def word(serial: int, person: int, kind: str) -> DigestEntry:
    number = numbers.make(serial, START)
    card = Card(CardKind.REMINDER, number, "路灯坏了", "快到期了", "", START, due=START)
    item = DigestLine(number, "路灯坏了", "housing", START + timedelta(hours=serial))
    return DigestEntry(kind, item, Push(serial, person, serial, f"单独一条 {number}", card))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("many", [1, 3, 4, 9, 40])
def test_the_limit(kind: str, many: int) -> None:
    told = digest.merge(DigestState(), [word(n, 7, kind) for n in range(1, many + 1)], samples.context())
    if many <= digest.SINGLES:
        assert (len(told.pushes), told.summaries) == (many, ())
        return
    (summary,) = told.summaries
    assert told.pushes == ()
    assert f"{many} 件" in summary.text
    assert len(numbers.find(summary.text)) == min(many, wording.LISTED)
    assert ("还有" in summary.text) == (many > wording.LISTED)
    assert len(summary.text.encode()) < 2048
    assert summary.card is not None
    assert len(summary.card.state) <= 5


def test_a_document_is_one_push_from_the_first_ticket() -> None:
    told = digest.merge(DigestState(), [word(1, 7, "noticed:催〔2026〕0001号")], samples.context())
    assert told.pushes == ()
    assert "催办通知单 催〔2026〕0001号：市住建局有 1 件" in told.summaries[0].text


PAGES = st.lists(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(KINDS[:2])), max_size=9), max_size=6)


@given(PAGES)
def test_whatever_the_pages_everybody_is_told_of_everything_once(pages: list[list[tuple[int, str]]]) -> None:
    state, serial = DigestState(), 0
    sent: dict[int, Push] = {}
    owed: Counter[tuple[int, str]] = Counter()
    for page in pages:
        words = []
        for person, kind in page:
            serial += 1
            words.append(word(serial, person, kind))
            owed[person, kind] += 1
        told = digest.merge(state, words, samples.context())
        state = told.state
        sent |= {push.id: push for push in (*told.pushes, *told.summaries)}
    singles: Counter[tuple[int, str]] = Counter(state.singles)
    counts = {key: one.count for key, one in state.digests.items()}
    assert {key: singles[key] + counts.get(key, 0) for key in owed} == owed
    assert len(sent) == sum(singles.values()) + len(counts)
    assert all(count <= digest.SINGLES for count in singles.values())
