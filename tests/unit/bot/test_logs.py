"""Nothing that a person wrote or is called reaches a log line, whatever is logged and however it broke."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from aiohttp.http_exceptions import BadHttpMessage

from bot.logs import configure

WORDS = "我叫林小满，电话13912345678"


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    """Logging belongs to the whole process, and this one is the tests'."""
    before = structlog.get_config()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    server = logging.getLogger("aiohttp.server")
    filters = list(server.filters)
    # basicConfig(force=True) closes what it finds.
    root.handlers = []
    yield
    root.handlers, server.filters = handlers, filters
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
