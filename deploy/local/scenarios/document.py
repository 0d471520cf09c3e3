"""Writes docs/scenarios.md from the model: `python -m deploy.local.scenarios.document --out docs/scenarios.md`."""

import argparse
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from contracts.generate import plainly
from deploy.local.errors import known
from deploy.local.scenarios.scenario import Scenario, shipped

_HEAD: Final = """# Scenarios

A scenario is a YAML file that says who applies for a duplicate, how the desks and the Ministry work, and what breaks.

```sh
egov scenarios                                  # those that come with it
egov run calm                                   # one of them
egov run calm --seed 7 --report report.json     # other people, other work times
egov run my.yaml --keep                         # your own; logs and data are kept
```

The report says per channel what came of the applications, per step how many deadlines were met and missed, which were
announced as breached, which alarms there were, what became of the blank forms, what the ledger found, and the log hash.
The exit code is 0 only if nothing was lost, done twice or out of order, nothing lies on a dead-letter topic, and all
services agree about every application. Missed deadlines and open applications are what a scenario may be about, and no
fault. One scenario and one seed give one log hash.

A broken file is refused before anything starts, each fault with its file, place, rule and remedy:

    my.yaml: arrivals.applicants 0: input should be greater than or equal to 1; docs/scenarios.md says what may stand here

A run with `faults` starts servers of its own, whatever the environment names.
"""

_TAIL: Final = """
## A small one of your own

```yaml
story: "Ten people at the counter of one university, and a chancellery that is away"
period: {first_day: 2016-02-15, last_day: 2016-02-16}
arrivals:
  applicants: 10
  channels: {paper: 1}
  universities: ["017"]          # in quotes, or YAML reads a number
staff:
  desks:
    chancellery: {absences: [{first: 2016-02-16, last: 2016-02-19}]}
```

Every distinct moment at which somebody acts is a jump of the clock, and jumps are what a run costs: `every_minutes: 120`
makes a run of the same people several times as fast as `every_minutes: 1`.
"""


def document() -> str:
    return "\n".join([_HEAD, *_shipped(), *_tables(), _TAIL.strip("\n"), ""])


def _shipped() -> Iterator[str]:
    yield "## Those that come with it\n"
    yield "In [deploy/scenarios](../deploy/scenarios).\n"
    yield "| name | what it shows |"
    yield "|---|---|"
    for name, scenario in shipped():
        yield f"| `{name}` | {scenario.story} |"
    yield ""


def _tables() -> Iterator[str]:
    yield "## Fields\n"
    waiting: list[tuple[str, type[BaseModel]]] = [("", Scenario)]
    while waiting:
        place, model = waiting.pop(0)
        if place:
            yield f"### `{place}`\n"
        yield f"{_about(model)}\n"
        yield "| field | what may stand there | left out | meaning |"
        yield "|---|---|---|---|"
        for name, field in model.model_fields.items():
            yield f"| `{name}` | {_kind(field)} | {_default(field)} | {_cell(field.description or '')} |"
            inner = _models(field.annotation)
            waiting += [(f"{place}.{name}".lstrip("."), each) for each in inner]
        yield ""


def _about(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split())


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be there"
    default = field.get_default(call_default_factory=True, validated_data={})
    match default:
        case None | () | "" if default is not PydanticUndefined:
            return "none"
        case BaseModel():
            return "as usual"
        case dict():
            return f"`{ {str(key): value for key, value in default.items()} }`" if default else "none"
        case _:
            return f"`{default}`"


def _kind(field: FieldInfo) -> str:
    return _cell(_said(field.annotation)) + _bounds(field)


def _said(annotation: Any) -> str:  # noqa: PLR0911 - one arm per kind of annotation; Any: a field's annotation
    arguments = [each for each in get_args(annotation) if each not in (NoneType, Ellipsis)]
    match get_origin(annotation):
        case origin if origin is dict:
            return f"mapping of {_said(arguments[0])} to {_said(arguments[1])}"
        case origin if origin is tuple:
            return f"list of {_said(arguments[0])}"
        case origin if origin is Literal:
            return ", ".join(f"`{each}`" for each in arguments)
        case None if isinstance(annotation, type) and issubclass(annotation, StrEnum):
            return ", ".join(f"`{each}`" for each in annotation)
        case None if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return "mapping"
        case None:
            return _WORDS.get(getattr(annotation, "__name__", ""), "value")
        case _:
            return _said(arguments[0])


_WORDS: Final = {
    "int": "whole number",
    "float": "number",
    "str": "text",
    "date": "`YYYY-MM-DD`",
    "NaiveDatetime": "`YYYY-MM-DDTHH:MM`",
}


def _bounds(field: FieldInfo) -> str:
    found = {name: getattr(each, name) for each in field.metadata for name in ("ge", "gt", "le") if hasattr(each, name)}
    words = [
        f"{word} {found[name]:g}" for name, word in (("ge", "from"), ("gt", "above"), ("le", "to")) if name in found
    ]
    return f", {' '.join(words)}" if words else ""


def _models(annotation: Any) -> list[type[BaseModel]]:  # Any: a field's annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for each in get_args(annotation) for model in _models(each)]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(plainly.run(main, known))
