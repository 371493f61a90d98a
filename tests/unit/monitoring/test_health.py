"""Who may read the metrics: the bearer of the token, or without a token this machine and nobody through a proxy."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from bot.monitoring.health import Health
from bot.monitoring.metrics import Metrics

TOKEN = "t0ken"


def asked(remote: str, headers: Mapping[str, str]) -> web.Request:
    """A request for the metrics that comes from this address."""
    return make_mocked_request("GET", "/metrics", headers=headers).clone(remote=remote)


@pytest.mark.parametrize(
    ("token", "remote", "headers", "status"),
    [
        ("", "127.0.0.1", {}, 200),
        ("", "::1", {}, 200),
        ("", "192.0.2.7", {}, 403),
        ("", "127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 403),
        (TOKEN, "192.0.2.7", {"Authorization": f"Bearer {TOKEN}"}, 200),
        (TOKEN, "127.0.0.1", {"Authorization": "Bearer other"}, 403),
        (TOKEN, "127.0.0.1", {}, 403),
    ],
)
async def test_the_metrics_are_for_the_token_or_this_machine(
    token: str, remote: str, headers: Mapping[str, str], status: int
) -> None:
    handlers = Health({}, Metrics(), token)
    assert (await handlers.metrics(asked(remote, headers))).status == status
