from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.sandbox.platform.codes import PlatformRefusal
from bot.sandbox.platform.faults import EVERY_API, SWITCHES, ApiFault
from bot.sandbox.platform.model import TemplateCard, TextBubble
from bot.sandbox.platform.quota import Cause
from bot.sandbox.platform.world import World

WANG = "o_citizen_wang"
PROGRESS = "sandbox_ticket_progress"
NOTICE = "sandbox_subscribe_progress"
FILLED = {
    "thing1": {"value": "路灯不亮"},
    "character_string2": {"value": "A12345"},
    "phrase3": {"value": "已受理"},
    "thing4": {"value": "城管局"},
    "time5": {"value": "2026年3月2日 09:00"},
    "time4": {"value": "2026年3月2日 09:00"},
}


def refused(act: Callable[[], object]) -> int:
    with pytest.raises(PlatformRefusal) as caught:
        act()
    return caught.value.code


@pytest.mark.parametrize(
    ("cause", "count", "span"),
    [
        ("message", 5, timedelta(hours=48)),
        ("click", 3, timedelta(minutes=1)),
        ("follow", 3, timedelta(minutes=1)),
        ("scan", 3, timedelta(minutes=1)),
    ],
)
def test_each_deed_grants_its_own_number_for_its_own_time(
    world: World, cause: Cause, count: int, span: timedelta
) -> None:
    world.heard(WANG, cause)
    for _ in range(count):
        world.send_custom(WANG, TextBubble("好"))
    assert refused(lambda: world.send_custom(WANG, TextBubble("好"))) == 45047
    world.heard(WANG, cause)
    world.advance(span - timedelta(seconds=1))
    world.send_custom(WANG, TextBubble("好"))
    world.advance(timedelta(seconds=1))
    assert refused(lambda: world.send_custom(WANG, TextBubble("好"))) == 45015


def test_the_grant_that_ends_first_is_used_first(world: World) -> None:
    world.heard(WANG, "message")
    world.heard(WANG, "click")
    for _ in range(3):
        world.send_custom(WANG, TextBubble("好"))
    world.advance(timedelta(minutes=2))
    assert world.allowances.left(WANG, world.now) == 5


def test_no_message_without_a_deed_nor_to_who_left_or_refuses_or_is_unknown(world: World) -> None:
    assert refused(lambda: world.send_custom(WANG, TextBubble("好"))) == 45015
    world.heard(WANG, "message")
    world.set_refuses(WANG, True)
    assert refused(lambda: world.send_custom(WANG, TextBubble("好"))) == 48002
    world.unfollow(WANG)
    assert refused(lambda: world.send_custom(WANG, TextBubble("好"))) == 45015
    world.follow(WANG)
    assert world.allowances.left(WANG, world.now) == 3
    assert refused(lambda: world.send_custom("o_nobody", TextBubble("好"))) == 40003
    assert world.messages(WANG) == ()


def test_a_template_is_taken_once_per_client_id_for_ten_minutes(world: World) -> None:
    first = world.send_template(WANG, PROGRESS, FILLED, "https://example.test/t/1", "m1")
    again = world.send_template(WANG, PROGRESS, FILLED, "", "m1")
    assert (again.id, again.fresh) == (first.id, False)
    assert len(world.messages(WANG)) == 1
    world.advance(timedelta(minutes=10))
    assert world.send_template(WANG, PROGRESS, FILLED, "", "m1").fresh
    card = world.messages(WANG)[0].content
    assert isinstance(card, TemplateCard)
    assert (card.title, card.fields[0].label, card.fields[0].value) == ("工单进度提醒", "事项", "路灯不亮")


@pytest.mark.parametrize(
    ("key", "value", "fits"),
    [
        ("thing1", "字" * 20, True),
        ("thing1", "字" * 21, False),
        ("thing1", "", False),
        ("character_string2", "A" * 32, True),
        ("character_string2", "A" * 33, False),
        ("character_string2", "编号", False),
        ("phrase3", "已经受理了", True),
        ("phrase3", "已经受理了吗", False),
        ("phrase3", "ok", False),
        ("time5", "很快", False),
    ],
)
def test_template_fields_hold_what_their_kind_allows(world: World, key: str, value: str, fits: bool) -> None:
    data = {**FILLED, key: {"value": value}}
    if fits:
        assert world.send_template(WANG, PROGRESS, data, "", "").status == "success"
    else:
        assert refused(lambda: world.send_template(WANG, PROGRESS, data, "", "")) == 47003


def test_a_template_to_who_refuses_is_taken_and_not_delivered(world: World) -> None:
    world.set_refuses(WANG, True)
    assert world.send_template(WANG, PROGRESS, FILLED, "", "").status == "failed:user block"
    assert world.messages(WANG) == ()
    world.unfollow(WANG)
    assert refused(lambda: world.send_template(WANG, PROGRESS, FILLED, "", "")) == 43004
    assert refused(lambda: world.send_template(WANG, "nonsense", FILLED, "", "")) == 40037


def test_one_accept_allows_one_subscription_notice(world: World) -> None:
    assert refused(lambda: world.send_subscription(WANG, NOTICE, FILLED, "")) == 43101
    world.answer_popup(WANG, NOTICE, "accept")
    world.answer_popup(WANG, NOTICE, "accept")
    world.unfollow(WANG)
    world.send_subscription(WANG, NOTICE, FILLED, "")
    assert world.accepts(WANG, NOTICE) == 1
    world.answer_popup(WANG, NOTICE, "reject")
    assert refused(lambda: world.send_subscription(WANG, NOTICE, FILLED, "")) == 43101


def test_the_same_stable_token_until_five_minutes_before_its_end(world: World) -> None:
    first, seconds = world.tokens.stable(world.now)
    assert seconds == 7200
    world.advance(timedelta(seconds=6899))
    assert world.tokens.stable(world.now) == (first, 301)
    world.advance(timedelta(seconds=1))
    second, _ = world.tokens.stable(world.now)
    assert second != first
    world.tokens.check(first, world.now)
    world.advance(timedelta(minutes=5))
    assert refused(lambda: world.tokens.check(first, world.now)) == 42001
    world.tokens.check(second, world.now)


def test_forcing_kills_the_old_token_and_is_rationed(world: World) -> None:
    first, _ = world.tokens.stable(world.now)
    world.tokens.stable(world.now, force=True)
    assert refused(lambda: world.tokens.check(first, world.now)) == 40001
    assert refused(lambda: world.tokens.stable(world.now, force=True)) == 45011
    for _ in range(19):
        world.advance(timedelta(seconds=30))
        world.tokens.stable(world.now, force=True)
    world.advance(timedelta(seconds=30))
    assert refused(lambda: world.tokens.stable(world.now, force=True)) == 45009


def test_plain_tokens_replace_each_other_and_leave_stable_ones_alone(world: World) -> None:
    stable, _ = world.tokens.stable(world.now)
    first, _ = world.tokens.plain(world.now)
    second, _ = world.tokens.plain(world.now)
    world.tokens.check(first, world.now)
    world.advance(timedelta(minutes=5))
    assert refused(lambda: world.tokens.check(first, world.now)) == 40001
    world.tokens.check(second, world.now)
    world.tokens.check(stable, world.now)
    world.tokens.revoke(world.now)
    assert refused(lambda: world.tokens.check(stable, world.now)) == 40001
    assert refused(lambda: world.tokens.check("never", world.now)) == 40014
    assert refused(lambda: world.tokens.check(None, world.now)) == 41001


def test_media_live_three_days(world: World) -> None:
    stored = world.media.add("image", b"\xff\xd8\xff\xe0picture", world.now)
    world.advance(timedelta(days=3) - timedelta(seconds=1))
    assert world.media.get(stored.media_id, world.now).content_type == "image/jpeg"
    world.advance(timedelta(seconds=1))
    assert refused(lambda: world.media.get(stored.media_id, world.now)) == 40007
    assert world.media.seen(stored.media_id) == stored


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("film", b"\xff\xd8\xff", 40004),
        ("image", b"", 41005),
        ("image", b"GIF7", 40005),
        ("voice", b"OggS", 40005),
        ("thumb", b"\xff\xd8\xff" + bytes(64 * 1024), 40006),
        ("voice", b"#!AMR\n" + bytes(2 * 1024 * 1024), 40006),
    ],
)
def test_media_that_the_platform_would_not_take(world: World, kind: str, data: bytes, code: int) -> None:
    assert refused(lambda: world.media.add(kind, data, world.now)) == code


def test_a_fault_hits_as_often_as_was_said(world: World) -> None:
    world.set_fault(ApiFault("/cgi-bin/token", 2, code=-1))
    assert world.take_fault("/cgi-bin/menu/get") is None
    assert [world.take_fault("/cgi-bin/token") is not None for _ in range(3)] == [True, True, False]
    world.set_fault(ApiFault(EVERY_API, 1, drop=True))
    assert world.take_fault("callback:lost_reply") is None
    assert world.take_fault("/cgi-bin/menu/get") is not None


def test_switches_are_told_apart(world: World) -> None:
    for switch in SWITCHES:
        world.set_fault(switch.fault)
    assert [world.faults.left(switch.fault) for switch in SWITCHES] == [switch.fault.left for switch in SWITCHES]
    world.clear_faults()
    assert not any(world.faults.left(switch.fault) for switch in SWITCHES)


def test_the_days_calls_are_counted_from_midnight_in_china(world: World) -> None:
    world.daily.limits["/x"] = 1
    world.daily.spend("/x", world.now)
    assert refused(lambda: world.daily.spend("/x", world.now)) == 45009
    world.advance(timedelta(hours=15))
    world.daily.spend("/x", world.now)


def test_time_does_not_run_backwards(world: World) -> None:
    with pytest.raises(ValueError, match="backwards"):
        world.advance(timedelta(seconds=-1))


def test_login_codes_are_good_once_and_for_five_minutes(world: World) -> None:
    code = world.logins.code(WANG, "snsapi_base", world.now)
    _, login = world.logins.exchange(code, world.now)
    assert login.openid == WANG
    assert refused(lambda: world.logins.exchange(code, world.now)) == 40163
    late = world.logins.code(WANG, "snsapi_base", world.now)
    world.advance(timedelta(minutes=5))
    assert refused(lambda: world.logins.exchange(late, world.now)) == 40029
