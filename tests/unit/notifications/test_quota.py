"""The platform's allowances (docs/wechat.md A7), step by step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.directory.person import PushQuota
from handlers.messages import (
    Body,
    Click,
    Consent,
    Delivery,
    Follow,
    Link,
    Location,
    Media,
    MediaKind,
    PageAction,
    PageVerb,
    Silent,
    Text,
    Unfollow,
)
from handlers.notifications import quota
from handlers.notifications.quota import Trigger
from tests.support.samples import START

MINUTE = timedelta(minutes=1)
TWO_DAYS = timedelta(hours=48)


@pytest.mark.parametrize(
    ("body", "trigger"),
    [
        (Text("你好"), Trigger.MESSAGE),
        (Text("进度", menu_id="3"), Trigger.MENU),
        (Media(MediaKind.IMAGE, "m"), Trigger.MESSAGE),
        (Location(31.0, 118.0), Trigger.MESSAGE),
        (Link("a", "b", "https://town.example"), Trigger.MESSAGE),
        (Click("mine"), Trigger.MENU),
        (Follow(), Trigger.FOLLOW),
        (Follow("desk", scanned=True), Trigger.SCAN),
        (Unfollow(), None),
        (Delivery("1", True, "success"), None),
        (Consent((("t", True),)), None),
        (PageAction(1, PageVerb.URGE), None),
        (Silent("view"), None),
    ],
)
def test_what_counts_as_what(body: Body, trigger: Trigger | None) -> None:
    assert quota.trigger_of(body) is trigger


@pytest.mark.parametrize(
    ("before", "trigger", "expected"),
    [
        (PushQuota(), Trigger.MESSAGE, PushQuota(START + TWO_DAYS, 5)),
        (PushQuota(START + MINUTE, 1), Trigger.MESSAGE, PushQuota(START + TWO_DAYS, 5)),
        (PushQuota(), Trigger.MENU, PushQuota(START + MINUTE, 3)),
        (PushQuota(), Trigger.FOLLOW, PushQuota(START + MINUTE, 3)),
        (PushQuota(), Trigger.SCAN, PushQuota(START + MINUTE, 3)),
        (PushQuota(START + TWO_DAYS, 2), Trigger.MENU, PushQuota(START + TWO_DAYS, 2)),
        (PushQuota(START + TWO_DAYS, 0), Trigger.MENU, PushQuota(START + MINUTE, 3)),
        (PushQuota(START - MINUTE, 4), Trigger.MENU, PushQuota(START + MINUTE, 3)),
        (PushQuota(START + MINUTE / 2, 1), Trigger.MENU, PushQuota(START + MINUTE, 3)),
    ],
)
def test_after(before: PushQuota, trigger: Trigger, expected: PushQuota) -> None:
    assert quota.after(before, trigger, START) == expected


def test_five_messages_and_no_sixth_and_none_after_two_days() -> None:
    left = quota.after(PushQuota(), Trigger.MESSAGE, START)
    assert quota.allows(left, START + TWO_DAYS - MINUTE)
    assert not quota.allows(left, START + TWO_DAYS)
    for _ in range(5):
        assert quota.allows(left, START)
        left = quota.spend(left)
    assert not quota.allows(left, START)
    assert quota.spend(left).left == 0


def test_every_trigger_has_an_allowance() -> None:
    assert set(quota.ALLOWANCES) == set(Trigger)
