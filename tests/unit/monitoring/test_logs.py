"""Nothing that a person wrote or is called reaches a log line, whatever is logged and however it broke; and whoever logs,
be it a library, a warning or what nobody caught, writes one JSON object a line.
"""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage
from aiohttp.test_utils import TestClient, TestServer

from bot.monitoring.logs import cleaned, configure

ROOT = Path(__file__).parents[3]

WORDS = "我叫林小满，电话13912345678"


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    """Logging belongs to the whole process, and this one is the tests'."""
    before = structlog.get_config()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    server = logging.getLogger("aiohttp.server")
    filters = list(server.filters)
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    # basicConfig(force=True) closes what it finds.
    root.handlers = []
    yield
    root.handlers, server.filters = handlers, filters
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(capture=False)
    root.setLevel(level)
    structlog.configure(**before)


def broken() -> None:
    try:
        _ = dict[str, str]()[WORDS]
    except KeyError as error:
        raise ValueError(f"cannot read {WORDS}") from error


@pytest.mark.parametrize("as_json", [True, False])
def test_an_exception_is_logged_without_its_words(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    configure(as_json=as_json)
    log = structlog.get_logger()
    try:
        broken()
    except ValueError as error:
        log.exception("message_failed")
        log.warning("message_failed", exc_info=error)
        logging.getLogger("aiohttp.server").exception("Error handling request")
    said = capsys.readouterr().err
    assert "林小满" not in said
    assert "13912345678" not in said
    assert said.count("ValueError") == 3
    assert said.count("KeyError") == 3
    assert "broken" in said


def test_a_line_is_one_json_object_and_fields_with_telling_names_are_blank(capsys: pytest.CaptureFixture[str]) -> None:
    configure(as_json=True)
    structlog.get_logger().info("push_noted", openid="o1", text=WORDS, token="t", kind="click")
    line = json.loads(capsys.readouterr().err)
    assert (line["openid"], line["text"], line["token"], line["kind"]) == ("***", "***", "***", "click")
    assert line["event"] == "push_noted"
    assert line["timestamp"].endswith("Z")


def test_strangers_noise_is_no_error_of_ours_but_our_errors_are(capsys: pytest.CaptureFixture[str]) -> None:
    configure(as_json=True)
    server = logging.getLogger("aiohttp.server")
    server.error("Error handling request", exc_info=BadHttpMessage("no host"))
    server.error("Error handling request", exc_info=RuntimeError("ours"))
    said = capsys.readouterr().err
    assert said.count("Error handling request") == 1
    assert "RuntimeError" in said


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    said = capsys.readouterr().err
    assert "林小满" not in said
    assert "13912345678" not in said
    return [json.loads(line) for line in said.splitlines()]


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("GET /t/AkOdZXvELGsT6pcQEC-nJA HTTP/1.1", "GET /t/*** HTTP/1.1"),
        ("https://api.weixin.qq.com/cgi-bin/message?access_token=abc.DEF&x=1 failed", "https://api.weixin.qq.com/cgi-bin/message?*** failed"),
        ("connect to postgresql://minsheng:pass-word@db:5432/minsheng", "connect to postgresql://***@db:5432/minsheng"),
        ("openid=short token: 'abc', rest", "openid=*** token: *** rest"),
        ("bad value 13912345678 for 张先生", "bad value *** for …"),
        ("user oLVPpjqs9BhvzwPj5A-vTYAX3GLc", "user ***"),
        ("Task exception was never retrieved\nfuture: <Task exception=ValueError('13912345678')>", "Task exception was never retrieved"),
        ("Unclosed client session", "Unclosed client session"),
        ("/srv/storage/database.py:88: SAWarning: coercing Subquery", "/srv/storage/database.py:88: SAWarning: coercing Subquery"),
    ],
)  # fmt: skip
def test_a_librarys_message_is_kept_without_what_is_somebodys(message: str, kept: str) -> None:
    assert cleaned(message) == kept


@pytest.mark.parametrize("name", ["sqlalchemy.pool", "aiohttp.client", "redis", "uvloop", "never.heard.of"])
def test_every_librarys_line_is_one_json_object(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure(as_json=True)
    logging.getLogger(name).warning("cannot %s\nsecond line %s", WORDS, WORDS, exc_info=ValueError(WORDS))
    (line,) = lines(capsys)
    assert (line["event"], line["level"], line["logger"]) == ("cannot …***", "warning", name)
    assert line["timestamp"].endswith("Z")
    assert line["exception"].startswith("builtins.ValueError at ")


def test_a_warning_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure(as_json=True)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(f"old {WORDS}", DeprecationWarning, stacklevel=1)
    (line,) = lines(capsys)
    assert line["logger"] == "py.warnings"
    assert "DeprecationWarning: old" in line["event"]


async def _task() -> None:
    async def fails() -> None:
        raise ValueError(WORDS)

    task = asyncio.ensure_future(fails())
    await asyncio.wait({task})
    del task


async def _request() -> None:
    async def fails(request: web.Request) -> web.Response:
        raise ValueError(WORDS)

    app = web.Application()
    app.router.add_get("/t/{token}", fails)
    async with TestClient(TestServer(app)) as client:
        assert (await client.get("/t/AkOdZXvELGsT6pcQEC-nJA", params={"phone": "13912345678"})).status == 500


@pytest.mark.parametrize(("work", "logger"), [(_task, "asyncio"), (_request, "aiohttp.server")])
def test_what_breaks_inside_a_library_is_a_line(
    work: Callable[[], Coroutine[Any, Any, None]], logger: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(as_json=True)
    asyncio.run(work())
    said = [line for line in lines(capsys) if line["logger"] == logger]
    assert len(said) == 1
    assert "builtins.ValueError at" in said[0]["exception"]
    assert "AkOdZXvELGsT6pcQEC" not in str(said)


@pytest.mark.slow("starts a program")
@pytest.mark.parametrize(
    ("program", "event"),
    [
        ("raise ValueError(words)", "uncaught"),
        ("t = threading.Thread(target=int, args=(words,)); t.start(); t.join()", "uncaught in a thread"),
        ("class Odd:\n    def __del__(self): raise ValueError(words)\nodd = Odd()\ndel odd", "raised where nobody could catch it"),
    ],
)  # fmt: skip
def test_what_nobody_caught_is_a_line(program: str, event: str) -> None:
    begin = f"import threading\nfrom bot.monitoring.logs import configure\nconfigure(as_json=True)\nwords = {WORDS!r}\n"
    done = subprocess.run(
        [sys.executable, "-c", begin + program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    (line,) = done.stderr.splitlines()
    assert "林小满" not in line
    found = json.loads(line)
    assert found["event"] == event
    assert "builtins.ValueError" in found["exception"]
