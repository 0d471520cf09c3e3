"""The committed files: which are written from the code, which are history, and where the tree differs from that."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from contracts.generate import asyncapi, pages, procedures, schemas

COMMAND: Final = "python -m contracts.generate"
_SHOWN_LINES: Final = 12
_FOLDERS: Final = (
    "contracts/schemas",
    "contracts/samples",
    "contracts/samples/envelopes",
    pages.FOLDER,
    procedures.FOLDER,
)


def generated(root: Path) -> dict[str, str]:
    """Text by path below `root` of every file that follows from the code (and from the history below `root`)."""
    described = schemas.files() | {asyncapi.PATH: schemas.text(asyncapi.document(root))}
    return described | pages.files(root) | procedures.files()


def history() -> set[str]:
    """Paths of the files that were published once and are never written again: old schemas, and every sample."""
    old, current = set(schemas.old_types()), set(schemas.current_types())
    samples = {f"contracts/samples/{folder}{name}.json" for name in old | current for folder in ("", "envelopes/")}
    return samples | {f"contracts/schemas/{name}.json" for name in old}


def write(root: Path) -> list[str]:
    """Write what is generated and differs; the paths written."""
    changed = [(path, text) for path, text in generated(root).items() if _read(root / path) != text]
    for path, text in changed:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return [path for path, _ in changed]


def problems(root: Path) -> Iterator[str]:
    """Each difference between the tree and what should be there, with what to do about it."""
    wanted = generated(root)
    yield from _missing_history(root)
    yield from _outdated(root, wanted)
    yield from _leftovers(root, wanted.keys() | history())


def _missing_history(root: Path) -> Iterator[str]:
    for path in sorted(history()):
        if not (root / path).exists():
            yield f"{path} is missing: {_remedy(path)}"


def _remedy(path: str) -> str:
    if "/schemas/" in path:
        return "restore it from the commit that last wrote this version; an old version's schema is never generated"
    if "/envelopes/" in path:
        return "write one whole message of this type by hand, its data as in the sample; it is never edited afterwards"
    return "write one realistic sample of this version's data by hand; it is never edited afterwards"


def _outdated(root: Path, wanted: Mapping[str, str]) -> Iterator[str]:
    for path, text in wanted.items():
        found = _read(root / path)
        if found is None:
            yield f"{path} is missing: run `{COMMAND}`"
        elif found != text:
            yield f"{path} differs from the code: run `{COMMAND}` and review the difference\n{_difference(found, text)}"


def _difference(found: str, text: str) -> str:
    lines = list(
        difflib.unified_diff(found.splitlines(), text.splitlines(), "committed", "from the code", "", "", 1, "")
    )
    more = [f"… {len(lines) - _SHOWN_LINES} more lines"] if len(lines) > _SHOWN_LINES else []
    return "\n".join(f"    {line}" for line in lines[:_SHOWN_LINES] + more)


def _leftovers(root: Path, known: Collection[str]) -> Iterator[str]:
    for folder in _FOLDERS:
        for path in sorted((root / folder).glob("*.*")):
            name = path.relative_to(root).as_posix()
            if name not in known:
                yield f"{name} belongs to no event or topic: put back what it describes, or remove the file"


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
