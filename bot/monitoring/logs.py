"""Log set-up: one line for each event, JSON or readable, never with a person's words, an openid or a secret."""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from types import TracebackType

import structlog
from aiohttp.http_exceptions import HttpProcessingError
from structlog.typing import EventDict, Processor, WrappedLogger

_NEVER = frozenset({"openid", "text", "content", "token", "secret", "password", "access_token", "phone"})


def _without_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop fields whose name says personal data, whoever logged them. The last line of defence."""
    for name in _NEVER & event.keys():
        event[name] = "***"
    return event


def where_it_broke(error: BaseException) -> str:
    """Returns an exception with its causes: types and places in the code, without messages, which quote values and
    words.
    """
    lines: list[str] = []
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        frames = traceback.extract_tb(at.__traceback__)
        places = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
        lines.append(f"{type(at).__module__}.{type(at).__qualname__} at {places or 'unknown'}")
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return "\ncaused by ".join(lines)


def _exceptions_without_words(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = where_it_broke(error)
    return event


# What a library puts into its messages is not ours to choose: a request's address with its tokens, a value, a person's words.
_QUERY = re.compile(r"\?[^\s\"'<>]+")
_ACCOUNT = re.compile(r"://[^\s/@]+@")
_TOKEN = re.compile(r"(?=[\w-]*\d)[\w-]{16,}|\d{7,}", re.ASCII)
# Search: access_token=abc | "password": "abc"
# Not: token abc
_NAMED = re.compile(
    r"(?i)\b(\w*(?:token|secret|password|passwd|authorization|openid|signature|echostr)\w*)(['\"]?\s*[=:]\s*)\S+"
)
_WORDS = re.compile(r"[^\x00-\x7f]+")


def cleaned(message: str) -> str:
    """Returns a library's message for the log: its first line, without query strings, accounts, tokens, numbers of
    people and non-ASCII text, which is somebody's words.
    """
    line = message.partition("\n")[0]
    for pattern, put in (
        (_QUERY, "?***"), (_ACCOUNT, "://***@"), (_NAMED, r"\1\2***"), (_TOKEN, "***"), (_WORDS, "…"),
    ):  # fmt: skip
        line = pattern.sub(put, line)
    return line


def _of_a_library(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["event"] = cleaned(str(event["event"]))
    # A stack quotes lines of code, and nothing else says where a warning came from.
    event.pop("stack_info", None)
    return event


class _Quiet(logging.Filter):
    """Log filter for aiohttp, which logs a traceback for each malformed request of a stranger."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep everything else."""
        return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


def configure(*, as_json: bool, level: str = "INFO") -> None:
    """Set up logging of the process: its own, libraries', warnings and uncaught exceptions."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_personal_data,
        _exceptions_without_words,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, _of_a_library, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("aiohttp.server").addFilter(_Quiet())
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log what ends the process. Ctrl-C is not an error."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("uncaught").critical("uncaught", exc_info=(kind, error, trace))


def _uncaught_in_thread(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is not None:
        logging.getLogger("uncaught").error("uncaught in a thread", exc_info=given.exc_value)


def _unraisable(given: sys.UnraisableHookArgs) -> None:
    logging.getLogger("uncaught").error("raised where nobody could catch it", exc_info=given.exc_value)
