"""wechatpy's API classes on this service's transport: wechatpy knows the methods, `Transport` does the HTTP.

Only `_request` is replaced. wechatpy's API methods return what `get` or `post` returned, here a coroutine, so they can
be awaited. Methods that process the result themselves (`user.get_batch`, `template.get`, `jsapi.get_jsapi_ticket`,
`customservice.get_accounts` ...) cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

import aiohttp
from wechatpy.client import WeChatClient
from wechatpy.work import WeChatClient as WorkClient

from bot.channels.wechat.transport import AuthorizedCalls, Call, endpoint_of, to_json

REPEATABLE_POSTS: Final = frozenset({"menu/create", "message/custom/typing", "qrcode/create"})
"""POSTs that may be sent again after a lost answer, because they set a state."""


class AsyncRequests:
    """Replaces the HTTP layer of a wechatpy client. `calls` adds the token and retries."""

    API_BASE_URL: str

    def __init__(self, calls: AuthorizedCalls) -> None:
        self._calls = calls

    @property
    def access_token(self) -> NoReturn:
        # wechatpy's __new__ reads every attribute; only AttributeError lets it pass.
        raise AttributeError("the token belongs to the transport")

    async def _request(self, method: str, url_or_endpoint: str, **options: Any) -> Any:
        url = url_or_endpoint
        if not url.startswith(("http://", "https://")):
            url = options.get("api_base_url", self.API_BASE_URL) + url
        data = options.get("data")
        call = Call(
            method=method,
            url=url,
            params={name: str(value) for name, value in (options.get("params") or {}).items() if value is not None},
            body=_form(options["files"], data) if options.get("files") else _body(data),
            repeatable=is_repeatable(method, endpoint_of(url), data),
        )
        answer = await self._calls.ask(call)
        processor = options.get("result_processor")
        return processor(answer) if processor else answer


class OfficialAccountApi(AsyncRequests, WeChatClient):  # type: ignore[misc]  # wechatpy has no types
    """The official account's API: `api.message`, `api.menu`, `api.user`, `api.tag` ... as in wechatpy, awaited."""

    def __init__(self, app_id: str, calls: AuthorizedCalls) -> None:
        super().__init__(calls)
        self.appid = app_id


class WorkApi(AsyncRequests, WorkClient):  # type: ignore[misc]  # wechatpy has no types
    """WeCom's API: `api.message`, `api.user`, `api.media` ... as in wechatpy, awaited."""

    def __init__(self, corp_id: str, calls: AuthorizedCalls) -> None:
        super().__init__(calls)
        self.appid = self.corp_id = corp_id


def is_repeatable(method: str, endpoint: str, data: Any) -> bool:
    """Returns whether sending the same call twice has no more effect than sending it once.

    The platform drops copies of a template message for ten minutes by its `client_msg_id`.
    """
    if method.lower() == "get":
        return True
    if endpoint == "message/template/send":
        return isinstance(data, Mapping) and bool(data.get("client_msg_id"))
    return endpoint in REPEATABLE_POSTS


def _body(data: Any) -> bytes | None:
    if isinstance(data, Mapping):
        return to_json(data)
    return data.encode() if isinstance(data, str) else data


def _form(files: Mapping[str, Any], data: Any) -> Callable[[], aiohttp.FormData]:
    """A multipart form from requests' `files`: name -> content, or name -> (filename, content[, content type])."""
    parts = []
    for name, file in files.items():
        filename, content, *content_type = file if isinstance(file, tuple) else (name, file)
        raw = content if isinstance(content, bytes) else content.read()
        parts.append((name, raw, filename, content_type[0] if content_type else None))
    values = dict(data) if isinstance(data, Mapping) else {}

    def build() -> aiohttp.FormData:
        form = aiohttp.FormData()
        for name, raw, filename, content_type in parts:
            form.add_field(name, raw, filename=filename, content_type=content_type)
        for name, value in values.items():
            form.add_field(name, str(value))
        return form

    return build
