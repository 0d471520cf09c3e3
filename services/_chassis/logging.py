"""Structured logs on standard output: JSON lines, with the service's name, and never a whole IIN."""

import logging
import sys
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, Final

import structlog
from structlog.typing import Processor

from contracts.iin import mask_in_text

_LEAST: Final = 10_000_000  # an IIN as a number: whoever was born in January 2000 has lost the zeros before it


def _mask(value: Any) -> Any:  # Any: whatever somebody logs
    match value:
        case str():
            return mask_in_text(value)
        case int() if value >= _LEAST:
            shown = mask_in_text(f"{value:013}")[-12:]
            return shown if "*" in shown else value
        case dict():
            return {_mask(key): _mask(each) for key, each in value.items()}
        case list() | tuple():
            return [_mask(each) for each in value]
        case _:
            return value


def _masked(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {mask_in_text(key): _mask(value) for key, value in event.items()}


def _described(value: object) -> str:
    """What JSON has no form for."""
    return mask_in_text(repr(value))


def _uncaught(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    """What nobody caught would be printed as it is, with the values in its words."""
    structlog.get_logger().critical("ended by an error", kind=kind.__name__, exc_info=error)


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
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    # At start-up it reports each topic and coordinator that is still to be made, as errors. Of what lasts it raises,
    # and our loops say so themselves.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
