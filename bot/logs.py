"""Logs: one line an event, JSON or readable, never with a person's words, an openid or a secret."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_NEVER = frozenset({"openid", "text", "content", "token", "secret", "password", "access_token", "phone"})


def _without_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The last line of defence: a field of such a name is dropped whoever logged it."""
    for name in _NEVER & event.keys():
        event[name] = "***"
    return event


class _Quiet(logging.Filter):
    """aiohttp logs a whole traceback for a request without Host or with garbage: strangers' noise, not our fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep everything but that."""
        return "Error handling request" not in record.getMessage() or record.exc_info is None


def configure(*, as_json: bool, level: str = "INFO") -> None:
    """Set up logging of the whole process."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_personal_data,
    ]
    renderer: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    structlog.configure(
        processors=[*shared, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("aiohttp.server").addFilter(_Quiet())
