"""HTTP calls to the platform: timeouts, bounded retries by verdict, renewal of the token. Logs nothing secret.

The addresses in wechatpy's classes are rewritten to the configured base, so that a sandbox or a proxy can replace the
platform. URLs never reach a log line or an exception, because their query holds the token.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, NoReturn, TypeVar

import aiohttp
import structlog
from msgspec import Struct

from bot.channels.port import File
from bot.channels.wechat.errors import PlatformError, Verdict, refusal
from bot.channels.wechat.tokens import AccessTokens

log = structlog.get_logger()

RETRIES: Final = 2
FIRST_PAUSE_SECONDS: Final = 0.3
JSON_LIMIT: Final = 1 << 20
CALL_TIMEOUT: Final = aiohttp.ClientTimeout(total=5, connect=3)
MEDIA_TIMEOUT: Final = aiohttp.ClientTimeout(total=40, connect=3, sock_read=10)

_T = TypeVar("_T")
_Response = AbstractAsyncContextManager[aiohttp.ClientResponse]


class Pause(Struct, frozen=True):
    """Waiting between tries."""

    sleep: Callable[[float], Awaitable[None]]
    """Takes seconds."""

    jitter: Callable[[], float]
    """Returns a number in [0, 1)."""

    async def before(self, retry: int) -> None:
        """Wait before the given retry, counted from 0: 0.15-0.45 s, then twice that."""
        await self.sleep(FIRST_PAUSE_SECONDS * 2**retry * (0.5 + self.jitter()))


class Call(Struct, frozen=True):
    """One API call."""

    method: str
    url: str
    """Absolute, or relative to `/cgi-bin/`."""

    params: Mapping[str, str] = {}
    body: bytes | Callable[[], aiohttp.FormData] | None = None
    """A form is built anew for every try, since aiohttp consumes it."""

    repeatable: bool = False
    """Whether doing it twice has no more effect than once, so that it may be repeated when the answer is lost."""


class Transport:
    """Calls to one platform host. The session belongs to the caller.

    `home` is the host that the platform's documents and wechatpy name (`https://api.weixin.qq.com`), `base` the one
    called instead; both without a trailing slash.
    """

    def __init__(self, session: aiohttp.ClientSession, *, home: str, base: str, pause: Pause) -> None:
        self._session = session
        self._home = home
        self._base = base.rstrip("/") or home
        self._pause = pause

    def address(self, url: str) -> str:
        """Returns the absolute address to call, with the platform's host replaced by the configured one."""
        if not url.startswith(("http://", "https://")):
            return f"{self._base}/cgi-bin/{url}"
        if url == self._home or url.startswith(f"{self._home}/"):
            return self._base + url[len(self._home) :]
        return url

    async def patiently(self, attempt: Callable[[], Awaitable[_T]]) -> _T:
        """Run `attempt`, and up to twice again while it fails for a passing reason and repeating is safe."""
        for retry in range(RETRIES):
            try:
                return await attempt()
            except PlatformError as error:
                if error.verdict is not Verdict.RETRY or error.uncertain:
                    raise
                log.info("platform_retry", endpoint=error.endpoint, code=error.code, rid=error.rid)
            await self._pause.before(retry)
        return await attempt()

    async def ask(self, call: Call, token: str | None = None) -> dict[str, Any]:
        """Exchange JSON once, without retry. Raises `PlatformError` for a refusal, a bad answer or none."""
        endpoint = endpoint_of(call.url)
        try:
            async with self._open(call, token, CALL_TIMEOUT) as response:
                raw = await _read(response, JSON_LIMIT, endpoint)
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            _unreachable(error, call, endpoint)
        _check_status(status, call, endpoint)
        answer = _decode(raw)
        if answer is None:
            raise PlatformError(Verdict.RETRY, endpoint, uncertain=not call.repeatable, detail="answer is not JSON")
        _raise_refusal(answer, endpoint)
        return answer

    async def download(self, call: Call, token: str | None, limit: int) -> File | dict[str, Any]:
        """Returns a file of at most `limit` bytes, or the JSON object sent instead. Raises `PlatformError`."""
        endpoint = endpoint_of(call.url)
        try:
            async with self._open(call, token, MEDIA_TIMEOUT) as response:
                _check_status(response.status, call, endpoint)
                raw = await _read(response, limit, endpoint)
                content_type = response.content_type
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            _unreachable(error, call, endpoint)
        if content_type in {"application/json", "text/plain", "text/json"} and (answer := _decode(raw)) is not None:
            _raise_refusal(answer, endpoint)
            return answer
        return File(content=raw, content_type=content_type)

    def _open(self, call: Call, token: str | None, timeout: aiohttp.ClientTimeout) -> _Response:
        params = dict(call.params)
        if token is not None:
            params["access_token"] = token
        headers = {"Content-Type": "application/json; charset=utf-8"} if isinstance(call.body, bytes) else None
        return self._session.request(
            call.method.upper(),
            self.address(call.url),
            params=params,
            data=call.body() if callable(call.body) else call.body,
            headers=headers,
            timeout=timeout,
            allow_redirects=False,
        )


class AuthorizedCalls:
    """Calls with the access token. A refused token is renewed once and the call repeated once."""

    def __init__(self, transport: Transport, tokens: AccessTokens) -> None:
        self.transport = transport
        self._tokens = tokens

    async def ask(self, call: Call) -> dict[str, Any]:
        """Returns the decoded answer to a call with the token. Raises `PlatformError`, never with `Verdict.TOKEN`."""
        return await self._with_token(lambda token: self.transport.ask(call, token))

    async def download(self, call: Call, limit: int) -> File | dict[str, Any]:
        """Returns the same for a file; see `Transport.download`."""
        return await self._with_token(lambda token: self.transport.download(call, token, limit))

    async def _with_token(self, attempt: Callable[[str], Awaitable[_T]]) -> _T:
        token = await self._tokens.get()
        try:
            return await self.transport.patiently(lambda: attempt(token))
        except PlatformError as error:
            if error.verdict is not Verdict.TOKEN:
                raise
            log.info("token_refused", endpoint=error.endpoint, code=error.code, rid=error.rid)
        fresh = await self._tokens.renew(token)
        try:
            return await self.transport.patiently(lambda: attempt(fresh))
        except PlatformError as error:
            if error.verdict is not Verdict.TOKEN:
                raise
            raise error.judged(Verdict.RETRY if fresh == token else Verdict.CONFIG) from None


def endpoint_of(url: str) -> str:
    """Returns the path of an address for a log line: no host, no query."""
    path = url.partition("?")[0]
    if "://" in path:
        path = path.partition("://")[2].partition("/")[2]
    return path.removeprefix("cgi-bin/")


def to_json(data: Mapping[str, Any]) -> bytes:
    """Returns JSON in UTF-8: the platform shows escapes such as backslash-u4e2d to the person."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


async def _read(response: aiohttp.ClientResponse, limit: int, endpoint: str) -> bytes:
    """Returns the body. Raises as soon as it is known to be larger than `limit` bytes."""
    if response.content_length is not None and response.content_length > limit:
        raise PlatformError(Verdict.CONTENT, endpoint, detail=f"larger than {limit} bytes")
    parts = bytearray()
    async for part in response.content.iter_chunked(64 * 1024):
        parts += part
        if len(parts) > limit:
            raise PlatformError(Verdict.CONTENT, endpoint, detail=f"larger than {limit} bytes")
    return bytes(parts)


def _decode(raw: bytes) -> dict[str, Any] | None:
    """Returns a JSON object, whatever the content type says. The platform puts control characters into names."""
    try:
        answer = json.loads(raw.decode("utf-8", "replace"), strict=False)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _check_status(status: int, call: Call, endpoint: str) -> None:
    if status >= 500 or status == 429:
        uncertain = status >= 500 and not call.repeatable
        raise PlatformError(Verdict.RETRY, endpoint, uncertain=uncertain, detail=f"HTTP {status}")
    if status >= 300:
        raise PlatformError(Verdict.CONFIG, endpoint, detail=f"HTTP {status}")


def _raise_refusal(answer: dict[str, Any], endpoint: str) -> None:
    error = refusal(answer, endpoint)
    if error is None:
        return
    if error.verdict is not Verdict.TOKEN:
        log.warning("platform_refused", endpoint=endpoint, code=error.code, verdict=error.verdict, rid=error.rid)
    raise error


def _unreachable(error: Exception, call: Call, endpoint: str) -> NoReturn:
    """Raise for a call without an answer: without a connection nothing was sent, otherwise it may have taken effect."""
    sent = not isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    name = type(error).__name__
    log.warning("platform_unreachable", endpoint=endpoint, error=name)
    raise PlatformError(Verdict.RETRY, endpoint, uncertain=sent and not call.repeatable, detail=name) from None
