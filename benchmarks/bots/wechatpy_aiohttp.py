"""An echo of wechatpy's own parts on aiohttp and uvloop: `PORT plain` or `PORT safe`."""

from __future__ import annotations

import sys

import uvloop
from aiohttp import web
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from benchmarks.bots.account import AES_KEY, APP_ID, TOKEN

_crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)


async def plain(request: web.Request) -> web.Response:
    """Echo in the clear."""
    query = request.query
    check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
    message = parse_message(await request.read())
    reply = create_reply(message.content, message)
    return web.Response(text=reply.render(), content_type="application/xml")


async def safe(request: web.Request) -> web.Response:
    """Echo in safe mode."""
    query = request.query
    opened = _crypto.decrypt_message(await request.read(), query["msg_signature"], query["timestamp"], query["nonce"])
    message = parse_message(opened)
    reply = create_reply(message.content, message)
    sealed = _crypto.encrypt_message(reply.render(), query["nonce"], query["timestamp"])
    return web.Response(text=sealed, content_type="application/xml")


if __name__ == "__main__":
    app = web.Application()
    app.router.add_post("/wechat", safe if sys.argv[2] == "safe" else plain)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), loop=uvloop.new_event_loop(), access_log=None, print=None)
