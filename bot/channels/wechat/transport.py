"""One HTTP call to the platform: timeouts, bounded retries by verdict, the token's renewal, and nothing secret in the log.

The addresses that wechatpy's classes carry are rewritten to the configured base, so that a sandbox or a proxy can stand
in for the platform. URLs never reach a log line or an exception: their query holds the token.
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
    """How to wait between tries: `sleep` takes seconds, `jitter` gives a number in [0, 1)."""

    sleep: Callable[[float], Awaitable[None]]
    jitter: Callable[[], float]

    async def before(self, retry: int) -> None:
        """Wait before the given retry, counted from 0: 0.15-0.45 s, then twice that."""
        await self.sleep(FIRST_PAUSE_SECONDS * 2**retry * (0.5 + self.jitter()))


class Call(Struct, frozen=True):
    """A call as the caller states it. `url` is absolute or relative to `/cgi-bin/`.

    `repeatable` says that doing it twice does no more than doing it once, so that a lost answer may be asked for again.
    A form is made anew for every try, since aiohttp spends it.
    """

    method: str
    url: str
    params: Mapping[str, str] = {}
    body: bytes | Callable[[], aiohttp.FormData] | None = None
    repeatable: bool = False


class Transport:
    """Calls to one platform host.

    `home` is the host that the platform's documents and wechatpy name (`https://api.weixin.qq.com`), `base` what takes
    its place, both without a trailing slash. The session belongs to the caller.
    """

    def __init__(self, session: aiohttp.ClientSession, *, home: str, base: str, pause: Pause) -> None:
        self._session = session
        self._home = home
        self._base = base.rstrip("/") or home
        self._pause = pause

    def address(self, url: str) -> str:
        """The absolute address to call, with the platform's own host replaced by the configured one."""
        if not url.startswith(("http://", "https://")):
            return f"{self._base}/cgi-bin/{url}"
        if url == self._home or url.startswith(f"{self._home}/"):
            return self._base + url[len(self._home) :]
        return url

    async def patiently(self, attempt: Callable[[], Awaitable[_T]]) -> _T:
        """Run `attempt`, and again up to twice while it fails for a passing reason and repeating it is safe."""
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
        """One exchange of JSON, no retry. Raises PlatformError for a refusal, a bad answer or none."""
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
        """A file of at most `limit` bytes, or the JSON object that was sent in its place. Raises PlatformError."""
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
    """Calls that carry the access token: a refused one is renewed once and the call sent once more, never deeper."""

    def __init__(self, transport: Transport, tokens: AccessTokens) -> None:
        self.transport = transport
        self._tokens = tokens

    async def ask(self, call: Call) -> dict[str, Any]:
        """The decoded answer to a call with the token. Raises PlatformError, never with `Verdict.TOKEN`."""
        return await self._with_token(lambda token: self.transport.ask(call, token))

    async def download(self, call: Call, limit: int) -> File | dict[str, Any]:
        """The same for a file; see `Transport.download`."""
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
    """The path of an address, fit for a log: no host, no query."""
    path = url.partition("?")[0]
    if "://" in path:
        path = path.partition("://")[2].partition("/")[2]
    return path.removeprefix("cgi-bin/")


def to_json(data: Mapping[str, Any]) -> bytes:
    """JSON in real UTF-8: the platform shows escapes such as backslash-u4e2d to the person as they are."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


async def _read(response: aiohttp.ClientResponse, limit: int, endpoint: str) -> bytes:
    """The body, refused as soon as it is known to be larger than `limit` bytes."""
    if response.content_length is not None and response.content_length > limit:
        raise PlatformError(Verdict.CONTENT, endpoint, detail=f"larger than {limit} bytes")
    parts = bytearray()
    async for part in response.content.iter_chunked(64 * 1024):
        parts += part
        if len(parts) > limit:
            raise PlatformError(Verdict.CONTENT, endpoint, detail=f"larger than {limit} bytes")
    return bytes(parts)


def _decode(raw: bytes) -> dict[str, Any] | None:
    """A JSON object whatever its content type says; control characters in names are the platform's habit."""
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
    """Nothing was sent if not even a connection was made; otherwise the call may have taken effect."""
    sent = not isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    name = type(error).__name__
    log.warning("platform_unreachable", endpoint=endpoint, error=name)
    raise PlatformError(Verdict.RETRY, endpoint, uncertain=sent and not call.repeatable, detail=name) from None
