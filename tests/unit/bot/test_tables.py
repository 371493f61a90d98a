"""Small pure parts of the edge: what to do after a refusal, templates, taps, ids, and judged errors."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import ids
from bot.channels.wechat.errors import Verdict
from bot.clock import MovableClock, SteppedClock
from bot.inbound.late_answers import _push_id
from bot.outbound.delivery import MOST_TRIES, Fate, Way, decide
from bot.outbound.render import reply_text
from bot.outbound.templates import USUAL, Templates, layout
from handlers.messages import Channel, Incoming, Text
from handlers.outcome import Reply
from handlers.pushes import Card, CardKind, Choice

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
EVERY_CASE = list(itertools.product(Verdict, Way))


@pytest.mark.parametrize(("verdict", "way"), EVERY_CASE)
def test_there_is_a_next_step_for_every_refusal(verdict: Verdict, way: Way) -> None:
    step = decide(verdict, way, 1)
    # Nothing goes round in circles: what is tried again waits, and a template has no other way left.
    assert (step.fate is Fate.AGAIN) == (step.after > timedelta())
    assert not (way is Way.TEMPLATE and step.fate is Fate.OTHER_WAY)
    last = decide(verdict, way, MOST_TRIES)
    assert last.fate is not Fate.AGAIN


def test_the_pauses_grow_and_last_through_an_outage() -> None:
    pauses = [decide(Verdict.RETRY, Way.CUSTOM, n).after for n in range(1, MOST_TRIES)]
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=15)
    assert timedelta(hours=8) < sum(pauses, timedelta()) < timedelta(hours=9)


def test_only_a_persons_settings_wake_nobody() -> None:
    quiet = {verdict for verdict, way in EVERY_CASE if not decide(verdict, way, 1).alarm}
    assert quiet == {Verdict.RETRY, Verdict.TOKEN, Verdict.GONE, Verdict.WINDOW}
    assert decide(Verdict.RETRY, Way.CUSTOM, MOST_TRIES).alarm


def test_an_account_without_customer_messages_takes_the_other_way() -> None:
    assert decide(Verdict.CONFIG, Way.CUSTOM, 1, 48001).fate is Fate.OTHER_WAY
    assert decide(Verdict.CONFIG, Way.TEMPLATE, 1, 48001).fate is Fate.PARK


CARD = Card(CardKind.PROGRESS, "26000010", "路灯坏了", "已受理", "三天内答复", NOW, "/t/abc")


def test_a_template_shows_the_card_in_the_accounts_fields() -> None:
    chosen = layout(CardKind.PROGRESS, "TPL: thing9=title, time3=at")
    assert chosen is not None
    message = Templates({CardKind.PROGRESS: chosen}).message(CARD, "https://ms.example/t/abc", "once")
    assert message is not None
    assert dict(message.fields) == {"thing9": "路灯坏了", "time3": "2026-05-04 10:00"}
    assert (message.template_id, message.url, message.once) == ("TPL", "https://ms.example/t/abc", "once")


@pytest.mark.parametrize("kind", CardKind)
def test_without_a_description_the_usual_fields_are_used(kind: CardKind) -> None:
    chosen = layout(kind, "TPL")
    assert chosen is not None
    assert chosen.fields == USUAL[kind]
    assert layout(kind, "") is None
    assert Templates({}).message(CARD, "", "") is None


@pytest.mark.parametrize("setting", ["TPL:thing1", "TPL:thing1=everything", "TPL:=title", "TPL:thing1=title,"])
def test_a_description_that_cannot_be_read_is_named(setting: str) -> None:
    with pytest.raises(ValueError, match="FIELD=PART"):
        layout(CardKind.TASK, setting)


WORDS = st.lists(
    st.one_of(st.sampled_from(("<a href='http://evil.example'>点我</a>", "<", '"&%<>\n', "<A\tHREF")), st.text())
).map("".join)
TAP = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^"&<>]*)&msgmenuid=\d+">([^<]*)</a>')


@given(WORDS, WORDS, WORDS)
def test_nobodys_words_become_a_link(text: str, label: str, say: str) -> None:
    """In a text the platform turns `<a href>` into a link: only ours may be there."""
    shown = reply_text(Reply(text, (Choice(label, say), Choice("是", "是"))), Channel.WECHAT)
    assert shown is not None
    assert len(TAP.findall(shown)) == 2
    assert "<" not in TAP.sub("", shown)
    typed = reply_text(Reply(text, (Choice(label, say),)), Channel.WECOM)
    assert typed is not None
    # WeCom has no taps: nobody's words are a link there either.
    assert "<" not in typed


def test_a_reply_of_nothing_is_nothing() -> None:
    assert reply_text(None, Channel.WECHAT) is None


@given(st.lists(st.integers(-5000, 5000), min_size=1, max_size=60))
def test_ids_grow_and_never_repeat_whatever_the_clock_does(steps: list[int]) -> None:
    clock = SteppedClock(NOW)
    source = ids.Ids(clock.now, 1023)
    given_ids = []
    for step in steps:
        clock.advance(timedelta(milliseconds=step))
        given_ids += [source.next() for _ in range(3)]
    assert given_ids == sorted(set(given_ids))
    assert 0 < given_ids[0] < given_ids[-1] < 2**63


def test_ids_go_on_where_the_clock_was_set_back_while_nobody_ran() -> None:
    clock = SteppedClock(NOW)
    last = ids.Ids(clock.now, 1023).next()
    clock.advance(-timedelta(days=10))
    again = ids.Ids(clock.now, 0, after=last)
    given_ids = [again.next() for _ in range(5000)]
    assert [last, *given_ids] == sorted({last, *given_ids})
    clock.advance(timedelta(days=11))
    assert again.next() > given_ids[-1] + (20 * 3600 * 1000 << ids.BELOW_MILLIS)
    # Where nothing is wrong nothing changes.
    assert ids.Ids(clock.now, 7, after=last).next() == ids.Ids(clock.now, 7).next()


def test_more_ids_than_a_millisecond_holds() -> None:
    source = ids.Ids(SteppedClock(NOW).now, 1)
    many = [source.next() for _ in range(10_000)]
    assert many == sorted(set(many))


def test_two_processes_give_different_ids_in_one_millisecond() -> None:
    clock = SteppedClock(NOW)
    one, two = ids.Ids(clock.now, 1), ids.Ids(clock.now, 2)
    assert not {one.next() for _ in range(4096)} & {two.next() for _ in range(4096)}


def test_secrets_have_the_shape_that_people_can_type() -> None:
    assert all(re.fullmatch(r"\d{6}", ids.new_code()) for _ in range(50))
    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{8}", ids.new_invite()) for _ in range(50))
    assert len({ids.new_token() for _ in range(50)}) == 50
    digest = ids.keyed_hash("key")
    assert digest(" ab23cd45 ") == digest("AB23CD45") != ids.keyed_hash("another")("AB23CD45")


def said(key: str, at: datetime) -> Incoming:
    return Incoming(key, Channel.WECHAT, "o1", at, at + timedelta(seconds=3), Text("hello"))


def test_parts_of_late_answers_are_in_order_and_the_same_every_time() -> None:
    first, second = said("a", NOW), said("b", NOW + timedelta(seconds=2))
    parts = [_push_id(one, n, one.identity) for one in (first, second) for n in range(8)]
    assert parts == sorted(set(parts))
    assert parts[3] == _push_id(said("a", NOW), 3, first.identity)
    clock = SteppedClock(NOW)
    assert abs(parts[0] - ids.Ids(clock.now, 0).next()) < 2000 << ids.BELOW_MILLIS


def test_the_sandboxs_clock_only_moves_forward() -> None:
    clock = MovableClock()
    before = clock.now()
    clock.advance(timedelta(days=3))
    assert clock.now() - before >= timedelta(days=3)
    with pytest.raises(ValueError, match="forward"):
        clock.advance(timedelta(seconds=-1))
