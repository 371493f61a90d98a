"""The floor: aiohttp on uvloop reads the body and answers with a constant text."""

from __future__ import annotations

import sys

import uvloop
from aiohttp import web


async def receive(request: web.Request) -> web.Response:
    """Read the message and say that it came."""
    await request.read()
    return web.Response(text="success")


if __name__ == "__main__":
    app = web.Application()
    app.router.add_post("/wechat", receive)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), loop=uvloop.new_event_loop(), access_log=None, print=None)
