"""What was filed before 保密件 were recognised is sealed by its author's own words, and nothing is made public."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from handlers.repairs.withdraw import Withdrawal, withdrawal
from handlers.tickets.events import Actor, Happening
from handlers.tickets.events.filing import Sealed, Shown, Supplemented
from handlers.tickets.events.work import Noted, Replied
from handlers.tickets.publishing import is_public
from nlp.appeals.kind import Kind
from nlp.understand import Understanding
from tests.support import reading, samples
from tests.support.samples import CITIZEN, HOUSING, START

SECRET = "村支书贪污低保款，请查处"
AFRAID = "我怕打击报复，请替我保密"
LAMP = "请问路灯什么时候修"
OPEN: tuple[tuple[Happening, Actor], ...] = ((Replied("已经处理。"), HOUSING), (Shown(False, True), CITIZEN))


def understand(text: str) -> Understanding:
    understood = reading.understand(text)
    return replace(understood, kind=Kind.PRAISE) if text.startswith("感谢") else understood


def found(text: str, *steps: tuple[Happening, Actor], **filed: object) -> Withdrawal | None:
    changes = samples.log(*steps, first=samples.start(**({"text": text, "title": "标题", "kind": "咨询"} | filed)))
    return withdrawal(samples.events(changes), understand, samples.directory(), START)


@pytest.mark.parametrize(
    ("text", "steps", "why", "public"),
    [
        (SECRET, OPEN, "举报人保密", True),
        (SECRET, (), "举报人保密", False),
        (LAMP, (*OPEN, (Supplemented(AFRAID), CITIZEN)), "举报人保密", True),
        ("市住建局局长收受老板的红包", OPEN, "举报人保密", True),
        ("我不想活了，家里一股煤气味", OPEN, "当事人保密、人身危险", True),
        ("家里一股煤气味，有人打人", OPEN, "人身危险", True),
    ],
)
def test_what_must_stay_unseen_is_found_with_its_grounds(
    text: str, steps: tuple[tuple[Happening, Actor], ...], why: str, public: bool
) -> None:
    taken = found(text, *steps, public=False)
    assert taken is not None
    assert (taken.why, taken.was_public) == (why, public)
    assert isinstance(taken.change.event.what, Sealed)
    assert not is_public(taken.change.ticket)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        (LAMP, OPEN),
        (LAMP, (*OPEN, (Noted(SECRET), HOUSING))),
        ("感谢市住建局局长，从不收受老板的红包", OPEN),
        (SECRET, (*OPEN, (Sealed("informant"), Actor(samples.SYSTEM.by)))),
    ],
)
def test_what_may_be_read_or_is_sealed_already_stays_as_it_is(
    text: str, steps: tuple[tuple[Happening, Actor], ...]
) -> None:
    assert found(text, *steps, public=False) is None
