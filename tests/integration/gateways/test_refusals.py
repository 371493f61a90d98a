"""What goes wrong between us and the platform: how often it is tried again, and what the caller is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp
import pytest
from aiohttp import web

from bot.channels.port import PlainText, Template
from bot.channels.wechat.client import OfficialAccount
from bot.channels.wechat.errors import VERDICTS, PlatformError, Verdict
from bot.channels.wechat.tokens import MemoryTokenStore
from bot.channels.wechat.transport import Pause
from tests.integration.gateways.conftest import Waits, now
from tests.integration.gateways.platform import APP_ID, SECRET, Platform, refused

CUSTOM = "cgi-bin/message/custom/send"
TEMPLATE = "cgi-bin/message/template/send"
USER = "cgi-bin/user/info"
TOKEN = "cgi-bin/stable_token"


async def refusal(account: OfficialAccount, message: PlainText | Template | None = None) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        await account.send("OPENID", message or PlainText("您好"))
    return caught.value


@pytest.mark.parametrize("code", [code for code, verdict in VERDICTS.items() if verdict is not Verdict.TOKEN])
async def test_each_code_reaches_the_caller_as_its_verdict(
    account: OfficialAccount, platform: Platform, code: int
) -> None:
    platform.always[CUSTOM] = refused(code)
    error = await refusal(account)
    assert (error.verdict, error.code, error.rid) == (VERDICTS[code], code, "65f1c2d3-2b7a4c1e-1f00aa55")
    assert not error.uncertain
    assert len(platform.calls(CUSTOM)) == (3 if error.verdict is Verdict.RETRY else 1)


async def test_busy_is_tried_again_with_growing_jittered_waits(
    account: OfficialAccount, platform: Platform, waits: Waits
) -> None:
    platform.queue[CUSTOM] = [refused(-1), refused(45011)]
    await account.send_text("OPENID", "您好")
    assert len(platform.calls(CUSTOM)) == 3
    assert waits.seconds == pytest.approx([0.3, 0.6])


def broken(status: int) -> Callable[[web.Request], web.StreamResponse]:
    return lambda _: web.Response(status=status, text="<html>")


def cut(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


def page(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>proxy</html>", content_type="text/html")


LOST = [broken(500), broken(502), cut, page]


@pytest.mark.parametrize("answer", LOST)
async def test_a_lost_answer_to_a_message_is_not_repeated_but_told(
    account: OfficialAccount, platform: Platform, answer: Callable[[web.Request], web.StreamResponse]
) -> None:
    platform.always[CUSTOM] = answer
    error = await refusal(account)
    assert (error.verdict, error.uncertain) == (Verdict.RETRY, True)
    assert len(platform.calls(CUSTOM)) == 1


@pytest.mark.parametrize("answer", LOST)
async def test_a_lost_answer_is_asked_again_where_the_platform_drops_copies(
    account: OfficialAccount, platform: Platform, answer: Callable[[web.Request], web.StreamResponse]
) -> None:
    platform.queue[TEMPLATE] = [answer, answer]
    sent = await account.send_template("OPENID", Template("TPL", {"thing1": "灯"}, once="m1"))
    assert sent.message_id == "200228332"
    platform.always[TEMPLATE] = answer
    assert (await refusal(account, Template("TPL", {"thing1": "灯"}))).uncertain
    assert len(platform.calls(TEMPLATE)) == 4
    platform.always[USER] = answer
    with pytest.raises(PlatformError) as caught:
        await account.user_info("OPENID")
    assert (caught.value.verdict, caught.value.uncertain) == (Verdict.RETRY, False)


@pytest.mark.parametrize(("status", "verdict"), [(429, Verdict.RETRY), (404, Verdict.CONFIG), (302, Verdict.CONFIG)])
async def test_other_statuses(account: OfficialAccount, platform: Platform, status: int, verdict: Verdict) -> None:
    platform.always[CUSTOM] = broken(status)
    error = await refusal(account)
    assert (error.verdict, error.uncertain, error.detail) == (verdict, False, f"HTTP {status}")


async def test_a_redirect_is_not_followed_with_the_token_in_it(account: OfficialAccount, platform: Platform) -> None:
    platform.always[CUSTOM] = lambda _: web.Response(status=307, headers={"Location": "/prefix/elsewhere"})
    assert (await refusal(account)).verdict is Verdict.CONFIG
    assert platform.calls("elsewhere") == []


async def test_no_connection_means_nothing_was_sent(
    session: aiohttp.ClientSession, pause: Pause, unused_tcp_port: int, waits: Waits
) -> None:
    base = f"http://127.0.0.1:{unused_tcp_port}"
    store = MemoryTokenStore(now)
    account = OfficialAccount(APP_ID, SECRET, session=session, store=store, now=now, pause=pause, base=base)
    error = await refusal(account)
    assert (error.verdict, error.uncertain) == (Verdict.RETRY, False)
    assert len(waits.seconds) == 2


async def test_twenty_sends_one_token(account: OfficialAccount, platform: Platform) -> None:
    await asyncio.gather(*(account.send_text("OPENID", "您好") for _ in range(20)))
    assert (len(platform.fetches), len(platform.calls(CUSTOM))) == (1, 20)


async def test_a_revoked_token_is_renewed_once_for_all(account: OfficialAccount, platform: Platform) -> None:
    await account.send_text("OPENID", "您好")
    platform.revoke()
    await asyncio.gather(*(account.send_text("OPENID", "您好") for _ in range(20)))
    assert len(platform.fetches) == 2
    assert not any(fetch.json["force_refresh"] for fetch in platform.fetches)
    await account.send_text("OPENID", "您好")
    assert len(platform.fetches) == 2


async def test_a_token_that_the_platform_hands_out_but_refuses_is_forced(
    account: OfficialAccount, platform: Platform
) -> None:
    await account.send_text("OPENID", "您好")
    platform.accepted = "TOKEN-2"
    await asyncio.gather(*(account.send_text("OPENID", "您好") for _ in range(5)))
    assert [fetch.json["force_refresh"] for fetch in platform.fetches] == [False, False, True]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_token_refused_for_ever_costs_two_calls_and_an_alarm(
    account: OfficialAccount, platform: Platform, code: int
) -> None:
    platform.always[CUSTOM] = refused(code)
    error = await refusal(account)
    assert (error.verdict, error.code) == (Verdict.CONFIG, code)
    assert len(platform.calls(CUSTOM)) == 2
    assert [fetch.json["force_refresh"] for fetch in platform.fetches] == [False, False, True]


async def test_refused_again_within_30_s_waits_instead_of_forcing(account: OfficialAccount, platform: Platform) -> None:
    platform.always[CUSTOM] = refused(40001)
    await refusal(account)
    error = await refusal(account)
    assert error.verdict is Verdict.RETRY
    assert len(platform.calls(CUSTOM)) == 4
    assert sum(fetch.json["force_refresh"] for fetch in platform.fetches) == 1


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (refused(40125), Verdict.CONFIG),
        (refused(40164), Verdict.CONFIG),
        (refused(40001), Verdict.CONFIG),
        (refused(45009), Verdict.RETRY),
        (refused(-1), Verdict.RETRY),
        ({"errcode": 0}, Verdict.RETRY),
        ({"access_token": "T", "expires_in": "soon"}, Verdict.RETRY),
        (broken(500), Verdict.RETRY),
    ],
)
async def test_no_token_no_call(account: OfficialAccount, platform: Platform, answer: object, verdict: Verdict) -> None:
    platform.always[TOKEN] = answer  # type: ignore[assignment]
    error = await refusal(account)
    assert (error.verdict, error.uncertain) == (verdict, False)
    assert platform.calls(CUSTOM) == []
