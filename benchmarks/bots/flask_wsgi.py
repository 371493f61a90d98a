"""The echo of wechatpy's documentation on Flask, as a WSGI application."""

from __future__ import annotations

from flask import Flask, request
from wechatpy import create_reply, parse_message
from wechatpy.utils import check_signature

from benchmarks.bots.account import TOKEN

application = Flask(__name__)


@application.post("/wechat")
def receive() -> str:
    """Echo in the clear."""
    query = request.args
    check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
    message = parse_message(request.data)
    return str(create_reply(message.content, message).render())
