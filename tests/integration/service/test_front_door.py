"""From the platform's request to the reply on the phone: real HTTP, real crypto, real databases."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.envelopes import open_reply
from bot.sandbox.faults import LOST_REPLY, Fault
from bot.wechat.push import MAX_BODY, Mode
from handlers.tickets import numbers
from nlp.understand import Reader
from storage.tables import inbox, tickets
from tests.databases import Templates
from tests.integration.service.stage import ANOTHER, APPEAL, LI, WANG, Stage, open_stage, push_of
from tests.unit.wechat import samples


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mode", Mode)
async def test_an_appeal_is_filed_and_answered_in_every_mode(
    mode: Mode, database_url: str, tmp_path: Path, reader: Reader
) -> None:
    async with open_stage(database_url, tmp_path / "data", reader, mode=mode) as stage:
        assert await stage.pusher.verify()
        assert numbers.find(await stage.say(WANG, APPEAL))
        assert await stage.count(tickets) == 1


async def test_an_answer_that_was_lost_comes_again_and_files_nothing_twice(stage: Stage) -> None:
    stage.world.set_fault(Fault(LOST_REPLY, 2))
    delivery = await stage.pusher.deliver(stage.phone(WANG).say(APPEAL))
    assert delivery.attempts == 3
    assert await stage.count(tickets) == 1
    assert await stage.count(inbox) == 1
    assert len(numbers.find(stage.texts(WANG)[0])) == 1


async def test_retries_in_flight_get_the_same_answer(stage: Stage) -> None:
    push = stage.phone(WANG).say(APPEAL)
    answers = await asyncio.gather(*(stage.pusher.deliver(push) for _ in range(4)))
    assert {answer.outcome for answer in answers} == {"shown"}
    assert len(set(stage.texts(WANG))) == 1
    assert await stage.count(tickets) == 1


async def test_a_second_sender_with_a_used_id_is_answered_for_himself(stage: Stage) -> None:
    first = stage.phone(WANG).say(APPEAL)
    second = msgspec.structs.replace(stage.phone(LI).say(ANOTHER), msg_id=first.msg_id)
    await asyncio.gather(*(stage.pusher.deliver(push) for push in (first, second, first, second)))
    shown = {openid: {number for text in stage.texts(openid) for number in numbers.find(text)} for openid in (WANG, LI)}
    assert len(shown[WANG]) == len(shown[LI]) == 1
    assert not shown[WANG] & shown[LI]
    assert await stage.count(tickets) == await stage.count(inbox) == 2


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_retries_at_another_process_get_the_same_answer(
    stage: Stage, database_url: str, tmp_path: Path, reader: Reader
) -> None:
    async with open_stage(database_url, tmp_path / "other", reader, world=stage.world) as other:
        for round_ in range(5):
            push = stage.phone((WANG, LI)[round_ % 2]).say(f"五一路{round_ + 3}号门口的井盖被压碎了，夜里看不见")
            await asyncio.gather(*(each.pusher.deliver(push) for each in (stage, other, stage, other)))
            await other.pusher.deliver(push)
        assert await stage.count(tickets) == 5
        assert await stage.count(inbox) == 5
        assert len(set(stage.texts(WANG))) == 3
        assert len(set(stage.texts(LI))) == 2


@pytest.fixture
async def lite(templates: Templates, tmp_path: Path, reader: Reader) -> Any:
    with templates.copy("sqlite", tmp_path) as url:
        async with open_stage(url, tmp_path / "data", reader) as opened:
            yield opened


async def test_what_is_no_push_of_ours_is_turned_away(lite: Stage) -> None:
    body, query = push_of(samples.TEXT, Mode.SAFE)
    assert (await lite.post(body, query | {"msg_signature": "0" * 40}))[0] == 403
    assert (await lite.post(body, {}))[0] == 403
    assert (await lite.post(samples.TEXT, samples.query("signature")))[0] == 403
    broken, signed = push_of(b"<xml><FromUserName>o", Mode.SAFE)
    assert (await lite.post(broken, signed))[0] == 400
    assert (await lite.post(b"x" * (MAX_BODY + 1), query))[0] == 413
    async with lite.http.post(lite.url, params=query, data=_chunks(MAX_BODY + 1)) as response:
        assert response.status == 413
    async with lite.http.get(lite.url, params={"echostr": "hello"}) as response:
        assert response.status == 403
    assert await lite.count(inbox) == 0


async def _chunks(size: int) -> Any:
    for _ in range(0, size, 4096):
        yield b"x" * 4096


HOSTILE = st.one_of(
    st.sampled_from(
        [
            "",
            "]]>",
            "]]]]><![CDATA[>",
            "</Content><MsgType>event</MsgType>",
            "'; DROP TABLE tickets; --",
            "<script>alert(1)</script>",
            "{{7*7}} ${7*7} %s {0.__class__}",
            "<a href='http://evil.example'>点这里</a>",
            "\x00\x01\x02\x1b[31m",
            "\u202e\u200d\ufeff\ufffe",
            "😀" * 600,
            "路灯坏了。" * 3000,
            "-1",
            "9" * 400,
            "NaN",
            "进度",
            "绑定 AAAA",
        ]
    ),
    st.text(max_size=60),
)
NAMES = (
    "ToUserName FromUserName CreateTime MsgType Content MsgId MediaId PicUrl Format Recognition Location_X Location_Y "
    "Scale Label Title Description Url Event EventKey Ticket Latitude Longitude Status MsgID bizmsgmenuid MediaId16K "
    "SubscribeMsgPopupEvent OpenID TaskId"
).split()
KINDS = ("text image voice video shortvideo location link event file").split()
EVENTS = (
    "subscribe unsubscribe SCAN LOCATION CLICK VIEW TEMPLATESENDJOBFINISH subscribe_msg_popup_event "
    "user_authorization_revoke scancode_waitmsg"
).split()


@st.composite
def messages(draw: Any) -> bytes:
    """A push whose envelope is good and whose every field may be absent, repeated, nested or hostile."""
    fields = [
        ("FromUserName", draw(st.one_of(st.just("o_hostile"), HOSTILE))),
        ("MsgType", draw(st.one_of(st.sampled_from(KINDS), HOSTILE))),
        ("MsgId", draw(st.one_of(st.integers(1, 10**18).map(str), HOSTILE))),
        ("Event", draw(st.one_of(st.sampled_from(EVENTS), HOSTILE))),
    ]
    fields += draw(st.lists(st.tuples(st.sampled_from(NAMES), HOSTILE), max_size=8))
    parts = []
    for name, value in draw(st.permutations(fields)):
        style = draw(st.integers(0, 3))
        inside = f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>" if style else f"<item>{len(value)}</item>"
        parts.append(f"<{name}>{inside}</{name}>")
    return f"<xml>{''.join(parts)}</xml>".encode("utf-8", "surrogatepass")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.data())
async def test_a_signed_push_is_never_answered_by_an_error(lite: Stage, data: st.DataObject) -> None:
    body, query = push_of(data.draw(messages()), Mode.SAFE)
    status, answer = await lite.post(body, query)
    assert status in {200, 400}
    if status == 200:
        # The platform can read it, and its retry is answered as well.
        open_reply(lite.world.account, answer)
        assert (await lite.post(body, query))[0] == 200


BOMBS = {
    "a document type": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><Content>&a;</Content></xml>',
    "an outside entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Content>&a;</Content></xml>',
    "too deep": b"<xml>" + b"<a>" * 200 + b"</a>" * 200 + b"</xml>",
    "too many": b"<xml>" + b"<a/>" * 20_000 + b"</xml>",
    "UTF-16": "<xml></xml>".encode("utf-16"),
    "not XML": b"hello",
    "nothing": b"",
}


@pytest.mark.parametrize("what", BOMBS)
async def test_a_bomb_in_a_signed_envelope_is_malformed(what: str, lite: Stage) -> None:
    body, query = push_of(BOMBS[what], Mode.SAFE)
    assert (await lite.post(body, query))[0] == 400


async def test_health_readiness_and_figures(lite: Stage) -> None:
    await lite.say(WANG, APPEAL)
    base = lite.url.removesuffix("/wechat")
    async with lite.http.get(f"{base}/healthz") as response:
        assert response.status == 200
    async with lite.http.get(f"{base}/readyz") as response:
        assert (response.status, await response.json()) == (200, {"database": "ok"})
    async with lite.http.get(f"{base}/metrics") as response:
        figures = await response.text()
    assert 'minsheng_answers_total{how="answered"} 1.0' in figures
    assert 'minsheng_ticket_events_total{kind="filed"} 1.0' in figures
    assert WANG not in figures
    async with lite.http.get(f"{base}/metrics", headers={"X-Forwarded-For": "10.0.0.1"}) as response:
        assert response.status == 403
