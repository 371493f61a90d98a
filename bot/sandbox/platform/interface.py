"""What every interface of the simulated API has in common: faults, method, limits, token, JSON in and out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import BodyPartReader, web
from msgspec import Struct

from bot.sandbox.platform.codes import PlatformRefusal
from bot.sandbox.platform.tokens import Tokens
from bot.sandbox.platform.world import World

LARGEST_BODY = 12 * 1024 * 1024

Answer = dict[str, Any] | web.StreamResponse
Handler = Callable[[web.Request], Awaitable[Answer]]
Served = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Interface(Struct, frozen=True):
    """One row of a table of interfaces."""

    method: str
    path: str
    handler: Handler
    guarded: bool = True
    """Needs the access token."""

    bare: bool = False
    """Answers without errcode on success, by its document. Others begin with errcode 0."""


def serve(world: World, tokens: Tokens, interface: Interface) -> Served:
    """The aiohttp handler of an interface: HTTP 200 with JSON, errors as {"errcode", "errmsg"}, each call recorded."""

    async def run(request: web.Request) -> web.StreamResponse:
        loop = asyncio.get_running_loop()
        began = loop.time()
        code = 0
        try:
            return await _act(world, tokens, interface, request)
        except PlatformRefusal as refusal:
            code = refusal.code
            rid = f" rid: {world.new_id():016x}"
            return _reply({"errcode": code, "errmsg": refusal.message + rid})
        finally:
            world.record("in", interface.path, code, round((loop.time() - began) * 1000))

    return run


async def _act(world: World, tokens: Tokens, interface: Interface, request: web.Request) -> web.StreamResponse:
    """Faults, method, token, daily limit: in the order in which the platform looks at a call."""
    fault = world.take_fault(interface.path)
    if fault is not None:
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.drop:
            if request.transport is not None:
                request.transport.close()
            return web.Response(status=500)
        if fault.code:
            raise PlatformRefusal(fault.code)
    if interface.method == "POST" and request.method != "POST":
        raise PlatformRefusal(43002)
    if interface.guarded:
        tokens.check(request.query.get("access_token"), world.now)
    world.daily.spend(interface.path, world.now)
    answer = await interface.handler(request)
    if isinstance(answer, web.StreamResponse):
        return answer
    return _reply(answer if interface.bare else {"errcode": 0, "errmsg": "ok", **answer})


def _reply(answer: dict[str, Any]) -> web.Response:
    text = json.dumps(answer, ensure_ascii=False)
    return web.Response(text=text, content_type="application/json", charset="utf-8")


async def read_body(request: web.Request) -> bytes:
    """The whole body, whatever cap the application around us sets for its own. Raises Refusal 40006 over ours."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise PlatformRefusal(40006)
    return bytes(body)


async def read_json(request: web.Request) -> dict[str, Any]:
    """The body as a JSON object. Raises Refusal 44002 (empty) or 47001."""
    raw = await read_body(request)
    if not raw:
        raise PlatformRefusal(44002)
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise PlatformRefusal(47001) from error
    if not isinstance(body, dict):
        raise PlatformRefusal(47001)
    return body


async def read_file(request: web.Request, name: str) -> bytes:
    """The file of a multipart form. Raises Refusal 41005 (none) or 40006 (too large)."""
    if not request.content_type.startswith("multipart/"):
        raise PlatformRefusal(41005)
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == name:
            body = bytearray()
            while chunk := await part.read_chunk():
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise PlatformRefusal(40006)
            return bytes(body)
    raise PlatformRefusal(41005)


def text_of(body: Mapping[str, Any], key: str) -> str:
    """A field that should be text; empty when it is anything else."""
    value = body.get(key)
    return value if isinstance(value, str) else ""
