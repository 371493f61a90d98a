"""From the platform's request to the reply on the phone: real HTTP, real crypto, real databases."""

from __future__ import annotations

import asyncio
import errno
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.channels.wechat.crypto import AesKey
from bot.channels.wechat.push import MAX_BODY, Mode
from bot.cli.inbox import list_failed, replay, show_failed
from bot.sandbox.platform.envelopes import open_reply
from bot.sandbox.platform.faults import LOST_REPLY, ApiFault
from handlers.errors import Unavailable
from handlers.messages import Doubt, Unread
from handlers.tickets import numbers
from nlp.understand import Reader
from storage.queues.inbox import waiting
from storage.schema.tables import inbox, people, tickets
from tests.integration.service.stage import ANOTHER, APPEAL, LI, START, WANG, Stage, open_stage, push_of
from tests.support import wechat_pushes
from tests.support.databases import Templates


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
    stage.world.set_fault(ApiFault(LOST_REPLY, 2))
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
    body, query = push_of(wechat_pushes.TEXT, Mode.SAFE)
    assert (await lite.post(body, query | {"msg_signature": "0" * 40}))[0] == 403
    assert (await lite.post(body, {}))[0] == 400
    assert (await lite.post(wechat_pushes.TEXT, wechat_pushes.query("signature", at=START)))[0] == 403
    assert (await lite.post(b"x" * (MAX_BODY + 1), query))[0] == 413
    async with lite.http.post(lite.url, params=query, data=_chunks(MAX_BODY + 1)) as response:
        assert response.status == 413
    async with lite.http.post(lite.url, params=query, data=b"x", headers={"Content-Encoding": "gzip"}) as response:
        assert response.status == 400
    async with lite.http.get(lite.url, params={"echostr": "hello"}) as response:
        assert response.status == 400
    assert await lite.count(inbox) == 0


REQUIRED = {
    Mode.PLAIN: ("signature", "timestamp", "nonce"),
    Mode.COMPAT: ("msg_signature", "timestamp", "nonce"),
    Mode.SAFE: ("msg_signature", "timestamp", "nonce"),
}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mode", Mode)
async def test_each_field_of_the_query_is_there_once_and_the_time_is_about_now(
    mode: Mode, database_url: str, tmp_path: Path, reader: Reader
) -> None:
    async with open_stage(database_url, tmp_path / "data", reader, mode=mode, wechat_timestamp_window=60) as stage:
        body, query = push_of(wechat_pushes.TEXT, mode)
        for name in REQUIRED[mode]:
            assert (await stage.post(body, {key: value for key, value in query.items() if key != name}))[0] == 400
        for name, value in query.items():
            for doubled in (value, "x"):
                async with stage.http.post(stage.url, params=[*query.items(), (name, doubled)], data=body) as response:
                    assert response.status == 400, name
        for off, status in ((-61, 403), (61, 403), (-60, 200), (60, 200)):
            body, query = push_of(wechat_pushes.TEXT, mode, START + timedelta(seconds=off), nonce=str(off))
            assert (await stage.post(body, query))[0] == status, off
        for odd in ("", "now", "1e9", "-1", "9" * 30):
            assert (await stage.post(body, query | {"timestamp": odd}))[0] == 403
        assert await stage.count(inbox) == 1


MESSAGES = {
    "typed": wechat_pushes.TEXT.replace("巷口".encode(), b"]]>&\xe4\xb8]]>"),
    "cut off": wechat_pushes.TEXT[:-70],
    "doubled": wechat_pushes.TEXT.replace(b"</xml>", b"<Content>x</Content></xml>"),
    "rubbish": b"\xff\xfe rubbish",
}
"""What any of which a right signature lets in."""


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mode", Mode)
async def test_what_cannot_be_read_is_kept_told_and_found_by_the_operator(
    mode: Mode, database_url: str, tmp_path: Path, reader: Reader
) -> None:
    async with open_stage(database_url, tmp_path / "data", reader, mode=mode) as stage:
        answers: dict[str, str] = {}
        for name, message in MESSAGES.items():
            for attempt in range(2):
                # The platform's retry may carry a new time and nonce.
                body, query = push_of(message, mode, START + timedelta(seconds=5 * attempt), nonce=f"{name}{attempt}")
                status, answer = await stage.post(body, query)
                assert status == 200
                assert answers.setdefault(name, words_of(stage, answer)) == words_of(stage, answer)
        assert "没读懂" not in answers["typed"]
        assert "没读懂" in answers["cut off"]
        assert "没读懂" in answers["doubled"]
        assert answers["rubbish"] == ""
        assert await stage.count(inbox) == len(MESSAGES)
        lines: list[str] = []
        await list_failed(stage.parts.process.engine, lines.append)
        assert len(lines) == 3
        assert all("没读懂：" in line for line in lines)
        shown: list[str] = []
        for line in lines:
            await show_failed(stage.parts.process.engine, line.split("\t")[0], shown.append)
        assert MESSAGES["doubled"].decode() in shown
        assert await replay(stage.parts.process.settings, stage.parts.process.engine) == 0


def words_of(stage: Stage, answer: bytes) -> str:
    root = open_reply(stage.world.account, answer)
    return "" if root is None else str(root.findtext("Content"))


async def test_a_key_that_does_not_open_loses_nothing(lite: Stage) -> None:
    query, body = wechat_pushes.encrypted(wechat_pushes.TEXT, AesKey("z" * 43), at=START)
    for _ in range(2):
        assert await lite.post(body, query) == (200, b"success")
    assert await lite.count(inbox) == 1
    assert await lite.count(people) == 0


async def test_what_cannot_be_read_does_not_take_the_number_of_a_message(lite: Stage) -> None:
    await lite.post(*push_of(MESSAGES["doubled"], Mode.SAFE))
    _, answer = await lite.post(*push_of(wechat_pushes.TEXT, Mode.SAFE))
    assert "没读懂" not in words_of(lite, answer)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_in_plain_mode_a_signature_lets_one_body_in(database_url: str, tmp_path: Path, reader: Reader) -> None:
    async with open_stage(database_url, tmp_path / "data", reader, mode=Mode.PLAIN) as stage:
        body, query = push_of(APPEALED, Mode.PLAIN)
        _, first = await stage.post(body, query)
        assert numbers.find(words_of(stage, first))
        for other in (
            APPEALED.replace(b"<MsgId>7", b"<MsgId>8"),
            APPEALED.replace(b"o-citizen", b"o-other"),
            APPEALED.replace("路灯".encode(), "井盖".encode()),
        ):
            status, answer = await stage.post(other, query)
            assert status == 200
            assert "没读懂" in words_of(stage, answer)
        assert await stage.count(tickets) == 1
        assert await stage.count(inbox) == 4
        assert words_of(stage, (await stage.post(body, query))[1]) == words_of(stage, first)
        _, again = await stage.post(*push_of(APPEALED, Mode.PLAIN, START + timedelta(seconds=5), nonce="7"))
        assert words_of(stage, again) == words_of(stage, first)


APPEALED = wechat_pushes.TEXT.replace("巷口的井盖松了".encode(), APPEAL.encode())


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mode", Mode)
async def test_pushes_come_from_the_addresses_that_are_set(
    mode: Mode, database_url: str, tmp_path: Path, reader: Reader
) -> None:
    given: dict[str, Any] = {"wechat_callback_addresses": "203.0.113.0/24,2001:db8::/32", "proxies": 1}
    async with open_stage(database_url, tmp_path / "data", reader, mode=mode, **given) as stage:
        body, query = push_of(wechat_pushes.TEXT, mode)
        for heard, status in {
            "203.0.113.7": 200,
            "198.51.100.1, 203.0.113.7": 200,
            "[2001:db8::1]:443": 200,
            "::ffff:203.0.113.9": 200,
            "203.0.113.7, 198.51.100.1": 403,
            "198.51.100.1": 403,
            "rubbish": 403,
            "": 403,
        }.items():
            headers = {"X-Forwarded-For": heard} if heard else {}
            async with stage.http.post(stage.url, params=query, data=body, headers=headers) as response:
                assert response.status == status, heard
            async with stage.http.get(stage.url, params=query | {"echostr": "1"}, headers=headers) as response:
                assert response.status == status, heard


async def test_when_neither_database_nor_disk_can_keep_it_the_platform_sends_it_again(
    lite: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise Unavailable("database")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for message in (wechat_pushes.TEXT, MESSAGES["cut off"]):
        with monkeypatch.context() as broken:
            broken.setattr(lite.parts.inbound.batcher, "_run", away)
            broken.setattr(lite.parts.inbound.spool, "save", full)
            assert (await lite.post(*push_of(message, Mode.SAFE)))[0] == 503
        with monkeypatch.context() as slow:
            slow.setattr(lite.parts.inbound.batcher, "_run", away)
            assert (await lite.post(*push_of(message, Mode.SAFE)))[0] == 200
        assert lite.parts.inbound.spool.count() == 1
        assert await lite.take_up() == 1
        assert lite.parts.inbound.spool.count() == 0
        assert (await lite.post(*push_of(message, Mode.SAFE)))[0] == 200
    assert await lite.count(inbox) == 2


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


@pytest.fixture(params=Mode)
async def moded(request: Any, templates: Templates, tmp_path: Path, reader: Reader) -> Any:
    """A service in each mode."""
    with templates.copy("sqlite", tmp_path) as url:
        async with open_stage(url, tmp_path / "data", reader, mode=request.param) as opened:
            yield opened


NONCES = count()
FUZZED = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@FUZZED
@given(st.data())
async def test_a_signed_push_is_never_answered_by_an_error(moded: Stage, data: st.DataObject) -> None:
    message = data.draw(messages() | st.binary(max_size=300))
    mode = moded.parts.process.settings.wechat_mode
    body, query = push_of(message, mode, nonce=f"n{next(NONCES)}")
    assume(len(body) <= MAX_BODY)
    status, answer = await moded.post(body, query)
    assert status == 200
    # The platform can read it, and its retry, with a new nonce, is given the same.
    said = words_of(moded, answer)
    status, answer = await moded.post(*push_of(message, mode, nonce=f"n{next(NONCES)}"))
    assert (status, words_of(moded, answer)) == (200, said)


@FUZZED
@given(st.data())
async def test_any_query_is_let_in_or_refused(moded: Stage, data: st.DataObject) -> None:
    mode = moded.parts.process.settings.wechat_mode
    body, query = push_of(wechat_pushes.TEXT, mode, nonce=f"n{next(NONCES)}")
    names = st.sampled_from([*query, "echostr", "x"])
    changes = st.lists(
        st.tuples(st.sampled_from(["drop", "add", "set"]), names, st.text(max_size=40) | HOSTILE), max_size=3
    )
    pairs = list(query.items())
    for change, name, value in data.draw(changes):
        if change != "add":
            pairs = [pair for pair in pairs if pair[0] != name]
        if change != "drop":
            pairs.append((name, value.encode("utf-8", "replace").decode()))
    async with moded.http.post(moded.url, params=pairs, data=body) as response:
        assert response.status in {200, 400, 403, 413}
    async with moded.http.get(moded.url, params=pairs) as response:
        assert response.status in {200, 400, 403, 413}


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
async def test_a_bomb_in_a_signed_envelope_is_kept_unread(what: str, lite: Stage) -> None:
    body, query = push_of(BOMBS[what], Mode.SAFE)
    assert (await lite.post(body, query))[0] == 200
    (kept,) = await waiting(lite.parts.process.engine)
    assert kept.body == Unread(Doubt.UNREADABLE, BOMBS[what])


async def test_readiness_sees_a_message_that_is_stuck(lite: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    base = lite.url.removesuffix("/wechat")
    monkeypatch.setattr(lite.parts.inbound.batcher, "oldest", lambda: 40.0)
    async with lite.http.get(f"{base}/readyz") as response:
        state = await response.json()
        assert (response.status, state["database"]) == (503, "ok")
        assert "40 s" in state["messages"]


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
    assert "minsheng_oldest_message_seconds 0.0" in figures
    assert WANG not in figures
    async with lite.http.get(f"{base}/metrics", headers={"X-Forwarded-For": "10.0.0.1"}) as response:
        assert response.status == 403


async def test_a_verdict_on_a_push_that_nobody_noted_keeps_the_platform_waiting_for_nothing(
    lite: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.inbound.webhook._NOTE_PATIENCE", 0.0)
    noted = asyncio.Event()

    async def waits(*_: object) -> None:
        await noted.wait()

    monkeypatch.setattr("bot.inbound.receipts.Receipts._note_fate", waits)
    event = wechat_pushes.TEXT.replace(b"[text]", b"[event]").replace(
        b"<Content>", b"<Event>TEMPLATESENDJOBFINISH</Event><MsgID>5</MsgID><Status>success</Status><Content>"
    )
    assert await lite.post(*push_of(event, Mode.SAFE)) == (200, b"success")
    assert lite.parts.inbound.spool.count() == 1
    noted.set()
    assert await lite.take_up() == 1
    assert lite.parts.inbound.spool.count() == 0
