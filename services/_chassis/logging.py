"""Structured logs on standard output: JSON lines, with the service's name, and never a whole IIN."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

_IIN: Final = re.compile(r"(?<![0-9A-Za-z-])([0-9]{2})[0-9]{8}([0-9]{2})(?![0-9A-Za-z-])")


def mask_iins(text: str) -> str:
    """Every free-standing number of twelve digits keeps its first two and last two."""
    return _IIN.sub(r"\1********\2", text)


def _masked(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = mask_iins(value)
    return event


def configure(service: str, instance: str, level: str) -> None:
    """Called once, by the process's main."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _masked,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service, instance=instance)
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stdout, format='{"level":"%(levelname)s","logger":"%(name)s"}'
    )
    logging.setLogRecordFactory(_record)


def _record(*arguments: Any, **named: Any) -> logging.LogRecord:  # Any: the signature of logging.LogRecord
    record = logging.LogRecord(*arguments, **named)
    record.msg, record.args = mask_iins(record.getMessage()), ()
    return record
