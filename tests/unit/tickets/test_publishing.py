"""Surface × secrecy × choice: what strangers may learn of a ticket, and that every surface asks the one place that decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from handlers import followers, hot
from handlers.citizen import followup, joining
from handlers.rankings import lists
from handlers.rectification import covering
from handlers.repairs import withdraw
from handlers.tickets import lifecycle, publishing
from handlers.tickets.events.filing import Amended, Sealed, Shown, Supplemented
from handlers.tickets.events.work import Replied
from handlers.tickets.publishing import inherited, is_public, may_be_public, published_at
from handlers.tickets.ticket import Place, State, Ticket
from handlers.tracking import privacy, timeline
from handlers.tracking.model import Audience
from nlp.appeals.kind import Kind
from nlp.appeals.sealed import SealedSort
from nlp.matching.sketch import SKETCH, Appeal, Sketch
from storage.queries.neighbours import Neighbours
from tests.support import samples
from tests.support.samples import CITIZEN, HOUSING, START

TITLE, REPLY, DOOR = "路灯整夜不亮", "灯泡昨天换好了", "城关街道"


class _Nobody:
    def sketch(self, appeal: Appeal | str) -> Sketch:
        return np.zeros(1, dtype=SKETCH)

    def scores(self, query: Sketch, others: Sketch) -> NDArray[np.float32]:
        return np.zeros(len(others), dtype=np.float32)


def ticket(public: bool, sealed: str, danger: bool, accused: tuple[str, ...] = ()) -> Ticket:
    """An answered and graded question."""
    answered = samples.log((Replied(REPLY), HOUSING))[-1].ticket
    return replace(
        answered,
        public=public,
        sealed=sealed,
        danger=danger,
        accused=accused,
        title=TITLE,
        text=TITLE,
        kind=Kind.QUESTION.value,
        rating=5,
        place=Place("滨河路12号", DOOR),
    )


def _page(one: Ticket) -> str:
    view = timeline.view(one, (), samples.directory(), START + timedelta(days=1), Audience.STRANGER)
    return f"{view.title}{view.text}{view.reply}"


def _kept(one: Ticket) -> bool:
    neighbours = Neighbours(_Nobody())
    neighbours.keep(replace(one, state=State.ACCEPTED))
    return one.id in neighbours


READ: dict[str, Callable[[Ticket], bool]] = {
    "words to a stranger": lambda one: TITLE in privacy.for_audience(one, one.text, Audience.STRANGER),
    "page of who has number and code": lambda one: TITLE in _page(one) and REPLY in _page(one),
    "list behind a figure": lambda one: TITLE in lists.line(one, None).title,
    "board of replies": lambda one: lists.graded(one) is not None,
    "published replies": lambda one: published_at(one) is not None,
    "question whether to join": lambda one: TITLE in joining.ask_join(one, "城管局", START),
    "says how it is shown": lambda one: "、公开" in followup.shown_words(one),
}
"""Surfaces that show words: only of what is public."""

GATHERED: dict[str, Callable[[Ticket], bool]] = {
    "neighbours": _kept,
    "hot issues": hot.counts,
    "整改": lambda one: bool(covering.countable((one,))),
    "part of town to a stranger": lambda one: bool(privacy.place(one, one.place, Audience.STRANGER)),
}
"""Surfaces that bring tickets together, or say of what kind and where they are: whatever may be public."""

SECRECY = [("", False, ()), ("informant", False, ()), ("person", False, ()), ("", True, ()), ("", False, ("roads",))]


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize(("sealed", "danger", "accused"), SECRECY)
@pytest.mark.parametrize("surface", READ)
def test_words_are_shown_of_what_is_public_only(
    surface: str, sealed: str, danger: bool, accused: tuple[str, ...], public: bool
) -> None:
    one = ticket(public, sealed, danger, accused)
    assert READ[surface](one) is (public and not sealed and not danger and not accused)
    assert is_public(one) is READ[surface](one)


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize(("sealed", "danger", "accused"), SECRECY)
@pytest.mark.parametrize("surface", GATHERED)
def test_what_may_not_be_public_is_brought_together_with_nothing(
    surface: str, sealed: str, danger: bool, accused: tuple[str, ...], public: bool
) -> None:
    one = ticket(public, sealed, danger, accused)
    assert GATHERED[surface](one) is may_be_public(one)


@pytest.mark.parametrize(("sealed", "danger", "accused"), SECRECY[1:])
def test_a_list_behind_a_figure_still_counts_it(sealed: str, danger: bool, accused: tuple[str, ...]) -> None:
    line = lists.line(ticket(True, sealed, danger, accused), None)
    assert line.title == "一件不公开的咨询"
    assert not line.public
    assert "日" not in line.month


ASKED_HERE = {
    "handlers/tickets/publishing.py",  # decides
    "handlers/citizen/followup.py",  # changes the choice
    "handlers/items/wording.py",
}
"""Rooms that may read `public` by itself, and why. A new surface must ask `is_public` or `may_be_public`."""


def test_no_surface_reads_the_choice_by_itself() -> None:
    root = Path(publishing.__file__).parents[2]
    files = [path for room in ("handlers", "storage", "bot", "scheduler") for path in (root / room).rglob("*.py")]
    assert len(files) > 100
    found = {
        str(path.relative_to(root))
        for path in files
        if re.search(r"\b(?:ticket|main|one|each|last|other)\.public\b", path.read_text("utf-8"))
    }
    assert found <= ASKED_HERE


# The event.


def test_secrecy_is_only_ever_added_to() -> None:
    one = samples.start().ticket
    for what, expected in (
        (Sealed("informant"), ("informant", False)),
        (Sealed("", danger=True), ("informant", True)),
        (Sealed("person"), ("person", True)),
        (Sealed("informant"), ("person", True)),
        (Supplemented("没事了"), ("person", True)),
        (Amended(category="政法"), ("person", True)),
        (Shown(True, True), ("person", True)),
    ):
        one = lifecycle.apply(one, what, CITIZEN, START).ticket
        assert (one.sealed, one.danger) == expected
    assert one.public
    assert not is_public(one)


def test_who_follows_is_sealed_with_it() -> None:
    assert followers.shared(Sealed("person"), CITIZEN.by) == Sealed("person")


def test_what_goes_on_under_another_number_keeps_its_secrecy() -> None:
    plain, informant, person, danger = (ticket(True, *given) for given in SECRECY[:4])
    assert inherited(plain, informant) == Sealed("informant")
    assert inherited(informant, person) == Sealed("person")
    assert inherited(person, informant) is None
    assert inherited(plain, danger) == Sealed("", danger=True)
    assert inherited(informant, plain) is None


def test_each_ground_has_its_words_for_the_operator() -> None:
    assert set(withdraw.WHY) == set(SealedSort)
