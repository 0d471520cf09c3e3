"""Structured logs on standard output: JSON lines, with the service's name, and never a whole IIN."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from structlog.typing import Processor

# Not inside longer numbers or hexadecimal words, and not the last group of a UUID.
_IIN: Final = re.compile(r"(?<![0-9A-Za-z])(?<![0-9a-fA-F]{4}-)([0-9]{2})[0-9]{8}([0-9]{2})(?![0-9A-Za-z])")


def mask_iins(text: str) -> str:
    """Every free-standing number of twelve digits keeps its first two and last two."""
    return _IIN.sub(r"\1********\2", text)


def _mask(value: Any) -> Any:  # Any: whatever somebody logs
    match value:
        case str():
            return mask_iins(value)
        case dict():
            return {_mask(key): _mask(each) for key, each in value.items()}
        case list() | tuple():
            return [_mask(each) for each in value]
        case _:
            return value


def _masked(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        event[key] = _mask(value)
    return event


def _described(value: object) -> str:
    """What JSON has no form for."""
    return mask_iins(repr(value))


def configure(service: str, instance: str, level: str) -> None:
    """Called once, by the process's main. The libraries' own records come out as lines of the same form."""
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    after: list[Processor] = [
        structlog.processors.format_exc_info,
        _masked,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=_described),
    ]
    structlog.configure(
        processors=[*before, *after],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service, instance=instance)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*before, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *after],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    # At start-up it reports each topic and coordinator that is still to be made, as errors. Of what lasts it raises,
    # and our loops say so themselves.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
