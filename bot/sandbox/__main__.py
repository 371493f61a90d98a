"""Runs the sandbox alone beside any bot: ``python -m bot.sandbox CALLBACK_URL [--port 8090]``."""

from __future__ import annotations

import argparse
from datetime import timedelta
from random import Random
from typing import cast

from aiohttp import web

from bot.clock import SystemClock
from bot.sandbox.control import create_sandbox
from bot.sandbox.platform.model import Account, Mode
from bot.sandbox.platform.world import World
from bot.sandbox.town.town import PERSONAS, TEMPLATES


async def _nothing(_: timedelta) -> None:
    """A bot of its own keeps its own clock."""


def main() -> None:
    """Read the command line and serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="A fake WeChat beside any bot.")
    parser.add_argument("callback_url", help="the bot's callback, for example http://127.0.0.1:8080/wechat")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--app-id", default="wxsandbox00000001")
    parser.add_argument("--secret", default="sandbox-secret")
    parser.add_argument("--token", default="sandboxtoken")
    parser.add_argument("--aes-key", default="A" * 43)
    parser.add_argument("--mode", choices=("plain", "compat", "safe"), default="safe")
    given = parser.parse_args()
    account = Account(given.app_id, given.secret, given.token, given.aes_key, cast("Mode", given.mode))
    world = World(
        account=account,
        personas=PERSONAS,
        clock=SystemClock().now,
        rng=Random(),  # noqa: S311 - nobody's secrets live in a sandbox
        templates=TEMPLATES,
    )
    root = web.Application()
    public_url = f"http://{given.host}:{given.port}"
    sandbox = create_sandbox(world=world, callback_url=given.callback_url, public_url=public_url, advance=_nothing)
    root.add_subapp("/sandbox", sandbox)
    print(f"{public_url}/sandbox/   API: {public_url}/sandbox/api")
    web.run_app(root, host=given.host, port=given.port, print=None)


if __name__ == "__main__":
    main()
