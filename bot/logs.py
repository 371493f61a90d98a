"""Logs: one line an event, JSON or readable, never with a person's words, an openid or a secret."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

import structlog
from aiohttp.http_exceptions import HttpProcessingError
from structlog.typing import EventDict, Processor, WrappedLogger

_NEVER = frozenset({"openid", "text", "content", "token", "secret", "password", "access_token", "phone"})

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def _without_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The last line of defence: a field of such a name is dropped whoever logged it."""
    for name in _NEVER & event.keys():
        event[name] = "***"
    return event


def where_it_broke(error: BaseException) -> str:
    """An exception with its causes: types and places in the code, but no messages, which quote values and words."""
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


class _Formatter(logging.Formatter):
    """What libraries log, with the same care."""

    def formatException(self, ei: ExcInfo | tuple[None, None, None]) -> str:  # noqa: N802 - the library's name
        """The exception without its words."""
        return where_it_broke(ei[1]) if ei[1] is not None else ""


class _Quiet(logging.Filter):
    """aiohttp logs a whole traceback for a request without Host or with garbage: strangers' noise, not our fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep everything but that."""
        return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


def configure(*, as_json: bool, level: str = "INFO") -> None:
    """Set up logging of the whole process."""
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
    handler.setFormatter(_Formatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("aiohttp.server").addFilter(_Quiet())
