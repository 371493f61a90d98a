"""Neither the secret, nor a token, nor a person's id or words reach the log or an error, whatever goes wrong."""

from __future__ import annotations

import logging
import traceback

import pytest
from structlog.testing import capture_logs

from bot.channels.port import Message, PlainText, Subscription, Template
from bot.channels.wechat.client import OfficialAccount
from bot.channels.wechat.errors import VERDICTS, PlatformError
from bot.channels.wecom.client import WorkAccount
from tests.integration.gateways.platform import SECRET, Platform, refused
from tests.integration.gateways.test_refusals import broken, cut, page

RECEIVER = "oPERSON"
HIDDEN = [SECRET, "TOKEN-", RECEIVER, "楼道灯"]
PATHS = [
    "cgi-bin/message/custom/send",
    "cgi-bin/message/template/send",
    "cgi-bin/message/send",
    "cgi-bin/stable_token",
    "cgi-bin/gettoken",
    "sns/oauth2/access_token",
]
ANSWERS = [*(refused(code) for code in VERDICTS), broken(500), broken(302), cut, page]


@pytest.mark.parametrize("answer", ANSWERS)
async def test_nothing_secret_is_written(
    account: OfficialAccount,
    work: WorkAccount,
    platform: Platform,
    caplog: pytest.LogCaptureFixture,
    answer: object,
) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    with capture_logs() as lines:
        for paths in (PATHS[:3], PATHS):
            platform.always = dict.fromkeys(paths, answer)  # type: ignore[arg-type]
            told += await _try_all(account) + await _try_all(work)
            platform.revoke()
        with pytest.raises(PlatformError) as caught:
            await account.exchange_code("CODE")
    told.append(caught.value)
    text = "\n".join([str(lines), caplog.text, *("".join(traceback.format_exception(error)) for error in told)])
    assert lines
    assert [word for word in HIDDEN if word in text] == []


async def _try_all(gateway: OfficialAccount | WorkAccount) -> list[PlatformError]:
    messages: list[Message] = [PlainText("楼道灯不亮"), Template("TPL", {"thing1": "楼道灯"}), Subscription("TPL", {})]
    errors = []
    for message in messages:
        try:
            await gateway.send(RECEIVER, message)
        except PlatformError as error:
            errors.append(error)
    return errors
